/* The proof. The edited program, analysed from scratch, must be the old one in everything but the
 * way by which names come: the same modules and definitions; no file understood less well; in every
 * module of the project, edited or not, every name bound to the same candidates in the same order;
 * the same base classes; in edited modules the same imported names with the same meaning; no load
 * cycle over modules that were in none together, and none that fails in more ways than before; and a
 * plan that asks for none of the moves again.
 *
 * A difference is charged to the edited file it shows in, else to the files whose moves lead from or to what
 * lies at or below the module it shows in, else to all. Ids of both programs are the same numbers when
 * modules and definitions are the same, so most of it is a walk over two arrays. Cost: linear in the
 * programs. */
#include <string.h>

#include "fix/internal.h"

typedef struct Verifier {
    Fix *fix;
    const Program *a, *b; /* before, after */
    const DependencyGraph *graph_a, *graph_b;
    uint32_t *file_of;      /* by module: index of the edited FixFile + 1, or 0 */
    GHashTable *attributes; /* strings: names read as attributes of imported modules, anywhere */
    bool clean;
} Verifier;

static const char *text_a(const Verifier *verifier, Sym sym)
{
    return program_text(verifier->a, sym);
}

static const char *text_b(const Verifier *verifier, Sym sym)
{
    return program_text(verifier->b, sym);
}

static void blame_file(Verifier *verifier, FixFile *file, const char *what, const char *where)
{
    g_autofree char *reason = g_strdup_printf("%s (%s)", what, where);

    verifier->clean = false;
    file_leave(file, reason);
}

static bool is_below(const Program *program, Id module, Id of)
{
    for (; module != ID_NONE; module = program->modules[module].parent)
        if (module == of)
            return true;
    return false;
}

static bool touches(const Verifier *verifier, const FixFile *file, Id module)
{
    for (uint32_t i = 0; i < file->n_moves; i++)
        if (file->moves[i].reason == NULL &&
            (is_below(verifier->a, verifier->a->imports[file->moves[i].import].target_module, module) ||
             is_below(verifier->a, file->moves[i].home, module)))
            return true;
    return false;
}

/* ID_NONE: all files. */
static void blame(Verifier *verifier, Id module, const char *what)
{
    Fix *fix = verifier->fix;
    bool found = false;
    const char *where =
        module != ID_NONE ? text_a(verifier, verifier->a->modules[module].name) : "the whole program";

    if (module != ID_NONE && verifier->file_of[module] != 0) {
        blame_file(verifier, &fix->files[verifier->file_of[module] - 1], what, where);
        return;
    }
    for (uint32_t f = 0; f < fix->n_files; f++)
        if (module != ID_NONE && fix->files[f].after != NULL && touches(verifier, &fix->files[f], module)) {
            found = true;
            blame_file(verifier, &fix->files[f], what, where);
        }
    for (uint32_t f = 0; f < fix->n_files && !found; f++)
        if (fix->files[f].after != NULL)
            blame_file(verifier, &fix->files[f], what, where);
}

/* --- the same things --- */

static bool same_things(const Verifier *verifier)
{
    const Program *a = verifier->a, *b = verifier->b;

    if (a->n_files != b->n_files || a->n_modules != b->n_modules || a->n_definitions != b->n_definitions)
        return false;
    for (Id i = 0; i < a->n_files; i++)
        if (strcmp(text_a(verifier, a->files[i].path), text_b(verifier, b->files[i].path)) != 0)
            return false;
    for (Id i = 0; i < a->n_modules; i++)
        if (strcmp(text_a(verifier, a->modules[i].id), text_b(verifier, b->modules[i].id)) != 0)
            return false;
    for (Id i = 0; i < a->n_definitions; i++)
        if (strcmp(text_a(verifier, a->definitions[i].id), text_b(verifier, b->definitions[i].id)) != 0)
            return false;
    return true;
}

static bool same_target(const Verifier *verifier, const Target *a, const Target *b)
{
    if (a->kind != b->kind)
        return false;
    switch ((TargetKind)a->kind) {
    case TARGET_NONE:
        return true;
    case TARGET_DEFINITION:
    case TARGET_MODULE:
        return a->id == b->id;
    case TARGET_VALUE:
        return a->id == b->id && strcmp(text_a(verifier, a->name), text_b(verifier, b->name)) == 0;
    case TARGET_EXTERNAL:
    case TARGET_UNRESOLVED:
        return strcmp(text_a(verifier, a->id), text_b(verifier, b->id)) == 0;
    }
    return false;
}

