/* Playing the loading of an import cycle.
 *
 * Which modules matter. Add to the load edges the rule that Python loads `a` before `a.b` (an edge
 * from every module to its package): the strongly connected components of that graph are the
 * arenas. What an arena's modules import outside of it cannot come back, so one play stays within
 * one arena and is exact there. Every load cycle lies within one arena.
 *
 * The play. State of a module: new, loading, loaded. Loading module m goes through its events in
 * source order: imports that run at load time, and the bases and decorators of its class
 * statements that are read through an imported module (`class C(a.X)`). An import loads the
 * packages above its target first, then the target, each on an explicit stack, unless loading or
 * loaded. Then, if the target is still loading (m is running because of it), `from target import
 * X` fails unless X was bound above the line at which the target stands now. Bound means: a
 * binding at module level, in a branch or not; a star import above that brings it; or a module
 * `__getattr__` above. A submodule as X is loaded, or found in sys.modules, and never fails; a star
 * import takes what is there and never fails.
 *
 * A failure that a try statement catches, in the module itself or in one that waits for it, unwinds
 * as in Python: the modules in between are forgotten and may be tried again. Any other counts for
 * the cycle that holds both modules; the play then goes on as if it had worked, so that one cycle
 * does not hide another.
 *
 * What it leaves out, and calls benign where it is unsure: attributes read by other load-time code
 * (`a.X` in an expression statement, or in a function that is called while loading), names deleted
 * again, branches not taken, imports in the except clause of another import, import hooks. All cycles share a
 * budget of steps: beyond it, entries are tried in the order of ids as far as it reaches, and a cycle none of
 * whose entries could be tried is called order-dependent when it holds an import of a name, benign otherwise.
 */
#include "graph/loading.h"

#include "graph/algorithm.h"

#include <stdlib.h>
#include <string.h>

enum { PLAY_STEPS = 40000000 };

typedef enum EventKind { EVENT_IMPORT, EVENT_FROM, EVENT_READ } EventKind;

/* Event — something that happens while a module loads and concerns a module of its arena. */
typedef struct Event {
    uint32_t position, line;
    Id target;
    Sym name; /* EVENT_FROM, EVENT_READ */
    uint8_t kind;
    bool guarded; /* import errors in here are caught */
} Event;

typedef enum State { STATE_NEW, STATE_LOADING, STATE_LOADED } State;

/* Frame — a module that is running, and where it stands. */
typedef struct Frame {
    Id module;
    uint32_t event;
} Frame;

typedef struct Play {
    const Program *program;
    DependencyGraph *graph;
    uint32_t *arena;       /* by module */
    uint32_t *first_event; /* by module, n_modules + 1 */
    Event *events;
    uint32_t *cycle_of; /* by component: index of its cycle or UINT32_MAX */
    uint8_t *state;     /* by module: State */
    Event *at;          /* by module: the event at which it stands while loading */
    bool *failed;       /* by cycle: in this run */
    GArray *stack;      /* Frame */
    GArray *touched;    /* Id: modules whose state is to be reset */
    GHashTable *bound;  /* (module, name) → first position + 1 of a binding at module level */
    bool *indexed;      /* by module: its bindings are in `bound` */
    uint64_t steps;
} Play;

/* --- the bindings of a module, by position --- */

static gint64 bound_key(Id module, Sym name)
{
    return (gint64)(((uint64_t)module << 32) | name);
}

/* For every context: does it run while the module loads, and in the module's own scope? */
static bool *module_scope_contexts(const Facts *facts)
{
    bool *own = g_new0(bool, (size_t)facts->n_contexts + 1);

    for (uint32_t i = 0; i < facts->n_contexts; i++) {
        const FactsContext *context = &facts->contexts[i];
        bool parent = context->parent == FACTS_NONE || (context->parent < i && own[context->parent]);
        own[i] = parent && context->kind != CONTEXT_CLASS && context->kind != CONTEXT_FUNCTION &&
                 !(context->flags & (CONTEXT_TYPING | CONTEXT_LAZY | CONTEXT_MAIN));
    }
    return own;
}

static bool binds(const FactsBinding *binding)
{
    return binding->kind != BINDING_STAR && binding->kind != BINDING_ANNOTATION &&
           binding->kind != BINDING_DELETE && binding->kind != BINDING_GLOBAL;
}

