/* A plan names thousands of survivors by their ids: what is no pattern is looked up. */
#include "fix/survivors.h"

#include <string.h>

#include "config/config.h"

struct Survivors {
    GHashTable *named; /* strings: without magic; the caller's */
    GPtrArray *globs;  /* char *: the others; likewise */
};

Survivors *survivors_new(const char *const *patterns)
{
    Survivors *survivors = g_new0(Survivors, 1);

    survivors->named = g_hash_table_new(g_str_hash, g_str_equal);
    survivors->globs = g_ptr_array_new();
    for (; patterns != NULL && *patterns != NULL; patterns++) {
        bool magic =
            strpbrk(*patterns, "*?[]{}!\\") != NULL || **patterns == '/' || g_str_has_suffix(*patterns, "/");
        if (magic)
            g_ptr_array_add(survivors->globs, (gpointer)(uintptr_t)*patterns);
        else
            g_hash_table_add(survivors->named, (gpointer)(uintptr_t)*patterns);
    }
    return survivors;
}

void survivors_free(Survivors *survivors)
{
    g_hash_table_destroy(survivors->named);
    g_ptr_array_free(survivors->globs, TRUE);
    g_free(survivors);
}

/* As config_glob has it for a pattern without magic: one part of a path, or its first parts. */
static bool is_named(GHashTable *named, const char *path)
{
    if (strchr(path, '/') == NULL)
        return g_hash_table_contains(named, path);
    for (const char *part = path, *end; part != NULL; part = *end == '/' ? end + 1 : NULL) {
        end = part + strcspn(part, "/");
        g_autofree char *one = g_strndup(part, (gsize)(end - part)),
                        *first = g_strndup(path, (gsize)(end - path));
        if (g_hash_table_contains(named, one) || g_hash_table_contains(named, first))
            return true;
    }
    return false;
}

bool survivors_have(const Survivors *survivors, const Program *program, Id definition)
{
    const char *id = program_text(program, program->definitions[definition].id);
    g_autofree char *dotted = g_strdup(id);

    g_strdelimit(dotted, ":", '.');
    if (is_named(survivors->named, id) || is_named(survivors->named, dotted))
        return true;
    for (uint32_t i = 0; i < survivors->globs->len; i++)
        if (config_glob(survivors->globs->pdata[i], id) || config_glob(survivors->globs->pdata[i], dotted))
            return true;
    return false;
}
