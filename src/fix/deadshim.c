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
} Found;

/* --- names --- */

static bool module_reads(const World *world, Id module, const char *name)
{
    const File *file = program_module_file(world->program, module);

    for (uint32_t i = 0; i < file->facts.n_uses; i++)
        if (strcmp(file_text(file, file->facts.uses[i].head), name) == 0)
            return true;
    return false;
}

static bool in_all(const Program *program, Id module, Sym name)
{
    const Module *m = &program->modules[module];

    for (uint32_t i = 0; i < m->n_exports; i++)
        if (program->exports[m->first_export + i].name == name)
            return true;
    return false;
}

char *export_objection(const World *world, Id module, Sym name, bool lazily)
{
    const Program *program = world->program;
    const Module *m = &program->modules[module];
    bool named = world->state->options->name != NULL;

    if (module_reads(world, module, program_text(program, name)))
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
    if (!named && in_all(program, module, name))
        return g_strdup("__all__ says that it is public there: --name overrules that");
    if (!named && m->flags & MODULE_PACKAGE)
        return g_strdup("a package's names may be imported from outside: --name overrules that");
    if (m->flags & MODULE_ALL_UNSURE)
        return g_strdup("its module computes __all__");
    return NULL;
}

/* --- modules --- */

static char *module_objection(const World *world, Id module)
{
    const Program *program = world->program;
    const Module *m = &program->modules[module];
    const File *file = program_module_file(program, module);
    const char *name = program_text(program, m->name), *dot = strrchr(name, '.');
    const char *base = strrchr(program_text(program, file->path), '/');
    base = base != NULL ? base + 1 : program_text(program, file->path);

    if (m->flags & MODULE_PACKAGE)
        return g_strdup("a package needs its file");
    if (file->facts.header->n_plain_statements > 0 || m->n_definitions > 0)
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

/* Binds the file this name once? */
static bool is_only_binding(const File *file, FactsStr name)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < file->facts.n_bindings; i++)
        n += file->facts.bindings[i].name == name;
    return n == 1;
}

/* The plain import or alias by which a module has a name; false when it has it otherwise. */
static bool find_export(const Program *program, Id module, Sym name, FixMove *move)
{
    const File *file = program_module_file(program, module);

    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        if (file_sym(file, binding->name) != name || !is_only_binding(file, binding->name))
            continue;
        *move = (FixMove){.kind = FIX_EXPORT,
                          .import = ID_NONE,
                          .module = module,
                          .home = ID_NONE,
                          .definition = ID_NONE,
                          .survivor = ID_NONE,
                          .statement = binding->start,
                          .start = binding->start,
                          .line = binding->line,
                          .name = name,
                          .bound = name};
        if (is_plain_alias(file, binding))
            return true;
        if (binding->kind != BINDING_IMPORT || binding->context != 0 ||
            file->facts.imports[binding->ref].form != IMPORT_FROM)
            return false;
        const Module *m = &program->modules[module];
        for (uint32_t k = 0; k < m->n_imports; k++) {
            const Import *import = &program->imports[m->first_import + k];
            if (import->fact == binding->ref && import->kind != IMPORT_STRING &&
                import->kind != IMPORT_PARENT) {
                move->import = m->first_import + k;
                move->start = file->facts.imports[binding->ref].start;
                return true;
            }
        }
    }
    return false;
}

static void add_export(GArray *all, const World *world, const FixMove *move, Sym title, uint32_t batch,
                       bool lazily)
{
    const Program *program = world->program;
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
    found.move.reason = export_objection(world, move->module, move->name, lazily);
    found.move.drops = g_new(Sym, 1);
    found.move.drops[0] = move->bound;
    found.move.n_drops = 1;
    g_array_append_val(all, found);
}

static void add_module(GArray *all, const World *world, Id module, const char *title, uint32_t batch)
{
    const Program *program = world->program;
    Found found = {.file = program->modules[module].file,
                   .batch = batch,
                   .title = intern_cstr(program->interner, title)};

    for (uint32_t i = 0; i < all->len; i++)
        if (g_array_index(all, Found, i).move.kind == FIX_MODULE &&
            g_array_index(all, Found, i).file == found.file)
            return;

    found.move = (FixMove){.kind = FIX_MODULE,
                           .step = batch,
                           .import = ID_NONE,
                           .module = module,
                           .home = ID_NONE,
                           .definition = ID_NONE,
                           .survivor = ID_NONE,
                           .line = 1};
    found.move.before =
        program_text(program, intern_printf(program->interner, "module %s",
                                            program_text(program, program->modules[module].name)));
    found.move.after = "";
    found.move.reason = module_objection(world, module);
    g_array_append_val(all, found);
}

/* The action names what is passed on first of all; the line may have moved since. */
static void add_action(GArray *all, const World *world, Id module, const char *text, const char *title,
                       uint32_t batch)
{
    const Program *program = world->program;
    Sym name = intern_find(program->interner, text, strcspn(text, " ,"));
    FixMove move;

    for (uint32_t i = 0; i < all->len; i++)
        if (g_array_index(all, Found, i).move.kind == FIX_EXPORT &&
            g_array_index(all, Found, i).move.module == module &&
            g_array_index(all, Found, i).move.name == name)
            return;
    if (name != 0 && find_export(program, module, name, &move))
        add_export(all, world, &move, intern_cstr(program->interner, title), batch, false);
}

