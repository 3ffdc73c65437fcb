/* skeleton_text.c — copies what tree-sitter has to see, without what nobody asks the tree for. */
#include "parse/skeleton_text.h"

#include <glib.h>
#include <string.h>

#define NEEDS_PATCH (LEXED_BARE_CR | LEXED_CONFLICT | LEXED_TEMPLATE | LEXED_NUL | LEXED_NOT_UTF8)

void skeleton_text_begin(SkeletonText *out, const Lexed *lexed)
{
    out->lexed = lexed;
    out->length = out->n_segments = 0;
    out->done = 0;
}

void skeleton_text_clear(SkeletonText *out)
{
    g_free(out->text);
    g_free(out->segments);
}

static void reserve(SkeletonText *out, size_t more)
{
    if (out->length + more <= out->capacity)
        return;
    out->capacity = MAX(out->capacity * 2, out->length + more);
    out->text = g_realloc(out->text, out->capacity);
}

static void add_segment(SkeletonText *out, uint32_t origin)
{
    if (out->n_segments == out->segments_capacity) {
        out->segments_capacity = MAX(256, out->segments_capacity * 2);
        out->segments = g_renew(SkeletonSegment, out->segments, out->segments_capacity);
    }
    out->segments[out->n_segments++] = (SkeletonSegment){(uint32_t)out->length, origin};
}

/* Text that is not in the file. */
void skeleton_add(SkeletonText *out, const char *text, size_t length, uint32_t origin)
{
    add_segment(out, origin);
    reserve(out, length);
    memcpy(out->text + out->length, text, length);
    out->length += length;
}

/* Replaces what tree-sitter would misread in the copy of bytes [from, to). */
static void patch(const Lexed *lexed, char *copy, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        char c = lexed->bytes[i];
        if (c == '\r' && (i + 1 == lexed->length || lexed->bytes[i + 1] != '\n'))
            copy[i - from] = '\n';
        else if (c == '\0')
            copy[i - from] = ' ';
        else if ((lexed->flags & LEXED_NOT_UTF8) != 0 && (uint8_t)c >= 0x80)
            copy[i - from] = '_';
    }
    if ((lexed->flags & (LEXED_CONFLICT | LEXED_TEMPLATE)) == 0)
        return;
    for (const Token *t = lexed->tokens + lexed_token_at(lexed, from); t->kind != TOKEN_END && t->start < to;
         t++) {
        if (t->kind == TOKEN_COMMENT)
            copy[t->start - from] = '#';
        if (t->kind != TOKEN_STRING || (t->detail & STRING_TEMPLATE) == 0)
            continue;
        for (uint32_t i = t->start; i < to && i < t->start + 2; i++)
            if ((lexed->bytes[i] | 0x20) == 't')
                copy[i - from] = (char)(lexed->bytes[i] - 't' + 'f');
    }
}

/* The file's bytes [from, to). */
void skeleton_copy(SkeletonText *out, uint32_t from, uint32_t to)
{
    if (from >= to)
        return;
    const SkeletonSegment *last = out->n_segments > 0 ? &out->segments[out->n_segments - 1] : NULL;
    if (last == NULL || last->origin + (out->length - last->at) != from)
        add_segment(out, from);
    reserve(out, to - from);
    memcpy(out->text + out->length, out->lexed->bytes + from, to - from);
    if ((out->lexed->flags & NEEDS_PATCH) != 0)
        patch(out->lexed, out->text + out->length, from, to);
    out->length += to - from;
}

/* The first token from `i` on that is neither a comment nor a change of indentation. */
static uint32_t next_code(const Lexed *lexed, uint32_t i)
{
    const Token *tokens = lexed->tokens;

    while (tokens[i].kind == TOKEN_COMMENT || tokens[i].kind == TOKEN_INDENT ||
           tokens[i].kind == TOKEN_DEDENT)
        i++;
    return i;
}

/* Whether the line before the one that starts at `start` goes on in it. */
static bool is_continued(const Lexed *lexed, uint32_t start)
{
    uint32_t i = start;

    while (i > 0 && (lexed->bytes[i - 1] == '\n' || lexed->bytes[i - 1] == '\r'))
        i--;
    return i > 0 && lexed->bytes[i - 1] == '\\';
}

/* Where code goes on behind blank lines and comments that start at `from`, of which token `first` is the
 * next: the start of the line of token `code`. Blank lines alone stay. */
static uint32_t behind_gap(const Lexed *lexed, uint32_t from, uint32_t first, uint32_t code)
{
    const Token *t = &lexed->tokens[code];

    while (first < code && lexed->tokens[first].kind != TOKEN_COMMENT)
        first++;
    if (first == code)
        return from;
    if (t->kind == TOKEN_END)
        return MAX(from, t->start);
    uint32_t start = lexed->lines[t->line - 1];
    return start <= from || is_continued(lexed, start) ? from : start;
}

