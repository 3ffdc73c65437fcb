/* From slots to Program.bindings, hops and exports: one record per candidate, sorted by name within
 * each module. Hops are written once per candidate that somebody followed; chains share tails.
 *
 * On all cores but for the hops, which are few: first every module's slots are sorted and its bindings
 * counted, then hops are written in the order of what follows them, then the bindings, each module's at
 * its place. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "base/pool.h"

typedef struct Output {
    Resolver *r;
    SlotIndex index;   /* sorted by name within each module */
    GArray **named;    /* by worker: NamedSlot, scratch */
    GArray **followed; /* by share of modules: candidates that bindings follow, in order */
    GArray *hops;
} Output;

/* Modules that a worker takes at a time. */
enum { OUTPUT_SHARE = 128 };
/* Texts are fetched so many names ahead. */
enum { AHEAD = 8 };

/* NamedSlot — a slot with the first bytes of its name, so that most comparisons touch no text. */
typedef struct NamedSlot {
    uint64_t key;
    const char *name;
    uint32_t slot;
} NamedSlot;

static uint64_t prefix_key(const char *text)
{
    uint64_t key = 0;

    for (unsigned i = 0; i < 8; i++) {
        key = key << 8 | (unsigned char)*text;
        if (*text != '\0')
            text++;
    }
    return key;
}

static int compare_named(const void *a, const void *b)
{
    const NamedSlot *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return strcmp(x->name, y->name);
}

static How how_of_import(const Resolver *r, const Candidate *c)
{
    (void)r;
    switch (c->target.kind) {
    case TARGET_MODULE:
        return HOW_MODULE;
    case TARGET_EXTERNAL:
        return HOW_EXTERNAL;
    case TARGET_UNRESOLVED:
    case TARGET_NONE:
        return HOW_UNRESOLVED;
    default:
        return HOW_IMPORT;
    }
}

static How how_of(const Resolver *r, const Candidate *c)
{
    if ((c->flags & CANDIDATE_LAZY) || ((c->flags & CANDIDATE_TYPING) && r->modules[c->module].has_getattr &&
                                        c->target.kind == TARGET_DEFINITION))
        return HOW_LAZY_EXPORT;
    switch ((CandidateKind)c->kind) {
    case CANDIDATE_DEFINITION: {
        const FactsDefinition *fact = program_definition_fact(r->program, c->a);
        return fact->syntax == SYNTAX_CLASS || fact->syntax == SYNTAX_FUNCTION ||
                       fact->syntax == SYNTAX_TYPE_ALIAS
                   ? HOW_DEFINITION
                   : HOW_FUNCTIONAL;
    }
    case CANDIDATE_IMPORT:
        return how_of_import(r, c);
    case CANDIDATE_ALIAS:
        return c->target.kind == TARGET_UNRESOLVED ? HOW_UNRESOLVED
               : c->target.kind == TARGET_VALUE && c->target.id == c->module && c->target.name == c->name
                   ? HOW_ASSIGNMENT
                   : HOW_ALIAS;
    case CANDIDATE_STAR:
        return c->target.kind == TARGET_UNRESOLVED ? HOW_UNRESOLVED : HOW_STAR;
    case CANDIDATE_SUBMODULE:
        return HOW_MODULE;
    case CANDIDATE_ATTRIBUTE:
        return HOW_LAZY_EXPORT;
    default:
        return HOW_ASSIGNMENT;
    }
}

