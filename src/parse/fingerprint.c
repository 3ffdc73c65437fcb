/* fingerprint.c — hashes over normalised tokens.
 *
 * Every token that counts is hashed once, however many ranges it lies in: names by their spelling
 * (scopes.c has that hash), strings and numbers by their value. A range's hash chains those of its
 * tokens with a folded 128-bit product, which is what XXH3 does with 16 bytes. Adjacent strings are
 * one. An f-string is hashed without its replacement fields; the tokens in those follow as tokens
 * of their own. */
#include "parse/fingerprint.h"

#include <string.h>
#define XXH_INLINE_ALL /* most texts are a few bytes: the call costs more than the hash */
#include <xxhash.h>

#include "parse/literal.h"
#include "parse/normal.h"
#include "parse/scratch.h"

#define SEED              UINT64_C(0x1ef1c2a35d7e4b99)
#define OWN               UINT64_C(0x6f776e2d6e616d65)
#define STRUCTURE_NEWLINE UINT64_C(0x7374727563743032)
#define STRUCTURE_INDENT  UINT64_C(0x7374727563743033)
#define STRUCTURE_DEDENT  UINT64_C(0x7374727563743034)
#define LOCAL             UINT64_C(0x6c6f63616c2d3030)

static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product =
        (unsigned __int128)(a ^ UINT64_C(0x9e3779b97f4a7c15)) * (b ^ UINT64_C(0xd6e8feb86659fd93));

    return (uint64_t)product ^ (uint64_t)(product >> 64) ^ a;
}

/* Seeds of strings: the value of `x` as text is not that of `b"x"` or `f"x"`. */
static uint64_t string_seed(uint8_t flags)
{
    return SEED + 16 + (flags & (STRING_BYTES | STRING_FORMAT | STRING_TEMPLATE));
}

/* Adds what of an f-string is no token: its text, and around the fields that lie directly in it the
 * conversions and format specs. `literal` holds the text since the last field. */
static uint64_t hash_format(const Lexed *lexed, uint32_t token, GString *literal, uint64_t seed)
{
    const Token *t = &lexed->tokens[token];
    LiteralText text = literal_text(lexed, t);
    uint32_t from = (uint32_t)(text.text - lexed->bytes), end = from + text.length, depth = 0;

    for (const Token *field = t + 1; field->inside > t->inside && field->start < t->end; field++) {
        if (field->inside != t->inside + 1)
            continue;
        bool brace = field->kind == TOKEN_OPERATOR;
        while (depth > 0 && from < field->start && g_ascii_isspace(lexed->bytes[from]))
            from++;
        uint32_t length = field->start > from ? field->start - from : 0;
        if (depth == 0) {
            literal_decode(lexed->bytes + from, length, t->detail, literal);
            seed = XXH3_64bits_withSeed(literal->str, literal->len, seed);
            g_string_truncate(literal, 0);
        } else if (length > 0) {
            seed = XXH3_64bits_withSeed(lexed->bytes + from, length, seed + depth);
        }
        if (brace && field->detail == OPERATOR_LBRACE)
            depth++;
        else if (brace && field->detail == OPERATOR_RBRACE && depth > 0)
            depth--;
        from = field->end;
    }
    if (from < end)
        literal_decode(lexed->bytes + from, end - from, t->detail, literal);
    return seed;
}

/* The value of adjacent strings, of which `token` is the first. */
static uint64_t hash_strings(const Lexed *lexed, uint32_t token, GString *buffer)
{
    const Token *t = &lexed->tokens[token];
    uint32_t next = normal_next_string(lexed, token);
    LiteralText text = literal_text(lexed, t);
    uint8_t flags = t->detail;

    if (next == 0 && text.plain && (flags & (STRING_FORMAT | STRING_TEMPLATE)) == 0)
        return XXH3_64bits_withSeed(text.text, text.length, string_seed(flags));
    for (uint32_t i = next; i != 0; i = normal_next_string(lexed, i))
        flags |= lexed->tokens[i].detail;
    uint64_t seed = string_seed(flags);
    g_string_truncate(buffer, 0);
    for (uint32_t i = token;;) {
        t = &lexed->tokens[i];
        text = literal_text(lexed, t);
        if ((t->detail & (STRING_FORMAT | STRING_TEMPLATE)) != 0)
            seed = hash_format(lexed, i, buffer, seed);
        else
            literal_decode(text.text, text.length, t->detail, buffer);
        if ((i = normal_next_string(lexed, i)) == 0)
            break;
    }
    return XXH3_64bits_withSeed(buffer->str, buffer->len, seed);
}

