/* The import of a definition that stays, in the file that loses its copy.
 *
 * It joins a statement that imports from that module already, or gets one of its own beside the file's other
 * imports from the project, at its place where they are sorted (rewrite.h does both, on the bytes that are
 * left once the copy and what served it alone are gone). Where the block at the head of the file has none of
 * those, it is a section of its own behind the last statement of that block. Code between imports may prepare
 * those below: so an import from the same package that comes later than the block counts as the place, and
 * where the file changes sys.path, the last import of all; but always above the first definition that it
 * stands in for. A file without imports gets it behind its docstring. */
#include <string.h>

#include "fix/editor.h"
#include "fix/rewrite.h"
#include "fix/text.h"

#define WIDTH 88 /* longer statements are broken into one name a line */

/* Is there code between two places that is no import? */
static bool has_code_between(const File *file, uint32_t start, uint32_t end)
{
    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        bool code = binding->kind != BINDING_IMPORT && binding->kind != BINDING_STAR;
        if (code && binding->context == 0 && binding->start >= start && binding->start < end &&
            !g_str_has_prefix(file_text(file, binding->name), "__"))
            return true;
    }
    for (uint32_t i = 0; i < file->facts.n_effects; i++)
        if (file->facts.effects[i].start >= start && file->facts.effects[i].start < end &&
            file->facts.effects[i].context == 0)
            return true;
    return false;
}

static bool same_top(const char *a, const char *b)
{
    size_t length = strcspn(a, ".");

    return length == strcspn(b, ".") && strncmp(a, b, length) == 0;
}

static bool changes_path(const File *file)
{
    for (uint32_t i = 0; i < file->facts.n_effects; i++)
        if (file->facts.effects[i].kind == EFFECT_SYS_PATH)
            return true;
    return false;
}

/* Anchor — the import statement beside which the new one stands. */
typedef struct Anchor {
    uint32_t start, end; /* of the statement; end 0: there is none */
    bool kin;            /* it imports from the project */
} Anchor;

/* Does the import statement of this fact lead into the project; *same: into the top package of `home`? */
static bool is_kin(const Editor *editor, uint32_t fact, const char *home, bool *same)
{
    const Program *program = editor->program;
    const Module *module = &program->modules[editor->fixed->moves[0].module];
    bool kin = false;

    *same = false;
    for (uint32_t i = 0; i < module->n_imports; i++) {
        const Import *import = &program->imports[module->first_import + i];
        if (import->fact != fact || import->kind == IMPORT_STRING || import->kind == IMPORT_PARENT)
            continue;
        *same = *same || same_top(program_text(program, import->module_name), home);
        kin = kin || *same || import->target_module != ID_NONE;
    }
    return kin;
}

/* Nothing of the statement stays. */
static bool is_dropped(const Editor *editor, uint32_t fact)
{
    const FactsImport *imports = editor->file->facts.imports;

    for (uint32_t i = 0; i < editor->file->facts.n_imports; i++)
        if (imports[i].statement_start == imports[fact].statement_start && !editor->dropped[i])
            return false;
    return true;
}

/* `gone`: statements that are dropped count, and only they are asked for. */
static Anchor find_anchor(const Editor *editor, uint32_t limit, const char *home, bool gone)
{
    bool all = changes_path(editor->file), head = true;
    uint32_t previous = 0;
    Anchor anchor = {0};

    for (uint32_t f = 0; f < editor->file->facts.n_imports; f++) {
        const FactsImport *fact = &editor->file->facts.imports[f];
        bool same;
        if (fact->statement_start >= limit)
            break;
        if (fact->context != 0)
            continue;
        head = head && !has_code_between(editor->file, previous, fact->statement_start);
        previous = fact->statement_end;
        bool kin = is_kin(editor, f, home, &same);
        if (!gone && is_dropped(editor, f))
            continue;
        if (all || (head && (kin || !anchor.kin)) || (!head && same))
            anchor = (Anchor){fact->statement_start, fact->statement_end, kin};
    }
    return anchor;
}

/* Behind the docstring (*behind), else where the first statement stands. */
static uint32_t find_top(const Lexed *lexed, bool *behind)
{
    uint32_t i = 0;

    while (i + 1 < lexed->n_tokens &&
           (lexed->tokens[i].kind == TOKEN_COMMENT || lexed->tokens[i].kind == TOKEN_NEWLINE))
        i++;
    *behind = lexed->tokens[i].kind == TOKEN_STRING && editor_is_docstring(lexed, i);
    if (*behind)
        return editor_next_line(lexed, lexed->tokens[i].end);
    return lexed->tokens[i].start;
}

