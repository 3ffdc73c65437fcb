/* The proof. The edited program, analysed from scratch, must be the old one in everything but what the
 * moves are about: the same modules and definitions, but for those that gave way to another one and stand for
 * it from then on; no file understood less well; in every module of the project, edited or not, every
 * name bound to the same candidates in the same order; the same base classes; in edited modules the same
 * imported names with the same meaning, and no name read that is bound no longer; no load cycle over
 * modules that were in none together, and none that fails in more ways than before; and (verify_plan.c)
 * a plan that asks for none of the moves again. A name may go only from a module whose moves say so.
 *
 * A difference is a doubt about moves (doubt.c). Cost: linear in the programs. */
#include <string.h>

#include "fix/verifier.h"

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

/* Moves that change nothing but where names come from. */
static bool is_plain(const FixFile *file)
{
    for (uint32_t i = 0; i < file->n_moves; i++)
        if (move_is_active(&file->moves[i]) &&
            ((file->moves[i].kind != FIX_IMPORT && file->moves[i].kind != FIX_REPAIR) ||
             file->moves[i].n_drops + file->moves[i].n_adds > 0))
            return false;
    return true;
}

static void check_files(Verifier *verifier)
{
    for (uint32_t f = 0; f < verifier->stage->n_files; f++) {
        const FixFile *fixed = &verifier->stage->files[f];
        if (fixed->after == NULL || fixed->deleted)
            continue;
        Id id = program_find_file(verifier->b, fixed->path);
        if (id == ID_NONE) {
            doubt_file(verifier, fixed, "the edited file would not be found");
            continue;
        }
        const File *a = &verifier->a->files[fixed->file], *b = &verifier->b->files[id];
        if (a->status != b->status || b->facts.header == NULL || a->facts.n_issues != b->facts.n_issues)
            doubt_file(verifier, fixed, "the edited file would not be understood as before");
        const char *other = is_plain(fixed) ? other_things(&a->facts, &b->facts) : NULL;
        if (other != NULL)
            doubt_file(verifier, fixed, other);
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

/* One of the candidates led nowhere before repairs: it may have become another, or one of the others. Those
 * that led somewhere are still there. */
static bool kept_candidates(const Verifier *verifier, uint32_t i, uint32_t i_end, uint32_t j, uint32_t j_end)
{
    bool open = false, kept = true;

    for (; i < i_end; i++) {
        const Target *target = &verifier->a->bindings[i].target;
        bool found = target->kind == TARGET_UNRESOLVED;
        open = open || found;
        for (uint32_t k = j; k < j_end && !found; k++)
            found = same_target(verifier, target, &verifier->b->bindings[k].target);
        kept = kept && found;
    }
    return open && kept;
}

static bool same_candidates(const Verifier *verifier, uint32_t i, uint32_t i_end, uint32_t j, uint32_t j_end)
{
    if (verifier->repairs && kept_candidates(verifier, i, i_end, j, j_end))
        return true;
    if (i_end - i != j_end - j)
        return false;
    for (; i < i_end; i++, j++) {
        const Binding *a = &verifier->a->bindings[i], *b = &verifier->b->bindings[j];
        bool gained = verifier->repairs && (a->target.kind == TARGET_UNRESOLVED ||
                                            (a->target.kind == TARGET_EXTERNAL &&
                                             !target_equal(target_meant(verifier, a->target), a->target)));
        if (!same_target(verifier, &a->target, &b->target) || (b->certainty > a->certainty && !gained))
            return false;
    }
    return true;
}

/* When it is first asked for: most rounds do not ask. */
static void collect_attributes(Verifier *verifier)
{
    if (verifier->attributes != NULL)
        return;
    verifier->attributes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (Id f = 0; f < verifier->b->n_files; f++) {
        const File *file = &verifier->b->files[f];
        for (uint32_t i = 0; i < file->facts.n_uses; i++) {
            const char *chain = file_text(file, file->facts.uses[i].chain);
            for (const char *dot = strchr(chain, '.'); dot != NULL; dot = strchr(dot + 1, '.'))
                g_hash_table_add(verifier->attributes, g_strndup(dot + 1, strcspn(dot + 1, ".")));
        }
    }
}

/* Nobody imports the submodule any more (it does nothing, or the move would have been left out), and
 * nobody reads an attribute of its name: that its package lacks it is not seen. */
static bool is_unread_submodule(Verifier *verifier, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        if (verifier->a->bindings[i].how != HOW_MODULE)
            return false;
    collect_attributes(verifier);
    return !g_hash_table_contains(verifier->attributes, text_a(verifier, verifier->a->bindings[first].name));
}

bool verifier_is_meant(const Verifier *verifier, Id module, const char *name, bool gone)
{
    uint32_t index = verifier->file_of[module];
    const FixFile *file = index != 0 ? &verifier->stage->files[index - 1] : NULL;

    for (uint32_t i = 0; file != NULL && i < file->n_moves; i++) {
        const FixMove *move = &file->moves[i];
        const Sym *names = gone ? move->drops : move->adds;
        for (uint32_t n = gone ? move->n_drops : move->n_adds; move_is_active(move) && n > 0; n--)
            if (strcmp(text_a(verifier, names[n - 1]), name) == 0)
                return true;
    }
    return false;
}

static void check_name_gone(Verifier *verifier, Id id, uint32_t first, uint32_t end)
{
    const Binding *binding = &verifier->a->bindings[first];
    const char *name = text_a(verifier, binding->name);

    if (verifier_is_meant(verifier, id, name, true) || is_unread_submodule(verifier, first, end))
        return;
    g_autofree char *what = g_strdup_printf("the name %s would be bound no longer", name);
    doubt_name(verifier, id, name, &binding->target, what);
}

static void check_name_new(Verifier *verifier, Id id, const Binding *binding)
{
    const char *name = text_b(verifier, binding->name);

    if (binding->how == HOW_MODULE ||
        verifier_is_meant(verifier, id, name, false)) /* a submodule, seen to be loaded */
        return;
    g_autofree char *what = g_strdup_printf("the name %s would be bound in addition", name);
    doubt_name(verifier, id, name, NULL, what);
}

/* `import a.b as m` that becomes `import c.d as m`. */
static bool is_exchanged(const Verifier *verifier, Id id, const char *name)
{
    return verifier_is_meant(verifier, id, name, true) && verifier_is_meant(verifier, id, name, false);
}

static void check_bindings(Verifier *verifier, Id id)
{
    const Module *a = &verifier->a->modules[id], *b = &verifier->b->modules[verifier->module_in_b[id]];
    uint32_t i = a->first_binding, i_last = i + a->n_bindings, j = b->first_binding,
             j_last = j + b->n_bindings;

    while (i < i_last || j < j_last) {
        uint32_t i_end = i < i_last ? name_end(verifier->a, i, i_last) : i;
        uint32_t j_end = j < j_last ? name_end(verifier->b, j, j_last) : j;
        int order = i == i_last   ? 1
                    : j == j_last ? -1
                                  : strcmp(text_a(verifier, verifier->a->bindings[i].name),
                                           text_b(verifier, verifier->b->bindings[j].name));
        if (order < 0) {
            check_name_gone(verifier, id, i, i_end);
        } else if (order > 0) {
            check_name_new(verifier, id, &verifier->b->bindings[j]);
        } else if (!same_candidates(verifier, i, i_end, j, j_end) &&
                   !(verifier_is_meant(verifier, id, text_a(verifier, verifier->a->bindings[i].name), true) &&
                     same_target(verifier, &verifier->a->bindings[i].target,
                                 &verifier->b->bindings[j].target)) &&
                   !is_exchanged(verifier, id, text_a(verifier, verifier->a->bindings[i].name))) {
            const Binding *binding = &verifier->a->bindings[i];
            const char *name = text_a(verifier, binding->name);
            g_autofree char *what = g_strdup_printf("the name %s would not mean the same", name);
            doubt_name(verifier, id, name, &binding->target, what);
        }
        i = order <= 0 ? i_end : i;
        j = order >= 0 ? j_end : j;
    }
}

/* A name that code of an edited file reads as a global must be bound if it was. */
static void check_uses(Verifier *verifier, Id id)
{
    const File *file = program_module_file(verifier->b, verifier->module_in_b[id]);

    for (uint32_t i = 0; file != NULL && i < file->facts.n_uses; i++) {
        const char *name = file_text(file, file->facts.uses[i].head);
        Sym before = intern_find(verifier->a->interner, name, strlen(name));
        uint32_t n_before, n_after;
        program_bindings_of(verifier->b, verifier->module_in_b[id], file_sym(file, file->facts.uses[i].head),
                            &n_after);
        if (before == 0 || n_after > 0)
            continue;
        program_bindings_of(verifier->a, id, before, &n_before);
        if (n_before == 0)
            continue;
        g_autofree char *what = g_strdup_printf("the name %s is read and would not be bound", name);
        doubt_name(verifier, id, name, NULL, what);
    }
}

/* Names that a step takes away may leave `__all__`; the others stay, in their order. */
static void check_exports(Verifier *verifier, Id id)
{
    const Module *a = &verifier->a->modules[id], *b = &verifier->b->modules[verifier->module_in_b[id]];
    uint32_t next = 0;
    bool same = true;

    for (uint32_t i = 0; same && i < a->n_exports; i++) {
        const Export *before = &verifier->a->exports[a->first_export + i];
        const Export *now = next < b->n_exports ? &verifier->b->exports[b->first_export + next] : NULL;
        const char *name = text_a(verifier, before->name);
        bool there = now != NULL && strcmp(name, text_b(verifier, now->name)) == 0;
        same = there ? before->bound == now->bound || (verifier->repairs && now->bound)
                     : verifier_is_meant(verifier, id, name, true);
        next += there;
    }
    if (!same || next < b->n_exports)
        doubt_name(verifier, id, NULL, NULL, "__all__ would not mean the same");
}

static bool same_definition(const Verifier *verifier, Id id)
{
    const Definition *a = &verifier->a->definitions[id],
                     *b = &verifier->b->definitions[verifier->definition_in_b[id]];
    bool same = (a->kind == b->kind || verifier->repairs) && a->n_bases == b->n_bases;

    for (uint32_t i = 0; same && i < a->n_bases; i++)
        same = same_target(verifier, &verifier->a->bases[a->first_base + i].target,
                           &verifier->b->bases[b->first_base + i].target);
    return same;
}

/* What gave way read definitions by names that mean the same for the one that stays? */
static bool reads_the_same(const Verifier *verifier, const FixMove *move)
{
    const Program *a = verifier->a, *b = verifier->b;
    const File *file = program_definition_file(a, move->definition);
    const FactsDefinition *fact = program_definition_fact(a, move->definition);
    Id module = verifier->module_in_b[a->definitions[move->survivor].module];

    for (uint32_t i = 0; i < fact->uses.count; i++) {
        const FactsUse *use = &file->facts.uses[fact->uses.first + i];
        const char *name = file_text(file, use->head);
        uint32_t n_a, n_b;
        const Binding *x = program_bindings_of(a, move->module, file_sym(file, use->head), &n_a);
        Sym sym = intern_find(b->interner, name, strlen(name));
        const Binding *y = sym == 0 ? NULL : program_bindings_of(b, module, sym, &n_b);
        if (x != NULL && x->target.kind == TARGET_DEFINITION &&
            (y == NULL || !same_target(verifier, &x->target, &y->target)))
            return false;
    }
    return true;
}

/* An identical definition is so by what it reads: which a step left out for another reason may have changed.
 */
static void check_removed(Verifier *verifier)
{
    for (uint32_t f = 0; f < verifier->stage->n_files; f++)
        for (uint32_t i = 0; i < verifier->stage->files[f].n_moves; i++) {
            FixMove *move = &verifier->stage->files[f].moves[i];
            if (move->kind == FIX_DEFINITION && move_is_active(move) && !move->chosen &&
                !reads_the_same(verifier, move))
                doubt_move(verifier, move, "it would read other definitions", verifier->stage->files[f].path);
        }
}

static void check_definitions(Verifier *verifier)
{
    check_removed(verifier);
    for (Id id = 0; id < verifier->a->n_definitions; id++) {
        const Definition *a = &verifier->a->definitions[id];
        Target self = {.kind = TARGET_DEFINITION, .id = id};
        if (verifier->definition_in_b[id] == ID_NONE) {
            const char *name = text_a(verifier, a->name);
            bool meant =
                strcmp(name, "__getattr__") == 0 && verifier_is_meant(verifier, a->module, name, true);
            if (verifier->module_in_b[a->module] != ID_NONE && !meant)
                doubt_name(verifier, a->module, NULL, &self, "a nested class would be lost");
        } else if (!verifier->removed[id] && !same_definition(verifier, id)) {
            doubt_name(verifier, a->module, text_a(verifier, a->name), NULL,
                       "a class would have other bases");
        }
    }
}

/* --- imports of edited modules --- */

static bool is_broken(const Import *import)
{
    return import->status == IMPORT_NO_MODULE || import->status == IMPORT_NO_NAME ||
           import->status == IMPORT_BEYOND_TOP;
}

/* ImportKey — what one written import gives. */
typedef struct ImportKey {
    const char *bound;
    char *text; /* "bound kind broken guarded target" */
    bool open;  /* led nowhere before repairs, and is none of them: may lead somewhere */
} ImportKey;

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const ImportKey *)a)->text, ((const ImportKey *)b)->text);
}

