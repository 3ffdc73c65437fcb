/* Moves of chains as edits: the uses, and the import that they rest on. */
#include "fix/chain.h"

void chain_free(struct FixChain *chain)
{
    if (chain == NULL)
        return;
    g_array_free(chain->uses, TRUE);
    g_array_free(chain->names, TRUE);
    g_free(chain);
}

static void replace_uses(const Program *program, const FixMove *move, Edit *edit)
{
    for (uint32_t i = 0; i < move->chain->uses->len; i++) {
        const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
        const char *name = program_text(program, use->home.name);
        if (move->chain->shape == CHAIN_FROM) {
            edit_replace(edit, use->start, use->end, name);
        } else {
            g_autofree char *chain =
                g_strdup_printf("%s.%s", program_text(program, program->modules[move->home].name), name);
            edit_replace(edit, use->start, use->end, chain);
        }
    }
}

void chain_replace_paths(const FixMove *move, Edit *edit)
{
    for (uint32_t i = 0; i < move->chain->uses->len; i++) {
        const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
        edit_replace(edit, use->start, use->end, move->text);
    }
}

static const char *replace_import(Rewrite *rewrite, const FixMove *move)
{
    RewriteMove change = {.start = move->start, .module = move->text, .name = ""};

    return rewrite_statement(rewrite, move->statement, &change, 1);
}

const char *chain_apply(Rewrite *rewrite, const Program *program, const FixMove *move, Edit *edit)
{
    static const char shared[] = "the import shares its line with others";
    const struct FixChain *chain = move->chain;

    if (chain->shape == CHAIN_MODULE)
        return replace_import(rewrite, move);
    if (!rewrite_is_line(rewrite, move->statement) &&
        (chain->names->len > 0 || chain->imports || chain->leaves))
        return shared;
    bool removable = chain->leaves && rewrite_may_remove(rewrite, move->statement);
    if (chain->leaves && !removable && chain->shape == CHAIN_FROM)
        return "a comment belongs to the import that would go";
    if (chain->leaves && !removable && chain->imports) { /* the comment stays with what takes its place */
        replace_uses(program, move, edit);
        return replace_import(rewrite, move);
    }
    if (removable)
        rewrite_expect(rewrite, move->statement);
    for (uint32_t i = 0; i < chain->names->len && chain->shape == CHAIN_FROM; i++) {
        RewriteName name = {.module = move->text,
                            .name = program_text(program, g_array_index(chain->names, Sym, i))};
        rewrite_add(rewrite, move->statement, &name);
    }
    if (chain->imports)
        rewrite_add_plain(rewrite, move->statement, move->text, NULL);
    if (removable)
        rewrite_remove(rewrite, move->statement);
    replace_uses(program, move, edit);
    return NULL;
}
