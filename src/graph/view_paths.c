/* All ways to one name: its definitions, what passes it on, who takes it from where.
 *
 * A path is a (module, name) pair under which a definition can be imported. Drawn are the
 * definition, every path that some import uses or that a hop of such a path leads through, every
 * alias (another name for the same object), and the importers, each beside the path it uses. Where
 * importers are too many for the budget they become one box per package, then one per path.
 * Arrows point the way Python goes: importer → path → … → definition. */
#include "graph/view_internal.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* Path — a node that passes a name on, or defines it. */
typedef struct Path {
    Id module;
    Sym name;
    uint32_t node; /* in the view, UINT32_MAX before */
    uint32_t line;
    uint8_t how;
    bool home; /* a definition */
    uint32_t n_users;
} Path;

/* Use — one module takes the name through one path. */
typedef struct Use {
    uint32_t path;
    Id importer;
    uint32_t count;
} Use;

typedef struct Ways {
    Program *program;
    const ViewOptions *options;
    View *view;
    GArray *definitions; /* Id */
    GHashTable *wanted;  /* definition id + 1 */
    GHashTable *path_of; /* (module, name) → path + 1 */
    GArray *paths;       /* Path */
    GArray *uses;        /* Use */
} Ways;

static gint64 *path_key(Id module, Sym name)
{
    gint64 *key = g_new(gint64, 1);

    *key = (gint64)(((uint64_t)module << 32) | name);
    return key;
}

static uint32_t find_path(const Ways *ways, Id module, Sym name)
{
    g_autofree gint64 *key = path_key(module, name);

    return GPOINTER_TO_UINT(g_hash_table_lookup(ways->path_of, key)) - 1;
}

static uint32_t add_path(Ways *ways, Id module, Sym name, uint32_t line, How how)
{
    uint32_t known = find_path(ways, module, name);

    if (known != UINT32_MAX)
        return known;
    Path path = {.module = module, .name = name, .node = UINT32_MAX, .line = line, .how = (uint8_t)how};
    g_array_append_val(ways->paths, path);
    g_hash_table_insert(ways->path_of, path_key(module, name), GUINT_TO_POINTER(ways->paths->len));
    return ways->paths->len - 1;
}

static Path *path_at(const Ways *ways, uint32_t index)
{
    return &g_array_index(ways->paths, Path, index);
}

static bool leads_to_wanted(const Ways *ways, Target target)
{
    return target.kind == TARGET_DEFINITION &&
           g_hash_table_contains(ways->wanted, GUINT_TO_POINTER(target.id + 1));
}

static bool drawn_role(const Ways *ways, Id module)
{
    const File *file = program_module_file(ways->program, module);

    return ways->options->tests || file == NULL || file->role == ROLE_PRODUCTION;
}

/* NAME is an id "a.b:X", a qualified name, or a simple name; the last two may mean several. */
static void find_definitions(Ways *ways, const char *name)
{
    const Program *program = ways->program;
    Id exact = program_find_definition(program, name);

    for (Id d = 0; d < program->n_definitions; d++) {
        const Definition *definition = &program->definitions[d];
        bool matches = d == exact ||
                       (exact == ID_NONE && (strcmp(program_text(program, definition->name), name) == 0 ||
                                             strcmp(program_text(program, definition->qualname), name) == 0));
        const File *file = program_definition_file(program, d);
        if (!matches ||
            (d != exact && !ways->options->tests && file != NULL && file->role != ROLE_PRODUCTION))
            continue;
        g_array_append_val(ways->definitions, d);
        g_hash_table_add(ways->wanted, GUINT_TO_POINTER(d + 1));
    }
}

/* What the name is bound to anywhere, under its own or another name: one name may mean several classes. */
static void find_bound(Ways *ways, const char *name)
{
    const Program *program = ways->program;
    Sym sym = intern_find(program->interner, name, strlen(name));

    for (uint32_t i = 0; sym != 0 && i < program->n_bindings; i++) {
        const Binding *binding = &program->bindings[i];
        if (binding->name != sym || binding->target.kind != TARGET_DEFINITION ||
            leads_to_wanted(ways, binding->target) || !drawn_role(ways, binding->module))
            continue;
        g_array_append_val(ways->definitions, binding->target.id);
        g_hash_table_add(ways->wanted, GUINT_TO_POINTER(binding->target.id + 1));
    }
}

