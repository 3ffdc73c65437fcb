#include "report/explain.h"

#include "report/formats.h"
#include "report/imports.h"
#include "report/json_text.h"
#include "report/names.h"
#include "report/records.h"

static json_t *hop_array(const Program *program, const Binding *binding)
{
    json_t *array = json_array();
    for (Id hop = binding->n_hops > 0 ? binding->first_hop : ID_NONE; hop != ID_NONE;
         hop = program->hops[hop].next) {
        const Hop *step = &program->hops[hop];
        const Binding *there = lookup_hop(program, step);
        g_autofree char *statement = there != NULL ? lookup_statement(program, there) : NULL;
        json_t *object = json_object();
        json_object_set_new(object, "module", json_sym(program, program->modules[step->module].id));
        json_object_set_new(object, "name", json_sym(program, step->name));
        json_object_set_new(object, "path", json_text(program_module_path(program, step->module)));
        json_object_set_new(object, "line", json_integer(step->line));
        json_object_set_new(object, "how", there != NULL ? json_string(how_name(there->how)) : json_null());
        json_object_set_new(object, "statement", statement != NULL ? json_text(statement) : json_null());
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *candidate_object(Program *program, const Binding *binding)
{
    json_t *object = json_object();
    g_autofree char *statement = lookup_statement(program, binding);
    json_object_set_new(object, "how", json_string(how_name(binding->how)));
    json_object_set_new(object, "certainty", json_string(certainty_name(binding->certainty)));
    json_object_set_new(object, "path", json_text(program_module_path(program, binding->module)));
    json_object_set_new(object, "line", json_integer(binding->line));
    json_object_set_new(object, "statement", json_text(statement));
    json_object_set_new(object, "hops", hop_array(program, binding));
    json_object_set_new(object, "target", json_sym(program, program_target_id(program, binding->target)));
    return object;
}

static json_t *match_object(Program *program, const Match *match)
{
    json_t *object = json_object(), *candidates = json_array();
    uint32_t count;
    const Binding *bindings = lookup_candidates(program, match, &count);
    json_object_set_new(object, "module", json_sym(program, program->modules[match->module].id));
    json_object_set_new(object, "name", json_sym_or_null(program, match->name));
    json_object_set_new(object, "definition",
                        match->definition != ID_NONE
                            ? json_sym(program, program->definitions[match->definition].id)
                            : json_null());
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(candidates, candidate_object(program, &bindings[i]));
    json_object_set_new(object, "candidates", candidates);
    return object;
}

static void note_definition(GArray *definitions, Id definition)
{
    for (uint32_t i = 0; i < definitions->len; i++)
        if (g_array_index(definitions, Id, i) == definition)
            return;
    if (definition != ID_NONE)
        g_array_append_val(definitions, definition);
}

static json_t *definition_object(const Analysis *analysis, Id definition)
{
    const Program *program = analysis->program;
    const Group *group = lookup_group(analysis, definition);
    json_t *object = record_definition(program, definition), *paths = json_array();
    uint32_t strings;
    g_autoptr(GArray) used = imports_of_definition(program, definition, &strings);
    for (uint32_t i = 0; i < used->len; i++) {
        const UsedPath *path = &g_array_index(used, UsedPath, i);
        json_t *entry = json_object();
        json_object_set_new(entry, "module", json_sym(program, path->module));
        json_object_set_new(entry, "name", json_sym(program, path->name));
        json_object_set_new(entry, "imports", json_integer(path->count));
        json_array_append_new(paths, entry);
    }
    json_object_set_new(object, "paths", paths);
    json_object_set_new(object, "string_references", json_integer(strings));
    json_object_set_new(object, "group", group != NULL ? record_group(program, group) : json_null());
    return object;
}

bool explain_write_json(const Output *out, const Analysis *analysis, const char *const *names, GError **error)
{
    g_autoptr(GArray) definitions = g_array_new(FALSE, FALSE, sizeof(Id));
    RecordList list = {0};
    fputs("{\n", out->file);
    list_member(&list, out->file, "schema", json_integer(1));
    list_open(&list, out->file, "names");
    for (uint32_t n = 0; names[n] != NULL; n++) {
        g_autoptr(GArray) matches = lookup_name(analysis->program, names[n]);
        json_t *object = json_object(), *array = json_array();
        json_object_set_new(object, "name", json_text(names[n]));
        for (uint32_t i = 0; i < matches->len; i++) {
            const Match *match = &g_array_index(matches, Match, i);
            json_array_append_new(array, match_object(analysis->program, match));
            note_definition(definitions, match->definition);
        }
        json_object_set_new(object, "matches", array);
        list_add(&list, object);
    }
    list_close(&list);
    fputs(",\n", out->file);
    list_open(&list, out->file, "definitions");
    for (uint32_t i = 0; i < definitions->len; i++)
        list_add(&list, definition_object(analysis, g_array_index(definitions, Id, i)));
    list_close(&list);
    fputs("\n}\n", out->file);
    return report_finish(out, error);
}
