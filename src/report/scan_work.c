#include "report/scan_text.h"

#include "report/imports.h"
#include "report/ranking.h"
#include "report/scope.h"
#include "report/text.h"

#include <string.h>

enum {
    GROUPS_SHOWN = 4,
    MEMBERS_SHOWN = 3,
    BROKEN_SHOWN = 4,
    FRAGMENTED_SHOWN = 2,
    PATHS_SHOWN = 3,
    CYCLES_SHOWN = 1,
    ROWS_SHOWN = 12,
    CYCLE_MODULES_SHOWN = 6,
    LETTERS_SHOWN = 26
};

/* RankedGroup — worst first: copies within production code before one that only tests copied before
 * tests among themselves; then by how many definitions and imports of them there are. */
typedef struct RankedGroup {
    const Group *group;
    uint32_t tier, weight;
} RankedGroup;

static int compare_groups(gconstpointer a, gconstpointer b)
{
    const RankedGroup *x = a, *y = b;
    if (x->tier != y->tier)
        return x->tier < y->tier ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->group > y->group) - (x->group < y->group); /* detection's own order */
}

static uint32_t *count_imports(const Program *program)
{
    uint32_t *counts = g_new0(uint32_t, program->n_definitions + 1);
    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        const File *file = program_module_file(program, import->module);
        if (import->target.kind == TARGET_DEFINITION && import->kind != IMPORT_STRING &&
            (file == NULL || file->role == ROLE_PRODUCTION))
            counts[import->target.id]++;
    }
    return counts;
}

static RankedGroup rank_group(const Group *group, const uint32_t *imports)
{
    RankedGroup ranked = {.group = group};
    uint32_t production = 0;
    for (uint32_t i = 0; i < group->n_members; i++) {
        const GroupMember *member = &group->members[i];
        if (!member->contest && group->verdict != VERDICT_HOLLOW)
            continue;
        bool counts = member->role == MEMBER_ROLE_PRODUCTION || member->role == MEMBER_ROLE_HOLLOW;
        production += counts;
        ranked.weight += imports[member->definition] + (counts ? 4 : 1);
    }
    ranked.tier = production >= 2 ? 0 : production == 1 ? 1 : 2;
    return ranked;
}

static GArray *groups_of_work(const Output *out, const Analysis *analysis)
{
    const Detection *detection = analysis->detection;
    g_autofree uint32_t *imports = count_imports(analysis->program);
    GArray *found = g_array_new(FALSE, FALSE, sizeof(RankedGroup));
    for (uint32_t i = 0; i < detection->n_groups; i++) {
        const Group *group = &detection->groups[i];
        if (!verdict_is_work(group->verdict) || group->suppressed ||
            !scope_has_group(out->scope, analysis->program, group))
            continue;
        RankedGroup ranked = rank_group(group, imports);
        g_array_append_val(found, ranked);
    }
    g_array_sort(found, compare_groups);
    return found;
}

static const char *member_verb(const Group *group, const GroupMember *member)
{
    if (group->canonical.definition == member->definition)
        return "keep";
    if (!member->contest)
        return member_role_name(member->role);
    if (group->canonical.definition == ID_NONE)
        return "decide";
    switch (group->verdict) {
    case VERDICT_DIVERGED:
        return "merge";
    case VERDICT_HOLLOW:
        return "alias";
    default:
        return "remove";
    }
}

static void say_member(const Output *out, const Analysis *analysis, const Group *group,
                       const GroupMember *member)
{
    const Program *program = analysis->program;
    const Definition *definition = &program->definitions[member->definition];
    const File *file = program_definition_file(program, member->definition);
    bool keep = group->canonical.definition == member->definition;
    text_say(out, STYLE_PLAIN, "    ");
    text_say(out,
             keep              ? STYLE_GOOD
             : member->contest ? STYLE_WARN
                               : STYLE_DIM,
             "%-12s", member_verb(group, member));
    text_place(out, file != NULL ? program_text(program, file->path) : "", definition->line);
    text_say(out, STYLE_PLAIN, "\n");
    if (member->note != 0 && out->verbose > 0) {
        text_say(out, STYLE_PLAIN, "                ");
        text_wrap(out, STYLE_DIM, program_text(program, member->note), 16, 16);
    }
}

/* Canonical first, then contest members, then those beside it; at most `limit`. */
static void say_members(const Output *out, const Analysis *analysis, const Group *group, uint32_t limit)
{
    uint32_t shown = 0;
    for (uint32_t pass = 0; pass < 3; pass++) {
        for (uint32_t i = 0; i < group->n_members && shown < limit; i++) {
            const GroupMember *member = &group->members[i];
            bool keep = group->canonical.definition == member->definition;
            uint32_t turn = keep ? 0 : member->contest ? 1 : 2;
            if (turn != pass)
                continue;
            shown++;
            say_member(out, analysis, group, member);
        }
    }
    if (shown < group->n_members)
        text_say(out, STYLE_DIM, "                ... and %s more\n", NUMBER(group->n_members - shown));
}

