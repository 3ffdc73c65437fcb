/* Broken imports, shims, import paths and redefinitions ask how names resolve, and nothing of groups. So they
 * are found while definitions are compared and grouped. Both make strings: this side works with a fork of the
 * interner, and its new symbols are translated at the end. Which symbol a text has depends on who is first,
 * but nothing that is written does: all output is ordered by text. */
#include "detect/beside.h"

static void find(Stage *stage)
{
    detect_paths(stage);
    detect_shims(stage);
    detect_redefinitions(stage);
    detect_broken_imports(stage);
    detect_broken_exports(stage);
}

static void *run(void *data)
{
    find(&((Beside *)data)->stage);
    return NULL;
}

static void clear(Beside *beside)
{
    g_array_unref(beside->stage.findings);
    interner_free(beside->program.interner);
}

void beside_start(Beside *beside, const Stage *stage)
{
    beside->running = false;
    if (stage->workers < 2)
        return;
    beside->program = *stage->program;
    beside->n_known = interner_count(stage->program->interner);
    beside->program.interner = interner_fork(stage->program->interner);
    beside->detection = (Detection){0};
    arena_init(&beside->detection.arena);
    beside->stage = *stage;
    beside->stage.program = &beside->program;
    beside->stage.detection = &beside->detection;
    beside->stage.groups = NULL;
    beside->stage.findings = g_array_new(FALSE, FALSE, sizeof(Finding));
    beside->running = pthread_create(&beside->thread, NULL, run, beside) == 0;
    if (!beside->running)
        clear(beside);
}

/* --- symbols of the fork → symbols of the program --- */

typedef struct Translation {
    uint32_t n_known;
    const Sym *fresh; /* of those behind */
} Translation;

static void translate(const Translation *translation, Sym *sym)
{
    if (*sym >= translation->n_known)
        *sym = translation->fresh[*sym - translation->n_known];
}

static void translate_finding(const Translation *translation, Finding *finding)
{
    translate(translation, &finding->id);
    translate(translation, &finding->suppress_reason);
    translate(translation, &finding->path);
    translate(translation, &finding->message);
    for (uint32_t i = 0; i < finding->n_subjects; i++)
        translate(translation, &finding->subjects[i]);
    for (uint32_t i = 0; i < finding->n_evidence; i++) {
        translate(translation, &finding->evidence[i].path);
        translate(translation, &finding->evidence[i].text);
    }
}

static void translate_fragmentation(const Translation *translation, Fragmentation *fragmentation)
{
    translate(translation, &fragmentation->canonical_name);
    for (uint32_t i = 0; i < fragmentation->n_paths; i++)
        translate(translation, &fragmentation->paths[i].name);
}

static void translate_all(Beside *beside, Interner *interner)
{
    const Interner *own = beside->program.interner;
    uint32_t n = interner_count(own);
    g_autofree Sym *fresh = g_new(Sym, MAX(n - beside->n_known, 1));
    Translation translation = {.n_known = beside->n_known, .fresh = fresh};

    for (Sym sym = beside->n_known; sym < n; sym++)
        fresh[sym - beside->n_known] = intern(interner, sym_text(own, sym), sym_length(own, sym));
    for (guint i = 0; i < beside->stage.findings->len; i++)
        translate_finding(&translation, &g_array_index(beside->stage.findings, Finding, i));
    for (uint32_t i = 0; i < beside->detection.n_fragmentations; i++)
        translate_fragmentation(&translation, &beside->detection.fragmentations[i]);
}

void beside_finish(Beside *beside, Stage *stage)
{
    Detection *own = &beside->detection, *all = stage->detection;

    if (!beside->running) {
        find(stage);
        return;
    }
    pthread_join(beside->thread, NULL);
    beside->running = false;
    translate_all(beside, stage->program->interner);
    g_array_append_vals(stage->findings, beside->stage.findings->data, beside->stage.findings->len);
    arena_absorb(&all->arena, &own->arena);
    all->fragmentations = own->fragmentations, all->n_fragmentations = own->n_fragmentations;
    all->path_imports = own->path_imports, all->n_path_imports = own->n_path_imports;
    all->shims = own->shims, all->n_shims = own->n_shims;
    clear(beside);
}

void beside_abandon(Beside *beside)
{
    if (!beside->running)
        return;
    pthread_join(beside->thread, NULL);
    beside->running = false;
    g_free(beside->detection.fragmentations);
    g_free(beside->detection.path_imports);
    g_free(beside->detection.shims);
    arena_clear(&beside->detection.arena);
    clear(beside);
}
