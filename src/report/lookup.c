#include "report/lookup.h"

#include "report/suggest.h"

#include <string.h>

static bool is_glob(const char *text)
{
    return strpbrk(text, "*?[") != NULL;
}

static void add_definition(const Program *program, GArray *matches, Id definition)
{
    const Definition *about = &program->definitions[definition];
    Match match = {
        .module = about->module, .name = about->name, .binding = ID_NONE, .definition = definition};
    g_array_append_val(matches, match);
}

/* A name bound in a module, by its first candidate. */
static bool add_binding(const Program *program, GArray *matches, Id module, const char *name)
{
    Sym symbol = intern_find(program->interner, name, strlen(name));
    uint32_t count;
    const Binding *binding = symbol != 0 ? program_bindings_of(program, module, symbol, &count) : NULL;
    if (binding == NULL)
        return false;
    Match match = {
        .module = module,
        .name = symbol,
        .binding = (Id)(binding - program->bindings),
        .definition = binding->target.kind == TARGET_DEFINITION ? binding->target.id : ID_NONE,
    };
    g_array_append_val(matches, match);
    return true;
}

/* `qualname` in a module: bound there, or the qualified name of a definition there. */
static bool add_in_module(const Program *program, GArray *matches, Id module, const char *qualname)
{
    if (strchr(qualname, '.') == NULL && strchr(qualname, '#') == NULL &&
        add_binding(program, matches, module, qualname))
        return true;
    const Module *home = &program->modules[module];
    uint32_t before = matches->len;
    for (uint32_t i = 0; i < home->n_definitions; i++) {
        const Definition *definition = &program->definitions[home->first_definition + i];
        const char *id = program_text(program, definition->id), *colon = strrchr(id, ':');
        if (strcmp(program_text(program, definition->qualname), qualname) == 0 ||
            (colon != NULL && strcmp(colon + 1, qualname) == 0))
            add_definition(program, matches, home->first_definition + i);
    }
    return matches->len > before;
}

static bool has_dotted_suffix(const char *text, const char *suffix, size_t length)
{
    size_t whole = strlen(text);
    return whole > length && text[whole - length - 1] == '.' &&
           strncmp(text + whole - length, suffix, length) == 0;
}

/* Modules called `name`, or, when there is none, those whose dotted name ends in it. */
static void add_in_modules(const Program *program, GArray *matches, const char *name, size_t length,
                           const char *qualname)
{
    for (uint32_t pass = 0; pass < 2 && matches->len == 0; pass++) {
        for (uint32_t m = 0; m < program->n_modules; m++) {
            const char *dotted = program_text(program, program->modules[m].name);
            const char *id = program_text(program, program->modules[m].id);
            bool exact = (strlen(dotted) == length && strncmp(dotted, name, length) == 0) ||
                         (strlen(id) == length && strncmp(id, name, length) == 0);
            if (pass == 0 ? exact : has_dotted_suffix(dotted, name, length))
                add_in_module(program, matches, m, qualname);
        }
    }
}

static void add_in_files(const Program *program, GArray *matches, const char *path, size_t length,
                         const char *qualname)
{
    for (uint32_t f = 0; f < program->n_files; f++) {
        const char *has = program_text(program, program->files[f].path);
        size_t whole = strlen(has);
        if (whole < length || strncmp(has + whole - length, path, length) != 0 ||
            (whole > length && has[whole - length - 1] != '/'))
            continue;
        for (Id m = program->files[f].first_module; m != ID_NONE; m = program->modules[m].next_of_file)
            add_in_module(program, matches, m, qualname);
    }
}

/* The longest module part wins: `a.b.C.D` is D of a.b.C before C.D of a.b. */
static void add_dotted(const Program *program, GArray *matches, const char *text)
{
    for (const char *dot = strrchr(text, '.'); dot != NULL && matches->len == 0;
         dot = g_strrstr_len(text, dot - text, "."))
        add_in_modules(program, matches, text, (size_t)(dot - text), dot + 1);
}

static void add_by_name(const Program *program, GArray *matches, const char *text)
{
    bool dotted = strchr(text, '.') != NULL;
    for (uint32_t d = 0; d < program->n_definitions; d++) {
        const Definition *definition = &program->definitions[d];
        const char *qualname = program_text(program, definition->qualname);
        if (strcmp(program_text(program, definition->name), text) == 0 || strcmp(qualname, text) == 0 ||
            (dotted && has_dotted_suffix(qualname, text, strlen(text))))
            add_definition(program, matches, d);
    }
}

/* Production before the rest, then an alias before what only passes it on. */
static bool better_witness(const Program *program, const Binding *binding, const Binding *than)
{
    const File *file = program_module_file(program, binding->module),
               *other = program_module_file(program, than->module);
    bool production = file == NULL || file->role == ROLE_PRODUCTION;
    bool other_production = other == NULL || other->role == ROLE_PRODUCTION;
    if (production != other_production)
        return production;
    return binding->how == HOW_ALIAS && than->how != HOW_ALIAS;
}

