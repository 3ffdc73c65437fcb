/* A top module that is not there may be installed, or it may have moved below another package: `app` to
 * `backend.app`. It is said to have moved when the tree itself shows it:
 *
 * - it is not of the standard library, no first-party module is called so, no packaging file names it;
 * - an import below it fits when the whole dotted path that it asks is the end of exactly one first-party
 *   module's name, and that module binds the asked name to something of this tree, or is the package of a
 *   submodule of that name. What stands in front of that end is the same for all that fit;
 * - everything that is asked of it, in any file, guarded or not, fits; or, where ten different things of
 * paths of two names and more fit, three quarters do: what was deleted since does not fit, but what an
 * installed package holds hardly ever does. A module that asks for its own path asks for somebody else, whom
 * it is named after;
 * - another import takes the moved module, or something below it, by its full name: that path works.
 *
 * A pin of what is asked stands for all but the first; then the module's name need only hold the path's
 * parts.
 *
 * Vendored copies are never an end: who asks for `requests` means the installed one.
 * Cost: linear in the imports and in the modules' names, times their depth. */
#include "fix/lost.h"

#include <string.h>

#include "fix/declared.h"
#include "resolve/resolve.h"

enum { MAX_HOMES = 4, ENOUGH = 10, TOLERANCE = 4 }; /* askings; one in so many */

/* Top — one top name that imports ask for and no module has. */
typedef struct Top {
    GHashTable *prefixes; /* Sym of what stands in front → number of distinct askings that fit */
    Sym prefix;           /* the most frequent one, 0: none; ties: the first by name */
    uint32_t n_asked, n_neutral, n_deep; /* distinct; deep: paths of two names and more that fit */
    bool moved;
} Top;

/* Asked — one dotted path. */
typedef struct Asked {
    Top *top;
    Id homes[MAX_HOMES];
    uint32_t n_homes;
} Asked;

struct Lost {
    const FixView *view;
    Program *program;
    const Homes *homes;
    GHashTable *tops;  /* char* → Top */
    GHashTable *asked; /* Sym → Asked */
    GHashTable
        *takers; /* "folder:top": folders from where something below that top is taken by its full name */
};

static bool is_asking(const Import *import)
{
    return import->status == IMPORT_EXTERNAL && import->fact != FACTS_NONE && import->level == 0 &&
           import->kind != IMPORT_STRING && import->kind != IMPORT_PARENT;
}

static void top_free(void *data)
{
    Top *top = data;

    g_hash_table_destroy(top->prefixes);
    g_free(top);
}

/* --- which paths are asked, and which modules' names end with them --- */

static GHashTable *first_party_tops(const Program *program)
{
    GHashTable *tops = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (Id m = 0; m < program->n_modules; m++) {
        const char *name = program_text(program, program->modules[m].name);
        g_hash_table_add(tops, g_strndup(name, strcspn(name, ".")));
    }
    return tops;
}

static void collect_asked(Lost *lost, Source *source)
{
    const Program *program = lost->program;
    g_autoptr(GHashTable) present = first_party_tops(program);
    g_autoptr(GHashTable) declared = declared_names(source, program);

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        gpointer key = GUINT_TO_POINTER(import->module_name);
        if (!is_asking(import) || g_hash_table_contains(lost->asked, key))
            continue;
        const char *path = program_text(program, import->module_name);
        g_autofree char *name = g_strndup(path, strcspn(path, "."));
        if (*name == '\0' || resolve_is_stdlib(name) || g_hash_table_contains(present, name) ||
            declared_has(declared, name))
            continue;
        Top *top = g_hash_table_lookup(lost->tops, name);
        if (top == NULL) {
            top = g_new0(Top, 1);
            top->prefixes = g_hash_table_new(NULL, NULL);
            g_hash_table_insert(lost->tops, g_steal_pointer(&name), top);
        }
        Asked *asked = g_new0(Asked, 1);
        asked->top = top;
        g_hash_table_insert(lost->asked, key, asked);
    }
}

/* A file counts once; neither a stub nor what a package of that name hides is a second module. */
static bool is_counted(const Program *program, Id id)
{
    const Module *module = &program->modules[id];
    const File *file = program_module_file(program, id);

    return file != NULL && file->first_module == id && (module->flags & (MODULE_STUB | MODULE_SHADOWED)) == 0;
}

static void collect_homes(Lost *lost)
{
    const Program *program = lost->program;

    for (Id m = 0; m < program->n_modules; m++) {
        if (!is_counted(program, m))
            continue;
        const char *end = strchr(program_text(program, program->modules[m].name), '.');
        for (; end != NULL; end = strchr(end + 1, '.')) {
            Sym sym = intern_find(program->interner, end + 1, strlen(end + 1));
            Asked *asked = sym != 0 ? g_hash_table_lookup(lost->asked, GUINT_TO_POINTER(sym)) : NULL;
            if (asked != NULL && asked->n_homes < MAX_HOMES)
                asked->homes[asked->n_homes++] = m;
        }
    }
}

