/* path.h — file paths as Python's importer reads them. */
#ifndef ONEDEF_MODEL_PATH_H
#define ONEDEF_MODEL_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* How a file takes part in imports, in order of precedence within one folder. */
typedef enum PathKind { PATH_EXTENSION, PATH_SOURCE, PATH_STUB, PATH_OTHER } PathKind;

/* Length of the module part of a file's name ("m" of "m.cpython-311-x86_64-linux-gnu.so"). A shared
 * library that is no extension module, and anything that is not Python, is PATH_OTHER. */
PathKind path_kind(const char *name, size_t *stem);
/* Can `import` name it: an identifier (Unicode ones included, in normal form) that is no keyword? */
bool path_is_identifier(const char *text, size_t length);
/* Last part of a path; length of the folder before it (0 when there is none). */
const char *path_name(const char *path);
size_t path_folder_length(const char *path);
/* `relative` as written in a packaging file that stands in `folder`, made relative to the project
 * root; NULL when it leads out of it. Caller frees. */
char *path_resolve(const char *folder, const char *relative);
/* Is `path` equal to or below `folder` ("" is above everything)? */
bool path_is_below(const char *path, const char *folder);

#endif
