/* skeleton.c — decides from tokens alone which bytes tree-sitter has to see.
 *
 * Outside functions everything is copied. For each outermost function one look at the body's tokens
 * finds its end and whether it holds a class (then it is copied whole) or anything to keep; most
 * bodies hold nothing and become `...`. For the others the body's logical lines are listed with the
 * line that opens the block they stand in and the statement (group) whose clause they are; keeping
 * a line keeps its group and, going backwards through the list, every group around it. */
#include "parse/skeleton.h"

#include <glib.h>
#include <string.h>

#include "parse/header.h"
#include "parse/skeleton_lines.h"

struct Skeletons {
    Skeleton result;
    char *text;
    size_t length, capacity;
    SkeletonSegment *segments;
    size_t n_segments, segments_capacity;
    SkeletonLines lines;
    const Lexed *lexed;
    uint32_t done; /* original bytes up to here are copied or left out */
};

#define NEEDS_PATCH (LEXED_BARE_CR | LEXED_CONFLICT | LEXED_TEMPLATE | LEXED_NUL | LEXED_NOT_UTF8)

/* Body — one function body: tokens, bytes, and what was seen in it. */
typedef struct Body {
    uint32_t colon;       /* the header's */
    uint32_t header_end;  /* token: NEWLINE of the header; of a one-line function its only NEWLINE */
    uint32_t first, last; /* tokens of the first statement's start, and the last NEWLINE */
    uint32_t after;       /* token behind the body: its DEDENT, or what follows the NEWLINE */
    uint32_t start, end;  /* bytes of the statements */
    bool block, has_class, has_kept;
} Body;

Skeletons *skeletons_new(void)
{
    return g_new0(Skeletons, 1);
}

void skeletons_free(Skeletons *skeletons)
{
    if (skeletons == NULL)
        return;
    g_free(skeletons->text);
    g_free(skeletons->segments);
    skeleton_lines_clear(&skeletons->lines);
    g_free(skeletons);
}

static void reserve(Skeletons *skeletons, size_t more)
{
    if (skeletons->length + more <= skeletons->capacity)
        return;
    skeletons->capacity = MAX(skeletons->capacity * 2, skeletons->length + more);
    skeletons->text = g_realloc(skeletons->text, skeletons->capacity);
}

static void add_segment(Skeletons *skeletons, uint32_t origin)
{
    if (skeletons->n_segments == skeletons->segments_capacity) {
        skeletons->segments_capacity = MAX(256, skeletons->segments_capacity * 2);
        skeletons->segments = g_renew(SkeletonSegment, skeletons->segments, skeletons->segments_capacity);
    }
    skeletons->segments[skeletons->n_segments++] = (SkeletonSegment){(uint32_t)skeletons->length, origin};
}

