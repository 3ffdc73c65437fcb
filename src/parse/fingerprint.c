/* fingerprint.c — hashes over normalised tokens.
 *
 * Every token of a file is hashed once, however many ranges it lies in: names by their spelling
 * (scopes.c has that hash), strings by prefix, quotes and text as normal_string gives them. A
 * range's hash chains those of its tokens with a folded 128-bit product, which is what XXH3 does
 * with 16 bytes. An f-string is hashed without its replacement fields; the tokens in those follow
 * as tokens of their own. */
#include "parse/fingerprint.h"

#include <string.h>
#define XXH_INLINE_ALL /* most texts are a few bytes: the call costs more than the hash */
#include <xxhash.h>

#include "parse/normal.h"
#include "parse/scratch.h"

#define SEED      UINT64_C(0x1ef1c2a35d7e4b99)
#define OWN       UINT64_C(0x6f776e2d6e616d65)
#define STRUCTURE UINT64_C(0x7374727563743030)
#define LOCAL     UINT64_C(0x6c6f63616c2d3030)

static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product =
        (unsigned __int128)(a ^ UINT64_C(0x9e3779b97f4a7c15)) * (b ^ UINT64_C(0xd6e8feb86659fd93));

    return (uint64_t)product ^ (uint64_t)(product >> 64) ^ a;
}

/* Line ends within a string are one character to Python, however they are written. */
static uint64_t hash_text(const char *text, uint32_t length, uint64_t seed)
{
    if (length == 0 || memchr(text, '\r', length) == NULL)
        return XXH3_64bits_withSeed(text, length, seed);
    g_autofree char *copy = g_malloc(length);
    uint32_t n = 0;
    for (uint32_t i = 0; i < length; i++) {
        if (text[i] == '\r' && i + 1 < length && text[i + 1] == '\n')
            continue;
        copy[n++] = text[i] == '\r' ? '\n' : text[i];
    }
    return XXH3_64bits_withSeed(copy, n, seed);
}

/* What of an f-string is no token: its text between the fields that lie directly in it, and the
 * conversions and format specs within those. */
static uint64_t hash_format(const Lexed *lexed, uint32_t token, const NormalString *string, uint64_t seed)
{
    const Token *t = &lexed->tokens[token];
    uint32_t from = (uint32_t)(string->text - lexed->bytes), depth = 0;

    for (const Token *field = t + 1; field->inside > t->inside && field->start < t->end; field++) {
        if (field->inside != t->inside + 1)
            continue;
        bool brace = field->kind == TOKEN_OPERATOR;
        while (depth > 0 && from < field->start && g_ascii_isspace(lexed->bytes[from]))
            from++;
        if (depth == 0 || from < field->start)
            seed = hash_text(lexed->bytes + from, field->start - from, seed + depth);
        if (brace && field->detail == OPERATOR_LBRACE)
            depth++;
        else if (brace && field->detail == OPERATOR_RBRACE && depth > 0)
            depth--;
        from = field->end;
    }
    uint32_t end = (uint32_t)(string->text - lexed->bytes) + string->length;
    return from < end ? hash_text(lexed->bytes + from, end - from, seed) : seed;
}

static uint64_t hash_string(const Lexed *lexed, uint32_t token)
{
    const Token *t = &lexed->tokens[token];
    NormalString string;

    normal_string(lexed, t, &string);
    uint64_t seed = XXH3_64bits(string.prefix, strlen(string.prefix)) + string.quotes_length +
                    (string.quotes[0] == '"' ? 0 : 8);
    if ((t->detail & (STRING_FORMAT | STRING_TEMPLATE)) != 0)
        return hash_format(lexed, token, &string, seed);
    return hash_text(string.text, string.length, seed);
}

static uint64_t hash_operator(const Lexed *lexed, const Token *t)
{
    const char *p = lexed->bytes + t->start;
    uint64_t text = (uint8_t)p[0];

    for (uint32_t i = 1; i < t->end - t->start; i++)
        text = text << 8 | (uint8_t)p[i];
    return mix(SEED + 1, text);
}

