/* write.h — edited files put in place: all of them, or none.
 *
 * Before anything is touched, the old bytes and a journal that names them are on disk in a folder
 * beside the cache. New bytes are then written beside each file, checked, and renamed over it. A run
 * that is killed leaves the journal; the next one puts the old bytes back (write_recover). A lock keeps
 * two runs on one tree apart. Symbolic links are followed; mode and, where allowed, owner are kept. */
#ifndef ONEDEF_FIX_WRITE_H
#define ONEDEF_FIX_WRITE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* WriteFile — `path` relative to the root; refused when the file does not hold `before` any more. `after`: NULL
 * to remove it. */
typedef struct WriteFile {
    const char *path;
    GBytes *before, *after;
} WriteFile;

/* `cache_dir`: NULL for the user's. */
bool write_files(const char *root, const char *cache_dir, const WriteFile *files, uint32_t n_files, GError **error);
/* Rolls back what a killed run left; *n_restored is the number of files put back. */
bool write_recover(const char *root, const char *cache_dir, uint32_t *n_restored, GError **error);

#endif
