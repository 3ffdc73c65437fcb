/* keyset.h — a set of content keys: open addressing, never shrinks, read by many threads at once. */
#ifndef ONEDEF_CACHE_KEYSET_H
#define ONEDEF_CACHE_KEYSET_H

#include "cache/cache.h"

/* KeySet — zero-initialised is empty. The key 0/0 marks a free slot and is never a member. */
typedef struct KeySet {
    CacheKey *slots;
    uint32_t count, mask;
} KeySet;

void keyset_add(KeySet *set, CacheKey key);
bool keyset_has(const KeySet *set, CacheKey key);
void keyset_clear(KeySet *set);

#endif
