/* Every index is one pass over the arrays it is made from. Levels are longest paths over the
 * condensation of the load graph, so that a definition's module always has a lower level than the
 * modules outside its cycle that use it: "definitions before their users" is a sort by level. */
#include "plan/planner.h"

#include <string.h>
#include <xxhash.h>

#include "resolve/resolve.h"

static void index_imports(Planner *planner)
{
    const Program *program = planner->program;
    uint32_t *first = g_new0(uint32_t, program->n_definitions + 2);

    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].target.kind == TARGET_DEFINITION && program->imports[i].name != 0)
            first[program->imports[i].target.id + 2]++;
    for (uint32_t i = 0; i < program->n_definitions; i++)
        first[i + 2] += first[i + 1];
    planner->imports_of = g_new(uint32_t, first[program->n_definitions + 1] + 1);
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].target.kind == TARGET_DEFINITION && program->imports[i].name != 0)
            planner->imports_of[first[program->imports[i].target.id + 1]++] = i;
    planner->imports_first = first;
}

static bool is_load_edge(const DependencyEdge *edge)
{
    return edge->kinds & (EDGE_LOAD | EDGE_PARENT);
}

static void index_edges(Planner *planner)
{
    const DependencyGraph *graph = planner->graph;
    uint32_t *first = g_new0(uint32_t, graph->n_modules + 1);
    Id *to = g_new(Id, graph->n_edges + 1);
    uint32_t n = 0, edge = 0;

    for (uint32_t module = 0; module < graph->n_modules; module++) {
        first[module] = n;
        for (; edge < graph->n_edges && graph->edges[edge].from == module; edge++)
            if (is_load_edge(&graph->edges[edge]))
                to[n++] = graph->edges[edge].to;
    }
    first[graph->n_modules] = n;
    planner->load_first = first;
    planner->load_to = to;
}

/* Kahn's algorithm from the leaves up, over strongly connected components. */
static void compute_levels(Planner *planner)
{
    const DependencyGraph *graph = planner->graph;
    uint32_t n = graph->n_modules;
    g_autofree uint32_t *pending = g_new0(uint32_t, n + 1); /* by component: edges down that are left */
    g_autofree uint32_t *up_first = g_new0(uint32_t, n + 2);
    g_autofree uint32_t *up = g_new(uint32_t, planner->load_first[n] + 1);
    g_autofree uint32_t *queue = g_new(uint32_t, n + 1);
    g_autofree uint32_t *level = g_new0(uint32_t, n + 1);
    g_autofree bool *known = g_new0(bool, n + 1);
    uint32_t head = 0, tail = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t from = 0; from < n; from++)
            for (uint32_t e = planner->load_first[from]; e < planner->load_first[from + 1]; e++) {
                uint32_t a = graph->component[from], b = graph->component[planner->load_to[e]];
                if (a == b)
                    continue;
                if (pass == 0) {
                    up_first[b + 2]++;
                    pending[a]++;
                } else {
                    up[up_first[b + 1]++] = a;
                }
            }
        if (pass == 0)
            for (uint32_t i = 1; i <= n; i++)
                up_first[i + 1] += up_first[i];
    }
    for (uint32_t module = 0; module < n; module++) {
        uint32_t component = graph->component[module];
        if (pending[component] == 0 && !known[component]) {
            known[component] = true;
            queue[tail++] = component;
        }
    }
    while (head < tail) {
        uint32_t component = queue[head++];
        for (uint32_t e = up_first[component]; e < up_first[component + 1]; e++) {
            uint32_t user = up[e];
            level[user] = MAX(level[user], level[component] + 1);
            if (--pending[user] == 0 && !known[user]) {
                known[user] = true;
                queue[tail++] = user;
            }
        }
    }
    planner->level = g_new(uint32_t, n + 1);
    for (uint32_t module = 0; module < n; module++)
        planner->level[module] = level[graph->component[module]];
}

static void free_places(void *array)
{
    g_array_free(array, TRUE);
}

/* "module.name", or the module alone. */
static char *dotted_path(const Planner *planner, Id module, Sym name)
{
    const char *text = program_text(planner->program, planner->program->modules[module].name);

    return name == 0 ? g_strdup(text) : g_strdup_printf("%s.%s", text, program_text(planner->program, name));
}

