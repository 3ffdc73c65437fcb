/* keyset.h — content keys and where their blocks are: open addressing, never shrinks, read by many threads at
 * once. */
#ifndef ONEDEF_CACHE_KEYSET_H
#define ONEDEF_CACHE_KEYSET_H

#include "cache/cache.h"

typedef struct KeySlot {
    CacheKey key;
    int64_t id;  /* row of the block */
    int64_t day; /* of its last use */
} KeySlot;

/* KeySet — zero-initialised is empty. The key 0/0 marks a free slot and is never a member. */
typedef struct KeySet {
    KeySlot *slots;
    uint32_t count, mask;
} KeySet;

/* The first of a key counts. */
void keyset_add(KeySet *set, CacheKey key, int64_t id, int64_t day);
/* NULL when it is no member; valid until the next is added. */
const KeySlot *keyset_find(const KeySet *set, CacheKey key);
void keyset_clear(KeySet *set);

#endif
