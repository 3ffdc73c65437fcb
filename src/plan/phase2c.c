/* Phase 2C: what is left once 2A and 2B are done: shims without users, re-exports nobody needs.
 *
 * A shim whose remaining users all move in 2B can go after those batches; one that has others keeps
 * its step, by hand, with their number. A re-export is listed where every import of it moves and
 * the module itself does not use the name. */
#include <string.h>

#include "plan/planner.h"

#define EFFORT_SHIM   0.25
#define EFFORT_EXPORT 0.1

/* PathUse — one non-canonical way to a definition, (module, name), that nobody takes after 2B. */
typedef struct PathUse {
    Id module, definition;
    Sym name;
    bool idle; /* nobody takes it now */
} PathUse;

/* Moves — for every import, the 2B step that rewrites it (plus one), or 0; and by module, the
 * imports that name it, so that each shim looks at its own users only. */
typedef struct Moves {
    uint32_t *step_of;
    uint32_t *first, *users; /* by module: slice of import ids */
} Moves;

static void find_steps(const Planner *planner, Moves *moves)
{
    moves->step_of = g_new0(uint32_t, planner->program->n_imports + 1);
    for (uint32_t s = 0; s < planner->steps->len; s++) {
        const Step *step = &g_array_index(planner->steps, Step, s);
        for (uint32_t a = 0; step->phase == PHASE_2B && a < step->n_actions; a++)
            if (step->actions[a].leaves)
                moves->step_of[step->actions[a].import - 1] = s + 1;
    }
}

static bool is_user(const Import *import)
{
    return import->target_module != ID_NONE && import->module != import->target_module &&
           import->kind != IMPORT_PARENT;
}

static void index_users(const Planner *planner, Moves *moves)
{
    const Program *program = planner->program;

    moves->first = g_new0(uint32_t, program->n_modules + 2);
    moves->users = g_new(uint32_t, program->n_imports + 1);
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (is_user(&program->imports[i]))
            moves->first[program->imports[i].target_module + 2]++;
    for (uint32_t m = 1; m <= program->n_modules; m++)
        moves->first[m + 1] += moves->first[m];
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (is_user(&program->imports[i]))
            moves->users[moves->first[program->imports[i].target_module + 1]++] = i;
}

static void add_after(GArray *after, uint32_t step)
{
    for (uint32_t i = 0; i < after->len; i++)
        if (g_array_index(after, uint32_t, i) == step)
            return;
    g_array_append_val(after, step);
}

/* What every step about one module has in common. */
static Step module_step(Planner *planner, Id module, const char *kind)
{
    const Program *program = planner->program;
    const File *file = program_module_file(program, module);
    Step step = {.phase = PHASE_2C, .group = ID_NONE, .definition = ID_NONE, .module = module};

    step.id = planner_id(planner, kind, &program->modules[module].id, 1);
    step.priority = (uint8_t)planner_priority(planner, file);
    step.area = planner_area(planner, program_text(program, file->path));
    return step;
}

/* Takes both arrays. */
static void keep_step(Planner *planner, Step *step, GArray *actions, GArray *after)
{
    step->actions = planner_keep(planner, actions, &step->n_actions);
    step->after = planner_keep(planner, after, &step->n_after);
    g_array_append_val(planner->steps, *step);
}

static void add_shim(Planner *planner, const Shim *shim, const Moves *moves)
{
    Program *program = planner->program;
    Interner *interner = program->interner;
    const Module *module = &program->modules[shim->module];
    const File *file = program_module_file(program, shim->module);
    const char *path = program_text(program, file->path);
    GArray *actions = g_array_new(FALSE, FALSE, sizeof(Action)),
           *after = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t left = 0;

    for (uint32_t u = moves->first[shim->module]; u < moves->first[shim->module + 1]; u++) {
        uint32_t step = moves->step_of[moves->users[u]];
        if (step > 0)
            add_after(after, step - 1);
        else
            left++;
    }
    Action action = {.kind = ACTION_DELETE_SHIM, .path = file->path, .line = 1};
    action.text =
        left == 0 ? intern_printf(interner, "delete %s", path)
                  : intern_printf(interner, "delete %s once its %u remaining imports are gone", path, left);
    g_array_append_val(actions, action);
    Step step = module_step(planner, shim->module, "2C-shim");
    step.title = intern_printf(interner, "Shim %s: passes on %u %s", program_text(program, module->name),
                               shim->n_names, shim->n_names == 1 ? "name" : "names");
    step.risk = left > 0 ? RISK_MEDIUM : RISK_LOW;
    step.risk_reason = left > 0 ? intern_printf(interner, "%u import%s not moved by phase 2B", left,
                                                left == 1 ? " is" : "s are")
                                : intern_cstr(interner, after->len > 0 ? "no import is left after phase 2B"
                                                                       : "nothing imports it");
    step.by_hand = left > 0 ? intern_printf(interner, "%u import%s of it remain%s", left,
                                            left == 1 ? "" : "s", left == 1 ? "s" : "")
                            : 0;
    step.effort = EFFORT_SHIM;
    keep_step(planner, &step, actions, after);
}