/* Text that is not in the file. */
static void add_text(Skeletons *skeletons, const char *text, size_t length, uint32_t origin)
{
    add_segment(skeletons, origin);
    reserve(skeletons, length);
    memcpy(skeletons->text + skeletons->length, text, length);
    skeletons->length += length;
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
static void copy(Skeletons *skeletons, uint32_t from, uint32_t to)
{
    if (from >= to)
        return;
    const SkeletonSegment *last =
        skeletons->n_segments > 0 ? &skeletons->segments[skeletons->n_segments - 1] : NULL;
    if (last == NULL || last->origin + (skeletons->length - last->at) != from)
        add_segment(skeletons, from);
    reserve(skeletons, to - from);
    memcpy(skeletons->text + skeletons->length, skeletons->lexed->bytes + from, to - from);
    if ((skeletons->lexed->flags & NEEDS_PATCH) != 0)
        patch(skeletons->lexed, skeletons->text + skeletons->length, from, to);
    skeletons->length += to - from;
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
static bool is_last_comma(const Lexed *lexed, uint32_t i)
{
    const Token *t = &lexed->tokens[i];

    if (t->kind != TOKEN_OPERATOR || t->detail != OPERATOR_COMMA || t->depth > 0 || t->inside > 0)
        return false;
    do
        t++;
    while (t->kind == TOKEN_COMMENT);
    return t->kind == TOKEN_NEWLINE;
}

static uint32_t end_statement(Skeletons *skeletons, uint32_t from, uint32_t at)
{
    copy(skeletons, from, at);
    add_text(skeletons, ";", 1, at);
    add_segment(skeletons, at);
    return at;
}

/* The file's bytes [from, to) without comments, blank lines, and the text of docstrings. */
static void copy_code(Skeletons *skeletons, uint32_t from, uint32_t to)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    uint32_t i = lexed_token_at(lexed, from), code = 0, text, text_end;

    if (i == 0 || next_code(lexed, i - 1) != i - 1 || tokens[i - 1].kind == TOKEN_NEWLINE)
        from = behind_gap(lexed, from, i, next_code(lexed, i));
    for (; tokens[i].kind != TOKEN_END && tokens[i].start < to; i++) {
        const Token *t = &tokens[i];
        if (t->inside != 0 || t->end <= from)
            continue;
        if (is_last_comma(lexed, i))
            from = end_statement(skeletons, from, t->end);
        if (code <= i && (t->kind == TOKEN_NEWLINE || t->kind == TOKEN_COMMENT))
            code = next_code(lexed, i + 1);
        if (t->kind == TOKEN_NEWLINE) {
            uint32_t go_on = behind_gap(lexed, t->end, i + 1, code);
            if (go_on == t->end)
                continue;
            copy(skeletons, from, MIN(t->end, to));
            from = go_on;
        } else if (t->kind == TOKEN_COMMENT) {
            copy(skeletons, from, t->start);
            from = behind_gap(lexed, t->end, i, code);
        } else if (t->kind == TOKEN_STRING && is_mute_string(lexed, i, &text, &text_end)) {
            copy(skeletons, from, text);
            from = text_end;
        }
    }
    copy(skeletons, from, to);
}

static void copy_to(Skeletons *skeletons, uint32_t to)
{
    copy_code(skeletons, skeletons->done, to);
    skeletons->done = MAX(skeletons->done, to);
}

/* ` ...` in the stead of bytes [start, end): see skeleton_origin. */
static void add_dots(Skeletons *skeletons, uint32_t start, uint32_t end)
{
    add_text(skeletons, " ..", 3, start - 1);
    add_text(skeletons, ".", 1, end - 1);
}

/* The colon that ends a function's header, or 0. */
static uint32_t header_colon(const Lexed *lexed, uint32_t def)
{
    uint8_t depth = lexed->tokens[def].depth;
    uint32_t lambdas = 0;

    for (uint32_t i = def + 1;; i++) {
        const Token *t = &lexed->tokens[i];
        if (t->kind == TOKEN_NEWLINE || t->kind == TOKEN_END)
            return 0;
        if (t->depth != depth || t->inside != 0)
            continue;
        if (t->kind == TOKEN_NAME && t->detail == KEYWORD_LAMBDA)
            lambdas++;
        if (t->kind == TOKEN_OPERATOR && t->detail == OPERATOR_COLON && lambdas-- == 0)
            return i;
    }
}

/* `modules[`, as in sys.modules[...]. */
static bool is_modules_subscript(const Lexed *lexed, const Token *t)
{
    return t->kind == TOKEN_NAME && t->end - t->start == 7 && t[1].kind == TOKEN_OPERATOR &&
           t[1].detail == OPERATOR_LBRACKET && memcmp(lexed->bytes + t->start, "modules", 7) == 0;
}

static void note(const Lexed *lexed, const Token *t, Body *body)
{
    if (t->detail == KEYWORD_CLASS)
        body->has_class = true;
    else if (t->detail == KEYWORD_IMPORT || t->detail == KEYWORD_GLOBAL)
        body->has_kept = true;
    else if (t->detail == KEYWORD_NONE && is_modules_subscript(lexed, t))
        body->has_kept = true;
}

/* Finds the body behind a header; false when there is none. */
static bool find_body(const Lexed *lexed, uint32_t def, Body *body)
{
    const Token *tokens = lexed->tokens;

    *body = (Body){.colon = header_colon(lexed, def)};
    if (body->colon == 0)
        return false;
    uint32_t i = body->colon + 1, level = 1;
    while (tokens[i].kind == TOKEN_COMMENT)
        i++;
    body->block = tokens[i].kind == TOKEN_NEWLINE;
    body->header_end = i;
    if (body->block)
        do
            i++;
        while (tokens[i].kind == TOKEN_COMMENT);
    if (body->block && tokens[i].kind != TOKEN_INDENT)
        return false;
    body->first = i += body->block;
    for (; tokens[i].kind != TOKEN_END; i++) {
        const Token *t = &tokens[i];
        if (t->kind == TOKEN_NAME) {
            note(lexed, t, body);
        } else if (t->kind == TOKEN_NEWLINE) {
            body->last = i;
            if (!body->block)
                break;
        } else if (t->kind == TOKEN_INDENT) {
            level++;
        } else if (t->kind == TOKEN_DEDENT && --level == 0) {
            break;
        }
    }
    if (body->last == 0)
        return false;
    body->after = body->block ? i : i + 1;
    if (!body->block)
        body->header_end = body->last;
    for (i = body->last - 1; tokens[i].kind == TOKEN_COMMENT || tokens[i].inside != 0; i--)
        ;
    body->start = tokens[body->first].start;
    body->end = MAX(tokens[i].end, body->start + 1);
    return true;
}

/* Where copying goes on behind a block: comments that are indented deeper than the function go with it. */
static uint32_t resume_at(const Lexed *lexed, const Body *body, uint32_t def)
{
    const Token *tokens = lexed->tokens;
    uint32_t line_start = lexed->lines[tokens[def].line - 1], indent = line_start;

    while (lexed->bytes[indent] == ' ' || lexed->bytes[indent] == '\t')
        indent++;
    uint32_t i = body->last + 1;
    while (tokens[i].kind == TOKEN_COMMENT &&
           tokens[i].start - lexed->lines[tokens[i].line - 1] > indent - line_start)
        i++;
    return MAX(tokens[body->last].end, lexed->lines[tokens[i].line - 1]);
}

/* Copies the kept lines of a body whose header is copied. */
static void emit_lines(Skeletons *skeletons, const Body *body)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    const SkeletonLines *lines = &skeletons->lines;
    uint32_t last_kept = 0;

    for (uint32_t i = 0; i < lines->count; i++) {
        const SkeletonLine *line = &lines->items[i];
        if (!skeleton_line_kept(lines, i))
            continue;
        uint32_t start = skeleton_line_start(lexed, line), end = tokens[line->last].end;
        if (line->opens && !line->has_kept_child) {
            const SkeletonLine *child = line + 1;
            uint32_t colon_end = tokens[line->colon].end;
            copy_code(skeletons, start, colon_end);
            add_dots(skeletons, tokens[child->first].start, tokens[child->last].start);
            copy_code(skeletons, colon_end, end);
        } else {
            copy_code(skeletons, start, end);
        }
        last_kept = line->last;
    }
    if (last_kept == body->last)
        return;
    uint32_t start = skeleton_line_start(lexed, &lines->items[0]);
    uint32_t width = tokens[body->first].start - start;
    if (skeletons->length > 0 && skeletons->text[skeletons->length - 1] != '\n')
        return;
    add_text(skeletons, lexed->bytes + start, width, start);
    add_text(skeletons, "..", 2, body->start);
    add_text(skeletons, ".\n", 2, body->end - 1);
}

