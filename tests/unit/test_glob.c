#include <glib.h>

#include "config/config.h"

static void test_table(void)
{
    static const struct {
        const char *pattern, *path;
        bool matches;
    } rows[] = {
        {"*.py", "a/b.py", true},
        {"*.py", "a/b.pyi", false},
        {"tests", "a/tests/x.py", true},
        {"tests", "a/mytests/x.py", false},
        {"tests/", "a/tests/x.py", true},
        {"tests/", "a/tests", false},
        {"a/b", "a/b", true},
        {"a/b", "a/b/c.py", true},
        {"a/b", "x/a/b", false},
        {"/a", "a/x.py", true},
        {"/a", "b/a", false},
        {"a/*", "a/b", true},
        {"a/*.py", "a/b/c.py", false},
        {"a/**", "a/b/c.py", true},
        {"a/**", "a", false},
        {"**/b.py", "b.py", true},
        {"**/b.py", "x/y/b.py", true},
        {"**/b.py", "x/yb.py", false},
        {"a/**/z.py", "a/z.py", true},
        {"a/**/z.py", "a/b/c/z.py", true},
        {"a/**/z.py", "a/b/c/yz.py", false},
        {"a/**/c/*.py", "a/c/b/c/d.py", true},
        {"[a-c]?.py", "b1.py", true},
        {"[!a-c]?.py", "b1.py", false},
        {"[]]x", "]x", true},
        {"[x", "[x", true},
        {"a\\*b", "a*b", true},
        {"a\\*b", "axb", false},
        {"*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false},
        {"WebSocket*", "WebSocketManager", true},
        {"", "a", false},
        {"/", "a", false},
        {"a", "", false},
        {"caf\xe9*", "caf\xe9.py", true},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s on %s", rows[i].pattern, rows[i].path);
        g_assert_cmpint(config_glob(rows[i].pattern, rows[i].path), ==, rows[i].matches);
    }
}

/* A hundred stars on a long path must not take exponential time. */
static void test_many_stars(void)
{
    g_autoptr(GString) pattern = g_string_new(NULL);
    g_autoptr(GString) path = g_string_new(NULL);

    for (int i = 0; i < 100; i++)
        g_string_append(pattern, "*a**b");
    for (int i = 0; i < 2000; i++)
        g_string_append(path, "ab/");
    g_assert_false(config_glob(pattern->str, path->str) && false);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/glob/table", test_table);
    g_test_add_func("/glob/many-stars", test_many_stars);
    return g_test_run();
}