static void want_dotted(Planner *planner, Sym dotted)
{
    if (!g_hash_table_contains(planner->strings, GUINT_TO_POINTER(dotted)))
        g_hash_table_insert(planner->strings, GUINT_TO_POINTER(dotted),
                            g_array_new(FALSE, FALSE, sizeof(Place)));
}

static void want_path(Planner *planner, Id module, Sym name)
{
    g_autofree char *text = dotted_path(planner, module, name);

    want_dotted(planner, intern_cstr(planner->program->interner, text));
}

/* The dotted paths whose mention in a string matters: homes of grouped definitions, and every path
 * that phase 2B moves away from, and every shim. */
static void want_paths(Planner *planner)
{
    const Program *program = planner->program;
    const Detection *detection = planner->detection;

    for (uint32_t g = 0; g < detection->n_groups; g++)
        for (uint32_t m = 0;
             verdict_is_work(detection->groups[g].verdict) && m < detection->groups[g].n_members; m++) {
            const Definition *definition = &program->definitions[detection->groups[g].members[m].definition];
            want_path(planner, definition->module, definition->qualname);
        }
    for (uint32_t f = 0; f < detection->n_fragmentations; f++)
        for (uint32_t p = 0; p < detection->fragmentations[f].n_paths; p++)
            want_path(planner, detection->fragmentations[f].paths[p].module,
                      detection->fragmentations[f].paths[p].name);
    for (uint32_t i = 0; i < detection->n_shims; i++)
        want_path(planner, detection->shims[i].module, 0);
    for (uint32_t i = 0; planner->options->chains != NULL && i < planner->options->chains->len; i++) {
        const PlanChain *chain = &g_array_index(planner->options->chains, PlanChain, i);
        for (uint32_t p = 0; p < chain->n_paths; p++)
            want_dotted(planner, chain->paths[p]);
    }
}

/* False when no prefix of the text is wanted. */
static bool add_reference(Planner *planner, Id file_id, uint32_t reference)
{
    const File *file = &planner->program->files[file_id];
    const char *text = file_text(file, file->facts.references[reference].text);
    bool wanted = false;

    for (const char *end = text;; end++) {
        if (*end != '.' && *end != ':' && *end != '\0')
            continue;
        Sym prefix = intern_find(planner->program->interner, text, (size_t)(end - text));
        GArray *places = prefix == 0 ? NULL : g_hash_table_lookup(planner->strings, GUINT_TO_POINTER(prefix));
        if (places != NULL) {
            Place place = {.file = file_id, .reference = reference};
            g_array_append_val(places, place);
            wanted = true;
        }
        if (*end == '\0')
            return wanted;
    }
}

static void index_strings(Planner *planner)
{
    const Program *program = planner->program;

    planner->strings = g_hash_table_new_full(NULL, NULL, NULL, free_places);
    want_paths(planner);
    /* Most strings are of no interest, and most of those are seen again and again. */
    g_autofree bool *dull = g_new0(bool, interner_count(program->interner));
    for (Id id = 0; id < program->n_files; id++) {
        const File *file = &program->files[id];
        for (uint32_t r = 0; file->real_path == 0 && r < file->facts.n_references; r++) {
            Sym text = file_sym(file, file->facts.references[r].text);
            if (!dull[text])
                dull[text] = !add_reference(planner, id, r);
        }
    }
}

static int compare_chain(const void *a, const void *b)
{
    const ChainUse *x = a, *y = b;

    if (x->definition != y->definition)
        return x->definition < y->definition ? -1 : 1;
    if (x->module != y->module)
        return x->module < y->module ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->chain < y->chain ? -1 : x->chain > y->chain;
}

/* Symbols of the names that any step may move: a chain that mentions none of them needs no look-up. */
static GHashTable *moving_names(const Planner *planner)
{
    GHashTable *names = g_hash_table_new(NULL, NULL);
    const Detection *detection = planner->detection;

    for (uint32_t g = 0; g < detection->n_groups; g++)
        for (uint32_t m = 0;
             verdict_is_work(detection->groups[g].verdict) && m < detection->groups[g].n_members; m++)
            g_hash_table_add(
                names, GUINT_TO_POINTER(
                           planner->program->definitions[detection->groups[g].members[m].definition].name));
    for (uint32_t f = 0; f < detection->n_fragmentations; f++)
        for (uint32_t p = 0; p < detection->fragmentations[f].n_paths; p++)
            g_hash_table_add(names, GUINT_TO_POINTER(detection->fragmentations[f].paths[p].name));
    return names;
}

