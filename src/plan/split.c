/* Phase 2A for split names: one imported name that means different classes by the path it comes from.
 *
 * To move such an import to one path would change what it means, so nothing of it can be done by a
 * program: the step shows the classes side by side, which path leads to which, and asks for a decision —
 * one class, or a name for each. Where all the classes are copies in one group, the group's own step
 * settles it and there is none here. */
#include "plan/planner.h"

#include <string.h>

#define EFFORT_STEP  1.0
#define EFFORT_CLASS 0.5
/* What a table shows; a split name has a handful of classes. */
#define MAX_COLUMNS 8
#define MAX_ROWS    400

/* Member — one row under construction: what each column says under a name. */
typedef struct Member {
    Sym name;
    const FactsMember *cells[MAX_COLUMNS];
} Member;

static GArray *subjects_of(const Planner *planner, const Finding *finding)
{
    GArray *definitions = g_array_new(FALSE, FALSE, sizeof(Id));

    for (uint32_t i = 0; i < finding->n_subjects; i++) {
        Id id =
            program_find_definition(planner->program, program_text(planner->program, finding->subjects[i]));
        if (id != ID_NONE)
            g_array_append_val(definitions, id);
    }
    return definitions;
}

/* Are they all copies of one another, so that a step of their group makes them one? */
static bool has_a_step(const Planner *planner, const GArray *definitions)
{
    uint32_t group = planner->detection->group_of[g_array_index(definitions, Id, 0)];

    for (uint32_t i = 1; i < definitions->len; i++)
        if (planner->detection->group_of[g_array_index(definitions, Id, i)] != group)
            return false;
    return group != ID_NONE && verdict_is_work(planner->detection->groups[group].verdict) &&
           !planner->detection->groups[group].suppressed;
}

static bool is_asked(const Planner *planner, const GArray *definitions)
{
    for (uint32_t i = 0; i < definitions->len; i++) {
        Id id = g_array_index(definitions, Id, i);
        if (planner_wants(planner, id) && program_definition_file(planner->program, id)->selected)
            return true;
    }
    return false;
}

/* --- the table --- */

static void collect_column(const Program *program, Id definition, uint32_t column, GHashTable *index,
                           GArray *members)
{
    const File *file = program_definition_file(program, definition);
    const FactsDefinition *fact = program_definition_fact(program, definition);

    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *cell = &file->facts.members[fact->members.first + i];
        Sym name = file_sym(file, cell->name);
        uint32_t row = GPOINTER_TO_UINT(g_hash_table_lookup(index, GUINT_TO_POINTER(name)));
        if (row == 0) {
            Member fresh = {.name = name};
            if (members->len == MAX_ROWS)
                continue;
            g_array_append_val(members, fresh);
            row = members->len;
            g_hash_table_insert(index, GUINT_TO_POINTER(name), GUINT_TO_POINTER(row));
        }
        Member *member = &g_array_index(members, Member, row - 1);
        if (member->cells[column] == NULL)
            member->cells[column] = cell;
    }
}

static bool is_same(const File *file_a, const FactsMember *a, const File *file_b, const FactsMember *b)
{
    return a->kind == b->kind && a->signature_hash == b->signature_hash && a->body_hash == b->body_hash &&
           a->value_hash == b->value_hash &&
           file_sym(file_a, a->annotation) == file_sym(file_b, b->annotation);
}

static Sym cell_text(Program *program, const File *file, const FactsMember *cell, bool differs)
{
    const char *annotation = file_text(file, cell->annotation), *value = file_text(file, cell->value);

    if (cell->kind == MEMBER_METHOD)
        return intern_printf(program->interner, "%s%s", file_text(file, cell->signature),
                             differs ? ", body differs" : "");
    if (cell->kind == MEMBER_CLASS)
        return intern_cstr(program->interner, "class");
    if (*annotation != '\0')
        return intern_printf(program->interner, *value != '\0' ? ": %s = %s" : ": %s", annotation, value);
    return intern_cstr(program->interner, *value != '\0' ? value : "declared");
}

