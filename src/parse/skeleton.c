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
    GArray *plains;  /* Plain */
    GArray *runs;    /* SkeletonRun */
    GArray *classes; /* uint32_t: entries of plains, the classes that are open and plain so far */
    uint32_t
        run_first; /* entry that the open run begins with; none is open when it is the number of entries */
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
    skeletons->classes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
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
    g_array_free(skeletons->classes, TRUE);
    g_free(skeletons);
}

/* --- runs of plain statements ---
 *
 * Entries are added one by one; nothing is written before the run ends. A class stays an entry as long as
 * what stands in it is plain. When it proves not to be, the entries before it, its header, and the
 * entries in it so far are written one after the other: each class at most once, so that the cost
 * stays linear. */

static Plain *plain_at(Skeletons *skeletons, uint32_t entry)
{
    return &g_array_index(skeletons->plains, Plain, entry);
}

static void add_plain(Skeletons *skeletons, const Plain *plain)
{
    g_array_append_vals(skeletons->plains, plain, 1);
}

/* Writes the `pass` that stands for entries [first, last). */
static void write_run(Skeletons *skeletons, uint32_t first, uint32_t last)
{
    const Token *tokens = skeletons->lexed->tokens;
    SkeletonText *out = &skeletons->out;
    SkeletonRun run = {(uint32_t)out->length, first, last};
    uint32_t token = plain_at(skeletons, first)->first, newline = 0;

    for (uint32_t i = first; i < last; i++)
        newline = MAX(newline, plain_at(skeletons, i)->newline);
    uint32_t end = newline - 1;
    while (end > token && (tokens[end].kind == TOKEN_COMMENT || tokens[end].inside != 0))
        end--;
    g_array_append_val(skeletons->runs, run);
    skeleton_add(out, "pas", 3, tokens[token].start);
    skeleton_add(out, "s", 1, MAX(tokens[end].end, tokens[token].start + 1) - 1);
    skeleton_add(out, "\n", 1, tokens[newline].start);
    out->done = MAX(out->done, tokens[newline].end);
}

/* Writes the entries of the open run up to `last`. */
static void end_run(Skeletons *skeletons, uint32_t last)
{
    if (skeletons->run_first < last) {
        uint32_t token = plain_at(skeletons, skeletons->run_first)->first;
        skeleton_copy_to(&skeletons->out, skeletons->lexed->tokens[token].start);
        write_run(skeletons, skeletons->run_first, last);
    }
    skeletons->run_first = last;
}

/* What comes next is not plain, and so is no class that is open. */
static void close_run(Skeletons *skeletons)
{
    const Token *tokens = skeletons->lexed->tokens;

    for (guint i = 0; i < skeletons->classes->len; i++) {
        uint32_t entry = g_array_index(skeletons->classes, uint32_t, i);
        end_run(skeletons, entry);
        uint32_t token = plain_at(skeletons, entry)->definition.colon;
        while (tokens[token].kind != TOKEN_NEWLINE)
            token++;
        skeleton_copy_to(&skeletons->out, tokens[token].end);
        skeletons->run_first = entry + 1;
    }
    g_array_set_size(skeletons->classes, 0);
    end_run(skeletons, skeletons->plains->len);
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
    return plain_statement(lexed, line->first, false, plain) && plain->kind == PLAIN_IMPORT &&
           plain->newline == line->last;
}

/* Whether a kept line is a plain statement whose facts are wanted where it stands. */
static bool is_plain_line(const Lexed *lexed, const SkeletonLine *line, Plain *plain)
{
    return plain_statement(lexed, line->first, line->in_class, plain) && plain->newline == line->last &&
           (plain->kind == PLAIN_IMPORT || line->in_class);
}

/* Copies one kept line that is not plain. */
static void emit_line(Skeletons *skeletons, const SkeletonLine *line)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    SkeletonText *out = &skeletons->out;
    uint32_t start = skeleton_line_start(lexed, line), end = tokens[line->last].end;

    if (!line->opens || line->has_kept_child) {
        skeleton_copy_code(out, start, end);
        return;
    }
    const SkeletonLines *lines = &skeletons->lines;
    const SkeletonLine *child = line + 1, *last = child, *behind = lines->items + lines->count;
    uint32_t colon_end = tokens[line->colon].end, index = (uint32_t)(line - lines->items);
    while (last + 1 < behind && last[1].parent != SKELETON_NONE && last[1].parent >= index)
        last++;
    skeleton_copy_code(out, start, colon_end);
    skeleton_dots(out, tokens[child->first].start, tokens[last->last].start);
    skeleton_copy_code(out, colon_end, end);
}

/* Copies the kept lines of a body whose header is copied; plain ones that follow one another in a
 * block become a run. */
