/* The export contract (docs/export.md, schema in docs/schema/export.json): one object a line, in
 * the order meta, module, definition, binding, import, group, finding; within a kind in program
 * order, which is sorted by unit, module name and source position. Other programs read this: keys
 * are only ever added. */
#include "report/report.h"

#include <jansson.h>

#include "report/json_text.h"
#include "report/words.h"

typedef struct Exporter {
    const Output *out;
    const Analysis *analysis;
    Program *program;
    GError **error;
} Exporter;

static bool emit(Exporter *ex, json_t *record)
{
    return json_write_line(ex->out->file, record, ex->error);
}

static json_t *record_new(const char *kind)
{
    json_t *record = json_object();

    json_object_set_new(record, "record", json_string(kind));
    return record;
}

static void set_sym(Exporter *ex, json_t *record, const char *key, Sym sym)
{
    json_object_set_new_nocheck(record, key, json_sym(ex->program, sym));
}

static void set_text(json_t *record, const char *key, const char *text)
{
    json_object_set_new_nocheck(record, key, json_text(text));
}

static void set_number(json_t *record, const char *key, json_int_t number)
{
    json_object_set_new_nocheck(record, key, json_integer(number));
}

static void set_flag(json_t *record, const char *key, bool flag)
{
    json_object_set_new_nocheck(record, key, json_boolean(flag));
}

static bool export_meta(Exporter *ex)
{
    json_t *record = record_new("meta"), *units = json_array();
    const Program *program = ex->program;

    set_number(record, "schema", 1);
    set_text(record, "version", ONEDEF_VERSION);
    for (uint32_t i = 0; i < program->n_units; i++) {
        const Unit *unit = &program->units[i];
        json_t *object = json_object(), *roots = json_array();
        set_sym(ex, object, "name", unit->name);
        set_sym(ex, object, "dir", unit->dir);
        for (uint32_t r = 0; r < unit->n_roots; r++)
            json_array_append_new(roots, json_sym(program, program->roots[unit->first_root + r].dir));
        json_object_set_new(object, "roots", roots);
        json_array_append_new(units, object);
    }
    json_object_set_new(record, "units", units);
    json_t *files = json_object();
    set_number(files, "listed", ex->analysis->n_listed);
    set_number(files, "parsed", ex->analysis->n_parsed);
    set_number(files, "degraded", ex->analysis->n_degraded);
    set_number(files, "unreadable", ex->analysis->n_unreadable);
    set_number(files, "extensions", ex->analysis->n_extensions);
    json_object_set_new(record, "files", files);
    return emit(ex, record);
}

static bool export_module(Exporter *ex, const Module *module)
{
    json_t *record = record_new("module");
    const File *file = module->file == ID_NONE ? NULL : &ex->program->files[module->file];

    set_sym(ex, record, "id", module->id);
    set_sym(ex, record, "name", module->name);
    set_text(record, "path", file != NULL ? program_text(ex->program, file->path) : "");
    set_sym(ex, record, "unit", ex->program->units[module->unit].name);
    set_flag(record, "package", module->flags & MODULE_PACKAGE);
    set_flag(record, "namespace", module->flags & MODULE_NAMESPACE);
    set_flag(record, "stub", module->flags & MODULE_STUB);
    set_flag(record, "extension", module->flags & MODULE_EXTENSION);
    set_flag(record, "shadowed", module->flags & MODULE_SHADOWED);
    set_text(record, "role", file != NULL ? role_name(file->role) : role_name(ROLE_PRODUCTION));
    set_text(record, "role_reason", file != NULL ? program_text(ex->program, file->role_reason) : "");
    set_flag(record, "degraded", file != NULL && file->status == FILE_DEGRADED);
    set_flag(record, "open_world", module->flags & MODULE_OPEN_WORLD);
    return emit(ex, record);
}

/* "if COND", "except ImportError" …, outermost first, control flow only: classes and functions are
 * in the qualified name. */