/* The hop of a candidate and all behind it, written back to front so that each knows its next. */
static Id write_hops(Output *out, uint32_t candidate)
{
    Resolver *r = out->r;
    g_autoptr(GArray) way = NULL;
    uint32_t at = candidate;

    if (candidate == NONE)
        return ID_NONE;
    if (r->candidates[candidate].hop != NONE)
        return r->candidates[candidate].hop;
    way = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (; at != NONE && r->candidates[at].hop == NONE; at = r->candidates[at].next) {
        r->candidates[at].hop = NONE - 1; /* in work: a cycle ends here */
        g_array_append_val(way, at);
    }
    Id next = at == NONE || r->candidates[at].hop == NONE - 1 ? ID_NONE : r->candidates[at].hop;
    for (uint32_t i = way->len; i-- > 0;) {
        Candidate *c = &r->candidates[g_array_index(way, uint32_t, i)];
        Hop hop = {.module = c->module, .name = c->name, .line = c->line, .next = next};
        next = out->hops->len;
        c->hop = next;
        g_array_append_val(out->hops, hop);
    }
    return next;
}

static uint8_t certainty_of(const Slot *slot, const Candidate *c, uint32_t rank)
{
    return rank == 0 ? slot->certainty : MAX(c->certainty, CERTAINTY_POSSIBLE);
}

static bool is_told(const Resolver *r, uint32_t item)
{
    return item != UNBOUND && r->candidates[item].target.kind != TARGET_NONE;
}

static void write_slot(const Resolver *r, const Slot *slot, Binding **at)
{
    uint32_t rank = 0;

    for (uint32_t i = 0; i < slot->count; i++) {
        uint32_t item = r->lists.items[slot->first + i];
        if (!is_told(r, item))
            continue;
        const Candidate *c = &r->candidates[item];
        Binding *binding = (*at)++;
        *binding = (Binding){.module = slot->module,
                             .name = slot->name,
                             .target = c->target,
                             .how = (uint8_t)how_of(r, c),
                             .certainty = certainty_of(slot, c, rank),
                             .rank = (uint16_t)rank,
                             .line = c->line,
                             .first_hop = c->next == NONE ? ID_NONE : r->candidates[c->next].hop,
                             .fact = c->event};
        binding->n_hops = binding->first_hop == ID_NONE ? 0 : c->n_hops;
        rank++;
    }
}

static bool is_bound(Resolver *r, Id module, Sym name)
{
    uint32_t slot = slot_find(r, module, name);

    if (slot != NONE && r->slots[slot].best != NONE &&
        (!r->slots[slot].typing_only || r->modules[module].has_getattr) &&
        r->candidates[r->slots[slot].best].target.kind != TARGET_UNRESOLVED)
        return true;
    if (slot != NONE && r->slots[slot].best != NONE && !r->slots[slot].typing_only)
        return !(r->candidates[r->slots[slot].best].flags & CANDIDATE_MISSING);
    return r->modules[module].opened || lookup_submodule(r, module, name) != ID_NONE ||
           table_is_module_attribute(text_of(r, name));
}

static void write_exports(Resolver *r, Id id)
{
    const ModuleInfo *info = &r->modules[id];
    Module *module = &r->program->modules[id];

    if (info->has_all)
        module->flags |= MODULE_ALL;
    if (info->all_unsure)
        module->flags |= MODULE_ALL_UNSURE;
    for (uint32_t i = 0; i < info->n_all; i++)
        r->program->exports[module->first_export + i] =
            (Export){.name = info->all_names[i],
                     .line = info->all_lines[i],
                     .bound = is_bound(r, id, info->all_names[i])};
}

/* Sorts a module's slots, counts what they come to, and notes whose hops are to be written. */
static void sort_module(const Output *out, Id id, GArray *named, GArray *followed)
{
    Resolver *r = out->r;
    uint32_t *items = out->index.items + out->index.first[id],
             n = out->index.first[id + 1] - out->index.first[id];

    g_array_set_size(named, 0);
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(text_of(r, r->slots[items[i + AHEAD]].name));
        const char *name = text_of(r, r->slots[items[i]].name);
        NamedSlot one = {prefix_key(name), name, items[i]};
        g_array_append_val(named, one);
    }
    if (n > 1)
        qsort(named->data, n, sizeof(NamedSlot), compare_named);
    r->program->modules[id].n_bindings = 0;
    for (uint32_t i = 0; i < n; i++) {
        items[i] = g_array_index(named, NamedSlot, i).slot;
        const Slot *slot = &r->slots[items[i]];
        for (uint32_t k = 0; k < slot->count; k++) {
            uint32_t item = r->lists.items[slot->first + k];
            if (!is_told(r, item))
                continue;
            r->program->modules[id].n_bindings++;
            if (r->candidates[item].next != NONE)
                g_array_append_val(followed, r->candidates[item].next);
        }
    }
}

