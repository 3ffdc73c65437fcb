/* Candidates and slots to targets.
 *
 * A depth-first walk over the graph "this candidate needs that slot, a slot needs its candidates"
 * with an explicit stack, every node resolved once: the cost is nodes plus edges, whatever the
 * length of a chain. What a candidate needs is found while it is walked (a dotted name asks one
 * name at a time), so a candidate keeps how far it got and is taken up again when what it waited
 * for is done. A node that is met while it is still active closes a cycle: it then counts as
 * leading nowhere for the one who asked, which is what a partially initialised module would say,
 * and the answer is marked. Modules are walked in program order, so the result does not depend on
 * anything but the program. */
#include "resolve/walk.h"

#include <string.h>

/* --- dotted names --- */

static void step_outside(Resolver *r, Candidate *c)
{
    const char *base = text_of(r, c->target.id);
    size_t length = strlen(base);
    const char *joint = length > 0 && base[length - 1] == ':' ? "" : ".";

    walk_lead_to(c, TARGET_EXTERNAL, intern_printf(r->interner, "%s%s%s", base, joint, c->text));
    c->text = "";
}

/* Walks the rest of a dotted name from where the candidate stands. */
Step walk_rest(Walk *w, uint32_t index)
{
    Resolver *r = w->r;

    while (*r->candidates[index].text != '\0') {
        Candidate *c = &r->candidates[index];
        Target at = c->target;
        size_t length;
        Sym name = next_name(r, c->text, &length);
        if (at.kind == TARGET_EXTERNAL) {
            step_outside(r, c);
            continue;
        }
        if (at.kind == TARGET_MODULE) {
            if (name == 0)
                name = intern(r->interner, c->text, length);
            Looked looked = walk_attribute(w, index, at.id, name, NONE);
            if (looked == LOOKED_WAIT)
                return STEP_WAIT;
            if (looked == LOOKED_ABSENT) {
                walk_absent(r, index, at.id, name);
                return STEP_DONE;
            }
        } else if (at.kind == TARGET_DEFINITION && name != 0) {
            Looked looked = walk_class_attribute(w, index, at.id, name);
            if (looked == LOOKED_WAIT)
                return STEP_WAIT;
            if (looked == LOOKED_ABSENT)
                walk_lead_to_value(&r->candidates[index]);
        } else if (at.kind == TARGET_UNRESOLVED) {
            return STEP_DONE;
        } else {
            walk_lead_to_value(c);
        }
        c = &r->candidates[index];
        if (c->target.kind == TARGET_VALUE && c->target.id == c->module && c->target.name == c->name) {
            c->text = "";
            break;
        }
        c->text += length + (c->text[length] == '.');
    }
    return STEP_DONE;
}

/* The head of a dotted name, read where the candidate stands. */
static Step read_head(Walk *w, uint32_t index)
{
    Resolver *r = w->r;
    Candidate *c = &r->candidates[index];
    size_t length;
    Sym head = next_name(r, c->text, &length);

    if (!c->started) {
        c->started = 1;
        uint32_t slot = head == 0 ? NONE : scope_read(r, c->module, head, c->context, c->position);
        c = &r->candidates[index]; /* reading may have added candidates */
        c->b = slot;
    }
    Looked looked = LOOKED_ABSENT;
    if (c->b != NONE)
        looked = walk_slot(w, index, c->b, false);
    if (looked == LOOKED_WAIT)
        return STEP_WAIT;
    c = &r->candidates[index];
    c->started = 2;
    if (looked == LOOKED_ABSENT) {
        g_autofree char *name = g_strndup(c->text, length);
        if (table_is_builtin(name)) {
            walk_lead_outside(r, c, "builtins", name);
            if (strcmp(name, "WindowsError") == 0 && strcmp(r->interpreter.platform, "win32") != 0)
                c->flags |= CANDIDATE_UNLIKELY;
        } else {
            walk_lead_nowhere(r, c, "", name);
            c->text = "";
            return STEP_DONE;
        }
    }
    c->text += length + (c->text[length] == '.');
    return STEP_DONE;
}

static Step walk_dotted(Walk *w, uint32_t index)
{
    if (w->r->candidates[index].started < 2 && read_head(w, index) == STEP_WAIT)
        return STEP_WAIT;
    return walk_rest(w, index);
}

/* --- candidates --- */

static Step resolve_named(Walk *w, uint32_t index)
{
    Resolver *r = w->r;
    Id module = r->candidates[index].a;
    Sym name =
        r->candidates[index].kind == CANDIDATE_ATTRIBUTE ? r->candidates[index].b : r->candidates[index].name;
    Looked looked = walk_attribute(w, index, module, name, NONE);

    if (looked == LOOKED_WAIT)
        return STEP_WAIT;
    if (looked == LOOKED_ABSENT)
        walk_absent(r, index, module, name);
    return STEP_DONE;
}

