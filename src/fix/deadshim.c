/* What nobody needs any more: names passed on, aliases, modules that hold nothing else.
 *
 * A name may go when no file of the project takes it from there: no import, no star, no attribute of the
 * module, no use in the module itself, no string that names it (patch, import_module, entry points,
 * settings), and no claim that it is public (`__all__`, a package's own names). A public claim yields to
 * --name: then somebody said so. Files go only when nothing imports or names the module. */
#include "fix/exports.h"

#include <string.h>

#include "fix/consolidate.h"
#include "fix/deadshim.h"
#include "resolve/resolve.h"

/* --- names --- */

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

void exports_init(Exports *exports, const FixState *state)
{
    *exports =
        (Exports){.state = state, .world = world_of(state), .all = g_array_new(FALSE, FALSE, sizeof(Found))};
    exports->names_found = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    exports->files = g_hash_table_new(NULL, NULL);
    exports->odd = g_hash_table_new(NULL, NULL);
}

void exports_clear(Exports *exports)
{
    names_clear(&exports->names);
    g_array_free(exports->all, TRUE);
    g_hash_table_destroy(exports->names_found);
    g_hash_table_destroy(exports->files);
    g_hash_table_destroy(exports->odd);
}

static Found *found_export(const Exports *exports, Id module, Sym name)
{
    gint64 key = ((gint64)module << 32) | name;
    uint32_t index = GPOINTER_TO_UINT(g_hash_table_lookup(exports->names_found, &key));

    return index > 0 ? &g_array_index(exports->all, Found, index - 1) : NULL;
}

/* Why a name that a module has from elsewhere must stay; NULL when nobody would miss it. `lazily`: it would
 * still be given when asked for, with a warning. */
static char *export_objection(Exports *exports, Id module, Sym name, bool lazily)
{
    const World *world = exports->world;
    const Module *m = &world->program->modules[module];
    bool named = exports->state->options->name != NULL;
    gpointer key = GUINT_TO_POINTER(name);

    names_fill(&exports->names, world->program, module);
    if (g_hash_table_contains(exports->names.read, key))
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
    if (!named && g_hash_table_contains(exports->names.public, key))
        return g_strdup("__all__ says that it is public there: --name overrules that");
    if (!named && m->flags & MODULE_PACKAGE)
        return g_strdup("a package's names may be imported from outside: --name overrules that");
    if (m->flags & MODULE_ALL_UNSURE)
        return g_strdup("its module computes __all__");
    return NULL;
}

/* An import that nobody takes its name from, and that a linter was told to leave alone, may be there for what
 * it loads. */