static uint64_t hash_operator(const Lexed *lexed, const Token *t)
{
    const char *p = lexed->bytes + t->start;
    uint64_t text = (uint8_t)p[0];

    for (uint32_t i = 1; i < t->end - t->start; i++)
        text = text << 8 | (uint8_t)p[i];
    return mix(SEED + 1, text);
}

static uint64_t hash_token(const Lexed *lexed, const Scopes *scopes, uint32_t i, GString *buffer)
{
    const Token *t = &lexed->tokens[i];

    switch (t->kind) {
    case TOKEN_NAME:
        return t->detail == KEYWORD_NONE ? scopes->names[scopes->ids[i]].hash : mix(SEED + 2, t->detail);
    case TOKEN_OPERATOR:
        return hash_operator(lexed, t);
    case TOKEN_STRING:
        return hash_strings(lexed, i, buffer);
    case TOKEN_NUMBER:
        return mix(SEED + 3, literal_hash_number(lexed->bytes + t->start, t->end - t->start));
    default:
        return XXH3_64bits_withSeed(lexed->bytes + t->start, t->end - t->start, SEED + t->kind);
    }
}

/* The variable for which a token's name stands in `shape`: locals, but no imports, and none of a class. */
static uint32_t local_of(const Scopes *scopes, uint32_t token)
{
    uint32_t variable = scopes_local(scopes, scopes->uses[token]);
    bool kept = variable == SCOPES_NONE ||
                (scopes->variables[variable].flags & (VARIABLE_IMPORTED | VARIABLE_MEMBER)) != 0;

    return kept ? SCOPES_NONE : variable;
}

/* Fills scratch->hashes and locals, one for each normal token of the file. */
static void hash_tokens(const Lexed *lexed, LexedScratch *scratch)
{
    const Scopes *scopes = scratch_scopes(lexed);
    const NormalTokens *normal = scratch_normal(lexed);
    g_autoptr(GString) buffer = g_string_new(NULL);

    if (scratch->hashes_capacity < normal->n_tokens) {
        scratch->hashes_capacity = MAX(4096, normal->n_tokens * 2);
        scratch->hashes = g_renew(uint64_t, scratch->hashes, scratch->hashes_capacity);
        scratch->locals = g_renew(uint32_t, scratch->locals, scratch->hashes_capacity);
    }
    for (uint32_t i = 0; i < normal->n_tokens; i++) {
        scratch->hashes[i] = hash_token(lexed, scopes, normal->tokens[i].token, buffer);
        scratch->locals[i] = local_of(scopes, normal->tokens[i].token);
    }
    if (scratch->ordinals_capacity < scopes->n_variables) {
        scratch->ordinals_capacity = scopes->n_variables * 2;
        scratch->ordinals = g_renew(uint32_t, scratch->ordinals, scratch->ordinals_capacity);
        g_free(scratch->ordinal_stamp);
        scratch->ordinal_stamp = g_new0(uint32_t, scratch->ordinals_capacity);
        scratch->stamp = 0;
    }
    scratch->has_hashes = true;
}

/* Sum — a fingerprint in the making. */
typedef struct Sum {
    uint64_t text, shape;
    uint64_t before[2]; /* hashes of the last two tokens */
    uint32_t count;     /* tokens and structure */
    uint32_t tokens, ordinals;
    bool sketched;
    uint64_t least[16];
} Sum;

/* The 3-gram that `text` ends. */
static inline void add_gram(Sum *sum, uint64_t text)
{
    if (sum->count >= 3) {
        uint64_t gram = mix((sum->before[0] << 21 | sum->before[0] >> 43) + sum->before[1], text);
        uint64_t *least = &sum->least[gram & 15];
        if (gram < *least)
            *least = gram;
    }
    sum->before[0] = sum->before[1];
    sum->before[1] = text;
}