/* "a.b.X" for an id "a.b:X" as people write it. */
static bool resolve_name(Ways *ways, const char *name, GError **error)
{
    find_definitions(ways, name);
    const char *dot = strrchr(name, '.');
    if (ways->definitions->len == 0 && dot != NULL) {
        g_autofree char *id = g_strdup_printf("%.*s:%s", (int)(dot - name), name, dot + 1);
        find_definitions(ways, id);
    }
    find_bound(ways, name);
    if (ways->definitions->len > 0)
        return true;
    g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE, "no definition is named '%s'%s", name,
                ways->options->tests ? "" : " outside of tests (--tests includes them)");
    return false;
}

/* Which paths do imports use? */
static void collect_uses(Ways *ways)
{
    const Program *program = ways->program;

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->name == 0 || import->target_module == ID_NONE || !leads_to_wanted(ways, import->target) ||
            import->kind == IMPORT_STRING)
            continue;
        uint32_t path = add_path(ways, import->target_module, import->name, 0, HOW_IMPORT);
        Use use = {path, import->module, 1};
        g_array_append_val(ways->uses, use);
    }
}

/* Homes, aliases, and the hops of every path in use. Appending while walking: paths only grow, and
 * each is seen once. */
static void collect_paths(Ways *ways)
{
    const Program *program = ways->program;

    for (uint32_t i = 0; i < ways->definitions->len; i++) {
        const Definition *definition = &program->definitions[g_array_index(ways->definitions, Id, i)];
        uint32_t path =
            add_path(ways, definition->module, definition->qualname, definition->line, HOW_DEFINITION);
        path_at(ways, path)->home = true;
    }
    collect_uses(ways);
    for (uint32_t i = 0; i < program->n_bindings; i++) {
        const Binding *binding = &program->bindings[i];
        if (binding->how == HOW_ALIAS && leads_to_wanted(ways, binding->target) &&
            drawn_role(ways, binding->module))
            add_path(ways, binding->module, binding->name, binding->line, HOW_ALIAS);
    }
}

static const Binding *binding_of(const Ways *ways, const Path *path)
{
    uint32_t n = 0;
    const Binding *candidates = program_bindings_of(ways->program, path->module, path->name, &n);

    for (uint32_t i = 0; i < n; i++)
        if (leads_to_wanted(ways, candidates[i].target))
            return &candidates[i];
    return NULL;
}

static uint32_t home_of(Ways *ways, Id definition)
{
    const Definition *d = &ways->program->definitions[definition];

    return find_path(ways, d->module, d->qualname);
}

static const char *hop_style(const Binding *binding)
{
    return binding->how == HOW_ALIAS ? "alias" : binding->how == HOW_STAR ? "star" : "reexport";
}

/* The next path on the way from a path to its definition. */
static uint32_t next_path(Ways *ways, const Path *path, const Binding *binding)
{
    if (binding->first_hop != ID_NONE && binding->n_hops > 0) {
        const Hop *hop = &ways->program->hops[binding->first_hop];
        if (hop->module != path->module || hop->name != path->name)
            return add_path(ways, hop->module, hop->name, hop->line, HOW_IMPORT);
    }
    return home_of(ways, binding->target.id);
}

static uint32_t path_node(Ways *ways, uint32_t index)
{
    Path *path = path_at(ways, index);
    const Program *program = ways->program;
    const char *module = program_text(program, program->modules[path->module].id);
    const char *name = program_text(program, path->name);
    bool alias = path->how == HOW_ALIAS;

    if (path->node != UINT32_MAX)
        return path->node;
    g_autofree char *id = g_strdup_printf("%s:%s", module, name);
    g_autofree char *label = g_strdup_printf("%s\n%s%s", name,
                                             alias        ? "alias in "
                                             : path->home ? ""
                                                          : "via ",
                                             module);
    path->node = view_add_node(ways->view, id, label, path->home ? NODE_DEFINITION : NODE_REEXPORT,
                               path->home ? "canonical"
                               : alias    ? "alias"
                                          : "");
    view_node(ways->view, path->node)->tooltip =
        g_strdup_printf("%s — %s:%u", id, program_module_path(program, path->module), path->line);
    return path->node;
}

