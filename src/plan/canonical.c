/* Which definition of a group stays.
 *
 * A pin in the configuration is absolute. All else is a weighted mean of named signals, each scaled
 * to 0 … 1 over the group's candidates, so that the score can be shown and argued with. The weights
 * come from what real consolidations did: in 26 of them, read from one project's history, the
 * survivor was the largest definition in 23, the most imported in 20 (22 with ties), and stood in a
 * path named schemas, types, core or shared in 15. Declared homes outrank all of these because the
 * authors say so themselves. Where the two best differ by less than CANONICAL_MARGIN the choice is
 * the user's: a coin toss between equals would be wrong half of the time and look sure. */
#include <math.h>
#include <string.h>

#include "detect/pin.h"
#include "plan/plan.h"
#include "resolve/resolve.h"

#define CANONICAL_MARGIN 0.015

enum {
    SIGNAL_DECLARED_HOME,
    SIGNAL_SUPERSET,
    SIGNAL_IMPORTED,
    SIGNAL_RANK,
    SIGNAL_PUBLIC_EXPORT,
    SIGNAL_PRODUCTION,
    SIGNAL_NOT_DEPRECATED,
    SIGNAL_NOT_PRIVATE,
    SIGNAL_HOME_PATH,
    SIGNAL_NO_CYCLE,
    SIGNAL_COUNT,
};

static const struct {
    const char *name;
    double weight;
} signal_table[SIGNAL_COUNT] = {
    [SIGNAL_DECLARED_HOME] = {"declared home (__module__)", 6.0},
    [SIGNAL_SUPERSET] = {"superset of members", 3.0},
    [SIGNAL_IMPORTED] = {"most imported", 3.0},
    [SIGNAL_RANK] = {"module rank (PageRank)", 1.0},
    [SIGNAL_PUBLIC_EXPORT] = {"exported by its package", 1.5},
    [SIGNAL_PRODUCTION] = {"production code", 5.0},
    [SIGNAL_NOT_DEPRECATED] = {"not deprecated or legacy", 3.0},
    [SIGNAL_NOT_PRIVATE] = {"public path", 1.0},
    [SIGNAL_HOME_PATH] = {"home made for it (types, core, shared …)", 1.5},
    [SIGNAL_NO_CYCLE] = {"closes no load cycle", 1.5},
};

/* Candidate — one member that may stay, with its signals. */
typedef struct Candidate {
    Id definition;
    double values[SIGNAL_COUNT];
    double score;
} Candidate;

/* Chooser — the indexes that all groups share. */
typedef struct Chooser {
    Program *program;
    const DependencyGraph *graph;
    Detection *detection;
    Config *config;
    double *imported; /* by definition: import statements that lead to it, tests at a quarter */
    bool *exported;   /* by definition: an enclosing package exports it in __all__ or binds it */
    bool *declared;   /* by definition: X.__module__ names a package around it */
    GArray *pins;     /* PinnedPath */
} Chooser;

static bool part_is_one_of(const char *part, size_t length, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(*words) == length && g_ascii_strncasecmp(*words, part, length) == 0)
            return true;
    return false;
}

/* Calls for every part of a dotted name, split at '.' and, inside a part, at '_'. */
static bool any_word(const char *dotted, const char *const *words)
{
    for (const char *start = dotted, *end = dotted;; end++) {
        if (*end != '.' && *end != '_' && *end != ':' && *end != '\0')
            continue;
        if (part_is_one_of(start, (size_t)(end - start), words))
            return true;
        if (*end == '\0')
            return false;
        start = end + 1;
    }
}