/* Copies the header of a function but for what stands in its parameters and return annotation:
 * of both nothing but the place is asked for. What is not surely sound stays. */
static void emit_header(Skeletons *skeletons, uint32_t def, uint32_t colon)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    uint32_t open = def + 2, close;

    if (tokens[def + 1].kind != TOKEN_NAME || tokens[def + 1].detail != KEYWORD_NONE ||
        !header_parameters(lexed, open, &close))
        return;
    copy_to(skeletons, tokens[open].end);
    skeletons->done = tokens[close].start;
    uint32_t type = close + 2;
    if (tokens[close + 1].kind != TOKEN_OPERATOR || tokens[close + 1].detail != OPERATOR_ARROW ||
        type + 1 >= colon || !header_type(lexed, type, colon))
        return;
    copy_to(skeletons, tokens[type].start);
    add_text(skeletons, "_", 1, tokens[type].start);
    add_text(skeletons, "_", 1, tokens[colon - 1].end - 1);
    skeletons->done = tokens[colon - 1].end;
}

/* Handles the function whose `def` is token `def`; returns the token to go on from. */
static uint32_t emit_function(Skeletons *skeletons, uint32_t def)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    Body body;

    if (!find_body(lexed, def, &body))
        return def + 1;
    if (body.has_class || (body.has_kept && !body.block))
        return body.after;
    emit_header(skeletons, def, body.colon);
    if (body.has_kept)
        skeleton_lines_collect(&skeletons->lines, lexed, body.first, body.after);
    if (body.has_kept && skeletons->lines.any_kept) {
        copy_to(skeletons, tokens[body.header_end].end);
        emit_lines(skeletons, &body);
    } else {
        uint32_t colon_end = tokens[body.colon].end;
        copy_to(skeletons, colon_end);
        add_dots(skeletons, body.start, body.end);
        copy_code(skeletons, body.block ? colon_end : body.end, tokens[body.header_end].end);
    }
    skeletons->done = body.block ? resume_at(lexed, &body, def) : tokens[body.last].end;
    return body.after;
}

