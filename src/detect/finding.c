/* One finding for each group of work, and for what the graph and the files themselves show. */
#include "detect/stage.h"

#include <string.h>

static bool has_role(const Group *group, uint32_t role, bool contest_only)
{
    for (uint32_t i = 0; i < group->n_members; i++)
        if (group->members[i].role == role && (group->members[i].contest || !contest_only))
            return true;
    return false;
}

static RuleId rule_of(const Group *group)
{
    if (group->verdict == VERDICT_HOLLOW)
        return RULE_HOLLOW;
    if (has_role(group, MEMBER_ROLE_PRODUCTION, true) && has_role(group, MEMBER_ROLE_TEST, true))
        return RULE_TEST_COPY;
    return group->verdict == VERDICT_DUPLICATE ? RULE_DUPLICATE
           : group->verdict == VERDICT_RENAMED ? RULE_RENAMED
                                               : RULE_DIVERGED;
}

static void describe_group(Draft *draft, const Group *group, uint32_t contest)
{
    Program *program = draft->stage->program;
    const char *name = program_text(program, group->name), *summary = program_text(program, group->summary);
    const char *boundary = group->crosses_boundary ? ", across a deployment boundary" : "";
    const char *managed = group->managed_copy ? "; a declared copy" : "";

    switch (draft->rule) {
    case RULE_DUPLICATE:
        draft_message(draft, "%s is defined %u times with the same contents%s%s", name, contest, boundary,
                      managed);
        break;
    case RULE_RENAMED:
        draft_message(draft, "%s: %u definitions say the same under different names%s%s", name, contest,
                      boundary, managed);
        break;
    case RULE_TEST_COPY:
        draft_message(draft, "%s is copied into %u test definition(s)%s: %s%s", name, contest - 1, boundary,
                      summary, managed);
        break;
    case RULE_HOLLOW:
        draft_message(draft, "%s subclasses its namesake and adds nothing", name);
        break;
    default:
        draft_message(draft, "%s is defined %u times and has drifted apart%s: %s%s", name, contest, boundary,
                      summary, managed);
    }
}

/* Which member to look at first: the hollow one, the test copy, else the first. */
static const GroupMember *leading_member(const Group *group, RuleId rule)
{
    for (uint32_t i = 0; i < group->n_members; i++) {
        const GroupMember *member = &group->members[i];
        if ((rule == RULE_HOLLOW && member->role == MEMBER_ROLE_HOLLOW) ||
            (rule == RULE_TEST_COPY && member->role == MEMBER_ROLE_TEST && member->contest))
            return member;
    }
    return &group->members[0];
}

static void report_group(Stage *stage, uint32_t index)
{
    const Group *group = &stage->detection->groups[index];
    const Program *program = stage->program;
    uint32_t contest = 0;
    Draft draft;

    for (uint32_t i = 0; i < group->n_members; i++)
        contest += group->members[i].contest;
    RuleId rule = rule_of(group);
    draft_begin(&draft, stage, rule);
    const GroupMember *lead = leading_member(group, rule);
    draft.path = stage_definition_path(program, lead->definition);
    draft.line = program->definitions[lead->definition].line;
    draft.group = index;
    draft.definition = lead->definition;
    draft.weight = group->similarity + contest;
    if (rule != RULE_TEST_COPY && contest >= 2 && !has_role(group, MEMBER_ROLE_PRODUCTION, true))
        draft.severity = SEVERITY_INFO; /* tests among themselves */
    if (group->managed_copy && group->verdict != VERDICT_DIVERGED)
        draft.severity = SEVERITY_INFO;
    describe_group(&draft, group, contest);
    for (uint32_t i = 0; i < group->n_members; i++) {
        const GroupMember *member = &group->members[i];
        const Definition *definition = &program->definitions[member->definition];
        bool hollow = rule == RULE_HOLLOW &&
                      (member->role == MEMBER_ROLE_HOLLOW || !stage->standings[member->definition].leaves);
        if (member->contest || hollow)
            draft_subject(&draft, definition->id);
        draft_evidence(&draft, stage_definition_path(program, member->definition), definition->line,
                       "%s (%s)%s%s", program_text(program, definition->id),
                       member_role_name((MemberRole)member->role), member->note != 0 ? ": " : "",
                       program_text(program, member->note));
    }
    draft_end(&draft, NULL);
}

