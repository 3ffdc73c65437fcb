/* fuzz_lexer — any bytes through lexer, skeleton, free names and fingerprints.
 *
 * With clang's -fsanitize=fuzzer this is a fuzz target. Built plainly (with FUZZ_REPLAY) it replays
 * the files given as arguments, each whole and cut short at several places. */
#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "parse/fingerprint.h"
#include "parse/lexer.h"
#include "parse/names.h"
#include "parse/skeleton.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What every caller relies on, whatever the bytes are. */
static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_tokens(const Lexed *lexed)
{
    uint32_t indents = 0;

    check(lexed->n_tokens > 0 && lexed->tokens[lexed->n_tokens - 1].kind == TOKEN_END);
    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        const Token *t = &lexed->tokens[i];
        check(t->start <= t->end && t->end <= lexed->length);
        check(i == 0 || t->start >= lexed->tokens[i - 1].start);
        check(t->line >= 1 && t->line <= lexed->n_lines && lexed->lines[t->line - 1] <= t->start);
        check(t->line == lexed->n_lines || t->kind == TOKEN_NEWLINE || lexed->lines[t->line] > t->start);
        indents += t->kind == TOKEN_INDENT;
        check(t->kind != TOKEN_DEDENT || indents-- > 0);
    }
    check(indents == 0);
}

static void check_skeleton(const Lexed *lexed, const Skeleton *skeleton)
{
    for (uint32_t i = 0; i < skeleton->n_segments; i++) {
        check(skeleton->segments[i].at <= skeleton->length);
        check(i == 0 || skeleton->segments[i].at > skeleton->segments[i - 1].at);
    }
    for (uint32_t at = 0; at <= skeleton->length; at += 1 + skeleton->length / 64)
        check(skeleton_origin(skeleton, at, true) <= lexed->length + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Lexer *lexer;
    static Skeletons *skeletons;
    static Arena arena;
    Names names;

    if (lexer == NULL) {
        lexer = lexer_new();
        skeletons = skeletons_new();
        arena_init(&arena);
    }
    /* A copy of exactly this size lets the sanitizer see a read behind the end. */
    g_autofree char *bytes = g_memdup2(data, size);
    const Lexed *lexed = lexer_run(lexer, bytes != NULL ? bytes : "", size);
    check_tokens(lexed);
    check_skeleton(lexed, skeletons_make(skeletons, lexed));
    arena_reset(&arena);
    names_collect(lexed, &arena, &names);
    g_autoptr(GString) text = g_string_new(NULL);
    fingerprint_text(lexed, 0, lexed->n_tokens, text);
    fingerprint_tokens(lexed, 0, lexed->n_tokens, "Own", 3);
    FactsStatement statements[FACTS_MAX_STATEMENTS];
    fingerprint_sketch(lexed, 0, lexed->n_tokens, "Own", 3, statements);
    fingerprint_tokens(lexed, lexed->n_tokens / 3, lexed->n_tokens / 2, NULL, 0);
    return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        g_autofree char *text = NULL;
        gsize length = 0;
        if (!g_file_get_contents(argv[i], &text, &length, NULL))
            return 2;
        for (gsize part = 0; part <= 8; part++)
            LLVMFuzzerTestOneInput((const uint8_t *)text, length * part / 8);
    }
    return 0;
}
#endif
