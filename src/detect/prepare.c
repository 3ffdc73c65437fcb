/* Same name: every pair of a bucket is to be compared, after definitions of equal text were folded into one
 * representative; a bucket with more than MAX_ALL_PAIRS different texts is left to the rarity index of
 * candidate.c, which then gives pairs of one name too. Two names: the pairs of candidate.c. Cost: linear,
 * plus MAX_ALL_PAIRS / 2 pairs a definition.
 *
 * Whether a class is an enum decides two things: of what kind its items are, which a comparison looks at, and
 * what `auto()` says, which everything looks at. So a wrong guess costs the comparisons of that class, or,
 * where it has an `auto()`, the whole preparation. */
#include "detect/prepare.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/pool.h"
#include "base/radix.h"

enum { MAX_ALL_PAIRS = 160, MAX_GUESS_ROUNDS = 4, SHARE = 128 };

/* --- which classes are enums --- */

/* Hashes of the names that make one, as facts have them. */
typedef struct EnumNames {
    uint64_t hashes[12];
    uint32_t n;
} EnumNames;

static void enum_names_init(EnumNames *names)
{
    static const char *const texts[] = {"Enum",     "IntEnum",     "StrEnum",        "Flag",   "IntFlag",
                                        "ReprEnum", "TextChoices", "IntegerChoices", "Choices"};

    names->n = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        names->hashes[names->n++] = XXH3_64bits(texts[i], strlen(texts[i]));
}

static bool is_enum_name(const EnumNames *names, const File *file, FactsStr dotted)
{
    const char *text = file_text(file, dotted), *dot = strrchr(text, '.');
    uint64_t hash = dot != NULL ? XXH3_64bits(dot + 1, strlen(dot + 1)) : file->facts.strings[dotted].hash;

    for (uint32_t i = 0; i < names->n; i++)
        if (names->hashes[i] == hash)
            return true;
    return false;
}

/* Does one of the bases carry the name of an enum, or (`known`) of a class that was taken for one? */
static bool guess_enum(const EnumNames *names, const File *file, const FactsDefinition *fact,
                       GHashTable *known)
{
    if (fact->syntax != SYNTAX_CLASS)
        return fact->syntax == SYNTAX_FUNCTIONAL && fact->callee != 0 &&
               is_enum_name(names, file, fact->callee);
    for (uint32_t i = 0; i < fact->bases.count; i++) {
        const FactsExpression *base = &file->facts.expressions[fact->bases.first + i];
        if (base->dotted == 0 || base->keyword != 0 || (base->flags & EXPRESSION_CALLED) != 0)
            continue;
        if (known == NULL ? is_enum_name(names, file, base->dotted)
                          : g_hash_table_contains(known, GUINT_TO_POINTER(file_sym(file, base->dotted))))
            return true;
    }
    return false;
}

/* By name alone, and over a few generations of the program's own classes. */
static void guess_enums(const Program *program, bool *enums)
{
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
    EnumNames names;
    bool more = true;

    enum_names_init(&names);
    for (uint32_t round = 0; more && round < MAX_GUESS_ROUNDS; round++) {
        more = false;
        for (Id id = 0; id < program->n_definitions; id++) {
            const FactsDefinition *fact = program_definition_fact(program, id);
            if (enums[id] || (fact->bases.count == 0 && fact->syntax == SYNTAX_CLASS) ||
                fact->syntax == SYNTAX_FUNCTION ||
                !guess_enum(&names, program_definition_file(program, id), fact, round > 0 ? known : NULL))
                continue;
            enums[id] = true;
            more = g_hash_table_add(known, GUINT_TO_POINTER(program->definitions[id].name)) || more;
        }
    }
}

static bool is_auto(const File *file, const FactsMember *member)
{
    return g_str_has_suffix(file_text(file, member->value), "auto()");
}

/* Turns the members of a class that was taken for an enum and is none, or the other way round; false where
 * that changes what they say. */
static bool correct_items(Preparation *preparation, const Program *program, Id id)
{
    const Content *content = &preparation->contents.of[id];
    const File *file = program_definition_file(program, id);

    for (uint32_t i = 0; i < content->n_items; i++) {
        Item *item = &preparation->contents.items[content->first + i];
        bool value = item->kind == ITEM_VALUE || item->kind == ITEM_ENUM_MEMBER;
        if (!value || item->member == FACTS_NONE || file->facts.members[item->member].kind != MEMBER_ASSIGN)
            continue;
        if (is_auto(file, &file->facts.members[item->member]))
            return false;
        item->kind = preparation->enums[id] ? ITEM_VALUE : ITEM_ENUM_MEMBER;
        preparation->corrected[id] = true;
    }
    preparation->enums[id] = !preparation->enums[id];
    return true;
}

