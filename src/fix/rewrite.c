/* Where the names of a statement go. All to one module: only the module's name is replaced (and a name
 * where it is another there). Some: they are cut out of the list. In both cases a statement of the same
 * suite that imports from that module already takes them, where that is sure to be the same; a name that
 * leaves no other behind takes its line along. Else a new statement is written: at its place where the
 * section is sorted, behind the old one where it is not, joined with `;` where the statement shares
 * its line with others (`if x: from a import b, c`).
 *
 * Comments bind: a statement with comments above or behind it keeps its place. A name that stands alone on
 * its line within parentheses leaves with its line, and takes a comment at the end of that line along.
 * Directives for tools (noqa, type: ignore, pylint …) at the end of the statement hold for all its
 * names: they are repeated behind the new statements. */
#include "fix/rewrite.h"

#include <string.h>

#include "fix/block.h"
#include "fix/cut.h"
#include "fix/fresh.h"
#include "fix/merge.h"
#include "fix/text.h"

/* Taken — names on their way into a line that is there. */
typedef struct Taken {
    BlockLine *line;
    GArray *names; /* MergeName */
} Taken;

struct Rewrite {
    const Lexed *lexed;
    Edit *edit;
    Block block;
    bool apart;
    const char *package; /* owned copy */
    GArray *taken, *fresh;
    GPtrArray *moves; /* copies that items point to */
};

Rewrite *rewrite_new(const Lexed *lexed, const char *package, bool apart, Edit *edit)
{
    Rewrite *rewrite = g_new0(Rewrite, 1);

    *rewrite = (Rewrite){.lexed = lexed, .edit = edit, .apart = apart, .package = g_strdup(package)};
    block_init(&rewrite->block, lexed, rewrite->package);
    rewrite->taken = g_array_new(FALSE, FALSE, sizeof(Taken));
    rewrite->fresh = g_array_new(FALSE, FALSE, sizeof(Fresh));
    rewrite->moves = g_ptr_array_new_with_free_func(g_free);
    return rewrite;
}

void rewrite_expect(Rewrite *rewrite, uint32_t statement)
{
    BlockLine *line = block_find(&rewrite->block, statement);

    if (line != NULL)
        line->busy = true;
}

static bool match_moves(Statement *statement, const RewriteMove *moves, uint32_t n_moves)
{
    uint32_t next = 0;

    for (uint32_t i = 0; i < statement->items->len; i++) {
        Item *item = &g_array_index(statement->items, Item, i);
        if (next < n_moves && moves[next].start == item->start)
            item->move = &moves[next++];
    }
    return next == n_moves;
}

static bool is_name(const Statement *statement, uint32_t start, uint32_t end, const char *name)
{
    return strlen(name) == end - start && memcmp(statement_text(statement, start), name, end - start) == 0;
}

/* "X", or "X as bound" when it binds another name (or the same, said twice: `X as X` is a re-export). */
static char *item_text(const Statement *statement, const Item *item)
{
    bool aliased = item->bound_start != item->start;

    if (!aliased && is_name(statement, item->bound_start, item->bound_end, item->move->name))
        return g_strdup(item->move->name);
    return g_strdup_printf("%s as %.*s", item->move->name, (int)(item->bound_end - item->bound_start),
                           statement_text(statement, item->bound_start));
}

static bool all_to_one(const Statement *statement, uint32_t n_moves)
{
    const Item *items = (const Item *)(void *)statement->items->data;

    for (uint32_t i = 1; i < n_moves && n_moves == statement->items->len; i++)
        if (strcmp(items[i].move->module, items[0].move->module) != 0)
            return false;
    return n_moves == statement->items->len;
}

