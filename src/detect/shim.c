/* Shims: modules that only pass names on. Facts count the statements that are more than imports,
 * `__all__`, aliases and warnings; a shim has none and defines nothing. What stays a judgement is
 * which of these modules was *meant* to be importable: one that others import passed-on names from,
 * or that says so (`__all__`, star, `X as X`, a deprecation). Modules that import for the effect
 * (registries of models, plugins) are neither. */
#include "detect/stage.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_USERS_SHOWN = 16 };

/* Passing — what a module passes on. */
typedef struct Passing {
    uint32_t names;   /* first-party names passed on */
    uint32_t sources; /* distinct modules that they come from, capped at 2 */
    Id source;
    bool declared;       /* star import, `X as X` or alias */
    bool own_submodules; /* passes on what lies below it */
} Passing;

static bool is_marked(const File *file, FactsMarkerKind kind)
{
    for (uint32_t i = 0; i < file->facts.n_markers; i++)
        if (file->facts.markers[i].kind == kind)
            return true;
    return false;
}

static bool lies_below(const Program *program, Id module, Id package)
{
    for (uint32_t steps = 0; module != ID_NONE && steps < 64; steps++) {
        if (module == package)
            return true;
        module = program->modules[module].parent;
    }
    return false;
}

static Id source_of(const Program *program, const Import *import)
{
    if (import->target.kind == TARGET_DEFINITION)
        return program->definitions[import->target.id].module;
    return import->target_module;
}

static Passing passes_on(const Program *program, Id id)
{
    const Module *module = &program->modules[id];
    const File *file = program_module_file(program, id);
    Passing out = {.source = ID_NONE};

    for (uint32_t i = 0; i < module->n_imports; i++) {
        const Import *import = &program->imports[module->first_import + i];
        if (import->kind == IMPORT_PARENT || import->kind == IMPORT_STRING || import->kind == IMPORT_TYPING ||
            import->status != IMPORT_OK)
            continue;
        Id source = source_of(program, import);
        const FactsImport *fact = import->fact != FACTS_NONE ? &file->facts.imports[import->fact] : NULL;
        if (source == ID_NONE || fact == NULL || fact->form == IMPORT_MODULE)
            continue;
        out.names++;
        out.declared =
            out.declared || fact->form == IMPORT_STAR || (fact->aliased && fact->bound == fact->name);
        out.own_submodules = out.own_submodules || (source != id && lies_below(program, source, id));
        if (import->target_module != out.source)
            out.sources += out.sources < 2;
        out.source = import->target_module;
    }
    return out;
}

static bool is_shim(const Program *program, Id id, Passing *passing)
{
    const Module *module = &program->modules[id];
    const File *file = program_module_file(program, id);

    if (file == NULL || file->facts.header == NULL || file->stub || file->status != FILE_PARSED ||
        file->facts.header->n_plain_statements > 0 || module->n_definitions > 0 ||
        file->facts.n_imports == 0 || (file->facts.header->flags & FACTS_MAIN_GUARD) != 0)
        return false;
    *passing = passes_on(program, id);
    if (passing->names == 0)
        return false;
    if ((module->flags & MODULE_PACKAGE) != 0)
        return is_marked(file, MARKER_DEPRECATED) || (passing->sources == 1 && !passing->own_submodules);
    return true;
}

static bool is_use(const Import *import)
{
    return import->kind != IMPORT_PARENT && import->target_module != ID_NONE &&
           import->target_module != import->module;
}

/* Chains the imports of each module: heads by module, links by import; counts them, and those that take
 * names. */
static void chain_users(const Program *program, uint32_t *first_user, uint32_t *next_user, uint32_t *users,
                        uint32_t *takers)
{
    for (Id id = 0; id < program->n_modules; id++)
        first_user[id] = ID_NONE;
    for (uint32_t i = program->n_imports; i-- > 0;) {
        const Import *import = &program->imports[i];
        if (!is_use(import))
            continue;
        next_user[i] = first_user[import->target_module];
        first_user[import->target_module] = i;
        users[import->target_module]++;
        takers[import->target_module] += import->name != 0 || import->kind == IMPORT_STAR_KIND;
    }
}

