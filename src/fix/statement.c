/* Reading a statement from tokens: what is no part of the names keeps its place in the bytes. */
#include "fix/statement.h"

#include <string.h>

#define MAX_ITEMS 4096

/* Within parentheses a comment may stand between any two tokens; elsewhere it ends the statement. */
static uint32_t skip_comments(const Statement *statement, uint32_t index)
{
    while (statement->parenthesised && statement_token(statement, index)->kind == TOKEN_COMMENT)
        index++;
    return index;
}

/* `name [as bound] [,]` from token `index`; the index behind it, or 0 when it is none. */
static uint32_t read_item(Statement *statement, uint32_t index)
{
    const Token *name = statement_token(statement, index);
    Item item = {.start = name->start, .name_end = name->end, .end = name->end, .comma = UINT32_MAX};

    if (name->kind != TOKEN_NAME || name->detail != KEYWORD_NONE)
        return 0;
    item.bound_start = name->start;
    item.bound_end = name->end;
    index = skip_comments(statement, index + 1);
    if (token_is_keyword(statement_token(statement, index), KEYWORD_AS)) {
        index = skip_comments(statement, index + 1);
        const Token *bound = statement_token(statement, index);
        if (bound->kind != TOKEN_NAME)
            return 0;
        item.bound_start = bound->start;
        item.bound_end = item.end = bound->end;
        index = skip_comments(statement, index + 1);
    }
    if (token_is_operator(statement_token(statement, index), OPERATOR_COMMA)) {
        item.comma = statement_token(statement, index)->start;
        statement->end = statement_token(statement, index)->end;
        index = skip_comments(statement, index + 1);
    } else {
        statement->end = item.end;
    }
    g_array_append_val(statement->items, item);
    return index;
}

static uint32_t read_items(Statement *statement, uint32_t index)
{
    statement->parenthesised = token_is_operator(statement_token(statement, index), OPERATOR_LPAREN);
    if (statement->parenthesised)
        index = skip_comments(statement, index + 1);
    while (statement_token(statement, index)->kind == TOKEN_NAME && statement->items->len < MAX_ITEMS) {
        index = read_item(statement, index);
        if (index == 0)
            return 0;
        if (g_array_index(statement->items, Item, statement->items->len - 1).comma == UINT32_MAX)
            break;
    }
    if (statement->items->len == 0)
        return 0;
    if (!statement->parenthesised)
        return index;
    if (!token_is_operator(statement_token(statement, index), OPERATOR_RPAREN))
        return 0;
    statement->end = statement_token(statement, index)->end;
    return index + 1;
}

/* What surrounds the statement: whether others share its logical line, its comment, its line's end. */
static bool read_surroundings(Statement *statement, uint32_t index)
{
    const Lexed *lexed = statement->lexed;
    uint32_t first = statement->first;

    while (first > 0 && (statement_token(statement, first - 1)->kind == TOKEN_INDENT ||
                         statement_token(statement, first - 1)->kind == TOKEN_DEDENT))
        first--;
    uint8_t before = first == 0 ? TOKEN_NEWLINE : statement_token(statement, first - 1)->kind;
    statement->joined = before != TOKEN_NEWLINE && before != TOKEN_COMMENT;
    const Token *next = statement_token(statement, index);
    if (token_is_operator(next, OPERATOR_SEMICOLON)) {
        statement->joined = true;
        return true;
    }
    if (next->kind == TOKEN_COMMENT) {
        statement->comment_start = next->start;
        statement->comment_end = next->end;
        next = statement_token(statement, index + 1);
    }
    if (next->kind != TOKEN_NEWLINE && next->kind != TOKEN_END)
        return false;
    uint32_t at = MAX(statement->end, statement->comment_end);
    while (at < lexed->length && lexed->bytes[at] != '\n' && lexed->bytes[at] != '\r')
        at++;
    statement->line_end = at;
    uint32_t line = statement_token(statement, statement->first)->line;
    statement->indent_start = lexed->lines[line - 1];
    return true;
}