static void key_clear(void *key)
{
    g_free(((ImportKey *)key)->text);
}

/* The target by its id in the edited program, if `before` says that this is the old one. */
static const char *target_text(const Verifier *verifier, bool before, Target target)
{
    /* Taken for ours: by both, since the repair that makes the last step may be left out. */
    if (target.kind == TARGET_EXTERNAL) {
        const char *text = program_text(before ? verifier->a : verifier->b, target.id);
        Target own = {.kind = TARGET_EXTERNAL, .id = intern_find(verifier->a->interner, text, strlen(text))};
        Target meant = target_meant(verifier, own);
        if (own.id != 0 && !target_equal(meant, own)) {
            before = true;
            target = meant;
        }
    }
    if (before && target.kind == TARGET_DEFINITION && verifier->definition_in_b[target.id] != ID_NONE)
        return text_b(verifier, verifier->b->definitions[verifier->definition_in_b[target.id]].id);
    Program *program = (Program *)(uintptr_t)(before ? verifier->a : verifier->b);
    return program_text(program, program_target_id(program, target));
}

/* The repair of an import of an edited module, or NULL. */
static const FixMove *repair_of(const Verifier *verifier, Id module, uint32_t import)
{
    const FixFile *file = &verifier->stage->files[verifier->file_of[module] - 1];

    for (uint32_t i = 0; verifier->repairs && i < file->n_moves; i++)
        if (file->moves[i].import == import && move_is_active(&file->moves[i]))
            return &file->moves[i];
    return NULL;
}

