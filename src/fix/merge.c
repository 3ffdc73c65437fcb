/* Three kinds of list: on one line, which becomes one name a line when it grows too long; one name a
 * line within parentheses; and several names on several lines, where the name follows its neighbour. */
#include "fix/merge.h"

#include <string.h>

/* List — the names that are there, as they will be called. */
typedef struct List {
    const Block *block;
    const BlockLine *line;
    const Item *items;
    GPtrArray *names; /* owned char* */
    NameOrder order;
    bool sorted, tall; /* tall: each name on a line of its own */
} List;

static const char *item_name(const List *list, uint32_t index)
{
    return g_ptr_array_index(list->names, index);
}

static void read_list(List *list)
{
    const Statement *statement = &list->line->statement;
    uint32_t start, end;

    list->items = statement_items(statement);
    list->names = g_ptr_array_new_with_free_func(g_free);
    list->tall = true;
    for (uint32_t i = 0; i < statement->items->len; i++) {
        const Item *item = &list->items[i];
        g_autofree char *comment = NULL;
        g_ptr_array_add(list->names, item->move != NULL ? g_strdup(item->move->name)
                                                        : g_strndup(statement_text(statement, item->start),
                                                                    item->name_end - item->start));
        list->tall = list->tall && statement_own_line(statement, item, &start, &end, &comment);
    }
    const char *const *names = (const char *const *)list->names->pdata;
    list->order = list->block->names;
    list->sorted = block_names_sorted(list->order, names, list->names->len);
    for (uint32_t o = 0; o < NAME_ORDER_COUNT && !list->sorted; o++) {
        list->order = (NameOrder)o;
        list->sorted = block_names_sorted(list->order, names, list->names->len);
    }
}

/* How many of the names stand before it. */
static uint32_t place_of(const List *list, const char *name)
{
    uint32_t place = 0;

    if (!list->sorted)
        return list->names->len;
    while (place < list->names->len && block_compare_names(list->order, item_name(list, place), name) <= 0)
        place++;
    return place;
}

static int compare_merged(const void *a, const void *b, void *data)
{
    const List *list = data;

    return block_compare_names(list->order, ((const MergeName *)a)->name, ((const MergeName *)b)->name);
}

/* `*closed`: the last name that was there has got its comma. */
static void add_tall(const List *list, const MergeName *name, bool last_added, bool *closed, Edit *edit)
{
    const Statement *statement = &list->line->statement;
    uint32_t n = list->names->len, place = place_of(list, name->name);
    const Item *beside = &list->items[place > 0 ? place - 1 : 0];
    uint32_t start = statement_blanks_before(statement, beside->start);
    g_autofree char *indent = g_strndup(statement_text(statement, start), beside->start - start);
    const char *eol = statement_line_break(statement);

    if (place == 0) {
        g_autofree char *text = g_strconcat(indent, name->text, ",", eol, NULL);
        edit_replace(edit, start, start, text);
        return;
    }
    bool open = place == n && beside->comma == UINT32_MAX; /* no comma at the end: keep it so */
    if (open && !*closed)
        edit_replace(edit, beside->end, beside->end, ",");
    *closed = *closed || open;
    uint32_t at = statement_line_stop(statement, statement_item_stop(beside));
    g_autofree char *text = g_strconcat(eol, indent, name->text, open && last_added ? "" : ",", NULL);
    edit_replace(edit, at, at, text);
}

static void add_inline(const List *list, const MergeName *name, Edit *edit)
{
    uint32_t place = place_of(list, name->name);
    g_autofree char *text =
        place == 0 ? g_strconcat(name->text, ", ", NULL) : g_strconcat(", ", name->text, NULL);
    uint32_t at = place == 0 ? list->items[0].start : list->items[place - 1].end;

    edit_replace(edit, at, at, text);
}

/* The whole list anew, one name a line, where it was on one line. */
static void make_tall(const List *list, const GArray *names, Edit *edit)
{
    const Statement *statement = &list->line->statement;
    const char *eol = statement_line_break(statement);
    g_autofree char *indent = statement_indent(statement);
    g_autoptr(GString) text = g_string_new("(");
    uint32_t next = 0;

    for (uint32_t i = 0; i <= list->names->len; i++) {
        for (; next < names->len &&
               (i == list->names->len || place_of(list, g_array_index(names, MergeName, next).name) <= i);
             next++)
            g_string_append_printf(text, "%s%s    %s,", eol, indent,
                                   g_array_index(names, MergeName, next).text);
        if (i < list->names->len)
            g_string_append_printf(text, "%s%s    %.*s,", eol, indent,
                                   (int)(list->items[i].end - list->items[i].start),
                                   statement_text(statement, list->items[i].start));
    }
    g_string_append_printf(text, "%s%s)", eol, indent);
    uint32_t start = list->items[0].start;
    if (statement->parenthesised)
        while (statement_text(statement, start)[0] != '(')
            start--;
    edit_replace(edit, start, statement->end, text->str);
}

static bool fits_line(const List *list, const GArray *names)
{
    size_t width = list->line->statement.line_end - list->line->line_start;

    for (uint32_t i = 0; i < names->len; i++)
        width += strlen(g_array_index(names, MergeName, i).text) + 2;
    return width <= list->block->width;
}

static bool is_flat(const Statement *statement)
{
    return memchr(statement_text(statement, statement->start), '\n', statement->end - statement->start) ==
               NULL &&
           memchr(statement_text(statement, statement->start), '\r', statement->end - statement->start) ==
               NULL;
}

static bool is_renamed(const List *list)
{
    for (uint32_t i = 0; i < list->names->len; i++)
        if (list->items[i].move != NULL)
            return true;
    return false;
}

void merge_names(const Block *block, const BlockLine *line, GArray *names, Edit *edit)
{
    List list = {.block = block, .line = line};

    read_list(&list);
    g_array_sort_with_data(names, compare_merged, &list);
    if (is_flat(&line->statement) && !fits_line(&list, names) && !is_renamed(&list)) {
        make_tall(&list, names, edit);
    } else {
        bool closed = false;
        for (uint32_t i = 0; i < names->len; i++) {
            const MergeName *name = &g_array_index(names, MergeName, i);
            if (list.tall)
                add_tall(&list, name, i + 1 == names->len, &closed, edit);
            else
                add_inline(&list, name, edit);
        }
    }
    g_ptr_array_free(list.names, TRUE);
}
