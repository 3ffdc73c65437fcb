#include "parse/plain.h"

#include <string.h>

#include "parse/header.h"

static bool is(const Token *t, Operator operator)
{
    return t->kind == TOKEN_OPERATOR && t->detail == operator;
}

static bool is_keyword(const Token *t, Keyword keyword)
{
    return t->kind == TOKEN_NAME && t->detail == keyword;
}

static bool is_name(const Token *t)
{
    return t->kind == TOKEN_NAME && t->detail == KEYWORD_NONE;
}

static bool is_one_of(const Lexed *lexed, const Token *t, const char *const *names, size_t n)
{
    uint32_t length = t->end - t->start;
    const char *text = lexed->bytes + t->start;

    for (size_t i = 0; i < n; i++)
        if (text[0] == names[i][0] && strlen(names[i]) == length && memcmp(text, names[i], length) == 0)
            return true;
    return false;
}

uint32_t plain_next(const Lexed *lexed, uint32_t i)
{
    do
        i++;
    while (lexed->tokens[i].kind == TOKEN_COMMENT);
    return i;
}

uint32_t plain_chain(const Lexed *lexed, uint32_t i)
{
    if (!is_name(&lexed->tokens[i]))
        return i;
    for (i = plain_next(lexed, i); is(&lexed->tokens[i], OPERATOR_DOT); i = plain_next(lexed, i)) {
        i = plain_next(lexed, i);
        if (!is_name(&lexed->tokens[i]))
            break;
    }
    return i;
}

uint32_t plain_group(const Lexed *lexed, uint32_t open)
{
    uint8_t depth = lexed->tokens[open].depth;
    uint32_t i = open + 1;

    while (lexed->tokens[i].depth > depth && lexed->tokens[i].kind != TOKEN_END)
        i++;
    return plain_next(lexed, i);
}

/* --- imports --- */

/* Token behind `a.b`; 0 when there is none. */
static uint32_t pass_dotted(const Lexed *lexed, uint32_t i)
{
    uint32_t end = plain_chain(lexed, i);

    return end > i && is_name(&lexed->tokens[end - 1]) ? end : 0;
}

/* Token behind `as NAME` where there is one; 0 when the name is missing. */
static uint32_t pass_alias(const Lexed *lexed, uint32_t i)
{
    if (!is_keyword(&lexed->tokens[i], KEYWORD_AS))
        return i;
    i = plain_next(lexed, i);
    return is_name(&lexed->tokens[i]) ? plain_next(lexed, i) : 0;
}

/* The NEWLINE behind `import a.b as c, d`; 0 when it is something else. */
static uint32_t pass_import(const Lexed *lexed, uint32_t i)
{
    do {
        i = pass_dotted(lexed, plain_next(lexed, i));
        if (i != 0)
            i = pass_alias(lexed, i);
    } while (i != 0 && is(&lexed->tokens[i], OPERATOR_COMMA));
    return i;
}

/* The same for `from ..a import (b as c, d)`, with a star where it may stand. */
static uint32_t pass_from(const Lexed *lexed, uint32_t i)
{
    const Token *tokens = lexed->tokens;
    bool relative = false, parenthesised;

    for (i = plain_next(lexed, i); is(&tokens[i], OPERATOR_DOT) || is(&tokens[i], OPERATOR_ELLIPSIS);
         i = plain_next(lexed, i))
        relative = true;
    if (is_name(&tokens[i]))
        i = pass_dotted(lexed, i);
    else if (!relative)
        return 0;
    if (i == 0 || !is_keyword(&tokens[i], KEYWORD_IMPORT))
        return 0;
    i = plain_next(lexed, i);
    if (is(&tokens[i], OPERATOR_STAR))
        return plain_next(lexed, i);
    parenthesised = is(&tokens[i], OPERATOR_LPAREN);
    if (parenthesised)
        i = plain_next(lexed, i);
    for (;; i = plain_next(lexed, i)) {
        if (!is_name(&tokens[i]))
            return 0;
        i = pass_alias(lexed, plain_next(lexed, i));
        if (i == 0)
            return 0;
        if (!is(&tokens[i], OPERATOR_COMMA))
            break;
        if (parenthesised && is(&tokens[plain_next(lexed, i)], OPERATOR_RPAREN)) {
            i = plain_next(lexed, i);
            break;
        }
    }
    if (!parenthesised)
        return i;
    return is(&tokens[i], OPERATOR_RPAREN) ? plain_next(lexed, i) : 0;
}

