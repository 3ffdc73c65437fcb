#include "report/explain.h"

#include "report/imports.h"
#include "report/scan_text.h"
#include "report/text.h"

#include <string.h>

enum { OTHER_NAMES_SHOWN = 8, PATHS_SHOWN = 8, ROWS_SHOWN = 25, MEMBERS_SHOWN = 10 };

char *explain_kind(const Program *program, Id definition)
{
    const Definition *about = &program->definitions[definition];
    const Module *module = &program->modules[about->module];
    uint32_t twins = 0;
    for (uint32_t i = 0; i < module->n_definitions; i++)
        twins += program->definitions[module->first_definition + i].qualname == about->qualname;
    const char *kind = definition_kind_name(about->kind);
    if (twins < 2)
        return g_strdup(kind);
    return g_strdup_printf("%s, number %u of %u definitions of this name in its module", kind, about->ordinal,
                           twins);
}

static void say_bases(const Output *out, const Program *program, Id definition, const File *file)
{
    const FactsDefinition *fact = program_definition_fact(program, definition);
    bool first = true;
    if (fact->syntax != SYNTAX_CLASS)
        return;
    for (uint32_t i = 0; i < fact->bases.count; i++) {
        const FactsExpression *base = &file->facts.expressions[fact->bases.first + i];
        if (base->keyword != 0)
            continue;
        text_say(out, STYLE_PLAIN, "%s", first ? ", bases " : ", ");
        text_put(out, STYLE_PLAIN, file_text(file, base->text));
        first = false;
    }
}

static void say_members(const Output *out, const Program *program, Id definition, const File *file)
{
    const FactsDefinition *fact = program_definition_fact(program, definition);
    if (fact->members.count == 0 || program->definitions[definition].kind == KIND_FUNCTION)
        return;
    g_autoptr(GString) names = g_string_new(NULL);
    uint32_t shown = MIN(fact->members.count, section_limit(out, MEMBERS_SHOWN));
    g_string_append_printf(names, "%u member%s: ", fact->members.count, PLURAL(fact->members.count));
    for (uint32_t i = 0; i < shown; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        g_string_append_printf(names, "%s%s%s", i > 0 ? ", " : "", file_text(file, member->name),
                               member->kind == MEMBER_METHOD ? "()" : "");
    }
    if (shown < fact->members.count)
        g_string_append(names, ", ...");
    text_say(out, STYLE_PLAIN, "    ");
    text_wrap(out, STYLE_DIM, names->str, 4, 6);
}

static void say_other_names(const Output *out, const Program *program, Id definition)
{
    uint32_t total = 0, shown = 0, limit = section_limit(out, OTHER_NAMES_SHOWN);
    for (uint32_t b = 0; b < program->n_bindings; b++) {
        const Binding *binding = &program->bindings[b];
        if (binding->target.kind != TARGET_DEFINITION || binding->target.id != definition ||
            binding->how == HOW_DEFINITION || binding->how == HOW_FUNCTIONAL)
            continue;
        if (total++ == 0)
            text_say(out, STYLE_PLAIN, "    other names for it:\n");
        if (shown >= limit)
            continue;
        shown++;
        text_say(out, STYLE_PLAIN, "      ");
        text_put(out, STYLE_PLAIN, program_text(program, program->modules[binding->module].name));
        text_say(out, STYLE_PLAIN, ".");
        text_put(out, binding->name == program->definitions[definition].name ? STYLE_PLAIN : STYLE_WARN,
                 program_text(program, binding->name));
        text_say(out, STYLE_DIM, "  %s, line %u%s\n", how_name(binding->how), binding->line,
                 binding->certainty == CERTAINTY_CERTAIN  ? ""
                 : binding->certainty == CERTAINTY_LIKELY ? ", likely"
                                                          : ", possible");
    }
    if (shown < total)
        text_say(out, STYLE_DIM, "      ... and %s more (-v shows more)\n", NUMBER(total - shown));
}

