/* redefinition: one name defined twice in one scope, and not as alternatives.
 *
 * Left out, because they are meant: overloads; accessors of a property; `_` and other names that
 * registering decorators (singledispatch, routes, fixtures, event handlers) make irrelevant;
 * clauses of one statement; a conditional override of an unconditional definition; a definition that
 * was deleted or re-used (`name = wrap(name)`) before. */
#include "detect/stage.h"

#include <string.h>

enum { MAX_BINDINGS_LOOKED_AT = 2000 };

static bool is_excused(const Program *program, const File *file, const FactsDefinition *fact, Id id)
{
    const char *name = program_text(program, program->definitions[id].name);

    if ((fact->flags & DEFINITION_OVERLOAD) != 0 || name[strspn(name, "_")] == '\0')
        return true;
    if (fact->syntax == SYNTAX_FUNCTION && fact->decorators.count > 0)
        return true; /* registered, wrapped or dispatched: the name is not what matters */
    for (uint32_t i = 0; i < fact->decorators.count; i++) {
        const char *text = file_text(file, file->facts.expressions[fact->decorators.first + i].text);
        if (strstr(text, "register") != NULL || strstr(text, "overload") != NULL)
            return true;
    }
    return false;
}

/* Bindings are in source order: the first at or behind an offset. */
static uint32_t first_binding_from(const File *file, uint32_t start)
{
    uint32_t low = 0, high = file->facts.n_bindings;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (file->facts.bindings[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Is the name deleted between two places of the file? */
static bool deleted_between(const File *file, FactsStr name, uint32_t from, uint32_t to)
{
    for (uint32_t i = first_binding_from(file, from);
         i < file->facts.n_bindings && file->facts.bindings[i].start < to; i++)
        if (file->facts.bindings[i].name == name && file->facts.bindings[i].kind == BINDING_DELETE)
            return true;
    return false;
}

static bool in_condition(const Facts *facts, uint32_t context)
{
    for (uint32_t steps = 0; context != FACTS_NONE && steps < 64; steps++) {
        uint8_t kind = facts->contexts[context].kind;
        if (kind == CONTEXT_IF || kind == CONTEXT_ELSE || kind == CONTEXT_EXCEPT || kind == CONTEXT_CASE ||
            kind == CONTEXT_LOOP)
            return true;
        if (kind == CONTEXT_FUNCTION || kind == CONTEXT_CLASS)
            return false;
        context = facts->contexts[context].parent;
    }
    return false;
}

/* Aliases taken between the two definitions hold the first. */
static void list_holders(Draft *draft, const Program *program, const File *file, Id first, uint32_t from,
                         uint32_t to)
{
    uint32_t shown = 0;
    const char *name = program_text(program, program->definitions[first].name);

    uint32_t begin = first_binding_from(file, from),
             end = MIN(file->facts.n_bindings, begin + MAX_BINDINGS_LOOKED_AT);
    for (uint32_t i = begin; i < end && shown < 8; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        if (binding->kind != BINDING_ALIAS || strcmp(file_text(file, binding->target), name) != 0)
            continue;
        bool holds_first = binding->start < to;
        draft_evidence(draft, file->path, binding->line, "%s is an alias of the %s one",
                       file_text(file, binding->name), holds_first ? "first" : "last");
        shown++;
    }
}

static void report_pair(Stage *stage, Id first, Id last)
{
    const Program *program = stage->program;
    const Definition *a = &program->definitions[first], *b = &program->definitions[last];
    const File *file = program_definition_file(program, last);
    const FactsDefinition *fact_a = program_definition_fact(program, first),
                          *fact_b = program_definition_fact(program, last);
    Draft draft;

    draft_begin(&draft, stage, RULE_REDEFINITION);
    draft.path = file->path;
    draft.line = b->line;
    draft.definition = last;
    draft_subject(&draft, a->id);
    draft_subject(&draft, b->id);
    draft_evidence(&draft, file->path, a->line, "first definition, hidden after line %u", b->line);
    draft_evidence(&draft, file->path, b->line, "this one wins");
    list_holders(&draft, program, file, first, fact_a->end, fact_b->start);
    bool same = fact_a->text_hash == fact_b->text_hash && fact_a->text_hash != 0;
    draft_message(
        &draft, "%s is defined again in this module (first in line %u, %s); the one in line %u wins",
        program_text(program, b->qualname), a->line, same ? "same text" : "different contents", b->line);
    draft_end(&draft, NULL);
}

void detect_redefinitions(Stage *stage)
{
    const Program *program = stage->program;
    g_autoptr(GHashTable) latest = g_hash_table_new(NULL, NULL);

    for (Id m = 0; m < program->n_modules; m++) {
        const Module *module = &program->modules[m];
        const File *file = program_module_file(program, m);
        if (file == NULL || file->stub || (file->facts.header != NULL && file->first_module != m))
            continue;
        g_hash_table_remove_all(latest);
        for (Id id = module->first_definition; id < module->first_definition + module->n_definitions; id++) {
            const Definition *definition = &program->definitions[id];
            const FactsDefinition *fact = program_definition_fact(program, id);
            if (fact->scope == SCOPE_FUNCTION || is_excused(program, file, fact, id))
                continue;
            gpointer found = g_hash_table_lookup(latest, GUINT_TO_POINTER(definition->qualname));
            g_hash_table_insert(latest, GUINT_TO_POINTER(definition->qualname), GUINT_TO_POINTER(id + 1));
            if (found == NULL)
                continue;
            Id first = GPOINTER_TO_UINT(found) - 1;
            const FactsDefinition *before = program_definition_fact(program, first);
            if (program->definitions[first].parent != definition->parent ||
                structure_alternatives(&file->facts, before->context, fact->context) ||
                in_condition(&file->facts, fact->context) || in_condition(&file->facts, before->context) ||
                deleted_between(file, before->name, before->end, fact->start))
                continue;
            report_pair(stage, first, id);
        }
    }
}
