/* Facts from tokens alone, for files on which the parser ran out of its budget: imports, classes,
 * functions, plain assignments and the blocks they stand in, by indentation. Nothing that needs an
 * expression to be understood is read. One pass, linear in tokens. */
#include "parse/extract.h"

#include <string.h>

#include "parse/extract_internal.h"

/* Header — the statement whose block is about to open. */
typedef struct Header {
    bool pending;
    uint8_t kind; /* FactsContextKind */
    uint32_t start;
    uint32_t definition; /* CONTEXT_CLASS */
    FactsStr name;       /* CONTEXT_CLASS, CONTEXT_FUNCTION */
} Header;

typedef struct Reader {
    Ex *ex;
    const Lexed *lexed;
    Header header;
    uint32_t level; /* indentation */
} Reader;

static const Token *at(const Reader *reader, uint32_t token)
{
    return &reader->lexed->tokens[MIN(token, reader->lexed->n_tokens - 1)];
}

static bool is_keyword(const Token *token, Keyword keyword)
{
    return token->kind == TOKEN_NAME && token->detail == keyword;
}

static bool is_operator(const Token *token, Operator operator)
{
    return token->kind == TOKEN_OPERATOR && token->detail == operator;
}

static bool is_name(const Token *token)
{
    return token->kind == TOKEN_NAME && token->detail == KEYWORD_NONE;
}

static bool ends_statement(const Token *token)
{
    return token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END || is_operator(token, OPERATOR_SEMICOLON);
}

static FactsStr token_name(const Reader *reader, const Token *token)
{
    return ex_name_bytes(reader->ex, reader->lexed->bytes + token->start, token->end - token->start);
}

/* "a.b.c" from `*token` on; moves it behind. 0 when no name stands there. */
static FactsStr dotted(const Reader *reader, uint32_t *token, FactsStr *head)
{
    GString *buffer = reader->ex->buffer;
    FactsStr first = 0;

    g_string_truncate(buffer, 0);
    while (is_name(at(reader, *token)) && buffer->len <= MAX_QUALNAME) {
        FactsStr name = token_name(reader, at(reader, *token));
        first = first == 0 ? name : first;
        g_string_append(buffer, facts_builder_chars(reader->ex->builder, name));
        (*token)++;
        if (!is_operator(at(reader, *token), OPERATOR_DOT) || !is_name(at(reader, *token + 1)))
            break;
        g_string_append_c(buffer, '.');
        (*token)++;
    }
    if (head != NULL)
        *head = first;
    return buffer->len == 0 ? 0 : facts_builder_string(reader->ex->builder, buffer->str, buffer->len);
}

/* --- imports --- */

static void add_import(Reader *reader, FactsImport import)
{
    FactsBuilder *builder = reader->ex->builder;
    bool star = import.form == IMPORT_STAR;
    uint32_t index = builder->imports.count;

    import.context = ex_context(reader->ex);
    import.line = ex_line(reader->ex, import.start);
    *facts_builder_add_imports(builder) = import;
    ex_bind(reader->ex, import.bound, star ? BINDING_STAR : BINDING_IMPORT, import.statement_start,
            import.statement_end)
        ->ref = index;
}

/* One `a.b as c`, `name as x` or `*`; returns the token behind it. */
static uint32_t read_item(Reader *reader, FactsImport import, uint32_t token)
{
    FactsStr head;
    bool from = import.form == IMPORT_FROM;

    import.start = at(reader, token)->start;
    if (from && is_operator(at(reader, token), OPERATOR_STAR)) {
        import.form = IMPORT_STAR;
        import.end = at(reader, token)->end;
        add_import(reader, import);
        return token + 1;
    }
    FactsStr name = dotted(reader, &token, &head);
    if (name == 0)
        return token + 1;
    import.bound = from ? name : head;
    import.name = from ? name : 0;
    import.module = from ? import.module : name;
    if (is_keyword(at(reader, token), KEYWORD_AS) && is_name(at(reader, token + 1))) {
        import.aliased = 1;
        import.bound = token_name(reader, at(reader, token + 1));
        token += 2;
    }
    import.end = at(reader, token - 1)->end;
    add_import(reader, import);
    return token;
}

static uint32_t statement_end(const Reader *reader, uint32_t token)
{
    while (!ends_statement(at(reader, token)))
        token++;
    return token;
}

