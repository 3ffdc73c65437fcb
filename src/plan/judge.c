/* Which steps `fix` can try, and why a person has to do the others.
 *
 * `fix` proves every step on the edited program before it writes anything; what is said here is what
 * the indexed facts alone allow, so that a plan tells the truth without editing. A step of phase 2A is
 * automatic when all of its copies have one text and every free name in them leads to the same thing
 * (two classes with one text may read two different constants). Copies that drifted can be replaced
 * once someone has said which of them stays. In both cases nothing may stand in the way that an edit
 * would change in silence: a patch by path, a table registry, a decorator that may register the class,
 * an import whose failure is handled, a definition that is no statement of its own in its module. */
#include "plan/planner.h"

#include <string.h>

#include "detect/verdict.h"

/* Below this confidence two equal definitions may be equal by chance. */
#define THIN_CONFIDENCE 0.65
/* Names that a condition lists before it only counts. */
#define NAMES_SHOWN 6

/* Judging — one step of phase 2A and the definitions that it removes. */
typedef struct Judging {
    Planner *planner;
    const Group *group;
    Step *step;
    GArray *removed; /* Id */
} Judging;

static const Definition *definition_of(const Planner *planner, Id id)
{
    return &planner->program->definitions[id];
}

static const char *id_text(const Judging *judging, Id definition)
{
    return program_text(judging->planner->program, definition_of(judging->planner, definition)->id);
}

/* Identical is not enough where there is next to nothing to be identical: two empty subclasses of one
 * ORM base, say, are two registries. */
bool planner_is_thin(const Planner *planner, const Group *group, Id keep)
{
    if (keep == ID_NONE || group->verdict != VERDICT_DUPLICATE)
        return false;
    return program_definition_fact(planner->program, keep)->flags & DEFINITION_EMPTY ||
           group->confidence < THIN_CONFIDENCE;
}

/* The members that go: all that take part in the contest, and hollow namesakes, but the one that stays. */
bool planner_is_removed(const GroupMember *member, Id keep)
{
    return member->definition != keep && (member->contest || member->role == MEMBER_ROLE_HOLLOW);
}

/* Why the group as such is no matter for a program; NULL when it is. */
static const char *group_reason(const Judging *judging)
{
    const Group *group = judging->group;

    if (group->verdict == VERDICT_HOLLOW)
        return "whether anything tells the subclass from its base is for its users to say";
    if (group->verdict == VERDICT_RENAMED)
        return "two names may be meant: consolidate or justify";
    if (group->managed_copy)
        return "the copy is declared (\"Copied from\"): its keeper decides";
    if (planner_is_thin(judging->planner, group, judging->step->definition))
        return "too thin to judge: whether one is meant is for you to say";
    if (group->crosses_boundary)
        return "units that are deployed apart need a shared package first";
    if (judging->step->cycle != 0)
        return "the move closes a load cycle";
    return NULL;
}

/* Decorators that change the class and nothing else. */
static bool is_plain_decorator(const char *dotted)
{
    static const char *const plain[] = {"dataclass",
                                        "unique",
                                        "final",
                                        "runtime_checkable",
                                        "verify",
                                        "total_ordering",
                                        "override",
                                        "deprecated",
                                        "define",
                                        "frozen",
                                        "mutable",
                                        "attrs",
                                        "attr",
                                        "s",
                                        "overload",
                                        "lru_cache",
                                        "cache",
                                        "contextmanager",
                                        "asynccontextmanager",
                                        "wraps"};
    const char *dot = strrchr(dotted, '.'), *last = dot != NULL ? dot + 1 : dotted;

    for (uint32_t i = 0; i < G_N_ELEMENTS(plain); i++)
        if (strcmp(last, plain[i]) == 0)
            return true;
    return false;
}

static const char *foreign_decorator(const File *file, const FactsDefinition *fact)
{
    for (uint32_t i = 0; i < fact->decorators.count; i++) {
        const FactsExpression *expression = &file->facts.expressions[fact->decorators.first + i];
        if (!is_plain_decorator(file_text(file, expression->dotted)))
            return file_text(file, expression->text);
    }
    return NULL;
}

/* Why one definition cannot be taken out, or be relied on, by a program; NULL when it can. */
static char *definition_reason(const Judging *judging, Id definition)
{
    const Program *program = judging->planner->program;
    const File *file = program_definition_file(program, definition);
    const FactsDefinition *fact = program_definition_fact(program, definition);
    const char *id = id_text(judging, definition);

    if (file->status == FILE_DEGRADED)
        return g_strdup_printf("%s stands in a file with errors", id);
    if (fact->scope != SCOPE_MODULE)
        return g_strdup_printf("%s is nested in a %s", id, fact->scope == SCOPE_CLASS ? "class" : "function");
    if (fact->context != 0)
        return g_strdup_printf("%s stands under an if, try or with", id);
    if (fact->syntax != SYNTAX_CLASS && fact->syntax != SYNTAX_FUNCTION)
        return g_strdup_printf("%s is made by a call, not by a class statement", id);
    if (definition_of(judging->planner, definition)->ordinal > 1)
        return g_strdup_printf("%s is the second of its name in its module", id);
    return NULL;
}

