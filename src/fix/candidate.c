/* What a broken import can have meant.
 *
 * By name: every definition, alias, value or module of that name that an import can reach. One thing
 * counts once, however many paths lead to it; its path is the pinned one, else the canonical one of
 * phase 2B, or under another name than its own the one that most imports take. By use: what a candidate
 * cannot do (usage.h) rules it out, and leaves no other by that alone. By history: git says which file took
 * the name over, or which name took its place.
 *
 * The pinned one is chosen, whatever else there is. Else one that fits and no other; of several the
 * one that history names. A plain value is a weak match (`settings`, `logger` …), and so is what
 * lies far from the module that was asked (distance.h): a class that was renamed leaves its name to a distant
 * namesake, which nothing contradicts. A use must tell then, the module's name, or history.
 * Cost: linear in the bindings, plus what broken imports and namesakes there are. */
#include <string.h>

#include "fix/distance.h"
#include "fix/homes.h"
#include "fix/repair.h"
#include "fix/text.h"

enum { MAX_CANDIDATES = 64, MAX_SHOWN = 4, MAX_ASKED = 256 };

/* Finder — indexes for one run. */
typedef struct Finder {
    const FixView *view;
    const Program *program;
    GHashTable *wanted; /* Sym of a name → GArray of Candidate */
    GHashTable *taken;  /* key of module and wanted name → how many imports take that path */
    GHashTable *asked;  /* Sym of a module that broken imports ask → GArray of Sym: the names, distinct */
    Homes homes;
    Stems *stems;
} Finder;

static bool is_importable(const Program *program, Id module)
{
    uint32_t barred = MODULE_SCRIPT | MODULE_SHADOWED | MODULE_UNIMPORTABLE | MODULE_EXTENSION | MODULE_STUB;

    return (program->modules[module].flags & barred) == 0;
}

static const char *last_part(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');

    return dot != NULL ? dot + 1 : dotted;
}

/* --- collecting --- */

/* A name for something of another name is a path of its own where it is offered to others: by an
 * alias, a package, or `__all__`. */
static bool is_offered(const Program *program, const Binding *binding)
{
    const Module *module = &program->modules[binding->module];

    if (binding->how != HOW_IMPORT && binding->how != HOW_STAR)
        return true;
    if (module->flags & MODULE_PACKAGE)
        return true;
    for (uint32_t i = 0; i < module->n_exports; i++)
        if (program->exports[module->first_export + i].name == binding->name)
            return true;
    return false;
}

static gint64 path_key(Id module, Sym name)
{
    return (gint64)((uint64_t)module << 32 | name);
}

static uint32_t taken(const Finder *finder, const Candidate *candidate)
{
    gint64 key = path_key(candidate->module, candidate->name);

    return GPOINTER_TO_UINT(g_hash_table_lookup(finder->taken, &key));
}

static void count_taken(const Finder *finder)
{
    const Program *program = finder->program;

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->status != IMPORT_OK || import->target_module == ID_NONE || import->name == 0 ||
            !g_hash_table_contains(finder->wanted, GUINT_TO_POINTER(import->name)))
            continue;
        gint64 key = path_key(import->target_module, import->name);
        uint32_t count = GPOINTER_TO_UINT(g_hash_table_lookup(finder->taken, &key));
        g_hash_table_insert(finder->taken, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(count + 1));
    }
}

static void add_candidate(const Finder *finder, GArray *list, Candidate candidate)
{
    for (uint32_t i = 0; i < list->len; i++) {
        Candidate *known = &g_array_index(list, Candidate, i);
        if (!target_equal(known->target, candidate.target))
            continue;
        if (taken(finder, &candidate) > taken(finder, known)) /* equal counts: the first by name */
            *known = candidate;
        return;
    }
    if (list->len < MAX_CANDIDATES)
        g_array_append_val(list, candidate);
}

static void add_binding(const Finder *finder, const Binding *binding)
{
    const Program *program = finder->program;
    GArray *list = g_hash_table_lookup(finder->wanted, GUINT_TO_POINTER(binding->name));
    Candidate candidate = {.target = binding->target, .module = binding->module, .name = binding->name};

    if (list == NULL || binding->rank != 0 || binding->certainty == CERTAINTY_POSSIBLE)
        return;
    if (binding->target.kind == TARGET_DEFINITION) {
        const Definition *definition = &program->definitions[binding->target.id];
        if (program_definition_fact(program, binding->target.id)->scope != SCOPE_MODULE)
            return;
        if (definition->name != binding->name && !is_offered(program, binding))
            return;
        if (definition->name == binding->name) {
            candidate.module = definition->module;
            if (!is_importable(program, candidate.module))
                return;
        }
    } else if (binding->target.kind == TARGET_VALUE) {
        if (binding->target.id != binding->module || !is_importable(program, binding->target.id))
            return;
    } else {
        return;
    }
    add_candidate(finder, list, candidate);
}