/* Does the module's own code read the name (as opposed to passing it on)? */
static bool module_uses(const File *file, const char *name)
{
    for (uint32_t i = 0; i < file->facts.n_uses; i++)
        if (strcmp(file_text(file, file->facts.uses[i].head), name) == 0)
            return true;
    return false;
}

static bool in_all(const File *file, const char *name)
{
    for (uint32_t i = 0; i < file->facts.n_alls; i++)
        if (file->facts.alls[i].operation == ALL_ADD &&
            strcmp(file_text(file, file->facts.alls[i].text), name) == 0)
            return true;
    return false;
}

/* --- what phase 2A leaves behind --- */

/* Leftover — a module-level definition that a 2A step replaces by an import. */
typedef struct Leftover {
    Id module, definition;
    uint32_t step; /* index in planner->steps */
} Leftover;

static bool is_module_level(const Planner *planner, Id definition)
{
    return program_definition_fact(planner->program, definition)->scope == SCOPE_MODULE;
}

static int compare_leftovers(const void *a, const void *b)
{
    const Leftover *x = a, *y = b;

    if (x->module != y->module)
        return x->module < y->module ? -1 : 1;
    return x->definition < y->definition ? -1 : x->definition > y->definition;
}

static GArray *collect_leftovers(const Planner *planner)
{
    GArray *leftovers = g_array_new(FALSE, FALSE, sizeof(Leftover));

    for (uint32_t s = 0; s < planner->steps->len; s++) {
        const Step *step = &g_array_index(planner->steps, Step, s);
        if (step->phase != PHASE_2A || step->definition == ID_NONE ||
            !is_module_level(planner, step->definition))
            continue;
        const Group *group = &planner->detection->groups[step->group];
        Id home = planner->program->definitions[step->definition].module;
        for (uint32_t m = 0; m < group->n_members; m++) {
            const GroupMember *member = &group->members[m];
            Leftover leftover = {.definition = member->definition, .step = s};
            leftover.module = planner->program->definitions[member->definition].module;
            if ((member->contest || member->role == MEMBER_ROLE_HOLLOW) && leftover.module != home &&
                is_module_level(planner, member->definition))
                g_array_append_val(leftovers, leftover);
        }
    }
    g_array_sort(leftovers, compare_leftovers);
    return leftovers;
}

/* Nothing of its own is left once `removed` module-level definitions are gone, and nobody imports the
 * module as such. */
static bool is_emptied(const Planner *planner, const Moves *moves, const Leftover *leftovers,
                       uint32_t removed)
{
    const Program *program = planner->program;
    const Module *module = &program->modules[leftovers[0].module];
    const File *file = program_module_file(program, leftovers[0].module);
    uint32_t own = 0;

    for (uint32_t d = 0; d < module->n_definitions; d++)
        own += is_module_level(planner, module->first_definition + d);
    if (own != removed || file->facts.header->n_plain_statements > removed || module->flags & MODULE_PACKAGE)
        return false;
    for (uint32_t u = moves->first[leftovers[0].module]; u < moves->first[leftovers[0].module + 1]; u++) {
        const Import *import = &program->imports[moves->users[u]];
        bool goes = false;
        for (uint32_t i = 0; i < removed; i++)
            goes = goes || (import->name != 0 && import->target.kind == TARGET_DEFINITION &&
                            import->target.id == leftovers[i].definition);
        if (!goes)
            return false;
    }
    return true;
}

