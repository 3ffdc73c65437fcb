/* homes.h — the canonical path of every definition, as phase 2B has it. */
#ifndef ONEDEF_FIX_HOMES_H
#define ONEDEF_FIX_HOMES_H

#include "detect/pin.h"
#include "fix/fix.h"

typedef struct Homes {
    const Program *program;
    GHashTable *fragmentation; /* definition id + 1 → const Fragmentation * */
    GArray *pins;              /* PinnedPath */
    GHashTable *values;        /* key of a value, see homes.c → PinnedPath */
} Homes;

void homes_init(Homes *homes, const FixView *view, Config *config);
void homes_clear(Homes *homes);
/* Where `importer` should import it from. *pinned: the configuration says so. */
PinnedPath homes_of(const Homes *homes, Id definition, Id importer, bool *pinned);
/* Where a plain value is pinned to: by its name, or by "module:name" in the words of a definition's id (no
 * globs). NULL: nowhere. */
const PinnedPath *homes_of_value(const Homes *homes, Target value);
/* Is a chain that asks `module` for `name` in order: the home's own module, the canonical path, or a package
 * above the home? Chains are read late, so a package's root is no danger, whoever asks. */
bool homes_settled(const Homes *homes, Id definition, Id importer, Id module, Sym name);

#endif
