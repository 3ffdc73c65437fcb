/* declared.h — the installed packages that a project says it needs, as its packaging files name them. */
#ifndef ONEDEF_FIX_DECLARED_H
#define ONEDEF_FIX_DECLARED_H

#include "model/program.h"
#include "source/source.h"

/* A set of names, normalised: pyproject.toml (PEP 621, PEP 735, Poetry), setup.cfg, setup.py as text, and the
 * usual requirements files, at the root and in each unit's folder. Caller destroys. */
GHashTable *declared_names(Source *source, const Program *program);
/* May a top module be one that they install? `yaml` is of PyYAML, `dateutil` of python-dateutil. */
bool declared_has(GHashTable *declared, const char *top);

#endif
