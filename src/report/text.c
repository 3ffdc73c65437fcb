#include "report/text.h"

#include "report/escape.h"

#include <stdarg.h>
#include <string.h>

static const char *const style_codes[] = {
    [STYLE_PLAIN] = "",        [STYLE_HEAD] = "\033[1m",  [STYLE_DIM] = "\033[2m",   [STYLE_BAD] = "\033[31m",
    [STYLE_WARN] = "\033[33m", [STYLE_GOOD] = "\033[32m", [STYLE_PATH] = "\033[36m",
};

static void style_begin(const Output *out, TextStyle style)
{
    if (out->colour && style != STYLE_PLAIN)
        fputs(style_codes[style], out->file);
}

static void style_end(const Output *out, TextStyle style)
{
    if (out->colour && style != STYLE_PLAIN)
        fputs("\033[0m", out->file);
}

void text_say(const Output *out, TextStyle style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    style_begin(out, style);
    fputs(text, out->file);
    style_end(out, style);
}

void text_put(const Output *out, TextStyle style, const char *foreign)
{
    g_autofree char *clean = escape_terminal(foreign);
    style_begin(out, style);
    fputs(clean, out->file);
    style_end(out, style);
}

/* Bytes of the character at `text` and, in *columns, its width; an invalid byte is one column. */
static size_t character(const char *text, uint32_t *columns)
{
    gunichar point = (unsigned char)*text < 0x80 ? (gunichar)*text : g_utf8_get_char_validated(text, -1);
    if (point == (gunichar)-1 || point == (gunichar)-2) {
        *columns = 1;
        return 1;
    }
    *columns = g_unichar_iszerowidth(point) ? 0 : g_unichar_iswide(point) ? 2 : 1;
    return point < 0x80 ? 1 : (size_t)(g_utf8_next_char(text) - text);
}

uint32_t text_width(const char *text)
{
    uint32_t width = 0, columns;
    for (; *text != 0; width += columns)
        text += character(text, &columns);
    return width;
}

/* Longest prefix of `text` that fits into `width` columns, in bytes. */
static size_t fitting(const char *text, uint32_t width)
{
    size_t length = 0;
    uint32_t used = 0, columns;
    while (text[length] != 0) {
        size_t bytes = character(text + length, &columns);
        if (used + columns > width)
            break;
        used += columns;
        length += bytes;
    }
    return length;
}

void text_cell(const Output *out, TextStyle style, const char *foreign, uint32_t width)
{
    g_autofree char *clean = escape_terminal(foreign);
    uint32_t has = text_width(clean);
    style_begin(out, style);
    if (has > width && width > 2) {
        size_t length = fitting(clean, width - 2);
        fwrite(clean, 1, length, out->file);
        fputs("..", out->file);
        clean[length] = 0;
        has = text_width(clean) + 2;
    } else {
        fputs(clean, out->file);
    }
    style_end(out, style);
    for (; has < width; has++)
        fputc(' ', out->file);
}

void text_wrap(const Output *out, TextStyle style, const char *foreign, uint32_t column, uint32_t indent)
{
    g_autofree char *clean = escape_terminal(foreign);
    g_auto(GStrv) words = g_strsplit(clean, " ", -1);
    uint32_t limit = out->width > 0 ? MAX(out->width, indent + 20) : UINT32_MAX, used = column;
    style_begin(out, style);
    for (uint32_t i = 0; words[i] != NULL; i++) {
        uint32_t width = text_width(words[i]);
        if (i > 0 && used + 1 + width > limit && used > indent) {
            fprintf(out->file, "\n%*s", (int)indent, "");
            used = indent;
        } else if (i > 0) {
            fputc(' ', out->file);
            used++;
        }
        fputs(words[i], out->file);
        used += width;
    }
    style_end(out, style);
    fputc('\n', out->file);
}

void text_place(const Output *out, const char *path, uint32_t line)
{
    text_put(out, STYLE_PATH, path);
    if (line > 0)
        text_say(out, STYLE_PATH, ":%u", line);
}

const char *text_number(NumberText *buffer, uint64_t number)
{
    char digits[24];
    int length = g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, (guint64)number), at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            buffer->text[at++] = ',';
        buffer->text[at++] = digits[i];
    }
    buffer->text[at] = 0;
    return buffer->text;
}

TextStyle text_severity_style(int severity)
{
    return severity == SEVERITY_ERROR ? STYLE_BAD : severity == SEVERITY_WARNING ? STYLE_WARN : STYLE_DIM;
}
