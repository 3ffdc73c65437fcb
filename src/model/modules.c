/* Files get names, names get winners.
 *
 * A file is called by the first of its unit's roots from which its whole path can be imported. It has
 * a second name where another root allows one *and* somebody uses it: `src.pkg.m` beside `pkg.m` is a
 * module of its own with classes of its own, but only if it is ever loaded. What is loaded under
 * a second name loads its relative imports under second names too, so that is a closure.
 *
 * Who wins a name is decided from the top down, as importlib does (PEP 420): in the order of the roots,
 * and within one folder package, extension module, source file; a namespace package only where there is
 * neither. Below a regular package only what stands in its own folder can be reached (unless it
 * extends its __path__), below a plain module nothing; the rest is shadowed. Stubs are not part of the race:
 * they stand beside the winner. Files that only a guess can name (below a folder that is no identifier) do
 * not race with the others: each such folder is a root, and a lane, of its own. */
#include <string.h>

#include "model/internal.h"
#include "model/path.h"

/* Draft — a module before ids are given. */
typedef struct Draft {
    Sym name;
    Id file, unit, root;
    Id folder; /* in which the module's own path starts: its package's folder, for a package that itself */
    uint32_t flags;
    uint32_t lane;   /* 0: importable; else 1 + heuristic root */
    uint32_t order;  /* of the root within its unit */
    uint8_t kind;    /* 0 package, 1 extension, 2 source: precedence within one folder */
    Id parent, stub; /* drafts; later modules */
    Id next;         /* of the same file */
    bool wins;
} Draft;

typedef struct Naming {
    Builder *builder;
    GArray *drafts;
    GHashTable *package_at; /* root << 32 | folder → draft + 1: regular packages, stubs only where alone */
    GHashTable *spaces;     /* NameKey → draft + 1: namespace packages */
    GHashTable *possible;   /* Sym: every second name that a file may have */
    GHashTable *above;      /* Sym: those without their last part */
    GHashTable *wanted;     /* Sym: possible names that an import or string mentions */
    GArray *heuristic;      /* Root: made while naming */
    uint32_t n_proper;      /* roots of the units */
    GString *scratch;
} Naming;

typedef struct NameKey {
    Id unit;
    uint32_t lane;
    Sym name;
} NameKey;

#define draft_at(naming, index) (&g_array_index((naming)->drafts, Draft, (index)))

static unsigned hash_key(const void *key)
{
    const NameKey *k = key;

    return (k->name * 2654435761u) ^ (k->unit * 40503u) ^ (k->lane * 97u);
}

static int equal_key(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(NameKey)) == 0;
}

static const char *text(const Naming *naming, Sym sym)
{
    return program_text(naming->builder->program, sym);
}

/* --- names --- */

/* Appends the dotted name of a file; `rest` is its path below the root. With `any_stem` the file's own
 * name need not be an identifier. */
static bool append_name(GString *name, const char *rest, bool stub, bool any_stem)
{
    for (const char *slash; (slash = strchr(rest, '/')) != NULL; rest = slash + 1) {
        size_t length = (size_t)(slash - rest);
        /* PEP 561: the folder of stubs for the package x is called x-stubs. */
        size_t kept = length > 6 && stub && memcmp(slash - 6, "-stubs", 6) == 0 ? length - 6 : length;
        if (!path_is_identifier(rest, kept))
            return false;
        if (name->len > 0)
            g_string_append_c(name, '.');
        g_string_append_len(name, rest, (gssize)kept);
    }
    size_t stem;
    if (path_kind(rest, &stem) == PATH_OTHER || (!any_stem && !path_is_identifier(rest, stem)))
        return false;
    if (stem == strlen("__init__") && memcmp(rest, "__init__", stem) == 0 && name->len > 0)
        return true;
    if (name->len > 0)
        g_string_append_c(name, '.');
    g_string_append_len(name, rest, (gssize)stem);
    return true;
}

/* The name that `root` gives to a file; false when it gives none. In naming->scratch. */
static bool name_from(Naming *naming, const File *file, const Root *root, bool any_stem)
{
    const char *path = text(naming, file->path), *dir = text(naming, root->dir);

    if (!path_is_below(path, dir))
        return false;
    g_string_assign(naming->scratch, text(naming, root->prefix));
    return append_name(naming->scratch, dir[0] != '\0' ? path + strlen(dir) + 1 : path, file->stub, any_stem);
}

