/* lexer.c — bytes to tokens in one pass.
 *
 * A file is a sequence of logical lines. lexer_begin_line passes blank lines and comments and turns
 * the indentation of the first line with code into INDENT and DEDENT; lex_line reads tokens up to the
 * NEWLINE that ends the logical line. lex_line keeps what every token needs in locals (Hot): the
 * lexer's own fields are written back only before something rare is called.
 *
 * Damage is met so that what stands after it still counts: a bracket that is never closed ends where
 * a line starts with a keyword that only a statement can start with; an indentation that no colon
 * announces opens no block; a dedent to a column that no block has continues the block around it. */
#include "parse/lexer.h"

#include <string.h>

#include "parse/lexer_internal.h"
#include "parse/scan.h"
#include "parse/scratch.h"

/* More issues of one kind say nothing new, and hostile files could have millions. */
#define MAX_ISSUES_OF_A_KIND 32
#define MAX_INDENTS          100 /* CPython's limit */

typedef enum Class {
    CLASS_ERROR,
    CLASS_SPACE,
    CLASS_NEWLINE,
    CLASS_NAME,
    CLASS_DIGIT,
    CLASS_QUOTE,
    CLASS_COMMENT,
    CLASS_BACKSLASH,
    CLASS_OPEN,
    CLASS_CLOSE,
    CLASS_SINGLE, /* an operator of one byte that starts no longer one */
    CLASS_DOT,
    CLASS_COLON,
    CLASS_OPERATOR,
} Class;

static const uint8_t classes[256] = {
    [' '] = CLASS_SPACE,         ['\t'] = CLASS_SPACE,     ['\f'] = CLASS_SPACE,
    ['\n'] = CLASS_NEWLINE,      ['\r'] = CLASS_NEWLINE,   ['a' ... 'z'] = CLASS_NAME,
    ['A' ... 'Z'] = CLASS_NAME,  ['_'] = CLASS_NAME,       [0x80 ... 0xff] = CLASS_NAME,
    ['0' ... '9'] = CLASS_DIGIT, ['"'] = CLASS_QUOTE,      ['\''] = CLASS_QUOTE,
    ['#'] = CLASS_COMMENT,       ['\\'] = CLASS_BACKSLASH, ['('] = CLASS_OPEN,
    ['['] = CLASS_OPEN,          ['{'] = CLASS_OPEN,       [')'] = CLASS_CLOSE,
    [']'] = CLASS_CLOSE,         ['}'] = CLASS_CLOSE,      [','] = CLASS_SINGLE,
    [';'] = CLASS_SINGLE,        ['~'] = CLASS_SINGLE,     ['`'] = CLASS_SINGLE,
    ['.'] = CLASS_DOT,           [':'] = CLASS_COLON,      ['='] = CLASS_OPERATOR,
    ['+'] = CLASS_OPERATOR,      ['-'] = CLASS_OPERATOR,   ['*'] = CLASS_OPERATOR,
    ['/'] = CLASS_OPERATOR,      ['%'] = CLASS_OPERATOR,   ['&'] = CLASS_OPERATOR,
    ['|'] = CLASS_OPERATOR,      ['^'] = CLASS_OPERATOR,   ['<'] = CLASS_OPERATOR,
    ['>'] = CLASS_OPERATOR,      ['@'] = CLASS_OPERATOR,   ['!'] = CLASS_OPERATOR,
};

/* What an operator of one byte is. */
static const uint8_t singles[128] = {
    ['('] = OPERATOR_LPAREN,   [')'] = OPERATOR_RPAREN,   ['['] = OPERATOR_LBRACKET,
    [']'] = OPERATOR_RBRACKET, ['{'] = OPERATOR_LBRACE,   ['}'] = OPERATOR_RBRACE,
    [','] = OPERATOR_COMMA,    [':'] = OPERATOR_COLON,    [';'] = OPERATOR_SEMICOLON,
    ['.'] = OPERATOR_DOT,      ['='] = OPERATOR_EQUAL,    ['*'] = OPERATOR_STAR,
    ['@'] = OPERATOR_AT,       ['`'] = OPERATOR_BACKTICK,
};

/* Perfect hash: a keyword's up to eight bytes, little-endian, times KEYWORD_FACTOR, top six bits.
 * The factor was found by trying odd numbers until no two of the 35 keywords met. */
