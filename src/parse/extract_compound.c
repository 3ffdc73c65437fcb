/* Compound statements: which clause a block belongs to, under what condition it runs, and what the
 * heads of clauses bind. A statement is a frame; entering one of its clauses announces what the next
 * block will be, and entering that block opens the clause's own frame. */
#include "parse/extract_internal.h"

/* --- clauses --- */

static uint8_t implied_flags(Implied implied)
{
    return implied == IMPLIED_TYPING ? CONTEXT_TYPING : implied == IMPLIED_RUN_TIME ? CONTEXT_NOT_TYPING : 0;
}

static void announce_test(Ex *ex, TSNode condition)
{
    Frame *top = ex_top(ex);
    Condition test = ts_node_is_null(condition) ? (Condition){0} : ex_condition(ex, condition);
    Implied implied = test.when_true != IMPLIED_NOTHING ? test.when_true : (Implied)top->else_implied;

    top->next_kind = CONTEXT_IF;
    top->text = condition;
    top->next_flags = implied_flags(implied);
    if (!ts_node_is_null(condition) && ex_is_main_test(ex, condition)) {
        top->next_flags |= CONTEXT_MAIN;
        if (top->scope == SCOPE_MODULE)
            ex->result.flags |= FACTS_MAIN_GUARD;
    }
    if (top->else_implied == IMPLIED_NOTHING)
        top->else_implied = (uint8_t)test.when_false;
}

/* The exception expression of an except clause, `as name` included; null when bare. */
static TSNode except_value(TSNode clause)
{
    TSNode value = node_field(clause, NODE_FIELD_value);

    if (ts_node_is_null(value)) {
        value = ts_node_named_child(clause, 0);
        if (!ts_node_is_null(value) && (node_type(value) == NODE_block || node_type(value) == NODE_comment))
            return NO_NODE;
    }
    return value;
}

static bool catches_import_errors(Ex *ex, TSNode try_statement)
{
    guint first = ex_children(ex, try_statement), end = ex->nodes->len;
    bool found = false;

    for (guint i = first; i < end && !found; i++) {
        NodeType type = node_type(ex_node(ex, i));
        if (type == NODE_except_clause)
            found = ex_catches_import_error(ex, except_value(ex_node(ex, i)));
    }
    g_array_set_size(ex->nodes, first);
    return found;
}

static void enter_except(Ex *ex, TSNode node)
{
    TSNode value = except_value(node), alias = NO_NODE;
    uint8_t flags = ex_catches_import_error(ex, value) ? CONTEXT_IMPORT_FALLBACK : 0;
    uint32_t start = ex_start(ex, node), end = ex_suite_end(ex, start, ex_end(ex, node));

    if (!ts_node_is_null(value) && node_type(value) == NODE_as_pattern) {
        alias = ex_unwrap(ts_node_named_child(node_field(value, NODE_FIELD_alias), 0));
        value = ts_node_named_child(value, 0);
    }
    ex_next_clause(ex, CONTEXT_EXCEPT, flags, value);
    if (ex_top(ex)->kind != FRAME_STATEMENT)
        return;
    Frame *frame = ex_push_clause(ex);
    frame->end = end;
    if (!ts_node_is_null(alias) && node_type(alias) == NODE_identifier && frame->scope != SCOPE_FUNCTION) {
        ex_bind(ex, ex_name(ex, alias), BINDING_TARGET, start, end);
        ex_top(ex)->unbind = alias;
    }
}

static void enter_case(Ex *ex, TSNode node)
{
    Frame *top = ex_top(ex);

    if (top->kind != FRAME_STATEMENT || top->statement_type != NODE_match_statement)
        return;
    guint first = ex_children(ex, node), end = ex->nodes->len;
    top->next_kind = CONTEXT_CASE;
    top->text = end > first ? ex_node(ex, first) : NO_NODE;
    uint16_t clause = top->clause++;
    Frame *frame = ex_push_clause(ex);
    frame->clause = clause;
    for (guint i = first; i < end && frame->scope != SCOPE_FUNCTION; i++) {
        if (node_type(ex_node(ex, i)) == NODE_case_pattern)
            ex_bind_captures(ex, ex_node(ex, i), node);
    }
    g_array_set_size(ex->nodes, first);
}

/* The grammar reads `A if c else B as x` as `A if c else (B as x)`: the as_pattern is the last part. */
static TSNode as_pattern_of(TSNode value)
{
    for (int i = 0; i < MAX_EXPRESSION_DEPTH && !ts_node_is_null(value); i++) {
        NodeType type = node_type(value);
        if (type == NODE_as_pattern)
            return value;
        if (type != NODE_conditional_expression && type != NODE_boolean_operator &&
            type != NODE_not_operator && type != NODE_lambda)
            break;
        value = ts_node_named_child(value, ts_node_named_child_count(value) - 1);
    }
    return NO_NODE;
}

static void bind_with_targets(Ex *ex, TSNode node)
{
    guint base = ex_children(ex, node), end = ex->nodes->len;

    for (guint i = base; i < end; i++) {
        if (node_type(ex_node(ex, i)) != NODE_with_clause)
            continue;
        guint first = ex_children(ex, ex_node(ex, i)), last = ex->nodes->len;
        for (guint j = first; j < last; j++) {
            TSNode value = as_pattern_of(node_field(ex_node(ex, j), NODE_FIELD_value));
            if (!ts_node_is_null(value))
                ex_bind_targets(ex, node_field(value, NODE_FIELD_alias), node);
        }
        g_array_set_size(ex->nodes, first);
    }
    g_array_set_size(ex->nodes, base);
}

