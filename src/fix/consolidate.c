/* Phase 2A: which definitions can give way.
 *
 * The plan's steps of phase 2A say what belongs together and which one stays; where the user named one
 * (--survivor), that one stays. Each other member is judged by itself: where both stand, what is
 * bound to their names, whether they say the same (identical.c) or what of the difference is in use
 * (drifted.c), what making the class does (effects.c), and what the new import would load
 * (reaching.c). Steps come in plan order, definitions before their users, so that a class whose base
 * is a copy too is seen to have the same base once that copy is settled. */
#include "fix/consolidate.h"

#include <string.h>

#include "fix/pair.h"
#include "fix/survivors.h"
#include "plan/planner.h"
#include "resolve/resolve.h"

/* Below this confidence two equal definitions may be equal by chance. */
#define THIN_CONFIDENCE 0.65

/* Found — a move with what orders it. */
typedef struct Found {
    FixMove move;
    Id file;
    uint32_t batch;
    Sym title;
} Found;

typedef struct Collector {
    Fix *stage;
    const FixState *state;
    World *world;
    Program *program;
    Pair pair;
    GArray *found; /* Found */
    Survivors *survivors;
} Collector;

bool pair_read(Pair *pair, int side, Id definition)
{
    PairText *text = &pair->text[side];
    Id file = pair->program->modules[pair->program->definitions[definition].module].file;
    size_t length = 0;

    if (file == ID_NONE)
        return false;
    if (text->bytes != NULL && text->file == file)
        return true;
    g_clear_pointer(&text->bytes, g_bytes_unref);
    text->bytes = source_read(pair->world->state->source,
                              program_text(pair->program, pair->program->files[file].path), NULL);
    if (text->bytes == NULL)
        return false;
    const char *bytes = g_bytes_get_data(text->bytes, &length);
    if (text->lexer == NULL)
        text->lexer = lexer_new();
    text->lexed = lexer_run(text->lexer, bytes != NULL ? bytes : "", length);
    text->file = file;
    return true;
}

void pair_clear(Pair *pair)
{
    for (int side = 0; side < 2; side++) {
        g_clear_pointer(&pair->text[side].bytes, g_bytes_unref);
        g_clear_pointer(&pair->text[side].lexer, lexer_free);
    }
}

const FactsDefinition *pair_tokens(const Pair *pair, int side, Id definition, uint32_t *first, uint32_t *last)
{
    const FactsDefinition *fact = program_definition_fact(pair->program, definition);

    *first = lexed_token_at(pair->text[side].lexed, fact->start);
    *last = MIN(lexed_token_at(pair->text[side].lexed, fact->end), pair->text[side].lexed->n_tokens - 1);
    return fact;
}

/* --- what can be said at once --- */

static bool is_plain_statement(const Program *program, Id definition)
{
    const FactsDefinition *fact = program_definition_fact(program, definition);

    return fact->scope == SCOPE_MODULE && fact->context == 0 &&
           (fact->syntax == SYNTAX_CLASS || fact->syntax == SYNTAX_FUNCTION);
}

static bool is_bound_once(const Program *program, Id module, Sym name, Id definition)
{
    uint32_t count;
    const Binding *bindings = program_bindings_of(program, module, name, &count);

    return count == 1 && bindings[0].target.kind == TARGET_DEFINITION &&
           bindings[0].target.id == definition && bindings[0].certainty != CERTAINTY_POSSIBLE;
}

/* Does the file bind the name by anything but this one statement? */
static bool is_bound_again(const Program *program, Id definition)
{
    const File *file = program_definition_file(program, definition);
    const FactsDefinition *fact = program_definition_fact(program, definition);

    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        bool global =
            binding->kind == BINDING_GLOBAL || file->facts.contexts[binding->context].kind < CONTEXT_CLASS;
        if (global && binding->name == fact->name && binding->start != fact->start &&
            (binding->start < fact->start || binding->start >= fact->end))
            return true;
    }
    return false;
}

static bool has_effect(const Program *program, Id module, uint32_t kind)
{
    const File *file = program_module_file(program, module);

    for (uint32_t i = 0; file != NULL && i < file->facts.n_effects; i++)
        if (file->facts.effects[i].kind == kind)
            return true;
    return false;
}

static bool is_reached_twice(const Program *program, Id module)
{
    const File *file = program_module_file(program, module);

    return file->real_path != 0 || program->modules[file->first_module].next_of_file != ID_NONE;
}

