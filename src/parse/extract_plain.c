/* Statements that tree-sitter was not shown (plain.h), read from their tokens. What the extraction
 * makes of a node of the same statement in a full parse has to be the same: `factsdump --compare`
 * holds the two against each other. */
#include "parse/extract_internal.h"

#include "parse/header.h"

static uint32_t token_start(const Ex *ex, uint32_t token)
{
    return ex->in.lexed->tokens[token].start;
}

/* End of the last token before `token` that is code, and no part of an f-string. */
static uint32_t end_before(const Ex *ex, uint32_t token)
{
    const Token *tokens = ex->in.lexed->tokens;

    do
        token--;
    while (tokens[token].kind == TOKEN_COMMENT || tokens[token].inside != 0);
    return tokens[token].end;
}

static bool is(const Ex *ex, uint32_t token, TokenKind kind, uint8_t detail)
{
    const Token *t = &ex->in.lexed->tokens[token];

    return t->kind == kind && t->detail == detail;
}

static FactsStr token_name(Ex *ex, uint32_t token)
{
    const Token *t = &ex->in.lexed->tokens[token];

    return ex_name_bytes(ex, ex->in.lexed->bytes + t->start, t->end - t->start);
}

/* "a.b" of the dotted name at tokens [first, last); longer than a name may be, 0 unless `cut`. */
static FactsStr dotted(Ex *ex, uint32_t first, uint32_t last, bool cut)
{
    uint32_t next = plain_next(ex->in.lexed, first);

    if (next >= last)
        return token_name(ex, first);
    g_string_truncate(ex->buffer, 0);
    for (uint32_t i = first; i < last && (ex->buffer->len <= MAX_QUALNAME || !cut);
         i = plain_next(ex->in.lexed, i)) {
        if (!is(ex, i, TOKEN_NAME, KEYWORD_NONE))
            continue;
        if (i > first)
            g_string_append_c(ex->buffer, '.');
        g_string_append(ex->buffer, facts_builder_chars(ex->builder, token_name(ex, i)));
        if (!cut && ex->buffer->len > MAX_QUALNAME)
            return 0;
    }
    return ex_intern(ex, ex->buffer);
}

/* --- imports --- */

/* One `a.b as c` at token `i`; returns the token behind it. */
static uint32_t read_item(Ex *ex, const ImportStatement *statement, uint32_t i)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t last = plain_chain(lexed, i);
    FactsImport record = {.form = statement->from ? IMPORT_FROM : IMPORT_MODULE, .start = token_start(ex, i)};

    if (statement->from)
        record.name = record.bound = token_name(ex, i);
    else
        record.module = dotted(ex, i, last, true);
    if (is(ex, last, TOKEN_NAME, KEYWORD_AS)) {
        uint32_t alias = plain_next(lexed, last);
        record.aliased = 1;
        record.bound = token_name(ex, alias);
        last = plain_next(lexed, alias);
    } else if (!statement->from) {
        record.bound = token_name(ex, i);
    }
    record.end = end_before(ex, last);
    ex_add_import(ex, statement, &record);
    return last;
}

/* The module of a `from`; returns the token behind `import`. */
static uint32_t read_module(Ex *ex, ImportStatement *statement, uint32_t i)
{
    const Lexed *lexed = ex->in.lexed;

    for (i = plain_next(lexed, i);
         is(ex, i, TOKEN_OPERATOR, OPERATOR_DOT) || is(ex, i, TOKEN_OPERATOR, OPERATOR_ELLIPSIS);
         i = plain_next(lexed, i))
        statement->level += is(ex, i, TOKEN_OPERATOR, OPERATOR_DOT) ? 1 : 3;
    if (is(ex, i, TOKEN_NAME, KEYWORD_NONE)) {
        uint32_t last = plain_chain(lexed, i);
        statement->module = dotted(ex, i, last, true);
        i = last;
    }
    return plain_next(lexed, i);
}