static void add_module(const Finder *finder, Id id)
{
    const Program *program = finder->program;
    const Module *module = &program->modules[id];
    const char *name = last_part(program_text(program, module->name));
    Sym sym = intern_find(program->interner, name, strlen(name));
    GArray *list = sym == 0 ? NULL : g_hash_table_lookup(finder->wanted, GUINT_TO_POINTER(sym));
    Candidate candidate = {
        .target = {.kind = TARGET_MODULE, .id = id}, .module = module->parent, .name = sym};

    if (list != NULL && module->file != ID_NONE && is_importable(program, id))
        add_candidate(finder, list, candidate);
}

static void free_list(void *array)
{
    g_array_free(array, TRUE);
}

static Sym wanted_name(const Program *program, const Import *import)
{
    const char *part = last_part(program_text(program, import->module_name));

    return import->name != 0 ? import->name : intern_find(program->interner, part, strlen(part));
}

static void collect(Finder *finder, const Broken *broken, uint32_t n_broken)
{
    const Program *program = finder->program;

    for (uint32_t i = 0; i < n_broken; i++) {
        Sym name = wanted_name(program, &program->imports[broken[i].import]);
        if (name != 0 && !g_hash_table_contains(finder->wanted, GUINT_TO_POINTER(name)))
            g_hash_table_insert(finder->wanted, GUINT_TO_POINTER(name),
                                g_array_new(FALSE, FALSE, sizeof(Candidate)));
    }
    count_taken(finder);
    for (Id m = 0; m < program->n_modules; m++) {
        if (!is_importable(program, m))
            continue;
        const Module *module = &program->modules[m];
        for (uint32_t b = 0; b < module->n_bindings; b++)
            add_binding(finder, &program->bindings[module->first_binding + b]);
        add_module(finder, m);
    }
}

/* --- what is asked of one module --- */

static void ask(GHashTable *asked, const Import *import)
{
    GArray *names = g_hash_table_lookup(asked, GUINT_TO_POINTER(import->module_name));

    if (names == NULL || import->name == 0)
        return;
    for (uint32_t i = 0; i < names->len; i++)
        if (g_array_index(names, Sym, i) == import->name)
            return;
    if (names->len < MAX_ASKED)
        g_array_append_val(names, import->name);
}

/* The names that anyone asks of the modules, whichever files are to be repaired. */
static void collect_asked(Finder *finder, const Broken *broken, uint32_t n_broken)
{
    const Program *program = finder->program;

    for (uint32_t i = 0; i < n_broken; i++) {
        gpointer module = GUINT_TO_POINTER(program->imports[broken[i].import].module_name);
        if (!g_hash_table_contains(finder->asked, module))
            g_hash_table_insert(finder->asked, module, g_array_new(FALSE, FALSE, sizeof(Sym)));
    }
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].fact != FACTS_NONE && program->imports[i].kind != IMPORT_STRING)
            ask(finder->asked, &program->imports[i]);
}

/* Does a name hold the word, but for case and underscores? */
static bool is_made_of(const char *name, const char *word)
{
    g_auto(GStrv) name_parts = g_strsplit(name, "_", -1), word_parts = g_strsplit(word, "_", -1);
    g_autofree char *name_joined = g_strjoinv("", name_parts), *word_joined = g_strjoinv("", word_parts);
    g_autofree char *a = g_ascii_strdown(name_joined, -1), *b = g_ascii_strdown(word_joined, -1);

    return strstr(a, b) != NULL;
}

/* Does `home` bind all names that are asked of the module, and several of them by more than their common
 * subject
 * (`ConnectionManager` and `get_connection_manager` of any connection_manager)? Few namesakes do. */
static bool holds_all(const Finder *finder, Sym asked, Id home)
{
    const Program *program = finder->program;
    const GArray *names = g_hash_table_lookup(finder->asked, GUINT_TO_POINTER(asked));
    const char *stem = last_part(program_text(program, asked));
    uint32_t count, n_own = 0;

    for (uint32_t i = 0; names != NULL && i < names->len; i++) {
        Sym name = g_array_index(names, Sym, i);
        if (program_bindings_of(program, home, name, &count) == NULL)
            return false;
        n_own += !is_made_of(program_text(program, name), stem);
    }
    return n_own > 1;
}

