/* skeleton.h — the part of a file that tree-sitter has to see.
 *
 * Statements of which tokens say everything (plain.h) are listed, and a `pass` stands for a run of
 * them. Of the rest, comments, the text of strings that are statements (docstrings), plain parameter lists
 * and return annotations are left out: extraction takes them from the tokens, or asks for their
 * place alone.
 * The body of every outermost function (or method) is replaced by the
 * lines in it that matter and `...` for the rest: its import statements, `global` statements and
 * the assignments, defs and classes that those govern, assignments to sys.modules, and the headers
 * of the compound statements around them, with every clause of a kept compound statement kept. All
 * else (module level, class level, functions that hold a class) stays byte for byte, but for a `;`
 * behind a comma that ends a statement (tree-sitter would read on in the next line). The skeleton
 * of well-formed Python is well-formed Python. Cost: linear in tokens. */
#ifndef ONEDEF_PARSE_SKELETON_H
#define ONEDEF_PARSE_SKELETON_H

#include "parse/lexer.h"
#include "parse/plain.h"

/* SkeletonSegment — from `at` (offset in the skeleton) on, original offset = origin + (offset - at),
 * up to the next segment. Text that the skeleton adds ("...") maps to the place it stands for. */
typedef struct SkeletonSegment {
    uint32_t at, origin;
} SkeletonSegment;

/* SkeletonRun — plain statements of one block, one after the other, of which the text at `at` shows
 * nothing but a `pass`: entries [first, last) of `plains`. */
typedef struct SkeletonRun {
    uint32_t at, first, last;
} SkeletonRun;

typedef struct Skeleton {
    const char *text;
    uint32_t length;
    const SkeletonSegment *segments; /* ascending; segments[0].at == 0 */
    uint32_t n_segments;
    const Plain *plains;
    const SkeletonRun *runs; /* ascending */
    uint32_t n_runs;
} Skeleton;

/* Whether a tree would say nothing that the runs do not: the text is empty, or one `pass`. */
bool skeleton_is_plain(const Skeleton *skeleton);

typedef struct Skeletons Skeletons; /* buffers; one a thread */
Skeletons *skeletons_new(void);
void skeletons_free(Skeletons *skeletons);
const Skeleton *skeletons_make(Skeletons *skeletons, const Lexed *lexed);
/* The whole file in the same form: what --full-parse gives to tree-sitter. In both, bytes that
 * tree-sitter would misread are replaced one for one: a bare CR by LF, the first byte of a conflict
 * marker by `#`, the t of t-strings by f, NUL by a space, and in files that are no UTF-8 every byte
 * above 0x7f by `_`. Texts are to be taken from the original bytes. */
const Skeleton *skeletons_whole(Skeletons *skeletons, const Lexed *lexed);

/* A body that is left out becomes `...`: its start maps to the start of the body's first statement,
 * its end (with `end`) to the end of the last one. A body of which lines are kept ends in a `...`
 * of that kind too when its last statement is left out, so that every function's end is exact. */
/* Original offset of a skeleton offset (binary search; ends map to ends: pass `end` true for an
 * exclusive end so that it maps just behind the last kept byte). */
uint32_t skeleton_origin(const Skeleton *skeleton, uint32_t offset, bool end);

#endif