static bool is_init(const char *path)
{
    return g_str_has_prefix(path_name(path), "__init__.");
}

static Draft new_draft(const Naming *naming, Id file, Id root, uint32_t order)
{
    const Program *program = naming->builder->program;
    const File *f = &program->files[file];
    const char *path = text(naming, f->path);
    Draft draft = {.file = file,
                   .unit = f->unit,
                   .root = root,
                   .order = order,
                   .folder = naming->builder->file_folder[file]};

    draft.name = intern(naming->builder->interner, naming->scratch->str, naming->scratch->len);
    draft.parent = draft.stub = draft.next = ID_NONE;
    draft.kind = is_init(path) ? 0 : f->extension ? 1 : 2;
    if (is_init(path) && strcmp(text(naming, draft.name), "__init__") != 0)
        draft.flags |= MODULE_PACKAGE;
    else if (is_init(path))
        draft.flags |= MODULE_SCRIPT;
    if (f->stub)
        draft.flags |= MODULE_STUB;
    if (f->extension)
        draft.flags |= MODULE_EXTENSION;
    if (f->facts.header == NULL)
        draft.flags |= MODULE_OPEN_WORLD;
    for (uint32_t i = 0; i < f->facts.n_effects; i++)
        if (f->facts.effects[i].kind == EFFECT_EXTEND_PATH && (draft.flags & MODULE_PACKAGE))
            draft.flags |= MODULE_EXTENDED_PATH;
    return draft;
}

static void add_draft(Naming *naming, Draft draft)
{
    g_array_append_val(naming->drafts, draft);
}

static const Root *unit_root(const Naming *naming, Id unit, uint32_t order)
{
    const UnitDraft *draft = builder_unit(naming->builder, unit);

    return order < draft->roots->len ? &g_array_index(draft->roots, Root, order) : NULL;
}

static Id heuristic_root(Naming *naming, Id unit, Sym dir)
{
    for (uint32_t i = naming->heuristic->len; i > 0; i--) {
        const Root *known = &g_array_index(naming->heuristic, Root, i - 1);
        if (known->unit == unit && known->dir == dir)
            return i - 1;
    }
    Root root = {.dir = dir, .unit = unit, .reason = "beside a script", .heuristic = true};
    g_array_append_val(naming->heuristic, root);
    return naming->heuristic->len - 1;
}

static Id root_id(const Naming *naming, Id unit, uint32_t order)
{
    return naming->builder->program->units[unit].first_root + order;
}

/* No root of the unit gives the file a name: it is called as a script in its folder would see it,
 * from the deepest folder whose own name cannot be imported. */
static void name_script(Naming *naming, Id file)
{
    const File *f = &naming->builder->program->files[file];
    const char *path = text(naming, f->path), *start = path, *end = path_name(path);
    size_t stem;

    for (const char *part = path; part < end;) {
        const char *slash = strchr(part, '/');
        if (!path_is_identifier(part, (size_t)(slash - part)))
            start = slash + 1;
        part = slash + 1;
    }
    g_string_truncate(naming->scratch, 0);
    append_name(naming->scratch, start, f->stub, true);
    path_kind(end, &stem);
    Id root = heuristic_root(
        naming, f->unit,
        intern(naming->builder->interner, path, start > path ? (size_t)(start - path) - 1 : 0));
    Draft draft = new_draft(naming, file, naming->n_proper + root, UINT32_MAX);
    draft.lane = 1 + root;
    draft.flags |= MODULE_SCRIPT | (path_is_identifier(end, stem) ? 0 : MODULE_UNIMPORTABLE);
    add_draft(naming, draft);
}

/* Tries the unit's roots in order. */
static bool name_by_roots(Naming *naming, Id file, bool any_stem)
{
    const File *f = &naming->builder->program->files[file];
    const Root *root;

    for (uint32_t order = 0; (root = unit_root(naming, f->unit, order)) != NULL; order++) {
        if (!name_from(naming, f, root, any_stem))
            continue;
        Draft draft = new_draft(naming, file, root_id(naming, f->unit, order), order);
        if (any_stem)
            draft.flags |= MODULE_UNIMPORTABLE | MODULE_SCRIPT;
        add_draft(naming, draft);
        return true;
    }
    return false;
}