static uint32_t read_import(Reader *reader, uint32_t token)
{
    uint32_t end = statement_end(reader, token);
    FactsImport import = {.form = IMPORT_MODULE, .statement_start = at(reader, token)->start};

    import.statement_end = MAX(at(reader, end - 1)->end, import.statement_start);
    import.statement_line = at(reader, token)->line;
    if (is_keyword(at(reader, token), KEYWORD_FROM)) {
        uint32_t dots = 0;
        import.form = IMPORT_FROM;
        for (token++; token < end; token++) {
            const Token *t = at(reader, token);
            if (!is_operator(t, OPERATOR_DOT) && !is_operator(t, OPERATOR_ELLIPSIS))
                break;
            dots += t->end - t->start;
        }
        import.level = (uint16_t)MIN(dots, UINT16_MAX);
        import.module = dotted(reader, &token, NULL);
        if (!is_keyword(at(reader, token), KEYWORD_IMPORT))
            return end;
    }
    for (token++; token < end;) {
        const Token *t = at(reader, token);
        if (is_name(t) || is_operator(t, OPERATOR_STAR))
            token = read_item(reader, import, token);
        else
            token++;
    }
    return end;
}

/* --- definitions --- */

/* Arguments of a class statement: only those that are plain dotted names. */
static FactsSlice read_bases(Reader *reader, uint32_t token)
{
    FactsBuilder *builder = reader->ex->builder;
    FactsSlice slice = {builder->expressions.count, 0};

    if (!is_operator(at(reader, token), OPERATOR_LPAREN))
        return slice;
    for (token++; is_name(at(reader, token)); token++) {
        uint32_t start = at(reader, token)->start;
        FactsStr text = dotted(reader, &token, NULL);
        if (!is_operator(at(reader, token), OPERATOR_COMMA) &&
            !is_operator(at(reader, token), OPERATOR_RPAREN))
            break;
        FactsExpression *expression = facts_builder_add_expressions(builder);
        expression->text = expression->dotted = text;
        expression->start = start;
        expression->end = at(reader, token - 1)->end;
        slice.count++;
    }
    return slice;
}

static void read_definition(Reader *reader, uint32_t start_token, uint32_t keyword)
{
    Ex *ex = reader->ex;
    const Token *name_token = at(reader, keyword + 1);
    bool class = is_keyword(at(reader, keyword), KEYWORD_CLASS);
    uint32_t start = at(reader, start_token)->start, end = ex_suite_end(ex, start, name_token->end);
    uint8_t scope = ex_top(ex)->scope;

    if (!is_name(name_token))
        return;
    FactsStr name = token_name(reader, name_token);
    reader->header = (Header){.pending = true,
                              .kind = class ? CONTEXT_CLASS : CONTEXT_FUNCTION,
                              .start = start,
                              .definition = ex_top(ex)->definition,
                              .name = name};
    if (!class && scope != SCOPE_MODULE) {
        if (scope == SCOPE_CLASS)
            ex_bind(ex, name, BINDING_METHOD, start, end);
        return;
    }
    FactsSlice bases = class ? read_bases(reader, keyword + 2) : (FactsSlice){0};
    uint32_t index = ex_definition(ex, name, class ? SYNTAX_CLASS : SYNTAX_FUNCTION, start, end);
    ex->builder->definitions.data[index].name_start = name_token->start;
    ex->builder->definitions.data[index].bases = bases;
    ex_fingerprint(ex, index);
    ex_bind(ex, name, BINDING_DEFINITION, start, end)->ref = index;
    reader->header.definition = index;
}

/* --- other statements --- */

static void read_assignment(Reader *reader, uint32_t token)
{
    Ex *ex = reader->ex;
    uint32_t start = at(reader, token)->start, value = token + 2;

    if (ex_top(ex)->scope == SCOPE_FUNCTION)
        return;
    FactsStr name = token_name(reader, at(reader, token));
    FactsStr target = dotted(reader, &value, NULL);
    bool alias = target != 0 && ends_statement(at(reader, value));
    FactsBinding *binding = ex_bind(ex, name, alias ? BINDING_ALIAS : BINDING_VALUE, start,
                                    at(reader, MAX(value, token + 3) - 1)->end);
    binding->target = alias ? target : 0;
    binding->computed = !alias;
}

