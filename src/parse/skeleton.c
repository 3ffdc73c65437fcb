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
#include "parse/skeleton_text.h"

struct Skeletons {
    Skeleton result;
    SkeletonText out;
    SkeletonLines lines;
    const Lexed *lexed;
    GArray *plains; /* Plain */
    GArray *runs;   /* SkeletonRun; the last may be open: */
    bool open;
};

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
    Skeletons *skeletons = g_new0(Skeletons, 1);

    skeletons->plains = g_array_new(FALSE, FALSE, sizeof(Plain));
    skeletons->runs = g_array_new(FALSE, FALSE, sizeof(SkeletonRun));
    return skeletons;
}

void skeletons_free(Skeletons *skeletons)
{
    if (skeletons == NULL)
        return;
    skeleton_text_clear(&skeletons->out);
    skeleton_lines_clear(&skeletons->lines);
    g_array_free(skeletons->plains, TRUE);
    g_array_free(skeletons->runs, TRUE);
    g_free(skeletons);
}

/* --- runs of plain statements --- */

/* Adds a statement to the run; a new one begins behind the indentation that was copied. */
static void add_plain(Skeletons *skeletons, const Plain *plain)
{
    if (!skeletons->open) {
        SkeletonRun run = {.first = skeletons->plains->len};
        g_array_append_val(skeletons->runs, run);
        skeletons->open = true;
    }
    g_array_append_vals(skeletons->plains, plain, 1);
}

/* Writes the `pass` that stands for the run. */
static void close_run(Skeletons *skeletons)
{
    const Token *tokens = skeletons->lexed->tokens;
    SkeletonText *out = &skeletons->out;

    if (!skeletons->open)
        return;
    skeletons->open = false;
    SkeletonRun *run = &g_array_index(skeletons->runs, SkeletonRun, skeletons->runs->len - 1);
    uint32_t newline = 0;
    run->last = skeletons->plains->len;
    for (uint32_t i = run->first; i < run->last; i++)
        newline = MAX(newline, g_array_index(skeletons->plains, Plain, i).newline);
    uint32_t first = g_array_index(skeletons->plains, Plain, run->first).first, last = newline - 1;
    while (last > first && (tokens[last].kind == TOKEN_COMMENT || tokens[last].inside != 0))
        last--;
    run->at = (uint32_t)out->length;
    skeleton_add(out, "pas", 3, tokens[first].start);
    skeleton_add(out, "s", 1, MAX(tokens[last].end, tokens[first].start + 1) - 1);
    skeleton_add(out, "\n", 1, tokens[newline].start);
    out->done = MAX(out->done, tokens[newline].end);
}

/* --- functions --- */

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

/* Whether a line is an import statement and nothing else. */
static bool is_plain_import(const Lexed *lexed, const SkeletonLine *line, Plain *plain)
{
    return plain_statement(lexed, line->first, plain) && plain->kind == PLAIN_IMPORT &&
           plain->newline == line->last;
}