static Step resolve_candidate(Walk *w, uint32_t index)
{
    Candidate *c = &w->r->candidates[index];

    switch ((CandidateKind)c->kind) {
    case CANDIDATE_DEFINITION:
        walk_lead_to(c, TARGET_DEFINITION, c->a);
        return STEP_DONE;
    case CANDIDATE_SUBMODULE:
        walk_lead_to(c, TARGET_MODULE, module_object(w->r, c->a));
        return STEP_DONE;
    case CANDIDATE_IMPORT:
        return walk_import(w, index);
    case CANDIDATE_ALIAS: {
        Step step = walk_dotted(w, index);
        c = &w->r->candidates[index];
        if (step == STEP_DONE && (c->flags & CANDIDATE_PUBLISHED) && c->target.kind != TARGET_DEFINITION)
            walk_lead_to(c, TARGET_NONE, 0);
        return step;
    }
    case CANDIDATE_STAR:
    case CANDIDATE_ATTRIBUTE:
        return resolve_named(w, index);
    default:
        walk_lead_to_value(c);
        return STEP_DONE;
    }
}

/* --- the walk --- */

static bool enter_slot(Walk *w, uint32_t index)
{
    Resolver *r = w->r;
    const Slot *slot = &r->slots[index];

    for (uint32_t i = 0; i < slot->count; i++) {
        uint32_t item = r->lists.items[slot->first + i];
        if (item != UNBOUND && r->candidates[item].state == NODE_NEW) {
            w->needed = candidate_node(item);
            return false;
        }
    }
    slot_rank(r, index);
    return true;
}

static void walk(Walk *w, uint32_t node)
{
    Resolver *r = w->r;

    g_array_append_val(w->stack, node);
    while (w->stack->len > 0) {
        uint32_t top = g_array_index(w->stack, uint32_t, w->stack->len - 1), index = top >> 1;
        bool done;
        if (top & 1) {
            r->candidates[index].state = NODE_ACTIVE;
            done = resolve_candidate(w, index) == STEP_DONE;
            if (done)
                r->candidates[index].state = NODE_DONE;
        } else {
            r->slots[index].state = NODE_ACTIVE;
            done = enter_slot(w, index);
            if (done)
                r->slots[index].state = NODE_DONE;
        }
        if (done)
            g_array_set_size(w->stack, w->stack->len - 1);
        else
            g_array_append_val(w->stack, w->needed);
    }
}

static void walk_from(Resolver *r, uint32_t node)
{
    Walk w = {.r = r, .stack = g_array_new(FALSE, FALSE, sizeof(uint32_t))};

    walk(&w, node);
    g_array_free(w.stack, TRUE);
}

void chain_resolve_candidate(Resolver *r, uint32_t candidate)
{
    if (r->candidates[candidate].state == NODE_NEW)
        walk_from(r, candidate_node(candidate));
}

const Candidate *chain_slot(Resolver *r, uint32_t slot)
{
    if (r->slots[slot].state == NODE_NEW)
        walk_from(r, slot_node(slot));
    return r->slots[slot].best == NONE ? NULL : &r->candidates[r->slots[slot].best];
}

uint32_t chain_attribute(Resolver *r, Id module, Sym name)
{
    uint32_t candidate = candidate_add(r, ID_NONE, name);

    r->candidates[candidate].kind = CANDIDATE_ATTRIBUTE;
    r->candidates[candidate].a = module;
    r->candidates[candidate].b = name;
    chain_resolve_candidate(r, candidate);
    return candidate;
}

void chain_resolve_all(Resolver *r)
{
    Walk w = {.r = r, .stack = g_array_new(FALSE, FALSE, sizeof(uint32_t))};
    uint32_t slots = r->n_slots;

    for (uint32_t i = 0; i < slots; i++)
        if (r->slots[i].state == NODE_NEW)
            walk(&w, slot_node(i));
    for (uint32_t i = 0; i < r->n_raw; i++)
        if (!import_is_plain_star(r, &r->raw[i]) && r->candidates[i].state == NODE_NEW)
            walk(&w, candidate_node(i));
    for (uint32_t i = 0; i < r->program->n_bases; i++)
        if (r->base_candidate[i] != NONE && r->candidates[r->base_candidate[i]].state == NODE_NEW)
            walk(&w, candidate_node(r->base_candidate[i]));
    g_array_free(w.stack, TRUE);
}