static void replace_module(const Statement *statement, Edit *edit)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    /* `from.a import X`, `from . import(X)`: keep the words apart where the new name starts or ends with a
     * letter. */
    bool touches = statement->module_start == statement_token(statement, statement->first)->end;
    bool touched = statement_text(statement, statement->module_end)[0] == 'i';
    g_autofree char *module = g_strconcat(touches && items[0].move->module[0] != '.' ? " " : "",
                                          items[0].move->module, touched ? " " : "", NULL);

    edit_replace(edit, statement->module_start, statement->module_end, module);
    for (uint32_t i = 0; i < statement->items->len; i++) {
        if (is_name(statement, items[i].start, items[i].name_end, items[i].move->name))
            continue;
        if (items[i].bound_start != items[i].start) {
            edit_replace(edit, items[i].start, items[i].name_end, items[i].move->name);
            continue;
        }
        g_autofree char *text = item_text(statement, &items[i]);
        edit_replace(edit, items[i].start, items[i].end, text);
    }
}

/* Does every name get a statement of its own? */
static bool is_alone(const Rewrite *rewrite)
{
    return rewrite->apart || rewrite->block.single;
}

/* --- names into a line that is there --- */

static void take(Rewrite *rewrite, BlockLine *line, const char *text, const char *name)
{
    for (uint32_t i = 0; i < rewrite->taken->len; i++)
        if (g_array_index(rewrite->taken, Taken, i).line == line) {
            names_add(g_array_index(rewrite->taken, Taken, i).names, text, name);
            return;
        }
    Taken taken = {.line = line, .names = names_new()};
    names_add(taken.names, text, name);
    g_array_append_val(rewrite->taken, taken);
}

/* Did another name bound so go there already? */
static bool is_taken(const Rewrite *rewrite, const BlockLine *line, const char *text)
{
    for (uint32_t i = 0; i < rewrite->taken->len; i++) {
        const Taken *taken = &g_array_index(rewrite->taken, Taken, i);
        if (taken->line == line && names_hold(taken->names, text))
            return true;
    }
    return false;
}

static bool has_alias(const BlockLine *line, bool all)
{
    uint32_t n = line->statement.items->len, aliased = 0;

    for (uint32_t i = 0; i < n; i++)
        aliased +=
            statement_items(&line->statement)[i].bound_start != statement_items(&line->statement)[i].start;
    return all ? aliased == n : aliased > 0;
}

/* The line that may take a name away from `line`; NULL: none. Names with `as` stand by themselves where the
 * file has them so. */
static BlockLine *find_target(const Rewrite *rewrite, const BlockLine *line, const char *module,
                              const char *text, const char *bound)
{
    g_autofree char *absolute = text_absolute(rewrite->package, module);
    BlockLine *target =
        absolute == NULL || is_alone(rewrite) ? NULL : block_target(&rewrite->block, line, absolute, bound);
    bool aliased = strstr(text, " as ") != NULL;

    if (target == NULL || is_taken(rewrite, target, text))
        return NULL;
    if (!rewrite->block.combines && (aliased ? !has_alias(target, false) : has_alias(target, true)))
        return NULL;
    return target;
}

/* --- new statements --- */

/* May a name go to a statement that was begun? Names of one statement stay together, comments and all. */
static bool is_open(const Rewrite *rewrite, const Fresh *begun, const BlockLine *line, const char *module,
                    const char *text, const char *tail)
{
    if (begun->plain || strcmp(begun->module, module) != 0 || names_hold(begun->names, text))
        return false;
    if (begun->source == line->start && !rewrite->block.single)
        return g_strcmp0(begun->tail, tail) == 0;
    return begun->section == line->section && !begun->closed && tail == NULL && !is_alone(rewrite);
}

