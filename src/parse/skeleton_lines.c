/* skeleton_lines.c — what of a function body means something to other modules.
 *
 * Kept are lines with an import, `global` statements, lines that may bind a name which a `global`
 * of the same function governs, and assignments to sys.modules; in a function that holds a class
 * also what stands in that class, and assignments that may make an alias. The test for "may bind" looks at
 * hashes and positions only and errs on the side of keeping: a line too many costs bytes, a line
 * too few would make skeleton and full parse disagree. */
#include "parse/skeleton_lines.h"

#include <glib.h>
#include <string.h>
#include <xxhash.h>

void skeleton_lines_clear(SkeletonLines *lines)
{
    g_free(lines->items);
    g_free(lines->names);
}

static bool token_is(const Lexed *lexed, const Token *t, const char *text, size_t length)
{
    return t->kind == TOKEN_NAME && t->end - t->start == length &&
           memcmp(lexed->bytes + t->start, text, length) == 0;
}

static bool is_operator(const Token *t, Operator operator)
{
    return t->kind == TOKEN_OPERATOR && t->detail == operator;
}

static bool is_keyword(const Token *t, Keyword keyword)
{
    return t->kind == TOKEN_NAME && t->detail == keyword;
}

static bool is_def(const Lexed *lexed, const SkeletonLine *line)
{
    const Token *t = &lexed->tokens[line->first];

    return is_keyword(t, KEYWORD_DEF) || (is_keyword(t, KEYWORD_ASYNC) && is_keyword(t + 1, KEYWORD_DEF));
}

/* Never 0, which marks a free slot. */
static uint64_t name_hash(const Lexed *lexed, const Token *t, uint32_t function)
{
    return XXH3_64bits_withSeed(lexed->bytes + t->start, t->end - t->start, function) | 1;
}

static bool has_name(const SkeletonLines *lines, uint64_t hash)
{
    if (lines->n_names == 0)
        return false;
    uint32_t mask = lines->names_capacity - 1;
    for (uint32_t i = (uint32_t)(hash >> 32) & mask; lines->names[i] != 0; i = (i + 1) & mask)
        if (lines->names[i] == hash)
            return true;
    return false;
}

static void insert_name(SkeletonLines *lines, uint64_t hash)
{
    uint32_t mask = lines->names_capacity - 1, i = (uint32_t)(hash >> 32) & mask;

    while (lines->names[i] != 0)
        i = (i + 1) & mask;
    lines->names[i] = hash;
    lines->n_names++;
}

static void add_name(SkeletonLines *lines, uint64_t hash)
{
    if (has_name(lines, hash))
        return;
    if (lines->n_names * 2 >= lines->names_capacity) {
        g_autofree uint64_t *old = lines->names;
        uint32_t old_capacity = lines->names_capacity;
        lines->names_capacity = MAX(64, old_capacity * 2);
        lines->names = g_new0(uint64_t, lines->names_capacity);
        lines->n_names = 0;
        for (uint32_t i = 0; i < old_capacity; i++)
            if (old[i] != 0)
                insert_name(lines, old[i]);
    }
    insert_name(lines, hash);
}

/* Costs no more than what the last function put in: a large table is not kept for small functions. */
static void forget_names(SkeletonLines *lines)
{
    if (lines->n_names > 0 && lines->names_capacity <= 1024) {
        memset(lines->names, 0, lines->names_capacity * sizeof *lines->names);
    } else if (lines->n_names > 0) {
        g_clear_pointer(&lines->names, g_free);
        lines->names_capacity = 0;
    }
    lines->n_names = 0;
}

/* Names of the `global` statement at token `t`. */
static void add_governed(SkeletonLines *lines, const Lexed *lexed, const Token *t, uint32_t function)
{
    for (t++; t->kind != TOKEN_NEWLINE && !is_operator(t, OPERATOR_SEMICOLON); t++)
        if (t->kind == TOKEN_NAME)
            add_name(lines, name_hash(lexed, t, function));
    lines->any_governed = true;
    if (function == SKELETON_NONE)
        lines->governs = true;
    else
        lines->items[function].governs = true;
}

/* Whether the value behind the `=` at token `t` may be a dotted name, or a choice of such. */
static bool may_be_alias(const Token *t)
{
    bool chain = true;

    if (is_operator(t + 1, OPERATOR_LPAREN) || is_operator(t + 1, OPERATOR_LBRACKET))
        return true;
    for (t++; t->kind != TOKEN_NEWLINE; t++) {
        if (t->depth == 0 && (is_keyword(t, KEYWORD_IF) || is_keyword(t, KEYWORD_OR) ||
                              is_operator(t, OPERATOR_COMMA) || is_operator(t, OPERATOR_SEMICOLON)))
            return true;
        chain &= t->kind == TOKEN_COMMENT || is_keyword(t, KEYWORD_NONE) || is_operator(t, OPERATOR_DOT);
    }
    return chain;
}

