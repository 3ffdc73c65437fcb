/* Structural roles leave a group first, in this order; the first that applies is the role:
 *
 *   stub         the .pyi beside a .py
 *   conditional  one of several alternatives in one module (clauses of one statement, a
 *                TYPE_CHECKING twin, complementary `if`s), or the alternative to an import
 *   fallback     stands in the except clause of a failed import, or under `if not HAS_X`, or is a
 *                generated placeholder
 *   hollow       subclass of its first-party namesake that adds nothing
 *   override     subclass of its first-party namesake that adds something
 *
 * Of several alternatives the first in source order is the definition: it stays. */
#include "detect/structure.h"

#include <string.h>

enum { MAX_ANCESTORS = 48, MAX_CONTEXT_DEPTH = 100 };

/* --- contexts --- */

static bool is_clause(const FactsContext *context)
{
    return context->kind != CONTEXT_MODULE && context->kind != CONTEXT_CLASS &&
           context->kind != CONTEXT_FUNCTION;
}

/* The clause of `statement` in which `context` stands, FACTS_NONE when it stands outside. */
static uint32_t clause_in(const Facts *facts, uint32_t context, uint32_t statement)
{
    for (uint32_t depth = 0; context != FACTS_NONE && depth < MAX_CONTEXT_DEPTH; depth++) {
        const FactsContext *c = &facts->contexts[context];
        if (is_clause(c) && c->statement == statement)
            return c->clause;
        context = c->parent;
    }
    return FACTS_NONE;
}

static bool is_branch(const FactsContext *context)
{
    return context->kind == CONTEXT_IF || context->kind == CONTEXT_ELSE;
}

bool structure_alternatives(const Facts *facts, uint32_t a, uint32_t b)
{
    const FactsContext *x = &facts->contexts[a], *y = &facts->contexts[b];

    if (a == b)
        return false;
    if (((x->flags ^ y->flags) & CONTEXT_TYPING) != 0)
        return true;
    /* `if sys.version_info >= (3, 9):` … `if sys.version_info < (3, 9):` */
    if (is_branch(x) && is_branch(y) && x->statement != y->statement && x->parent == y->parent)
        return true;
    uint32_t context = a;
    for (uint32_t depth = 0; context != FACTS_NONE && depth < MAX_CONTEXT_DEPTH; depth++) {
        const FactsContext *c = &facts->contexts[context];
        uint32_t clause = is_clause(c) ? clause_in(facts, b, c->statement) : FACTS_NONE;
        if (clause != FACTS_NONE && clause != c->clause)
            return true;
        context = c->parent;
    }
    return false;
}

static bool names_availability(const char *condition)
{
    static const char *const marks[] = {"HAS_",    "HAVE_",        "AVAILABLE",  "_INSTALLED",
                                        "_EXISTS", "is_available", "_available", "has_"};

    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (strstr(condition, marks[i]) != NULL)
            return true;
    return false;
}

/* Is the `if` that this else belongs to a test for an installed package? Contexts are in source order. */
static bool else_of_availability(const Facts *facts, uint32_t context)
{
    const FactsContext *c = &facts->contexts[context];

    for (uint32_t i = context; i-- > 0 && facts->contexts[i].statement >= c->statement;) {
        const FactsContext *other = &facts->contexts[i];
        const char *text = facts_text(facts, other->text);
        if (other->statement == c->statement && other->kind == CONTEXT_IF)
            return names_availability(text) && !g_str_has_prefix(text, "not ");
    }
    return false;
}

/* In an except clause for import errors, under `if not HAS_X:`, `if X is None:` or the else of `if HAS_X:`.
 */
static bool under_missing_import(const Facts *facts, uint32_t context)
{
    for (uint32_t depth = 0; context != FACTS_NONE && depth < MAX_CONTEXT_DEPTH; depth++) {
        const FactsContext *c = &facts->contexts[context];
        const char *text = facts_text(facts, c->text);
        if ((c->flags & CONTEXT_IMPORT_FALLBACK) != 0)
            return true;
        if (c->kind == CONTEXT_IF && ((g_str_has_prefix(text, "not ") && names_availability(text)) ||
                                      g_str_has_suffix(text, " is None")))
            return true;
        if (c->kind == CONTEXT_ELSE && else_of_availability(facts, context))
            return true;
        context = c->parent;
    }
    return false;
}

