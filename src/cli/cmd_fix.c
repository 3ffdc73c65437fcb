#include "cli/command.h"

#include <string.h>

#include "base/error.h"
#include "cli/interactive.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fix/edit.h"
#include "fix/fix.h"
#include "fix/write.h"
#include "report/fix_json.h"
#include "report/split_names.h"
#include "source/worktree.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

enum { MAX_HAZARDS_SHOWN = 10, MAX_PLACES_SHOWN = 3, MAX_SPLIT_SHOWN = 2 };
#define MAX_LEFT_SHOWN 20 /* repairs are there to be looked at: without -v, so many */

static char *name, *patches, *shim, *removal;
static char **phases, **survivors;
static gboolean write_asked, allow_dirty, allow_unloaded, repair, interactive, delete_dead_shims;

static const GOptionEntry entries[] = {
    {"name", 'n', 0, G_OPTION_ARG_FILENAME, &name, "only imports of definitions with this name or id",
     "GLOB"},
    {"repair", 'r', 0, G_OPTION_ARG_NONE, &repair, "re-point imports of what does not exist", NULL},
    {"phase", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &phases, "2A, 2B (default), 2C or all (repeatable)",
     "PHASE"},
    {"survivor", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &survivors,
     "2A: this one stays, drifted or not (repeatable)", "GLOB"},
    {"shim", 0, 0, G_OPTION_ARG_FILENAME, &shim, "2A leaves reexport (default), none or deprecate", "KIND"},
    {"delete-dead-shims", 0, 0, G_OPTION_ARG_NONE, &delete_dead_shims,
     "phase 2C, too: what has no users goes", NULL},
    {"removal", 0, 0, G_OPTION_ARG_FILENAME, &removal, "deprecate: the version that drops the name",
     "VERSION"},
    {"write", 'w', 0, G_OPTION_ARG_NONE, &write_asked, "change the files: all of them, or none", NULL},
    {"patches", 0, 0, G_OPTION_ARG_FILENAME, &patches, "write one patch a batch into DIR, new or empty",
     "DIR"},
    {"interactive", 'i', 0, G_OPTION_ARG_NONE, &interactive, "with --write or --patches: ask about each file",
     NULL},
    {"allow-dirty", 0, 0, G_OPTION_ARG_NONE, &allow_dirty,
     "with --write, also files with uncommitted changes", NULL},
    {"allow-unloaded", 0, 0, G_OPTION_ARG_NONE, &allow_unloaded, "also where a module is no longer loaded",
     NULL},
    {0},
};

static const CommandSpec spec = {
    .name = "fix",
    .arguments = "[PATH]...",
    .summary = "carry out what the plan can prove",
    .description =
        "Prints the change as a patch; --write makes it. Imports of phase 2B are rewritten, copies of\n"
        "phase 2A give way, idle exports of phase 2C go, where the edited program, analysed again in\n"
        "memory, gives every name the meaning it had and closes no load cycle. What is left stays in\n"
        "the plan; -v says why.",
    .examples = "onedef fix\tthe patch, for reading\n"
                "onedef fix --name Config --write\tone definition, on disk\n"
                "onedef fix --patches /tmp/moves\tone patch for each batch of the plan\n"
                "onedef fix --phase 2A --survivor app.core.Config\tcopies give way to this one\n"
                "onedef fix --repair\timports of what does not exist, re-pointed",
    .formats = "patch, json",
    .entries = entries,
};

/* Analyser — how fix_make has an edited program analysed. */
typedef struct Analyser {
    Session *session;
    EngineMemory *memory;
    EnginePlan plan;
} Analyser;

static bool make_plan(Analyser *analyser, Source *source, Analysis *analysis, const Plan **plan,
                      GError **error)
{
    *plan = engine_plan(source, analysis, analyser->session->config, &analyser->plan, error);
    return *plan != NULL;
}

static void release(void *context, FixView *view)
{
    (void)context;
    plan_free((Plan *)(uintptr_t)view->plan);
    analysis_free(view->owner);
    *view = (FixView){0};
}

static bool analyse(void *context, Source *source, FixView *view, GError **error)
{
    Analyser *analyser = context;
    Analysis *analysis = engine_analyse_edited(analyser->memory, source, error);

    *view = (FixView){0};
    if (analysis != NULL)
        *view = (FixView){.program = analysis->program, .graph = analysis->graph, .owner = analysis};
    return analysis != NULL;
}

