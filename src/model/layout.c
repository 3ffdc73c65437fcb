/* Units and their source roots, in the order in which Python would search them:
 *
 *   1. roots of the configuration;
 *   2. what the packaging files say (package_dir, packages.find, pytest's pythonpath …);
 *   3. src/, unless the imports say `from src.x import …`;
 *   4. folders that only the imports give away (backend/ where everybody imports `app.…`);
 *   5. the unit's own folder: the highest one that makes its packages importable. Where the unit's folder is
 *      itself a package, or is imported as one from above, that is the folder above it.
 *
 * A unit is the folder of a packaging file. A folder of rule 4 whose names clash with those of the
 * unit's other roots cannot stand on one sys.path with them: it becomes a unit of its own (services/a/app,
 * services/b/app). */
#include <string.h>

#include "model/internal.h"
#include "model/packaging.h"
#include "model/path.h"

static const char *text(const Builder *builder, Sym sym)
{
    return program_text(builder->program, sym);
}

static bool has_root(const UnitDraft *unit, Sym dir, Sym prefix)
{
    for (uint32_t i = 0; i < unit->roots->len; i++) {
        const Root *root = &g_array_index(unit->roots, Root, i);
        if (root->dir == dir && root->prefix == prefix)
            return true;
    }
    return false;
}

static void add_root(UnitDraft *unit, Sym dir, Sym prefix, const char *reason)
{
    Root root = {.dir = dir, .prefix = prefix, .reason = reason};

    if (!has_root(unit, dir, prefix))
        g_array_append_val(unit->roots, root);
}

static void clear_unit(void *data)
{
    g_array_unref(((UnitDraft *)data)->roots);
}

static void add_unit(Builder *builder, Id folder, const char *name)
{
    const Folder *place = builder_folder(builder, folder);
    UnitDraft unit = {.dir = place->path, .folder = folder};

    if (name != NULL && name[0] != '\0') {
        unit.name = intern_cstr(builder->interner, name);
    } else if (place->path != 0) {
        unit.name = place->name;
    } else {
        g_autofree char *base = g_path_get_basename(source_root(builder->source));
        unit.name = intern_cstr(builder->interner, base);
    }
    unit.roots = g_array_new(false, true, sizeof(Root));
    g_array_append_val(builder->units, unit);
}

/* A root as configured or given on the command line, relative to the project; NULL when outside it. */
static char *project_path(const Builder *builder, const char *given)
{
    const char *top = source_root(builder->source);

    if (given[0] != '/')
        return path_resolve("", given);
    if (!path_is_below(given, top) && strcmp(given, top) != 0)
        return NULL;
    return path_resolve("", given + strlen(top) + (given[strlen(top)] == '/'));
}

static void add_configured_roots(Builder *builder, UnitDraft *unit)
{
    const GPtrArray *roots = builder->config->roots;
    const char *dir = text(builder, unit->dir);

    for (uint32_t i = 0; i < roots->len; i++) {
        g_autofree char *root = project_path(builder, roots->pdata[i]);
        if (root != NULL && (path_is_below(root, dir) || path_is_below(dir, root)))
            add_root(unit, intern_cstr(builder->interner, root), 0, "configured");
    }
}

/* One unit for the project root, one for each folder whose packaging files make it a project. */
static void read_packaging(Builder *builder, Id folder, bool listed)
{
    Packaging packaging = {0};
    const Folder *place = builder_folder(builder, folder);

    if (listed)
        packaging_read(builder->source, text(builder, place->path), &packaging);
    if (folder == 0 || packaging.is_unit) {
        add_unit(builder, folder, packaging.name);
        UnitDraft *unit = builder_unit(builder, builder->units->len - 1);
        add_configured_roots(builder, unit);
        for (uint32_t i = 0; packaging.roots != NULL && i < packaging.roots->len; i++) {
            const PackagingRoot *root = &g_array_index(packaging.roots, PackagingRoot, i);
            if (folder_find(builder, root->dir, strlen(root->dir)) != ID_NONE)
                add_root(unit, intern_cstr(builder->interner, root->dir),
                         intern_cstr(builder->interner, root->prefix), root->reason);
        }
    }
    packaging_clear(&packaging);
}

static void mark_packaging(const Builder *builder, const char *path, bool *marked)
{
    Id folder = folder_find(builder, path, path_folder_length(path));

    if (folder != ID_NONE)
        marked[folder] = true;
}

static int compare_units(const void *a, const void *b, void *data)
{
    return sym_compare(data, ((const UnitDraft *)a)->dir, ((const UnitDraft *)b)->dir);
}