static void index_bindings(Play *play, Id module)
{
    const File *file = program_module_file(play->program, module);

    play->indexed[module] = true;
    if (file == NULL || file->facts.header == NULL)
        return;
    g_autofree bool *own = module_scope_contexts(&file->facts);
    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        if (!binds(binding) || !own[binding->context])
            continue;
        gint64 key = bound_key(module, file_sym(file, binding->name));
        uint32_t known = GPOINTER_TO_UINT(g_hash_table_lookup(play->bound, &key));
        if (known == 0 || binding->start + 1 < known)
            g_hash_table_replace(play->bound, g_memdup2(&key, sizeof key),
                                 GUINT_TO_POINTER(binding->start + 1));
    }
}

static bool bound_above(Play *play, Id module, Sym name, uint32_t position)
{
    gint64 key = bound_key(module, name);
    uint32_t first = GPOINTER_TO_UINT(g_hash_table_lookup(play->bound, &key));

    return first != 0 && first - 1 < position;
}

/* Does a star import above `position` bring the name? The last one to do so hides the others from
 * the program's bindings, so the modules they take from are asked. */
static bool star_brings(const Play *play, Id module, Sym name, uint32_t position)
{
    const Program *program = play->program;
    const Module *m = &program->modules[module];
    const File *file = program_module_file(program, module);

    for (uint32_t i = m->first_import; i < m->first_import + m->n_imports && i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        uint32_t n = 0;
        if (import->module != module || import->kind != IMPORT_STAR_KIND ||
            import->target_module == ID_NONE || import->fact >= file->facts.n_imports ||
            file->facts.imports[import->fact].statement_start >= position)
            continue;
        if (program_bindings_of(program, import->target_module, name, &n) != NULL && n > 0)
            return true;
    }
    return false;
}

static bool available(Play *play, Id module, Sym name)
{
    const Event *now = &play->at[module];
    uint32_t n = 0;

    if (!play->indexed[module])
        index_bindings(play, module);
    if (bound_above(play, module, name, now->position))
        return true;
    Sym getattr = intern_find(play->program->interner, "__getattr__", strlen("__getattr__"));
    if (getattr != 0 && bound_above(play, module, getattr, now->position))
        return true;
    if (program_module_file(play->program, module) != NULL && star_brings(play, module, name, now->position))
        return true;
    /* A name that the module never binds is a broken import, cycle or not. */
    const Binding *candidates = program_bindings_of(play->program, module, name, &n);
    return n == 0 || candidates[0].how == HOW_MODULE;
}

/* --- events --- */

static bool loads(const Program *program, const Import *import)
{
    return (import->kind == IMPORT_LOAD || import->kind == IMPORT_FALLBACK ||
            import->kind == IMPORT_STAR_KIND) &&
           import->target_module != ID_NONE && !(program->modules[import->module].flags & MODULE_STUB);
}

static void add_import_event(const Play *play, const Import *import, GArray *events)
{
    const File *file = program_module_file(play->program, import->module);
    Event event = {.line = import->line, .target = import->target_module, .kind = EVENT_IMPORT};

    if (file == NULL || file->facts.header == NULL || import->fact >= file->facts.n_imports ||
        play->arena[import->module] != play->arena[import->target_module])
        return;
    const FactsImport *fact = &file->facts.imports[import->fact];
    event.position = fact->statement_start;
    event.guarded = (file->facts.contexts[fact->context].flags & CONTEXT_IMPORT_GUARD) != 0;
    /* `from a import b` with a.b as target found a submodule: no name is asked for. */
    bool submodule = import->target.kind == TARGET_MODULE && import->target.id == import->target_module;
    if (fact->form == IMPORT_FROM && !submodule) {
        event.kind = EVENT_FROM;
        event.name = import->name;
    }
    g_array_append_val(events, event);
}

static Id submodule_of(const Program *program, Id module, const char *part, size_t length)
{
    const char *package = program_text(program, program->modules[module].id);
    g_autofree char *id = g_strdup_printf("%s.%.*s", package, (int)length, part);

    return program_find_module(program, id);
}

