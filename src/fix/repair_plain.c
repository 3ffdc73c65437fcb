/* Plain imports of what does not exist: `import a.b` is re-pointed together with the chains that rest on it.
 *
 * The import binds `a`, and the file says `a.b.X` wherever it means the module; so all `a.b` of that variable
 * become the path that was found. Where several plain imports share the top name, a chain rests on the
 * longest path that it starts with. What else hangs on `a` must have another import to hang on.
 * Cost: linear in the tokens of the file, times the plain imports it has below one top name. */
#include <string.h>

#include "fix/chain.h"
#include "fix/repair.h"

/* PlainFile — one file while its chains are read. */
typedef struct PlainFile {
    const File *file;
    const Lexed *lexed;
    const Scopes *scopes;
    uint32_t own;     /* token: the top name in the import */
    GPtrArray *paths; /* const char *: of all plain imports that bind the same variable, ours first */
} PlainFile;

static uint32_t name_token(const Lexed *lexed, uint32_t start)
{
    uint32_t index = lexed_token_at(lexed, start);

    while (index + 1 < lexed->n_tokens && lexed->tokens[index].start == start &&
           lexed->tokens[index].kind != TOKEN_NAME)
        index++;
    return index;
}

static bool is_same_variable(const PlainFile *plain, uint32_t index)
{
    const Scopes *scopes = plain->scopes;

    return plain->lexed->tokens[index].kind == TOKEN_NAME && scopes->uses[index] != SCOPES_NONE &&
           scopes->ids[index] == scopes->ids[plain->own] &&
           scopes_local(scopes, scopes->uses[index]) == scopes_local(scopes, scopes->uses[plain->own]);
}

/* The plain import whose name starts at a token, or NULL. */
static const FactsImport *import_at(const PlainFile *plain, uint32_t index)
{
    for (uint32_t i = 0; i < plain->file->facts.n_imports; i++) {
        const FactsImport *fact = &plain->file->facts.imports[i];
        if (fact->form == IMPORT_MODULE && !fact->aliased && name_token(plain->lexed, fact->start) == index)
            return fact;
    }
    return NULL;
}

/* Gathers the paths that bind the variable; a reason when something else binds it, too. */
static const char *collect_paths(PlainFile *plain, const FactsImport *own)
{
    const char *path = file_text(plain->file, own->module);

    g_ptr_array_add(plain->paths, (gpointer)(uintptr_t)path);
    for (uint32_t i = 0; i < plain->lexed->n_tokens; i++) {
        if (i == plain->own || !is_same_variable(plain, i) || !(plain->scopes->uses[i] & SCOPES_BINDS))
            continue;
        const FactsImport *fact = import_at(plain, i);
        if (fact == NULL)
            return "the name of the module is bound in several ways";
        const char *other = file_text(plain->file, fact->module);
        if (strcmp(other, path) == 0)
            return "the module is imported in several places";
        g_ptr_array_add(plain->paths, (gpointer)(uintptr_t)other);
    }
    return NULL;
}

/* Which of the paths does the chain at a token rest on: the end of the longest, in *end; -1: none. */
static int rests_on(const PlainFile *plain, uint32_t index, uint32_t *end)
{
    int best = -1;

    *end = 0;
    for (uint32_t p = 0; p < plain->paths->len; p++) {
        uint32_t last = usage_path_end(plain->lexed, index, g_ptr_array_index(plain->paths, p));
        if (last > *end) {
            *end = last;
            best = (int)p;
        }
    }
    return best;
}

static const char *collect_chains(const PlainFile *plain, GArray *uses)
{
    for (uint32_t i = 0; i < plain->lexed->n_tokens; i++) {
        uint32_t end;
        if (i == plain->own || !is_same_variable(plain, i) || (plain->scopes->uses[i] & SCOPES_BINDS))
            continue;
        int path = rests_on(plain, i, &end);
        if (path < 0 && plain->paths->len == 1)
            return "its top name is used for other things here";
        if (path != 0)
            continue;
        ChainUse use = {.start = plain->lexed->tokens[i].start,
                        .end = plain->lexed->tokens[end].end,
                        .definition = ID_NONE,
                        .module = ID_NONE};
        g_array_append_val(uses, use);
    }
    return NULL;
}

/* Is the top name of the new path free here, or bound by plain imports alone? */
static bool can_bind(const PlainFile *plain, const char *top)
{
    for (uint32_t i = 0; i < plain->lexed->n_tokens; i++) {
        const Token *token = &plain->lexed->tokens[i];
        if (token->kind != TOKEN_NAME || plain->scopes->uses[i] == SCOPES_NONE ||
            token->end - token->start != strlen(top) ||
            memcmp(plain->lexed->bytes + token->start, top, strlen(top)) != 0 || is_same_variable(plain, i))
            continue;
        if (!scopes_is_global(plain->scopes, plain->scopes->uses[plain->own]) ||
            !scopes_is_global(plain->scopes, plain->scopes->uses[i]) ||
            ((plain->scopes->uses[i] & SCOPES_BINDS) && import_at(plain, i) == NULL))
            return false;
    }
    return true;
}

static char *read_plain(PlainFile *plain, Program *program, const FactsImport *fact, FixMove *move)
{
    g_autofree char *top = g_strndup(move->text, strcspn(move->text, "."));

    plain->own = name_token(plain->lexed, fact->start);
    if (plain->scopes->uses[plain->own] == SCOPES_NONE)
        return g_strdup("the statement is written in a way that is not edited");
    if (chain_is_in_class(plain->file, fact->context))
        return g_strdup("what a class imports is an attribute of it");
    const char *reason = collect_paths(plain, fact);
    reason = reason != NULL ? reason : collect_chains(plain, move->chain->uses);
    if (reason != NULL)
        return g_strdup(reason);
    if (!can_bind(plain, top))
        return g_strdup_printf("the name %s is used for something else here", top);
    move->adds = g_new(Sym, 1);
    move->adds[move->n_adds++] = intern_cstr(program->interner, top);
    move->drops = g_new(Sym, 1);
    move->drops[move->n_drops++] = move->bound;
    return NULL;
}

char *repair_plain(const FixState *state, const Broken *broken, FixMove *move)
{
    Program *program = state->view->program;
    const File *file = &program->files[broken->file];
    const FactsImport *fact = &file->facts.imports[program->imports[broken->import].fact];
    g_autoptr(GBytes) bytes = source_read(state->source, program_text(program, file->path), NULL);
    size_t length;

    if (bytes == NULL)
        return g_strdup("the file cannot be read");
    const char *text = g_bytes_get_data(bytes, &length);
    Lexer *lexer = lexer_new();
    Scopes scopes = {0};
    PlainFile plain = {.file = file, .lexed = lexer_run(lexer, text != NULL ? text : "", length)};
    plain.scopes = &scopes;
    plain.paths = g_ptr_array_new();
    scopes_find(&scopes, plain.lexed);
    move->chain = g_new0(struct FixChain, 1);
    move->chain->shape = CHAIN_PATH;
    move->chain->uses = g_array_new(FALSE, FALSE, sizeof(ChainUse));
    move->chain->names = g_array_new(FALSE, FALSE, sizeof(Sym));
    char *reason = read_plain(&plain, program, fact, move);
    g_ptr_array_free(plain.paths, TRUE);
    scopes_clear(&scopes);
    lexer_free(lexer);
    return reason;
}