static void add_leftovers(Planner *planner, const Moves *moves, const Leftover *leftovers, uint32_t count)
{
    Program *program = planner->program;
    Interner *interner = program->interner;
    const Module *module = &program->modules[leftovers[0].module];
    const File *file = program_module_file(program, leftovers[0].module);
    const char *path = program_text(program, file->path);
    GArray *actions = g_array_new(FALSE, FALSE, sizeof(Action)),
           *after = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    bool emptied = is_emptied(planner, moves, leftovers, count);

    for (uint32_t i = 0; i < count; i++) {
        const Definition *gone = &program->definitions[leftovers[i].definition];
        Action action = {.kind = ACTION_REMOVE_EXPORT, .path = file->path, .line = gone->line};
        action.text = intern_printf(
            interner, "%s, which phase 2A left as an import, is imported from here by nobody any more",
            program_text(program, gone->name));
        add_after(after, leftovers[i].step);
        if (!emptied)
            g_array_append_val(actions, action);
    }
    if (emptied) {
        Action action = {.kind = ACTION_DELETE_SHIM, .path = file->path, .line = 1};
        action.text = intern_printf(
            interner, "delete %s: nothing of its own is left in it and nobody imports it", path);
        g_array_append_val(actions, action);
    }
    Step step = module_step(planner, leftovers[0].module, "2C-leftover");
    step.title = intern_printf(interner, "Left-overs in %s: %u %s", program_text(program, module->name),
                               count, count == 1 ? "name" : "names");
    step.risk = RISK_LOW;
    step.risk_reason = intern_cstr(interner, "every import of it in this tree moves in phase 2A");
    step.by_hand = intern_cstr(interner, "it follows steps of phase 2A");
    step.effort = EFFORT_EXPORT * count;
    keep_step(planner, &step, actions, after);
}

static void add_all_leftovers(Planner *planner, const Moves *moves)
{
    GArray *leftovers = collect_leftovers(planner);

    for (uint32_t first = 0, last; first < leftovers->len; first = last) {
        for (last = first; last < leftovers->len; last++)
            if (g_array_index(leftovers, Leftover, last).module !=
                g_array_index(leftovers, Leftover, first).module)
                break;
        if (program_module_file(planner->program, g_array_index(leftovers, Leftover, first).module) != NULL)
            add_leftovers(planner, moves, &g_array_index(leftovers, Leftover, first), last - first);
    }
    g_array_free(leftovers, TRUE);
}

/* --- re-exports --- */

static int compare_uses(const void *a, const void *b)
{
    const PathUse *x = a, *y = b;

    if (x->module != y->module)
        return x->module < y->module ? -1 : 1;
    if (x->definition != y->definition)
        return x->definition < y->definition ? -1 : 1;
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    return x->idle < y->idle ? -1 : x->idle > y->idle;
}

static bool all_move(const Detection *detection, const ImportPath *path, const Moves *moves)
{
    for (uint32_t i = 0; i < path->count; i++)
        if (moves->step_of[detection->path_imports[path->first_import + i]] == 0)
            return false;
    return true;
}

/* Does anybody import this name of the module, or all of them? */
static bool has_user(const Program *program, const Moves *moves, Id module, Sym name)
{
    for (uint32_t u = moves->first[module]; u < moves->first[module + 1]; u++) {
        const Import *import = &program->imports[moves->users[u]];
        const File *file = program_module_file(program, import->module);
        if (import->name == name || (file != NULL && import->fact != FACTS_NONE &&
                                     file->facts.imports[import->fact].form == IMPORT_STAR))
            return true;
    }
    return false;
}

/* --- re-exports that lost their users before this plan was made --- */

/* Does the module say that the import is there for others? `from a import X as X`; a name in `__all__`; one
 * that a linter was told not to call unused. */
static bool is_declared(const File *file, const FactsBinding *binding)
{
    const FactsImport *import = &file->facts.imports[binding->ref];

    return import->form == IMPORT_FROM && ((import->aliased && import->name == import->bound) ||
                                           import->silenced || in_all(file, file_text(file, binding->name)));
}

/* Does this statement do nothing but give others a name? `Old = X` of classes does, too; since an alias may
 * be the name that outsiders know, it is looked at where it is asked for by name. */
static bool passes_on(const Planner *planner, const File *file, const FactsBinding *binding, Id definition)
{
    if (binding->context != 0)
        return false;
    if (binding->kind == BINDING_ALIAS)
        return binding->alternative == 0 && planner->options->name != NULL &&
               planner->program->definitions[definition].kind != KIND_FUNCTION;
    return binding->kind == BINDING_IMPORT && is_declared(file, binding);
}