/* A new statement for `module` in the section of `line`: where one is begun already, that one. */
static Fresh *begin_fresh(Rewrite *rewrite, const BlockLine *line, bool leaves, const char *module,
                          const MergeName *name, const char *tail)
{
    const Block *block = &rewrite->block;
    const BlockLine *behind = line;
    Fresh fresh;

    for (uint32_t i = 0; i < rewrite->fresh->len && name != NULL; i++)
        if (is_open(rewrite, &g_array_index(rewrite->fresh, Fresh, i), line, module, name->text, tail))
            return &g_array_index(rewrite->fresh, Fresh, i);
    fresh_init(&fresh, block, line, module, tail);
    fresh.plain = name == NULL;
    fresh.sorted = !rewrite->apart && block_is_sorted(block, line);
    fresh.at = fresh.sorted ? block_place(block, line, !leaves, name != NULL, module,
                                          name != NULL ? name->name : "", &behind)
                            : line->next;
    g_array_append_val(rewrite->fresh, fresh);
    return &g_array_index(rewrite->fresh, Fresh, rewrite->fresh->len - 1);
}

/* --- a statement on a line of its own --- */

static char *bound_name(const Statement *statement, const Item *item)
{
    return g_strndup(statement_text(statement, item->bound_start), item->bound_end - item->bound_start);
}

/* Lets the moving names go, each to a line that takes it or to a new statement. `leaves`: the statement goes.
 */
static void send_names(Rewrite *rewrite, BlockLine *line, bool leaves, char **comments, const char *tail)
{
    const Statement *statement = &line->statement;

    for (uint32_t i = 0; i < statement->items->len; i++) {
        const Item *item = &statement_items(statement)[i];
        if (item->move == NULL)
            continue;
        g_autofree char *text = item_text(statement, item);
        g_autofree char *bound = bound_name(statement, item);
        BlockLine *target = comments[i] == NULL && tail == NULL
                                ? find_target(rewrite, line, item->move->module, text, bound)
                                : NULL;
        MergeName name = {text, (char *)(uintptr_t)item->move->name};
        if (target != NULL)
            take(rewrite, target, text, name.name);
        else
            fresh_add(begin_fresh(rewrite, line, leaves, item->move->module, &name, tail), text, name.name,
                      comments[i]);
    }
}

static void remove_line(Rewrite *rewrite, BlockLine *line)
{
    line->busy = true;
    edit_replace(rewrite->edit, line->line_start, line->next, "");
}

static bool has_any_comment(const BlockLine *line)
{
    return line->statement.comment_start != line->statement.comment_end ||
           statement_has_comment(&line->statement, line->start, line->statement.end);
}

/* Would a line take every name? */
static bool all_taken(const Rewrite *rewrite, const BlockLine *line)
{
    const Statement *statement = &line->statement;

    for (uint32_t i = 0; i < statement->items->len; i++) {
        const Item *item = &statement_items(statement)[i];
        g_autofree char *text = item_text(statement, item);
        g_autofree char *bound = bound_name(statement, item);
        if (find_target(rewrite, line, item->move->module, text, bound) == NULL)
            return false;
    }
    return true;
}

/* The bytes of the line once its module is replaced. */
static char *moved_line(const Rewrite *rewrite, const BlockLine *line)
{
    Edit edit;
    g_autoptr(GBytes) before =
        g_bytes_new(rewrite->lexed->bytes + line->line_start, line->next - line->line_start);

    edit_init(&edit);
    replace_module(&line->statement, &edit);
    for (uint32_t i = 0; i < edit.spans->len; i++) {
        g_array_index(edit.spans, EditSpan, i).start -= line->line_start;
        g_array_index(edit.spans, EditSpan, i).end -= line->line_start;
    }
    g_autoptr(GBytes) after = edit_apply(&edit, before);
    size_t length;
    const char *bytes = g_bytes_get_data(after, &length);
    char *text = g_strndup(bytes, length);
    edit_clear(&edit);
    return text;
}