static void say_import_paths(const Output *out, const Analysis *analysis, Id definition)
{
    const Program *program = analysis->program;
    const Fragmentation *fragmentation = lookup_fragmentation(analysis, definition);
    uint32_t strings, total = 0;
    g_autoptr(GArray) paths = imports_of_definition(program, definition, &strings);
    for (uint32_t i = 0; i < paths->len; i++)
        total += g_array_index(paths, UsedPath, i).count;
    if (total == 0) {
        text_say(out, STYLE_DIM, "    nobody imports it by name\n");
        return;
    }
    text_say(out, STYLE_PLAIN, "    imported %s time%s through %u path%s:\n", NUMBER(total), PLURAL(total),
             paths->len, PLURAL(paths->len));
    uint32_t shown = MIN(paths->len, section_limit(out, PATHS_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        const UsedPath *path = &g_array_index(paths, UsedPath, i);
        text_say(out, STYLE_PLAIN, "    %7s x  from ", NUMBER(path->count));
        text_put(out, STYLE_PLAIN, program_text(program, path->module));
        text_say(out, STYLE_PLAIN, " import ");
        text_put(out, STYLE_PLAIN, program_text(program, path->name));
        text_say(out, STYLE_PLAIN, "\n");
    }
    if (shown < paths->len)
        text_say(out, STYLE_DIM, "               ... and %u more (-v shows more)\n", paths->len - shown);
    if (fragmentation != NULL && fragmentation->canonical_module != ID_NONE && paths->len > 1) {
        g_autofree char *line = lookup_import_line(analysis, definition);
        text_say(out, STYLE_PLAIN, "    should be: ");
        text_put(out, STYLE_GOOD, line);
        text_say(out, STYLE_PLAIN, "\n");
    }
    if (strings > 0)
        text_say(out, STYLE_DIM, "    named in %s string%s (patch targets and the like)\n", NUMBER(strings),
                 PLURAL(strings));
}

void explain_definition(const Output *out, const Analysis *analysis, Id definition)
{
    const Program *program = analysis->program;
    const Definition *about = &program->definitions[definition];
    const File *file = program_definition_file(program, definition);
    g_autofree char *kind = explain_kind(program, definition);
    text_say(out, STYLE_PLAIN, "  ");
    text_put(out, STYLE_HEAD, program_text(program, about->id));
    text_say(out, STYLE_PLAIN, "\n    %s", kind);
    if (file == NULL) {
        text_say(out, STYLE_PLAIN, "\n");
        return;
    }
    say_bases(out, program, definition, file);
    text_say(out, STYLE_PLAIN, "\n    ");
    text_place(out, program_text(program, file->path), about->line);
    if (file->role != ROLE_PRODUCTION)
        text_say(out, STYLE_DIM, "  (%s: %s)", role_name(file->role),
                 program_text(program, file->role_reason));
    text_say(out, STYLE_PLAIN, "\n");
    say_members(out, program, definition, file);
    say_other_names(out, program, definition);
    say_import_paths(out, analysis, definition);
}

static void say_canonical(const Output *out, const Program *program, const Canonical *canonical)
{
    if (canonical->definition == ID_NONE) {
        if (canonical->reason == 0)
            return;
        text_say(out, STYLE_WARN, "    home undecided: ");
        text_wrap(out, STYLE_PLAIN, program_text(program, canonical->reason), 20, 6);
    } else {
        text_say(out, STYLE_GOOD, "    home: ");
        text_put(out, STYLE_PLAIN, program_text(program, program->definitions[canonical->definition].id));
        text_say(out, STYLE_PLAIN, "%s\n", canonical->pinned ? "  (pinned by the configuration)" : "");
        if (canonical->reason != 0) {
            text_say(out, STYLE_PLAIN, "      because ");
            text_wrap(out, STYLE_PLAIN, program_text(program, canonical->reason), 14, 8);
        }
    }
    if (canonical->runner_up != ID_NONE) {
        text_say(out, STYLE_PLAIN, "      runner-up (%.2f against %.2f): ", canonical->runner_up_score,
                 canonical->score);
        text_put(out, STYLE_PLAIN, program_text(program, program->definitions[canonical->runner_up].id));
        text_say(out, STYLE_PLAIN, "\n");
    }
    for (uint32_t i = 0; i < canonical->n_signals; i++)
        text_say(out, STYLE_DIM, "      %+6.2f  %s (%.2f x %.2f)\n",
                 canonical->signals[i].weight * canonical->signals[i].value, canonical->signals[i].name,
                 canonical->signals[i].weight, canonical->signals[i].value);
}

static void say_group_members(const Output *out, const Program *program, const Group *group)
{
    uint32_t contest = 0, shown = MIN(group->n_members, section_limit(out, MEMBERS_SHOWN));
    for (uint32_t i = 0; i < shown; i++) {
        const GroupMember *member = &group->members[i];
        text_say(out, member->contest ? STYLE_WARN : STYLE_DIM, "    %c ",
                 !member->contest ? '-'
                 : contest < 26   ? 'A' + (int)contest
                                  : '+');
        contest += member->contest;
        text_put(out, group->canonical.definition == member->definition ? STYLE_GOOD : STYLE_PLAIN,
                 program_text(program, program->definitions[member->definition].id));
        if (!member->contest || member->role != MEMBER_ROLE_PRODUCTION)
            text_say(out, STYLE_DIM, "  (%s)", member_role_name(member->role));
        text_say(out, STYLE_PLAIN, "\n");
        if (member->note != 0) {
            text_say(out, STYLE_PLAIN, "      ");
            text_wrap(out, STYLE_DIM, program_text(program, member->note), 6, 6);
        }
    }
    if (shown < group->n_members)
        text_say(out, STYLE_DIM, "      ... and %u more (-v shows more)\n", group->n_members - shown);
}

static void say_score(const Output *out, const Program *program, const Group *group)
{
    if (group->n_signals == 0)
        return;
    text_say(out, STYLE_PLAIN, "    copy? %+.0f points (a copy above 0) for ", group->points);
    text_put(out, STYLE_PLAIN, program_text(program, program->definitions[group->scored[0]].id));
    text_say(out, STYLE_PLAIN, "\n      and ");
    text_put(out, STYLE_PLAIN, program_text(program, program->definitions[group->scored[1]].id));
    text_say(out, STYLE_PLAIN, "\n");
    for (uint32_t i = 0; i < group->n_signals; i++)
        text_say(out, STYLE_DIM, "      %+6.1f  %s (%g x %.2f)\n",
                 group->signals[i].weight * group->signals[i].value, group->signals[i].name,
                 group->signals[i].weight, group->signals[i].value);
}

void explain_group(const Output *out, const Analysis *analysis, const Group *group)
{
    const Program *program = analysis->program;
    text_say(out, STYLE_PLAIN, "  Together: ");
    text_say(out, verdict_is_work(group->verdict) ? STYLE_BAD : STYLE_GOOD, "%s",
             verdict_name(group->verdict));
    text_say(out, STYLE_PLAIN, " (%u definition%s", group->n_members, PLURAL(group->n_members));
    if (group->verdict == VERDICT_DIVERGED && group->similarity < 1)
        text_say(out, STYLE_PLAIN, ", %u%% alike", (uint32_t)(group->similarity * 100.0));
    text_say(out, STYLE_PLAIN, "; to do: %s)\n", verdict_action(group->verdict));
    if (group->suppressed) {
        text_say(out, STYLE_DIM, "    suppressed: ");
        text_wrap(out, STYLE_DIM, program_text(program, group->suppress_reason), 16, 6);
    }
    if (group->summary != 0) {
        text_say(out, STYLE_PLAIN, "    ");
        text_wrap(out, STYLE_PLAIN, program_text(program, group->summary), 4, 4);
    }
    say_group_members(out, program, group);
    scan_text_rows(out, analysis, group, section_limit(out, ROWS_SHOWN), 4);
    say_score(out, program, group);
    if (verdict_is_work(group->verdict))
        say_canonical(out, program, &group->canonical);
}