static TSNode with_clause(Ex *ex, TSNode node)
{
    guint first = ex_children(ex, node);
    TSNode clause = first < ex->nodes->len ? ex_node(ex, first) : NO_NODE;

    g_array_set_size(ex->nodes, first);
    return clause;
}

static void enter_with(Ex *ex, TSNode node)
{
    bool guard = ex_suppresses_import_error(ex, node);
    bool module_level = ex_top(ex)->scope == SCOPE_MODULE;

    if (ex_top(ex)->scope != SCOPE_FUNCTION)
        bind_with_targets(ex, node);
    if (module_level && !guard)
        ex->result.n_plain_statements++;
    ex_push_statement(ex, ex_start(ex, node), NODE_with_statement, CONTEXT_WITH)->next_flags =
        guard ? CONTEXT_IMPORT_GUARD : 0;
    ex_top(ex)->text = with_clause(ex, node);
}

static void enter_loop(Ex *ex, TSNode node, NodeType type)
{
    if (ex_top(ex)->scope == SCOPE_MODULE)
        ex->result.n_plain_statements++;
    Frame *frame = ex_push_statement(ex, ex_start(ex, node), type, CONTEXT_LOOP);
    frame->text = node_field(node, type == NODE_while_statement ? NODE_FIELD_condition : NODE_FIELD_left);
    frame->node = node;
}

static void enter_else(Ex *ex)
{
    Frame *top = ex_top(ex);
    TSNode none = NO_NODE;

    if (top->kind != FRAME_STATEMENT)
        return;
    if (top->statement_type == NODE_if_statement)
        ex_next_clause(ex, CONTEXT_ELSE, implied_flags((Implied)top->else_implied), none);
    else if (top->statement_type == NODE_try_statement)
        ex_next_clause(ex, CONTEXT_TRY_ELSE, 0, none);
    else
        ex_next_clause(ex, CONTEXT_LOOP_ELSE, 0, none);
}

/* --- bodies --- */

static void extend_qualname(Ex *ex, Frame *frame, FactsStr name, const char *suffix)
{
    g_string_truncate(ex->qualname, frame->qualname);
    if (ex->qualname->len <= MAX_QUALNAME) {
        g_string_append(ex->qualname, facts_builder_chars(ex->builder, name));
        g_string_append(ex->qualname, suffix);
    }
    frame->qualname = (uint32_t)ex->qualname->len;
}

void ex_enter_class_body(Ex *ex)
{
    Frame *frame = ex_push_clause(ex);

    frame->scope = SCOPE_CLASS;
    frame->owner = frame->definition;
    frame->first_global = ex->globals->len;
    frame->has_globals = false;
    extend_qualname(ex, frame, ex->builder->definitions.data[frame->owner].name, ".");
}

void ex_enter_function_body(Ex *ex, FactsStr name)
{
    Frame *frame = ex_push_clause(ex);

    frame->scope = SCOPE_FUNCTION;
    frame->flags = (uint8_t)((frame->flags & ~CONTEXT_IMPORT_GUARD) | CONTEXT_LAZY);
    frame->owner = FACTS_NONE;
    frame->load_time = false;
    frame->first_global = ex->globals->len;
    frame->has_globals = false;
    extend_qualname(ex, frame, name, ".<locals>.");
}

static void enter_block(Ex *ex)
{
    const Frame *top = ex_top(ex);

    if (top->kind != FRAME_STATEMENT || top->next_kind == NO_KIND)
        return;
    if (top->next_kind == CONTEXT_CLASS) {
        ex_enter_class_body(ex);
    } else if (top->next_kind == CONTEXT_FUNCTION) {
        ex_enter_function_body(ex, ts_node_is_null(top->text) ? 0 : ex_name(ex, top->text));
    } else {
        bool binds = top->next_kind == CONTEXT_LOOP && top->statement_type == NODE_for_statement &&
                     top->scope != SCOPE_FUNCTION;
        TSNode node = top->node;
        ex_push_clause(ex);
        if (binds && !ts_node_is_null(node_field(node, NODE_FIELD_left)))
            ex_bind_loop(ex, node);
    }
}

bool ex_enter_compound(Ex *ex, TSNode node, NodeType type)
{
    switch (type) {
    case NODE_block:
        enter_block(ex);
        return true;
    case NODE_if_statement:
        ex_push_statement(ex, ex_start(ex, node), type, NO_KIND);
        announce_test(ex, node_field(node, NODE_FIELD_condition));
        return true;
    case NODE_elif_clause:
        if (ex_top(ex)->kind == FRAME_STATEMENT && ex_top(ex)->statement_type == NODE_if_statement) {
            ex_top(ex)->clause++;
            announce_test(ex, node_field(node, NODE_FIELD_condition));
        }
        return true;
    case NODE_else_clause:
        enter_else(ex);
        return true;
    case NODE_for_statement:
    case NODE_while_statement:
        enter_loop(ex, node, type);
        return true;
    case NODE_try_statement:
        ex_push_statement(ex, ex_start(ex, node), type, CONTEXT_TRY)->next_flags =
            catches_import_errors(ex, node) ? CONTEXT_IMPORT_GUARD : 0;
        return true;
    case NODE_except_clause:
    case NODE_except_group_clause:
        enter_except(ex, node);
        return true;
    case NODE_finally_clause:
        ex_next_clause(ex, CONTEXT_FINALLY, 0, NO_NODE);
        return true;
    case NODE_with_statement:
        enter_with(ex, node);
        return true;
    case NODE_match_statement:
        ex_count_plain(ex);
        ex_push_statement(ex, ex_start(ex, node), type, NO_KIND);
        return true;
    case NODE_case_clause:
        enter_case(ex, node);
        return true;
    default:
        return false;
    }
}
