/* Where does the truth about a name live? The line to paste first, then the rest. */
#include "report/names.h"

#include "report/formats.h"
#include "report/imports.h"
#include "report/json_text.h"
#include "report/lookup.h"
#include "report/records.h"
#include "report/scan_text.h"
#include "report/text.h"

enum { PATHS_SHOWN = 8, DEFINITIONS_SHOWN = 12 };

/* Candidate — a definition that the name leads to, with the imports that reach it. */
typedef struct Candidate {
    Id definition;
    GArray *paths; /* UsedPath */
    uint32_t imports, strings;
    bool canonical; /* chosen in its group */
    bool production;
} Candidate;

static void candidate_clear(gpointer candidate)
{
    g_array_unref(((Candidate *)candidate)->paths);
}

static int compare_candidates(gconstpointer a, gconstpointer b)
{
    const Candidate *x = a, *y = b;
    if (x->canonical != y->canonical)
        return x->canonical ? -1 : 1;
    if (x->production != y->production)
        return x->production ? -1 : 1;
    if (x->imports != y->imports)
        return x->imports > y->imports ? -1 : 1;
    return (x->definition > y->definition) - (x->definition < y->definition);
}

static void add_candidate(const Analysis *analysis, GArray *candidates, Id definition)
{
    for (uint32_t i = 0; i < candidates->len; i++)
        if (g_array_index(candidates, Candidate, i).definition == definition)
            return;
    const Group *group = lookup_group(analysis, definition);
    const File *file = program_definition_file(analysis->program, definition);
    Candidate candidate = {.definition = definition};
    candidate.paths = imports_of_definition(analysis->program, definition, &candidate.strings);
    for (uint32_t i = 0; i < candidate.paths->len; i++)
        candidate.imports += g_array_index(candidate.paths, UsedPath, i).count;
    candidate.canonical =
        group != NULL && verdict_is_work(group->verdict) && group->canonical.definition == definition;
    candidate.production = file == NULL || file->role == ROLE_PRODUCTION;
    g_array_append_val(candidates, candidate);
}

/* The definitions a name leads to, and the canonical one of each group of work among them. */
static GArray *find_candidates(const Analysis *analysis, const char *name)
{
    g_autoptr(GArray) matches = lookup_name(analysis->program, name);
    GArray *candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));
    g_array_set_clear_func(candidates, candidate_clear);
    for (uint32_t i = 0; i < matches->len; i++) {
        Id definition = g_array_index(matches, Match, i).definition;
        if (definition == ID_NONE)
            continue;
        add_candidate(analysis, candidates, definition);
        const Group *group = lookup_group(analysis, definition);
        if (group != NULL && verdict_is_work(group->verdict) && group->canonical.definition != ID_NONE)
            add_candidate(analysis, candidates, group->canonical.definition);
    }
    g_array_sort(candidates, compare_candidates);
    return candidates;
}

static void say_standing(const Output *out, const Analysis *analysis, const Candidate *candidate)
{
    const Group *group = lookup_group(analysis, candidate->definition);
    if (group == NULL)
        return;
    const Definition *canonical = group->canonical.definition != ID_NONE
                                      ? &analysis->program->definitions[group->canonical.definition]
                                      : NULL;
    text_say(out, STYLE_PLAIN, "  %s", verdict_name(group->verdict));
    if (verdict_is_work(group->verdict) && candidate->canonical)
        text_say(out, STYLE_GOOD, ": this one should stay");
    else if (verdict_is_work(group->verdict) && canonical != NULL) {
        text_say(out, STYLE_WARN, ": to be replaced by ");
        text_put(out, STYLE_GOOD, program_text(analysis->program, canonical->id));
    } else if (verdict_is_work(group->verdict))
        text_say(out, STYLE_WARN, ": which one stays is undecided");
    if (group->summary != 0) {
        text_say(out, STYLE_PLAIN, "\n    ");
        text_wrap(out, STYLE_DIM, program_text(analysis->program, group->summary), 4, 4);
    } else {
        text_say(out, STYLE_PLAIN, "\n");
    }
}

