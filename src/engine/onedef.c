/* The public interface is a thin coat over the engine: it owns a source, a configuration and an
 * analysis, and picks writers from the tables of report/. */
#include "onedef/onedef.h"

#include <string.h>

#include "base/error.h"
#include "engine/engine.h"
#include "report/report.h"

struct Onedef {
    Source *source;
    Config *config;
    Analysis *analysis;
};

const char *onedef_version(void)
{
    return ONEDEF_VERSION;
}

static Source *open_source(const OnedefOptions *options, GError **error)
{
    SourceOptions how = {.paths = options->paths, .no_ignore = options->no_ignore, .jobs = options->jobs};

    if (options->revision == NULL)
        return source_open_disk(&how, error);
    const char *repository = options->paths != NULL && options->paths[0] != NULL ? options->paths[0] : ".";
    how.paths = NULL;
    return source_open_revision(repository, options->revision, &how, error);
}

static bool open_all(Onedef *onedef, const OnedefOptions *options, GError **error)
{
    EngineOptions engine = {.jobs = options->jobs,
                            .full_parse = options->full_parse,
                            .cache_dir = options->cache_dir,
                            .no_cache = options->no_cache};

    onedef->source = open_source(options, error);
    if (onedef->source == NULL)
        return false;
    onedef->config = config_load(onedef->source, options->config_path, error);
    if (onedef->config == NULL)
        return false;
    for (const char *const *root = options->roots; root != NULL && *root != NULL; root++)
        g_ptr_array_add(onedef->config->roots, g_strdup(*root));
    onedef->analysis = engine_analyse(onedef->source, onedef->config, &engine, ENGINE_DETECTION, error);
    return onedef->analysis != NULL;
}

Onedef *onedef_open(const OnedefOptions *options, GError **error)
{
    Onedef *onedef = g_new0(Onedef, 1);

    if (open_all(onedef, options, error))
        return onedef;
    onedef_close(onedef);
    return NULL;
}

void onedef_close(Onedef *onedef)
{
    if (onedef == NULL)
        return;
    analysis_free(onedef->analysis);
    if (onedef->config != NULL)
        config_free(onedef->config);
    source_free(onedef->source);
    g_free(onedef);
}

void onedef_summary(const Onedef *onedef, OnedefSummary *summary)
{
    const Analysis *analysis = onedef->analysis;

    *summary = (OnedefSummary){
        .files_listed = analysis->n_listed,
        .files_parsed = analysis->n_parsed,
        .files_degraded = analysis->n_degraded,
        .files_unreadable = analysis->n_unreadable,
        .extension_modules = analysis->n_extensions,
        .bytes = analysis->n_bytes,
        .lines = analysis->n_lines,
        .modules = analysis->program->n_modules,
        .definitions = analysis->program->n_definitions,
        .bindings = analysis->program->n_bindings,
        .imports = analysis->program->n_imports,
        .groups = analysis->detection->n_groups,
        .findings = analysis->detection->n_findings,
    };
    for (uint32_t i = 0; i < analysis->detection->n_groups; i++)
        summary->groups_of_work += verdict_is_work(analysis->detection->groups[i].verdict);
}

uint32_t onedef_lookup(Onedef *onedef, const char *module, const char *name, OnedefBinding *bindings,
                       uint32_t capacity)
{
    Program *program = onedef->analysis->program;
    Id id = program_find_module(program, module);
    Sym sym = intern_find(program->interner, name, strlen(name));
    uint32_t count = 0;

    if (id == ID_NONE || sym == 0)
        return 0;
    const Binding *found = program_bindings_of(program, id, sym, &count);
    for (uint32_t i = 0; i < count && i < capacity; i++)
        bindings[i] =
            (OnedefBinding){.target = program_text(program, program_target_id(program, found[i].target)),
                            .how = how_name(found[i].how),
                            .certainty = certainty_name(found[i].certainty),
                            .line = found[i].line};
    return count;
}

static bool write_scan(Onedef *onedef, const char *name, const Output *out, GError **error, bool *known)
{
    for (const ScanFormat *format = scan_formats; format->name != NULL; format++)
        if (strcmp(format->name, name) == 0) {
            *known = true;
            return format->write(out, onedef->analysis, onedef->config, error);
        }
    return false;
}

static bool write_plan(Onedef *onedef, const char *name, const char *pattern, const Output *out,
                       GError **error, bool *known)
{
    for (const PlanFormat *format = plan_formats; format->name != NULL; format++)
        if (strcmp(format->name, name) == 0) {
            *known = true;
            g_autoptr(Plan) plan = engine_plan(onedef->source, onedef->analysis, onedef->config,
                                               &(EnginePlan){.name = pattern, .judged = true}, error);
            return plan != NULL && format->write(out, onedef->analysis, plan, onedef->config, error);
        }
    return false;
}

bool onedef_write(Onedef *onedef, const char *document, const char *format, const char *name, FILE *file,
                  GError **error)
{
    Output out = {.file = file};
    bool known = false, written = false;

    if (strcmp(document, "scan") == 0) {
        written = write_scan(onedef, format, &out, error, &known);
    } else if (strcmp(document, "plan") == 0) {
        written = write_plan(onedef, format, name, &out, error, &known);
    } else if (strcmp(document, "export") == 0 && strcmp(format, "jsonl") == 0) {
        known = true;
        written = export_jsonl(&out, onedef->analysis, error);
    }
    if (!known)
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_USAGE,
                    "cannot write '%s' as '%s': no such document or format", document, format);
    return written;
}