#define KEYWORD_FACTOR UINT64_C(0xb57c8e05e3c9b0e1)
static const struct {
    char text[8];
    uint8_t keyword;
} keywords[64] = {
    [2] = {"pass", KEYWORD_PASS},
    [4] = {"if", KEYWORD_IF},
    [6] = {"return", KEYWORD_RETURN},
    [7] = {"await", KEYWORD_AWAIT},
    [10] = {"or", KEYWORD_OR},
    [12] = {"with", KEYWORD_WITH},
    [13] = {"nonlocal", KEYWORD_NONLOCAL},
    [15] = {"True", KEYWORD_TRUE},
    [16] = {"False", KEYWORD_FALSE},
    [17] = {"else", KEYWORD_ELSE},
    [18] = {"except", KEYWORD_EXCEPT},
    [21] = {"not", KEYWORD_NOT},
    [23] = {"yield", KEYWORD_YIELD},
    [24] = {"is", KEYWORD_IS},
    [26] = {"break", KEYWORD_BREAK},
    [28] = {"finally", KEYWORD_FINALLY},
    [29] = {"async", KEYWORD_ASYNC},
    [33] = {"class", KEYWORD_CLASS},
    [35] = {"for", KEYWORD_FOR},
    [36] = {"while", KEYWORD_WHILE},
    [37] = {"continue", KEYWORD_CONTINUE},
    [39] = {"def", KEYWORD_DEF},
    [41] = {"None", KEYWORD_NONE_VALUE},
    [42] = {"assert", KEYWORD_ASSERT},
    [45] = {"as", KEYWORD_AS},
    [47] = {"elif", KEYWORD_ELIF},
    [48] = {"and", KEYWORD_AND},
    [49] = {"raise", KEYWORD_RAISE},
    [51] = {"global", KEYWORD_GLOBAL},
    [53] = {"try", KEYWORD_TRY},
    [55] = {"from", KEYWORD_FROM},
    [56] = {"lambda", KEYWORD_LAMBDA},
    [60] = {"del", KEYWORD_DEL},
    [61] = {"in", KEYWORD_IN},
    [63] = {"import", KEYWORD_IMPORT},
};

/* Keywords that can stand in no expression: at the start of a line they end any open bracket. */
#define BIT(keyword) (UINT64_C(1) << (keyword))
#define STATEMENT_KEYWORDS                                                                                   \
    (BIT(KEYWORD_ASSERT) | BIT(KEYWORD_BREAK) | BIT(KEYWORD_CLASS) | BIT(KEYWORD_CONTINUE) |                 \
     BIT(KEYWORD_DEF) | BIT(KEYWORD_DEL) | BIT(KEYWORD_ELIF) | BIT(KEYWORD_EXCEPT) | BIT(KEYWORD_FINALLY) |  \
     BIT(KEYWORD_GLOBAL) | BIT(KEYWORD_IMPORT) | BIT(KEYWORD_NONLOCAL) | BIT(KEYWORD_PASS) |                 \
     BIT(KEYWORD_RAISE) | BIT(KEYWORD_RETURN) | BIT(KEYWORD_TRY) | BIT(KEYWORD_WHILE) | BIT(KEYWORD_WITH))

/* Hot — the part of the lexer that every token touches, held in registers by lex_line. */
typedef struct Hot {
    const char *p, *end, *bytes;
    Token *token, *limit;
    uint32_t line;
    uint8_t depth, inside;
} Hot;

#define HOT static inline __attribute__((always_inline))

void lexer_issue(Lexer *lexer, uint32_t kind, uint32_t line)
{
    if (lexer->issue_counts[kind] == MAX_ISSUES_OF_A_KIND)
        return;
    if (lexer->n_issues == lexer->issues_capacity) {
        lexer->issues_capacity = MAX(16, lexer->issues_capacity * 2);
        lexer->issues = g_renew(LexIssue, lexer->issues, lexer->issues_capacity);
    }
    lexer->issue_counts[kind]++;
    lexer->issues[lexer->n_issues++] = (LexIssue){kind, line};
}

/* One slot stands before tokens[0], so that "the token before" always is one. */
void lexer_grow_tokens(Lexer *lexer)
{
    Token *base = lexer->tokens != NULL ? lexer->tokens - 1 : NULL;

    lexer->tokens_capacity = MAX(4096, lexer->tokens_capacity * 2);
    base = g_renew(Token, base, lexer->tokens_capacity + 1);
    base[0] = (Token){.kind = TOKEN_NEWLINE};
    lexer->tokens = base + 1;
}

