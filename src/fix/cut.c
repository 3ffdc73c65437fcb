/* A run of neighbours is cut as one. What the commas and blanks around it do depends on where in its line it
 * stands. */
#include "fix/cut.h"

/* Cuts items [first, last] (a run of names that move, none alone on its line). */
static void cut_run(const Statement *statement, uint32_t first, uint32_t last, Edit *edit)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    uint32_t start = items[first].start, end = statement_item_stop(&items[last]);

    if (last + 1 < statement->items->len) {
        uint32_t after = statement_blanks_after(statement, end);
        bool last_of_line =
            statement_ends_line(statement, after) || statement_text(statement, after)[0] == '#';
        if (last_of_line && first == 0 && items[last + 1].move == NULL &&
            !statement_has_comment(statement, end, items[last + 1].start))
            end = items[last + 1].start; /* the next name comes up behind the parenthesis */
        else if (last_of_line && first > 0 &&
                 statement_blanks_before(statement, start) == items[first - 1].comma + 1)
            start = items[first - 1].comma + 1; /* leave no blank at the end of the line */
        else if (!last_of_line)
            end = after;
    } else if (first > 0) {
        /* The end of the list: the comma before goes too, unless this one stays in its place. */
        start = items[last].comma != UINT32_MAX ? items[first - 1].comma + 1 : items[first - 1].end;
    }
    edit_replace(edit, start, end, "");
}

/* Does all from here to the end move, with the closing parenthesis behind it and no comment between? */
static bool is_tail(const Statement *statement, uint32_t index)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    uint32_t n = statement->items->len, start, end;
    g_autofree char *comment = NULL;

    for (uint32_t i = index; i < n; i++)
        if (items[i].move == NULL)
            return false;
    return index > 0 && items[index - 1].move == NULL &&
           !statement_own_line(statement, &items[n - 1], &start, &end, &comment) &&
           !statement_has_comment(statement, items[index - 1].end, statement_item_stop(&items[n - 1]));
}

bool cut_items(const Statement *statement, Edit *edit, char **comments)
{
    const Item *items = (const Item *)(void *)statement->items->data;
    uint32_t n = statement->items->len;

    for (uint32_t i = 0, last; i < n; i = last + 1) {
        uint32_t start, end;
        last = i;
        if (items[i].move == NULL)
            continue;
        if (is_tail(statement, i)) {
            cut_run(statement, i, n - 1, edit);
            break;
        }
        if (statement_own_line(statement, &items[i], &start, &end, &comments[i])) {
            edit_replace(edit, start, end, "");
            continue;
        }
        while (last + 1 < n && items[last + 1].move != NULL &&
               !statement_own_line(statement, &items[last + 1], &start, &end, &comments[last + 1]))
            last++;
        uint32_t from = i > 0 ? items[i - 1].end : items[i].start;
        if (statement_has_comment(statement, from, statement_item_stop(&items[last])))
            return false;
        if (last + 1 < n)
            g_clear_pointer(&comments[last + 1], g_free);
        cut_run(statement, i, last, edit);
    }
    return true;
}