/* `LegacyUser`, `OldUser`, `UserV1`, `UserDeprecated`: a word of the name itself. */
static bool is_legacy_name(const char *name)
{
    static const char *const fronts[] = {"Legacy", "Old", "Deprecated", "Obsolete", "Compat"};
    static const char *const backs[] = {"Legacy", "Old", "Deprecated", "Compat", "V0", "V1"};

    for (size_t i = 0; i < G_N_ELEMENTS(fronts); i++)
        if (g_str_has_prefix(name, fronts[i]) && g_ascii_isupper(name[strlen(fronts[i])]))
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(backs); i++)
        if (g_str_has_suffix(name, backs[i]) && strlen(name) > strlen(backs[i]))
            return true;
    return false;
}

static bool file_is_deprecated(const File *file)
{
    for (uint32_t i = 0; i < file->facts.n_markers; i++)
        if (file->facts.markers[i].kind == MARKER_DEPRECATED)
            return true;
    return false;
}

static bool looks_deprecated(const Chooser *chooser, const Definition *definition)
{
    static const char *const words[] = {"legacy",  "compat", "old",  "deprecated", "backup",
                                        "bak",     "v0",     "v1",   "obsolete",   "archived",
                                        "archive", "shim",   "temp", NULL};
    const FactsDefinition *fact =
        program_definition_fact(chooser->program, (Id)(definition - chooser->program->definitions));

    const File *file =
        program_definition_file(chooser->program, (Id)(definition - chooser->program->definitions));

    return fact->flags & DEFINITION_DEPRECATED || file_is_deprecated(file) ||
           is_legacy_name(program_text(chooser->program, definition->name)) ||
           any_word(program_text(chooser->program, definition->id), words);
}

static bool in_home_path(const Chooser *chooser, const Definition *definition)
{
    static const char *const words[] = {"types",     "schemas", "schema",     "core",      "shared",
                                        "protocols", "models",  "interfaces", "interface", "base",
                                        "common",    "domain",  "enums",      NULL};

    return any_word(program_text(chooser->program, chooser->program->modules[definition->module].name),
                    words);
}

static bool is_private_path(const Chooser *chooser, const Definition *definition)
{
    const char *id = program_text(chooser->program, definition->id);

    for (const char *part = id; part != NULL;
         part = strpbrk(part, ".:"), part = part != NULL ? part + 1 : NULL)
        if (part[0] == '_' && part[1] != '_')
            return true;
    return false;
}

/* Members that stand in the body; the size of what would be lost. */
static double member_count(const Chooser *chooser, Id definition)
{
    const FactsDefinition *fact = program_definition_fact(chooser->program, definition);

    return fact->members.count + fact->tokens / 1000.0;
}

static void count_imports(Chooser *chooser)
{
    const Program *program = chooser->program;

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->target.kind != TARGET_DEFINITION || import->name == 0)
            continue;
        const File *file = program_module_file(program, import->module);
        chooser->imported[import->target.id] += file != NULL && file->role == ROLE_PRODUCTION ? 1.0 : 0.25;
    }
}

static bool is_package_above(const Program *program, Id package, Id module)
{
    for (module = program->modules[module].parent; module != ID_NONE;
         module = program->modules[module].parent)
        if (module == package)
            return true;
    return false;
}

static void find_exports(Chooser *chooser)
{
    const Program *program = chooser->program;

    for (uint32_t i = 0; i < program->n_bindings; i++) {
        const Binding *binding = &program->bindings[i];
        if (binding->target.kind != TARGET_DEFINITION || binding->rank != 0)
            continue;
        const Definition *definition = &program->definitions[binding->target.id];
        if (binding->name == definition->name &&
            is_package_above(program, binding->module, definition->module))
            chooser->exported[binding->target.id] = true;
    }
}