/* --- one import --- */

static bool is_importable(const Program *program, Id module)
{
    uint32_t barred =
        MODULE_SCRIPT | MODULE_SHADOWED | MODULE_UNIMPORTABLE | MODULE_EXTENSION | MODULE_OPEN_WORLD;

    return (program->modules[module].flags & barred) == 0 &&
           program_module_file(program, module)->role != ROLE_VENDORED;
}

static Id find_submodule(const Program *program, Id home, Sym name)
{
    g_autofree char *dotted = g_strdup_printf("%s.%s", program_text(program, program->modules[home].id),
                                              program_text(program, name));
    Id found = program_find_module(program, dotted);

    return found != ID_NONE && program->modules[found].parent == home && is_counted(program, found) &&
                   is_importable(program, found)
               ? found
               : ID_NONE;
}

/* What `home` has under the asked name; NULL, or why nothing can be said. */
static const char *look_up(const Lost *lost, const Import *import, Id home, LostAnswer *answer)
{
    const Program *program = lost->program;
    const Module *module = &program->modules[home];
    uint32_t count;

    *answer = (LostAnswer){.module = home, .name = import->name, .home = home};
    if (!is_importable(program, home))
        return "the module whose name ends so cannot be imported, is vendored, or may bind what cannot be "
               "seen";
    if (import->name == 0) {
        answer->target = (Target){.kind = TARGET_MODULE, .id = home};
        answer->module = module->parent;
        answer->name = module->name;
        return NULL;
    }
    Id submodule = find_submodule(program, home, import->name);
    const Binding *binding = program_bindings_of(program, home, import->name, &count);
    bool is_module = binding == NULL ||
                     (count == 1 && binding->target.kind == TARGET_MODULE && binding->target.id == submodule);
    if (submodule != ID_NONE && is_module) {
        answer->target = (Target){.kind = TARGET_MODULE, .id = submodule};
        return NULL;
    }
    if (binding == NULL)
        return "the module whose name ends so does not have that name";
    if (count != 1 || submodule != ID_NONE || binding->certainty == CERTAINTY_POSSIBLE ||
        binding->target.kind == TARGET_NONE || binding->target.kind == TARGET_UNRESOLVED)
        return "in the module whose name ends so that name may mean several things, or nothing";
    answer->target = binding->target;
    if (binding->target.kind == TARGET_DEFINITION) {
        PinnedPath path = homes_of(lost->homes, binding->target.id, import->module, &answer->pinned);
        if (answer->pinned) {
            answer->module = path.module;
            answer->name = path.name;
        }
    }
    return NULL;
}

static Sym prefix_of(const Program *program, Id home, Sym path)
{
    const char *name = program_text(program, program->modules[home].name);
    size_t length = strlen(name) - strlen(program_text(program, path)) - 1;

    return intern_find(program->interner, name, length);
}

/* The one module whose name ends with the path; of several, the one from where the thing is pinned. */
static const char *find(const Lost *lost, const Asked *asked, const Import *import, LostAnswer *answer)
{
    uint32_t n_pinned = 0;
    LostAnswer candidate;

    if (asked->n_homes == 0)
        return "no module of this tree has a name that ends so";
    if (asked->n_homes == 1)
        return look_up(lost, import, asked->homes[0], answer);
    for (uint32_t i = 0; i < asked->n_homes; i++) {
        if (look_up(lost, import, asked->homes[i], &candidate) != NULL || !candidate.pinned ||
            candidate.module != asked->homes[i])
            continue;
        n_pinned++;
        *answer = candidate;
    }
    return n_pinned == 1 && asked->n_homes < MAX_HOMES ? NULL : "several modules have names that end so";
}

/* Does `name` hold all parts of `path`, in their order, the last one last? */
static bool holds_parts(const char *name, const char *path)
{
    for (;;) {
        size_t length = strcspn(name, "."), wanted = strcspn(path, ".");
        bool same = length == wanted && strncmp(name, path, length) == 0;
        bool end_name = name[length] == '\0', end_path = path[wanted] == '\0';
        if (end_name || (end_path && same))
            return end_name && end_path && same;
        path += same ? wanted + 1 : 0;
        name += length + 1;
    }
}

/* Where no module's name ends with the path: the one pinned definition of the asked name whose module's name
 * holds the path's parts (`helpers.core.users` for `helpers.users`). */
