/* Where import statements lead. */
#include "resolve/walk.h"

#include <string.h>

Id top_package(const Program *p, Id module)
{
    for (unsigned guard = 0; p->modules[module].parent != ID_NONE && guard < 4096; guard++)
        module = p->modules[module].parent;
    return module;
}

/* A module that imports from itself while it loads sees what it has bound so far (in a function, all of
 * it); one that its package loads sees what the package has bound until then. The latter matters where a name
 * is both a submodule and bound in the package: the submodule is what is there first. */
static void read_early(Resolver *r, uint32_t index, Id base, const Import *raw)
{
    Candidate c = r->candidates[index];
    uint32_t context = c.context, position = c.position, slot = NONE;

    if (raw->kind == IMPORT_LAZY || raw->kind == IMPORT_TYPING)
        return;
    if (base != c.module) {
        if (slot_find(r, base, raw->name) == NONE || lookup_submodule(r, base, raw->name) == ID_NONE)
            return;
        context = 0;
        position = extra_load_position(r, base, c.module);
        if (position == NONE)
            return;
    }
    slot = scope_read_attribute(r, base, raw->name, context, position);
    r->candidates[index].early = true;
    r->candidates[index].b = slot;
}

/* A top-level folder without __init__.py loses to an installed package of its name, whatever the order
 * of sys.path (`alembic/` beside `from alembic import op`): that it lacks a name proves nothing. */
static bool may_be_installed(const Resolver *r, Id base, const Import *raw)
{
    const Module *module = &r->program->modules[base];

    return raw->level == 0 && (module->flags & MODULE_NAMESPACE) &&
           strchr(text_of(r, module->name), '.') == NULL;
}

static Step import_from(Walk *w, uint32_t index, Import *raw)
{
    Resolver *r = w->r;
    Candidate *c = &r->candidates[index];
    Id base = r->raw[index].target_module;
    Looked looked;

    if (!c->started) {
        read_early(r, index, base, raw);
        c = &r->candidates[index];
        c->started = 1;
    }
    if (c->early && c->b == NONE)
        looked = LOOKED_ABSENT;
    else
        looked = walk_attribute(w, index, base, raw->name, c->early ? c->b : NONE);
    if (looked == LOOKED_WAIT)
        return STEP_WAIT;
    c = &r->candidates[index];
    if (looked == LOOKED_ABSENT && c->early) {
        Id submodule = lookup_submodule(r, base, raw->name);
        if (submodule != ID_NONE) {
            walk_lead_to(c, TARGET_MODULE, submodule);
            looked = LOOKED_MODULE;
        }
    }
    if (looked == LOOKED_ABSENT) {
        walk_absent(r, index, base, raw->name);
        raw->status = (c->flags & CANDIDATE_MISSING) && !may_be_installed(r, base, raw) ? IMPORT_NO_NAME
                                                                                        : IMPORT_UNSURE;
    } else if (looked == LOOKED_MODULE) {
        raw->target_module = lookup_submodule(r, module_names(r, base), raw->name);
    } else if (c->target.kind == TARGET_MODULE) { /* through what the package binds: the submodule itself? */
        Id submodule = lookup_submodule(r, base, raw->name);
        if (submodule != ID_NONE && module_object(r, submodule) == c->target.id)
            raw->target_module = submodule;
    } else if (c->target.kind == TARGET_UNRESOLVED) {
        raw->status = IMPORT_UNSURE;
    }
    return STEP_DONE;
}

static Step import_module(Walk *w, uint32_t index, const Import *raw, bool aliased)
{
    Resolver *r = w->r;
    Candidate *c = &r->candidates[index];

    if (!c->started) {
        c->started = 2;
        walk_lead_to(c, TARGET_MODULE, module_object(r, top_package(r->program, raw->target_module)));
        const char *dot = strchr(text_of(r, raw->module_name), '.');
        c->text = aliased && dot != NULL ? dot + 1 : "";
    }
    if (walk_rest(w, index) == STEP_WAIT)
        return STEP_WAIT;
    c = &r->candidates[index];
    if (c->target.kind == TARGET_UNRESOLVED || c->target.kind == TARGET_NONE) {
        walk_lead_to(c, TARGET_MODULE, module_object(r, raw->target_module));
        c->flags &= (uint8_t) ~(CANDIDATE_MISSING | CANDIDATE_CYCLE);
    }
    return STEP_DONE;
}

/* A few thousand names make up most imports of what is not indexed: which symbol each leads to is remembered.
 */
static void lead_outside_from(Resolver *r, Candidate *c, const Import *raw)
{
    Outside *known = &r->outside[(raw->module_name * 31 + raw->name) % OUTSIDE_KNOWN];

    if (known->module != raw->module_name || known->name != raw->name) {
        walk_lead_outside(r, c, text_of(r, raw->module_name), text_of(r, raw->name));
        *known = (Outside){raw->module_name, raw->name, c->target.id};
    }
    walk_lead_to(c, TARGET_EXTERNAL, known->target);
}