static void name_file(Naming *naming, Id file)
{
    const File *f = &naming->builder->program->files[file];
    size_t stem;

    if (naming->builder->file_folder[file] == ID_NONE || name_by_roots(naming, file, false))
        return;
    const char *name = path_name(text(naming, f->path));
    if (path_kind(name, &stem) == PATH_EXTENSION && !path_is_identifier(name, stem))
        return; /* a shared library that is no module */
    if (path_is_identifier(name, stem) || !name_by_roots(naming, file, true))
        name_script(naming, file);
}

/* --- second names --- */

static bool may_have_second_name(const Naming *naming, const Draft *draft)
{
    return draft->lane == 0 && !(draft->flags & MODULE_UNIMPORTABLE) &&
           !naming->builder->program->files[draft->file].stub;
}

/* The names that later roots would give to the files that have a first one: only who asks for one of these
 * matters. */
static void find_possible_names(Naming *naming)
{
    for (Id i = 0; i < naming->drafts->len; i++) {
        const Draft *draft = draft_at(naming, i);
        const File *file = &naming->builder->program->files[draft->file];
        const Root *root;
        if (!may_have_second_name(naming, draft))
            continue;
        for (uint32_t order = draft->order + 1; (root = unit_root(naming, draft->unit, order)) != NULL;
             order++) {
            if (!name_from(naming, file, root, false))
                continue;
            const char *name = naming->scratch->str, *dot = strrchr(name, '.');
            Sym sym = intern(naming->builder->interner, name, naming->scratch->len);
            g_hash_table_add(naming->possible, GUINT_TO_POINTER(sym));
            if (dot != NULL)
                g_hash_table_add(naming->above, GUINT_TO_POINTER(intern(naming->builder->interner, name,
                                                                        (size_t)(dot - name))));
        }
    }
}

static void want(Naming *naming, Sym name)
{
    if (name != 0 && g_hash_table_contains(naming->possible, GUINT_TO_POINTER(name)))
        g_hash_table_add(naming->wanted, GUINT_TO_POINTER(name));
}

static void want_text(Naming *naming, const char *dotted, size_t length)
{
    want(naming, intern_find(naming->builder->interner, dotted, length));
}

static void want_imports(Naming *naming, const File *file)
{
    for (uint32_t i = 0; i < file->facts.n_imports; i++) {
        const FactsImport *import = &file->facts.imports[i];
        Sym module = file_sym(file, import->module);
        if (import->level > 0)
            continue;
        want(naming, module);
        if (import->form == IMPORT_FROM && g_hash_table_contains(naming->above, GUINT_TO_POINTER(module))) {
            g_string_printf(naming->scratch, "%s.%s", text(naming, module), file_text(file, import->name));
            want_text(naming, naming->scratch->str, naming->scratch->len);
        }
    }
    for (uint32_t i = 0; i < file->facts.n_references; i++) {
        const FactsReference *reference = &file->facts.references[i];
        const char *name = file_text(file, reference->text);
        if (reference->kind == REFERENCE_DOTTED || name[0] == '.')
            continue;
        for (const char *at = name; *at != '\0'; at++)
            if (*at == '.' || *at == ':')
                want_text(naming, name, (size_t)(at - name));
        want_text(naming, name, strlen(name));
    }
}

/* The file that `name` stands for below a root, or ID_NONE. */
static Id file_from_name(const Naming *naming, const Root *root, const char *name)
{
    static const char *const endings[] = {"/__init__.py", ".py"};
    const char *dir = text(naming, root->dir), *prefix = text(naming, root->prefix);
    size_t skip = strlen(prefix);

    if (skip > 0 && (!g_str_has_prefix(name, prefix) || (name[skip] != '\0' && name[skip] != '.')))
        return ID_NONE;
    g_autofree char *rest = g_strdelimit(g_strdup(name + skip + (skip > 0 && name[skip] == '.')), ".", '/');
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *path = g_strconcat(dir, dir[0] != '\0' ? "/" : "", rest, endings[i], NULL);
        Id file = program_find_file(naming->builder->program, path);
        if (file != ID_NONE)
            return file;
    }
    return ID_NONE;
}