/* Does it stand in a definition that gave way? */
static bool is_within_removed(const Verifier *verifier, Id module, const FactsImport *fact)
{
    const FixFile *file = &verifier->stage->files[verifier->file_of[module] - 1];

    for (uint32_t i = 0; i < file->n_moves; i++) {
        const FixMove *move = &file->moves[i];
        if (move->kind != FIX_DEFINITION || !move_is_active(move))
            continue;
        const FactsDefinition *gone = program_definition_fact(verifier->a, move->definition);
        if (fact->start >= gone->start && fact->start < gone->end)
            return true;
    }
    return false;
}

/* One for each import that is written as one. */
static GArray *import_keys(const Verifier *verifier, bool before, Id id)
{
    const Program *program = before ? verifier->a : verifier->b;
    GArray *keys = g_array_new(FALSE, FALSE, sizeof(ImportKey));
    const Module *module = &program->modules[id];
    const File *file = program_module_file(program, id);

    g_array_set_clear_func(keys, key_clear);
    for (uint32_t i = 0; i < module->n_imports; i++) {
        const Import *import = &program->imports[module->first_import + i];
        if (import->kind == IMPORT_PARENT || import->kind == IMPORT_STRING || import->fact == FACTS_NONE)
            continue;
        if (before && is_within_removed(verifier, id, &file->facts.imports[import->fact]))
            continue;
        ImportKey key = {.bound = file_text(file, file->facts.imports[import->fact].bound)};
        const FixMove *repair = before ? repair_of(verifier, id, module->first_import + i) : NULL;
        Target target = repair != NULL ? repair->target : import->target;
        key.open = before && verifier->repairs && repair == NULL && target.kind == TARGET_UNRESOLVED;
        key.text =
            g_strdup_printf("%s %u %u %u %s", key.bound, import->kind, repair == NULL && is_broken(import),
                            import->guarded, target_text(verifier, before, target));
        g_array_append_val(keys, key);
    }
    g_array_sort(keys, compare_keys);
    return keys;
}