static bool complete(void *context, Source *source, FixView *view, GError **error)
{
    Analyser *analyser = context;
    Analysis *analysis = view->owner;

    if (!engine_detect(analysis, analyser->session->config, analyser->plan.jobs, error))
        return false;
    view->detection = analysis->detection;
    return make_plan(analyser, source, analysis, &view->plan, error);
}

static uint32_t file_mode(const char *root, const char *path)
{
    g_autofree char *full = g_build_filename(root, path, NULL);
    struct stat status;

    return stat(full, &status) == 0 && (status.st_mode & S_IXUSR) ? 0100755 : 0100644;
}

/* `after`: NULL when the file goes. */
static void put_file(GString *out, const char *root, const char *path, GBytes *before, GBytes *after)
{
    diff_append(out, path, file_mode(root, path), before, after);
}

static int print_patch(const Options *options, const Session *session, const Fix *fix)
{
    OutputFile file;
    GError *error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    uint32_t n;
    g_autofree FixChange *changes = fix_changes(fix, &n);

    for (uint32_t i = 0; i < n; i++)
        put_file(text, source_root(session->source), changes[i].path, changes[i].before, changes[i].after);
    if (!output_open(&file, options))
        return EXIT_TROUBLE;
    fwrite(text->str, 1, text->len, file.output.file);
    return output_close(&file, true, error, EXIT_CLEAN);
}

static bool is_json(const Options *options)
{
    return strcmp(options->format, "json") == 0;
}

static int print_json(const Options *options, const Session *session, const Fix *fix, const Plan *plan)
{
    OutputFile file;
    GError *error = NULL;

    if (!output_open(&file, options))
        return EXIT_TROUBLE;
    bool written = fix_json(&file.output, fix, session->analysis, plan, &error);
    return output_close(&file, written, error, EXIT_CLEAN);
}

/* --- patches --- */

static bool is_empty_folder(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);

    return folder != NULL && g_dir_read_name(folder) == NULL;
}

static char *patch_name(const FixFile *file, uint32_t number)
{
    g_autofree char *area = g_strdup(file->title);
    g_autofree char *slug = NULL;

    g_strdelimit(area, ",", '\0');
    slug =
        g_strcanon(g_strdup(area), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.", '-');
    return g_strdup_printf("%04u-%s.patch", number, slug);
}

static int write_patches(const Session *session, const Fix *fix)
{
    const char *root = source_root(session->source);
    uint32_t number = 0;

    if (g_mkdir_with_parents(patches, 0777) != 0)
        return trouble("cannot make the folder '%s': %s", patches, g_strerror(errno));
    if (!is_empty_folder(patches))
        return trouble("cannot write patches to '%s': the folder is not empty", patches);
    for (uint32_t first = 0, last; first < fix->n_files; first = last) {
        g_autoptr(GString) text = g_string_new(NULL);
        GError *error = NULL;
        for (last = first; last < fix->n_files && fix->files[last].pass == fix->files[first].pass &&
                           fix->files[last].batch == fix->files[first].batch;
             last++)
            if (fix->files[last].after != NULL)
                put_file(text, root, fix->files[last].path, fix->files[last].before,
                         fix->files[last].deleted ? NULL : fix->files[last].after);
        if (text->len == 0)
            continue;
        g_autofree char *base = patch_name(&fix->files[first], ++number);
        g_autofree char *path = g_build_filename(patches, base, NULL);
        if (!g_file_set_contents(path, text->str, (gssize)text->len, &error))
            return trouble_error(error);
    }
    return EXIT_CLEAN;
}

/* --- writing --- */

static int write_tree(const Options *options, const Session *session, const Fix *fix)
{
    const char *root = source_root(session->source);
    uint32_t n;
    g_autofree FixChange *changes = fix_changes(fix, &n);
    g_autofree WriteFile *files = g_new(WriteFile, n + 1);
    g_autofree const char **paths = g_new0(const char *, n + 1);
    GError *error = NULL;

    for (uint32_t i = 0; i < n; i++) {
        paths[i] = changes[i].path;
        files[i] = (WriteFile){changes[i].path, changes[i].before, changes[i].after};
    }
    const char *dirty = allow_dirty ? NULL : worktree_first_changed(root, paths);
    if (dirty != NULL)
        return trouble("cannot write '%s': git could not bring it back (commit it, or say --allow-dirty)",
                       dirty);
    if (n > 0 && !write_files(root, options->cache_dir, files, n, &error))
        return trouble_error(error);
    return EXIT_CLEAN;
}

static void say_left(const Options *options, const Fix *fix)
{
    uint32_t most = options->verbose > 0 ? UINT32_MAX : repair && !options->quiet ? MAX_LEFT_SHOWN : 0;
    uint32_t shown = 0;
    const char *what = phases != NULL || delete_dead_shims ? "changes" : "imports";

    for (uint32_t f = 0; f < fix->n_files; f++)
        for (uint32_t i = 0; i < fix->files[f].n_moves && shown < most; i++) {
            const FixMove *move = &fix->files[f].moves[i];
            if (move->reason == NULL && move->note != NULL && options->verbose > 0)
                trouble("note: %s:%u: %s: %s", fix->files[f].path, move->line, move->before, move->note);
            if (move->reason == NULL)
                continue;
            trouble("left: %s:%u: %s: %s", fix->files[f].path, move->line, move->before, move->reason);
            shown++;
        }
    if (!options->quiet)
        trouble("%u %s in %u files%s; %u left as they are%s", fix->n_done, what, fix->n_edited,
                write_asked ? " rewritten" : " can be rewritten", fix->n_left,
                shown < fix->n_left && options->verbose == 0 ? " (-v says why)" : "");
}

static void say_hazard(const FixHazards *hazards, uint32_t most)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t i = 0; i < MIN(hazards->n_places, most); i++) {
        const FixHazard *place = &hazards->places[i];
        g_string_append_printf(text, "%s%s:%u", i > 0 ? ", " : "", place->file, place->line);
        if (place->patch)
            g_string_append(text, " (patch)");
    }
    if (hazards->n_places > most)
        g_string_append_printf(text, " and %u more", hazards->n_places - most);
    trouble("hazard: %u string%s %s %s: %s", hazards->n_places, hazards->n_places == 1 ? "" : "s",
            hazards->n_places == 1 ? "names" : "name", hazards->path, text->str);
}

