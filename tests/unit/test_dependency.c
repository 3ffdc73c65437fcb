/* Dependency graphs against naive oracles (reachability by Floyd and Warshall) on seeded random graphs. */
#include "graph/dependency.h"

#include "graph/algorithm.h"
#include "made_program.h"

enum { MOST = 24 };

typedef struct Reach {
    bool path[MOST][MOST]; /* over at least one edge */
} Reach;

static void close_paths(Reach *reach, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                reach->path[i][j] = reach->path[i][j] || (reach->path[i][k] && reach->path[k][j]);
}

static Program *random_program(GRand *random, uint32_t *n, Reach *reach)
{
    char names[MOST][8];
    const char *list[MOST];

    *n = (uint32_t)g_rand_int_range(random, 1, MOST);
    for (uint32_t i = 0; i < *n; i++) {
        g_snprintf(names[i], sizeof names[i], "m%02u", i);
        list[i] = names[i];
    }
    Program *program = made_program(list, *n);
    uint32_t edges = (uint32_t)g_rand_int_range(random, 0, (gint32)(*n * 3 + 1));
    memset(reach, 0, sizeof *reach);
    for (uint32_t k = 0; k < edges; k++) {
        Id a = (Id)g_rand_int_range(random, 0, (gint32)*n), b = (Id)g_rand_int_range(random, 0, (gint32)*n);
        ImportKind kind = g_rand_int_range(random, 0, 5) == 0 ? IMPORT_LAZY : IMPORT_LOAD;
        made_import(program, a, b, kind, k + 1);
        if (kind == IMPORT_LOAD)
            reach->path[a][b] = true;
    }
    return program;
}

static void check_cycles(const DependencyGraph *graph, const Reach *direct, const Reach *reach, uint32_t n)
{
    uint32_t in_cycles = 0, expected = 0;

    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            g_assert_true((graph->component[i] == graph->component[j]) ==
                          (i == j || (reach->path[i][j] && reach->path[j][i])));
    for (uint32_t i = 0; i < n; i++) {
        bool shared = false;
        for (uint32_t j = 0; j < n; j++)
            shared = shared || (i != j && reach->path[i][j] && reach->path[j][i]);
        expected += shared;
    }
    for (uint32_t c = 0; c < graph->n_cycles; c++) {
        const Cycle *cycle = &graph->cycles[c];
        in_cycles += cycle->n_modules;
        g_assert_cmpuint(cycle->n_modules, >, 1);
        g_assert_cmpuint(cycle->n_shortest, >, 1);
        for (uint32_t i = 0; i < cycle->n_shortest; i++)
            g_assert_true(direct->path[cycle->shortest[i]][cycle->shortest[(i + 1) % cycle->n_shortest]]);
        /* No pair imports one another where the shortest way round is longer than two. */
        for (uint32_t i = 0; cycle->n_shortest > 2 && i < cycle->n_modules; i++)
            for (uint32_t j = 0; j < i; j++)
                g_assert_false(direct->path[cycle->modules[i]][cycle->modules[j]] &&
                               direct->path[cycle->modules[j]][cycle->modules[i]]);
        const DependencyEdge *cut = &graph->edges[cycle->breaking_edge];
        g_assert_cmpuint(graph->component[cut->from], ==, graph->component[cycle->modules[0]]);
    }
    g_assert_cmpuint(in_cycles, ==, expected);
}

static void check_labels(const DependencyGraph *graph, Id from, Id to, bool reaches)
{
    const ReachabilityLabel *one = &graph->reach[graph->component[from]];
    const ReachabilityLabel *other = &graph->reach[graph->component[to]];

    g_assert_true(!reaches || reachability_may(one, other));
    g_assert_true(reaches || !reachability_must(one, other));
}