/* In a function that holds a class: what that class says, and what may name something. */
static bool says_detail(const SkeletonLine *line, const Token *t)
{
    if (line->in_class || is_keyword(t, KEYWORD_CLASS))
        return true;
    for (const Token *last = NULL;; t++) {
        if (t->kind == TOKEN_NEWLINE)
            return last != NULL && may_be_alias(last);
        if (t->inside != 0 || t->depth > 0)
            continue;
        if (is_operator(t, OPERATOR_EQUAL))
            last = t;
        else if (is_operator(t, OPERATOR_SEMICOLON) || is_operator(t, OPERATOR_WALRUS))
            return true;
    }
}

/* Lines that are kept for what they say themselves. */
static bool says_something(SkeletonLines *lines, const Lexed *lexed, const SkeletonLine *line)
{
    bool keep = false, modules = false, assigns = false;

    for (const Token *t = lexed->tokens + line->first; t->kind != TOKEN_NEWLINE; t++) {
        if (t->inside != 0)
            continue;
        if (is_keyword(t, KEYWORD_IMPORT)) {
            keep = true;
        } else if (is_keyword(t, KEYWORD_GLOBAL)) {
            keep = true;
            add_governed(lines, lexed, t, line->function);
        } else if (is_operator(t, OPERATOR_EQUAL)) {
            assigns |= t->depth == 0;
        } else if (is_operator(t, OPERATOR_LBRACKET)) {
            modules |= t > lexed->tokens && token_is(lexed, t - 1, "modules", 7);
        }
    }
    return keep || (lines->detailed && says_detail(line, lexed->tokens + line->first)) ||
           (modules && (assigns || token_is(lexed, lexed->tokens + line->first, "setattr", 7)));
}

/* Whether a line may bind a governed name: one stands before its last `=`, or anywhere in a line
 * with a keyword or operator that binds otherwise. */
static bool may_bind_governed(const SkeletonLines *lines, const Lexed *lexed, const SkeletonLine *line)
{
    const Token *first = lexed->tokens + line->first, *stop = first;
    bool all = token_is(lexed, first, "case", 4);

    for (const Token *t = first; t->kind != TOKEN_NEWLINE; t++) {
        if (t->depth == 0 && (is_operator(t, OPERATOR_EQUAL) || is_operator(t, OPERATOR_AUGMENTED)))
            stop = t;
        all |= is_operator(t, OPERATOR_WALRUS) || is_keyword(t, KEYWORD_DEF) || is_keyword(t, KEYWORD_DEL) ||
               is_keyword(t, KEYWORD_AS) || (is_keyword(t, KEYWORD_FOR) && t->depth == 0);
    }
    for (const Token *t = first; t->kind != TOKEN_NEWLINE && (all || t < stop); t++)
        if (t->kind == TOKEN_NAME && t->detail == KEYWORD_NONE &&
            (t == first || !is_operator(t - 1, OPERATOR_DOT)) &&
            has_name(lines, name_hash(lexed, t, line->function)))
            return true;
    return false;
}

static SkeletonLine *new_line(SkeletonLines *lines)
{
    if (lines->count == lines->capacity) {
        lines->capacity = MAX(64, lines->capacity * 2);
        lines->items = g_renew(SkeletonLine, lines->items, lines->capacity);
    }
    return &lines->items[lines->count++];
}

static bool is_match_block(const SkeletonLines *lines, const Lexed *lexed, uint32_t parent)
{
    return parent != SKELETON_NONE && token_is(lexed, lexed->tokens + lines->items[parent].first, "match", 5);
}

/* Whether a line goes on with the statement of the line before it in its block. */
static bool continues(const SkeletonLines *lines, const Lexed *lexed, const SkeletonLine *line,
                      uint32_t before)
{
    const Token *t = lexed->tokens + line->first;

    if (t->kind == TOKEN_NAME && (t->detail == KEYWORD_ELIF || t->detail == KEYWORD_ELSE ||
                                  t->detail == KEYWORD_EXCEPT || t->detail == KEYWORD_FINALLY))
        return true;
    if (is_operator(lexed->tokens + lines->items[before].first, OPERATOR_AT))
        return true;
    return token_is(lexed, t, "case", 4) && is_match_block(lines, lexed, line->parent);
}