/* Strings are not touched; each path is listed once, whatever moves away from it. */
static void say_hazards(const Options *options, const Fix *fix)
{
    uint32_t most = options->verbose > 0 ? UINT32_MAX : MAX_HAZARDS_SHOWN;

    for (uint32_t i = 0; i < MIN(fix->n_hazards, most) && !options->quiet; i++)
        say_hazard(&fix->hazards[i], options->verbose > 0 ? UINT32_MAX : MAX_PLACES_SHOWN);
    if (fix->n_hazards > most && !options->quiet)
        trouble("hazards: strings name %u more paths (-v lists them)", fix->n_hazards - most);
}

/* Names that no import of can move without a change of class. */
static void say_split(const Options *options, const Session *session, const Plan *plan)
{
    const Analysis *analysis = session->analysis;
    uint32_t count = 0, most = options->verbose > 0 ? UINT32_MAX : MAX_SPLIT_SHOWN;

    for (uint32_t i = 0; plan != NULL && !options->quiet && i < plan->n_steps; i++) {
        if (!split_is(analysis->program, analysis->detection, plan, i) || ++count > most)
            continue;
        trouble("refused: %s: step %u of the plan", program_text(analysis->program, plan->steps[i].title),
                i + 1);
        g_autofree char *text = split_text(analysis->program, plan, i);
        fputs(text, stderr);
    }
    if (count > most)
        trouble("refused: %u more names mean several classes (-v shows them)", count - most);
}

/* What is refused may have carried what is not: the rest is proved again. */
static Fix *make_fix(const Session *session, const FixView *view, FixOptions *options, GError **error)
{
    Fix *fix = fix_make(session->source, view, options, error);

    if (!interactive || fix == NULL)
        return fix;
    g_autoptr(GPtrArray) refused = interactive_ask(fix);
    if (refused->len == 0)
        return fix;
    fix_free(fix);
    options->refused = refused;
    fix = fix_make(session->source, view, options, error);
    options->refused = NULL;
    return fix;
}

/* False after a message. */
static bool read_phases(uint32_t *bits)
{
    static const char *const names[] = {"2A", "2B", "2C"};

    *bits = 0;
    for (char **phase = phases; phase != NULL && *phase != NULL; phase++) {
        uint32_t asked = 0;
        for (uint32_t i = 0; i < G_N_ELEMENTS(names); i++)
            if (g_ascii_strcasecmp(*phase, names[i]) == 0 || g_ascii_strcasecmp(*phase, "all") == 0)
                asked |= 1u << (PHASE_2A + i);
        *bits |= asked;
        if (asked == 0) {
            trouble("--phase: '%s' is none of 2A, 2B, 2C, all", *phase);
            return false;
        }
    }
    if (delete_dead_shims)
        *bits |= 1u << PHASE_2C | (*bits == 0 ? 1u << PHASE_2B : 0);
    return true;
}