static void find_units(Builder *builder)
{
    g_autofree bool *marked = g_new0(bool, builder->folders->len);
    const SourceListing *listing = source_list(builder->source, NULL);
    const Program *program = builder->program;

    for (uint32_t i = 0; listing != NULL && i < listing->n_entries; i++)
        if (listing->entries[i].kind == SOURCE_PACKAGING)
            mark_packaging(builder, listing->entries[i].path, marked);
    for (Id i = 0; i < program->n_files; i++) {
        const char *path = text(builder, program->files[i].path);
        /* numpy.distutils' setup.py inside a package names subpackages; it starts no project. */
        if (strcmp(path_name(path), "setup.py") == 0 && builder->file_folder[i] != ID_NONE &&
            !builder_folder(builder, builder->file_folder[i])->package)
            mark_packaging(builder, path, marked);
    }
    for (Id i = 0; i < builder->folders->len; i++)
        if (i == 0 || marked[i])
            read_packaging(builder, i, marked[i]);
    g_array_sort_with_data(builder->units, compare_units, builder->interner);
}

/* Every folder belongs to the unit of the nearest folder above it that has one. */
static void assign_folders(Builder *builder)
{
    g_autofree Id *unit_at = g_new(Id, builder->folders->len);

    memset(unit_at, 0xff, sizeof(Id) * builder->folders->len);
    for (uint32_t i = 0; i < builder->units->len; i++)
        unit_at[builder_unit(builder, i)->folder] = i;
    for (Id i = 0; i < builder->folders->len; i++) {
        Folder *folder = builder_folder(builder, i);
        folder->unit = unit_at[i] != ID_NONE ? unit_at[i] : builder_folder(builder, folder->parent)->unit;
    }
}

static Id child_folder(const Builder *builder, Id folder, const char *name)
{
    const char *path = text(builder, builder_folder(builder, folder)->path);
    g_autofree char *child = path[0] != '\0' ? g_strconcat(path, "/", name, NULL) : g_strdup(name);

    return folder_find(builder, child, strlen(child));
}

static bool *known_roots(const Builder *builder)
{
    bool *known = g_new0(bool, builder->folders->len);

    for (uint32_t i = 0; i < builder->units->len; i++) {
        const UnitDraft *unit = builder_unit(builder, i);
        Id src = child_folder(builder, unit->folder, "src");
        known[unit->folder] = true;
        if (src != ID_NONE)
            known[src] = true;
        for (uint32_t j = 0; j < unit->roots->len; j++) {
            const char *dir = text(builder, g_array_index(unit->roots, Root, j).dir);
            Id folder = folder_find(builder, dir, strlen(dir));
            if (folder != ID_NONE)
                known[folder] = true;
        }
    }
    return known;
}

static uint32_t hits_from_above(const Builder *builder, Id folder)
{
    const Folder *place = builder_folder(builder, folder);
    const Place *found = place->parent != ID_NONE ? evidence_find(builder, place->parent, place->name) : NULL;

    return found != NULL ? found->hits : 0;
}

static void add_source_folder(Builder *builder, UnitDraft *unit)
{
    Id src = child_folder(builder, unit->folder, "src");

    if (src == ID_NONE || builder->config->roots->len > 0)
        return;
    const Folder *folder = builder_folder(builder, src);
    uint32_t own = builder->folder_hits[src], above = hits_from_above(builder, src);
    if (folder->package ? own > above : own >= above)
        add_root(unit, folder->path, 0, "src layout");
}

/* The folder above the outermost package that `folder` is (in). */
static Id above_package(const Builder *builder, Id folder)
{
    while (folder != 0 && builder_folder(builder, folder)->package)
        folder = builder_folder(builder, folder)->parent;
    return folder;
}

static void add_unit_folder(Builder *builder, UnitDraft *unit)
{
    const Folder *folder = builder_folder(builder, unit->folder);

    if (unit->folder != 0 && folder->package) {
        const Folder *above = builder_folder(builder, above_package(builder, unit->folder));
        add_root(unit, above->path, 0, "above the package");
    } else if (unit->folder != 0 &&
               hits_from_above(builder, unit->folder) > builder->folder_hits[unit->folder]) {
        add_root(unit, builder_folder(builder, folder->parent)->path, 0, "imported from above");
    }
    add_root(unit, unit->dir, 0, "unit folder");
}

/* Do `a` and `b` hold a package or module of the same name? */
static bool names_clash(const Builder *builder, Id a, Id b)
{
    for (Id i = 1; i < builder->folders->len; i++) {
        const Folder *folder = builder_folder(builder, i);
        if (folder->parent == a && i != b && folder_holds(builder, b, text(builder, folder->name)))
            return true;
    }
    return false;
}

