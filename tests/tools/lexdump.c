/* lexdump — prints what the lexer or the skeleton makes of files, for comparison with CPython.
 *
 *   lexdump tokens FILE     one token a line: KIND line:column text (JSON string), no comments, no inner
 * tokens lexdump inside FILE     the same with the tokens inside f-strings lexdump issues FILE…    FILE:line:
 * kind, one issue a line lexdump time FILE…      lexes everything five times and prints the best MB/s */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "parse/lexer.h"

static const char *const kinds[] = {"NAME",   "NUMBER", "STRING",  "OP",    "NEWLINE",
                                    "INDENT", "DEDENT", "COMMENT", "ERROR", "END"};

static void print_text(const char *text, uint32_t length)
{
    putchar('"');
    for (uint32_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    puts("\"");
}

static void dump_tokens(const Lexed *lexed, bool inside)
{
    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        const Token *t = &lexed->tokens[i];
        if (t->kind == TOKEN_COMMENT || t->kind == TOKEN_END || (!inside && t->inside != 0))
            continue;
        printf("%s %u:%u ", kinds[t->kind], t->line, t->start - lexed->lines[t->line - 1]);
        bool layout = t->kind == TOKEN_NEWLINE || t->kind == TOKEN_INDENT || t->kind == TOKEN_DEDENT;
        print_text(lexed->bytes + t->start, layout ? 0 : t->end - t->start);
    }
}

static void dump_issues(const Lexed *lexed, const char *path)
{
    for (uint32_t i = 0; i < lexed->n_issues; i++)
        printf("%s:%u: issue %u\n", path, lexed->issues[i].line, lexed->issues[i].kind);
}

static void time_lexer(Lexer *lexer, char *const *paths, int n_paths)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    size_t bytes = 0, tokens = 0;
    double best = 1e9;

    for (int i = 0; i < n_paths; i++) {
        GMappedFile *file = g_mapped_file_new(paths[i], FALSE, NULL);
        if (file != NULL)
            g_ptr_array_add(files, file);
    }
    for (int round = 0; round < 5; round++) {
        gint64 start = g_get_monotonic_time();
        bytes = tokens = 0;
        for (guint i = 0; i < files->len; i++) {
            GMappedFile *file = files->pdata[i];
            size_t length = g_mapped_file_get_length(file);
            const char *text = g_mapped_file_get_contents(file);
            tokens += lexer_run(lexer, text != NULL ? text : "", length)->n_tokens;
            bytes += length;
        }
        best = MIN(best, (double)(g_get_monotonic_time() - start) / 1e6);
    }
    printf("%zu bytes, %zu tokens, %.3f s, %.0f MB/s\n", bytes, tokens, best, (double)bytes / best / 1e6);
    for (guint i = 0; i < files->len; i++)
        g_mapped_file_unref(files->pdata[i]);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    Lexer *lexer = lexer_new();
    if (strcmp(argv[1], "time") == 0) {
        time_lexer(lexer, argv + 2, argc - 2);
        lexer_free(lexer);
        return 0;
    }
    for (int i = 2; i < argc; i++) {
        g_autofree char *text = NULL;
        gsize length = 0;
        if (!g_file_get_contents(argv[i], &text, &length, NULL))
            continue;
        const Lexed *lexed = lexer_run(lexer, text, length);
        if (strcmp(argv[1], "issues") == 0)
            dump_issues(lexed, argv[i]);
        else
            dump_tokens(lexed, strcmp(argv[1], "inside") == 0);
    }
    lexer_free(lexer);
    return 0;
}