static void read_import(Ex *ex, const Plain *plain)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t i = plain->first;
    ImportStatement statement = {.start = token_start(ex, i),
                                 .end = end_before(ex, plain->newline),
                                 .line = lexed->tokens[i].line,
                                 .from = is(ex, i, TOKEN_NAME, KEYWORD_FROM)};

    i = statement.from ? read_module(ex, &statement, i) : plain_next(lexed, i);
    if (is(ex, i, TOKEN_OPERATOR, OPERATOR_STAR)) {
        FactsImport record = {.form = IMPORT_STAR, .start = token_start(ex, i), .end = lexed->tokens[i].end};
        ex_add_import(ex, &statement, &record);
        return;
    }
    if (is(ex, i, TOKEN_OPERATOR, OPERATOR_LPAREN))
        i = plain_next(lexed, i);
    while (is(ex, i, TOKEN_NAME, KEYWORD_NONE)) {
        i = read_item(ex, &statement, i);
        if (is(ex, i, TOKEN_OPERATOR, OPERATOR_COMMA))
            i = plain_next(lexed, i);
    }
}

/* --- functions and classes --- */

/* The record of tokens [i, last): a dotted name with calls and subscripts, or NAME=value. */
static void add_expression(Ex *ex, uint32_t i, uint32_t last)
{
    const Lexed *lexed = ex->in.lexed;
    FactsExpression record = {.start = token_start(ex, i), .end = end_before(ex, last)};
    uint32_t equal = plain_next(lexed, i);

    record.text = ex_range_text(ex, record.start, record.end, NULL);
    if (is(ex, equal, TOKEN_OPERATOR, OPERATOR_EQUAL)) {
        record.keyword = token_name(ex, i);
        i = plain_next(lexed, equal);
    }
    uint32_t chain = plain_chain(lexed, i);
    record.dotted = chain > i ? dotted(ex, i, chain, false) : 0;
    while (chain > i && chain < last) {
        bool called = is(ex, chain, TOKEN_OPERATOR, OPERATOR_LPAREN);
        record.flags |= called ? EXPRESSION_CALLED : EXPRESSION_SUBSCRIPTED;
        chain = plain_group(lexed, chain);
    }
    *facts_builder_add_expressions(ex->builder) = record;
}

static FactsSlice add_decorators(Ex *ex, uint32_t i)
{
    const Lexed *lexed = ex->in.lexed;
    FactsSlice slice = {ex->builder->expressions.count, 0};

    while (is(ex, i, TOKEN_OPERATOR, OPERATOR_AT)) {
        uint32_t first = plain_next(lexed, i), last = header_expression(lexed, first);
        add_expression(ex, first, last);
        slice.count++;
        i = plain_next(lexed, last);
    }
    return slice;
}

/* The bases behind the `(` at token `i`, or none when another token is there. */
static FactsSlice add_bases(Ex *ex, uint32_t i)
{
    const Lexed *lexed = ex->in.lexed;
    FactsSlice slice = {ex->builder->expressions.count, 0};

    if (!is(ex, i, TOKEN_OPERATOR, OPERATOR_LPAREN))
        return slice;
    for (i = plain_next(lexed, i); !is(ex, i, TOKEN_OPERATOR, OPERATOR_RPAREN);) {
        uint32_t equal = plain_next(lexed, i), value = i;
        if (is(ex, equal, TOKEN_OPERATOR, OPERATOR_EQUAL))
            value = plain_next(lexed, equal);
        uint32_t last = header_expression(lexed, value);
        add_expression(ex, i, last);
        slice.count++;
        i = is(ex, last, TOKEN_OPERATOR, OPERATOR_COMMA) ? plain_next(lexed, last) : last;
    }
    return slice;
}

/* The imports directly in a function's body. */
static void read_body(Ex *ex, const Plain *plain, const FunctionHead *head, uint32_t definition)
{
    guint frames = ex->frames->len;
    Frame *frame = ex_push_statement(ex, head->keyword, NODE_function_definition, CONTEXT_FUNCTION);

    frame->definition = definition;
    frame->name = head->name;
    frame->in_function = true;
    frame->detailed = false;
    ex_enter_function_body(ex, head->name);
    for (uint32_t i = 0; i < plain->n_inner; i++)
        read_import(ex, &plain[1 + i]);
    g_array_set_size(ex->frames, frames);
}