void lexer_grow_lines(Lexer *lexer)
{
    lexer->lines_capacity = MAX(1024, lexer->lines_capacity * 2);
    lexer->lines = g_renew(uint32_t, lexer->lines, lexer->lines_capacity);
}

void lexer_grow_brackets(Lexer *lexer)
{
    lexer->brackets_capacity = MAX(256, lexer->brackets_capacity * 2);
    lexer->brackets = g_renew(char, lexer->brackets, lexer->brackets_capacity);
}

HOT void hot_load(Hot *hot, const Lexer *lexer)
{
    hot->p = lexer->p;
    hot->end = lexer->end;
    hot->bytes = lexer->bytes;
    hot->token = lexer->tokens + lexer->n_tokens;
    hot->limit = lexer->tokens + lexer->tokens_capacity - 4;
    hot->line = (uint32_t)lexer->n_lines;
    hot->depth = (uint8_t)MIN(lexer->n_brackets, 255);
    hot->inside = (uint8_t)lexer->n_frames;
}

HOT void hot_save(const Hot *hot, Lexer *lexer)
{
    lexer->p = hot->p;
    lexer->n_tokens = (size_t)(hot->token - lexer->tokens);
}

/* The token from hot->p to `end`. */
HOT void hot_put(Hot *hot, uint8_t kind, uint8_t detail, const char *end)
{
    *hot->token++ = (Token){(uint32_t)(hot->p - hot->bytes),
                            (uint32_t)(end - hot->bytes),
                            hot->line,
                            kind,
                            detail,
                            hot->depth,
                            hot->inside};
    hot->p = end;
}

/* The keyword that the `length` bytes at `p` are; reads 8 bytes where the file has them. */
HOT uint8_t keyword_of(const char *p, size_t length, const char *end)
{
    uint64_t word = 0, entry;

    if (length - 2 > 6)
        return KEYWORD_NONE;
    if (G_LIKELY(end - p >= 8)) {
        memcpy(&word, p, 8);
        word = GUINT64_FROM_LE(word) & (~UINT64_C(0) >> (64 - 8 * length));
    } else {
        memcpy(&word, p, length);
        word = GUINT64_FROM_LE(word);
    }
    size_t slot = (size_t)((word * KEYWORD_FACTOR) >> 58);
    memcpy(&entry, keywords[slot].text, 8);
    return GUINT64_FROM_LE(entry) == word ? keywords[slot].keyword : KEYWORD_NONE;
}

static bool token_is(const Lexer *lexer, const Token *token, const char *text, size_t length)
{
    return token->kind == TOKEN_NAME && token->end - token->start == length &&
           memcmp(lexer->bytes + token->start, text, length) == 0;
}

/* The token before the current one is a plain name with an operand right behind it. */
static void check_statement_name(Lexer *lexer, const Token *before, uint32_t line)
{
    if (token_is(lexer, before, "print", 5) || token_is(lexer, before, "exec", 4))
        lexer_issue(lexer, ISSUE_PYTHON2, line);
}

HOT bool after_plain_name(const Hot *hot)
{
    return hot->token[-1].kind == TOKEN_NAME && hot->token[-1].detail == KEYWORD_NONE;
}

/* A statement starts in an open bracket at lexer->p: the bracket ends, and the line is read anew. */
static void recover_brackets(Lexer *lexer)
{
    uint32_t line_start = lexer->lines[lexer->n_lines - 1];

    while (lexer->n_tokens > 0 && lexer->tokens[lexer->n_tokens - 1].start >= line_start)
        lexer->n_tokens--;
    lexer_issue(lexer, ISSUE_BRACKETS, (uint32_t)lexer->n_lines);
    lexer->n_brackets = 0;
    lexer->p = lexer->bytes + line_start;
    lexer_put(lexer, TOKEN_NEWLINE, 0, lexer->p, lexer->p);
}

/* Whether a keyword at the current place is the first thing on its line (`async` may stand before). */
static bool starts_line(const Lexer *lexer, const Token *token, uint32_t line)
{
    if (token > lexer->tokens && token[-1].kind == TOKEN_NAME && token[-1].detail == KEYWORD_ASYNC)
        token--;
    return token == lexer->tokens || token[-1].end <= lexer->lines[line - 1];
}

