/* Do two definitions say the same? Their tokens as fingerprinted (layout, comments, quotes and docstrings do
 * not count), and every name that they read from their modules. Where a docstring differs, that is told.
 *
 * A name leads to the same when both modules bind it alike: one candidate after the other to the same
 * definition, module or name of the outside; or, where each module has a value of its own, to equal
 * constants that nobody sets from outside. That is stricter than the verdict, which leaves the benefit of
 * the doubt: what is replaced without being asked must not change. */
#include <string.h>

#include "fix/pair.h"
#include "resolve/resolve.h"

/* --- docstrings --- */

static bool is_layout(const Token *token)
{
    return token->kind == TOKEN_NEWLINE || token->kind == TOKEN_INDENT || token->kind == TOKEN_DEDENT ||
           token->kind == TOKEN_COMMENT;
}

/* Statements that are nothing but a string, whitespace folded. */
static char *docstrings(const Lexed *lexed, uint32_t first, uint32_t last)
{
    GString *all = g_string_new(NULL);
    bool at_start = false;

    for (uint32_t i = first; i < last; i++) {
        const Token *token = &lexed->tokens[i], *next = &lexed->tokens[i + 1];
        if (token->kind == TOKEN_STRING && at_start &&
            (next->kind == TOKEN_NEWLINE || next->kind == TOKEN_END || next->kind == TOKEN_COMMENT)) {
            g_autofree char *text = g_strndup(lexed->bytes + token->start, token->end - token->start);
            g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n\f", -1);
            for (char **word = words; *word != NULL; word++)
                if (**word != '\0')
                    g_string_append_printf(all, "%s ", *word);
            g_string_append_c(all, '\n');
        }
        bool colon = token->kind == TOKEN_OPERATOR && token->detail == OPERATOR_COLON && token->depth == 0;
        at_start = is_layout(token) ? at_start || token->kind != TOKEN_COMMENT : colon;
    }
    return g_string_free(all, FALSE);
}

static bool same_docstrings(Pair *pair)
{
    Id ids[2] = {pair->removed, pair->kept};
    char *said[2];

    for (int side = 0; side < 2; side++) {
        uint32_t first, last;
        pair_tokens(pair, side, ids[side], &first, &last);
        said[side] = docstrings(pair->text[side].lexed, first, last);
    }
    bool same = strcmp(said[0], said[1]) == 0;
    g_free(said[0]);
    g_free(said[1]);
    return same;
}

/* Does its code ask for a docstring? */
static bool reads_docstring(const Pair *pair, int side, Id definition)
{
    uint32_t first, last;

    pair_tokens(pair, side, definition, &first, &last);
    for (uint32_t i = first; i < last; i++)
        if (pair_token_is(pair->text[side].lexed, &pair->text[side].lexed->tokens[i], "__doc__"))
            return true;
    return false;
}

/* --- constants --- */

static bool is_literal_token(const Lexed *lexed, const Token *token)
{
    if (token->kind == TOKEN_NUMBER || token->kind == TOKEN_COMMENT || token->kind == TOKEN_NEWLINE)
        return true;
    if (token->kind == TOKEN_STRING)
        return (token->detail & (STRING_FORMAT | STRING_TEMPLATE)) == 0;
    if (token->kind == TOKEN_NAME)
        return token->detail == KEYWORD_TRUE || token->detail == KEYWORD_FALSE ||
               token->detail == KEYWORD_NONE_VALUE;
    return token->kind == TOKEN_OPERATOR && token->detail != OPERATOR_LBRACKET &&
           token->detail != OPERATOR_LBRACE && token->detail != OPERATOR_SEMICOLON &&
           !pair_token_is(lexed, token, "@");
}

/* Makes the same, whoever calls it: what a module-level constant may be made by. */
static bool is_pure_maker(const Program *program, Target target)
{
    static const char *const makers[] = {
        "re:compile",         "typing:TypeVar",      "typing:ParamSpec",   "typing_extensions:TypeVar",
        "datetime:timedelta", "decimal:Decimal",     "fractions:Fraction", "typing_extensions:ParamSpec",
        "struct:Struct",      "operator:attrgetter", "operator:itemgetter"};

    if (target.kind != TARGET_EXTERNAL)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++)
        if (strcmp(program_text(program, target.id), makers[i]) == 0)
            return true;
    return false;
}