/* `X.__module__ = "pkg"`, in the module that defines X or in the package that re-exports it. */
static void find_declared_homes(Chooser *chooser)
{
    Program *program = chooser->program;

    for (Id module = 0; module < program->n_modules; module++) {
        const File *file = program_module_file(program, module);
        for (uint32_t i = 0; file != NULL && i < file->facts.n_effects; i++) {
            const FactsEffect *effect = &file->facts.effects[i];
            if (effect->kind != EFFECT_SET_MODULE)
                continue;
            Target target = resolve_dotted(program, module, file_text(file, effect->a));
            if (target.kind != TARGET_DEFINITION)
                continue;
            Id home = program_find_module(program, file_text(file, effect->b));
            Id own = program->definitions[target.id].module;
            if (home != ID_NONE && (home == own || is_package_above(program, home, own)))
                chooser->declared[target.id] = true;
        }
    }
}

/* Would the other candidates' modules, importing this one, close a cycle? */
static bool closes_cycle(const Chooser *chooser, const GArray *candidates, uint32_t self)
{
    Id home = chooser->program->definitions[g_array_index(candidates, Candidate, self).definition].module;

    for (uint32_t i = 0; i < candidates->len; i++) {
        Id other = chooser->program->definitions[g_array_index(candidates, Candidate, i).definition].module;
        if (i != self && other != home &&
            dependency_graph_would_cycle(chooser->graph, other, home, NULL, NULL))
            return true;
    }
    return false;
}

static double most(const GArray *candidates, int signal)
{
    double best = 0;

    for (uint32_t i = 0; i < candidates->len; i++)
        best = MAX(best, g_array_index(candidates, Candidate, i).values[signal]);
    return best;
}

static void score_candidates(const Chooser *chooser, GArray *candidates)
{
    for (uint32_t i = 0; i < candidates->len; i++) {
        Candidate *candidate = &g_array_index(candidates, Candidate, i);
        const Definition *definition = &chooser->program->definitions[candidate->definition];
        const File *file = program_definition_file(chooser->program, candidate->definition);
        double *values = candidate->values;
        values[SIGNAL_DECLARED_HOME] = chooser->declared[candidate->definition];
        values[SIGNAL_SUPERSET] = member_count(chooser, candidate->definition);
        values[SIGNAL_IMPORTED] = log1p(chooser->imported[candidate->definition]);
        values[SIGNAL_RANK] = chooser->graph->rank[definition->module];
        values[SIGNAL_PUBLIC_EXPORT] = chooser->exported[candidate->definition];
        values[SIGNAL_PRODUCTION] = file->role == ROLE_PRODUCTION;
        values[SIGNAL_NOT_DEPRECATED] = !looks_deprecated(chooser, definition);
        values[SIGNAL_NOT_PRIVATE] = !is_private_path(chooser, definition);
        values[SIGNAL_HOME_PATH] = in_home_path(chooser, definition);
        /* a group of many candidates is a family of copies: asking every pair would be quadratic */
        values[SIGNAL_NO_CYCLE] = candidates->len > 12 || !closes_cycle(chooser, candidates, i);
    }
    static const int scaled[] = {SIGNAL_SUPERSET, SIGNAL_IMPORTED, SIGNAL_RANK};
    for (uint32_t s = 0; s < G_N_ELEMENTS(scaled); s++) {
        double best = most(candidates, scaled[s]);
        for (uint32_t i = 0; i < candidates->len; i++) {
            double *value = &g_array_index(candidates, Candidate, i).values[scaled[s]];
            *value = best > 0 ? *value / best : 0;
        }
    }
    for (uint32_t i = 0; i < candidates->len; i++) {
        Candidate *candidate = &g_array_index(candidates, Candidate, i);
        double total = 0;
        for (int s = 0; s < SIGNAL_COUNT; s++) {
            candidate->score += signal_table[s].weight * candidate->values[s];
            total += signal_table[s].weight;
        }
        candidate->score /= total;
    }
}

static bool pin_names(const Chooser *chooser, const ConfigPin *pin, const Definition *definition)
{
    return config_glob(pin->name, program_text(chooser->program, definition->name)) ||
           config_glob(pin->name, program_text(chooser->program, definition->id));
}

