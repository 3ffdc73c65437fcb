/* exposure.h — can other modules see a name that an import binds, or does a string patch it? */
#ifndef ONEDEF_FIX_EXPOSURE_H
#define ONEDEF_FIX_EXPOSURE_H

#include "model/program.h"

/* Exposure — of one state of the program. What every import and chain is looked at for is looked up when it is first
 * asked for: most programs have few chains off the path. */
typedef struct Exposure Exposure;

Exposure *exposure_new(const Program *program);
void exposure_free(Exposure *exposure);
/* Can another module see what this import of `module` binds? Where that is not sure: yes. */
bool exposure_has(Exposure *exposure, Id module, const FactsImport *fact);
/* Does patch() name this dotted path? */
bool exposure_is_patched(const Exposure *exposure, const char *path);

#endif
