/* Import paths: for each definition, through which modules it is imported, and how often.
 *
 * A path is (module named in the import, name imported there). In order are the home — the module
 * that defines it, under its own name — and a public root: a package above the home, for importers
 * outside that package. A finding is what comes on top: two paths used from the same side, a path
 * through a module that is neither, or another name. */
#include "detect/pin.h"
#include "detect/stage.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PATHS_CHECKED = 64 };

/* PathUse — one import that leads to a definition. */
typedef struct PathUse {
    Id definition, module;
    Sym name;
    uint32_t import;
} PathUse;

static int compare_uses(const void *a, const void *b)
{
    const PathUse *x = a, *y = b;

    if (x->definition != y->definition)
        return x->definition < y->definition ? -1 : 1;
    if (x->module != y->module)
        return x->module < y->module ? -1 : 1;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    return (x->import > y->import) - (x->import < y->import);
}

static int compare_paths(const void *a, const void *b, void *data)
{
    const ImportPath *x = a, *y = b;
    const Program *program = data;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    int order =
        sym_compare(program->interner, program->modules[x->module].id, program->modules[y->module].id);
    return order != 0 ? order : sym_compare(program->interner, x->name, y->name);
}

/* What is pinned counts whatever its kind. */
static GArray *collect_uses(const Stage *stage, const GArray *pins)
{
    const Program *program = stage->program;
    GArray *uses = g_array_new(FALSE, FALSE, sizeof(PathUse));

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->target.kind != TARGET_DEFINITION || import->name == 0 ||
            import->target_module == ID_NONE || import->kind == IMPORT_STRING ||
            import->kind == IMPORT_PARENT ||
            (!stage->contents.of[import->target.id].eligible && pins_find(pins, import->target.id) == NULL))
            continue;
        PathUse use = {.definition = import->target.id,
                       .module = import->target_module,
                       .name = import->name,
                       .import = i};
        g_array_append_val(uses, use);
    }
    g_array_sort(uses, compare_uses);
    return uses;
}

static bool is_ancestor(const Program *program, Id ancestor, Id module)
{
    for (uint32_t steps = 0; module != ID_NONE && steps < 64; steps++) {
        if (module == ancestor)
            return true;
        module = program->modules[module].parent;
    }
    return false;
}

static bool is_home(const Program *program, Id definition, const ImportPath *path)
{
    return path->module == program->definitions[definition].module &&
           path->name == program->definitions[definition].name;
}

/* A package above the home, under the definition's own name. */
static bool is_public_root(const Program *program, Id definition, const ImportPath *path)
{
    return path->name == program->definitions[definition].name &&
           (program->modules[path->module].flags & MODULE_PACKAGE) != 0 &&
           is_ancestor(program, path->module, program->definitions[definition].module);
}

/* A name or a module that asks to be left alone: one leading underscore in any part. */
static bool is_private(const Program *program, Id module, Sym name)
{
    if (program_text(program, name)[0] == '_' && program_text(program, name)[1] != '_')
        return true;
    for (const char *part = program_text(program, program->modules[module].name); part != NULL;) {
        if (part[0] == '_' && part[1] != '_')
            return true;
        part = strchr(part, '.');
        part = part != NULL ? part + 1 : NULL;
    }
    return false;
}

/* Is the name of a path there for others? A package's names are, those of `__all__`, aliases, and what is
 * imported as itself; that somebody takes an import of another module along says nothing. */
static bool is_offered(const Program *program, const ImportPath *path)
{
    const Module *module = &program->modules[path->module];
    const File *file = program_module_file(program, path->module);

    if (module->flags & MODULE_PACKAGE)
        return true;
    for (uint32_t i = 0; i < module->n_exports; i++)
        if (program->exports[module->first_export + i].name == path->name)
            return true;
    for (uint32_t i = 0; file != NULL && i < file->facts.n_bindings; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        if (binding->context != 0 || file_sym(file, binding->name) != path->name)
            continue;
        if (binding->kind == BINDING_ALIAS ||
            (binding->kind == BINDING_IMPORT && file->facts.imports[binding->ref].aliased))
            return true;
    }
    return false;
}