static bool correct_guesses(Preparation *preparation, const Program *program)
{
    preparation->corrected = g_new0(bool, MAX(program->n_definitions, 1));
    for (Id id = 0; id < program->n_definitions; id++)
        if (preparation->contents.of[id].eligible &&
            preparation->enums[id] != (program->definitions[id].kind == KIND_ENUM) &&
            !correct_items(preparation, program, id))
            return false;
    return true;
}

/* --- buckets --- */

typedef struct Place {
    uint64_t key; /* scope << 32 | name */
    uint64_t id;
} Place;

_Static_assert(sizeof(Place) == 16 && offsetof(Place, key) == 0, "sorted by radix_sort16");

static void make_buckets(Preparation *preparation, const Program *program)
{
    uint32_t n = 0, n_eligible = preparation->contents.n_eligible;
    g_autofree Place *places = g_new(Place, MAX(n_eligible, 1));

    for (Id id = 0; id < program->n_definitions; id++)
        if (preparation->contents.of[id].eligible)
            places[n++] = (Place){.key = (uint64_t)program_definition_fact(program, id)->scope << 32 |
                                         program->definitions[id].name,
                                  .id = id};
    radix_sort16(places, n);
    preparation->order = g_new(Id, MAX(n, 1));
    preparation->buckets = g_new0(Bucket, MAX(n, 1));
    preparation->n_order = n;
    for (uint32_t i = 0; i < n; i++) {
        if (i == 0 || places[i].key != places[i - 1].key)
            preparation->buckets[preparation->n_buckets++] =
                (Bucket){.first = i, .scope = (uint8_t)(places[i].key >> 32)};
        preparation->buckets[preparation->n_buckets - 1].count++;
        preparation->order[i] = (Id)places[i].id;
    }
}

static int compare_texts(const void *a, const void *b, void *contents)
{
    Id x = *(const Id *)a, y = *(const Id *)b;
    uint64_t s = ((const Contents *)contents)->of[x].text, t = ((const Contents *)contents)->of[y].text;

    if (s != t)
        return s < t ? -1 : 1;
    return (x > y) - (x < y);
}

static void add_pair(GArray *pairs, Id a, Id b)
{
    CandidatePair pair = {.a = a, .b = b};

    g_array_append_val(pairs, pair);
}

bool preparation_bucket_pairs(const Preparation *preparation, const Bucket *bucket, const Standing *standings,
                              GArray *pairs)
{
    const Content *contents = preparation->contents.of;
    uint32_t n = 0, n_texts = 0;

    if (bucket->count < 2)
        return true;
    g_autofree Id *ids = g_new(Id, bucket->count);
    for (uint32_t i = 0; i < bucket->count; i++) {
        Id id = preparation->order[bucket->first + i];
        if (standings == NULL || !standings[id].leaves)
            ids[n++] = id;
    }
    if (n < 2)
        return true;
    g_qsort_with_data(ids, (gint)n, sizeof(Id), compare_texts, (void *)&preparation->contents);
    for (uint32_t i = 0; i < n; i++) {
        if (n_texts > 0 && contents[ids[n_texts - 1]].text == contents[ids[i]].text)
            add_pair(pairs, ids[n_texts - 1], ids[i]);
        else
            ids[n_texts++] = ids[i];
    }
    if (n_texts > MAX_ALL_PAIRS)
        return false;
    for (uint32_t i = 0; i < n_texts; i++)
        for (uint32_t j = i + 1; j < n_texts; j++)
            add_pair(pairs, ids[i], ids[j]);
    return true;
}

/* --- comparing --- */

typedef struct Comparing {
    Preparation *preparation;
    const Program *program;
} Comparing;

static void compare_share(void *context, uint32_t share, uint32_t worker)
{
    const Comparing *comparing = context;
    Preparation *preparation = comparing->preparation;
    uint32_t end = MIN((share + 1) * SHARE, preparation->pairs->len);

    (void)worker;
    for (uint32_t i = share * SHARE; i < end; i++) {
        const CandidatePair *pair = &g_array_index(preparation->pairs, CandidatePair, i);
        similarity_compute(comparing->program, &preparation->contents, pair->a, pair->b,
                           &preparation->similarities[i]);
    }
}

static uint32_t find_slot(const Preparation *preparation, Id a, Id b)
{
    uint64_t hash = hash_mix(a, b);
    uint32_t slot = (uint32_t)hash & preparation->mask;

    while (preparation->slots[slot] != 0) {
        const CandidatePair *pair =
            &g_array_index(preparation->pairs, CandidatePair, preparation->slots[slot] - 1);
        if (pair->a == a && pair->b == b)
            break;
        slot = (slot + 1) & preparation->mask;
    }
    return slot;
}

