/* Which moves are safe to make. What a move must not do, beside changing what the name means:
 *
 *   - lead to a module that cannot be imported by its name from here, or whose name is bound in
 *     several ways, or is a submodule's too (the one that counts may depend on the run);
 *   - close a load cycle;
 *   - stop a module from being loaded whose loading does something. A module that holds nothing but
 *     imports, docstring and `__all__` does nothing; all others count (a class statement may register
 *     itself somewhere). Modules stay loaded when something else that the importer loads loads them;
 *   - take a late import out of the reach of a `patch("old.path.X")` (late.h).
 *
 * What a module loads is found breadth first over load edges; a loaded module brings its packages. */
#include "fix/chain.h"
#include "fix/internal.h"
#include "fix/late.h"

#include <string.h>

void move_leave(FixMove *move, char *reason)
{
    if (move->reason == NULL)
        move->reason = reason;
    else
        g_free(reason);
}

void file_leave(FixFile *file, const char *reason)
{
    for (uint32_t i = 0; i < file->n_moves; i++)
        if (!file->moves[i].held)
            move_leave(&file->moves[i], g_strdup(reason));
}

/* --- collecting --- */

/* Found — a move with what orders it. */
typedef struct Found {
    FixMove move;
    Id file;
    uint32_t batch;
    Sym title;
} Found;

static int compare_found(const void *a, const void *b, void *data)
{
    const Program *program = data;
    const Found *x = a, *y = b;

    if (x->batch != y->batch)
        return x->batch < y->batch ? -1 : 1;
    if (x->file != y->file)
        return sym_compare(program->interner, program->files[x->file].path, program->files[y->file].path);
    if (x->move.start != y->move.start)
        return x->move.start < y->move.start ? -1 : 1;
    return x->move.import < y->move.import ? -1 : x->move.import > y->move.import;
}

bool file_is_wanted(const FixOptions *options, const char *path)
{
    bool any = options->only == NULL || options->only[0] == NULL;

    if (options->refused != NULL &&
        g_ptr_array_find_with_equal_func((GPtrArray *)(uintptr_t)options->refused, path, g_str_equal, NULL))
        return false;
    for (uint32_t i = 0; !any && options->only[i] != NULL; i++)
        any = config_glob(options->only[i], path);
    return any;
}

/* "from a.b import X" → "a.b". */
static const char *module_text(const Program *program, Sym statement)
{
    const char *text = program_text(program, statement) + strlen("from ");
    const char *end = strstr(text, " import ");

    return program_text(program, intern(program->interner, text, (size_t)(end - text)));
}

static void add_action(GArray *all, const Program *program, const Step *step, uint32_t number,
                       const Action *action, const FixOptions *options)
{
    const Import *import = &program->imports[action->import - 1];
    const File *file = program_module_file(program, import->module);

    if (file == NULL || !file_is_wanted(options, program_text(program, action->path)))
        return;
    const FactsImport *fact = &file->facts.imports[import->fact];
    Found found = {.file = program->modules[import->module].file, .batch = step->batch, .title = step->title};
    found.move =
        (FixMove){.kind = FIX_IMPORT,
                  .step = number,
                  .import = action->import - 1,
                  .definition = import->target.kind == TARGET_DEFINITION ? import->target.id : ID_NONE,
                  .survivor = ID_NONE,
                  .bound = file_sym(file, fact->bound),
                  .module = import->module,
                  .home = action->home,
                  .name = action->home_name,
                  .statement = fact->statement_start,
                  .start = fact->start,
                  .line = import->line,
                  .text = module_text(program, action->after),
                  .before = program_text(program, action->before),
                  .after = program_text(program, action->after)};
    g_array_append_val(all, found);
}

static void add_file(GArray *files, const Program *program, const Found *found, uint32_t count)
{
    FixFile file = {.file = found[0].file,
                    .batch = found[0].batch,
                    .title = program_text(program, found[0].title),
                    .n_moves = count};

    file.path = program_text(program, program->files[file.file].path);
    file.moves = g_new(FixMove, count);
    for (uint32_t i = 0; i < count; i++) {
        file.moves[i] = found[i].move;
        if (found[i].move.module != found[0].move.module)
            move_leave(&file.moves[i], g_strdup("the file is imported under several names"));
    }
    g_array_append_val(files, file);
}

