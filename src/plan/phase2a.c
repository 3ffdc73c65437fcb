/* Phase 2A: one step per group of work, with everything that has to be done for it, in order.
 *
 * keep → merge (drifted members) → remove (each other definition, leaving an import where others
 * look for it) → update imports → look at strings. Nothing is left out: an import that cannot be
 * moved by text alone (a chain `a.b.X`) is listed by the line of its first use. */
#include "plan/planner.h"

#include <math.h>
#include <string.h>

/* Parts of the effort of one step, in points; a point is about half an hour of one developer. */
#define EFFORT_STEP   1.0
#define EFFORT_REMOVE 0.5
#define EFFORT_MERGE  0.5
#define EFFORT_IMPORT 0.1
#define EFFORT_STRING 0.05
/* Members that detect/difference.c compares. */
#define MAX_COLUMNS 32
/* More importers than this make a mistake expensive. */
#define MANY_IMPORTERS 25

/* Draft — one step of phase 2A while it is put together. */
typedef struct Draft {
    Planner *planner;
    const Group *group;
    Step step;
    GArray *actions;    /* Action */
    GArray *hazards;    /* Sym */
    GArray *removed;    /* Id */
    GPtrArray *reasons; /* char*: why the risk is what it is */
    uint32_t n_imports, n_strings, n_merges;
} Draft;

static const char *text_of(const Draft *draft, Sym sym)
{
    return program_text(draft->planner->program, sym);
}

static const Definition *definition_of(const Draft *draft, Id id)
{
    return &draft->planner->program->definitions[id];
}

static Sym path_of(const Draft *draft, Id definition)
{
    return program_definition_file(draft->planner->program, definition)->path;
}

static void add_action(Draft *draft, ActionKind kind, Sym path, uint32_t line, Sym before, Sym after,
                       char *text)
{
    Action action = {.kind = (uint8_t)kind, .path = path, .line = line, .before = before, .after = after};

    action.text = intern_cstr(draft->planner->program->interner, text);
    g_array_append_val(draft->actions, action);
    g_free(text);
}

static void add_hazard(Draft *draft, const char *text)
{
    Sym hazard = intern_cstr(draft->planner->program->interner, text);

    for (uint32_t i = 0; i < draft->hazards->len; i++)
        if (g_array_index(draft->hazards, Sym, i) == hazard)
            return;
    g_array_append_val(draft->hazards, hazard);
}

static void raise_risk(Draft *draft, Risk risk, char *reason)
{
    draft->step.risk = MAX(draft->step.risk, (uint8_t)risk);
    g_ptr_array_add(draft->reasons, reason);
}

static bool is_nested(const Draft *draft, Id definition)
{
    const File *file = program_definition_file(draft->planner->program, definition);

    return file->facts.definitions[definition_of(draft, definition)->fact].scope != SCOPE_MODULE;
}

static void draft_keep(Draft *draft)
{
    const Canonical *choice = &draft->group->canonical;
    const Definition *keep = definition_of(draft, choice->definition);
    g_autofree char *runner_up =
        choice->runner_up == ID_NONE
            ? g_strdup("")
            : g_strdup_printf("; runner-up %s (%.2f)",
                              text_of(draft, definition_of(draft, choice->runner_up)->id),
                              choice->runner_up_score);

    add_action(draft, ACTION_KEEP, path_of(draft, choice->definition), keep->line, 0, 0,
               g_strdup_printf("keep %s (%.2f: %s%s)", text_of(draft, keep->id), choice->score,
                               text_of(draft, choice->reason), runner_up));
}

/* Undecided: the candidates, nothing that depends on the choice. */
static void draft_decide(Draft *draft)
{
    for (uint32_t m = 0; m < draft->group->n_members; m++) {
        const GroupMember *member = &draft->group->members[m];
        if (!member->contest)
            continue;
        const Definition *definition = definition_of(draft, member->definition);
        add_action(draft, ACTION_DECIDE, path_of(draft, member->definition), definition->line, 0, 0,
                   g_strdup_printf("candidate %s, imported by %u", text_of(draft, definition->id),
                                   draft->planner->imports_first[member->definition + 1] -
                                       draft->planner->imports_first[member->definition]));
    }
}

static const char *row_word(uint32_t kind)
{
    return kind == DIFFERENCE_MISSING ? "not in every copy" : "differs";
}

