#include "parse/literal.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Numbers with more digits are compared as they are written: changing the base takes quadratic time. */
#define MAX_DIGITS 400

LiteralText literal_text(const Lexed *lexed, const Token *string)
{
    const char *p = lexed->bytes + string->start, *end = lexed->bytes + string->end;
    uint32_t quotes = (string->detail & STRING_TRIPLE) != 0 ? 3 : 1;

    while (p < end && *p != '"' && *p != '\'')
        p++;
    char quote = p < end ? *p : '"';
    bool closed = (uint32_t)(end - p) >= 2 * quotes && end[-1] == quote;
    LiteralText result = {.text = p + MIN(quotes, (uint32_t)(end - p))};
    result.length = (uint32_t)(end - result.text) - (closed ? quotes : 0);
    result.plain = ((string->detail & STRING_RAW) != 0 || memchr(result.text, '\\', result.length) == NULL) &&
                   (quotes == 1 || memchr(result.text, '\r', result.length) == NULL);
    return result;
}

/* UTF-8 of a code point, of a surrogate too. */
static void append_code(uint32_t code, GString *out)
{
    char bytes[4];
    uint32_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (uint32_t i = n; i-- > 1; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(n == 1 ? code : (0xf00u >> n & 0xff) | code);
    g_string_append_len(out, bytes, n);
}

/* `xhh`, `uhhhh`, `Uhhhhhhhh` or up to three octal digits at `p`: how many bytes, 0 for none. */
static uint32_t read_code(const char *p, const char *end, bool bytes, uint32_t *code)
{
    uint32_t digits = *p == 'x' ? 2 : bytes ? 0 : *p == 'u' ? 4 : *p == 'U' ? 8 : 0, n = 0;

    *code = 0;
    if (*p >= '0' && *p <= '7') {
        for (; n < 3 && p + n < end && p[n] >= '0' && p[n] <= '7'; n++)
            *code = *code * 8 + (uint32_t)(p[n] - '0');
        return n;
    }
    if (digits == 0 || (uint32_t)(end - p) <= digits)
        return 0;
    for (n = 1; n <= digits; n++) {
        if (!g_ascii_isxdigit(p[n]))
            return 0;
        *code = *code * 16 + (uint32_t)g_ascii_xdigit_value(p[n]);
    }
    return *code <= 0x10ffff ? n : 0;
}

/* `p` stands behind a backslash; returns the end of the escape. */
static const char *decode_escape(const char *p, const char *end, bool bytes, GString *out)
{
    static const char FROM[] = "\\'\"abfnrtv", TO[] = "\\'\"\a\b\f\n\r\t\v";
    const char *simple;
    uint32_t code, length;

    if (p == end) {
        g_string_append_c(out, '\\');
        return p;
    }
    if (*p == '\n')
        return p + 1;
    if (*p == '\r')
        return p + 1 < end && p[1] == '\n' ? p + 2 : p + 1;
    if ((simple = memchr(FROM, *p, sizeof FROM - 1)) != NULL) {
        g_string_append_c(out, TO[simple - FROM]);
        return p + 1;
    }
    if ((length = read_code(p, end, bytes, &code)) == 0) {
        g_string_append_c(out, '\\');
        return p;
    }
    if (bytes)
        g_string_append_c(out, (char)code);
    else
        append_code(code, out);
    return p + length;
}

/* End of `\N{…}` at `p`, or NULL when something else stands there. */
static const char *named_end(const char *p, const char *end)
{
    if (end - p < 3 || p[1] != 'N' || p[2] != '{')
        return NULL;
    const char *close = memchr(p, '}', (size_t)MIN(end - p, 100));
    return close == NULL ? NULL : close + 1;
}

void literal_decode(const char *text, uint32_t length, uint8_t flags, GString *out)
{
    const char *p = text, *end = text + length, *named;
    bool format = (flags & (STRING_FORMAT | STRING_TEMPLATE)) != 0, bytes = (flags & STRING_BYTES) != 0;

    while (p < end) {
        if (*p == '\\' && (flags & STRING_RAW) == 0) {
            if (!bytes && (named = named_end(p, end)) != NULL) {
                g_string_append_len(out, p, named - p);
                p = named;
            } else {
                p = decode_escape(p + 1, end, bytes, out);
            }
        } else if (*p == '\r') {
            g_string_append_c(out, '\n');
            p += p + 1 < end && p[1] == '\n' ? 2 : 1;
        } else {
            if (format && (*p == '{' || *p == '}') && p + 1 < end && p[1] == *p)
                p++;
            g_string_append_c(out, *p++);
        }
    }
}

void literal_append_string(const GString *value, bool bytes, GString *out)
{
    bool single = memchr(value->str, '"', value->len) != NULL && memchr(value->str, '\'', value->len) == NULL;
    char quote = single ? '\'' : '"';

    g_string_append(out, bytes ? "b" : "");
    g_string_append_c(out, quote);
    for (size_t i = 0; i < value->len; i++) {
        unsigned char c = (unsigned char)value->str[i];
        if (c == '\n' || c == '\r' || c == '\t')
            g_string_append(out, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
        else if (c < 0x20 || c == 0x7f || (bytes && c >= 0x80))
            g_string_append_printf(out, "\\x%02x", c);
        else if (c == '\\' || c == (unsigned char)quote)
            g_string_append_printf(out, "\\%c", c);
        else
            g_string_append_c(out, (char)c);
    }
    g_string_append_c(out, quote);
}

/* --- numbers --- */

/* Number — what a literal says. Integers above 64 bits are given in hexadecimal digits. */
typedef struct Number {
    enum { NUMBER_INTEGER, NUMBER_BIG, NUMBER_FLOAT, NUMBER_IMAGINARY, NUMBER_OTHER } kind;
    uint64_t integer;
    double real;
    GString *digits; /* NUMBER_BIG; else NULL */
} Number;

/* The value of many decimal digits in hexadecimal ones. */
static GString *hexadecimal(const char *digits, size_t length)
{
    uint32_t words[MAX_DIGITS / 9 + 2], n = 0; /* least first */
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < length; i++) {
        uint64_t carry = (uint64_t)(digits[i] - '0');
        for (uint32_t w = 0; w < n; w++, carry >>= 32) {
            carry += (uint64_t)words[w] * 10;
            words[w] = (uint32_t)carry;
        }
        if (carry > 0)
            words[n++] = (uint32_t)carry;
    }
    for (uint32_t w = n; w-- > 0;)
        g_string_append_printf(out, w + 1 == n ? "%x" : "%08x", words[w]);
    return out;
}

static void read_integer(const char *digits, size_t length, uint32_t base, Number *number)
{
    uint64_t value = 0;
    bool fits = true;

    while (length > 0 && *digits == '0') {
        digits++;
        length--;
    }
    for (size_t i = 0; i < length && fits; i++) {
        uint64_t digit = (uint64_t)g_ascii_xdigit_value(digits[i]);
        fits = value <= (UINT64_MAX - digit) / base;
        value = value * base + digit;
    }
    number->kind = fits ? NUMBER_INTEGER : length > MAX_DIGITS ? NUMBER_OTHER : NUMBER_BIG;
    number->integer = value;
    if (number->kind != NUMBER_BIG)
        return;
    if (base == 10) {
        number->digits = hexadecimal(digits, length);
    } else if (base == 16) {
        number->digits = g_string_new_len(digits, (gssize)length);
    } else {
        number->kind = NUMBER_OTHER;
    }
}

static Number read_number(const char *text, uint32_t length)
{
    Number number = {.kind = NUMBER_OTHER};
    g_autofree char *copy = g_malloc(length + 1);
    uint32_t n = 0;

    for (uint32_t i = 0; i < length; i++)
        if (text[i] != '_')
            copy[n++] = g_ascii_tolower(text[i]);
    copy[n] = '\0';
    if (n == 0 || copy[n - 1] == 'l')
        return number;
    if (n > 2 && copy[0] == '0' && strchr("xob", copy[1]) != NULL) {
        read_integer(copy + 2, n - 2, copy[1] == 'x' ? 16 : copy[1] == 'o' ? 8 : 2, &number);
        return number;
    }
    size_t digits = strspn(copy, "0123456789");
    if (digits == n) {
        if (copy[0] != '0' || strspn(copy, "0") == n)
            read_integer(copy, n, 10, &number);
        return number;
    }
    char *end = NULL;
    number.real = g_ascii_strtod(copy, &end);
    if (*end == '\0')
        number.kind = NUMBER_FLOAT;
    else if (*end == 'j' && end + 1 == copy + n)
        number.kind = NUMBER_IMAGINARY;
    return number;
}

uint64_t literal_hash_number(const char *text, uint32_t length)
{
    uint64_t value = 0;
    uint32_t i = 0;

    if (length <= 18 && (text[0] != '0' || length == 1))
        for (; i < length && g_ascii_isdigit(text[i]); i++)
            value = value * 10 + (uint64_t)(text[i] - '0');
    if (i == length)
        return XXH3_64bits_withSeed(&value, sizeof value, NUMBER_INTEGER);
    Number number = read_number(text, length);
    uint64_t hash;
    switch (number.kind) {
    case NUMBER_INTEGER:
        return XXH3_64bits_withSeed(&number.integer, sizeof number.integer, NUMBER_INTEGER);
    case NUMBER_FLOAT:
    case NUMBER_IMAGINARY:
        return XXH3_64bits_withSeed(&number.real, sizeof number.real, number.kind);
    case NUMBER_BIG:
        hash = XXH3_64bits_withSeed(number.digits->str, number.digits->len, NUMBER_BIG);
        g_string_free(number.digits, TRUE);
        return hash;
    default:
        return XXH3_64bits_withSeed(text, length, NUMBER_OTHER);
    }
}

void literal_append_number(const char *text, uint32_t length, GString *out)
{
    Number number = read_number(text, length);

    if (number.kind == NUMBER_INTEGER) {
        g_string_append_printf(out, "%" G_GUINT64_FORMAT, number.integer);
    } else if (number.kind == NUMBER_BIG) {
        g_string_append_printf(out, "0x%s", number.digits->str);
        g_string_free(number.digits, TRUE);
    } else if (number.kind == NUMBER_FLOAT || number.kind == NUMBER_IMAGINARY) {
        char buffer[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_dtostr(buffer, sizeof buffer, number.real);
        g_string_append(out, buffer);
        if (strspn(buffer, "-0123456789") == strlen(buffer))
            g_string_append(out, ".0");
        g_string_append(out, number.kind == NUMBER_IMAGINARY ? "j" : "");
    } else {
        g_string_append_len(out, text, length);
    }
}
