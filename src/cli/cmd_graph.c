#include "cli/command.h"

#include <string.h>

#include "cli/session.h"

static char *kind_text, *depth_text, *collapse_text, *nodes_text, *edges_text;
static char **focus, **include;
static gboolean full, lazy, typing, tests;

static const GOptionEntry entries[] = {
    {"kind", 0, 0, G_OPTION_ARG_FILENAME, &kind_text, "modules, packages, duplicates, cycles, paths", "KIND"},
    {"focus", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &focus, "only what matches and its neighbours (repeatable)",
     "GLOB"},
    {"depth", 0, 0, G_OPTION_ARG_FILENAME, &depth_text, "how far from the focus (default 1)", "N"},
    {"collapse", 0, 0, G_OPTION_ARG_FILENAME, &collapse_text,
     "fold packages below N parts of the dotted name", "N"},
    {"include", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &include,
     "only modules that match, or lie below (repeatable)", "GLOB"},
    {"max-nodes", 0, 0, G_OPTION_ARG_FILENAME, &nodes_text, "boxes in the picture (default 60)", "N"},
    {"max-edges", 0, 0, G_OPTION_ARG_FILENAME, &edges_text, "arrows in the picture (default 200)", "N"},
    {"full", 0, 0, G_OPTION_ARG_NONE, &full, "everything: no budget, nothing folded or left out", NULL},
    {"lazy", 0, 0, G_OPTION_ARG_NONE, &lazy, "imports inside functions too", NULL},
    {"typing", 0, 0, G_OPTION_ARG_NONE, &typing, "imports for type checkers too", NULL},
    {"tests", 0, 0, G_OPTION_ARG_NONE, &tests, "tests and other roles too (default: production)", NULL},
    {0},
};

static const CommandSpec spec = {
    .name = "graph",
    .arguments = "[NAME] [PATH]...",
    .summary = "diagrams: modules, packages, duplicates, cycles, paths of a name",
    .description = "modules draws what imports what while loading, packages the same by package,\n"
                   "cycles the import cycles with the cheapest cut, duplicates what is defined more\n"
                   "than once, paths the ways in which NAME is imported (NAME comes first).\n"
                   "A picture stays readable: packages are folded, cycles condensed and implied\n"
                   "arrows left out until it fits; stderr says what was left out and which option\n"
                   "shows it. An arrow's number is the number of names imported directly.\n"
                   "GLOBs are dotted names (a package stands for all below it) or, with a '/',\n"
                   "paths; --exclude leaves modules out of the picture, not out of the analysis.\n"
                   "Pictures and DOT are made by onedef-draw, which is found beside onedef.",
    .examples = "onedef graph -o modules.svg\tthe whole, readable\n"
                "onedef graph --focus shop.orders --depth 2 -o orders.svg\tone corner\n"
                "onedef graph --kind cycles -f mermaid\timport cycles for a Markdown page\n"
                "onedef graph --kind paths WebSocketManager -o ways.svg\tall ways to one name\n"
                "onedef graph --full -f graphml -o all.graphml\teverything, for other tools",
    .formats = "dot, svg, png, pdf, graphml, mermaid, json",
    .entries = entries,
};

static const char *const kinds[] = {"modules", "packages", "duplicates", "cycles", "paths", NULL};

/* -o picture.svg says the format, too. */
static const ViewFormat *find_format(const Options *options)
{
    const char *dot = options->output != NULL ? strrchr(options->output, '.') : NULL;
    bool first = strcmp(options->format, view_formats[0].name) == 0;

    for (const ViewFormat *format = view_formats; first && dot != NULL && format->name != NULL; format++)
        if (strcmp(format->name, dot + 1) == 0 ||
            (strcmp(dot, ".mmd") == 0 && strcmp(format->name, "mermaid") == 0))
            return format;
    for (const ViewFormat *format = view_formats; format->name != NULL; format++)
        if (strcmp(format->name, options->format) == 0)
            return format;
    return &view_formats[0];
}

static bool read_number(const char *option, const char *text, uint32_t limit, uint32_t *number)
{
    return text == NULL || parse_number(option, text, limit, number);
}

/* --exclude is taken from the shared options: what is not drawn is still indexed. */
static bool view_options(Options *options, ViewOptions *view, char ***paths)
{
    int kind = kind_text != NULL ? parse_choice("--kind", kind_text, kinds) : VIEW_MODULES;

    if (kind < 0 || !read_number("--depth", depth_text, 100000, &view->depth) ||
        !read_number("--collapse", collapse_text, 1000, &view->collapse) ||
        !read_number("--max-nodes", nodes_text, 1000000, &view->max_nodes) ||
        !read_number("--max-edges", edges_text, 10000000, &view->max_edges))
        return false;
    view->kind = (ViewKind)kind;
    view->focus = (const char *const *)focus;
    view->include = (const char *const *)include;
    view->exclude = (const char *const *)options->excludes;
    view->full = full;
    view->lazy = lazy;
    view->typing = typing;
    view->tests = tests;
    *paths = options->arguments;
    if (kind != VIEW_PATHS)
        return true;
    if (options->arguments == NULL || options->arguments[0] == NULL) {
        trouble("--kind paths needs a NAME: onedef graph --kind paths NAME [PATH]...");
        return false;
    }
    view->name = options->arguments[0];
    *paths = options->arguments[1] != NULL ? options->arguments + 1 : NULL;
    return true;
}

static View *make_view(const Session *session, const ViewOptions *options, GError **error)
{
    Analysis *analysis = session->analysis;

    if (options->kind == VIEW_DUPLICATES)
        return view_duplicates(analysis, options, error);
    return view_new(analysis->program, analysis->graph, options, error);
}

/* Drawing — what is asked for. */
typedef struct Drawing {
    ViewOptions view;
    const ViewFormat *format;
} Drawing;

static bool draw(Session *session, const Output *out, void *context, Reply *reply, GError **error)
{
    Drawing *drawing = context;

    if (drawing->view.max_nodes == 0)
        drawing->view.max_nodes = session->config->graph_nodes;
    if (drawing->view.max_edges == 0)
        drawing->view.max_edges = session->config->graph_edges;
    g_autoptr(View) view = make_view(session, &drawing->view, error);
    if (view == NULL || !drawing->format->write(out, view, error))
        return false;
    for (uint32_t i = 0; i < view->notes->len; i++)
        g_ptr_array_add(reply->notes, g_strdup(view->notes->pdata[i]));
    reply->fleeting = drawing->format->drawn; /* depends on the onedef-draw that is found, too */
    return true;
}

int cmd_graph(int argc, char **argv)
{
    Options options = {0};
    Drawing drawing = {0};
    char **paths = NULL, **excludes = NULL;
    int exit_code;

    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    if (!view_options(&options, &drawing.view, &paths)) {
        options_clear(&options);
        return EXIT_TROUBLE;
    }
    excludes = g_steal_pointer(&options.excludes);
    drawing.format = find_format(&options);
    options_ask(&options, drawing.format->name);
    exit_code = session_answer(&options, paths,
                               drawing.view.kind == VIEW_DUPLICATES ? ENGINE_DETECTION : ENGINE_GRAPH, draw,
                               &drawing);
    g_strfreev(excludes);
    options_clear(&options);
    return exit_code;
}