/* Fills scratch->hashes for the whole file. */
static void hash_tokens(const Lexed *lexed, LexedScratch *scratch)
{
    const Scopes *scopes = scratch_scopes(lexed);

    if (scratch->hashes_capacity < lexed->n_tokens) {
        scratch->hashes_capacity = MAX(4096, lexed->n_tokens * 2);
        scratch->hashes = g_renew(uint64_t, scratch->hashes, scratch->hashes_capacity);
    }
    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        const Token *t = &lexed->tokens[i];
        switch (t->kind) {
        case TOKEN_NAME:
            scratch->hashes[i] =
                t->detail == KEYWORD_NONE ? scopes->names[scopes->ids[i]].hash : mix(SEED + 2, t->detail);
            break;
        case TOKEN_OPERATOR:
            scratch->hashes[i] = hash_operator(lexed, t);
            break;
        case TOKEN_STRING:
            scratch->hashes[i] = hash_string(lexed, i);
            break;
        default:
            scratch->hashes[i] =
                XXH3_64bits_withSeed(lexed->bytes + t->start, t->end - t->start, SEED + t->kind);
            break;
        }
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
    uint64_t least[16];
    uint32_t count; /* tokens and structure */
    uint32_t tokens, ordinals;
} Sum;

static void add(Sum *sum, uint64_t text, uint64_t shape)
{
    sum->text = mix(sum->text, text);
    sum->shape = mix(sum->shape, shape);
    if (++sum->count >= 3) {
        uint64_t gram = mix((sum->before[0] << 21 | sum->before[0] >> 43) + sum->before[1], text);
        uint64_t *least = &sum->least[gram & 15];
        if (gram < *least)
            *least = gram;
    }
    sum->before[0] = sum->before[1];
    sum->before[1] = text;
}

/* The hash of a token in `shape`: a local variable's is its ordinal. */
static uint64_t shape_of(Sum *sum, LexedScratch *scratch, uint32_t token, uint64_t text)
{
    uint32_t variable = scopes_local(&scratch->scopes, scratch->scopes.uses[token]);

    if (variable == SCOPES_NONE ||
        (scratch->scopes.variables[variable].flags & (VARIABLE_IMPORTED | VARIABLE_MEMBER)) != 0)
        return text;
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
    for (int i = 0; i < 16; i++)
        if (sum->least[i] != UINT64_MAX)
            result.sketch[i] = (uint8_t)(1 + (sum->least[i] >> 8) % 255);
    return result;
}

Fingerprint fingerprint_tokens(const Lexed *lexed, uint32_t first, uint32_t last, const char *own,
                               size_t own_length)
{
    LexedScratch *scratch = lexed->scratch;
    Sum sum = {.text = SEED, .shape = SEED};
    Normal normal;
    NormalKind kind;
    uint32_t token = 0;
    bool has_own = own != NULL && own_length > 0;
    uint64_t own_name = has_own ? XXH3_64bits(own, own_length) : 0;
    /* As hash_string does for a plain string. */
    uint64_t own_string = has_own ? XXH3_64bits_withSeed(own, own_length, XXH3_64bits("", 0) + 1) : 0;

    if (!scratch->has_hashes)
        hash_tokens(lexed, scratch);
    next_stamp(scratch);
    memset(sum.least, 0xff, sizeof sum.least);
    normal_init(&normal, lexed, first, MIN(last, lexed->n_tokens));
    while ((kind = normal_next(&normal, &token)) != NORMAL_END) {
        if (kind != NORMAL_TOKEN) {
            add(&sum, STRUCTURE + kind, STRUCTURE + kind);
            continue;
        }
        uint64_t hash = scratch->hashes[token];
        const Token *t = &lexed->tokens[token];
        if (has_own &&
            ((hash == own_name && t->kind == TOKEN_NAME) || (hash == own_string && t->kind == TOKEN_STRING)))
            add(&sum, OWN + t->kind, OWN + t->kind);
        else
            add(&sum, hash, shape_of(&sum, scratch, token, hash));
        sum.tokens++;
    }
    return finish(&sum);
}
