/* What is this name, truly? For each name: definition, import, alias …, the way it takes with file
 * and line of every hop, and where it ends; then how many definitions stand behind all the names. */
#include "report/explain.h"

#include "report/formats.h"
#include "report/names.h"
#include "report/scan_text.h"
#include "report/text.h"

#include <string.h>

enum { MATCHES_SHOWN = 12, HOPS_SHOWN = 12 };

/* Told — what was said so far, for the closing line. */
typedef struct Told {
    GArray *definitions; /* Id, in order of appearance */
    uint32_t names, hows[HOW_UNRESOLVED + 1], lost;
} Told;

static uint32_t told_number(Told *told, Id definition)
{
    for (uint32_t i = 0; i < told->definitions->len; i++)
        if (g_array_index(told->definitions, Id, i) == definition)
            return i + 1;
    g_array_append_val(told->definitions, definition);
    return told->definitions->len;
}

static const char *how_phrase(uint8_t how)
{
    static const char *const phrases[] = {
        [HOW_DEFINITION] = "a definition",
        [HOW_IMPORT] = "an import: a second name, no second definition",
        [HOW_ALIAS] = "an alias: a second name, no second definition",
        [HOW_STAR] = "brought by a star import: a second name, no second definition",
        [HOW_LAZY_EXPORT] = "a lazy export: a second name, no second definition",
        [HOW_MODULE] = "a module",
        [HOW_FUNCTIONAL] = "a definition made by a call",
        [HOW_ASSIGNMENT] = "a value, no definition of a class",
        [HOW_EXTERNAL] = "something from outside this project",
        [HOW_UNRESOLVED] = "a name that leads nowhere",
    };
    return phrases[how];
}

static void say_stop(const Output *out, const Program *program, const char *arrow, Id module, uint32_t line,
                     const char *statement)
{
    text_say(out, STYLE_DIM, "  %s ", arrow);
    text_place(out, program_module_path(program, module), line);
    text_say(out, STYLE_PLAIN, "\n       ");
    text_wrap(out, STYLE_PLAIN, statement, 7, 9);
}

static void say_end(const Output *out, Program *program, const Target *target, Told *told)
{
    if (target->kind != TARGET_DEFINITION) {
        text_say(out, STYLE_DIM, "  => ");
        text_put(out, target->kind == TARGET_UNRESOLVED ? STYLE_BAD : STYLE_PLAIN,
                 program_text(program, program_target_id(program, *target)));
        text_say(out, STYLE_PLAIN, "\n");
        return;
    }
    const Definition *definition = &program->definitions[target->id];
    g_autofree char *kind = explain_kind(program, target->id);
    text_say(out, STYLE_DIM, "  => ");
    text_say(out, STYLE_GOOD, "[%u] ", told_number(told, target->id));
    text_place(out, program_module_path(program, definition->module), definition->line);
    text_say(out, STYLE_PLAIN, "\n       ");
    g_autofree char *what = g_strdup_printf("%s (%s)", program_text(program, definition->id), kind);
    text_wrap(out, STYLE_GOOD, what, 7, 9);
}

/* The chain of one candidate: the name's own statement, every hop, the end. */
static void say_chain(const Output *out, Program *program, const Binding *binding, Told *told)
{
    bool own = binding->how == HOW_DEFINITION || binding->how == HOW_FUNCTIONAL;
    if (!own) {
        g_autofree char *statement = lookup_statement(program, binding);
        say_stop(out, program, "  ", binding->module, binding->line, statement);
    }
    uint32_t shown = 0, limit = section_limit(out, HOPS_SHOWN);
    for (Id hop = binding->n_hops > 0 ? binding->first_hop : ID_NONE; hop != ID_NONE && shown < limit;
         shown++) {
        const Hop *step = &program->hops[hop];
        const Binding *there = lookup_hop(program, step);
        g_autofree char *statement =
            there != NULL ? lookup_statement(program, there) : g_strdup(program_text(program, step->name));
        say_stop(out, program, "->", step->module, step->line, statement);
        hop = step->next;
    }
    if (shown < binding->n_hops)
        text_say(out, STYLE_DIM, "     ... and %u more hop%s\n", binding->n_hops - shown,
                 PLURAL(binding->n_hops - shown));
    say_end(out, program, &binding->target, told);
}

static void say_binding(const Output *out, Program *program, const Match *match, Told *told)
{
    uint32_t count;
    const Binding *candidates = lookup_candidates(program, match, &count);
    text_put(out, STYLE_HEAD, program_text(program, program->modules[match->module].name));
    text_say(out, STYLE_HEAD, ".");
    text_put(out, STYLE_HEAD, program_text(program, match->name));
    text_say(out, STYLE_PLAIN, "\n  is %s\n", how_phrase(candidates[0].how));
    told->hows[candidates[0].how]++;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            text_say(out, STYLE_WARN, "  or else (%s):\n", certainty_name(candidates[i].certainty));
        say_chain(out, program, &candidates[i], told);
    }
}