static void announce_block(Reader *reader, uint32_t token)
{
    static const struct {
        uint8_t keyword, kind;
    } KINDS[] = {
        {KEYWORD_IF, CONTEXT_IF},     {KEYWORD_ELIF, CONTEXT_IF},       {KEYWORD_ELSE, CONTEXT_ELSE},
        {KEYWORD_TRY, CONTEXT_TRY},   {KEYWORD_EXCEPT, CONTEXT_EXCEPT}, {KEYWORD_FINALLY, CONTEXT_FINALLY},
        {KEYWORD_WITH, CONTEXT_WITH}, {KEYWORD_FOR, CONTEXT_LOOP},      {KEYWORD_WHILE, CONTEXT_LOOP},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(KINDS); i++) {
        if (is_keyword(at(reader, token), (Keyword)KINDS[i].keyword))
            reader->header = (Header){.pending = true,
                                      .kind = KINDS[i].kind,
                                      .start = at(reader, token)->start,
                                      .definition = ex_top(reader->ex)->definition};
    }
}

/* The statement that begins at a token; returns the token to go on from. */
static uint32_t read_statement(Reader *reader, uint32_t token)
{
    const Token *first = at(reader, token);
    bool async = is_keyword(first, KEYWORD_ASYNC);

    if (is_keyword(first, KEYWORD_IMPORT) || is_keyword(first, KEYWORD_FROM))
        return read_import(reader, token);
    if (is_keyword(at(reader, token + async), KEYWORD_DEF) || is_keyword(first, KEYWORD_CLASS))
        read_definition(reader, token, token + async);
    else if (is_name(first) && is_operator(at(reader, token + 1), OPERATOR_EQUAL))
        read_assignment(reader, token);
    else
        announce_block(reader, token);
    return token + 1;
}

static void open_block(Reader *reader)
{
    Ex *ex = reader->ex;
    const Header *header = &reader->header;

    reader->level++;
    if (!header->pending)
        return;
    Frame frame = *ex_top(ex);
    frame.depth = reader->level;
    frame.kind = header->kind;
    frame.context = FACTS_NONE;
    frame.statement = header->start;
    frame.line = ex_line(ex, header->start);
    frame.definition = header->definition;
    frame.name = header->kind == CONTEXT_FUNCTION ? header->name : 0;
    if (header->kind == CONTEXT_CLASS || header->kind == CONTEXT_FUNCTION) {
        bool class = header->kind == CONTEXT_CLASS;
        frame.scope = class ? SCOPE_CLASS : SCOPE_FUNCTION;
        frame.owner = class ? header->definition : FACTS_NONE;
        frame.flags |= class ? 0 : CONTEXT_LAZY;
        g_string_truncate(ex->qualname, frame.qualname);
        if (ex->qualname->len <= MAX_QUALNAME)
            g_string_append_printf(ex->qualname, "%s%s", facts_builder_chars(ex->builder, header->name),
                                   class ? "." : ".<locals>.");
        frame.qualname = (uint32_t)ex->qualname->len;
    }
    g_array_append_val(ex->frames, frame);
}

static void close_block(Reader *reader)
{
    Ex *ex = reader->ex;

    while (ex->frames->len > 1 && ex_top(ex)->depth >= reader->level)
        g_array_set_size(ex->frames, ex->frames->len - 1);
    if (reader->level > 0)
        reader->level--;
}

void extractor_run_tokens(Extractor *ex, const Lexed *lexed, FactsBuilder *builder)
{
    ExtractInput input = {.lexed = lexed};
    Reader reader = {.ex = ex, .lexed = lexed};
    bool begins = true;

    ex_begin(ex, &input, builder);
    for (uint32_t i = 0; i < lexed->n_tokens;) {
        const Token *token = &lexed->tokens[i];
        if (token->kind == TOKEN_COMMENT || token->inside) {
            i++;
        } else if (token->kind == TOKEN_INDENT || token->kind == TOKEN_DEDENT) {
            token->kind == TOKEN_INDENT ? open_block(&reader) : close_block(&reader);
            reader.header.pending = false;
            begins = true;
            i++;
        } else if (ends_statement(token) || (is_operator(token, OPERATOR_COLON) && token->depth == 0)) {
            begins = true;
            i++;
        } else if (begins && token->depth == 0) {
            /* A header without a block: what follows it stands where it stands. */
            if (i > 0 && !is_operator(&token[-1], OPERATOR_COLON))
                reader.header.pending = false;
            i = read_statement(&reader, i);
            begins = false;
        } else {
            begins = false;
            i++;
        }
    }
    ex_place_members(ex);
}