/* What comparing `a` with `b`, in this order, gave, or NULL when they were not compared. */
static const Similarity *known_similarity(const Preparation *preparation, Id a, Id b)
{
    if (preparation->slots == NULL ||
        (preparation->corrected != NULL && (preparation->corrected[a] || preparation->corrected[b])))
        return NULL;
    uint32_t index = preparation->slots[find_slot(preparation, a, b)];
    return index != 0 ? &preparation->similarities[index - 1] : NULL;
}

void preparation_compare(const Preparation *preparation, const Program *program, Id a, Id b, Similarity *out)
{
    const Similarity *known = known_similarity(preparation, a, b);

    if (known != NULL)
        *out = *known;
    else
        similarity_compute(program, &preparation->contents, a, b, out);
    similarity_settle(program, a, b, out);
}

/* Compares all pairs that names and contents suggest: a few more than will be asked for, since nobody has
 * left yet. */
static void compare_pairs(Preparation *preparation, const Program *program, uint32_t workers)
{
    Comparing comparing = {.preparation = preparation, .program = program};

    g_array_append_vals(preparation->pairs, preparation->strangers->data, preparation->strangers->len);
    if (preparation->pairs->len > PREPARED_MAX)
        g_array_set_size(preparation->pairs, PREPARED_MAX);
    uint32_t n = preparation->pairs->len;
    preparation->similarities = g_new(Similarity, MAX(n, 1));
    pool_run(workers, (n + SHARE - 1) / SHARE, compare_share, &comparing);
    preparation->mask = 63;
    while (preparation->mask < 2 * n)
        preparation->mask = preparation->mask * 2 + 1;
    preparation->slots = g_new0(uint32_t, (size_t)preparation->mask + 1);
    for (uint32_t i = 0; i < n; i++) {
        const CandidatePair *pair = &g_array_index(preparation->pairs, CandidatePair, i);
        preparation->slots[find_slot(preparation, pair->a, pair->b)] = i + 1;
    }
}

/* --- the whole --- */

/* Takes over `enums` and `statements`. */
static Preparation *prepare(const Program *program, const Config *config, bool *enums,
                            StatementNames *statements, uint32_t workers)
{
    Preparation *preparation = g_new0(Preparation, 1);

    preparation->enums = enums;
    contents_init(&preparation->contents, program, config, enums, statements, workers);
    make_buckets(preparation, program);
    preparation->compared = g_new0(uint32_t, MAX(program->n_definitions, 1));
    preparation->pairs = g_array_new(FALSE, FALSE, sizeof(CandidatePair));
    for (uint32_t b = 0; b < preparation->n_buckets; b++) {
        const Bucket *bucket = &preparation->buckets[b];
        guint before = preparation->pairs->len;
        bool all = preparation_bucket_pairs(preparation, bucket, NULL, preparation->pairs);
        for (uint32_t i = 0; all && i < bucket->count; i++)
            preparation->compared[preparation->order[bucket->first + i]] = b + 1;
        if (before >= PREPARED_MAX)
            g_array_set_size(preparation->pairs, before);
    }
    preparation->strangers = candidates_across_names(program, &preparation->contents, preparation->compared);
    return preparation;
}

bool detect_can_prepare(const Config *config)
{
    for (guint i = 0; config != NULL && config->kinds != NULL && i < config->kinds->len; i++) {
        const char *name = g_ptr_array_index(config->kinds, i);
        if (strcmp(name, "class") != 0 && strcmp(name, "function") != 0)
            return false;
    }
    return true;
}

Preparation *detect_prepare(const Program *program, const Config *config, StatementNames *statements,
                            uint32_t workers)
{
    bool *enums = g_new0(bool, MAX(program->n_definitions, 1));
    guess_enums(program, enums);
    Preparation *preparation = prepare(program, config, enums, statements, workers);
    compare_pairs(preparation, program, workers);
    return preparation;
}

Preparation *preparation_settle(Preparation *preparation, const Program *program, const Config *config,
                                uint32_t workers)
{
    if (preparation != NULL && correct_guesses(preparation, program))
        return preparation;
    StatementNames statements = {0};
    if (preparation != NULL)
        statements = preparation->contents.statements, preparation->contents.statements = (StatementNames){0};
    preparation_free(preparation);
    bool *enums = g_new0(bool, MAX(program->n_definitions, 1));
    for (Id id = 0; id < program->n_definitions; id++)
        enums[id] = program->definitions[id].kind == KIND_ENUM;
    return prepare(program, config, enums, &statements, workers);
}

void preparation_free(Preparation *preparation)
{
    if (preparation == NULL)
        return;
    contents_clear(&preparation->contents);
    g_free(preparation->enums);
    g_free(preparation->corrected);
    g_free(preparation->order);
    g_free(preparation->buckets);
    g_free(preparation->compared);
    g_free(preparation->similarities);
    g_free(preparation->slots);
    g_array_unref(preparation->strangers);
    g_array_unref(preparation->pairs);
    g_free(preparation);
}