static void say_match(const Output *out, const Analysis *analysis, const Match *match, Told *told)
{
    Program *program = analysis->program;
    if (match->binding != ID_NONE) {
        say_binding(out, program, match, told);
        return;
    }
    if (match->definition == ID_NONE) {
        text_put(out, STYLE_HEAD, program_text(program, program->modules[match->module].name));
        text_say(out, STYLE_PLAIN, "\n  is a module: ");
        text_place(out, program_module_path(program, match->module), 0);
        text_say(out, STYLE_PLAIN, "\n");
        told->hows[HOW_MODULE]++;
        return;
    }
    Target target = {.kind = TARGET_DEFINITION, .id = match->definition};
    text_put(out, STYLE_HEAD, program_text(program, program->definitions[match->definition].id));
    text_say(out, STYLE_PLAIN, "\n  is a definition\n");
    told->hows[HOW_DEFINITION]++;
    say_end(out, program, &target, told);
}

static void add_count(GString *text, uint32_t count, const char *one, const char *many)
{
    if (count > 0)
        g_string_append_printf(text, "%s%u %s", text->len > 0 ? ", " : "", count, count == 1 ? one : many);
}

/* Groups of work with two or more of the definitions that were told. */
static uint32_t say_copies(const Output *out, const Analysis *analysis, const Told *told)
{
    uint32_t copies = 0;
    for (uint32_t i = 0; i < told->definitions->len; i++) {
        const Group *group = lookup_group(analysis, g_array_index(told->definitions, Id, i));
        if (group == NULL || !verdict_is_work(group->verdict))
            continue;
        g_autoptr(GString) numbers = g_string_new(NULL);
        uint32_t here = 0;
        for (uint32_t j = 0; j < told->definitions->len; j++)
            if (lookup_group(analysis, g_array_index(told->definitions, Id, j)) == group) {
                if (j < i)
                    break; /* said before, at its first member */
                here++;
                g_string_append_printf(numbers, "%s%u", here > 1 ? ", " : "", j + 1);
            }
        if (here < 2)
            continue;
        copies++;
        text_say(out, STYLE_WARN, "  %s: %s", numbers->str, verdict_name(group->verdict));
        text_say(out, STYLE_PLAIN, "\n");
    }
    return copies;
}

static void say_sum(const Output *out, const Analysis *analysis, const Told *told)
{
    g_autoptr(GString) kinds = g_string_new(NULL);
    add_count(kinds, told->hows[HOW_DEFINITION] + told->hows[HOW_FUNCTIONAL], "is a definition",
              "are definitions");
    add_count(kinds, told->hows[HOW_IMPORT], "is an import", "are imports");
    add_count(kinds, told->hows[HOW_ALIAS], "is an alias", "are aliases");
    add_count(kinds, told->hows[HOW_STAR], "comes by a star import", "come by star imports");
    add_count(kinds, told->hows[HOW_LAZY_EXPORT], "is a lazy export", "are lazy exports");
    add_count(kinds, told->hows[HOW_MODULE], "is a module", "are modules");
    add_count(kinds, told->hows[HOW_ASSIGNMENT], "is a value", "are values");
    add_count(kinds, told->hows[HOW_EXTERNAL], "is from outside", "are from outside");
    add_count(kinds, told->hows[HOW_UNRESOLVED] + told->lost, "leads nowhere", "lead nowhere");
    text_say(out, STYLE_PLAIN, "\n");
    g_autofree char *line =
        g_strdup_printf("%u names, %u definition%s: %s", told->names, told->definitions->len,
                        PLURAL(told->definitions->len), kinds->str);
    text_wrap(out, STYLE_HEAD, line, 0, 2);
    if (say_copies(out, analysis, told) == 0 && told->definitions->len > 0)
        text_say(out, STYLE_GOOD, "  none of these definitions is a copy of another\n");
}

/* The groups of the told definitions, each once. */
static void say_groups(const Output *out, const Analysis *analysis, const Told *told)
{
    g_autoptr(GHashTable) said = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < told->definitions->len; i++) {
        const Group *group = lookup_group(analysis, g_array_index(told->definitions, Id, i));
        if (group == NULL || !g_hash_table_add(said, (gpointer)group))
            continue;
        text_say(out, STYLE_PLAIN, "\n");
        explain_group(out, analysis, group);
    }
}