/* `first_user` and `next_user`: the imports of the shim, as a list in order of imports. */
static void report_shim(Stage *stage, Id id, const Passing *passing, const Shim *shim, uint32_t first_user,
                        const uint32_t *next_user)
{
    const Program *program = stage->program;
    const Module *module = &program->modules[id];
    uint32_t shown = 0;
    Draft draft;

    draft_begin(&draft, stage, shim->n_users == 0 ? RULE_DEAD_SHIM : RULE_SHIM);
    draft.path = stage_module_path(program, id);
    draft.line = 1;
    draft.weight = shim->n_users;
    draft_subject(&draft, module->id);
    if (passing->source != ID_NONE && passing->sources == 1)
        draft_evidence(&draft, stage_module_path(program, passing->source), 1, "passes on %s",
                       program_text(program, program->modules[passing->source].id));
    for (uint32_t i = first_user; i != ID_NONE && shown < MAX_USERS_SHOWN; i = next_user[i]) {
        const Import *import = &program->imports[i];
        draft_evidence(&draft, stage_module_path(program, import->module), import->line,
                       "%s imports %s from it", program_text(program, program->modules[import->module].id),
                       import->name != 0 ? program_text(program, import->name) : "everything");
        shown++;
    }
    if (shim->n_users == 0)
        draft_message(&draft, "%s only passes on %u name%s and nobody imports it",
                      program_text(program, module->name), shim->n_names, shim->n_names == 1 ? "" : "s");
    else
        draft_message(&draft, "%s%s only passes on %u name%s; %u import%s of it remain%s",
                      shim->deprecated ? "deprecated " : "", program_text(program, module->name),
                      shim->n_names, shim->n_names == 1 ? "" : "s", shim->n_users,
                      shim->n_users == 1 ? "" : "s", shim->n_users == 1 ? "s" : "");
    draft_end(&draft, NULL);
}

static int compare_shims(const void *a, const void *b, void *data)
{
    const Program *program = data;

    return sym_compare(program->interner, program->modules[((const Shim *)a)->module].id,
                       program->modules[((const Shim *)b)->module].id);
}

void detect_shims(Stage *stage)
{
    const Program *program = stage->program;
    g_autofree uint32_t *users = g_new0(uint32_t, program->n_modules + 1),
                        *takers = g_new0(uint32_t, program->n_modules + 1);
    g_autofree uint32_t *first_user = g_new(uint32_t, program->n_modules + 1),
                        *next_user = g_new(uint32_t, program->n_imports + 1);
    chain_users(program, first_user, next_user, users, takers);
    GArray *shims = g_array_new(FALSE, FALSE, sizeof(Shim));

    for (Id id = 0; id < program->n_modules; id++) {
        Passing passing;
        if (!is_shim(program, id, &passing))
            continue;
        const File *file = program_module_file(program, id);
        Shim shim = {.module = id,
                     .n_names = passing.names,
                     .n_users = users[id],
                     .deprecated = is_marked(file, MARKER_DEPRECATED)};
        bool meant = takers[id] > 0 || shim.deprecated || passing.declared || file->facts.n_alls > 0;
        if (!meant || (file->role != ROLE_PRODUCTION && users[id] == 0))
            continue;
        g_array_append_val(shims, shim);
        report_shim(stage, id, &passing, &shim, first_user[id], next_user);
    }
    g_qsort_with_data(shims->data, (gint)shims->len, sizeof(Shim), compare_shims, stage->program);
    stage->detection->n_shims = shims->len;
    stage->detection->shims = (Shim *)(void *)g_array_free(shims, FALSE);
}