/* The shortest prefix of a chain that ends in a moving name, or 0. */
static Sym moving_prefix(const Planner *planner, GHashTable *names, const char *chain)
{
    const char *part = chain;

    for (const char *end = chain;; end++) {
        if (*end != '.' && *end != '\0')
            continue;
        Sym name = part == chain ? 0 : intern_find(planner->program->interner, part, (size_t)(end - part));
        if (name != 0 && g_hash_table_contains(names, GUINT_TO_POINTER(name)))
            return intern(planner->program->interner, chain, (size_t)(end - chain));
        if (*end == '\0')
            return 0;
        part = end + 1;
    }
}

static void index_chains(Planner *planner)
{
    Program *program = planner->program;
    g_autoptr(GHashTable) names = moving_names(planner);
    /* By the symbol of a chain: 0 = not looked at yet, 1 = mentions no moving name, else its prefix + 1. */
    g_autofree uint32_t *known = g_new0(uint32_t, interner_count(program->interner));

    planner->chains = g_array_new(FALSE, FALSE, sizeof(ChainUse));
    for (Id module = 0; module < program->n_modules; module++) {
        const File *file = program_module_file(program, module);
        for (uint32_t u = 0; file != NULL && u < file->facts.n_uses; u++) {
            const FactsUse *use = &file->facts.uses[u];
            uint32_t *prefix = &known[file_sym(file, use->chain)];
            if (*prefix == 0)
                *prefix = moving_prefix(planner, names, file_text(file, use->chain)) + 1;
            if (*prefix == 1)
                continue;
            Sym chain = *prefix - 1;
            Target target = resolve_dotted(program, module, program_text(program, chain));
            ChainUse found = {.module = module, .definition = target.id, .line = use->line, .chain = chain};
            if (target.kind == TARGET_DEFINITION)
                g_array_append_val(planner->chains, found);
        }
    }
    g_array_sort(planner->chains, compare_chain);
}

static void index_fragmentations(Planner *planner)
{
    planner->fragmentation = g_new(uint32_t, planner->program->n_definitions + 1);
    for (uint32_t i = 0; i <= planner->program->n_definitions; i++)
        planner->fragmentation[i] = ID_NONE;
    for (uint32_t i = 0; i < planner->detection->n_fragmentations; i++)
        planner->fragmentation[planner->detection->fragmentations[i].definition] = i;
}

void planner_init(Planner *planner)
{
    planner->steps = g_array_new(FALSE, TRUE, sizeof(Step));
    planner->reachable = g_new0(Id, planner->program->n_modules + 1);
    index_imports(planner);
    index_edges(planner);
    compute_levels(planner);
    index_fragmentations(planner);
    index_strings(planner);
    index_chains(planner);
}

void planner_clear(Planner *planner)
{
    g_free(planner->imports_first);
    g_free(planner->imports_of);
    g_free(planner->load_first);
    g_free(planner->load_to);
    g_free(planner->level);
    g_free(planner->fragmentation);
    g_free(planner->reachable);
    g_hash_table_destroy(planner->strings);
    g_array_free(planner->chains, TRUE);
    g_array_free(planner->steps, TRUE);
}

bool planner_wants(const Planner *planner, Id definition)
{
    const char *pattern = planner->options->name;

    if (pattern == NULL)
        return true;
    const Definition *wanted = &planner->program->definitions[definition];
    return config_glob(pattern, program_text(planner->program, wanted->name)) ||
           config_glob(pattern, program_text(planner->program, wanted->id));
}

const GArray *planner_dotted_strings(const Planner *planner, Sym dotted)
{
    const GArray *places = g_hash_table_lookup(planner->strings, GUINT_TO_POINTER(dotted));

    return places != NULL && places->len > 0 ? places : NULL;
}

const GArray *planner_strings(const Planner *planner, Id module, Sym name)
{
    g_autofree char *dotted = dotted_path(planner, module, name);
    Sym sym = intern_find(planner->program->interner, dotted, strlen(dotted));

    return sym == 0 ? NULL : planner_dotted_strings(planner, sym);
}

