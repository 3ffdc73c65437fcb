/* Orders are found by trial: of all that isort, ruff and people use, the one that most sections (or
 * lists) of the file keep. A section that does not keep it counts as unsorted and is left as it is. */
#include "fix/block.h"

#include <string.h>

#include "fix/text.h"

enum { MIN_WIDTH = 88, MAX_WIDTH = 400, N_ORDERS = 12 };

/* --- comparing --- */

/* Digits by their value, as isort does it. */
static int compare_natural(const char *a, const char *b, bool bytes)
{
    while (*a != '\0' && *b != '\0') {
        if (g_ascii_isdigit(*a) && g_ascii_isdigit(*b)) {
            guint64 x = g_ascii_strtoull(a, (char **)&a, 10), y = g_ascii_strtoull(b, (char **)&b, 10);
            if (x != y)
                return x < y ? -1 : 1;
            continue;
        }
        unsigned char x = (unsigned char)(bytes ? *a : g_ascii_tolower(*a));
        unsigned char y = (unsigned char)(bytes ? *b : g_ascii_tolower(*b));
        if (x != y)
            return x < y ? -1 : 1;
        a++;
        b++;
    }
    return (*a != '\0') - (*b != '\0');
}

static int name_type(const char *name)
{
    bool upper = false, lower = false;

    for (const char *p = name; *p != '\0'; p++) {
        upper = upper || g_ascii_isupper(*p);
        lower = lower || g_ascii_islower(*p);
    }
    if (upper && !lower && name[1] != '\0')
        return 0;
    return g_ascii_isupper(name[0]) ? 1 : 2;
}

int block_compare_names(NameOrder order, const char *a, const char *b)
{
    int type_a = name_type(a), type_b = name_type(b);

    if (order == NAME_ORDER_TYPE && type_a != type_b)
        return type_a - type_b;
    return compare_natural(a, b, order == NAME_ORDER_BYTES);
}

bool block_names_sorted(NameOrder order, const char *const *names, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        if (block_compare_names(order, names[i - 1], names[i]) > 0)
            return false;
    return true;
}

/* Key — what a line is sorted by. */
typedef struct Key {
    bool from;
    const char *written, *name;
} Key;

static int compare_keys(const LineOrder *order, NameOrder names, const Key *a, const Key *b)
{
    size_t dots_a = strspn(a->written, "."), dots_b = strspn(b->written, ".");

    if (order->layout != 1 && a->from != b->from)
        return (order->layout == 0) == a->from ? 1 : -1;
    if ((dots_a == 0) != (dots_b == 0))
        return dots_a == 0 ? -1 : 1;
    if (dots_a != dots_b)
        return (dots_a < dots_b) == order->near_first ? -1 : 1;
    int modules = compare_natural(a->written + dots_a, b->written + dots_b, order->bytes);
    if (modules != 0)
        return modules;
    if (a->from != b->from)
        return a->from ? 1 : -1;
    return block_compare_names(names, a->name, b->name);
}

static Key key_of(const BlockLine *line)
{
    return (Key){line->from, line->written, line->name};
}

/* --- reading lines --- */

/* Reader — where the walk over the tokens stands. */
typedef struct Reader {
    Block *block;
    const char *package;
    GArray *suites; /* uint32_t: open suites, innermost last */
    uint32_t n_suites, ordinal;
} Reader;

static const Token *token_at(const Lexed *lexed, uint32_t index)
{
    return &lexed->tokens[MIN(index, lexed->n_tokens - 1)];
}

static bool is_keyword(const Token *token, uint32_t detail)
{
    return token->kind == TOKEN_NAME && token->detail == detail;
}

static char *dotted_at(const Lexed *lexed, uint32_t index)
{
    GString *text = g_string_new(NULL);

    for (;; index++) {
        const Token *token = token_at(lexed, index);
        bool dots = token->kind == TOKEN_OPERATOR &&
                    (token->detail == OPERATOR_DOT || token->detail == OPERATOR_ELLIPSIS);
        if (!dots && (token->kind != TOKEN_NAME || token->detail != KEYWORD_NONE))
            return g_string_free(text, FALSE);
        g_string_append_len(text, lexed->bytes + token->start, token->end - token->start);
    }
}