/* --- one import --- */

static Role target_role(const Program *program, Target target)
{
    Id module = target.kind == TARGET_DEFINITION ? program->definitions[target.id].module : target.id;
    const File *file = program_module_file(program, module);

    return file != NULL ? (Role)file->role : ROLE_PRODUCTION;
}

/* Where to import a definition from: pinned, or by the rule of phase 2B. */
static void take_home(const Finder *finder, Id importer, Candidate *candidate)
{
    Id definition = candidate->target.id;
    bool own = candidate->name == finder->program->definitions[definition].name;
    PinnedPath home = homes_of(&finder->homes, definition, importer, &candidate->pinned);

    if (own || (candidate->pinned && importer != home.module)) {
        candidate->module = home.module;
        candidate->name = home.name;
    }
}

/* A value is taken from where it is, unless it is pinned. */
static void take_value_home(const Finder *finder, Id importer, Candidate *candidate)
{
    const PinnedPath *pin = homes_of_value(&finder->homes, candidate->target);

    candidate->pinned = pin != NULL;
    if (pin != NULL && pin->module != importer) {
        candidate->module = pin->module;
        candidate->name = pin->name;
    }
}

/* Not from itself; a module that is to be imported as a name must have a package. */
static bool is_possible(const Import *import, const Candidate *candidate)
{
    Id home = candidate->target.kind == TARGET_MODULE ? candidate->target.id : candidate->module;

    return home != import->module &&
           (candidate->target.kind == TARGET_MODULE ? candidate->module != ID_NONE || import->name == 0
                                                    : import->name != 0);
}

static const char *home_name(const Program *program, const Candidate *candidate)
{
    Id home = candidate->target.kind == TARGET_MODULE ? candidate->target.id : candidate->module;

    return program_text(program, program->modules[home].name);
}

/* A file of tests is no home, unless it is one that was asked for. */
static bool is_test_module(const char *dotted)
{
    const char *part = last_part(dotted);

    return g_str_has_prefix(part, "test_") || g_str_has_suffix(part, "_test") ||
           strcmp(part, "conftest") == 0;
}

/* Does the asked module, or the nearest package above it that there is, belong to the program itself? What
 * stood there did not go into the tests. */
static bool asked_is_production(const Program *program, const Import *import)
{
    g_autofree char *asked = g_strdup(program_text(program, import->module_name));

    for (;;) {
        Id module = program_find_module(program, asked);
        const File *file = module != ID_NONE ? program_module_file(program, module) : NULL;
        char *dot = strrchr(asked, '.');
        if (file != NULL)
            return file->role == ROLE_PRODUCTION;
        if (dot == NULL)
            return false;
        *dot = '\0';
    }
}

static void judge(const Finder *finder, const Broken *broken, Candidate *candidate)
{
    const Program *program = finder->program;
    const Import *import = &program->imports[broken->import];
    Role role = target_role(program, candidate->target);

    if (candidate->target.kind == TARGET_DEFINITION)
        take_home(finder, import->module, candidate);
    else if (candidate->target.kind == TARGET_VALUE)
        take_value_home(finder, import->module, candidate);
    candidate->foreign = role != ROLE_PRODUCTION && (role != (Role)program->files[broken->file].role ||
                                                     asked_is_production(program, import));
    if (is_test_module(home_name(program, candidate)) &&
        !is_test_module(program_text(program, import->module_name)))
        candidate->foreign = true;
    g_free(candidate->why);
    candidate->why = usage_misfit(program, &broken->usage, candidate->target, &candidate->evidence);
    const char *asked = program_text(program, import->module_name), *home = home_name(program, candidate);
    Id module = candidate->target.kind == TARGET_MODULE ? candidate->target.id : candidate->module;
    candidate->tells = stems_tell(finder->stems, asked, home, program_text(program, candidate->name));
    candidate->namesake = strcmp(last_part(asked), last_part(home)) == 0;
    if (candidate->namesake && holds_all(finder, import->module_name, module))
        candidate->tells = TELLS_PATH;
    candidate->near = candidate->tells != TELLS_NOTHING || distance_is_near(asked, home);
    candidate->elsewhere = !distance_same_top(asked, home);
    candidate->doubt = usage_doubt(program, &broken->usage, candidate->target);
}

