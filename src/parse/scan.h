/* scan.h — how far a run of bytes of one kind goes; internal to the lexer.
 *
 * SSE2 looks at 16 bytes a step where the machine has it (every x86-64); the plain loops do the
 * last bytes of a file and all other machines. No function reads at or behind `end`. */
#ifndef ONEDEF_PARSE_SCAN_H
#define ONEDEF_PARSE_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline bool scan_is_name(uint8_t c)
{
    return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == '_' || c >= 0x80;
}

static inline bool scan_is_digit(char c)
{
    return (uint8_t)(c - '0') < 10;
}

#ifdef __SSE2__
static inline __m128i scan_load(const char *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m128i scan_equal(__m128i v, char c)
{
    return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}

/* Bit i is set when byte i can stand in a name: letters, digits, `_`, and bytes from 0x80. */
static inline unsigned scan_name_mask(__m128i v)
{
    __m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
    __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
                                   _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
    __m128i digit =
        _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('0' - 1)), _mm_cmplt_epi8(v, _mm_set1_epi8('9' + 1)));
    __m128i other = _mm_or_si128(scan_equal(v, '_'), v);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letter, digit), other));
}
#endif

/* End of the name that `p` stands in. */
static inline const char *scan_name(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        unsigned stop = ~scan_name_mask(scan_load(p)) & 0xffff;
        if (stop != 0)
            return p + __builtin_ctz(stop);
        p += 16;
    }
#endif
    while (p < end && scan_is_name((uint8_t)*p))
        p++;
    return p;
}

/* End of a run of spaces. */
static inline const char *scan_spaces(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        unsigned stop = ~(unsigned)_mm_movemask_epi8(scan_equal(scan_load(p), ' ')) & 0xffff;
        if (stop != 0)
            return p + __builtin_ctz(stop);
        p += 16;
    }
#endif
    while (p < end && *p == ' ')
        p++;
    return p;
}

/* First CR or LF, or `end`. */
static inline const char *scan_line_end(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        __m128i v = scan_load(p);
        unsigned stop = (unsigned)_mm_movemask_epi8(_mm_or_si128(scan_equal(v, '\n'), scan_equal(v, '\r')));
        if (stop != 0)
            return p + __builtin_ctz(stop);
        p += 16;
    }
#endif
    while (p < end && *p != '\n' && *p != '\r')
        p++;
    return p;
}

/* First `quote`, backslash, CR or LF, or `end`; with `braces` also the first `{` or `}`. */
static inline const char *scan_string(const char *p, const char *end, char quote, bool braces)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        __m128i v = scan_load(p);
        __m128i hit = _mm_or_si128(_mm_or_si128(scan_equal(v, quote), scan_equal(v, '\\')),
                                   _mm_or_si128(scan_equal(v, '\n'), scan_equal(v, '\r')));
        if (braces)
            hit = _mm_or_si128(hit, _mm_or_si128(scan_equal(v, '{'), scan_equal(v, '}')));
        unsigned stop = (unsigned)_mm_movemask_epi8(hit);
        if (stop != 0)
            return p + __builtin_ctz(stop);
        p += 16;
    }
#endif
    while (p < end && *p != quote && *p != '\\' && *p != '\n' && *p != '\r' &&
           !(braces && (*p == '{' || *p == '}')))
        p++;
    return p;
}

/* Whether any byte in [p, end) is above 0x7f. */
static inline bool scan_has_high(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 64) {
        __m128i a = _mm_or_si128(scan_load(p), scan_load(p + 16));
        __m128i b = _mm_or_si128(scan_load(p + 32), scan_load(p + 48));
        if (_mm_movemask_epi8(_mm_or_si128(a, b)) != 0)
            return true;
        p += 64;
    }
#endif
    for (; p < end; p++)
        if ((uint8_t)*p >= 0x80)
            return true;
    return false;
}

#endif