static uint32_t edge_line(const DependencyGraph *graph, Id from, Id to)
{
    uint32_t edge = dependency_graph_find_edge(graph, from, to);

    return edge == UINT32_MAX ? 1 : graph->edges[edge].line;
}

static void report_cycle(Stage *stage, const Cycle *cycle)
{
    const Program *program = stage->program;
    g_autoptr(GString) chain = g_string_new(NULL);
    static const char *const effects[] = {"works as written",
                                          "fails or not depending on which is imported first", "fails"};
    Draft draft;

    draft_begin(&draft, stage, RULE_IMPORT_CYCLE);
    draft.severity = cycle->severity == CYCLE_FATAL             ? SEVERITY_ERROR
                     : cycle->severity == CYCLE_ORDER_DEPENDENT ? SEVERITY_WARNING
                                                                : SEVERITY_INFO;
    draft.weight = cycle->n_modules;
    for (uint32_t i = 0; i < cycle->n_modules; i++)
        draft_subject(&draft, program->modules[cycle->modules[i]].id);
    const Id *shown = cycle->n_shortest > 0 ? cycle->shortest : cycle->modules;
    uint32_t n = cycle->n_shortest > 0 ? cycle->n_shortest : MIN(cycle->n_modules, 8);
    for (uint32_t i = 0; i < n; i++) {
        g_string_append_printf(chain, "%s → ", program_text(program, program->modules[shown[i]].name));
        draft_evidence(&draft, stage_module_path(program, shown[i]),
                       edge_line(stage->graph, shown[i], shown[(i + 1) % n]), "imports %s",
                       program_text(program, program->modules[shown[(i + 1) % n]].name));
    }
    g_string_append(chain, program_text(program, program->modules[shown[0]].name));
    draft.path = stage_module_path(program, shown[0]);
    draft.line = draft.evidence->len > 0 ? g_array_index(draft.evidence, Evidence, 0).line : 1;
    draft_message(&draft, "%u modules import one another while loading (%s): %s", cycle->n_modules,
                  effects[MIN(cycle->severity, 2)], chain->str);
    draft_end(&draft, NULL);
}

static const char *issue_text(uint32_t kind)
{
    static const char *const texts[] = {"unterminated string",
                                        "broken indentation",
                                        "unbalanced brackets",
                                        "syntax error",
                                        "Python 2 syntax",
                                        "merge-conflict markers",
                                        "too deep or long to parse in full",
                                        "undeclared encoding",
                                        "NUL bytes"};

    return kind < G_N_ELEMENTS(texts) ? texts[kind] : "damaged";
}

static void report_file(Stage *stage, const File *file)
{
    Draft draft;

    draft_begin(&draft, stage, file->status == FILE_UNREADABLE ? RULE_UNREADABLE_FILE : RULE_DEGRADED_FILE);
    draft.path = file->path;
    draft.line = 1;
    draft_subject(&draft, file->path);
    if (file->status == FILE_UNREADABLE) {
        draft_message(&draft, "cannot be read: %s", program_text(stage->program, file->reason));
    } else if (file->facts.header != NULL && file->facts.n_issues > 0) {
        const FactsIssue *issue = &file->facts.issues[0];
        draft.line = MAX(issue->line, 1);
        draft_message(&draft, "read in part: %s in line %u%s", issue_text(issue->kind), issue->line,
                      file->facts.n_issues > 1 ? ", and more" : "");
        for (uint32_t i = 0; i < file->facts.n_issues && i < 16; i++)
            draft_evidence(&draft, file->path, file->facts.issues[i].line, "%s",
                           issue_text(file->facts.issues[i].kind));
    } else {
        draft_message(&draft, "read in part");
    }
    draft_end(&draft, NULL);
}

void detect_group_findings(Stage *stage)
{
    for (uint32_t i = 0; i < stage->detection->n_groups; i++)
        if (verdict_is_work((Verdict)stage->detection->groups[i].verdict))
            report_group(stage, i);
    for (uint32_t i = 0; stage->graph != NULL && i < stage->graph->n_cycles; i++)
        report_cycle(stage, &stage->graph->cycles[i]);
    for (uint32_t i = 0; i < stage->program->n_files; i++)
        if (stage->program->files[i].status != FILE_PARSED)
            report_file(stage, &stage->program->files[i]);
}