/* --- names --- */

bool structure_double_name(const char *name, const char **rest, size_t *rest_length)
{
    static const char *const words[] = {"Mock", "Fake", "Stub", "Dummy", "Spy", "Mocked", "Stubbed"};
    const char *bare = name + strspn(name, "_"), *start = NULL;
    size_t length = strlen(bare), n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(words) && start == NULL; i++) {
        n = strlen(words[i]);
        if (length <= n)
            continue;
        if (strncmp(bare, words[i], n) == 0 && (g_ascii_isupper(bare[n]) || bare[n] == '_'))
            start = bare + n;
        else if (strcmp(bare + length - n, words[i]) == 0)
            start = bare;
    }
    if (start != NULL && rest != NULL)
        *rest = start, *rest_length = length - n;
    return start != NULL;
}

static bool derives_from_production(const Program *program, const Definition *definition)
{
    enum { MAX_DEPTH = 8 };

    for (uint32_t depth = 0; depth < MAX_DEPTH && definition != NULL; depth++) {
        const Definition *next = NULL;
        for (uint32_t i = 0; i < definition->n_bases; i++) {
            Target target = program->bases[definition->first_base + i].target;
            if (target.kind != TARGET_DEFINITION)
                continue;
            const File *file = program_definition_file(program, target.id);
            if (file != NULL && file->role == ROLE_PRODUCTION)
                return true;
            if (next == NULL)
                next = &program->definitions[target.id];
        }
        definition = next;
    }
    return false;
}

/* In a test, what has the word anywhere is a fake (`OpenAIMockStream`), and so is a private subclass of
 * something in production (`_FailingMount(Mount)`): made to stand in for it. */
static bool is_double_of_tests(const Program *program, const Definition *definition)
{
    static const char *const words[] = {"Mock",      "Fake",      "Stub",     "Dummy",  "Spy",
                                        "Recording", "Capturing", "Scripted", "Canned", "Noop"};
    const char *name = program_text(program, definition->name);

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        const char *at = strstr(name, words[i]);
        if (at != NULL && !g_ascii_islower(at[strlen(words[i])]))
            return true;
    }
    return *name == '_' && derives_from_production(program, definition);
}

static bool convention_name(const char *name)
{
    static const char *const slots[] = {"Meta",    "Config",   "Media", "Params", "Arguments",
                                        "Options", "Settings", "Input", "Output", "Defaults"};

    for (size_t i = 0; i < G_N_ELEMENTS(slots); i++)
        if (strcmp(name, slots[i]) == 0)
            return true;
    return false;
}

/* --- single roles --- */

static void leave(Standing *standing, MemberRole role, Id anchor, Sym note)
{
    standing->role = (uint8_t)role;
    standing->leaves = true;
    standing->anchor = anchor;
    standing->note = note;
}

/* By definition: the one before it of the same qualified name in its module, ID_NONE for the first. */
static Id *link_namesakes(const Program *program)
{
    Id *previous = g_new(Id, MAX(program->n_definitions, 1));
    g_autoptr(GHashTable) latest = g_hash_table_new(NULL, NULL);

    for (Id m = 0; m < program->n_modules; m++) {
        const Module *module = &program->modules[m];
        g_hash_table_remove_all(latest);
        for (Id id = module->first_definition; id < module->first_definition + module->n_definitions; id++) {
            gpointer key = GUINT_TO_POINTER(program->definitions[id].qualname),
                     found = g_hash_table_lookup(latest, key);
            previous[id] = found != NULL ? GPOINTER_TO_UINT(found) - 1 : ID_NONE;
            g_hash_table_insert(latest, key, GUINT_TO_POINTER(id + 1));
        }
    }
    return previous;
}

/* The earliest definition of the same qualified name in the module that excludes this one; looks at
 * the MAX_ANCESTORS latest only. */
