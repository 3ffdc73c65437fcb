/* What nobody needs any more: names passed on, aliases, modules that hold nothing else.
 *
 * A name may go when no file of the project takes it from there: no import, no star, no attribute of the
 * module, no use in the module itself, no string that names it (patch, import_module, entry points,
 * settings), and no claim that it is public (`__all__`, a package's own names). A public claim yields to
 * --name: then somebody said so. Files go only when nothing imports or names the module. */
#include "fix/deadshim.h"

#include <string.h>

#include "fix/consolidate.h"
#include "resolve/resolve.h"

typedef struct Found {
    FixMove move;
    Id file;
    uint32_t batch;
    Sym title;
    bool effect; /* the reason is that it may be there for what it loads */
} Found;

/* --- names --- */

/* Names — of one module at a time, by name: asked for every export of it. */
typedef struct Names {
    Id module;
    GHashTable *bound;  /* Sym → 1 + index in facts.bindings; AMBIGUOUS */
    GHashTable *read;   /* Sym: names that its code reads */
    GHashTable *public; /* Sym: in __all__ */
    uint32_t *imports;  /* by facts.imports: 1 + index in program->imports, or 0 */
} Names;

#define AMBIGUOUS GUINT_TO_POINTER(UINT32_MAX)

static void names_clear(Names *names)
{
    g_clear_pointer(&names->bound, g_hash_table_destroy);
    g_clear_pointer(&names->read, g_hash_table_destroy);
    g_clear_pointer(&names->public, g_hash_table_destroy);
    g_clear_pointer(&names->imports, g_free);
}

static void names_fill(Names *names, const Program *program, Id module)
{
    const Module *m = &program->modules[module];
    const File *file = program_module_file(program, module);

    if (names->bound != NULL && names->module == module)
        return;
    names_clear(names);
    *names = (Names){.module = module,
                     .bound = g_hash_table_new(NULL, NULL),
                     .read = g_hash_table_new(NULL, NULL),
                     .public = g_hash_table_new(NULL, NULL),
                     .imports = g_new0(uint32_t, file->facts.n_imports + 1)};
    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        gpointer name = GUINT_TO_POINTER(file_sym(file, file->facts.bindings[i].name));
        bool known = g_hash_table_contains(names->bound, name);
        g_hash_table_insert(names->bound, name, known ? AMBIGUOUS : GUINT_TO_POINTER(i + 1));
    }
    for (uint32_t i = 0; i < file->facts.n_uses; i++)
        g_hash_table_add(names->read, GUINT_TO_POINTER(file_sym(file, file->facts.uses[i].head)));
    for (uint32_t i = 0; i < m->n_exports; i++)
        g_hash_table_add(names->public, GUINT_TO_POINTER(program->exports[m->first_export + i].name));
    for (uint32_t i = m->first_import; i < m->first_import + m->n_imports; i++)
        if (program->imports[i].fact != FACTS_NONE && program->imports[i].kind != IMPORT_STRING &&
            program->imports[i].kind != IMPORT_PARENT)
            names->imports[program->imports[i].fact] = i + 1;
}

/* Listing — what was found so far, and where: a program may have thousands of names that pass on others. */
typedef struct Listing {
    const FixState *state;
    World *world;
    GArray *all;         /* Found */
    GHashTable *exports; /* gint64 of module and name → 1 + index in `all` */
    GHashTable *files;   /* Id of a file + 1 → 1 + index of its FIX_MODULE in `all` */
    GHashTable *odd;     /* Id of a module + 1 → what deprecate_drop_objection said */
    Names names;
} Listing;

static void listing_init(Listing *listing, const FixState *state)
{
    *listing =
        (Listing){.state = state, .world = world_of(state), .all = g_array_new(FALSE, FALSE, sizeof(Found))};
    listing->exports = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    listing->files = g_hash_table_new(NULL, NULL);
    listing->odd = g_hash_table_new(NULL, NULL);
}

static void listing_clear(Listing *listing)
{
    names_clear(&listing->names);
    g_array_free(listing->all, TRUE);
    g_hash_table_destroy(listing->exports);
    g_hash_table_destroy(listing->files);
    g_hash_table_destroy(listing->odd);
}