static bool find_pinned(const Lost *lost, const Asked *asked, const Import *import, LostAnswer *answer)
{
    const Program *program = lost->program;
    const PinnedPath *pins = (const PinnedPath *)(const void *)lost->homes->pins->data;
    uint32_t n = 0;

    for (uint32_t i = 0; asked->n_homes == 0 && import->name != 0 && i < lost->homes->pins->len; i++) {
        if (pins[i].name != import->name || !is_counted(program, pins[i].module) ||
            !is_importable(program, pins[i].module) ||
            !holds_parts(program_text(program, program->modules[pins[i].module].name),
                         program_text(program, import->module_name)))
            continue;
        n++;
        *answer = (LostAnswer){.target = {.kind = TARGET_DEFINITION, .id = pins[i].definition},
                               .module = pins[i].module,
                               .name = pins[i].name,
                               .home = pins[i].module,
                               .pinned = true};
    }
    return n == 1;
}

static bool is_deep(const Program *program, const Import *import)
{
    return strchr(program_text(program, import->module_name), '.') != NULL;
}

/* --- judging the tops --- */

static void count_asking(const Lost *lost, const Import *import, Asked *asked)
{
    const Program *program = lost->program;
    Top *top = asked->top;
    LostAnswer answer;
    bool deep = is_deep(program, import);

    if (import->name == 0 && !deep) /* `import app`: fits whatever has that name */
        return;
    top->n_asked++;
    if (find(lost, asked, import, &answer) != NULL || answer.home == import->module)
        return;
    if (answer.target.kind == TARGET_EXTERNAL) { /* passed on from outside */
        top->n_neutral++;
        return;
    }
    gpointer prefix = GUINT_TO_POINTER(prefix_of(program, answer.home, import->module_name));
    top->n_deep += deep;
    if (prefix != NULL)
        g_hash_table_insert(
            top->prefixes, prefix,
            GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(top->prefixes, prefix)) + 1));
}

/* Each path and name once, but for what a module asks of itself. */
static void count_askings(const Lost *lost)
{
    const Program *program = lost->program;
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        Asked *asked = is_asking(import)
                           ? g_hash_table_lookup(lost->asked, GUINT_TO_POINTER(import->module_name))
                           : NULL;
        if (asked == NULL)
            continue;
        bool own = asked->n_homes == 1 && asked->homes[0] == import->module;
        gint64 key = (gint64)(((uint64_t)import->module_name << 32) | import->name);
        if (!own && !g_hash_table_add(seen, g_memdup2(&key, sizeof key)))
            continue;
        count_asking(lost, import, asked);
    }
}

static void choose_prefix(const Program *program, Top *top)
{
    GHashTableIter iter;
    gpointer key, value;
    uint32_t best = 0, n_other;

    g_hash_table_iter_init(&iter, top->prefixes);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        Sym prefix = GPOINTER_TO_UINT(key);
        uint32_t count = GPOINTER_TO_UINT(value);
        if (count > best || (count == best &&
                             strcmp(program_text(program, prefix), program_text(program, top->prefix)) < 0)) {
            best = count;
            top->prefix = prefix;
        }
    }
    n_other = top->n_asked - top->n_neutral - best;
    top->moved = best > 0 && (n_other == 0 || (top->n_deep >= ENOUGH && n_other * (TOLERANCE - 1) <= best));
}

static bool takes_full_name(const Import *import)
{
    return import->status == IMPORT_OK && import->level == 0 && import->fact != FACTS_NONE &&
           import->kind != IMPORT_STRING && import->kind != IMPORT_PARENT &&
           import->kind != IMPORT_FALLBACK && !import->guarded;
}

/* The moved modules that some import takes by their full names: a set of strings. */
static GHashTable *used_names(const Lost *lost)
{
    const Program *program = lost->program;
    GHashTable *used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (!takes_full_name(import) || !g_hash_table_add(seen, GUINT_TO_POINTER(import->module_name)))
            continue;
        const char *name = program_text(program, import->module_name);
        for (const char *end = strchr(name, '.'); end != NULL; end = strchr(end + 1, '.'))
            g_hash_table_add(used, g_strndup(name, (size_t)(end - name)));
        g_hash_table_add(used, g_strdup(name));
    }
    return used;
}

static void judge_tops(const Lost *lost)
{
    g_autoptr(GHashTable) used = used_names(lost);
    GHashTableIter iter;
    gpointer name, value;

    g_hash_table_iter_init(&iter, lost->tops); /* each by itself: the order shows nowhere */
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        Top *top = value;
        choose_prefix(lost->program, top);
        if (!top->moved)
            continue;
        g_autofree char *full =
            g_strdup_printf("%s.%s", program_text(lost->program, top->prefix), (const char *)name);
        top->moved = g_hash_table_contains(used, full);
    }
}

