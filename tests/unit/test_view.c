/* Views: the parts on their own, then whole pictures of programs made by hand and at random. */
#include "graph/view.h"

#include "made_program.h"

enum { MOST = 30 };

typedef struct Matrix {
    bool path[MOST][MOST];
} Matrix;

static void close_paths(Matrix *matrix, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                matrix->path[i][j] = matrix->path[i][j] || (matrix->path[i][k] && matrix->path[k][j]);
}

static Matrix paths_of(const View *view)
{
    Matrix matrix = {0};

    for (uint32_t i = 0; i < view->edges->len; i++)
        matrix.path[view_edge(view, i)->from][view_edge(view, i)->to] = true;
    close_paths(&matrix, view->nodes->len);
    return matrix;
}

static View *random_view(GRand *random, bool acyclic)
{
    View *view = view_new_empty(VIEW_MODULES, "random");
    uint32_t n = (uint32_t)g_rand_int_range(random, 1, MOST),
             m = (uint32_t)g_rand_int_range(random, 0, (gint32)n * 4);

    for (uint32_t i = 0; i < n; i++) {
        g_autofree char *id = g_strdup_printf("n%02u", i);
        view_add_node(view, id, id, NODE_MODULE, "");
    }
    for (uint32_t i = 0; i < m; i++) {
        uint32_t a = (uint32_t)g_rand_int_range(random, 0, (gint32)n),
                 b = (uint32_t)g_rand_int_range(random, 0, (gint32)n);
        if (a == b || (acyclic && a > b))
            continue;
        view_add_edge(view, a, b, 1, NULL, "load");
    }
    view_normalise(view);
    return view;
}

static void test_reduction_keeps_reachability_and_nothing_more(void)
{
    GRand *random = g_rand_new_with_seed(42);

    for (uint32_t round = 0; round < 400; round++) {
        g_autoptr(View) view = random_view(random, round % 2 == 0);
        Matrix before = paths_of(view);
        uint32_t edges = view->edges->len, removed = view_reduce(view);
        Matrix after = paths_of(view);
        g_assert_cmpuint(view->edges->len + removed, ==, edges);
        g_assert_cmpmem(&before, sizeof before, &after, sizeof after);
        /* Of an acyclic graph no further edge can go. */
        for (uint32_t skip = 0; round % 2 == 0 && skip < view->edges->len; skip++) {
            Matrix less = {0};
            for (uint32_t i = 0; i < view->edges->len; i++)
                if (i != skip)
                    less.path[view_edge(view, i)->from][view_edge(view, i)->to] = true;
            close_paths(&less, view->nodes->len);
            g_assert_cmpint(memcmp(&less, &before, sizeof less), !=, 0);
        }
    }
    g_rand_free(random);
}

static void test_normalise_sorts_and_sums(void)
{
    g_autoptr(View) view = view_new_empty(VIEW_MODULES, "t");
    uint32_t b = view_add_node(view, "b", "b", NODE_MODULE, ""),
             a = view_add_node(view, "a", "a", NODE_MODULE, "");

    view_add_edge(view, b, a, 2, NULL, "load");
    view_add_edge(view, b, a, 3, NULL, "load");
    view_add_edge(view, b, a, 1, NULL, "lazy");
    view_normalise(view);
    g_assert_cmpstr(view_node(view, 0)->id, ==, "a");
    g_assert_cmpuint(view->edges->len, ==, 2);
    g_assert_cmpstr(view_edge(view, 0)->style, ==, "lazy");
    g_assert_cmpuint(view_edge(view, 1)->count, ==, 5);
    g_assert_cmpuint(view_edge(view, 1)->from, ==, 1);
}

static void test_globs(void)
{
    static const struct {
        const char *pattern, *name, *path;
        bool matches;
    } rows[] = {
        {"a", "a", "a.py", true},
        {"a", "a.b", "a/b.py", true},
        {"a", "ab", "ab.py", false},
        {"a.*", "a.b.c", "", true},
        {"a.*", "a", "", false},
        {"*.b", "a.b", "", true},
        {"*.b", "a.b.c", "", true},
        {"?.b", "a.b", "", true},
        {"a?b", "a.b", "", true},
        {"src/", "a", "src/a.py", true},
        {"src/*.py", "a", "src/x/a.py", true},
        {"src/", "a", "srcs/a.py", false},
        {"*", "", "", true},
        {"", "a", "", false},
        {"***a", "ba", "", true},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s on %s", rows[i].pattern, rows[i].name);
        g_assert_true(view_glob(rows[i].pattern, rows[i].name, rows[i].path) == rows[i].matches);
    }
    /* What backtracking would take for ever. */
    g_autofree char *long_name = g_strnfill(5000, 'a');
    g_assert_false(view_glob("*a*a*a*a*a*a*a*a*b", long_name, ""));
}

/* --- pictures of programs --- */

static Program *random_tree(GRand *random, uint32_t n, uint32_t edges)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (uint32_t i = 0; i < n; i++) {
        bool nest = i > 3 && g_rand_int_range(random, 0, 4) > 0;
        const char *parent = nest ? names->pdata[g_rand_int_range(random, 0, (gint32)i)] : NULL;
        g_ptr_array_add(names, parent != NULL && strlen(parent) < 40 ? g_strdup_printf("%s.m%u", parent, i)
                                                                     : g_strdup_printf("m%u", i));
    }
    Program *program = made_program((const char *const *)names->pdata, n);
    for (uint32_t i = 0; i < edges; i++)
        made_import(program, (Id)g_rand_int_range(random, 0, (gint32)n),
                    (Id)g_rand_int_range(random, 0, (gint32)n), (ImportKind)g_rand_int_range(random, 0, 4),
                    i + 1);
    g_ptr_array_free(names, TRUE);
    return program;
}

