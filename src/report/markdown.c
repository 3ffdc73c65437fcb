#include "report/markdown.h"

#include "report/escape.h"

void markdown_put(const Output *out, const char *foreign)
{
    g_autofree char *clean = escape_markdown(foreign);
    fputs(clean, out->file);
}

void markdown_code(const Output *out, const char *foreign)
{
    g_autofree char *clean = escape_markdown_code(foreign);
    fputs(*foreign != '\0' ? clean : "–", out->file);
}

void markdown_code_cut(const Output *out, const char *foreign, uint32_t width)
{
    if (!g_utf8_validate(foreign, -1, NULL) || g_utf8_strlen(foreign, -1) <= (glong)width) {
        markdown_code(out, foreign);
        return;
    }
    g_autofree char *head = g_utf8_substring(foreign, 0, (glong)width);
    g_autofree char *text = g_strconcat(head, "…", NULL);
    markdown_code(out, text);
}

void markdown_place(const Output *out, const char *path, uint32_t line)
{
    g_autofree char *text = line > 0 ? g_strdup_printf("%s:%u", path, line) : g_strdup(path);
    markdown_code(out, text);
}
