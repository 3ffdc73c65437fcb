/* Definitions named to stay: what is looked up must be what the patterns say. */
#include <glib.h>

#include "config/config.h"
#include "fix/survivors.h"

static const char *const ids[] = {"app.a:X", "app.a:Outer.X", "lib/app.a:X", "app.b:Y#2", "X"};
static const char *const patterns[] = {
    "app.a:X",    "app.a.X",  "app.a.Outer.X", "X",         "lib/app.a:X", "lib", "app.*",       "*:X",
    "app.[ab]:X", "/app.a:X", "a:X",           "app.b:Y#2", "lib/",        "",    "lib/app.a.X", "app.a"};

/* The definition of what a pattern names: docs/fix.md. */
static bool is_named(const char *pattern, const char *id)
{
    g_autofree char *dotted = g_strdelimit(g_strdup(id), ":", '.');

    return config_glob(pattern, id) || config_glob(pattern, dotted);
}

static void test_all(void)
{
    Program program = {.interner = interner_new()};

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        Definition definition = {.id = intern_cstr(program.interner, ids[i])};
        program.definitions = &definition;
        for (size_t p = 0; p < G_N_ELEMENTS(patterns); p++) {
            const char *const one[] = {patterns[p], NULL};
            Survivors *survivors = survivors_new(one);
            bool named = survivors_have(survivors, &program, 0);
            if (named != is_named(patterns[p], ids[i]))
                g_error("'%s' and %s: %d", patterns[p], ids[i], named);
            survivors_free(survivors);
        }
    }
    interner_free(program.interner);
}

static void test_none(void)
{
    Program program = {.interner = interner_new()};
    Definition definition = {.id = intern_cstr(program.interner, "app.a:X")};
    Survivors *survivors = survivors_new(NULL);

    program.definitions = &definition;
    g_assert_false(survivors_have(survivors, &program, 0));
    survivors_free(survivors);
    interner_free(program.interner);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/survivors/all", test_all);
    g_test_add_func("/survivors/none", test_none);
    return g_test_run();
}