/* Code that runs before the definition, and reads a builtin of its name. */
static bool hides_builtin(const Program *program, Id definition)
{
    const File *file = program_definition_file(program, definition);
    const FactsDefinition *fact = program_definition_fact(program, definition);

    if (!resolve_is_builtin(file_text(file, fact->name)))
        return false;
    for (uint32_t i = 0; i < file->facts.n_uses; i++)
        if (file->facts.uses[i].head == fact->name && file->facts.uses[i].line < fact->line)
            return true;
    return false;
}

static char *place_objection(const Collector *collector, Id removed, Id kept)
{
    const Program *program = collector->program;
    const Definition *a = &program->definitions[removed], *b = &program->definitions[kept];

    if (a->module == b->module)
        return g_strdup("both stand in one module");
    if (!is_plain_statement(program, removed) || !is_plain_statement(program, kept))
        return g_strdup("it is no plain statement at the top of its module");
    if (program_module_file(program, a->module)->status != FILE_PARSED)
        return g_strdup("the file was not understood in full");
    if (is_reached_twice(program, a->module) || is_reached_twice(program, b->module))
        return g_strdup("the file is imported under several names");
    if (a->name != b->name)
        return g_strdup("two names may be meant: consolidate by hand or justify");
    if (is_bound_again(program, removed) || is_bound_again(program, kept) ||
        !is_bound_once(program, a->module, a->name, removed) ||
        !is_bound_once(program, b->module, b->name, kept))
        return g_strdup("its name is bound in several ways");
    if (hides_builtin(program, removed))
        return g_strdup("code above it reads the builtin of its name");
    if (has_effect(program, a->module, EFFECT_SYS_MODULES_SELF) ||
        has_effect(program, b->module, EFFECT_SYS_MODULES_SELF))
        return g_strdup("a module puts another in its place");
    if (has_effect(program, a->module, EFFECT_GLOBALS) || has_effect(program, a->module, EFFECT_EXEC))
        return g_strdup("its module computes with its own names");
    if (program->modules[a->module].flags & MODULE_STUB || program->modules[a->module].stub != ID_NONE)
        return g_strdup("a stub declares it");
    return NULL;
}

static char *string_objection(const Collector *collector, Id removed)
{
    const Definition *gone = &collector->program->definitions[removed];
    g_autofree char *path = world_path(collector->world, gone->module, gone->name);

    if (world_is_patched(collector->world, gone->module, gone->name))
        return g_strdup_printf("patch(\"%s\") would reach something else", path);
    if (world_is_overwritten(collector->world, gone->name))
        return g_strdup("an attribute of that name is set from outside");
    return NULL;
}

/* What the plan leaves to people. */
static char *step_objection(const Collector *collector, const Group *group, const Pair *pair)
{
    const Program *program = collector->program;

    if (group->crosses_boundary)
        return g_strdup(
            "the copies stand in units that are deployed apart: they need a shared package first");
    if (pair->chosen)
        return group->verdict == VERDICT_DUPLICATE || group->verdict == VERDICT_DIVERGED
                   ? NULL
                   : g_strdup_printf("%s definitions are for people to judge", verdict_name(group->verdict));
    if (group->managed_copy)
        return g_strdup("the copy is declared (\"Copied from\"): its keeper decides, or --survivor");
    if (group->verdict != VERDICT_DUPLICATE)
        return g_strdup_printf(
            "%s definitions need a decision on each difference: --survivor names the one to keep",
            verdict_name(group->verdict));
    if (program_definition_fact(program, pair->kept)->flags & DEFINITION_EMPTY ||
        group->confidence < THIN_CONFIDENCE)
        return g_strdup(
            "there is too little in it to tell a copy from a namesake: --survivor says that it is one");
    return NULL;
}

static char *pair_objection(Collector *collector, const Group *group, Id home)
{
    Pair *pair = &collector->pair;
    char *objection = step_objection(collector, group, pair);

    objection = objection != NULL ? objection : place_objection(collector, pair->removed, pair->kept);
    if (objection != NULL)
        return objection;
    if (!pair_read(pair, 0, pair->removed) || !pair_read(pair, 1, pair->kept))
        return g_strdup("the file cannot be read");
    objection = identical_objection(pair);
    objection = objection != NULL ? objection : drifted_objection(pair);
    objection = objection != NULL ? objection : string_objection(collector, pair->removed);
    objection = objection != NULL ? objection : effects_objection(pair);
    return objection != NULL ? objection : reaching_objection(pair, home);
}

/* --- the habit of the file --- */

