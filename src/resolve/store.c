/* The growing arrays of a resolution, the table of named slots, and scratch marks by symbol. */
#include "resolve/internal.h"

#include <string.h>

#include "base/pages.h"

#define GROW(array, count, capacity)                                                                         \
    do {                                                                                                     \
        if ((count) == (capacity)) {                                                                         \
            (capacity) = (capacity) == 0 ? 1024 : (capacity)*2;                                              \
            (array) = g_renew(__typeof__(*(array)), (array), (capacity));                                    \
            pages_prefer_large((array), sizeof *(array) * (size_t)(capacity));                               \
        }                                                                                                    \
    } while (0)

uint32_t most_strings(const Program *program)
{
    uint32_t most = 1;

    for (Id i = 0; i < program->n_files; i++)
        most = MAX(most, program->files[i].facts.n_strings);
    return most;
}

Candidate candidate_blank(Id module, Sym name)
{
    return (Candidate){.module = module,
                       .name = name,
                       .event = NONE,
                       .position = NONE,
                       .next = NONE,
                       .hop = NONE,
                       .text = ""};
}

uint32_t candidate_add(Resolver *r, Id module, Sym name)
{
    GROW(r->candidates, r->n_candidates, r->candidate_capacity);
    r->candidates[r->n_candidates] = candidate_blank(module, name);
    return r->n_candidates++;
}

#define RESERVE(array, wanted, capacity)                                                                     \
    do {                                                                                                     \
        if ((wanted) > (capacity)) {                                                                         \
            (capacity) = (wanted);                                                                           \
            (array) = g_renew(__typeof__(*(array)), (array), (capacity));                                    \
        }                                                                                                    \
    } while (0)

void store_reserve(Resolver *r, const StoreSize *more)
{
    /* some more for what stars, submodules and reads will add */
    if (r->n_candidates + more->candidates + more->slots / 8 > r->candidate_capacity)
        RESERVE(r->candidates, r->n_candidates + more->candidates + more->slots / 8 + 1024,
                r->candidate_capacity);
    RESERVE(r->slots, r->n_slots + more->slots + more->slots / 8 + 1024, r->slot_capacity);
    RESERVE(r->events, r->n_events + more->events + more->slots / 8 + 1024, r->event_capacity);
    RESERVE(r->stars, r->n_stars + more->stars, r->star_capacity);
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

/* Eight names that were interned one after another share a line of the cache: a module that a star gives a
 * thousand names fills lines, not a place here and there. */
static uint32_t table_place(Id module, Sym name)
{
    return hash_pair(module, name >> 3) << 3 | (name & 7);
}

/* Table entries are hash << 32 | slot + 1: most probes touch no slot. */
static void table_put(Resolver *r, uint32_t slot)
{
    Id module = r->slots[slot].module;
    Sym name = r->slots[slot].name;
    uint32_t at = table_place(module, name) & r->table_mask;
    uint64_t entry = (uint64_t)hash_pair(module, name) << 32 | (slot + 1);

    while (r->table[at] != 0)
        at = (at + 1) & r->table_mask;
    r->table[at] = entry;
}

/* Puts all named slots into the table; each place is fetched some slots ahead. */
static void table_fill(Resolver *r)
{
    enum { AHEAD = 16 };

    for (uint32_t i = 0; i < r->n_slots; i++) { /* in memory's order, not the old table's */
        if (i + AHEAD < r->n_slots)
            __builtin_prefetch(
                &r->table[table_place(r->slots[i + AHEAD].module, r->slots[i + AHEAD].name) & r->table_mask],
                1);
        if (r->slots[i].named)
            table_put(r, i);
    }
}

static void table_grow(Resolver *r, uint32_t mask)
{
    r->table_mask = mask;
    g_free(r->table);
    r->table = g_new0(uint64_t, (size_t)mask + 1);
    pages_prefer_large(r->table, sizeof *r->table * ((size_t)mask + 1));
    table_fill(r);
}

void slots_register_all(Resolver *r)
{
    uint32_t mask = 65535;

    while (mask / 5 * 2 < r->n_slots)
        mask = mask * 2 + 1;
    for (uint32_t i = 0; i < r->n_slots; i++)
        r->slots[i].named = true;
    r->table_used = r->n_slots;
    table_grow(r, mask);
}

void slot_register(Resolver *r, uint32_t slot)
{
    if (r->table == NULL || r->table_used * 2 > r->table_mask)
        table_grow(r, r->table == NULL ? 65535 : r->table_mask * 4 + 3);
    table_put(r, slot);
    r->table_used++;
    r->slots[slot].named = true;
}

uint32_t slot_find(const Resolver *r, Id module, Sym name)
{
    uint32_t hash = hash_pair(module, name);

    if (r->table == NULL)
        return NONE;
    for (uint32_t at = table_place(module, name) & r->table_mask; r->table[at] != 0;
         at = (at + 1) & r->table_mask) {
        if ((uint32_t)(r->table[at] >> 32) != hash)
            continue;
        uint32_t slot = (uint32_t)r->table[at] - 1;
        if (r->slots[slot].module == module && r->slots[slot].name == name)
            return slot;
    }
    return NONE;
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
