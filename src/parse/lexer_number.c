/* lexer_number.c — number literals, those of Python 2 included. */
#include <string.h>

#include "parse/lexer_internal.h"
#include "parse/scan.h"

static const char *pass_digits(const char *p, const char *end)
{
    while (p < end && (scan_is_digit(*p) || (*p == '_' && p + 1 < end && scan_is_digit(p[1]))))
        p++;
    return p;
}

static const char *pass_radix(const char *p, const char *end, char radix)
{
    for (; p < end; p++) {
        bool digit = radix == 'x'   ? g_ascii_isxdigit(*p)
                     : radix == 'o' ? *p >= '0' && *p <= '7'
                                    : *p == '0' || *p == '1';
        if (!digit && *p != '_')
            break;
    }
    return p;
}

/* End of the number at `p`; `legacy` when it is one of Python 2's. */
static const char *number_end(const char *p, const char *end, bool *legacy)
{
    const char *start = p;
    bool integer = true;

    if (*p == '0' && end - p >= 3 && strchr("xXoObB", p[1]) != NULL && p[1] != '\0') {
        const char *q = pass_radix(p + 2, end, (char)(p[1] | 0x20));
        if (q > p + 2) {
            *legacy = q < end && (*q | 0x20) == 'l';
            return *legacy ? q + 1 : q;
        }
    }
    p = pass_digits(p, end);
    if (p < end && *p == '.') {
        integer = false;
        p = pass_digits(p + 1, end);
    }
    if (p < end && (*p | 0x20) == 'e') {
        const char *q = p + 1 < end && (p[1] == '+' || p[1] == '-') ? p + 2 : p + 1;
        if (q < end && scan_is_digit(*q)) {
            integer = false;
            p = pass_digits(q, end);
        }
    }
    if (p < end && (*p | 0x20) == 'j')
        return p + 1;
    if (integer && p < end && (*p | 0x20) == 'l') {
        *legacy = true;
        return p + 1;
    }
    if (integer && *start == '0')
        for (const char *q = start; q < p; q++)
            *legacy |= *q != '0' && *q != '_';
    return p;
}

void lexer_put_number(Lexer *lexer)
{
    bool legacy = false;
    const char *start = lexer->p;

    lexer->p = number_end(start, lexer->end, &legacy);
    if (legacy)
        lexer_issue(lexer, ISSUE_PYTHON2, (uint32_t)lexer->n_lines);
    lexer_put(lexer, TOKEN_NUMBER, 0, start, lexer->p);
}