static bool read_shim(uint8_t *kind)
{
    static const char *const names[] = {"reexport", "none", "deprecate"};

    *kind = FIX_SHIM_REEXPORT;
    for (uint8_t i = 0; shim != NULL && i < G_N_ELEMENTS(names); i++)
        if (strcmp(shim, names[i]) == 0) {
            *kind = i;
            return true;
        }
    if (shim != NULL)
        trouble("--shim: '%s' is none of reexport, none, deprecate", shim);
    return shim == NULL;
}

static int run(const Options *options, Session *session)
{
    Analyser analyser = {.session = session, .plan = {.name = name, .jobs = options->jobs}};
    GError *error = NULL;

    EngineOptions engine = {.jobs = options->jobs, .full_parse = options->full_parse};
    g_autoptr(EngineMemory) memory = engine_memory_new(session->analysis, session->config, &engine);
    analyser.memory = memory;
    FixView view = {.program = session->analysis->program,
                    .graph = session->analysis->graph,
                    .detection = session->analysis->detection};
    FixOptions fix_options = {.only = (const char *const *)options->only,
                              .jobs = options->jobs,
                              .repair = repair,
                              .config = session->config,
                              .batch_files = session->config->batch_files,
                              .allow_unloaded = allow_unloaded,
                              .removal = removal,
                              .survivors = (const char *const *)survivors,
                              .name = name,
                              .analyse = analyse,
                              .complete = complete,
                              .release = release,
                              .context = &analyser};
    if (!read_phases(&fix_options.phases) || !read_shim(&fix_options.shim))
        return EXIT_TROUBLE;
    if ((!repair || fix_options.phases != 0) &&
        !make_plan(&analyser, session->source, session->analysis, &view.plan, &error))
        return trouble_error(error);
    g_autoptr(Fix) fix = make_fix(session, &view, &fix_options, &error);
    int code = fix == NULL        ? trouble_error(error)
               : write_asked      ? write_tree(options, session, fix)
               : patches != NULL  ? write_patches(session, fix)
               : is_json(options) ? EXIT_CLEAN
                                  : print_patch(options, session, fix);
    if (code == EXIT_CLEAN && is_json(options))
        code = print_json(options, session, fix, view.plan);
    if (code == EXIT_CLEAN) {
        say_left(options, fix);
        say_hazards(options, fix);
        say_split(options, session, view.plan);
    }
    plan_free((Plan *)(uintptr_t)view.plan);
    return code;
}

/* A run that was killed while it wrote is undone before anything is read. */
static bool recover(const Options *options, char **paths)
{
    SourceOptions source_options = {.paths = (const char *const *)paths, .no_ignore = options->no_ignore};
    GError *error = NULL;
    uint32_t restored = 0;
    g_autoptr(Source) source = source_open_disk(&source_options, &error);

    if (source == NULL || !write_recover(source_root(source), options->cache_dir, &restored, &error)) {
        trouble_error(error);
        return false;
    }
    if (restored > 0)
        trouble("note: %u files of a run that was killed are as they were before it", restored);
    return true;
}

/* Options that contradict one another; a message then. */
static bool is_consistent(const Options *options)
{
    if (write_asked && (patches != NULL || options->revision != NULL || options->output != NULL)) {
        trouble("--write: not together with --patches, --output or --rev");
        return false;
    }
    if (interactive && !write_asked && patches == NULL) {
        trouble("--interactive: only together with --write or --patches");
        return false;
    }
    if (interactive && !interactive_possible()) {
        trouble("--interactive: there is no terminal to ask on");
        return false;
    }
    if (patches != NULL && options->output != NULL) {
        trouble("--patches: not together with --output");
        return false;
    }
    return true;
}

int cmd_fix(int argc, char **argv)
{
    Options options = {0};
    Session session = {0};
    int exit_code;

    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    exit_code = EXIT_TROUBLE;
    if (is_consistent(&options) && (options.revision != NULL || recover(&options, options.arguments))) {
        exit_code = session_start(&session, &options, options.arguments, ENGINE_DETECTION);
        if (exit_code == EXIT_CLEAN)
            exit_code = run(&options, &session);
    }
    session_end(&session);
    options_clear(&options);
    g_clear_pointer(&name, g_free);
    g_clear_pointer(&patches, g_free);
    g_clear_pointer(&shim, g_free);
    g_clear_pointer(&removal, g_free);
    g_clear_pointer(&phases, g_strfreev);
    g_clear_pointer(&survivors, g_strfreev);
    return exit_code;
}