/* --- who takes full names --- */

static char *taker_key(const char *folder, size_t length, const char *dotted)
{
    return g_strdup_printf("%.*s:%.*s", (int)length, folder, (int)strcspn(dotted, "."), dotted);
}

static size_t folder_length(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] != '/')
        length--;
    return length > 0 ? length - 1 : 0;
}

static GHashTable *collect_takers(const Program *program)
{
    GHashTable *takers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        const char *path = program_module_path(program, import->module);
        if (takes_full_name(import))
            g_hash_table_add(takers, taker_key(path, folder_length(path, strlen(path)),
                                               program_text(program, import->module_name)));
    }
    return takers;
}

bool lost_is_secluded(const Lost *lost, const Import *import, Id home)
{
    const Program *program = lost->program;
    const char *path = program_module_path(program, import->module);

    for (size_t length = folder_length(path, strlen(path));; length = folder_length(path, length)) {
        g_autofree char *key = taker_key(path, length, program_text(program, program->modules[home].name));
        if (g_hash_table_contains(lost->takers, key))
            return false;
        if (folder_length(path, length) == 0)
            return true;
    }
}

/* --- answers --- */

Lost *lost_new(const FixView *view, Source *source, const Homes *homes)
{
    Lost *lost = g_new0(Lost, 1);

    *lost = (Lost){.view = view, .program = view->program, .homes = homes};
    lost->tops = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, top_free);
    lost->asked = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    collect_asked(lost, source);
    collect_homes(lost);
    count_askings(lost);
    judge_tops(lost);
    lost->takers = collect_takers(lost->program);
    return lost;
}

void lost_free(Lost *lost)
{
    g_hash_table_destroy(lost->takers);
    g_hash_table_destroy(lost->asked);
    g_hash_table_destroy(lost->tops);
    g_free(lost);
}

static const Asked *asked_of(const Lost *lost, const Import *import)
{
    return is_asking(import) ? g_hash_table_lookup(lost->asked, GUINT_TO_POINTER(import->module_name)) : NULL;
}

bool lost_is_above(const Lost *lost, const Import *import)
{
    const Program *program = lost->program;
    const Asked *asked = asked_of(lost, import);
    const char *prefix = program_text(program, asked->top->prefix);
    const char *importer = program_text(program, program->modules[import->module].name);
    size_t length = strlen(prefix);

    return asked->top->n_deep < ENOUGH && strncmp(importer, prefix, length) == 0 && importer[length] == '.';
}

bool lost_concerns(const Lost *lost, const Import *import)
{
    const Asked *asked = asked_of(lost, import);
    LostAnswer answer;

    if (asked == NULL)
        return false;
    return asked->top->moved ||
           (find(lost, asked, import, &answer) == NULL && answer.pinned && answer.home != import->module) ||
           (find_pinned(lost, asked, import, &answer) && answer.home != import->module);
}

/* 0 at the top. */
static Sym package_of(const Program *program, Id module)
{
    Id package = (program->modules[module].flags & MODULE_PACKAGE) ? module : program->modules[module].parent;

    return package != ID_NONE ? program->modules[package].name : 0;
}

const char *lost_answer(const Lost *lost, const Import *import, LostAnswer *answer)
{
    const Program *program = lost->program;
    const Asked *asked = asked_of(lost, import);
    const char *reason = find(lost, asked, import, answer);
    bool by_parts = reason != NULL && find_pinned(lost, asked, import, answer);
    uint32_t count = 0;

    if (reason != NULL && !by_parts)
        return reason;
    if (answer->home == import->module)
        return "the module asks for itself";
    if (import->name == 0 && !is_deep(program, import))
        return "a single name, of which nothing is asked, says too little";
    if (!answer->pinned && prefix_of(program, answer->home, import->module_name) != asked->top->prefix)
        return "the other modules of that top name are elsewhere";
    if (!by_parts &&
        prefix_of(program, answer->home, import->module_name) == package_of(program, import->module))
        return "it lies beside this file, and is found when that is run as a script";
    const File *importer = program_module_file(program, import->module);
    const File *home = program_module_file(program, answer->home);
    if (home->role != ROLE_PRODUCTION && home->role != importer->role)
        return "the module whose name ends so is one of tests, examples …, and this file is not";
    /* The other one may be what is meant to work where this one does not. */
    if (import->kind != IMPORT_LAZY) {
        Sym bound = file_sym(importer, importer->facts.imports[import->fact].bound);
        if (importer->facts.imports[import->fact].form == IMPORT_FROM)
            program_bindings_of(program, import->module, bound, &count);
    }
    return count > 1 ? "the name is bound in several ways" : NULL;
}