static Found *found_export(const Listing *listing, Id module, Sym name)
{
    gint64 key = ((gint64)module << 32) | name;
    uint32_t index = GPOINTER_TO_UINT(g_hash_table_lookup(listing->exports, &key));

    return index > 0 ? &g_array_index(listing->all, Found, index - 1) : NULL;
}

/* Why a name that a module has from elsewhere must stay; NULL when nobody would miss it. `lazily`: it would
 * still be given when asked for, with a warning. */
static char *export_objection(Listing *listing, Id module, Sym name, bool lazily)
{
    const World *world = listing->world;
    const Module *m = &world->program->modules[module];
    bool named = listing->state->options->name != NULL;
    gpointer key = GUINT_TO_POINTER(name);

    names_fill(&listing->names, world->program, module);
    if (g_hash_table_contains(listing->names.read, key))
        return g_strdup("its module uses the name itself");
    char *user = world_user(world, module, name, !lazily);
    if (user != NULL)
        return user;
    if (world_is_patched(world, module, name) || world_is_overwritten(world, name))
        return g_strdup("a patch sets it there");
    if (lazily)
        return NULL;
    if (world_is_mentioned(world, module, name))
        return g_strdup("a string names it there");
    if (!named && g_hash_table_contains(listing->names.public, key))
        return g_strdup("__all__ says that it is public there: --name overrules that");
    if (!named && m->flags & MODULE_PACKAGE)
        return g_strdup("a package's names may be imported from outside: --name overrules that");
    if (m->flags & MODULE_ALL_UNSURE)
        return g_strdup("its module computes __all__");
    return NULL;
}

/* Would the module no longer load something with code of its own that it loaded before all this? */
static char *unloaded_objection(const FixState *state, Id module, Id home)
{
    World *world = world_of(state);
    const Program *program = world->program, *first = state->first->program;
    Id old = program_find_module(first, program_text(program, program->modules[module].id));

    if (state->options->allow_unloaded || old == ID_NONE)
        return NULL;
    world_reach_without(world, 0, module, home);
    world_reach(world, 1, home, 0);
    for (uint32_t i = 0; i < world->reached[1]->len; i++) {
        Id lost = g_array_index(world->reached[1], Id, i);
        const File *file = program_module_file(program, lost);
        Id before = program_find_module(first, program_text(program, program->modules[lost].id));
        bool quiet =
            file == NULL || (file->facts.header != NULL && file->facts.header->n_plain_statements == 0 &&
                             file->facts.n_effects == 0);
        if (!quiet && before != ID_NONE && view_loads(state->first, old, before))
            return g_strdup_printf("%s would no longer be loaded here, and it has code of its own",
                                   program_text(program, program->modules[lost].name));
    }
    return NULL;
}

/* An import that nobody takes its name from, and that a linter was told to leave alone, may be there for what
 * it loads. */
static char *effect_objection(const Listing *listing, const FixMove *move)
{
    World *world = listing->world;
    const Import *import = move->import != ID_NONE ? &world->program->imports[move->import] : NULL;
    const File *file = program_module_file(world->program, move->module);
    char *objection = NULL;

    if (import == NULL || import->target_module == ID_NONE || listing->state->options->allow_unloaded)
        return NULL;
    const FactsImport *fact = &file->facts.imports[import->fact];
    if (!fact->silenced || (fact->aliased && fact->name == fact->bound))
        return NULL;
    world_reach_without(world, 0, move->module, import->target_module);
    world_reach(world, 1, import->target_module, 0);
    for (uint32_t i = 0; i < world->reached[1]->len && objection == NULL; i++)
        objection = inert_objection(world, g_array_index(world->reached[1], Id, i));
    return objection;
}

/* --- modules --- */