/* `a.b.X` read in `module`: follows modules from the head as far as they go; the first name that is
 * no submodule is the attribute that must be there. */
static void add_read_event(const Play *play, Id module, const File *file, const FactsExpression *expression,
                           uint32_t line, GArray *events)
{
    const Program *program = play->program;
    const char *dotted = file_text(file, expression->dotted), *dot = strchr(dotted, '.');
    uint32_t n = 0;

    if (dot == NULL)
        return;
    Sym head = intern_find(program->interner, dotted, (size_t)(dot - dotted));
    const Binding *binding = head != 0 ? program_bindings_of(program, module, head, &n) : NULL;
    if (n != 1 || binding->target.kind != TARGET_MODULE || binding->how == HOW_STAR)
        return;
    Id target = binding->target.id;
    while (dot != NULL) {
        const char *part = dot + 1;
        dot = strchr(part, '.');
        size_t length = dot != NULL ? (size_t)(dot - part) : strlen(part);
        Id next = submodule_of(program, target, part, length);
        if (next != ID_NONE) {
            target = next;
            continue;
        }
        Event event = {.position = expression->start,
                       .line = line,
                       .target = target,
                       .kind = EVENT_READ,
                       .name = intern_find(program->interner, part, length)};
        if (event.name != 0 && play->arena[target] == play->arena[module])
            g_array_append_val(events, event);
        return;
    }
}

static void add_reads(const Play *play, Id module, GArray *events)
{
    const File *file = program_module_file(play->program, module);

    if (file == NULL || file->facts.header == NULL)
        return;
    const Facts *facts = &file->facts;
    g_autofree bool *own = module_scope_contexts(facts);
    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        const FactsDefinition *definition = &facts->definitions[i];
        if (definition->syntax != SYNTAX_CLASS || !own[definition->context] ||
            (facts->contexts[definition->context].flags & CONTEXT_IMPORT_GUARD))
            continue;
        for (uint32_t k = 0; k < definition->bases.count; k++)
            add_read_event(play, module, file, &facts->expressions[definition->bases.first + k],
                           definition->line, events);
        for (uint32_t k = 0; k < definition->decorators.count; k++)
            add_read_event(play, module, file, &facts->expressions[definition->decorators.first + k],
                           definition->line, events);
    }
}

static int compare_events(const void *a, const void *b)
{
    const Event *x = a, *y = b;

    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* Events of the modules whose arena holds more than themselves, or which import themselves. */
static void collect_events(Play *play, const bool *matters)
{
    const Program *program = play->program;
    uint32_t n = program->n_modules;
    g_autoptr(GPtrArray) by_module = g_ptr_array_new();
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Event));

    g_ptr_array_set_size(by_module, (gint)n);
    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (!matters[import->module] || !loads(program, import))
            continue;
        if (by_module->pdata[import->module] == NULL)
            by_module->pdata[import->module] = g_array_new(FALSE, FALSE, sizeof(Event));
        add_import_event(play, import, by_module->pdata[import->module]);
    }
    for (Id m = 0; m < n; m++) {
        GArray *events = by_module->pdata[m];
        play->first_event[m] = all->len;
        if (events == NULL)
            continue;
        add_reads(play, m, events);
        if (events->len > 0) {
            qsort(events->data, events->len, sizeof(Event), compare_events);
            g_array_append_vals(all, events->data, events->len);
        }
        g_array_free(events, TRUE);
    }
    play->first_event[n] = all->len;
    play->events = (Event *)(void *)g_array_free(all, FALSE);
}

/* --- the play --- */

static void start_loading(Play *play, Id module)
{
    Frame frame = {module, play->first_event[module]};

    play->state[module] = STATE_LOADING;
    g_array_append_val(play->touched, module);
    g_array_append_val(play->stack, frame);
}

/* The outermost package of `target` (or itself) in the arena that is not begun yet, or ID_NONE. */
static Id next_to_load(const Play *play, Id target)
{
    Id found = ID_NONE;

    for (Id m = target; m != ID_NONE; m = play->graph->parent[m])
        if (play->arena[m] == play->arena[target] && play->state[m] == STATE_NEW)
            found = m;
    return found;
}

