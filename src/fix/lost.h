/* lost.h — imports below a top module that the tree does not have, and what they ask for there. */
#ifndef ONEDEF_FIX_LOST_H
#define ONEDEF_FIX_LOST_H

#include "fix/homes.h"

typedef struct Lost Lost;

/* LostAnswer — where one import leads. */
typedef struct LostAnswer {
    Target target;
    Id module; /* to import from; for modules their package */
    Sym name;
    Id home; /* the module whose name ends with the asked path */
    bool pinned;
} LostAnswer;

/* Reads what `source` says about installed packages, and judges every top module that is asked for. */
Lost *lost_new(const FixView *view, Source *source, const Homes *homes);
void lost_free(Lost *lost);
/* Does it ask below a top module that was moved, or for something pinned? All others may be installed. */
bool lost_concerns(const Lost *lost, const Import *import);
/* May the file's folder be one from where full names below that home's top package cannot be imported? No: a
 * file of this folder, or of one above it that is not the root, does it. */
bool lost_is_secluded(const Lost *lost, const Import *import, Id home);
/* Is little asked of its top module, by a file below the folder in which that would be? Then a file that changes
 * sys.path may well put this folder there. */
bool lost_is_above(const Lost *lost, const Import *import);
/* What it asks for; NULL when that is known, else why it is not: static. */
const char *lost_answer(const Lost *lost, const Import *import, LostAnswer *answer);

#endif
