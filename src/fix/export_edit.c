/* Names that are no longer passed on, as edits: imports and aliases leave, with what says that they are
 * public
 * (`__all__`) or old (the map of deprecations). */
#include "fix/consolidate.h"
#include "fix/deadshim.h"

#include <string.h>

/* --- __all__ --- */

static bool is_operator(const Token *token, uint32_t detail)
{
    return token->kind == TOKEN_OPERATOR && token->detail == detail;
}

/* Cuts a string and its comma out of a display; whole lines where it has them for itself. False: something
 * else stands there. */
static bool cut_string(const Lexed *lexed, uint32_t start, Edit *edit)
{
    uint32_t i = lexed_token_at(lexed, start);
    const Token *tokens = lexed->tokens;

    if (i == 0 || i + 1 >= lexed->n_tokens || tokens[i].start != start || tokens[i].kind != TOKEN_STRING ||
        tokens[i].depth == 0)
        return false;
    bool first =
        is_operator(&tokens[i - 1], OPERATOR_LBRACKET) || is_operator(&tokens[i - 1], OPERATOR_LPAREN);
    bool comma = is_operator(&tokens[i + 1], OPERATOR_COMMA);
    bool behind = comma || is_operator(&tokens[i + 1], OPERATOR_RBRACKET) ||
                  is_operator(&tokens[i + 1], OPERATOR_RPAREN);
    if (!behind ||
        !(first || is_operator(&tokens[i - 1], OPERATOR_COMMA) || tokens[i - 1].kind == TOKEN_COMMENT))
        return false;
    uint32_t from = start, to = comma ? tokens[i + 1].end : tokens[i].end;
    while (from > 0 && strchr(" \t", lexed->bytes[from - 1]) != NULL)
        from--;
    uint32_t last = comma ? i + 2 : i + 1, end = to;
    while (end < lexed->length && strchr(" \t", lexed->bytes[end]) != NULL)
        end++;
    bool opens = from == 0 || strchr("\r\n", lexed->bytes[from - 1]) != NULL;
    bool closes = end >= lexed->length || strchr("\r\n", lexed->bytes[end]) != NULL;
    if (opens && closes) {
        end += end + 1 < lexed->length && lexed->bytes[end] == '\r' && lexed->bytes[end + 1] == '\n';
        edit_replace(edit, from, MIN(end + 1, lexed->length), "");
    } else if (comma && last < lexed->n_tokens && tokens[last].kind != TOKEN_COMMENT && !closes) {
        edit_replace(edit, start, end, "");
    } else if (!comma && is_operator(&tokens[i - 1], OPERATOR_COMMA)) {
        edit_replace(edit, tokens[i - 1].start, to, "");
    } else {
        edit_replace(edit, first ? start : from, to, "");
    }
    return true;
}

/* Takes the name out of `__all__`, where it stands there once, as a string. */
static bool cut_public(const Lexed *lexed, const File *file, const char *name, Edit *edit)
{
    const FactsAll *found = NULL;

    for (uint32_t i = 0; i < file->facts.n_alls; i++) {
        const FactsAll *all = &file->facts.alls[i];
        if (all->operation != ALL_ADD || strcmp(file_text(file, all->text), name) != 0)
            continue;
        if (found != NULL)
            return false;
        found = all;
    }
    return found == NULL || cut_string(lexed, found->start, edit);
}

/* --- statements --- */

static void drop_alias(const Lexed *lexed, const FixState *state, FixMove *move, Edit *edit)
{
    const File *file = program_module_file(state->view->program, move->module);

    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        uint32_t from, to, n = 0;
        if (binding->start != move->statement || file_sym(file, binding->name) != move->bound)
            continue;
        for (uint32_t k = 0; k < file->facts.n_bindings; k++)
            n += file->facts.bindings[k].start == binding->start;
        if (n == 1 && drop_lines(lexed, binding->start, binding->end, &from, &to))
            edit_replace(edit, from, to, "");
        else
            move_leave(move, g_strdup("it shares a statement with another"));
        return;
    }
}

/* What else says that the names are there. */
static void drop_claims(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit)
{
    const Program *program = state->view->program;
    const File *file = &program->files[fixed->file];

    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        FixMove *move = &fixed->moves[i];
        if (move_is_active(move) && !cut_public(lexed, file, program_text(program, move->bound), edit))
            move_leave(move, g_strdup("__all__ has it in a way that is not edited"));
    }
    deprecate_drop(lexed, state, fixed, edit);
}

void export_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit)
{
    const Program *program = state->view->program;
    const File *file = &program->files[fixed->file];
    g_autofree bool *chosen = g_new0(bool, file->facts.n_imports + 1);
    bool lazily = fixed->phase == PHASE_2A && state->options->shim == FIX_SHIM_DEPRECATE, any = false;

    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        FixMove *move = &fixed->moves[i];
        if (!move_is_active(move) || deprecate_holds(file, move->bound))
            continue;
        if (move->import == ID_NONE)
            drop_alias(lexed, state, move, edit);
        else
            chosen[program->imports[move->import].fact] = true;
    }
    drop_imports(lexed, file, chosen, edit);
    for (uint32_t i = 0; i < fixed->n_moves; i++) {
        FixMove *move = &fixed->moves[i];
        if (move_is_active(move) && move->import != ID_NONE && !chosen[program->imports[move->import].fact])
            move_leave(move, g_strdup("its statement cannot be cut cleanly"));
        any = any || move_is_active(move);
    }
    const char *reason;
    if (!lazily)
        drop_claims(lexed, state, fixed, edit);
    if (lazily && any && !deprecate_edit(lexed, state, fixed, edit, &reason))
        file_leave(fixed, reason);
}