/* Absolute name of a relative import in the module `draft`; false when it leads beyond the top. */
static bool absolute_name(Naming *naming, const Draft *draft, const FactsImport *import, const File *file)
{
    GString *name = naming->scratch;

    g_string_assign(name, text(naming, draft->name));
    for (uint32_t up = (draft->flags & MODULE_PACKAGE) ? 1 : 0; up < import->level; up++) {
        const char *dot = strrchr(name->str, '.');
        if (dot == NULL)
            return false;
        g_string_truncate(name, (size_t)(dot - name->str));
    }
    const char *module = file_text(file, import->module);
    if (module[0] != '\0')
        g_string_append_printf(name, ".%s", module);
    return name->len > 0;
}

typedef struct SecondNames {
    GHashTable *seen; /* NameKey */
    GArray *queue;    /* Id: drafts whose relative imports are still to be followed */
} SecondNames;

/* Makes the file a module under the name that root number `order` of its unit gives it. */
static void add_second(Naming *naming, SecondNames *second, Id file, uint32_t order)
{
    const File *f = &naming->builder->program->files[file];
    const Root *root = unit_root(naming, f->unit, order);

    if (root == NULL || !name_from(naming, f, root, false))
        return;
    Draft draft = new_draft(naming, file, root_id(naming, f->unit, order), order);
    NameKey key = {.unit = f->unit, .lane = order, .name = draft.name};
    if (g_hash_table_contains(second->seen, &key))
        return;
    g_hash_table_add(second->seen, g_memdup2(&key, sizeof key));
    add_draft(naming, draft);
    Id index = naming->drafts->len - 1;
    g_array_append_val(second->queue, index);
}

static void follow_relative(Naming *naming, SecondNames *second, Id index)
{
    const Draft draft = *draft_at(naming, index);
    const File *file = &naming->builder->program->files[draft.file];
    const Root *root = unit_root(naming, draft.unit, draft.order);

    for (uint32_t i = 0; i < file->facts.n_imports; i++) {
        const FactsImport *import = &file->facts.imports[i];
        if (import->level == 0 || !absolute_name(naming, &draft, import, file))
            continue;
        g_autofree char *base = g_strdup(naming->scratch->str);
        g_autofree char *sub = g_strconcat(base, ".", file_text(file, import->name), NULL);
        Id targets[] = {file_from_name(naming, root, base),
                        import->form == IMPORT_FROM ? file_from_name(naming, root, sub) : ID_NONE};
        for (size_t j = 0; j < G_N_ELEMENTS(targets); j++)
            if (targets[j] != ID_NONE && naming->builder->program->files[targets[j]].unit == draft.unit)
                add_second(naming, second, targets[j], draft.order);
    }
}

/* Loading a.b.c loads a and a.b as well: packages above a second name have second names. */
static void add_packages_above(Naming *naming, SecondNames *second, Id index)
{
    const Draft draft = *draft_at(naming, index);
    const Root *root = unit_root(naming, draft.unit, draft.order);
    g_autofree char *name = g_strdup(text(naming, draft.name));

    for (char *dot; (dot = strrchr(name, '.')) != NULL;) {
        *dot = '\0';
        Id file = file_from_name(naming, root, name);
        if (file != ID_NONE && naming->builder->program->files[file].unit == draft.unit)
            add_second(naming, second, file, draft.order);
    }
}

