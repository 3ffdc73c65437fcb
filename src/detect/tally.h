/* tally.h — how often a 64-bit value occurred.
 *
 * Open addressing over a power of two; value 0 is not kept (its count is 0). Used for rarity: how
 * many definitions have a member of this name, how many have this very body. */
#ifndef ONEDEF_DETECT_TALLY_H
#define ONEDEF_DETECT_TALLY_H

#include <stddef.h>
#include <stdint.h>

typedef struct TallySlot {
    uint64_t value;
    uint32_t count;
} TallySlot;

typedef struct Tally {
    TallySlot *slots;
    size_t mask, used;
} Tally;

void tally_init(Tally *tally, size_t expected);
void tally_clear(Tally *tally);
/* Returns the new count. */
uint32_t tally_add(Tally *tally, uint64_t value);
uint32_t tally_get(const Tally *tally, uint64_t value);
/* Where a value is looked for. */
static inline size_t tally_home(const Tally *tally, uint64_t value)
{
    return (size_t)(value ^ (value >> 29)) & tally->mask;
}
/* Asks for the memory that tally_add or tally_get of this value will need: a large tally waits for little else. */
static inline void tally_expect(const Tally *tally, uint64_t value)
{
    __builtin_prefetch(&tally->slots[tally_home(tally, value)]);
}

/* Order-dependent mix of two hashes. */
static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ (b + 0x9e3779b97f4a7c15ULL + (a << 6) + (a >> 2))) * 0xff51afd7ed558ccdULL;

    return h ^ (h >> 32);
}

#endif
