/* Imported names taken out of their statements: the whole statement with its line when none is left, else
 * the names with their commas. A statement that shares its line with others, or has comments between the
 * names that would have to be cut, is left as it is. */
#include <string.h>

#include "fix/consolidate.h"

static bool is_break(const Lexed *lexed, uint32_t at)
{
    return at >= lexed->length || lexed->bytes[at] == '\n' || lexed->bytes[at] == '\r';
}

static bool has_comment(const Lexed *lexed, uint32_t start, uint32_t end)
{
    for (uint32_t i = lexed_token_at(lexed, start); i < lexed->n_tokens && lexed->tokens[i].start < end; i++)
        if (lexed->tokens[i].kind == TOKEN_COMMENT)
            return true;
    return false;
}

bool drop_lines(const Lexed *lexed, uint32_t start, uint32_t end, uint32_t *from, uint32_t *to)
{
    while (start > 0 && (lexed->bytes[start - 1] == ' ' || lexed->bytes[start - 1] == '\t'))
        start--;
    if (start > 0 && !is_break(lexed, start - 1))
        return false;
    uint32_t i = lexed_token_at(lexed, end);
    while (i < lexed->n_tokens && lexed->tokens[i].kind == TOKEN_COMMENT)
        end = lexed->tokens[i++].end;
    if (i < lexed->n_tokens && lexed->tokens[i].kind != TOKEN_NEWLINE && lexed->tokens[i].kind != TOKEN_END)
        return false;
    while (!is_break(lexed, end))
        end++;
    if (end < lexed->length && lexed->bytes[end] == '\r')
        end++;
    if (end < lexed->length && lexed->bytes[end] == '\n')
        end++;
    *from = start;
    *to = end;
    return true;
}

static bool cut_some(const Lexed *lexed, const FactsImport *items, uint32_t n, const bool *chosen, Edit *edit)
{
    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t i = 0, last; i < n; i = last + 1) {
            for (last = i; chosen[i] && last + 1 < n && chosen[last + 1]; last++) {
            }
            if (!chosen[i])
                continue;
            bool tail = last + 1 == n;
            uint32_t start = tail ? items[i - 1].end : items[i].start;
            uint32_t end = tail ? items[last].end : items[last + 1].start;
            if (pass == 0 && has_comment(lexed, start, end))
                return false;
            if (pass == 1)
                edit_replace(edit, start, end, "");
        }
    return true;
}

static void drop_of_statement(const Lexed *lexed, const FactsImport *items, uint32_t n, bool *chosen,
                              Edit *edit)
{
    uint32_t count = 0, from, to;

    for (uint32_t i = 0; i < n; i++)
        count += chosen[i];
    if (count == 0)
        return;
    bool good = count < n ? cut_some(lexed, items, n, chosen, edit)
                          : drop_lines(lexed, items[0].statement_start, items[0].statement_end, &from, &to);
    if (good && count == n)
        edit_replace(edit, from, to, "");
    for (uint32_t i = 0; i < n && !good; i++)
        chosen[i] = false;
}

void drop_imports(const Lexed *lexed, const File *file, bool *chosen, Edit *edit)
{
    const FactsImport *imports = file->facts.imports;

    for (uint32_t first = 0, last; first < file->facts.n_imports; first = last) {
        for (last = first + 1;
             last < file->facts.n_imports && imports[last].statement_start == imports[first].statement_start;
             last++) {
        }
        drop_of_statement(lexed, imports + first, last - first, chosen + first, edit);
    }
}