/* --- fields --- */

/* Names by which the extraction finds calls and objects that mean more than a value. */
static bool is_telling(const Lexed *lexed, const Token *t)
{
    static const char *const NAMES[] = {
        "setattr", "exec",   "execfile", "extend_path", "declare_namespace", "attach", "attach_stub",
        "append",  "extend", "update",   "setdefault",  "globals",           "vars",   "locals",
        "modules", "path",   "__all__",  "__path__",    "__dict__",          "warn"};
    const char *text = lexed->bytes + t->start;
    uint32_t length = t->end - t->start;

    return is_one_of(lexed, t, NAMES, sizeof NAMES / sizeof *NAMES) ||
           memmem(text, length, "Lazy", 4) != NULL;
}

static bool any_telling(const Lexed *lexed, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++)
        if (is_name(&lexed->tokens[i]) && is_telling(lexed, &lexed->tokens[i]))
            return true;
    return false;
}

/* Callables whose result bound to a name is more than a value. */
static bool is_factory(const Lexed *lexed, const Token *t)
{
    static const char *const NAMES[] = {
        "Enum",      "IntEnum",        "StrEnum",   "Flag",    "IntFlag", "namedtuple", "NamedTuple",
        "TypedDict", "make_dataclass", "new_class", "NewType", "type",    "dict",       "import_module"};

    return is_one_of(lexed, t, NAMES, sizeof NAMES / sizeof *NAMES);
}

/* Whether a string may be, or be part of, something importable: "a", "a.b:C". */
static bool may_be_name(const Lexed *lexed, const Token *t)
{
    uint32_t length = t->end - t->start;

    if (length > 220)
        return false;
    for (uint32_t i = t->start; i < t->end; i++) {
        uint8_t c = (uint8_t)lexed->bytes[i];
        bool letter = (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c >= 0x80;
        if (!letter && c != '_' && c != '.' && c != ':' && c != '\\' && c != '"' && c != '\'')
            return false;
    }
    return true;
}

/* Whether the display [first, last) is a value like any other: in modules, maps and lists of names are more.
 */
static bool is_dull_display(const Lexed *lexed, uint32_t first, uint32_t last, bool in_class)
{
    const Token *tokens = lexed->tokens;
    bool tuple = plain_next(lexed, first) + 1 == last;

    for (uint32_t i = first + 1; i < last; i++) {
        if (!in_class && tokens[i].kind == TOKEN_STRING && may_be_name(lexed, &tokens[i]))
            return false;
        tuple |= is(&tokens[i], OPERATOR_COMMA) && tokens[i].depth == tokens[first].depth + 1;
    }
    /* What parentheses hold without a comma is no display, and may be a name. */
    return (tuple || !is(&tokens[first], OPERATOR_LPAREN)) && plain_group(lexed, first) == last;
}

/* Whether the plain expression [first, last) is one whose value says nothing more: a literal, a
 * dotted name, a call or subscript of one, a display, or an operation on such; and nothing in it is
 * telling. */
static bool is_dull(const Lexed *lexed, uint32_t first, uint32_t last, bool in_class)
{
    const Token *tokens = lexed->tokens, *t = &tokens[first];
    uint32_t chain = plain_chain(lexed, first);

    if (any_telling(lexed, first, last))
        return false;
    /* `a or b` is one of two values. */
    for (uint32_t i = first; i < last; i++)
        if ((is_keyword(&tokens[i], KEYWORD_OR) || is_keyword(&tokens[i], KEYWORD_AND)) &&
            tokens[i].depth == t->depth)
            return false;
    if (chain > first) {
        bool bracket = is(&tokens[chain], OPERATOR_LPAREN) || is(&tokens[chain], OPERATOR_LBRACKET);
        if (!bracket)
            return true;
        uint32_t name = chain;
        do
            name--;
        while (tokens[name].kind == TOKEN_COMMENT);
        return !is_factory(lexed, &tokens[name]) && plain_group(lexed, chain) == last;
    }
    if (is(t, OPERATOR_LBRACKET) || is(t, OPERATOR_LPAREN) || is(t, OPERATOR_LBRACE))
        return is_dull_display(lexed, first, last, in_class);
    return true;
}

/* The NEWLINE behind `= ["a", "b"]` at token `i`, with brackets of any kind but braces; 0 when it is
 * something else. */
static uint32_t pass_names(const Lexed *lexed, uint32_t i)
{
    const uint8_t special = STRING_FORMAT | STRING_TEMPLATE | STRING_BYTES | STRING_OPEN;
    const Token *tokens = lexed->tokens;

    if (!is(&tokens[i], OPERATOR_EQUAL))
        return 0;
    i = plain_next(lexed, i);
    Operator end = is(&tokens[i], OPERATOR_LBRACKET) ? OPERATOR_RBRACKET : OPERATOR_RPAREN;
    bool tuple = false;
    if (!is(&tokens[i], OPERATOR_LBRACKET) && !is(&tokens[i], OPERATOR_LPAREN))
        return 0;
    for (i = plain_next(lexed, i); !is(&tokens[i], end); i = plain_next(lexed, i)) {
        if (tokens[i].kind != TOKEN_STRING || (tokens[i].detail & special) != 0)
            return 0;
        i = plain_next(lexed, i);
        tuple |= is(&tokens[i], OPERATOR_COMMA);
        if (!is(&tokens[i], OPERATOR_COMMA)) {
            if (!is(&tokens[i], end))
                return 0;
            break;
        }
    }
    return tuple || end == OPERATOR_RBRACKET ? plain_next(lexed, i) : 0;
}

static bool annotated_as_alias(const Lexed *lexed, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i < last; i++) {
        const Token *t = &lexed->tokens[i];
        if (t->kind == TOKEN_NAME && t->end - t->start == 9 &&
            memcmp(lexed->bytes + t->start, "TypeAlias", 9) == 0)
            return true;
    }
    return false;
}

