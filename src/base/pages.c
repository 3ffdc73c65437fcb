#include "base/pages.h"

#include <stdint.h>
#include <sys/mman.h>

#define LARGE_PAGE ((uintptr_t)2 << 20)

void pages_prefer_large(void *memory, size_t size)
{
#ifdef MADV_HUGEPAGE
    uintptr_t first = ((uintptr_t)memory + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)memory + size) & ~(LARGE_PAGE - 1);

    if (first + 2 * LARGE_PAGE < end)
        (void)madvise((void *)first, end - first, MADV_HUGEPAGE); /* advice: it may fail */
#else
    (void)memory, (void)size;
#endif
}

#define SMALL_PAGE ((uintptr_t)4096)

void pages_populate(void *memory, size_t size)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t first = ((uintptr_t)memory + SMALL_PAGE - 1) & ~(SMALL_PAGE - 1);
    uintptr_t end = ((uintptr_t)memory + size) & ~(SMALL_PAGE - 1);

    if (first + SMALL_PAGE < end)
        (void)madvise((void *)first, end - first, MADV_POPULATE_WRITE); /* older systems do not know it */
#else
    (void)memory, (void)size;
#endif
}
