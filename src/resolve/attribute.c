/* Attributes of modules and classes, as a walk asks for them one at a time. */
#include "resolve/walk.h"

#include <string.h>

/* The first name of what is left; advances. 0 when no file mentions such a name. */
Sym next_name(const Resolver *r, const char *text, size_t *length)
{
    *length = strcspn(text, ".");
    return intern_find(r->interner, text, *length);
}

/* --- ends of a walk --- */

void walk_lead_to(Candidate *c, uint32_t kind, uint32_t id)
{
    c->target = (Target){.kind = kind, .id = id};
}

void walk_lead_to_value(Candidate *c)
{
    c->target = (Target){.kind = TARGET_VALUE, .id = c->module, .name = c->name};
    if (c->kind == CANDIDATE_ALIAS)
        c->next = NONE, c->n_hops = 0;
}

void walk_lead_nowhere(Resolver *r, Candidate *c, const char *owner, const char *name)
{
    Sym text =
        *owner == '\0' ? intern_cstr(r->interner, name) : intern_printf(r->interner, "%s:%s", owner, name);

    walk_lead_to(c, TARGET_UNRESOLVED, text);
    c->next = NONE;
    c->n_hops = 0;
}

void walk_lead_outside(Resolver *r, Candidate *c, const char *module, const char *name)
{
    size_t m = strlen(module), n = strlen(name);
    char buffer[256];

    if (m + n + 1 < sizeof buffer) {
        memcpy(buffer, module, m);
        buffer[m] = ':';
        memcpy(buffer + m + 1, name, n + 1);
        walk_lead_to(c, TARGET_EXTERNAL, intern(r->interner, buffer, m + n + 1));
    } else {
        walk_lead_to(c, TARGET_EXTERNAL, intern_printf(r->interner, "%s:%s", module, name));
    }
}

/* Takes over where `best` leads. A definition or plain value is the target itself, not a hop. */
void walk_follow(Candidate *c, const Candidate *best, uint32_t best_index, uint8_t certainty)
{
    bool itself = best->kind == CANDIDATE_DEFINITION || best->kind == CANDIDATE_VALUE ||
                  best->kind == CANDIDATE_SUBMODULE;

    c->target = best->target;
    c->certainty = MAX(c->certainty, certainty);
    if (!itself) {
        c->next = best_index;
        c->n_hops = MIN(best->n_hops, UINT32_MAX - 2) + 1;
    }
    c->flags |= best->flags & (CANDIDATE_CYCLE);
}

/* --- names of modules --- */

/* The module object that one gets for a module: sys.modules[__name__] = other. */
Id module_object(const Resolver *r, Id module)
{
    for (unsigned guard = 0; guard < 16 && r->modules[module].replaced != ID_NONE; guard++)
        module = r->modules[module].replaced;
    return module;
}

/* The module whose names one gets: a stub speaks for an extension module. */
Id module_names(const Resolver *r, Id module)
{
    module = module_object(r, module);
    const Module *m = &r->program->modules[module];
    const Facts *facts = module_facts(r, module);
    if (r->modules[module].spoken != ID_NONE)
        return r->modules[module].spoken;
    if (m->stub != ID_NONE && m->stub < r->program->n_modules && m->file != ID_NONE &&
        (facts == NULL || facts->header == NULL))
        return m->stub;
    return module;
}

Looked walk_slot(Walk *w, uint32_t candidate, uint32_t index, bool hide_private)
{
    Resolver *r = w->r;
    const Slot *slot = &r->slots[index];

    if (slot->state == NODE_NEW) {
        w->needed = slot_node(index);
        return LOOKED_WAIT;
    }
    if (slot->state == NODE_ACTIVE) {
        r->candidates[candidate].flags |= CANDIDATE_CYCLE;
        return LOOKED_ABSENT;
    }
    if (slot->best == NONE)
        return LOOKED_ABSENT;
    const Candidate *best = &r->candidates[slot->best];
    if (hide_private && (best->flags & CANDIDATE_PRIVATE))
        return LOOKED_ABSENT;
    walk_follow(&r->candidates[candidate], best, slot->best, slot->certainty);
    return LOOKED_FOUND;
}

Looked walk_virtual(Walk *w, uint32_t candidate, Sym full)
{
    Resolver *r = w->r;
    uint32_t other = GPOINTER_TO_UINT(g_hash_table_lookup(r->virtual_modules, GUINT_TO_POINTER(full)));

    if (other == 0 || --other == candidate)
        return LOOKED_ABSENT;
    if (r->candidates[other].state == NODE_NEW) {
        w->needed = candidate_node(other);
        return LOOKED_WAIT;
    }
    if (r->candidates[other].state == NODE_ACTIVE)
        return LOOKED_ABSENT;
    walk_follow(&r->candidates[candidate], &r->candidates[other], other, r->candidates[other].certainty);
    return LOOKED_FOUND;
}