static bool row_told_before(const DifferenceRow *row, uint32_t column)
{
    for (uint32_t i = 0; i < column; i++)
        if (row->texts[i] == row->texts[column])
            return true;
    return false;
}

static uint32_t contest_count(const Group *group)
{
    uint32_t count = 0;
    while (count < group->n_members && group->members[count].contest)
        count++;
    return count;
}

/* One row: the member's name, then each different text after the letters of those who have it. */
static void say_row(const Output *out, const Program *program, const DifferenceRow *row, uint32_t columns,
                    uint32_t indent)
{
    text_say(out, STYLE_PLAIN, "%*s", (int)indent, "");
    text_put(out, STYLE_HEAD, program_text(program, row->member));
    text_say(out, STYLE_PLAIN, "\n");
    for (uint32_t i = 0; i < columns; i++) {
        if (row_told_before(row, i))
            continue;
        uint32_t letters = 0;
        text_say(out, STYLE_PLAIN, "%*s", (int)indent + 2, "");
        for (uint32_t j = i; j < columns; j++)
            if (row->texts[j] == row->texts[i] && letters++ < LETTERS_SHOWN)
                text_say(out, STYLE_WARN, "%c", j < 26 ? 'A' + (int)j : '+');
        text_say(out, STYLE_PLAIN, "%*s", letters < 4 ? (int)(4 - letters) : 1, "");
        uint32_t column = indent + 2 + MAX(4, MIN(letters, LETTERS_SHOWN) + 1);
        const char *text = row->texts[i] != 0 ? program_text(program, row->texts[i]) : "(not there)";
        text_wrap(out, row->texts[i] != 0 ? STYLE_PLAIN : STYLE_DIM, text, column, column);
    }
}

void scan_text_rows(const Output *out, const Analysis *analysis, const Group *group, uint32_t limit,
                    uint32_t indent)
{
    uint32_t columns = contest_count(group), shown = 0, different = 0, same = 0;
    for (uint32_t i = 0; i < group->n_rows; i++)
        group->rows[i].kind == DIFFERENCE_SAME ? same++ : different++;
    for (uint32_t i = 0; i < group->n_rows; i++) {
        if (group->rows[i].kind == DIFFERENCE_SAME || shown >= limit)
            continue;
        shown++;
        say_row(out, analysis->program, &group->rows[i], columns, indent);
    }
    if (shown < different)
        text_say(out, STYLE_DIM, "%*s... and %u more that differ (-v shows more)\n", (int)indent, "",
                 different - shown);
    if (same > 0 && different > 0)
        text_say(out, STYLE_DIM, "%*s%u member%s the same in all\n", (int)indent, "", same, PLURAL(same));
}

void scan_text_group(const Output *out, const Analysis *analysis, const Group *group)
{
    const Program *program = analysis->program;
    uint32_t contest = contest_count(group);
    uint32_t definitions = contest > 0 ? contest : group->n_members, beside = group->n_members - definitions;
    g_autoptr(GString) remark = g_string_new(verdict_name(group->verdict));
    g_string_append_printf(remark, ", %u definition%s", definitions, PLURAL(definitions));
    if (beside > 0)
        g_string_append_printf(remark, " and %u beside %s", beside, definitions == 1 ? "it" : "them");
    /* Cut, not rounded: nothing that differs is called 100 % alike. */
    if (group->verdict == VERDICT_DIVERGED && group->similarity < 1)
        g_string_append_printf(remark, ", %u%% alike", (uint32_t)(group->similarity * 100.0));
    if (group->crosses_boundary)
        g_string_append(remark, ", across a boundary");
    if (group->managed_copy)
        g_string_append(remark, ", a declared copy");
    uint32_t column = 2 + text_width(program_text(program, group->name)) + 2;
    text_say(out, STYLE_PLAIN, "  ");
    text_put(out, STYLE_HEAD, program_text(program, group->name));
    if (out->width > 0 && column + remark->len > out->width)
        text_say(out, STYLE_PLAIN, "\n%*s", (int)(column = 4), "");
    else
        text_say(out, STYLE_PLAIN, "  ");
    text_wrap(out,
              group->verdict == VERDICT_DIVERGED || group->verdict == VERDICT_DUPLICATE ? STYLE_BAD
                                                                                        : STYLE_WARN,
              remark->str, column, 4);
    say_members(out, analysis, group, section_limit(out, MEMBERS_SHOWN));
    if (group->summary != 0) {
        text_say(out, STYLE_PLAIN, "    ");
        text_wrap(out, STYLE_DIM, program_text(program, group->summary), 4, 4);
    }
    if (out->verbose > 0)
        scan_text_rows(out, analysis, group, section_limit(out, ROWS_SHOWN) / 10, 6);
}