static bool clashes_with_unit(const Builder *builder, Id folder, const UnitDraft *unit)
{
    for (uint32_t i = 0; i < unit->roots->len; i++) {
        const char *dir = text(builder, g_array_index(unit->roots, Root, i).dir);
        Id root = folder_find(builder, dir, strlen(dir));
        if (root != ID_NONE && names_clash(builder, folder, root))
            return true;
    }
    return names_clash(builder, folder, unit->folder);
}

/* Nobody puts the inside of a package on sys.path and gets away with it. */
static bool inside_package(const Builder *builder, Id folder)
{
    for (; folder != 0; folder = builder_folder(builder, folder)->parent)
        if (builder_folder(builder, folder)->package)
            return true;
    return false;
}

/* Folders that imports show to be roots, in folder order. */
static GArray *imported_roots(const Builder *builder, const bool *known)
{
    GArray *found = g_array_new(false, false, sizeof(Id));
    g_autofree uint64_t *solved = g_new0(uint64_t, builder->folders->len);
    g_autofree uint64_t *failed = g_new0(uint64_t, builder->folders->len);
    GHashTableIter iter;
    void *value;

    g_hash_table_iter_init(&iter, builder->places); /* sums: any order */
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const GArray *places = value;
        for (uint32_t i = 0; i < places->len; i++) {
            const Place *place = &g_array_index(places, Place, i);
            if (place->is_folder && place->solved > place->failed)
                solved[place->owner] += place->solved;
            else if (place->is_folder)
                failed[place->owner] += place->solved;
        }
    }
    for (Id i = 1; i < builder->folders->len; i++)
        /* A folder that is mostly imported as a package itself is none: its scripts look beside themselves.
         */
        if (!known[i] && !inside_package(builder, i) && solved[i] > failed[i] &&
            builder->folder_hits[i] >= hits_from_above(builder, i))
            g_array_append_val(found, i);
    return found;
}

/* Marks folders among `found` that hold packages of the same name within one unit. */
static bool *clashing_among(const Builder *builder, const GArray *found)
{
    bool *clashes = g_new0(bool, builder->folders->len);
    g_autofree bool *is_found = g_new0(bool, builder->folders->len);
    g_autoptr(GHashTable) owners = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

    for (uint32_t i = 0; i < found->len; i++)
        is_found[g_array_index(found, Id, i)] = true;
    for (Id i = 1; i < builder->folders->len; i++) {
        const Folder *folder = builder_folder(builder, i);
        if (!is_found[folder->parent])
            continue;
        uint64_t key = (uint64_t)builder_folder(builder, folder->parent)->unit << 32 | folder->name;
        Id other = GPOINTER_TO_UINT(g_hash_table_lookup(owners, &key));
        if (other == 0)
            g_hash_table_insert(owners, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(folder->parent));
        else
            clashes[other] = clashes[folder->parent] = true;
    }
    return clashes;
}

/* Adds the roots that only imports show; true when that made new units. */
static bool add_imported_roots(Builder *builder, const bool *known)
{
    g_autoptr(GArray) found = imported_roots(builder, known);
    g_autofree bool *clashes = clashing_among(builder, found);
    uint32_t before = builder->units->len;

    for (uint32_t i = 0; i < found->len; i++) {
        Id folder = g_array_index(found, Id, i);
        UnitDraft *unit = builder_unit(builder, builder_folder(builder, folder)->unit);
        if (clashes[folder] || clashes_with_unit(builder, folder, unit))
            add_unit(builder, folder, NULL);
        else
            add_root(unit, builder_folder(builder, folder)->path, 0, "imported packages");
    }
    g_array_sort_with_data(builder->units, compare_units, builder->interner);
    return builder->units->len > before;
}

void build_layout(Builder *builder)
{
    builder->units = g_array_new(false, true, sizeof(UnitDraft));
    g_array_set_clear_func(builder->units, clear_unit);
    find_units(builder);
    assign_folders(builder);
    g_autofree bool *known = known_roots(builder);
    evidence_count(builder, known);
    for (uint32_t i = 0; i < builder->units->len; i++)
        add_source_folder(builder, builder_unit(builder, i));
    if (builder->config->roots->len == 0 && add_imported_roots(builder, known))
        assign_folders(builder);
    for (uint32_t i = 0; i < builder->units->len; i++)
        add_unit_folder(builder, builder_unit(builder, i));
}
