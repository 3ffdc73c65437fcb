/* Five steps to the pairs under different names.
 *
 * 1. Equal text_hash or shape_hash: definitions are sorted by hash; neighbours make pairs (a chain
 *    is enough for the union-find that follows, so a bucket of n gives n - 1 pairs).
 * 2. Rare contents: each telling item (a body of some length whatever its name, a field or enum
 *    member with its value) is a posting (hash, definition). A hash that more than MAX_DF definitions
 *    share says nothing and is dropped; the rest vote for their pairs. At most MAX_DF^2 / 2 votes a
 *    hash, MAX_DF / 2 a posting: linear.
 * 3. The same with bands of the sketches of long bodies, for bodies that were edited.
 * 4. The same with statements that a few class names share, for classes whose methods were taken apart or
 *    put together: each votes with little, so that it takes many.
 * 5. Votes are sorted by pair and summed; pairs below MIN_VOTE_BITS are dropped.
 *
 * Thin definitions — empty exceptions, one-field records — have no telling items and make no pairs
 * however many there are: 20,000 of them cost 20,000 steps. */
#include "detect/candidate.h"

#include <stdlib.h>
#include <string.h>

#include "base/radix.h"

enum { MAX_DF = 16, MIN_BODY_TOKENS = 14, MIN_TEXT_TOKENS = 14, MIN_BAND_TOKENS = 30 };
/* 144 tokens that are the same make a pair: less is no paste. */
enum { MAX_STATEMENT_NAMES = 8, MIN_STATEMENT_TOKENS = 6, STATEMENT_TOKENS_PER_BIT = 12 };
static const float MIN_VOTE_BITS = 12.0F;

typedef struct Posting {
    uint64_t hash;
    Id definition;
    float bits;
} Posting;

typedef struct Vote {
    uint64_t pair; /* a << 32 | b */
    float bits;
} Vote;

_Static_assert(sizeof(Posting) == 16 && offsetof(Posting, hash) == 0, "sorted by radix_sort16");
_Static_assert(sizeof(Vote) == 16 && offsetof(Vote, pair) == 0, "sorted by radix_sort16");