/* Attribute `name` of a module: what it binds, else its submodule, else what someone put into
 * sys.modules under that path, else what every module has. `at_slot`: the slot to ask, NONE: by
 * name. LOOKED_MODULE: the submodule was meant. */
Looked walk_attribute(Walk *w, uint32_t candidate, Id module, Sym name, uint32_t at_slot)
{
    Resolver *r = w->r;
    Id home = module_names(r, module);
    uint32_t slot = at_slot != NONE ? at_slot : slot_find(r, home, name);
    bool foreign = r->candidates[candidate].module != home;
    uint32_t typing_slot = NONE;

    if (slot != NONE) {
        Id submodule = r->slots[slot].state == NODE_DONE && r->slots[slot].typing_only
                           ? lookup_submodule(r, home, name)
                           : ID_NONE;
        if (submodule == ID_NONE) {
            Looked looked = walk_slot(w, candidate, slot, foreign);
            if (looked != LOOKED_ABSENT)
                return looked;
        } else {
            typing_slot = slot;
        }
    }
    Id submodule = lookup_submodule(r, home, name);
    if (submodule != ID_NONE) {
        Candidate *c = &r->candidates[candidate];
        walk_lead_to(c, TARGET_MODULE, module_object(r, submodule));
        c->flags &= (uint16_t)~CANDIDATE_CYCLE;
        return LOOKED_MODULE;
    }
    if (typing_slot != NONE)
        return walk_slot(w, candidate, typing_slot, foreign);
    if (r->modules[home].finder) {
        Id found = lookup_found_elsewhere(r, home, text_of(r, name));
        if (found != ID_NONE) {
            walk_lead_to(&r->candidates[candidate], TARGET_MODULE, found);
            r->candidates[candidate].certainty = MAX(r->candidates[candidate].certainty, CERTAINTY_LIKELY);
            return LOOKED_FOUND;
        }
    }
    if (g_hash_table_size(r->virtual_modules) > 0) {
        Sym full = intern_printf(r->interner, "%s.%s", text_of(r, r->program->modules[module].name),
                                 text_of(r, name));
        Looked looked = walk_virtual(w, candidate, full);
        if (looked != LOOKED_ABSENT)
            return looked;
    }
    if (table_is_module_attribute(text_of(r, name))) {
        r->candidates[candidate].target = (Target){.kind = TARGET_VALUE, .id = home, .name = name};
        return LOOKED_FOUND;
    }
    return LOOKED_ABSENT;
}

void walk_absent(Resolver *r, uint32_t candidate, Id module, Sym name)
{
    Id home = module_names(r, module);
    Candidate *c = &r->candidates[candidate];

    walk_lead_nowhere(r, c, text_of(r, r->program->modules[module].name), text_of(r, name));
    if (!r->modules[home].opened && !r->modules[module].opened && !(c->flags & CANDIDATE_CYCLE))
        c->flags |= CANDIDATE_MISSING;
}

/* --- attributes of classes: own body, then the bases, nearest first --- */

#define MAX_CLASSES 64

Looked walk_class_attribute(Walk *w, uint32_t candidate, Id definition, Sym name)
{
    Resolver *r = w->r;
    const Program *p = r->program;
    Id classes[MAX_CLASSES] = {definition};
    uint32_t n = 1;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t slot = scope_class_slot(r, classes[i], name);
        if (slot != NONE) {
            Looked looked = walk_slot(w, candidate, slot, false);
            if (looked == LOOKED_WAIT) {
                return LOOKED_WAIT;
            }
            if (looked == LOOKED_FOUND)
                return LOOKED_FOUND;
        }
        const Definition *d = &p->definitions[classes[i]];
        for (uint32_t k = 0; k < d->n_bases; k++) {
            uint32_t base = r->base_candidate[d->first_base + k];
            if (base == NONE || r->candidates[base].state == NODE_ACTIVE)
                continue;
            if (r->candidates[base].state == NODE_NEW) {
                w->needed = candidate_node(base);
                return LOOKED_WAIT;
            }
            Target target = r->candidates[base].target;
            bool known = target.kind != TARGET_DEFINITION;
            for (uint32_t j = 0; j < n && !known; j++)
                known = classes[j] == target.id;
            if (!known && n < MAX_CLASSES)
                classes[n++] = target.id;
        }
    }
    return LOOKED_ABSENT;
}