static const Skeleton *finish(Skeletons *skeletons)
{
    Skeleton *result = &skeletons->result;

    if (skeletons->n_segments == 0)
        add_segment(skeletons, 0);
    reserve(skeletons, 1);
    skeletons->text[skeletons->length] = '\0';
    result->text = skeletons->text;
    result->length = (uint32_t)skeletons->length;
    result->segments = skeletons->segments;
    result->n_segments = (uint32_t)skeletons->n_segments;
    return result;
}

static void begin(Skeletons *skeletons, const Lexed *lexed)
{
    skeletons->lexed = lexed;
    skeletons->length = skeletons->n_segments = 0;
    skeletons->done = 0;
}

/* A `def` that begins no logical line is no statement; following one to the end of its line, for each
 * of many in one line, would take quadratic time. */
static bool starts_line(const Token *tokens, uint32_t i)
{
    if (i > 0 && tokens[i - 1].kind == TOKEN_NAME && tokens[i - 1].detail == KEYWORD_ASYNC)
        i--;
    return i == 0 || tokens[i - 1].kind == TOKEN_NEWLINE || tokens[i - 1].kind == TOKEN_INDENT ||
           tokens[i - 1].kind == TOKEN_DEDENT || tokens[i - 1].kind == TOKEN_COMMENT;
}

const Skeleton *skeletons_make(Skeletons *skeletons, const Lexed *lexed)
{
    const Token *tokens = lexed->tokens;

    begin(skeletons, lexed);
    for (uint32_t i = 0; i < lexed->n_tokens;) {
        if (tokens[i].kind == TOKEN_NAME && tokens[i].detail == KEYWORD_DEF && tokens[i].inside == 0 &&
            starts_line(tokens, i))
            i = emit_function(skeletons, i);
        else
            i++;
    }
    copy_to(skeletons, lexed->length);
    return finish(skeletons);
}

const Skeleton *skeletons_whole(Skeletons *skeletons, const Lexed *lexed)
{
    uint32_t from = 0;

    begin(skeletons, lexed);
    for (uint32_t i = 0; i < lexed->n_tokens; i++)
        if (is_last_comma(lexed, i))
            from = end_statement(skeletons, from, lexed->tokens[i].end);
    copy(skeletons, from, lexed->length);
    return finish(skeletons);
}

uint32_t skeleton_origin(const Skeleton *skeleton, uint32_t offset, bool end)
{
    uint32_t low = 0, high = skeleton->n_segments;

    if (end && offset == 0)
        return 0;
    offset -= end;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (skeleton->segments[middle].at <= offset)
            low = middle;
        else
            high = middle;
    }
    return skeleton->segments[low].origin + (offset - skeleton->segments[low].at) + end;
}