static void add_second_names(Naming *naming)
{
    const Program *program = naming->builder->program;
    SecondNames second = {.seen = g_hash_table_new_full(hash_key, equal_key, g_free, NULL),
                          .queue = g_array_new(false, false, sizeof(Id))};
    uint32_t n_first = naming->drafts->len;

    for (Id i = 0; i < n_first; i++) { /* first names are taken */
        const Draft *draft = draft_at(naming, i);
        NameKey key = {.unit = draft->unit, .lane = draft->order, .name = draft->name};
        if (draft->lane == 0)
            g_hash_table_add(second.seen, g_memdup2(&key, sizeof key));
    }
    for (Id i = 0; i < n_first; i++) {
        const Draft draft = *draft_at(naming, i);
        const File *file = &program->files[draft.file];
        if (!may_have_second_name(naming, &draft))
            continue;
        for (uint32_t order = draft.order + 1; unit_root(naming, draft.unit, order) != NULL; order++) {
            if (!name_from(naming, file, unit_root(naming, draft.unit, order), false))
                continue;
            Sym name = intern_find(program->interner, naming->scratch->str, naming->scratch->len);
            if (name != 0 && name != draft.name &&
                g_hash_table_contains(naming->wanted, GUINT_TO_POINTER(name)))
                add_second(naming, &second, draft.file, order);
        }
    }
    for (uint32_t i = 0; i < second.queue->len; i++) {
        follow_relative(naming, &second, g_array_index(second.queue, Id, i));
        add_packages_above(naming, &second, g_array_index(second.queue, Id, i));
    }
    g_array_unref(second.queue);
    g_hash_table_unref(second.seen);
}

/* --- packages --- */

static uint64_t *package_key(Id root, Id folder)
{
    uint64_t *key = g_new(uint64_t, 1);

    *key = (uint64_t)root << 32 | folder;
    return key;
}

static Id package_in(const Naming *naming, Id root, Id folder)
{
    uint64_t key = (uint64_t)root << 32 | folder;

    return GPOINTER_TO_UINT(g_hash_table_lookup(naming->package_at, &key)) - 1;
}

static void note_packages(Naming *naming)
{
    for (Id i = 0; i < naming->drafts->len; i++) {
        const Draft *draft = draft_at(naming, i);
        if ((draft->flags & MODULE_PACKAGE) == 0)
            continue;
        Id known = package_in(naming, draft->root, draft->folder);
        if (known == ID_NONE || (draft_at(naming, known)->flags & MODULE_STUB))
            g_hash_table_insert(naming->package_at, package_key(draft->root, draft->folder),
                                GUINT_TO_POINTER(i + 1));
    }
}

static Id namespace_draft(Naming *naming, const Draft *below, Sym name)
{
    NameKey key = {.unit = below->unit, .lane = below->lane, .name = name};
    Id known = GPOINTER_TO_UINT(g_hash_table_lookup(naming->spaces, &key));

    if (known != 0)
        return known - 1;
    Draft draft = {.name = name,
                   .file = ID_NONE,
                   .unit = below->unit,
                   .root = below->root,
                   .lane = below->lane,
                   .order = below->order,
                   .folder = ID_NONE,
                   .flags = MODULE_PACKAGE | MODULE_NAMESPACE,
                   .parent = ID_NONE,
                   .stub = ID_NONE,
                   .next = ID_NONE};
    if (below->lane != 0)
        draft.flags |= MODULE_SCRIPT;
    add_draft(naming, draft);
    g_hash_table_insert(naming->spaces, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(naming->drafts->len));
    return naming->drafts->len - 1;
}

/* The package that a module's file stands in: the regular package of its folder, else a namespace. */
static void set_parent(Naming *naming, Id index)
{
    const Draft draft = *draft_at(naming, index);
    const char *name = text(naming, draft.name), *dot = strrchr(name, '.');
    Id folder = draft.folder;

    if (draft.flags & MODULE_UNIMPORTABLE) { /* "foo.bar.py": not every dot parts packages */
        size_t stem, length = strlen(name);
        path_kind(path_name(text(naming, naming->builder->program->files[draft.file].path)), &stem);
        dot = length > stem ? name + length - stem - 1 : NULL;
    }
    if (dot == NULL)
        return;
    Sym parent_name = intern(naming->builder->interner, name, (size_t)(dot - name));
    if (folder != ID_NONE && (draft.flags & MODULE_PACKAGE))
        folder = builder_folder(naming->builder, folder)->parent;
    Id parent = folder != ID_NONE ? package_in(naming, draft.root, folder) : ID_NONE;
    if (parent == ID_NONE || draft_at(naming, parent)->name != parent_name)
        parent = namespace_draft(naming, &draft, parent_name);
    draft_at(naming, index)->parent = parent;
}

/* --- winners --- */