const ChainUse *planner_chains(const Planner *planner, Id definition, uint32_t *count)
{
    uint32_t low = 0, high = planner->chains->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (g_array_index(planner->chains, ChainUse, middle).definition < definition)
            low = middle + 1;
        else
            high = middle;
    }
    for (*count = 0; low + *count < planner->chains->len; (*count)++)
        if (g_array_index(planner->chains, ChainUse, low + *count).definition != definition)
            break;
    return *count == 0 ? NULL : &g_array_index(planner->chains, ChainUse, low);
}

/* Breadth first. A run's marks are told from older ones by their number, so nothing is cleared;
 * the path itself is found only for the one edge that a step names (planner_cycle). */
void planner_reach(Planner *planner, Id from)
{
    g_autofree Id *queue = g_new(Id, planner->program->n_modules + 1);
    uint32_t head = 0, tail = 0;

    planner->mark++;
    planner->reachable[from] = planner->mark;
    queue[tail++] = from;
    while (head < tail) {
        Id module = queue[head++];
        for (uint32_t e = planner->load_first[module]; e < planner->load_first[module + 1]; e++) {
            Id to = planner->load_to[e];
            if (planner->reachable[to] == planner->mark)
                continue;
            planner->reachable[to] = planner->mark;
            queue[tail++] = to;
        }
    }
}

bool planner_reached(const Planner *planner, Id module)
{
    return planner->reachable[module] == planner->mark;
}

Sym planner_cycle(Planner *planner, Id from, Id to)
{
    g_autofree Id *path = NULL;
    uint32_t n_path = 0;

    if (from == to || !dependency_graph_would_cycle(planner->graph, from, to, &path, &n_path))
        return 0;
    g_autoptr(GString) text =
        g_string_new(program_text(planner->program, planner->program->modules[from].name));
    for (uint32_t i = 0; i < n_path; i++)
        g_string_append_printf(text, " \xe2\x86\x92 %s",
                               program_text(planner->program, planner->program->modules[path[i]].name));
    return intern(planner->program->interner, text->str, text->len);
}

static bool is_below(const Planner *planner, Id module, Id package)
{
    for (; module != ID_NONE; module = planner->program->modules[module].parent)
        if (module == package)
            return true;
    return false;
}

/* Inside the package of a public path the home itself is right: importing one's own package's root
 * while it loads is how partially initialised modules come about. */
Home planner_home(const Planner *planner, Id definition, Id importer)
{
    const Definition *own = &planner->program->definitions[definition];
    uint32_t index = planner->fragmentation[definition];
    Home home = {.module = own->module, .name = own->name};

    if (index == ID_NONE)
        return home;
    const Fragmentation *fragmentation = &planner->detection->fragmentations[index];
    bool package = !fragmentation->pinned &&
                   planner->program->modules[fragmentation->canonical_module].flags & MODULE_PACKAGE;
    if (importer == fragmentation->canonical_module ||
        (package && is_below(planner, importer, fragmentation->canonical_module)))
        return home;
    return (Home){.module = fragmentation->canonical_module, .name = fragmentation->canonical_name};
}

bool planner_is_settled(const Planner *planner, const Import *import, Home home)
{
    const Program *program = planner->program;
    const Definition *definition = &program->definitions[import->target.id];

    uint32_t index = planner->fragmentation[import->target.id];

    if (import->target_module == home.module && import->name == home.name)
        return true;
    if (index != ID_NONE && planner->detection->fragmentations[index].pinned)
        return false;
    return import->target_module != ID_NONE && import->name == definition->name &&
           program->modules[import->target_module].flags & MODULE_PACKAGE &&
           is_below(planner, definition->module, import->target_module) &&
           !is_below(planner, import->module, import->target_module);
}

/* The package that relative imports of a module start from; "" at top level. */
static char *package_of(const Planner *planner, Id module)
{
    const Module *m = &planner->program->modules[module];
    const char *name = program_text(planner->program, m->name);

    if (m->flags & MODULE_PACKAGE)
        return g_strdup(name);
    const char *dot = strrchr(name, '.');
    return dot == NULL ? g_strdup("") : g_strndup(name, (size_t)(dot - name));
}