static void take_candidates(const Finder *finder, Broken *broken)
{
    const Program *program = finder->program;
    const Import *import = &program->imports[broken->import];
    const GArray *list = g_hash_table_lookup(finder->wanted, GUINT_TO_POINTER(wanted_name(program, import)));

    for (uint32_t i = 0; list != NULL && i < list->len; i++) {
        Candidate candidate = g_array_index(list, Candidate, i);
        if (!is_possible(import, &candidate))
            continue;
        judge(finder, broken, &candidate);
        g_array_append_val(broken->candidates, candidate);
    }
}

/* Below a top module that went: what lost.h says, unless uses speak against it. */
static void take_lost(const Program *program, const Lost *lost, Broken *broken)
{
    LostAnswer answer;

    broken->missing = lost_answer(lost, &program->imports[broken->import], &answer);
    if (broken->missing != NULL)
        return;
    Candidate candidate = {.target = answer.target,
                           .module = answer.module,
                           .name = answer.name,
                           .near = true,
                           .tells = TELLS_PATH,
                           .pinned = answer.pinned};
    candidate.why = usage_misfit(program, &broken->usage, candidate.target, &candidate.evidence);
    g_array_append_val(broken->candidates, candidate);
}

void candidates_find(const FixView *view, const FixOptions *options, const Lost *lost, Broken *broken,
                     uint32_t n_broken)
{
    Finder finder = {.view = view, .program = view->program};

    finder.wanted = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    homes_init(&finder.homes, view, options->config);
    finder.taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    finder.asked = g_hash_table_new_full(NULL, NULL, NULL, free_list);
    finder.stems = stems_new(view->program);
    collect_asked(&finder, broken, n_broken);
    collect(&finder, broken, n_broken);
    for (uint32_t i = 0; i < n_broken; i++)
        if (broken[i].lost)
            take_lost(view->program, lost, &broken[i]);
        else
            take_candidates(&finder, &broken[i]);
    homes_clear(&finder.homes);
    stems_free(finder.stems);
    g_hash_table_destroy(finder.taken);
    g_hash_table_destroy(finder.asked);
    g_hash_table_destroy(finder.wanted);
}

/* --- ranking and choosing --- */

static uint32_t common_parts(const char *a, const char *b)
{
    uint32_t parts = 0;

    for (;; a++, b++) {
        bool end_a = *a == '.' || *a == '\0', end_b = *b == '.' || *b == '\0';
        if (end_a && end_b)
            parts++;
        if (*a != *b || *a == '\0')
            return parts;
    }
}

static bool has_same_last_part(const Program *program, const Import *import, const Candidate *candidate)
{
    return strcmp(last_part(home_name(program, candidate)),
                  last_part(program_text(program, import->module_name))) == 0;
}

static double score(const Program *program, const Import *import, const Candidate *candidate)
{
    const char *wanted = program_text(program, import->module_name);

    return (candidate->pinned ? 1000.0 : 0.0) + (candidate->moved ? 100.0 : 0.0) -
           (candidate->why != NULL ? 500.0 : 0.0) - (candidate->foreign ? 50.0 : 0.0) +
           MIN(candidate->evidence, 6u) + (has_same_last_part(program, import, candidate) ? 6.0 : 0.0) +
           common_parts(wanted, home_name(program, candidate)) +
           (candidate->target.kind == TARGET_DEFINITION ? 4.0 : 0.0);
}

static int compare_candidates(const void *a, const void *b, void *data)
{
    const Program *program = data;
    const Candidate *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    int order = strcmp(home_name(program, x), home_name(program, y));
    if (order == 0)
        order = sym_compare(program->interner, x->name, y->name);
    return order != 0 ? order : x->target.id < y->target.id ? -1 : x->target.id > y->target.id;
}

void candidates_rank(const Program *program, Broken *broken)
{
    const Import *import = &program->imports[broken->import];

    for (uint32_t i = 0; i < broken->candidates->len; i++) {
        Candidate *candidate = &g_array_index(broken->candidates, Candidate, i);
        candidate->score = score(program, import, candidate);
    }
    g_array_sort_with_data(broken->candidates, compare_candidates, (gpointer)(uintptr_t)program);
}

static bool fits(const Candidate *candidate)
{
    return candidate->why == NULL && !candidate->foreign;
}

/* Nothing but the name speaks for it. Below another top package uses do not tell either: what is common to
 * all programs (`CONNECTED`, `run`) is had by many. */
static bool is_weak(const Candidate *candidate)
{
    if (candidate->tells != TELLS_NOTHING)
        return candidate->tells == TELLS_STEM && candidate->elsewhere && candidate->evidence == 0;
    if (candidate->elsewhere)
        return true;
    return candidate->evidence == 0 && (candidate->target.kind != TARGET_DEFINITION || !candidate->near);
}

