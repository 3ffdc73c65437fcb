/* A name that a module no longer binds is given by its __getattr__ (PEP 562), with a warning that names the
 * new path. What it gives stands in a map that can be read without running it, by people and by onedef:
 *
 *     _DEPRECATED = {
 *         "Config": ("app.core.config", "2.0"),
 *     }
 *
 * A second name joins the map. A __getattr__ that is there already gets the question asked first. */
#include <string.h>

#include "fix/deadshim.h"

#define MAP "_DEPRECATED"

static const char *const body =
    "%sif %s in " MAP ":\n"
    "%s    import importlib\n"
    "%s    import warnings\n"
    "\n"
    "%s    module, version = " MAP "[%s]\n"
    "%s    warnings.warn(\n"
    "%s        f\"{__name__}.{%s} is now {module}.{%s}: the old path will be removed in {version}\",\n"
    "%s        DeprecationWarning,\n"
    "%s        stacklevel=2,\n"
    "%s    )\n"
    "%s    return getattr(importlib.import_module(module), %s)\n";

static bool is_break(const Lexed *lexed, uint32_t at)
{
    return at >= lexed->length || lexed->bytes[at] == '\n' || lexed->bytes[at] == '\r';
}

static const char *line_break(const Lexed *lexed)
{
    uint32_t at = 0;

    while (!is_break(lexed, at))
        at++;
    if (at >= lexed->length || lexed->bytes[at] == '\n')
        return "\n";
    return at + 1 < lexed->length && lexed->bytes[at + 1] == '\n' ? "\r\n" : "\r";
}

static char *with_breaks(const char *text, const char *eol)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    return g_strjoinv(eol, lines);
}

static bool token_is(const Lexed *lexed, uint32_t i, const char *text)
{
    const Token *token = &lexed->tokens[MIN(i, lexed->n_tokens - 1)];
    size_t length = token->end - token->start;

    return strlen(text) == length && memcmp(lexed->bytes + token->start, text, length) == 0;
}

static const FactsDefinition *find_getattr(const File *file)
{
    for (uint32_t i = 0; i < file->facts.n_definitions; i++)
        if (strcmp(file_text(file, file->facts.definitions[i].qualname), "__getattr__") == 0 &&
            file->facts.definitions[i].scope == SCOPE_MODULE)
            return &file->facts.definitions[i];
    return NULL;
}

static bool binds(const File *file, const char *name)
{
    for (uint32_t i = 0; i < file->facts.n_bindings; i++)
        if (file->facts.contexts[file->facts.bindings[i].context].kind < CONTEXT_CLASS &&
            strcmp(file_text(file, file->facts.bindings[i].name), name) == 0)
            return true;
    return false;
}

/* Offset behind the `{` of our own map, or 0. */
static uint32_t find_map(const Lexed *lexed)
{
    for (uint32_t i = 0; i + 2 < lexed->n_tokens; i++)
        if (lexed->tokens[i].depth == 0 && token_is(lexed, i, MAP) && token_is(lexed, i + 1, "=") &&
            token_is(lexed, i + 2, "{"))
            return lexed->tokens[i + 2].end;
    return 0;
}

const char *deprecate_objection(const File *file)
{
    const FactsDefinition *getattr = find_getattr(file);

    if (getattr == NULL && (file->facts.header->flags & FACTS_GETATTR || binds(file, "__getattr__")))
        return "its module has a __getattr__ that is no plain function";
    if (getattr == NULL && binds(file, MAP))
        return "its module has a " MAP " of its own";
    if (getattr != NULL && getattr->context != 0)
        return "its module defines __getattr__ under a condition";
    return NULL;
}

/* Where the body of a function starts (behind its docstring), with its indentation and parameter. */
static bool find_body(const Lexed *lexed, const FactsDefinition *function, uint32_t *at, char **indent,
                      char **parameter)
{
    uint32_t i = lexed_token_at(lexed, function->name_start) + 1;

    if (!token_is(lexed, i, "(") || lexed->tokens[i + 1].kind != TOKEN_NAME)
        return false;
    const Token *name = &lexed->tokens[i + 1];
    while (i + 2 < lexed->n_tokens && lexed->tokens[i].kind != TOKEN_NEWLINE)
        i++;
    while (lexed->tokens[i].kind == TOKEN_NEWLINE || lexed->tokens[i].kind == TOKEN_COMMENT)
        i++;
    if (lexed->tokens[i].kind != TOKEN_INDENT)
        return false;
    for (i++; lexed->tokens[i].kind == TOKEN_COMMENT || lexed->tokens[i].kind == TOKEN_NEWLINE; i++) {
    }
    if (lexed->tokens[i].kind == TOKEN_STRING && lexed->tokens[i + 1].kind == TOKEN_NEWLINE)
        for (i++; lexed->tokens[i].kind == TOKEN_COMMENT || lexed->tokens[i].kind == TOKEN_NEWLINE; i++) {
        }
    if (lexed->tokens[i].kind == TOKEN_DEDENT || lexed->tokens[i].kind == TOKEN_END)
        return false;
    uint32_t start = lexed->tokens[i].start;
    *at = start;
    while (*at > 0 && !is_break(lexed, *at - 1))
        (*at)--;
    *indent = g_strndup(lexed->bytes + *at, start - *at);
    *parameter = g_strndup(lexed->bytes + name->start, name->end - name->start);
    return strspn(*indent, " \t") == strlen(*indent);
}

