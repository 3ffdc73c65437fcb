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
#include "resolve/internal.h"

#include <string.h>

typedef enum Step { STEP_DONE, STEP_WAIT } Step;

typedef struct Walk {
    Resolver *r;
    GArray *stack;   /* node numbers */
    uint32_t needed; /* by a step that waits */
} Walk;

static uint32_t slot_node(uint32_t slot)
{
    return slot << 1;
}
static uint32_t candidate_node(uint32_t candidate)
{
    return candidate << 1 | 1;
}

/* --- ends of a walk --- */

static void lead_to(Candidate *c, uint32_t kind, uint32_t id)
{
    c->target = (Target){.kind = kind, .id = id};
}

static void lead_to_value(Candidate *c)
{
    c->target = (Target){.kind = TARGET_VALUE, .id = c->module, .name = c->name};
    if (c->kind == CANDIDATE_ALIAS)
        c->next = NONE, c->n_hops = 0;
}

static void lead_nowhere(Resolver *r, Candidate *c, const char *owner, const char *name)
{
    Sym text =
        *owner == '\0' ? intern_cstr(r->interner, name) : intern_printf(r->interner, "%s:%s", owner, name);

    lead_to(c, TARGET_UNRESOLVED, text);
    c->next = NONE;
    c->n_hops = 0;
}

static void lead_outside(Resolver *r, Candidate *c, const char *module, const char *name)
{
    size_t m = strlen(module), n = strlen(name);
    char buffer[256];

    if (m + n + 1 < sizeof buffer) {
        memcpy(buffer, module, m);
        buffer[m] = ':';
        memcpy(buffer + m + 1, name, n + 1);
        lead_to(c, TARGET_EXTERNAL, intern(r->interner, buffer, m + n + 1));
    } else {
        lead_to(c, TARGET_EXTERNAL, intern_printf(r->interner, "%s:%s", module, name));
    }
}

/* Takes over where `best` leads. A definition or plain value is the target itself, not a hop. */
static void follow(Candidate *c, const Candidate *best, uint32_t best_index, uint8_t certainty)
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
static Id stand_in_object(const Resolver *r, Id module)
{
    for (unsigned guard = 0; guard < 16 && r->modules[module].replaced != ID_NONE; guard++)
        module = r->modules[module].replaced;
    return module;
}

/* The module whose names one gets: a stub speaks for an extension module. */
static Id stand_in(const Resolver *r, Id module)
{
    module = stand_in_object(r, module);
    const Module *m = &r->program->modules[module];
    const Facts *facts = module_facts(r, module);
    if (m->stub != ID_NONE && m->stub < r->program->n_modules && m->file != ID_NONE &&
        (facts == NULL || facts->header == NULL))
        return m->stub;
    return module;
}

/* May the module bind names that cannot be seen? */
static bool is_open(const Resolver *r, Id module)
{
    const ModuleInfo *info = &r->modules[module];
    const Module *m = &r->program->modules[module];
    const File *file = m->file == ID_NONE ? NULL : &r->program->files[m->file];

    return info->open_world || info->dynamic || info->external_star || info->self_replaced ||
           info->has_getattr || (m->flags & (MODULE_EXTENSION | MODULE_EXTENDED_PATH | MODULE_STUB)) ||
           info->custom_path || (file != NULL && file->status != FILE_PARSED);
}

typedef enum Looked { LOOKED_FOUND, LOOKED_WAIT, LOOKED_ABSENT, LOOKED_MODULE } Looked;

static Looked look_in_slot(Walk *w, uint32_t candidate, uint32_t index, bool hide_private)
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
    follow(&r->candidates[candidate], best, slot->best, slot->certainty);
    return LOOKED_FOUND;
}

static Looked look_virtual(Walk *w, uint32_t candidate, Sym full)
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
    follow(&r->candidates[candidate], &r->candidates[other], other, r->candidates[other].certainty);
    return LOOKED_FOUND;
}

/* Attribute `name` of a module: what it binds, else its submodule, else what someone put into
 * sys.modules under that path, else what every module has. `at_slot`: the slot to ask, NONE: by
 * name. LOOKED_MODULE: the submodule was meant. */
