/* Reads: the slot of a name as seen at one point of a module, class or function. */
#include "resolve/machine.h"

#include <stdlib.h>
#include <string.h>

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
    scope_run(r, module, events + skipped, behind - skipped, context, position, &state);
    if (state.n == 1 && state.items[0] == UNBOUND)
        return table_is_builtin(text_of(r, name)) ? NONE : index;
    if (state.n == slot->count &&
        memcmp(state.items, r->lists.items + slot->first, sizeof *state.items * state.n) == 0)
        return index;
    uint32_t made = slot_add(r, module, name);
    scope_store_state(r, made, &state);
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
    uint32_t candidate = scope_candidate(r, module, event);
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
    scope_store_state(r, made, &state);
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
    scope_run(r, module, events + skipped, behind - skipped, context, position, &state);
    if (state.n == 1 && state.items[0] == UNBOUND)
        return NONE;
    uint32_t made = slot_add(r, module, name);
    scope_store_state(r, made, &state);
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