static void draw_paths(Ways *ways)
{
    /* The list grows while hops are followed; every path is visited once. */
    for (uint32_t i = 0; i < ways->paths->len; i++) {
        Path path = *path_at(ways, i);
        const Binding *binding = path.home ? NULL : binding_of(ways, &path);
        if (binding != NULL) {
            path_at(ways, i)->line = binding->line;
            path_at(ways, i)->how = binding->how;
        }
        uint32_t node = path_node(ways, i);
        if (binding == NULL)
            continue;
        uint32_t next = next_path(ways, &path, binding);
        if (next == UINT32_MAX || next == i)
            continue;
        view_add_edge(ways->view, node, path_node(ways, next), 1, binding->how == HOW_ALIAS ? "=" : NULL,
                      hop_style(binding));
    }
}

/* --- importers --- */

static int compare_uses(const void *a, const void *b)
{
    const Use *x = a, *y = b;

    if (x->path != y->path)
        return x->path < y->path ? -1 : 1;
    return x->importer < y->importer ? -1 : x->importer > y->importer;
}

/* Drops importers that are paths themselves (their arrow is there) or not asked for; one use a pair. */
static uint32_t prune_uses(Ways *ways)
{
    uint32_t kept = 0, hidden = 0;

    if (ways->uses->len > 0)
        qsort(ways->uses->data, ways->uses->len, sizeof(Use), compare_uses);
    for (uint32_t i = 0; i < ways->uses->len; i++) {
        Use use = g_array_index(ways->uses, Use, i);
        Use *last = kept > 0 ? &g_array_index(ways->uses, Use, kept - 1) : NULL;
        path_at(ways, use.path)->n_users++;
        if (!drawn_role(ways, use.importer)) {
            hidden++;
            continue;
        }
        uint32_t own = find_path(ways, use.importer, path_at(ways, use.path)->name);
        if (own != UINT32_MAX)
            continue;
        if (last != NULL && compare_uses(last, &use) == 0)
            last->count += use.count;
        else
            g_array_index(ways->uses, Use, kept++) = use;
    }
    g_array_set_size(ways->uses, kept);
    return hidden;
}

/* The package of a module, `levels` dotted parts deep at most; the folder for a loose script. */
static char *package_name(const Program *program, Id module, uint32_t levels)
{
    const char *name = program_text(program, program->modules[module].id), *end = name;
    const char *last = strrchr(name, '.');

    if (last == NULL) {
        const char *path = program_module_path(program, module), *slash = strrchr(path, '/');
        return slash != NULL ? g_strdup_printf("%.*s/", (int)(slash - path), path) : g_strdup(name);
    }
    while (levels > 0 && end < last) {
        end = strchr(end + 1, '.');
        levels--;
    }
    return g_strndup(name, (size_t)(end - name));
}

/* Bucket — importers that share a path and a package. */
typedef struct Bucket {
    char *package;
    uint32_t path, modules, imports;
    Id only;
} Bucket;

static void clear_bucket(void *data)
{
    g_free(((Bucket *)data)->package);
}

static int compare_buckets(const void *a, const void *b)
{
    const Bucket *x = a, *y = b;

    if (x->path != y->path)
        return x->path < y->path ? -1 : 1;
    return strcmp(x->package, y->package);
}

/* One bucket per path and package of `levels` parts; per path alone when levels is 0. */
static GArray *bucket_uses(const Ways *ways, uint32_t levels)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Bucket)),
           *buckets = g_array_new(FALSE, TRUE, sizeof(Bucket));

    for (uint32_t i = 0; i < ways->uses->len; i++) {
        const Use *use = &g_array_index(ways->uses, Use, i);
        Bucket bucket = {levels > 0 ? package_name(ways->program, use->importer, levels) : g_strdup(""),
                         use->path, 1, use->count, use->importer};
        g_array_append_val(all, bucket);
    }
    if (all->len > 0)
        qsort(all->data, all->len, sizeof(Bucket), compare_buckets);
    for (uint32_t i = 0; i < all->len; i++) {
        Bucket *bucket = &g_array_index(all, Bucket, i);
        Bucket *last = buckets->len > 0 ? &g_array_index(buckets, Bucket, buckets->len - 1) : NULL;
        if (last != NULL && compare_buckets(last, bucket) == 0) {
            last->modules++;
            last->imports += bucket->imports;
            g_free(bucket->package);
        } else {
            g_array_append_val(buckets, *bucket);
        }
    }
    g_array_free(all, TRUE);
    g_array_set_clear_func(buckets, clear_bucket);
    return buckets;
}