/* Definitions of another name that the name leads to somewhere: `Manager = _Implementation`. One
 * match for each, by the alias that makes the name where there is one. */
static void add_aliased(const Program *program, GArray *matches, const char *text)
{
    Sym symbol = intern_find(program->interner, text, strlen(text));
    g_autoptr(GHashTable) rows = g_hash_table_new(NULL, NULL); /* definition → index in matches + 1 */
    for (uint32_t b = 0; symbol != 0 && b < program->n_bindings; b++) {
        const Binding *binding = &program->bindings[b];
        if (binding->name != symbol || binding->rank != 0 || binding->target.kind != TARGET_DEFINITION ||
            program->definitions[binding->target.id].name == symbol)
            continue;
        gpointer key = GUINT_TO_POINTER(binding->target.id + 1);
        uint32_t row = GPOINTER_TO_UINT(g_hash_table_lookup(rows, key));
        Match match = {binding->module, symbol, b, binding->target.id};
        if (row == 0) {
            g_array_append_val(matches, match);
            g_hash_table_insert(rows, key, GUINT_TO_POINTER(matches->len));
        } else if (better_witness(program, binding,
                                  &program->bindings[g_array_index(matches, Match, row - 1).binding])) {
            g_array_index(matches, Match, row - 1) = match;
        }
    }
}

/* Names that no definition carries: aliases, values, names that lead out of the project. */
static void add_bound(const Program *program, GArray *matches, const char *text)
{
    Sym symbol = intern_find(program->interner, text, strlen(text));
    for (uint32_t b = 0; symbol != 0 && b < program->n_bindings; b++) {
        const Binding *binding = &program->bindings[b];
        if (binding->name != symbol || binding->rank != 0)
            continue;
        Match match = {binding->module, symbol, b,
                       binding->target.kind == TARGET_DEFINITION ? binding->target.id : ID_NONE};
        g_array_append_val(matches, match);
    }
}

static void add_module(const Program *program, GArray *matches, const char *text)
{
    for (uint32_t m = 0; m < program->n_modules; m++) {
        const char *name = program_text(program, program->modules[m].name);
        if (strcmp(name, text) == 0 || strcmp(program_text(program, program->modules[m].id), text) == 0 ||
            has_dotted_suffix(name, text, strlen(text))) {
            Match match = {m, 0, ID_NONE, ID_NONE};
            g_array_append_val(matches, match);
        }
    }
}

static void add_globbed(const Program *program, GArray *matches, const char *text)
{
    g_autoptr(GPatternSpec) pattern = g_pattern_spec_new(text);
    g_autofree char *dotted = g_strdelimit(g_strdup(text), ":", '.');
    g_autoptr(GPatternSpec) dotted_pattern = g_pattern_spec_new(dotted);
    for (uint32_t d = 0; d < program->n_definitions; d++) {
        const Definition *definition = &program->definitions[d];
        g_autofree char *path = g_strdelimit(g_strdup(program_text(program, definition->id)), ":", '.');
        if (g_pattern_spec_match_string(pattern, program_text(program, definition->qualname)) ||
            g_pattern_spec_match_string(dotted_pattern, path))
            add_definition(program, matches, d);
    }
}

GArray *lookup_name(const Program *program, const char *text)
{
    GArray *matches = g_array_new(FALSE, TRUE, sizeof(Match));
    const char *colon = strrchr(text, ':');
    if (is_glob(text)) {
        add_globbed(program, matches, text);
    } else if (colon != NULL && (memchr(text, '/', (size_t)(colon - text)) != NULL ||
                                 g_strstr_len(text, colon - text, ".py") != NULL)) {
        add_in_files(program, matches, text, (size_t)(colon - text), colon + 1);
        if (matches->len == 0) /* "unit/a.b:X" */
            add_in_modules(program, matches, text, (size_t)(colon - text), colon + 1);
    } else if (colon != NULL) {
        add_in_modules(program, matches, text, (size_t)(colon - text), colon + 1);
    } else {
        add_dotted(program, matches, text);
        if (matches->len == 0)
            add_by_name(program, matches, text);
        if (strchr(text, '.') == NULL)
            add_aliased(program, matches, text);
        if (matches->len == 0)
            add_bound(program, matches, text);
        if (matches->len == 0)
            add_module(program, matches, text);
    }
    return matches;
}

char *lookup_suggest(const Program *program, const char *text)
{
    const char *colon = strrchr(text, ':'), *dot = strrchr(text, '.');
    const char *last = colon != NULL ? colon + 1 : dot != NULL ? dot + 1 : text, *best = NULL;
    uint32_t limit = MAX(1, (uint32_t)strlen(last) / 3);
    Id found = ID_NONE;
    for (uint32_t d = 0; d < program->n_definitions && limit > 0; d++) {
        const char *name = program_text(program, program->definitions[d].name);
        uint32_t distance = suggest_distance(last, name, limit);
        if (distance <= limit && (best == NULL || distance < limit || strcmp(name, best) < 0)) {
            limit = distance;
            best = name;
            found = d;
        }
    }
    if (found == ID_NONE)
        return NULL;
    if (last == text)
        return g_strdup(best);
    return g_strdelimit(g_strdup(program_text(program, program->definitions[found].id)), ":", '.');
}

