#include "fix/world.h"

#include "resolve/resolve.h"

#include <string.h>

/* ChainPlace — one `a.b.X` of a module. */
typedef struct ChainPlace {
    Id module;
    uint32_t use;
    uint32_t next; /* 1 + index of the next place of the same chain; 0: none */
} ChainPlace;

/* --- strings --- */

static void add_prefixes(GHashTable *table, const char *text)
{
    g_autofree char *dotted = g_strdup(text);

    g_strdelimit(dotted, ":", '.');
    for (char *end = dotted + strlen(dotted); end != NULL && end > dotted;
         end = g_strrstr_len(dotted, end - dotted, "."))
        g_hash_table_add(table, g_strndup(dotted, (gsize)(end - dotted)));
}

static void index_strings(World *world)
{
    const Program *program = world->program;
    /* By symbol: one string is seen again and again. */
    g_autofree uint8_t *seen = g_new0(uint8_t, interner_count(program->interner) + 1);

    for (Id f = 0; f < program->n_files; f++) {
        const File *file = &program->files[f];
        for (uint32_t i = 0; i < file->facts.n_references; i++) {
            bool patch = file->facts.references[i].kind == REFERENCE_PATCH;
            uint8_t *known = &seen[file_sym(file, file->facts.references[i].text)];
            if (*known & 1u << patch)
                continue;
            *known |= (uint8_t)(1u << patch);
            add_prefixes(patch ? world->patched : world->mentioned,
                         file_text(file, file->facts.references[i].text));
        }
        for (uint32_t i = 0; i < file->facts.n_effects; i++) {
            const char *target = file_text(file, file->facts.effects[i].a);
            const char *dot = strrchr(target, '.');
            if (file->facts.effects[i].kind == EFFECT_ATTRIBUTE && dot != NULL)
                g_hash_table_add(world->overwritten, g_strdup(dot + 1));
        }
    }
}

static void read_packaging(World *world)
{
    const SourceListing *listing = source_list(world->state->source, NULL);

    for (uint32_t i = 0; listing != NULL && i < listing->n_entries; i++) {
        if (listing->entries[i].kind != SOURCE_PACKAGING)
            continue;
        g_autoptr(GBytes) bytes = source_read(world->state->source, listing->entries[i].path, NULL);
        size_t length = 0;
        const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
        if (length > 0)
            g_ptr_array_add(world->packaging, g_strndup(text, length));
    }
}

char *world_path(const World *world, Id module, Sym name)
{
    return g_strdup_printf("%s.%s", program_text(world->program, world->program->modules[module].name),
                           program_text(world->program, name));
}

bool world_is_patched(const World *world, Id module, Sym name)
{
    g_autofree char *path = world_path(world, module, name);

    return g_hash_table_contains(world->patched, path);
}

/* A path in a text, not a part of a longer one. */
static bool has_path(const char *text, const char *path)
{
    size_t length = strlen(path);

    for (const char *hit = strstr(text, path); hit != NULL; hit = strstr(hit + 1, path)) {
        bool left = hit == text || !(g_ascii_isalnum(hit[-1]) || hit[-1] == '_' || hit[-1] == '.');
        if (left && !(g_ascii_isalnum(hit[length]) || hit[length] == '_'))
            return true;
    }
    return false;
}

bool world_is_mentioned(const World *world, Id module, Sym name)
{
    g_autofree char *path = world_path(world, module, name);
    g_autofree char *entry =
        g_strdup_printf("%s:%s", program_text(world->program, world->program->modules[module].name),
                        program_text(world->program, name));

    if (g_hash_table_contains(world->mentioned, path))
        return true;
    for (uint32_t i = 0; i < world->packaging->len; i++)
        if (has_path(world->packaging->pdata[i], path) || has_path(world->packaging->pdata[i], entry))
            return true;
    return false;
}

bool world_names_module(const World *world, Id module)
{
    const char *name = program_text(world->program, world->program->modules[module].name);
    const char *path = program_module_path(world->program, module);

    if (g_hash_table_contains(world->mentioned, name) || g_hash_table_contains(world->patched, name))
        return true;
    for (uint32_t i = 0; i < world->packaging->len; i++)
        if (has_path(world->packaging->pdata[i], name) || strstr(world->packaging->pdata[i], path) != NULL)
            return true;
    return false;
}

bool world_is_overwritten(const World *world, Sym name)
{
    return g_hash_table_contains(world->overwritten, program_text(world->program, name));
}

