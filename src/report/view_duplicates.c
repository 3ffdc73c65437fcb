/* Groups of work as frames: every definition that takes part, the canonical one marked, lines with
 * the similarity to it, coloured by verdict. The groups stand in the order of the report, worst
 * first, as many as the budget of nodes holds. */
#include "report/report.h"

#include "base/error.h"
#include "report/scope.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DEFAULT_NODES = 60, MEMBERS_OF_ONE = 12 };

/* Draft — the picture so far. */
typedef struct Draft {
    const Analysis *analysis;
    const ViewOptions *options;
    View *view;
    uint32_t room;
    uint32_t drawn, skipped, trimmed;
    bool verdicts[VERDICT_COUNT];
    bool canonical;
} Draft;

static bool in_globs(const Program *program, Id module, const char *const *globs)
{
    const char *name = program_text(program, program->modules[module].name);
    const char *path = program_module_path(program, module);

    for (; *globs != NULL; globs++)
        if (view_glob(*globs, name, path))
            return true;
    return false;
}

static bool any_member_in(const Program *program, const Group *group, const char *const *globs)
{
    for (uint32_t i = 0; i < group->n_members; i++)
        if (group->members[i].contest &&
            in_globs(program, program->definitions[group->members[i].definition].module, globs))
            return true;
    return false;
}

static bool any_member_selected(const Program *program, const Group *group)
{
    for (uint32_t i = 0; i < group->n_members; i++) {
        const File *file = program_definition_file(program, group->members[i].definition);
        if (group->members[i].contest && (file == NULL || file->selected))
            return true;
    }
    return false;
}

static bool wanted(const Draft *draft, const Group *group)
{
    const Program *program = draft->analysis->program;
    const ViewOptions *options = draft->options;

    if (!verdict_is_work(group->verdict) || group->suppressed || !any_member_selected(program, group))
        return false;
    if (options->name != NULL && options->name[0] != '\0' &&
        !view_glob(options->name, program_text(program, group->name), ""))
        return false;
    return (options->include == NULL || any_member_in(program, group, options->include)) &&
           (options->focus == NULL || any_member_in(program, group, options->focus)) &&
           (options->exclude == NULL || !any_member_in(program, group, options->exclude));
}

static uint32_t n_contest(const Group *group)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < group->n_members; i++)
        n += group->members[i].contest;
    return n;
}

static uint32_t add_member(Draft *draft, const Group *group, const GroupMember *member, uint32_t cluster)
{
    const Program *program = draft->analysis->program;
    const Definition *definition = &program->definitions[member->definition];
    const File *file = program_definition_file(program, member->definition);
    bool canonical = member->definition == group->canonical.definition;
    const char *id = program_text(program, definition->id);
    const char *module = program_text(program, program->modules[definition->module].id);
    const char *path = file != NULL ? program_text(program, file->path) : "";
    bool other_name = definition->name != group->name;
    g_autofree char *label =
        g_strdup_printf("%s\n%s%s%s:%u", module, other_name ? program_text(program, definition->name) : "",
                        other_name ? " — " : "", path, definition->line);
    uint32_t node = view_add_node(draft->view, id, label, NODE_DEFINITION,
                                  canonical ? "canonical" : verdict_name(group->verdict));

    view_node(draft->view, node)->cluster = cluster;
    view_node(draft->view, node)->tooltip =
        member->note != 0 ? g_strdup_printf("%s — %s", id, program_text(program, member->note))
                          : g_strdup(id);
    draft->canonical = draft->canonical || canonical;
    return node;
}

/* Two digits, never rounded up to 1.00 for what is not identical. */
static char *similarity_text(double similarity)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (similarity >= 1)
        return g_strdup("identical");
    return g_strdup(g_ascii_formatd(text, sizeof text, "%.2f", floor(MAX(similarity, 0) * 100) / 100));
}

