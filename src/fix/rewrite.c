/* Two shapes. When all names of a statement move to one module, only the module's name is replaced
 * (and a name where it is another there): nothing else of the statement changes. Otherwise the names
 * that move are cut out of the list and a statement of their own follows, one for each module: on
 * lines of their own behind the logical line, with its indentation and line ending, or joined with
 * `;` where the statement shares its line with others (`if x: from a import b, c`).
 *
 * A name that stands alone on its line within parentheses leaves with its line, and takes a comment
 * at the end of that line along. Directives for tools (noqa, type: ignore, pylint …) at the end of
 * the statement hold for all its names: they are repeated behind the new statements. */
#include "fix/rewrite.h"

#include <string.h>

#define WIDTH     88 /* longer new statements are broken into one name a line */
#define MAX_ITEMS 4096

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
    uint32_t module_start, module_end; /* dots and name */
    bool parenthesised, joined;        /* joined: shares its logical line */
    uint32_t end;                      /* end of its last token */
    uint32_t line_end; /* end of the physical line: where its line break stands (or the file's end) */
    uint32_t comment_start, comment_end; /* behind it on that line; equal: none */
    uint32_t indent_start;               /* of its first physical line */
    GArray *items;                       /* Item */
} Statement;

static const Token *token_at(const Statement *statement, uint32_t index)
{
    return &statement->lexed->tokens[MIN(index, statement->lexed->n_tokens - 1)];
}

static bool is_operator(const Token *token, uint32_t detail)
{
    return token->kind == TOKEN_OPERATOR && token->detail == detail;
}

/* Within parentheses a comment may stand between any two tokens; elsewhere it ends the statement. */
static uint32_t skip_comments(const Statement *statement, uint32_t index)
{
    while (statement->parenthesised && token_at(statement, index)->kind == TOKEN_COMMENT)
        index++;
    return index;
}

static bool is_keyword(const Token *token, uint32_t detail)
{
    return token->kind == TOKEN_NAME && token->detail == detail;
}

/* `name [as bound] [,]` from token `index`; the index behind it, or 0 when it is none. */
static uint32_t read_item(Statement *statement, uint32_t index)
{
    const Token *name = token_at(statement, index);
    Item item = {.start = name->start, .name_end = name->end, .end = name->end, .comma = UINT32_MAX};

    if (name->kind != TOKEN_NAME || name->detail != KEYWORD_NONE)
        return 0;
    item.bound_start = name->start;
    item.bound_end = name->end;
    index = skip_comments(statement, index + 1);
    if (is_keyword(token_at(statement, index), KEYWORD_AS)) {
        index = skip_comments(statement, index + 1);
        const Token *bound = token_at(statement, index);
        if (bound->kind != TOKEN_NAME)
            return 0;
        item.bound_start = bound->start;
        item.bound_end = item.end = bound->end;
        index = skip_comments(statement, index + 1);
    }
    if (is_operator(token_at(statement, index), OPERATOR_COMMA)) {
        item.comma = token_at(statement, index)->start;
        statement->end = token_at(statement, index)->end;
        index = skip_comments(statement, index + 1);
    } else {
        statement->end = item.end;
    }
    g_array_append_val(statement->items, item);
    return index;
}

