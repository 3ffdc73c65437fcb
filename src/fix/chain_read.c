/* Reading chains: the tokens that stand for the variable which the import binds, and the attributes
 * that follow each. A chain is walked from the module that the variable holds, submodule by submodule, until
 * a name is a definition. */
#include <string.h>

#include "fix/chain.h"

static const Token *token_at(const ChainFile *file, uint32_t index)
{
    return &file->lexed->tokens[MIN(index, file->lexed->n_tokens - 1)];
}

static bool is_operator(const Token *token, uint32_t detail)
{
    return token->kind == TOKEN_OPERATOR && token->detail == detail;
}

static Sym token_sym(const ChainFile *file, const Token *token)
{
    return intern_find(file->program->interner, file->lexed->bytes + token->start, token->end - token->start);
}

static Id submodule(const Program *program, Id module, Sym name)
{
    g_autofree char *id = g_strdup_printf("%s.%s", program_text(program, program->modules[module].id),
                                          program_text(program, name));

    return program_find_module(program, id);
}

/* One attribute of a module. TARGET_NONE: nothing sure. */
static Target attribute(const Program *program, Id module, Sym name)
{
    uint32_t count;
    const Binding *binding = program_bindings_of(program, module, name, &count);
    Id below = submodule(program, module, name);

    if (binding == NULL || count == 0)
        return (Target){.kind = below != ID_NONE ? TARGET_MODULE : TARGET_NONE, .id = below};
    if (count != 1 || binding->certainty == CERTAINTY_POSSIBLE ||
        (below != ID_NONE && binding->target.kind != TARGET_MODULE))
        return (Target){.kind = TARGET_NONE};
    return binding->target;
}

/* The token that starts at a byte and is a name. */
static uint32_t name_token(const ChainFile *file, uint32_t start)
{
    uint32_t index = lexed_token_at(file->lexed, start);

    while (token_at(file, index)->start == start && token_at(file, index)->kind != TOKEN_NAME &&
           token_at(file, index)->kind != TOKEN_END)
        index++;
    return index;
}

static uint32_t bound_token(const ChainFile *file, const FactsImport *fact)
{
    uint32_t index = name_token(file, fact->start);

    for (uint32_t i = index;
         fact->aliased && i < file->lexed->n_tokens && token_at(file, i)->start < fact->end; i++)
        if (token_at(file, i)->kind == TOKEN_NAME)
            index = i;
    return index;
}

static bool is_same_variable(const ChainFile *file, uint32_t a, uint32_t b)
{
    const Scopes *scopes = file->scopes;

    return scopes->uses[b] != SCOPES_NONE && scopes->ids[a] == scopes->ids[b] &&
           scopes_local(scopes, scopes->uses[a]) == scopes_local(scopes, scopes->uses[b]);
}

/* A binding of the head by another `import head…` is the same object. */
static bool is_plain_import(const ChainFile *file, uint32_t index)
{
    uint32_t start = token_at(file, index)->start;

    for (uint32_t i = 0; i < file->file->facts.n_imports; i++) {
        const FactsImport *fact = &file->file->facts.imports[i];
        if (fact->start == start)
            return fact->form == IMPORT_MODULE && !fact->aliased;
    }
    return false;
}

/* A store through the chain: `m.X = …`, `del m.X`. */
static bool is_store(const ChainFile *file, uint32_t head, uint32_t last)
{
    const Token *before = token_at(file, head > 0 ? head - 1 : 0), *after = token_at(file, last + 1);

    if (before->kind == TOKEN_NAME && before->detail == KEYWORD_DEL)
        return true;
    return after->depth == 0 &&
           (is_operator(after, OPERATOR_EQUAL) || is_operator(after, OPERATOR_AUGMENTED) ||
            is_operator(after, OPERATOR_COLON)) &&
           (before->kind == TOKEN_NEWLINE || before->kind == TOKEN_INDENT || before->kind == TOKEN_DEDENT ||
            before->kind == TOKEN_COMMENT || is_operator(before, OPERATOR_SEMICOLON));
}

static bool is_wanted(const ChainFile *file, Id id, bool pinned)
{
    const Program *program = file->program;
    const Definition *definition = &program->definitions[id];

    if (definition->kind == KIND_FUNCTION && !pinned)
        return false;
    return file->name == NULL || config_glob(file->name, program_text(program, definition->name)) ||
           config_glob(file->name, program_text(program, definition->id));
}

/* "a.b" is a.b.c or above it. */
static bool is_above(const char *name, const char *dotted)
{
    size_t length = strlen(name);

    return strncmp(name, dotted, length) == 0 && (dotted[length] == '.' || dotted[length] == '\0');
}

