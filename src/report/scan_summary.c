#include "report/scan_text.h"

#include "report/area.h"
#include "report/ranking.h"
#include "report/scope.h"
#include "report/text.h"

enum { AREAS_SHOWN = 5 };

static void say_files(const Output *out, const Analysis *analysis)
{
    const ReportScope *scope = out->scope;
    text_say(out, STYLE_HEAD, "onedef %s", ONEDEF_VERSION);
    if (scope != NULL && scope->root != NULL) {
        text_say(out, STYLE_PLAIN, "  ");
        text_put(out, STYLE_PATH, scope->root);
        if (scope->label != NULL && strcmp(scope->label, "disk") != 0)
            text_say(out, STYLE_PLAIN, " at %.12s", scope->label);
    }
    uint32_t asked = scope_count_asked(analysis->program);
    text_say(out, STYLE_PLAIN, "\n\n");
    if (asked < analysis->n_listed)
        text_say(out, STYLE_HEAD, "  about %s of the project's %s files, which are all read for it:\n",
                 NUMBER(asked), NUMBER(analysis->n_listed));
    text_say(out, STYLE_PLAIN, "  %s files, %s lines, %.1f MB\n", NUMBER(analysis->n_listed),
             NUMBER(analysis->n_lines), (double)analysis->n_bytes / 1e6);
    text_say(out, STYLE_PLAIN, "  = %s parsed", NUMBER(analysis->n_parsed));
    text_say(out, STYLE_PLAIN, " + %s parsed in part", NUMBER(analysis->n_degraded));
    text_say(out, analysis->n_unreadable > 0 ? STYLE_BAD : STYLE_PLAIN, " + %s unreadable",
             NUMBER(analysis->n_unreadable));
    if (analysis->n_extensions > 0)
        text_say(out, STYLE_PLAIN, " + %s extension%s", NUMBER(analysis->n_extensions),
                 PLURAL(analysis->n_extensions));
    if (scope != NULL && scope->n_ignored > 0)
        text_say(out, STYLE_PLAIN, "\n  %s more ignored (--no-ignore reads them)", NUMBER(scope->n_ignored));
    text_say(out, STYLE_PLAIN, "\n");
}

static void say_definitions(const Output *out, const Program *program)
{
    uint32_t counts[KIND_COUNT] = {0}, functions = 0;
    for (uint32_t i = 0; i < program->n_definitions; i++)
        counts[program->definitions[i].kind]++;
    functions = counts[KIND_FUNCTION];
    GString *kinds = g_string_new(NULL);
    g_string_append_printf(kinds,
                           "%s definitions in %s modules: ", NUMBER(program->n_definitions - functions),
                           NUMBER(program->n_modules));
    bool first = true;
    for (uint32_t kind = 0; kind < KIND_COUNT; kind++) {
        if (counts[kind] == 0 || kind == KIND_FUNCTION)
            continue;
        g_string_append_printf(kinds, "%s%s %s", first ? "" : ", ", NUMBER(counts[kind]),
                               definition_kind_name(kind));
        first = false;
    }
    if (functions > 0)
        g_string_append_printf(kinds, "; and %s functions", NUMBER(functions));
    text_say(out, STYLE_PLAIN, "  ");
    text_wrap(out, STYLE_PLAIN, kinds->str, 2, 4);
    g_string_free(kinds, TRUE);
}

static void say_verdicts(const Output *out, const Analysis *analysis)
{
    uint32_t groups[VERDICT_COUNT] = {0}, members[VERDICT_COUNT] = {0}, suppressed = 0;
    const Detection *detection = analysis->detection;
    for (uint32_t i = 0; i < detection->n_groups; i++) {
        const Group *group = &detection->groups[i];
        if (!scope_has_group(out->scope, analysis->program, group))
            continue;
        suppressed += group->suppressed;
        if (group->suppressed && verdict_is_work(group->verdict))
            continue;
        groups[group->verdict]++;
        members[group->verdict] += group->n_members;
    }
    section_title(out, "Groups of definitions", "");
    GString *rest = g_string_new(NULL);
    for (uint32_t verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        if (verdict_is_work(verdict))
            text_say(out, groups[verdict] > 0 ? STYLE_PLAIN : STYLE_DIM, "  %7s %-10s %7s %-13s %s\n",
                     NUMBER(groups[verdict]), verdict_name(verdict), NUMBER(members[verdict]),
                     members[verdict] == 1 ? "definition" : "definitions", verdict_action(verdict));
        else if (groups[verdict] > 0)
            g_string_append_printf(rest, "%s%s %s",
                                   rest->len > 0 ? ", " : "no work: ", NUMBER(groups[verdict]),
                                   verdict_name(verdict));
    }
    if (suppressed > 0)
        g_string_append_printf(rest, "%s%s suppressed", rest->len > 0 ? "; " : "", NUMBER(suppressed));
    if (rest->len > 0) {
        text_say(out, STYLE_PLAIN, "          ");
        text_wrap(out, STYLE_DIM, rest->str, 10, 10);
    }
    g_string_free(rest, TRUE);
}

