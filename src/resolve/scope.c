/* Scopes: what the events of each name come to. */
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