static int compare_names(const void *a, const void *b, void *data)
{
    const Naming *naming = data;
    const Draft *x = draft_at(naming, *(const Id *)a), *y = draft_at(naming, *(const Id *)b);

    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    if (x->lane != y->lane)
        return x->lane < y->lane ? -1 : 1;
    int order = sym_compare(naming->builder->interner, x->name, y->name);
    if (order != 0)
        return order;
    if (x->file == ID_NONE || y->file == ID_NONE)
        return (x->file == ID_NONE) - (y->file == ID_NONE);
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->file < y->file ? -1 : x->file > y->file;
}

/* Can the import system get at the draft, given who won the name of its package? */
static bool is_reachable(const Naming *naming, const Draft *draft, const GHashTable *winners)
{
    const char *name = text(naming, draft->name), *dot = strrchr(name, '.');

    if (dot == NULL)
        return true;
    NameKey key = {.unit = draft->unit,
                   .lane = draft->lane,
                   .name = intern_find(naming->builder->interner, name, (size_t)(dot - name))};
    Id winner = GPOINTER_TO_UINT(g_hash_table_lookup((GHashTable *)winners, &key)) - 1;
    if (winner == ID_NONE || winner == draft->parent)
        return true;
    const Draft *package = draft_at(naming, winner);
    const Draft *own = draft->parent != ID_NONE ? draft_at(naming, draft->parent) : NULL;
    if (own != NULL && (own->flags & MODULE_STUB) && own->folder == package->folder)
        return true;
    return (package->flags & (MODULE_NAMESPACE | MODULE_EXTENDED_PATH)) != 0;
}

/* One name: the first reachable module wins, stubs stand by, the others are shadowed. */
static void judge_name(Naming *naming, const Id *group, uint32_t count, GHashTable *winners)
{
    Id winner = ID_NONE, stub = ID_NONE, space = ID_NONE;

    for (uint32_t i = 0; i < count; i++) {
        Draft *draft = draft_at(naming, group[i]);
        if (draft->flags & MODULE_UNIMPORTABLE) {
            draft->wins = true;
            continue;
        }
        if (draft->file == ID_NONE) {
            space = group[i];
            continue;
        }
        if (!is_reachable(naming, draft, winners)) {
            draft->flags |= MODULE_SHADOWED;
            continue;
        }
        Id *taken = draft->flags & MODULE_STUB ? &stub : &winner;
        if (*taken == ID_NONE)
            *taken = group[i];
        else
            draft->flags |= MODULE_SHADOWED;
    }
    if (winner != ID_NONE && stub != ID_NONE)
        draft_at(naming, winner)->stub = stub;
    if (winner == ID_NONE)
        winner = stub;
    if (winner == ID_NONE)
        winner = space;
    if (winner == ID_NONE)
        return;
    draft_at(naming, winner)->wins = true;
    NameKey key = {.unit = draft_at(naming, winner)->unit,
                   .lane = draft_at(naming, winner)->lane,
                   .name = draft_at(naming, winner)->name};
    g_hash_table_insert(winners, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(winner + 1));
}

static void judge_names(Naming *naming)
{
    uint32_t count = naming->drafts->len;
    g_autofree Id *order = g_new(Id, MAX(count, 1));
    GHashTable *winners = g_hash_table_new_full(hash_key, equal_key, g_free, NULL);

    for (Id i = 0; i < count; i++)
        order[i] = i;
    g_qsort_with_data(order, (int)count, sizeof *order, compare_names, naming);
    for (uint32_t first = 0, end; first < count; first = end) {
        const Draft *draft = draft_at(naming, order[first]);
        for (end = first + 1; end < count; end++) {
            const Draft *other = draft_at(naming, order[end]);
            if (other->unit != draft->unit || other->lane != draft->lane || other->name != draft->name)
                break;
        }
        judge_name(naming, order + first, end - first, winners);
    }
    g_hash_table_unref(winners);
}

/* --- modules --- */

static int compare_modules(const void *a, const void *b, void *data)
{
    const Naming *naming = data;
    const Draft *x = draft_at(naming, *(const Id *)a), *y = draft_at(naming, *(const Id *)b);

    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    int order = sym_compare(naming->builder->interner, x->name, y->name);
    if (order != 0)
        return order;
    if (x->file != y->file) /* files are sorted by path; namespaces first */
        return x->file == ID_NONE ? -1 : y->file == ID_NONE ? 1 : x->file < y->file ? -1 : 1;
    return x->root < y->root ? -1 : x->root > y->root;
}