/* `emptied`: what it holds of its own goes, too. */
static char *module_objection(const World *world, Id module, bool emptied)
{
    const Program *program = world->program;
    const Module *m = &program->modules[module];
    const File *file = program_module_file(program, module);
    const char *name = program_text(program, m->name), *dot = strrchr(name, '.');
    const char *base = strrchr(program_text(program, file->path), '/');
    base = base != NULL ? base + 1 : program_text(program, file->path);

    if (m->flags & MODULE_PACKAGE)
        return g_strdup("a package needs its file");
    if (!emptied && (file->facts.header->n_plain_statements > 0 || m->n_definitions > 0))
        return g_strdup("it holds more than names of others");
    if (m->stub != ID_NONE || m->flags & (MODULE_STUB | MODULE_SCRIPT) || m->next_of_file != ID_NONE ||
        file->real_path != 0)
        return g_strdup("its file is more than one module");
    if (file->facts.header->flags & FACTS_MAIN_GUARD || g_str_has_prefix(base, "test_") ||
        g_str_has_prefix(base, "conftest"))
        return g_strdup("its file may be run");
    char *user = world_importer(world, module);
    if (user == NULL && m->parent != ID_NONE && dot != NULL) {
        Sym last = intern_find(program->interner, dot + 1, strlen(dot + 1));
        user = last != 0 ? world_user(world, m->parent, last, true) : NULL;
        if (user != NULL && g_str_has_suffix(user, "imports * from there"))
            g_clear_pointer(&user, g_free); /* a star does not bring submodules that nobody loads */
    }
    if (user != NULL)
        return user;
    if (world_names_module(world, module))
        return g_strdup("a string names it");
    bool named = world->state->options->name != NULL;
    if (!named && (dot == NULL || m->flags & MODULE_ALL))
        return g_strdup("it may be imported from outside: --name overrules that");
    return NULL;
}

/* --- collecting --- */

static int compare_found(const void *a, const void *b, void *data)
{
    const Program *program = data;
    const Found *x = a, *y = b;

    if (x->file != y->file)
        return sym_compare(program->interner, program->files[x->file].path, program->files[y->file].path);
    return x->move.start < y->move.start ? -1 : x->move.start > y->move.start;
}

static int compare_files(const void *a, const void *b)
{
    const FixFile *x = a, *y = b;

    if (x->batch != y->batch)
        return x->batch < y->batch ? -1 : 1;
    return strcmp(x->path, y->path);
}

static void add_files(Fix *stage, const Program *program, GArray *all)
{
    GArray *files = g_array_new(FALSE, FALSE, sizeof(FixFile));

    g_array_sort_with_data(all, compare_found, (void *)(uintptr_t)program);
    const Found *found = (const Found *)(void *)all->data;
    for (uint32_t first = 0, last; first < all->len; first = last) {
        FixFile file = {.file = found[first].file,
                        .path = program_text(program, program->files[found[first].file].path),
                        .batch = found[first].batch,
                        .title = program_text(program, found[first].title)};
        for (last = first; last < all->len && found[last].file == file.file; last++) {
        }
        file.moves = g_new(FixMove, last - first);
        for (uint32_t i = first; i < last; i++)
            file.moves[file.n_moves++] = found[i].move;
        g_array_append_val(files, file);
    }
    stage->n_files = files->len;
    stage->files = (FixFile *)(void *)g_array_free(files, FALSE);
    if (stage->n_files > 1)
        qsort(stage->files, stage->n_files, sizeof *stage->files, compare_files);
}

static bool is_plain_alias(const File *file, const FactsBinding *binding)
{
    return binding->kind == BINDING_ALIAS && binding->context == 0 && binding->alternative == 0 &&
           file->facts.contexts[binding->context].kind == CONTEXT_MODULE;
}

static FixMove export_move(Id module, Sym name)
{
    return (FixMove){.kind = FIX_EXPORT,
                     .import = ID_NONE,
                     .module = module,
                     .home = ID_NONE,
                     .definition = ID_NONE,
                     .survivor = ID_NONE,
                     .name = name,
                     .bound = name};
}

/* The plain import, alias or entry of deprecated names by which a module has a name; false when it has it
 * otherwise.
 */
