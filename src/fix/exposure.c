#include "fix/exposure.h"

#include <string.h>
#include <xxhash.h>

/* A set of numbers that are not 0, open addressing. */
typedef struct Numbers {
    uint64_t *slots;
    uint32_t n, mask;
} Numbers;

static uint32_t numbers_place(const Numbers *set, uint64_t number)
{
    uint32_t at = (uint32_t)((number * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & set->mask;

    while (set->slots[at] != 0 && set->slots[at] != number)
        at = (at + 1) & set->mask;
    return at;
}

static void numbers_add(Numbers *set, uint64_t number)
{
    if (set->slots == NULL || set->n * 2 > set->mask) {
        Numbers old = *set;
        set->mask = old.slots == NULL ? 1023 : old.mask * 2 + 1;
        set->slots = g_new0(uint64_t, (size_t)set->mask + 1);
        for (uint32_t i = 0; old.slots != NULL && i <= old.mask; i++)
            if (old.slots[i] != 0)
                set->slots[numbers_place(set, old.slots[i])] = old.slots[i];
        g_free(old.slots);
    }
    uint32_t at = numbers_place(set, number);
    set->n += set->slots[at] == 0;
    set->slots[at] = number;
}

static bool numbers_have(const Numbers *set, uint64_t number)
{
    return set->slots != NULL && set->slots[numbers_place(set, number)] != 0;
}

/* "x.y", parts of a chain: somebody reads y of a module whose name ends in x. Two that have one number keep
 * an import that could go. */
static uint64_t pair_number(const char *text, size_t length)
{
    return XXH3_64bits(text, length) | 1;
}

static uint64_t import_number(Sym module, Sym name)
{
    return (uint64_t)module << 32 | name;
}

static void add_pairs(Numbers *pairs, const char *chain)
{
    for (const char *part = chain, *dot; (dot = strchr(part, '.')) != NULL; part = dot + 1)
        numbers_add(pairs, pair_number(part, (size_t)(dot - part) + 1 + strcspn(dot + 1, ".")));
}

/* Built when it is first asked for: most programs have few chains off the path. */
typedef struct Seen {
    Numbers imported; /* names that somebody imports */
    Numbers pairs;    /* parts of chains */
} Seen;

static Seen *seen_new(const Program *program)
{
    Seen *seen = g_new0(Seen, 1);
    g_autofree bool *known = g_new0(bool, interner_count(program->interner) + 1);

    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].name != 0)
            numbers_add(&seen->imported,
                        import_number(program->imports[i].module_name, program->imports[i].name));
    for (Id f = 0; f < program->n_files; f++)
        for (uint32_t i = 0; i < program->files[f].facts.n_uses; i++) {
            Sym chain = file_sym(&program->files[f], program->files[f].facts.uses[i].chain);
            if (!known[chain])
                add_pairs(&seen->pairs, program_text(program, chain));
            known[chain] = true;
        }
    return seen;
}

static void seen_free(Seen *seen)
{
    if (seen == NULL)
        return;
    g_free(seen->imported.slots);
    g_free(seen->pairs.slots);
    g_free(seen);
}

struct Exposure {
    const Program *program;
    GHashTable *patched; /* Sym: dotted paths that patch() names */
    bool *star;          /* by module: star-imported */
    Seen *seen;          /* NULL until it is asked for */
};

static const char *last_part(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');

    return dot != NULL ? dot + 1 : dotted;
}

static void index_patches(Exposure *exposure)
{
    const Program *program = exposure->program;

    for (Id f = 0; f < program->n_files; f++) {
        const Facts *facts = &program->files[f].facts;
        for (uint32_t i = 0; i < facts->n_references; i++)
            if (facts->references[i].kind == REFERENCE_PATCH)
                g_hash_table_add(exposure->patched,
                                 GUINT_TO_POINTER(file_sym(&program->files[f], facts->references[i].text)));
    }
}

static void index_stars(Exposure *exposure)
{
    const Program *program = exposure->program;

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->target_module == ID_NONE)
            continue;
        const File *file = import->fact != FACTS_NONE && import->kind != IMPORT_STRING
                               ? program_module_file(program, import->module)
                               : NULL;
        if (import->kind == IMPORT_STAR_KIND ||
            (file != NULL && file->facts.imports[import->fact].form == IMPORT_STAR))
            exposure->star[import->target_module] = true;
    }
}

Exposure *exposure_new(const Program *program)
{
    Exposure *exposure = g_new0(Exposure, 1);

    exposure->program = program;
    exposure->patched = g_hash_table_new(NULL, NULL);
    exposure->star = g_new0(bool, program->n_modules + 1);
    index_patches(exposure);
    index_stars(exposure);
    return exposure;
}

void exposure_free(Exposure *exposure)
{
    g_hash_table_destroy(exposure->patched);
    g_free(exposure->star);
    seen_free(exposure->seen);
    g_free(exposure);
}

bool exposure_is_patched(const Exposure *exposure, const char *path)
{
    Sym sym = intern_find(exposure->program->interner, path, strlen(path));

    return sym != 0 && g_hash_table_contains(exposure->patched, GUINT_TO_POINTER(sym));
}

bool exposure_has(Exposure *exposure, Id module, const FactsImport *fact)
{
    const Program *program = exposure->program;
    const Module *own = &program->modules[module];
    const File *file = program_module_file(program, module);
    const char *bound = file_text(file, fact->bound);
    g_autofree char *pair = g_strdup_printf("%s.%s", last_part(program_text(program, own->name)), bound);

    if (file->facts.contexts[fact->context].flags & CONTEXT_LAZY)
        return false;
    if ((own->flags & MODULE_PACKAGE) || exposure->star[module])
        return true;
    if (exposure->seen == NULL)
        exposure->seen = seen_new(program);
    if (numbers_have(&exposure->seen->imported, import_number(own->name, file_sym(file, fact->bound))) ||
        numbers_have(&exposure->seen->pairs, pair_number(pair, strlen(pair))))
        return true;
    for (uint32_t i = 0; i < own->n_exports; i++)
        if (strcmp(program_text(program, program->exports[own->first_export + i].name), bound) == 0)
            return true;
    g_autofree char *path = g_strdup_printf("%s.%s", program_text(program, own->name), bound);
    GHashTableIter iter;
    gpointer patched;
    g_hash_table_iter_init(&iter, exposure->patched);
    while (g_hash_table_iter_next(&iter, &patched, NULL))
        if (g_str_has_prefix(program_text(program, GPOINTER_TO_UINT(patched)), path))
            return true;
    return false;
}
