/* rewrite.h — names of one `from … import …` statement taken from other modules than before.
 *
 * Works on tokens, so that what is no part of the names that move (comments, parentheses, `as`,
 * indentation, line endings) keeps its bytes. What a statement binds never changes, only where from. */
#ifndef ONEDEF_FIX_REWRITE_H
#define ONEDEF_FIX_REWRITE_H

#include "fix/edit.h"
#include "parse/lexer.h"

/* RewriteMove — one imported name: take `name` from `module` instead, bound as before. */
typedef struct RewriteMove {
    uint32_t start;     /* of the item in the file */
    const char *module; /* as it is to be written: "a.b", "..c" */
    const char *name;
} RewriteMove;

/* Adds the edits for the statement at byte `statement`, whose items `moves` (sorted by start) name.
 * NULL when done; else why not (static text), and nothing was added. */
const char *rewrite_statement(const Lexed *lexed, uint32_t statement, const RewriteMove *moves,
                              uint32_t n_moves, Edit *edit);

#endif