static bool is_replaced(const Verifier *verifier, Id module, const char *name)
{
    const FixFile *file = &verifier->stage->files[verifier->file_of[module] - 1];

    for (uint32_t i = 0; i < file->n_moves; i++)
        if (file->moves[i].kind == FIX_DEFINITION && move_is_active(&file->moves[i]) &&
            strcmp(text_a(verifier, file->moves[i].bound), name) == 0)
            return true;
    return false;
}

static void doubt_import(Verifier *verifier, Id id, const char *bound)
{
    g_autofree char *what = g_strdup_printf("the imported name %s would not mean the same", bound);

    doubt_name(verifier, id, bound, NULL, what);
}

static bool is_open(const GArray *keys, const char *bound)
{
    for (uint32_t i = 0; i < keys->len; i++)
        if (g_array_index(keys, ImportKey, i).open &&
            strcmp(g_array_index(keys, ImportKey, i).bound, bound) == 0)
            return true;
    return false;
}

static void check_imports(Verifier *verifier, Id id)
{
    g_autoptr(GArray) a = import_keys(verifier, true, id);
    g_autoptr(GArray) b = import_keys(verifier, false, verifier->module_in_b[id]);

    for (uint32_t i = 0, j = 0; i < a->len || j < b->len;) {
        const ImportKey *x = i < a->len ? &g_array_index(a, ImportKey, i) : NULL;
        const ImportKey *y = j < b->len ? &g_array_index(b, ImportKey, j) : NULL;
        int order = x == NULL ? 1 : y == NULL ? -1 : strcmp(x->text, y->text);
        if (order < 0 && !x->open && !verifier_is_meant(verifier, id, x->bound, true))
            doubt_import(verifier, id, x->bound);
        if (order > 0 && !is_open(a, y->bound) && !verifier_is_meant(verifier, id, y->bound, false) &&
            !is_replaced(verifier, id, y->bound))
            doubt_import(verifier, id, y->bound);
        i += order <= 0;
        j += order >= 0;
    }
}