static inline void add(Sum *sum, uint64_t text, uint64_t shape)
{
    sum->text = mix(sum->text, text);
    sum->shape = mix(sum->shape, shape);
    sum->count++;
    if (sum->sketched)
        add_gram(sum, text);
}

/* The hash of a local variable in `shape`: its ordinal among those of the range. */
static inline uint64_t shape_of(Sum *sum, LexedScratch *scratch, uint32_t variable)
{
    if (scratch->ordinal_stamp[variable] != scratch->stamp) {
        scratch->ordinal_stamp[variable] = scratch->stamp;
        scratch->ordinals[variable] = sum->ordinals++;
    }
    return LOCAL + scratch->ordinals[variable];
}

static void next_stamp(LexedScratch *scratch)
{
    if (++scratch->stamp != 0)
        return;
    memset(scratch->ordinal_stamp, 0, scratch->ordinals_capacity * sizeof *scratch->ordinal_stamp);
    scratch->stamp = 1;
}

static Fingerprint finish(const Sum *sum)
{
    Fingerprint result = {
        .text = mix(sum->text, sum->count), .shape = mix(sum->shape, sum->count), .tokens = sum->tokens};

    /* The least hash has small high bits, and its low bits are the bin: take bits from between. */
    for (int i = 0; i < 16 && sum->sketched; i++)
        if (sum->least[i] != UINT64_MAX)
            result.sketch[i] = (uint8_t)(1 + (sum->least[i] >> 8) % 255);
    return result;
}

/* What lies before a token, in the order in which it is written. */
static void add_structure(Sum *sum, const NormalToken *normal)
{
    if ((normal->flags & NORMAL_NEWLINE) != 0)
        add(sum, STRUCTURE_NEWLINE, STRUCTURE_NEWLINE);
    for (uint32_t i = 0; i < normal->dedents; i++)
        add(sum, STRUCTURE_DEDENT, STRUCTURE_DEDENT);
    if ((normal->flags & NORMAL_INDENT) != 0)
        add(sum, STRUCTURE_INDENT, STRUCTURE_INDENT);
}

/* `elif` as `else:` with an `if` in its block. */
static void add_elif(Sum *sum)
{
    const uint64_t hashes[] = {mix(SEED + 2, KEYWORD_ELSE), mix(SEED + 1, ':'), STRUCTURE_NEWLINE,
                               STRUCTURE_INDENT, mix(SEED + 2, KEYWORD_IF)};

    for (size_t i = 0; i < G_N_ELEMENTS(hashes); i++)
        add(sum, hashes[i], hashes[i]);
    sum->tokens += 3;
}

/* Own — the name that both hashes abstract, as a name and as a string. */
typedef struct Own {
    bool given;
    uint64_t name, string;
} Own;

/* Adds a normal token that has flags, or whose hash is that of the own name. */
static void add_special(Sum *sum, LexedScratch *scratch, const Lexed *lexed, uint32_t i, bool first,
                        const Own *own)
{
    const NormalToken *normal = &scratch->normal.tokens[i];
    uint8_t kind = lexed->tokens[normal->token].kind;
    uint64_t hash = scratch->hashes[i];
    uint32_t local = scratch->locals[i];

    if (!first)
        add_structure(sum, normal);
    if ((normal->flags & NORMAL_ELIF) != 0) {
        add_elif(sum);
        return;
    }
    if (own->given &&
        ((hash == own->name && kind == TOKEN_NAME) || (hash == own->string && kind == TOKEN_STRING)))
        add(sum, OWN + kind, OWN + kind);
    else
        add(sum, hash, local == SCOPES_NONE ? hash : shape_of(sum, scratch, local));
    sum->tokens++;
}

static Own own_of(const char *text, size_t length)
{
    Own own = {.given = text != NULL && length > 0};

    if (own.given) {
        own.name = XXH3_64bits(text, length);
        own.string = XXH3_64bits_withSeed(text, length, string_seed(0));
    }
    return own;
}