/* The texts of a row belong to the members that take part, in member order. */
static char *row_text(const Draft *draft, const DifferenceRow *row)
{
    GString *text = g_string_new(NULL);
    uint32_t column = 0;

    g_string_append_printf(text, "%s %s:", text_of(draft, row->member), row_word(row->kind));
    for (uint32_t m = 0; m < draft->group->n_members && column < MAX_COLUMNS; m++) {
        if (!draft->group->members[m].contest)
            continue;
        const char *cell = text_of(draft, row->texts[column++]);
        const Definition *definition = definition_of(draft, draft->group->members[m].definition);
        g_string_append_printf(text, "%s %s = %s", column > 1 ? ";" : "",
                               text_of(draft, draft->planner->program->modules[definition->module].name),
                               *cell != '\0' ? cell : "(not there)");
    }
    return g_string_free(text, FALSE);
}

static void draft_merge(Draft *draft)
{
    const Definition *keep = definition_of(draft, draft->step.definition);

    for (uint32_t r = 0; r < draft->group->n_rows; r++) {
        const DifferenceRow *row = &draft->group->rows[r];
        if (row->kind == DIFFERENCE_SAME)
            continue;
        add_action(draft, ACTION_MERGE, path_of(draft, draft->step.definition), keep->line, 0, 0,
                   row_text(draft, row));
        draft->n_merges++;
    }
}

/* What should stand in the place of a removed definition, so that nobody who still looks there fails. */
static Sym replacement(Draft *draft, Id removed)
{
    const Definition *keep = definition_of(draft, draft->step.definition),
                     *gone = definition_of(draft, removed);
    Home home = planner_home(draft->planner, draft->step.definition, gone->module);

    if (is_nested(draft, removed) || is_nested(draft, draft->step.definition))
        return 0;
    if (keep->module == gone->module)
        return intern_printf(draft->planner->program->interner, "%s = %s", text_of(draft, gone->name),
                             text_of(draft, keep->name));
    return planner_import_text(draft->planner, gone->module, home, text_of(draft, gone->name), 0);
}

static void draft_remove(Draft *draft, Id removed)
{
    const Definition *gone = definition_of(draft, removed);
    const FactsDefinition *fact = program_definition_fact(draft->planner->program, removed);
    Sym after = replacement(draft, removed);

    add_action(
        draft, ACTION_REMOVE, path_of(draft, removed), gone->line, 0, after,
        after != 0
            ? g_strdup_printf("remove %s (lines %u-%u)", text_of(draft, gone->id), gone->line, fact->end_line)
            : g_strdup_printf("remove %s (lines %u-%u) and use %s there", text_of(draft, gone->id),
                              gone->line, fact->end_line,
                              text_of(draft, definition_of(draft, draft->step.definition)->id)));
    g_array_append_val(draft->removed, removed);
}

static int compare_places(const void *a, const void *b, void *data)
{
    const Draft *draft = data;
    const Import *x = &draft->planner->program->imports[*(const uint32_t *)a];
    const Import *y = &draft->planner->program->imports[*(const uint32_t *)b];
    const Interner *interner = draft->planner->program->interner;
    const File *fx = program_module_file(draft->planner->program, x->module);
    const File *fy = program_module_file(draft->planner->program, y->module);
    int order = fx != NULL && fy != NULL ? sym_compare(interner, fx->path, fy->path) : 0;

    if (order != 0)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return *(const uint32_t *)a < *(const uint32_t *)b ? -1 : 1;
}

/* An import that goes through the removed definition's own module follows by itself once that
 * module re-exports the canonical one, but the point of the plan is that it should not have to. */