/* --- users --- */

static void index_users(World *world)
{
    const Program *program = world->program;

    world->users_first = g_new0(uint32_t, program->n_modules + 2);
    world->users = g_new(uint32_t, program->n_imports + 1);
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].target_module != ID_NONE)
            world->users_first[program->imports[i].target_module + 2]++;
    for (uint32_t m = 1; m <= program->n_modules; m++)
        world->users_first[m + 1] += world->users_first[m];
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].target_module != ID_NONE)
            world->users[world->users_first[program->imports[i].target_module + 1]++] = i;
}

static void index_definitions(World *world)
{
    const Program *program = world->program;
    g_autoptr(GArray) heirs = g_array_new(FALSE, FALSE, sizeof(Id));

    for (Id id = 0; id < program->n_definitions; id++)
        if (program->definitions[id].n_bases > 1)
            g_array_append_val(heirs, id);
    world->n_heirs = heirs->len;
    world->heirs = (Id *)(void *)g_array_free(g_steal_pointer(&heirs), FALSE);
    world->takers_first = g_new0(uint32_t, program->n_definitions + 2);
    world->takers = g_new(uint32_t, program->n_imports + 1);
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].target.kind == TARGET_DEFINITION)
            world->takers_first[program->imports[i].target.id + 2]++;
    for (uint32_t d = 1; d <= program->n_definitions; d++)
        world->takers_first[d + 1] += world->takers_first[d];
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].target.kind == TARGET_DEFINITION)
            world->takers[world->takers_first[program->imports[i].target.id + 1]++] = i;
}

static void free_places(void *places)
{
    g_array_free(places, TRUE);
}

/* The chains that have this part behind their first. */
static void add_part(World *world, Sym part, Sym chain)
{
    GArray *chains = g_hash_table_lookup(world->chains, GUINT_TO_POINTER(part));

    if (chains == NULL) {
        chains = g_array_new(FALSE, FALSE, sizeof(Sym));
        g_hash_table_insert(world->chains, GUINT_TO_POINTER(part), chains);
    }
    if (chains->len == 0 || g_array_index(chains, Sym, chains->len - 1) != chain)
        g_array_append_val(chains, chain);
}