static Id earlier_alternative(const Program *program, const Id *previous, Id id)
{
    const File *file = program_definition_file(program, id);
    uint32_t context = program_definition_fact(program, id)->context;
    Id found = ID_NONE, other = previous[id];

    for (uint32_t seen = 0; other != ID_NONE && seen < MAX_ANCESTORS; seen++) {
        if (structure_alternatives(&file->facts, program_definition_fact(program, other)->context, context))
            found = other;
        other = previous[other];
    }
    return found;
}

/* What an import of the same name in a clause that excludes this definition's clause leads to;
 * `*found` says that there is one. */
static Id imported_alternative(const Program *program, Id id, bool *found)
{
    const Definition *definition = &program->definitions[id];
    const File *file = program_definition_file(program, id);
    uint32_t context = program_definition_fact(program, id)->context, count = 0;
    const Binding *bindings = program_bindings_of(program, definition->module, definition->name, &count);

    *found = false;
    if (definition->parent != ID_NONE)
        return ID_NONE;
    for (uint32_t i = 0; i < count; i++) {
        const Binding *binding = &bindings[i];
        if (binding->fact == FACTS_NONE ||
            (binding->target.kind == TARGET_DEFINITION && binding->target.id == id))
            continue;
        const FactsBinding *fact = &file->facts.bindings[binding->fact];
        bool passed_on = fact->kind == BINDING_IMPORT || fact->kind == BINDING_ALIAS;
        if (!passed_on || !structure_alternatives(&file->facts, fact->context, context))
            continue;
        *found = true;
        return binding->target.kind == TARGET_DEFINITION ? binding->target.id : ID_NONE;
    }
    return ID_NONE;
}

/* The nearest first-party ancestor of the same name, breadth first. */
static Id namesake_ancestor(const Program *program, Id id)
{
    Id queue[MAX_ANCESTORS];
    uint32_t head = 0, tail = 0;

    queue[tail++] = id;
    while (head < tail) {
        const Definition *definition = &program->definitions[queue[head++]];
        for (uint32_t i = 0; i < definition->n_bases && tail < MAX_ANCESTORS; i++) {
            Target target = program->bases[definition->first_base + i].target;
            if (target.kind != TARGET_DEFINITION || target.id == id)
                continue;
            if (program->definitions[target.id].name == program->definitions[id].name)
                return target.id;
            queue[tail++] = target.id;
        }
    }
    return ID_NONE;
}

static bool has_placeholder_metaclass(const Program *program, Id id)
{
    const File *file = program_definition_file(program, id);
    const FactsDefinition *fact = program_definition_fact(program, id);

    for (uint32_t i = 0; i < fact->bases.count; i++) {
        const FactsExpression *expression = &file->facts.expressions[fact->bases.first + i];
        if (expression->keyword != 0 && strstr(file_text(file, expression->text), "DummyObject") != NULL)
            return true;
    }
    return false;
}

/* Placeholders that a generator writes for missing packages: modules that begin and end with a
 * `class X(metaclass=DummyObject)`, or are named `dummy_…_objects`. One that stands among other classes was
 * pasted there by hand. A `dummy_model.py` is somebody's model for a benchmark. */
static bool is_placeholder(const Program *program, Id id)
{
    const File *file = program_definition_file(program, id);
    const FactsDefinition *fact = program_definition_fact(program, id);
    const char *path = program_text(program, file->path), *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    bool dummy_module = (g_str_has_prefix(base, "dummy_") || g_str_has_prefix(base, "_dummy")) &&
                        g_str_has_suffix(base, "objects.py");

    const Module *module = &program->modules[program->definitions[id].module];
    if (has_placeholder_metaclass(program, id))
        return dummy_module ||
               (has_placeholder_metaclass(program, module->first_definition) &&
                has_placeholder_metaclass(program, module->first_definition + module->n_definitions - 1));
    return dummy_module && fact->members.count <= 6 && file->role != ROLE_TEST;
}

