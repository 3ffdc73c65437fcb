/* Scopes: the events of each module by name, the slots they come to, and reads at a point. */
#include "resolve/machine.h"
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#define GROW(array, count, capacity)                                                                         \
    do {                                                                                                     \
        if ((count) == (capacity)) {                                                                         \
            (capacity) = (capacity) == 0 ? 1024 : (capacity)*2;                                              \
            (array) = g_renew(__typeof__(*(array)), (array), (capacity));                                    \
        }                                                                                                    \
    } while (0)

uint32_t candidate_add(Resolver *r, Id module, Sym name)
{
    GROW(r->candidates, r->n_candidates, r->candidate_capacity);
    r->candidates[r->n_candidates] = (Candidate){.module = module,
                                                 .name = name,
                                                 .event = NONE,
                                                 .position = NONE,
                                                 .next = NONE,
                                                 .hop = NONE,
                                                 .text = ""};
    return r->n_candidates++;
}

uint32_t slot_add(Resolver *r, Id module, Sym name)
{
    GROW(r->slots, r->n_slots, r->slot_capacity);
    r->slots[r->n_slots] = (Slot){.module = module, .name = name, .best = NONE};
    return r->n_slots++;
}

void list_append(Resolver *r, uint32_t item)
{
    GROW(r->lists.items, r->lists.count, r->lists.capacity);
    r->lists.items[r->lists.count++] = item;
}

void event_append(Resolver *r, Event event)
{
    GROW(r->events, r->n_events, r->event_capacity);
    r->events[r->n_events++] = event;
}

static uint32_t hash_pair(Id module, Sym name)
{
    uint64_t key = ((uint64_t)module << 32 | name) * UINT64_C(0x9E3779B97F4A7C15);

    return (uint32_t)(key >> 32);
}

static void table_put(Resolver *r, uint32_t slot)
{
    uint32_t at = hash_pair(r->slots[slot].module, r->slots[slot].name) & r->table_mask;

    while (r->table[at] != 0)
        at = (at + 1) & r->table_mask;
    r->table[at] = slot + 1;
}

void slot_register(Resolver *r, uint32_t slot)
{
    if (r->table == NULL || r->table_used * 2 > r->table_mask) {
        uint32_t old_mask = r->table_mask, *old = r->table;
        r->table_mask = old == NULL ? 65535 : old_mask * 4 + 3;
        r->table = g_new0(uint32_t, (size_t)r->table_mask + 1);
        for (uint32_t i = 0; old != NULL && i <= old_mask; i++)
            if (old[i] != 0)
                table_put(r, old[i] - 1);
        g_free(old);
    }
    table_put(r, slot);
    r->table_used++;
    r->slots[slot].named = true;
}

void slot_index_init(SlotIndex *index, const Resolver *r)
{
    uint32_t n = r->program->n_modules;

    index->first = g_new0(uint32_t, n + 2);
    for (uint32_t i = 0; i < r->n_slots; i++)
        if (r->slots[i].named)
            index->first[r->slots[i].module + 2]++;
    for (uint32_t m = 0; m < n; m++)
        index->first[m + 2] += index->first[m + 1];
    index->items = g_new(uint32_t, r->n_slots + 1);
    for (uint32_t i = 0; i < r->n_slots; i++)
        if (r->slots[i].named)
            index->items[index->first[r->slots[i].module + 1]++] = i;
}

void slot_index_clear(SlotIndex *index)
{
    g_free(index->first);
    g_free(index->items);
}

uint32_t slot_find(const Resolver *r, Id module, Sym name)
{
    if (r->table == NULL)
        return NONE;
    for (uint32_t at = hash_pair(module, name) & r->table_mask; r->table[at] != 0;
         at = (at + 1) & r->table_mask) {
        const Slot *slot = &r->slots[r->table[at] - 1];
        if (slot->module == module && slot->name == name)
            return r->table[at] - 1;
    }
    return NONE;
}

uint32_t marks_begin(Resolver *r)
{
    uint32_t count = interner_count(r->interner);

    if (count > r->n_mark) {
        uint32_t wanted = count + count / 2;
        r->mark = g_renew(uint32_t, r->mark, wanted);
        r->mark_value = g_renew(uint32_t, r->mark_value, wanted);
        memset(r->mark + r->n_mark, 0, sizeof *r->mark * (wanted - r->n_mark));
        r->n_mark = wanted;
    }
    return ++r->mark_stamp;
}

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

