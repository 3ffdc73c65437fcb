/* block.h — the import lines of a file: suites, sections, and the order that they keep.
 *
 * A line is an import statement that shares its logical line with nothing. A suite is the body of the
 * module, of a function, of an `if` …; a section is a run of import lines of one suite without
 * blank lines or other statements between them. */
#ifndef ONEDEF_FIX_BLOCK_H
#define ONEDEF_FIX_BLOCK_H

#include "fix/statement.h"

/* BlockLine — one import line. */
typedef struct BlockLine {
    uint32_t start;            /* of the statement */
    uint32_t line_start, next; /* of its first physical line; behind its line break */
    uint32_t suite, section;
    uint32_t ordinal;          /* number of the logical line in the file */
    bool from, star, readable; /* readable: `statement` was read */
    bool commented;            /* a line of comment stands right above */
    bool busy;                 /* names are cut out of it, or it leaves */
    char *module;              /* absolute, of the first one; owned */
    char *written;             /* as it stands there; owned */
    char *name;                /* first imported name, "" for none; owned */
    Statement statement;
} BlockLine;

/* How names in a list are sorted. isort and ruff: constants, classes, the rest, each without regard to case.
 */
typedef enum NameOrder { NAME_ORDER_TYPE, NAME_ORDER_CASELESS, NAME_ORDER_BYTES, NAME_ORDER_COUNT } NameOrder;

/* LineOrder — how lines of a section are sorted: `import a` before `from a import b`, mixed, or behind. */
typedef struct LineOrder {
    uint8_t layout;  /* 0: plain first; 1: by module alone; 2: from first */
    bool bytes;      /* capitals before small letters */
    bool near_first; /* `from . import` before `from .. import` */
} LineOrder;

typedef struct Block {
    const Lexed *lexed;
    GArray *lines;   /* BlockLine, in source order */
    NameOrder names; /* habit of the file */
    LineOrder order;
    bool combines;  /* `import A, B as C`: aliased names stand with others */
    bool single;    /* one name a statement, everywhere: nothing is joined */
    bool grid;      /* long lists have several names on a line */
    uint32_t width; /* an import line may be as long: 88, or what the file shows */
} Block;

/* `package`: what relative imports start from. Cost: linear in tokens, times the few orders tried. */
void block_init(Block *block, const Lexed *lexed, const char *package);
void block_clear(Block *block);

/* The line whose statement starts at this byte, or NULL. */
BlockLine *block_find(const Block *block, uint32_t start);
/* Negative, 0, positive: under the file's order of names. */
int block_compare_names(NameOrder order, const char *a, const char *b);
/* Are these names sorted? */
bool block_names_sorted(NameOrder order, const char *const *names, uint32_t count);
/* Is the section of a line sorted, line by line (of two lines or more)? */
bool block_is_sorted(const Block *block, const BlockLine *line);
/* The byte at which `from module import name` (or `import module`) belongs in the sorted section of `line`,
 * which itself counts only when `counts`. *behind: the line it then follows, or NULL (it comes first). */
uint32_t block_place(const Block *block, const BlockLine *line, bool counts, bool from, const char *module,
                     const char *name, const BlockLine **behind);
/* Two statements (from: `from module import name`, else `import module`) under the order of the file. */
int block_compare_lines(const Block *block, bool from_a, const char *module_a, const char *name_a,
                        bool from_b, const char *module_b, const char *name_b);
/* The line break of the file's import lines, else its first one. */
const char *block_line_break(const Block *block);
/* Would `line` still stand in order with this module and name? */
bool block_stays(const Block *block, const BlockLine *line, const char *module, const char *name);
/* A line of the same suite that imports from `module` (absolute), to which names bound as `bound` may go from
 * `line` (it may be that one, unless it is busy): nothing between the two reads or binds them. NULL: none. */
BlockLine *block_target(const Block *block, const BlockLine *line, const char *module, const char *bound);

#endif