static void say_details(const Output *out, const Analysis *analysis, const Told *told)
{
    uint32_t shown = MIN(told->definitions->len, section_limit(out, MATCHES_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        text_say(out, STYLE_PLAIN, "\n");
        explain_definition(out, analysis, g_array_index(told->definitions, Id, i));
    }
    section_rest(out, shown, told->definitions->len);
}

/* Findings whose subjects are the told definitions: what else is known. */
static void say_findings(const Output *out, const Analysis *analysis, const Told *told)
{
    const Program *program = analysis->program;
    uint32_t shown = 0, total = 0, limit = section_limit(out, 6);
    for (uint32_t f = 0; f < analysis->detection->n_findings; f++) {
        const Finding *finding = &analysis->detection->findings[f];
        bool about = false;
        if (finding->group != ID_NONE)
            continue;
        for (uint32_t i = 0; i < told->definitions->len && !about; i++)
            about = finding->definition == g_array_index(told->definitions, Id, i);
        if (!about || total++ >= limit)
            continue;
        text_say(out, STYLE_PLAIN, "%s  ", shown++ == 0 ? "\n" : "");
        text_say(out, text_severity_style(finding->severity), "%s ", rule_get(finding->rule)->slug);
        text_wrap(out, STYLE_PLAIN, program_text(program, finding->message),
                  (uint32_t)strlen(rule_get(finding->rule)->slug) + 3, 4);
        text_say(out, STYLE_PLAIN, "    ");
        text_place(out, program_text(program, finding->path), finding->line);
        text_say(out, STYLE_PLAIN, "\n");
    }
    section_rest(out, shown, total);
}

/* All matches are definitions found by their name alone: there is no way to tell. */
static bool only_definitions(const GArray *matches)
{
    for (uint32_t i = 0; i < matches->len; i++)
        if (g_array_index(matches, Match, i).binding != ID_NONE ||
            g_array_index(matches, Match, i).definition == ID_NONE)
            return false;
    return true;
}

static void say_name(const Output *out, const Analysis *analysis, const char *name, bool alone, Told *told)
{
    g_autoptr(GArray) matches = lookup_name(analysis->program, name);
    uint32_t shown = MIN(matches->len, section_limit(out, MATCHES_SHOWN));
    told->lost += matches->len == 0;
    if (alone && matches->len > 0 && only_definitions(matches)) {
        for (uint32_t i = 0; i < matches->len; i++)
            told_number(told, g_array_index(matches, Match, i).definition);
        text_put(out, STYLE_HEAD, name);
        text_say(out, STYLE_PLAIN, ": %u definition%s\n", matches->len, PLURAL(matches->len));
        return;
    }
    for (uint32_t i = 0; i < shown; i++) {
        if (told->names + i > 0)
            text_say(out, STYLE_PLAIN, "\n");
        say_match(out, analysis, &g_array_index(matches, Match, i), told);
    }
    section_rest(out, shown, matches->len);
}

bool explain_write_text(const Output *out, const Analysis *analysis, const char *const *names, GError **error)
{
    Told told = {.definitions = g_array_new(FALSE, FALSE, sizeof(Id))};
    bool alone = names[0] != NULL && names[1] == NULL;
    for (; names[told.names] != NULL; told.names++)
        say_name(out, analysis, names[told.names], alone, &told);
    if (alone || out->verbose > 0) {
        say_groups(out, analysis, &told);
        say_details(out, analysis, &told);
        say_findings(out, analysis, &told);
    }
    if (!alone)
        say_sum(out, analysis, &told);
    g_array_unref(told.definitions);
    return report_finish(out, error);
}

void explain_rule(const Output *out, RuleId rule)
{
    const Rule *about = rule_get(rule);
    text_say(out, STYLE_HEAD, "%s %s", about->code, about->slug);
    text_say(out, text_severity_style((int)about->severity), "  %s\n", severity_name(about->severity));
    text_wrap(out, STYLE_PLAIN, about->title, 0, 0);
    g_auto(GStrv) paragraphs = g_strsplit(about->explanation != NULL ? about->explanation : "", "\n", -1);
    text_say(out, STYLE_PLAIN, "\n");
    for (uint32_t i = 0; paragraphs[i] != NULL; i++) {
        uint32_t indent = (uint32_t)strspn(paragraphs[i], " ");
        text_say(out, STYLE_PLAIN, "%*s", (int)indent, "");
        text_wrap(out, STYLE_PLAIN, paragraphs[i] + indent, indent, indent);
    }
}

void explain_all_rules(const Output *out)
{
    for (uint32_t rule = 0; rule < RULE_COUNT; rule++) {
        const Rule *about = rule_get(rule);
        text_say(out, STYLE_HEAD, "%s  %-19s", about->code, about->slug);
        text_say(out, text_severity_style((int)about->severity), "%-8s", severity_name(about->severity));
        text_wrap(out, STYLE_PLAIN, about->title, 34, 34);
    }
}
