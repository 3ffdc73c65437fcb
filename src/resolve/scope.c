/* Scopes: the events of each module by name, the slots they come to, and reads at a point. */
#include "resolve/machine.h"
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

Id definition_of_fact(const Resolver *r, Id module, uint32_t fact)
{
    const Module *m = &r->program->modules[module];
    const Definition *definitions = r->program->definitions + m->first_definition;
    uint32_t low = 0, high = m->n_definitions;

    if (fact < high && definitions[fact].fact == fact)
        return m->first_definition + fact;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (definitions[middle].fact < fact)
            low = middle + 1;
        else
            high = middle;
    }
    return low < m->n_definitions && definitions[low].fact == fact ? m->first_definition + low : ID_NONE;
}

/* --- events → candidates --- */

static bool is_self_alias(const Facts *facts, const FactsImport *import)
{
    return import->aliased &&
           (import->form == IMPORT_FROM ? import->name : import->module) == import->bound &&
           facts->n_imports > 0;
}

static uint16_t context_flags(const File *file, const FileInfo *info, uint32_t context)
{
    const FactsContext *at = &file->facts.contexts[context];
    uint16_t flags = 0;

    if ((at->flags & CONTEXT_TYPING) && !file->stub)
        flags |= CANDIDATE_TYPING;
    if (at->flags & CONTEXT_MAIN)
        flags |= CANDIDATE_MAIN;
    if (flags == 0 && info->clauses[context].inherited == CHANCE_NEVER_SOFT)
        flags |= CANDIDATE_UNLIKELY;
    return flags;
}

/* Where an event takes effect: simple statements when they end (their right-hand side is read
 * before), targets of for, with, except and match where they stand. */
static uint32_t effect_position(const FactsBinding *event)
{
    return event->kind == BINDING_TARGET || event->kind == BINDING_DELETE ? event->start : event->end;
}

static uint32_t import_candidate(Resolver *r, Id module, const File *file, const FactsBinding *event,
                                 uint16_t flags)
{
    uint32_t candidate = r->modules[module].first_import + event->ref;
    const FactsImport *import = &file->facts.imports[event->ref];

    r->candidates[candidate].flags |= flags;
    if (file->stub && !is_self_alias(&file->facts, import))
        r->candidates[candidate].flags |= CANDIDATE_PRIVATE;
    return candidate;
}

/* Does a call of this name give an instance of a built-in class, whatever its arguments? */
static bool makes_plain_object(const Resolver *r, Id module, const char *callee)
{
    static const char *const makers[] = {"bool",      "bytearray", "bytes", "complex", "dict",   "float",
                                         "frozenset", "int",       "len",   "list",    "object", "range",
                                         "set",       "sorted",    "str",   "tuple"};
    size_t length = strlen(callee);

    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++)
        if (strcmp(makers[i], callee) == 0) {
            Sym name = intern_find(r->interner, callee, length);
            return name == 0 || slot_find(r, module, name) == NONE;
        }
    return false;
}

/* The candidate of one binding event; NONE for events that bind nothing. */
uint32_t scope_candidate(Resolver *r, Id module, uint32_t index)
{
    const File *file = &r->program->files[r->program->modules[module].file];
    const FileInfo *info = &r->files[r->program->modules[module].file];
    const FactsBinding *event = &file->facts.bindings[index];
    uint16_t flags = context_flags(file, info, event->context);

    if ((event->kind == BINDING_ANNOTATION && !file->stub) || event->kind == BINDING_STAR ||
        info->clauses[event->context].inherited == CHANCE_NEVER)
        return NONE;
    if (event->kind == BINDING_IMPORT && event->ref < file->facts.n_imports)
        return import_candidate(r, module, file, event, flags);
    if (event->kind == BINDING_GLOBAL && event->alternative == GLOBAL_IMPORT &&
        event->ref < file->facts.n_imports)
        return import_candidate(r, module, file, event, flags | CANDIDATE_OVERLAY);
    uint32_t candidate = candidate_add(r, module, file_sym(file, event->name));
    Candidate *made = &r->candidates[candidate];
    made->kind = CANDIDATE_VALUE;
    made->flags = flags;
    made->line = event->line;
    made->event = index;
    made->context = event->context;
    made->position = event->start;
    if (event->kind == BINDING_DEFINITION) {
        made->a = definition_of_fact(r, module, event->ref);
        made->kind = made->a == ID_NONE ? CANDIDATE_VALUE : CANDIDATE_DEFINITION;
        if (made->a != ID_NONE)
            made->line = r->program->definitions[made->a].line;
    } else if (event->kind == BINDING_DELETE) {
        made->kind = CANDIDATE_DELETE;
    } else if (event->kind == BINDING_GLOBAL) {
        made->flags |= CANDIDATE_OVERLAY;
        made->a =
            event->alternative == GLOBAL_DEFINITION ? definition_of_fact(r, module, event->ref) : ID_NONE;
        if (made->a != ID_NONE)
            made->kind = CANDIDATE_DEFINITION;
    } else if (event->alternative > 0) {
        made->flags |= CANDIDATE_ALTERNATIVE;
    }
    if (event->kind == BINDING_ALIAS || (event->kind == BINDING_TARGET && event->target != 0)) {
        made->kind = CANDIDATE_ALIAS;
        made->text = file_text(file, event->target);
    } else if (event->computed && !makes_plain_object(r, module, file_text(file, event->target))) {
        made->certainty = CERTAINTY_LIKELY; /* a value as far as one can see; it may be a class */
    }
    return candidate;
}