/* `from package import x` where x is not bound yet imports the submodule x, where there is one. */
static Id submodule_instead(const Play *play, const Event *event)
{
    if (event->kind != EVENT_FROM || !(play->program->modules[event->target].flags & MODULE_PACKAGE))
        return ID_NONE;
    return submodule_of(play->program, event->target, sym_text(play->program->interner, event->name),
                        sym_length(play->program->interner, event->name));
}

static bool fails(Play *play, Id importer, const Event *event)
{
    const uint32_t *component = play->graph->component;

    return event->kind != EVENT_IMPORT && play->state[event->target] == STATE_LOADING &&
           component[importer] == component[event->target] &&
           play->cycle_of[component[importer]] != UINT32_MAX && !available(play, event->target, event->name);
}

static void count_failure(Play *play, Id entry, Id importer, const Event *event)
{
    uint32_t index = play->cycle_of[play->graph->component[importer]];
    CycleFailure *failure = &play->graph->cycles[index].failure;

    play->failed[index] = true;
    if (failure->importer == ID_NONE) {
        failure->entry = entry;
        failure->importer = importer;
        failure->target = event->target;
        failure->name = event->name;
        failure->line = event->line;
    }
}

/* Is the failure caught, here or by a module that is waiting for this one? Then what was loading in
 * between is gone from sys.modules, and the one that caught it goes on. */
static bool caught(Play *play)
{
    for (uint32_t depth = play->stack->len; depth > 0; depth--) {
        Frame *frame = &g_array_index(play->stack, Frame, depth - 1);
        if (!play->events[frame->event].guarded)
            continue;
        for (uint32_t i = depth; i < play->stack->len; i++)
            play->state[g_array_index(play->stack, Frame, i).module] = STATE_NEW;
        g_array_set_size(play->stack, depth);
        frame->event++;
        return true;
    }
    return false;
}

/* Runs until the stack is empty, or the budget is. */
static void run_stack(Play *play, Id entry)
{
    while (play->stack->len > 0 && play->steps < PLAY_STEPS) {
        Frame *frame = &g_array_index(play->stack, Frame, play->stack->len - 1);
        play->steps++;
        if (frame->event == play->first_event[frame->module + 1]) {
            play->state[frame->module] = STATE_LOADED;
            g_array_set_size(play->stack, play->stack->len - 1);
            continue;
        }
        const Event *event = &play->events[frame->event];
        play->at[frame->module] = *event;
        Id next = event->kind == EVENT_READ ? ID_NONE : next_to_load(play, event->target);
        if (next != ID_NONE) {
            start_loading(play, next);
            continue;
        }
        if (fails(play, frame->module, event)) {
            Id submodule = submodule_instead(play, event);
            if (submodule != ID_NONE) {
                frame->event++;
                if (play->arena[submodule] == play->arena[event->target] &&
                    play->state[submodule] == STATE_NEW)
                    start_loading(play, submodule);
                continue;
            }
            /* What a read raises is an AttributeError: no import guard catches that. */
            if (event->kind != EVENT_READ && caught(play))
                continue;
            count_failure(play, entry, frame->module, event);
        }
        frame->event++;
    }
    g_array_set_size(play->stack, 0);
}

/* Python loads the packages above the entry, one after the other, before the entry itself. */
static void run_from(Play *play, Id entry)
{
    for (Id first = next_to_load(play, entry); first != ID_NONE && play->steps < PLAY_STEPS;
         first = next_to_load(play, entry)) {
        start_loading(play, first);
        run_stack(play, entry);
    }
    for (uint32_t i = 0; i < play->touched->len; i++)
        play->state[g_array_index(play->touched, Id, i)] = STATE_NEW;
    g_array_set_size(play->touched, 0);
}

static bool asks_for_names(const Play *play, const Cycle *cycle)
{
    const uint32_t *component = play->graph->component;

    for (uint32_t i = 0; i < cycle->n_modules; i++) {
        Id m = cycle->modules[i];
        for (uint32_t k = play->first_event[m]; k < play->first_event[m + 1]; k++)
            if (play->events[k].kind != EVENT_IMPORT && component[play->events[k].target] == component[m])
                return true;
    }
    return false;
}