static void read_function(Ex *ex, const Plain *plain)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t keyword = plain->definition.keyword, close = plain->definition.close;
    bool async = is(ex, keyword, TOKEN_NAME, KEYWORD_ASYNC);
    uint32_t name = keyword + 1 + async;
    Suite suite = {.first = plain->definition.body, .last = plain->definition.after};
    FunctionHead head = {.name = token_name(ex, name),
                         .name_start = token_start(ex, name),
                         .keyword = token_start(ex, keyword),
                         .start = token_start(ex, plain->first),
                         .end = ex_code_end(ex, suite.first, suite.last),
                         .signature = token_start(ex, name + 1),
                         .signature_end = lexed->tokens[close].end,
                         .async = async,
                         .suite = &suite};

    if (plain->definition.colon > close + 1) {
        head.type = token_start(ex, plain_next(lexed, close + 1));
        head.type_end = head.signature_end = end_before(ex, plain->definition.colon);
    }
    suite_read(lexed, &suite);
    if (ex_top(ex)->scope == SCOPE_MODULE && !ex_text_is(ex, head.name, "__getattr__") &&
        !ex_text_is(ex, head.name, "__dir__"))
        ex->result.n_plain_statements++;
    head.decorators = add_decorators(ex, plain->first);
    uint32_t definition = ex_add_function(ex, &head);
    if (plain->n_inner > 0)
        read_body(ex, plain, &head, definition);
}

/* Opens the class; its entries follow. */
static void read_class(Ex *ex, const Plain *plain, uint32_t entry)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t name = plain->definition.keyword + 1;
    Suite suite = {.first = plain->definition.body, .last = plain->definition.after};
    ClassHead head = {.name = token_name(ex, name),
                      .name_start = token_start(ex, name),
                      .keyword = token_start(ex, plain->definition.keyword),
                      .start = token_start(ex, plain->first),
                      .end = ex_code_end(ex, suite.first, suite.last),
                      .suite = &suite};

    suite_read(lexed, &suite);
    if (ex_top(ex)->scope == SCOPE_MODULE)
        ex->result.n_plain_statements++;
    head.decorators = add_decorators(ex, plain->first);
    head.bases = add_bases(ex, name + 1);
    uint32_t definition = ex_add_class(ex, &head);
    if (plain->n_inner == 0)
        return;
    Frame *frame = ex_push_statement(ex, head.keyword, NODE_class_definition, CONTEXT_CLASS);
    frame->definition = definition;
    frame->end = entry + 1 + plain->n_inner;
    ex_enter_class_body(ex);
}

/* --- fields --- */

static void read_field(Ex *ex, const Plain *plain)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t colon = plain->field.colon, equal = plain->field.equal, last = plain->field.last;
    FieldStatement field = {.name = token_name(ex, plain->first),
                            .start = token_start(ex, plain->first),
                            .end = end_before(ex, last),
                            .tokens = last - plain->first,
                            .annotated = colon != 0};

    if (colon != 0)
        field.annotation = ex_range_text(ex, token_start(ex, plain_next(lexed, colon)),
                                         end_before(ex, equal != 0 ? equal : plain->newline), NULL);
    if (equal != 0) {
        uint32_t value = plain_next(lexed, equal), chain = plain_chain(lexed, value);
        field.value = token_start(ex, value);
        field.value_end = field.end;
        field.alias = chain > value && chain == plain->newline;
        bool called = chain > value && is(ex, chain, TOKEN_OPERATOR, OPERATOR_LPAREN);
        field.computed = called || (chain > value && is(ex, chain, TOKEN_OPERATOR, OPERATOR_LBRACKET));
        if (field.alias || called)
            field.target = dotted(ex, value, chain, false);
    }
    ex_add_field(ex, &field);
}