static bool find_export(Listing *listing, Id module, Sym name, FixMove *move)
{
    const Program *program = listing->world->program;
    const File *file = program_module_file(program, module);

    names_fill(&listing->names, program, module);
    gpointer found = g_hash_table_lookup(listing->names.bound, GUINT_TO_POINTER(name));
    *move = export_move(module, name);
    if (found == NULL && deprecate_holds(file, name)) {
        uint32_t count;
        const Binding *binding = program_bindings_of(program, module, name, &count);
        move->line = count > 0 ? binding->line : 0;
        return count == 1 && listing->state->options->shim != FIX_SHIM_DEPRECATE;
    }
    if (found == NULL || found == AMBIGUOUS)
        return false;
    const FactsBinding *binding = &file->facts.bindings[GPOINTER_TO_UINT(found) - 1];
    move->statement = move->start = binding->start;
    move->line = binding->line;
    if (is_plain_alias(file, binding))
        return true;
    if (binding->kind != BINDING_IMPORT || binding->context != 0 ||
        file->facts.imports[binding->ref].form != IMPORT_FROM || listing->names.imports[binding->ref] == 0)
        return false;
    move->import = listing->names.imports[binding->ref] - 1;
    move->start = file->facts.imports[binding->ref].start;
    return true;
}

static Found *add_export(Listing *listing, const FixMove *move, Sym title, uint32_t batch, bool lazily)
{
    const Program *program = listing->world->program;
    Found found = {
        .move = *move, .file = program->modules[move->module].file, .batch = batch, .title = title};
    uint32_t count;
    const Binding *binding = program_bindings_of(program, move->module, move->name, &count);

    if (binding != NULL && binding->target.kind == TARGET_DEFINITION) {
        found.move.survivor = binding->target.id;
        found.move.home = program->definitions[binding->target.id].module;
    }
    found.move.before =
        program_text(program, intern_printf(program->interner, "%s of %s", program_text(program, move->name),
                                            program_text(program, program->modules[move->module].name)));
    found.move.after = "";
    found.move.step = batch;
    found.move.reason = export_objection(listing, move->module, move->name, lazily);
    found.move.drops = g_new(Sym, 1);
    found.move.drops[0] = move->bound;
    found.move.n_drops = 1;
    g_array_append_val(listing->all, found);
    gint64 key = ((gint64)move->module << 32) | move->name;
    g_hash_table_insert(listing->exports, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(listing->all->len));
    return &g_array_index(listing->all, Found, listing->all->len - 1);
}

/* Takes `reason`. */
static void add_module(Listing *listing, Id module, const char *title, uint32_t batch, char *reason)
{
    const Program *program = listing->world->program;
    Found found = {.file = program->modules[module].file,
                   .batch = batch,
                   .title = intern_cstr(program->interner, title)};

    found.move = export_move(module, 0);
    found.move.kind = FIX_MODULE;
    found.move.step = batch;
    found.move.line = 1;
    found.move.before =
        program_text(program, intern_printf(program->interner, "module %s",
                                            program_text(program, program->modules[module].name)));
    found.move.after = "";
    found.move.reason = reason;
    g_array_append_val(listing->all, found);
    g_hash_table_insert(listing->files, GUINT_TO_POINTER(found.file + 1),
                        GUINT_TO_POINTER(listing->all->len));
}

static bool has_module(const Listing *listing, Id module)
{
    Id file = listing->world->program->modules[module].file;

    return g_hash_table_contains(listing->files, GUINT_TO_POINTER(file + 1));
}

static const char *odd_objection(const Listing *listing, Id module)
{
    gpointer known;

    if (!g_hash_table_lookup_extended(listing->odd, GUINT_TO_POINTER(module + 1), NULL, &known)) {
        known = (gpointer)(uintptr_t)deprecate_drop_objection(listing->state, module);
        g_hash_table_insert(listing->odd, GUINT_TO_POINTER(module + 1), known);
    }
    return known;
}

/* The action names what is passed on first of all; the line may have moved since. What a plan lists as moved
 * in phase 2B had users: it is there for its name, and no more is asked. */