static void check_would_cycle(const DependencyGraph *graph, const Reach *direct, const Reach *reach,
                              uint32_t n)
{
    for (Id from = 0; from < n; from++)
        for (Id to = 0; to < n; to++) {
            g_autofree Id *path = NULL;
            uint32_t length = 0;
            bool closes = from != to && reach->path[to][from] && !reach->path[from][to];
            g_assert_true(dependency_graph_would_cycle(graph, from, to, &path, &length) == closes);
            g_assert_true(dependency_graph_would_cycle(graph, from, to, NULL, NULL) == closes);
            check_labels(graph, from, to, from == to || reach->path[from][to]);
            if (!closes)
                continue;
            g_assert_cmpuint(path[0], ==, to);
            g_assert_cmpuint(path[length - 1], ==, from);
            for (uint32_t i = 0; i + 1 < length; i++)
                g_assert_true(direct->path[path[i]][path[i + 1]]);
        }
}

static void test_random_graphs(void)
{
    GRand *random = g_rand_new_with_seed(20240607);

    for (uint32_t round = 0; round < 400; round++) {
        Reach direct, reach;
        uint32_t n = 0;
        Program *program = random_program(random, &n, &direct);
        GError *error = NULL;
        reach = direct;
        close_paths(&reach, n);
        g_autoptr(DependencyGraph) graph = dependency_graph_new(program, &error);
        g_assert_no_error(error);
        double sum = 0;
        for (uint32_t i = 0; i < n; i++)
            sum += graph->rank[i];
        g_assert_cmpfloat_with_epsilon(sum, 1.0, 1e-6);
        check_cycles(graph, &direct, &reach, n);
        check_would_cycle(graph, &direct, &reach, n);
        made_free(program);
    }
    g_rand_free(random);
}

static void test_feedback_arcs_leave_no_cycle_and_are_minimal(void)
{
    GRand *random = g_rand_new_with_seed(7);

    for (uint32_t round = 0; round < 300; round++) {
        uint32_t n = (uint32_t)g_rand_int_range(random, 1, 12), m = (uint32_t)g_rand_int_range(random, 0, 40);
        uint32_t from[40], to[40];
        double weight[40];
        bool cut[40];
        GError *error = NULL;
        for (uint32_t i = 0; i < m; i++) {
            from[i] = (uint32_t)g_rand_int_range(random, 0, (gint32)n);
            to[i] = (uint32_t)g_rand_int_range(random, 0, (gint32)n);
            weight[i] = g_rand_int_range(random, 1, 9);
        }
        Arcs arcs = {n, m, from, to};
        g_assert_true(algorithm_feedback_arcs(&arcs, weight, cut, &error));
        for (uint32_t back = 0; back <= m; back++) { /* back == m: none put back */
            Reach reach = {0};
            bool cyclic = false;
            if (back < m && !cut[back])
                continue;
            for (uint32_t i = 0; i < m; i++)
                if (!cut[i] || i == back)
                    reach.path[from[i]][to[i]] = true;
            close_paths(&reach, n);
            for (uint32_t i = 0; i < n; i++)
                cyclic = cyclic || reach.path[i][i];
            g_assert_true(cyclic == (back < m));
        }
    }
    g_rand_free(random);
}

typedef struct EdgeRow {
    const char *what;
    Id from, to;
    ImportKind kind;
    Id other;       /* another target whose edge is looked at */
    uint32_t kinds; /* expected of that edge; 0: no edge */
    uint32_t count;
} EdgeRow;