/* A file that goes takes its exports along. */
static void drop_needless(GArray *all)
{
    for (uint32_t i = all->len; i-- > 0;) {
        const Found *export = &g_array_index(all, Found, i);
        bool goes = false;
        for (uint32_t k = 0; k < all->len && export->move.kind == FIX_EXPORT; k++) {
            const Found *other = &g_array_index(all, Found, k);
            goes = goes || (other->move.kind == FIX_MODULE && other->file == export->file &&
                            other->move.reason == NULL);
        }
        if (!goes)
            continue;
        g_free(export->move.reason);
        g_free(export->move.drops);
        g_array_remove_index(all, i);
    }
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
static void add_steps(GArray *all, const FixState *state, const FixView *view)
{
    const World *world = world_of(state);
    const Program *program = world->program;
    for (uint32_t s = 0; s < view->plan->n_steps; s++) {
        const Step *step = &view->plan->steps[s];
        if (step->phase != PHASE_2C || step->module == ID_NONE)
            continue;
        Id module = program_find_module(program,
                                        program_text(view->program, view->program->modules[step->module].id));
        if (module == ID_NONE || !may_edit(state, program_module_file(program, module)))
            continue;
        for (uint32_t i = 0; i < step->n_actions; i++) {
            if (step->actions[i].kind == ACTION_DELETE_SHIM && step->group == ID_NONE)
                add_module(all, world, module, program_text(view->program, step->title), s + 1);
            else if (step->actions[i].kind == ACTION_REMOVE_EXPORT && !is_leftover(view, step))
                add_action(all, world, module, program_text(view->program, step->actions[i].text),
                           program_text(view->program, step->title), s + 1);
        }
    }
}

void deadshim_pass(Fix *stage, const FixState *state)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Found));

    add_steps(all, state, state->view);
    if (state->first->program != state->view->program)
        add_steps(all, state, state->first);
    drop_needless(all);
    add_files(stage, state->view->program, all);
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

void settle_shims_pass(Fix *stage, const FixState *state)
{
    const World *world = world_of(state);
    Program *program = state->view->program;
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Found));
    bool lazily = state->options->shim == FIX_SHIM_DEPRECATE;

    for (uint32_t i = 0; i < state->replaced->len; i += 2) {
        Id module = program_find_module(program, state->replaced->pdata[i]);
        const char *text = state->replaced->pdata[i + 1];
        Sym name = intern_find(program->interner, text, strlen(text));
        FixMove move;
        uint32_t count = 0;
        const Binding *binding =
            module != ID_NONE && name != 0 ? program_bindings_of(program, module, name, &count) : NULL;
        if (count != 1 || binding->target.kind != TARGET_DEFINITION || binding->how != HOW_IMPORT ||
            !is_settled(state, binding->target.id) || !find_export(program, module, name, &move) ||
            move.import == ID_NONE)
            continue;
        add_export(all, world, &move, program->definitions[binding->target.id].name, i / 2 + 1, lazily);
        FixMove *added = &g_array_index(all, Found, all->len - 1).move;
        const char *objection = lazily ? deprecate_objection(program_module_file(program, module)) : NULL;
        if (added->reason == NULL && objection != NULL)
            added->reason = g_strdup(objection);
        if (added->reason == NULL)
            added->reason = unloaded_objection(state, module, added->home);
    }
    add_files(stage, program, all);
}

/* --- edits --- */

static void drop_alias(const Lexed *lexed, const FixState *state, FixMove *move, Edit *edit)
{
    const File *file = program_module_file(state->view->program, move->module);

    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        uint32_t from, to, n = 0;
        for (uint32_t k = 0; k < file->facts.n_bindings; k++)
            n += file->facts.bindings[k].start == binding->start;
        if (binding->start != move->statement || file_sym(file, binding->name) != move->bound)
            continue;
        if (n == 1 && drop_lines(lexed, binding->start, binding->end, &from, &to))
            edit_replace(edit, from, to, "");
        else
            move_leave(move, g_strdup("it shares a statement with another"));
        return;
    }
}

void export_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit)
{
    const Program *program = state->view->program;
    const File *file = &program->files[fixed->file];
    g_autofree bool *chosen = g_new0(bool, file->facts.n_imports + 1);
    bool lazily = fixed->phase == PHASE_2A && state->options->shim == FIX_SHIM_DEPRECATE, any = false;

    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        FixMove *move = &fixed->moves[i];
        if (!move_is_active(move))
            continue;
        if (move->import == ID_NONE)
            drop_alias(lexed, state, move, edit);
        else
            chosen[program->imports[move->import].fact] = true;
    }
    drop_imports(lexed, file, chosen, edit);
    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        FixMove *move = &fixed->moves[i];
        if (move_is_active(move) && move->import != ID_NONE && !chosen[program->imports[move->import].fact])
            move_leave(move, g_strdup("its statement cannot be cut cleanly"));
        any = any || move_is_active(move);
    }
    const char *reason;
    if (lazily && any && !deprecate_edit(lexed, state, fixed, edit, &reason))
        file_leave(fixed, reason);
}