/* Bytes of the text of a string that is a statement by itself: nobody asks the tree for them. */
static bool is_mute_string(const Lexed *lexed, uint32_t i, uint32_t *from, uint32_t *to)
{
    const Token *t = &lexed->tokens[i], *before = t;
    uint32_t quotes = (t->detail & STRING_TRIPLE) != 0 ? 3 : 1;

    if ((t->detail & (STRING_FORMAT | STRING_TEMPLATE)) != 0 || t->depth > 0 || t->end - t->start < 12 ||
        lexed->tokens[i + 1].kind != TOKEN_NEWLINE)
        return false;
    while (before > lexed->tokens && before[-1].kind == TOKEN_COMMENT)
        before--;
    if (before > lexed->tokens && before[-1].kind != TOKEN_NEWLINE && before[-1].kind != TOKEN_INDENT &&
        before[-1].kind != TOKEN_DEDENT)
        return false;
    *from = t->start;
    while (lexed->bytes[*from] != '"' && lexed->bytes[*from] != '\'')
        ++*from;
    *to = t->end - quotes;
    for (uint32_t q = 0; q < quotes; q++)
        if (lexed->bytes[*to + q] != lexed->bytes[*from])
            return false; /* not closed */
    *from += quotes;
    return *from < *to;
}

/* Whether token `i` is a comma at the end of a statement: tree-sitter, unlike Python, reads on in the
 * next line. A `;` behind it says that it ends. */
bool skeleton_is_last_comma(const Lexed *lexed, uint32_t i)
{
    const Token *t = &lexed->tokens[i];

    if (t->kind != TOKEN_OPERATOR || t->detail != OPERATOR_COMMA || t->depth > 0 || t->inside > 0)
        return false;
    do
        t++;
    while (t->kind == TOKEN_COMMENT);
    return t->kind == TOKEN_NEWLINE;
}

uint32_t skeleton_end_statement(SkeletonText *out, uint32_t from, uint32_t at)
{
    skeleton_copy(out, from, at);
    skeleton_add(out, ";", 1, at);
    add_segment(out, at);
    return at;
}

/* The file's bytes [from, to) without comments, blank lines, and the text of docstrings. */
void skeleton_copy_code(SkeletonText *out, uint32_t from, uint32_t to)
{
    const Lexed *lexed = out->lexed;
    const Token *tokens = lexed->tokens;
    uint32_t i = lexed_token_at(lexed, from), code = 0, text, text_end;

    if (i == 0 || next_code(lexed, i - 1) != i - 1 || tokens[i - 1].kind == TOKEN_NEWLINE)
        from = behind_gap(lexed, from, i, next_code(lexed, i));
    for (; tokens[i].kind != TOKEN_END && tokens[i].start < to; i++) {
        const Token *t = &tokens[i];
        if (t->inside != 0 || t->end <= from)
            continue;
        if (skeleton_is_last_comma(lexed, i))
            from = skeleton_end_statement(out, from, t->end);
        if (code <= i && (t->kind == TOKEN_NEWLINE || t->kind == TOKEN_COMMENT))
            code = next_code(lexed, i + 1);
        if (t->kind == TOKEN_NEWLINE) {
            uint32_t go_on = behind_gap(lexed, t->end, i + 1, code);
            if (go_on == t->end)
                continue;
            skeleton_copy(out, from, MIN(t->end, to));
            from = go_on;
        } else if (t->kind == TOKEN_COMMENT) {
            skeleton_copy(out, from, t->start);
            from = behind_gap(lexed, t->end, i, code);
        } else if (t->kind == TOKEN_STRING && is_mute_string(lexed, i, &text, &text_end)) {
            skeleton_copy(out, from, text);
            from = text_end;
        }
    }
    skeleton_copy(out, from, to);
}

void skeleton_copy_to(SkeletonText *out, uint32_t to)
{
    skeleton_copy_code(out, out->done, to);
    out->done = MAX(out->done, to);
}

/* ` ...` in the stead of bytes [start, end): see skeleton_origin. */
void skeleton_dots(SkeletonText *out, uint32_t start, uint32_t end)
{
    skeleton_add(out, " ..", 3, start - 1);
    skeleton_add(out, ".", 1, end - 1);
}

void skeleton_text_finish(SkeletonText *out, Skeleton *result)
{
    if (out->n_segments == 0)
        add_segment(out, 0);
    reserve(out, 1);
    out->text[out->length] = '\0';
    result->text = out->text;
    result->length = (uint32_t)out->length;
    result->segments = out->segments;
    result->n_segments = (uint32_t)out->n_segments;
}