/* --- modules: events grouped by name, in two passes over the bindings --- */

static bool is_module_event(const FileInfo *info, const FactsBinding *event)
{
    return event->kind == BINDING_GLOBAL || info->clauses[event->context].scope == 0;
}

static void add_star(Resolver *r, Id module, const File *file, uint32_t index)
{
    const FactsBinding *event = &file->facts.bindings[index];
    const Import *raw = &r->raw[r->modules[module].first_import + event->ref];
    const FileInfo *info = &r->files[r->program->modules[module].file];

    if (info->clauses[event->context].inherited == CHANCE_NEVER)
        return;
    uint32_t made = star_add(r);
    r->stars[made] =
        (Star){.module = module,
               .source = raw->target_module,
               .event = index,
               .context = event->context,
               .position = event->end,
               .line = event->line,
               .typing = (file->facts.contexts[event->context].flags & CONTEXT_TYPING) && !file->stub};
    r->modules[module].n_stars++;
    if (raw->target_module == ID_NONE)
        r->modules[module].external_star = true;
}

static void count_events(Resolver *r, Id module, const File *file, const FileInfo *info, uint32_t stamp)
{
    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *event = &file->facts.bindings[i];
        if (!is_module_event(info, event))
            continue;
        if (event->kind == BINDING_STAR) {
            if (event->ref < file->facts.n_imports)
                add_star(r, module, file, i);
            continue;
        }
        Sym name = file_sym(file, event->name);
        if (name == 0 || event->kind == BINDING_METHOD || (event->kind == BINDING_ANNOTATION && !file->stub))
            continue;
        if (r->mark[name] != stamp) {
            r->mark[name] = stamp;
            r->mark_value[name] = slot_add(r, module, name);
            slot_register(r, r->mark_value[name]);
        }
        r->slots[r->mark_value[name]].n_events++;
    }
}

/* Second pass: the events themselves; those of functions that say `global` come last, since when they
 * run cannot be told. */
static void fill_events(Resolver *r, Id module, const File *file, const FileInfo *info, uint32_t stamp,
                        bool global)
{
    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *event = &file->facts.bindings[i];
        Sym name = file_sym(file, event->name);
        if ((event->kind == BINDING_GLOBAL) != global || !is_module_event(info, event) || name == 0 ||
            r->mark[name] != stamp || event->kind == BINDING_METHOD)
            continue;
        uint32_t candidate = scope_candidate(r, module, i);
        if (candidate == NONE)
            continue;
        Slot *slot = &r->slots[r->mark_value[name]];
        r->events[slot->first_event + slot->n_events++] =
            (Event){candidate, global ? 0 : info->clauses[event->context].effective,
                    global ? NONE - 1 : effect_position(event)};
    }
}

static void group_module(Resolver *r, Id module)
{
    const File *file = &r->program->files[r->program->modules[module].file];
    const FileInfo *info = &r->files[r->program->modules[module].file];
    uint32_t stamp = marks_begin(r);

    uint32_t first = r->n_slots;
    r->modules[module].first_star = r->n_stars;
    count_events(r, module, file, info, stamp);
    for (uint32_t i = first; i < r->n_slots; i++) {
        Slot *slot = &r->slots[i];
        slot->first_event = r->n_events;
        for (uint32_t k = 0; k < slot->n_events; k++)
            event_append(r, (Event){NONE, 0, 0});
        slot->n_events = 0;
    }
    fill_events(r, module, file, info, stamp, false);
    fill_events(r, module, file, info, stamp, true);
}

