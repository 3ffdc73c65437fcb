#include "report/escape.h"

#include <stdbool.h>
#include <string.h>

/* C0 controls, DEL, and C1 controls as UTF-8 spells them (C2 80 … C2 9F). */
static size_t control_length(const unsigned char *at)
{
    if (at[0] < 0x20 || at[0] == 0x7f)
        return 1;
    return at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f ? 2 : 0;
}

static void append_control(GString *out, const unsigned char *at, size_t length)
{
    if (length == 1 && at[0] == '\n')
        g_string_append(out, "\\n");
    else if (length == 1 && at[0] == '\r')
        g_string_append(out, "\\r");
    else if (length == 1 && at[0] == '\t')
        g_string_append(out, "\\t");
    else
        g_string_append_printf(out, "\\x%02x", length == 2 ? at[1] : at[0]);
}

char *escape_terminal(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 16);
    const unsigned char *at = (const unsigned char *)text;
    while (*at != 0) {
        size_t control = control_length(at);
        if (control > 0)
            append_control(out, at, control);
        else
            g_string_append_c(out, (char)*at);
        at += control > 0 ? control : 1;
    }
    return g_string_free(out, FALSE);
}

char *escape_utf8(const char *text)
{
    if (g_utf8_validate(text, -1, NULL))
        return g_strdup(text);
    GString *out = g_string_new(NULL);
    const char *end;
    while (!g_utf8_validate(text, -1, &end)) {
        g_string_append_len(out, text, end - text);
        g_string_append_printf(out, "\\x%02x", (unsigned char)*end);
        text = end + 1;
    }
    return g_string_free(g_string_append(out, text), FALSE);
}

/* Valid UTF-8 on one line: what Markdown and CSV start from. */
static char *escape_line(const char *text)
{
    g_autofree char *valid = escape_utf8(text);
    return escape_terminal(valid);
}

char *escape_markdown(const char *text)
{
    g_autofree char *line = escape_line(text);
    GString *out = g_string_new(NULL);
    for (const char *at = line; *at != 0; at++) {
        if (*at == '<')
            g_string_append(out, "&lt;");
        else if (*at == '>')
            g_string_append(out, "&gt;");
        else if (*at == '&')
            g_string_append(out, "&amp;");
        else if (strchr("\\`*_[]|#~!", *at) != NULL)
            g_string_append_printf(out, "\\%c", *at);
        else
            g_string_append_c(out, *at);
    }
    return g_string_free(out, FALSE);
}

char *escape_markdown_code(const char *text)
{
    g_autofree char *line = escape_line(text);
    size_t longest = 0, run = 0;
    for (const char *at = line; *at != 0; at++) {
        run = *at == '`' ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    GString *out = g_string_new(NULL);
    bool ticks = longest > 0 || *line == 0;
    for (size_t i = 0; i <= longest; i++)
        g_string_append_c(out, '`');
    if (ticks)
        g_string_append_c(out, ' ');
    for (const char *at = line; *at != 0; at++)
        g_string_append(out, *at == '|' ? "\\|" : (char[]){*at, 0});
    if (ticks)
        g_string_append_c(out, ' ');
    for (size_t i = 0; i <= longest; i++)
        g_string_append_c(out, '`');
    return g_string_free(out, FALSE);
}

char *escape_csv(const char *text)
{
    g_autofree char *line = escape_line(text);
    bool formula = *line != 0 && strchr("=+-@", *line) != NULL;
    if (!formula && strpbrk(line, "\",;") == NULL && *line != ' ')
        return g_steal_pointer(&line);
    GString *out = g_string_new(formula ? "\"'" : "\"");
    for (const char *at = line; *at != 0; at++)
        g_string_append(out, *at == '"' ? "\"\"" : (char[]){*at, 0});
    return g_string_free(g_string_append_c(out, '"'), FALSE);
}
