#include <string.h>
#include <xxhash.h>
#include "parse/fingerprint.h"
#include "parse/skeleton.h"
__attribute__((weak)) void fingerprint_text(const Lexed *lexed, uint32_t first, uint32_t last, GString *out)
{
    for (uint32_t i = first; i < last; i++) {
        const Token *t = &lexed->tokens[i];
        if (t->inside || t->end == t->start || t->kind == TOKEN_COMMENT || t->kind == TOKEN_NEWLINE)
            continue;
        if (i > first && t->kind == TOKEN_NAME && lexed->tokens[i - 1].kind == TOKEN_NAME)
            g_string_append_c(out, ' ');
        g_string_append_len(out, lexed->bytes + t->start, t->end - t->start);
    }
}
__attribute__((weak)) Fingerprint fingerprint_tokens(const Lexed *lexed, uint32_t first, uint32_t last,
                                                     const char *own, size_t own_length)
{
    Fingerprint result = {0};
    (void)own;
    (void)own_length;
    for (uint32_t i = first; i < last; i++) {
        const Token *t = &lexed->tokens[i];
        if (t->inside || t->end == t->start || t->kind == TOKEN_COMMENT || t->kind == TOKEN_NEWLINE)
            continue;
        result.text = result.text * 31 + XXH3_64bits(lexed->bytes + t->start, t->end - t->start);
        result.tokens++;
    }
    result.shape = result.text;
    return result;
}