static uint32_t importer_node(Ways *ways, GHashTable *single, Id module)
{
    const Program *program = ways->program;
    uint32_t known = GPOINTER_TO_UINT(g_hash_table_lookup(single, GUINT_TO_POINTER(module + 1)));

    if (known != 0)
        return known - 1;
    const char *id = program_text(program, program->modules[module].id);
    const File *file = program_module_file(program, module);
    uint32_t node = view_add_node(ways->view, id, id, NODE_IMPORTER,
                                  file != NULL && file->role == ROLE_TEST ? "test" : "");
    view_node(ways->view, node)->tooltip = g_strdup(program_module_path(program, module));
    g_hash_table_insert(single, GUINT_TO_POINTER(module + 1), GUINT_TO_POINTER(node + 1));
    return node;
}

static void draw_buckets(Ways *ways, const GArray *buckets)
{
    g_autoptr(GHashTable) single = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < buckets->len; i++) {
        const Bucket *bucket = &g_array_index(buckets, Bucket, i);
        const Path *path = path_at(ways, bucket->path);
        uint32_t node;
        if (bucket->modules == 1) {
            node = importer_node(ways, single, bucket->only);
        } else {
            const char *via = view_node(ways->view, path->node)->id;
            g_autofree char *id = g_strdup_printf("%s.* → %s", bucket->package, via);
            g_autofree char *label =
                g_strdup_printf("%s\n%u modules", bucket->package[0] != '\0' ? bucket->package : "importers",
                                bucket->modules);
            node = view_add_node(ways->view, id, label, NODE_IMPORTER, "");
            view_node(ways->view, node)->weight = bucket->modules;
            view_node(ways->view, node)->tooltip = g_strdup_printf(
                "%u imports in %u modules below %s", bucket->imports, bucket->modules, bucket->package);
        }
        view_add_edge(ways->view, node, path->node, bucket->imports, NULL, "load");
    }
}

/* Modules where they fit, else packages as deep as fits, else one box a path. */
static void draw_importers(Ways *ways)
{
    enum { DEEPEST = 6 };
    uint32_t used = ways->view->nodes->len, budget = ways->options->max_nodes;
    uint32_t room = budget > used + ways->paths->len ? budget - used : ways->paths->len;
    g_autoptr(GHashTable) modules = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < ways->uses->len; i++)
        g_hash_table_add(modules, GUINT_TO_POINTER(g_array_index(ways->uses, Use, i).importer + 1));
    if (ways->options->full || g_hash_table_size(modules) <= room) {
        g_autoptr(GHashTable) single = g_hash_table_new(NULL, NULL);
        for (uint32_t i = 0; i < ways->uses->len; i++) {
            const Use *use = &g_array_index(ways->uses, Use, i);
            view_add_edge(ways->view, importer_node(ways, single, use->importer),
                          path_at(ways, use->path)->node, use->count, NULL, "load");
        }
        return;
    }
    for (uint32_t levels = ways->options->collapse > 0 ? ways->options->collapse : DEEPEST;; levels--) {
        g_autoptr(GArray) buckets = bucket_uses(ways, levels);
        if (buckets->len > room && levels > 0 && ways->options->collapse == 0)
            continue;
        draw_buckets(ways, buckets);
        view_add_note(ways->view,
                      "%u importing modules are drawn as %u boxes (--full or --max-nodes N draws each)",
                      g_hash_table_size(modules), buckets->len);
        return;
    }
}

