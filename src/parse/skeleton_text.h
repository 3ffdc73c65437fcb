/* skeleton_text.h — the skeleton's text in the making, and how it lies in the file; internal to parse/. */
#ifndef ONEDEF_PARSE_SKELETON_TEXT_H
#define ONEDEF_PARSE_SKELETON_TEXT_H

#include "parse/skeleton.h"

/* SkeletonText — grows at its end; keeps its memory between files. */
typedef struct SkeletonText {
    char *text;
    size_t length, capacity;
    SkeletonSegment *segments;
    size_t n_segments, segments_capacity;
    const Lexed *lexed;
    uint32_t done; /* original bytes up to here are copied or left out */
} SkeletonText;

void skeleton_text_begin(SkeletonText *out, const Lexed *lexed);
/* Ends the text with a NUL and gives it to `result`. */
void skeleton_text_finish(SkeletonText *out, Skeleton *result);
void skeleton_text_clear(SkeletonText *out);

/* Text that is not in the file. */
void skeleton_add(SkeletonText *out, const char *text, size_t length, uint32_t origin);
/* ` ...` in the stead of bytes [start, end): see skeleton_origin. */
void skeleton_dots(SkeletonText *out, uint32_t start, uint32_t end);
/* The file's bytes [from, to). */
void skeleton_copy(SkeletonText *out, uint32_t from, uint32_t to);
/* The same without comments, blank lines behind comments, and the text of docstrings. */
void skeleton_copy_code(SkeletonText *out, uint32_t from, uint32_t to);
/* Copies the code from `done` on. */
void skeleton_copy_to(SkeletonText *out, uint32_t to);

/* Whether token `i` is a comma at the end of a statement: tree-sitter, unlike Python, reads on in the
 * next line. A `;` behind it says that it ends. */
bool skeleton_is_last_comma(const Lexed *lexed, uint32_t i);
/* Copies up to such a comma's end `at` and adds the `;`; returns where copying goes on. */
uint32_t skeleton_end_statement(SkeletonText *out, uint32_t from, uint32_t at);

#endif