/* The candidate of one binding event; NONE for events that bind nothing. */
static uint32_t event_candidate(Resolver *r, Id module, uint32_t index)
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
    if (event->kind == BINDING_ALIAS) {
        made->kind = CANDIDATE_ALIAS;
        made->text = file_text(file, event->target);
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
    GROW(r->stars, r->n_stars, r->star_capacity);
    r->stars[r->n_stars++] =
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
        uint32_t candidate = event_candidate(r, module, i);
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

static void run(Resolver *r, Id module, const Event *events, uint32_t n, uint32_t context, uint32_t position,
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

static void store_state(Resolver *r, uint32_t slot, const State *state)
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
        run(r, slot->module, events, slot->n_events, 0, NONE, &state);
    }
    store_state(r, index, &state);
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

/* --- reads --- */

/* A read looks at this many events before it: a state holds fewer candidates than that, and a name
 * that is bound and read ten thousand times must not cost the square. */
#define READ_WINDOW 64

/* How many events take effect at or before a position. */
static uint32_t events_until(const Event *events, uint32_t n, uint32_t position)
{
    uint32_t low = 0, high = n;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (events[middle].position <= position)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t module_read(Resolver *r, Id module, Sym name, uint32_t context, uint32_t position)
{
    uint32_t index = slot_find(r, module, name);
    State state;

    if (index == NONE || position == NONE)
        return index;
    const Slot *slot = &r->slots[index];
    const Event *events = r->events + slot->first_event;
    if (slot->n_events == 0 || events[slot->n_events - 1].position <= position) {
        if (slot->n_events <= 1 || context == 0)
            return index;
    }
    if (slot->n_events == 1)
        return table_is_builtin(text_of(r, name)) ? NONE : index;
    uint32_t behind = events_until(events, slot->n_events, position);
    uint32_t skipped = behind > READ_WINDOW ? behind - READ_WINDOW : 0;
    run(r, module, events + skipped, behind - skipped, context, position, &state);
    if (state.n == 1 && state.items[0] == UNBOUND)
        return table_is_builtin(text_of(r, name)) ? NONE : index;
    if (state.n == slot->count &&
        memcmp(state.items, r->lists.items + slot->first, sizeof *state.items * state.n) == 0)
        return index;
    uint32_t made = slot_add(r, module, name);
    store_state(r, made, &state);
    return made;
}

static int compare_scope_events(const void *a, const void *b)
{
    const ScopeEvent *x = a, *y = b;

    if (x->scope != y->scope)
        return x->scope < y->scope ? -1 : 1;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static void prepare_scopes(Resolver *r, Id file_id)
{
    const File *file = &r->program->files[file_id];
    FileInfo *info = &r->files[file_id];
    const Facts *facts = &file->facts;

    info->scopes_ready = true;
    info->scope_events = arena_array(&r->arena, ScopeEvent, facts->n_bindings + 1);
    for (uint32_t i = 0; i < facts->n_bindings; i++) {
        const FactsBinding *event = &facts->bindings[i];
        if (info->clauses[event->context].scope != 0 && event->kind != BINDING_GLOBAL)
            info->scope_events[info->n_scope_events++] =
                (ScopeEvent){info->clauses[event->context].scope, file_sym(file, event->name), i};
    }
    qsort(info->scope_events, info->n_scope_events, sizeof *info->scope_events, compare_scope_events);
    info->class_context = arena_array(&r->arena, uint32_t, facts->n_definitions + 1);
    memset(info->class_context, 0xff, sizeof *info->class_context * facts->n_definitions);
    for (uint32_t i = 0; i < facts->n_contexts; i++)
        if (facts->contexts[i].kind == CONTEXT_CLASS && facts->contexts[i].definition < facts->n_definitions)
            info->class_context[facts->contexts[i].definition] = i;
}

static uint32_t scope_event_candidate(Resolver *r, Id module, uint32_t event)
{
    gint64 key = (gint64)module << 32 | event;
    uint32_t known = GPOINTER_TO_UINT(g_hash_table_lookup(r->scope_candidates, &key));

    if (known != 0)
        return known - 1;
    uint32_t candidate = event_candidate(r, module, event);
    if (candidate != NONE) {
        gint64 *stored = arena_new(&r->arena, gint64);
        *stored = key;
        g_hash_table_insert(r->scope_candidates, stored, GUINT_TO_POINTER(candidate + 1));
    }
    return candidate;
}

/* The name in one class or function body, before `position`: the last binding, and those before it
 * while they are alternatives. */
static uint32_t local_slot(Resolver *r, Id module, uint32_t scope, Sym name, uint32_t position)
{
    Id file = r->program->modules[module].file;
    FileInfo *info = &r->files[file];
    const Facts *facts = &r->program->files[file].facts;
    State state = {.n = 0};
    uint32_t low = 0, high;

    if (!info->scopes_ready)
        prepare_scopes(r, file);
    ScopeEvent key = {scope, name, NONE};
    for (high = info->n_scope_events; low < high;) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_scope_events(&info->scope_events[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low-- > 0 && state.n < MAX_STATE / 2) {
        const ScopeEvent *at = &info->scope_events[low];
        if (at->scope != scope || at->name != name)
            break;
        if (facts->bindings[at->event].start >= position)
            continue;
        uint32_t candidate = scope_event_candidate(r, module, at->event);
        if (candidate == NONE)
            continue;
        if (r->candidates[candidate].kind == CANDIDATE_DELETE)
            break;
        state.items[state.n++] = candidate;
        if (facts->bindings[at->event].context == scope)
            break;
    }
    if (state.n == 0)
        return NONE;
    uint32_t made = slot_add(r, module, name);
    store_state(r, made, &state);
    return made;
}

uint32_t scope_read(Resolver *r, Id module, Sym name, uint32_t context, uint32_t position)
{
    Id file = r->program->modules[module].file;
    const Facts *facts = module_facts(r, module);
    bool innermost = true, in_function = false;
    uint32_t scope;

    if (file == ID_NONE || facts->header == NULL || context >= facts->n_contexts)
        return slot_find(r, module, name);
    while ((scope = r->files[file].clauses[context].scope) != 0) {
        bool function = facts->contexts[scope].kind == CONTEXT_FUNCTION;
        if (function || innermost) {
            uint32_t slot = local_slot(r, module, scope, name, innermost ? position : NONE);
            if (slot != NONE)
                return slot;
        }
        in_function = in_function || function;
        innermost = false;
        context = facts->contexts[scope].parent;
    }
    return module_read(r, module, name, context, in_function ? NONE : position);
}

static uint32_t find_class_slot(Resolver *r, Id definition, Sym name)
{
    const Definition *d = &r->program->definitions[definition];
    Id file = r->program->modules[d->module].file;
    FileInfo *info = &r->files[file];

    if (info->clauses == NULL)
        return NONE;
    if (!info->scopes_ready)
        prepare_scopes(r, file);
    if (d->fact >= r->program->files[file].facts.n_definitions || info->class_context[d->fact] == NONE)
        return NONE;
    return local_slot(r, d->module, info->class_context[d->fact], name, NONE);
}

uint32_t scope_read_attribute(Resolver *r, Id module, Sym name, uint32_t context, uint32_t position)
{
    const Facts *facts = module_facts(r, module);
    uint32_t index = slot_find(r, module, name), scope;

    if (index == NONE || facts == NULL || context >= facts->n_contexts)
        return index;
    while ((scope = r->files[r->program->modules[module].file].clauses[context].scope) != 0) {
        if (facts->contexts[scope].kind == CONTEXT_FUNCTION)
            return index; /* runs later */
        context = facts->contexts[scope].parent;
    }
    const Slot *slot = &r->slots[index];
    const Event *events = r->events + slot->first_event;
    uint32_t behind = events_until(events, slot->n_events, position);
    uint32_t skipped = behind > READ_WINDOW ? behind - READ_WINDOW : 0;
    State state;
    run(r, module, events + skipped, behind - skipped, context, position, &state);
    if (state.n == 1 && state.items[0] == UNBOUND)
        return NONE;
    uint32_t made = slot_add(r, module, name);
    store_state(r, made, &state);
    return made;
}

uint32_t scope_class_slot(Resolver *r, Id definition, Sym name)
{
    gint64 key = (gint64)definition << 32 | name;
    gpointer known = NULL;

    if (g_hash_table_lookup_extended(r->class_slots, &key, NULL, &known))
        return GPOINTER_TO_UINT(known) - 1; /* 0 wraps to NONE */
    uint32_t slot = find_class_slot(r, definition, name);
    gint64 *stored = arena_new(&r->arena, gint64);
    *stored = key;
    g_hash_table_insert(r->class_slots, stored, GUINT_TO_POINTER(slot + 1));
    return slot;
}
