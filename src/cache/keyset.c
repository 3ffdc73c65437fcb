#include "cache/keyset.h"

static bool is_free(const KeySlot *slot)
{
    return slot->key.low == 0 && slot->key.high == 0;
}

static KeySlot *find(const KeySet *set, CacheKey key)
{
    uint32_t at = (uint32_t)key.low & set->mask;

    while (!is_free(&set->slots[at]) &&
           (set->slots[at].key.low != key.low || set->slots[at].key.high != key.high))
        at = (at + 1) & set->mask;
    return &set->slots[at];
}

static void grow(KeySet *set)
{
    KeySet larger = {.mask = set->slots == NULL ? 1023 : set->mask * 2 + 1, .count = set->count};

    larger.slots = g_new0(KeySlot, (size_t)larger.mask + 1);
    for (uint32_t i = 0; set->slots != NULL && i <= set->mask; i++)
        if (!is_free(&set->slots[i]))
            *find(&larger, set->slots[i].key) = set->slots[i];
    g_free(set->slots);
    *set = larger;
}

void keyset_add(KeySet *set, CacheKey key, int64_t id, int64_t day)
{
    KeySlot fresh = {.key = key, .id = id, .day = day};

    if (is_free(&fresh))
        return;
    if (set->slots == NULL || set->count > set->mask / 2)
        grow(set);
    KeySlot *slot = find(set, key);
    if (is_free(slot)) {
        *slot = fresh;
        set->count++;
    }
}

const KeySlot *keyset_find(const KeySet *set, CacheKey key)
{
    if (set->slots == NULL || (key.low == 0 && key.high == 0))
        return NULL;
    const KeySlot *slot = find(set, key);

    return is_free(slot) ? NULL : slot;
}

void keyset_clear(KeySet *set)
{
    g_free(set->slots);
    *set = (KeySet){0};
}
