/* packaging.h — what the packaging files of one folder say about where its packages are.
 *
 * Read: pyproject.toml (PEP 621, setuptools, Poetry, Hatch, Flit, PDM, Maturin, scikit-build, uv, and
 * pytest's pythonpath), setup.cfg, and setup.py as text, never run: literal package_dir and
 * find_packages arguments. A file that is malformed says nothing. */
#ifndef ONEDEF_MODEL_PACKAGING_H
#define ONEDEF_MODEL_PACKAGING_H

#include "base/digest.h"
#include "source/source.h"

/* PackagingRoot — a folder that goes on the path, relative to the project root; `prefix` is the
 * package that the folder itself is ("" for none). */
typedef struct PackagingRoot {
    char *dir, *prefix;
    const char *reason; /* static */
} PackagingRoot;

typedef struct Packaging {
    char *name;    /* of the project; NULL when not said */
    GArray *roots; /* PackagingRoot, in order */
    bool is_unit;  /* a project, not merely tool settings */
} Packaging;

/* `folder` relative to the project root. */
void packaging_read(Source *source, const char *folder, Packaging *packaging);
/* Takes the bytes of all files that packaging_read would look at. */
void packaging_digest(Source *source, const char *folder, Digest *digest);
void packaging_clear(Packaging *packaging);

#endif