/* Where imports should go. The home; but where the home is private and people import the definition
 * through a path that offers it, the most used of those: that is the name it is meant to be known by. A pin
 * is absolute. With public-root-imports, the most public root in use (the one of the fewest parts). */
static void choose_canonical_path(const Stage *stage, const PinnedPath *pin, Fragmentation *fragmentation)
{
    const Program *program = stage->program;
    const Definition *definition = &program->definitions[fragmentation->definition];
    bool hidden = is_private(program, definition->module, definition->name);
    bool roots = stage->config != NULL && stage->config->public_root_imports;
    uint32_t most = 0;
    size_t fewest = SIZE_MAX;

    fragmentation->canonical_module = definition->module;
    fragmentation->canonical_name = definition->name;
    if (pin != NULL) {
        fragmentation->canonical_module = pin->module;
        fragmentation->canonical_name = pin->name;
        fragmentation->pinned = true;
        return;
    }
    for (uint32_t i = 0; i < fragmentation->n_paths; i++) {
        const ImportPath *path = &fragmentation->paths[i];
        size_t length = sym_length(program->interner, program->modules[path->module].name);
        bool better = roots && is_public_root(program, fragmentation->definition, path) && length < fewest;
        if (!roots && hidden && !is_private(program, path->module, path->name) && path->count > most &&
            is_offered(program, path))
            better = true;
        if (!better)
            continue;
        most = path->count;
        fewest = length;
        fragmentation->canonical_module = path->module;
        fragmentation->canonical_name = path->name;
    }
}

/* Is this module one of the paths itself? Its import of the definition passes it on and is no use. */
static bool is_path(const Fragmentation *fragmentation, Id module)
{
    for (uint32_t i = 0; i < fragmentation->n_paths; i++)
        if (fragmentation->paths[i].module == module)
            return true;
    return false;
}

/* How often a path is used by modules that do not pass the definition on, and from within its own package. */
static uint32_t count_uses(const Program *program, const Fragmentation *fragmentation, const ImportPath *path,
                           const uint32_t *path_imports, uint32_t *inside)
{
    uint32_t uses = 0;

    *inside = 0;
    for (uint32_t k = 0; k < path->count; k++) {
        Id importer = program->imports[path_imports[path->first_import + k]].module;
        if (fragmentation->n_paths <= MAX_PATHS_CHECKED && is_path(fragmentation, importer))
            continue;
        uses++;
        *inside += is_ancestor(program, path->module, importer);
    }
    return uses;
}

/* Two used paths or more, of which one is neither home nor public root, or a second root, or a root
 * that its own package uses. */
static bool is_fragmented(const Stage *stage, const Fragmentation *fragmentation,
                          const uint32_t *path_imports)
{
    const Program *program = stage->program;
    uint32_t used = 0, roots = 0;
    bool strange = false;

    for (uint32_t i = 0; i < fragmentation->n_paths; i++) {
        const ImportPath *path = &fragmentation->paths[i];
        uint32_t inside, uses = count_uses(program, fragmentation, path, path_imports, &inside);
        bool root = is_public_root(program, fragmentation->definition, path),
             home = is_home(program, fragmentation->definition, path);
        if (uses == 0)
            continue;
        used++;
        roots += root && !home;
        strange = strange || (!root && !home) || (root && !home && inside > 0);
    }
    return used >= 2 && (strange || roots >= 2);
}

static void report_fragmentation(Stage *stage, const Fragmentation *fragmentation)
{
    const Program *program = stage->program;
    const Definition *definition = &program->definitions[fragmentation->definition];
    g_autoptr(GString) list = g_string_new(NULL);
    Draft draft;

    draft_begin(&draft, stage, RULE_FRAGMENTED_IMPORT);
    draft.path = stage_definition_path(program, fragmentation->definition);
    draft.line = definition->line;
    draft.definition = fragmentation->definition;
    draft.weight = fragmentation->total;
    draft_subject(&draft, definition->id);
    for (uint32_t i = 0; i < fragmentation->n_paths; i++) {
        const ImportPath *path = &fragmentation->paths[i];
        const Import *first = &program->imports[stage->detection->path_imports[path->first_import]];
        const char *module = program_text(program, program->modules[path->module].name),
                   *name = program_text(program, path->name);
        if (i < 3)
            g_string_append_printf(list, "%s%s:%s (%u)", i > 0 ? ", " : "", module, name, path->count);
        if (i < 24)
            draft_evidence(&draft, stage_module_path(program, first->module), first->line,
                           "%u import%s through %s:%s, %u in production%s", path->count,
                           path->count == 1 ? "" : "s", module, name, path->n_production,
                           path->canonical ? " (canonical)" : "");
    }
    if (fragmentation->n_paths > 3)
        g_string_append_printf(list, " and %u more", fragmentation->n_paths - 3);
    draft_message(&draft, "%s is imported through %u paths: %s", program_text(program, definition->name),
                  fragmentation->n_paths, list->str);
    draft_end(&draft, NULL);
}