static void add_line(SkeletonLines *lines, const Lexed *lexed, uint32_t first, uint32_t last, uint32_t parent)
{
    uint32_t index = lines->count;
    SkeletonLine *line = new_line(lines), *opener = NULL;

    *line = (SkeletonLine){.first = first,
                           .last = last,
                           .parent = parent,
                           .group = index,
                           .function = SKELETON_NONE,
                           .last_child = SKELETON_NONE};
    if (parent != SKELETON_NONE) {
        opener = &lines->items[parent];
        line->function = is_def(lexed, opener) ? parent : opener->function;
        line->in_class = is_keyword(&lexed->tokens[opener->first], KEYWORD_CLASS) ||
                         (opener->in_class && line->function == opener->function);
    }
    uint32_t before = opener != NULL ? opener->last_child : lines->last_top;
    if (before != SKELETON_NONE && continues(lines, lexed, line, before))
        line->group = lines->items[before].group;
    if (opener != NULL)
        opener->last_child = index;
    else
        lines->last_top = index;
    if (says_something(lines, lexed, line))
        lines->items[line->group].keep = lines->any_kept = true;
}

/* The line before an INDENT opens a block with its last colon. */
static void mark_opener(SkeletonLine *line, const Lexed *lexed)
{
    line->opens = true;
    line->colon = line->last - 1;
    while (line->colon > line->first && !is_operator(&lexed->tokens[line->colon], OPERATOR_COLON))
        line->colon--;
}

/* Keeps every group around a kept line, then every case of a kept match. */
static void spread(SkeletonLines *lines, const Lexed *lexed)
{
    for (uint32_t i = lines->count; i-- > 0;) {
        uint32_t parent = lines->items[i].parent;
        if (!lines->items[lines->items[i].group].keep || parent == SKELETON_NONE)
            continue;
        lines->items[parent].has_kept_child = true;
        lines->items[lines->items[parent].group].keep = true;
    }
    for (uint32_t i = 0; i < lines->count; i++) {
        uint32_t parent = lines->items[i].parent;
        if (!is_match_block(lines, lexed, parent) || !skeleton_line_kept(lines, parent) ||
            !token_is(lexed, lexed->tokens + lines->items[i].first, "case", 4))
            continue;
        lines->items[lines->items[i].group].keep = true;
        lines->items[parent].has_kept_child = true;
    }
}

void skeleton_lines_collect(SkeletonLines *lines, const Lexed *lexed, uint32_t first, uint32_t after,
                            bool detailed)
{
    uint32_t parent = SKELETON_NONE, start = first;

    lines->count = 0;
    lines->last_top = SKELETON_NONE;
    lines->detailed = detailed;
    lines->any_kept = lines->governs = lines->any_governed = false;
    forget_names(lines);
    for (uint32_t i = first; i < after; i++) {
        const Token *t = &lexed->tokens[i];
        if (t->kind == TOKEN_NEWLINE) {
            add_line(lines, lexed, start, i, parent);
        } else if (t->kind == TOKEN_INDENT && lines->count > 0) {
            parent = lines->count - 1;
            mark_opener(&lines->items[parent], lexed);
        } else if (t->kind == TOKEN_DEDENT && parent != SKELETON_NONE) {
            parent = lines->items[parent].parent;
        } else if (t->kind != TOKEN_COMMENT) {
            continue;
        }
        /* A comment within a line is no start. */
        if (t->kind != TOKEN_COMMENT || start == i)
            start = i + 1;
    }
    if (lines->any_governed)
        for (uint32_t i = 0; i < lines->count; i++) {
            const SkeletonLine *line = &lines->items[i];
            bool governs =
                line->function == SKELETON_NONE ? lines->governs : lines->items[line->function].governs;
            if (governs && !lines->items[line->group].keep && may_bind_governed(lines, lexed, line))
                lines->items[line->group].keep = true;
        }
    if (lines->any_kept)
        spread(lines, lexed);
}

bool skeleton_line_kept(const SkeletonLines *lines, uint32_t index)
{
    return lines->items[lines->items[index].group].keep;
}

uint32_t skeleton_line_start(const Lexed *lexed, const SkeletonLine *line)
{
    const Token *tokens = lexed->tokens;
    uint32_t number = tokens[line->first].line, i = line->first;

    while (i > 0 && tokens[i - 1].start == tokens[line->first].start)
        i--;
    /* A statement may begin behind lines that hold nothing but a backslash. */
    uint32_t before = i > 0 ? tokens[i - 1].end : 0;
    while (number > 1 && lexed->lines[number - 2] >= before) {
        uint32_t end = lexed->lines[number - 1];
        while (end > before && (lexed->bytes[end - 1] == '\n' || lexed->bytes[end - 1] == '\r'))
            end--;
        if (end <= before || lexed->bytes[end - 1] != '\\')
            break;
        number--;
    }
    return lexed->lines[number - 1];
}
