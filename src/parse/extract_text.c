#include "parse/extract_internal.h"

#include <string.h>

#include <xxhash.h>

#include "parse/fingerprint.h"

static uint32_t origin(const Ex *ex, uint32_t offset, bool end)
{
    const Skeleton *skeleton = ex->in.skeleton;

    offset = skeleton->n_segments == 1 ? skeleton->segments[0].origin + offset
                                       : skeleton_origin(skeleton, offset, end);
    return MIN(offset, ex->in.lexed->length);
}

uint32_t ex_start(const Ex *ex, TSNode node)
{
    return origin(ex, ts_node_start_byte(node), false);
}

uint32_t ex_end(const Ex *ex, TSNode node)
{
    uint32_t start = ts_node_start_byte(node), end = ts_node_end_byte(node);

    return end > start ? origin(ex, end, true) : origin(ex, start, false);
}

uint32_t ex_line(const Ex *ex, uint32_t offset)
{
    return lexed_line(ex->in.lexed, offset);
}

const char *ex_bytes(const Ex *ex, TSNode node, size_t *length)
{
    if (ts_node_is_null(node)) {
        *length = 0;
        return ex->in.text;
    }
    uint32_t start = MIN(ts_node_start_byte(node), ex->in.length);
    uint32_t end = MIN(ts_node_end_byte(node), ex->in.length);

    *length = end > start ? end - start : 0;
    /* The parsed text has other bytes there than the file. */
    if ((ex->in.lexed->flags & LEXED_NOT_UTF8) != 0)
        return ex->in.lexed->bytes + MIN(origin(ex, start, false), ex->in.lexed->length - *length);
    return ex->in.text + start;
}

bool ex_is(const Ex *ex, TSNode node, const char *text)
{
    size_t length;
    const char *bytes = ex_bytes(ex, node, &length);

    return length == strlen(text) && memcmp(bytes, text, length) == 0;
}

FactsStr ex_name_bytes(Ex *ex, const char *text, size_t length)
{
    bool ascii = true;

    if (length > MAX_NAME) {
        length = MAX_NAME;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    for (size_t i = 0; i < length && ascii; i++)
        ascii = (text[i] & 0x80) == 0;
    if (ascii || !g_utf8_validate(text, (gssize)length, NULL))
        return facts_builder_string(ex->builder, text, length);
    /* Python compares identifiers in normal form KC (PEP 3131). */
    g_autofree char *normal = g_utf8_normalize(text, (gssize)length, G_NORMALIZE_NFKC);
    return facts_builder_string(ex->builder, normal, strlen(normal));
}

FactsStr ex_name(Ex *ex, TSNode identifier)
{
    size_t length;
    const char *bytes = ex_bytes(ex, identifier, &length);

    return ex_name_bytes(ex, bytes, length);
}

FactsStr ex_range_text(Ex *ex, uint32_t start, uint32_t end, uint64_t *hash)
{
    uint32_t first = lexed_token_at(ex->in.lexed, start);
    uint32_t last = lexed_token_at(ex->in.lexed, end);

    g_string_truncate(ex->buffer, 0);
    fingerprint_text(ex->in.lexed, first, last, ex->buffer);
    if (hash != NULL)
        *hash = ex->buffer->len > 0 ? XXH3_64bits(ex->buffer->str, ex->buffer->len) : 0;
    return facts_builder_text(ex->builder, ex->buffer->str, ex->buffer->len);
}

FactsStr ex_text(Ex *ex, TSNode node, uint64_t *hash)
{
    return ex_range_text(ex, ex_start(ex, node), ex_end(ex, node), hash);
}

/* --- values of string literals --- */

static void append_code(GString *out, gunichar code)
{
    if (code < 0x80)
        g_string_append_c(out, (char)code);
    else if (g_unichar_validate(code))
        g_string_append_unichar(out, code);
    else
        g_string_append_unichar(out, 0xfffd);
}

/* `\xhh`, `\uhhhh`, `\Uhhhhhhhh`, `\ooo`; returns how many bytes of `text` (behind the backslash) it takes, 0
 * for none. */
static size_t append_numeric(const char *text, size_t length, GString *out)
{
    static const struct {
        char letter;
        uint8_t digits;
    } HEX[] = {{'x', 2}, {'u', 4}, {'U', 8}};
    gunichar code = 0;
    size_t n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(HEX); i++) {
        if (text[0] != HEX[i].letter)
            continue;
        for (n = 1; n <= HEX[i].digits && n < length && g_ascii_isxdigit(text[n]); n++)
            code = code * 16 + (gunichar)g_ascii_xdigit_value(text[n]);
        if (n <= HEX[i].digits)
            return 0;
        append_code(out, code);
        return n;
    }
    for (; n < 3 && n < length && text[n] >= '0' && text[n] <= '7'; n++)
        code = code * 8 + (gunichar)(text[n] - '0');
    if (n > 0)
        append_code(out, code);
    return n;
}

