/* Against qsort, with the order of equal keys checked: few and many records, keys of few and many bytes. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/radix.h"

typedef struct Record {
    uint64_t key, place;
} Record;

static int compare(const void *a, const void *b)
{
    const Record *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static void test_against_qsort(void)
{
    static const uint64_t masks[] = {0, 1, 0xff, 0x0f00, 0xffff0000ffff, UINT64_MAX, UINT64_C(0xff) << 56};
    static const size_t counts[] = {0, 1, 2, 47, 48, 49, 300, 5000};
    g_autoptr(GRand) random = g_rand_new_with_seed(5);

    for (size_t m = 0; m < G_N_ELEMENTS(masks); m++)
        for (size_t c = 0; c < G_N_ELEMENTS(counts); c++) {
            g_autofree Record *records = g_new0(Record, counts[c] + 1);
            for (size_t i = 0; i < counts[c]; i++)
                records[i] =
                    (Record){((uint64_t)g_rand_int(random) << 32 | g_rand_int(random)) & masks[m], i};
            g_autofree Record *expected = g_memdup2(records, (counts[c] + 1) * sizeof *records);
            qsort(expected, counts[c], sizeof *expected, compare);
            radix_sort16(records, counts[c]);
            g_assert_cmpmem(records, counts[c] * sizeof *records, expected, counts[c] * sizeof *expected);
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/radix/against-qsort", test_against_qsort);
    return g_test_run();
}