static void draft_imports(Draft *draft, Id removed)
{
    Planner *planner = draft->planner;
    const char *keep = text_of(draft, definition_of(draft, draft->step.definition)->name);
    uint32_t first = planner->imports_first[removed], count = planner->imports_first[removed + 1] - first;
    g_autofree uint32_t *ids = g_memdup2(planner->imports_of + first, sizeof(uint32_t) * (count + 1));

    g_qsort_with_data(ids, (int)count, sizeof *ids, compare_places, draft);
    for (uint32_t i = 0; i < count; i++) {
        const Import *import = &planner->program->imports[ids[i]];
        const File *file = program_module_file(planner->program, import->module);
        if (file == NULL || import->kind == IMPORT_STRING || import->fact == FACTS_NONE)
            continue;
        if (import->module == definition_of(draft, draft->step.definition)->module) {
            add_action(draft, ACTION_UPDATE_IMPORT, file->path, import->line,
                       planner_import_before(planner, import), 0,
                       g_strdup_printf("drop the import: %s stands in this module", keep));
        } else {
            Home home = planner_home(planner, draft->step.definition, import->module);
            Sym after = planner_import_text(planner, import->module, home,
                                            planner_bound_name(planner, import), import->level);
            if (after == planner_import_before(planner, import))
                continue;
            add_action(draft, ACTION_UPDATE_IMPORT, file->path, import->line,
                       planner_import_before(planner, import), after,
                       g_strdup(import->guarded
                                    ? "import the canonical definition (guarded by try: check the fallback)"
                                    : "import the canonical definition"));
        }
        draft->n_imports++;
    }
}

static void draft_chains(Draft *draft, Id removed)
{
    uint32_t count;
    const ChainUse *uses = planner_chains(draft->planner, removed, &count);

    for (uint32_t i = 0; i < count; i++) {
        const File *file = program_module_file(draft->planner->program, uses[i].module);
        add_action(draft, ACTION_UPDATE_IMPORT, file->path, uses[i].line, uses[i].chain, 0,
                   g_strdup_printf("reached as %s (first use): use %s", text_of(draft, uses[i].chain),
                                   text_of(draft, definition_of(draft, draft->step.definition)->id)));
        draft->n_imports++;
    }
}

static void draft_strings(Draft *draft, Id removed)
{
    const Definition *gone = definition_of(draft, removed);
    const GArray *places = planner_strings(draft->planner, gone->module, gone->qualname);

    for (uint32_t i = 0; places != NULL && i < places->len; i++) {
        const Place *place = &g_array_index(places, Place, i);
        const File *file = &draft->planner->program->files[place->file];
        const FactsReference *reference = &file->facts.references[place->reference];
        const char *what = reference->kind == REFERENCE_PATCH ? "patches" : "names";
        add_action(draft, ACTION_UPDATE_STRING, file->path, reference->line, file_sym(file, reference->text),
                   0,
                   g_strdup_printf("string %s the removed definition: \"%s\"", what,
                                   file_text(file, reference->text)));
        draft->n_strings++;
    }
}

/* The first load import, existing or left behind, that the move would turn into a cycle. */
static void find_cycle(Draft *draft)
{
    Planner *planner = draft->planner;
    Id home = definition_of(draft, draft->step.definition)->module;

    planner_reach(planner, home);
    for (uint32_t r = 0; r < draft->removed->len && draft->step.cycle == 0; r++) {
        Id removed = g_array_index(draft->removed, Id, r);
        Id own = definition_of(draft, removed)->module;
        if (own != home && planner_reached(planner, own))
            draft->step.cycle = planner_cycle(planner, own, home);
        for (uint32_t i = planner->imports_first[removed];
             i < planner->imports_first[removed + 1] && draft->step.cycle == 0; i++) {
            const Import *import = &planner->program->imports[planner->imports_of[i]];
            bool loads = import->kind == IMPORT_LOAD || import->kind == IMPORT_FALLBACK ||
                         import->kind == IMPORT_STAR_KIND;
            if (loads && import->module != home && planner_reached(planner, import->module))
                draft->step.cycle = planner_cycle(planner, import->module, home);
        }
    }
}

static bool has_member(const Draft *draft, Id definition, const char *name)
{
    const File *file = program_definition_file(draft->planner->program, definition);
    const FactsDefinition *fact = program_definition_fact(draft->planner->program, definition);

    for (uint32_t i = 0; i < fact->members.count; i++)
        if (strcmp(file_text(file, file->facts.members[fact->members.first + i].name), name) == 0)
            return true;
    return false;
}

/* Copies that are alike but for what their docstrings say: nobody needs to decide, but somebody may want to
 * carry a sentence over. */
static void tell_docstrings(Draft *draft)
{
    const Program *program = draft->planner->program;
    const FactsDefinition *keep = program_definition_fact(program, draft->step.definition);

    for (uint32_t i = 0; i < draft->removed->len && draft->group->verdict == VERDICT_DUPLICATE; i++) {
        Id removed = g_array_index(draft->removed, Id, i);
        const FactsDefinition *gone = program_definition_fact(program, removed);
        g_autofree char *text = g_strdup_printf("docstring: that of %s differs and goes",
                                                program_text(program, definition_of(draft, removed)->id));
        if (gone->docstring_hash != keep->docstring_hash && gone->docstring_hash != 0)
            add_hazard(draft, text);
    }
}

