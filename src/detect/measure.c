#include "detect/measure.h"

#include <string.h>

#include "detect/similarity.h"
#include "detect/verdict.h"

static double pair_similarity(const Stage *stage, Id a, Id b)
{
    Similarity similarity;

    preparation_compare(stage->preparation, stage->program, a, b, &similarity);
    return similarity.jaccard;
}

/* The least edge of a maximum spanning tree (Prim): how alike the least alike neighbours are. */
static double spanning_similarity(const float *pairs, uint32_t n)
{
    double best[GROUP_MAX_PAIRED], least = 1.0;
    bool in_tree[GROUP_MAX_PAIRED] = {true};

    for (uint32_t i = 1; i < n; i++)
        best[i] = pairs[i];
    for (uint32_t added = 1; added < n; added++) {
        uint32_t next = 0;
        for (uint32_t i = 1; i < n; i++)
            if (!in_tree[i] && (next == 0 || best[i] > best[next]))
                next = i;
        in_tree[next] = true;
        least = MIN(least, best[next]);
        for (uint32_t i = 1; i < n; i++)
            if (!in_tree[i])
                best[i] = MAX(best[i], (double)pairs[next * n + i]);
    }
    return least;
}

/* The first row was computed already: it is what the members say of themselves. */
static float *pair_matrix(const Stage *stage, const GroupMember *members, uint32_t n)
{
    float *pairs = arena_array(&stage->detection->arena, float, n *n);

    for (uint32_t i = 0; i < n; i++) {
        pairs[i * n + i] = 1.0F;
        for (uint32_t j = i + 1; j < n; j++)
            pairs[i * n + j] = pairs[j * n + i] =
                (float)(i == 0 ? members[j].similarity
                               : pair_similarity(stage, members[i].definition, members[j].definition));
    }
    return pairs;
}

void measure_similarities(const Stage *stage, Group *group, uint32_t contest)
{
    uint32_t n = contest >= 2 ? contest : group->n_members;
    double least = 1.0;

    for (uint32_t i = 0; i < group->n_members; i++) {
        GroupMember *member = &group->members[i];
        member->similarity =
            i == 0 ? 1.0 : pair_similarity(stage, group->members[0].definition, member->definition);
        if (i < n)
            least = MIN(least, member->similarity);
    }
    group->similarity = least;
    if (n <= GROUP_MAX_PAIRED && least < 1.0) {
        group->pairs = pair_matrix(stage, group->members, n);
        group->n_paired = n;
        group->similarity = spanning_similarity(group->pairs, n);
    }
}

/* Of the first member and the one most like it, of those that are not the same. */
void measure_score(Stage *stage, Group *group, uint32_t contest)
{
    bool judged = group->verdict == VERDICT_DIVERGED || group->verdict == VERDICT_FAMILY ||
                  group->verdict == VERDICT_HOMONYM;
    const GroupMember *best = NULL;
    Score score;

    for (uint32_t i = 1; judged && i < contest; i++) {
        const GroupMember *member = &group->members[i];
        if (member->similarity < 1.0 && (best == NULL || member->similarity > best->similarity))
            best = member;
    }
    if (best == NULL || !verdict_score(stage->program, stage->preparation, group->members[0].definition,
                                       best->definition, &score))
        return;
    group->scored[0] = group->members[0].definition;
    group->scored[1] = best->definition;
    group->points = score.points;
    group->n_signals = score.n_signals;
    group->signals = stage_copy(stage, score.signals, score.n_signals, sizeof *score.signals);
}

/* Evidence behind a verdict, from what agrees (copies) or from how little does (namesakes). */
double measure_confidence(const Stage *stage, const Group *group, uint32_t contest)
{
    Similarity s;

    if (contest < 2)
        return 0.95; /* roles are seen, not guessed */
    preparation_compare(stage->preparation, stage->program, group->members[0].definition,
                        group->members[1].definition, &s);
    double evidence = MIN(1.0, s.bits / 60.0 + s.logic / 150.0 + (s.docstring ? 0.25 : 0.0));
    switch ((Verdict)group->verdict) {
    case VERDICT_DUPLICATE:
        return 0.6 + 0.4 * evidence;
    case VERDICT_RENAMED:
        return 0.5 + 0.5 * evidence;
    case VERDICT_DIVERGED:
        return MIN(0.99, 0.4 + 0.35 * evidence + 0.3 * group->similarity);
    case VERDICT_HOMONYM:
        return MIN(0.99, 1.0 - 0.6 * s.jaccard - 0.3 * evidence);
    default:
        return 0.7;
    }
}

/* --- boundaries --- */

static uint32_t boundary_of(const Stage *stage, Id definition)
{
    const Program *program = stage->program;
    const Module *module = &program->modules[program->definitions[definition].module];
    const GPtrArray *boundaries = stage->config != NULL ? stage->config->boundaries : NULL;
    const char *path = program_module_path(program, program->definitions[definition].module),
               *name = program_text(program, module->name);

    for (guint i = 0; boundaries != NULL && i < boundaries->len; i++) {
        const char *boundary = g_ptr_array_index(boundaries, i);
        size_t length = strlen(boundary);
        while (length > 0 && boundary[length - 1] == '/')
            length--;
        bool in_path = strncmp(path, boundary, length) == 0 && (path[length] == '/' || path[length] == '\0');
        bool in_name = strncmp(name, boundary, length) == 0 && (name[length] == '.' || name[length] == '\0');
        if (length > 0 && (in_path || in_name))
            return i + 1;
    }
    return boundaries != NULL && boundaries->len > 0 ? 0 : 0x10000u + module->unit;
}

bool measure_crosses_boundary(const Stage *stage, const Group *group, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        if (boundary_of(stage, group->members[i].definition) !=
            boundary_of(stage, group->members[0].definition))
            return true;
    return false;
}

/* --- declared copies --- */

static bool names_definition(const Program *program, const char *target, Id definition)
{
    const Definition *d = &program->definitions[definition];
    const char *module = program_text(program, program->modules[d->module].name),
               *name = program_text(program, d->qualname);
    g_autofree char *dotted = g_strdup_printf("%s.%s", module, name);

    return g_str_has_suffix(dotted, target) &&
           (strlen(dotted) == strlen(target) || dotted[strlen(dotted) - strlen(target) - 1] == '.');
}

bool measure_is_managed(const Stage *stage, const Group *group, uint32_t contest)
{
    const Program *program = stage->program;

    for (uint32_t i = 0; i < contest; i++) {
        const FactsDefinition *fact = program_definition_fact(program, group->members[i].definition);
        const char *target =
            file_text(program_definition_file(program, group->members[i].definition), fact->copied_from);
        for (uint32_t j = 0; *target != '\0' && j < contest; j++)
            if (j != i && names_definition(program, target, group->members[j].definition))
                return true;
    }
    return false;
}