static void add_action(Listing *listing, Id module, const FixView *view, const Action *action,
                       const char *title, uint32_t batch)
{
    const Program *program = listing->world->program;
    const char *text = program_text(view->program, action->text);
    Sym name = intern_find(program->interner, text, strcspn(text, " ,"));
    Found *found = name != 0 ? found_export(listing, module, name) : NULL;
    FixMove move;

    if (found != NULL && found->effect && !action->idle) {
        g_clear_pointer(&found->move.reason, g_free);
        found->effect = false;
    }
    if (name == 0 || found != NULL || !find_export(listing, module, name, &move))
        return;
    found = add_export(listing, &move, intern_cstr(program->interner, title), batch, false);
    if (found->move.reason == NULL && deprecate_holds(program_module_file(program, module), name))
        found->move.reason = g_strdup(odd_objection(listing, module));
    if (found->move.reason != NULL || !action->idle)
        return;
    found->move.reason = effect_objection(listing, &found->move);
    found->effect = found->move.reason != NULL;
}

/* A module that holds nothing but deprecated names, none of which is needed: its file goes. */
static void add_emptied(Listing *listing, Id module, const char *title, uint32_t batch)
{
    const Program *program = listing->world->program;
    const Module *m = &program->modules[module];
    const File *file = program_module_file(program, module);

    /* the map; a module's __getattr__ does not count */
    if (file->facts.header->n_plain_statements != 1 || m->n_definitions != 1 || has_module(listing, module))
        return;
    for (uint32_t i = 0; i < m->n_bindings; i++) {
        Sym name = program->bindings[m->first_binding + i].name;
        const Found *found = found_export(listing, module, name);
        const char *text = program_text(program, name);
        if (strcmp(text, "__getattr__") != 0 && strcmp(text, DEPRECATED_NAMES) != 0 &&
            (found == NULL || found->move.reason != NULL))
            return;
    }
    char *reason = module_objection(listing->world, module, true);
    if (reason == NULL)
        add_module(listing, module, title, batch, NULL);
    g_free(reason);
}

/* A file that goes takes its exports along. */
static void drop_needless(Listing *listing)
{
    GArray *all = listing->all;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < all->len; i++) {
        Found found = g_array_index(all, Found, i);
        uint32_t whole =
            GPOINTER_TO_UINT(g_hash_table_lookup(listing->files, GUINT_TO_POINTER(found.file + 1)));
        bool goes = whole > 0 && g_array_index(all, Found, whole - 1).move.reason == NULL;
        if (goes && found.move.kind == FIX_EXPORT) {
            move_clear(&found.move);
            g_array_index(all, Found, i).move.reason = NULL;
        }
        g_array_index(all, Found, i).file = goes && found.move.kind == FIX_EXPORT ? ID_NONE : found.file;
    }
    for (uint32_t i = 0; i < all->len; i++)
        if (g_array_index(all, Found, i).file != ID_NONE)
            g_array_index(all, Found, kept++) = g_array_index(all, Found, i);
    g_array_set_size(all, kept);
}

static bool may_edit(const FixState *state, const File *file)
{
    return file != NULL && file->selected && file->status == FILE_PARSED &&
           file_is_wanted(state->options, program_text(state->view->program, file->path));
}

/* A definition that phase 2A has not taken away, or not long ago: the import that it leaves is for a later
 * run.
 */
static bool is_leftover(const FixView *view, const Step *step)
{
    const Action *action = &step->actions[0];
    const char *text = program_text(view->program, action->text);
    Sym name = intern_find(view->program->interner, text, strcspn(text, " ,"));
    uint32_t count = 0;
    const Binding *binding =
        name != 0 ? program_bindings_of(view->program, step->module, name, &count) : NULL;

    return count > 0 && binding->target.kind == TARGET_DEFINITION &&
           view->program->definitions[binding->target.id].module == step->module;
}

/* What a plan asks for. The plan of the state before all passes knows what was a shim when it still had
 * users. */
