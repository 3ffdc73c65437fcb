/* The bytes of phase 2A: statements of definitions cut out with their decorators and the comments right above
 * them, an import of the one that stays put where the file has its imports, and imports that served
 * the removed code alone taken away.
 *
 * Where the new import stands: consolidate_import.c. */
#include <string.h>

#include "fix/editor.h"

/* --- lines --- */

bool editor_is_break(const Lexed *lexed, uint32_t at)
{
    return at >= lexed->length || lexed->bytes[at] == '\n' || lexed->bytes[at] == '\r';
}

static uint32_t line_start(const Lexed *lexed, uint32_t at)
{
    while (at > 0 && !editor_is_break(lexed, at - 1))
        at--;
    return at;
}

/* The start of the line behind the one that holds `at`. */
uint32_t editor_next_line(const Lexed *lexed, uint32_t at)
{
    while (!editor_is_break(lexed, at))
        at++;
    if (at < lexed->length && lexed->bytes[at] == '\r')
        at++;
    if (at < lexed->length && lexed->bytes[at] == '\n')
        at++;
    return at;
}

bool editor_is_blank_line(const Lexed *lexed, uint32_t start)
{
    for (; !editor_is_break(lexed, start); start++)
        if (strchr(" \t\f", lexed->bytes[start]) == NULL)
            return false;
    return true;
}

/* The line above the one that starts at `start` (> 0). */
static uint32_t previous_line(const Lexed *lexed, uint32_t start)
{
    uint32_t at = start - 1;

    if (lexed->bytes[at] == '\n' && at > 0 && lexed->bytes[at - 1] == '\r')
        at--;
    return line_start(lexed, at);
}

const char *editor_line_break(const Lexed *lexed)
{
    uint32_t at = 0;

    while (!editor_is_break(lexed, at))
        at++;
    if (at >= lexed->length || lexed->bytes[at] == '\n')
        return "\n";
    return at + 1 < lexed->length && lexed->bytes[at + 1] == '\n' ? "\r\n" : "\r";
}

/* --- cutting definitions --- */

/* Up over comments at the margin right above; but not over those at the very top of the file. */
static uint32_t with_comments(const Lexed *lexed, uint32_t start)
{
    uint32_t first = start;

    while (first > 0) {
        uint32_t above = previous_line(lexed, first);
        if (lexed->bytes[above] != '#')
            break;
        first = above;
    }
    return first == 0 ? start : first;
}

/* Down over comments that are indented: they belong to the body. Blank lines count where one follows. */
static uint32_t with_tail(const Lexed *lexed, uint32_t end)
{
    uint32_t stop = editor_next_line(lexed, end);

    for (uint32_t at = stop; at < lexed->length; at = editor_next_line(lexed, at)) {
        uint32_t text = at;
        while (text < lexed->length && (lexed->bytes[text] == ' ' || lexed->bytes[text] == '\t'))
            text++;
        if (text > at && text < lexed->length && lexed->bytes[text] == '#')
            stop = editor_next_line(lexed, at);
        else if (!editor_is_break(lexed, text))
            break;
    }
    return stop;
}

/* One run of blank lines goes with the statement: the one behind it, or the one above where that is the
 * shorter one, or nothing follows. */
static Cut with_blanks(const Lexed *lexed, uint32_t start, uint32_t end)
{
    uint32_t above = start, below = end, n_above = 0, n_below = 0;

    while (above > 0 && editor_is_blank_line(lexed, previous_line(lexed, above))) {
        above = previous_line(lexed, above);
        n_above++;
    }
    while (below < lexed->length && editor_is_blank_line(lexed, below)) {
        below = editor_next_line(lexed, below);
        n_below++;
    }
    if (below >= lexed->length)
        return (Cut){above, lexed->length};
    if (above > 0 && n_above < n_below)
        return (Cut){above, end};
    return (Cut){start, below};
}

/* False: the statement shares a line with another. */
static bool add_cut(Editor *editor, const FixMove *move)
{
    const Lexed *lexed = editor->lexed;
    const FactsDefinition *fact = program_definition_fact(editor->program, move->definition);
    uint32_t start = line_start(lexed, fact->start), after = fact->end;
    bool mark = start == 0 && fact->start == 3 && (uint8_t)lexed->bytes[0] == 0xef;

    while (after < lexed->length && (lexed->bytes[after] == ' ' || lexed->bytes[after] == '\t'))
        after++;
    if ((start != fact->start && !mark) || (!editor_is_break(lexed, after) && lexed->bytes[after] != '#'))
        return false;
    Cut cut = with_blanks(lexed, mark ? 3 : with_comments(lexed, start), with_tail(lexed, fact->end));
    if (editor->cuts->len > 0)
        cut.start = MAX(cut.start, g_array_index(editor->cuts, Cut, editor->cuts->len - 1).end);
    g_array_append_val(editor->cuts, cut);
    return true;
}

