/* split-name: imports of one name that mean different classes by the path they come from.
 *
 * Namesakes are common and harmless where nobody can take the one for the other: `Config` of two
 * packages. They are dangerous where the paths are close. For one name and unit, two targets are
 * confusable when
 *   - they are copies of one another, or one is a hollow subclass or override of the other;
 *   - one is reached through an alias: the path's name is not the class's own name;
 *   - one is reached through a re-export that stands in the other's package (or above it, below the
 *     top): the facade of a package offers another class than the module beside it. */
#include "detect/family.h"
#include "detect/stage.h"

#include <stdlib.h>
#include <string.h>

typedef struct SplitUse {
    Sym name;
    Id unit, target, module;
    uint32_t import;
} SplitUse;

/* SplitPath — the imports of one name through one module that lead to one definition. */
typedef struct SplitPath {
    Id target, module;
    uint32_t count, n_production, first_import;
} SplitPath;

static int compare_uses(const void *a, const void *b)
{
    const SplitUse *x = a, *y = b;

    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    if (x->module != y->module)
        return x->module < y->module ? -1 : 1;
    return (x->import > y->import) - (x->import < y->import);
}

static GArray *collect_uses(const Stage *stage)
{
    const Program *program = stage->program;
    GArray *uses = g_array_new(FALSE, FALSE, sizeof(SplitUse));

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->target.kind != TARGET_DEFINITION || import->name == 0 ||
            import->target_module == ID_NONE || import->kind == IMPORT_STRING ||
            import->kind == IMPORT_PARENT || !stage->contents.of[import->target.id].eligible)
            continue;
        SplitUse use = {.name = import->name,
                        .unit = program->modules[import->target_module].unit,
                        .target = import->target.id,
                        .module = import->target_module,
                        .import = i};
        g_array_append_val(uses, use);
    }
    g_array_sort(uses, compare_uses);
    return uses;
}

/* The package that holds a module (itself, where it is a package). */
static Id package_of(const Program *program, Id module)
{
    return (program->modules[module].flags & MODULE_PACKAGE) != 0 ? module : program->modules[module].parent;
}

static bool is_below(const Program *program, Id module, Id package)
{
    for (uint32_t steps = 0; module != ID_NONE && steps < 64; steps++) {
        if (module == package)
            return true;
        module = program->modules[module].parent;
    }
    return false;
}

static bool is_related(const Stage *stage, Id a, Id b)
{
    uint32_t group = stage->detection->group_of[a];

    if (group != ID_NONE && group == stage->detection->group_of[b]) {
        Verdict verdict = (Verdict)stage->detection->groups[group].verdict;
        return verdict_is_work(verdict) || verdict == VERDICT_OVERRIDE;
    }
    return stage->standings[a].anchor == b || stage->standings[b].anchor == a;
}

static bool exempt(const Stage *stage, Id id)
{
    const Standing *standing = &stage->standings[id];

    return standing->is_double ||
           (standing->leaves && standing->role != MEMBER_ROLE_HOLLOW &&
            standing->role != MEMBER_ROLE_OVERRIDE) ||
           standing->file_role != ROLE_PRODUCTION;
}

/* Can an importer of `path` take its class for the one behind `other`? */
static bool confusable(const Stage *stage, Sym name, const SplitPath *path, const SplitPath *other)
{
    const Program *program = stage->program;
    Id home = program->definitions[path->target].module,
       other_home = program->definitions[other->target].module;

    if (is_related(stage, path->target, other->target))
        return true;
    if (program->definitions[path->target].name != name)
        return is_below(program, other_home, package_of(program, path->module)) ||
               is_below(program, other->module, package_of(program, path->module));
    if (path->module == home)
        return false;
    Id package = package_of(program, path->module);
    bool below_top = package != ID_NONE && program->modules[package].parent != ID_NONE;
    return package != ID_NONE && (below_top || path->module == package) &&
           is_below(program, other_home, package) && home != other_home;
}

