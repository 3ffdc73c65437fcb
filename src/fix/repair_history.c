/* Questions to git, and what its answers mean in the program. */
#include <string.h>

#include "fix/repair.h"
#include "source/moved.h"

enum { MAX_COMMITS = 2000, MAX_QUERIES = 20000 };

/* The files that `import a.b` can have meant: a/b.py and a/b/__init__.py below every root. */
static void add_module_queries(const Program *program, Sym dotted, Sym name, GArray *queries)
{
    g_auto(GStrv) parts = g_strsplit(program_text(program, dotted), ".", -1);
    g_autofree char *joined = g_strjoinv("/", parts);

    for (uint32_t r = 0; r < program->n_roots && queries->len < MAX_QUERIES; r++) {
        const char *dir = program_text(program, program->roots[r].dir);
        bool repeated = program->roots[r].prefix != 0;
        for (uint32_t q = 0; q < r && !repeated; q++)
            repeated = program->roots[q].dir == program->roots[r].dir;
        for (uint32_t form = 0; form < 2 && !repeated; form++) {
            g_autofree char *path = g_strdup_printf("%s%s%s%s", dir, *dir != '\0' ? "/" : "", joined,
                                                    form == 0 ? ".py" : "/__init__.py");
            Sym sym = intern_cstr(program->interner, path);
            MovedQuery file = {.path = program_text(program, sym)}, inside = file;
            inside.name = program_text(program, name);
            g_array_append_val(queries, file);
            if (name != 0)
                g_array_append_val(queries, inside);
        }
    }
}

static void add_queries(const Program *program, Broken *broken, GArray *queries)
{
    const Import *import = &program->imports[broken->import];

    broken->first_query = queries->len;
    if (import->status == IMPORT_NO_NAME && import->target_module != ID_NONE) {
        MovedQuery query = {.path = program_module_path(program, import->target_module),
                            .name = program_text(program, import->name)};
        if (*query.path != '\0')
            g_array_append_val(queries, query);
    }
    if (import->status == IMPORT_NO_MODULE)
        add_module_queries(program, import->module_name, import->name, queries);
    if (import->name != 0) { /* `from a import b` of a module that went */
        Sym dotted = intern_printf(program->interner, "%s.%s", program_text(program, import->module_name),
                                   program_text(program, import->name));
        add_module_queries(program, dotted, 0, queries);
    }
    broken->n_queries = queries->len - broken->first_query;
}

/* What the answer names: a module, or a name in it. False: nothing that an import reaches. */
static bool answer_target(const Program *program, const Import *import, const MovedQuery *query, bool of_name,
                          Candidate *candidate)
{
    Id file = query->to_path != NULL ? program_find_file(program, query->to_path) : ID_NONE;
    Id module = file != ID_NONE ? program->files[file].first_module : ID_NONE;
    uint32_t count;

    if (module == ID_NONE || module == import->module)
        return false;
    if (query->name == NULL && !of_name) {
        candidate->target = (Target){.kind = TARGET_MODULE, .id = module};
        candidate->module = program->modules[module].parent;
        candidate->name = import->name != 0 ? import->name : program->modules[module].name;
        return true;
    }
    const char *text = query->to_name != NULL ? query->to_name : program_text(program, import->name);
    Sym name = intern_find(program->interner, text, strlen(text));
    const Binding *binding = name != 0 ? program_bindings_of(program, module, name, &count) : NULL;
    if (binding == NULL ||
        (binding->target.kind != TARGET_DEFINITION && binding->target.kind != TARGET_VALUE))
        return false;
    candidate->target = binding->target;
    candidate->module =
        binding->target.kind == TARGET_DEFINITION ? program->definitions[binding->target.id].module : module;
    candidate->name =
        binding->target.kind == TARGET_DEFINITION ? program->definitions[binding->target.id].name : name;
    return true;
}

static void take_answer(const Program *program, Broken *broken, const MovedQuery *query)
{
    const Import *import = &program->imports[broken->import];
    Candidate candidate = {0};
    const char *dot = strrchr(program_text(program, import->module_name), '.');
    g_autofree char *as_module = g_strdup_printf("/%s", program_text(program, import->name));

    (void)dot;
    /* The file of `a.b` in `from a.b import X` went: X is looked for where it went to. The file of
     * a/b/X.py went: the module itself was meant. */
    bool whole = query->name == NULL && import->name != 0 && strstr(query->path, as_module) == NULL;
    if (!answer_target(program, import, query, whole, &candidate))
        return;
    g_strlcpy(candidate.commit, query->commit, sizeof candidate.commit);
    for (uint32_t i = 0; i < broken->candidates->len; i++) {
        Candidate *known = &g_array_index(broken->candidates, Candidate, i);
        if (!target_equal(known->target, candidate.target))
            continue;
        known->moved = true;
        g_strlcpy(known->commit, query->commit, sizeof known->commit);
        return;
    }
    candidate.moved = true;
    candidate.why = usage_misfit(program, &broken->usage, candidate.target, &candidate.evidence);
    g_array_append_val(broken->candidates, candidate);
}

void candidates_ask_history(const FixView *view, Source *source, Broken *broken, uint32_t n_broken)
{
    const Program *program = view->program;
    g_autoptr(GArray) queries = g_array_new(FALSE, TRUE, sizeof(MovedQuery));
    const char *label = source_label(source);

    for (uint32_t i = 0; i < n_broken; i++)
        if (!broken[i].lost && candidates_choose(&broken[i]) == NULL)
            add_queries(program, &broken[i], queries);
    moved_answer(source_root(source), strcmp(label, "disk") == 0 ? NULL : label,
                 (MovedQuery *)(void *)queries->data, queries->len, MAX_COMMITS);
    for (uint32_t i = 0; i < n_broken; i++)
        for (uint32_t q = 0; q < broken[i].n_queries; q++) {
            const MovedQuery *query = &g_array_index(queries, MovedQuery, broken[i].first_query + q);
            if (query->seen)
                take_answer(program, &broken[i], query);
        }
    moved_clear((MovedQuery *)(void *)queries->data, queries->len);
}