static Looked attribute(Walk *w, uint32_t candidate, Id module, Sym name, uint32_t at_slot)
{
    Resolver *r = w->r;
    Id home = stand_in(r, module);
    uint32_t slot = at_slot != NONE ? at_slot : slot_find(r, home, name);
    bool foreign = r->candidates[candidate].module != home;
    uint32_t typing_slot = NONE;

    if (slot != NONE) {
        Id submodule = r->slots[slot].state == NODE_DONE && r->slots[slot].typing_only
                           ? lookup_submodule(r, home, name)
                           : ID_NONE;
        if (submodule == ID_NONE) {
            Looked looked = look_in_slot(w, candidate, slot, foreign);
            if (looked != LOOKED_ABSENT)
                return looked;
        } else {
            typing_slot = slot;
        }
    }
    Id submodule = lookup_submodule(r, home, name);
    if (submodule != ID_NONE) {
        Candidate *c = &r->candidates[candidate];
        lead_to(c, TARGET_MODULE, stand_in_object(r, submodule));
        c->flags &= (uint16_t)~CANDIDATE_CYCLE;
        return LOOKED_MODULE;
    }
    if (typing_slot != NONE)
        return look_in_slot(w, candidate, typing_slot, foreign);
    if (g_hash_table_size(r->virtual_modules) > 0) {
        Sym full = intern_printf(r->interner, "%s.%s", text_of(r, r->program->modules[module].name),
                                 text_of(r, name));
        Looked looked = look_virtual(w, candidate, full);
        if (looked != LOOKED_ABSENT)
            return looked;
    }
    if (table_is_module_attribute(text_of(r, name))) {
        r->candidates[candidate].target = (Target){.kind = TARGET_VALUE, .id = home, .name = name};
        return LOOKED_FOUND;
    }
    return LOOKED_ABSENT;
}

static void absent_attribute(Resolver *r, uint32_t candidate, Id module, Sym name)
{
    Id home = stand_in(r, module);
    Candidate *c = &r->candidates[candidate];

    lead_nowhere(r, c, text_of(r, r->program->modules[module].name), text_of(r, name));
    if (!is_open(r, home) && !(c->flags & CANDIDATE_CYCLE))
        c->flags |= CANDIDATE_MISSING;
}

/* --- attributes of classes: own body, then the bases, nearest first --- */

#define MAX_CLASSES 64