/* Where nothing is left behind the cuts, the blank lines above them go, too. */
static void close_end(Editor *editor)
{
    uint32_t first = editor->cuts->len - 1;
    Cut *cuts = (Cut *)(void *)editor->cuts->data;

    if (cuts[first].end < editor->lexed->length)
        return;
    while (first > 0 && cuts[first - 1].end == cuts[first].start)
        first--;
    uint32_t least = first > 0 ? cuts[first - 1].end : 0, start = cuts[first].start;
    while (start > least && editor_is_blank_line(editor->lexed, previous_line(editor->lexed, start)))
        start = previous_line(editor->lexed, start);
    cuts[first].start = MAX(start, least);
}

bool editor_is_cut(const Editor *editor, uint32_t at)
{
    for (uint32_t i = 0; i < editor->cuts->len; i++) {
        const Cut *cut = &g_array_index(editor->cuts, Cut, i);
        if (at >= cut->start && at < cut->end)
            return true;
    }
    return false;
}

/* --- what the rest mentions --- */

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static void add_words(GHashTable *words, const char *text, uint32_t length)
{
    for (uint32_t i = 0, n; i < length; i += MAX(n, 1)) {
        for (n = 0; i + n < length && is_word(text[i + n]); n++) {
        }
        if (n > 0)
            g_hash_table_add(words, g_strndup(text + i, n));
    }
}

static bool in_import(const File *file, uint32_t at)
{
    for (uint32_t i = 0; i < file->facts.n_imports; i++)
        if (file->facts.imports[i].statement_start <= at && at < file->facts.imports[i].statement_end)
            return true;
    return false;
}

/* Attributes and keywords of calls are no names of the module. */
static bool is_no_name(const Lexed *lexed, uint32_t i)
{
    const Token *before = i > 0 ? &lexed->tokens[i - 1] : NULL, *next = &lexed->tokens[i + 1];

    if (before != NULL && before->kind == TOKEN_OPERATOR && before->detail == OPERATOR_DOT)
        return true;
    return lexed->tokens[i].depth > 0 && next->kind == TOKEN_OPERATOR && next->detail == OPERATOR_EQUAL;
}

bool editor_is_docstring(const Lexed *lexed, uint32_t i)
{
    uint8_t before = i > 0 ? lexed->tokens[i - 1].kind : TOKEN_NEWLINE, next = lexed->tokens[i + 1].kind;

    return (before == TOKEN_NEWLINE || before == TOKEN_INDENT || before == TOKEN_DEDENT ||
            before == TOKEN_COMMENT) &&
           (next == TOKEN_NEWLINE || next == TOKEN_END);
}

/* Words of tokens within the cuts, or of those outside. */
static GHashTable *collect_words(const Editor *editor, bool within)
{
    const Lexed *lexed = editor->lexed;
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (uint32_t i = 0; i + 1 < lexed->n_tokens; i++) {
        const Token *token = &lexed->tokens[i];
        const char *text = lexed->bytes + token->start;
        uint32_t length = token->end - token->start;
        if (editor_is_cut(editor, token->start) != within || in_import(editor->file, token->start))
            continue;
        if (token->kind == TOKEN_NAME && !is_no_name(lexed, i))
            g_hash_table_add(words, g_strndup(text, length));
        else if (token->kind == TOKEN_STRING && !editor_is_docstring(lexed, i))
            add_words(words, text, length);
        else if (token->kind == TOKEN_COMMENT && g_strstr_len(text, length, "type:") != NULL)
            add_words(words, text, length);
    }
    return words;
}

/* --- imports that served the removed code alone --- */

static uint32_t count_bindings(const File *file, FactsStr name)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < file->facts.n_bindings; i++)
        n += file->facts.bindings[i].name == name &&
             file->facts.contexts[file->facts.bindings[i].context].kind < CONTEXT_CLASS;
    return n;
}

bool editor_is_exported(const Program *program, Id module, const char *name)
{
    const Module *m = &program->modules[module];

    if (m->flags & (MODULE_ALL_UNSURE | MODULE_PACKAGE | MODULE_OPEN_WORLD))
        return true;
    for (uint32_t i = 0; i < m->n_exports; i++)
        if (strcmp(program_text(program, program->exports[m->first_export + i].name), name) == 0)
            return true;
    return false;
}

/* A comment on the statement's lines that says it is meant to stand though unused. */
static bool is_marked(const Editor *editor, const FactsImport *fact)
{
    const Lexed *lexed = editor->lexed;
    uint32_t end = editor_next_line(lexed, fact->statement_end);

    return g_strstr_len(lexed->bytes + fact->statement_start, (gssize)(end - fact->statement_start),
                        "noqa") != NULL ||
           g_strstr_len(lexed->bytes + fact->statement_start, (gssize)(end - fact->statement_start),
                        "pylint") != NULL;
}

