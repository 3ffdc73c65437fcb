/* statement.h — one `from … import …` statement as its tokens say it; between the parts of rewriting. */
#ifndef ONEDEF_FIX_STATEMENT_H
#define ONEDEF_FIX_STATEMENT_H

#include "fix/rewrite.h"

/* Item — `name` or `name as bound`. */
typedef struct Item {
    uint32_t start, end;
    uint32_t name_end;
    uint32_t bound_start, bound_end; /* the name it binds */
    uint32_t comma;                  /* offset of the comma behind it, or UINT32_MAX */
    const RewriteMove *move;         /* NULL: stays */
} Item;

typedef struct Statement {
    const Lexed *lexed;
    uint32_t first;                    /* token index of `from` */
    uint32_t behind;                   /* token index behind its last token */
    uint32_t module_start, module_end; /* dots and name */
    bool parenthesised, joined;        /* joined: shares its logical line */
    uint32_t start, end;               /* of `from`; end of its last token */
    uint32_t line_end; /* end of the physical line: where its line break stands (or the file's end) */
    uint32_t comment_start, comment_end; /* behind it on that line; equal: none */
    uint32_t indent_start;               /* of its first physical line */
    GArray *items;                       /* Item */
} Statement;

/* False: none, or written in a way that is not edited (a star, blanks within the module's name). */
bool statement_read(Statement *statement, const Lexed *lexed, uint32_t start);
void statement_clear(Statement *statement);

/* --- reading helpers --- */
static inline bool token_is_operator(const Token *token, uint32_t detail)
{
    return token->kind == TOKEN_OPERATOR && token->detail == detail;
}
static inline bool token_is_keyword(const Token *token, uint32_t detail)
{
    return token->kind == TOKEN_NAME && token->detail == detail;
}
static inline const Token *statement_token(const Statement *statement, uint32_t index)
{
    return &statement->lexed->tokens[MIN(index, statement->lexed->n_tokens - 1)];
}
static inline const char *statement_text(const Statement *statement, uint32_t offset)
{
    return statement->lexed->bytes + offset;
}
static inline const Item *statement_items(const Statement *statement)
{
    return (const Item *)(const void *)statement->items->data;
}
bool statement_ends_line(const Statement *statement, uint32_t at);
uint32_t statement_blanks_after(const Statement *statement, uint32_t at);
uint32_t statement_blanks_before(const Statement *statement, uint32_t at);
/* The end of the physical line that holds `at`. */
uint32_t statement_line_stop(const Statement *statement, uint32_t at);
/* Behind the line break at `at`. */
uint32_t statement_next_line(const Statement *statement, uint32_t at);
/* The item's end with its comma. */
uint32_t statement_item_stop(const Item *item);
/* Is there a comment between these offsets? */
bool statement_has_comment(const Statement *statement, uint32_t start, uint32_t end);
/* Alone on a line within the parentheses? Then [*start, *end) is that line, its break included, and
 * *comment its comment, NULL without one; the caller frees. */
bool statement_own_line(const Statement *statement, const Item *item, uint32_t *start, uint32_t *end,
                        char **comment);
/* Blanks before the statement; "" where it shares its line. Caller frees. */
char *statement_indent(const Statement *statement);
/* The line break that ends its line, or the file's first one. */
const char *statement_line_break(const Statement *statement);
/* The comment behind the statement when it tells a tool to overlook something (noqa, type: ignore); NULL:
 * none. Caller frees. */
char *statement_directive(const Statement *statement);

#endif