/* A name, keyword or prefixed string. False when the logical line ended instead. */
HOT bool hot_name(Hot *hot, Lexer *lexer)
{
    const char *start = hot->p, *end = scan_name(start + 1, hot->end);
    size_t length = (size_t)(end - start);

    if (length <= 2 && end < hot->end && (*end == '"' || *end == '\'')) {
        int flags = lexer_string_flags(start, length);
        if (flags >= 0) {
            if (G_UNLIKELY(after_plain_name(hot)))
                check_statement_name(lexer, hot->token - 1, hot->line);
            hot->p = end;
            hot_save(hot, lexer);
            lexer_string(lexer, start, flags);
            hot_load(hot, lexer);
            return true;
        }
    }
    uint8_t keyword = keyword_of(start, length, hot->end);
    if (G_UNLIKELY((STATEMENT_KEYWORDS >> keyword & 1) != 0 && hot->depth > 0) &&
        starts_line(lexer, hot->token, hot->line)) {
        hot_save(hot, lexer);
        if (hot->inside > 0) {
            lexer_fstring_fail(lexer);
            hot_load(hot, lexer);
            return true;
        }
        recover_brackets(lexer);
        return false;
    }
    if (G_UNLIKELY(keyword == KEYWORD_NONE && after_plain_name(hot)))
        check_statement_name(lexer, hot->token - 1, hot->line);
    hot_put(hot, TOKEN_NAME, keyword, end);
    return true;
}

/* Bytes that start no token, a run of them as one token. */
static void put_error(Lexer *lexer)
{
    const char *start = lexer->p;

    while (lexer->p < lexer->end && classes[(uint8_t)*lexer->p] == CLASS_ERROR) {
        if (*lexer->p == '\0' && (lexer->flags & LEXED_NUL) == 0) {
            lexer->flags |= LEXED_NUL;
            lexer_issue(lexer, ISSUE_NUL, (uint32_t)lexer->n_lines);
        }
        lexer->p++;
    }
    if (lexer->p == start)
        lexer->p++;
    lexer_issue(lexer, ISSUE_SYNTAX, (uint32_t)lexer->n_lines);
    lexer_put(lexer, TOKEN_ERROR, 0, start, lexer->p);
}

/* A closing bracket that is not the plain partner of the last open one. */
static void close_bracket(Lexer *lexer)
{
    char c = *lexer->p;

    if (lexer->n_frames > 0) {
        if (c == '}' && lexer->brackets[lexer->n_brackets - 1] == LEXER_FIELD)
            lexer_field_end(lexer);
        else
            lexer_fstring_fail(lexer);
        return;
    }
    lexer_issue(lexer, ISSUE_BRACKETS, (uint32_t)lexer->n_lines);
    if (lexer->n_brackets > 0)
        lexer->n_brackets--;
    lexer_put(lexer, TOKEN_OPERATOR, singles[(uint8_t)c], lexer->p, lexer->p + 1);
    lexer->p++;
}

HOT bool in_field(const Lexer *lexer)
{
    return lexer->n_frames > 0 && lexer->brackets[lexer->n_brackets - 1] == LEXER_FIELD;
}

/* Operators other than brackets, dots, colons and those of one byte. */
HOT void hot_operator(Hot *hot, Lexer *lexer)
{
    const char *p = hot->p;
    char c = *p, next = hot->end - p > 1 ? p[1] : '\0';
    uint8_t detail = singles[(uint8_t)c];
    int length = 1;

    if (next == '=') {
        length = 2;
        detail = c == '=' || c == '<' || c == '>' || c == '!' ? OPERATOR_OTHER : OPERATOR_AUGMENTED;
    } else if (next == c && (c == '*' || c == '/' || c == '<' || c == '>')) {
        bool augmented = hot->end - p > 2 && p[2] == '=';
        length = augmented ? 3 : 2;
        detail = augmented ? OPERATOR_AUGMENTED : c == '*' ? OPERATOR_DOUBLE_STAR : OPERATOR_OTHER;
        if (G_UNLIKELY(c == '>' && after_plain_name(hot)))
            check_statement_name(lexer, hot->token - 1, hot->line);
    } else if (next == '>' && (c == '-' || c == '<')) {
        length = 2;
        detail = c == '-' ? OPERATOR_ARROW : OPERATOR_OTHER;
        if (c == '<')
            lexer_issue(lexer, ISSUE_PYTHON2, hot->line);
    } else if (c == '!') {
        hot_save(hot, lexer);
        if (in_field(lexer))
            lexer_field_end(lexer);
        else
            put_error(lexer);
        hot_load(hot, lexer);
        return;
    }
    hot_put(hot, TOKEN_OPERATOR, detail, p + length);
}