/* The candidate that a pin of the configuration names; candidates->len when none does. */
static uint32_t pinned_candidate(const Chooser *chooser, const GArray *candidates)
{
    for (uint32_t p = 0; p < chooser->config->pins->len; p++) {
        ConfigPin *pin = g_ptr_array_index(chooser->config->pins, p);
        for (uint32_t i = 0; i < candidates->len; i++) {
            const Definition *definition =
                &chooser->program->definitions[g_array_index(candidates, Candidate, i).definition];
            if (!pin_names(chooser, pin, definition))
                continue;
            const PinnedPath *path =
                pins_find(chooser->pins, g_array_index(candidates, Candidate, i).definition);
            if (path != NULL || strcmp(pin->target, program_text(chooser->program, definition->id)) == 0 ||
                strcmp(pin->target, program_text(chooser->program,
                                                 chooser->program->modules[definition->module].name)) == 0) {
                pin->used = true;
                return i;
            }
        }
    }
    return candidates->len;
}

/* Best first; equal scores by id, so that the order is the same everywhere. */
static int compare_candidates(const void *a, const void *b, void *data)
{
    const Program *program = data;
    const Candidate *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return sym_compare(program->interner, program->definitions[x->definition].id,
                       program->definitions[y->definition].id);
}

static double lead_of(const Candidate *winner, const Candidate *other, int signal)
{
    return signal_table[signal].weight *
           (winner->values[signal] - (other != NULL ? other->values[signal] : 0));
}

/* The up to three signals by which the winner leads most. */
static Sym reason_text(Program *program, const Candidate *winner, const Candidate *runner_up)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bool used[SIGNAL_COUNT] = {false};

    for (int round = 0; round < 3; round++) {
        int best = -1;
        for (int s = 0; s < SIGNAL_COUNT; s++)
            if (!used[s] && lead_of(winner, runner_up, s) > 0.05 &&
                (best < 0 || lead_of(winner, runner_up, s) > lead_of(winner, runner_up, best)))
                best = s;
        if (best < 0)
            break;
        used[best] = true;
        g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", signal_table[best].name);
    }
    if (text->len == 0)
        g_string_append(text, "the only candidate");
    return intern(program->interner, text->str, text->len);
}

/* First the contest; a group without one (a hollow subclass and its base) is asked for its production
 * members, and only when there is none for whatever is there. */
typedef enum Round { ROUND_CONTEST, ROUND_PRODUCTION, ROUND_ANY, ROUND_COUNT } Round;

static bool may_stay(const Program *program, const GroupMember *member, Round round)
{
    const File *file = program_definition_file(program, member->definition);
    const FactsDefinition *fact = program_definition_fact(program, member->definition);

    if (member->role == MEMBER_ROLE_HOLLOW || member->role == MEMBER_ROLE_STUB)
        return false;
    if (round == ROUND_CONTEST)
        return member->contest && fact->scope != SCOPE_FUNCTION;
    if (round == ROUND_PRODUCTION)
        return file->role == ROLE_PRODUCTION && fact->scope != SCOPE_FUNCTION &&
               member->role != MEMBER_ROLE_TEST_DOUBLE && member->role != MEMBER_ROLE_FALLBACK &&
               member->role != MEMBER_ROLE_CONDITIONAL;
    return true;
}

static GArray *collect_candidates(const Program *program, const Group *group)
{
    GArray *candidates = g_array_new(FALSE, TRUE, sizeof(Candidate));

    for (Round round = ROUND_CONTEST; round < ROUND_COUNT && candidates->len == 0; round++)
        for (uint32_t m = 0; m < group->n_members; m++)
            if (may_stay(program, &group->members[m], round)) {
                Candidate candidate = {.definition = group->members[m].definition};
                g_array_append_val(candidates, candidate);
            }
    return candidates;
}