void moves_collect(Fix *fix, const FixView *view, const FixOptions *options)
{
    const Program *program = view->program;
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Found));
    GArray *files = g_array_new(FALSE, FALSE, sizeof(FixFile));

    for (uint32_t s = 0; s < view->plan->n_steps; s++) {
        const Step *step = &view->plan->steps[s];
        for (uint32_t a = 0; step->phase == PHASE_2B && a < step->n_actions; a++)
            if (step->actions[a].kind == ACTION_UPDATE_IMPORT && step->actions[a].import != 0 &&
                !step->actions[a].chain)
                add_action(all, program, step, s + 1, &step->actions[a], options);
    }
    g_array_sort_with_data(all, compare_found, view->program);
    const Found *found = (const Found *)(void *)all->data;
    for (uint32_t first = 0, last; first < all->len; first = last) {
        for (last = first + 1; last < all->len && found[last].file == found[first].file; last++) {
        }
        add_file(files, program, found + first, last - first);
    }
    fix->n_files = files->len;
    fix->files = (FixFile *)(void *)g_array_free(files, FALSE);
}

/* --- checking --- */

typedef struct Checker {
    const Program *program;
    const DependencyGraph *graph;
    const FixOptions *options;
    LatePatches *patched;
    GHashTable *overwritten; /* strings: last parts of attributes that are set from outside */
    GHashTable *modules;     /* strings: names of all modules that lie in a package */
    uint32_t *mark;          /* by module, for reach() */
    uint32_t round;
    Id *queue;
} Checker;

static void index_texts(Checker *checker)
{
    const Program *program = checker->program;

    for (Id f = 0; f < program->n_files; f++) {
        const File *file = &program->files[f];
        for (uint32_t i = 0; i < file->facts.n_effects; i++) {
            const char *target = file_text(file, file->facts.effects[i].a);
            const char *dot = strrchr(target, '.');
            if (file->facts.effects[i].kind == EFFECT_ATTRIBUTE && dot != NULL)
                g_hash_table_add(checker->overwritten, g_strdup(dot + 1));
        }
    }
}

static void index_modules(Checker *checker)
{
    for (Id m = 0; m < checker->program->n_modules; m++)
        if (checker->program->modules[m].parent != ID_NONE)
            g_hash_table_add(checker->modules, (char *)(uintptr_t)program_text(
                                                   checker->program, checker->program->modules[m].name));
}

static bool is_ancestor_or_self(const Program *program, Id module, Id of)
{
    for (; of != ID_NONE; of = program->modules[of].parent)
        if (of == module)
            return true;
    return false;
}

static bool has_effect(const Checker *checker, Id module, uint32_t kind)
{
    const File *file = program_module_file(checker->program, module);

    for (uint32_t i = 0; file != NULL && i < file->facts.n_effects; i++)
        if (file->facts.effects[i].kind == kind)
            return true;
    return false;
}

/* A package with a submodule of that name: what `from package import name` gives depends on what is loaded.
 */
static bool has_submodule(const Checker *checker, Id module, Sym name)
{
    const Program *program = checker->program;
    g_autofree char *dotted = g_strdup_printf("%s.%s", program_text(program, program->modules[module].name),
                                              program_text(program, name));

    return g_hash_table_contains(checker->modules, dotted);
}

static bool is_bound_once(const Checker *checker, Id module, Sym name, Id definition)
{
    uint32_t count;
    const Binding *bindings = program_bindings_of(checker->program, module, name, &count);

    return count == 1 && bindings[0].target.kind == TARGET_DEFINITION &&
           bindings[0].target.id == definition && bindings[0].certainty != CERTAINTY_POSSIBLE;
}

