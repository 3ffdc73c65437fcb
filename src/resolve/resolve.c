#include "resolve/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "resolve/internal.h"

/* The interpreter that is assumed where the configuration names none. It orders candidates; it never
 * drops one. 3.11 is the middle of what is in use; most code treats all current versions alike. */
#define ASSUMED_MINOR    11
#define ASSUMED_PLATFORM "linux"

static Interpreter interpreter_of(const Config *config)
{
    Interpreter in = {.minor = ASSUMED_MINOR, .platform = ASSUMED_PLATFORM};

    if (config != NULL && config->python_version != NULL && g_str_has_prefix(config->python_version, "3.")) {
        in.minor = atoi(config->python_version + 2);
        in.firm_version = true;
    }
    if (config != NULL && config->platform != NULL) {
        in.platform = config->platform;
        in.firm_platform = true;
    }
    return in;
}

static void resolver_init(Resolver *r, Program *program, const Config *config, uint32_t workers)
{
    *r = (Resolver){.program = program, .config = config, .interner = program->interner, .workers = workers};
    arena_init(&r->arena);
    r->arenas = g_new0(Arena, workers);
    r->interpreter = interpreter_of(config);
    r->files = g_new0(FileInfo, program->n_files + 1);
    r->modules = g_new0(ModuleInfo, program->n_modules + 1);
    for (Id id = 0; id < program->n_modules; id++)
        r->modules[id].replaced = r->modules[id].spoken = r->modules[id].speaks_for = ID_NONE;
    r->stdlib_root = g_new0(bool, program->n_roots + 1);
    r->outside = g_new0(Outside, OUTSIDE_KNOWN);
    r->virtual_modules = g_hash_table_new(NULL, NULL);
    r->scope_candidates = g_hash_table_new(g_int64_hash, g_int64_equal);
    r->class_slots = g_hash_table_new(g_int64_hash, g_int64_equal);
}

static void resolver_clear(Resolver *r)
{
    arena_clear(&r->arena);
    for (uint32_t i = 0; i < r->workers; i++)
        arena_clear(&r->arenas[i]);
    g_free(r->arenas);
    g_hash_table_unref(r->virtual_modules);
    g_hash_table_unref(r->scope_candidates);
    g_hash_table_unref(r->class_slots);
    g_free(r->files);
    g_free(r->modules);
    g_free(r->stdlib_root);
    g_free(r->raw);
    g_free(r->first_load);
    g_free(r->load_seen);
    g_free(r->candidates);
    g_free(r->events);
    g_free(r->slots);
    g_free(r->stars);
    g_free(r->lists.items);
    g_free(r->table);
    g_free(r->module_named);
    g_free(r->mark);
    g_free(r->mark_value);
    g_free(r->base_candidate);
    g_free(r->outside);
}

void resolve_program(Program *program, const Config *config, uint32_t workers)
{
    Resolver r;

    resolver_init(&r, program, config, workers);
    lookup_prepare(&r);
    scope_prepare_files(&r);
    extra_effects(&r);
    imports_prepare(&r);
    scope_modules(&r);
    extra_bind(&r);
    extra_submodules(&r);
    scope_evaluate(&r);
    all_evaluate(&r);
    stars_resolve(&r);
    lazy_exports(&r);
    published_names(&r);
    open_worlds(&r);
    kinds_prepare(&r);
    chain_resolve_all(&r);
    kinds_resolve(&r);
    output_write(&r);
    imports_write(&r);
    resolver_clear(&r);
}

/* The class `name` nested in definition `outer`, by its id. */
static Target nested(const Program *program, Id outer, const char *name, size_t length)
{
    const Definition *d = &program->definitions[outer];
    const Module *module = &program->modules[d->module];
    g_autofree char *qualname =
        g_strdup_printf("%s.%.*s", program_text(program, d->qualname), (int)length, name);
    Sym sym = intern_find(program->interner, qualname, strlen(qualname));

    for (uint32_t i = 0; sym != 0 && i < module->n_definitions; i++)
        if (program->definitions[module->first_definition + i].qualname == sym)
            return (Target){.kind = TARGET_DEFINITION, .id = module->first_definition + i};
    return (Target){0};
}

static Target submodule(const Program *program, Id package, const char *name, size_t length)
{
    g_autofree char *full =
        g_strdup_printf("%s.%.*s", program_text(program, program->modules[package].id), (int)length, name);
    Id found = program_find_module(program, full);

    return found == ID_NONE ? (Target){0} : (Target){.kind = TARGET_MODULE, .id = found};
}

Target resolve_dotted(Program *program, Id module, const char *dotted)
{
    Target at = {.kind = TARGET_MODULE, .id = module};

    for (size_t length; *dotted != '\0' && at.kind != TARGET_NONE;
         dotted += length + (dotted[length] == '.')) {
        length = strcspn(dotted, ".");
        Sym name = intern_find(program->interner, dotted, length);
        if (at.kind == TARGET_MODULE) {
            uint32_t count = 0;
            const Binding *found = name == 0 ? NULL : program_bindings_of(program, at.id, name, &count);
            at = found != NULL && count > 0 ? found[0].target : submodule(program, at.id, dotted, length);
        } else if (at.kind == TARGET_DEFINITION) {
            at = nested(program, at.id, dotted, length);
        } else if (at.kind == TARGET_EXTERNAL) {
            const char *base = program_text(program, at.id);
            at.id = intern_printf(program->interner, "%s%s%.*s", base, g_str_has_suffix(base, ":") ? "" : ".",
                                  (int)length, dotted);
        } else {
            at = (Target){0};
        }
    }
    return at;
}

bool resolve_is_stdlib(const char *name)
{
    return table_was_stdlib(name);
}

bool resolve_is_builtin(const char *name)
{
    return table_is_builtin(name);
}