/* 1 when the file imports from its own package by dots, as often as not; 0 for whole names. */
static uint32_t habit_level(const Program *program, Id module, Id home)
{
    const Module *m = &program->modules[module];
    uint32_t dots = 0, whole = 0;
    const char *own = program_text(program, m->name);

    (void)home;
    for (uint32_t i = 0; i < m->n_imports; i++) {
        const Import *import = &program->imports[m->first_import + i];
        const char *name = program_text(program, import->module_name);
        size_t top = strcspn(own, ".");
        if (import->kind == IMPORT_PARENT || import->kind == IMPORT_STRING || import->fact == FACTS_NONE)
            continue;
        dots += import->level > 0;
        whole += import->level == 0 && strcspn(name, ".") == top && strncmp(name, own, top) == 0;
    }
    return dots > whole || (dots > 0 && dots == whole) ? 1 : 0;
}

static const char *home_text(const Collector *collector, Id module, Id home, Sym name, const char **statement)
{
    Planner planner = {.program = collector->program};
    Home at = {.module = home, .name = name};
    uint32_t level = habit_level(collector->program, module, home);
    Sym text = planner_import_text(&planner, module, at, program_text(collector->program, name), level);

    *statement = program_text(collector->program, text);
    const char *start = *statement + strlen("from "), *end = strstr(start, " import ");
    return program_text(collector->program,
                        intern(collector->program->interner, start, (size_t)(end - start)));
}

/* --- collecting --- */

static void add_move(Collector *collector, const Step *step, uint32_t batch, Id removed, Id kept,
                     char *reason)
{
    Program *program = collector->program;
    const Definition *gone = &program->definitions[removed];
    const File *file = program_definition_file(program, removed);
    const FactsDefinition *fact = program_definition_fact(program, removed);
    Found found = {.file = program->modules[gone->module].file, .batch = batch, .title = step->title};
    FixMove *move = &found.move;

    if (!file->selected || !file_is_wanted(collector->state->options, program_text(program, file->path))) {
        g_free(reason);
        return;
    }
    *move = (FixMove){.kind = FIX_DEFINITION,
                      .step = batch,
                      .chosen = collector->pair.chosen,
                      .note = collector->pair.retold
                                  ? "its docstrings go: those of the one that stays say something else"
                                  : NULL,
                      .import = ID_NONE,
                      .module = gone->module,
                      .home = kept != ID_NONE ? program->definitions[kept].module : ID_NONE,
                      .definition = removed,
                      .survivor = kept,
                      .statement = fact->start,
                      .start = fact->start,
                      .line = gone->line,
                      .name = gone->name,
                      .bound = gone->name,
                      .reason = reason};
    move->before = program_text(program, intern_printf(program->interner, "%s %s",
                                                       fact->syntax == SYNTAX_CLASS ? "class" : "def",
                                                       program_text(program, gone->name)));
    if (kept != ID_NONE)
        move->text =
            home_text(collector, gone->module, move->home, program->definitions[kept].name, &move->after);
    g_array_append_val(collector->found, found);
}

/* The member that the user named; ID_NONE when none, or more than one. */
static Id find_survivor(const Collector *collector, const Group *group)
{
    Id found = ID_NONE;

    for (uint32_t m = 0; m < group->n_members; m++) {
        if (!group->members[m].contest ||
            !survivors_have(collector->survivors, collector->program, group->members[m].definition))
            continue;
        if (found != ID_NONE)
            return ID_NONE;
        found = group->members[m].definition;
    }
    return found;
}

static void collect_member(Collector *collector, const Step *step, uint32_t batch, const Group *group,
                           Id removed, Id kept)
{
    const Program *program = collector->program;

    collector->pair.removed = removed;
    collector->pair.kept = kept;
    collector->pair.group = group;
    collector->pair.retold = false;
    char *reason = pair_objection(collector, group, program->definitions[kept].module);
    if (reason == NULL) {
        collector->pair.becomes[removed] = kept;
        g_hash_table_add(collector->state->settled,
                         g_strdup(program_text(program, program->definitions[kept].id)));
        g_ptr_array_add(
            collector->state->replaced,
            g_strdup(program_text(program, program->modules[program->definitions[removed].module].id)));
        g_ptr_array_add(collector->state->replaced,
                        g_strdup(program_text(program, program->definitions[removed].name)));
    }
    add_move(collector, step, batch, removed, kept, reason);
}

