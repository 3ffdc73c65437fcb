/* lexer_string.c — string literals, and f-strings as Python 3.12 reads them (PEP 701).
 *
 * An f-string is text with fields. Its text is scanned here; a field's expression is read by the
 * lexer's main loop like any other code, with the field's `{` on the bracket stack as LEXER_FIELD,
 * until lexer_field_end sees the `:`, `!` or `}` that closes the expression. A format spec is text
 * again, with fields of its own. Which of the two the scanner is in follows from the bracket stack:
 * a LEXER_FIELD above the frame's own height means spec.
 *
 * Where a field cannot end (the file ends, brackets do not match, a statement begins), the
 * outermost f-string is read again as a plain string that ends at its next quote, which is what
 * Python before 3.12 did. The bytes read twice are counted against a budget linear in the file's
 * length; when it is spent, every f-string is read as a plain one. */
#include "parse/lexer_internal.h"

#include "parse/scan.h"

int lexer_string_flags(const char *prefix, size_t length)
{
    int flags = 0;

    for (size_t i = 0; i < length; i++) {
        int flag = 0;
        switch (prefix[i] | 0x20) {
        case 'r':
            flag = STRING_RAW;
            break;
        case 'b':
            flag = STRING_BYTES;
            break;
        case 'f':
            flag = STRING_FORMAT;
            break;
        case 't':
            flag = STRING_TEMPLATE;
            break;
        case 'u':
            flag = STRING_UNICODE;
            break;
        default:
            return -1;
        }
        /* Two letters are one of b, f, t (Python 2: u) and an r, in any order. */
        if (i == 1 && (flags == flag || (flags != STRING_RAW && flag != STRING_RAW)))
            return -1;
        flags |= flag;
    }
    return flags;
}

/* Byte behind the string whose text starts at `p`; a single-quoted one ends before the line does. */
static const char *plain_end(Lexer *lexer, const char *p, char quote, bool triple, bool *closed)
{
    const char *end = lexer->end;

    for (;;) {
        p = scan_string(p, end, quote, false);
        if (p >= end)
            break;
        if (*p == quote) {
            if (!triple)
                return p + 1;
            if (end - p >= 3 && p[1] == quote && p[2] == quote)
                return p + 3;
            p++;
        } else if (*p == '\\') {
            if (++p >= end)
                break;
            p = *p == '\n' || *p == '\r' ? lexer_pass_newline(lexer, p) : p + 1;
        } else if (triple) {
            p = lexer_pass_newline(lexer, p);
        } else {
            break;
        }
    }
    *closed = false;
    return p;
}

static void put_plain(Lexer *lexer, const char *start, const char *quote, int flags)
{
    bool triple = (flags & STRING_TRIPLE) != 0, closed = true;
    size_t token = lexer->n_tokens;
    uint32_t line = (uint32_t)lexer->n_lines;

    lexer_put(lexer, TOKEN_STRING, (uint8_t)flags, start, quote);
    lexer->p = plain_end(lexer, quote + (triple ? 3 : 1), *quote, triple, &closed);
    lexer->tokens[token].end = (uint32_t)(lexer->p - lexer->bytes);
    if (closed)
        return;
    lexer->tokens[token].detail |= STRING_OPEN;
    lexer_issue(lexer, ISSUE_UNTERMINATED_STRING, line);
    if (lexer->n_frames > 0)
        lexer_fstring_fail(lexer);
}

void lexer_fstring_fail(Lexer *lexer)
{
    LexerFrame frame = lexer->frames[0];
    Token token = lexer->tokens[frame.token];
    size_t again = (size_t)(lexer->p - frame.quote);

    lexer->retries_left -= MIN(lexer->retries_left, again);
    lexer->n_frames = 0;
    lexer->n_tokens = frame.token;
    lexer->n_lines = frame.n_lines;
    lexer->n_brackets = frame.brackets;
    lexer_issue(lexer, ISSUE_UNTERMINATED_STRING, token.line);
    put_plain(lexer, lexer->bytes + token.start, frame.quote, token.detail);
}