static bool has_habit(const Editor *editor, const char *what)
{
    for (uint32_t i = 0; i < editor->lexed->n_tokens; i++) {
        const Token *token = &editor->lexed->tokens[i];
        if (token->kind == TOKEN_COMMENT && g_strstr_len(editor->lexed->bytes + token->start,
                                                         (gssize)(token->end - token->start), what) != NULL)
            return true;
    }
    return false;
}

static bool has_own_aliases(const File *file)
{
    for (uint32_t i = 0; i < file->facts.n_imports; i++)
        if (file->facts.imports[i].aliased && file->facts.imports[i].form == IMPORT_FROM &&
            strcmp(file_text(file, file->facts.imports[i].name),
                   file_text(file, file->facts.imports[i].bound)) == 0)
            return true;
    return false;
}

/* --- text of its own --- */

/* What a linter should know of a name that the file itself does not use: "X as X", or a directive. */
typedef struct Name {
    const char *module, *name;
    bool unused, twice;
    const char *tail; /* or NULL */
} Name;

static int compare_names(const void *a, const void *b)
{
    const Name *x = a, *y = b;
    int order = strcmp(x->module, y->module);

    return order != 0 ? order : strcmp(x->name, y->name);
}

/* Of the active moves, sorted. */
static GArray *collect_names(const Editor *editor)
{
    GArray *names = g_array_new(FALSE, FALSE, sizeof(Name));
    bool own = has_own_aliases(editor->file), habit = has_habit(editor, "F401");

    for (uint32_t i = 0; i < editor->fixed->n_moves; i++) {
        const FixMove *move = &editor->fixed->moves[i];
        Name name = {.module = move->text, .name = program_text(editor->program, move->name)};
        if (!move_is_active(move))
            continue;
        name.unused = !g_hash_table_contains(editor->mentioned, name.name) &&
                      !editor_is_exported(editor->program, move->module, name.name);
        name.twice = name.unused && (own || !habit);
        name.tail = name.unused && !own && habit ? "# noqa: F401" : NULL;
        g_array_append_val(names, name);
    }
    g_array_sort(names, compare_names);
    return names;
}

/* "from m import A, B" with its line end, for names[first..last). */
static void put_import(const Editor *editor, const Name *names, uint32_t count, GString *out)
{
    const char *eol = editor_line_break(editor->lexed);
    g_autoptr(GString) flat = g_string_new(NULL), tall = g_string_new(NULL);
    const char *tail = names[0].tail;

    g_string_printf(flat, "from %s import ", names[0].module);
    g_string_printf(tall, "from %s import (%s", names[0].module, eol);
    for (uint32_t i = 0; i < count; i++) {
        const char *as = names[i].twice ? " as " : "", *twice = names[i].twice ? names[i].name : "";
        g_string_append_printf(flat, "%s%s%s%s", i > 0 ? ", " : "", names[i].name, as, twice);
        g_string_append_printf(tall, "    %s%s%s,%s", names[i].name, as, twice, eol);
        tail = names[i].tail != NULL ? tail : NULL; /* only where none of them is used */
    }
    g_string_append(tall, ")");
    g_string_append(out, flat->len <= WIDTH || count == 1 ? flat->str : tall->str);
    if (tail != NULL)
        g_string_append_printf(out, "  %s", tail);
    g_string_append(out, eol);
}

static char *new_imports(const Editor *editor, const GArray *names)
{
    GString *text = g_string_new(NULL);
    const Name *all = (const Name *)(const void *)names->data;

    for (uint32_t first = 0, last; first < names->len; first = last) {
        for (last = first + 1; last < names->len && strcmp(all[last].module, all[first].module) == 0;
             last++) {
        }
        put_import(editor, all + first, last - first, text);
    }
    return g_string_free(text, FALSE);
}