static json_t *context_array(const File *file, uint32_t context)
{
    static const char *const words[] = {
        [CONTEXT_IF] = "if",         [CONTEXT_ELSE] = "else",         [CONTEXT_TRY] = "try",
        [CONTEXT_EXCEPT] = "except", [CONTEXT_TRY_ELSE] = "try-else", [CONTEXT_FINALLY] = "finally",
        [CONTEXT_WITH] = "with",     [CONTEXT_LOOP] = "loop",         [CONTEXT_LOOP_ELSE] = "loop-else",
        [CONTEXT_CASE] = "case",
    };
    json_t *array = json_array();

    while (context != FACTS_NONE && context < file->facts.n_contexts) {
        const FactsContext *frame = &file->facts.contexts[context];
        if (frame->kind < G_N_ELEMENTS(words) && words[frame->kind] != NULL) {
            const char *text = file_text(file, frame->text);
            g_autofree char *words_text = *text != '\0' ? g_strdup_printf("%s %s", words[frame->kind], text)
                                                        : g_strdup(words[frame->kind]);
            json_array_insert_new(array, 0, json_text(words_text));
        }
        context = frame->parent;
    }
    return array;
}

static json_t *member_array(const File *file, const Definition *definition, const FactsDefinition *fact)
{
    json_t *array = json_array();

    if (definition->kind == KIND_FUNCTION)
        return array;
    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        json_t *object = json_object();
        set_text(object, "name", file_text(file, member->name));
        set_text(object, "kind", words_member(definition, member));
        if (member->value != 0)
            set_text(object, "value", file_text(file, member->value));
        if (member->annotation != 0)
            set_text(object, "annotation", file_text(file, member->annotation));
        if (member->signature != 0)
            set_text(object, "signature", file_text(file, member->signature));
        set_number(object, "line", member->line);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *base_array(Exporter *ex, const File *file, const Definition *definition)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < definition->n_bases; i++) {
        const Base *base = &ex->program->bases[definition->first_base + i];
        if (base->target.kind == TARGET_NONE || base->target.kind == TARGET_UNRESOLVED)
            json_array_append_new(array,
                                  json_text(file_text(file, file->facts.expressions[base->expression].text)));
        else
            json_array_append_new(array, json_sym(ex->program, program_target_id(ex->program, base->target)));
    }
    return array;
}

static json_t *decorator_array(const File *file, FactsSlice slice)
{
    json_t *array = json_array();

    for (uint32_t i = 0; i < slice.count; i++)
        json_array_append_new(array,
                              json_text(file_text(file, file->facts.expressions[slice.first + i].text)));
    return array;
}

static bool export_definition(Exporter *ex, const Definition *definition)
{
    const Module *module = &ex->program->modules[definition->module];
    const File *file = &ex->program->files[module->file];
    const FactsDefinition *fact = &file->facts.definitions[definition->fact];
    json_t *record = record_new("definition");

    set_sym(ex, record, "id", definition->id);
    set_sym(ex, record, "module", module->id);
    set_sym(ex, record, "qualname", file_sym(file, fact->qualname));
    set_text(record, "kind", definition_kind_name(definition->kind));
    set_sym(ex, record, "path", file->path);
    set_number(record, "line", definition->line);
    set_number(record, "end_line", fact->end_line);
    set_text(record, "scope", words_scope(fact->scope));
    json_object_set_new(record, "context", context_array(file, fact->context));
    json_object_set_new(record, "bases", base_array(ex, file, definition));
    json_object_set_new(record, "decorators", decorator_array(file, fact->decorators));
    json_object_set_new(record, "members", member_array(file, definition, fact));
    set_number(record, "tokens", fact->tokens);
    return emit(ex, record);
}

/* Chains share their tails in the program but not on paper: no binding writes more than this. */
#define MAX_HOPS 100

static json_t *hop_array(Exporter *ex, const Binding *binding)
{
    json_t *array = json_array();

    uint32_t left = MIN(binding->n_hops, MAX_HOPS);
    for (Id next = binding->first_hop; next != ID_NONE && left > 0; left--) {
        const Hop *hop = &ex->program->hops[next];
        json_t *object = json_object();
        g_autofree char *id =
            g_strdup_printf("%s:%s", program_text(ex->program, ex->program->modules[hop->module].id),
                            program_text(ex->program, hop->name));
        set_text(object, "id", id);
        set_text(object, "path", program_module_path(ex->program, hop->module));
        set_number(object, "line", hop->line);
        json_array_append_new(array, object);
        next = hop->next;
    }
    return array;
}

static bool export_binding(Exporter *ex, const Binding *binding)
{
    json_t *record = record_new("binding");

    set_sym(ex, record, "module", ex->program->modules[binding->module].id);
    set_sym(ex, record, "name", binding->name);
    set_sym(ex, record, "target", program_target_id(ex->program, binding->target));
    set_text(record, "how", how_name(binding->how));
    json_object_set_new(record, "hops", hop_array(ex, binding));
    set_number(record, "line", binding->line);
    set_text(record, "certainty", certainty_name(binding->certainty));
    return emit(ex, record);
}