static void find_hazards(Draft *draft)
{
    const Definition *keep = definition_of(draft, draft->step.definition);

    if (keep->kind == KIND_ENUM)
        add_hazard(draft, "enum identity: members of the copies never compared equal to one another; code "
                          "that works around that changes its meaning");
    if (keep->kind == KIND_EXCEPTION)
        add_hazard(draft,
                   "exceptions: `except` clauses that named one copy did not catch the other; now they will");
    if (keep->kind == KIND_PYDANTIC || keep->kind == KIND_TYPED_DICT)
        add_hazard(draft, "schemas: generated API documents may have told the copies apart by module");
    if (keep->kind == KIND_DJANGO_MODEL || has_member(draft, draft->step.definition, "__tablename__"))
        add_hazard(
            draft,
            "ORM: each copy registers a table; removing one needs its metadata and migrations checked");
    if (draft->group->verdict == VERDICT_HOLLOW)
        add_hazard(draft, "isinstance: the hollow subclass is a class of its own; checks against it become "
                          "checks against its base");
    else if (keep->kind != KIND_FUNCTION)
        add_hazard(draft, "isinstance and pickles: objects of the removed class were no instances of the "
                          "canonical one, and pickles name the old path");
    tell_docstrings(draft);
    if (draft->n_strings > 0)
        add_hazard(draft, "strings name a removed path: patch() on it no longer reaches code that imports "
                          "the canonical one");
}

static void judge_risk(Draft *draft)
{
    const Group *group = draft->group;

    if (group->verdict == VERDICT_DIVERGED)
        raise_risk(draft, RISK_MEDIUM, g_strdup_printf("%u members drifted", draft->n_merges));
    if (group->verdict == VERDICT_DIVERGED && draft->step.definition != ID_NONE &&
        definition_of(draft, draft->step.definition)->kind == KIND_ENUM)
        raise_risk(draft, RISK_HIGH, g_strdup("values of an enum differ or are missing"));
    if (group->crosses_boundary)
        raise_risk(draft, RISK_HIGH,
                   g_strdup("copies stand in units that are deployed apart: a shared package is needed"));
    if (draft->step.cycle != 0)
        raise_risk(draft, RISK_HIGH, g_strdup("the move closes a load cycle"));
    if (draft->n_imports > MANY_IMPORTERS)
        raise_risk(draft, RISK_MEDIUM, g_strdup_printf("%u imports move", draft->n_imports));
    if (draft->n_strings > 0)
        raise_risk(draft, RISK_MEDIUM,
                   g_strdup_printf("%u strings name the removed paths", draft->n_strings));
    if (draft->step.definition == ID_NONE)
        raise_risk(draft, RISK_MEDIUM, g_strdup("which definition stays is undecided"));
    if (group->verdict == VERDICT_HOLLOW)
        raise_risk(draft, RISK_LOW, g_strdup("the subclass adds nothing"));
    if (planner_is_thin(draft->planner, group, draft->step.definition))
        raise_risk(draft, RISK_MEDIUM, g_strdup("there is little in it to tell a copy from a namesake"));
    if (draft->reasons->len == 0)
        raise_risk(draft, RISK_LOW, g_strdup("same contents, few users"));
}

static Sym join_reasons(Draft *draft)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t i = 0; i < draft->reasons->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "; " : "", (char *)g_ptr_array_index(draft->reasons, i));
    return intern(draft->planner->program->interner, text->str, text->len);
}

static Sym title_of(const Draft *draft)
{
    Interner *interner = draft->planner->program->interner;
    uint32_t contest = 0;

    for (uint32_t m = 0; m < draft->group->n_members; m++)
        contest += draft->group->members[m].contest || draft->group->members[m].role == MEMBER_ROLE_HOLLOW;
    const char *name = text_of(draft, draft->group->name), *verdict = verdict_name(draft->group->verdict);
    return intern_printf(interner, "%s: %u %s definitions", name, MAX(contest, 2), verdict);
}