/* One name for several classes: nothing of it can be done here, and that is said. */
static void collect_split(Collector *collector, uint32_t index)
{
    const Program *program = collector->program;
    const Step *step = &collector->state->view->plan->steps[index];

    for (uint32_t c = 0; c < step->merge.n_columns; c++) {
        g_autoptr(GString) list = g_string_new(NULL);
        for (uint32_t k = 0; k < step->merge.n_columns; k++)
            if (k != c)
                g_string_append_printf(
                    list, "%s%s", list->len > 0 ? ", " : "",
                    program_text(program, program->definitions[step->merge.columns[k]].id));
        if (program_definition_file(program, step->merge.columns[c]) == NULL)
            continue;
        add_move(collector, step, index + 1, step->merge.columns[c], ID_NONE,
                 g_strdup_printf("by another path the same name means %s: %s", list->str,
                                 program_text(program, step->by_hand)));
    }
}

/* The one that stays, and whether the user named it. */
static Id kept_of(Collector *collector, const Step *step, const Group *group)
{
    Id survivor = find_survivor(collector, group);

    collector->pair.chosen = survivor != ID_NONE;
    return survivor != ID_NONE ? survivor : step->definition;
}

static void collect_step(Collector *collector, uint32_t index)
{
    const Step *step = &collector->state->view->plan->steps[index];
    const Group *group = &collector->state->view->detection->groups[step->group];
    Id kept = kept_of(collector, step, group);

    for (uint32_t m = 0; m < group->n_members; m++) {
        const GroupMember *member = &group->members[m];
        if (!member->contest || member->definition == kept)
            continue;
        if (kept == ID_NONE)
            add_move(collector, step, index + 1, member->definition, ID_NONE,
                     g_strdup("which one stays is undecided: --survivor or a pin says so"));
        else
            collect_member(collector, step, index + 1, group, member->definition, kept);
    }
}

/* --- what is asked ahead --- */

static guint hash_answer(gconstpointer data)
{
    const PairAnswer *answer = data;
    return answer->removed * 31 + answer->kept;
}

static gboolean same_answer(gconstpointer a, gconstpointer b)
{
    const PairAnswer *x = a, *y = b;
    return x->removed == y->removed && x->kept == y->kept;
}

bool pair_answer(const Pair *pair, Id *file)
{
    PairAnswer key = {.removed = pair->removed, .kept = pair->kept};
    const PairAnswer *answer = pair->answers != NULL ? g_hash_table_lookup(pair->answers, &key) : NULL;

    if (answer != NULL)
        *file = answer->file;
    return answer != NULL;
}

/* The questions of one step; `pairs` has the pair of each. */
static void ask_step(Collector *collector, const Step *step, GArray *questions, GArray *pairs)
{
    const Group *group = &collector->state->view->detection->groups[step->group];
    Pair *pair = &collector->pair;

    pair->kept = kept_of(collector, step, group);
    pair->group = group;
    for (uint32_t m = 0; m < group->n_members && pair->chosen; m++) {
        UseQuestion question;
        pair->removed = group->members[m].definition;
        if (!group->members[m].contest || pair->removed == pair->kept)
            continue;
        g_autofree char *first = step_objection(collector, group, pair);
        g_autofree char *second =
            first == NULL ? place_objection(collector, pair->removed, pair->kept) : NULL;
        if (first != NULL || second != NULL || !drifted_question(pair, &question))
            continue;
        PairAnswer answer = {.removed = pair->removed, .kept = pair->kept};
        g_array_append_val(questions, question);
        g_array_append_val(pairs, answer);
    }
}

struct ConsolidateAsk {
    GArray *questions; /* UseQuestion */
    GArray *pairs;     /* PairAnswer, one a question */
    UseSearch *search; /* NULL when it is over */
};

static void collector_init(Collector *collector, Fix *stage, const FixState *state)
{
    Program *program = state->view->program;
    World *world = world_of(state);

    *collector = (Collector){.stage = stage, .state = state, .world = world, .program = program};
    collector->found = g_array_new(FALSE, FALSE, sizeof(Found));
    collector->pair = (Pair){.world = world, .program = program};
    collector->pair.becomes = g_new(Id, program->n_definitions + 1);
    memset(collector->pair.becomes, 0xff, sizeof(Id) * (program->n_definitions + 1));
    collector->pair.answers = g_hash_table_new_full(hash_answer, same_answer, g_free, NULL);
    collector->survivors = survivors_new(state->options->survivors);
}

static void collector_clear(Collector *collector)
{
    pair_clear(&collector->pair);
    g_hash_table_destroy(collector->pair.answers);
    survivors_free(collector->survivors);
    g_free(collector->pair.becomes);
    g_array_free(collector->found, TRUE);
}

