/* lexer_encoding.c — whether a file's bytes are in the encoding that Python would read them in (PEP 263). */
#include <string.h>

#include "parse/lexer_internal.h"
#include "parse/scan.h"

/* Whether [p, end) is UTF-8 as Unicode defines it. */
static bool is_utf8(const uint8_t *p, const uint8_t *end)
{
    while (p < end) {
        uint8_t c = *p++, low = 0x80, high = 0xbf;
        int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;

        if (c < 0x80)
            continue;
        if (c < 0xc2 || c > 0xf4)
            return false;
        if (c == 0xe0)
            low = 0xa0;
        else if (c == 0xed)
            high = 0x9f;
        else if (c == 0xf0)
            low = 0x90;
        else if (c == 0xf4)
            high = 0x8f;
        for (; more > 0; more--, low = 0x80, high = 0xbf)
            if (p >= end || *p < low || *p++ > high)
                return false;
    }
    return true;
}

/* The name in a PEP 263 cookie in line 1, or in line 2 when line 1 is blank or a comment; NULL without one.
 */
static const char *find_cookie(const Lexer *lexer, size_t *length)
{
    for (size_t line = 0; line < 2 && line < lexer->n_lines; line++) {
        const char *p = lexer->bytes + lexer->lines[line], *stop = scan_line_end(p, lexer->end);

        if (stop - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
            p += 3;
        while (p < stop && (*p == ' ' || *p == '\t' || *p == '\f'))
            p++;
        if (p < stop && *p != '#')
            return NULL;
        for (; stop - p > 7; p++) {
            if (memcmp(p, "coding", 6) != 0 || (p[6] != ':' && p[6] != '='))
                continue;
            for (p += 7; p < stop && (*p == ' ' || *p == '\t'); p++)
                ;
            const char *name = p;
            while (p < stop && (scan_is_name((uint8_t)*p) || *p == '-' || *p == '.'))
                p++;
            *length = (size_t)(p - name);
            if (*length > 0)
                return name;
        }
    }
    return NULL;
}

static bool cookie_is_utf8(const char *cookie, size_t length)
{
    return (length == 4 && g_ascii_strncasecmp(cookie, "utf8", 4) == 0) ||
           (length >= 5 && g_ascii_strncasecmp(cookie, "utf-8", 5) == 0) ||
           (length >= 5 && g_ascii_strncasecmp(cookie, "utf_8", 5) == 0);
}

void lexer_check_encoding(Lexer *lexer, bool bom)
{
    size_t length = 0;

    lexer->result.cookie = NULL;
    lexer->result.cookie_length = 0;
    if (!bom && !scan_has_high(lexer->bytes, lexer->end))
        return;
    const char *cookie = find_cookie(lexer, &length);
    lexer->result.cookie = cookie;
    lexer->result.cookie_length = (uint32_t)length;
    bool utf8 = cookie == NULL || cookie_is_utf8(cookie, length);
    lexer->flags |= LEXED_NON_ASCII;
    if (!is_utf8((const uint8_t *)lexer->bytes, (const uint8_t *)lexer->end))
        lexer->flags |= LEXED_NOT_UTF8;
    if ((utf8 && (lexer->flags & LEXED_NOT_UTF8) != 0) || (bom && !utf8))
        lexer_issue(lexer, ISSUE_ENCODING, 1);
}
