/* Can the definition that stays be imported where the other one was, and what does that load?
 *
 * What is loaded in addition must not be able to fail where nothing failed before: it must not import what
 * may not be installed (a package from outside that the module does not load already, a module of another
 * platform), nor what does not exist, and it must not run code when it loads that is more than
 * definitions: calls as statements, `raise`, values made by functions of the project, models that
 * need a set-up framework. */
#include <string.h>

#include "fix/pair.h"
#include "resolve/resolve.h"

static const char *name_of(const Pair *pair, Id module)
{
    return program_text(pair->program, pair->program->modules[module].name);
}

/* --- the edge --- */

static char *cycle_objection(const Pair *pair, Id from, Id to)
{
    g_autofree Id *path = NULL;
    uint32_t n_path = 0;

    if (!dependency_graph_would_cycle(pair->world->graph, from, to, &path, &n_path))
        return NULL;
    g_autoptr(GString) text = g_string_new("it would close a load cycle: ");
    g_string_append(text, name_of(pair, from));
    for (uint32_t i = 0; i < MIN(n_path, 6); i++)
        g_string_append_printf(text, " \xe2\x86\x92 %s", name_of(pair, path[i]));
    if (n_path > 6)
        g_string_append(text, " \xe2\x80\xa6");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool same_top(const char *a, const char *b)
{
    size_t length = strcspn(a, ".");

    return length == strcspn(b, ".") && strncmp(a, b, length) == 0;
}

/* Does the module load anything of that top-level package by an absolute import? */
static bool knows_package(const Program *program, Id module, const char *name)
{
    const Module *m = &program->modules[module];

    for (uint32_t i = 0; i < m->n_imports; i++) {
        const Import *import = &program->imports[m->first_import + i];
        if (world_is_load(program, import) && import->level == 0 && import->status == IMPORT_OK &&
            same_top(program_text(program, import->module_name), name))
            return true;
    }
    return false;
}

static char *place_objection(const Pair *pair, Id module, Id home)
{
    const Program *program = pair->program;
    const Module *from = &program->modules[module], *to = &program->modules[home];
    const File *file = program_module_file(program, module);
    uint32_t barred = MODULE_SCRIPT | MODULE_SHADOWED | MODULE_UNIMPORTABLE | MODULE_EXTENSION | MODULE_STUB |
                      MODULE_NAMESPACE;
    uint8_t role_from = file->role, role_to = program_module_file(program, home) != NULL
                                                  ? program_module_file(program, home)->role
                                                  : ROLE_PRODUCTION;

    if (to->flags & barred)
        return g_strdup("the home of the one that stays cannot be imported by its name");
    if (from->unit != to->unit)
        return g_strdup("the two stand in units that are deployed apart: they need a shared package first");
    if (role_to != ROLE_PRODUCTION && role_to != role_from)
        return g_strdup_printf("%s is no production code", name_of(pair, home));
    bool script = from->flags & MODULE_SCRIPT || file->facts.header->flags & FACTS_MAIN_GUARD;
    if (script && !knows_package(program, module, name_of(pair, home)))
        return g_strdup_printf("its file may be run as a script, where %s may not be found",
                               name_of(pair, home));
    return NULL;
}

/* --- what would be loaded --- */

static bool is_known_outside(const Pair *pair, const char *top)
{
    const Program *program = pair->program;
    const GArray *reached = pair->world->reached[0];

    for (uint32_t r = 0; r < reached->len; r++) {
        const Module *module = &program->modules[g_array_index(reached, Id, r)];
        for (uint32_t i = 0; i < module->n_imports; i++) {
            const Import *import = &program->imports[module->first_import + i];
            if (import->status == IMPORT_EXTERNAL && !import->guarded && world_is_load(program, import) &&
                same_top(program_text(program, import->module_name), top))
                return true;
        }
    }
    return false;
}

/* Not on every system that Python runs on. */
static bool is_of_a_platform(const char *top)
{
    static const char *const names[] = {
        "winreg",    "winsound",    "msvcrt",   "_winapi",  "nt",       "fcntl",   "termios", "pwd",
        "grp",       "resource",    "syslog",   "curses",   "readline", "tkinter", "crypt",   "spwd",
        "nis",       "ossaudiodev", "pty",      "tty",      "turtle",   "dbm",     "idlelib", "lib2to3",
        "distutils", "imp",         "asyncore", "asynchat", "smtpd"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(top, names[i]) == 0)
            return true;
    return false;
}

static char *import_objection(const Pair *pair, const Import *import)
{
    const Program *program = pair->program;
    const char *name = program_text(program, import->module_name);
    g_autofree char *top = g_strndup(name, strcspn(name, "."));
    const char *loader = name_of(pair, import->module);

    if (import->guarded || !world_is_load(program, import))
        return NULL;
    if (import->status == IMPORT_NO_MODULE || import->status == IMPORT_NO_NAME ||
        import->status == IMPORT_BEYOND_TOP || import->status == IMPORT_UNSURE)
        return g_strdup_printf("that would load %s, whose import of %s may fail", loader, name);
    if (import->status != IMPORT_EXTERNAL || (resolve_is_stdlib(top) && !is_of_a_platform(top)) ||
        is_known_outside(pair, top))
        return NULL;
    return g_strdup_printf("that would load %s, which needs %s, and that may not be installed", loader, top);
}

/* Is `if …:` at token `i` one whose body does not run on import? */
static bool is_idle_condition(const Lexed *lexed, uint32_t i)
{
    for (i++; i < lexed->n_tokens && lexed->tokens[i].kind != TOKEN_NEWLINE; i++)
        if (pair_token_is(lexed, &lexed->tokens[i], "__name__") ||
            pair_token_is(lexed, &lexed->tokens[i], "TYPE_CHECKING"))
            return true;
    return false;
}

/* Behind the statement that starts at token `i`, with its block. */
static uint32_t skip_block(const Lexed *lexed, uint32_t i)
{
    uint32_t depth = 0;

    while (i < lexed->n_tokens && lexed->tokens[i].kind != TOKEN_NEWLINE &&
           lexed->tokens[i].kind != TOKEN_END)
        i++;
    for (i++; i < lexed->n_tokens; i++) {
        uint8_t kind = lexed->tokens[i].kind;
        if (kind == TOKEN_COMMENT || kind == TOKEN_NEWLINE) {
            if (depth == 0 && kind == TOKEN_NEWLINE)
                return i;
            continue;
        }
        depth += kind == TOKEN_INDENT;
        if (depth == 0)
            return i;
        if (kind == TOKEN_DEDENT && --depth == 0)
            return i + 1;
    }
    return i;
}

/* A call that stands alone as a statement: NAME(.NAME)*( . */
static bool is_call_statement(const Lexed *lexed, uint32_t i)
{
    while (i + 2 < lexed->n_tokens && lexed->tokens[i].kind == TOKEN_NAME &&
           lexed->tokens[i].detail == KEYWORD_NONE && lexed->tokens[i + 1].detail == OPERATOR_DOT &&
           lexed->tokens[i + 1].kind == TOKEN_OPERATOR)
        i += 2;
    return i + 1 < lexed->n_tokens && lexed->tokens[i].kind == TOKEN_NAME &&
           lexed->tokens[i].detail == KEYWORD_NONE && lexed->tokens[i + 1].kind == TOKEN_OPERATOR &&
           lexed->tokens[i + 1].detail == OPERATOR_LPAREN;
}

/* Calls that change nothing that others could miss. */
static bool is_harmless_call(const Lexed *lexed, uint32_t i)
{
    static const char *const names[] = {"logger", "logging", "log", "warnings", "print", "globals", "del"};

    for (size_t n = 0; n < G_N_ELEMENTS(names); n++)
        if (pair_token_is(lexed, &lexed->tokens[i], names[n]))
            return true;
    return false;
}

/* The line of a module-level statement that does something, or 0. */
static uint32_t busy_line(const Lexed *lexed)
{
    bool at_start = true;

    for (uint32_t i = 0; i < lexed->n_tokens;) {
        const Token *token = &lexed->tokens[i];
        bool layout = token->kind == TOKEN_NEWLINE || token->kind == TOKEN_INDENT ||
                      token->kind == TOKEN_DEDENT || token->kind == TOKEN_COMMENT;
        if (layout || !at_start) {
            at_start = layout ? at_start || token->kind != TOKEN_COMMENT : false;
            i++;
            continue;
        }
        at_start = false;
        uint8_t word = token->kind == TOKEN_NAME ? token->detail : KEYWORD_NONE;
        if (word == KEYWORD_DEF || word == KEYWORD_CLASS || word == KEYWORD_ASYNC ||
            (word == KEYWORD_IF && is_idle_condition(lexed, i))) {
            i = skip_block(lexed, i);
            at_start = true;
            continue;
        }
        if (word == KEYWORD_RAISE)
            return token->line;
        if (word == KEYWORD_NONE && is_call_statement(lexed, i) && !is_harmless_call(lexed, i))
            return token->line;
        i++;
    }
    return 0;
}

/* A module-level value made by a function of the project, or of another value. */
static const FactsBinding *made_value(const Pair *pair, Id module)
{
    const File *file = program_module_file(pair->program, module);

    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *fact = &file->facts.bindings[i];
        if (fact->kind != BINDING_VALUE || fact->target == 0 || fact->context != 0)
            continue;
        Target target = resolve_dotted(pair->program, module, file_text(file, fact->target));
        bool function =
            target.kind == TARGET_DEFINITION && pair->program->definitions[target.id].kind == KIND_FUNCTION;
        if (function || target.kind == TARGET_VALUE)
            return fact;
    }
    return NULL;
}

