/* skeleton_lines.h — the logical lines of one function body, and which of them the skeleton keeps. */
#ifndef ONEDEF_PARSE_SKELETON_LINES_H
#define ONEDEF_PARSE_SKELETON_LINES_H

#include "parse/lexer.h"

#define SKELETON_NONE UINT32_MAX

/* SkeletonLine — one logical line; `items` holds them in source order. */
typedef struct SkeletonLine {
    uint32_t first, last; /* tokens: its first and its NEWLINE */
    uint32_t colon;       /* of a line that opens a block: the token */
    uint32_t parent;      /* the line that opens the block it stands in; NONE: the body itself */
    uint32_t group;       /* first line of its statement: `if` for its `else`, a decorator for its `def` */
    uint32_t function;    /* innermost line around it that is a def; NONE: the outermost function */
    uint32_t last_child;  /* last line so far whose parent this is */
    bool opens;           /* a block follows */
    bool in_class;        /* the innermost class or def around it is a class */
    bool keep;            /* for the first line of a group: keep the group */
    bool has_kept_child;
    bool governs; /* a def with `global` statements of its own */
} SkeletonLine;

typedef struct SkeletonLines {
    SkeletonLine *items;
    uint32_t count, capacity;
    uint32_t last_top; /* last line whose parent is the body */
    bool any_kept;
    bool detailed; /* a class stands in it: its statements, and aliases anywhere, are wanted too */
    bool governs;  /* the outermost function has `global` statements */
    bool any_governed;
    uint64_t *names; /* open-addressed set of hashes: (function, name) that a `global` governs */
    uint32_t n_names, names_capacity;
} SkeletonLines;

void skeleton_lines_clear(SkeletonLines *lines);
/* Tokens [first, after) are the statements of a function's body; `detailed`: it holds a class. */
void skeleton_lines_collect(SkeletonLines *lines, const Lexed *lexed, uint32_t first, uint32_t after,
                            bool detailed);
bool skeleton_line_kept(const SkeletonLines *lines, uint32_t index);
/* Offset of the line's indentation. */
uint32_t skeleton_line_start(const Lexed *lexed, const SkeletonLine *line);

#endif