const Binding *lookup_candidates(const Program *program, const Match *match, uint32_t *count)
{
    *count = 0;
    return match->binding == ID_NONE ? NULL : program_bindings_of(program, match->module, match->name, count);
}

const Binding *lookup_hop(const Program *program, const Hop *hop)
{
    uint32_t count;
    const Binding *bindings = program_bindings_of(program, hop->module, hop->name, &count);
    for (uint32_t i = 0; i < count; i++)
        if (bindings[i].line == hop->line)
            return &bindings[i];
    return count > 0 ? &bindings[0] : NULL;
}

static char *import_text(const File *file, const FactsImport *import)
{
    g_autofree char *dots = g_strnfill(import->level, '.');
    const char *module = file_text(file, import->module), *name = file_text(file, import->name);
    const char *bound = file_text(file, import->bound);
    if (import->form == IMPORT_STAR)
        return g_strdup_printf("from %s%s import *", dots, module);
    if (import->form == IMPORT_MODULE)
        return import->aliased ? g_strdup_printf("import %s as %s", module, bound)
                               : g_strdup_printf("import %s", module);
    if (import->aliased)
        return g_strdup_printf("from %s%s import %s as %s", dots, module, name, bound);
    return g_strdup_printf("from %s%s import %s", dots, module, name);
}

/* The event of a binding: the resolver names it, except where a star or an import brought the name;
 * then it is the import on the binding's line. */
static const FactsBinding *binding_fact(const File *file, const Binding *binding)
{
    if (binding->fact < file->facts.n_bindings)
        return &file->facts.bindings[binding->fact];
    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *fact = &file->facts.bindings[i];
        bool star = fact->kind == BINDING_STAR && binding->how == HOW_STAR;
        bool import = fact->kind == BINDING_IMPORT && file_sym(file, fact->name) == binding->name;
        if ((star || import) && fact->ref < file->facts.n_imports &&
            (fact->line == binding->line || file->facts.imports[fact->ref].line == binding->line))
            return fact;
    }
    return NULL;
}

char *lookup_statement(const Program *program, const Binding *binding)
{
    const File *file = program_module_file(program, binding->module);
    const char *name = program_text(program, binding->name);
    const FactsBinding *fact =
        file != NULL && file->facts.header != NULL ? binding_fact(file, binding) : NULL;
    if (fact == NULL)
        return g_strdup(how_name(binding->how));
    switch (fact->kind) {
    case BINDING_IMPORT:
    case BINDING_STAR:
        if (fact->ref < file->facts.n_imports)
            return import_text(file, &file->facts.imports[fact->ref]);
        break;
    case BINDING_ALIAS:
        return g_strdup_printf("%s = %s", name, file_text(file, fact->target));
    case BINDING_DEFINITION:
        if (fact->ref < file->facts.n_definitions) {
            uint8_t syntax = file->facts.definitions[fact->ref].syntax;
            if (syntax == SYNTAX_CLASS || syntax == SYNTAX_FUNCTION)
                return g_strdup_printf("%s %s", syntax == SYNTAX_CLASS ? "class" : "def", name);
            if (syntax == SYNTAX_TYPE_ALIAS)
                return g_strdup_printf("type %s = ...", name);
            return g_strdup_printf("%s = %s(...)", name,
                                   file_text(file, file->facts.definitions[fact->ref].callee));
        }
        break;
    case BINDING_VALUE:
        return fact->target != 0 ? g_strdup_printf("%s = %s(...)", name, file_text(file, fact->target))
                                 : g_strdup_printf("%s = ...", name);
    default:
        break;
    }
    return g_strdup(how_name(binding->how));
}

const Fragmentation *lookup_fragmentation(const Analysis *analysis, Id definition)
{
    for (uint32_t i = 0; analysis->detection != NULL && i < analysis->detection->n_fragmentations; i++)
        if (analysis->detection->fragmentations[i].definition == definition)
            return &analysis->detection->fragmentations[i];
    return NULL;
}

const Group *lookup_group(const Analysis *analysis, Id definition)
{
    const Detection *detection = analysis->detection;
    if (detection == NULL || detection->group_of == NULL || detection->group_of[definition] == ID_NONE)
        return NULL;
    return &detection->groups[detection->group_of[definition]];
}

char *lookup_import_line(const Analysis *analysis, Id definition)
{
    const Program *program = analysis->program;
    const Fragmentation *fragmentation = lookup_fragmentation(analysis, definition);
    Id outer = definition, module = program->definitions[definition].module;
    while (program->definitions[outer].parent != ID_NONE)
        outer = program->definitions[outer].parent;
    Sym name = program->definitions[outer].name;
    if (fragmentation != NULL && outer == definition && fragmentation->canonical_module != ID_NONE) {
        module = fragmentation->canonical_module;
        name = fragmentation->canonical_name;
    }
    return g_strdup_printf("from %s import %s", program_text(program, program->modules[module].name),
                           program_text(program, name));
}