static void say_paths(const Output *out, const Program *program, const Candidate *candidate)
{
    uint32_t shown = MIN(candidate->paths->len, section_limit(out, PATHS_SHOWN));
    if (candidate->imports == 0) {
        text_say(out, STYLE_DIM, "  nobody imports it by name\n");
    } else {
        text_say(out, STYLE_PLAIN, "  imported %s time%s through %u path%s\n", NUMBER(candidate->imports),
                 PLURAL(candidate->imports), candidate->paths->len, PLURAL(candidate->paths->len));
    }
    for (uint32_t i = 0; i < shown; i++) {
        const UsedPath *path = &g_array_index(candidate->paths, UsedPath, i);
        text_say(out, STYLE_PLAIN, "  %7s x  from ", NUMBER(path->count));
        text_put(out, STYLE_PLAIN, program_text(program, path->module));
        text_say(out, STYLE_PLAIN, " import ");
        text_put(out, STYLE_PLAIN, program_text(program, path->name));
        text_say(out, STYLE_PLAIN, "\n");
    }
    section_rest(out, shown, candidate->paths->len);
    if (candidate->strings > 0)
        text_say(out, STYLE_DIM, "  and named in %s string%s (patch targets and the like)\n",
                 NUMBER(candidate->strings), PLURAL(candidate->strings));
}

/* The line to paste. A definition with a private name is meant to be reached by a public one: then it
 * is the most used path with such a name. */
static char *import_line(const Analysis *analysis, const Candidate *candidate)
{
    const Program *program = analysis->program;
    const Definition *definition = &program->definitions[candidate->definition];
    if (program_text(program, definition->name)[0] == '_')
        for (uint32_t i = 0; i < candidate->paths->len; i++) {
            const UsedPath *path = &g_array_index(candidate->paths, UsedPath, i);
            if (program_text(program, path->name)[0] != '_')
                return g_strdup_printf("from %s import %s", program_text(program, path->module),
                                       program_text(program, path->name));
        }
    return lookup_import_line(analysis, candidate->definition);
}

static void say_candidate(const Output *out, const Analysis *analysis, const Candidate *candidate)
{
    const Program *program = analysis->program;
    const Definition *definition = &program->definitions[candidate->definition];
    const File *file = program_definition_file(program, candidate->definition);
    const FactsDefinition *fact = program_definition_fact(program, candidate->definition);
    if (fact->scope == SCOPE_FUNCTION) {
        text_put(out, STYLE_HEAD, program_text(program, definition->id));
        text_say(out, STYLE_DIM, "  local to a function: it has no import path");
    } else {
        g_autofree char *line = import_line(analysis, candidate);
        text_put(out, STYLE_HEAD, line);
        if (definition->parent != ID_NONE) {
            text_say(out, STYLE_DIM, "  # then ");
            text_put(out, STYLE_DIM, program_text(program, definition->qualname));
        }
    }
    text_say(out, STYLE_PLAIN, "\n  %s at ", definition_kind_name(definition->kind));
    text_place(out, file != NULL ? program_text(program, file->path) : "", definition->line);
    if (file != NULL && file->role != ROLE_PRODUCTION)
        text_say(out, STYLE_DIM, " (%s)", role_name(file->role));
    text_say(out, STYLE_PLAIN, "\n");
    say_standing(out, analysis, candidate);
    say_paths(out, program, candidate);
}