static uint32_t line_start_of(const Lexed *lexed, uint32_t offset)
{
    uint32_t start = lexed->lines[lexed_line(lexed, offset) - 1];

    return start == 0 && lexed->length >= 3 && memcmp(lexed->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : start;
}

/* Is the physical line before `start` a comment and nothing else? */
static bool has_comment_above(const Lexed *lexed, uint32_t start)
{
    uint32_t line = lexed_line(lexed, start);

    if (line < 2)
        return false;
    uint32_t at = lexed->lines[line - 2];
    while (at < start && (lexed->bytes[at] == ' ' || lexed->bytes[at] == '\t'))
        at++;
    return at < start && lexed->bytes[at] == '#';
}

static void add_line(Reader *reader, uint32_t first, uint32_t newline)
{
    const Lexed *lexed = reader->block->lexed;
    const Token *token = token_at(lexed, first), *last = token_at(lexed, newline);
    BlockLine line = {.start = token->start,
                      .suite = g_array_index(reader->suites, uint32_t, reader->suites->len - 1),
                      .ordinal = reader->ordinal,
                      .from = is_keyword(token, KEYWORD_FROM)};

    for (uint32_t i = first; i < newline; i++) /* `;`, or a clause's `:` before: no line of its own */
        if (lexed->tokens[i].kind == TOKEN_OPERATOR && lexed->tokens[i].depth == 0 &&
            lexed->tokens[i].detail == OPERATOR_SEMICOLON)
            return;
    line.line_start = line_start_of(lexed, token->start);
    line.next = last->kind == TOKEN_NEWLINE ? last->end : lexed->length;
    line.written = dotted_at(lexed, first + 1);
    line.module = line.from ? text_absolute(reader->package, line.written) : g_strdup(line.written);
    line.module = line.module != NULL ? line.module : g_strdup("");
    line.commented = has_comment_above(lexed, line.line_start);
    line.readable = line.from && statement_read(&line.statement, lexed, line.start) && !line.statement.joined;
    if (line.from && !line.readable)
        statement_clear(&line.statement);
    if (line.readable) {
        const Item *item = statement_items(&line.statement);
        line.name = g_strndup(lexed->bytes + item->start, item->name_end - item->start);
    } else {
        line.name = g_strdup(line.from ? "*" : "");
    }
    line.star = line.from && !line.readable;
    g_array_append_val(reader->block->lines, line);
}

static void read_lines(Reader *reader)
{
    const Lexed *lexed = reader->block->lexed;

    for (uint32_t i = 0; i < lexed->n_tokens;) {
        const Token *token = &lexed->tokens[i];
        if (token->kind == TOKEN_INDENT) {
            uint32_t suite = ++reader->n_suites;
            g_array_append_val(reader->suites, suite);
        } else if (token->kind == TOKEN_DEDENT && reader->suites->len > 1) {
            g_array_set_size(reader->suites, reader->suites->len - 1);
        }
        if (token->kind == TOKEN_INDENT || token->kind == TOKEN_DEDENT || token->kind == TOKEN_COMMENT ||
            token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END) {
            i++;
            continue;
        }
        uint32_t newline = i;
        while (newline < lexed->n_tokens && lexed->tokens[newline].kind != TOKEN_NEWLINE &&
               lexed->tokens[newline].kind != TOKEN_END)
            newline++;
        reader->ordinal++;
        if (is_keyword(token, KEYWORD_FROM) || is_keyword(token, KEYWORD_IMPORT))
            add_line(reader, i, newline);
        i = newline;
    }
}

/* --- sections --- */

static bool has_blank_line(const Lexed *lexed, uint32_t start, uint32_t end)
{
    bool blank = true;

    for (uint32_t at = start; at < end; at++) {
        char c = lexed->bytes[at];
        if (c == '\n' || (c == '\r' && (at + 1 >= end || lexed->bytes[at + 1] != '\n'))) {
            if (blank)
                return true;
            blank = true;
        } else if (c != ' ' && c != '\t' && c != '\f' && c != '\r') {
            blank = false;
        }
    }
    return false;
}

static void find_sections(Block *block)
{
    uint32_t section = 0;

    for (uint32_t i = 0; i < block->lines->len; i++) {
        BlockLine *line = &g_array_index(block->lines, BlockLine, i);
        const BlockLine *before = i > 0 ? line - 1 : NULL;
        if (before == NULL || before->suite != line->suite || before->ordinal + 1 != line->ordinal ||
            has_blank_line(block->lexed, before->next, line->line_start))
            section++;
        line->section = section;
    }
}

static bool section_sorted(const Block *block, uint32_t first, uint32_t last, const LineOrder *order)
{
    for (uint32_t i = first + 1; i < last; i++) {
        Key a = key_of(&g_array_index(block->lines, BlockLine, i - 1));
        Key b = key_of(&g_array_index(block->lines, BlockLine, i));
        if (compare_keys(order, block->names, &a, &b) > 0)
            return false;
    }
    return true;
}

static uint32_t section_end(const Block *block, uint32_t first)
{
    uint32_t last = first + 1;

    while (last < block->lines->len && g_array_index(block->lines, BlockLine, last).section ==
                                           g_array_index(block->lines, BlockLine, first).section)
        last++;
    return last;
}

static void find_line_order(Block *block)
{
    uint32_t best = 0;

    for (uint32_t o = 0; o < N_ORDERS; o++) {
        LineOrder order = {(uint8_t)(o % 3), (o / 3) % 2 != 0, o / 6 != 0};
        uint32_t votes = 0;
        for (uint32_t first = 0, last; first < block->lines->len; first = last) {
            last = section_end(block, first);
            votes += last - first > 1 && section_sorted(block, first, last, &order) ? last - first : 0;
        }
        if (o == 0 || votes > best) {
            block->order = order;
            best = votes;
        }
    }
}

static const char **item_names(const Block *block, const BlockLine *line)
{
    uint32_t n = line->statement.items->len;
    const char **names = g_new0(const char *, n + 1);

    for (uint32_t i = 0; i < n; i++) {
        const Item *item = &statement_items(&line->statement)[i];
        names[i] = g_strndup(block->lexed->bytes + item->start, item->name_end - item->start);
    }
    return names;
}

static void find_name_order(Block *block)
{
    uint32_t votes[NAME_ORDER_COUNT] = {0};

    for (uint32_t i = 0; i < block->lines->len; i++) {
        const BlockLine *line = &g_array_index(block->lines, BlockLine, i);
        uint32_t n = line->readable ? line->statement.items->len : 0, aliased = 0;
        if (n < 2)
            continue;
        g_auto(GStrv) names = (char **)(uintptr_t)item_names(block, line);
        for (uint32_t o = 0; o < NAME_ORDER_COUNT; o++)
            votes[o] += block_names_sorted((NameOrder)o, (const char *const *)names, n);
        for (uint32_t k = 0; k < n; k++)
            aliased += statement_items(&line->statement)[k].bound_start !=
                       statement_items(&line->statement)[k].start;
        block->combines = block->combines || aliased > 0;
    }
    for (uint32_t o = 1; o < NAME_ORDER_COUNT; o++)
        if (votes[o] > votes[block->names])
            block->names = (NameOrder)o;
}

/* How long the statement would be on one line. */
static uint32_t flat_length(const BlockLine *line)
{
    const Item *items = statement_items(&line->statement);
    uint32_t length = line->statement.module_end - line->line_start + (uint32_t)strlen(" import ");

    for (uint32_t i = 0; i < line->statement.items->len; i++)
        length += items[i].end - items[i].start + (i > 0 ? 2 : 0);
    return length;
}

/* Several names on the second line of the parentheses. */
static bool is_grid(const Block *block, const BlockLine *line)
{
    const Item *items = statement_items(&line->statement);
    uint32_t n = line->statement.items->len;

    return line->statement.parenthesised && n > 1 &&
           lexed_line(block->lexed, items[0].start) > lexed_line(block->lexed, line->start) &&
           lexed_line(block->lexed, items[0].start) == lexed_line(block->lexed, items[1].start);
}

/* A list that was broken into lines of several names did not fit: that tells how wide lines may be. */
static void find_width(Block *block)
{
    uint32_t least = UINT32_MAX, most = 0;

    for (uint32_t i = 0; i < block->lines->len; i++) {
        const BlockLine *line = &g_array_index(block->lines, BlockLine, i);
        uint32_t length = line->next - line->line_start;
        if (line->readable && is_grid(block, line))
            least = MIN(least, flat_length(line) - 1);
        else if (length < MAX_WIDTH && line->next > line->line_start + 1 &&
                 memchr(block->lexed->bytes + line->line_start, '\n', length - 1) == NULL)
            most = MAX(most, length - 1);
    }
    block->grid = least != UINT32_MAX;
    block->width = least < MIN_WIDTH ? MAX(least, most) : MAX(MIN_WIDTH, most);
}

/* One name a statement, and a module that has several: that is a rule of the file. */
static void find_single(Block *block)
{
    bool several = false;

    for (uint32_t i = 0; i < block->lines->len; i++) {
        const BlockLine *line = &g_array_index(block->lines, BlockLine, i);
        const BlockLine *next = i + 1 < block->lines->len ? line + 1 : NULL;
        if (line->readable && line->statement.items->len > 1)
            return;
        several =
            several || (next != NULL && line->readable && next->readable && line->suite == next->suite &&
                        strcmp(line->module, next->module) == 0 && strcmp(line->name, next->name) != 0);
    }
    block->single = several;
}

void block_init(Block *block, const Lexed *lexed, const char *package)
{
    Reader reader = {.block = block, .package = package};
    uint32_t module = 0;

    *block = (Block){.lexed = lexed};
    block->lines = g_array_new(FALSE, FALSE, sizeof(BlockLine));
    reader.suites = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_array_append_val(reader.suites, module);
    read_lines(&reader);
    g_array_free(reader.suites, TRUE);
    find_sections(block);
    find_name_order(block);
    find_line_order(block);
    find_width(block);
    find_single(block);
}

void block_clear(Block *block)
{
    for (uint32_t i = 0; i < block->lines->len; i++) {
        BlockLine *line = &g_array_index(block->lines, BlockLine, i);
        if (line->readable)
            statement_clear(&line->statement);
        g_free(line->module);
        g_free(line->written);
        g_free(line->name);
    }
    g_array_free(block->lines, TRUE);
}

/* --- asking --- */

BlockLine *block_find(const Block *block, uint32_t start)
{
    for (uint32_t i = 0; i < block->lines->len; i++)
        if (g_array_index(block->lines, BlockLine, i).start == start)
            return &g_array_index(block->lines, BlockLine, i);
    return NULL;
}

static void section_of(const Block *block, const BlockLine *line, uint32_t *first, uint32_t *last)
{
    const BlockLine *lines = (const BlockLine *)(const void *)block->lines->data;

    *first = (uint32_t)(line - lines);
    while (*first > 0 && lines[*first - 1].section == line->section)
        --*first;
    *last = section_end(block, *first);
}

bool block_is_sorted(const Block *block, const BlockLine *line)
{
    uint32_t first, last;

    section_of(block, line, &first, &last);
    return last - first > 1 && section_sorted(block, first, last, &block->order);
}

int block_compare_lines(const Block *block, bool from_a, const char *module_a, const char *name_a,
                        bool from_b, const char *module_b, const char *name_b)
{
    Key a = {from_a, module_a, name_a}, b = {from_b, module_b, name_b};

    return compare_keys(&block->order, block->names, &a, &b);
}

const char *block_line_break(const Block *block)
{
    const Lexed *lexed = block->lexed;

    for (uint32_t at = 0; at < lexed->length; at++) {
        if (lexed->bytes[at] == '\n')
            return "\n";
        if (lexed->bytes[at] == '\r')
            return at + 1 < lexed->length && lexed->bytes[at + 1] == '\n' ? "\r\n" : "\r";
    }
    return "\n";
}

uint32_t block_place(const Block *block, const BlockLine *line, bool counts, bool from, const char *module,
                     const char *name, const BlockLine **behind)
{
    const BlockLine *lines = (const BlockLine *)(const void *)block->lines->data;
    Key key = {from, module, name};
    uint32_t first, last;

    section_of(block, line, &first, &last);
    *behind = NULL;
    for (uint32_t i = first; i < last; i++) {
        Key other = key_of(&lines[i]);
        if ((counts || &lines[i] != line) && compare_keys(&block->order, block->names, &other, &key) <= 0)
            *behind = &lines[i];
    }
    return *behind != NULL ? (*behind)->next : lines[first].line_start;
}

bool block_stays(const Block *block, const BlockLine *line, const char *module, const char *name)
{
    const BlockLine *lines = (const BlockLine *)(const void *)block->lines->data;
    uint32_t first, last, at = (uint32_t)(line - lines);
    Key key = {true, module, name};

    section_of(block, line, &first, &last);
    if (at > first) {
        Key before = key_of(&lines[at - 1]);
        if (compare_keys(&block->order, block->names, &before, &key) > 0)
            return false;
    }
    if (at + 1 < last) {
        Key after = key_of(&lines[at + 1]);
        if (compare_keys(&block->order, block->names, &key, &after) > 0)
            return false;
    }
    return true;
}

/* Does this name stand anywhere between two offsets? */
static bool is_mentioned(const Lexed *lexed, uint32_t start, uint32_t end, const char *name)
{
    size_t length = strlen(name);

    for (uint32_t i = lexed_token_at(lexed, start); i < lexed->n_tokens && lexed->tokens[i].start < end; i++)
        if (lexed->tokens[i].kind == TOKEN_NAME && lexed->tokens[i].end - lexed->tokens[i].start == length &&
            memcmp(lexed->bytes + lexed->tokens[i].start, name, length) == 0)
            return true;
    return false;
}

static bool may_take(const Block *block, const BlockLine *target, const char *bound)
{
    const Statement *statement = &target->statement;

    if (!target->from || !target->readable || target->busy)
        return false;
    if (statement->comment_start != statement->comment_end && !statement->parenthesised)
        return false;
    g_autofree char *directive = statement_directive(statement);
    if (directive != NULL)
        return false;
    for (uint32_t i = 0; i < statement->items->len; i++) {
        const Item *item = &statement_items(statement)[i];
        if (strlen(bound) == item->bound_end - item->bound_start &&
            memcmp(block->lexed->bytes + item->bound_start, bound, strlen(bound)) == 0)
            return false;
    }
    return true;
}

/* Above, anything may stand between that does not mention the name; below, only imports. */
static bool is_reachable(const Block *block, const BlockLine *line, const BlockLine *target,
                         const char *bound)
{
    if (target < line)
        return !is_mentioned(block->lexed, target->next, line->line_start, bound);
    for (const BlockLine *at = line; at < target; at++)
        if (at[1].ordinal != at->ordinal + 1 || at[1].suite != at->suite)
            return false;
    return !is_mentioned(block->lexed, line->next, target->line_start, bound);
}

BlockLine *block_target(const Block *block, const BlockLine *line, const char *module, const char *bound)
{
    for (uint32_t i = 0; i < block->lines->len; i++) {
        BlockLine *target = &g_array_index(block->lines, BlockLine, i);
        if (target->suite == line->suite && strcmp(target->module, module) == 0 &&
            may_take(block, target, bound) && is_reachable(block, line, target, bound))
            return target;
    }
    return NULL;
}
