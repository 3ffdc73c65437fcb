/* From slots to Program.bindings, hops and exports: one record per candidate, sorted by name within
 * each module. Hops are written once per candidate that somebody followed; chains share tails. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/pages.h"

typedef struct Output {
    Resolver *r;
    GArray *bindings, *hops, *exports;
} Output;

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

static void write_slot(Output *out, uint32_t index)
{
    Resolver *r = out->r;
    const Slot *slot = &r->slots[index];
    uint32_t rank = 0;

    for (uint32_t i = 0; i < slot->count; i++) {
        uint32_t item = r->lists.items[slot->first + i];
        if (item == UNBOUND || r->candidates[item].target.kind == TARGET_NONE)
            continue;
        const Candidate *c = &r->candidates[item];
        Binding binding = {.module = slot->module,
                           .name = slot->name,
                           .target = c->target,
                           .how = (uint8_t)how_of(r, c),
                           .certainty = certainty_of(slot, c, rank),
                           .rank = (uint16_t)rank,
                           .line = c->line,
                           .first_hop = ID_NONE,
                           .fact = c->event};
        binding.first_hop = write_hops(out, c->next);
        binding.n_hops = c->next == NONE ? 0 : c->n_hops;
        if (binding.first_hop == ID_NONE)
            binding.n_hops = 0;
        g_array_append_val(out->bindings, binding);
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

static void write_exports(Output *out, Id id)
{
    Resolver *r = out->r;
    const ModuleInfo *info = &r->modules[id];
    Module *module = &r->program->modules[id];

    module->first_export = out->exports->len;
    module->n_exports = info->n_all;
    if (info->has_all)
        module->flags |= MODULE_ALL;
    if (info->all_unsure)
        module->flags |= MODULE_ALL_UNSURE;
    for (uint32_t i = 0; i < info->n_all; i++) {
        Export export = {.name = info->all_names[i],
                         .line = info->all_lines[i],
                         .bound = is_bound(r, id, info->all_names[i])};
        g_array_append_val(out->exports, export);
    }
}

static void write_module(Output *out, Id id, const SlotIndex *index, GArray *named)
{
    Resolver *r = out->r;
    Module *module = &r->program->modules[id];

    g_array_set_size(named, 0);
    for (uint32_t i = index->first[id]; i < index->first[id + 1]; i++) {
        const char *name = text_of(r, r->slots[index->items[i]].name);
        NamedSlot one = {prefix_key(name), name, index->items[i]};
        g_array_append_val(named, one);
    }
    if (named->len > 1)
        qsort(named->data, named->len, sizeof(NamedSlot), compare_named);
    module->first_binding = out->bindings->len;
    for (uint32_t i = 0; i < named->len; i++)
        write_slot(out, g_array_index(named, NamedSlot, i).slot);
    module->n_bindings = out->bindings->len - module->first_binding;
    write_exports(out, id);
}

void output_write(Resolver *r)
{
    Program *p = r->program;
    Output out = {.r = r,
                  .bindings = g_array_sized_new(FALSE, FALSE, sizeof(Binding), r->n_slots + 16),
                  .hops = g_array_new(FALSE, FALSE, sizeof(Hop)),
                  .exports = g_array_new(FALSE, FALSE, sizeof(Export))};
    GArray *named = g_array_new(FALSE, FALSE, sizeof(NamedSlot));
    SlotIndex index;

    pages_prefer_large(out.bindings->data, sizeof(Binding) * ((size_t)r->n_slots + 16));
    slot_index_init(&index, r);
    for (Id id = 0; id < p->n_modules; id++)
        write_module(&out, id, &index, named);
    slot_index_clear(&index);
    g_array_free(named, TRUE);
    g_free(p->bindings);
    g_free(p->hops);
    g_free(p->exports);
    p->n_bindings = out.bindings->len;
    p->n_hops = out.hops->len;
    p->n_exports = out.exports->len;
    p->bindings = (Binding *)(void *)g_array_free(out.bindings, FALSE);
    p->hops = (Hop *)(void *)g_array_free(out.hops, FALSE);
    p->exports = (Export *)(void *)g_array_free(out.exports, FALSE);
}
