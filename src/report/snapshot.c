#include "report/snapshot.h"

#include "report/area.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* --- what a finding is about, wherever it stands --- */

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static uint64_t definition_content(const Program *program, Id definition)
{
    const FactsDefinition *fact = program_definition_fact(program, definition);
    const char *name = program_text(program, program->definitions[definition].qualname);

    return XXH3_64bits_withSeed(name, strlen(name), fact->text_hash);
}

static uint64_t group_content(const Program *program, const Group *group)
{
    g_autofree uint64_t *hashes = g_new(uint64_t, group->n_members + 1);
    uint32_t n = 0;

    for (uint32_t i = 0; i < group->n_members; i++)
        if (group->members[i].contest || group->members[i].role == MEMBER_ROLE_HOLLOW)
            hashes[n++] = definition_content(program, group->members[i].definition);
    qsort(hashes, n, sizeof *hashes, compare_hashes);
    return XXH3_64bits(hashes, n * sizeof *hashes);
}

static uint64_t file_content(const Program *program, const Finding *finding)
{
    const File *file = scope_find_file(program, finding->path);

    if (file == NULL || file->facts.header == NULL)
        return 0;
    return XXH3_64bits_withSeed(&file->facts.header->content_low, 2 * sizeof(uint64_t), finding->line);
}

static uint64_t content_of(const Analysis *analysis, const Finding *finding)
{
    const Program *program = analysis->program;
    uint64_t content = finding->group != ID_NONE
                           ? group_content(program, &analysis->detection->groups[finding->group])
                       : finding->definition != ID_NONE ? definition_content(program, finding->definition)
                                                        : file_content(program, finding);

    return content == 0 ? 0 : XXH3_64bits_withSeed(&content, sizeof content, finding->rule);
}

/* --- making one --- */

static void keep_finding(const Analysis *analysis, const Finding *finding, SnapshotFinding *kept)
{
    const Program *program = analysis->program;

    *kept = (SnapshotFinding){.id = g_strdup(program_text(program, finding->id)),
                              .path = g_strdup(program_text(program, finding->path)),
                              .message = g_strdup(program_text(program, finding->message)),
                              .area = area_of_path(program_text(program, finding->path)),
                              .rule = finding->rule,
                              .severity = finding->severity,
                              .line = finding->line,
                              .content = content_of(analysis, finding)};
    kept->subjects = g_new0(char *, finding->n_subjects + 1);
    for (uint32_t i = 0; i < finding->n_subjects; i++)
        kept->subjects[i] = g_strdup(program_text(program, finding->subjects[i]));
}

static void count_files(Snapshot *snapshot, const Program *program, const ReportScope *scope)
{
    for (uint32_t i = 0; i < program->n_files; i++) {
        const File *file = &program->files[i];
        if (!scope_has_file(scope, program, file))
            continue;
        snapshot->n_files++;
        snapshot->n_degraded += file->status == FILE_DEGRADED;
        if (file->status == FILE_UNREADABLE && !file->extension) {
            g_ptr_array_add(snapshot->unreadable, g_strdup(program_text(program, file->path)));
            g_ptr_array_add(snapshot->reasons, g_strdup(program_text(program, file->reason)));
        }
        if (file->facts.header != NULL && file->real_path == 0)
            snapshot->n_lines += file->facts.header->n_lines;
    }
    for (uint32_t i = 0; i < program->n_modules; i++) {
        const File *file = program_module_file(program, i);
        snapshot->n_modules += file != NULL && scope_has_file(scope, program, file);
    }
    for (uint32_t i = 0; i < program->n_definitions; i++)
        snapshot->n_definitions += program->definitions[i].kind != KIND_FUNCTION &&
                                   scope_has_file(scope, program, program_definition_file(program, i));
}

Snapshot *snapshot_new(const Analysis *analysis, const ReportScope *scope)
{
    const Detection *detection = analysis->detection;
    Snapshot *snapshot = g_new0(Snapshot, 1);

    snapshot->label = g_strdup(scope->label);
    snapshot->unreadable = g_ptr_array_new_with_free_func(g_free);
    snapshot->reasons = g_ptr_array_new_with_free_func(g_free);
    snapshot->findings = g_new(SnapshotFinding, detection->n_findings + 1);
    for (uint32_t i = 0; i < detection->n_findings; i++) {
        const Finding *finding = &detection->findings[i];
        if (finding->suppressed || !scope_has_finding(scope, analysis, finding))
            continue;
        keep_finding(analysis, finding, &snapshot->findings[snapshot->n_findings++]);
        snapshot->rules[finding->rule]++;
    }
    for (uint32_t i = 0; i < detection->n_groups; i++)
        if (!detection->groups[i].suppressed &&
            scope_has_group(scope, analysis->program, &detection->groups[i]))
            snapshot->verdicts[detection->groups[i].verdict]++;
    count_files(snapshot, analysis->program, scope);
    return snapshot;
}

void snapshot_free(Snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    for (uint32_t i = 0; i < snapshot->n_findings; i++) {
        SnapshotFinding *finding = &snapshot->findings[i];
        g_free(finding->id);
        g_free(finding->path);
        g_free(finding->message);
        g_free(finding->area);
        g_strfreev(finding->subjects);
    }
    g_free(snapshot->findings);
    g_free(snapshot->label);
    g_ptr_array_unref(snapshot->unreadable);
    g_ptr_array_unref(snapshot->reasons);
    g_free(snapshot);
}

bool snapshot_cannot_read(const Snapshot *snapshot, const char *path)
{
    uint32_t low = 0, high = snapshot->unreadable->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(snapshot->unreadable->pdata[middle], path);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