/* `NAME = literal`, or a call of a pure maker with literals. */
static bool is_constant(const Pair *pair, int side, Id module, const FactsBinding *fact)
{
    const PairText *text = &pair->text[side];
    const File *file = program_module_file(pair->program, module);
    uint32_t i = lexed_token_at(text->lexed, fact->start);

    if (file != &pair->program->files[text->file])
        return false;
    while (
        i < text->lexed->n_tokens && text->lexed->tokens[i].start < fact->end &&
        !(text->lexed->tokens[i].kind == TOKEN_OPERATOR && text->lexed->tokens[i].detail == OPERATOR_EQUAL))
        i++;
    i++;
    if (fact->target != 0) {
        const char *callee = file_text(file, fact->target);
        if (!is_pure_maker(pair->program, resolve_dotted(pair->program, module, callee)))
            return false;
        while (i < text->lexed->n_tokens && text->lexed->tokens[i].start < fact->end &&
               text->lexed->tokens[i].detail != OPERATOR_LPAREN)
            i++;
    }
    for (; i < text->lexed->n_tokens && text->lexed->tokens[i].start < fact->end; i++)
        if (!is_literal_token(text->lexed, &text->lexed->tokens[i]))
            return false;
    return true;
}

/* The one statement that binds a name in its module; NULL when there are several, or another form. */
static const FactsBinding *only_value(const Program *program, Id module, Sym name)
{
    const File *file = program_module_file(program, module);
    const FactsBinding *found = NULL;

    for (uint32_t i = 0; file != NULL && i < file->facts.n_bindings; i++) {
        const FactsBinding *fact = &file->facts.bindings[i];
        bool global = fact->context == 0 || fact->kind == BINDING_GLOBAL ||
                      file->facts.contexts[fact->context].kind < CONTEXT_CLASS;
        if (!global || file_sym(file, fact->name) != name)
            continue;
        if (found != NULL || fact->kind != BINDING_VALUE || fact->context != 0)
            return NULL;
        found = fact;
    }
    return found;
}

static bool same_constants(const Pair *pair, const Target *a, const Target *b)
{
    const World *world = pair->world;
    Id modules[2] = {a->id, b->id};
    Sym names[2] = {a->name, b->name};
    const FactsBinding *facts[2];

    for (int side = 0; side < 2; side++) {
        facts[side] = only_value(pair->program, modules[side], names[side]);
        if (facts[side] == NULL || facts[side]->value_hash == 0 ||
            !is_constant(pair, side, modules[side], facts[side]) ||
            world_is_patched(world, modules[side], names[side]) || world_is_overwritten(world, names[side]))
            return false;
    }
    return facts[0]->value_hash == facts[1]->value_hash;
}

/* --- names --- */