/* One definition's uses → its paths; indices of imports go to `path_imports`. */
static bool make_fragmentation(Stage *stage, const GArray *pins, const PathUse *uses, uint32_t n,
                               GArray *path_imports, Fragmentation *out)
{
    const Program *program = stage->program;
    g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(ImportPath));

    for (uint32_t i = 0; i < n; i++) {
        bool fresh = i == 0 || uses[i].module != uses[i - 1].module || uses[i].name != uses[i - 1].name;
        if (fresh) {
            ImportPath path = {
                .module = uses[i].module, .name = uses[i].name, .first_import = path_imports->len + i};
            g_array_append_val(paths, path);
        }
        ImportPath *path = &g_array_index(paths, ImportPath, paths->len - 1);
        path->count++;
        path->n_production += stage_is_production(program, program->imports[uses[i].import].module);
    }
    *out = (Fragmentation){.definition = uses[0].definition, .total = n};
    const PinnedPath *pin = pins_find(pins, uses[0].definition);
    const ImportPath *first = &g_array_index(paths, ImportPath, 0);
    bool in_order = pin != NULL ? first->module == pin->module && first->name == pin->name
                                : is_home(program, uses[0].definition, first);
    if (paths->len == 1 && in_order)
        return false;
    for (uint32_t i = 0; i < n; i++)
        g_array_append_val(path_imports, uses[i].import);
    g_qsort_with_data(paths->data, (gint)paths->len, sizeof(ImportPath), compare_paths,
                      (gpointer)(uintptr_t)program);
    out->paths = stage_copy(stage, paths->data, paths->len, sizeof(ImportPath));
    out->n_paths = paths->len;
    choose_canonical_path(stage, pin, out);
    for (uint32_t i = 0; i < out->n_paths; i++)
        out->paths[i].canonical =
            out->paths[i].module == out->canonical_module && out->paths[i].name == out->canonical_name;
    return true;
}

static int compare_fragmentations(const void *a, const void *b, void *data)
{
    const Program *program = data;

    return sym_compare(program->interner, program->definitions[((const Fragmentation *)a)->definition].id,
                       program->definitions[((const Fragmentation *)b)->definition].id);
}

void detect_paths(Stage *stage)
{
    g_autoptr(GArray) pins = pins_resolve(stage->program, stage->config);
    g_autoptr(GArray) uses = collect_uses(stage, pins);
    GArray *path_imports = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Fragmentation));
    Detection *detection = stage->detection;

    for (guint i = 0, j; i < uses->len; i = j) {
        const PathUse *first = &g_array_index(uses, PathUse, i);
        Fragmentation fragmentation;
        for (j = i + 1; j < uses->len && g_array_index(uses, PathUse, j).definition == first->definition;
             j++) {
        }
        if (make_fragmentation(stage, pins, first, j - i, path_imports, &fragmentation))
            g_array_append_val(all, fragmentation);
    }
    g_qsort_with_data(all->data, (gint)all->len, sizeof(Fragmentation), compare_fragmentations,
                      stage->program);
    detection->n_path_imports = path_imports->len;
    detection->path_imports = (uint32_t *)(void *)g_array_free(path_imports, FALSE);
    detection->n_fragmentations = all->len;
    detection->fragmentations = (Fragmentation *)(void *)g_array_free(all, FALSE);
    for (uint32_t i = 0; i < detection->n_fragmentations; i++)
        if (is_fragmented(stage, &detection->fragmentations[i], detection->path_imports))
            report_fragmentation(stage, &detection->fragmentations[i]);
}