/* Uses rule out some other one: then this one, which is left, is told by its own uses, or by the name of its
 * module; and not at all when the name of a module tells of the one that cannot be meant. */
static bool is_left_over(const Broken *broken, const Candidate *choice)
{
    bool ruled_out = false;

    for (uint32_t i = 0; i < broken->candidates->len && choice->tells == TELLS_NOTHING; i++) {
        const Candidate *other = &g_array_index(broken->candidates, Candidate, i);
        if (other == choice || other->foreign || (other->why == NULL && other->doubt == NULL))
            continue;
        ruled_out = true;
        if (other->tells != TELLS_NOTHING)
            return true;
    }
    return ruled_out && choice->evidence == 0;
}

/* Absolute, even where the file uses it in a way that cannot work: the import is right then, the use is not.
 * Of several that are pinned, the one in a module of the asked one's last name. */
static const Candidate *choose_pinned(const Broken *broken, uint32_t n_pinned)
{
    const Candidate *choice = NULL, *namesake = NULL;
    uint32_t n_choices = 0, n_namesakes = 0;

    for (uint32_t i = 0; i < broken->candidates->len; i++) {
        const Candidate *candidate = &g_array_index(broken->candidates, Candidate, i);
        if (!candidate->pinned || (n_pinned > 1 && !fits(candidate)))
            continue;
        n_choices++;
        choice = candidate;
        n_namesakes += candidate->namesake;
        namesake = candidate->namesake ? candidate : namesake;
    }
    return n_choices == 1 ? choice : n_namesakes == 1 ? namesake : NULL;
}

const Candidate *candidates_choose(const Broken *broken)
{
    const Candidate *only = NULL, *moved = NULL;
    uint32_t n_fits = 0, n_moved = 0, n_pinned = 0;

    for (uint32_t i = 0; i < broken->candidates->len; i++) {
        const Candidate *candidate = &g_array_index(broken->candidates, Candidate, i);
        n_pinned += candidate->pinned;
        if (!fits(candidate))
            continue;
        n_fits++;
        only = candidate;
        n_moved += candidate->moved;
        moved = candidate->moved ? candidate : moved;
    }
    if (n_pinned > 0)
        return choose_pinned(broken, n_pinned);
    if (n_moved == 1)
        return moved;
    if (n_fits != 1 || broken->unsure)
        return NULL;
    return only->doubt != NULL || is_weak(only) || is_left_over(broken, only) ? NULL : only;
}

char *candidates_text(Program *program, const Broken *broken)
{
    GString *text = g_string_new(NULL);
    uint32_t n = broken->candidates->len;

    if (n == 0) {
        g_string_free(text, TRUE);
        return g_strdup(broken->missing != NULL ? broken->missing : "nothing of that name exists");
    }
    g_string_append_printf(text, "%u candidate%s: ", n, n == 1 ? "" : "s");
    for (uint32_t i = 0; i < MIN(n, MAX_SHOWN); i++) {
        const Candidate *candidate = &g_array_index(broken->candidates, Candidate, i);
        g_string_append_printf(text, "%s%s", i > 0 ? "; " : "",
                               program_text(program, program_target_id(program, candidate->target)));
        if (candidate->why != NULL)
            g_string_append_printf(text, " (%s)", candidate->why);
        else if (candidate->pinned)
            g_string_append(text, " (pinned)");
        else if (candidate->foreign)
            g_string_append(text, " (not for this file: tests, examples …)");
        else if (candidate->moved)
            g_string_append_printf(text, " (moved there in %s)", candidate->commit);
        else if (candidate->doubt != NULL)
            g_string_append_printf(text, " (its objects seem to have no %s)", candidate->doubt);
        else if (candidate->target.kind == TARGET_VALUE && candidate->evidence == 0)
            g_string_append(text, " (a value: only its name speaks for it)");
        else if (!is_weak(candidate) && is_left_over(broken, candidate))
            g_string_append(text, " (left over, where uses rule others out)");
        else if (candidate->evidence > 0)
            g_string_append_printf(text, " (%u use%s fit%s)", candidate->evidence,
                                   candidate->evidence == 1 ? "" : "s",
                                   is_weak(candidate) ? ", below another top package" : "");
        else if (is_weak(candidate))
            g_string_append(text, " (far from there: only its name speaks for it)");
    }
    if (n > MAX_SHOWN)
        g_string_append_printf(text, "; and %u more", n - MAX_SHOWN);
    return g_string_free(text, FALSE);
}
