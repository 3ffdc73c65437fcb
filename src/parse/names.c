/* names.c — which global names each outermost definition reads, and strings that look like names.
 *
 * scopes.c says which variable a name stands for; here reads of globals are counted per owner. An
 * owner's entries lie together (owners do not nest, and come in source order; module code is kept
 * apart), so finding an entry again needs one small table per owner, and the final order needs only
 * a sort within each owner. */
#include "parse/names.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "parse/facts.h"
#include "parse/scan.h"
#include "parse/scratch.h"

#define MAX_STRING   200
#define MODULE_OWNER UINT32_MAX

/* Collector — entries found so far, and the table that finds them again. */
typedef struct Collector {
    const Lexed *lexed;
    const Scopes *scopes;
    Arena *arena;
    NameBuffers *buffers;
    uint32_t n_entries;
} Collector;

/* Token behind the chain `a . b . c` that starts at a name, and the chain's length without spaces. */
static uint32_t chain_end(const Lexed *lexed, uint32_t token, uint32_t *length)
{
    const Token *tokens = lexed->tokens;

    *length = tokens[token].end - tokens[token].start;
    while (tokens[token + 1].kind == TOKEN_OPERATOR && tokens[token + 1].detail == OPERATOR_DOT &&
           tokens[token + 2].kind == TOKEN_NAME && tokens[token + 2].detail == KEYWORD_NONE &&
           tokens[token + 2].inside == tokens[token].inside) {
        token += 2;
        *length += 1 + tokens[token].end - tokens[token].start;
    }
    return token + 1;
}

static uint64_t chain_hash(const Scopes *scopes, uint32_t first, uint32_t last)
{
    uint64_t hash = 0;

    for (uint32_t i = first; i < last; i += 2)
        hash = (hash ^ scopes->names[scopes->ids[i]].hash) * UINT64_C(0x9e3779b97f4a7c15) + (i > first);
    return hash;
}

static bool same_chain(const Scopes *scopes, uint32_t a, uint32_t b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i += 2)
        if (scopes->ids[a + i] != scopes->ids[b + i])
            return false;
    return true;
}

static void grow(NameBuffers *buffers)
{
    buffers->capacity = MAX(1024, buffers->capacity * 2);
    buffers->entries = g_renew(NameEntry, buffers->entries, buffers->capacity);
}

static void rebuild_table(NameBuffers *buffers, uint32_t n_entries)
{
    buffers->table_capacity = MAX(2048, buffers->table_capacity * 2);
    buffers->table = g_renew(NameSlot, buffers->table, buffers->table_capacity);
    memset(buffers->table, 0, buffers->table_capacity * sizeof *buffers->table);
    uint32_t mask = buffers->table_capacity - 1;
    for (uint32_t n = 0; n < n_entries; n++) {
        uint32_t i = (uint32_t)buffers->entries[n].hash & mask;
        while (buffers->table[i].stamp == buffers->stamp && buffers->table[i].stamp != 0)
            i = (i + 1) & mask;
        buffers->table[i] = (NameSlot){buffers->stamp, n};
    }
}

/* Counts one read at tokens [first, last). */
static void count(Collector *collector, uint32_t owner, uint32_t first, uint32_t last)
{
    NameBuffers *buffers = collector->buffers;
    uint64_t hash = (chain_hash(collector->scopes, first, last) ^ owner) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t mask = buffers->table_capacity - 1, i;

    hash ^= hash >> 32;
    for (i = (uint32_t)hash & mask; buffers->table[i].stamp == buffers->stamp; i = (i + 1) & mask) {
        NameEntry *entry = &buffers->entries[buffers->table[i].entry];
        if (entry->hash == hash && entry->owner == owner && entry->last - entry->first == last - first &&
            same_chain(collector->scopes, entry->first, first, last - first)) {
            entry->count++;
            return;
        }
    }
    if (collector->n_entries == buffers->capacity)
        grow(buffers);
    buffers->table[i] = (NameSlot){buffers->stamp, collector->n_entries};
    buffers->entries[collector->n_entries++] = (NameEntry){hash, owner, first, last, 1};
    if (collector->n_entries * 2 > buffers->table_capacity)
        rebuild_table(buffers, collector->n_entries);
}

