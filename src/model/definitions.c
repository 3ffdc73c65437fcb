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

/* Counters — how often each qualified name was seen in the module at hand: by string of its file, since the
 * names of one module are those of one file. */
typedef struct Counter {
    Id module; /* for which the counts hold */
    uint32_t ids, paths;
} Counter;

typedef struct Counters {
    Counter *of; /* by FactsStr */
    char *text;  /* scratch: an id */
    size_t room;
} Counters;

static Counter *counter_of(const Counters *counters, FactsStr name, Id module)
{
    Counter *counter = &counters->of[name];

    if (counter->module != module)
        *counter = (Counter){.module = module};
    return counter;
}

static void counters_init(Counters *counters, const Program *program)
{
    uint32_t most = 1;

    for (Id i = 0; i < program->n_files; i++)
        most = MAX(most, program->files[i].facts.n_strings);
    *counters = (Counters){.of = g_new(Counter, most)};
    memset(counters->of, 0xff, sizeof *counters->of * most);
}

static void counters_clear(Counters *counters)
{
    g_free(counters->of);
    g_free(counters->text);
}

/* "module:qualname", with "#2" for the second of that name. */
static Sym intern_id(Interner *interner, Counters *scratch, Sym module, const FactsString *qualname,
                     const char *text, uint32_t number)
{
    size_t a = sym_length(interner, module), b = qualname->length, length = a + 1 + b;

    if (length + 16 > scratch->room) {
        scratch->room = 2 * length + 256;
        scratch->text = g_realloc(scratch->text, scratch->room);
    }
    memcpy(scratch->text, sym_text(interner, module), a);
    scratch->text[a] = ':';
    memcpy(scratch->text + a + 1, text, b);
    if (number > 1)
        length += (size_t)g_snprintf(scratch->text + length, 16, "#%u", number);
    return intern(interner, scratch->text, length);
}

static void add_definition(Program *program, Id module, uint32_t index, Counters *counters)
{
    Module *owner = &program->modules[module];
    const File *file = &program->files[owner->file];
    const FactsDefinition *fact = &file->facts.definitions[index];
    Definition *definition = &program->definitions[program->n_definitions];
    FactsStr path = path_within(fact);
    uint32_t number = ++counter_of(counters, fact->qualname, module)->ids;
    uint32_t ordinal = ++counter_of(counters, path, module)->paths;

    *definition = (Definition){
        .name = file_sym(file, fact->name),
        .qualname = file_sym(file, path),
        .module = module,
        .fact = index,
        .parent = fact->parent != FACTS_NONE ? owner->first_definition + fact->parent : ID_NONE,
        .kind = (uint8_t)kind_of_syntax(fact->syntax),
        .ordinal = (uint8_t)MIN(ordinal, UINT8_MAX),
        .line = fact->line,
    };
    definition->id = intern_id(program->interner, counters, owner->id, &file->facts.strings[fact->qualname],
                               file_text(file, fact->qualname), number);
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
    Counters counters;
    counters_init(&counters, program);
    for (Id i = 0; i < program->n_modules; i++) {
        const File *file = program_module_file(program, i);
        program->modules[i].first_definition = program->n_definitions;
        program->modules[i].n_definitions = file != NULL ? file->facts.n_definitions : 0;
        for (uint32_t j = 0; j < program->modules[i].n_definitions; j++)
            add_definition(program, i, j, &counters);
    }
    counters_clear(&counters);
}