static void judge_cycle(Play *play, uint32_t index)
{
    Cycle *cycle = &play->graph->cycles[index];
    CycleFailure *failure = &cycle->failure;

    *failure = (CycleFailure){.entry = ID_NONE, .importer = ID_NONE, .target = ID_NONE};
    for (uint32_t i = 0; i < cycle->n_modules && play->steps < PLAY_STEPS; i++) {
        play->failed[index] = false;
        run_from(play, cycle->modules[i]);
        failure->n_entries++;
        failure->n_failing += play->failed[index];
    }
    if (failure->n_entries == 0)
        cycle->severity = asks_for_names(play, cycle) ? CYCLE_ORDER_DEPENDENT : CYCLE_BENIGN;
    else if (failure->n_failing == 0)
        cycle->severity = CYCLE_BENIGN;
    else
        cycle->severity = failure->n_failing == cycle->n_modules ? CYCLE_FATAL : CYCLE_ORDER_DEPENDENT;
}

static bool find_arenas(Play *play, bool *matters, GError **error)
{
    const DependencyGraph *graph = play->graph;
    uint32_t n = graph->n_modules;
    g_autofree uint32_t *from = g_new(uint32_t, (size_t)graph->n_edges + n + 1);
    g_autofree uint32_t *to = g_new(uint32_t, (size_t)graph->n_edges + n + 1);
    Arcs arcs = {n, 0, from, to};

    for (uint32_t i = 0; i < graph->n_edges; i++)
        if (graph->edges[i].kinds & EDGE_LOAD) {
            from[arcs.n_arcs] = graph->edges[i].from;
            to[arcs.n_arcs++] = graph->edges[i].to;
        }
    for (Id m = 0; m < n; m++)
        if (graph->parent[m] != ID_NONE) {
            from[arcs.n_arcs] = m;
            to[arcs.n_arcs++] = graph->parent[m];
        }
    if (algorithm_components(&arcs, play->arena, error) == UINT32_MAX)
        return false;
    for (uint32_t i = 0; i < arcs.n_arcs; i++)
        if (play->arena[from[i]] == play->arena[to[i]])
            matters[from[i]] = matters[to[i]] = true;
    return true;
}

static void drop_harmless_self_imports(DependencyGraph *graph)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < graph->n_cycles; i++) {
        Cycle *cycle = &graph->cycles[i];
        if (cycle->n_modules == 1 && cycle->severity == CYCLE_BENIGN) {
            g_free(cycle->modules);
            g_free(cycle->shortest);
            continue;
        }
        graph->cycles[kept++] = *cycle;
    }
    graph->n_cycles = kept;
}

bool loading_judge(const Program *program, DependencyGraph *graph, GError **error)
{
    size_t n = (size_t)graph->n_modules + 1;
    g_autofree uint32_t *arena = g_new0(uint32_t, n), *first_event = g_new0(uint32_t, n + 1),
                        *cycle_of = g_new(uint32_t, n);
    g_autofree uint8_t *state = g_new0(uint8_t, n);
    g_autofree Event *at = g_new0(Event, n);
    g_autofree bool *failed = g_new0(bool, (size_t)graph->n_cycles + 1), *indexed = g_new0(bool, n),
                    *matters = g_new0(bool, n);
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Frame));
    g_autoptr(GArray) touched = g_array_new(FALSE, FALSE, sizeof(Id));
    g_autoptr(GHashTable) bound = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    Play play = {.program = program,
                 .graph = graph,
                 .arena = arena,
                 .first_event = first_event,
                 .cycle_of = cycle_of,
                 .state = state,
                 .at = at,
                 .failed = failed,
                 .stack = stack,
                 .touched = touched,
                 .bound = bound,
                 .indexed = indexed};

    if (graph->n_cycles == 0)
        return true;
    if (!find_arenas(&play, matters, error))
        return false;
    memset(cycle_of, 0xff, sizeof(uint32_t) * n);
    for (uint32_t i = 0; i < graph->n_cycles; i++)
        cycle_of[graph->component[graph->cycles[i].modules[0]]] = i;
    collect_events(&play, matters);
    for (uint32_t i = 0; i < graph->n_cycles; i++)
        judge_cycle(&play, i);
    g_free(play.events);
    drop_harmless_self_imports(graph);
    return true;
}
