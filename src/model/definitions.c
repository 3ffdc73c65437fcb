#include <string.h>

#include "model/internal.h"

static DefinitionKind kind_of_syntax(uint8_t syntax)
{
    switch ((FactsSyntax)syntax) {
    case SYNTAX_FUNCTION:
        return KIND_FUNCTION;
    case SYNTAX_NEWTYPE:
        return KIND_NEW_TYPE;
    case SYNTAX_TYPE_ALIAS:
        return KIND_TYPE_ALIAS;
    case SYNTAX_CLASS:
    case SYNTAX_FUNCTIONAL:
    case SYNTAX_TYPE_CALL:
        break;
    }
    return KIND_CLASS;
}

/* `_N = namedtuple("Node", …)`: Python calls it Node, which is its id; it is imported as _N. */
static FactsStr path_within(const FactsDefinition *fact)
{
    bool called = fact->syntax == SYNTAX_FUNCTIONAL || fact->syntax == SYNTAX_TYPE_CALL ||
                  fact->syntax == SYNTAX_NEWTYPE;

    return called && fact->scope == SCOPE_MODULE ? fact->name : fact->qualname;
}

/* Counters — how often each qualified name was seen in the module at hand. */
typedef struct Counters {
    uint32_t *count; /* by symbol */
    uint32_t *stamp; /* module + 1 for which the count holds */
    uint32_t size;
} Counters;

static uint32_t count_name(Counters *counters, Sym name, Id module)
{
    if (counters->stamp[name] != module + 1) {
        counters->stamp[name] = module + 1;
        counters->count[name] = 0;
    }
    return ++counters->count[name];
}

static void counters_init(Counters *counters, const Program *program)
{
    counters->size = interner_count(program->interner);
    counters->count = g_new0(uint32_t, counters->size);
    counters->stamp = g_new0(uint32_t, counters->size);
}

static void counters_clear(Counters *counters)
{
    g_free(counters->count);
    g_free(counters->stamp);
}

static void add_definition(Program *program, Id module, uint32_t index, Counters *ids, Counters *paths)
{
    Module *owner = &program->modules[module];
    const File *file = &program->files[owner->file];
    const FactsDefinition *fact = &file->facts.definitions[index];
    Definition *definition = &program->definitions[program->n_definitions];
    Sym path = file_sym(file, path_within(fact));
    uint32_t number = count_name(ids, file_sym(file, fact->qualname), module);
    uint32_t ordinal = count_name(paths, path, module);
    const char *id = program_text(program, owner->id), *qualname = file_text(file, fact->qualname);

    *definition = (Definition){
        .name = file_sym(file, fact->name),
        .qualname = path,
        .module = module,
        .fact = index,
        .parent = fact->parent != FACTS_NONE ? owner->first_definition + fact->parent : ID_NONE,
        .kind = (uint8_t)kind_of_syntax(fact->syntax),
        .ordinal = (uint8_t)MIN(ordinal, UINT8_MAX),
        .line = fact->line,
    };
    definition->id = number == 1 ? intern_printf(program->interner, "%s:%s", id, qualname)
                                 : intern_printf(program->interner, "%s:%s#%u", id, qualname, number);
    g_hash_table_insert(program->definition_by_id, GUINT_TO_POINTER(definition->id),
                        GUINT_TO_POINTER(++program->n_definitions));
}

void build_definitions(Program *program)
{
    uint32_t n_definitions = 0;

    for (Id i = 0; i < program->n_modules; i++) {
        const File *file = program_module_file(program, i);
        n_definitions += file != NULL ? file->facts.n_definitions : 0;
    }
    program->definitions = g_new0(Definition, MAX(n_definitions, 1));
    Counters ids, paths;
    counters_init(&ids, program);
    counters_init(&paths, program);
    for (Id i = 0; i < program->n_modules; i++) {
        const File *file = program_module_file(program, i);
        program->modules[i].first_definition = program->n_definitions;
        program->modules[i].n_definitions = file != NULL ? file->facts.n_definitions : 0;
        for (uint32_t j = 0; j < program->modules[i].n_definitions; j++)
            add_definition(program, i, j, &ids, &paths);
    }
    counters_clear(&ids);
    counters_clear(&paths);
}