/* All names go to one module. */
static void move_whole(Rewrite *rewrite, BlockLine *line)
{
    const Statement *statement = &line->statement;
    const RewriteMove *move = statement_items(statement)[0].move;
    bool bound_here = line->commented || has_any_comment(line);
    bool sorted = !rewrite->apart && block_is_sorted(&rewrite->block, line);
    char **none = g_new0(char *, statement->items->len + 1);
    const BlockLine *behind;

    if (!bound_here && all_taken(rewrite, line)) {
        send_names(rewrite, line, true, none, NULL);
        remove_line(rewrite, line);
    } else if (sorted && !line->commented && !block_stays(&rewrite->block, line, move->module, move->name)) {
        if (!bound_here && !statement->parenthesised) {
            send_names(rewrite, line, true, none, NULL);
        } else {
            g_autofree char *text = moved_line(rewrite, line);
            uint32_t at = block_place(&rewrite->block, line, false, true, move->module, move->name, &behind);
            edit_replace(rewrite->edit, at, at, text);
        }
        remove_line(rewrite, line);
    } else {
        replace_module(statement, rewrite->edit);
        g_free(line->module);
        g_free(line->written);
        line->module = text_absolute(rewrite->package, move->module);
        line->module = line->module != NULL ? line->module : g_strdup("");
        line->written = g_strdup(move->module);
        line->busy = false;
    }
    g_free(none);
}

static void drop_spans(Edit *edit, uint32_t n_spans)
{
    while (edit->spans->len > n_spans) {
        g_free(g_array_index(edit->spans, EditSpan, edit->spans->len - 1).text);
        g_array_set_size(edit->spans, edit->spans->len - 1);
    }
}

/* Some names go, or all to several modules. */
static const char *part(Rewrite *rewrite, BlockLine *line, uint32_t n_moves)
{
    const Statement *statement = &line->statement;
    uint32_t n = statement->items->len, n_spans = rewrite->edit->spans->len;
    char **comments = g_new0(char *, n + 1);
    g_autofree char *tail = statement_directive(statement);
    bool leaves = n_moves == n;
    const char *reason = NULL;

    if (leaves && (statement_has_comment(statement, line->start, statement->end) ||
                   (statement->comment_start != statement->comment_end && tail == NULL))) {
        reason = "every name of it moves, to several modules, and comments stand between them";
    } else if (leaves) {
        send_names(rewrite, line, true, comments, tail);
        remove_line(rewrite, line);
    } else if (!cut_items(statement, rewrite->edit, comments)) {
        drop_spans(rewrite->edit, n_spans);
        reason = "comments stand between the names that part";
    } else {
        send_names(rewrite, line, false, comments, tail);
    }
    for (uint32_t i = 0; i < n; i++)
        g_free(comments[i]);
    g_free(comments);
    return reason;
}

/* --- a statement that shares its line --- */

static bool is_first_of_module(const Statement *statement, uint32_t index)
{
    const Item *items = (const Item *)(void *)statement->items->data;

    for (uint32_t i = 0; i < index; i++)
        if (items[i].move != NULL && strcmp(items[i].move->module, items[index].move->module) == 0)
            return false;
    return true;
}

/* "from m import A, B; from n import C" for the modules of what moves, in their order. */
static char *joined_text(const Statement *statement)
{
    GString *text = g_string_new(NULL);

    for (uint32_t i = 0; i < statement->items->len; i++) {
        const RewriteMove *move = statement_items(statement)[i].move;
        if (move == NULL || !is_first_of_module(statement, i))
            continue;
        g_string_append_printf(text, "%sfrom %s import ", text->len > 0 ? "; " : "", move->module);
        for (uint32_t k = i, count = 0; k < statement->items->len; k++) {
            const Item *item = &statement_items(statement)[k];
            if (item->move == NULL || strcmp(item->move->module, move->module) != 0)
                continue;
            g_autofree char *name = item_text(statement, item);
            g_string_append_printf(text, "%s%s", count++ > 0 ? ", " : "", name);
        }
    }
    return g_string_free(text, FALSE);
}

