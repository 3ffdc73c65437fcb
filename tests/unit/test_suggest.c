#include <glib.h>

#include "report/suggest.h"

static void test_distance(void)
{
    static const struct {
        const char *a, *b;
        uint32_t limit, expected;
    } rows[] = {
        {"", "", 3, 0},
        {"scan", "scan", 3, 0},
        {"scan", "SCAN", 3, 0},
        {"scna", "scan", 3, 1},
        {"scan", "can", 3, 1},
        {"graph", "grpah", 3, 1},
        {"plan", "explain", 9, 3},
        {"kitten", "sitting", 9, 3},
        {"abc", "xyz", 1, 2},
        {"a", "abcdef", 2, 3},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpuint(suggest_distance(rows[i].a, rows[i].b, rows[i].limit), ==, rows[i].expected);
        g_assert_cmpuint(suggest_distance(rows[i].b, rows[i].a, rows[i].limit), ==, rows[i].expected);
    }
}

static void test_long_words(void)
{
    g_autofree char *word = g_strnfill(100000, 'a');
    g_assert_cmpuint(suggest_distance(word, word, 5), ==, 6);
}

static void test_closest(void)
{
    const char *const list[] = {"scan", "plan", "graph", "export", NULL};
    g_assert_cmpstr(suggest_closest("scna", list), ==, "scan");
    g_assert_cmpstr(suggest_closest("exprot", list), ==, "export");
    g_assert_cmpstr(suggest_closest("frobnicate", list), ==, NULL);
    g_assert_cmpstr(suggest_closest("", list), ==, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/suggest/distance", test_distance);
    g_test_add_func("/suggest/long-words", test_long_words);
    g_test_add_func("/suggest/closest", test_closest);
    return g_test_run();
}