/* --- files --- */

static const char *other_things(const Facts *a, const Facts *b)
{
    if (b->header == NULL)
        return NULL;
    return a->n_definitions != b->n_definitions || a->n_members != b->n_members
               ? "the edited file would hold other definitions"
           : a->n_imports != b->n_imports   ? "the edited file would hold other imports"
           : a->n_bindings != b->n_bindings ? "the edited file would bind other names"
           : a->n_uses != b->n_uses         ? "the edited file would use other names"
           : a->header->n_plain_statements != b->header->n_plain_statements
               ? "the edited file would hold other statements"
               : NULL;
}

static void check_files(Verifier *verifier)
{
    for (uint32_t f = 0; f < verifier->fix->n_files; f++) {
        FixFile *fixed = &verifier->fix->files[f];
        if (fixed->after == NULL)
            continue;
        const File *a = &verifier->a->files[fixed->file], *b = &verifier->b->files[fixed->file];
        if (a->status != b->status || b->facts.header == NULL || a->facts.n_issues != b->facts.n_issues)
            blame_file(verifier, fixed, "the edited file would not be understood as before", fixed->path);
        const char *other = other_things(&a->facts, &b->facts);
        if (other != NULL)
            blame_file(verifier, fixed, other, fixed->path);
    }
}

/* --- names --- */

static uint32_t name_end(const Program *program, uint32_t first, uint32_t end)
{
    uint32_t i = first + 1;

    while (i < end && program->bindings[i].name == program->bindings[first].name)
        i++;
    return i;
}

static bool same_candidates(const Verifier *verifier, uint32_t i, uint32_t i_end, uint32_t j, uint32_t j_end)
{
    if (i_end - i != j_end - j)
        return false;
    for (; i < i_end; i++, j++) {
        const Binding *a = &verifier->a->bindings[i], *b = &verifier->b->bindings[j];
        if (!same_target(verifier, &a->target, &b->target) || b->certainty > a->certainty)
            return false;
    }
    return true;
}

/* Nobody imports the submodule any more (it does nothing, or the move would have been left out), and
 * nobody reads an attribute of its name: that its package lacks it is not seen. */
static bool is_unread_submodule(const Verifier *verifier, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        if (verifier->a->bindings[i].how != HOW_MODULE)
            return false;
    return !g_hash_table_contains(verifier->attributes, text_a(verifier, verifier->a->bindings[first].name));
}

/* A name that is a submodule is charged to the files that import from there, or did. */
static void blame_name(Verifier *verifier, Id module, const Binding *binding, const char *name)
{
    g_autofree char *what = g_strdup_printf("the name %s would not mean the same", name);
    bool found = false;

    for (uint32_t f = 0; binding != NULL && binding->how == HOW_MODULE &&
                         binding->target.kind == TARGET_MODULE && f < verifier->fix->n_files;
         f++)
        if (verifier->fix->files[f].after != NULL &&
            touches(verifier, &verifier->fix->files[f], binding->target.id)) {
            found = true;
            blame_file(verifier, &verifier->fix->files[f], what,
                       text_a(verifier, verifier->a->modules[module].name));
        }
    if (!found)
        blame(verifier, module, what);
}

static void check_bindings(Verifier *verifier, Id id)
{
    const Module *a = &verifier->a->modules[id], *b = &verifier->b->modules[id];
    uint32_t i = a->first_binding, i_last = i + a->n_bindings, j = b->first_binding,
             j_last = j + b->n_bindings;

    while (i < i_last || j < j_last) {
        uint32_t i_end = i < i_last ? name_end(verifier->a, i, i_last) : i;
        uint32_t j_end = j < j_last ? name_end(verifier->b, j, j_last) : j;
        int order = i == i_last   ? 1
                    : j == j_last ? -1
                                  : strcmp(text_a(verifier, verifier->a->bindings[i].name),
                                           text_b(verifier, verifier->b->bindings[j].name));
        bool good = order == 0 ? same_candidates(verifier, i, i_end, j, j_end)
                    : order > 0
                        ? verifier->b->bindings[j].how == HOW_MODULE /* a submodule, seen to be loaded */
                        : is_unread_submodule(verifier, i, i_end);
        if (!good)
            blame_name(verifier, id, order <= 0 ? &verifier->a->bindings[i] : NULL,
                       order <= 0 ? text_a(verifier, verifier->a->bindings[i].name)
                                  : text_b(verifier, verifier->b->bindings[j].name));
        i = order <= 0 ? i_end : i;
        j = order >= 0 ? j_end : j;
    }
}

