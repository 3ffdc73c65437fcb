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
    g_free(scratch->hashes);
    g_free(scratch);
}

void scratch_reset(LexedScratch *scratch)
{
    scratch->n_hashes = 0;
}