static bool take_id(Program *program, Id module, Sym id)
{
    if (g_hash_table_contains(program->module_by_id, GUINT_TO_POINTER(id)))
        return false;
    program->modules[module].id = id;
    g_hash_table_insert(program->module_by_id, GUINT_TO_POINTER(id), GUINT_TO_POINTER(module + 1));
    return true;
}

/* The dotted name; "unit/name" where an earlier unit has it, "folder/name" for what only a script in
 * that folder would call so; "name@path" for what loses its name. */
static void give_id(Program *program, Id index, bool wins)
{
    const Module *module = &program->modules[index];
    const Root *root = &program->roots[module->root];
    Interner *interner = program->interner;
    const char *name = program_text(program, module->name), *path = program_module_path(program, index);
    Sym prefix = root->heuristic ? root->dir : program->units[module->unit].name;

    if (wins && take_id(program, index, module->name))
        return;
    if (wins &&
        take_id(program, index, intern_printf(interner, "%s/%s", program_text(program, prefix), name)))
        return;
    const char *place = path[0] != '\0' ? path : program_text(program, root->dir);
    if (take_id(program, index, intern_printf(interner, "%s@%s", name, place)))
        return;
    for (unsigned i = 2; !take_id(program, index, intern_printf(interner, "%s@%s#%u", name, place, i)); i++)
        ;
}

static void link_files(Program *program)
{
    for (Id i = program->n_modules; i-- > 0;) {
        Module *module = &program->modules[i];
        if (module->file == ID_NONE)
            continue;
        File *file = &program->files[module->file];
        module->next_of_file = file->first_module;
        file->first_module = i;
    }
}

/* Namespace packages that lost to a regular package are nothing. */
static bool is_kept(const Draft *draft)
{
    return draft->file != ID_NONE || draft->wins;
}

static Id module_of(const Naming *naming, const Id *position, Id draft)
{
    if (draft == ID_NONE)
        return ID_NONE;
    (void)naming;
    return position[draft];
}

static void write_modules(Naming *naming)
{
    Program *program = naming->builder->program;
    uint32_t count = naming->drafts->len, n = 0;
    g_autofree Id *order = g_new(Id, MAX(count, 1)), *position = g_new(Id, MAX(count, 1));

    for (Id i = 0; i < count; i++) {
        position[i] = ID_NONE;
        if (is_kept(draft_at(naming, i)))
            order[n++] = i;
    }
    g_qsort_with_data(order, (int)n, sizeof *order, compare_modules, naming);
    program->modules = g_new0(Module, MAX(n, 1));
    program->n_modules = n;
    for (Id i = 0; i < n; i++)
        position[order[i]] = i;
    for (Id i = 0; i < n; i++) {
        const Draft *draft = draft_at(naming, order[i]);
        program->modules[i] = (Module){
            .name = draft->name,
            .file = draft->file,
            .unit = draft->unit,
            .root = draft->root,
            .parent = module_of(naming, position, draft->parent),
            .stub = module_of(naming, position, draft->stub),
            .next_of_file = ID_NONE,
            .flags = draft->flags,
        };
    }
    for (unsigned pass = 0; pass < 3; pass++) {
        for (Id i = 0; i < n; i++) {
            const Draft *draft = draft_at(naming, order[i]);
            bool stands_by = !draft->wins;
            bool plain = draft->lane == 0 && (draft->flags & MODULE_UNIMPORTABLE) == 0;
            if (pass == (stands_by ? 2u : plain ? 0u : 1u))
                give_id(program, i, draft->wins);
        }
    }
    link_files(program);
}