static Looked class_attribute(Walk *w, uint32_t candidate, Id definition, Sym name)
{
    Resolver *r = w->r;
    const Program *p = r->program;
    Id classes[MAX_CLASSES] = {definition};
    uint32_t n = 1;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t slot = scope_class_slot(r, classes[i], name);
        if (slot != NONE) {
            Looked looked = look_in_slot(w, candidate, slot, false);
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

/* --- dotted names --- */

/* The first name of what is left; advances. 0 when no file mentions such a name. */
static Sym next_name(const Resolver *r, const char *text, size_t *length)
{
    *length = strcspn(text, ".");
    return intern_find(r->interner, text, *length);
}

static void step_outside(Resolver *r, Candidate *c)
{
    const char *base = text_of(r, c->target.id);
    size_t length = strlen(base);
    const char *joint = length > 0 && base[length - 1] == ':' ? "" : ".";

    lead_to(c, TARGET_EXTERNAL, intern_printf(r->interner, "%s%s%s", base, joint, c->text));
    c->text = "";
}

/* Walks the rest of a dotted name from where the candidate stands. */
static Step walk_rest(Walk *w, uint32_t index)
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
            Looked looked = attribute(w, index, at.id, name, NONE);
            if (looked == LOOKED_WAIT)
                return STEP_WAIT;
            if (looked == LOOKED_ABSENT) {
                absent_attribute(r, index, at.id, name);
                return STEP_DONE;
            }
        } else if (at.kind == TARGET_DEFINITION && name != 0) {
            Looked looked = class_attribute(w, index, at.id, name);
            if (looked == LOOKED_WAIT)
                return STEP_WAIT;
            if (looked == LOOKED_ABSENT)
                lead_to_value(&r->candidates[index]);
        } else if (at.kind == TARGET_UNRESOLVED) {
            return STEP_DONE;
        } else {
            lead_to_value(c);
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
        looked = look_in_slot(w, index, c->b, false);
    if (looked == LOOKED_WAIT)
        return STEP_WAIT;
    c = &r->candidates[index];
    c->started = 2;
    if (looked == LOOKED_ABSENT) {
        g_autofree char *name = g_strndup(c->text, length);
        if (table_is_builtin(name)) {
            lead_outside(r, c, "builtins", name);
        } else {
            lead_nowhere(r, c, "", name);
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

/* --- imports --- */

static Id top_package(const Program *p, Id module)
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
        looked = attribute(w, index, base, raw->name, c->early ? c->b : NONE);
    if (looked == LOOKED_WAIT)
        return STEP_WAIT;
    c = &r->candidates[index];
    if (looked == LOOKED_ABSENT && c->early) {
        Id submodule = lookup_submodule(r, base, raw->name);
        if (submodule != ID_NONE) {
            lead_to(c, TARGET_MODULE, submodule);
            looked = LOOKED_MODULE;
        }
    }
    if (looked == LOOKED_ABSENT) {
        absent_attribute(r, index, base, raw->name);
        raw->status = (c->flags & CANDIDATE_MISSING) ? IMPORT_NO_NAME : IMPORT_UNSURE;
    } else if (looked == LOOKED_MODULE) {
        raw->target_module = lookup_submodule(r, stand_in(r, base), raw->name);
    } else if (c->target.kind == TARGET_MODULE) { /* through what the package binds: the submodule itself? */
        Id submodule = lookup_submodule(r, base, raw->name);
        if (submodule != ID_NONE && stand_in_object(r, submodule) == c->target.id)
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
        lead_to(c, TARGET_MODULE, stand_in_object(r, top_package(r->program, raw->target_module)));
        const char *dot = strchr(text_of(r, raw->module_name), '.');
        c->text = aliased && dot != NULL ? dot + 1 : "";
    }
    if (walk_rest(w, index) == STEP_WAIT)
        return STEP_WAIT;
    c = &r->candidates[index];
    if (c->target.kind == TARGET_UNRESOLVED || c->target.kind == TARGET_NONE) {
        lead_to(c, TARGET_MODULE, stand_in_object(r, raw->target_module));
        c->flags &= (uint8_t) ~(CANDIDATE_MISSING | CANDIDATE_CYCLE);
    }
    return STEP_DONE;
}

static Step import_outside(Walk *w, uint32_t index, const Import *raw, const FactsImport *fact)
{
    Resolver *r = w->r;
    Candidate *c = &r->candidates[index];
    const char *module = text_of(r, raw->module_name);

    if (fact->form == IMPORT_FROM) {
        lead_outside(r, c, module, text_of(r, raw->name));
    } else if (fact->form == IMPORT_MODULE && !fact->aliased) {
        g_autofree char *top = g_strndup(module, strcspn(module, "."));
        lead_outside(r, c, top, "");
    } else {
        lead_outside(r, c, module, "");
    }
    return STEP_DONE;
}

static Step import_virtual(Walk *w, uint32_t index, Import *raw, const FactsImport *fact)
{
    Resolver *r = w->r;
    Candidate *c = &r->candidates[index];

    c->virtual = true;
    if (!c->started) {
        Looked looked = look_virtual(w, index, raw->module_name);
        if (looked == LOOKED_WAIT)
            return STEP_WAIT;
        c = &r->candidates[index];
        c->started = 2;
        if (looked == LOOKED_ABSENT) {
            lead_nowhere(r, c, "", text_of(r, raw->module_name));
            raw->status = IMPORT_UNSURE;
            return STEP_DONE;
        }
        raw->target_module = c->target.kind == TARGET_MODULE ? c->target.id : ID_NONE;
        c->text = fact->form == IMPORT_FROM ? text_of(r, raw->name) : "";
        if (fact->form == IMPORT_MODULE && !fact->aliased) {
            const char *name = text_of(r, raw->module_name);
            Id top = lookup_named(r, raw->module, name, strcspn(name, "."));
            if (top != ID_NONE)
                lead_to(c, TARGET_MODULE, top);
        }
    }
    if (walk_rest(w, index) == STEP_WAIT)
        return STEP_WAIT;
    if (r->candidates[index].target.kind == TARGET_UNRESOLVED)
        raw->status = IMPORT_UNSURE;
    return STEP_DONE;
}

static Step resolve_import(Walk *w, uint32_t index)
{
    Resolver *r = w->r;
    Import *raw = &r->raw[index];
    Candidate *c = &r->candidates[index];
    const FactsImport *fact = &module_facts(r, c->module)->imports[raw->fact];

    if (raw->status == IMPORT_EXTERNAL)
        return import_outside(w, index, raw, fact);
    if (raw->status == IMPORT_OK && (raw->target_module == ID_NONE || c->virtual))
        return import_virtual(w, index, raw, fact);
    if (raw->target_module == ID_NONE) { /* missing, unsure, beyond the top */
        lead_nowhere(r, c, raw->name != 0 ? text_of(r, raw->module_name) : "",
                     raw->name != 0 ? text_of(r, raw->name) : text_of(r, raw->module_name));
        if (raw->status != IMPORT_UNSURE)
            c->flags |= CANDIDATE_MISSING;
        return STEP_DONE;
    }
    if (fact->form == IMPORT_FROM)
        return import_from(w, index, raw);
    if (fact->form == IMPORT_STAR) {
        lead_to(c, TARGET_MODULE, raw->target_module);
        return STEP_DONE;
    }
    return import_module(w, index, raw, fact->aliased != 0);
}

/* --- candidates --- */

static Step resolve_named(Walk *w, uint32_t index)
{
    Resolver *r = w->r;
    Id module = r->candidates[index].a;
    Sym name =
        r->candidates[index].kind == CANDIDATE_ATTRIBUTE ? r->candidates[index].b : r->candidates[index].name;
    Looked looked = attribute(w, index, module, name, NONE);

    if (looked == LOOKED_WAIT)
        return STEP_WAIT;
    if (looked == LOOKED_ABSENT)
        absent_attribute(r, index, module, name);
    return STEP_DONE;
}

static Step resolve_candidate(Walk *w, uint32_t index)
{
    Candidate *c = &w->r->candidates[index];

    switch ((CandidateKind)c->kind) {
    case CANDIDATE_DEFINITION:
        lead_to(c, TARGET_DEFINITION, c->a);
        return STEP_DONE;
    case CANDIDATE_SUBMODULE:
        lead_to(c, TARGET_MODULE, stand_in_object(w->r, c->a));
        return STEP_DONE;
    case CANDIDATE_IMPORT:
        return resolve_import(w, index);
    case CANDIDATE_ALIAS:
        return walk_dotted(w, index);
    case CANDIDATE_STAR:
    case CANDIDATE_ATTRIBUTE:
        return resolve_named(w, index);
    default:
        lead_to_value(c);
        return STEP_DONE;
    }
}

/* --- slots: which candidate first --- */

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
    uint32_t *items = r->lists.items + slot->first;

    for (uint32_t i = 1; i < slot->count; i++) {
        uint32_t item = items[i], rank = rank_of(r, slot, item), k = i;
        for (; k > 0 && rank_of(r, slot, items[k - 1]) > rank; k--)
            items[k] = items[k - 1];
        items[k] = item;
    }
}

static uint8_t own_certainty(const Candidate *c)
{
    if (c->flags & (CANDIDATE_MAIN | CANDIDATE_UNLIKELY | CANDIDATE_OVERLAY | CANDIDATE_CYCLE))
        return MAX(c->certainty, CERTAINTY_POSSIBLE);
    if (c->flags & (CANDIDATE_TYPING | CANDIDATE_LAZY))
        return MAX(c->certainty, CERTAINTY_LIKELY);
    return c->certainty;
}

static void finish_slot(Resolver *r, uint32_t index)
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
    finish_slot(r, index);
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
        if (r->candidates[i].state == NODE_NEW)
            walk(&w, candidate_node(i));
    for (uint32_t i = 0; i < r->program->n_bases; i++)
        if (r->base_candidate[i] != NONE && r->candidates[r->base_candidate[i]].state == NODE_NEW)
            walk(&w, candidate_node(r->base_candidate[i]));
    g_array_free(w.stack, TRUE);
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