/* The most urgent priority and the first area among the files that the step touches. */
static void place_step(Draft *draft)
{
    Planner *planner = draft->planner;
    Id anchor =
        draft->step.definition != ID_NONE ? draft->step.definition : draft->group->members[0].definition;

    draft->step.priority = PRIORITY_LOW;
    for (uint32_t m = 0; m < draft->group->n_members; m++)
        if (draft->group->members[m].contest || draft->group->members[m].definition == anchor)
            draft->step.priority =
                MIN(draft->step.priority,
                    planner_priority(planner, program_definition_file(planner->program,
                                                                      draft->group->members[m].definition)));
    draft->step.area = planner_area(planner, text_of(draft, path_of(draft, anchor)));
}

static Sym step_id(const Draft *draft)
{
    return planner_id(draft->planner, "2A", &draft->group->id, 1);
}

/* The members side by side, where something differs. */
static void fill_table(Draft *draft)
{
    const Group *group = draft->group;
    GArray *columns = g_array_new(FALSE, FALSE, sizeof(Id));
    bool differs = false;

    for (uint32_t r = 0; r < group->n_rows; r++)
        differs = differs || group->rows[r].kind != DIFFERENCE_SAME;
    for (uint32_t m = 0; differs && m < group->n_members && columns->len < MAX_COLUMNS; m++)
        if (group->members[m].contest)
            g_array_append_val(columns, group->members[m].definition);
    if (columns->len > 0) {
        draft->step.merge.rows = group->rows;
        draft->step.merge.n_rows = group->n_rows;
    }
    draft->step.merge.columns = planner_keep(draft->planner, columns, &draft->step.merge.n_columns);
}

static void finish_step(Draft *draft)
{
    Planner *planner = draft->planner;
    Step *step = &draft->step;

    judge_risk(draft);
    fill_table(draft);
    step->id = step_id(draft);
    step->title = title_of(draft);
    step->risk_reason = join_reasons(draft);
    step->effort = EFFORT_STEP + EFFORT_REMOVE * draft->removed->len + EFFORT_MERGE * draft->n_merges +
                   EFFORT_IMPORT * draft->n_imports + EFFORT_STRING * draft->n_strings;
    step->actions = planner_keep(planner, draft->actions, &step->n_actions);
    step->hazards = planner_keep(planner, draft->hazards, &step->n_hazards);
    g_array_append_val(planner->steps, *step);
    g_array_free(draft->removed, TRUE);
    g_ptr_array_free(draft->reasons, TRUE);
}

static void draft_group(Planner *planner, uint32_t index)
{
    const Group *group = &planner->detection->groups[index];
    Draft draft = {.planner = planner,
                   .group = group,
                   .step = {.phase = PHASE_2A,
                            .group = index,
                            .definition = group->canonical.definition,
                            .module = ID_NONE},
                   .actions = g_array_new(FALSE, FALSE, sizeof(Action)),
                   .hazards = g_array_new(FALSE, FALSE, sizeof(Sym)),
                   .removed = g_array_new(FALSE, FALSE, sizeof(Id)),
                   .reasons = g_ptr_array_new_with_free_func(g_free)};

    if (draft.step.definition == ID_NONE) {
        draft_decide(&draft);
    } else {
        draft_keep(&draft);
        draft_merge(&draft);
        for (uint32_t m = 0; m < group->n_members; m++)
            if (planner_is_removed(&group->members[m], draft.step.definition))
                draft_remove(&draft, group->members[m].definition);
        for (uint32_t r = 0; r < draft.removed->len; r++)
            draft_imports(&draft, g_array_index(draft.removed, Id, r));
        for (uint32_t r = 0; r < draft.removed->len; r++)
            draft_chains(&draft, g_array_index(draft.removed, Id, r));
        for (uint32_t r = 0; r < draft.removed->len; r++)
            draft_strings(&draft, g_array_index(draft.removed, Id, r));
        find_cycle(&draft);
        find_hazards(&draft);
    }
    place_step(&draft);
    finish_step(&draft);
}

void plan_phase_2a(Planner *planner)
{
    const Detection *detection = planner->detection;

    for (uint32_t g = 0; g < detection->n_groups; g++) {
        const Group *group = &detection->groups[g];
        bool wanted = false;
        for (uint32_t m = 0; m < group->n_members; m++)
            wanted =
                wanted || (planner_wants(planner, group->members[m].definition) &&
                           program_definition_file(planner->program, group->members[m].definition)->selected);
        if (wanted && verdict_is_work(group->verdict) && !group->suppressed)
            draft_group(planner, g);
    }
}