static const char *rewrite_joined(Rewrite *rewrite, const Statement *statement, uint32_t n_moves)
{
    uint32_t n = statement->items->len, n_spans = rewrite->edit->spans->len;
    char **comments = g_new0(char *, n + 1);
    const char *reason = NULL;

    if (all_to_one(statement, n_moves)) {
        replace_module(statement, rewrite->edit);
    } else if (statement_has_comment(statement, statement->start, statement->end)) {
        reason = "comments stand between the names that part";
    } else if (n_moves == n) {
        g_autofree char *text = joined_text(statement);
        edit_replace(rewrite->edit, statement->start, statement->end, text);
    } else if (!cut_items(statement, rewrite->edit, comments)) {
        drop_spans(rewrite->edit, n_spans);
        reason = "comments stand between the names that part";
    } else {
        g_autofree char *text = joined_text(statement);
        g_autofree char *whole = g_strconcat("; ", text, NULL);
        edit_replace(rewrite->edit, statement->end, statement->end, whole);
    }
    for (uint32_t i = 0; i < n; i++)
        g_free(comments[i]);
    g_free(comments);
    return reason;
}

/* `import a.b as m, c.d as n`: only the dotted names change. */
static const char *rewrite_plain(const Statement *statement, const RewriteMove *moves, uint32_t n_moves,
                                 Edit *edit)
{
    for (uint32_t i = 0; i < n_moves; i++) {
        uint32_t index = lexed_token_at(statement->lexed, moves[i].start);
        uint32_t end = moves[i].start;
        while (statement_token(statement, index)->start == moves[i].start &&
               statement_token(statement, index)->kind != TOKEN_NAME &&
               statement_token(statement, index)->kind != TOKEN_END)
            index++;
        while (statement_token(statement, index)->kind == TOKEN_NAME &&
               statement_token(statement, index)->detail == KEYWORD_NONE) {
            end = statement_token(statement, index)->end;
            if (!token_is_operator(statement_token(statement, index + 1), OPERATOR_DOT))
                break;
            index += 2;
        }
        if (end == moves[i].start)
            return "the statement is written in a way that is not edited";
        edit_replace(edit, moves[i].start, end, moves[i].module);
    }
    return NULL;
}

static bool is_plain(Statement *statement, uint32_t start)
{
    uint32_t index = lexed_token_at(statement->lexed, start);

    while (statement_token(statement, index)->start == start &&
           statement_token(statement, index)->kind != TOKEN_NAME &&
           statement_token(statement, index)->kind != TOKEN_END)
        index++;
    return statement_token(statement, index)->start == start &&
           token_is_keyword(statement_token(statement, index), KEYWORD_IMPORT);
}

/* --- entrance --- */

const char *rewrite_statement(Rewrite *rewrite, uint32_t start, const RewriteMove *moves, uint32_t n_moves)
{
    static const char unread[] = "the statement is written in a way that is not edited";
    BlockLine *line = block_find(&rewrite->block, start);
    RewriteMove *copy = g_memdup2(moves, n_moves * sizeof *moves);
    Statement other = {.lexed = rewrite->lexed};
    const char *reason = unread;

    g_ptr_array_add(rewrite->moves, copy);
    if (is_plain(&other, start))
        return rewrite_plain(&other, copy, n_moves, rewrite->edit);
    if (line != NULL && line->readable) {
        if (!match_moves(&line->statement, copy, n_moves))
            return unread;
        if (!all_to_one(&line->statement, n_moves))
            return part(rewrite, line, n_moves);
        move_whole(rewrite, line);
        return NULL;
    }
    if (statement_read(&other, rewrite->lexed, start) && match_moves(&other, copy, n_moves))
        reason = rewrite_joined(rewrite, &other, n_moves);
    statement_clear(&other);
    return reason;
}