/* One name that nobody takes from the module, and that the module has from elsewhere. */
static void add_idle(const Planner *planner, const Moves *moves, Id module, Sym name,
                     const FactsBinding *binding, GArray *uses)
{
    const Program *program = planner->program;
    uint32_t count;
    const Binding *bound = program_bindings_of(program, module, name, &count);

    if (count != 1 || bound->target.kind != TARGET_DEFINITION ||
        program->definitions[bound->target.id].module == module ||
        (binding != NULL &&
         !passes_on(planner, program_module_file(program, module), binding, bound->target.id)) ||
        !planner_wants(planner, bound->target.id) || has_user(program, moves, module, name))
        return;
    PathUse use = {.module = module, .definition = bound->target.id, .name = name, .idle = true};
    g_array_append_val(uses, use);
}

/* Names that a module gives with a warning (PEP 562), as `fix --shim deprecate` writes it. */
static void collect_deprecated(const Planner *planner, const Moves *moves, Id module, const File *file,
                               GArray *uses)
{
    for (uint32_t i = 0; i < file->facts.n_literals; i++) {
        const FactsLiteral *literal = &file->facts.literals[i];
        if (literal->context != 0 || strcmp(file_text(file, literal->name), DEPRECATED_NAMES) != 0)
            continue;
        for (uint32_t e = 0; e < literal->entries.count; e++) {
            const FactsEntry *entry = &file->facts.entries[literal->entries.first + e];
            if (e == 0 || entry[-1].key != entry->key)
                add_idle(planner, moves, module, file_sym(file, entry->key), NULL, uses);
        }
    }
}

/* What an earlier run left, of phase 2A or 2B, and what others have left. A package's names may be for those
 * outside: they are looked at where they are asked for by name. */
static void collect_idle(const Planner *planner, const Moves *moves, const bool *shim, GArray *uses)
{
    const Program *program = planner->program;

    for (Id m = 0; m < program->n_modules; m++) {
        const File *file = program_module_file(program, m);
        bool package = program->modules[m].flags & MODULE_PACKAGE && planner->options->name == NULL;
        if (file == NULL || !file->selected || shim[m] || package || file->status != FILE_PARSED ||
            program->modules[m].flags & MODULE_STUB)
            continue;
        for (uint32_t b = 0; b < file->facts.n_bindings; b++) {
            const FactsBinding *binding = &file->facts.bindings[b];
            if (binding->context == 0 && (binding->kind == BINDING_IMPORT || binding->kind == BINDING_ALIAS))
                add_idle(planner, moves, m, file_sym(file, binding->name), binding, uses);
        }
        collect_deprecated(planner, moves, m, file, uses);
    }
}

/* Sorted, each once; one that has users now stands before one without. */
static void unique_uses(GArray *uses)
{
    uint32_t kept = 0;

    g_array_sort(uses, compare_uses);
    for (uint32_t i = 0; i < uses->len; i++) {
        const PathUse *use = &g_array_index(uses, PathUse, i);
        const PathUse *last = kept > 0 ? &g_array_index(uses, PathUse, kept - 1) : NULL;
        if (last == NULL || last->module != use->module || last->definition != use->definition ||
            last->name != use->name)
            g_array_index(uses, PathUse, kept++) = *use;
    }
    g_array_set_size(uses, kept);
}

static void collect_uses(const Planner *planner, const Moves *moves, GArray *uses)
{
    const Program *program = planner->program;
    const Detection *detection = planner->detection;
    g_autofree bool *shim = g_new0(bool, program->n_modules + 1);

    for (uint32_t i = 0; i < detection->n_shims; i++)
        shim[detection->shims[i].module] = true;
    for (uint32_t f = 0; f < detection->n_fragmentations; f++) {
        const Fragmentation *fragmentation = &detection->fragmentations[f];
        if (!planner_wants(planner, fragmentation->definition))
            continue;
        for (uint32_t p = 0; p < fragmentation->n_paths; p++) {
            const ImportPath *path = &fragmentation->paths[p];
            PathUse use = {
                .module = path->module, .definition = fragmentation->definition, .name = path->name};
            if (path->module == ID_NONE ||
                path->module == program->definitions[fragmentation->definition].module)
                continue;
            if (program_module_file(program, path->module) != NULL && !shim[path->module] &&
                all_move(detection, path, moves))
                g_array_append_val(uses, use);
        }
    }
    collect_idle(planner, moves, shim, uses);
    unique_uses(uses);
}