static char *effect_objection(const Exports *exports, const FixMove *move)
{
    World *world = exports->world;
    const Import *import = move->import != ID_NONE ? &world->program->imports[move->import] : NULL;
    const File *file = program_module_file(world->program, move->module);
    char *objection = NULL;

    if (import == NULL || import->target_module == ID_NONE || exports->state->options->allow_unloaded)
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

void exports_files(Fix *stage, const Program *program, GArray *all)
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
bool exports_find(Exports *exports, Id module, Sym name, FixMove *move)
{
    const Program *program = exports->world->program;
    const File *file = program_module_file(program, module);

    names_fill(&exports->names, program, module);
    gpointer found = g_hash_table_lookup(exports->names.bound, GUINT_TO_POINTER(name));
    *move = export_move(module, name);
    if (found == NULL && deprecate_holds(file, name)) {
        uint32_t count;
        const Binding *binding = program_bindings_of(program, module, name, &count);
        move->line = count > 0 ? binding->line : 0;
        return count == 1 && exports->state->options->shim != FIX_SHIM_DEPRECATE;
    }
    if (found == NULL || found == AMBIGUOUS)
        return false;
    const FactsBinding *binding = &file->facts.bindings[GPOINTER_TO_UINT(found) - 1];
    move->statement = move->start = binding->start;
    move->line = binding->line;
    if (is_plain_alias(file, binding))
        return true;
    if (binding->kind != BINDING_IMPORT || binding->context != 0 ||
        file->facts.imports[binding->ref].form != IMPORT_FROM || exports->names.imports[binding->ref] == 0)
        return false;
    move->import = exports->names.imports[binding->ref] - 1;
    move->start = file->facts.imports[binding->ref].start;
    return true;
}

Found *exports_add(Exports *exports, const FixMove *move, Sym title, uint32_t batch, bool lazily)
{
    const Program *program = exports->world->program;
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
    found.move.reason = export_objection(exports, move->module, move->name, lazily);
    found.move.drops = g_new(Sym, 1);
    found.move.drops[0] = move->bound;
    found.move.n_drops = 1;
    g_array_append_val(exports->all, found);
    gint64 key = ((gint64)move->module << 32) | move->name;
    g_hash_table_insert(exports->names_found, g_memdup2(&key, sizeof key),
                        GUINT_TO_POINTER(exports->all->len));
    return &g_array_index(exports->all, Found, exports->all->len - 1);
}

/* Takes `reason`. */
static void add_module(Exports *exports, Id module, const char *title, uint32_t batch, char *reason)
{
    const Program *program = exports->world->program;
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
    g_array_append_val(exports->all, found);
    g_hash_table_insert(exports->files, GUINT_TO_POINTER(found.file + 1),
                        GUINT_TO_POINTER(exports->all->len));
}

static bool has_module(const Exports *exports, Id module)
{
    Id file = exports->world->program->modules[module].file;

    return g_hash_table_contains(exports->files, GUINT_TO_POINTER(file + 1));
}

static const char *odd_objection(const Exports *exports, Id module)
{
    gpointer known;

    if (!g_hash_table_lookup_extended(exports->odd, GUINT_TO_POINTER(module + 1), NULL, &known)) {
        known = (gpointer)(uintptr_t)deprecate_drop_objection(exports->state, module);
        g_hash_table_insert(exports->odd, GUINT_TO_POINTER(module + 1), known);
    }
    return known;
}

/* The action names what is passed on first of all; the line may have moved since. What a plan lists as moved
 * in phase 2B had users: it is there for its name, and no more is asked. */
static void add_action(Exports *exports, Id module, const FixView *view, const Action *action,
                       const char *title, uint32_t batch)
{
    const Program *program = exports->world->program;
    const char *text = program_text(view->program, action->text);
    Sym name = intern_find(program->interner, text, strcspn(text, " ,"));
    Found *found = name != 0 ? found_export(exports, module, name) : NULL;
    FixMove move;

    if (found != NULL && found->effect && !action->idle) {
        g_clear_pointer(&found->move.reason, g_free);
        found->effect = false;
    }
    if (name == 0 || found != NULL || !exports_find(exports, module, name, &move))
        return;
    found = exports_add(exports, &move, intern_cstr(program->interner, title), batch, false);
    if (found->move.reason == NULL && deprecate_holds(program_module_file(program, module), name))
        found->move.reason = g_strdup(odd_objection(exports, module));
    if (found->move.reason != NULL || !action->idle)
        return;
    found->move.reason = effect_objection(exports, &found->move);
    found->effect = found->move.reason != NULL;
}

/* A module that holds nothing but deprecated names, none of which is needed: its file goes. */
static void add_emptied(Exports *exports, Id module, const char *title, uint32_t batch)
{
    const Program *program = exports->world->program;
    const Module *m = &program->modules[module];
    const File *file = program_module_file(program, module);

    /* the map; a module's __getattr__ does not count */
    if (file->facts.header->n_plain_statements != 1 || m->n_definitions != 1 || has_module(exports, module))
        return;
    for (uint32_t i = 0; i < m->n_bindings; i++) {
        Sym name = program->bindings[m->first_binding + i].name;
        const Found *found = found_export(exports, module, name);
        const char *text = program_text(program, name);
        if (strcmp(text, "__getattr__") != 0 && strcmp(text, DEPRECATED_NAMES) != 0 &&
            (found == NULL || found->move.reason != NULL))
            return;
    }
    char *reason = module_objection(exports->world, module, true);
    if (reason == NULL)
        add_module(exports, module, title, batch, NULL);
    g_free(reason);
}

/* A file that goes takes its exports along. */
static void drop_needless(Exports *exports)
{
    GArray *all = exports->all;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < all->len; i++) {
        Found found = g_array_index(all, Found, i);
        uint32_t whole =
            GPOINTER_TO_UINT(g_hash_table_lookup(exports->files, GUINT_TO_POINTER(found.file + 1)));
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
static void add_steps(Exports *exports, const FixView *view)
{
    const Program *program = exports->world->program;

    for (uint32_t s = 0; s < view->plan->n_steps; s++) {
        const Step *step = &view->plan->steps[s];
        if (step->phase != PHASE_2C || step->module == ID_NONE)
            continue;
        Id module = program_find_module(program,
                                        program_text(view->program, view->program->modules[step->module].id));
        if (module == ID_NONE || !may_edit(exports->state, program_module_file(program, module)))
            continue;
        const char *title = program_text(view->program, step->title);
        bool deprecated = false;
        for (uint32_t i = 0; i < step->n_actions; i++) {
            const Action *action = &step->actions[i];
            if (action->kind == ACTION_DELETE_SHIM && step->group == ID_NONE && !has_module(exports, module))
                add_module(exports, module, title, s + 1, module_objection(exports->world, module, false));
            else if (action->kind == ACTION_REMOVE_EXPORT && !is_leftover(view, step))
                add_action(exports, module, view, action, title, s + 1);
            deprecated = deprecated || action->kind == ACTION_REMOVE_EXPORT;
        }
        if (deprecated)
            add_emptied(exports, module, title, s + 1);
    }
}

void deadshim_pass(Fix *stage, const FixState *state)
{
    Exports exports;

    exports_init(&exports, state);
    add_steps(&exports, state->view);
    if (state->first->program != state->view->program)
        add_steps(&exports, state->first);
    drop_needless(&exports);
    exports_files(stage, state->view->program, exports.all);
    exports_clear(&exports);
}