bool rewrite_add(Rewrite *rewrite, uint32_t statement, const RewriteName *name)
{
    BlockLine *line = block_find(&rewrite->block, statement);
    bool other = name->bound != NULL && (name->twice || strcmp(name->bound, name->name) != 0);
    g_autofree char *text =
        other ? g_strdup_printf("%s as %s", name->name, name->bound) : g_strdup(name->name);
    MergeName added = {text, (char *)(uintptr_t)name->name};

    if (line == NULL)
        return false;
    BlockLine *target = name->alone || name->tail != NULL ? NULL
                                                          : find_target(rewrite, line, name->module, text,
                                                                        other ? name->bound : name->name);
    if (target != NULL)
        take(rewrite, target, text, name->name);
    else
        fresh_add(begin_fresh(rewrite, line, line->busy, name->module, &added, name->tail), text, name->name,
                  NULL);
    return true;
}

bool rewrite_add_plain(Rewrite *rewrite, uint32_t statement, const char *module, const char *bound)
{
    BlockLine *line = block_find(&rewrite->block, statement);

    if (line == NULL)
        return false;
    fresh_add(begin_fresh(rewrite, line, line->busy, module, NULL, NULL), bound != NULL ? bound : "", "",
              NULL);
    return true;
}

bool rewrite_is_line(const Rewrite *rewrite, uint32_t statement)
{
    return block_find(&rewrite->block, statement) != NULL;
}

bool rewrite_may_remove(const Rewrite *rewrite, uint32_t statement)
{
    const BlockLine *line = block_find(&rewrite->block, statement);

    return line != NULL && !line->commented &&
           memchr(rewrite->lexed->bytes + line->start, '#', line->next - line->start) == NULL;
}

void rewrite_remove(Rewrite *rewrite, uint32_t statement)
{
    BlockLine *line = block_find(&rewrite->block, statement);

    if (line != NULL)
        remove_line(rewrite, line);
}

/* By place; in sorted sections by key. */
static int compare_fresh(const void *a, const void *b, void *data)
{
    const Rewrite *rewrite = data;
    const Fresh *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (!x->sorted || !y->sorted)
        return 0;
    return block_compare_lines(&rewrite->block, !x->plain, x->module,
                               g_array_index(x->names, MergeName, 0).name, !y->plain, y->module,
                               g_array_index(y->names, MergeName, 0).name);
}

static int compare_names(const void *a, const void *b, void *data)
{
    const Rewrite *rewrite = data;

    return block_compare_names(rewrite->block.names, ((const MergeName *)a)->name,
                               ((const MergeName *)b)->name);
}

static void write_fresh(Rewrite *rewrite, Fresh *fresh)
{
    const Lexed *lexed = rewrite->lexed;
    bool open = fresh->at == lexed->length && fresh->at > 0 && lexed->bytes[fresh->at - 1] != '\n' &&
                lexed->bytes[fresh->at - 1] != '\r';

    if (!fresh->closed && fresh->sorted)
        g_array_sort_with_data(fresh->names, compare_names, rewrite);
    g_autofree char *text = fresh_text(fresh, &rewrite->block);
    g_autofree char *whole = open ? g_strconcat(fresh->eol, fresh->indent, text, NULL)
                                  : g_strconcat(fresh->indent, text, fresh->eol, NULL);
    edit_replace(rewrite->edit, fresh->at, fresh->at, whole);
}

void rewrite_finish(Rewrite *rewrite)
{
    for (uint32_t i = 0; i < rewrite->taken->len; i++) {
        Taken *taken = &g_array_index(rewrite->taken, Taken, i);
        merge_names(&rewrite->block, taken->line, taken->names, rewrite->edit);
        g_array_free(taken->names, TRUE);
    }
    g_array_sort_with_data(rewrite->fresh, compare_fresh, rewrite);
    for (uint32_t i = 0; i < rewrite->fresh->len; i++) {
        write_fresh(rewrite, &g_array_index(rewrite->fresh, Fresh, i));
        fresh_clear(&g_array_index(rewrite->fresh, Fresh, i));
    }
    g_array_free(rewrite->taken, TRUE);
    g_array_free(rewrite->fresh, TRUE);
    g_ptr_array_free(rewrite->moves, TRUE);
    block_clear(&rewrite->block);
    g_free((char *)(uintptr_t)rewrite->package);
    g_free(rewrite);
}