/* What every module has of its own, though none binds it. */
static bool is_of_the_module(const char *name)
{
    static const char *const names[] = {"__name__",    "__file__", "__doc__",    "__spec__",
                                        "__package__", "__path__", "__loader__", "__dict__",
                                        "globals",     "exec",     "eval"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool same_target(const Pair *pair, const Target *a, const Target *b)
{
    if (target_equal(*a, *b))
        return true;
    if (a->kind == TARGET_DEFINITION && b->kind == TARGET_DEFINITION)
        return pair->becomes[a->id] == b->id;
    return a->kind == TARGET_VALUE && b->kind == TARGET_VALUE && same_constants(pair, a, b);
}

/* Bound only as type checkers see it? */
static bool is_typing(const Program *program, const Binding *binding)
{
    const File *file = program_module_file(program, binding->module);

    return binding->fact != FACTS_NONE && file != NULL &&
           (file->facts.contexts[file->facts.bindings[binding->fact].context].flags & CONTEXT_TYPING);
}

static bool same_candidate(const Pair *pair, const Binding *a, const Binding *b)
{
    return same_target(pair, &a->target, &b->target) && a->certainty == b->certainty &&
           is_typing(pair->program, a) == is_typing(pair->program, b);
}

static char *name_objection(const Pair *pair, const char *name)
{
    const Program *program = pair->program;
    Sym sym = intern_find(program->interner, name, strlen(name));
    Id modules[2] = {program->definitions[pair->removed].module, program->definitions[pair->kept].module};
    uint32_t n[2] = {0, 0};
    const Binding *bindings[2] = {NULL, NULL};

    for (int side = 0; side < 2 && sym != 0; side++)
        bindings[side] = program_bindings_of(program, modules[side], sym, &n[side]);
    if (n[0] == 0 && n[1] == 0) {
        if (is_of_the_module(name))
            return g_strdup_printf("it reads %s, which each module has of its own", name);
        for (int side = 0; side < 2; side++)
            if (program->modules[modules[side]].flags & MODULE_OPEN_WORLD && !resolve_is_builtin(name))
                return g_strdup_printf("what %s binds cannot be seen in full, and it reads %s",
                                       program_text(program, program->modules[modules[side]].name), name);
        return NULL;
    }
    for (int side = 0; side < 2; side++)
        if (n[side] == 0)
            return g_strdup_printf("it reads %s, which %s does not bind", name,
                                   program_text(program, program->modules[modules[side]].name));
    bool same = n[0] == n[1];
    for (uint32_t i = 0; same && i < n[0]; i++)
        same = same_candidate(pair, &bindings[0][i], &bindings[1][i]);
    return same ? NULL
                : g_strdup_printf("it reads %s, which is something else in %s", name,
                                  program_text(program, program->modules[modules[1]].name));
}

static char *uses_objection(const Pair *pair, Id definition)
{
    const FactsDefinition *fact = program_definition_fact(pair->program, definition);
    const File *file = program_definition_file(pair->program, definition);
    FactsStr previous = 0;

    for (uint32_t i = 0; i < fact->uses.count; i++) {
        const FactsUse *use = &file->facts.uses[fact->uses.first + i];
        const char *name = file_text(file, use->head);
        if (use->head == previous || use->head == fact->name)
            continue;
        previous = use->head;
        char *objection = name_objection(pair, name);
        if (objection != NULL)
            return objection;
    }
    return NULL;
}

/* Names within strings, as in annotations: those that the module binds. */
static char *strings_objection(const Pair *pair, int side, Id definition)
{
    const Program *program = pair->program;
    const Lexed *lexed = pair->text[side].lexed;
    Id module = program->definitions[definition].module;
    uint32_t first, last;
    const FactsDefinition *fact = pair_tokens(pair, side, definition, &first, &last);
    const File *file = program_definition_file(program, definition);

    for (uint32_t i = first; i < last; i++) {
        const Token *token = &lexed->tokens[i];
        if (token->kind != TOKEN_STRING || token->detail & (STRING_FORMAT | STRING_TRIPLE | STRING_BYTES) ||
            token->end - token->start > 120)
            continue;
        g_autofree char *text = g_strndup(lexed->bytes + token->start, token->end - token->start);
        g_auto(GStrv) words = g_strsplit_set(text, "\"' \t[](),.|:", -1);
        for (char **word = words; *word != NULL; word++) {
            Sym sym = **word == '\0' ? 0 : intern_find(program->interner, *word, strlen(*word));
            uint32_t n = 0;
            if (sym == 0 || sym == file_sym(file, fact->name))
                continue;
            program_bindings_of(program, module, sym, &n);
            char *objection = n == 0 ? NULL : name_objection(pair, *word);
            if (objection != NULL)
                return objection;
        }
    }
    return NULL;
}

/* --- the module around it --- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "annotations,division": what `from __future__ import` turns on. */
static char *futures(const Program *program, Id module)
{
    const File *file = program_module_file(program, module);
    GString *names = g_string_new(NULL);
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (uint32_t i = 0; i < file->facts.n_imports; i++)
        if (strcmp(file_text(file, file->facts.imports[i].module), "__future__") == 0)
            g_ptr_array_add(all, (char *)(uintptr_t)file_text(file, file->facts.imports[i].name));
    g_ptr_array_sort(all, compare_texts);
    for (uint32_t i = 0; i < all->len; i++)
        g_string_append_printf(names, "%s,", (const char *)all->pdata[i]);
    return g_string_free(names, FALSE);
}

bool pair_is_same(const Pair *pair)
{
    const Program *program = pair->program;
    uint64_t hash = program_definition_fact(program, pair->removed)->text_hash;

    return hash != 0 && hash == program_definition_fact(program, pair->kept)->text_hash &&
           program->definitions[pair->removed].name == program->definitions[pair->kept].name;
}

char *identical_objection(Pair *pair)
{
    const Program *program = pair->program;

    pair->retold = false;
    pair->same = pair_is_same(pair);
    if (pair->chosen) /* the user chose the other one's text, with what it reads */
        return NULL;
    if (!pair->same)
        return g_strdup_printf("its text differs from that of %s: --survivor says which is meant",
                               pair_id(pair, pair->kept));
    pair->retold = !same_docstrings(pair);
    if (pair->retold && (reads_docstring(pair, 0, pair->removed) || reads_docstring(pair, 1, pair->kept)))
        return g_strdup("it reads __doc__, and the docstrings differ: --survivor says which are meant");
    g_autofree char *future_a = futures(program, program->definitions[pair->removed].module);
    g_autofree char *future_b = futures(program, program->definitions[pair->kept].module);
    if (strcmp(future_a, future_b) != 0)
        return g_strdup("the two modules have different `from __future__` imports");
    char *objection = uses_objection(pair, pair->removed);
    return objection != NULL ? objection : strings_objection(pair, 0, pair->removed);
}