Fingerprint fingerprint_tokens(const Lexed *lexed, uint32_t first, uint32_t last, const char *own_text,
                               size_t own_length)
{
    LexedScratch *scratch = lexed->scratch;
    Sum sum = {.text = SEED, .shape = SEED, .sketched = own_text == NULL};
    Own own = own_of(own_text, own_length);

    if (!scratch->has_hashes)
        hash_tokens(lexed, scratch);
    next_stamp(scratch);
    memset(sum.least, 0xff, sizeof sum.least);
    const NormalTokens *all = &scratch->normal;
    const uint64_t *hashes = scratch->hashes;
    uint32_t begin = normal_at(all, first), end = normal_at(all, last);
    for (uint32_t i = begin; i < end; i++) {
        uint64_t hash = hashes[i];
        uint32_t local = scratch->locals[i];
        if (all->tokens[i].flags != 0 || all->tokens[i].dedents != 0 || hash == own.name ||
            hash == own.string) {
            add_special(&sum, scratch, lexed, i, i == begin, &own);
            continue;
        }
        add(&sum, hash, local == SCOPES_NONE ? hash : shape_of(&sum, scratch, local));
        sum.tokens++;
    }
    return finish(&sum);
}

/* --- without some statements --- */

/* Adds normal tokens [from, to), which begin a statement at the level of the whole; returns how many blocks
 * are open behind them. */
static uint32_t add_piece(Sum *sum, LexedScratch *scratch, const Lexed *lexed, uint32_t from, uint32_t to,
                          uint32_t open, const Own *own)
{
    const NormalToken *tokens = scratch->normal.tokens;

    if (sum->count > 0)
        add(sum, STRUCTURE_NEWLINE, STRUCTURE_NEWLINE);
    for (; open > 0; open--)
        add(sum, STRUCTURE_DEDENT, STRUCTURE_DEDENT);
    for (uint32_t i = from; i < to; i++) {
        add_special(sum, scratch, lexed, i, i == from, own);
        if (i > from)
            open -= MIN(open, tokens[i].dedents);
        open += i > from && (tokens[i].flags & NORMAL_INDENT) != 0;
        open += (tokens[i].flags & NORMAL_ELIF) != 0;
    }
    return open;
}

/* Do the normal tokens [from, to) of [begin, end) begin and end where statements do? */
static bool is_whole(const Lexed *lexed, const NormalTokens *normal, TokenRange skip, TokenRange found,
                     TokenRange all)
{
    uint32_t from = found.first, to = found.last;

    return from >= all.first && from < to && to <= all.last &&
           lexed->tokens[normal->tokens[from].token].start == lexed->tokens[skip.first].start &&
           (from == all.first || (normal->tokens[from].flags & NORMAL_NEWLINE) != 0) &&
           (to == all.last || (normal->tokens[to].flags & NORMAL_NEWLINE) != 0);
}

uint64_t fingerprint_without(const Lexed *lexed, uint32_t first, uint32_t last, const TokenRange *skips,
                             uint32_t n_skips, const char *own_text, size_t own_length, GString *out,
                             size_t max)
{
    LexedScratch *scratch = lexed->scratch;
    const NormalTokens *normal = scratch_normal(lexed);
    TokenRange all = {normal_at(normal, first), normal_at(normal, last)};
    uint32_t at = all.first, open = 0;
    Sum sum = {.text = SEED, .shape = SEED};
    Own own = own_of(own_text, own_length);

    if (!scratch->has_hashes)
        hash_tokens(lexed, scratch);
    next_stamp(scratch);
    for (uint32_t s = 0; s <= n_skips && at < all.last; s++) {
        TokenRange found = {all.last, all.last};
        if (s < n_skips) {
            found = (TokenRange){normal_at(normal, skips[s].first), normal_at(normal, skips[s].last)};
            if (found.first < at || !is_whole(lexed, normal, skips[s], found, all))
                continue;
        }
        if (found.first > at) {
            open = add_piece(&sum, scratch, lexed, at, found.first, open, &own);
            if (out->len <= max) {
                g_string_append(out, out->len > 0 ? "; " : "");
                fingerprint_statements(lexed, normal->tokens[at].token, s < n_skips ? skips[s].first : last,
                                       out);
            }
        }
        at = found.last;
    }
    return sum.count == 0 ? 0 : finish(&sum).text;
}