static bool registers_a_table(const Planner *planner, Id definition)
{
    const File *file = program_definition_file(planner->program, definition);
    const FactsDefinition *fact = program_definition_fact(planner->program, definition);

    if (definition_of(planner, definition)->kind == KIND_DJANGO_MODEL)
        return true;
    for (uint32_t i = 0; i < fact->members.count; i++)
        if (strcmp(file_text(file, file->facts.members[fact->members.first + i].name), "__tablename__") == 0)
            return true;
    return false;
}

static uint32_t count_patches(const Planner *planner, Id definition)
{
    const Definition *gone = definition_of(planner, definition);
    const GArray *places = planner_strings(planner, gone->module, gone->qualname);
    uint32_t patches = 0;

    for (uint32_t i = 0; places != NULL && i < places->len; i++) {
        const Place *place = &g_array_index(places, Place, i);
        const Facts *facts = &planner->program->files[place->file].facts;
        patches += facts->references[place->reference].kind == REFERENCE_PATCH;
    }
    return patches;
}

/* The first import of it that stands in a try, or NULL. */
static const Import *guarded_import(const Planner *planner, Id definition)
{
    for (uint32_t i = planner->imports_first[definition]; i < planner->imports_first[definition + 1]; i++) {
        const Import *import = &planner->program->imports[planner->imports_of[i]];
        if (import->guarded && import->kind != IMPORT_STRING)
            return import;
    }
    return NULL;
}

/* What stands in the way of removing one definition; NULL when nothing does. */
static char *removal_reason(const Judging *judging, Id removed)
{
    Planner *planner = judging->planner;
    const Program *program = planner->program;
    const Definition *gone = definition_of(planner, removed);
    const char *decorator = foreign_decorator(program_definition_file(program, removed),
                                              program_definition_fact(program, removed));
    char *reason = definition_reason(judging, removed);

    if (reason != NULL)
        return reason;
    if (gone->module == definition_of(planner, judging->step->definition)->module)
        return g_strdup_printf("%s stands in the same module as the definition that stays",
                               id_text(judging, removed));
    if (registers_a_table(planner, removed))
        return g_strdup_printf("%s registers a table: metadata and migrations have to follow",
                               id_text(judging, removed));
    if (decorator != NULL)
        return g_strdup_printf("the decorator @%s may register %s", decorator, id_text(judging, removed));
    uint32_t patches = count_patches(planner, removed);
    if (patches > 0)
        return g_strdup_printf("%u patch string%s name%s %s: what they reach would change", patches,
                               patches == 1 ? "" : "s", patches == 1 ? "s" : "", id_text(judging, removed));
    const Import *guarded = guarded_import(planner, removed);
    if (guarded != NULL)
        return g_strdup_printf("%s:%u imports it in a try: the fallback is for you to check",
                               program_module_path(program, guarded->module), guarded->line);
    return NULL;
}

/* --- identical, or drifted how --- */

static bool is_identical(const Judging *judging, Id removed)
{
    Program *program = judging->planner->program;
    Id keep = judging->step->definition;
    uint64_t text = program_definition_fact(program, keep)->text_hash;
    Sym names[1];

    return text != 0 && text == program_definition_fact(program, removed)->text_hash &&
           definition_of(judging->planner, removed)->name == definition_of(judging->planner, keep)->name &&
           verdict_free_names(program, keep, removed, names, 1) == 0;
}

static bool is_special(const char *member)
{
    return member[0] == '<';
}

/* The column of a definition in the group's rows: its place among the contest members. */
static uint32_t column_of(const Group *group, Id definition)
{
    for (uint32_t m = 0, column = 0; m < group->n_members; m++) {
        if (!group->members[m].contest)
            continue;
        if (group->members[m].definition == definition)
            return column;
        column++;
    }
    return UINT32_MAX;
}

static void append_name(GString *list, uint32_t *count, const char *name)
{
    if ((*count)++ < NAMES_SHOWN)
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", name);
}

static void end_list(GString *list, uint32_t count)
{
    if (count > NAMES_SHOWN)
        g_string_append_printf(list, " and %u more", count - NAMES_SHOWN);
}

/* Why not even a named survivor makes drifted copies one; NULL when it does, and then what that choice
 * decides. */