static void put_question(GString *out, const char *indent, const char *name)
{
    g_string_append_printf(out, body, indent, name, indent, indent, indent, name, indent, indent, name, name,
                           indent, indent, indent, indent, name);
}

static void put_entries(GString *out, const FixState *state, const FixFile *fixed, const char *before)
{
    const Program *program = state->view->program;
    const char *version = state->options->removal != NULL ? state->options->removal : "a later version";

    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        const FixMove *move = &fixed->moves[i];
        if (!move_is_active(move))
            continue;
        g_autofree char *quoted = g_strescape(version, NULL);
        g_string_append_printf(out, "%s    \"%s\": (\"%s\", \"%s\"),", before,
                               program_text(program, move->bound),
                               program_text(program, program->modules[move->home].name), quoted);
        if (*before == '\0')
            g_string_append_c(out, '\n');
    }
}

static void add_adds(const FixState *state, FixFile *fixed)
{
    static const char *const names[] = {MAP, "__getattr__", "importlib", "warnings"};

    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        FixMove *move = &fixed->moves[i];
        if (!move_is_active(move))
            continue;
        move->adds = g_renew(Sym, move->adds, G_N_ELEMENTS(names));
        move->n_adds = G_N_ELEMENTS(names);
        for (uint32_t n = 0; n < G_N_ELEMENTS(names); n++)
            move->adds[n] = intern_cstr(state->view->program->interner, names[n]);
    }
}

/* The map and the question, at the end of the file or in the function that is there. */
static bool put_all(const Lexed *lexed, const FixState *state, const FixFile *fixed,
                    const FactsDefinition *getattr, Edit *edit)
{
    const char *eol = line_break(lexed);
    g_autoptr(GString) map = g_string_new(MAP " = {\n"), question = g_string_new(NULL);

    put_entries(map, state, fixed, "");
    g_string_append(map, "}\n");
    if (getattr == NULL) {
        bool broken = lexed->length == 0 || is_break(lexed, lexed->length - 1);
        g_string_append(question, broken ? "\n\n" : "\n\n\n");
        g_string_append(question, map->str);
        g_string_append(question, "\n\ndef __getattr__(name):\n");
        put_question(question, "    ", "name");
        g_string_append(question,
                        "    raise AttributeError(f\"module {__name__!r} has no attribute {name!r}\")\n");
        g_autofree char *text = with_breaks(question->str, eol);
        edit_replace(edit, lexed->length, lexed->length, text);
        return true;
    }
    g_autofree char *indent = NULL, *parameter = NULL;
    uint32_t at;
    if (!find_body(lexed, getattr, &at, &indent, &parameter))
        return false;
    put_question(question, indent, parameter);
    g_string_append(map, "\n\n");
    g_autofree char *map_text = with_breaks(map->str, eol), *text = with_breaks(question->str, eol);
    uint32_t start = getattr->start;
    edit_replace(edit, start, start, map_text);
    edit_replace(edit, at, at, text);
    return true;
}

bool deprecate_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit,
                    const char **reason)
{
    const File *file = &state->view->program->files[fixed->file];
    const FactsDefinition *getattr = find_getattr(file);
    uint32_t map = find_map(lexed);

    *reason = deprecate_objection(file);
    if (*reason != NULL)
        return false;
    if (getattr != NULL && map > 0) {
        g_autoptr(GString) entries = g_string_new(NULL);
        put_entries(entries, state, fixed, line_break(lexed));
        edit_replace(edit, map, map, entries->str);
    } else if (!put_all(lexed, state, fixed, getattr, edit)) {
        *reason = "its module has a __getattr__ that cannot be joined";
        return false;
    }
    add_adds(state, fixed);
    return true;
}
