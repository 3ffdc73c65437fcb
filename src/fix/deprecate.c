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

#define MAP DEPRECATED_NAMES

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

/* --- taking names out again --- */

static const FactsLiteral *find_literal(const File *file)
{
    for (uint32_t i = 0; i < file->facts.n_literals; i++)
        if (file->facts.literals[i].context == 0 &&
            strcmp(file_text(file, file->facts.literals[i].name), MAP) == 0)
            return &file->facts.literals[i];
    return NULL;
}

bool deprecate_holds(const File *file, Sym name)
{
    const FactsLiteral *literal = find_literal(file);

    for (uint32_t i = 0; literal != NULL && i < literal->entries.count; i++)
        if (file_sym(file, file->facts.entries[literal->entries.first + i].key) == name)
            return true;
    return false;
}

static const char odd_map[] = "the map of deprecated names is not as onedef writes it";
static const char odd_question[] = "its module's __getattr__ is not as onedef writes it";

/* Entry — `"X": ("a.b", "2.0"),` with its whole lines. */
typedef struct Entry {
    uint32_t from, to;
    FixMove *move; /* that takes it out, or NULL */
} Entry;

static uint32_t line_start(const Lexed *lexed, uint32_t at)
{
    while (at > 0 && !is_break(lexed, at - 1))
        at--;
    return at;
}

static uint32_t next_line(const Lexed *lexed, uint32_t at)
{
    while (!is_break(lexed, at))
        at++;
    at += at + 1 < lexed->length && lexed->bytes[at] == '\r' && lexed->bytes[at + 1] == '\n';
    return MIN(at + 1, lexed->length);
}

static FixMove *move_of(FixFile *fixed, const Program *program, const char *key, size_t length)
{
    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        const char *name = program_text(program, fixed->moves[i].bound);
        if (move_is_active(&fixed->moves[i]) && strlen(name) == length && memcmp(name, key, length) == 0)
            return &fixed->moves[i];
    }
    return NULL;
}

/* The file's bytes end without a NUL. */
static bool holds_only(const Lexed *lexed, uint32_t from, uint32_t end, const char *characters)
{
    while (from < end && lexed->bytes[from] != '\0' && strchr(characters, lexed->bytes[from]) != NULL)
        from++;
    return from >= end;
}

/* Reads the map whose first entry starts at token `i`, each entry on lines of its own. The token of its `}`,
 * or 0: it is written in another way by now. */
static uint32_t read_entries(const Lexed *lexed, uint32_t i, FixFile *fixed, const Program *program,
                             GArray *entries)
{
    const Token *tokens = lexed->tokens;

    while (i + 8 < lexed->n_tokens && !token_is(lexed, i, "}")) {
        const Token *key = &tokens[i];
        if (key->kind != TOKEN_STRING || key->end - key->start < 2 || !token_is(lexed, i + 1, ":") ||
            !token_is(lexed, i + 2, "(") || tokens[i + 3].kind != TOKEN_STRING ||
            !token_is(lexed, i + 4, ",") || tokens[i + 5].kind != TOKEN_STRING ||
            !token_is(lexed, i + 6, ")") || !token_is(lexed, i + 7, ","))
            return 0;
        Entry entry = {.from = line_start(lexed, key->start), .to = next_line(lexed, tokens[i + 7].end)};
        if (!holds_only(lexed, entry.from, key->start, " \t") || tokens[i + 8].start < entry.to)
            return 0;
        entry.move = move_of(fixed, program, lexed->bytes + key->start + 1, key->end - key->start - 2);
        g_array_append_val(entries, entry);
        i += 8;
    }
    return token_is(lexed, i, "}") ? i : 0;
}

/* Do the tokens from `i` on say what `text` says? The number of tokens, or 0. */
static uint32_t match_text(const Lexed *lexed, uint32_t i, const char *text)
{
    Lexer *lexer = lexer_new();
    const Lexed *other = lexer_run(lexer, text, strlen(text));
    uint32_t n = 0;

    /* The first tokens of `other` are those of a line that only opens the block. */
    uint32_t from = 0;
    while (from < other->n_tokens && other->tokens[from].kind != TOKEN_INDENT)
        from++;
    for (uint32_t k = from + 1; k < other->n_tokens; k++, n++) {
        const Token *a = &lexed->tokens[MIN(i + n, lexed->n_tokens - 1)], *b = &other->tokens[k];
        if (b->kind == TOKEN_END || (b->kind == TOKEN_DEDENT && k + 2 >= other->n_tokens))
            break;
        bool layout = b->kind == TOKEN_NEWLINE || b->kind == TOKEN_INDENT || b->kind == TOKEN_DEDENT;
        bool same = a->kind == b->kind &&
                    (layout || (a->end - a->start == b->end - b->start &&
                                memcmp(lexed->bytes + a->start, text + b->start, b->end - b->start) == 0));
        if (!same) {
            n = 0;
            break;
        }
    }
    lexer_free(lexer);
    return n;
}

/* The lines of the question in the module's __getattr__; all of the function where it asks nothing else.
 * False: it is not as it was written. */