void scan_text_groups(const Output *out, const Analysis *analysis)
{
    g_autoptr(GArray) found = groups_of_work(out, analysis);
    if (found->len == 0)
        return;
    g_autofree char *title = g_strdup_printf("Groups to work on (%s)", NUMBER(found->len));
    section_title(out, title, "worst first");
    uint32_t shown = MIN(found->len, section_limit(out, GROUPS_SHOWN));
    for (uint32_t i = 0; i < shown; i++)
        scan_text_group(out, analysis, g_array_index(found, RankedGroup, i).group);
    section_rest(out, shown, found->len);
}

void scan_text_broken(const Output *out, const Analysis *analysis)
{
    const Program *program = analysis->program;
    g_autoptr(Ranking) missing = ranking_new();
    uint32_t total = 0;
    for (uint32_t i = 0; i < analysis->detection->n_findings; i++) {
        const Finding *finding = &analysis->detection->findings[i];
        if (finding->rule != RULE_BROKEN_IMPORT || finding->suppressed ||
            !scope_has_finding(out->scope, analysis, finding))
            continue;
        total++;
        g_autofree char *what = imports_missing_text(program, finding);
        ranking_row(missing, what)->counts[scope_is_production(program, finding->path) ? 0 : 1]++;
    }
    if (total == 0)
        return;
    uint32_t count;
    const RankRow *rows = ranking_sorted(missing, &count);
    g_autofree char *title = g_strdup_printf("broken-import (%s)", NUMBER(total));
    g_autofree char *remark =
        g_strdup_printf("%s things that do not exist, most wanted first", NUMBER(count));
    section_title(out, title, remark);
    uint32_t shown = MIN(count, section_limit(out, BROKEN_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        uint32_t uses = rows[i].counts[0] + rows[i].counts[1];
        text_say(out, STYLE_PLAIN, "  %5s x  ", NUMBER(uses));
        text_wrap(out, STYLE_PLAIN, rows[i].key, 11, 11);
    }
    section_rest(out, shown, count);
    if (out->verbose > 0)
        scan_text_rule(out, analysis, RULE_BROKEN_IMPORT, 20);
}

typedef struct RankedFragmentation {
    const Fragmentation *fragmentation;
    uint32_t astray; /* imports that do not take the canonical path */
} RankedFragmentation;

static int compare_fragmentations(gconstpointer a, gconstpointer b)
{
    const RankedFragmentation *x = a, *y = b;
    if (x->fragmentation->n_paths != y->fragmentation->n_paths &&
        MIN(x->astray, y->astray) == MAX(x->astray, y->astray))
        return x->fragmentation->n_paths > y->fragmentation->n_paths ? -1 : 1;
    if (x->astray != y->astray)
        return x->astray > y->astray ? -1 : 1;
    return (x->fragmentation > y->fragmentation) - (x->fragmentation < y->fragmentation);
}

static void say_fragmentation(const Output *out, const Program *program, const RankedFragmentation *ranked)
{
    const Fragmentation *fragmentation = ranked->fragmentation;
    text_say(out, STYLE_PLAIN, "  ");
    text_put(out, STYLE_HEAD, program_text(program, program->definitions[fragmentation->definition].id));
    text_say(out, STYLE_PLAIN, "\n    %u paths, %s of %s imports take another than the canonical one\n",
             fragmentation->n_paths, NUMBER(ranked->astray), NUMBER(fragmentation->total));
    uint32_t shown =
        MIN(fragmentation->n_paths, out->verbose == 0 ? PATHS_SHOWN : section_limit(out, PATHS_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        const ImportPath *path = &fragmentation->paths[i];
        text_say(out, STYLE_PLAIN, "    %5s x  ", NUMBER(path->count));
        text_put(out, path->canonical ? STYLE_GOOD : STYLE_PLAIN,
                 program_text(program, program->modules[path->module].name));
        if (path->name != program->definitions[fragmentation->definition].name) {
            text_say(out, STYLE_PLAIN, " as ");
            text_put(out, STYLE_PLAIN, program_text(program, path->name));
        }
        text_say(out, STYLE_GOOD, "%s", path->canonical ? "  (canonical)" : "");
        text_say(out, STYLE_PLAIN, "\n");
    }
    if (shown < fragmentation->n_paths)
        text_say(out, STYLE_DIM, "             ... and %u more path%s\n", fragmentation->n_paths - shown,
                 PLURAL(fragmentation->n_paths - shown));
}

/* The definitions whose fragmentation is reported (not suppressed, in scope, worth a finding). */
static GHashTable *reported_fragmentations(const Output *out, const Analysis *analysis)
{
    GHashTable *reported = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < analysis->detection->n_findings; i++) {
        const Finding *finding = &analysis->detection->findings[i];
        if (finding->rule == RULE_FRAGMENTED_IMPORT && !finding->suppressed &&
            scope_has_finding(out->scope, analysis, finding))
            g_hash_table_add(reported, GUINT_TO_POINTER(finding->definition));
    }
    return reported;
}

void scan_text_fragmentation(const Output *out, const Analysis *analysis)
{
    const Detection *detection = analysis->detection;
    g_autoptr(GHashTable) reported = reported_fragmentations(out, analysis);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(RankedFragmentation));
    for (uint32_t i = 0; i < detection->n_fragmentations; i++) {
        RankedFragmentation ranked = {&detection->fragmentations[i], 0};
        if (!g_hash_table_contains(reported, GUINT_TO_POINTER(ranked.fragmentation->definition)))
            continue;
        for (uint32_t p = 0; p < ranked.fragmentation->n_paths; p++)
            if (!ranked.fragmentation->paths[p].canonical)
                ranked.astray += ranked.fragmentation->paths[p].count;
        g_array_append_val(found, ranked);
    }
    if (found->len == 0)
        return;
    g_array_sort(found, compare_fragmentations);
    g_autofree char *title = g_strdup_printf("fragmented-import (%s)", NUMBER(found->len));
    section_title(out, title, "one definition, several import paths");
    uint32_t shown = MIN(found->len, section_limit(out, FRAGMENTED_SHOWN));
    for (uint32_t i = 0; i < shown; i++)
        say_fragmentation(out, analysis->program, &g_array_index(found, RankedFragmentation, i));
    section_rest(out, shown, found->len);
}

