#include "cache/keyset.h"

static bool is_free(CacheKey key)
{
    return key.low == 0 && key.high == 0;
}

static CacheKey *find(const KeySet *set, CacheKey key)
{
    uint32_t slot = (uint32_t)key.low & set->mask;

    while (!is_free(set->slots[slot]) &&
           (set->slots[slot].low != key.low || set->slots[slot].high != key.high))
        slot = (slot + 1) & set->mask;
    return &set->slots[slot];
}

static void grow(KeySet *set)
{
    KeySet larger = {.mask = set->slots == NULL ? 1023 : set->mask * 2 + 1, .count = set->count};

    larger.slots = g_new0(CacheKey, (size_t)larger.mask + 1);
    for (uint32_t i = 0; set->slots != NULL && i <= set->mask; i++)
        if (!is_free(set->slots[i]))
            *find(&larger, set->slots[i]) = set->slots[i];
    g_free(set->slots);
    *set = larger;
}

void keyset_add(KeySet *set, CacheKey key)
{
    if (is_free(key))
        return;
    if (set->slots == NULL || set->count > set->mask / 2)
        grow(set);
    CacheKey *slot = find(set, key);
    if (is_free(*slot)) {
        *slot = key;
        set->count++;
    }
}

bool keyset_has(const KeySet *set, CacheKey key)
{
    return set->slots != NULL && !is_free(key) && !is_free(*find(set, key));
}

void keyset_clear(KeySet *set)
{
    g_free(set->slots);
    *set = (KeySet){0};
}
