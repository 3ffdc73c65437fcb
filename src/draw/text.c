#include "draw/text.h"

#include <stdbool.h>
#include <string.h>

enum { TOOLTIP_LENGTH = 400 };

static bool allowed(gunichar c)
{
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
        return false;
    /* Bidirectional controls and line separators: they move what stands beside them. */
    return !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) && c != 0x2028 && c != 0x2029 &&
           c != 0x200e && c != 0x200f && c != 0xfeff;
}

/* Valid UTF-8 of allowed characters, shortened to `limit` with an ellipsis in the middle. */
static char *clean(const char *text, gssize length, glong limit)
{
    g_autofree char *valid = g_utf8_make_valid(text, length);
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c == '\n' || c == '\t')
            c = ' ';
        if (allowed(c))
            g_string_append_unichar(out, c);
    }
    glong characters = g_utf8_strlen(out->str, -1);
    if (characters <= limit)
        return g_strdup(out->str);
    glong tail = limit / 2, head = limit - tail - 1;
    const char *end = g_utf8_offset_to_pointer(out->str, head);
    const char *rest = g_utf8_offset_to_pointer(out->str, characters - tail);
    return g_strdup_printf("%.*s…%s", (int)(end - out->str), out->str, rest);
}

void text_append_html(GString *out, const char *text, gssize length, glong limit)
{
    g_autofree char *cleaned = clean(text, length, limit);

    for (const char *p = cleaned; *p != '\0'; p++) {
        switch (*p) {
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '"':
            g_string_append(out, "&quot;");
            break;
        case '\'':
            g_string_append(out, "&#39;");
            break;
        default:
            g_string_append_c(out, *p);
        }
    }
    if (cleaned[0] == '\0')
        g_string_append_c(out, ' ');
}

char *text_tooltip(const char *text)
{
    g_autofree char *cleaned = clean(text, -1, TOOLTIP_LENGTH);
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *p = cleaned; *p != '\0'; p++) {
        if (*p == '\\')
            g_string_append_c(out, '\\');
        /* An ampersand could start an entity, which Graphviz would replace. */
        if (*p == '&')
            g_string_append(out, "&amp;");
        else
            g_string_append_c(out, *p);
    }
    /* An empty tooltip would make Graphviz show the label. */
    return out->len > 0 ? g_strdup(out->str) : g_strdup(" ");
}
