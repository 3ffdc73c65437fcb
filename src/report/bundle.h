/* bundle.h — a set of text files that belong together, put into one folder.
 *
 * Every file starts with a line (the mark) that says who wrote it. A file of the same name that does not
 * start with it is somebody else's and is never overwritten: the whole bundle is refused then. All files
 * are on disk under temporary names before the first is renamed to its own, so a full disk or a killed
 * run leaves the old ones; marked files that are not in the bundle any more are removed at the end. */
#ifndef ONEDEF_REPORT_BUNDLE_H
#define ONEDEF_REPORT_BUNDLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct BundleFile {
    char *name;  /* no folder in it; owned */
    GString *text; /* without the mark; owned */
} BundleFile;

typedef struct Bundle {
    const char *mark; /* one line, without its end; static */
    GArray *files;    /* BundleFile; the last is renamed last */
} Bundle;

void bundle_init(Bundle *bundle, const char *mark);
void bundle_clear(Bundle *bundle);
/* Takes both. */
void bundle_add(Bundle *bundle, char *name, GString *text);
/* Makes the folder where it is missing. On failure nothing of the folder has changed, unless a rename itself failed. */
bool bundle_write(const Bundle *bundle, const char *folder, GError **error);

#endif
