/* Least significant byte first, one counting pass for all eight bytes, and no pass for a byte in which
 * all keys agree. */
#include "base/radix.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct __attribute__((may_alias)) Record {
    uint64_t key, rest;
} Record;

enum { BYTES = 8, VALUES = 256, FEW = 48 };

static void insertion_sort(Record *records, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        Record record = records[i];
        size_t at = i;
        for (; at > 0 && records[at - 1].key > record.key; at--)
            records[at] = records[at - 1];
        records[at] = record;
    }
}

static void scatter(const Record *from, Record *to, size_t count, unsigned byte, const size_t *counts)
{
    size_t next[VALUES], sum = 0;

    for (unsigned value = 0; value < VALUES; value++) {
        next[value] = sum;
        sum += counts[value];
    }
    for (size_t i = 0; i < count; i++)
        to[next[from[i].key >> (8 * byte) & 0xff]++] = from[i];
}

void radix_sort16(void *data, size_t count)
{
    Record *records = data;

    if (count <= FEW) {
        insertion_sort(records, count);
        return;
    }
    size_t(*counts)[VALUES] = g_malloc0(sizeof(size_t[BYTES][VALUES]));
    Record *from = records, *to = g_new(Record, count);
    Record *spare = to;
    for (size_t i = 0; i < count; i++)
        for (unsigned byte = 0; byte < BYTES; byte++)
            counts[byte][records[i].key >> (8 * byte) & 0xff]++;
    for (unsigned byte = 0; byte < BYTES; byte++) {
        if (counts[byte][from[0].key >> (8 * byte) & 0xff] == count)
            continue;
        scatter(from, to, count, byte, counts[byte]);
        Record *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != records)
        memcpy(records, from, count * sizeof *records);
    g_free(spare);
    g_free(counts);
}