/* The re-exports of one module that can go; false when none can. `*public` when one may be public. */
static GArray *export_actions(Planner *planner, const PathUse *uses, uint32_t count, bool *public)
{
    Program *program = planner->program;
    const File *file = program_module_file(program, uses[0].module);
    GArray *actions = g_array_new(FALSE, FALSE, sizeof(Action));

    *public = program->modules[uses[0].module].flags & MODULE_PACKAGE;
    for (uint32_t i = 0; i < count; i++) {
        const char *name = program_text(program, uses[i].name);
        uint32_t n_bindings;
        const Binding *binding = program_bindings_of(program, uses[i].module, uses[i].name, &n_bindings);
        if (n_bindings == 0 || module_uses(file, name))
            continue;
        bool exported = in_all(file, name);
        *public = *public || exported;
        Action action = {.kind = ACTION_REMOVE_EXPORT, .path = file->path, .line = binding->line};
        action.idle = uses[i].idle;
        action.text = intern_printf(program->interner, "%s is passed on for nobody any more%s", name,
                                    exported ? " (and stands in __all__)" : "");
        g_array_append_val(actions, action);
    }
    return actions;
}

/* The batches that move imports away from this module. */
static GArray *batches_before(const Moves *moves, Id module)
{
    GArray *after = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (uint32_t u = moves->first[module]; u < moves->first[module + 1]; u++)
        if (moves->step_of[moves->users[u]] > 0)
            add_after(after, moves->step_of[moves->users[u]] - 1);
    return after;
}

static void add_exports(Planner *planner, const Moves *moves, const PathUse *uses, uint32_t count)
{
    Program *program = planner->program;
    Interner *interner = program->interner;
    const Module *module = &program->modules[uses[0].module];
    bool public;
    GArray *actions = export_actions(planner, uses, count, &public);

    if (actions->len == 0) {
        g_array_free(actions, TRUE);
        return;
    }
    Step step = module_step(planner, uses[0].module, "2C-export");
    step.title = intern_printf(interner, "Exports of %s: %u %s can go", program_text(program, module->name),
                               actions->len, actions->len == 1 ? "name" : "names");
    step.risk = public ? RISK_MEDIUM : RISK_LOW;
    step.risk_reason = intern_cstr(interner, public ? "it may be public: code outside this tree may import it"
                                                    : "no import of it is left in this tree");
    step.by_hand =
        public ? intern_cstr(interner, "whether others may import it is for its owners to say") : 0;
    step.effort = EFFORT_EXPORT * actions->len;
    keep_step(planner, &step, actions, batches_before(moves, uses[0].module));
}

static void add_all_exports(Planner *planner, const Moves *moves)
{
    GArray *uses = g_array_new(FALSE, FALSE, sizeof(PathUse));

    collect_uses(planner, moves, uses);
    for (uint32_t first = 0, last; first < uses->len; first = last) {
        for (last = first; last < uses->len; last++)
            if (g_array_index(uses, PathUse, last).module != g_array_index(uses, PathUse, first).module)
                break;
        add_exports(planner, moves, &g_array_index(uses, PathUse, first), last - first);
    }
    g_array_free(uses, TRUE);
}

static bool wants_shim(const Planner *planner, Id module)
{
    const Program *program = planner->program;

    if (!program_module_file(program, module)->selected)
        return false;
    if (planner->options->name == NULL)
        return true;
    for (uint32_t i = 0; i < program->modules[module].n_bindings; i++) {
        const Binding *binding = &program->bindings[program->modules[module].first_binding + i];
        if (binding->target.kind == TARGET_DEFINITION && planner_wants(planner, binding->target.id))
            return true;
    }
    return false;
}

void plan_phase_2c(Planner *planner)
{
    Moves moves = {0};

    find_steps(planner, &moves);
    index_users(planner, &moves);
    for (uint32_t i = 0; i < planner->detection->n_shims; i++) {
        const Shim *shim = &planner->detection->shims[i];
        if (program_module_file(planner->program, shim->module) != NULL && wants_shim(planner, shim->module))
            add_shim(planner, shim, &moves);
    }
    add_all_leftovers(planner, &moves);
    add_all_exports(planner, &moves);
    g_free(moves.step_of);
    g_free(moves.first);
    g_free(moves.users);
}