static void collect_reads(Collector *collector)
{
    const Lexed *lexed = collector->lexed;
    const Scopes *scopes = collector->scopes;
    uint32_t owner = 0;

    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        uint32_t use = scopes->uses[i], length;
        if (use == SCOPES_NONE || (use & SCOPES_BINDS) != 0 || !scopes_is_global(scopes, use))
            continue;
        while (owner < scopes->n_owners && scopes->owners[owner].last <= i)
            owner++;
        bool owned = owner < scopes->n_owners && scopes->owners[owner].first <= i;
        uint32_t last = scopes->names[scopes->ids[i]].imported ? chain_end(lexed, i, &length) : i + 1;
        count(collector, owned ? owner : MODULE_OWNER, i, last);
    }
}

static int compare_text(const char *a, uint32_t a_length, const char *b, uint32_t b_length)
{
    int order = memcmp(a, b, MIN(a_length, b_length));

    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int compare_uses(const void *a, const void *b)
{
    const NameUse *x = a, *y = b;

    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    int order = compare_text(x->head, x->head_length, y->head, y->head_length);
    if (order != 0 || x->chain == y->chain)
        return order;
    if (x->chain == NULL || y->chain == NULL)
        return x->chain == NULL ? -1 : 1;
    return strcmp(x->chain, y->chain);
}

/* The chain's text without spaces and comments; NULL for a bare name. */
static const char *chain_text(const Collector *collector, uint32_t first, uint32_t last)
{
    const Lexed *lexed = collector->lexed;
    uint32_t length;

    if (last == first + 1)
        return NULL;
    chain_end(lexed, first, &length);
    char *text = arena_alloc(collector->arena, length + 1), *p = text;
    for (uint32_t i = first; i < last; i++) {
        uint32_t n = lexed->tokens[i].end - lexed->tokens[i].start;
        memcpy(p, lexed->bytes + lexed->tokens[i].start, n);
        p += n;
    }
    return text;
}

static void sort_uses(NameUse *uses, uint32_t n)
{
    for (uint32_t first = 0, last; first < n; first = last) {
        for (last = first + 1; last < n && uses[last].owner == uses[first].owner; last++)
            ;
        qsort(uses + first, last - first, sizeof *uses, compare_uses);
    }
}

/* Entries in the order of owners, module code last, sorted within each. */
static void put_uses(const Collector *collector, Names *names)
{
    const NameEntry *entries = collector->buffers->entries;
    NameUse *use = names->uses = arena_array(collector->arena, NameUse, collector->n_entries + 1);

    for (int module = 0; module < 2; module++)
        for (uint32_t i = 0; i < collector->n_entries; i++) {
            const Token *head = &collector->lexed->tokens[entries[i].first];
            if ((entries[i].owner == MODULE_OWNER) != (module == 1))
                continue;
            *use++ = (NameUse){
                .owner = entries[i].owner,
                .owner_start = module ? UINT32_MAX : collector->scopes->owners[entries[i].owner].start,
                .head = collector->lexed->bytes + head->start,
                .head_length = head->end - head->start,
                .chain = chain_text(collector, entries[i].first, entries[i].last),
                .line = head->line,
                .count = entries[i].count,
            };
        }
    names->n_uses = collector->n_entries;
    sort_uses(names->uses, names->n_uses);
}

/* The text of a string that can be a dotted name: no f-string, no escapes, closed. */
static bool plain_text(const Lexed *lexed, const Token *t, const char **text, uint32_t *length)
{
    const char *p = lexed->bytes + t->start, *end = lexed->bytes + t->end;

    if ((t->detail & (STRING_FORMAT | STRING_TEMPLATE | STRING_BYTES)) != 0 ||
        t->end - t->start > MAX_STRING + 8)
        return false;
    while (p < end && *p != '"' && *p != '\'')
        p++;
    uint32_t quotes = (t->detail & STRING_TRIPLE) != 0 ? 3 : 1;
    if ((uint32_t)(end - p) <= 2 * quotes || end[-1] != *p)
        return false;
    *text = p + quotes;
    *length = (uint32_t)(end - p) - 2 * quotes;
    return *length <= MAX_STRING;
}

/* `a.b`, `a.b:c`, `.x`: names with dots, one colon at most; `dots` counts both. */
static bool is_dotted(const char *text, uint32_t length, uint32_t *dots)
{
    bool start = true, colon = false;
    uint32_t i = 0;

    *dots = 0;
    while (i < length && text[i] == '.') {
        i++;
        ++*dots;
    }
    for (; i < length; i++) {
        char c = text[i];
        if (c == '.' || c == ':') {
            if (start || (c == ':' && colon))
                return false;
            colon |= c == ':';
            start = true;
            ++*dots;
        } else if (!scan_is_name((uint8_t)c) || (start && scan_is_digit(c))) {
            return false;
        } else {
            start = false;
        }
    }
    return !start;
}

static bool text_is(const Lexed *lexed, const Token *t, const char *text)
{
    size_t length = strlen(text);

    return t->kind == TOKEN_NAME && t->end - t->start == length &&
           memcmp(lexed->bytes + t->start, text, length) == 0;
}

/* What a string as first argument of the call whose `(` is token `open` refers to. */
static uint32_t call_kind(const Lexed *lexed, uint32_t open)
{
    const Token *callee = &lexed->tokens[open - 1];

    if (open == 0 || callee->kind != TOKEN_NAME)
        return REFERENCE_DOTTED;
    if (text_is(lexed, callee, "import_module"))
        return REFERENCE_IMPORT_MODULE;
    if (text_is(lexed, callee, "__import__"))
        return REFERENCE_DUNDER_IMPORT;
    if (text_is(lexed, callee, "patch") || text_is(lexed, callee, "setattr") ||
        text_is(lexed, callee, "delattr"))
        return REFERENCE_PATCH;
    bool method = open >= 3 && callee[-1].kind == TOKEN_OPERATOR && callee[-1].detail == OPERATOR_DOT;
    if (method && text_is(lexed, callee - 2, "patch") &&
        (text_is(lexed, callee, "dict") || text_is(lexed, callee, "multiple")))
        return REFERENCE_PATCH;
    return REFERENCE_DOTTED;
}

static bool string_use(const Lexed *lexed, uint32_t token, StringUse *use, uint32_t *length)
{
    const Token *t = &lexed->tokens[token];
    uint32_t dots;

    if (t->end - t->start < 3 || !plain_text(lexed, t, &use->text, length) ||
        !is_dotted(use->text, *length, &dots))
        return false;
    uint32_t before = token;
    while (before > 0 && lexed->tokens[before - 1].kind == TOKEN_COMMENT)
        before--;
    bool first = before > 0 && lexed->tokens[before - 1].kind == TOKEN_OPERATOR &&
                 lexed->tokens[before - 1].detail == OPERATOR_LPAREN;
    use->kind = first ? call_kind(lexed, before - 1) : REFERENCE_DOTTED;
    bool module = use->kind == REFERENCE_IMPORT_MODULE || use->kind == REFERENCE_DUNDER_IMPORT;
    if (dots == 0 && !module)
        return false;
    use->line = t->line;
    use->start = t->start;
    use->end = t->end;
    return module || use->text[0] != '.' || use->kind == REFERENCE_DOTTED;
}

static void collect_strings(const Lexed *lexed, Arena *arena, NameBuffers *buffers, Names *names)
{
    uint32_t n = 0, length;

    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        StringUse use;
        if (lexed->tokens[i].kind != TOKEN_STRING || !string_use(lexed, i, &use, &length))
            continue;
        if (n == buffers->strings_capacity) {
            buffers->strings_capacity = MAX(64, buffers->strings_capacity * 2);
            buffers->strings = g_renew(StringUse, buffers->strings, buffers->strings_capacity);
        }
        use.text = arena_strndup(arena, use.text, length);
        buffers->strings[n++] = use;
    }
    names->n_strings = n;
    names->strings = arena_array(arena, StringUse, n + 1);
    if (n > 0)
        memcpy(names->strings, buffers->strings, n * sizeof *names->strings);
}

void names_collect(const Lexed *lexed, Arena *arena, Names *names)
{
    NameBuffers *buffers = &lexed->scratch->names;
    Collector collector = {lexed, scratch_scopes(lexed), arena, buffers, 0};

    /* Slots of earlier files are free: their stamp is another. */
    if (++buffers->stamp == 0) {
        buffers->stamp = 1;
        buffers->table_capacity = 0;
    }
    if (buffers->table_capacity == 0)
        rebuild_table(buffers, 0);
    collect_reads(&collector);
    put_uses(&collector, names);
    collect_strings(lexed, arena, buffers, names);
}
