/* lexdump — prints what the lexer or the skeleton makes of files, for comparison with CPython.
 *
 *   lexdump tokens FILE    one token a line: KIND line:column text (JSON string), no comments, no inner
 * tokens lexdump inside FILE    the same with the tokens inside f-strings lexdump issues FILE…   FILE:line:
 * kind, one issue a line lexdump prints FILE…   for each NUL-terminated text in the files: text and shape
 * fingerprint, tokens, spelling lexdump time FILE…     lexes everything five times and prints the best MB/s
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "parse/fingerprint.h"
#include "parse/lexer.h"
#include "parse/names.h"
#include "parse/skeleton.h"

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

static void dump_names(const Lexed *lexed, bool strings)
{
    Arena arena;
    Names names;

    arena_init(&arena);
    names_collect(lexed, &arena, &names);
    for (uint32_t i = 0; i < names.n_uses && !strings; i++) {
        const NameUse *use = &names.uses[i];
        if (use->owner == UINT32_MAX)
            fputs("- ", stdout);
        else
            printf("%u ", use->owner_start);
        printf("%.*s %s %u %u\n", (int)use->head_length, use->head, use->chain != NULL ? use->chain : "-",
               use->line, use->count);
    }
    for (uint32_t i = 0; i < names.n_strings && strings; i++)
        printf("%u %u %s\n", names.strings[i].kind, names.strings[i].line, names.strings[i].text);
    arena_clear(&arena);
}

/* Figures — one round over all files. */
typedef struct Figures {
    size_t bytes, tokens, skeleton;
    double lex, make, names, prints;
} Figures;

/* Processor time in microseconds: other work on the machine counts less than on a clock. */
static gint64 now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (gint64)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static double since(gint64 start)
{
    return (double)(now_us() - start) / 1e6;
}

/* Fingerprints of every logical line stand for those of definitions, members and values. */
static void print_all(const Lexed *lexed)
{
    uint32_t first = 0;

    for (uint32_t i = 0; i < lexed->n_tokens; i++)
        if (lexed->tokens[i].kind == TOKEN_DEDENT) {
            fingerprint_tokens(lexed, first, i, NULL, 0);
            first = i;
        }
    fingerprint_tokens(lexed, 0, lexed->n_tokens, "Name", 4);
}

static Figures run_once(Lexer *lexer, Skeletons *skeletons, const GPtrArray *files)
{
    Figures sum = {0};
    Arena arena;
    Names names;

    arena_init(&arena);
    for (guint i = 0; i < files->len; i++) {
        GMappedFile *file = files->pdata[i];
        size_t length = g_mapped_file_get_length(file);
        const char *text = g_mapped_file_get_contents(file);
        gint64 start = now_us();
        const Lexed *lexed = lexer_run(lexer, text != NULL ? text : "", length);
        sum.lex += since(start);
        start = now_us();
        sum.skeleton += skeletons_make(skeletons, lexed)->length;
        sum.make += since(start);
        arena_reset(&arena);
        start = now_us();
        names_collect(lexed, &arena, &names);
        sum.names += since(start);
        start = now_us();
        print_all(lexed);
        sum.prints += since(start);
        sum.tokens += lexed->n_tokens;
        sum.bytes += length;
    }
    arena_clear(&arena);
    return sum;
}

static void print_rate(const char *what, size_t bytes, double seconds)
{
    printf("%-10s %.3f s, %.0f MB/s\n", what, seconds, (double)bytes / seconds / 1e6);
}

static void time_stages(Lexer *lexer, Skeletons *skeletons, char *const *paths, int n_paths)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)g_mapped_file_unref);
    Figures best = {0};

    for (int i = 0; i < n_paths; i++) {
        GMappedFile *file = g_mapped_file_new(paths[i], FALSE, NULL);
        if (file != NULL)
            g_ptr_array_add(files, file);
    }
    for (int round = 0; round < 5; round++) {
        Figures now = run_once(lexer, skeletons, files);
        if (round == 0)
            best = now;
        best.lex = MIN(best.lex, now.lex);
        best.make = MIN(best.make, now.make);
        best.names = MIN(best.names, now.names);
        best.prints = MIN(best.prints, now.prints);
    }
    printf("%u files, %zu bytes, %zu tokens, skeleton %.1f %%\n", files->len, best.bytes, best.tokens,
           100.0 * (double)best.skeleton / (double)MAX(best.bytes, 1));
    print_rate("lexer", best.bytes, best.lex);
    print_rate("skeleton", best.bytes, best.make);
    print_rate("names", best.bytes, best.names);
    print_rate("fingerprint", best.bytes, best.prints);
}

static void dump_file(const char *mode, const Lexed *lexed, Skeletons *skeletons, const char *path)
{
    if (strcmp(mode, "issues") == 0) {
        dump_issues(lexed, path);
    } else if (strcmp(mode, "names") == 0 || strcmp(mode, "strings") == 0) {
        dump_names(lexed, strcmp(mode, "strings") == 0);
    } else if (strcmp(mode, "skeleton") == 0) {
        const Skeleton *skeleton = skeletons_make(skeletons, lexed);
        printf("%u\n", skeleton->length);
        fwrite(skeleton->text, 1, skeleton->length, stdout);
    } else {
        dump_tokens(lexed, strcmp(mode, "inside") == 0);
    }
}

static void dump_prints(Lexer *lexer, const char *texts, size_t length)
{
    for (const char *p = texts, *end; p < texts + length; p = end + 1) {
        end = memchr(p, '\0', (size_t)(texts + length - p));
        if (end == NULL)
            end = texts + length;
        const Lexed *lexed = lexer_run(lexer, p, (size_t)(end - p));
        Fingerprint print = fingerprint_tokens(lexed, 0, lexed->n_tokens, NULL, 0);
        g_autoptr(GString) text = g_string_new(NULL);
        fingerprint_text(lexed, 0, lexed->n_tokens, text);
        printf("%016" G_GINT64_MODIFIER "x %016" G_GINT64_MODIFIER "x %u ", print.text, print.shape,
               print.tokens);
        print_text(text->str, (uint32_t)text->len);
    }
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    Lexer *lexer = lexer_new();
    Skeletons *skeletons = skeletons_new();
    if (strcmp(argv[1], "time") == 0)
        time_stages(lexer, skeletons, argv + 2, argc - 2);
    for (int i = 2; i < argc && strcmp(argv[1], "time") != 0; i++) {
        g_autofree char *text = NULL;
        gsize length = 0;
        if (!g_file_get_contents(argv[i], &text, &length, NULL))
            continue;
        if (strcmp(argv[1], "prints") == 0)
            dump_prints(lexer, text, length);
        else
            dump_file(argv[1], lexer_run(lexer, text, length), skeletons, argv[i]);
    }
    skeletons_free(skeletons);
    lexer_free(lexer);
    return 0;
}