static uint32_t pass_field(const Lexed *lexed, uint32_t first, bool in_class, Plain *plain)
{
    const Token *tokens = lexed->tokens;
    uint32_t i = plain_next(lexed, first);

    plain->field.colon = plain->field.equal = 0;
    if (is(&tokens[i], OPERATOR_COLON)) {
        plain->field.colon = i;
        i = header_expression(lexed, plain_next(lexed, i));
        if (i == 0)
            return 0;
    }
    if (is(&tokens[i], OPERATOR_EQUAL)) {
        uint32_t value = plain_next(lexed, i);
        plain->field.equal = i;
        i = header_expression(lexed, value);
        if (i == 0 || tokens[i].kind != TOKEN_NEWLINE || !is_dull(lexed, value, i, in_class) ||
            (tokens[value].kind == TOKEN_STRING && plain->field.colon != 0 &&
             annotated_as_alias(lexed, plain->field.colon, plain->field.equal)))
            return 0;
    }
    if (plain->field.colon == 0 && plain->field.equal == 0)
        return 0;
    plain->field.last = i;
    while (tokens[plain->field.last - 1].kind == TOKEN_COMMENT)
        plain->field.last--;
    return i;
}

/* --- statements --- */

/* The token behind a docstring, `pass` or `...`; `first` when it is none. */
static uint32_t pass_nothing(const Lexed *lexed, uint32_t first)
{
    const Token *t = &lexed->tokens[first];
    uint32_t i = first;

    if (is_keyword(t, KEYWORD_PASS) || is(t, OPERATOR_ELLIPSIS))
        return plain_next(lexed, first);
    while (lexed->tokens[i].kind == TOKEN_STRING &&
           (lexed->tokens[i].detail & (STRING_FORMAT | STRING_TEMPLATE | STRING_OPEN)) == 0)
        i = plain_next(lexed, i);
    return i;
}

/* The token behind a statement that starts with a name; fills kind and field. */
static uint32_t pass_name_statement(const Lexed *lexed, uint32_t first, bool in_class, Plain *plain)
{
    const Token *tokens = lexed->tokens, *t = &tokens[first], *next = &tokens[plain_next(lexed, first)];
    uint32_t length = t->end - t->start;

    if (length == 7 && memcmp(lexed->bytes + t->start, "__all__", 7) == 0) {
        plain->kind = PLAIN_ALL;
        return pass_names(lexed, plain_next(lexed, first));
    }
    if (is(next, OPERATOR_COLON) || is(next, OPERATOR_EQUAL)) {
        bool dunder = length > 2 && lexed->bytes[t->start] == '_' && lexed->bytes[t->start + 1] == '_';
        plain->kind = PLAIN_FIELD;
        return dunder ? 0 : pass_field(lexed, first, in_class, plain);
    }
    uint32_t chain = plain_chain(lexed, first), end = header_expression(lexed, first);
    plain->kind = PLAIN_EXPRESSION;
    return end != 0 && !is(&tokens[chain], OPERATOR_LBRACKET) && !any_telling(lexed, first, end) ? end : 0;
}

