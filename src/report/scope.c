#include "report/scope.h"

#include <string.h>

static bool any(const bool *flags, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (flags[i])
            return true;
    return false;
}

bool scope_has_file(const ReportScope *scope, const Program *program, const File *file)
{
    if (scope == NULL)
        return true;
    if (!file->selected || (any(scope->roles, ROLE_COUNT) && !scope->roles[file->role]))
        return false;
    if (scope->only == NULL || scope->only[0] == NULL)
        return true;
    const char *path = program_text(program, file->path);
    for (uint32_t i = 0; scope->only[i] != NULL; i++)
        if (config_glob(scope->only[i], path))
            return true;
    return false;
}

const File *scope_find_file(const Program *program, Sym path)
{
    const char *text = program_text(program, path);
    uint32_t low = 0, high = program->n_files;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(program_text(program, program->files[middle].path), text);
        if (order == 0)
            return &program->files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool scope_is_production(const Program *program, Sym path)
{
    const File *file = scope_find_file(program, path);
    return file == NULL || file->role == ROLE_PRODUCTION;
}

static bool name_passes(const ReportScope *scope, const Program *program, Sym name)
{
    if (scope == NULL || scope->name == NULL)
        return true;
    const char *text = program_text(program, name), *colon = strrchr(text, ':');
    return g_pattern_match_simple(scope->name, text) ||
           (colon != NULL && g_pattern_match_simple(scope->name, colon + 1));
}

static bool group_named(const ReportScope *scope, const Program *program, const Group *group)
{
    if (name_passes(scope, program, group->name))
        return true;
    for (uint32_t i = 0; i < group->n_members; i++)
        if (name_passes(scope, program, program->definitions[group->members[i].definition].id))
            return true;
    return false;
}

bool scope_has_group(const ReportScope *scope, const Program *program, const Group *group)
{
    if (scope == NULL)
        return true;
    if (!group_named(scope, program, group))
        return false;
    bool contested = false;
    for (uint32_t i = 0; i < group->n_members; i++)
        contested |= group->members[i].contest;
    for (uint32_t i = 0; i < group->n_members; i++) {
        const File *file = program_definition_file(program, group->members[i].definition);
        if ((group->members[i].contest || !contested) && file != NULL && scope_has_file(scope, program, file))
            return true;
    }
    return false;
}

static bool finding_named(const ReportScope *scope, const Program *program, const Finding *finding)
{
    if (scope->name == NULL)
        return true;
    for (uint32_t i = 0; i < finding->n_subjects; i++)
        if (name_passes(scope, program, finding->subjects[i]))
            return true;
    return false;
}

bool scope_has_finding(const ReportScope *scope, const Analysis *analysis, const Finding *finding)
{
    if (scope == NULL)
        return true;
    const Program *program = analysis->program;
    if ((int)finding->severity < scope->min_severity ||
        (any(scope->rules, RULE_COUNT) && !scope->rules[finding->rule]))
        return false;
    if (finding->group != ID_NONE)
        return scope_has_group(scope, program, &analysis->detection->groups[finding->group]);
    if (!finding_named(scope, program, finding))
        return false;
    const File *file = scope_find_file(program, finding->path);
    return file == NULL || scope_has_file(scope, program, file);
}

bool scope_has_fragmentation(const ReportScope *scope, const Analysis *analysis,
                             const Fragmentation *fragmentation)
{
    if (scope == NULL)
        return true;
    const Program *program = analysis->program;
    if (!name_passes(scope, program, program->definitions[fragmentation->definition].id))
        return false;
    const File *file = program_definition_file(program, fragmentation->definition);
    return file == NULL || scope_has_file(scope, program, file);
}

uint32_t scope_count_asked(const Program *program)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < program->n_files; i++)
        count += program->files[i].selected;
    return count;
}

uint32_t scope_count_findings(const ReportScope *scope, const Analysis *analysis, int severity)
{
    uint32_t count = 0;
    for (uint32_t i = 0; analysis->detection != NULL && i < analysis->detection->n_findings; i++) {
        const Finding *finding = &analysis->detection->findings[i];
        if (!finding->suppressed && (int)finding->severity >= severity &&
            scope_has_finding(scope, analysis, finding))
            count++;
    }
    return count;
}