/* A line ends in a bracket. */
HOT void hot_joined_line(Hot *hot, Lexer *lexer)
{
    hot->p = lexer_pass_newline(lexer, hot->p);
    hot->line++;
    hot->p = scan_spaces(hot->p, hot->end);
    if (hot->p < hot->end && (*hot->p == '<' || *hot->p == '=' || *hot->p == '>' || *hot->p == '|') &&
        hot->inside == 0 && lexer_is_conflict(hot->p, hot->end)) {
        hot_save(hot, lexer);
        lexer_put_conflict(lexer);
        hot_load(hot, lexer);
    }
}

HOT void hot_close(Hot *hot, Lexer *lexer)
{
    char c = *hot->p, open = c == ')' ? '(' : c == ']' ? '[' : '{';

    if (G_LIKELY(lexer->n_brackets > 0 && lexer->brackets[lexer->n_brackets - 1] == open)) {
        lexer->n_brackets--;
        hot->depth = (uint8_t)MIN(lexer->n_brackets, 255);
        hot_put(hot, TOKEN_OPERATOR, singles[(uint8_t)c], hot->p + 1);
        return;
    }
    hot_save(hot, lexer);
    close_bracket(lexer);
    hot_load(hot, lexer);
}

/* Calls `rare` with the lexer's fields up to date. */
HOT void hot_call(Hot *hot, Lexer *lexer, void (*rare)(Lexer *))
{
    hot_save(hot, lexer);
    rare(lexer);
    hot_load(hot, lexer);
}

static void put_plain_string(Lexer *lexer)
{
    lexer_string(lexer, lexer->p, 0);
}

static void pass_continuation(Lexer *lexer)
{
    const char *next = lexer->p + 1;

    if (next < lexer->end && (*next == '\n' || *next == '\r'))
        lexer->p = lexer_pass_newline(lexer, next);
    else
        put_error(lexer);
}

/* Tokens up to and including the NEWLINE of the logical line. */
static void lex_line(Lexer *lexer)
{
    Hot hot;
    bool open = true;

    hot_load(&hot, lexer);
    while (open) {
        if (G_UNLIKELY(hot.token >= hot.limit))
            hot_call(&hot, lexer, lexer_grow_tokens);
        if (G_UNLIKELY(hot.p >= hot.end)) {
            if (hot.inside == 0) {
                hot_put(&hot, TOKEN_NEWLINE, 0, hot.p);
                break;
            }
            hot_call(&hot, lexer, lexer_fstring_fail);
            continue;
        }
        switch (classes[(uint8_t)*hot.p]) {
        case CLASS_SPACE:
            hot.p++;
            continue;
        case CLASS_NAME:
            if (!hot_name(&hot, lexer))
                return;
            break;
        case CLASS_NEWLINE:
            if (lexer->n_brackets > 0) {
                hot_joined_line(&hot, lexer);
                continue;
            }
            hot_put(&hot, TOKEN_NEWLINE, 0,
                    hot.p + (*hot.p == '\r' && hot.end - hot.p > 1 && hot.p[1] == '\n' ? 2 : 1));
            hot.p = lexer_pass_newline(lexer, hot.bytes + hot.token[-1].start);
            open = false;
            break;
        case CLASS_OPEN:
            lexer_push_bracket(lexer, *hot.p);
            hot_put(&hot, TOKEN_OPERATOR, singles[(uint8_t)*hot.p], hot.p + 1);
            hot.depth = (uint8_t)MIN(lexer->n_brackets, 255);
            continue;
        case CLASS_CLOSE:
            hot_close(&hot, lexer);
            continue;
        case CLASS_SINGLE:
            if (*hot.p == '`')
                lexer_issue(lexer, ISSUE_PYTHON2, hot.line);
            hot_put(&hot, TOKEN_OPERATOR, singles[(uint8_t)*hot.p], hot.p + 1);
            break;
        case CLASS_DOT:
            if (hot.end - hot.p > 1 && scan_is_digit(hot.p[1]))
                hot_call(&hot, lexer, lexer_put_number);
            else if (hot.end - hot.p > 2 && hot.p[1] == '.' && hot.p[2] == '.')
                hot_put(&hot, TOKEN_OPERATOR, OPERATOR_ELLIPSIS, hot.p + 3);
            else
                hot_put(&hot, TOKEN_OPERATOR, OPERATOR_DOT, hot.p + 1);
            continue;
        case CLASS_COLON:
            if (G_UNLIKELY(hot.inside > 0) && in_field(lexer))
                hot_call(&hot, lexer, lexer_field_end);
            else if (hot.end - hot.p > 1 && hot.p[1] == '=')
                hot_put(&hot, TOKEN_OPERATOR, OPERATOR_WALRUS, hot.p + 2);
            else
                hot_put(&hot, TOKEN_OPERATOR, OPERATOR_COLON, hot.p + 1);
            break;
        case CLASS_OPERATOR:
            hot_operator(&hot, lexer);
            break;
        case CLASS_DIGIT:
            if (G_UNLIKELY(after_plain_name(&hot)))
                check_statement_name(lexer, hot.token - 1, hot.line);
            hot_call(&hot, lexer, lexer_put_number);
            break;
        case CLASS_QUOTE:
            if (G_UNLIKELY(after_plain_name(&hot)))
                check_statement_name(lexer, hot.token - 1, hot.line);
            hot_call(&hot, lexer, put_plain_string);
            break;
        case CLASS_COMMENT:
            hot_call(&hot, lexer, lexer_put_comment);
            break;
        case CLASS_BACKSLASH:
            hot_call(&hot, lexer, pass_continuation);
            break;
        default:
            hot_call(&hot, lexer, put_error);
            break;
        }
    }
    hot_save(&hot, lexer);
}