static void add_steps(Listing *listing, const FixView *view)
{
    const Program *program = listing->world->program;

    for (uint32_t s = 0; s < view->plan->n_steps; s++) {
        const Step *step = &view->plan->steps[s];
        if (step->phase != PHASE_2C || step->module == ID_NONE)
            continue;
        Id module = program_find_module(program,
                                        program_text(view->program, view->program->modules[step->module].id));
        if (module == ID_NONE || !may_edit(listing->state, program_module_file(program, module)))
            continue;
        const char *title = program_text(view->program, step->title);
        bool deprecated = false;
        for (uint32_t i = 0; i < step->n_actions; i++) {
            const Action *action = &step->actions[i];
            if (action->kind == ACTION_DELETE_SHIM && step->group == ID_NONE && !has_module(listing, module))
                add_module(listing, module, title, s + 1, module_objection(listing->world, module, false));
            else if (action->kind == ACTION_REMOVE_EXPORT && !is_leftover(view, step))
                add_action(listing, module, view, action, title, s + 1);
            deprecated = deprecated || action->kind == ACTION_REMOVE_EXPORT;
        }
        if (deprecated)
            add_emptied(listing, module, title, s + 1);
    }
}

void deadshim_pass(Fix *stage, const FixState *state)
{
    Listing listing;

    listing_init(&listing, state);
    add_steps(&listing, state->view);
    if (state->first->program != state->view->program)
        add_steps(&listing, state->first);
    drop_needless(&listing);
    add_files(stage, state->view->program, listing.all);
    listing_clear(&listing);
}

/* --- after phase 2A --- */

static bool is_settled(const FixState *state, Id definition)
{
    const Program *program = state->view->program;

    return definition != ID_NONE &&
           g_hash_table_contains(state->settled, program_text(program, program->definitions[definition].id));
}

/* Does the import take its name from where a definition gave way? */
static bool is_from_replaced(const FixState *state, const FixMove *move)
{
    const Program *program = state->view->program;
    const Import *import = &program->imports[move->import];

    if (import->target_module == ID_NONE || !is_settled(state, move->definition))
        return false;
    for (uint32_t i = 0; i < state->replaced->len; i += 2)
        if (strcmp(state->replaced->pdata[i],
                   program_text(program, program->modules[import->target_module].id)) == 0 &&
            strcmp(state->replaced->pdata[i + 1], program_text(program, import->name)) == 0)
            return true;
    return false;
}

void settle_moves_pass(Fix *stage, const FixState *state)
{
    uint32_t n_files = 0;

    moves_collect(stage, state->view, state->options);
    for (uint32_t f = 0; f < stage->n_files; f++) {
        FixFile *file = &stage->files[f];
        uint32_t n = 0;
        for (uint32_t i = 0; i < file->n_moves; i++) {
            if (is_from_replaced(state, &file->moves[i]))
                file->moves[n++] = file->moves[i];
            else
                g_free(file->moves[i].reason);
        }
        file->n_moves = n;
        if (n > 0)
            stage->files[n_files++] = *file;
        else
            g_free(file->moves);
    }
    stage->n_files = n_files;
    moves_check(stage, state->view, state->options);
}

void settle_shims_pass(Fix *stage, const FixState *state)
{
    Program *program = state->view->program;
    Listing listing;
    bool lazily = state->options->shim == FIX_SHIM_DEPRECATE;

    listing_init(&listing, state);
    for (uint32_t i = 0; i < state->replaced->len; i += 2) {
        Id module = program_find_module(program, state->replaced->pdata[i]);
        const char *text = state->replaced->pdata[i + 1];
        Sym name = intern_find(program->interner, text, strlen(text));
        FixMove move;
        uint32_t count = 0;
        const Binding *binding =
            module != ID_NONE && name != 0 ? program_bindings_of(program, module, name, &count) : NULL;
        if (count != 1 || binding->target.kind != TARGET_DEFINITION || binding->how != HOW_IMPORT ||
            !is_settled(state, binding->target.id) || !find_export(&listing, module, name, &move) ||
            move.import == ID_NONE)
            continue;
        FixMove *added =
            &add_export(&listing, &move, program->definitions[binding->target.id].name, i / 2 + 1, lazily)
                 ->move;
        const char *objection = lazily ? deprecate_objection(program_module_file(program, module)) : NULL;
        if (added->reason == NULL && objection != NULL)
            added->reason = g_strdup(objection);
        if (added->reason == NULL)
            added->reason = unloaded_objection(state, module, added->home);
    }
    add_files(stage, program, listing.all);
    listing_clear(&listing);
}