static void read_all(Ex *ex, const Plain *plain)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t value = plain_next(lexed, plain_next(lexed, plain->first)), last = plain->newline;

    while (lexed->tokens[last - 1].kind == TOKEN_COMMENT)
        last--;
    FieldStatement field = {.name = token_name(ex, plain->first),
                            .start = token_start(ex, plain->first),
                            .end = end_before(ex, last),
                            .tokens = last - plain->first,
                            .value = token_start(ex, value),
                            .quiet = true};

    field.value_end = field.end;
    if (ex_top(ex)->scope == SCOPE_MODULE) {
        ex_add_all(ex, ALL_RESET, 0, field.start);
        for (uint32_t i = value; i < last; i++) {
            const Token *t = &lexed->tokens[i];
            if (t->kind != TOKEN_STRING)
                continue;
            g_string_truncate(ex->buffer, 0);
            ex_append_literal(lexed->bytes + t->start, t->end - t->start, ex->buffer);
            ex_add_all(ex, ALL_ADD, ex_intern(ex, ex->buffer), t->start);
        }
    }
    ex_add_field(ex, &field);
}

/* --- calls --- */

/* The first dotted name among the arguments behind the `(` at token `open`. */
static FactsStr given_name(Ex *ex, uint32_t open)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t i = plain_next(lexed, open);

    for (uint32_t n = 0; n < MAX_CALL_ARGUMENTS && !is(ex, i, TOKEN_OPERATOR, OPERATOR_RPAREN); n++) {
        uint32_t equal = plain_next(lexed, i);
        if (is(ex, i, TOKEN_NAME, KEYWORD_NONE) && is(ex, equal, TOKEN_OPERATOR, OPERATOR_EQUAL))
            i = plain_next(lexed, equal);
        bool starred =
            is(ex, i, TOKEN_OPERATOR, OPERATOR_STAR) || is(ex, i, TOKEN_OPERATOR, OPERATOR_DOUBLE_STAR);
        if (starred)
            i = plain_next(lexed, i);
        uint32_t chain = plain_chain(lexed, i), end = header_expression(lexed, i);
        if (!starred && chain > i && chain == end) {
            FactsStr name = dotted(ex, i, chain, false);
            if (name != 0)
                return name;
        }
        i = is(ex, end, TOKEN_OPERATOR, OPERATOR_COMMA) ? plain_next(lexed, end) : end;
    }
    return 0;
}

static void read_expression(Ex *ex, const Plain *plain)
{
    uint32_t chain = plain_chain(ex->in.lexed, plain->first);

    ex_count_plain(ex);
    if (ex_top(ex)->scope != SCOPE_MODULE || !is(ex, chain, TOKEN_OPERATOR, OPERATOR_LPAREN) ||
        plain_group(ex->in.lexed, chain) != plain->newline)
        return;
    FactsStr callee = dotted(ex, plain->first, chain, false);
    if (callee != 0 && !ex_is_known_call(ex, callee))
        ex_add_effect(ex, EFFECT_CALL, callee, given_name(ex, chain), token_start(ex, plain->first));
}

/* --- runs --- */

/* Reads entry `i`; returns the one to go on with. */
static uint32_t read_entry(Ex *ex, uint32_t i)
{
    const Plain *plain = &ex->in.skeleton->plains[i];

    switch (plain->kind) {
    case PLAIN_NOTHING:
        break;
    case PLAIN_EXPRESSION:
        read_expression(ex, plain);
        break;
    case PLAIN_ALL:
        read_all(ex, plain);
        break;
    case PLAIN_IMPORT:
        read_import(ex, plain);
        break;
    case PLAIN_FIELD:
        read_field(ex, plain);
        break;
    case PLAIN_FUNCTION:
        read_function(ex, plain);
        i += plain->n_inner;
        break;
    case PLAIN_CLASS:
        read_class(ex, plain, i);
        break;
    }
    return i + 1;
}

void ex_run(Ex *ex, const SkeletonRun *run)
{
    guint base = ex->frames->len;
    /* Only where a file is damaged can anything but imports have come into a function. */
    bool in_function = ex_top(ex)->scope == SCOPE_FUNCTION;

    for (uint32_t i = run->first; i < run->last;) {
        /* A class that ends here leaves the frames of its statement and of its body. */
        while (ex->frames->len > base && ex_top(ex)[-1].end == i)
            g_array_set_size(ex->frames, ex->frames->len - 2);
        if (in_function && ex->in.skeleton->plains[i].kind != PLAIN_IMPORT)
            i++;
        else
            i = read_entry(ex, i);
    }
    g_array_set_size(ex->frames, base);
}