/* What can be said of one move alone; NULL: nothing against it. */
static char *objection(const Checker *checker, const FixFile *file, const FixMove *move)
{
    const Program *program = checker->program;
    const Import *import = &program->imports[move->import];
    const char *name = program_text(program, move->name);
    uint32_t barred = MODULE_SCRIPT | MODULE_SHADOWED | MODULE_UNIMPORTABLE | MODULE_EXTENSION | MODULE_STUB;
    bool stub = program->modules[move->module].flags & MODULE_STUB;

    if (program->files[file->file].status != FILE_PARSED)
        return g_strdup("the file was not understood in full");
    if (program->modules[move->home].flags & barred & (stub ? ~(uint32_t)MODULE_STUB : ~0u))
        return g_strdup("the home cannot be imported by its name");
    if (!is_bound_once(checker, import->target_module, import->name, import->target.id))
        return g_strdup_printf("%s.%s may mean something else: it is bound in several ways",
                               program_text(program, program->modules[import->target_module].name),
                               program_text(program, import->name));
    if (!is_bound_once(checker, move->home, move->name, import->target.id))
        return g_strdup_printf("%s.%s may mean something else: it is bound in several ways",
                               program_text(program, program->modules[move->home].name), name);
    if (has_submodule(checker, import->target_module, import->name) ||
        has_submodule(checker, move->home, move->name))
        return g_strdup("a submodule has that name: which one is meant depends on what is loaded");
    if (g_hash_table_contains(checker->overwritten, name) ||
        g_hash_table_contains(checker->overwritten, program_text(program, import->name)))
        return g_strdup("an attribute of that name is set from outside");
    if (has_effect(checker, move->home, EFFECT_SYS_MODULES_SELF) ||
        has_effect(checker, import->target_module, EFFECT_SYS_MODULES_SELF))
        return g_strdup("a module puts another in its place");
    return NULL;
}

static char *late_patch(const Checker *checker, const FixMove *move)
{
    const Program *program = checker->program;
    const Import *import = &program->imports[move->import];
    g_autofree char *path =
        g_strdup_printf("%s.%s", program_text(program, program->modules[import->target_module].name),
                        program_text(program, import->name));

    if (import->kind != IMPORT_LAZY || !late_patches_reach(checker->patched, path, import->module))
        return NULL;
    return g_strdup_printf("patch(\"%s\") would no longer reach this late import", path);
}

static bool is_load(const Program *program, const Import *import)
{
    return (import->kind == IMPORT_LOAD || import->kind == IMPORT_FALLBACK ||
            import->kind == IMPORT_STAR_KIND) &&
           !(program->modules[import->module].flags & MODULE_STUB);
}