ConsolidateAsk *consolidate_ask(const FixState *state)
{
    ConsolidateAsk *ask;
    Collector collector;

    if (state->options->survivors == NULL)
        return NULL;
    ask = g_new0(ConsolidateAsk, 1);
    ask->questions = g_array_new(FALSE, FALSE, sizeof(UseQuestion));
    ask->pairs = g_array_new(FALSE, FALSE, sizeof(PairAnswer));
    collector_init(&collector, NULL, state);
    for (uint32_t s = 0; s < state->view->plan->n_steps; s++)
        if (state->view->plan->steps[s].phase == PHASE_2A && state->view->plan->steps[s].group != ID_NONE)
            ask_step(&collector, &state->view->plan->steps[s], ask->questions, ask->pairs);
    collector_clear(&collector);
    ask->search = uses_start(state->source, state->view->program, (UseQuestion *)(void *)ask->questions->data,
                             ask->questions->len, state->options->jobs);
    return ask;
}

void consolidate_ask_free(ConsolidateAsk *ask)
{
    if (ask == NULL)
        return;
    if (ask->search != NULL)
        uses_wait(ask->search);
    for (uint32_t i = 0; i < ask->questions->len; i++)
        g_free(g_array_index(ask->questions, UseQuestion, i).names);
    g_array_free(ask->questions, TRUE);
    g_array_free(ask->pairs, TRUE);
    g_free(ask);
}

/* Whether anybody uses what would be gone: all pairs ask at once, for that needs every file. */
static void take_answers(Collector *collector, ConsolidateAsk *ask)
{
    if (ask == NULL)
        return;
    uses_wait(g_steal_pointer(&ask->search));
    for (uint32_t i = 0; i < ask->questions->len; i++) {
        PairAnswer *answer = g_new(PairAnswer, 1);
        *answer = g_array_index(ask->pairs, PairAnswer, i);
        answer->file = g_array_index(ask->questions, UseQuestion, i).file;
        g_hash_table_add(collector->pair.answers, answer);
    }
}

static int compare_found(const void *a, const void *b, void *data)
{
    const Program *program = data;
    const Found *x = a, *y = b;

    if (x->file != y->file)
        return sym_compare(program->interner, program->files[x->file].path, program->files[y->file].path);
    return x->move.start < y->move.start ? -1 : x->move.start > y->move.start;
}

/* One file may lose definitions of several steps: it is edited once, in the batch of the first. */
static void add_files(Collector *collector)
{
    const Found *found = (const Found *)(void *)collector->found->data;
    GArray *files = g_array_new(FALSE, FALSE, sizeof(FixFile));

    for (uint32_t first = 0, last; first < collector->found->len; first = last) {
        FixFile file = {.file = found[first].file,
                        .batch = found[first].batch,
                        .title = program_text(collector->program, found[first].title)};
        file.path = program_text(collector->program, collector->program->files[file.file].path);
        for (last = first; last < collector->found->len && found[last].file == file.file; last++)
            if (found[last].batch < file.batch) {
                file.batch = found[last].batch;
                file.title = program_text(collector->program, found[last].title);
            }
        file.n_moves = last - first;
        file.moves = g_new(FixMove, file.n_moves);
        for (uint32_t i = 0; i < file.n_moves; i++)
            file.moves[i] = found[first + i].move;
        g_array_append_val(files, file);
    }
    collector->stage->n_files = files->len;
    collector->stage->files = (FixFile *)(void *)g_array_free(files, FALSE);
}

static int compare_files(const void *a, const void *b)
{
    const FixFile *x = a, *y = b;

    if (x->batch != y->batch)
        return x->batch < y->batch ? -1 : 1;
    return strcmp(x->path, y->path);
}

void consolidate_pass(Fix *stage, const FixState *state)
{
    ConsolidateAsk *ask = state->ask != NULL ? state->ask : consolidate_ask(state);
    Collector collector;

    collector_init(&collector, stage, state);
    take_answers(&collector, ask);
    for (uint32_t s = 0; s < state->view->plan->n_steps; s++) {
        if (state->view->plan->steps[s].phase != PHASE_2A)
            continue;
        if (state->view->plan->steps[s].group != ID_NONE)
            collect_step(&collector, s);
        else
            collect_split(&collector, s);
    }
    g_array_sort_with_data(collector.found, compare_found, collector.program);
    add_files(&collector);
    if (stage->n_files > 1)
        qsort(stage->files, stage->n_files, sizeof *stage->files, compare_files);
    collector_clear(&collector);
    if (ask != state->ask)
        consolidate_ask_free(ask);
}