bool plain_statement(const Lexed *lexed, uint32_t first, bool in_class, Plain *plain)
{
    const Token *tokens = lexed->tokens, *t = &tokens[first];
    uint32_t end;

    if (is_keyword(t, KEYWORD_IMPORT) || is_keyword(t, KEYWORD_FROM)) {
        plain->kind = PLAIN_IMPORT;
        end = is_keyword(t, KEYWORD_IMPORT) ? pass_import(lexed, first) : pass_from(lexed, first);
    } else if (is_name(t)) {
        end = pass_name_statement(lexed, first, in_class, plain);
    } else {
        plain->kind = PLAIN_NOTHING;
        end = pass_nothing(lexed, first);
    }
    if (end <= first || tokens[end].kind != TOKEN_NEWLINE)
        return false;
    plain->first = first;
    plain->newline = end;
    return true;
}

/* --- functions and classes --- */

/* Whether the plain expression [first, last) is a dotted name, with calls and subscripts behind it. */
static bool is_chain_with_groups(const Lexed *lexed, uint32_t first, uint32_t last)
{
    const Token *tokens = lexed->tokens;
    uint32_t i = plain_chain(lexed, first);

    if (i == first)
        return false;
    while (i < last && (is(&tokens[i], OPERATOR_LPAREN) || is(&tokens[i], OPERATOR_LBRACKET)))
        i = plain_group(lexed, i);
    return i == last;
}

uint32_t plain_decorators(const Lexed *lexed, uint32_t first)
{
    const Token *tokens = lexed->tokens;
    uint32_t i = first;

    while (is(&tokens[i], OPERATOR_AT)) {
        uint32_t name = plain_next(lexed, i), end = header_expression(lexed, name);
        if (end == 0 || tokens[end].kind != TOKEN_NEWLINE || !is_chain_with_groups(lexed, name, end))
            return 0;
        i = plain_next(lexed, end);
    }
    return i;
}

bool plain_header(const Lexed *lexed, uint32_t keyword, Plain *plain)
{
    const Token *tokens = lexed->tokens;
    uint32_t def = keyword + (tokens[keyword].detail == KEYWORD_ASYNC), close, i;

    if (!is_name(&tokens[def + 1]) || !header_parameters(lexed, def + 2, &close))
        return false;
    i = close + 1;
    if (is(&tokens[i], OPERATOR_ARROW)) {
        i = header_expression(lexed, plain_next(lexed, i));
        if (i == 0)
            return false;
    }
    plain->definition.close = close;
    plain->definition.colon = i;
    return is(&tokens[i], OPERATOR_COLON);
}

/* Token behind one base or keyword of a class; 0 when it is not plain. */
static uint32_t pass_base(const Lexed *lexed, uint32_t i)
{
    const Token *tokens = lexed->tokens;
    bool keyword = is_name(&tokens[i]) && is(&tokens[plain_next(lexed, i)], OPERATOR_EQUAL);
    uint32_t value = keyword ? plain_next(lexed, plain_next(lexed, i)) : i;
    uint32_t end = header_expression(lexed, value);

    if (end == 0)
        return 0;
    bool literal = keyword && !is_name(&tokens[value]) && tokens[value].kind != TOKEN_OPERATOR &&
                   plain_next(lexed, value) == end;
    return literal || is_chain_with_groups(lexed, value, end) ? end : 0;
}

bool plain_class_header(const Lexed *lexed, uint32_t keyword, Plain *plain)
{
    const Token *tokens = lexed->tokens;
    uint32_t i = keyword + 2;

    if (!is_name(&tokens[keyword + 1]))
        return false;
    if (is(&tokens[i], OPERATOR_LPAREN)) {
        do {
            i = plain_next(lexed, i);
            if (is(&tokens[i], OPERATOR_RPAREN))
                break;
            i = pass_base(lexed, i);
        } while (i != 0 && is(&tokens[i], OPERATOR_COMMA));
        if (i == 0 || !is(&tokens[i], OPERATOR_RPAREN))
            return false;
        i = plain_next(lexed, i);
    }
    plain->definition.keyword = keyword;
    plain->definition.colon = i;
    return is(&tokens[i], OPERATOR_COLON);
}
