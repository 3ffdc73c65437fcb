/* Phase 2B: every import that does not take the canonical path, and every chain over an imported module that
 * does not, in batches of a few files.
 *
 * A batch holds files of one priority and one area; files come in the order of the load graph's
 * levels, so that a module is moved before its users. An import is left out where moving it would
 * change what it means: it stands in a try whose failure is handled, or it is the re-export that
 * makes a package public. Which class the name means never changes here: only imports that already
 * lead to the definition are listed (a `split-name` becomes a step of phase 2A or a decision). */
#include "plan/planner.h"

#include <string.h>

#define EFFORT_FILE   0.2
#define EFFORT_IMPORT 0.05

/* Move — one import to rewrite, or the chains that rest on one. */
typedef struct Move {
    uint32_t import;
    const PlanChain *chain; /* NULL: the import itself */
    Home home;
    uint8_t priority;
    Sym area;
    uint32_t level;
    Sym path;
} Move;

/* An `__init__` that imports from below itself is the public face of its package: leave it. */
static bool is_facade(const Planner *planner, const Import *import)
{
    const Program *program = planner->program;

    if (!(program->modules[import->module].flags & MODULE_PACKAGE))
        return false;
    for (Id module = import->target_module; module != ID_NONE; module = program->modules[module].parent)
        if (module == import->module)
            return true;
    return false;
}

static bool is_movable(const Planner *planner, const Import *import, const Definition *definition)
{
    const File *file = program_module_file(planner->program, import->module);

    if (file == NULL || !file->selected || file->real_path != 0)
        return false;
    if (import->kind == IMPORT_STRING || import->kind == IMPORT_PARENT || import->fact == FACTS_NONE)
        return false;
    return !import->guarded && import->module != definition->module && !is_facade(planner, import);
}

static void put_move(Planner *planner, GArray *moves, uint32_t id, Home home, const PlanChain *chain)
{
    const Program *program = planner->program;
    const Import *import = &program->imports[id];
    const File *file = program_module_file(program, import->module);
    Move move = {.import = id,
                 .chain = chain,
                 .home = home,
                 .priority = (uint8_t)planner_priority(planner, file),
                 .area = planner_area(planner, program_text(program, file->path)),
                 .level = planner->level[import->module],
                 .path = file->path};

    g_array_append_val(moves, move);
}

static void collect_moves(Planner *planner, GArray *moves)
{
    const Detection *detection = planner->detection;
    const Program *program = planner->program;

    for (uint32_t f = 0; f < detection->n_fragmentations; f++) {
        const Fragmentation *fragmentation = &detection->fragmentations[f];
        const Definition *definition = &program->definitions[fragmentation->definition];
        if (!planner_wants(planner, fragmentation->definition))
            continue;
        for (uint32_t p = 0; p < fragmentation->n_paths; p++)
            for (uint32_t i = 0; i < fragmentation->paths[p].count; i++) {
                uint32_t id = detection->path_imports[fragmentation->paths[p].first_import + i];
                const Import *import = &program->imports[id];
                Home home = planner_home(planner, fragmentation->definition, import->module);
                if (!is_movable(planner, import, definition) || planner_is_settled(planner, import, home))
                    continue;
                put_move(planner, moves, id, home, NULL);
            }
    }
    for (uint32_t i = 0; planner->options->chains != NULL && i < planner->options->chains->len; i++) {
        const PlanChain *chain = &g_array_index(planner->options->chains, PlanChain, i);
        put_move(planner, moves, chain->import, (Home){.module = chain->home}, chain);
    }
}

static int compare_moves(const void *a, const void *b, void *data)
{
    const Planner *planner = data;
    const Interner *interner = planner->program->interner;
    const Move *x = a, *y = b;

    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    if (x->area != y->area)
        return sym_compare(interner, x->area, y->area);
    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    if (x->path != y->path)
        return sym_compare(interner, x->path, y->path);
    const Import *p = &planner->program->imports[x->import], *q = &planner->program->imports[y->import];
    if (p->line != q->line)
        return p->line < q->line ? -1 : 1;
    if (x->import != y->import)
        return x->import < y->import ? -1 : 1;
    return x->chain < y->chain ? -1 : x->chain > y->chain; /* of one array */
}

/* What to do, one line. */
static Sym move_text(const Planner *planner, const Move *move, bool closes)
{
    const Program *program = planner->program;
    const Import *import = &program->imports[move->import];
    const char *cycle = closes ? "; this closes a load cycle: make it lazy or move the definition" : "";

    if (move->chain != NULL)
        return intern_printf(program->interner, "reach it by its home (%u %s)%s", move->chain->n_uses,
                             move->chain->n_uses == 1 ? "use" : "uses", cycle);
    return intern_printf(program->interner, "import %s from its home%s",
                         program_text(program, program->definitions[import->target.id].name), cycle);
}

static void add_move(Planner *planner, GArray *actions, const Move *move, Sym *cycle)
{
    const Program *program = planner->program;
    const Import *import = &program->imports[move->import];
    Action action = {.kind = ACTION_UPDATE_IMPORT, .path = move->path, .line = import->line};

    action.import = move->import + 1;
    action.home = move->home.module;
    action.home_name = move->home.name;
    action.chain = move->chain != NULL;
    action.leaves = move->chain == NULL || move->chain->leaves;
    action.before = action.chain ? move->chain->before : planner_import_before(planner, import);
    action.after = action.chain ? move->chain->after
                                : planner_import_text(planner, import->module, move->home,
                                                      planner_bound_name(planner, import), import->level);
    bool loads = import->kind == IMPORT_LOAD || import->kind == IMPORT_FALLBACK;
    Sym closed = loads ? planner_cycle(planner, import->module, move->home.module) : 0;
    if (closed != 0 && *cycle == 0)
        *cycle = closed;
    action.text = move_text(planner, move, closed != 0);
    g_array_append_val(actions, action);
}