/* Of more re-exports than fit, those that nobody imports from go, then the least used. */
static void note_size(Ways *ways, uint32_t hidden)
{
    uint32_t production = 0, direct = 0, n = ways->definitions->len;

    for (uint32_t i = 0; i < ways->paths->len; i++) {
        const Path *path = path_at(ways, i);
        production += path->n_users;
        direct += path->home ? path->n_users : 0;
        ViewNode *node = view_node(ways->view, path->node);
        node->weight = path->n_users;
        if (path->n_users > 0) {
            char *label =
                g_strdup_printf("%s\n%u import%s", node->label, path->n_users, path->n_users == 1 ? "" : "s");
            g_free(node->label);
            node->label = label;
        } else if (!path->home) {
            g_free(node->style);
            node->style = g_strdup(path->how == HOW_ALIAS ? "alias" : "unused");
        }
    }
    ways->view->title = g_strdup_printf("Ways to %s: %u definition%s, %u path%s, %u imports (%u direct)",
                                        ways->options->name, n, n == 1 ? "" : "s", ways->paths->len,
                                        ways->paths->len == 1 ? "" : "s", production, direct);
    if (hidden > 0)
        view_add_note(ways->view,
                      "%u imports by tests and other roles are counted, not drawn (--tests draws them)",
                      hidden);
}

static int more_used(const void *a, const void *b, void *context)
{
    const ViewNode *x = view_node(context, *(const uint32_t *)a),
                   *y = view_node(context, *(const uint32_t *)b);
    bool p = x->kind == NODE_DEFINITION, q = y->kind == NODE_DEFINITION;

    if (p != q)
        return p ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return strcmp(x->id, y->id);
}

/* Of more boxes than fit by half, definitions stay, then what is used most. */
static void trim(View *view, const ViewOptions *options)
{
    uint32_t n = view->nodes->len, most = options->max_nodes + options->max_nodes / 2;
    g_autofree uint32_t *order = g_new(uint32_t, (size_t)n + 1);
    g_autofree bool *keep = g_new0(bool, (size_t)n + 1);

    if (options->full || n <= most)
        return;
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    g_qsort_with_data(order, (gint)n, sizeof *order, more_used, view);
    for (uint32_t i = 0; i < most; i++)
        keep[order[i]] = true;
    view_keep_nodes(view, keep);
    view_add_note(view, "%u boxes that few imports use are left out (--max-nodes N or --full draws them)",
                  n - most);
}

static void add_legend(View *view)
{
    bool alias = false, star = false, importer = false, reexport = false;

    for (uint32_t i = 0; i < view->edges->len; i++) {
        alias = alias || strcmp(view_edge(view, i)->style, "alias") == 0;
        star = star || strcmp(view_edge(view, i)->style, "star") == 0;
    }
    for (uint32_t i = 0; i < view->nodes->len; i++) {
        importer = importer || view_node(view, i)->kind == NODE_IMPORTER;
        reexport = reexport || view_node(view, i)->kind == NODE_REEXPORT;
    }
    view_add_legend(view, "canonical", "definition");
    if (reexport)
        view_add_legend(view, "reexport", "passes the name on");
    if (alias)
        view_add_legend(view, "alias", "another name for it");
    if (importer)
        view_add_legend(view, "importer", "importers");
    view_add_legend(view, "edge:load", "imports the name from (number of imports)");
    if (reexport)
        view_add_legend(view, "edge:reexport", "passed on from");
    if (star)
        view_add_legend(view, "edge:star", "by a star import");
}

View *view_paths(Program *program, const DependencyGraph *graph, const ViewOptions *options, GError **error)
{
    g_autoptr(View) view = view_new_empty(VIEW_PATHS, NULL);
    g_autoptr(GArray) definitions = g_array_new(FALSE, FALSE, sizeof(Id));
    g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(Path)),
                      uses = g_array_new(FALSE, FALSE, sizeof(Use));
    g_autoptr(GHashTable) wanted = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) path_of = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    Ways ways = {program, options, view, definitions, wanted, path_of, paths, uses};

    (void)graph;
    if (options->name == NULL || options->name[0] == '\0') {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE,
                    "paths of which name? Give one: --kind paths NAME");
        return NULL;
    }
    if (!resolve_name(&ways, options->name, error))
        return NULL;
    collect_paths(&ways);
    draw_paths(&ways);
    uint32_t hidden = prune_uses(&ways);
    draw_importers(&ways);
    note_size(&ways, hidden);
    trim(view, options);
    add_legend(view);
    view_normalise(view);
    return g_steal_pointer(&view);
}
