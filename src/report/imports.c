#include "report/imports.h"

#include <string.h>

static int compare_paths(gconstpointer a, gconstpointer b, gpointer program)
{
    const UsedPath *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    const Program *texts = program;
    int order = strcmp(program_text(texts, x->module), program_text(texts, y->module));
    return order != 0 ? order : strcmp(program_text(texts, x->name), program_text(texts, y->name));
}

GArray *imports_of_definition(const Program *program, Id definition, uint32_t *strings)
{
    GArray *paths = g_array_new(FALSE, TRUE, sizeof(UsedPath));
    g_autoptr(GHashTable) rows = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    *strings = 0;
    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->target.kind != TARGET_DEFINITION || import->target.id != definition ||
            import->kind == IMPORT_PARENT)
            continue;
        if (import->kind == IMPORT_STRING) {
            (*strings)++;
            continue;
        }
        gint64 key = ((gint64)import->module_name << 32) | import->name;
        uint32_t row = GPOINTER_TO_UINT(g_hash_table_lookup(rows, &key));
        if (row == 0) {
            UsedPath path = {.module = import->module_name, .name = import->name, .first = i};
            g_array_append_val(paths, path);
            row = paths->len;
            g_hash_table_insert(rows, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(row));
        }
        UsedPath *path = &g_array_index(paths, UsedPath, row - 1);
        const File *file = program_module_file(program, import->module);
        path->count++;
        path->n_production += file != NULL && file->role == ROLE_PRODUCTION;
    }
    g_array_sort_with_data(paths, compare_paths, (gpointer)program);
    return paths;
}

/* The finding's import: by path and line, the first broken one there. */
static const Import *import_of(const Program *program, const Finding *finding)
{
    for (uint32_t s = 0; s < finding->n_subjects; s++) {
        Id id = program_find_module(program, program_text(program, finding->subjects[s]));
        if (id == ID_NONE ||
            strcmp(program_module_path(program, id), program_text(program, finding->path)) != 0)
            continue;
        const Module *module = &program->modules[id];
        for (uint32_t i = 0; i < module->n_imports; i++) {
            const Import *import = &program->imports[module->first_import + i];
            if (import->line == finding->line && import->status >= IMPORT_NO_MODULE)
                return import;
        }
    }
    return NULL;
}

char *imports_missing_text(const Program *program, const Finding *finding)
{
    const Import *import = import_of(program, finding);
    if (import == NULL)
        return g_strdup(program_text(program, finding->message));
    const char *module = program_text(program, import->module_name),
               *name = program_text(program, import->name);
    switch (import->status) {
    case IMPORT_NO_NAME:
        return g_strdup_printf("no name %s in %s", name, module);
    case IMPORT_BEYOND_TOP:
        return g_strdup_printf("relative import beyond the top package (%s)", module);
    default:
        return g_strdup_printf("no module %s", module);
    }
}