/* Copies the kept lines of a body whose header is copied; imports one after the other become a run. */
static void emit_lines(Skeletons *skeletons, const Body *body)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    const SkeletonLines *lines = &skeletons->lines;
    SkeletonText *out = &skeletons->out;
    uint32_t last_kept = 0, run_parent = SKELETON_NONE;
    Plain plain;

    for (uint32_t i = 0; i < lines->count; i++) {
        const SkeletonLine *line = &lines->items[i];
        if (!skeleton_line_kept(lines, i))
            continue;
        uint32_t start = skeleton_line_start(lexed, line), end = tokens[line->last].end;
        bool import = is_plain_import(lexed, line, &plain);
        if (!import || run_parent != line->parent)
            close_run(skeletons);
        if (import) {
            if (!skeletons->open)
                skeleton_copy_code(out, start, tokens[line->first].start);
            add_plain(skeletons, &plain);
            run_parent = line->parent;
        } else if (line->opens && !line->has_kept_child) {
            const SkeletonLine *child = line + 1;
            uint32_t colon_end = tokens[line->colon].end;
            skeleton_copy_code(out, start, colon_end);
            skeleton_dots(out, tokens[child->first].start, tokens[child->last].start);
            skeleton_copy_code(out, colon_end, end);
        } else {
            skeleton_copy_code(out, start, end);
        }
        last_kept = line->last;
    }
    close_run(skeletons);
    if (last_kept == body->last)
        return;
    uint32_t start = skeleton_line_start(lexed, &lines->items[0]);
    uint32_t width = tokens[body->first].start - start;
    if (out->length > 0 && out->text[out->length - 1] != '\n')
        return;
    skeleton_add(out, lexed->bytes + start, width, start);
    skeleton_add(out, "..", 2, body->start);
    skeleton_add(out, ".\n", 2, body->end - 1);
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
    skeleton_copy_to(&skeletons->out, tokens[open].end);
    skeletons->out.done = tokens[close].start;
    uint32_t type = close + 2;
    if (tokens[close + 1].kind != TOKEN_OPERATOR || tokens[close + 1].detail != OPERATOR_ARROW ||
        type + 1 >= colon || !header_type(lexed, type, colon))
        return;
    skeleton_copy_to(&skeletons->out, tokens[type].start);
    skeleton_add(&skeletons->out, "_", 1, tokens[type].start);
    skeleton_add(&skeletons->out, "_", 1, tokens[colon - 1].end - 1);
    skeletons->out.done = tokens[colon - 1].end;
}

/* The token behind the logical line that token `i` stands in. */
static uint32_t next_line(const Lexed *lexed, uint32_t i)
{
    while (lexed->tokens[i].kind != TOKEN_NEWLINE && lexed->tokens[i].kind != TOKEN_END)
        i++;
    return i + (lexed->tokens[i].kind == TOKEN_NEWLINE);
}

/* Adds a function to the run if its header is plain and all that its body keeps are imports directly in
 * it; `first` is its first token, decorators included. */
static bool add_plain_function(Skeletons *skeletons, uint32_t first, uint32_t keyword, const Body *body,
                               bool kept)
{
    const Lexed *lexed = skeletons->lexed;
    const SkeletonLines *lines = &skeletons->lines;
    Plain plain = {.first = first, .newline = body->last, .kind = PLAIN_FUNCTION}, import;

    if (!plain_header(lexed, keyword, &plain) || plain.function.colon != body->colon)
        return false;
    plain.function.keyword = keyword;
    plain.function.body = body->block ? body->first : body->colon + 1;
    plain.function.after = body->block ? body->after : body->last;
    for (uint32_t i = 0; kept && i < lines->count; i++) {
        if (!skeleton_line_kept(lines, i))
            continue;
        if (lines->items[i].parent != SKELETON_NONE || !is_plain_import(lexed, &lines->items[i], &import))
            return false;
        plain.function.n_imports++;
    }
    if (!skeletons->open)
        skeleton_copy_to(&skeletons->out, lexed->tokens[first].start);
    add_plain(skeletons, &plain);
    for (uint32_t i = 0; plain.function.n_imports > 0 && i < lines->count; i++)
        if (skeleton_line_kept(lines, i) && is_plain_import(lexed, &lines->items[i], &import))
            add_plain(skeletons, &import);
    return true;
}

/* Handles the function whose decorators (0: none that are plain) start at token `first` and whose `async`
 * or `def` is token `keyword`; returns the token to go on from. */
