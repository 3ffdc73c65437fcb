#include "detect/tally.h"

#include <glib.h>

void tally_init(Tally *tally, size_t expected)
{
    size_t size = 64;

    while (size < expected * 2)
        size *= 2;
    tally->mask = size - 1;
    tally->used = 0;
    tally->slots = g_new0(TallySlot, size);
}

void tally_clear(Tally *tally)
{
    g_clear_pointer(&tally->slots, g_free);
}

static size_t find_slot(const Tally *tally, uint64_t value)
{
    size_t slot = tally_home(tally, value);

    while (tally->slots[slot].value != 0 && tally->slots[slot].value != value)
        slot = (slot + 1) & tally->mask;
    return slot;
}

static void grow(Tally *tally)
{
    Tally bigger;

    tally_init(&bigger, tally->mask + 1);
    for (size_t i = 0; i <= tally->mask; i++) {
        if (tally->slots[i].value != 0)
            bigger.slots[find_slot(&bigger, tally->slots[i].value)] = tally->slots[i];
    }
    bigger.used = tally->used;
    tally_clear(tally);
    *tally = bigger;
}

uint32_t tally_add(Tally *tally, uint64_t value)
{
    if (value == 0)
        return 0;
    if (tally->used * 10 > tally->mask * 7)
        grow(tally);
    size_t slot = find_slot(tally, value);
    if (tally->slots[slot].value == 0) {
        tally->slots[slot].value = value;
        tally->used++;
    }
    return ++tally->slots[slot].count;
}

uint32_t tally_get(const Tally *tally, uint64_t value)
{
    return value == 0 ? 0 : tally->slots[find_slot(tally, value)].count;
}