/* A module in the folder of a package that lost its namespace draft: its parent is whoever won. */
static void adopt_orphans(Naming *naming)
{
    Program *program = naming->builder->program;
    GHashTable *by_name = g_hash_table_new_full(hash_key, equal_key, g_free, NULL);

    for (Id i = 0; i < program->n_modules; i++) {
        const Module *module = &program->modules[i];
        NameKey key = {.unit = module->unit, .lane = 0, .name = module->name};
        if ((module->flags & (MODULE_SHADOWED | MODULE_PACKAGE)) == MODULE_PACKAGE &&
            !g_hash_table_contains(by_name, &key))
            g_hash_table_insert(by_name, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(i + 1));
    }
    for (Id i = 0; i < program->n_modules; i++) {
        Module *module = &program->modules[i];
        const char *name = program_text(program, module->name), *dot = strrchr(name, '.');
        if (module->parent != ID_NONE || dot == NULL)
            continue;
        NameKey key = {.unit = module->unit,
                       .lane = 0,
                       .name = intern_find(program->interner, name, (size_t)(dot - name))};
        module->parent = GPOINTER_TO_UINT(g_hash_table_lookup(by_name, &key)) - 1;
    }
    g_hash_table_unref(by_name);
}

static void write_units(Builder *builder)
{
    Program *program = builder->program;
    uint32_t n_roots = 0;

    for (uint32_t i = 0; i < builder->units->len; i++)
        n_roots += builder_unit(builder, i)->roots->len;
    program->units = g_new0(Unit, builder->units->len);
    program->n_units = builder->units->len;
    program->roots = g_new0(Root, n_roots);
    for (uint32_t i = 0; i < builder->units->len; i++) {
        const UnitDraft *draft = builder_unit(builder, i);
        program->units[i] = (Unit){.name = draft->name,
                                   .dir = draft->dir,
                                   .first_root = program->n_roots,
                                   .n_roots = draft->roots->len};
        for (uint32_t j = 0; j < draft->roots->len; j++) {
            program->roots[program->n_roots] = g_array_index(draft->roots, Root, j);
            program->roots[program->n_roots++].unit = i;
        }
    }
    for (Id i = 0; i < program->n_files; i++)
        program->files[i].unit =
            builder->file_folder[i] != ID_NONE ? builder_folder(builder, builder->file_folder[i])->unit : 0;
}

/* Guessed roots follow all others, so that a unit's own ones stay together. */
static void append_heuristic_roots(Naming *naming)
{
    Program *program = naming->builder->program;

    program->roots = g_renew(Root, program->roots, program->n_roots + naming->heuristic->len);
    for (uint32_t i = 0; i < naming->heuristic->len; i++)
        program->roots[program->n_roots++] = g_array_index(naming->heuristic, Root, i);
}

void build_modules(Builder *builder)
{
    Program *program = builder->program;

    write_units(builder);
    Naming naming = {.builder = builder, .n_proper = program->n_roots};
    naming.drafts = g_array_new(false, true, sizeof(Draft));
    naming.package_at = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    naming.spaces = g_hash_table_new_full(hash_key, equal_key, g_free, NULL);
    naming.possible = g_hash_table_new(NULL, NULL);
    naming.above = g_hash_table_new(NULL, NULL);
    naming.wanted = g_hash_table_new(NULL, NULL);
    naming.heuristic = g_array_new(false, true, sizeof(Root));
    naming.scratch = g_string_new(NULL);
    bool several = false;
    for (Id i = 0; i < program->n_units; i++)
        several = several || program->units[i].n_roots > 1;
    for (Id i = 0; i < program->n_files; i++)
        name_file(&naming, i);
    if (several)
        find_possible_names(&naming);
    for (Id i = 0; i < program->n_files && g_hash_table_size(naming.possible) > 0; i++)
        want_imports(&naming, &program->files[i]);
    if (g_hash_table_size(naming.wanted) > 0)
        add_second_names(&naming);
    note_packages(&naming);
    for (Id i = 0; i < naming.drafts->len; i++) /* grows: namespaces have parents too */
        set_parent(&naming, i);
    append_heuristic_roots(&naming);
    judge_names(&naming);
    write_modules(&naming);
    adopt_orphans(&naming);
    g_string_free(naming.scratch, true);
    g_array_unref(naming.heuristic);
    g_hash_table_unref(naming.wanted);
    g_hash_table_unref(naming.above);
    g_hash_table_unref(naming.possible);
    g_hash_table_unref(naming.spaces);
    g_hash_table_unref(naming.package_at);
    g_array_unref(naming.drafts);
}
