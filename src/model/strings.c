/* Strings of all files → symbols, on all cores.
 *
 * Each worker takes one stretch of files, attaches their facts and interns their strings in an interner of
 * its own. The first stretch's becomes the program's; those of the others are merged into it in the order of
 * files, each distinct string once, and their symbols renumbered. A string's symbol is thus what one reader
 * of file after file would have given it, however many read. */
#include "base/pool.h"
#include "model/internal.h"

/* Below so many strings a second thread costs more than it saves. */
#define MIN_STRETCH 20000u

/* Stretch — files first … end - 1. */
typedef struct Stretch {
    Id first, end;
    uint32_t n_strings;
    Interner *interner;
    Sym *symbols; /* of the program, by symbol of `interner`; NULL: the same */
} Stretch;

typedef struct Strings {
    Program *program;
    Stretch *stretches;
} Strings;

static Sym *intern_strings(Interner *interner, const Facts *facts)
{
    Sym *symbols = g_new(Sym, MAX(facts->n_strings, 1));
    InternText texts[64];

    symbols[0] = 0;
    for (uint32_t first = 0; first < facts->n_strings; first += G_N_ELEMENTS(texts)) {
        uint32_t count = MIN(facts->n_strings - first, (uint32_t)G_N_ELEMENTS(texts));
        for (uint32_t i = 0; i < count; i++) {
            const FactsString *string = &facts->strings[first + i];
            texts[i] = (InternText){facts->bytes + string->offset, string->length, string->hash};
        }
        intern_all(interner, texts, count, symbols + first);
    }
    return symbols;
}

static void read_stretch(void *context, uint32_t item, uint32_t worker)
{
    const Strings *strings = context;
    Stretch *stretch = &strings->stretches[item];

    (void)worker;
    stretch->interner = interner_new();
    interner_reserve(stretch->interner, stretch->n_strings / 4);
    for (Id i = stretch->first; i < stretch->end; i++) {
        File *file = &strings->program->files[i];
        if (file->facts.header != NULL)
            file->symbols = intern_strings(stretch->interner, &file->facts);
    }
}

static void renumber_stretch(void *context, uint32_t item, uint32_t worker)
{
    const Strings *strings = context;
    const Stretch *stretch = &strings->stretches[item];

    (void)worker;
    for (Id i = stretch->first; i < stretch->end && stretch->symbols != NULL; i++) {
        const File *file = &strings->program->files[i];
        Sym *symbols = (Sym *)file->symbols;
        for (uint32_t k = 0; k < file->facts.n_strings; k++)
            symbols[k] = stretch->symbols[symbols[k]];
    }
}

/* Stretches of about as many strings each; returns how many there are. */
static uint32_t part_files(const Program *program, Stretch *stretches, uint32_t most)
{
    uint64_t total = 0, seen = 0;
    uint32_t n = 0;

    for (Id i = 0; i < program->n_files; i++)
        total += program->files[i].facts.n_strings;
    most = (uint32_t)CLAMP(total / MIN_STRETCH, 1, most);
    stretches[0] = (Stretch){0};
    for (Id i = 0; i < program->n_files; i++) {
        if (n + 1 < most && seen >= total * (n + 1) / most)
            stretches[++n] = (Stretch){.first = i};
        stretches[n].end = i + 1;
        stretches[n].n_strings += program->files[i].facts.n_strings;
        seen += program->files[i].facts.n_strings;
    }
    return n + 1;
}

static void attach(Program *program, const ModelInput *inputs)
{
    for (Id i = 0; i < program->n_files; i++)
        if (inputs[i].block == NULL ||
            !facts_attach(inputs[i].block, inputs[i].size, &program->files[i].facts))
            program->files[i].facts = (Facts){0};
}

Interner *build_strings(Program *program, const ModelInput *inputs, uint32_t workers)
{
    g_autofree Stretch *stretches = g_new0(Stretch, workers);
    Strings strings = {.program = program, .stretches = stretches};

    attach(program, inputs);
    uint32_t n = part_files(program, stretches, workers);
    pool_run(n, n, read_stretch, &strings);
    for (uint32_t i = 1; i < n; i++) {
        stretches[i].symbols = g_new(Sym, interner_count(stretches[i].interner));
        intern_merge(stretches[0].interner, stretches[i].interner, stretches[i].symbols);
        interner_free(stretches[i].interner);
    }
    pool_run(n, n, renumber_stretch, &strings);
    for (uint32_t i = 1; i < n; i++)
        g_free(stretches[i].symbols);
    return stretches[0].interner;
}