static uint32_t take_function(Skeletons *skeletons, uint32_t first, uint32_t keyword, bool decorated)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    SkeletonText *out = &skeletons->out;
    uint32_t def = keyword + (tokens[keyword].detail == KEYWORD_ASYNC);
    Body body;

    if (!find_body(lexed, def, &body)) {
        close_run(skeletons);
        return next_line(lexed, def);
    }
    uint32_t behind = body.after + (body.block && tokens[body.after].kind == TOKEN_DEDENT);
    if (body.has_class || (body.has_kept && !body.block)) {
        close_run(skeletons);
        return behind;
    }
    if (body.has_kept)
        skeleton_lines_collect(&skeletons->lines, lexed, body.first, body.after);
    bool kept = body.has_kept && skeletons->lines.any_kept;
    if (!decorated && add_plain_function(skeletons, first, keyword, &body, kept))
        return behind;
    close_run(skeletons);
    emit_header(skeletons, def, body.colon);
    if (kept) {
        skeleton_copy_to(out, tokens[body.header_end].end);
        emit_lines(skeletons, &body);
    } else {
        uint32_t colon_end = tokens[body.colon].end;
        skeleton_copy_to(out, colon_end);
        skeleton_dots(out, body.start, body.end);
        skeleton_copy_code(out, body.block ? colon_end : body.end, tokens[body.header_end].end);
    }
    out->done = body.block ? resume_at(lexed, &body, def) : tokens[body.last].end;
    return behind;
}

/* --- the whole --- */

static bool is_keyword(const Token *t, Keyword keyword)
{
    return t->kind == TOKEN_NAME && t->detail == keyword;
}

static bool is_function(const Token *t)
{
    return is_keyword(t, KEYWORD_DEF) || (is_keyword(t, KEYWORD_ASYNC) && is_keyword(t + 1, KEYWORD_DEF));
}

/* Handles the logical line that starts at token `i`. `decorated`: decorators that are not plain stand before
 * it; kept up to date. */
static uint32_t take_line(Skeletons *skeletons, uint32_t i, bool *decorated)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    bool at = tokens[i].kind == TOKEN_OPERATOR && tokens[i].detail == OPERATOR_AT;
    uint32_t behind = at && !*decorated ? plain_decorators(lexed, i) : 0, keyword = behind > 0 ? behind : i;
    Plain plain;

    if (is_function(&tokens[keyword])) {
        bool fancy = *decorated;
        *decorated = false;
        return take_function(skeletons, i, keyword, fancy);
    }
    if (!at && !*decorated && plain_statement(lexed, i, &plain)) {
        if (!skeletons->open)
            skeleton_copy_to(&skeletons->out, tokens[i].start);
        add_plain(skeletons, &plain);
        return plain.newline + 1;
    }
    close_run(skeletons);
    *decorated = at;
    return next_line(lexed, i);
}

static const Skeleton *finish(Skeletons *skeletons)
{
    Skeleton *result = &skeletons->result;

    skeleton_text_finish(&skeletons->out, result);
    result->plains = (const Plain *)(const void *)skeletons->plains->data;
    result->runs = (const SkeletonRun *)(const void *)skeletons->runs->data;
    result->n_runs = skeletons->runs->len;
    return result;
}

static void begin(Skeletons *skeletons, const Lexed *lexed)
{
    skeletons->lexed = lexed;
    skeleton_text_begin(&skeletons->out, lexed);
    g_array_set_size(skeletons->plains, 0);
    g_array_set_size(skeletons->runs, 0);
    skeletons->open = false;
}

const Skeleton *skeletons_make(Skeletons *skeletons, const Lexed *lexed)
{
    const Token *tokens = lexed->tokens;
    bool decorated = false;

    begin(skeletons, lexed);
    for (uint32_t i = 0; tokens[i].kind != TOKEN_END;) {
        switch (tokens[i].kind) {
        case TOKEN_INDENT:
        case TOKEN_DEDENT:
            close_run(skeletons);
            i++;
            break;
        case TOKEN_COMMENT:
        case TOKEN_NEWLINE:
            i++;
            break;
        default:
            i = take_line(skeletons, i, &decorated);
            break;
        }
    }
    close_run(skeletons);
    skeleton_copy_to(&skeletons->out, lexed->length);
    return finish(skeletons);
}

const Skeleton *skeletons_whole(Skeletons *skeletons, const Lexed *lexed)
{
    uint32_t from = 0;

    begin(skeletons, lexed);
    for (uint32_t i = 0; i < lexed->n_tokens; i++)
        if (skeleton_is_last_comma(lexed, i))
            from = skeleton_end_statement(&skeletons->out, from, lexed->tokens[i].end);
    skeleton_copy(&skeletons->out, from, lexed->length);
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