/* Backends of one interface and the like: each path offers the one that its package is for. */
static bool are_siblings(const Stage *stage, const SplitPath *paths, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i + 1; j < n; j++) {
            Kinship kin;
            if (paths[i].target == paths[j].target)
                continue;
            uint32_t group = stage->detection->group_of[paths[i].target];
            bool work = group != ID_NONE && group == stage->detection->group_of[paths[j].target] &&
                        verdict_is_work((Verdict)stage->detection->groups[group].verdict);
            kinship_find(stage->program, paths[i].target, paths[j].target, &kin);
            if (work || !kin.shared_base)
                return false;
        }
    return true;
}

static void report_split(Stage *stage, Sym name, const SplitPath *paths, uint32_t n)
{
    const Program *program = stage->program;
    uint32_t targets = 0, imports = 0;
    Draft draft;

    draft_begin(&draft, stage, RULE_SPLIT_NAME);
    for (uint32_t i = 0; i < n; i++) {
        const Definition *definition = &program->definitions[paths[i].target];
        const Import *first = &program->imports[paths[i].first_import];
        imports += paths[i].count;
        if (i == 0 || paths[i].target != paths[i - 1].target) {
            targets++;
            draft_subject(&draft, definition->id);
            draft_evidence(&draft, stage_definition_path(program, paths[i].target), definition->line,
                           "%s is defined here", program_text(program, definition->id));
        }
        draft_evidence(&draft, stage_module_path(program, first->module), first->line,
                       "from %s import %s means %s: %u import%s, %u in production",
                       program_text(program, program->modules[paths[i].module].name),
                       program_text(program, name), program_text(program, definition->id), paths[i].count,
                       paths[i].count == 1 ? "" : "s", paths[i].n_production);
    }
    draft.path = stage_definition_path(program, paths[0].target);
    draft.line = program->definitions[paths[0].target].line;
    draft.definition = paths[0].target;
    draft.weight = imports;
    if (are_siblings(stage, paths, n))
        draft.severity = SEVERITY_INFO;
    draft_message(
        &draft,
        "%s means %u different classes depending on the path it is imported from (%u paths, %u imports)",
        program_text(program, name), targets, n, imports);
    draft_end(&draft, program_text(program, name));
}

/* All uses of one name in one unit. */
static void judge_name(Stage *stage, const SplitUse *uses, uint32_t n)
{
    const Program *program = stage->program;
    g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(SplitPath));

    for (uint32_t i = 0; i < n; i++) {
        if (exempt(stage, uses[i].target))
            continue;
        SplitPath *last = paths->len > 0 ? &g_array_index(paths, SplitPath, paths->len - 1) : NULL;
        if (last == NULL || last->target != uses[i].target || last->module != uses[i].module) {
            SplitPath path = {
                .target = uses[i].target, .module = uses[i].module, .first_import = uses[i].import};
            g_array_append_val(paths, path);
            last = &g_array_index(paths, SplitPath, paths->len - 1);
        }
        last->count++;
        last->n_production += stage_is_production(program, program->imports[uses[i].import].module);
    }
    if (paths->len < 2 || paths->len > 256)
        return;
    g_autofree bool *involved = g_new0(bool, paths->len);
    g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(SplitPath));
    const SplitPath *all = (const SplitPath *)(void *)paths->data;
    for (guint i = 0; i < paths->len; i++)
        for (guint j = 0; j < paths->len; j++)
            if (all[i].target != all[j].target && confusable(stage, uses[0].name, &all[i], &all[j]))
                involved[i] = involved[j] = true;
    for (guint i = 0; i < paths->len; i++) /* all paths of a class that is involved */
        for (guint j = 0; j < paths->len; j++)
            if (involved[j] && all[j].target == all[i].target) {
                g_array_append_val(kept, all[i]);
                break;
            }
    if (kept->len >= 2)
        report_split(stage, uses[0].name, (const SplitPath *)(void *)kept->data, kept->len);
}

void detect_split_names(Stage *stage)
{
    g_autoptr(GArray) uses = collect_uses(stage);

    for (guint i = 0, j; i < uses->len; i = j) {
        const SplitUse *first = &g_array_index(uses, SplitUse, i);
        for (j = i + 1; j < uses->len && g_array_index(uses, SplitUse, j).name == first->name &&
                        g_array_index(uses, SplitUse, j).unit == first->unit;
             j++) {
        }
        judge_name(stage, first, j - i);
    }
}