static void test_parents(void)
{
    /*                               0    1      2        3        4    5      6 */
    static const char *const names[] = {"a", "a.b", "a.b.c", "a.b.d", "x", "x.y", "z"};
    static const EdgeRow rows[] = {
        {"the target itself", 6, 2, IMPORT_LOAD, 2, EDGE_LOAD, 1},
        {"its package loads with it", 6, 2, IMPORT_LOAD, 1, EDGE_LOAD | EDGE_PARENT, 0},
        {"and the package above", 6, 2, IMPORT_LOAD, 0, EDGE_LOAD | EDGE_PARENT, 0},
        {"the importer's own packages are loading already", 3, 2, IMPORT_LOAD, 1, EDGE_PARENT, 0},
        {"and so is the top", 3, 2, IMPORT_LOAD, 0, EDGE_PARENT, 0},
        {"a package does not import itself by its submodule", 1, 2, IMPORT_LOAD, 1, 0, 0},
        {"lazy imports pull packages in lazily", 6, 5, IMPORT_LAZY, 4, EDGE_LAZY | EDGE_PARENT, 0},
        {"typing imports for type checkers", 6, 5, IMPORT_TYPING, 4, EDGE_TYPING | EDGE_PARENT, 0},
        {"a string loads nothing", 6, 5, IMPORT_STRING, 4, 0, 0},
        {"but is an edge", 6, 5, IMPORT_STRING, 5, EDGE_STRING, 1},
        {"a fallback runs while loading", 6, 4, IMPORT_FALLBACK, 4, EDGE_LOAD, 1},
        {"a star, too", 6, 4, IMPORT_STAR_KIND, 4, EDGE_LOAD, 1},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const EdgeRow *row = &rows[i];
        Program *program = made_program(names, G_N_ELEMENTS(names));
        g_test_message("%s", row->what);
        made_import(program, row->from, row->to, row->kind, 3);
        g_autoptr(DependencyGraph) graph = dependency_graph_new(program, NULL);
        uint32_t edge = dependency_graph_find_edge(graph, row->from, row->other);
        g_assert_true((edge != UINT32_MAX) == (row->kinds != 0));
        if (row->kinds != 0) {
            g_assert_cmpuint(graph->edges[edge].kinds, ==, row->kinds);
            g_assert_cmpuint(graph->edges[edge].count, ==, row->count);
            g_assert_cmpuint(graph->edges[edge].line, ==, 3);
        }
        made_free(program);
    }
}

static void test_line_is_that_of_the_first_load(void)
{
    static const char *const names[] = {"a", "b"};
    Program *program = made_program(names, 2);

    made_import(program, 0, 1, IMPORT_LAZY, 2);
    made_import(program, 0, 1, IMPORT_LOAD, 9);
    made_import(program, 0, 1, IMPORT_LOAD, 5);
    g_autoptr(DependencyGraph) graph = dependency_graph_new(program, NULL);
    g_assert_cmpuint(graph->n_edges, ==, 1);
    g_assert_cmpuint(graph->edges[0].kinds, ==, EDGE_LOAD | EDGE_LAZY);
    g_assert_cmpuint(graph->edges[0].count, ==, 3);
    g_assert_cmpuint(graph->edges[0].line, ==, 5);
    made_free(program);
}

static void test_moving_into_a_package_pulls_the_package_in(void)
{
    /* p/__init__ imports user; would user → p.sub close a cycle? By p, yes. */
    static const char *const names[] = {"p", "p.sub", "user"};
    Program *program = made_program(names, 3);
    g_autofree Id *path = NULL;
    uint32_t length = 0;

    made_import(program, 0, 2, IMPORT_LOAD, 1);
    g_autoptr(DependencyGraph) graph = dependency_graph_new(program, NULL);
    g_assert_true(dependency_graph_would_cycle(graph, 2, 1, &path, &length));
    g_assert_cmpuint(length, ==, 2);
    g_assert_cmpuint(path[0], ==, 0);
    g_assert_cmpuint(path[1], ==, 2);
    g_assert_false(dependency_graph_would_cycle(graph, 0, 1, NULL, NULL));
    made_free(program);
}

static void test_no_modules(void)
{
    Program *program = made_program(NULL, 0);
    g_autoptr(DependencyGraph) graph = dependency_graph_new(program, NULL);

    g_assert_nonnull(graph);
    g_assert_cmpuint(graph->n_edges, ==, 0);
    g_assert_cmpuint(graph->n_cycles, ==, 0);
    made_free(program);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dependency/random", test_random_graphs);
    g_test_add_func("/dependency/feedback", test_feedback_arcs_leave_no_cycle_and_are_minimal);
    g_test_add_func("/dependency/parents", test_parents);
    g_test_add_func("/dependency/line", test_line_is_that_of_the_first_load);
    g_test_add_func("/dependency/package", test_moving_into_a_package_pulls_the_package_in);
    g_test_add_func("/dependency/empty", test_no_modules);
    return g_test_run();
}