/* --- cycles --- */

static const Cycle *cycle_before(const Verifier *verifier, Id module)
{
    const DependencyGraph *graph = verifier->before->graph;

    for (uint32_t i = 0; i < graph->n_cycles; i++)
        if (graph->component[graph->cycles[i].modules[0]] == graph->component[module])
            return &graph->cycles[i];
    return NULL;
}

/* The cycle of the edited program, in modules of the one before. */
static Id *old_modules(const Cycle *cycle, const Id *module_in_a)
{
    Id *modules = g_new(Id, cycle->n_modules);

    for (uint32_t i = 0; i < cycle->n_modules; i++)
        modules[i] = module_in_a[cycle->modules[i]];
    return modules;
}

static char *shortest_text(const Verifier *verifier, const Cycle *cycle)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < MIN(cycle->n_shortest, 6); i++)
        g_string_append_printf(text, "%s \xe2\x86\x92 ",
                               text_b(verifier, verifier->b->modules[cycle->shortest[i]].name));
    if (cycle->n_shortest > 6)
        g_string_append(text, "\xe2\x80\xa6 \xe2\x86\x92 ");
    if (cycle->n_shortest > 0)
        g_string_append(text, text_b(verifier, verifier->b->modules[cycle->shortest[0]].name));
    return g_string_free(text, FALSE);
}