static void add_chain(World *world, Sym chain)
{
    const char *text = program_text(world->program, chain);

    for (const char *dot = strchr(text, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
        Sym part = intern_find(world->program->interner, dot + 1, strcspn(dot + 1, "."));
        if (part != 0) /* else no name of the program */
            add_part(world, part, chain);
    }
}

/* Each distinct chain is read once; where it stands is a list in the order of modules and uses. */
static void index_chains(World *world)
{
    const Program *program = world->program;
    g_autofree uint32_t *last = g_new0(uint32_t, interner_count(program->interner) + 1);

    world->chain_first = g_new0(uint32_t, interner_count(program->interner) + 1);
    world->chain_places = g_array_new(FALSE, FALSE, sizeof(ChainPlace));
    for (Id m = 0; m < program->n_modules; m++) {
        const File *file = program_module_file(program, m);
        for (uint32_t u = 0; file != NULL && u < file->facts.n_uses; u++) {
            Sym chain = file_sym(file, file->facts.uses[u].chain);
            ChainPlace place = {.module = m, .use = u};
            if (file->facts.uses[u].chain == 0)
                continue;
            g_array_append_val(world->chain_places, place);
            if (last[chain] == 0) {
                world->chain_first[chain] = world->chain_places->len;
                add_chain(world, chain);
            } else {
                g_array_index(world->chain_places, ChainPlace, last[chain] - 1).next =
                    world->chain_places->len;
            }
            last[chain] = world->chain_places->len;
        }
    }
}

static char *import_text(const World *world, const Import *import, const char *what)
{
    return g_strdup_printf("%s:%u %s", program_module_path(world->program, import->module), import->line,
                           what);
}

char *world_chain_key(Id reader, Id module, Sym name)
{
    return g_strdup_printf("%u %u %u", reader, module, name);
}

static bool is_gone_chain(const World *world, Id reader, Id module, Sym name)
{
    g_autofree char *key = world->gone_chains != NULL ? world_chain_key(reader, module, name) : NULL;

    return key != NULL && g_hash_table_contains(world->gone_chains, key);
}

/* Does the chain, in that module, read `name` off `module`? */
static bool reads_off(const World *world, Id reader, const char *chain, Id module, const char *name)
{
    for (const char *dot = strchr(chain, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
        if (strcspn(dot + 1, ".") != strlen(name) || strncmp(dot + 1, name, strlen(name)) != 0)
            continue;
        g_autofree char *prefix = g_strndup(chain, (gsize)(dot - chain));
        Target target = resolve_dotted(world->program, reader, prefix);
        if (target.kind == TARGET_MODULE && target.id == module)
            return true;
    }
    return false;
}

/* Where `….name` is read off the module: in the first file that does, at its first such use. */
static char *chain_user(const World *world, Id module, Sym sym)
{
    const char *name = program_text(world->program, sym);
    const GArray *chains = g_hash_table_lookup(world->chains, GUINT_TO_POINTER(sym));
    const ChainPlace *best = NULL;
    const char *text = NULL;

    for (uint32_t i = 0; chains != NULL && i < chains->len; i++) {
        Sym chain = g_array_index(chains, Sym, i);
        for (uint32_t p = world->chain_first[chain]; p != 0;) {
            const ChainPlace *place = &g_array_index(world->chain_places, ChainPlace, p - 1);
            p = place->next;
            if (best != NULL &&
                (place->module > best->module || (place->module == best->module && place->use > best->use)))
                break;
            if (!reads_off(world, place->module, program_text(world->program, chain), module, name) ||
                is_gone_chain(world, place->module, module, sym))
                continue;
            best = place;
            text = program_text(world->program, chain);
        }
    }
    if (best == NULL)
        return NULL;
    const File *file = program_module_file(world->program, best->module);
    return g_strdup_printf("%s:%u reads %s", program_module_path(world->program, best->module),
                           file->facts.uses[best->use].line, text);
}

/* Is the module itself handed on, so that any of its names may be read? */
static bool is_handed_on(const World *world, const Import *import, Id module)
{
    const File *file = program_module_file(world->program, import->module);

    if (import->target.kind != TARGET_MODULE || import->target.id != module || import->fact == FACTS_NONE)
        return false;
    FactsStr bound = file->facts.imports[import->fact].bound;
    for (uint32_t u = 0; u < file->facts.n_uses; u++)
        if (file->facts.uses[u].head == bound && file->facts.uses[u].chain == 0)
            return true;
    return false;
}

/* Does a string name the module as such, or this name in it? One that names something else in it does no
 * harm. */
static bool string_takes(const World *world, const Import *import, Id module, Sym name)
{
    const File *file = program_module_file(world->program, import->module);
    const char *own = program_text(world->program, world->program->modules[module].name);
    g_autofree char *text = g_strdup(file_text(file, file->facts.references[import->fact].text));

    g_strdelimit(text, ":", '.');
    if (!g_str_has_prefix(text, own) || text[strlen(own)] != '.')
        return true; /* the module itself, or a spelling with dots first */
    const char *rest = text + strlen(own) + 1;
    size_t length = strcspn(rest, ".");
    return length == strlen(program_text(world->program, name)) &&
           strncmp(rest, program_text(world->program, name), length) == 0;
}

static bool is_gone(const World *world, uint32_t import)
{
    return world->gone != NULL && world->gone[import];
}

char *world_user(const World *world, Id module, Sym name, bool strings)
{
    const Program *program = world->program;

    for (uint32_t u = world->users_first[module]; u < world->users_first[module + 1]; u++) {
        const Import *import = &program->imports[world->users[u]];
        if (import->kind == IMPORT_PARENT || import->module == module || is_gone(world, world->users[u]))
            continue;
        if (import->name == name && import->kind != IMPORT_STRING)
            return import_text(world, import, "imports it");
        if (import->kind == IMPORT_STRING && strings && string_takes(world, import, module, name))
            return import_text(world, import, "names it in a string");
        if (import->kind == IMPORT_STRING)
            continue;
        if (is_handed_on(world, import, module))
            return import_text(world, import, "hands the module on");
        const File *file = program_module_file(program, import->module);
        if (import->fact != FACTS_NONE && file->facts.imports[import->fact].form == IMPORT_STAR)
            return import_text(world, import, "imports * from there");
    }
    return chain_user(world, module, name);
}

char *world_importer(const World *world, Id module)
{
    const Program *program = world->program;

    for (uint32_t u = world->users_first[module]; u < world->users_first[module + 1]; u++) {
        const Import *import = &program->imports[world->users[u]];
        if (import->kind != IMPORT_PARENT && import->module != module && !is_gone(world, world->users[u]))
            return import_text(world, import,
                               import->kind == IMPORT_STRING ? "names it in a string" : "imports it");
    }
    return NULL;
}

/* --- loading --- */

bool world_is_load(const Program *program, const Import *import)
{
    return (import->kind == IMPORT_LOAD || import->kind == IMPORT_FALLBACK ||
            import->kind == IMPORT_STAR_KIND) &&
           !(program->modules[import->module].flags & MODULE_STUB);
}

static void mark(World *world, int set, Id module, int but)
{
    if (module == ID_NONE || world_reached(world, set, module) ||
        (but >= 0 && world_reached(world, but, module)))
        return;
    world->mark[set][module] = world->round[set];
    g_array_append_val(world->reached[set], module);
}

/* Goes on from what is marked. */
static void reach_on(World *world, int set, int but, Id from, Id without)
{
    const DependencyGraph *graph = world->graph;

    for (uint32_t head = 0; head < world->reached[set]->len; head++) {
        Id module = g_array_index(world->reached[set], Id, head);
        mark(world, set, world->program->modules[module].parent, but);
        for (uint32_t e = graph->first_edge[module]; e < graph->first_edge[module + 1]; e++)
            if (graph->edges[e].kinds & EDGE_LOAD && !(module == from && graph->edges[e].to == without))
                mark(world, set, graph->edges[e].to, but);
    }
}

void world_reach(World *world, int set, Id from, int but)
{
    world->round[set]++;
    g_array_set_size(world->reached[set], 0);
    mark(world, set, from, but);
    reach_on(world, set, but, ID_NONE, ID_NONE);
}

void world_reach_without(World *world, int set, Id from, Id without)
{
    world->round[set]++;
    g_array_set_size(world->reached[set], 0);
    mark(world, set, from, -1);
    reach_on(world, set, -1, from, without);
}

bool view_loads(const FixView *view, Id from, Id to)
{
    g_autofree bool *seen = g_new0(bool, view->program->n_modules + 1);
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(Id));

    g_array_append_val(open, from);
    seen[from] = true;
    for (uint32_t head = 0; head < open->len && !seen[to]; head++) {
        Id module = g_array_index(open, Id, head), parent = view->program->modules[module].parent;
        if (parent != ID_NONE && !seen[parent]) {
            seen[parent] = true;
            g_array_append_val(open, parent);
        }
        for (uint32_t e = view->graph->first_edge[module]; e < view->graph->first_edge[module + 1]; e++) {
            Id next = view->graph->edges[e].to;
            if (!(view->graph->edges[e].kinds & EDGE_LOAD) || seen[next])
                continue;
            seen[next] = true;
            g_array_append_val(open, next);
        }
    }
    return seen[to];
}

/* --- the whole --- */

static GHashTable *new_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static World *world_new(const FixState *state)
{
    World *world = g_new0(World, 1);

    world->state = state;
    world->program = state->view->program;
    world->graph = state->view->graph;
    world->patched = new_set();
    world->mentioned = new_set();
    world->overwritten = new_set();
    world->packaging = g_ptr_array_new_with_free_func(g_free);
    world->chains = g_hash_table_new_full(NULL, NULL, NULL, free_places);
    for (int set = 0; set < 2; set++) {
        world->mark[set] = g_new0(uint32_t, world->program->n_modules + 1);
        world->reached[set] = g_array_new(FALSE, FALSE, sizeof(Id));
    }
    index_strings(world);
    read_packaging(world);
    index_users(world);
    index_definitions(world);
    index_chains(world);
    return world;
}

World *world_of(const FixState *state)
{
    if (*state->world == NULL)
        *state->world = world_new(state);
    return *state->world;
}

void world_free(World *world)
{
    if (world == NULL)
        return;
    g_hash_table_destroy(world->patched);
    g_hash_table_destroy(world->mentioned);
    g_hash_table_destroy(world->overwritten);
    g_hash_table_destroy(world->chains);
    g_array_free(world->chain_places, TRUE);
    g_free(world->chain_first);
    g_ptr_array_free(world->packaging, TRUE);
    for (int set = 0; set < 2; set++) {
        g_free(world->mark[set]);
        g_array_free(world->reached[set], TRUE);
    }
    g_free(world->users_first);
    g_free(world->users);
    g_free(world->takers_first);
    g_free(world->takers);
    g_free(world->heirs);
    g_free(world);
}