static char *cycle(const Checker *checker, const FixMove *move)
{
    const Program *program = checker->program;
    g_autofree Id *path = NULL;
    uint32_t n_path = 0;

    if (!is_load(program, &program->imports[move->import]) || move->module == move->home ||
        !dependency_graph_would_cycle(checker->graph, move->module, move->home, &path, &n_path))
        return NULL;
    g_autoptr(GString) text = g_string_new("it would close a load cycle: ");
    g_string_append(text, program_text(program, program->modules[move->module].name));
    for (uint32_t i = 0; i < MIN(n_path, 6); i++)
        g_string_append_printf(text, " \xe2\x86\x92 %s",
                               program_text(program, program->modules[path[i]].name));
    if (n_path > 6)
        g_string_append(text, " \xe2\x80\xa6");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* --- what is no longer loaded --- */

static void reach_begin(Checker *checker)
{
    checker->round++;
}

/* Marks what loading `from` loads, itself included. */
static void reach(Checker *checker, Id from)
{
    const DependencyGraph *graph = checker->graph;
    uint32_t head = 0, tail = 0;

    if (from == ID_NONE || checker->mark[from] == checker->round)
        return;
    checker->mark[from] = checker->round;
    checker->queue[tail++] = from;
    while (head < tail) {
        Id module = checker->queue[head++];
        Id parent = checker->program->modules[module].parent;
        if (parent != ID_NONE && checker->mark[parent] != checker->round) {
            checker->mark[parent] = checker->round;
            checker->queue[tail++] = parent;
        }
        for (uint32_t e = graph->first_edge[module]; e < graph->first_edge[module + 1]; e++) {
            Id to = graph->edges[e].to;
            if (!(graph->edges[e].kinds & EDGE_LOAD) || checker->mark[to] == checker->round)
                continue;
            checker->mark[to] = checker->round;
            checker->queue[tail++] = to;
        }
    }
}

static bool does_nothing(const Checker *checker, Id module)
{
    const File *file = program_module_file(checker->program, module);

    if (checker->program->modules[module].flags & MODULE_NAMESPACE)
        return true;
    return file != NULL && file->facts.header != NULL && file->status == FILE_PARSED &&
           file->facts.header->n_plain_statements == 0 && file->facts.n_effects == 0;
}

static const FixMove *find_move(const FixFile *file, uint32_t import)
{
    for (uint32_t i = 0; i < file->n_moves; i++)
        if (file->moves[i].import == import && file->moves[i].reason == NULL &&
            (file->moves[i].kind != FIX_CHAIN || file->moves[i].chain->leaves))
            return &file->moves[i];
    return NULL;
}

/* What the importer loads while it loads, with moves away from `only` made (ID_NONE: all moves). */
static void reach_after(Checker *checker, const FixFile *file, Id importer, Id only)
{
    const Program *program = checker->program;
    const Module *module = &program->modules[importer];

    reach_begin(checker);
    checker->mark[importer] = checker->round;
    reach(checker, module->parent);
    for (uint32_t i = 0; i < module->n_imports; i++) {
        const Import *import = &program->imports[module->first_import + i];
        if (!is_load(program, import) || import->target_module == ID_NONE)
            continue;
        const FixMove *move = find_move(file, module->first_import + i);
        bool moved = move != NULL && (only == ID_NONE || import->target_module == only);
        reach(checker, moved ? move->home : import->target_module);
    }
}

/* The first module that `from` loads, that does something, and that carries no mark; ID_NONE: none. */
static Id first_lost(Checker *checker, Id from)
{
    uint32_t kept = checker->round;
    Id lost = ID_NONE;
    g_autoptr(GArray) loaded = g_array_new(FALSE, FALSE, sizeof(Id));

    /* Walks on from `from` through what is not marked; what is marked was walked through already. */
    if (checker->mark[from] != kept) {
        checker->mark[from] = kept;
        g_array_append_val(loaded, from);
    }
    for (uint32_t head = 0; head < loaded->len; head++) {
        Id module = g_array_index(loaded, Id, head);
        if (!does_nothing(checker, module))
            lost = lost == ID_NONE ? module : MIN(lost, module);
        Id parent = checker->program->modules[module].parent;
        if (parent != ID_NONE && checker->mark[parent] != kept) {
            checker->mark[parent] = kept;
            g_array_append_val(loaded, parent);
        }
        const DependencyGraph *graph = checker->graph;
        for (uint32_t e = graph->first_edge[module]; e < graph->first_edge[module + 1]; e++) {
            Id to = graph->edges[e].to;
            if (!(graph->edges[e].kinds & EDGE_LOAD) || checker->mark[to] == kept)
                continue;
            checker->mark[to] = kept;
            g_array_append_val(loaded, to);
        }
    }
    return lost;
}

static char *unloaded_text(const Checker *checker, Id lost)
{
    return g_strdup_printf("%s would no longer be loaded here, and it has code of its own",
                           program_text(checker->program, checker->program->modules[lost].name));
}

/* A chain can do with the old import beside the new one. */
static void bar_loss(const Checker *checker, FixMove *move, Id lost)
{
    if (move->kind != FIX_CHAIN || !chain_keep(move))
        move_leave(move, unloaded_text(checker, lost));
}

static bool is_candidate(const Checker *checker, const FixMove *move)
{
    const Program *program = checker->program;
    Id old = program->imports[move->import].target_module;

    return move->reason == NULL && (move->kind != FIX_CHAIN || move->chain->leaves) &&
           !is_ancestor_or_self(program, old, move->home) && !is_ancestor_or_self(program, old, move->module);
}

/* Moves whose old modules are lost to the importer as it loads: first each old module by itself,
 * then (two may have covered for each other) all of them together. */
static void check_loads(Checker *checker, FixFile *file)
{
    const Program *program = checker->program;

    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < file->n_moves; i++) {
            FixMove *move = &file->moves[i];
            const Import *import = &program->imports[move->import];
            if (!is_candidate(checker, move) || !is_load(program, import))
                continue;
            reach_after(checker, file, move->module, pass == 0 ? import->target_module : ID_NONE);
            Id lost = first_lost(checker, import->target_module);
            if (lost != ID_NONE)
                bar_loss(checker, move, lost);
        }
}