/* --- statements --- */

/* Statements — the least that were met, ascending: what two classes have in common of all theirs can be
 * estimated from what the least of both have in common (Broder's bottom-k sketch). */
typedef struct Statements {
    FactsStatement *least;
    uint32_t n;
} Statements;

static void keep_statement(Statements *statements, FactsStatement statement)
{
    uint32_t low = 0, high = statements->n;

    if (statements->n == FACTS_MAX_STATEMENTS && statement >= statements->least[statements->n - 1])
        return;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (statements->least[middle] < statement)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < statements->n && statements->least[low] == statement)
        return;
    if (statements->n < FACTS_MAX_STATEMENTS)
        statements->n++;
    memmove(&statements->least[low + 1], &statements->least[low],
            (statements->n - 1 - low) * sizeof *statements->least);
    statements->least[low] = statement;
}

/* `def`, `async def`, `class` and decorators say what is there, not what it does. */
static bool is_heading(const Lexed *lexed, const NormalToken *normal, uint32_t n)
{
    const Token *t = &lexed->tokens[normal->token];
    uint8_t word = t->kind == TOKEN_NAME ? t->detail : KEYWORD_NONE;

    if (word == KEYWORD_ASYNC && n > 1) {
        const Token *next = &lexed->tokens[normal[1].token];
        word = next->kind == TOKEN_NAME ? next->detail : KEYWORD_NONE;
    }
    return word == KEYWORD_DEF || word == KEYWORD_CLASS ||
           (t->kind == TOKEN_OPERATOR && lexed->bytes[t->start] == '@');
}

static bool is_class(const Lexed *lexed, const NormalToken *normal)
{
    const Token *t = &lexed->tokens[normal->token];

    return t->kind == TOKEN_NAME && t->detail == KEYWORD_CLASS;
}

/* Where the class whose header starts at normal token `i` ends: the next line that is not deeper than it. */
static uint32_t after_class(const NormalToken *tokens, uint32_t i, uint32_t end)
{
    uint32_t depth = 0;

    for (i++; i < end; i++) {
        bool indents = (tokens[i].flags & NORMAL_INDENT) != 0;
        depth -= MIN(depth, tokens[i].dedents);
        if (depth == 0 && !indents && (tokens[i].flags != 0 || tokens[i].dedents != 0))
            break;
        depth += indents;
        depth += (tokens[i].flags & NORMAL_ELIF) != 0;
    }
    return i;
}

uint32_t fingerprint_sketch(const Lexed *lexed, uint32_t first, uint32_t last, const char *own_text,
                            size_t own_length, FactsStatement out[FACTS_MAX_STATEMENTS])
{
    LexedScratch *scratch = lexed->scratch;
    Statements statements = {.least = out};
    uint64_t own = own_length > 0 ? XXH3_64bits(own_text, own_length) : 0;

    if (!scratch->has_hashes)
        hash_tokens(lexed, scratch);
    const NormalToken *tokens = scratch->normal.tokens;
    uint32_t begin = normal_at(&scratch->normal, first), end = normal_at(&scratch->normal, last);
    bool headed = false;
    for (uint32_t i = begin, next; i < end; i = next) {
        uint64_t hash = SEED;
        if (is_class(lexed, &tokens[i]) && headed) { /* what a class within says is its own */
            next = after_class(tokens, i, end);
            continue;
        }
        headed = headed || is_class(lexed, &tokens[i]);
        for (next = i; next < end && (next == i || (tokens[next].flags == 0 && tokens[next].dedents == 0));
             next++)
            hash = mix(hash, scratch->hashes[next] == own ? OWN : scratch->hashes[next]);
        if (next - i >= FACTS_STATEMENT_TOKENS && !is_heading(lexed, &tokens[i], next - i))
            keep_statement(&statements, (uint32_t)(hash >> 32 & ~UINT64_C(31)) | MIN(next - i, 31));
    }
    return statements.n;
}
