/* edit.h — byte-minimal changes of one file, and the patch that makes them.
 *
 * An Edit is a set of spans of the old bytes with the bytes that take their place. Everything
 * outside the spans stays as it is, whatever its encoding or line endings. */
#ifndef ONEDEF_FIX_EDIT_H
#define ONEDEF_FIX_EDIT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* EditSpan — bytes [start, end) become `text`; start == end inserts. */
typedef struct EditSpan {
    uint32_t start, end;
    char *text; /* owned */
} EditSpan;

typedef struct Edit {
    GArray *spans; /* EditSpan; in any order until edit_apply sorts them */
} Edit;

void edit_init(Edit *edit);
void edit_clear(Edit *edit);
/* `text` is copied. Spans must not overlap (two insertions at one place keep the order of adding). */
void edit_replace(Edit *edit, uint32_t start, uint32_t end, const char *text);
/* The bytes after the edit; NULL when spans overlap or lie outside. Caller unrefs. */
GBytes *edit_apply(Edit *edit, GBytes *before);

/* Appends the unified diff from `before` to `after` (NULL: the file is deleted), with a/ and b/ as
 * `git apply` takes it. Lines end at LF alone, as for git. `mode`: 0100644 or 0100755, written for deletions.
 * Cost: linear in the bytes, plus the square of the longest run of changed lines at worst. */
void diff_append(GString *out, const char *path, uint32_t mode, GBytes *before, GBytes *after);

#endif
