/* A late import gives what its path holds at that moment: where a patch is in force, the double. It is in
 * force while its test runs. So it reaches all code of the program, which any test may run, and the code of
 * tests that others have a part in: conftest files, helpers, and what another file imports or names. It does
 * not reach a test file that nobody else can call from another one: while the tests of the one run, none of
 * the other's do. What a file patches for itself always counts. */
#include "fix/late.h"

#include <string.h>

struct LatePatches {
    const Program *program;
    GHashTable
        *holders; /* dotted path → GArray of Id: modules whose patches name it, or something below it */
    bool *alone;  /* by module: a test file that nobody else can call */
};

static void free_list(void *array)
{
    g_array_free(array, TRUE);
}

static void add_holder(GHashTable *holders, const char *dotted, Id module)
{
    for (const char *end = dotted + strlen(dotted); end != NULL && end > dotted;
         end = g_strrstr_len(dotted, end - dotted, ".")) {
        g_autofree char *path = g_strndup(dotted, (gsize)(end - dotted));
        GArray *list = g_hash_table_lookup(holders, path);
        if (list == NULL) {
            list = g_array_new(FALSE, FALSE, sizeof(Id));
            g_hash_table_insert(holders, g_steal_pointer(&path), list);
        }
        if (list->len == 0 || g_array_index(list, Id, list->len - 1) != module)
            g_array_append_val(list, module);
    }
}

/* test_….py and …_test.py: what a runner collects. */
static bool is_test_file(const Program *program, Id module)
{
    const File *file = program_module_file(program, module);
    const char *name = program_text(program, program->modules[module].name), *dot = strrchr(name, '.');
    const char *last = dot != NULL ? dot + 1 : name;

    return file != NULL && file->role == ROLE_TEST &&
           (g_str_has_prefix(last, "test_") || g_str_has_suffix(last, "_test"));
}

static void find_alone(LatePatches *patches)
{
    const Program *program = patches->program;
    g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);

    for (Id f = 0; f < program->n_files; f++) {
        const File *file = &program->files[f];
        for (uint32_t i = 0; i < file->facts.n_references; i++)
            g_hash_table_add(named, (gpointer)(uintptr_t)file_text(file, file->facts.references[i].text));
    }
    for (Id m = 0; m < program->n_modules; m++)
        patches->alone[m] = is_test_file(program, m) &&
                            !g_hash_table_contains(named, program_text(program, program->modules[m].name));
    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->target_module != ID_NONE && import->target_module != import->module)
            patches->alone[import->target_module] = false;
        if (import->target.kind == TARGET_MODULE && import->target.id != import->module)
            patches->alone[import->target.id] = false;
    }
}

LatePatches *late_patches_new(const Program *program)
{
    LatePatches *patches = g_new0(LatePatches, 1);

    patches->program = program;
    patches->alone = g_new0(bool, program->n_modules + 1);
    patches->holders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_list);
    for (Id f = 0; f < program->n_files; f++) {
        const File *file = &program->files[f];
        for (uint32_t i = 0; i < file->facts.n_references; i++)
            if (file->facts.references[i].kind == REFERENCE_PATCH)
                add_holder(patches->holders, file_text(file, file->facts.references[i].text),
                           file->first_module);
    }
    find_alone(patches);
    return patches;
}

void late_patches_free(LatePatches *patches)
{
    g_hash_table_destroy(patches->holders);
    g_free(patches->alone);
    g_free(patches);
}

bool late_patches_reach(const LatePatches *patches, const char *path, Id importer)
{
    const GArray *list = g_hash_table_lookup(patches->holders, path);

    for (uint32_t i = 0; list != NULL && i < list->len; i++) {
        Id holder = g_array_index(list, Id, i);
        if (holder == ID_NONE || holder == importer || !patches->alone[holder] || !patches->alone[importer])
            return true;
    }
    return false;
}