static uint32_t read_items(Statement *statement, uint32_t index)
{
    statement->parenthesised = is_operator(token_at(statement, index), OPERATOR_LPAREN);
    if (statement->parenthesised)
        index = skip_comments(statement, index + 1);
    while (token_at(statement, index)->kind == TOKEN_NAME && statement->items->len < MAX_ITEMS) {
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
    if (!is_operator(token_at(statement, index), OPERATOR_RPAREN))
        return 0;
    statement->end = token_at(statement, index)->end;
    return index + 1;
}

/* What surrounds the statement: whether others share its logical line, its comment, its line's end. */
static bool read_surroundings(Statement *statement, uint32_t index)
{
    const Lexed *lexed = statement->lexed;
    uint32_t first = statement->first;

    while (first > 0 && (token_at(statement, first - 1)->kind == TOKEN_INDENT ||
                         token_at(statement, first - 1)->kind == TOKEN_DEDENT))
        first--;
    uint8_t before = first == 0 ? TOKEN_NEWLINE : token_at(statement, first - 1)->kind;
    statement->joined = before != TOKEN_NEWLINE && before != TOKEN_COMMENT;
    const Token *next = token_at(statement, index);
    if (is_operator(next, OPERATOR_SEMICOLON)) {
        statement->joined = true;
        return true;
    }
    if (next->kind == TOKEN_COMMENT) {
        statement->comment_start = next->start;
        statement->comment_end = next->end;
        next = token_at(statement, index + 1);
    }
    if (next->kind != TOKEN_NEWLINE && next->kind != TOKEN_END)
        return false;
    uint32_t at = MAX(statement->end, statement->comment_end);
    while (at < lexed->length && lexed->bytes[at] != '\n' && lexed->bytes[at] != '\r')
        at++;
    statement->line_end = at;
    uint32_t line = token_at(statement, statement->first)->line;
    statement->indent_start = lexed->lines[line - 1];
    return true;
}

static bool read_statement(Statement *statement, uint32_t start)
{
    uint32_t index = lexed_token_at(statement->lexed, start);

    while (token_at(statement, index)->start == start && token_at(statement, index)->kind != TOKEN_NAME &&
           token_at(statement, index)->kind != TOKEN_END)
        index++; /* indents and dedents have no length */
    statement->first = index;
    if (token_at(statement, index)->start != start || !is_keyword(token_at(statement, index), KEYWORD_FROM))
        return false;
    index++;
    statement->module_start = token_at(statement, index)->start;
    while (!is_keyword(token_at(statement, index), KEYWORD_IMPORT)) {
        const Token *token = token_at(statement, index);
        if (token->kind != TOKEN_NAME && !is_operator(token, OPERATOR_DOT) &&
            !is_operator(token, OPERATOR_ELLIPSIS))
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

static bool match_moves(Statement *statement, const RewriteMove *moves, uint32_t n_moves)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < statement->items->len; i++) {
        Item *item = &g_array_index(statement->items, Item, i);
        if (next < n_moves && moves[next].start == item->start)
            item->move = &moves[next++];
    }
    return next == n_moves;
}

static const char *text_at(const Statement *statement, uint32_t offset)
{
    return statement->lexed->bytes + offset;
}

static bool is_name(const Statement *statement, uint32_t start, uint32_t end, const char *name)
{
    return strlen(name) == end - start && memcmp(text_at(statement, start), name, end - start) == 0;
}

/* "X", or "X as bound" when it binds another name (or the same, said twice: `X as X` is a re-export). */
static char *item_text(const Statement *statement, const Item *item)
{
    bool aliased = item->bound_start != item->start;

    if (!aliased && is_name(statement, item->bound_start, item->bound_end, item->move->name))
        return g_strdup(item->move->name);
    return g_strdup_printf("%s as %.*s", item->move->name, (int)(item->bound_end - item->bound_start),
                           text_at(statement, item->bound_start));
}

/* --- all names to one module --- */

static bool all_to_one(const Statement *statement, uint32_t n_moves)
{
    const Item *items = (const Item *)(void *)statement->items->data;

    for (uint32_t i = 1; i < n_moves && n_moves == statement->items->len; i++)
        if (strcmp(items[i].move->module, items[0].move->module) != 0)
            return false;
    return n_moves == statement->items->len;
}

static void replace_module(const Statement *statement, Edit *edit)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    /* `from.a import X`, `from . import(X)`: keep the words apart where the new name starts or ends with a
     * letter. */
    bool touches = statement->module_start == token_at(statement, statement->first)->end;
    bool touched = text_at(statement, statement->module_end)[0] == 'i';
    g_autofree char *module = g_strconcat(touches && items[0].move->module[0] != '.' ? " " : "",
                                          items[0].move->module, touched ? " " : "", NULL);

    edit_replace(edit, statement->module_start, statement->module_end, module);
    for (uint32_t i = 0; i < statement->items->len; i++) {
        if (is_name(statement, items[i].start, items[i].name_end, items[i].move->name))
            continue;
        if (items[i].bound_start != items[i].start) {
            edit_replace(edit, items[i].start, items[i].name_end, items[i].move->name);
            continue;
        }
        g_autofree char *text = item_text(statement, &items[i]);
        edit_replace(edit, items[i].start, items[i].end, text);
    }
}

