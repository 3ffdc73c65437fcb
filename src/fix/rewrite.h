/* rewrite.h — imported names of one file taken from other modules than before.
 *
 * Works on tokens, so that what is no part of the names that move (comments, parentheses, `as`,
 * indentation, line endings) keeps its bytes. What a statement binds never changes, only where from.
 * Names go to a statement of the same suite that imports from their module already, or to a new one:
 * at its place where the section is sorted, else behind the statement they leave. */
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

/* RewriteName — `from module import name as bound`. */
typedef struct RewriteName {
    const char *module, *name;
    const char *bound; /* NULL: the same */
    const char *tail;  /* a directive behind the statement, or NULL */
    bool twice;        /* `X as X` */
    bool alone;        /* in a statement that is new */
} RewriteName;

/* Rewrite — one file's edits in the making. */
typedef struct Rewrite Rewrite;

/* `package`: what relative imports of the file start from. With `apart`, every new statement stands by
 * itself right behind the old one. `lexed` and `edit` must outlive it. */
Rewrite *rewrite_new(const Lexed *lexed, const char *package, bool apart, Edit *edit);
/* The statement at byte `statement`, whose items `moves` (sorted by start) name. Call in source order,
 * after rewrite_expect for all of them. NULL when done; else why not (static text), and nothing is changed.
 */
const char *rewrite_statement(Rewrite *rewrite, uint32_t statement, const RewriteMove *moves,
                              uint32_t n_moves);
/* Names of this statement will move: nothing else is put into it meanwhile. */
void rewrite_expect(Rewrite *rewrite, uint32_t statement);
/* Adds a name to the suite and section of the import statement at byte `statement`. False: that one
 * shares its line, nothing was added. */
bool rewrite_add(Rewrite *rewrite, uint32_t statement, const RewriteName *name);
/* Adds `import module as bound` (NULL: without `as`). */
bool rewrite_add_plain(Rewrite *rewrite, uint32_t statement, const char *module, const char *bound);
/* Does the statement have its line for itself? Does no comment belong to it, too? */
bool rewrite_is_line(const Rewrite *rewrite, uint32_t statement);
bool rewrite_may_remove(const Rewrite *rewrite, uint32_t statement);
/* Takes the whole line of a statement out. */
void rewrite_remove(Rewrite *rewrite, uint32_t statement);
/* Writes what was gathered, and frees. */
void rewrite_finish(Rewrite *rewrite);

#endif