static void check_sane(const View *view)
{
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

    for (uint32_t i = 0; i < view->nodes->len; i++) {
        const ViewNode *node = view_node(view, i);
        g_assert_true(node->cluster == UINT32_MAX || node->cluster < view->clusters->len);
        if (!g_hash_table_add(ids, node->id))
            g_error("two nodes have the id %s", node->id);
        g_assert_cmpstr(node->label, !=, "");
    }
    for (uint32_t i = 0; i < view->clusters->len; i++)
        g_assert_true(view_cluster(view, i)->parent == UINT32_MAX || view_cluster(view, i)->parent < i);
    for (uint32_t i = 0; i < view->edges->len; i++) {
        g_assert_cmpuint(view_edge(view, i)->from, <, view->nodes->len);
        g_assert_cmpuint(view_edge(view, i)->to, <, view->nodes->len);
        g_assert_cmpuint(view_edge(view, i)->from, !=, view_edge(view, i)->to);
    }
}

static uint32_t weight_of(const View *view)
{
    uint32_t weight = 0;

    for (uint32_t i = 0; i < view->nodes->len; i++)
        weight += view_node(view, i)->weight;
    return weight;
}

static void test_budgets_hold_and_nothing_is_lost(void)
{
    GRand *random = g_rand_new_with_seed(11);

    for (uint32_t round = 0; round < 60; round++) {
        uint32_t n = (uint32_t)g_rand_int_range(random, 1, 400);
        Program *program = random_tree(random, n, n * (uint32_t)g_rand_int_range(random, 0, 6));
        g_autoptr(DependencyGraph) graph = dependency_graph_new(program, NULL);
        ViewOptions options = {.kind = round % 3 == 0 ? VIEW_PACKAGES : VIEW_MODULES,
                               .lazy = round % 2 == 0,
                               .max_nodes = (uint32_t)g_rand_int_range(random, 12, 70),
                               .max_edges = 90};
        GError *error = NULL;
        g_autoptr(View) view = view_new(program, graph, &options, &error);
        g_assert_no_error(error);
        check_sane(view);
        g_assert_cmpuint(view->nodes->len, <=, options.max_nodes);
        g_assert_cmpuint(view->edges->len, <=, options.max_edges);
        g_assert_cmpuint(weight_of(view), ==, n);
        options.kind = VIEW_CYCLES;
        g_autoptr(View) cycles = view_new(program, graph, &options, &error);
        g_assert_no_error(error);
        check_sane(cycles);
        g_assert_cmpuint(cycles->nodes->len, <=, options.max_nodes);
        options = (ViewOptions){.kind = VIEW_MODULES, .full = true, .lazy = true, .typing = true};
        g_autoptr(View) full = view_new(program, graph, &options, &error);
        check_sane(full);
        g_assert_cmpuint(full->nodes->len, ==, n);
        made_free(program);
    }
    g_rand_free(random);
}

static const ViewNode *find_node(const View *view, const char *id)
{
    for (uint32_t i = 0; i < view->nodes->len; i++)
        if (strcmp(view_node(view, i)->id, id) == 0)
            return view_node(view, i);
    return NULL;
}

static void test_cycle_becomes_one_box(void)
{
    static const char *const names[] = {"p", "p.a", "p.b", "p.c"};
    Program *program = made_program(names, 4);
    ViewOptions options = {.kind = VIEW_MODULES};

    made_import(program, 1, 2, IMPORT_LOAD, 1);
    made_import(program, 2, 1, IMPORT_LOAD, 1);
    made_import(program, 3, 1, IMPORT_LOAD, 1);
    made_import(program, 3, 2, IMPORT_LOAD, 2);
    g_autoptr(DependencyGraph) graph = dependency_graph_new(program, NULL);
    g_autoptr(View) view = view_new(program, graph, &options, NULL);
    const ViewNode *cycle = find_node(view, "cycle:p.a");
    g_assert_nonnull(cycle);
    g_assert_cmpuint(cycle->weight, ==, 2);
    g_assert_cmpuint(view->nodes->len, ==, 3);
    g_assert_cmpuint(view->edges->len, ==, 1);
    g_assert_cmpuint(view_edge(view, 0)->count, ==, 2);
    made_free(program);
}

static void test_focus_shows_the_neighbourhood(void)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    const char *focus[] = {"c", NULL};
    const char *nobody[] = {"zz", NULL};
    GError *error = NULL;
    Program *program = made_program(names, 5);

    for (Id i = 0; i < 4; i++)
        made_import(program, i, i + 1, IMPORT_LOAD, 1);
    g_autoptr(DependencyGraph) graph = dependency_graph_new(program, NULL);
    for (uint32_t depth = 0; depth <= 2; depth++) {
        ViewOptions options = {.kind = VIEW_MODULES, .focus = focus, .depth = depth};
        g_autoptr(View) view = view_new(program, graph, &options, NULL);
        g_assert_cmpuint(view->nodes->len, ==, depth < 2 ? 3 : 5);
    }
    ViewOptions options = {.kind = VIEW_MODULES, .focus = nobody};
    g_assert_null(view_new(program, graph, &options, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    made_free(program);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/view/reduce", test_reduction_keeps_reachability_and_nothing_more);
    g_test_add_func("/view/normalise", test_normalise_sorts_and_sums);
    g_test_add_func("/view/glob", test_globs);
    g_test_add_func("/view/budgets", test_budgets_hold_and_nothing_is_lost);
    g_test_add_func("/view/cycle", test_cycle_becomes_one_box);
    g_test_add_func("/view/focus", test_focus_shows_the_neighbourhood);
    return g_test_run();
}