static int compare_pairs(const void *a, const void *b)
{
    const CandidatePair *x = a, *y = b;

    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

/* Was this pair compared already, as members of one bucket of the name index? */
static bool known(const uint32_t *compared, Id a, Id b)
{
    return compared[a] != 0 && compared[a] == compared[b];
}

static void add_pair(GArray *pairs, Id a, Id b)
{
    CandidatePair pair = {MIN(a, b), MAX(a, b)};

    g_array_append_val(pairs, pair);
}

/* Is this statement long enough to be recognised by its text alone? Three members or some logic. */
static bool telling_text(const Content *content)
{
    return content->tokens >= MIN_TEXT_TOKENS && content->n_members >= 1;
}

/* In a bucket of equal hashes: a chain over all, so that the bucket hangs together. Pairs of one
 * name are known through the name index, but the links of the chain need them. */
static void pairs_of_bucket(const uint32_t *compared, const Posting *postings, size_t n, GArray *pairs)
{
    bool mixed = false;

    for (size_t i = 1; i < n && !mixed; i++)
        mixed = !known(compared, postings[0].definition, postings[i].definition);
    for (size_t i = 1; mixed && i < n; i++)
        add_pair(pairs, postings[i - 1].definition, postings[i].definition);
}

/* A hash that stands alone makes no pair, and most do. Two sets of bits, of the hashes that came once and of
 * those that came again, tell nearly all of them, in memory that stays in the cache; what is left to sort is
 * a small part. A hash that only shares its bit with others stays: it makes no pair later either. */
static void drop_lonely(GArray *postings)
{
    enum { MIN_BITS = 1 << 12, MAX_BITS = 1 << 26 };
    Posting *all = (Posting *)(void *)postings->data;
    size_t bits = MIN_BITS;
    guint kept = 0;

    while (bits < MAX_BITS && bits < (size_t)postings->len * 8)
        bits *= 2;
    g_autofree uint64_t *once = g_new0(uint64_t, bits / 64), *again = g_new0(uint64_t, bits / 64);
    for (guint i = 0; i < postings->len; i++) {
        size_t bit = all[i].hash & (bits - 1);
        uint64_t mask = (uint64_t)1 << (bit % 64);
        again[bit / 64] |= once[bit / 64] & mask;
        once[bit / 64] |= mask;
    }
    for (guint i = 0; i < postings->len; i++) {
        size_t bit = all[i].hash & (bits - 1);
        if ((again[bit / 64] >> (bit % 64) & 1) != 0)
            all[kept++] = all[i];
    }
    g_array_set_size(postings, kept);
}

static void pairs_by_hash(const Program *program, const Contents *contents, const uint32_t *compared,
                          bool shape, GArray *pairs)
{
    g_autoptr(GArray) postings = g_array_new(FALSE, FALSE, sizeof(Posting));

    for (uint32_t id = 0; id < program->n_definitions; id++) {
        const Content *content = &contents->of[id];
        if (!content->eligible || !telling_text(content))
            continue;
        Posting posting = {.hash = shape ? content->shape : content->text, .definition = id};
        if (posting.hash != 0)
            g_array_append_val(postings, posting);
    }
    drop_lonely(postings);
    radix_sort16(postings->data, postings->len); /* were in the order of definitions */
    const Posting *all = (const Posting *)(void *)postings->data;
    for (size_t i = 0, j; i < postings->len; i = j) {
        for (j = i + 1; j < postings->len && all[j].hash == all[i].hash; j++) {
        }
        pairs_of_bucket(compared, all + i, j - i, pairs);
    }
}

/* The hash under which an item is looked up, 0 when it tells nothing. Bodies are found under any
 * name; values only together with theirs. */
static uint64_t posting_hash(const File *file, const Item *item)
{
    if (item->body == 0 || item->member == FACTS_NONE || item->kind == ITEM_BASE ||
        item->kind == ITEM_DECORATOR)
        return 0;
    if (item->kind == ITEM_METHOD)
        return file->facts.members[item->member].tokens >= MIN_BODY_TOKENS ? item->body : 0;
    return hash_mix(item->key, item->kind == ITEM_CLASS ? item->exact : item->loose);
}

/* Bodies that were edited: four bands of four bytes of the sketch, looked up under the method's
 * name. Bodies that share 80 % of their 3-grams meet in some band nine times out of ten. */
static void post_bands(const FactsMember *member, const Item *item, Posting posting, GArray *postings)
{
    if (item->kind != ITEM_METHOD || item->body == 0 || member->tokens < MIN_BAND_TOKENS)
        return;
    posting.bits /= 2.0F;
    for (uint32_t band = 0; band < 4; band++) {
        uint32_t bytes;
        memcpy(&bytes, member->sketch + 4 * band, sizeof bytes);
        posting.hash = hash_mix(hash_mix(item->key, bytes), band + 1);
        g_array_append_val(postings, posting);
    }
}

/* What is the same word for word in two classes of which verdict.c could say that one was pasted. */
static void post_statements(const Program *program, const Contents *contents, Id id, GArray *postings)
{
    const FactsDefinition *fact = program_definition_fact(program, id);
    const FactsStatement *statements =
        program_definition_file(program, id)->facts.statements + fact->statements.first;
    const uint8_t *counts = statement_names_of(&contents->statements, program, id);

    for (uint32_t i = 0; i < fact->statements.count; i++) {
        if (FACTS_STATEMENT_LENGTH(statements[i]) < MIN_STATEMENT_TOKENS)
            continue;
        if (counts[i] < 2 || counts[i] > MAX_STATEMENT_NAMES)
            continue;
        Posting posting = {.hash = hash_mix(statements[i], 0x57a7),
                           .definition = id,
                           .bits = (float)FACTS_STATEMENT_LENGTH(statements[i]) / STATEMENT_TOKENS_PER_BIT};
        g_array_append_val(postings, posting);
    }
}

static GArray *collect_postings(const Program *program, const Contents *contents)
{
    GArray *postings = g_array_new(FALSE, FALSE, sizeof(Posting));

    for (uint32_t id = 0; id < program->n_definitions; id++) {
        const Content *content = &contents->of[id];
        if (!content->eligible)
            continue;
        const File *file = program_definition_file(program, id);
        post_statements(program, contents, id, postings);
        for (uint32_t i = 0; i < content->n_items; i++) {
            const Item *item = content_items(contents, content) + i;
            Posting posting = {.hash = posting_hash(file, item), .definition = id};
            if (posting.hash == 0)
                continue;
            if (item->kind == ITEM_METHOD) {
                float tokens = (float)file->facts.members[item->member].tokens;
                posting.bits = MIN(tokens / 3.0F, 24.0F);
            } else {
                posting.bits = item->content_bits;
            }
            g_array_append_val(postings, posting);
            if (item->kind == ITEM_METHOD)
                post_bands(&file->facts.members[item->member], item, posting, postings);
        }
    }
    drop_lonely(postings);
    radix_sort16(postings->data, postings->len); /* were in the order of definitions */
    return postings;
}

static void vote(const uint32_t *compared, const Posting *bucket, size_t n, GArray *votes)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            Id a = bucket[i].definition, b = bucket[j].definition;
            if (a == b || known(compared, a, b))
                continue;
            Vote one = {.pair = (uint64_t)a << 32 | b, .bits = MIN(bucket[i].bits, bucket[j].bits)};
            g_array_append_val(votes, one);
        }
    }
}

static void pairs_by_votes(const Program *program, const Contents *contents, const uint32_t *compared,
                           GArray *pairs)
{
    g_autoptr(GArray) postings = collect_postings(program, contents);
    g_autoptr(GArray) votes = g_array_new(FALSE, FALSE, sizeof(Vote));
    const Posting *all = (const Posting *)(void *)postings->data;

    for (size_t i = 0, j; i < postings->len; i = j) {
        for (j = i + 1; j < postings->len && all[j].hash == all[i].hash; j++) {
        }
        if (j - i >= 2 && j - i <= MAX_DF)
            vote(compared, all + i, j - i, votes);
    }
    radix_sort16(votes->data, votes->len);
    for (guint i = 0, j; i < votes->len; i = j) {
        const Vote *first = &g_array_index(votes, Vote, i);
        float bits = 0.0F;
        for (j = i; j < votes->len && g_array_index(votes, Vote, j).pair == first->pair; j++)
            bits += g_array_index(votes, Vote, j).bits;
        if (bits >= MIN_VOTE_BITS)
            add_pair(pairs, (Id)(first->pair >> 32), (Id)first->pair);
    }
}

GArray *candidates_across_names(const Program *program, const Contents *contents, const uint32_t *compared)
{
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(CandidatePair));
    guint kept = 0;

    pairs_by_hash(program, contents, compared, false, pairs);
    pairs_by_hash(program, contents, compared, true, pairs);
    pairs_by_votes(program, contents, compared, pairs);
    g_array_sort(pairs, compare_pairs);
    for (guint i = 0; i < pairs->len; i++) {
        const CandidatePair *pair = &g_array_index(pairs, CandidatePair, i);
        if (kept == 0 || compare_pairs(&g_array_index(pairs, CandidatePair, kept - 1), pair) != 0)
            g_array_index(pairs, CandidatePair, kept++) = *pair;
    }
    g_array_set_size(pairs, kept);
    return pairs;
}
