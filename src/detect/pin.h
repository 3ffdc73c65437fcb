/* pin.h — the registry of single sources of truth, as paths: where each pinned definition is to be
 * imported from. A pin names a definition's home or any module that binds it (a re-export). */
#ifndef ONEDEF_DETECT_PIN_H
#define ONEDEF_DETECT_PIN_H

#include "config/config.h"
#include "model/program.h"

/* PinnedPath — `definition` is to be imported as `name` from `module`. */
typedef struct PinnedPath {
    Id definition, module;
    Sym name;
} PinnedPath;

/* The pins that lead to a definition, one a definition, sorted by it; marks them as used. Caller
 * frees. Cost: the bindings of the modules that pins name, times the pins that name them. */
GArray *pins_resolve(const Program *program, Config *config);
/* NULL when the definition is not pinned. */
const PinnedPath *pins_find(const GArray *pins, Id definition);

#endif