static bool find_question(const Lexed *lexed, const File *file, uint32_t *from, uint32_t *to, bool *whole)
{
    const FactsDefinition *getattr = find_getattr(file);
    g_autofree char *indent = NULL, *parameter = NULL;
    uint32_t at;

    if (getattr == NULL || !find_body(lexed, getattr, &at, &indent, &parameter))
        return false;
    g_autoptr(GString) text = g_string_new("if x:\n");
    put_question(text, "    ", parameter);
    uint32_t first = lexed_token_at(lexed, at + (uint32_t)strlen(indent));
    first += lexed->tokens[first].kind == TOKEN_INDENT;
    uint32_t n = match_text(lexed, first, text->str);
    if (n == 0)
        return false;
    uint32_t i = first + n;
    while (i < lexed->n_tokens &&
           (lexed->tokens[i].kind == TOKEN_DEDENT || lexed->tokens[i].kind == TOKEN_COMMENT))
        i++;
    g_autofree char *last = g_strdup_printf(
        "if x:\n    raise AttributeError(f\"module {__name__!r} has no attribute {%s!r}\")\n", parameter);
    uint32_t rest = match_text(lexed, i, last);
    *whole = rest > 0 && lexed->tokens[i + rest].start >= getattr->end &&
             lexed->tokens[first - 1].kind == TOKEN_INDENT;
    *from = *whole ? line_start(lexed, getattr->start) : at;
    *to = *whole ? next_line(lexed, getattr->end) : line_start(lexed, lexed->tokens[i].start);
    return true;
}

/* The start of the blank lines in front. */
static uint32_t with_blank_lines(const Lexed *lexed, uint32_t start)
{
    while (start > 0) {
        bool pair = start > 1 && lexed->bytes[start - 1] == '\n' && lexed->bytes[start - 2] == '\r';
        uint32_t line = line_start(lexed, start - 1 - pair);
        if (!holds_only(lexed, line, start, " \t\r\n"))
            break;
        start = line;
    }
    return start;
}

const char *deprecate_drop_objection(const FixState *state, Id module)
{
    const Program *program = state->view->program;
    const File *file = program_module_file(program, module);
    g_autoptr(GBytes) bytes = source_read(state->source, program_text(program, file->path), NULL);
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    FixFile none = {0};
    size_t length = 0;
    const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
    Lexer *lexer = lexer_new();
    const Lexed *lexed = lexer_run(lexer, text != NULL ? text : "", length);
    uint32_t open = find_map(lexed), from, to;
    bool whole;

    const char *reason =
        open == 0 || read_entries(lexed, lexed_token_at(lexed, open), &none, program, entries) == 0 ? odd_map
        : !find_question(lexed, file, &from, &to, &whole) ? odd_question
                                                          : NULL;
    lexer_free(lexer);
    return reason;
}

static void leave_entries(const GArray *entries, const char *reason)
{
    for (uint32_t i = 0; i < entries->len; i++)
        if (g_array_index(entries, Entry, i).move != NULL)
            move_leave(g_array_index(entries, Entry, i).move, g_strdup(reason));
}

/* What goes with the last entry; `importlib` and `warnings` are imported within the question. */
static void add_drops(const FixState *state, const GArray *entries, bool whole)
{
    static const char *const names[] = {MAP, "importlib", "warnings", "__getattr__"};
    FixMove *move = g_array_index(entries, Entry, 0).move;
    uint32_t n = G_N_ELEMENTS(names) - !whole;

    move->drops = g_renew(Sym, move->drops, move->n_drops + n);
    for (uint32_t i = 0; i < n; i++)
        move->drops[move->n_drops++] = intern_cstr(state->view->program->interner, names[i]);
}

void deprecate_drop(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit)
{
    const Program *program = state->view->program;
    const File *file = &program->files[fixed->file];
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    uint32_t open = find_map(lexed), close, n = 0, from, to;
    bool whole;

    if (find_literal(file) == NULL || open == 0)
        return;
    close = read_entries(lexed, lexed_token_at(lexed, open), fixed, program, entries);
    for (uint32_t i = 0; i < entries->len; i++)
        n += g_array_index(entries, Entry, i).move != NULL;
    if (n == 0)
        return;
    if (close == 0) {
        leave_entries(entries, odd_map);
        return;
    }
    if (n < entries->len) {
        for (uint32_t i = 0; i < entries->len; i++)
            if (g_array_index(entries, Entry, i).move != NULL)
                edit_replace(edit, g_array_index(entries, Entry, i).from, g_array_index(entries, Entry, i).to,
                             "");
        return;
    }
    if (!find_question(lexed, file, &from, &to, &whole)) {
        leave_entries(entries, odd_question);
        return;
    }
    uint32_t start = line_start(lexed, open), end = next_line(lexed, lexed->tokens[close].end);
    edit_replace(edit, with_blank_lines(lexed, start), end, "");
    edit_replace(edit, whole ? with_blank_lines(lexed, from) : from, to, "");
    add_drops(state, entries, whole);
}