static Step import_outside(Walk *w, uint32_t index, const Import *raw)
{
    Resolver *r = w->r;
    Candidate *c = &r->candidates[index];

    if (raw->name != 0) {
        lead_outside_from(r, c, raw);
        return STEP_DONE;
    }
    const FactsImport *fact = &module_facts(r, c->module)->imports[raw->fact];
    const char *module = text_of(r, raw->module_name);
    if (fact->form == IMPORT_FROM) {
        walk_lead_outside(r, c, module, "");
    } else if (fact->form == IMPORT_MODULE && !fact->aliased) {
        g_autofree char *top = g_strndup(module, strcspn(module, "."));
        walk_lead_outside(r, c, top, "");
    } else {
        walk_lead_outside(r, c, module, "");
    }
    return STEP_DONE;
}

static Step import_virtual(Walk *w, uint32_t index, Import *raw, const FactsImport *fact)
{
    Resolver *r = w->r;
    Candidate *c = &r->candidates[index];

    c->virtual = true;
    if (!c->started) {
        Looked looked = walk_virtual(w, index, raw->module_name);
        if (looked == LOOKED_WAIT)
            return STEP_WAIT;
        c = &r->candidates[index];
        c->started = 2;
        if (looked == LOOKED_ABSENT) {
            walk_lead_nowhere(r, c, "", text_of(r, raw->module_name));
            raw->status = IMPORT_UNSURE;
            return STEP_DONE;
        }
        raw->target_module = c->target.kind == TARGET_MODULE ? c->target.id : ID_NONE;
        c->text = fact->form == IMPORT_FROM ? text_of(r, raw->name) : "";
        if (fact->form == IMPORT_MODULE && !fact->aliased) {
            const char *name = text_of(r, raw->module_name);
            Id top = lookup_named(r, raw->module, name, strcspn(name, "."));
            if (top != ID_NONE)
                walk_lead_to(c, TARGET_MODULE, top);
        }
    }
    if (walk_rest(w, index) == STEP_WAIT)
        return STEP_WAIT;
    if (r->candidates[index].target.kind == TARGET_UNRESOLVED)
        raw->status = IMPORT_UNSURE;
    return STEP_DONE;
}

Step walk_import(Walk *w, uint32_t index)
{
    Resolver *r = w->r;
    Import *raw = &r->raw[index];
    Candidate *c = &r->candidates[index];

    if (raw->status == IMPORT_EXTERNAL)
        return import_outside(w, index, raw);
    const FactsImport *fact = &module_facts(r, c->module)->imports[raw->fact];
    if (raw->status == IMPORT_OK && (raw->target_module == ID_NONE || c->virtual))
        return import_virtual(w, index, raw, fact);
    if (raw->target_module == ID_NONE) { /* missing, unsure, beyond the top */
        walk_lead_nowhere(r, c, raw->name != 0 ? text_of(r, raw->module_name) : "",
                          raw->name != 0 ? text_of(r, raw->name) : text_of(r, raw->module_name));
        if (raw->status != IMPORT_UNSURE)
            c->flags |= CANDIDATE_MISSING;
        return STEP_DONE;
    }
    if (fact->form == IMPORT_FROM)
        return import_from(w, index, raw);
    if (fact->form == IMPORT_STAR) {
        walk_lead_to(c, TARGET_MODULE, raw->target_module);
        return STEP_DONE;
    }
    return import_module(w, index, raw, fact->aliased != 0);
}

/* --- before the chains --- */

static Id import_names_module(Resolver *r, uint32_t candidate)
{
    const Candidate *c = &r->candidates[candidate];
    const Import *raw = &r->raw[c->a];
    const FactsImport *fact = &module_facts(r, c->module)->imports[raw->fact];

    if (raw->target_module == ID_NONE)
        return ID_NONE;
    if (fact->form == IMPORT_FROM)
        return lookup_submodule(r, raw->target_module, raw->name);
    return fact->aliased ? raw->target_module : top_package(r->program, raw->target_module);
}

Id chain_module_of(Resolver *r, Id module, const char *dotted)
{
    size_t length;
    Sym head = next_name(r, dotted, &length);
    uint32_t slot = head == 0 ? NONE : slot_find(r, module, head);
    Id found = ID_NONE;

    if (slot == NONE)
        return ID_NONE;
    for (uint32_t i = 0; i < r->slots[slot].n_events && found == ID_NONE; i++) {
        uint32_t candidate = r->events[r->slots[slot].first_event + i].candidate;
        if (r->candidates[candidate].kind == CANDIDATE_IMPORT)
            found = import_names_module(r, candidate);
        else if (r->candidates[candidate].kind == CANDIDATE_SUBMODULE)
            found = r->candidates[candidate].a;
    }
    for (dotted += length; found != ID_NONE && *dotted == '.'; dotted += length) {
        Sym name = next_name(r, ++dotted, &length);
        found = name == 0 ? ID_NONE : lookup_submodule(r, found, name);
    }
    return found;
}
