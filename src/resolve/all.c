/* `__all__`, evaluated: the operations of a module in source order, the lists of other modules that
 * it takes over first. Modules are visited depth first with an explicit stack; a list that depends
 * on itself counts as unsure. */
#include "resolve/internal.h"

#include <string.h>

typedef struct AllRun {
    Resolver *r;
    uint8_t *state; /* by module: NodeState */
    GArray *stack;
    Sym all; /* "__all__" */
} AllRun;

/* Operation — one step, from the facts or from `from m import __all__`. */
typedef struct Operation {
    uint32_t operation;
    Sym name;
    uint32_t line, position;
    Id module; /* of an ALL_MODULE; ID_NONE: unknown */
} Operation;

static bool counts(const Resolver *r, Id module, uint32_t context)
{
    const File *file = &r->program->files[r->program->modules[module].file];
    const Clause *clause = &r->files[r->program->modules[module].file].clauses[context];

    return clause->scope == 0 && clause->inherited != CHANCE_NEVER &&
           (file->stub || !(file->facts.contexts[context].flags & (CONTEXT_TYPING | CONTEXT_MAIN)));
}

static Id expression_module(const AllRun *run, Id module, const char *text)
{
    Resolver *r = run->r;
    g_autofree char *dotted = g_strdup(text);

    if (g_str_has_suffix(dotted, ".__all__"))
        dotted[strlen(dotted) - strlen(".__all__")] = '\0';
    Id found = chain_module_of(r, module, dotted);
    if (found != ID_NONE || run->all == 0 || strchr(dotted, '.') != NULL)
        return found;
    Sym name = intern_find(r->interner, dotted, strlen(dotted)); /* from m import __all__ as name */
    uint32_t slot = name == 0 ? NONE : slot_find(r, module, name);
    for (uint32_t i = 0; slot != NONE && i < r->slots[slot].n_events; i++) {
        const Candidate *c = &r->candidates[r->events[r->slots[slot].first_event + i].candidate];
        if (c->kind == CANDIDATE_IMPORT && r->raw[c->a].name == run->all)
            return r->raw[c->a].target_module;
    }
    return ID_NONE;
}

static int compare_operations(const void *a, const void *b)
{
    const Operation *x = a, *y = b;

    return x->position < y->position ? -1 : x->position > y->position;
}

static void add_imported(AllRun *run, Id module, GArray *out)
{
    Resolver *r = run->r;
    uint32_t slot = run->all == 0 ? NONE : slot_find(r, module, run->all);

    for (uint32_t i = 0; slot != NONE && i < r->slots[slot].n_events; i++) {
        Event event = r->events[r->slots[slot].first_event + i];
        const Candidate *c = &r->candidates[event.candidate];
        if (c->kind != CANDIDATE_IMPORT || !counts(r, module, c->context))
            continue;
        Operation reset = {ALL_RESET, 0, c->line, event.position, ID_NONE};
        Operation take = {ALL_MODULE, 0, c->line, event.position, r->raw[c->a].target_module};
        g_array_append_val(out, reset);
        g_array_append_val(out, take);
    }
}

static GArray *operations_of(AllRun *run, Id module)
{
    Resolver *r = run->r;
    const File *file = &r->program->files[r->program->modules[module].file];
    GArray *out = g_array_new(FALSE, FALSE, sizeof(Operation));
    uint32_t imported;

    add_imported(run, module, out);
    imported = out->len;
    for (uint32_t i = 0; i < file->facts.n_alls; i++) {
        const FactsAll *fact = &file->facts.alls[i];
        Operation operation = {fact->operation, file_sym(file, fact->text), fact->line, fact->start, ID_NONE};
        if (!counts(r, module, fact->context))
            continue;
        if (fact->operation == ALL_MODULE)
            operation.module = expression_module(run, module, file_text(file, fact->text));
        g_array_append_val(out, operation);
    }
    if (imported > 0) /* stable for what the facts give: they are sorted, ties are rare and alike */
        g_array_sort(out, compare_operations);
    return out;
}

