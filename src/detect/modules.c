/* Modules that exist twice: one file under two names, or two files under one. */
#include "detect/stage.h"

static uint32_t *count_importers(const Program *program, uint32_t **first)
{
    uint32_t *counts = g_new0(uint32_t, MAX(program->n_modules, 1));

    *first = g_new(uint32_t, MAX(program->n_modules, 1));
    for (uint32_t i = 0; i < program->n_modules; i++)
        (*first)[i] = UINT32_MAX;
    for (uint32_t i = 0; i < program->n_imports; i++) {
        Id target = program->imports[i].target_module;
        if (target == ID_NONE || program->imports[i].kind == IMPORT_PARENT ||
            program->imports[i].kind == IMPORT_STRING)
            continue;
        if (counts[target]++ == 0)
            (*first)[target] = i;
    }
    return counts;
}

static bool is_importable(const Module *module)
{
    return (module->flags & (MODULE_UNIMPORTABLE | MODULE_SHADOWED | MODULE_SCRIPT)) == 0;
}

/* Two names of one file in different units never meet in one process. */
static void judge_file(Stage *stage, const File *file, const uint32_t *counts, const uint32_t *first)
{
    const Program *program = stage->program;
    uint32_t names = 0, used = 0;
    Draft draft;

    for (Id id = file->first_module; id != ID_NONE; id = program->modules[id].next_of_file) {
        names += is_importable(&program->modules[id]);
        used += is_importable(&program->modules[id]) && counts[id] > 0;
    }
    if (names < 2)
        return;
    draft_begin(&draft, stage, RULE_DUAL_MODULE);
    draft.severity = used >= 2 ? SEVERITY_ERROR : SEVERITY_INFO;
    draft.path = file->path;
    draft.line = 1;
    g_autoptr(GString) list = g_string_new(NULL);
    for (Id id = file->first_module; id != ID_NONE; id = program->modules[id].next_of_file) {
        const Module *module = &program->modules[id];
        if (!is_importable(module))
            continue;
        draft_subject(&draft, module->id);
        draft.weight += counts[id];
        g_string_append_printf(list, "%s%s (%u import%s)", list->len > 0 ? " and " : "",
                               program_text(program, module->name), counts[id], counts[id] == 1 ? "" : "s");
        if (first[id] != UINT32_MAX)
            draft_evidence(&draft, stage_module_path(program, program->imports[first[id]].module),
                           program->imports[first[id]].line, "imports it as %s",
                           program_text(program, module->name));
    }
    draft_message(&draft, "one file, %u modules: %s", names, list->str);
    draft_end(&draft, NULL);
}

/* A link and what it leads to are two modules of one file as well. */
static void judge_link(Stage *stage, const File *file, const File *real, const uint32_t *counts)
{
    const Program *program = stage->program;
    Draft draft;

    if (real == NULL || real == file || real->first_module == ID_NONE || file->first_module == ID_NONE)
        return;
    const Module *module = &program->modules[file->first_module],
                 *original = &program->modules[real->first_module];
    draft_begin(&draft, stage, RULE_DUAL_MODULE);
    draft.severity =
        counts[file->first_module] > 0 && counts[real->first_module] > 0 ? SEVERITY_ERROR : SEVERITY_INFO;
    draft.path = file->path;
    draft.line = 1;
    draft_subject(&draft, module->id);
    draft_subject(&draft, original->id);
    draft_evidence(&draft, real->path, 1, "the file itself, as %s (%u imports)",
                   program_text(program, original->name), counts[real->first_module]);
    draft_message(&draft, "a link makes two modules of one file: %s and %s",
                  program_text(program, module->name), program_text(program, original->name));
    draft_end(&draft, NULL);
}

static void judge_shadowed(Stage *stage, Id id, GHashTable *winners)
{
    const Program *program = stage->program;
    const Module *module = &program->modules[id];
    Draft draft;

    gpointer found = g_hash_table_lookup(winners, GUINT_TO_POINTER(module->name));
    draft_begin(&draft, stage, RULE_SHADOWED_MODULE);
    draft.path = stage_module_path(program, id);
    draft.line = 1;
    draft.weight = module->n_definitions;
    draft_subject(&draft, module->id);
    if (found != NULL) {
        Id winner = GPOINTER_TO_UINT(found) - 1;
        draft_subject(&draft, program->modules[winner].id);
        draft_evidence(&draft, stage_module_path(program, winner), 1, "import %s loads this file",
                       program_text(program, module->name));
        draft_message(&draft, "module %s is hidden by %s", program_text(program, module->name),
                      program_module_path(program, winner));
    } else {
        draft_message(&draft, "module %s is hidden by another of the same name",
                      program_text(program, module->name));
    }
    draft_end(&draft, program_module_path(program, id));
}

void detect_modules(Stage *stage)
{
    const Program *program = stage->program;
    uint32_t *first = NULL;
    g_autofree uint32_t *counts = count_importers(program, &first);
    g_autoptr(GHashTable) winners = g_hash_table_new(NULL, NULL);
    Id unit = ID_NONE;

    g_autoptr(GHashTable) by_path = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < program->n_files; i++)
        g_hash_table_insert(by_path, GUINT_TO_POINTER(program->files[i].path), &program->files[i]);
    for (uint32_t i = 0; i < program->n_files; i++) {
        const File *file = &program->files[i];
        judge_file(stage, file, counts, first);
        if (file->real_path != 0)
            judge_link(stage, file, g_hash_table_lookup(by_path, GUINT_TO_POINTER(file->real_path)), counts);
    }
    /* Modules are sorted by unit: one table of the names that win, unit by unit. */
    for (Id id = 0; id < program->n_modules; id++) {
        if (program->modules[id].unit != unit) {
            unit = program->modules[id].unit;
            g_hash_table_remove_all(winners);
            for (Id other = id; other < program->n_modules && program->modules[other].unit == unit; other++)
                if ((program->modules[other].flags & MODULE_SHADOWED) == 0 &&
                    program->modules[other].file != ID_NONE)
                    g_hash_table_insert(winners, GUINT_TO_POINTER(program->modules[other].name),
                                        GUINT_TO_POINTER(other + 1));
        }
        if ((program->modules[id].flags & MODULE_SHADOWED) != 0 && program->modules[id].file != ID_NONE)
            judge_shadowed(stage, id, winners);
    }
    g_free(first);
}