/* Is what the import loads loaded by the home of a definition that stays, too? */
static bool stays_loaded(const Editor *editor, const Import *import, const char *module_name)
{
    const Program *program = editor->program;
    World *world = world_of(editor->state);

    for (uint32_t i = 0; i < editor->fixed->n_moves; i++) {
        const FixMove *move = &editor->fixed->moves[i];
        if (!move_is_active(move))
            continue;
        if (import->target_module != ID_NONE) {
            world_reach(world, 0, move->home, -1);
            if (world_reached(world, 0, import->target_module))
                return true;
            continue;
        }
        const Module *home = &program->modules[move->home];
        for (uint32_t k = 0; k < home->n_imports; k++)
            if (strcmp(program_text(program, program->imports[home->first_import + k].module_name),
                       module_name) == 0)
                return true;
    }
    return false;
}

static bool may_drop(const Editor *editor, const Import *import, GHashTable *removed)
{
    const FactsImport *fact = &editor->file->facts.imports[import->fact];
    const char *bound = file_text(editor->file, fact->bound), *module = file_text(editor->file, fact->module);
    World *world = world_of(editor->state);
    Sym name = file_sym(editor->file, fact->bound);

    if (fact->context != 0 || fact->form == IMPORT_STAR || strcmp(module, "__future__") == 0 ||
        (fact->form == IMPORT_MODULE && strchr(module, '.') != NULL) || is_marked(editor, fact) ||
        (fact->aliased && strcmp(bound, file_text(editor->file, fact->name)) == 0))
        return false;
    if (!g_hash_table_contains(removed, bound) || g_hash_table_contains(editor->mentioned, bound) ||
        count_bindings(editor->file, fact->bound) != 1 ||
        editor_is_exported(editor->program, import->module, bound))
        return false;
    g_autofree char *user = world_user(world, import->module, name, true);
    return user == NULL && !world_is_patched(world, import->module, name) &&
           !world_is_mentioned(world, import->module, name) &&
           stays_loaded(editor, import, program_text(editor->program, import->module_name));
}

/* Charges the name to the first move whose code used it. */
static void add_drop(Editor *editor, const char *bound, Sym name)
{
    for (uint32_t i = 0; i < editor->fixed->n_moves; i++) {
        FixMove *move = &editor->fixed->moves[i];
        if (!move_is_active(move))
            continue;
        const FactsDefinition *fact = program_definition_fact(editor->program, move->definition);
        const Lexed *lexed = editor->lexed;
        bool uses = false;
        for (uint32_t t = lexed_token_at(lexed, fact->start); lexed->tokens[t].start < fact->end && !uses;
             t++) {
            g_autofree char *text = g_strndup(lexed->bytes + lexed->tokens[t].start,
                                              lexed->tokens[t].end - lexed->tokens[t].start);
            uses = strstr(text, bound) != NULL;
        }
        if (!uses)
            continue;
        move->drops = g_renew(Sym, move->drops, move->n_drops + 1);
        move->drops[move->n_drops++] = name;
        return;
    }
}

static void drop_unused(Editor *editor)
{
    const Program *program = editor->program;
    const Module *module = &program->modules[editor->fixed->moves[0].module];
    bool *chosen = editor->dropped;
    g_autoptr(GHashTable) removed = collect_words(editor, true);

    for (uint32_t i = 0; i < module->n_imports; i++) {
        const Import *import = &program->imports[module->first_import + i];
        if (import->kind != IMPORT_PARENT && import->kind != IMPORT_STRING && import->fact != FACTS_NONE &&
            may_drop(editor, import, removed))
            chosen[import->fact] = true;
    }
    drop_imports(editor->lexed, editor->file, chosen, editor->edit);
    for (uint32_t i = 0; i < editor->file->facts.n_imports; i++)
        if (chosen[i]) {
            FactsStr bound = editor->file->facts.imports[i].bound;
            add_drop(editor, file_text(editor->file, bound), file_sym(editor->file, bound));
        }
}

/* --- one file --- */

void consolidate_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit)
{
    Editor editor = {.lexed = lexed,
                     .state = state,
                     .program = state->view->program,
                     .file = &state->view->program->files[fixed->file],
                     .fixed = fixed,
                     .edit = edit};

    editor.cuts = g_array_new(FALSE, FALSE, sizeof(Cut));
    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        FixMove *move = &fixed->moves[i];
        g_clear_pointer(&move->drops, g_free);
        move->n_drops = 0;
        if (!move_is_active(move))
            continue;
        if (!add_cut(&editor, move))
            move_leave(move, g_strdup("it shares a line with another statement"));
    }
    if (editor.cuts->len > 0) {
        close_end(&editor);
        editor.mentioned = collect_words(&editor, false);
        editor.dropped = g_new0(bool, editor.file->facts.n_imports + 1);
        for (uint32_t i = 0; i < editor.cuts->len; i++) {
            const Cut *cut = &g_array_index(editor.cuts, Cut, i);
            edit_replace(edit, cut->start, cut->end, "");
        }
        drop_unused(&editor);
        editor_add_imports(&editor);
        g_free(editor.dropped);
        g_hash_table_destroy(editor.mentioned);
    }
    g_array_free(editor.cuts, TRUE);
}
