#include "report/view_formats.h"

#include "report/escape.h"

const ViewFormat view_formats[] = {
    {"dot", view_write_dot, false, true},          {"svg", view_write_svg, false, true},
    {"png", view_write_png, true, true},           {"pdf", view_write_pdf, true, true},
    {"graphml", view_write_graphml, false, false}, {"mermaid", view_write_mermaid, false, false},
    {"json", view_write_json, false, false},       {NULL, NULL, false, false},
};

char *view_text(const char *text, bool lines)
{
    g_autofree char *valid = escape_utf8(text);
    GString *out = g_string_new(NULL);

    for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c == '\n')
            g_string_append_c(out, lines ? '\n' : ' ');
        else if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
            g_string_append_printf(out, "\\x%02x", c);
        else if ((c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || (c >= 0x202a && c <= 0x202e) ||
                 (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029)
            g_string_append_printf(out, "\\u%04x", c);
        else
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}