static void apply(Resolver *r, Id module, const GArray *operations)
{
    ModuleInfo *info = &r->modules[module];
    GArray *names = g_array_new(FALSE, FALSE, sizeof(Sym)),
           *lines = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t stamp = marks_begin(r);

    for (uint32_t i = 0; i < operations->len; i++) {
        const Operation *o = &g_array_index(operations, Operation, i);
        const ModuleInfo *other = o->module == ID_NONE ? NULL : &r->modules[o->module];
        Sym one = o->name;
        const Sym *from = &one;
        uint32_t n = o->operation == ALL_ADD;
        if (o->operation == ALL_RESET) {
            g_array_set_size(names, 0);
            g_array_set_size(lines, 0);
            stamp = marks_begin(r);
            info->all_unsure = false;
        } else if (o->operation == ALL_REMOVE && r->mark[o->name] == stamp) {
            r->mark[o->name] = 0;
            g_array_index(names, Sym, r->mark_value[o->name]) = 0;
        } else if (o->operation == ALL_UNKNOWN ||
                   (o->operation == ALL_MODULE && (other == NULL || !other->has_all))) {
            info->all_unsure = true;
        } else if (o->operation == ALL_MODULE) {
            from = other->all_names;
            n = other->n_all;
            info->all_unsure = info->all_unsure || other->all_unsure;
        }
        for (uint32_t k = 0; k < n; k++) {
            if (from[k] == 0 || r->mark[from[k]] == stamp)
                continue;
            r->mark[from[k]] = stamp;
            r->mark_value[from[k]] = names->len;
            g_array_append_val(names, from[k]);
            g_array_append_val(lines, o->line);
        }
    }
    info->has_all = true;
    info->all_names = arena_array(&r->arena, Sym, names->len + 1);
    info->all_lines = arena_array(&r->arena, uint32_t, names->len + 1);
    for (uint32_t i = 0; i < names->len; i++)
        if (g_array_index(names, Sym, i) != 0) {
            info->all_names[info->n_all] = g_array_index(names, Sym, i);
            info->all_lines[info->n_all++] = g_array_index(lines, uint32_t, i);
        }
    g_array_free(names, TRUE);
    g_array_free(lines, TRUE);
}

/* Evaluates one module when all that it needs is done; else pushes what it needs. */
static bool visit(AllRun *run, Id module)
{
    Resolver *r = run->r;
    GArray *operations = operations_of(run, module);
    bool ready = true;

    for (uint32_t i = 0; i < operations->len; i++) {
        const Operation *o = &g_array_index(operations, Operation, i);
        if (o->operation != ALL_MODULE || o->module == ID_NONE || run->state[o->module] != NODE_NEW)
            continue;
        ready = false;
        g_array_append_val(run->stack, o->module);
        break;
    }
    if (ready && operations->len > 0)
        apply(r, module, operations);
    g_array_free(operations, TRUE);
    return ready;
}

void all_evaluate(Resolver *r)
{
    AllRun run = {.r = r,
                  .state = g_new0(uint8_t, r->program->n_modules + 1),
                  .stack = g_array_new(FALSE, FALSE, sizeof(Id)),
                  .all = intern_find(r->interner, "__all__", 7)};

    for (Id id = 0; id < r->program->n_modules; id++) {
        if (run.state[id] != NODE_NEW)
            continue;
        g_array_append_val(run.stack, id);
        while (run.stack->len > 0) {
            Id top = g_array_index(run.stack, Id, run.stack->len - 1);
            const Facts *facts = module_facts(r, top);
            bool plain = facts == NULL || facts->header == NULL || facts->n_contexts == 0;
            bool done = run.state[top] == NODE_DONE || plain;
            if (!done) {
                run.state[top] = NODE_ACTIVE;
                uint32_t depth = run.stack->len;
                done = visit(&run, top) && run.stack->len == depth;
            }
            if (done) {
                run.state[top] = NODE_DONE;
                g_array_set_size(run.stack, run.stack->len - 1);
            }
        }
    }
    g_array_free(run.stack, TRUE);
    g_free(run.state);
}