static char *drift_reason(const Judging *judging, Sym *condition)
{
    const Program *program = judging->planner->program;
    const Group *group = judging->group;
    uint32_t keep = column_of(group, judging->step->definition), n_lost = 0, n_changed = 0;
    g_autoptr(GString) lost = g_string_new(NULL), changed = g_string_new(NULL);

    if (keep == UINT32_MAX)
        return g_strdup("the definition that stays takes no part in the comparison");
    for (uint32_t r = 0; r < group->n_rows; r++) {
        const DifferenceRow *row = &group->rows[r];
        const char *member = program_text(program, row->member);
        if (row->kind == DIFFERENCE_SAME)
            continue;
        if (strcmp(member, "<bases>") == 0 || strcmp(member, "<free names>") == 0)
            return g_strdup_printf("their %s differ",
                                   strcmp(member, "<bases>") == 0 ? "base classes" : "free names");
        if (row->texts[keep] == 0 && !is_special(member))
            append_name(lost, &n_lost, member);
        else if (!is_special(member))
            append_name(changed, &n_changed, member);
    }
    if (definition_of(judging->planner, judging->step->definition)->kind == KIND_ENUM)
        return g_strdup("the values of an enum differ: what was stored or sent needs a decision");
    end_list(lost, n_lost);
    end_list(changed, n_changed);
    *condition = intern_printf(program->interner, "%s%s%s%s%s",
                               n_lost > 0 ? "goes with the copies, so nobody may use it: " : "", lost->str,
                               n_lost > 0 && n_changed > 0 ? "; " : "",
                               n_changed > 0 ? "becomes the survivor's: "
                               : n_lost > 0  ? ""
                                             : "only spelling differs",
                               changed->str);
    return NULL;
}

static char *judge_copies(const Judging *judging)
{
    char *reason = definition_reason(judging, judging->step->definition);
    bool identical = true;

    for (uint32_t r = 0; reason == NULL && r < judging->removed->len; r++) {
        Id removed = g_array_index(judging->removed, Id, r);
        reason = removal_reason(judging, removed);
        identical = identical && is_identical(judging, removed);
    }
    if (reason != NULL || identical)
        return reason;
    judging->step->how = STEP_SURVIVOR;
    return drift_reason(judging, &judging->step->condition);
}

static void judge_group(Planner *planner, Step *step)
{
    const Group *group = &planner->detection->groups[step->group];
    Judging judging = {.planner = planner, .group = group, .step = step};

    if (step->definition == ID_NONE) {
        step->by_hand = group->canonical.reason != 0
                            ? group->canonical.reason
                            : intern_cstr(planner->program->interner, "no candidate may stay as it is");
        return;
    }
    judging.removed = g_array_new(FALSE, FALSE, sizeof(Id));
    for (uint32_t m = 0; m < group->n_members; m++)
        if (planner_is_removed(&group->members[m], step->definition))
            g_array_append_val(judging.removed, group->members[m].definition);
    const char *fixed = group_reason(&judging);
    g_autofree char *reason = fixed != NULL ? g_strdup(fixed) : judge_copies(&judging);
    if (reason != NULL)
        step->by_hand = intern_cstr(planner->program->interner, reason);
    g_array_free(judging.removed, TRUE);
}

/* --- phases 2B and 2C --- */

static void judge_batch(Planner *planner, Step *step)
{
    if (step->cycle != 0)
        step->by_hand = intern_cstr(planner->program->interner, "an import would close a load cycle");
}

/* `fix` deletes whole shims and nothing else of phase 2C. */
static void judge_removal(Planner *planner, Step *step)
{
    Interner *interner = planner->program->interner;
    const GArray *places = planner_strings(planner, step->module, 0);

    if (step->n_actions != 1 || step->actions[0].kind != ACTION_DELETE_SHIM)
        step->by_hand = intern_cstr(interner, "a name that is passed on may be used from outside this tree");
    else if (places != NULL)
        step->by_hand = intern_printf(interner, "%u string%s name%s the module", places->len,
                                      places->len == 1 ? "" : "s", places->len == 1 ? "s" : "");
}

void plan_judge(Planner *planner)
{
    for (uint32_t i = 0; i < planner->steps->len; i++) {
        Step *step = &g_array_index(planner->steps, Step, i);
        step->how = STEP_AUTOMATIC;
        if (step->by_hand == 0 && step->phase == PHASE_2A && step->group != ID_NONE)
            judge_group(planner, step);
        else if (step->by_hand == 0 && step->phase == PHASE_2B)
            judge_batch(planner, step);
        else if (step->by_hand == 0 && step->phase == PHASE_2C)
            judge_removal(planner, step);
        if (step->by_hand != 0) {
            step->how = STEP_BY_HAND;
            step->condition = 0;
        }
    }
}