static bool is_pinned(const FixView *view, Id definition)
{
    for (uint32_t i = 0; view->detection != NULL && i < view->detection->n_fragmentations; i++)
        if (view->detection->fragmentations[i].definition == definition)
            return view->detection->fragmentations[i].pinned;
    return false;
}

/* A canonical path that is no home (a public root, a pinned module) may load what was not loaded before.
 * --allow-unloaded says that less may be loaded; more may only where the user named the path, too. */
static void check_gains(Checker *checker, const FixView *view, FixFile *file)
{
    const Program *program = checker->program;

    for (uint32_t i = 0; i < file->n_moves; i++) {
        FixMove *move = &file->moves[i];
        const Import *import = &program->imports[move->import];
        Id definition = move->kind == FIX_CHAIN ? g_array_index(move->chain->uses, ChainUse, 0).definition
                        : import->target.kind == TARGET_DEFINITION ? import->target.id
                                                                   : ID_NONE;
        Id lives = definition != ID_NONE ? program->definitions[definition].module : move->home;
        if (move->reason != NULL || import->kind == IMPORT_TYPING ||
            is_ancestor_or_self(program, move->home, lives))
            continue;
        if (checker->options->allow_unloaded && (definition == ID_NONE || is_pinned(view, definition)))
            continue;
        reach_after(checker, file, move->module,
                    program->n_modules); /* no module has this id: as it is now */
        reach(checker, import->target_module);
        Id gained = first_lost(checker, move->home);
        if (gained != ID_NONE)
            move_leave(move, g_strdup_printf("%s would be loaded here, which is not loaded now",
                                             program_text(program, program->modules[gained].name)));
    }
}

static void check_late(Checker *checker, FixFile *file)
{
    const Program *program = checker->program;

    for (uint32_t i = 0; i < file->n_moves; i++) {
        FixMove *move = &file->moves[i];
        const Import *import = &program->imports[move->import];
        if (!is_candidate(checker, move) || import->kind != IMPORT_LAZY)
            continue;
        reach_after(checker, file, move->module, ID_NONE);
        reach(checker, move->home);
        Id lost = first_lost(checker, import->target_module);
        if (lost != ID_NONE)
            bar_loss(checker, move, lost);
    }
}

void moves_check(Fix *fix, const FixView *view, const FixOptions *options)
{
    Checker checker = {.program = view->program, .graph = view->graph, .options = options};

    checker.patched = late_patches_new(view->program);
    checker.overwritten = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    checker.mark = g_new0(uint32_t, view->program->n_modules + 1);
    checker.queue = g_new(Id, view->program->n_modules + 1);
    checker.modules = g_hash_table_new(g_str_hash, g_str_equal);
    index_texts(&checker);
    index_modules(&checker);
    for (uint32_t f = 0; f < fix->n_files; f++) {
        FixFile *file = &fix->files[f];
        for (uint32_t i = 0; i < file->n_moves; i++) {
            FixMove *move = &file->moves[i];
            bool chain = move->kind == FIX_CHAIN; /* chain.c has its own */
            char *reason = move->reason != NULL || chain ? NULL : objection(&checker, file, move);
            reason = reason != NULL || chain ? reason : late_patch(&checker, move);
            reason = reason != NULL ? reason : cycle(&checker, move);
            if (reason != NULL)
                move_leave(move, reason);
        }
        check_gains(&checker, view, file);
        if (!options->allow_unloaded) {
            check_loads(&checker, file);
            check_late(&checker, file);
        }
    }
    late_patches_free(checker.patched);
    g_hash_table_destroy(checker.overwritten);
    g_hash_table_destroy(checker.modules);
    g_free(checker.mark);
    g_free(checker.queue);
}

void moves_pass(Fix *stage, const FixState *state)
{
    moves_collect(stage, state->view, state->options);
    chains_collect(stage, state);
    moves_check(stage, state->view, state->options);
}