/* The member that the lines lead to: the canonical one, else the first. */
static uint32_t hub_of(const Group *group)
{
    uint32_t first = UINT32_MAX;

    for (uint32_t i = 0; i < group->n_members; i++) {
        if (!group->members[i].contest)
            continue;
        if (group->members[i].definition == group->canonical.definition)
            return i;
        if (first == UINT32_MAX)
            first = i;
    }
    return first;
}

static void add_group(Draft *draft, const Group *group, uint32_t members)
{
    const Program *program = draft->analysis->program;
    const char *summary = program_text(program, group->summary);
    uint32_t n = n_contest(group), hub = hub_of(group), shown = 1;
    g_autofree char *label =
        g_strdup_printf("%s — %s, %u definitions%s%s", program_text(program, group->name),
                        verdict_name(group->verdict), n, summary[0] != '\0' ? "\n" : "", summary);
    uint32_t cluster = view_add_cluster(draft->view, label, UINT32_MAX);

    g_free(view_cluster(draft->view, cluster)->style);
    view_cluster(draft->view, cluster)->style = g_strdup(verdict_name(group->verdict));
    uint32_t centre = add_member(draft, group, &group->members[hub], cluster);
    for (uint32_t i = 0; i < group->n_members && shown < members; i++) {
        const GroupMember *member = &group->members[i];
        if (i == hub || !member->contest)
            continue;
        /* Measured to the canonical definition or else the first: to the hub. */
        g_autofree char *similarity = similarity_text(member->similarity);
        uint32_t node = add_member(draft, group, member, cluster);
        view_add_edge(draft->view, node, centre, 1, similarity, "similar");
        shown++;
    }
    draft->trimmed += n - shown;
    draft->room -= MIN(draft->room, shown);
    draft->verdicts[group->verdict] = true;
    draft->drawn++;
}

static void finish(Draft *draft)
{
    View *view = draft->view;
    uint32_t total = draft->drawn + draft->skipped;

    view->title = g_strdup_printf("Defined more than once: %u group%s", total, total == 1 ? "" : "s");
    if (draft->canonical)
        view_add_legend(view, "canonical", "stays: the canonical definition");
    for (uint32_t verdict = 0; verdict < VERDICT_COUNT; verdict++)
        if (draft->verdicts[verdict])
            view_add_legend(view, verdict_name((Verdict)verdict), verdict_name((Verdict)verdict));
    view_add_legend(view, "edge:similar", "similarity of contents");
    if (total == 0)
        view_add_note(view, "no definition is there more than once");
    if (draft->skipped > 0)
        view_add_note(view,
                      "%u of %u groups are left out (--max-nodes N, --include GLOB or --full draws them)",
                      draft->skipped, total);
    if (draft->trimmed > 0)
        view_add_note(view, "%u members of large groups are left out (--max-nodes N or --full draws them)",
                      draft->trimmed);
}

View *view_duplicates(const Analysis *analysis, const ViewOptions *options, GError **error)
{
    Draft draft = {.analysis = analysis, .options = options};

    if (analysis->detection == NULL) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE,
                    "a view of duplicates needs the groups to be found first");
        return NULL;
    }
    draft.view = view_new_empty(VIEW_DUPLICATES, NULL);
    draft.room = options->max_nodes > 0 ? options->max_nodes : DEFAULT_NODES;
    for (uint32_t i = 0; i < analysis->detection->n_groups; i++) {
        const Group *group = &analysis->detection->groups[i];
        uint32_t n = n_contest(group), members = options->full ? n : MIN(n, MIN(draft.room, MEMBERS_OF_ONE));
        if (n < 2 || !wanted(&draft, group))
            continue;
        if (!options->full && (members < 2 || (members < n && members < MEMBERS_OF_ONE)))
            draft.skipped++;
        else
            add_group(&draft, group, members);
    }
    finish(&draft);
    view_normalise(draft.view);
    return draft.view;
}