static void append_unescaped(const char *text, size_t length, GString *out)
{
    static const char FROM[] = "\\'\"abfnrtv", TO[] = "\\'\"\a\b\f\n\r\t\v";

    for (size_t i = 0; i < length; i++) {
        if (text[i] != '\\' || i + 1 == length) {
            g_string_append_c(out, text[i]);
            continue;
        }
        const char *simple = memchr(FROM, text[i + 1], sizeof FROM - 1);
        size_t numeric;
        if (simple != NULL) {
            g_string_append_c(out, TO[simple - FROM]);
            i++;
        } else if (text[i + 1] == '\n') {
            i++;
        } else if ((numeric = append_numeric(text + i + 1, length - i - 1, out)) > 0) {
            i += numeric;
        } else {
            g_string_append_c(out, '\\'); /* unknown escapes and \N{…} stay as written */
        }
    }
}

bool ex_append_literal(const char *text, size_t length, GString *out)
{
    bool raw = false;
    size_t i = 0;

    for (; i < length && g_ascii_isalpha(text[i]); i++) {
        char letter = g_ascii_tolower(text[i]);
        if (letter == 'f' || letter == 'b' || letter == 't')
            return false;
        raw = raw || letter == 'r';
    }
    if (i >= length || (text[i] != '"' && text[i] != '\''))
        return false;
    char quote = text[i];
    size_t quotes = length - i >= 6 && text[i + 1] == quote && text[i + 2] == quote ? 3 : 1;
    if (length - i < 2 * quotes || text[length - 1] != quote)
        return false;
    text += i + quotes;
    length -= i + 2 * quotes;
    if (raw)
        g_string_append_len(out, text, (gssize)length);
    else
        append_unescaped(text, length, out);
    return true;
}

bool ex_string_value(const Ex *ex, TSNode node, GString *out)
{
    size_t length;
    NodeType type = node_type(node);

    if (type == NODE_string) {
        const char *bytes = ex_bytes(ex, node, &length);
        return ex_append_literal(bytes, length, out);
    }
    if (type != NODE_concatenated_string)
        return false;
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    bool all = ts_tree_cursor_goto_first_child(&cursor);
    while (all) {
        TSNode part = ts_tree_cursor_current_node(&cursor);
        if (node_type(part) == NODE_string) {
            const char *bytes = ex_bytes(ex, part, &length);
            all = ex_append_literal(bytes, length, out);
        }
        if (!ts_tree_cursor_goto_next_sibling(&cursor))
            break;
    }
    ts_tree_cursor_delete(&cursor);
    return all;
}

/* --- where statements end: by tokens, so that skeleton and whole file agree --- */

/* The colon that ends the header of a compound statement, from its first token on. */
static uint32_t header_colon(const Lexed *lexed, uint32_t token)
{
    uint8_t depth = lexed->tokens[token].depth;
    uint32_t lambdas = 0;

    for (; token < lexed->n_tokens; token++) {
        const Token *at = &lexed->tokens[token];
        if (at->inside || at->depth != depth)
            continue;
        if (at->kind == TOKEN_NEWLINE || at->kind == TOKEN_END)
            break;
        if (at->kind == TOKEN_NAME && at->detail == KEYWORD_LAMBDA) {
            lambdas++;
        } else if (at->kind == TOKEN_OPERATOR && at->detail == OPERATOR_COLON) {
            if (lambdas == 0)
                return token;
            lambdas--;
        }
    }
    return FACTS_NONE;
}

static uint32_t skip_comments(const Lexed *lexed, uint32_t token)
{
    while (token < lexed->n_tokens && lexed->tokens[token].kind == TOKEN_COMMENT)
        token++;
    return token;
}

static uint32_t block_end(const Lexed *lexed, uint32_t token)
{
    uint32_t level = 0;

    for (; token < lexed->n_tokens; token++) {
        uint8_t kind = lexed->tokens[token].kind;
        if (kind == TOKEN_END)
            break;
        if (kind == TOKEN_INDENT)
            level++;
        else if (kind == TOKEN_DEDENT && --level == 0)
            break;
    }
    return token;
}