Lexer *lexer_new(void)
{
    Lexer *lexer = g_new0(Lexer, 1);

    lexer->indents_capacity = 128;
    lexer->indents = g_new0(LexerIndent, lexer->indents_capacity);
    lexer_grow_tokens(lexer);
    lexer_grow_lines(lexer);
    lexer_grow_brackets(lexer);
    lexer->result.scratch = scratch_new();
    return lexer;
}

void lexer_free(Lexer *lexer)
{
    if (lexer == NULL)
        return;
    scratch_free(lexer->result.scratch);
    g_free(lexer->tokens - 1);
    g_free(lexer->lines);
    g_free(lexer->issues);
    g_free(lexer->brackets);
    g_free(lexer->indents);
    g_free(lexer);
}

static bool reset(Lexer *lexer, const char *bytes, size_t length)
{
    bool bom = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;

    lexer->bytes = bytes;
    lexer->end = bytes + length;
    lexer->p = bytes + (bom ? 3 : 0);
    lexer->n_tokens = lexer->n_lines = lexer->n_brackets = 0;
    lexer->n_issues = lexer->n_frames = lexer->flags = 0;
    memset(lexer->issue_counts, 0, sizeof lexer->issue_counts);
    lexer->n_indents = 1;
    lexer->block_open = false;
    lexer->retries_left = 65536 + 2 * length;
    lexer_add_line(lexer, bytes);
    scratch_reset(lexer->result.scratch);
    return bom;
}

const Lexed *lexer_run(Lexer *lexer, const char *bytes, size_t length)
{
    bool bom = reset(lexer, bytes, length);
    Lexed *result = &lexer->result;

    while (lexer_begin_line(lexer)) {
        size_t first = lexer->n_tokens;
        lex_line(lexer);
        lexer_end_line(lexer, first);
    }
    if (lexer->n_brackets > 0)
        lexer_issue(lexer, ISSUE_BRACKETS, (uint32_t)lexer->n_lines);
    if (lexer->block_open)
        lexer_issue(lexer, ISSUE_INDENTATION, (uint32_t)lexer->n_lines);
    lexer->n_brackets = 0;
    for (; lexer->n_indents > 1; lexer->n_indents--)
        lexer_put(lexer, TOKEN_DEDENT, 0, lexer->end, lexer->end);
    lexer_put(lexer, TOKEN_END, 0, lexer->end, lexer->end);
    lexer_check_encoding(lexer, bom);

    result->bytes = bytes;
    result->length = (uint32_t)length;
    result->tokens = lexer->tokens;
    result->n_tokens = (uint32_t)lexer->n_tokens;
    result->lines = lexer->lines;
    result->n_lines = (uint32_t)lexer->n_lines;
    result->issues = lexer->issues;
    result->n_issues = lexer->n_issues;
    result->flags = lexer->flags;
    return result;
}

uint32_t lexed_line(const Lexed *lexed, uint32_t offset)
{
    uint32_t low = 0, high = lexed->n_lines;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (lexed->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

uint32_t lexed_token_at(const Lexed *lexed, uint32_t offset)
{
    uint32_t low = 0, high = lexed->n_tokens;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (lexed->tokens[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