static bool cycle_in_scope(const Output *out, const Program *program, const Cycle *cycle)
{
    for (uint32_t i = 0; i < cycle->n_modules; i++) {
        const File *file = program_module_file(program, cycle->modules[i]);
        if (file != NULL && scope_has_file(out->scope, program, file))
            return true;
    }
    return false;
}

static void say_cycle(const Output *out, const Program *program, const Cycle *cycle)
{
    static const char *const words[] = {"harmless so far", "depends on who imports first", "fails"};
    static const TextStyle styles[] = {STYLE_DIM, STYLE_WARN, STYLE_BAD};
    text_say(out, STYLE_PLAIN, "  %u modules, ", cycle->n_modules);
    text_say(out, styles[cycle->severity], "%s", words[cycle->severity]);
    text_say(out, STYLE_PLAIN, "; shortest way round:\n");
    uint32_t shown = MIN(cycle->n_shortest, section_limit(out, CYCLE_MODULES_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        text_say(out, STYLE_PLAIN, i == 0 ? "       " : "    -> ");
        text_put(out, STYLE_PLAIN, program_text(program, program->modules[cycle->shortest[i]].name));
        text_say(out, STYLE_PLAIN, "\n");
    }
    if (shown < cycle->n_shortest)
        text_say(out, STYLE_DIM, "       ... and %u more\n", cycle->n_shortest - shown);
    const CycleFailure *failure = &cycle->failure;
    if (cycle->severity == CYCLE_BENIGN || failure->entry == ID_NONE)
        return;
    g_autofree char *what = g_strdup_printf("when %s is imported first, %s asks the half-loaded %s for %s",
                                            program_text(program, program->modules[failure->entry].name),
                                            program_text(program, program->modules[failure->importer].name),
                                            program_text(program, program->modules[failure->target].name),
                                            program_text(program, failure->name));
    text_say(out, STYLE_PLAIN, "    ");
    text_wrap(out, STYLE_DIM, what, 4, 4);
    text_say(out, STYLE_PLAIN, "    ");
    text_place(out, program_module_path(program, failure->importer), failure->line);
    text_say(out, STYLE_PLAIN, "\n");
}

void scan_text_cycles(const Output *out, const Analysis *analysis)
{
    const DependencyGraph *graph = analysis->graph;
    uint32_t total = 0, shown = 0, limit = section_limit(out, CYCLES_SHOWN);
    for (uint32_t i = 0; graph != NULL && i < graph->n_cycles; i++)
        total += cycle_in_scope(out, analysis->program, &graph->cycles[i]);
    if (total == 0)
        return;
    g_autofree char *title = g_strdup_printf("import-cycle (%s)", NUMBER(total));
    section_title(out, title, "modules that import one another while loading, largest first");
    for (uint32_t i = 0; i < graph->n_cycles && shown < limit; i++) {
        if (!cycle_in_scope(out, analysis->program, &graph->cycles[i]))
            continue;
        shown++;
        say_cycle(out, analysis->program, &graph->cycles[i]);
    }
    section_rest(out, shown, total);
}
