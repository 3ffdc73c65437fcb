#include "parse/scratch.h"

#include <glib.h>

LexedScratch *scratch_new(void)
{
    return g_new0(LexedScratch, 1);
}

void scratch_free(LexedScratch *scratch)
{
    if (scratch == NULL)
        return;
    scopes_clear(&scratch->scopes);
    normal_clear(&scratch->normal);
    g_free(scratch->hashes);
    g_free(scratch->locals);
    g_free(scratch->ordinals);
    g_free(scratch->ordinal_stamp);
    g_free(scratch->names.entries);
    g_free(scratch->names.table);
    g_free(scratch->names.strings);
    g_free(scratch);
}

void scratch_reset(LexedScratch *scratch)
{
    scratch->has_scopes = scratch->has_normal = scratch->has_hashes = false;
}

const Scopes *scratch_scopes(const Lexed *lexed)
{
    LexedScratch *scratch = lexed->scratch;

    if (!scratch->has_scopes)
        scopes_find(&scratch->scopes, lexed);
    scratch->has_scopes = true;
    return &scratch->scopes;
}

const NormalTokens *scratch_normal(const Lexed *lexed)
{
    LexedScratch *scratch = lexed->scratch;

    if (!scratch->has_normal)
        normal_find(&scratch->normal, lexed);
    scratch->has_normal = true;
    return &scratch->normal;
}
