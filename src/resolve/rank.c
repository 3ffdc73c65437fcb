/* Which of a slot's candidates comes first, once it is known where each leads, and how sure that is.
 *
 * The machine's order (last binding, try body before handlers, …) stands unless a target says more: what
 * is known not to exist goes last, then what only runs as a script or for type checkers, branches that
 * the assumed interpreter does not take, placeholders like None, and imports of what cannot be seen where
 * a definition can. */
#include "resolve/machine.h"
#include "resolve/walk.h"

#include <string.h>

static const Candidate *definition_before(const Resolver *r, const Slot *slot, const Candidate *other)
{
    for (uint32_t i = 0; i < slot->count; i++) {
        uint32_t item = r->lists.items[slot->first + i];
        if (item != UNBOUND && r->candidates[item].kind == CANDIDATE_DEFINITION &&
            r->candidates[item].position < other->position)
            return &r->candidates[item];
    }
    return NULL;
}

/* Is this an import from a private module that is not indexed (`from _functools import partial`)? */
static bool is_accelerator(const Resolver *r, const Candidate *c)
{
    if (c->target.kind != TARGET_EXTERNAL)
        return false;
    const char *text = text_of(r, c->target.id), *colon = strchr(text, ':');
    const char *last = text;
    for (const char *at = text; at < colon; at++)
        if (*at == '.')
            last = at + 1;
    return *text == '_' || *last == '_';
}

/* Does an import of something that is neither indexed nor the standard library compete with a
 * definition that can be seen? Whether it is installed cannot be told; what can be seen goes first. */
static bool is_unseen_rival(const Resolver *r, const Slot *slot, const Candidate *c)
{
    const char *text = text_of(r, c->target.id);
    g_autofree char *top = g_strndup(text, strcspn(text, ".:"));

    if (table_was_stdlib(top) || strcmp(top, "builtins") == 0)
        return false;
    for (uint32_t i = 0; i < slot->count; i++) {
        uint32_t item = r->lists.items[slot->first + i];
        if (item != UNBOUND && r->candidates[item].target.kind == TARGET_DEFINITION &&
            !(r->candidates[item].flags & (CANDIDATE_TYPING | CANDIDATE_MAIN | CANDIDATE_UNLIKELY)))
            return true;
    }
    return false;
}

/* Where a candidate stands in its slot: what can be told from its target, then the machine's order. */
static uint32_t rank_of(const Resolver *r, const Slot *slot, uint32_t item)
{
    if (item == UNBOUND)
        return 0;
    const Candidate *c = &r->candidates[item];
    if (c->target.kind == TARGET_NONE || (c->flags & CANDIDATE_CYCLE && c->target.kind == TARGET_UNRESOLVED))
        return 90;
    if (c->flags & CANDIDATE_MISSING)
        return 80;
    if (c->flags & CANDIDATE_MAIN)
        return 70;
    if (c->flags & CANDIDATE_TYPING)
        return 60;
    if (c->flags & CANDIDATE_UNLIKELY)
        return 30;
    if (c->target.kind == TARGET_UNRESOLVED)
        return 25;
    if (c->target.kind == TARGET_VALUE)
        return 20;
    if (c->target.kind == TARGET_EXTERNAL && slot->count > 1 &&
        (is_accelerator(r, c) || definition_before(r, slot, c) != NULL || is_unseen_rival(r, slot, c)))
        return 10;
    return 0;
}

static void sort_slot(Resolver *r, const Slot *slot)
{
    uint32_t *items = r->lists.items + slot->first, ranks[MAX_STATE];

    g_assert(slot->count <= MAX_STATE);
    for (uint32_t i = 0; i < slot->count; i++) /* all before any moves: ranks look at rivals */
        ranks[i] = rank_of(r, slot, items[i]);
    for (uint32_t i = 1; i < slot->count; i++) {
        uint32_t item = items[i], rank = ranks[i], k = i;
        for (; k > 0 && ranks[k - 1] > rank; k--) {
            items[k] = items[k - 1];
            ranks[k] = ranks[k - 1];
        }
        items[k] = item;
        ranks[k] = rank;
    }
}

static uint8_t own_certainty(const Candidate *c)
{
    if (c->flags & (CANDIDATE_MAIN | CANDIDATE_UNLIKELY | CANDIDATE_OVERLAY | CANDIDATE_CYCLE))
        return MAX(c->certainty, CERTAINTY_POSSIBLE);
    if (c->target.kind == TARGET_UNRESOLVED) /* that a name is missing is never more than likely */
        return MAX(c->certainty, (c->flags & CANDIDATE_MISSING) ? CERTAINTY_LIKELY : CERTAINTY_POSSIBLE);
    if (c->flags & (CANDIDATE_TYPING | CANDIDATE_LAZY))
        return MAX(c->certainty, CERTAINTY_LIKELY);
    return c->certainty;
}

void slot_rank(Resolver *r, uint32_t index)
{
    Slot *slot = &r->slots[index];
    const uint32_t *items = r->lists.items + slot->first;
    uint32_t at = 0;
    bool rival = false;

    if (slot->count > 1)
        sort_slot(r, slot);
    slot->best = NONE;
    slot->typing_only = true;
    while (at < slot->count && items[at] == UNBOUND)
        at++;
    for (uint32_t i = at; i < slot->count; i++)
        if (items[i] != UNBOUND && !(r->candidates[items[i]].flags & (CANDIDATE_TYPING | CANDIDATE_MAIN)))
            slot->typing_only = false;
    if (at == slot->count || r->candidates[items[at]].target.kind == TARGET_NONE) {
        slot->typing_only = false;
        return;
    }
    slot->best = items[at];
    const Candidate *best = &r->candidates[slot->best];
    for (uint32_t i = at + 1; i < slot->count; i++)
        rival = rival || items[i] == UNBOUND || !target_equal(r->candidates[items[i]].target, best->target);
    slot->certainty = own_certainty(best);
    if (at > 0 && !slot->typing_only)
        slot->certainty = MAX(slot->certainty, CERTAINTY_POSSIBLE);
    else if (rival)
        slot->certainty = MAX(slot->certainty, CERTAINTY_LIKELY);
}