/* A name that leads to no definition: a module, a value, something outside. */
static void say_other(const Output *out, const Program *program, const char *name)
{
    g_autoptr(GArray) matches = lookup_name(program, name);
    uint32_t shown = MIN(matches->len, section_limit(out, DEFINITIONS_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        const Match *match = &g_array_index(matches, Match, i);
        text_put(out, STYLE_HEAD, program_text(program, program->modules[match->module].name));
        if (match->name == 0) {
            text_say(out, STYLE_PLAIN, "\n  module at ");
            text_place(out, program_module_path(program, match->module), 0);
            text_say(out, STYLE_PLAIN, "\n");
            continue;
        }
        const Binding *binding = &program->bindings[match->binding];
        g_autofree char *statement = lookup_statement(program, binding);
        text_say(out, STYLE_HEAD, ".");
        text_put(out, STYLE_HEAD, program_text(program, match->name));
        text_say(out, STYLE_PLAIN, "\n  no class of this project: %s at ", how_name(binding->how));
        text_place(out, program_module_path(program, match->module), binding->line);
        text_say(out, STYLE_PLAIN, "\n  ");
        text_wrap(out, STYLE_DIM, statement, 2, 4);
    }
    section_rest(out, shown, matches->len);
}

bool where_write_text(const Output *out, const Analysis *analysis, const char *const *names, GError **error)
{
    for (uint32_t n = 0; names[n] != NULL; n++) {
        g_autoptr(GArray) candidates = find_candidates(analysis, names[n]);
        uint32_t shown = MIN(candidates->len, section_limit(out, DEFINITIONS_SHOWN));
        if (n > 0)
            text_say(out, STYLE_PLAIN, "\n");
        for (uint32_t i = 0; i < shown; i++) {
            if (i > 0)
                text_say(out, STYLE_PLAIN, "\n");
            say_candidate(out, analysis, &g_array_index(candidates, Candidate, i));
        }
        section_rest(out, shown, candidates->len);
        if (candidates->len == 0)
            say_other(out, analysis->program, names[n]);
    }
    return report_finish(out, error);
}

static json_t *candidate_object(const Analysis *analysis, const Candidate *candidate)
{
    const Program *program = analysis->program;
    const Group *group = lookup_group(analysis, candidate->definition);
    json_t *object = record_definition(program, candidate->definition), *paths = json_array();
    g_autofree char *line = import_line(analysis, candidate);
    json_object_set_new(object, "import", json_text(line));
    json_object_set_new(object, "canonical", json_boolean(candidate->canonical));
    json_object_set_new(object, "verdict",
                        group != NULL ? json_string(verdict_name(group->verdict)) : json_null());
    json_object_set_new(object, "group", group != NULL ? json_sym(program, group->id) : json_null());
    json_object_set_new(object, "imports", json_integer(candidate->imports));
    json_object_set_new(object, "string_references", json_integer(candidate->strings));
    for (uint32_t i = 0; i < candidate->paths->len; i++) {
        const UsedPath *path = &g_array_index(candidate->paths, UsedPath, i);
        json_t *entry = json_object();
        json_object_set_new(entry, "module", json_sym(program, path->module));
        json_object_set_new(entry, "name", json_sym(program, path->name));
        json_object_set_new(entry, "imports", json_integer(path->count));
        json_object_set_new(entry, "production_imports", json_integer(path->n_production));
        json_array_append_new(paths, entry);
    }
    json_object_set_new(object, "paths", paths);
    return object;
}

bool where_write_json(const Output *out, const Analysis *analysis, const char *const *names, GError **error)
{
    RecordList list = {0};
    fputs("{\n", out->file);
    list_member(&list, out->file, "schema", json_integer(1));
    list_open(&list, out->file, "names");
    for (uint32_t n = 0; names[n] != NULL; n++) {
        g_autoptr(GArray) candidates = find_candidates(analysis, names[n]);
        json_t *object = json_object(), *definitions = json_array();
        json_object_set_new(object, "name", json_text(names[n]));
        for (uint32_t i = 0; i < candidates->len; i++)
            json_array_append_new(definitions,
                                  candidate_object(analysis, &g_array_index(candidates, Candidate, i)));
        json_object_set_new(object, "definitions", definitions);
        list_add(&list, object);
    }
    list_close(&list);
    fputs("\n}\n", out->file);
    return report_finish(out, error);
}