static void sort_share(void *context, uint32_t share, uint32_t worker)
{
    const Output *out = context;
    Id end = MIN((share + 1) * OUTPUT_SHARE, out->r->program->n_modules);

    if (out->named[worker] == NULL)
        out->named[worker] = g_array_new(FALSE, FALSE, sizeof(NamedSlot));
    out->followed[share] = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (Id id = share * OUTPUT_SHARE; id < end; id++)
        sort_module(out, id, out->named[worker], out->followed[share]);
}

static void write_share(void *context, uint32_t share, uint32_t worker)
{
    const Output *out = context;
    Resolver *r = out->r;
    Id end = MIN((share + 1) * OUTPUT_SHARE, r->program->n_modules);

    (void)worker;
    const Module *first = &r->program->modules[share * OUTPUT_SHARE], *last = &r->program->modules[end - 1];
    pages_populate(r->program->bindings + first->first_binding,
                   sizeof(Binding) * (last->first_binding + last->n_bindings - first->first_binding));
    for (Id id = share * OUTPUT_SHARE; id < end; id++) {
        Binding *at = &r->program->bindings[r->program->modules[id].first_binding];
        for (uint32_t i = out->index.first[id]; i < out->index.first[id + 1]; i++)
            write_slot(r, &r->slots[out->index.items[i]], &at);
        write_exports(r, id);
    }
}

/* Where each module's bindings and exports begin, and room for all. */
static void place_modules(const Resolver *r)
{
    Program *p = r->program;

    p->n_bindings = p->n_exports = 0;
    for (Id id = 0; id < p->n_modules; id++) {
        Module *module = &p->modules[id];
        module->first_binding = p->n_bindings;
        module->first_export = p->n_exports;
        module->n_exports = r->modules[id].n_all;
        p->n_bindings += module->n_bindings;
        p->n_exports += module->n_exports;
    }
    g_free(p->bindings);
    g_free(p->exports);
    p->bindings = g_new(Binding, p->n_bindings + 1);
    p->exports = g_new(Export, p->n_exports + 1);
}

static void write_all_hops(Output *out, uint32_t shares)
{
    for (uint32_t i = 0; i < shares; i++) {
        for (uint32_t k = 0; k < out->followed[i]->len; k++)
            write_hops(out, g_array_index(out->followed[i], uint32_t, k));
        g_array_free(out->followed[i], TRUE);
    }
}

void output_write(Resolver *r)
{
    Program *p = r->program;
    uint32_t shares = (p->n_modules + OUTPUT_SHARE - 1) / OUTPUT_SHARE;
    g_autofree GArray **named = g_new0(GArray *, r->workers), **followed = g_new0(GArray *, shares + 1);
    Output out = {
        .r = r, .named = named, .followed = followed, .hops = g_array_new(FALSE, FALSE, sizeof(Hop))};

    slot_index_init(&out.index, r);
    pool_run(r->workers, shares, sort_share, &out);
    place_modules(r);
    write_all_hops(&out, shares);
    pool_run(r->workers, shares, write_share, &out);
    slot_index_clear(&out.index);
    for (uint32_t i = 0; i < r->workers; i++)
        if (named[i] != NULL)
            g_array_free(named[i], TRUE);
    g_free(p->hops);
    p->n_hops = out.hops->len;
    p->hops = (Hop *)(void *)g_array_free(out.hops, FALSE);
}