/* --- names that part --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

static uint32_t blanks_after(const Statement *statement, uint32_t at)
{
    while (at < statement->lexed->length && is_blank(text_at(statement, at)[0]))
        at++;
    return at;
}

static uint32_t blanks_before(const Statement *statement, uint32_t at)
{
    while (at > 0 && is_blank(text_at(statement, at - 1)[0]))
        at--;
    return at;
}

static bool ends_line(const Statement *statement, uint32_t at)
{
    return at >= statement->lexed->length || text_at(statement, at)[0] == '\n' ||
           text_at(statement, at)[0] == '\r';
}

static uint32_t item_stop(const Item *item)
{
    return item->comma != UINT32_MAX ? item->comma + 1 : item->end;
}

static uint32_t comment_stop(const Statement *statement, uint32_t at)
{
    while (!ends_line(statement, at))
        at++;
    return at;
}

/* Alone on a line within the parentheses? Then [*start, *end) is that line and *comment its comment. */
static bool own_line(const Statement *statement, const Item *item, uint32_t *start, uint32_t *end,
                     char **comment)
{
    uint32_t before = blanks_before(statement, item->start), stop = item_stop(item);

    if (!statement->parenthesised || before == 0 || !ends_line(statement, before - 1))
        return false;
    if (memchr(text_at(statement, item->start), '\n', stop - item->start) != NULL)
        return false;
    uint32_t after = blanks_after(statement, stop);
    if (after < statement->lexed->length && text_at(statement, after)[0] == '#') {
        uint32_t comment_end = comment_stop(statement, after);
        *comment = g_strndup(text_at(statement, after), comment_end - after);
        after = comment_end;
    }
    if (!ends_line(statement, after) || after >= statement->lexed->length)
        return false; /* `)` behind it */
    bool pair = text_at(statement, after)[0] == '\r' && after + 1 < statement->lexed->length &&
                text_at(statement, after + 1)[0] == '\n';
    *start = before;
    *end = after + (pair ? 2 : 1);
    return true;
}

static bool has_comment(const Statement *statement, uint32_t start, uint32_t end)
{
    for (uint32_t i = lexed_token_at(statement->lexed, start);
         i < statement->lexed->n_tokens && token_at(statement, i)->start < end; i++)
        if (token_at(statement, i)->kind == TOKEN_COMMENT)
            return true;
    return false;
}

/* Cuts items [first, last] (a run of names that move, none alone on its line). */
static void cut_run(const Statement *statement, uint32_t first, uint32_t last, Edit *edit)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    uint32_t start = items[first].start, end = item_stop(&items[last]);

    if (last + 1 < statement->items->len) {
        uint32_t after = blanks_after(statement, end);
        bool last_of_line = ends_line(statement, after) || text_at(statement, after)[0] == '#';
        if (last_of_line && first == 0 && items[last + 1].move == NULL &&
            !has_comment(statement, end, items[last + 1].start))
            end = items[last + 1].start; /* the next name comes up behind the parenthesis */
        else if (last_of_line && first > 0 && blanks_before(statement, start) == items[first - 1].comma + 1)
            start = items[first - 1].comma + 1; /* leave no blank at the end of the line */
        else if (!last_of_line)
            end = after;
    } else if (first > 0) {
        /* The end of the list: the comma before goes too, unless this one stays in its place. */
        start = items[last].comma != UINT32_MAX ? items[first - 1].comma + 1 : items[first - 1].end;
    }
    edit_replace(edit, start, end, "");
}

/* Does all from here to the end move, with the closing parenthesis behind it and no comment between? */
static bool is_tail(const Statement *statement, uint32_t index)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    uint32_t n = statement->items->len, start, end;
    g_autofree char *comment = NULL;

    for (uint32_t i = index; i < n; i++)
        if (items[i].move == NULL)
            return false;
    return index > 0 && items[index - 1].move == NULL &&
           !own_line(statement, &items[n - 1], &start, &end, &comment) &&
           !has_comment(statement, items[index - 1].end, item_stop(&items[n - 1]));
}

/* Cuts what moves; comments of lines that leave go to `comments` (by item). False: it cannot be cut cleanly.
 */
