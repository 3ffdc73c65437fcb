#include "report/scan_text.h"

#include "report/formats.h"
#include "report/scope.h"
#include "report/text.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

/* Up to so many findings, the report lists every rule. */
enum { SHORT_REPORT = 60 };

uint32_t section_limit(const Output *out, uint32_t usual)
{
    return out->verbose == 0 ? usual : out->verbose == 1 ? usual * 10 : UINT32_MAX;
}

void section_title(const Output *out, const char *title, const char *remark)
{
    text_say(out, STYLE_PLAIN, "\n");
    text_say(out, STYLE_HEAD, "%s", title);
    text_say(out, STYLE_DIM, "%s%s\n", *remark != 0 ? "  " : "", remark);
}

void section_rest(const Output *out, uint32_t shown, uint32_t total)
{
    if (shown < total)
        text_say(out, STYLE_DIM, "  ... and %s more (%s)\n", NUMBER(total - shown),
                 out->verbose == 0 ? "-v shows more, -vv all" : "-vv shows all");
}

typedef struct Ranked {
    const Finding *finding;
    bool production;
} Ranked;

static int compare_ranked(gconstpointer a, gconstpointer b, gpointer program)
{
    const Ranked *x = a, *y = b;
    if (x->production != y->production)
        return x->production ? -1 : 1;
    if (x->finding->weight != y->finding->weight)
        return x->finding->weight > y->finding->weight ? -1 : 1;
    int order = strcmp(program_text(program, x->finding->path), program_text(program, y->finding->path));
    if (order == 0)
        order = (x->finding->line > y->finding->line) - (x->finding->line < y->finding->line);
    return order != 0 ? order
                      : strcmp(program_text(program, x->finding->id), program_text(program, y->finding->id));
}

static GArray *findings_of_rule(const Output *out, const Analysis *analysis, RuleId rule)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(Ranked));
    for (uint32_t i = 0; i < analysis->detection->n_findings; i++) {
        const Finding *finding = &analysis->detection->findings[i];
        if (finding->rule != rule || finding->suppressed || !scope_has_finding(out->scope, analysis, finding))
            continue;
        Ranked ranked = {finding, scope_is_production(analysis->program, finding->path)};
        g_array_append_val(found, ranked);
    }
    g_array_sort_with_data(found, compare_ranked, analysis->program);
    return found;
}

static void say_evidence(const Output *out, const Program *program, const Finding *finding)
{
    uint32_t shown = MIN(finding->n_evidence, out->verbose == 0 ? 3 : out->verbose == 1 ? 10 : UINT32_MAX);
    for (uint32_t i = 0; i < shown; i++) {
        const Evidence *evidence = &finding->evidence[i];
        text_say(out, STYLE_PLAIN, "      ");
        text_place(out, program_text(program, evidence->path), evidence->line);
        text_say(out, STYLE_PLAIN, "\n");
        if (evidence->text != 0) {
            text_say(out, STYLE_PLAIN, "        ");
            text_wrap(out, STYLE_DIM, program_text(program, evidence->text), 8, 8);
        }
    }
    if (shown < finding->n_evidence)
        text_say(out, STYLE_DIM, "      ... and %s more place%s\n", NUMBER(finding->n_evidence - shown),
                 PLURAL(finding->n_evidence - shown));
}

static void say_subjects(const Output *out, const Program *program, const Finding *finding)
{
    uint32_t shown = MIN(finding->n_subjects, 4);
    for (uint32_t i = 0; i < shown; i++) {
        text_say(out, STYLE_PLAIN, "      ");
        text_put(out, STYLE_PLAIN, program_text(program, finding->subjects[i]));
        text_say(out, STYLE_PLAIN, "\n");
    }
    if (shown < finding->n_subjects)
        text_say(out, STYLE_DIM, "      ... and %u more\n", finding->n_subjects - shown);
}