static char *module_objection(Pair *pair, Id id)
{
    const Program *program = pair->program;
    const Module *module = &program->modules[id];
    const File *file = program_module_file(program, id);
    char *objection = NULL;

    if (file == NULL)
        return NULL;
    if (file->facts.header == NULL || file->status != FILE_PARSED)
        return g_strdup_printf("that would load %s, which was not understood in full", name_of(pair, id));
    for (uint32_t i = 0; i < module->n_imports && objection == NULL; i++)
        objection = import_objection(pair, &program->imports[module->first_import + i]);
    for (uint32_t i = 0; i < module->n_definitions && objection == NULL; i++)
        if (program->definitions[module->first_definition + i].kind == KIND_DJANGO_MODEL)
            objection =
                g_strdup_printf("that would load %s, whose models need a set-up project", name_of(pair, id));
    if (objection != NULL)
        return objection;
    const FactsBinding *made = made_value(pair, id);
    if (made != NULL)
        return g_strdup_printf("that would load %s, which calls %s on line %u", name_of(pair, id),
                               file_text(file, made->target), made->line);
    g_autoptr(GBytes) bytes =
        source_read(pair->world->state->source, program_text(program, file->path), NULL);
    size_t length = 0;
    const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
    Lexer *lexer = lexer_new();
    uint32_t line = text != NULL ? busy_line(lexer_run(lexer, text, length)) : 0;
    lexer_free(lexer);
    return line == 0
               ? NULL
               : g_strdup_printf("that would load %s, which runs code on line %u", name_of(pair, id), line);
}

char *reaching_objection(Pair *pair, Id home)
{
    Id module = pair->program->definitions[pair->removed].module;
    char *objection = place_objection(pair, module, home);
    World *world = pair->world;

    objection = objection != NULL ? objection : cycle_objection(pair, module, home);
    if (objection != NULL)
        return objection;
    world_reach(world, 0, module, -1);
    world_reach(world, 1, home, 0);
    for (uint32_t i = 0; i < world->reached[1]->len && objection == NULL; i++)
        objection = module_objection(pair, g_array_index(world->reached[1], Id, i));
    return objection;
}
