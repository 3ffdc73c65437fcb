#include <glib.h>

#include "base/intern.h"

static void test_symbols_are_dense_and_stable(void)
{
    Interner *in = interner_new();

    g_assert_cmpuint(intern(in, "", 0), ==, 0);
    Sym a = intern_cstr(in, "alpha"), b = intern_cstr(in, "beta");
    g_assert_cmpuint(a, ==, 1);
    g_assert_cmpuint(b, ==, 2);
    g_assert_cmpuint(intern(in, "alphabet", 5), ==, a);
    g_assert_cmpstr(sym_text(in, a), ==, "alpha");
    g_assert_cmpint(sym_compare(in, a, b), ==, -1);
    g_assert_cmpint(sym_compare(in, a, intern_cstr(in, "alph")), ==, 1);
    g_assert_cmpuint(intern_find(in, "gamma", 5), ==, 0);
    interner_free(in);
}

static void test_growth_keeps_every_text(void)
{
    Interner *in = interner_new();

    for (uint32_t i = 0; i < 50000; i++)
        g_assert_cmpuint(intern_printf(in, "name_%u", i), ==, i + 1);
    for (uint32_t i = 0; i < 50000; i++) {
        g_autofree char *text = g_strdup_printf("name_%u", i);
        g_assert_cmpuint(intern_cstr(in, text), ==, i + 1);
        g_assert_cmpstr(sym_text(in, i + 1), ==, text);
    }
    interner_free(in);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/intern/dense", test_symbols_are_dense_and_stable);
    g_test_add_func("/intern/growth", test_growth_keeps_every_text);
    return g_test_run();
}