static bool cut_items(const Statement *statement, Edit *edit, char **comments)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    uint32_t n = statement->items->len;

    for (uint32_t i = 0, last; i < n; i = last + 1) {
        uint32_t start, end;
        last = i;
        if (items[i].move == NULL)
            continue;
        if (is_tail(statement, i)) {
            cut_run(statement, i, n - 1, edit);
            break;
        }
        if (own_line(statement, &items[i], &start, &end, &comments[i])) {
            edit_replace(edit, start, end, "");
            continue;
        }
        while (last + 1 < n && items[last + 1].move != NULL &&
               !own_line(statement, &items[last + 1], &start, &end, &comments[last + 1]))
            last++;
        uint32_t from = i > 0 ? items[i - 1].end : items[i].start;
        if (has_comment(statement, from, item_stop(&items[last])))
            return false;
        if (last + 1 < n)
            g_clear_pointer(&comments[last + 1], g_free);
        cut_run(statement, i, last, edit);
    }
    return true;
}

/* --- the new statements --- */

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

static char *directive(const Statement *statement)
{
    size_t length = statement->comment_end - statement->comment_start;
    const char *text = text_at(statement, statement->comment_start);

    return length > 0 && is_directive(text, length) ? g_strndup(text, length) : NULL;
}

/* "from m import A, B" for the items of one module, in their order; broken where it is too long. */
static char *new_statement(const Statement *statement, const char *module, char **comments,
                           const char *indent, const char *eol, const char *tail)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    g_autoptr(GString) flat = g_string_new(NULL), tall = g_string_new(NULL);
    uint32_t count = 0;
    const char *comment = NULL;

    g_string_append_printf(flat, "from %s import ", module);
    g_string_append_printf(tall, "from %s import (%s%s", module, tail != NULL ? "  " : "",
                           tail != NULL ? tail : "");
    for (uint32_t i = 0; i < statement->items->len; i++) {
        if (items[i].move == NULL || strcmp(items[i].move->module, module) != 0)
            continue;
        g_autofree char *text = item_text(statement, &items[i]);
        g_string_append_printf(flat, "%s%s", count > 0 ? ", " : "", text);
        g_string_append_printf(tall, "%s%s    %s,%s%s", eol, indent, text, comments[i] != NULL ? "  " : "",
                               comments[i] != NULL ? comments[i] : "");
        comment = comments[i] != NULL ? comments[i] : comment;
        count++;
    }
    g_string_append_printf(tall, "%s%s)", eol, indent);
    bool narrow = strlen(indent) + flat->len <= WIDTH;
    if (statement->joined || (count == 1 && (comment == NULL || tail == NULL)) ||
        (narrow && comment == NULL)) {
        comment = comment != NULL ? comment : tail;
        if (comment != NULL && !statement->joined)
            g_string_append_printf(flat, "  %s", comment);
        return g_string_free(g_steal_pointer(&flat), FALSE);
    }
    return g_string_free(g_steal_pointer(&tall), FALSE);
}

static bool is_first_of_module(const Statement *statement, uint32_t index)
{
    const Item *items = (const Item *)(void *)statement->items->data;

    for (uint32_t i = 0; i < index; i++)
        if (items[i].move != NULL && strcmp(items[i].move->module, items[index].move->module) == 0)
            return false;
    return true;
}

/* The line break that ends this line, or the file's first one. */
static const char *line_break(const Statement *statement)
{
    const Lexed *lexed = statement->lexed;
    uint32_t at = statement->line_end;

    if (at >= lexed->length)
        at = comment_stop(statement, 0);
    if (at >= lexed->length || text_at(statement, at)[0] == '\n')
        return "\n";
    return at + 1 < lexed->length && text_at(statement, at + 1)[0] == '\n' ? "\r\n" : "\r";
}

/* `first`: the statement's own module name and list were given over to this module (all names move). */
static void add_statements(const Statement *statement, char **comments, const char *except, Edit *edit)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    uint32_t start = token_at(statement, statement->first)->start;
    const char *eol = line_break(statement);
    g_autofree char *indent = statement->joined ? g_strdup("")
                                                : g_strndup(text_at(statement, statement->indent_start),
                                                            start - statement->indent_start);
    g_autofree char *tail = statement->joined ? NULL : directive(statement);

    if (indent[0] == '\xef') /* the mark at the start of the file is no indentation */
        indent[0] = '\0';
    for (uint32_t i = 0; i < statement->items->len; i++) {
        if (items[i].move == NULL || !is_first_of_module(statement, i) ||
            (except != NULL && strcmp(except, items[i].move->module) == 0))
            continue;
        g_autofree char *text = new_statement(statement, items[i].move->module, comments, indent, eol, tail);
        g_autofree char *whole =
            statement->joined ? g_strconcat("; ", text, NULL) : g_strconcat(eol, indent, text, NULL);
        uint32_t at = statement->joined ? statement->end : statement->line_end;
        edit_replace(edit, at, at, whole);
    }
}