/* ".x", "..a.b" from `package` to `target`, or NULL where they share no package. */
static char *relative_name(const char *package, const char *target)
{
    g_auto(GStrv) from = g_strsplit(package, ".", -1);
    g_auto(GStrv) to = g_strsplit(target, ".", -1);
    uint32_t n_from = g_strv_length(from), common = 0;

    while (from[common] != NULL && to[common] != NULL && strcmp(from[common], to[common]) == 0)
        common++;
    if (common == 0)
        return NULL;
    GString *text = g_string_new(".");
    for (uint32_t i = common; i < n_from; i++)
        g_string_append_c(text, '.');
    g_autofree char *rest = g_strjoinv(".", to + common);
    g_string_append(text, rest);
    return g_string_free(text, FALSE);
}

Sym planner_import_text(Planner *planner, Id importer, Home home, const char *bound, uint32_t level)
{
    const char *target = program_text(planner->program, planner->program->modules[home.module].name);
    const char *name = program_text(planner->program, home.name);
    g_autofree char *package = package_of(planner, importer);
    g_autofree char *relative = level > 0 ? relative_name(package, target) : NULL;
    const char *from = relative != NULL ? relative : target;

    if (strcmp(name, bound) == 0)
        return intern_printf(planner->program->interner, "from %s import %s", from, name);
    return intern_printf(planner->program->interner, "from %s import %s as %s", from, name, bound);
}

const char *planner_bound_name(const Planner *planner, const Import *import)
{
    const File *file = program_module_file(planner->program, import->module);

    if (file == NULL || import->kind == IMPORT_STRING || import->fact == FACTS_NONE)
        return program_text(planner->program, import->name);
    return file_text(file, file->facts.imports[import->fact].bound);
}

Sym planner_import_before(Planner *planner, const Import *import)
{
    const File *file = program_module_file(planner->program, import->module);
    const FactsImport *fact = &file->facts.imports[import->fact];
    g_autofree char *dots = g_strnfill(fact->level, '.');
    const char *module = file_text(file, fact->module), *name = file_text(file, fact->name);

    if (fact->aliased)
        return intern_printf(planner->program->interner, "from %s%s import %s as %s", dots, module, name,
                             file_text(file, fact->bound));
    return intern_printf(planner->program->interner, "from %s%s import %s", dots, module, name);
}

/* The first two folders: fine enough to hand out, coarse enough to add up. */
Sym planner_area(Planner *planner, const char *path)
{
    const char *first = strchr(path, '/');
    if (first == NULL)
        return intern_cstr(planner->program->interner, ".");
    const char *second = strchr(first + 1, '/');
    return intern(planner->program->interner, path, (size_t)((second != NULL ? second : first) - path));
}

static bool matches_any(const GPtrArray *globs, const char *path)
{
    for (uint32_t i = 0; globs != NULL && i < globs->len; i++)
        if (config_glob(g_ptr_array_index(globs, i), path))
            return true;
    return false;
}

Priority planner_priority(const Planner *planner, const File *file)
{
    const Config *config = planner->config;
    const char *path = program_text(planner->program, file->path);

    if (matches_any(config->critical, path))
        return PRIORITY_CRITICAL;
    if (matches_any(config->high, path))
        return PRIORITY_HIGH;
    if (matches_any(config->medium, path))
        return PRIORITY_MEDIUM;
    bool configured = config->critical->len + config->high->len + config->medium->len > 0;
    return !configured && file->role == ROLE_PRODUCTION ? PRIORITY_MEDIUM : PRIORITY_LOW;
}

Sym planner_id(Planner *planner, const char *phase, Sym const *parts, uint32_t n_parts)
{
    XXH3_state_t *state = XXH3_createState();

    XXH3_64bits_reset(state);
    XXH3_64bits_update(state, phase, strlen(phase) + 1);
    for (uint32_t i = 0; i < n_parts; i++)
        XXH3_64bits_update(state, program_text(planner->program, parts[i]),
                           sym_length(planner->program->interner, parts[i]) + 1);
    uint64_t hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return intern_printf(planner->program->interner, "%016" G_GINT64_MODIFIER "x", hash);
}

void *planner_keep(Planner *planner, GArray *array, uint32_t *count)
{
    size_t size = g_array_get_element_size(array) * array->len;
    void *copy = arena_alloc(&planner->plan->arena, size + 1);

    if (size > 0)
        memcpy(copy, array->data, size);
    *count = array->len;
    g_array_free(array, TRUE);
    return copy;
}