/* Puts statements of their own behind the statement that ends at `anchor`, or (0) at the top. */
static void insert_text(const Editor *editor, const GArray *names, uint32_t anchor, bool section)
{
    const Lexed *lexed = editor->lexed;
    const char *eol = editor_line_break(lexed);
    g_autofree char *text = new_imports(editor, names);
    bool behind = false;

    uint32_t at = anchor > 0 ? editor_next_line(lexed, anchor) : find_top(lexed, &behind);
    if (anchor == 0 && !behind && editor_is_cut(editor, at))
        at = g_array_index(editor->cuts, Cut, 0).start;
    bool broken = at == 0 || editor_is_break(lexed, at - 1) || (at == 3 && (uint8_t)lexed->bytes[0] == 0xef);
    bool apart = behind || (section && (at >= lexed->length || editor_is_blank_line(lexed, at)));
    bool tight = anchor == 0 && at < lexed->length && !editor_is_blank_line(lexed, at);
    bool rest = anchor == 0 && g_array_index(editor->cuts, Cut, editor->cuts->len - 1).end < lexed->length;
    g_autofree char *whole = g_strconcat(broken ? "" : eol, apart ? eol : "", text, tight && rest ? eol : "",
                                         tight && rest ? eol : "", NULL);
    edit_replace(editor->edit, at, at, whole);
}

/* --- beside what is there --- */

/* Where a byte is once the edit is made. */
static uint32_t moved_offset(const Edit *edit, uint32_t at)
{
    int64_t moved = at;

    for (uint32_t i = 0; i < edit->spans->len; i++) {
        const EditSpan *span = &g_array_index(edit->spans, EditSpan, i);
        if (span->end <= at)
            moved += (int64_t)strlen(span->text) - (int64_t)(span->end - span->start);
    }
    return (uint32_t)moved;
}

/* Adds the names to the statement at byte `start` or near it. NULL: it shares its line, or edits overlap. */
static GBytes *join_imports(const Editor *editor, const GArray *names, GBytes *bytes, uint32_t start)
{
    size_t length;
    const char *text = g_bytes_get_data(bytes, &length);
    Lexer *lexer = lexer_new();
    g_autofree char *package = text_package(editor->program, editor->fixed->moves[0].module);
    Edit edit;
    bool good = true;

    edit_init(&edit);
    Rewrite *rewrite = rewrite_new(lexer_run(lexer, text, length), package, false, &edit);
    for (uint32_t i = 0; i < names->len; i++) {
        const Name *name = &g_array_index(names, Name, i);
        RewriteName added = {.module = name->module,
                             .name = name->name,
                             .bound = name->name,
                             .twice = name->twice,
                             .tail = name->tail,
                             /* it may go again, and should leave no trace then */
                             .alone = name->unused && editor->state->options->shim != FIX_SHIM_REEXPORT};
        good = rewrite_add(rewrite, start, &added) && good;
    }
    rewrite_finish(rewrite);
    GBytes *after = good ? edit_apply(&edit, bytes) : NULL;
    edit_clear(&edit);
    lexer_free(lexer);
    return after;
}

/* The edit becomes one that does what it did and adds the names; false: it is as it was. */
static bool join(Editor *editor, const GArray *names, const Anchor *anchor)
{
    g_autoptr(GBytes) before = g_bytes_new_static(editor->lexed->bytes, editor->lexed->length);
    g_autoptr(GBytes) cut = edit_apply(editor->edit, before);
    if (cut == NULL)
        return false;
    g_autoptr(GBytes) after = join_imports(editor, names, cut, moved_offset(editor->edit, anchor->start));
    if (after == NULL)
        return false;
    size_t length;
    const char *bytes = g_bytes_get_data(after, &length);
    g_autofree char *text = g_strndup(bytes, length);
    edit_clear(editor->edit);
    edit_init(editor->edit);
    edit_replace(editor->edit, 0, editor->lexed->length, text);
    return true;
}

void editor_add_imports(Editor *editor)
{
    g_autoptr(GArray) names = collect_names(editor);
    const Program *program = editor->program;
    const char *home = NULL;

    for (uint32_t i = 0; i < editor->fixed->n_moves; i++)
        if (move_is_active(&editor->fixed->moves[i]))
            home = program_text(program, program->modules[editor->fixed->moves[i].home].name);
    uint32_t limit = g_array_index(editor->cuts, Cut, 0).start;
    Anchor anchor = find_anchor(editor, limit, home, false);
    if (anchor.end > 0 && anchor.kin && join(editor, names, &anchor))
        return;
    bool section = anchor.end > 0 && !anchor.kin;
    if (anchor.end == 0)
        anchor = find_anchor(editor, limit, home, true);
    insert_text(editor, names, anchor.end, section);
}
