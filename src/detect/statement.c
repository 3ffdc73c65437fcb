/* A sketch holds the least hashes of a class's statements. Up to the lesser of two full sketches' last hash
 * both are complete: there the two are exact samples of the same draw (a statement is in or out by its hash,
 * in whatever class it stands), so shares can be read off, and sums are scaled by the part of the hash range
 * that was looked at.
 *
 * Names are counted, not classes (sixteen copies of one class do not make its statements common):
 * definitions are visited name by name, and a slot remembers the last name that it counted. */
#include "detect/statement.h"

#include <math.h>

enum { MIN_SLOTS = 1 << 10, MAX_SLOTS = 1 << 21, MAX_COUNT = 255 };
/* Fewer in common are nothing to go by. */
enum { MIN_COMMON = 3, MIN_SAMPLE = 8, AHEAD = 12 };

static uint32_t slot_of(const StatementNames *names, FactsStatement statement)
{
    return (statement >> 5) * UINT32_C(0x9e3779b1) >> 8 & names->mask;
}

/* The table is larger than the caches are: slots are asked for some statements ahead. */
static void fetch_ahead(const StatementNames *names, const FactsStatement *at, const FactsStatement *end)
{
    if (end - at > AHEAD)
        __builtin_prefetch(&names->slots[slot_of(names, at[AHEAD])], 1);
}

static void count_names(StatementNames *names, const Program *program, Id id, uint32_t ordinal)
{
    const FactsDefinition *fact = program_definition_fact(program, id);
    const FactsStatement *statements =
        program_definition_file(program, id)->facts.statements + fact->statements.first;

    for (uint32_t i = 0; i < fact->statements.count; i++) {
        fetch_ahead(names, statements + i, statements + fact->statements.count);
        uint32_t *slot = &names->slots[slot_of(names, statements[i])], count = *slot & MAX_COUNT;
        if (*slot >> 8 != (ordinal & 0xffffff))
            *slot = ordinal << 8 | MIN(count + 1, MAX_COUNT);
    }
}

static uint32_t count_slots(const Program *program)
{
    uint64_t statements = 0, slots = MIN_SLOTS;

    for (Id id = 0; id < program->n_definitions; id++) {
        const FactsDefinition *fact = program_definition_fact(program, id);
        statements += fact != NULL ? fact->statements.count : 0;
    }
    while (slots < statements * 2 && slots < MAX_SLOTS)
        slots *= 2;
    return (uint32_t)slots;
}

void statement_names_init(StatementNames *names, const Program *program)
{
    uint32_t n_slots = count_slots(program), n = program->n_definitions, ordinal = 0;
    Sym last = 0; /* not the interner's count: resolution interns meanwhile */

    for (Id id = 0; id < n; id++)
        last = MAX(last, program->definitions[id].name);
    g_autofree Id *next = g_new(Id, MAX(n, 1)), *first = g_new(Id, (size_t)last + 1);
    *names = (StatementNames){.slots = g_new0(uint32_t, n_slots), .mask = n_slots - 1};
    for (uint32_t i = 0; i <= STATEMENT_COMMON; i++)
        names->rarity[i] = statement_rarity(i);
    for (Id id = 0; id < n; id++)
        first[program->definitions[id].name] = ID_NONE;
    for (Id id = n; id-- > 0;) {
        Sym name = program->definitions[id].name;
        next[id] = first[name];
        first[name] = id;
    }
    for (Id id = 0; id < n; id++) {
        if (first[program->definitions[id].name] != id)
            continue;
        ordinal++;
        for (Id at = id; at != ID_NONE; at = next[at])
            if (program_definition_fact(program, at) != NULL)
                count_names(names, program, at, ordinal);
    }
}

void statement_names_clear(StatementNames *names)
{
    g_clear_pointer(&names->slots, g_free);
}

double statement_rarity(uint32_t names)
{
    return names >= STATEMENT_COMMON
               ? 0.0
               : log2((double)STATEMENT_COMMON / MAX(names, 1)) / log2(STATEMENT_COMMON);
}

/* Sample — the statements of one class up to a hash. */
typedef struct Sample {
    const FactsStatement *at, *end;
    double tokens, weight;
} Sample;

static Sample sample_of(const Program *program, Id id)
{
    const FactsDefinition *fact = program_definition_fact(program, id);
    const FactsStatement *at =
        program_definition_file(program, id)->facts.statements + fact->statements.first;

    return (Sample){.at = at, .end = at + fact->statements.count};
}

static FactsStatement last_hash(const Sample *sample)
{
    return sample->end - sample->at == FACTS_MAX_STATEMENTS ? sample->end[-1] : UINT32_MAX;
}

static uint32_t count_common(const Sample *a, const Sample *b)
{
    const FactsStatement *p = a->at, *q = b->at;
    uint32_t n = 0;

    while (p < a->end && q < b->end) {
        n += *p == *q;
        FactsStatement least = MIN(*p, *q);
        p += *p == least;
        q += *q == least;
    }
    return n;
}

uint32_t statement_names_count(const StatementNames *names, FactsStatement statement)
{
    return names->slots[slot_of(names, statement)] & MAX_COUNT;
}

static double weigh(const StatementNames *names, FactsStatement statement)
{
    uint32_t n = statement_names_count(names, statement);

    return FACTS_STATEMENT_LENGTH(statement) * names->rarity[MIN(n, STATEMENT_COMMON)];
}

static void sum_up(const StatementNames *names, Sample *sample)
{
    for (const FactsStatement *p = sample->at; p < sample->end; p++) {
        fetch_ahead(names, p, sample->end);
        sample->tokens += FACTS_STATEMENT_LENGTH(*p);
        sample->weight += weigh(names, *p);
    }
}

void statement_compare(const Program *program, const StatementNames *names, Id a, Id b, Literal *out)
{
    Sample x = sample_of(program, a), y = sample_of(program, b);
    FactsStatement limit = MIN(last_hash(&x), last_hash(&y));
    double tokens = 0.0, weight = 0.0;

    *out = (Literal){0};
    while (x.end > x.at && x.end[-1] > limit)
        x.end--;
    while (y.end > y.at && y.end[-1] > limit)
        y.end--;
    if (limit < UINT32_MAX && MIN(x.end - x.at, y.end - y.at) < MIN_SAMPLE)
        return;
    bool some = count_common(&x, &y) >= MIN_COMMON;
    sum_up(names, &x);
    sum_up(names, &y);
    for (const FactsStatement *p = x.at, *q = y.at; some && p < x.end && q < y.end;) {
        if (*p == *q) {
            tokens += FACTS_STATEMENT_LENGTH(*p);
            weight += weigh(names, *p);
        }
        FactsStatement least = MIN(*p, *q);
        p += *p == least;
        q += *q == least;
    }
    double scale = (double)UINT32_MAX / limit, shorter = MIN(x.tokens, y.tokens),
           lighter = MIN(x.weight, y.weight);
    *out = (Literal){.tokens = tokens * scale,
                     .weight = weight * scale,
                     .share = lighter > 0.0 ? weight / lighter : 0.0,
                     .whole = shorter > 0.0 ? tokens / shorter : 0.0,
                     .lighter = lighter * scale};
}
