/* Rounds: edit what is not left out, analyse, compare, leave out what differs, again. Each round leaves
 * at least one file out, so it ends; after MAX_ROUNDS all that remains is left. */
#include "fix/fix.h"

#include <string.h>

#include "cache/cache.h"
#include "fix/edit.h"
#include "fix/internal.h"
#include "fix/rewrite.h"
#include "parse/lexer.h"

#define MAX_ROUNDS 6

static void leave_statement(FixMove *moves, uint32_t count, const char *reason)
{
    for (uint32_t i = 0; i < count; i++)
        move_leave(&moves[i], g_strdup(reason));
}

/* The moves of one statement. */
static void edit_statement(const Lexed *lexed, const Program *program, FixMove *moves, uint32_t count,
                           Edit *edit)
{
    g_autofree RewriteMove *wanted = g_new(RewriteMove, count);
    uint32_t n = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (moves[i].reason == NULL)
            wanted[n++] = (RewriteMove){.start = moves[i].start,
                                        .module = moves[i].text,
                                        .name = program_text(program, moves[i].name)};
    }
    const char *reason = n == 0 ? NULL : rewrite_statement(lexed, moves[0].statement, wanted, n, edit);
    if (reason != NULL)
        leave_statement(moves, count, reason);
}

static bool is_unchanged(const File *file, GBytes *bytes)
{
    size_t length;
    const char *text = g_bytes_get_data(bytes, &length);
    CacheKey key = cache_key(text != NULL ? text : "", length);

    return key.low == file->facts.header->content_low && key.high == file->facts.header->content_high;
}

static void edit_bytes(Lexer *lexer, const Program *program, FixFile *fixed)
{
    size_t length;
    const char *text = g_bytes_get_data(fixed->before, &length);
    const Lexed *lexed = lexer_run(lexer, text, length);
    Edit edit;

    if (lexed->flags & (LEXED_NUL | LEXED_CONFLICT) || lexed->n_issues > 0) {
        file_leave(fixed, "the file has errors");
        return;
    }
    edit_init(&edit);
    for (uint32_t first = 0, last; first < fixed->n_moves; first = last) {
        for (last = first + 1;
             last < fixed->n_moves && fixed->moves[last].statement == fixed->moves[first].statement; last++) {
        }
        edit_statement(lexed, program, &fixed->moves[first], last - first, &edit);
    }
    if (edit.spans->len > 0)
        fixed->after = edit_apply(&edit, fixed->before);
    if (edit.spans->len > 0 && fixed->after == NULL)
        file_leave(fixed, "the edits overlap");
    edit_clear(&edit);
}

static void edit_file(Source *source, Lexer *lexer, const Program *program, FixFile *fixed)
{
    g_autoptr(GError) error = NULL;
    bool any = false;

    g_clear_pointer(&fixed->after, g_bytes_unref);
    for (uint32_t i = 0; i < fixed->n_moves; i++)
        any = any || fixed->moves[i].reason == NULL;
    if (!any)
        return;
    if (fixed->before == NULL)
        fixed->before = source_read(source, fixed->path, &error);
    if (fixed->before == NULL)
        file_leave(fixed, error->message);
    else if (!is_unchanged(&program->files[fixed->file], fixed->before))
        file_leave(fixed, "the file changed while onedef ran");
    else
        edit_bytes(lexer, program, fixed);
}

/* Number of edited files. */
static uint32_t edit_files(Fix *fix, Source *source, const Program *program)
{
    Lexer *lexer = lexer_new();
    uint32_t edited = 0;

    for (uint32_t f = 0; f < fix->n_files; f++) {
        edit_file(source, lexer, program, &fix->files[f]);
        edited += fix->files[f].after != NULL;
    }
    lexer_free(lexer);
    return edited;
}

static bool prove(Fix *fix, Source *source, const FixView *view, const FixOptions *options, bool *clean,
                  GError **error)
{
    g_autoptr(Source) overlay = source_overlay_new(source);
    FixView after = {0};

    for (uint32_t f = 0; f < fix->n_files; f++)
        if (fix->files[f].after != NULL)
            source_overlay_set(overlay, fix->files[f].path, fix->files[f].after);
    if (!options->analyse(options->context, overlay, &after, error))
        return false;
    fix->n_rounds++;
    *clean = verify(fix, view, &after);
    options->release(options->context, &after);
    return true;
}

static void count(Fix *fix)
{
    for (uint32_t f = 0; f < fix->n_files; f++) {
        fix->n_edited += fix->files[f].after != NULL;
        for (uint32_t i = 0; i < fix->files[f].n_moves; i++)
            *(fix->files[f].moves[i].reason == NULL ? &fix->n_done : &fix->n_left) += 1;
    }
}

Fix *fix_make(Source *source, const FixView *view, const FixOptions *options, GError **error)
{
    g_autoptr(Fix) fix = g_new0(Fix, 1);
    bool clean = false;

    moves_collect(fix, view, options);
    moves_check(fix, view, options);
    while (!clean && edit_files(fix, source, view->program) > 0) {
        if (fix->n_rounds == MAX_ROUNDS) {
            for (uint32_t f = 0; f < fix->n_files; f++)
                file_leave(&fix->files[f], "no set of moves was found that changes nothing else");
            edit_files(fix, source, view->program);
            break;
        }
        if (!prove(fix, source, view, options, &clean, error))
            return NULL;
    }
    count(fix);
    return g_steal_pointer(&fix);
}

void fix_free(Fix *fix)
{
    if (fix == NULL)
        return;
    for (uint32_t f = 0; f < fix->n_files; f++) {
        FixFile *file = &fix->files[f];
        for (uint32_t i = 0; i < file->n_moves; i++)
            g_free(file->moves[i].reason);
        g_free(file->moves);
        g_clear_pointer(&file->before, g_bytes_unref);
        g_clear_pointer(&file->after, g_bytes_unref);
    }
    g_free(fix->files);
    g_free(fix);
}