/* Is this the import that a chain over `module` rests on: the longest that names it or what is above it? */
static bool rests_on(const ChainFile *file, const ChainImport *own, Id module)
{
    const Program *program = file->program;
    const Module *importer = &program->modules[file->module];
    const char *wanted = program_text(program, program->modules[module].name);
    const char *name = program_text(program, program->imports[own->import].module_name);
    uint32_t context = file->file->facts.imports[program->imports[own->import].fact].context;

    if (!is_above(name, wanted))
        return false;
    for (uint32_t i = importer->first_import; i < importer->first_import + importer->n_imports; i++) {
        const Import *other = &program->imports[i];
        if (i == own->import || other->fact == FACTS_NONE || other->kind == IMPORT_STRING ||
            other->kind == IMPORT_PARENT || other->name != 0)
            continue;
        const FactsImport *fact = &file->file->facts.imports[other->fact];
        const char *theirs = program_text(program, other->module_name);
        if (fact->form == IMPORT_MODULE && !fact->aliased && fact->context == context &&
            is_above(theirs, wanted) &&
            (strlen(theirs) > strlen(name) || (strlen(theirs) == strlen(name) && i < own->import)))
            return false;
    }
    return true;
}

/* One use of the variable at token `head`. False: it is stored to. */
static bool read_use(const ChainFile *file, ChainImport *import, uint32_t head, Id holds)
{
    const Program *program = file->program;
    Target at = {.kind = TARGET_MODULE, .id = holds};
    uint32_t last = head;
    Id module = holds;
    Sym asked = 0;
    bool pinned;

    while (at.kind == TARGET_MODULE && is_operator(token_at(file, last + 1), OPERATOR_DOT) &&
           token_at(file, last + 2)->kind == TOKEN_NAME) {
        module = at.id;
        asked = token_sym(file, token_at(file, last + 2));
        at = asked == 0 ? (Target){.kind = TARGET_NONE} : attribute(program, module, asked);
        last += 2;
    }
    if (is_store(file, head, last))
        return false;
    if (at.kind != TARGET_DEFINITION || (import->plain && !rests_on(file, import, module)) ||
        homes_settled(file->homes, at.id, file->module, module, asked)) {
        import->others = true;
        return true;
    }
    ChainUse use = {.start = token_at(file, head)->start,
                    .end = token_at(file, last)->end,
                    .definition = at.id,
                    .module = module,
                    .asked = asked};
    use.home = homes_of(file->homes, at.id, file->module, &pinned);
    if (is_wanted(file, at.id, pinned))
        g_array_append_val(import->uses, use);
    else
        import->others = true;
    return true;
}

/* A string that names the variable may be an annotation: who keeps the import alive is not seen. */
static bool is_in_string(const ChainFile *file, const Token *token, const char *name)
{
    const char *text = file->lexed->bytes + token->start;
    size_t length = token->end - token->start, n = strlen(name);

    for (size_t i = 1; i + n < length; i++)
        if (memcmp(text + i, name, n) == 0 && text[i + n] == '.' && !g_ascii_isalnum(text[i - 1]) &&
            text[i - 1] != '_' && text[i - 1] != '.')
            return true;
    return false;
}

const char *chain_read(const ChainFile *file, ChainImport *import)
{
    const Program *program = file->program;
    const Import *raw = &program->imports[import->import];
    const FactsImport *fact = &file->file->facts.imports[raw->fact];
    const char *bound = file_text(file->file, fact->bound);
    uint32_t own = bound_token(file, fact);
    Id holds = raw->target_module;

    for (; import->plain && program->modules[holds].parent != ID_NONE;
         holds = program->modules[holds].parent) {
    }
    if (file->scopes->uses[own] == SCOPES_NONE)
        return "the statement is written in a way that is not edited";
    for (uint32_t i = 0; i < file->lexed->n_tokens; i++) {
        const Token *token = token_at(file, i);
        if (token->kind == TOKEN_STRING && !(token->detail & STRING_BYTES) &&
            is_in_string(file, token, bound))
            import->others = true;
        if (i == own || token->kind != TOKEN_NAME || !is_same_variable(file, own, i))
            continue;
        if (file->scopes->uses[i] & SCOPES_BINDS) {
            if (!import->plain || !is_plain_import(file, i))
                return "the name of the module is bound in several ways";
        } else if (!read_use(file, import, i, holds)) {
            return "an attribute of the module is set here";
        }
    }
    return NULL;
}

static bool is_named(const ChainFile *file, uint32_t index, const char *name)
{
    const Token *token = token_at(file, index);

    return token->kind == TOKEN_NAME && file->scopes->uses[index] != SCOPES_NONE &&
           token->end - token->start == strlen(name) &&
           memcmp(file->lexed->bytes + token->start, name, strlen(name)) == 0;
}

bool chain_name_is_free(const ChainFile *file, const char *name)
{
    for (uint32_t i = 0; i < file->lexed->n_tokens; i++)
        if (is_named(file, i, name))
            return false;
    return true;
}

bool chain_name_is_global(const ChainFile *file, const char *name)
{
    for (uint32_t i = 0; i < file->lexed->n_tokens; i++)
        if (is_named(file, i, name) && !scopes_is_global(file->scopes, file->scopes->uses[i]))
            return false;
    return true;
}