static void fill_row(Planner *planner, const MergeTable *table, const Member *member, DifferenceRow *row)
{
    Program *program = planner->program;
    const FactsMember *first = NULL;
    const File *first_file = NULL;

    row->member = member->name;
    row->kind = DIFFERENCE_SAME;
    row->texts = arena_array(&planner->plan->arena, Sym, table->n_columns);
    for (uint32_t c = 0; c < table->n_columns; c++) {
        const FactsMember *cell = member->cells[c];
        const File *file = program_definition_file(program, table->columns[c]);
        if (cell == NULL) {
            row->kind = DIFFERENCE_MISSING;
            continue;
        }
        bool same = first == NULL || is_same(first_file, first, file, cell);
        if (!same && row->kind == DIFFERENCE_SAME)
            row->kind = DIFFERENCE_CHANGED;
        row->texts[c] = cell_text(program, file, cell, first != NULL && first->body_hash != cell->body_hash);
        if (first == NULL) {
            first = cell;
            first_file = file;
        }
    }
}

static void fill_table(Planner *planner, const GArray *definitions, MergeTable *table)
{
    g_autoptr(GHashTable) index = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) members = g_array_new(FALSE, TRUE, sizeof(Member));

    table->n_columns = MIN(definitions->len, MAX_COLUMNS);
    table->columns = arena_array(&planner->plan->arena, Id, table->n_columns);
    for (uint32_t c = 0; c < table->n_columns; c++) {
        table->columns[c] = g_array_index(definitions, Id, c);
        collect_column(planner->program, table->columns[c], c, index, members);
    }
    table->n_rows = members->len;
    table->rows = arena_array(&planner->plan->arena, DifferenceRow, members->len + 1);
    for (uint32_t r = 0; r < members->len; r++)
        fill_row(planner, table, &g_array_index(members, Member, r), &table->rows[r]);
}

/* --- the step --- */

static void fill_actions(Planner *planner, const Finding *finding, Step *step)
{
    GArray *actions = g_array_new(FALSE, FALSE, sizeof(Action));

    for (uint32_t i = 0; i < finding->n_evidence; i++) {
        const Evidence *evidence = &finding->evidence[i];
        Action action = {
            .kind = ACTION_DECIDE, .path = evidence->path, .line = evidence->line, .text = evidence->text};
        g_array_append_val(actions, action);
    }
    step->actions = planner_keep(planner, actions, &step->n_actions);
}

static void add_split(Planner *planner, const Finding *finding, const GArray *definitions)
{
    Program *program = planner->program;
    Interner *interner = program->interner;
    Id first = g_array_index(definitions, Id, 0);
    const char *name = program_text(program, program->definitions[first].name);
    Step step = {.phase = PHASE_2A,
                 .risk = RISK_HIGH,
                 .priority = PRIORITY_LOW,
                 .group = ID_NONE,
                 .definition = ID_NONE,
                 .module = ID_NONE};

    for (uint32_t i = 0; i < definitions->len; i++)
        step.priority = MIN(
            step.priority, (uint8_t)planner_priority(
                               planner, program_definition_file(program, g_array_index(definitions, Id, i))));
    step.id = planner_id(planner, "2A-split", &finding->id, 1);
    step.title = intern_printf(interner, "%s: one name for %u classes, by the path of the import", name,
                               definitions->len);
    step.area = planner_area(planner, program_text(program, finding->path));
    step.risk_reason = intern_cstr(interner, "an import moved to another path means another class");
    step.by_hand = intern_cstr(interner, "no import of it can move until the classes are one, or each has "
                                         "a name of its own");
    step.effort = EFFORT_STEP + EFFORT_CLASS * (definitions->len - 1);
    fill_actions(planner, finding, &step);
    fill_table(planner, definitions, &step.merge);
    g_array_append_val(planner->steps, step);
}

void plan_split_names(Planner *planner)
{
    const Detection *detection = planner->detection;

    for (uint32_t f = 0; f < detection->n_findings; f++) {
        const Finding *finding = &detection->findings[f];
        if (finding->rule != RULE_SPLIT_NAME || finding->suppressed)
            continue;
        g_autoptr(GArray) definitions = subjects_of(planner, finding);
        if (definitions->len > 1 && !has_a_step(planner, definitions) && is_asked(planner, definitions))
            add_split(planner, finding, definitions);
    }
}
