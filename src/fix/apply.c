/* Active moves → edits of bytes, file by file. */
#include <string.h>

#include "cache/cache.h"
#include "fix/chain.h"
#include "fix/consolidate.h"
#include "fix/deadshim.h"
#include "fix/internal.h"
#include "fix/rewrite.h"
#include "fix/text.h"

static void leave_statement(FixMove *moves, uint32_t count, const char *reason)
{
    for (uint32_t i = 0; i < count; i++)
        if (!moves[i].held && moves[i].kind != FIX_CHAIN)
            move_leave(&moves[i], g_strdup(reason));
}

/* The moves of one statement. */
static void edit_statement(Rewrite *rewrite, const Program *program, FixMove *moves, uint32_t count,
                           Edit *edit)
{
    g_autofree RewriteMove *wanted = g_new(RewriteMove, count);
    uint32_t n = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (move_is_active(&moves[i]) && moves[i].kind != FIX_CHAIN)
            wanted[n++] = (RewriteMove){.start = moves[i].start,
                                        .module = moves[i].text,
                                        .name = program_text(program, moves[i].name)};
    }
    const char *reason = n == 0 ? NULL : rewrite_statement(rewrite, moves[0].statement, wanted, n);
    if (reason != NULL)
        leave_statement(moves, count, reason);
    for (uint32_t i = 0; i < count; i++)
        if (move_is_active(&moves[i]) && moves[i].kind == FIX_REPAIR && moves[i].chain != NULL)
            chain_replace_paths(&moves[i], edit);
}

static bool is_unchanged(const File *file, GBytes *bytes)
{
    size_t length;
    const char *text = g_bytes_get_data(bytes, &length);
    CacheKey key = cache_key(text != NULL ? text : "", length);

    return key.low == file->facts.header->content_low && key.high == file->facts.header->content_high;
}

/* `apart`: without merging, which is the simplest that can be written. */
static void edit_statements(const Lexed *lexed, const Program *program, FixFile *fixed, const char *package,
                            bool apart, Edit *edit)
{
    Rewrite *rewrite = rewrite_new(lexed, package, apart, edit);

    for (uint32_t i = 0; i < fixed->n_moves; i++)
        if (move_is_active(&fixed->moves[i]) && fixed->moves[i].kind != FIX_CHAIN)
            rewrite_expect(rewrite, fixed->moves[i].statement);
    for (uint32_t first = 0, last; first < fixed->n_moves; first = last) {
        for (last = first + 1;
             last < fixed->n_moves && fixed->moves[last].statement == fixed->moves[first].statement; last++) {
        }
        edit_statement(rewrite, program, &fixed->moves[first], last - first, edit);
    }
    for (uint32_t i = 0; i < fixed->n_moves; i++)
        if (fixed->moves[i].kind == FIX_CHAIN && move_is_active(&fixed->moves[i])) {
            const char *reason = chain_apply(rewrite, program, &fixed->moves[i], edit);
            if (reason != NULL)
                move_leave(&fixed->moves[i], g_strdup(reason));
        }
    rewrite_finish(rewrite);
}

/* The moves of one file are all of one kind, as one pass made them. */
static void write_edits(const Lexed *lexed, const FixState *state, FixFile *fixed, const char *package,
                        bool apart, Edit *edit)
{
    if (fixed->moves[0].kind == FIX_DEFINITION)
        consolidate_edit(lexed, state, fixed, edit);
    else if (fixed->moves[0].kind == FIX_EXPORT)
        export_edit(lexed, state, fixed, edit);
    else
        edit_statements(lexed, state->view->program, fixed, package, apart, edit);
}

static void edit_bytes(Lexer *lexer, const FixState *state, FixFile *fixed)
{
    size_t length;
    const char *text = g_bytes_get_data(fixed->before, &length);
    const Lexed *lexed = lexer_run(lexer, text, length);
    Edit edit;

    if (lexed->flags & (LEXED_NUL | LEXED_CONFLICT) || lexed->n_issues > 0) {
        file_leave(fixed, "the file has errors");
        return;
    }
    g_autofree char *package = text_package(state->view->program, fixed->moves[0].module);
    for (int apart = 0; apart < 2 && fixed->after == NULL; apart++) {
        edit_init(&edit);
        write_edits(lexed, state, fixed, package, apart != 0, &edit);
        bool any = edit.spans->len > 0;
        if (any)
            fixed->after = edit_apply(&edit, fixed->before);
        edit_clear(&edit);
        if (!any)
            return;
    }
    if (fixed->after == NULL)
        file_leave(fixed, "the edits overlap");
}

/* A file that goes needs no other edits. */
static bool delete_file(FixFile *fixed)
{
    fixed->deleted = false;
    for (uint32_t i = 0; i < fixed->n_moves; i++)
        fixed->deleted =
            fixed->deleted || (fixed->moves[i].kind == FIX_MODULE && move_is_active(&fixed->moves[i]));
    return fixed->deleted;
}

static void edit_file(Lexer *lexer, const FixState *state, FixFile *fixed)
{
    g_autoptr(GError) error = NULL;
    const File *file = &state->view->program->files[fixed->file];
    bool any = false;

    g_clear_pointer(&fixed->after, g_bytes_unref);
    for (uint32_t i = 0; i < fixed->n_moves; i++)
        any = any || move_is_active(&fixed->moves[i]);
    if (!any)
        return;
    if (fixed->before == NULL)
        fixed->before = source_read(state->source, fixed->path, &error);
    if (fixed->before == NULL)
        file_leave(fixed, error->message);
    else if (!is_unchanged(file, fixed->before))
        file_leave(fixed, "the file changed while onedef ran");
    else if (delete_file(fixed))
        fixed->after = g_bytes_new_static("", 0);
    else
        edit_bytes(lexer, state, fixed);
}

uint32_t apply_moves(Fix *stage, const FixState *state)
{
    Lexer *lexer = lexer_new();
    uint32_t edited = 0;

    for (uint32_t f = 0; f < stage->n_files; f++) {
        edit_file(lexer, state, &stage->files[f]);
        edited += stage->files[f].after != NULL;
    }
    lexer_free(lexer);
    return edited;
}