static void check_exports(Verifier *verifier, Id id)
{
    const Module *a = &verifier->a->modules[id], *b = &verifier->b->modules[id];
    bool same = a->n_exports == b->n_exports;

    for (uint32_t i = 0; same && i < a->n_exports; i++)
        same = verifier->a->exports[a->first_export + i].bound ==
               verifier->b->exports[b->first_export + i].bound;
    if (!same)
        blame(verifier, id, "__all__ would not mean the same");
}

static void check_definitions(Verifier *verifier)
{
    for (Id id = 0; id < verifier->a->n_definitions; id++) {
        const Definition *a = &verifier->a->definitions[id], *b = &verifier->b->definitions[id];
        bool same = a->kind == b->kind && a->n_bases == b->n_bases;
        for (uint32_t i = 0; same && i < a->n_bases; i++)
            same = same_target(verifier, &verifier->a->bases[a->first_base + i].target,
                               &verifier->b->bases[b->first_base + i].target);
        if (!same)
            blame(verifier, a->module, "a class would have other bases");
    }
}

/* --- imports of edited modules --- */

static bool is_broken(const Import *import)
{
    return import->status == IMPORT_NO_MODULE || import->status == IMPORT_NO_NAME ||
           import->status == IMPORT_BEYOND_TOP;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "bound kind broken guarded target", one for each import that is written as one. */
static GPtrArray *import_keys(Program *program, Id id)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    const Module *module = &program->modules[id];
    const File *file = program_module_file(program, id);

    for (uint32_t i = 0; i < module->n_imports; i++) {
        const Import *import = &program->imports[module->first_import + i];
        if (import->kind == IMPORT_PARENT || import->kind == IMPORT_STRING || import->fact == FACTS_NONE)
            continue;
        g_ptr_array_add(
            keys, g_strdup_printf("%s %u %u %u %s", file_text(file, file->facts.imports[import->fact].bound),
                                  import->kind, is_broken(import), import->guarded,
                                  program_text(program, program_target_id(program, import->target))));
    }
    g_ptr_array_sort(keys, compare_texts);
    return keys;
}

static void check_imports(Verifier *verifier, Id id)
{
    g_autoptr(GPtrArray) a = import_keys((Program *)(uintptr_t)verifier->a, id);
    g_autoptr(GPtrArray) b = import_keys((Program *)(uintptr_t)verifier->b, id);
    bool same = a->len == b->len;

    for (uint32_t i = 0; same && i < a->len; i++)
        same = strcmp(a->pdata[i], b->pdata[i]) == 0;
    if (!same)
        blame(verifier, id, "an imported name would not mean the same");
}

/* --- cycles --- */

static const Cycle *cycle_before(const Verifier *verifier, Id module)
{
    for (uint32_t i = 0; i < verifier->graph_a->n_cycles; i++) {
        const Cycle *cycle = &verifier->graph_a->cycles[i];
        if (verifier->graph_a->component[cycle->modules[0]] == verifier->graph_a->component[module])
            return cycle;
    }
    return NULL;
}

/* Files of a cycle that were edited; all when there are none. */
static void blame_cycle(Verifier *verifier, const Cycle *cycle, const char *what)
{
    bool found = false;

    for (uint32_t i = 0; i < cycle->n_modules; i++)
        if (verifier->file_of[cycle->modules[i]] != 0) {
            found = true;
            blame(verifier, cycle->modules[i], what);
        }
    if (!found)
        blame(verifier, ID_NONE, what);
}