static void check_cycle(Verifier *verifier, const Cycle *cycle, const Id *modules)
{
    const uint32_t *component = verifier->before->graph->component;
    const Cycle *old = cycle_before(verifier, modules[0]);
    bool within = old != NULL || cycle->n_modules == 1;

    for (uint32_t m = 1; m < cycle->n_modules; m++)
        within = within && component[modules[m]] == component[modules[0]];
    if (!within) {
        g_autofree char *way = shortest_text(verifier, cycle);
        g_autofree char *what = g_strdup_printf("the moves together would close a load cycle: %s", way);
        doubt_modules(verifier, modules, cycle->n_modules, what);
    } else if (cycle->severity > (old != NULL ? old->severity : CYCLE_BENIGN) ||
               cycle->failure.n_failing > (old != NULL ? old->failure.n_failing : 0)) {
        doubt_modules(verifier, modules, cycle->n_modules, "a load cycle would fail in more ways than now");
    }
}

static void check_cycles(Verifier *verifier)
{
    g_autofree Id *module_in_a = g_new(Id, verifier->b->n_modules + 1);

    for (Id m = 0; m < verifier->a->n_modules; m++)
        if (verifier->module_in_b[m] != ID_NONE)
            module_in_a[verifier->module_in_b[m]] = m;
    for (uint32_t i = 0; i < verifier->after->graph->n_cycles; i++) {
        const Cycle *cycle = &verifier->after->graph->cycles[i];
        g_autofree Id *modules = old_modules(cycle, module_in_a);
        check_cycle(verifier, cycle, modules);
    }
}

static void check_modules(Verifier *verifier)
{
    for (Id m = 0; m < verifier->a->n_modules; m++) {
        if (verifier->module_in_b[m] == ID_NONE)
            continue;
        check_bindings(verifier, m);
        check_exports(verifier, m);
        if (verifier->file_of[m] != 0) {
            check_imports(verifier, m);
            check_uses(verifier, m);
            check_chains(verifier, m);
        }
    }
}

void verify(const Fix *stage, const FixView *before, const FixView *after, GArray *doubts)
{
    Verifier verifier = {.stage = stage,
                         .a = before->program,
                         .b = after->program,
                         .before = before,
                         .after = after,
                         .doubts = doubts,
                         .repairs = verifier_has_repairs(stage)};
    Id odd;

    verifier.suspects = g_ptr_array_new();
    verifier.file_of = g_new0(uint32_t, before->program->n_modules + 1);
    verifier.module_in_b = g_new(Id, before->program->n_modules + 1);
    verifier.definition_in_b = g_new(Id, before->program->n_definitions + 1);
    verifier.removed = g_new0(bool, before->program->n_definitions + 1);
    for (uint32_t f = 0; f < stage->n_files; f++)
        for (uint32_t i = 0; i < stage->files[f].n_moves; i++)
            verifier.lazy = verifier.lazy || stage->files[f].moves[i].n_adds > 0;
    verifier_mark_edited(&verifier);
    verifier_read_meant(&verifier);
    check_files(&verifier);
    if (same_things(&verifier, &odd)) {
        check_modules(&verifier);
        check_definitions(&verifier);
        check_cycles(&verifier);
    } else if (doubts->len == 0) {
        doubt_name(&verifier, odd, NULL, NULL, "the edited program would hold other modules or classes");
    }
    g_ptr_array_free(verifier.suspects, TRUE);
    g_clear_pointer(&verifier.attributes, g_hash_table_destroy);
    g_hash_table_destroy(verifier.meant);
    g_hash_table_destroy(verifier.meant_modules);
    g_free(verifier.file_of);
    g_free(verifier.module_in_b);
    g_free(verifier.definition_in_b);
    g_free(verifier.removed);
}
