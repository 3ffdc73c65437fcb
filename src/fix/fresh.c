#include "fix/fresh.h"

#include <string.h>

static void clear_name(void *name)
{
    g_free(((MergeName *)name)->text);
    g_free(((MergeName *)name)->name);
}

GArray *names_new(void)
{
    GArray *names = g_array_new(FALSE, FALSE, sizeof(MergeName));

    g_array_set_clear_func(names, clear_name);
    return names;
}

void names_add(GArray *names, const char *text, const char *name)
{
    MergeName added = {g_strdup(text), g_strdup(name)};

    g_array_append_val(names, added);
}

bool names_hold(const GArray *names, const char *text)
{
    for (uint32_t i = 0; i < names->len; i++)
        if (strcmp(g_array_index(names, MergeName, i).text, text) == 0)
            return true;
    return false;
}

void fresh_init(Fresh *fresh, const Block *block, const BlockLine *line, const char *module, const char *tail)
{
    *fresh =
        (Fresh){.section = line->section,
                .source = line->start,
                .closed = tail != NULL,
                .module = g_strdup(module),
                .indent = g_strndup(block->lexed->bytes + line->line_start, line->start - line->line_start),
                .tail = g_strdup(tail),
                .eol = block_line_break(block),
                .names = names_new(),
                .comments = g_ptr_array_new_with_free_func(g_free)};
}

void fresh_clear(Fresh *fresh)
{
    g_free(fresh->module);
    g_free(fresh->indent);
    g_free(fresh->tail);
    g_array_free(fresh->names, TRUE);
    g_ptr_array_free(fresh->comments, TRUE);
}

void fresh_add(Fresh *fresh, const char *text, const char *name, const char *comment)
{
    names_add(fresh->names, text, name);
    g_ptr_array_add(fresh->comments, g_strdup(comment));
    fresh->closed = fresh->closed || comment != NULL;
}

/* --- text --- */

static const char *text_at(const Fresh *fresh, uint32_t index)
{
    return g_array_index(fresh->names, MergeName, index).text;
}

/* As many names on a line as fit. */
static char *grid_text(const Fresh *fresh, size_t width)
{
    GString *text = g_string_new(NULL);
    size_t column = 0;

    g_string_append_printf(text, "from %s import (", fresh->module);
    for (uint32_t i = 0; i < fresh->names->len; i++) {
        const char *name = text_at(fresh, i);
        if (i == 0 || column + strlen(name) + 2 > width) {
            g_string_append_printf(text, "%s%s    %s,", fresh->eol, fresh->indent, name);
            column = strlen(fresh->indent) + strlen(name) + 5;
        } else {
            g_string_append_printf(text, " %s,", name);
            column += strlen(name) + 2;
        }
    }
    g_string_append_printf(text, "%s%s)", fresh->eol, fresh->indent);
    return g_string_free(text, FALSE);
}

/* One name a line, each with its comment. */
static char *tall_text(const Fresh *fresh)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "from %s import (%s%s", fresh->module, fresh->tail != NULL ? "  " : "",
                           fresh->tail != NULL ? fresh->tail : "");
    for (uint32_t i = 0; i < fresh->names->len; i++) {
        const char *comment = g_ptr_array_index(fresh->comments, i);
        g_string_append_printf(text, "%s%s    %s,%s%s", fresh->eol, fresh->indent, text_at(fresh, i),
                               comment != NULL ? "  " : "", comment != NULL ? comment : "");
    }
    g_string_append_printf(text, "%s%s)", fresh->eol, fresh->indent);
    return g_string_free(text, FALSE);
}

static char *flat_text(const Fresh *fresh)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "from %s import ", fresh->module);
    for (uint32_t i = 0; i < fresh->names->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", text_at(fresh, i));
    return g_string_free(text, FALSE);
}

char *fresh_text(const Fresh *fresh, const Block *block)
{
    const char *comment = NULL;

    if (fresh->plain)
        return g_strconcat("import ", fresh->module, text_at(fresh, 0)[0] != '\0' ? " as " : "",
                           text_at(fresh, 0), NULL);
    for (uint32_t i = 0; i < fresh->comments->len; i++)
        if (g_ptr_array_index(fresh->comments, i) != NULL)
            comment = g_ptr_array_index(fresh->comments, i);
    g_autofree char *flat = flat_text(fresh);
    bool narrow = strlen(fresh->indent) + strlen(flat) <= block->width;
    if ((fresh->names->len == 1 && (comment == NULL || fresh->tail == NULL)) || (narrow && comment == NULL)) {
        comment = comment != NULL ? comment : fresh->tail;
        return g_strconcat(flat, comment != NULL ? "  " : "", comment, NULL);
    }
    return block->grid && comment == NULL && fresh->tail == NULL ? grid_text(fresh, block->width)
                                                                 : tall_text(fresh);
}
