/* A sketch holds the least hashes of a class's statements. Up to the lesser of two full sketches' last hash
 * both are complete: there the two are exact samples of the same draw (a statement is in or out by its hash,
 * in whatever class it stands), so shares can be read off, and sums are scaled by the part of the hash range
 * that was looked at.
 *
 * Names are counted, not classes (sixteen copies of one class do not make its statements common): all
 * statements are listed name by name and sorted by hash, stably, so that the names of one statement lie side
 * by side. Facts and symbols of files are enough for that; modules and definitions may be in the making. */
#include "detect/statement.h"

#include <math.h>

#include "base/radix.h"

enum { MAX_COUNT = 255 };
/* Fewer in common are nothing to go by. */
enum { MIN_COMMON = 3, MIN_SAMPLE = 8 };

/* Owner — a definition that has statements, by name. */
typedef struct Owner {
    uint64_t name;
    uint32_t file, definition; /* index in the file's facts */
} Owner;

/* Occurrence — one statement of one name. */
typedef struct Occurrence {
    uint64_t hash;
    uint32_t name; /* ordinal */
    uint32_t at;   /* where its count goes */
} Occurrence;

_Static_assert(sizeof(Owner) == 16 && sizeof(Occurrence) == 16, "sorted by radix_sort16");

static GArray *owners_by_name(const Program *program)
{
    GArray *owners = g_array_new(FALSE, FALSE, sizeof(Owner));

    for (uint32_t f = 0; f < program->n_files; f++) {
        const File *file = &program->files[f];
        for (uint32_t i = 0; i < file->facts.n_definitions; i++) {
            const FactsDefinition *fact = &file->facts.definitions[i];
            Owner owner = {.name = file_sym(file, fact->name), .file = f, .definition = i};
            if (fact->statements.count > 0)
                g_array_append_val(owners, owner);
        }
    }
    radix_sort16(owners->data, owners->len);
    return owners;
}

/* Every statement of every class, name by name. */
static Occurrence *list_occurrences(const Program *program, const uint32_t *first, uint32_t total)
{
    g_autoptr(GArray) owners = owners_by_name(program);
    Occurrence *occurrences = g_new(Occurrence, MAX(total, 1));
    uint32_t n = 0, name = 0;

    for (guint i = 0; i < owners->len; i++) {
        const Owner *owner = &g_array_index(owners, Owner, i);
        const Facts *facts = &program->files[owner->file].facts;
        const FactsSlice slice = facts->definitions[owner->definition].statements;
        name += i > 0 && owner->name != owner[-1].name;
        for (uint32_t k = slice.first; k < slice.first + slice.count && n < total; k++)
            occurrences[n++] =
                (Occurrence){.hash = facts->statements[k] >> 5, .name = name, .at = first[owner->file] + k};
    }
    /* statements that are nobody's: a damaged block would have some */
    for (; n < total; n++)
        occurrences[n] = (Occurrence){.hash = UINT64_MAX, .name = name, .at = total};
    return occurrences;
}

void statement_names_init(StatementNames *names, const Program *program)
{
    uint32_t total = 0;

    *names = (StatementNames){.first = g_new(uint32_t, MAX(program->n_files, 1))};
    for (uint32_t i = 0; i <= STATEMENT_COMMON; i++)
        names->rarity[i] = statement_rarity(i);
    for (uint32_t f = 0; f < program->n_files; f++) {
        names->first[f] = total;
        total += program->files[f].facts.n_statements;
    }
    names->counts = g_new0(uint8_t, (size_t)total + 1);
    g_autofree Occurrence *all = list_occurrences(program, names->first, total);
    radix_sort16(all, total);
    for (uint32_t i = 0, j; i < total; i = j) {
        uint32_t n = 1;
        for (j = i + 1; j < total && all[j].hash == all[i].hash; j++)
            n += all[j].name != all[j - 1].name;
        for (uint32_t k = i; k < j; k++)
            names->counts[all[k].at] = (uint8_t)MIN(n, MAX_COUNT);
    }
}

void statement_names_clear(StatementNames *names)
{
    g_clear_pointer(&names->counts, g_free);
    g_clear_pointer(&names->first, g_free);
}

const uint8_t *statement_names_of(const StatementNames *names, const Program *program, Id id)
{
    const FactsDefinition *fact = program_definition_fact(program, id);
    Id file = program->modules[program->definitions[id].module].file;

    return names->counts + names->first[file] + fact->statements.first;
}

double statement_rarity(uint32_t names)
{
    return names >= STATEMENT_COMMON
               ? 0.0
               : log2((double)STATEMENT_COMMON / MAX(names, 1)) / log2(STATEMENT_COMMON);
}

/* Sample — the statements of one class up to a hash, and how many names have each. */
typedef struct Sample {
    const FactsStatement *at, *end;
    const uint8_t *names;
    double tokens, weight;
} Sample;

static Sample sample_of(const Program *program, const StatementNames *names, Id id)
{
    const FactsDefinition *fact = program_definition_fact(program, id);
    const FactsStatement *at =
        program_definition_file(program, id)->facts.statements + fact->statements.first;

    return (Sample){
        .at = at, .end = at + fact->statements.count, .names = statement_names_of(names, program, id)};
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

static double weigh(const StatementNames *names, const Sample *sample, const FactsStatement *statement)
{
    uint32_t n = sample->names[statement - sample->at];

    return FACTS_STATEMENT_LENGTH(*statement) * names->rarity[MIN(n, STATEMENT_COMMON)];
}

static void sum_up(const StatementNames *names, Sample *sample)
{
    for (const FactsStatement *p = sample->at; p < sample->end; p++) {
        sample->tokens += FACTS_STATEMENT_LENGTH(*p);
        sample->weight += weigh(names, sample, p);
    }
}

void statement_compare(const Program *program, const StatementNames *names, Id a, Id b, Literal *out)
{
    Sample x = sample_of(program, names, a), y = sample_of(program, names, b);
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
            weight += weigh(names, &x, p);
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
                     .alike = x.tokens + y.tokens > 0.0 ? 2.0 * tokens / (x.tokens + y.tokens) : 0.0};
}