void scope_modules(Resolver *r)
{
    for (Id id = 0; id < r->program->n_modules; id++) {
        const Facts *facts = module_facts(r, id);
        if (facts != NULL && facts->header != NULL && facts->n_contexts > 0)
            group_module(r, id);
    }
}

void scope_insert_event(Resolver *r, uint32_t slot, Event event)
{
    uint32_t first = r->n_events, n = r->slots[slot].n_events, from = r->slots[slot].first_event;
    bool placed = false;

    for (uint32_t i = 0; i < n; i++) {
        Event old = r->events[from + i];
        if (!placed && old.position > event.position) {
            event_append(r, event);
            placed = true;
        }
        event_append(r, old);
    }
    if (!placed)
        event_append(r, event);
    r->slots[slot].first_event = first;
    r->slots[slot].n_events = n + 1;
}

/* --- running the machine --- */

void scope_run(Resolver *r, Id module, const Event *events, uint32_t n, uint32_t context, uint32_t position,
               State *out)
{
    Id file = r->program->modules[module].file;
    Machine machine; /* not cleared: frames are set up when they open */

    machine_begin(&machine, file == ID_NONE ? NULL : &r->files[file], module_facts(r, module));
    for (uint32_t i = 0; i < n && events[i].position <= position; i++) {
        const Candidate *candidate = &r->candidates[events[i].candidate];
        if (file != ID_NONE && (machine.depth > 0 || events[i].context != 0))
            machine_go(&machine, events[i].context);
        if (candidate->flags & (CANDIDATE_OVERLAY | CANDIDATE_ALTERNATIVE))
            machine_suggest(&machine, events[i].candidate);
        else if (candidate->kind == CANDIDATE_SUBMODULE && events[i].position == LATER)
            machine_rebind_later(&machine, events[i].candidate);
        else
            machine_bind(&machine, candidate->kind == CANDIDATE_DELETE ? UNBOUND : events[i].candidate);
    }
    if (file != ID_NONE) {
        if (position != NONE)
            machine_go(&machine, r->files[file].clauses[context].effective);
        else
            machine_finish(&machine);
    }
    *out = machine.state;
}

void scope_store_state(Resolver *r, uint32_t slot, const State *state)
{
    r->slots[slot].first = r->lists.count;
    r->slots[slot].count = state->n;
    for (uint32_t i = 0; i < state->n; i++)
        list_append(r, state->items[i]);
}

void scope_evaluate_slot(Resolver *r, uint32_t index)
{
    Slot *slot = &r->slots[index];
    const Event *events = r->events + slot->first_event;
    State state = {.n = 1};

    if (slot->n_events == 1 && events[0].context == 0) {
        const Candidate *only = &r->candidates[events[0].candidate];
        state.items[0] = only->kind == CANDIDATE_DELETE ? UNBOUND : events[0].candidate;
        if (only->kind == CANDIDATE_SUBMODULE && events[0].position == LATER) {
            state.items[state.n++] = UNBOUND;
        } else if (only->flags & CANDIDATE_OVERLAY) {
            state.items[0] = UNBOUND;
            state.items[state.n++] = events[0].candidate;
        }
    } else {
        scope_run(r, slot->module, events, slot->n_events, 0, NONE, &state);
    }
    scope_store_state(r, index, &state);
}

void scope_evaluate(Resolver *r)
{
    for (uint32_t i = 0; i < r->n_slots; i++)
        if (r->slots[i].named)
            scope_evaluate_slot(r, i);
}

bool slot_bound_at_run_time(const Resolver *r, const Slot *slot)
{
    for (uint32_t i = 0; i < slot->count; i++) {
        uint32_t item = r->lists.items[slot->first + i];
        if (item == UNBOUND)
            continue;
        if (!(r->candidates[item].flags &
              (CANDIDATE_TYPING | CANDIDATE_MAIN | CANDIDATE_OVERLAY | CANDIDATE_PRIVATE)) ||
            r->candidates[item].kind == CANDIDATE_SUBMODULE)
            return true;
    }
    return false;
}
