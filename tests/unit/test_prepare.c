/* What detection prepares while names are being resolved rests on a guess: which classes are enums. Here the
 * guess is right, wrong one way, and wrong the other, and what comes out must be what comes out without. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/engine.h"

typedef struct Case {
    const char *name, *files;
} Case;

#define PAIR(head, body)                                                                                     \
    "=== p/__init__.py\n=== p/a.py\n" head "class Colour(Base):\n" body "=== p/b.py\n" head                  \
    "class Colour(Base):\n" body "    EXTRA = 7\n    def shade(self):\n        return self.value\n"          \
    "=== p/c.py\n" head "class Tint(Base):\n" body
#define AUTOS  "    RED = auto()\n    DARK_GREEN = auto()\n    PALE_BLUE = auto()\n    OCHRE = auto()\n"
#define VALUES "    RED = 'red'\n    DARK_GREEN = 'green'\n    PALE_BLUE = 'blue'\n    OCHRE = 'ochre'\n"
#define MOVED  "    OCHRE = auto()\n    RED = auto()\n    DARK_GREEN = auto()\n    PALE_BLUE = auto()\n"

static const Case cases[] = {
    {"as guessed", PAIR("from enum import Enum as Base, auto\n", VALUES)},
    {"an enum under a name of its own, values", PAIR("from enum import Enum as Base\n", VALUES)},
    {"an enum under a name of its own, numbered", PAIR("from enum import Enum as Base, auto\n", AUTOS)},
    {"numbered in another order", PAIR("from enum import Enum as Base, auto\n",
                                       AUTOS) "=== p/d.py\nfrom enum "
                                              "import Enum as Base, auto\nclass Colour(Base):\n" MOVED},
    {"no enum though it says so, values",
     "=== p/__init__.py\n=== p/a.py\nclass Enum:\n    def kind(self):\n"
     "        return 1\nclass Colour(Enum):\n" VALUES
     "=== p/b.py\nfrom p.a import Enum\nclass Colour(Enum):\n" VALUES "    EXTRA = 7\n"},
    {"no enum though it says so, numbered",
     "=== p/__init__.py\n=== p/a.py\nfrom enum import auto\nclass Enum:\n    def kind(self):\n        return "
     "1\n"
     "class Colour(Enum):\n" AUTOS "=== p/b.py\nfrom enum import auto\nfrom p.a import Enum\nclass "
     "Colour(Enum):\n" MOVED "    EXTRA = 7\n"},
    {"one that leaves the contest, and was the first of its text",
     "=== p/__init__.py\n=== p/a.py\ntry:\n    from colours import Colour\nexcept ImportError:\n    class "
     "Colour:\n"
     "        RED = 'red'\n        DARK_GREEN = 'green'\n        PALE_BLUE = 'blue'\n"
     "=== p/b.py\nclass Colour:\n    RED = 'red'\n    DARK_GREEN = 'green'\n    PALE_BLUE = 'blue'\n"
     "=== p/c.py\nclass Colour:\n    RED = 'red'\n    DARK_GREEN = 'green'\n    PALE_BLUE = 'blue'\n"},
};

static void add_files(Source *overlay, const char *files)
{
    g_auto(GStrv) parts = g_strsplit(files, "=== ", -1);

    for (guint i = 1; parts[i] != NULL; i++) {
        const char *newline = strchr(parts[i], '\n');
        g_autofree char *path = g_strndup(parts[i], (gsize)(newline - parts[i]));
        g_autoptr(GBytes) bytes = g_bytes_new(newline + 1, strlen(newline + 1));
        source_overlay_set(overlay, path, bytes);
    }
}

/* Everything that a comparison leaves behind in the groups. */
static char *said(const Analysis *analysis)
{
    const Program *program = analysis->program;
    GString *out = g_string_new(NULL);

    for (uint32_t i = 0; i < analysis->detection->n_groups; i++) {
        const Group *group = &analysis->detection->groups[i];
        g_string_append_printf(out, "%s %s %.9f %.9f %s\n", program_text(program, group->id),
                               verdict_name((Verdict)group->verdict), group->similarity, group->confidence,
                               program_text(program, group->summary));
        for (uint32_t k = 0; k < group->n_members; k++)
            g_string_append_printf(
                out, "  %s %.9f %s\n",
                program_text(program, program->definitions[group->members[k].definition].id),
                group->members[k].similarity, program_text(program, group->members[k].note));
    }
    return g_string_free(out, FALSE);
}

static char *analyse(const char *files, uint32_t jobs)
{
    g_autofree char *folder = g_dir_make_tmp("onedef-prepare-XXXXXX", NULL);
    const char *paths[] = {folder, NULL};
    SourceOptions options = {.paths = paths, .project_root = folder, .no_ignore = true};
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) disk = source_open_disk(&options, &error);
    g_assert_no_error(error);
    g_autoptr(Source) overlay = source_overlay_new(disk);
    g_autoptr(Config) config = config_new();
    EngineOptions engine = {.jobs = jobs, .no_cache = true};

    add_files(overlay, files);
    g_autoptr(Analysis) analysis = engine_analyse(overlay, config, &engine, ENGINE_DETECTION, &error);
    g_assert_no_error(error);
    g_rmdir(folder);
    return said(analysis);
}

/* One thread prepares nothing; two do. */
static void test_case(const void *data)
{
    const Case *one = data;
    g_autofree char *plain = analyse(one->files, 1), *prepared = analyse(one->files, 2);

    g_assert_cmpuint(strlen(plain), >, 0);
    g_assert_cmpstr(prepared, ==, plain);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/prepare/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