/* Compound statements begin a logical line. Where a damaged file has them elsewhere, looking for their
 * ends could take quadratic time, and would find nothing that means anything. */
static bool starts_line(const Lexed *lexed, uint32_t token)
{
    if (token == 0)
        return true;
    uint8_t before = lexed->tokens[token - 1].kind;
    return before == TOKEN_NEWLINE || before == TOKEN_INDENT || before == TOKEN_DEDENT ||
           before == TOKEN_COMMENT;
}

/* The first token at or behind an offset that has text: what opens and closes blocks has none, and neither
 * has the line end where a bracket was never closed. */
static uint32_t token_with_text(const Lexed *lexed, uint32_t offset)
{
    uint32_t token = lexed_token_at(lexed, offset);

    while (token < lexed->n_tokens && lexed->tokens[token].end == lexed->tokens[token].start &&
           lexed->tokens[token].kind != TOKEN_END)
        token++;
    return token;
}

bool ex_starts_line(const Ex *ex, uint32_t start)
{
    return starts_line(ex->in.lexed, token_with_text(ex->in.lexed, start));
}

static bool suite_tokens(const Ex *ex, uint32_t start, uint32_t *first, uint32_t *last)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t token = token_with_text(lexed, start);

    if (token >= lexed->n_tokens || !starts_line(lexed, token))
        return false;
    token = header_colon(lexed, token);
    if (token == FACTS_NONE)
        return false;
    token = skip_comments(lexed, token + 1);
    *first = token;
    if (token >= lexed->n_tokens || lexed->tokens[token].kind != TOKEN_NEWLINE) {
        while (token < lexed->n_tokens && lexed->tokens[token].kind != TOKEN_NEWLINE &&
               lexed->tokens[token].kind != TOKEN_END)
            token++;
        *last = token;
        return true;
    }
    token = skip_comments(lexed, token + 1);
    if (token >= lexed->n_tokens || lexed->tokens[token].kind != TOKEN_INDENT)
        return false;
    *first = token + 1;
    *last = block_end(lexed, token);
    return true;
}

bool ex_suite(const Ex *ex, uint32_t start, Suite *suite)
{
    *suite = (Suite){0};
    if (!suite_tokens(ex, start, &suite->first, &suite->last))
        return false;
    suite_read(ex->in.lexed, suite);
    return true;
}

bool ex_starts_with_async(const Ex *ex, TSNode function)
{
    size_t length;
    const char *bytes = ex_bytes(ex, function, &length);

    return length > 5 && memcmp(bytes, "async", 5) == 0 && !g_ascii_isalnum(bytes[5]) && bytes[5] != '_';
}

uint32_t ex_token_count(const Ex *ex, uint32_t start, uint32_t end)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t first = lexed_token_at(lexed, start), last = lexed_token_at(lexed, end);

    while (first < last &&
           (lexed->tokens[first].kind == TOKEN_INDENT || lexed->tokens[first].kind == TOKEN_DEDENT))
        first++;
    return last - first;
}

uint32_t ex_code_end(const Ex *ex, uint32_t first, uint32_t last)
{
    const Lexed *lexed = ex->in.lexed;

    while (last > first) {
        const Token *token = &lexed->tokens[last - 1];
        if (token->end > token->start && token->kind != TOKEN_NEWLINE && token->kind != TOKEN_COMMENT &&
            token->kind != TOKEN_INDENT && token->kind != TOKEN_DEDENT && !token->inside)
            return token->end;
        last--;
    }
    return FACTS_NONE;
}

uint32_t ex_suite_end(const Ex *ex, uint32_t start, uint32_t fallback)
{
    uint32_t first, last, end;

    if (!suite_tokens(ex, start, &first, &last))
        return fallback;
    end = ex_code_end(ex, first, last);
    return end != FACTS_NONE ? end : fallback;
}

bool ex_holds_class(const Ex *ex, uint32_t start, uint32_t end)
{
    const Lexed *lexed = ex->in.lexed;

    for (uint32_t i = lexed_token_at(lexed, start); i < lexed->n_tokens && lexed->tokens[i].start < end;
         i++) {
        if (lexed->tokens[i].kind == TOKEN_NAME && lexed->tokens[i].detail == KEYWORD_CLASS)
            return true;
    }
    return false;
}

bool ex_text_is(const Ex *ex, FactsStr string, const char *text)
{
    return strcmp(facts_builder_chars(ex->builder, string), text) == 0;
}

FactsStr ex_intern(Ex *ex, const GString *text)
{
    return facts_builder_string(ex->builder, text->str, text->len);
}