static void record_choice(const Chooser *chooser, Group *group, const GArray *candidates, bool pinned)
{
    Program *program = chooser->program;
    Canonical *choice = &group->canonical;
    const Candidate *winner = &g_array_index(candidates, Candidate, 0);
    const Candidate *second = candidates->len > 1 ? &g_array_index(candidates, Candidate, 1) : NULL;

    choice->score = winner->score;
    choice->runner_up = second != NULL ? second->definition : ID_NONE;
    choice->runner_up_score = second != NULL ? second->score : 0;
    choice->pinned = pinned;
    choice->signals = arena_array(&chooser->detection->arena, Signal, SIGNAL_COUNT);
    choice->n_signals = SIGNAL_COUNT;
    for (int s = 0; s < SIGNAL_COUNT; s++)
        choice->signals[s] = (Signal){signal_table[s].name, signal_table[s].weight, winner->values[s]};
    if (!pinned && second != NULL && winner->score - second->score < CANONICAL_MARGIN) {
        choice->definition = ID_NONE;
        choice->runner_up = winner->definition;
        choice->reason =
            intern_printf(program->interner, "undecided: %s and %s score alike; pin one in the configuration",
                          program_text(program, program->definitions[winner->definition].id),
                          program_text(program, program->definitions[second->definition].id));
        return;
    }
    choice->definition = winner->definition;
    choice->reason = pinned ? intern_cstr(program->interner, "pinned in the configuration")
                            : reason_text(program, winner, second);
}

/* Members were compared with the first one; what people ask is how far each is from the one that stays. */
static void measure_from_winner(Program *program, Group *group)
{
    uint32_t winner = 0;

    while (winner < group->n_paired && group->members[winner].definition != group->canonical.definition)
        winner++;
    if (group->pairs == NULL || winner == group->n_paired)
        return;
    for (uint32_t i = 0; i < group->n_paired; i++) {
        GroupMember *member = &group->members[i];
        member->similarity = group->pairs[winner * group->n_paired + i];
        if (i == winner)
            member->note = 0;
        else if (member->similarity >= 1.0)
            member->note = intern_cstr(program->interner, "same contents as the one that stays");
        else
            member->note = intern_printf(program->interner, "%.0f %% like the one that stays",
                                         member->similarity * 100.0);
    }
}

static void choose_in_group(const Chooser *chooser, Group *group)
{
    group->canonical = (Canonical){.definition = ID_NONE, .runner_up = ID_NONE};
    if (!verdict_is_work(group->verdict))
        return;
    GArray *candidates = collect_candidates(chooser->program, group);
    if (candidates->len > 0) {
        score_candidates(chooser, candidates);
        uint32_t pinned = pinned_candidate(chooser, candidates);
        bool is_pinned = pinned < candidates->len;
        if (is_pinned)
            g_array_index(candidates, Candidate, pinned).score += 1000;
        g_array_sort_with_data(candidates, compare_candidates, chooser->program);
        if (is_pinned)
            g_array_index(candidates, Candidate, 0).score -= 1000;
        record_choice(chooser, group, candidates, is_pinned);
        measure_from_winner(chooser->program, group);
    }
    g_array_free(candidates, TRUE);
}

void canonical_choose(Program *program, const DependencyGraph *graph, Detection *detection, Config *config)
{
    Chooser chooser = {.program = program, .graph = graph, .detection = detection, .config = config};

    chooser.imported = g_new0(double, program->n_definitions + 1);
    chooser.exported = g_new0(bool, program->n_definitions + 1);
    chooser.declared = g_new0(bool, program->n_definitions + 1);
    count_imports(&chooser);
    find_exports(&chooser);
    find_declared_homes(&chooser);
    chooser.pins = pins_resolve(program, config);
    for (uint32_t i = 0; i < detection->n_groups; i++)
        choose_in_group(&chooser, &detection->groups[i]);
    g_array_free(chooser.pins, TRUE);
    g_free(chooser.imported);
    g_free(chooser.exported);
    g_free(chooser.declared);
}
