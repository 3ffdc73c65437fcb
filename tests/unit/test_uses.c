/* Who uses a name: all questions at once against one search for each name in each file, on seeded random
 * trees, with any number of threads. */
#include "fix/uses.h"

#include <glib/gstdio.h>
#include <string.h>

#include "engine/engine.h"

enum { N_FILES = 90, MOST_QUESTIONS = 12, MOST_NAMES = 5 };

/* Some are parts of others, some end in the same bytes, some are short, one is longer than a window. */
static const char *const names[] = {
    "x",           "id",          "RED", "GRAY", "consume", "test_one", "test_one_more", "best_one_more",
    "un_consumed", "consume_all", NULL};

static char *long_name(void)
{
    return g_strnfill(300, 'q');
}

static const char *pick(GRand *random, const char *long_one)
{
    uint32_t k = (uint32_t)g_rand_int_range(random, 0, G_N_ELEMENTS(names));
    return names[k] != NULL ? names[k] : long_one;
}

static void add_line(GString *text, GRand *random, const char *indent, const char *long_one)
{
    static const char *const forms[] = {
        "# a.%s", "# %s",   "# \"%s\"", "# f(%s=1)",   "# f(a, %s == 1)", "# '%s\"",      "# a. \t%s z",
        "# z%s",  "# .%sz", "# (%s =0", "# %s%s .x.y", "'''\n.%s'''",     "'''.\\\n%s'''"};
    const char *form = forms[g_rand_int_range(random, 0, G_N_ELEMENTS(forms))];
    const char *name = pick(random, long_one);

    g_string_append(text, indent);
    for (const char *c = form; *c != '\0'; c++)
        if (c[0] == '%' && c[1] == 's') {
            g_string_append(text, name);
            c++;
        } else {
            g_string_append_c(text, *c);
        }
    g_string_append_c(text, '\n');
}

static void put_files(Source *overlay, GRand *random, const char *long_one)
{
    for (uint32_t f = 0; f < N_FILES; f++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *path = g_strdup_printf("m%03u.py", f);
        for (int32_t n = g_rand_int_range(random, 0, 3); n > 0 && f % 7 == 0; n--)
            add_line(text, random, "", long_one);
        g_string_append(text, "class D:\n    y = 1\n");
        for (int32_t n = g_rand_int_range(random, 0, 3); n > 0; n--)
            add_line(text, random, "    ", long_one);
        g_string_append(text, "    z = 1\n");
        if (f % 11 == 0)
            g_string_append(text, "# a.id"); /* a use at the very end */
        g_autoptr(GBytes) bytes = g_bytes_new(text->str, text->len);
        source_overlay_set(overlay, path, bytes);
    }
}

static Id expected(Source *source, const Program *program, const UseQuestion *question)
{
    const FactsDefinition *fact = program_definition_fact(program, question->definition);

    for (Id f = 0; f < program->n_files; f++) {
        bool own = program_definition_file(program, question->definition) == &program->files[f];
        g_autoptr(GBytes) bytes = source_read(source, program_text(program, program->files[f].path), NULL);
        size_t length;
        const char *text = g_bytes_get_data(bytes, &length);
        for (uint32_t i = 0; i < question->n_names; i++)
            if (uses_find(text, length, question->names[i], own ? fact->start : 0, own ? fact->end : 0) <
                length)
                return f;
    }
    return ID_NONE;
}

static void check_questions(Source *source, const Program *program, GRand *random, const char *long_one)
{
    UseQuestion questions[MOST_QUESTIONS];
    const char *asked[MOST_QUESTIONS][MOST_NAMES];
    uint32_t n = (uint32_t)g_rand_int_range(random, 0, MOST_QUESTIONS + 1);

    for (uint32_t q = 0; q < n; q++) {
        questions[q] =
            (UseQuestion){.definition = (Id)g_rand_int_range(random, 0, (gint32)program->n_definitions),
                          .names = asked[q],
                          .n_names = (uint32_t)g_rand_int_range(random, 1, MOST_NAMES + 1)};
        for (uint32_t i = 0; i < questions[q].n_names; i++)
            asked[q][i] = g_rand_int_range(random, 0, 4) == 0 ? "nobody_has_this" : pick(random, long_one);
    }
    for (uint32_t jobs = 1; jobs < 4; jobs++) {
        uses_answer(source, program, questions, n, jobs);
        for (uint32_t q = 0; q < n; q++)
            g_assert_cmpuint(questions[q].file, ==, expected(source, program, &questions[q]));
    }
}

static void test_random(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(20240117);
    g_autofree char *folder = g_dir_make_tmp("onedef-uses-XXXXXX", NULL), *long_one = long_name();
    const char *paths[] = {folder, NULL};
    SourceOptions options = {.paths = paths, .project_root = folder, .no_ignore = true};
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) disk = source_open_disk(&options, &error);
    g_assert_no_error(error);
    g_autoptr(Config) config = config_new();
    EngineOptions engine = {.jobs = 1, .no_cache = true};

    for (int round = 0; round < 12; round++) {
        g_autoptr(Source) overlay = source_overlay_new(disk);
        put_files(overlay, random, long_one);
        g_autoptr(Analysis) analysis = engine_analyse(overlay, config, &engine, ENGINE_GRAPH, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(analysis->program->n_definitions, ==, N_FILES);
        for (int i = 0; i < 20; i++)
            check_questions(overlay, analysis->program, random, long_one);
    }
    g_rmdir(folder);
}

static void test_find(void)
{
    static const struct {
        const char *text;
        size_t at;
    } rows[] = {{"a.go", 2},        {"ago", 3},         {"'go'", 1},   {"'go\"", 4}, {"f(go=1)", 2},
                {"f(go==1)", 8},    {"f(a, go =1)", 5}, {"x.gone", 6}, {"x.ago", 5}, {"go.x", 4},
                {"x . \\\n go", 7}, {"go x.go", 5},     {"", 0},       {"go", 2}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpuint(uses_find(rows[i].text, strlen(rows[i].text), "go", 0, 0), ==, rows[i].at);
    g_assert_cmpuint(uses_find("x.go y.go", 9, "go", 0, 5), ==, 7);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/uses/find", test_find);
    g_test_add_func("/uses/random", test_random);
    return g_test_run();
}