/* patch("consumer.X") keeps working, patch("old.path.X") no longer reaches who moved. */
static void add_patches(const Planner *planner, GArray *hazards, const char *path, const GArray *places)
{
    const Program *program = planner->program;
    uint32_t patches = 0;

    for (uint32_t i = 0; places != NULL && i < places->len; i++) {
        const Place *place = &g_array_index(places, Place, i);
        patches += program->files[place->file].facts.references[place->reference].kind == REFERENCE_PATCH;
    }
    if (patches == 0)
        return;
    Sym hazard = intern_printf(program->interner, "%u patch %s %s: %s modules that import from the home",
                               patches, patches == 1 ? "string names" : "strings name", path,
                               patches == 1 ? "it no longer reaches" : "they no longer reach");
    for (uint32_t i = 0; i < hazards->len; i++)
        if (g_array_index(hazards, Sym, i) == hazard)
            return;
    g_array_append_val(hazards, hazard);
}

static void add_patch_hazards(const Planner *planner, GArray *hazards, const Move *move)
{
    const Program *program = planner->program;
    const Import *import = &program->imports[move->import];

    for (uint32_t i = 0; move->chain != NULL && i < move->chain->n_paths; i++)
        add_patches(planner, hazards, program_text(program, move->chain->paths[i]),
                    planner_dotted_strings(planner, move->chain->paths[i]));
    if (move->chain != NULL || import->target_module == ID_NONE)
        return;
    g_autofree char *path =
        g_strdup_printf("%s.%s", program_text(program, program->modules[import->target_module].name),
                        program_text(program, import->name));
    add_patches(planner, hazards, path, planner_strings(planner, import->target_module, import->name));
}

static uint32_t count_files(const GArray *moves, uint32_t first, uint32_t last)
{
    uint32_t files = 0;

    for (uint32_t i = first; i < last; i++)
        files += i == first || g_array_index(moves, Move, i).path != g_array_index(moves, Move, i - 1).path;
    return files;
}

static Sym batch_id(Planner *planner, const GArray *moves, uint32_t first, uint32_t last)
{
    g_autofree Sym *paths = g_new(Sym, last - first);
    uint32_t n = 0;

    for (uint32_t i = first; i < last; i++)
        if (i == first || g_array_index(moves, Move, i).path != g_array_index(moves, Move, i - 1).path)
            paths[n++] = g_array_index(moves, Move, i).path;
    return planner_id(planner, "2B", paths, n);
}

static void add_batch(Planner *planner, const GArray *moves, uint32_t first, uint32_t last)
{
    const Move *move = &g_array_index(moves, Move, first);
    GArray *actions = g_array_new(FALSE, FALSE, sizeof(Action)),
           *hazards = g_array_new(FALSE, FALSE, sizeof(Sym));
    Step step = {.phase = PHASE_2B,
                 .priority = move->priority,
                 .area = move->area,
                 .group = ID_NONE,
                 .definition = ID_NONE,
                 .module = ID_NONE};
    Interner *interner = planner->program->interner;

    for (uint32_t i = first; i < last; i++) {
        add_move(planner, actions, &g_array_index(moves, Move, i), &step.cycle);
        add_patch_hazards(planner, hazards, &g_array_index(moves, Move, i));
    }
    uint32_t files = count_files(moves, first, last), imports = last - first;
    step.batch = ++planner->plan->n_batches;
    step.id = batch_id(planner, moves, first, last);
    step.title = intern_printf(interner, "Batch %u: %s, %u %s, %u %s", step.batch,
                               program_text(planner->program, move->area), files,
                               files == 1 ? "file" : "files", imports, imports == 1 ? "import" : "imports");
    step.effort = EFFORT_FILE * files + EFFORT_IMPORT * imports;
    step.risk = step.cycle != 0 ? RISK_HIGH : hazards->len > 0 ? RISK_MEDIUM : RISK_LOW;
    const char *reason = step.cycle != 0    ? "an import would close a load cycle"
                         : hazards->len > 0 ? "patch strings name the old path"
                                            : "each name keeps meaning the same definition";
    step.risk_reason = intern_cstr(interner, reason);
    step.actions = planner_keep(planner, actions, &step.n_actions);
    step.hazards = planner_keep(planner, hazards, &step.n_hazards);
    g_array_append_val(planner->steps, step);
}

void plan_phase_2b(Planner *planner)
{
    GArray *moves = g_array_new(FALSE, FALSE, sizeof(Move));
    uint32_t limit = planner->options->batch_files != 0 ? planner->options->batch_files
                                                        : MAX(planner->config->batch_files, 1);

    collect_moves(planner, moves);
    g_array_sort_with_data(moves, compare_moves, planner);
    for (uint32_t first = 0, last; first < moves->len; first = last) {
        const Move *start = &g_array_index(moves, Move, first);
        uint32_t files = 0;
        for (last = first; last < moves->len; last++) {
            const Move *move = &g_array_index(moves, Move, last);
            bool new_file = last == first || move->path != g_array_index(moves, Move, last - 1).path;
            if (move->priority != start->priority || move->area != start->area ||
                (new_file && files == limit))
                break;
            files += new_file;
        }
        add_batch(planner, moves, first, last);
    }
    g_array_free(moves, TRUE);
}