static void emit_lines(Skeletons *skeletons, const Body *body)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    const SkeletonLines *lines = &skeletons->lines;
    SkeletonText *out = &skeletons->out;
    uint32_t last_kept = 0, run_parent = SKELETON_NONE, first = skeletons->plains->len;
    Plain plain = {0};

    for (uint32_t i = 0; i < lines->count; i++) {
        const SkeletonLine *line = &lines->items[i];
        if (!skeleton_line_kept(lines, i))
            continue;
        bool is_plain = is_plain_line(lexed, line, &plain);
        if (first < skeletons->plains->len && (!is_plain || run_parent != line->parent)) {
            write_run(skeletons, first, skeletons->plains->len);
            first = skeletons->plains->len;
        }
        if (is_plain) {
            if (first == skeletons->plains->len)
                skeleton_copy_code(out, skeleton_line_start(lexed, line), tokens[line->first].start);
            add_plain(skeletons, &plain);
            run_parent = line->parent;
        } else {
            emit_line(skeletons, line);
        }
        last_kept = line->last;
    }
    if (first < skeletons->plains->len)
        write_run(skeletons, first, skeletons->plains->len);
    skeletons->run_first = skeletons->plains->len;
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
static bool add_function(Skeletons *skeletons, uint32_t first, uint32_t keyword, const Body *body, bool kept)
{
    const Lexed *lexed = skeletons->lexed;
    const SkeletonLines *lines = &skeletons->lines;
    Plain plain = {.first = first, .newline = body->last, .kind = PLAIN_FUNCTION}, import = {0};

    if (body->has_class || !plain_header(lexed, keyword, &plain) || plain.definition.colon != body->colon)
        return false;
    plain.definition.keyword = keyword;
    plain.definition.body = body->block ? body->first : body->colon + 1;
    plain.definition.after = body->block ? body->after : body->last;
    for (uint32_t i = 0; kept && i < lines->count; i++) {
        if (!skeleton_line_kept(lines, i))
            continue;
        if (lines->items[i].parent != SKELETON_NONE || !is_plain_import(lexed, &lines->items[i], &import))
            return false;
        plain.n_inner++;
    }
    add_plain(skeletons, &plain);
    for (uint32_t i = 0; plain.n_inner > 0 && i < lines->count; i++)
        if (skeleton_line_kept(lines, i) && is_plain_import(lexed, &lines->items[i], &import))
            add_plain(skeletons, &import);
    return true;
}

/* Handles the function whose first token, plain decorators included, is `first` and whose `async` or
 * `def` is token `keyword`; returns the token to go on from. */
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
    bool keeps = body.has_class || body.has_kept;
    uint32_t behind = body.after + (body.block && tokens[body.after].kind == TOKEN_DEDENT);
    if (keeps && !body.block) {
        close_run(skeletons);
        return behind;
    }
    if (keeps)
        skeleton_lines_collect(&skeletons->lines, lexed, body.first, body.after, body.has_class);
    bool kept = keeps && skeletons->lines.any_kept;
    if (!decorated && add_function(skeletons, first, keyword, &body, kept))
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

/* --- classes --- */

/* Opens the class whose `class` is token `keyword`; returns the first token of its body, or 0 when the
 * class is not plain. A body on the header's line is an entry at once. */
static uint32_t take_class(Skeletons *skeletons, uint32_t first, uint32_t keyword)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    Plain plain = {.first = first, .kind = PLAIN_CLASS}, inner = {0};
    uint32_t entry = skeletons->plains->len;

    if (!plain_class_header(lexed, keyword, &plain))
        return 0;
    uint32_t i = plain_next(lexed, plain.definition.colon);
    if (tokens[i].kind != TOKEN_NEWLINE) {
        if (!plain_statement(lexed, i, false, &inner) || inner.kind != PLAIN_NOTHING)
            return 0;
        plain.definition.body = plain.definition.colon + 1;
        plain.definition.after = plain.newline = inner.newline;
        add_plain(skeletons, &plain);
        return inner.newline + 1;
    }
    i = plain_next(lexed, i);
    if (tokens[i].kind != TOKEN_INDENT)
        return 0;
    plain.definition.body = i + 1;
    add_plain(skeletons, &plain);
    g_array_append_val(skeletons->classes, entry);
    return i + 1;
}

/* The innermost open class ends at DEDENT `token`. */
static void end_class(Skeletons *skeletons, uint32_t token)
{
    uint32_t entry = g_array_index(skeletons->classes, uint32_t, skeletons->classes->len - 1),
             newline = token;
    Plain *plain = plain_at(skeletons, entry);

    while (skeletons->lexed->tokens[newline].kind != TOKEN_NEWLINE)
        newline--;
    plain->newline = newline;
    plain->definition.after = token;
    plain->n_inner = skeletons->plains->len - entry - 1;
    g_array_set_size(skeletons->classes, skeletons->classes->len - 1);
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

/* Handles the logical line that starts at token `i`; returns the token to go on from. `decorated`:
 * decorators that are not plain stand before it; kept up to date. */
static uint32_t take_line(Skeletons *skeletons, uint32_t i, bool *decorated)
{
    const Lexed *lexed = skeletons->lexed;
    const Token *tokens = lexed->tokens;
    bool at = tokens[i].kind == TOKEN_OPERATOR && tokens[i].detail == OPERATOR_AT, fancy = *decorated;
    uint32_t behind = at && !fancy ? plain_decorators(lexed, i) : 0, keyword = behind > 0 ? behind : i;
    Plain plain = {0};

    *decorated = false;
    if (is_function(&tokens[keyword]))
        return take_function(skeletons, i, keyword, fancy);
    if (is_keyword(&tokens[keyword], KEYWORD_CLASS) && !fancy) {
        uint32_t body = take_class(skeletons, i, keyword);
        if (body != 0)
            return body;
    } else if (!at && !fancy && plain_statement(lexed, i, skeletons->classes->len > 0, &plain)) {
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
    g_array_set_size(skeletons->classes, 0);
    skeletons->run_first = 0;
}

const Skeleton *skeletons_make(Skeletons *skeletons, const Lexed *lexed)
{
    const Token *tokens = lexed->tokens;
    bool decorated = false;

    begin(skeletons, lexed);
    for (uint32_t i = 0; tokens[i].kind != TOKEN_END;) {
        switch (tokens[i].kind) {
        case TOKEN_DEDENT:
            if (skeletons->classes->len > 0)
                end_class(skeletons, i);
            else
                close_run(skeletons);
            i++;
            break;
        case TOKEN_INDENT:
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

bool skeleton_is_plain(const Skeleton *skeleton)
{
    return skeleton->length == 0 ||
           (skeleton->n_runs == 1 && skeleton->runs[0].at == 0 && skeleton->length == 5);
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