static void check_cycles(Verifier *verifier)
{
    for (uint32_t i = 0; i < verifier->graph_b->n_cycles; i++) {
        const Cycle *cycle = &verifier->graph_b->cycles[i];
        const Cycle *old = cycle_before(verifier, cycle->modules[0]);
        bool within = old != NULL || cycle->n_modules == 1;
        for (uint32_t m = 1; m < cycle->n_modules; m++)
            within = within && verifier->graph_a->component[cycle->modules[m]] ==
                                   verifier->graph_a->component[cycle->modules[0]];
        if (!within)
            blame_cycle(verifier, cycle, "the moves together would close a load cycle");
        else if (cycle->severity > (old != NULL ? old->severity : CYCLE_BENIGN) ||
                 cycle->failure.n_failing > (old != NULL ? old->failure.n_failing : 0))
            blame_cycle(verifier, cycle, "a load cycle would fail in more ways than now");
    }
}

/* --- nothing left --- */

static char *move_key(const Program *program, Sym path, Sym before, Sym after)
{
    return g_strdup_printf("%s\n%s\n%s", program_text(program, path), program_text(program, before),
                           program_text(program, after));
}

static void check_plan(Verifier *verifier, const FixView *before, const FixView *after)
{
    g_autoptr(GHashTable) left = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const Program *b = verifier->b;

    for (uint32_t f = 0; f < verifier->fix->n_files; f++)
        for (uint32_t i = 0; i < verifier->fix->files[f].n_moves; i++) {
            const FixMove *move = &verifier->fix->files[f].moves[i];
            if (move->reason != NULL)
                g_hash_table_add(left, move_key(before->program,
                                                before->program->files[verifier->fix->files[f].file].path,
                                                move->before, move->after));
        }
    for (uint32_t s = 0; s < after->plan->n_steps; s++)
        for (uint32_t i = 0; after->plan->steps[s].phase == PHASE_2B && i < after->plan->steps[s].n_actions;
             i++) {
            const Action *action = &after->plan->steps[s].actions[i];
            if (action->import == 0)
                continue;
            Id module = b->imports[action->import - 1].module;
            g_autofree char *key = move_key(b, action->path, action->before, action->after);
            if (verifier->file_of[module] != 0 && !g_hash_table_contains(left, key))
                blame(verifier, module, "a second run would change it again");
        }
}

static void collect_attributes(Verifier *verifier)
{
    verifier->attributes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (Id f = 0; f < verifier->a->n_files; f++) {
        const File *file = &verifier->a->files[f];
        for (uint32_t i = 0; i < file->facts.n_uses; i++) {
            const char *chain = file_text(file, file->facts.uses[i].chain);
            for (const char *dot = strchr(chain, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
                g_hash_table_add(verifier->attributes, g_strndup(dot + 1, strcspn(dot + 1, ".")));
        }
    }
}

static void mark_edited(Verifier *verifier)
{
    for (uint32_t f = 0; f < verifier->fix->n_files; f++)
        if (verifier->fix->files[f].after != NULL)
            for (Id m = verifier->a->files[verifier->fix->files[f].file].first_module; m != ID_NONE;
                 m = verifier->a->modules[m].next_of_file)
                verifier->file_of[m] = f + 1;
}

bool verify(Fix *fix, const FixView *before, const FixView *after)
{
    Verifier verifier = {.fix = fix,
                         .a = before->program,
                         .b = after->program,
                         .graph_a = before->graph,
                         .graph_b = after->graph,
                         .clean = true};

    verifier.file_of = g_new0(uint32_t, before->program->n_modules + 1);
    mark_edited(&verifier);
    collect_attributes(&verifier);
    if (!same_things(&verifier)) {
        check_files(&verifier);
        if (verifier.clean)
            blame(&verifier, ID_NONE, "the edited program would hold other modules or classes");
        g_hash_table_destroy(verifier.attributes);
        g_free(verifier.file_of);
        return false;
    }
    check_files(&verifier);
    for (Id m = 0; m < before->program->n_modules; m++) {
        check_bindings(&verifier, m);
        check_exports(&verifier, m);
        if (verifier.file_of[m] != 0)
            check_imports(&verifier, m);
    }
    check_definitions(&verifier);
    check_cycles(&verifier);
    if (after->plan != NULL)
        check_plan(&verifier, before, after);
    g_hash_table_destroy(verifier.attributes);
    g_free(verifier.file_of);
    return verifier.clean;
}
