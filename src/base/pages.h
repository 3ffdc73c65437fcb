/* pages.h — large arrays on large pages.
 *
 * Touching a fresh array costs a page fault every 4 KB: with hundreds of megabytes that is more time than
 * filling them. Where the system offers large pages on request, this requests them; else it does nothing. */
#ifndef ONEDEF_BASE_PAGES_H
#define ONEDEF_BASE_PAGES_H

#include <stddef.h>

/* Call after allocating or growing `memory`; small blocks are left alone. */
void pages_prefer_large(void *memory, size_t size);

/* The pages of `memory`, which is to be written whole, in one request instead of a fault for each: half the cost.
 * Where the system cannot do that, it does nothing. */
void pages_populate(void *memory, size_t size);

#endif