/* Every name moves, to several modules: the statement is written anew for each. */
static const char *replace_statement(const Statement *statement, char **comments, Edit *edit)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    uint32_t start = token_at(statement, statement->first)->start;
    const char *eol = line_break(statement);

    if (has_comment(statement, start, statement->end))
        return "every name of it moves, to several modules, and comments stand between them";
    g_autofree char *indent = statement->joined ? g_strdup("")
                                                : g_strndup(text_at(statement, statement->indent_start),
                                                            start - statement->indent_start);
    if (indent[0] == '\xef')
        indent[0] = '\0';
    g_autofree char *text = new_statement(statement, items[0].move->module, comments, indent, eol, NULL);
    edit_replace(edit, start, statement->end, text);
    add_statements(statement, comments, items[0].move->module, edit);
    return NULL;
}

static const char *rewrite(const Statement *statement, uint32_t n_moves, Edit *edit)
{
    uint32_t n = statement->items->len, n_spans = edit->spans->len;
    char **comments = g_new0(char *, n + 1);
    const char *reason = NULL;

    if (all_to_one(statement, n_moves)) {
        replace_module(statement, edit);
    } else if (n_moves == n) {
        reason = replace_statement(statement, comments, edit);
    } else if (!cut_items(statement, edit, comments)) {
        while (edit->spans->len > n_spans) {
            g_free(g_array_index(edit->spans, EditSpan, edit->spans->len - 1).text);
            g_array_set_size(edit->spans, edit->spans->len - 1);
        }
        reason = "comments stand between the names that part";
    } else {
        add_statements(statement, comments, NULL, edit);
    }
    for (uint32_t i = 0; i < n; i++)
        g_free(comments[i]);
    g_free(comments);
    return reason;
}

/* `import a.b as m, c.d as n`: only the dotted names change. */
static const char *rewrite_plain(const Statement *statement, const RewriteMove *moves, uint32_t n_moves,
                                 Edit *edit)
{
    for (uint32_t i = 0; i < n_moves; i++) {
        uint32_t index = lexed_token_at(statement->lexed, moves[i].start);
        uint32_t end = moves[i].start;
        while (token_at(statement, index)->start == moves[i].start &&
               token_at(statement, index)->kind != TOKEN_NAME &&
               token_at(statement, index)->kind != TOKEN_END)
            index++;
        while (token_at(statement, index)->kind == TOKEN_NAME &&
               token_at(statement, index)->detail == KEYWORD_NONE) {
            end = token_at(statement, index)->end;
            if (!is_operator(token_at(statement, index + 1), OPERATOR_DOT))
                break;
            index += 2;
        }
        if (end == moves[i].start)
            return "the statement is written in a way that is not edited";
        edit_replace(edit, moves[i].start, end, moves[i].module);
    }
    return NULL;
}

static bool is_plain(Statement *statement, uint32_t start)
{
    uint32_t index = lexed_token_at(statement->lexed, start);

    while (token_at(statement, index)->start == start && token_at(statement, index)->kind != TOKEN_NAME &&
           token_at(statement, index)->kind != TOKEN_END)
        index++;
    return token_at(statement, index)->start == start &&
           is_keyword(token_at(statement, index), KEYWORD_IMPORT);
}

const char *rewrite_statement(const Lexed *lexed, uint32_t start, const RewriteMove *moves, uint32_t n_moves,
                              Edit *edit)
{
    Statement statement = {.lexed = lexed};
    const char *reason = "the statement is written in a way that is not edited";

    statement.items = g_array_new(FALSE, FALSE, sizeof(Item));
    if (is_plain(&statement, start))
        reason = rewrite_plain(&statement, moves, n_moves, edit);
    else if (read_statement(&statement, start) && match_moves(&statement, moves, n_moves))
        reason = rewrite(&statement, n_moves, edit);
    g_array_free(statement.items, TRUE);
    return reason;
}