static bool export_import(Exporter *ex, const Import *import)
{
    json_t *record = record_new("import");
    bool first_party = import->target_module != ID_NONE;

    set_sym(ex, record, "module", ex->program->modules[import->module].id);
    set_sym(ex, record, "target",
            first_party ? ex->program->modules[import->target_module].id : import->module_name);
    set_sym(ex, record, "name", import->name);
    set_text(record, "kind", import_kind_name(import->kind));
    set_number(record, "line", import->line);
    set_number(record, "level", import->level);
    set_text(record, "status", words_import_status(import->status));
    set_flag(record, "first_party", first_party);
    set_flag(record, "guarded", import->guarded);
    set_sym(ex, record, "resolved", program_target_id(ex->program, import->target));
    return emit(ex, record);
}

static bool export_group(Exporter *ex, const Group *group)
{
    const Program *program = ex->program;
    json_t *record = record_new("group"), *members = json_array(), *roles = json_array();
    char similarity[G_ASCII_DTOSTR_BUF_SIZE], confidence[G_ASCII_DTOSTR_BUF_SIZE];

    set_sym(ex, record, "id", group->id);
    set_sym(ex, record, "name", group->name);
    set_text(record, "verdict", verdict_name(group->verdict));
    for (uint32_t i = 0; i < group->n_members; i++) {
        json_array_append_new(members,
                              json_sym(program, program->definitions[group->members[i].definition].id));
        json_array_append_new(roles, json_string(member_role_name(group->members[i].role)));
    }
    json_object_set_new(record, "members", members);
    json_object_set_new(record, "roles", roles);
    json_object_set_new(record, "canonical",
                        group->canonical.definition == ID_NONE
                            ? json_null()
                            : json_sym(program, program->definitions[group->canonical.definition].id));
    set_text(record, "similarity", g_ascii_formatd(similarity, sizeof similarity, "%.3f", group->similarity));
    set_text(record, "confidence", g_ascii_formatd(confidence, sizeof confidence, "%.3f", group->confidence));
    set_sym(ex, record, "summary", group->summary);
    set_flag(record, "crosses_boundary", group->crosses_boundary);
    set_flag(record, "suppressed", group->suppressed);
    return emit(ex, record);
}

static bool export_finding(Exporter *ex, const Finding *finding)
{
    const Rule *rule = rule_get(finding->rule);
    json_t *record = record_new("finding"), *subjects = json_array();

    set_sym(ex, record, "id", finding->id);
    set_text(record, "rule", rule->slug);
    set_text(record, "code", rule->code);
    set_text(record, "severity", severity_name(finding->severity));
    set_sym(ex, record, "path", finding->path);
    set_number(record, "line", finding->line);
    set_sym(ex, record, "message", finding->message);
    for (uint32_t i = 0; i < finding->n_subjects; i++)
        json_array_append_new(subjects, json_sym(ex->program, finding->subjects[i]));
    json_object_set_new(record, "subjects", subjects);
    set_flag(record, "suppressed", finding->suppressed);
    return emit(ex, record);
}

static bool export_detection(Exporter *ex, const Detection *detection)
{
    for (uint32_t i = 0; i < detection->n_groups; i++)
        if (!export_group(ex, &detection->groups[i]))
            return false;
    for (uint32_t i = 0; i < detection->n_findings; i++)
        if (!export_finding(ex, &detection->findings[i]))
            return false;
    return true;
}

bool export_jsonl(const Output *out, const Analysis *analysis, GError **error)
{
    Program *program = analysis->program;
    Exporter ex = {.out = out, .analysis = analysis, .program = program, .error = error};

    if (!export_meta(&ex))
        return false;
    for (uint32_t i = 0; i < program->n_modules; i++)
        if (!export_module(&ex, &program->modules[i]))
            return false;
    for (uint32_t i = 0; i < program->n_definitions; i++)
        if (!export_definition(&ex, &program->definitions[i]))
            return false;
    for (uint32_t i = 0; i < program->n_bindings; i++)
        if (!export_binding(&ex, &program->bindings[i]))
            return false;
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (!export_import(&ex, &program->imports[i]))
            return false;
    return analysis->detection == NULL || export_detection(&ex, analysis->detection);
}