void scan_text_rule(const Output *out, const Analysis *analysis, RuleId rule, uint32_t usual)
{
    g_autoptr(GArray) found = findings_of_rule(out, analysis, rule);
    if (found->len == 0)
        return;
    const Rule *about = rule_get(rule);
    g_autofree char *title = g_strdup_printf("%s (%s)", about->slug, NUMBER(found->len));
    section_title(out, title, about->title);
    uint32_t shown = MIN(found->len, section_limit(out, usual));
    for (uint32_t i = 0; i < shown; i++) {
        const Finding *finding = g_array_index(found, Ranked, i).finding;
        text_say(out, STYLE_PLAIN, "  ");
        text_wrap(out, STYLE_PLAIN, program_text(analysis->program, finding->message), 2, 4);
        if (out->verbose == 0 && rule == RULE_SPLIT_NAME) {
            say_subjects(out, analysis->program, finding);
            continue;
        }
        text_say(out, STYLE_PLAIN, "    ");
        text_place(out, program_text(analysis->program, finding->path), finding->line);
        text_say(out, STYLE_PLAIN, "\n");
        if (out->verbose > 0)
            say_evidence(out, analysis->program, finding);
    }
    section_rest(out, shown, found->len);
}

static bool is_listed(const Output *out, const Program *program, const File *file, uint8_t status)
{
    return !file->extension && file->status == status && scope_has_file(out->scope, program, file);
}

void scan_text_files(const Output *out, const Analysis *analysis)
{
    const Program *program = analysis->program;
    uint32_t total = 0, shown = 0;
    for (uint32_t i = 0; i < program->n_files; i++)
        total += is_listed(out, program, &program->files[i], FILE_UNREADABLE) ||
                 is_listed(out, program, &program->files[i], FILE_DEGRADED);
    if (total == 0)
        return;
    uint32_t limit = section_limit(out, 2);
    section_title(out, "Files not read in full", "what stands in them is still used");
    for (uint32_t pass = 0; pass < 2; pass++) { /* unreadable first */
        for (uint32_t i = 0; i < program->n_files && shown < limit; i++) {
            const File *file = &program->files[i];
            if (!is_listed(out, program, file, pass == 0 ? FILE_UNREADABLE : FILE_DEGRADED))
                continue;
            shown++;
            text_say(out, STYLE_PLAIN, "  ");
            const FactsIssue *issue =
                file->facts.header != NULL && file->facts.n_issues > 0 ? file->facts.issues : NULL;
            text_place(out, program_text(program, file->path), issue != NULL ? issue->line : 0);
            const char *why = pass == 0       ? program_text(program, file->reason)
                              : issue != NULL ? report_issue_name(issue->kind)
                                              : "";
            text_say(out, STYLE_PLAIN, "  ");
            text_put(out, STYLE_DIM, why);
            text_say(out, STYLE_PLAIN, "\n");
        }
    }
    section_rest(out, shown, total);
}

/* What is less urgent: listed when the report is short anyway, or on demand; else counted alone. */
static void say_small_sections(const Output *out, const Analysis *analysis)
{
    static const struct {
        uint8_t rule, usual;
    } sections[] = {
        {RULE_BROKEN_EXPORT, 4}, {RULE_REDEFINITION, 4}, {RULE_SHADOWED_MODULE, 4},    {RULE_TEST_COPY, 4},
        {RULE_DEAD_SHIM, 4},     {RULE_SHIM, 4},         {RULE_UNUSED_SUPPRESSION, 4},
    };
    for (uint32_t i = 0; i < G_N_ELEMENTS(sections); i++)
        scan_text_rule(out, analysis, sections[i].rule, sections[i].usual);
}

bool scan_write_text(const Output *out, const Analysis *analysis, const Config *config, GError **error)
{
    (void)config;
    uint32_t total = scope_count_findings(out->scope, analysis, SEVERITY_INFO);
    bool all = total <= SHORT_REPORT || out->verbose > 0;
    scan_text_summary(out, analysis);
    scan_text_groups(out, analysis);
    scan_text_rule(out, analysis, RULE_SPLIT_NAME, 3);
    scan_text_rule(out, analysis, RULE_DUAL_MODULE, 2);
    scan_text_broken(out, analysis);
    scan_text_fragmentation(out, analysis);
    scan_text_cycles(out, analysis);
    if (all)
        say_small_sections(out, analysis);
    scan_text_files(out, analysis);
    if (total == 0)
        text_say(out, STYLE_GOOD, "\nNothing found: one definition each.\n");
    else
        text_say(out, STYLE_DIM,
                 "\nNext: onedef explain NAME (what one really is), onedef plan (the worklist),\n"
                 "      onedef graph --kind duplicates (the picture)%s\n",
                 all ? "" : ", onedef scan -v (the other rules)");
    return report_finish(out, error);
}

bool report_finish(const Output *out, GError **error)
{
    if (!ferror(out->file))
        return true;
    g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write: %s",
                errno != 0 ? g_strerror(errno) : "write error");
    return false;
}