static void judge(Program *program, const Contents *contents, const Id *previous, Id id, Standing *standing)
{
    const FactsDefinition *fact = program_definition_fact(program, id);
    const File *file = program_definition_file(program, id);
    Interner *interner = program->interner;
    bool found;
    Id other = earlier_alternative(program, previous, id);

    if (other != ID_NONE) {
        leave(standing, MEMBER_ROLE_CONDITIONAL, other,
              intern_printf(interner, "alternative to the one in line %u", program->definitions[other].line));
        return;
    }
    other = imported_alternative(program, id, &found);
    if (under_missing_import(&file->facts, fact->context)) {
        leave(standing, MEMBER_ROLE_FALLBACK, other,
              intern_cstr(interner, "stands in where an import fails"));
        return;
    }
    if (found) {
        leave(standing, MEMBER_ROLE_CONDITIONAL, other,
              intern_cstr(interner, "alternative to an import of the same name"));
        return;
    }
    if (is_placeholder(program, id)) {
        leave(standing, MEMBER_ROLE_FALLBACK, ID_NONE,
              intern_cstr(interner, "generated placeholder for a missing package"));
        return;
    }
    other = namesake_ancestor(program, id);
    if (other != ID_NONE) {
        bool hollow = contents->of[id].n_members == 0 && (fact->flags & DEFINITION_EMPTY) != 0;
        leave(standing, hollow ? MEMBER_ROLE_HOLLOW : MEMBER_ROLE_OVERRIDE, other,
              intern_printf(interner, "%s %s", hollow ? "adds nothing to its base" : "subclass of",
                            program_text(program, program->definitions[other].id)));
    }
}

/* A .pyi beside its .py: one definition. */
static void judge_stub_module(Program *program, const Module *module, Standing *standings)
{
    const Module *stub = &program->modules[module->stub];
    g_autoptr(GHashTable) by_qualname = g_hash_table_new(NULL, NULL);
    Sym note = intern_printf(program->interner, "type stub of %s", program_text(program, module->id));

    for (Id d = module->first_definition; d < module->first_definition + module->n_definitions; d++) {
        gpointer key = GUINT_TO_POINTER(program->definitions[d].qualname);
        if (!g_hash_table_contains(by_qualname, key))
            g_hash_table_insert(by_qualname, key, GUINT_TO_POINTER(d + 1));
    }
    for (Id d = stub->first_definition; d < stub->first_definition + stub->n_definitions; d++) {
        guint found = GPOINTER_TO_UINT(
            g_hash_table_lookup(by_qualname, GUINT_TO_POINTER(program->definitions[d].qualname)));
        leave(&standings[d], MEMBER_ROLE_STUB, found != 0 ? found - 1 : ID_NONE, note);
    }
}

Standing *structure_new(Program *program, const Contents *contents)
{
    Standing *standings = g_new0(Standing, MAX(program->n_definitions, 1));
    g_autofree Id *previous = link_namesakes(program);

    for (Id id = 0; id < program->n_definitions; id++) {
        Standing *standing = &standings[id];
        standing->anchor = ID_NONE;
        if (!contents->of[id].eligible)
            continue; /* nobody asks */
        const File *file = program_definition_file(program, id);
        const char *name = program_text(program, program->definitions[id].name);
        standing->file_role = file->role;
        standing->role = file->role; /* the first member roles are the roles of files */
        standing->is_double =
            structure_double_name(name, NULL, NULL) ||
            (file->role == ROLE_TEST && is_double_of_tests(program, &program->definitions[id]));
        Id parent = program->definitions[id].parent; /* came before; what a fake holds is part of it */
        standing->is_double = standing->is_double || (parent != ID_NONE && standings[parent].is_double);
        standing->convention = parent != ID_NONE && convention_name(name);
    }
    for (Id m = 0; m < program->n_modules; m++)
        if (program->modules[m].stub != ID_NONE && program->modules[m].stub != m)
            judge_stub_module(program, &program->modules[m], standings);
    for (Id id = 0; id < program->n_definitions; id++)
        if (contents->of[id].eligible && !standings[id].leaves)
            judge(program, contents, previous, id, &standings[id]);
    return standings;
}