static void say_rules(const Output *out, const Analysis *analysis)
{
    uint32_t counts[RULE_COUNT] = {0}, production[RULE_COUNT] = {0}, suppressed = 0;
    const Detection *detection = analysis->detection;
    for (uint32_t i = 0; i < detection->n_findings; i++) {
        const Finding *finding = &detection->findings[i];
        if (!scope_has_finding(out->scope, analysis, finding))
            continue;
        suppressed += finding->suppressed;
        if (finding->suppressed)
            continue;
        counts[finding->rule]++;
        production[finding->rule] += scope_is_production(analysis->program, finding->path);
    }
    section_title(out, "Findings", "");
    for (uint32_t rule = 0; rule < RULE_COUNT; rule++) {
        if (counts[rule] == 0)
            continue;
        const Rule *about = rule_get(rule);
        text_say(out, STYLE_PLAIN, "  %7s ", NUMBER(counts[rule]));
        text_say(out, text_severity_style((int)about->severity), "%-18s", about->slug);
        text_say(out, STYLE_DIM, " %s", about->code);
        if (production[rule] < counts[rule])
            text_say(out, STYLE_PLAIN, "  %s in production code\n", NUMBER(production[rule]));
        else
            text_say(out, STYLE_PLAIN, "\n");
    }
    if (suppressed > 0)
        text_say(out, STYLE_DIM, "  %7s suppressed\n", NUMBER(suppressed));
}

static uint32_t area_column(uint8_t rule)
{
    switch (rule) {
    case RULE_DUPLICATE:
    case RULE_RENAMED:
    case RULE_DIVERGED:
    case RULE_HOLLOW:
        return 0;
    case RULE_SPLIT_NAME:
    case RULE_FRAGMENTED_IMPORT:
        return 1;
    case RULE_BROKEN_IMPORT:
    case RULE_BROKEN_EXPORT:
        return 2;
    default:
        return 3;
    }
}

static void say_areas(const Output *out, const Analysis *analysis)
{
    g_autoptr(Ranking) areas = ranking_new();
    const Detection *detection = analysis->detection;
    for (uint32_t i = 0; i < detection->n_findings; i++) {
        const Finding *finding = &detection->findings[i];
        if (finding->suppressed || finding->severity == SEVERITY_INFO ||
            !scope_has_finding(out->scope, analysis, finding))
            continue;
        g_autofree char *area = area_of_path(program_text(analysis->program, finding->path));
        ranking_row(areas, area)->counts[area_column(finding->rule)]++;
    }
    uint32_t count;
    const RankRow *rows = ranking_sorted(areas, &count);
    if (count < 2)
        return;
    section_title(out, "Where", "");
    text_say(out, STYLE_DIM, "     groups   import paths   broken   other   area\n");
    uint32_t shown = MIN(count, section_limit(out, AREAS_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        text_say(out, STYLE_PLAIN, "  %9s %14s %8s %7s   ", NUMBER(rows[i].counts[0]),
                 NUMBER(rows[i].counts[1]), NUMBER(rows[i].counts[2]), NUMBER(rows[i].counts[3]));
        text_put(out, STYLE_PATH, rows[i].key);
        text_say(out, STYLE_PLAIN, "\n");
    }
    section_rest(out, shown, count);
}

void scan_text_summary(const Output *out, const Analysis *analysis)
{
    say_files(out, analysis);
    say_definitions(out, analysis->program);
    say_verdicts(out, analysis);
    say_rules(out, analysis);
    say_areas(out, analysis);
}
