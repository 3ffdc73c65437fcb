/* build_id.h — which code is running: what computed a result that is to be used again. */
#ifndef ONEDEF_BASE_BUILD_ID_H
#define ONEDEF_BASE_BUILD_ID_H

#include <stdbool.h>

#include "base/digest.h"

/* Takes the linker's build ids of the program and of every shared library loaded (igraph computes
 * ranks, GLib formats numbers: an upgrade of either may change a result). False when one of them has no
 * such id: then nothing is known. */
bool build_id_digest(Digest *digest);

#endif
