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

bool plan_split(const char *folder, const Analysis *analysis, const Plan *plan, GError **error)
{
    g_auto(GStrv) names = name_steps(analysis, plan);
    Bundle bundle;

    bundle_init(&bundle, MARK);
    bool good = fill(&bundle, analysis, plan, names, error) && bundle_write(&bundle, folder, error);
    bundle_clear(&bundle);
    return good;
}
