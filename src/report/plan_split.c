#include "report/plan_split.h"

#include "base/error.h"
#include "report/bundle.h"
#include "report/markdown.h"
#include "report/plan_head.h"
#include "report/plan_step.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MARK        "<!-- written by onedef plan --split: the next run replaces it -->"
#define INDEX       "README.md"
#define SLUG_LENGTH 40
#define ID_LENGTH   16 /* hex digits of a step's id */

typedef struct Page {
    char *bytes;
    size_t length;
    Output out;
} Page;

static bool page_open(Page *page, GError **error)
{
    *page = (Page){0};
    page->out.file = open_memstream(&page->bytes, &page->length);
    if (page->out.file == NULL)
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write the plan: %s", g_strerror(errno));
    return page->out.file != NULL;
}

static GString *page_close(Page *page)
{
    fclose(page->out.file);
    GString *text = g_string_new_len(page->bytes, (gssize)page->length);
    free(page->bytes);
    return text;
}

/* What a step is about, in letters that every file system takes. */
static char *slug_of(const Analysis *analysis, const Step *step)
{
    const Program *program = analysis->program;
    const char *title = program_text(program, step->title), *colon = strchr(title, ':');
    const char *about = step->phase == PHASE_2B   ? program_text(program, step->area)
                        : step->module != ID_NONE ? program_text(program, program->modules[step->module].name)
                                                  : NULL;
    g_autofree char *text = about != NULL
                                ? g_strdup(about)
                                : g_strndup(title, colon != NULL ? (size_t)(colon - title) : strlen(title));

    g_strcanon(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.", '-');
    return g_strndup(text, SLUG_LENGTH);
}

static char **name_steps(const Analysis *analysis, const Plan *plan)
{
    char **names = g_new0(char *, plan->n_steps + 1);

    for (uint32_t i = 0; i < plan->n_steps; i++) {
        const Step *step = &plan->steps[i];
        g_autofree char *slug = slug_of(analysis, step);
        names[i] = g_strdup_printf("%s-%s-%s.md", phase_name((Phase)step->phase), slug,
                                   program_text(analysis->program, step->id));
    }
    return names;
}

static void write_index(const Output *out, const Analysis *analysis, const Plan *plan, char *const *names)
{
    const Program *program = analysis->program;
    int phase = -1;

    plan_head_write(out, program, plan);
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        const Step *step = &plan->steps[i];
        if (phase != (int)step->phase)
            fprintf(out->file, "\n## %s\n\n", plan_phase_title((Phase)step->phase));
        phase = (int)step->phase;
        fprintf(out->file, "- [ ] %u. [", i + 1);
        markdown_put(out, program_text(program, step->title));
        fprintf(out->file, "](%s) (%s risk, %.1f points, %s)\n", names[i], risk_name(step->risk),
                step->effort, step_how_name(step->how));
    }
    if (plan->n_steps == 0)
        fputs("\nNothing to do.\n", out->file);
}

static bool fill(Bundle *bundle, const Analysis *analysis, const Plan *plan, char *const *names,
                 GError **error)
{
    Page page;

    for (uint32_t i = 0; i < plan->n_steps; i++) {
        if (!page_open(&page, error))
            return false;
        plan_step_write(&page.out, analysis, plan, i, 1, names);
        fprintf(page.out.file, "\n[All steps](%s)\n", INDEX);
        bundle_add(bundle, g_strdup(names[i]), page_close(&page));
    }
    if (!page_open(&page, error))
        return false;
    write_index(&page.out, analysis, plan, names);
    bundle_add(bundle, g_strdup(INDEX), page_close(&page));
    return true;
}

/* --- ticks of an earlier run --- */

/* What a line with a box is about: the id of the step that it links to, where it links to one (its number and
 * title may change); else its text. NULL: the line has no box. Caller frees. */
static char *box_key(const char *line, size_t length, bool *ticked)
{
    const char *text = line + strspn(line, " ");
    size_t left = length - MIN((size_t)(text - line), length);

    if (left < 6 || strncmp(text, "- [", 3) != 0 || strncmp(text + 4, "] ", 2) != 0)
        return NULL;
    *ticked = text[3] == 'x' || text[3] == 'X';
    g_autofree char *rest = g_strndup(text + 6, left - 6);
    const char *link = strstr(rest, ".md)");
    if (link != NULL && link - rest > ID_LENGTH && strspn(link - ID_LENGTH, "0123456789abcdef") == ID_LENGTH)
        return g_strndup(link - ID_LENGTH, ID_LENGTH);
    return g_steal_pointer(&rest);
}

/* Ticks the boxes of `text` that are ticked in `old`; of equal lines as many as there. */
static void keep_ticks(GString *text, const char *old)
{
    g_autoptr(GHashTable) ticks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool ticked;

    for (const char *line = old; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        char *key = box_key(line, strcspn(line, "\n"), &ticked);
        if (key != NULL && ticked) {
            uint32_t n = GPOINTER_TO_UINT(g_hash_table_lookup(ticks, key));
            g_hash_table_replace(ticks, key, GUINT_TO_POINTER(n + 1));
        } else {
            g_free(key);
        }
    }
    for (size_t at = 0; at < text->len; at += strcspn(text->str + at, "\n") + 1) {
        const char *line = text->str + at;
        g_autofree char *key = box_key(line, strcspn(line, "\n"), &ticked);
        uint32_t n = key != NULL ? GPOINTER_TO_UINT(g_hash_table_lookup(ticks, key)) : 0;
        if (n == 0)
            continue;
        text->str[at + strspn(line, " ") + 3] = 'x';
        g_hash_table_replace(ticks, g_steal_pointer(&key), GUINT_TO_POINTER(n - 1));
    }
}

/* The id in the name of a step's file, "" in the index's. */
static const char *id_of(const char *name)
{
    size_t length = strlen(name), tail = ID_LENGTH + strlen(".md");

    return length > tail && g_str_has_suffix(name, ".md") ? name + length - tail : "";
}

/* A step's file may have been called otherwise: its id is what stays. */
static void keep_all_ticks(const Bundle *bundle, const char *folder)
{
    g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    const char *name;

    while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
        char *copy = g_strdup(name);
        g_hash_table_replace(names, (char *)(uintptr_t)id_of(copy), copy);
    }
    for (uint32_t i = 0; i < bundle->files->len; i++) {
        const BundleFile *file = &g_array_index(bundle->files, BundleFile, i);
        const char *id = id_of(file->name), *old = *id != '\0' ? g_hash_table_lookup(names, id) : INDEX;
        g_autofree char *path = old != NULL ? g_build_filename(folder, old, NULL) : NULL;
        g_autofree char *text = NULL;
        if (path != NULL && g_file_get_contents(path, &text, NULL, NULL) && g_str_has_prefix(text, MARK))
            keep_ticks(file->text, text);
    }
}

bool plan_split(const char *folder, const Analysis *analysis, const Plan *plan, GError **error)
{
    g_auto(GStrv) names = name_steps(analysis, plan);
    Bundle bundle;

    bundle_init(&bundle, MARK);
    bool good = fill(&bundle, analysis, plan, names, error);
    if (good)
        keep_all_ticks(&bundle, folder);
    good = good && bundle_write(&bundle, folder, error);
    bundle_clear(&bundle);
    return good;
}