bool statement_read(Statement *statement, const Lexed *lexed, uint32_t start)
{
    *statement =
        (Statement){.lexed = lexed, .start = start, .items = g_array_new(FALSE, FALSE, sizeof(Item))};
    uint32_t index = lexed_token_at(statement->lexed, start);

    while (statement_token(statement, index)->start == start &&
           statement_token(statement, index)->kind != TOKEN_NAME &&
           statement_token(statement, index)->kind != TOKEN_END)
        index++; /* indents and dedents have no length */
    statement->first = index;
    if (statement_token(statement, index)->start != start ||
        !token_is_keyword(statement_token(statement, index), KEYWORD_FROM))
        return false;
    index++;
    statement->module_start = statement_token(statement, index)->start;
    while (!token_is_keyword(statement_token(statement, index), KEYWORD_IMPORT)) {
        const Token *token = statement_token(statement, index);
        if (token->kind != TOKEN_NAME && !token_is_operator(token, OPERATOR_DOT) &&
            !token_is_operator(token, OPERATOR_ELLIPSIS))
            return false;
        if (index > statement->first + 1 && token->start != statement->module_end)
            return false; /* `from a . b import c`: nobody writes that */
        statement->module_end = token->end;
        index++;
    }
    if (statement->module_end == 0)
        return false;
    index = read_items(statement, index + 1);
    return index != 0 && read_surroundings(statement, index);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

uint32_t statement_blanks_after(const Statement *statement, uint32_t at)
{
    while (at < statement->lexed->length && is_blank(statement_text(statement, at)[0]))
        at++;
    return at;
}

uint32_t statement_blanks_before(const Statement *statement, uint32_t at)
{
    while (at > 0 && is_blank(statement_text(statement, at - 1)[0]))
        at--;
    return at;
}

bool statement_ends_line(const Statement *statement, uint32_t at)
{
    return at >= statement->lexed->length || statement_text(statement, at)[0] == '\n' ||
           statement_text(statement, at)[0] == '\r';
}

uint32_t statement_item_stop(const Item *item)
{
    return item->comma != UINT32_MAX ? item->comma + 1 : item->end;
}

uint32_t statement_line_stop(const Statement *statement, uint32_t at)
{
    while (!statement_ends_line(statement, at))
        at++;
    return at;
}

/* Alone on a line within the parentheses? Then [*start, *end) is that line and *comment its comment. */
bool statement_own_line(const Statement *statement, const Item *item, uint32_t *start, uint32_t *end,
                        char **comment)
{
    uint32_t before = statement_blanks_before(statement, item->start), stop = statement_item_stop(item);

    if (!statement->parenthesised || before == 0 || !statement_ends_line(statement, before - 1))
        return false;
    if (memchr(statement_text(statement, item->start), '\n', stop - item->start) != NULL)
        return false;
    uint32_t after = statement_blanks_after(statement, stop);
    if (after < statement->lexed->length && statement_text(statement, after)[0] == '#') {
        uint32_t comment_end = statement_line_stop(statement, after);
        *comment = g_strndup(statement_text(statement, after), comment_end - after);
        after = comment_end;
    }
    if (!statement_ends_line(statement, after) || after >= statement->lexed->length)
        return false; /* `)` behind it */
    bool pair = statement_text(statement, after)[0] == '\r' && after + 1 < statement->lexed->length &&
                statement_text(statement, after + 1)[0] == '\n';
    *start = before;
    *end = after + (pair ? 2 : 1);
    return true;
}

bool statement_has_comment(const Statement *statement, uint32_t start, uint32_t end)
{
    for (uint32_t i = lexed_token_at(statement->lexed, start);
         i < statement->lexed->n_tokens && statement_token(statement, i)->start < end; i++)
        if (statement_token(statement, i)->kind == TOKEN_COMMENT)
            return true;
    return false;
}

/* A comment that tells a tool to overlook something on this line. */
static bool is_directive(const char *comment, size_t length)
{
    static const char *const words[] = {
        "noqa", "type:", "pylint:", "pyright:", "isort:", "mypy:", "nosec", "pragma:", "ruff:", "fmt:"};
    g_autofree char *text = g_ascii_strdown(comment, (gssize)length);

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(text, words[i]) != NULL)
            return true;
    return false;
}

char *statement_directive(const Statement *statement)
{
    size_t length = statement->comment_end - statement->comment_start;
    const char *text = statement_text(statement, statement->comment_start);

    return length > 0 && is_directive(text, length) ? g_strndup(text, length) : NULL;
}

/* The line break that ends this line, or the file's first one. */
const char *statement_line_break(const Statement *statement)
{
    const Lexed *lexed = statement->lexed;
    uint32_t at = statement->line_end;

    if (at >= lexed->length)
        at = statement_line_stop(statement, 0);
    if (at >= lexed->length || statement_text(statement, at)[0] == '\n')
        return "\n";
    return at + 1 < lexed->length && statement_text(statement, at + 1)[0] == '\n' ? "\r\n" : "\r";
}

void statement_clear(Statement *statement)
{
    if (statement->items != NULL)
        g_array_free(statement->items, TRUE);
    statement->items = NULL;
}

char *statement_indent(const Statement *statement)
{
    if (statement->joined)
        return g_strdup("");
    char *indent = g_strndup(statement_text(statement, statement->indent_start),
                             statement->start - statement->indent_start);
    if (indent[0] == '\xef') /* the mark at the start of the file is no indentation */
        indent[0] = '\0';
    return indent;
}

uint32_t statement_next_line(const Statement *statement, uint32_t at)
{
    const Lexed *lexed = statement->lexed;

    if (at >= lexed->length)
        return lexed->length;
    return at + (lexed->bytes[at] == '\r' && at + 1 < lexed->length && lexed->bytes[at + 1] == '\n' ? 2 : 1);
}
