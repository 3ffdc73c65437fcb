/* What the options ask to see: roles, globs, then the neighbourhood of the focus. */
#include "graph/view_internal.h"

#include "base/error.h"

#include <string.h>

uint32_t view_edge_kinds(const ViewOptions *options)
{
    return EDGE_LOAD | (options->lazy ? EDGE_LAZY : 0) | (options->typing ? EDGE_TYPING : 0);
}

static bool any_glob(const Program *program, Id module, const char *const *globs)
{
    const char *name = program_text(program, program->modules[module].name);
    const char *id = program_text(program, program->modules[module].id);
    const char *path = program_module_path(program, module);

    for (; *globs != NULL; globs++)
        if (view_glob(*globs, name, path) || view_glob(*globs, id, path))
            return true;
    return false;
}

/* A stub beside its .py is the same module to whoever looks at a picture. */
static bool *mark_stubs(const Program *program)
{
    bool *stub = g_new0(bool, (size_t)program->n_modules + 1);

    for (Id m = 0; m < program->n_modules; m++)
        if (program->modules[m].stub != ID_NONE)
            stub[program->modules[m].stub] = true;
    return stub;
}

/* Returns how many were left out because of their role. */
static uint32_t select_roles(const Program *program, bool everything, bool *in)
{
    g_autofree bool *stub = mark_stubs(program);
    uint32_t hidden = 0;

    for (Id m = 0; m < program->n_modules; m++) {
        const File *file = program_module_file(program, m);
        if (file == NULL || stub[m] || !file->selected)
            continue;
        in[m] = everything || file->role == ROLE_PRODUCTION;
        hidden += !in[m];
    }
    return hidden;
}

static uint32_t count(const bool *in, uint32_t n)
{
    uint32_t total = 0;

    for (uint32_t i = 0; i < n; i++)
        total += in[i];
    return total;
}

/* Both directions, one hop a round. */
static void grow_focus(const DependencyGraph *graph, uint32_t kinds, uint32_t depth, const bool *in,
                       bool *near)
{
    g_autofree bool *next = g_new0(bool, (size_t)graph->n_modules + 1);

    for (uint32_t hop = 0; hop < depth; hop++) {
        bool grown = false;
        memcpy(next, near, graph->n_modules * sizeof(bool));
        for (uint32_t i = 0; i < graph->n_edges; i++) {
            const DependencyEdge *edge = &graph->edges[i];
            if (!(edge->kinds & kinds) || edge->count == 0 || near[edge->from] == near[edge->to] ||
                !in[edge->from] || !in[edge->to])
                continue;
            next[edge->from] = next[edge->to] = true;
            grown = true;
        }
        memcpy(near, next, graph->n_modules * sizeof(bool));
        if (!grown)
            return;
    }
}

static bool select_focus(const Program *program, const DependencyGraph *graph, const ViewOptions *options,
                         bool *in, GError **error)
{
    uint32_t n = program->n_modules;
    g_autofree bool *near = g_new0(bool, (size_t)n + 1);

    for (Id m = 0; m < n; m++)
        near[m] = in[m] && any_glob(program, m, options->focus);
    if (count(near, n) == 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE, "no module matches the focus '%s'%s",
                    options->focus[0], options->tests ? "" : " (tests are left out; --tests shows them)");
        return false;
    }
    grow_focus(graph, view_edge_kinds(options), options->depth == 0 ? 1 : options->depth, in, near);
    memcpy(in, near, n * sizeof(bool));
    return true;
}

bool *view_select(const Program *program, const DependencyGraph *graph, const ViewOptions *options,
                  View *view, GError **error)
{
    uint32_t n = program->n_modules;
    g_autofree bool *in = g_new0(bool, (size_t)n + 1);
    uint32_t hidden = select_roles(program, options->tests, in);

    if (count(in, n) == 0 && hidden > 0) {
        hidden = select_roles(program, true, in);
        view_add_note(view, "no production code here: tests and other files are drawn");
    }
    for (Id m = 0; m < n; m++)
        in[m] = in[m] && (options->include == NULL || any_glob(program, m, options->include)) &&
                (options->exclude == NULL || !any_glob(program, m, options->exclude));
    if (count(in, n) == 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE, "nothing to draw: %s",
                    program->n_modules == 0 ? "no module was found" : "no module is selected");
        return NULL;
    }
    if (options->focus != NULL && options->focus[0] != NULL &&
        !select_focus(program, graph, options, in, error))
        return NULL;
    if (hidden > 0)
        view_add_note(view, "%u modules of tests and other roles are left out (--tests draws them)", hidden);
    return g_steal_pointer(&in);
}
