/* radix.h — sorting of large arrays of small records by a number: linear, stable, no comparisons. */
#ifndef ONEDEF_BASE_RADIX_H
#define ONEDEF_BASE_RADIX_H

#include <stddef.h>

/* Sorts records of 16 bytes by the uint64_t that they begin with; equal ones keep their order. Takes as
 * much memory again while it works. */
void radix_sort16(void *records, size_t count);

#endif
