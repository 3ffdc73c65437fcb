#include "detect/tally.h"

#include <glib.h>

void tally_init(Tally *tally, size_t expected)
{
    size_t size = 64;

    while (size < expected * 2)
        size *= 2;
    tally->mask = size - 1;
    tally->used = 0;
    tally->values = g_new0(uint64_t, size);
    tally->counts = g_new0(uint32_t, size);
}

void tally_clear(Tally *tally)
{
    g_clear_pointer(&tally->values, g_free);
    g_clear_pointer(&tally->counts, g_free);
}

static size_t find_slot(const Tally *tally, uint64_t value)
{
    size_t slot = (size_t)(value ^ (value >> 29)) & tally->mask;

    while (tally->values[slot] != 0 && tally->values[slot] != value)
        slot = (slot + 1) & tally->mask;
    return slot;
}

static void grow(Tally *tally)
{
    Tally bigger;

    tally_init(&bigger, tally->mask + 1);
    for (size_t i = 0; i <= tally->mask; i++) {
        if (tally->values[i] == 0)
            continue;
        size_t slot = find_slot(&bigger, tally->values[i]);
        bigger.values[slot] = tally->values[i];
        bigger.counts[slot] = tally->counts[i];
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
    if (tally->values[slot] == 0) {
        tally->values[slot] = value;
        tally->used++;
    }
    return ++tally->counts[slot];
}

uint32_t tally_get(const Tally *tally, uint64_t value)
{
    return value == 0 ? 0 : tally->counts[find_slot(tally, value)];
}