/* `p` stands at a backslash in the text of an f-string: it hides quotes and newlines but no brace. */
static const char *pass_escape(Lexer *lexer, const LexerFrame *frame, const char *p)
{
    const char *end = lexer->end;

    if (++p >= end)
        return end;
    if (*p == '\n' || *p == '\r')
        return lexer_pass_newline(lexer, p);
    if (*p == '{' || *p == '}')
        return p;
    if (frame->raw || *p != 'N' || end - p < 2 || p[1] != '{')
        return p + 1;
    p += 2;
    while (p < end && (scan_is_name((uint8_t)*p) || *p == ' ' || *p == '-'))
        p++;
    return p < end && *p == '}' ? p + 1 : p;
}

static void close_field(Lexer *lexer)
{
    lexer->n_brackets--;
    lexer_put(lexer, TOKEN_OPERATOR, OPERATOR_RBRACE, lexer->p, lexer->p + 1);
    lexer->p++;
}

/* Reads text and format specs from lexer->p up to the next field's expression or the string's end. */
static void fstring_text(Lexer *lexer)
{
    const LexerFrame *frame = &lexer->frames[lexer->n_frames - 1];
    const char quote = *frame->quote;

    for (;;) {
        const char *p = lexer->p = scan_string(lexer->p, lexer->end, quote, true);
        bool spec = lexer->n_brackets > frame->brackets;
        bool again = p + 1 < lexer->end && p[1] == *p;

        if (p >= lexer->end)
            break;
        if (*p == '{') {
            if (again && !spec) {
                lexer->p = p + 2;
                continue;
            }
            lexer_put(lexer, TOKEN_OPERATOR, OPERATOR_LBRACE, p, p + 1);
            lexer_push_bracket(lexer, LEXER_FIELD);
            lexer->p = p + 1;
            return;
        }
        if (*p == '}') {
            if (spec)
                close_field(lexer);
            else
                lexer->p = p + (again ? 2 : 1);
        } else if (*p == '\\') {
            lexer->p = pass_escape(lexer, frame, p);
        } else if (*p == quote) {
            bool closes = !frame->triple || (again && p + 2 < lexer->end && p[2] == quote);
            if (closes && spec)
                break;
            lexer->p = p + (closes && frame->triple ? 3 : 1);
            if (closes) {
                lexer->tokens[frame->token].end = (uint32_t)(lexer->p - lexer->bytes);
                lexer->n_frames--;
                return;
            }
        } else if (frame->triple) {
            lexer->p = lexer_pass_newline(lexer, p);
        } else {
            break;
        }
    }
    lexer_fstring_fail(lexer);
}

void lexer_field_end(Lexer *lexer)
{
    if (*lexer->p == '!') {
        lexer->p = scan_name(lexer->p + 1, lexer->end);
        return;
    }
    if (*lexer->p == '}')
        close_field(lexer);
    else
        lexer->p++;
    fstring_text(lexer);
}

void lexer_string(Lexer *lexer, const char *start, int flags)
{
    const char *quote = lexer->p;
    bool triple = lexer->end - quote >= 3 && quote[1] == *quote && quote[2] == *quote;

    if (triple)
        flags |= STRING_TRIPLE;
    if ((flags & STRING_TEMPLATE) != 0)
        lexer->flags |= LEXED_TEMPLATE;
    if ((flags & STRING_UNICODE) != 0 && (flags & STRING_RAW) != 0)
        lexer_issue(lexer, ISSUE_PYTHON2, (uint32_t)lexer->n_lines);
    if ((flags & (STRING_FORMAT | STRING_TEMPLATE)) == 0 || lexer->n_frames == LEXER_FSTRING_DEPTH ||
        lexer->retries_left == 0) {
        put_plain(lexer, start, quote, flags);
        return;
    }
    LexerFrame *frame = &lexer->frames[lexer->n_frames];
    *frame = (LexerFrame){
        (uint32_t)lexer->n_tokens, (uint32_t)lexer->n_brackets, (uint32_t)lexer->n_lines, quote, triple,
        (flags & STRING_RAW) != 0};
    lexer_put(lexer, TOKEN_STRING, (uint8_t)flags, start, quote);
    lexer->n_frames++;
    lexer->p = quote + (triple ? 3 : 1);
    fstring_text(lexer);
}
