/* An edited tree analysed again from memory must be what it is when it is analysed from scratch. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/engine.h"

static void put(Source *overlay, const char *path, const char *text)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

    source_overlay_set(overlay, path, bytes);
}

/* Definitions with their bases, bindings, imports and load edges, a line each. */
static char *said(const Analysis *analysis)
{
    Program *program = analysis->program;
    GString *out = g_string_new(NULL);

    for (Id i = 0; i < program->n_definitions; i++) {
        const Definition *definition = &program->definitions[i];
        g_string_append(out, program_text(program, definition->id));
        for (uint32_t b = 0; b < definition->n_bases; b++)
            g_string_append_printf(
                out, " (%s",
                program_text(program,
                             program_target_id(program, program->bases[definition->first_base + b].target)));
        g_string_append_c(out, '\n');
    }
    for (Id m = 0; m < program->n_modules; m++) {
        const Module *module = &program->modules[m];
        for (uint32_t b = 0; b < module->n_bindings; b++) {
            const Binding *binding = &program->bindings[module->first_binding + b];
            g_string_append_printf(out, "%s.%s %s %d\n", program_text(program, module->name),
                                   program_text(program, binding->name),
                                   program_text(program, program_target_id(program, binding->target)),
                                   binding->certainty);
        }
        for (uint32_t e = analysis->graph->first_edge[m]; e < analysis->graph->first_edge[m + 1]; e++)
            g_string_append_printf(
                out, "%s > %s\n", program_text(program, module->name),
                program_text(program, program->modules[analysis->graph->edges[e].to].name));
    }
    for (uint32_t i = 0; i < program->n_imports; i++)
        g_string_append_printf(out, "%u %s %s %d\n", program->imports[i].line,
                               program_text(program, program->imports[i].module_name),
                               program_text(program, program->imports[i].name), program->imports[i].status);
    return g_string_free(out, FALSE);
}

/* Change — what one file holds then. */
typedef struct Change {
    const char *name, *path, *text;
} Change;

static const Change edits[] = {
    {"nothing", NULL, NULL},
    {"same", "app/b.py", "from app.a import A\n\n\nclass B(A):\n    pass\n"},
    {"import", "app/b.py", "from app.c import C as A\n\n\nclass B(A):\n    pass\n"},
    {"definition", "app/a.py", "class A:\n    x = 1\n\n\nclass Fresh(A):\n    pass\n"},
    {"broken", "app/a.py", "class Other:\n    def (\n"},
    {"emptied", "app/c.py", ""},
};

static void test_edit(const void *data)
{
    const Change *edit = data;
    g_autofree char *folder = g_dir_make_tmp("onedef-edited-XXXXXX", NULL);
    const char *paths[] = {folder, NULL};
    SourceOptions options = {.paths = paths, .project_root = folder, .no_ignore = true};
    g_autoptr(GError) error = NULL;
    g_autoptr(Source) disk = source_open_disk(&options, &error);
    g_assert_no_error(error);
    g_autoptr(Source) base = source_overlay_new(disk);
    g_autoptr(Config) config = config_new();
    EngineOptions engine = {.jobs = 1, .no_cache = true};

    put(base, "app/__init__.py", "");
    put(base, "app/a.py", "class A:\n    x = 1\n");
    put(base, "app/b.py", "from app.a import A\n\n\nclass B(A):\n    pass\n");
    put(base, "app/c.py", "import app.b\n\n\nclass C(app.b.B):\n    pass\n");
    g_autoptr(Analysis) first = engine_analyse(base, config, &engine, ENGINE_DETECTION, &error);
    g_assert_no_error(error);
    g_autoptr(EngineMemory) memory = engine_memory_new(first, config, &engine);
    g_autoptr(Source) overlay = source_overlay_new(base);
    if (edit->path != NULL)
        put(overlay, edit->path, edit->text);
    g_autoptr(Analysis) again = engine_analyse_edited(memory, overlay, &error);
    g_assert_no_error(error);
    g_assert_nonnull(again->graph);
    g_autoptr(Analysis) fresh = engine_analyse(overlay, config, &engine, ENGINE_GRAPH, &error);
    g_assert_no_error(error);
    g_autofree char *expected = said(fresh), *actual = said(again), *before = said(first);
    g_assert_cmpstr(actual, ==, expected);
    bool changes = edit->path != NULL && strcmp(edit->name, "same") != 0;
    g_assert_cmpint(strcmp(actual, before) != 0, ==, changes);
    g_assert_true(engine_detect(again, config, 1, &error));
    g_assert_nonnull(again->detection);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(edits); i++) {
        g_autofree char *path = g_strdup_printf("/edited/%s", edits[i].name);
        g_test_add_data_func(path, &edits[i], test_edit);
    }
    return g_test_run();
}
