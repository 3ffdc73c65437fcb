#include "parse/extract_internal.h"

#include <string.h>

TSNode ex_unwrap(TSNode node)
{
    while (!ts_node_is_null(node) &&
           (node_type(node) == NODE_parenthesized_expression || node_type(node) == NODE_type)) {
        TSNode inner = ts_node_named_child(node, 0);
        while (!ts_node_is_null(inner) && node_type(inner) == NODE_comment)
            inner = ts_node_next_named_sibling(inner);
        if (ts_node_is_null(inner))
            break;
        node = inner;
    }
    return node;
}

/* Length of the identifier chain that ends at `node`, deepest object first, on the node stack. */
static bool push_segments(Ex *ex, TSNode node)
{
    for (;;) {
        NodeType type = node_type(node);
        if (type == NODE_identifier) {
            g_array_append_val(ex->nodes, node);
            return true;
        }
        if (type != NODE_attribute)
            return false;
        TSNode name = node_field(node, NODE_FIELD_attribute);
        node = node_field(node, NODE_FIELD_object);
        if (ts_node_is_null(name) || ts_node_is_null(node))
            return false;
        g_array_append_val(ex->nodes, name);
    }
}

static void append_name(const Ex *ex, TSNode identifier, GString *out)
{
    size_t length;
    const char *bytes = ex_bytes(ex, identifier, &length);
    FactsStr name = ex_name_bytes((Ex *)ex, bytes, length);

    g_string_append(out, facts_builder_chars(ex->builder, name));
}

bool ex_dotted(const Ex *ex, TSNode node, GString *out)
{
    Ex *stack = (Ex *)ex; /* only its scratch stack is touched */
    guint base = ex->nodes->len;
    size_t before = out->len;

    if (ts_node_is_null(node))
        return false;
    if (node_type(node) == NODE_identifier) {
        append_name(ex, node, out);
        return true;
    }
    bool plain = push_segments(stack, node);
    for (guint i = ex->nodes->len; plain && i > base; i--) {
        append_name(ex, ex_node(ex, i - 1), out);
        if (i - 1 > base)
            g_string_append_c(out, '.');
        plain = out->len - before <= MAX_QUALNAME;
    }
    g_array_set_size(stack->nodes, base);
    if (!plain)
        g_string_truncate(out, before);
    return plain;
}

FactsStr ex_dotted_string(Ex *ex, TSNode node)
{
    g_string_truncate(ex->buffer, 0);
    if (ts_node_is_null(node) || !ex_dotted(ex, node, ex->buffer))
        return 0;
    return facts_builder_string(ex->builder, ex->buffer->str, ex->buffer->len);
}

FactsStr ex_callee(Ex *ex, TSNode call)
{
    TSNode function = ex_unwrap(node_field(call, NODE_FIELD_function));

    while (!ts_node_is_null(function) && node_type(function) == NODE_subscript)
        function = node_field(function, NODE_FIELD_value);
    return ex_dotted_string(ex, function);
}

const char *ex_last_segment(const Ex *ex, FactsStr dotted)
{
    const char *text = facts_builder_chars(ex->builder, dotted);
    const char *dot = strrchr(text, '.');

    return dot != NULL ? dot + 1 : text;
}

/* --- conditions --- */

static TSNode last_identifier(TSNode node)
{
    return node_type(node) == NODE_attribute ? node_field(node, NODE_FIELD_attribute) : node;
}

static Condition name_condition(const Ex *ex, TSNode node)
{
    TSNode name = last_identifier(node);
    size_t length;
    const char *bytes = ex_bytes(ex, name, &length);
    bool typing = length == 13 && memcmp(bytes, "TYPE_CHECKING", 13) == 0;

    if (!typing && node_type(node) == NODE_identifier)
        typing = (ex_name_flags(ex, ex_name((Ex *)ex, node)) & NAME_TYPE_CHECKING) != 0;
    return typing ? (Condition){IMPLIED_TYPING, IMPLIED_RUN_TIME} : (Condition){0};
}

static Implied either(Implied a, Implied b)
{
    return a != IMPLIED_NOTHING ? a : b;
}

static Implied both(Implied a, Implied b)
{
    return a == b ? a : IMPLIED_NOTHING;
}

static Condition condition_at(const Ex *ex, TSNode node, int depth)
{
    node = ex_unwrap(node);
    if (ts_node_is_null(node) || depth > MAX_EXPRESSION_DEPTH)
        return (Condition){0};
    switch (node_type(node)) {
    case NODE_identifier:
    case NODE_attribute:
        return name_condition(ex, node);
    case NODE_false:
        return (Condition){IMPLIED_TYPING, IMPLIED_NOTHING};
    case NODE_integer:
        return ex_is(ex, node, "0") ? (Condition){IMPLIED_TYPING, IMPLIED_NOTHING} : (Condition){0};
    case NODE_not_operator: {
        Condition inner = condition_at(ex, node_field(node, NODE_FIELD_argument), depth + 1);
        return (Condition){inner.when_false, inner.when_true};
    }
    case NODE_boolean_operator: {
        Condition left = condition_at(ex, node_field(node, NODE_FIELD_left), depth + 1);
        Condition right = condition_at(ex, node_field(node, NODE_FIELD_right), depth + 1);
        if (ex_is(ex, node_field(node, NODE_FIELD_operator), "and"))
            return (Condition){either(left.when_true, right.when_true),
                               both(left.when_false, right.when_false)};
        return (Condition){both(left.when_true, right.when_true), either(left.when_false, right.when_false)};
    }
    default:
        return (Condition){0};
    }
}

/* `if False:` and `if 0:` read as typing-only: nothing in them ever runs, and that is what they were
 * used for before TYPE_CHECKING existed; their else is the run-time side. */
Condition ex_condition(const Ex *ex, TSNode node)
{
    Condition condition = condition_at(ex, node, 0);
    NodeType type = node_type(ex_unwrap(node));

    if (condition.when_true == IMPLIED_TYPING && (type == NODE_false || type == NODE_integer))
        condition.when_false = IMPLIED_RUN_TIME;
    return condition;
}

bool ex_is_main_test(const Ex *ex, TSNode condition)
{
    TSNode node = ex_unwrap(condition);

    if (ts_node_is_null(node) || node_type(node) != NODE_comparison_operator ||
        ts_node_child_count(node) != 3 || !ex_is(ex, ts_node_child(node, 1), "=="))
        return false;
    TSNode left = ts_node_child(node, 0), right = ts_node_child(node, 2);
    if (node_type(left) == NODE_string) {
        TSNode swap = left;
        left = right;
        right = swap;
    }
    g_autoptr(GString) value = g_string_new(NULL);
    return ex_is(ex, left, "__name__") && ex_string_value(ex, right, value) &&
           strcmp(value->str, "__main__") == 0;
}

/* --- import errors --- */

static bool names_import_error(const Ex *ex, TSNode node)
{
    static const char *const NAMES[] = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"};

    node = last_identifier(ex_unwrap(node));
    for (size_t i = 0; i < G_N_ELEMENTS(NAMES); i++) {
        if (ex_is(ex, node, NAMES[i]))
            return true;
    }
    return false;
}

bool ex_catches_import_error(const Ex *ex, TSNode exception)
{
    if (ts_node_is_null(exception))
        return true;
    TSNode node = ex_unwrap(exception);
    if (node_type(node) == NODE_as_pattern)
        node = ex_unwrap(ts_node_named_child(node, 0));
    if (node_type(node) != NODE_tuple)
        return names_import_error(ex, node);
    guint first = ex_children((Ex *)ex, node);
    bool found = false;
    for (guint i = first; i < ex->nodes->len && !found; i++)
        found = names_import_error(ex, ex_node(ex, i));
    g_array_set_size(ex->nodes, first);
    return found;
}

static bool item_suppresses(Ex *ex, TSNode item)
{
    TSNode call = ex_unwrap(node_field(item, NODE_FIELD_value));

    if (!ts_node_is_null(call) && node_type(call) == NODE_as_pattern)
        call = ex_unwrap(ts_node_named_child(call, 0));
    if (ts_node_is_null(call) || node_type(call) != NODE_call)
        return false;
    if (strcmp(ex_last_segment(ex, ex_callee(ex, call)), "suppress") != 0)
        return false;
    TSNode arguments = node_field(call, NODE_FIELD_arguments);
    if (node_type(arguments) != NODE_argument_list)
        return false;
    guint first = ex_children(ex, arguments);
    bool found = false;
    for (guint i = first; i < ex->nodes->len && !found; i++)
        found = names_import_error(ex, ex_node(ex, i));
    g_array_set_size(ex->nodes, first);
    return found;
}

bool ex_suppresses_import_error(Ex *ex, TSNode with_statement)
{
    guint base = ex_children(ex, with_statement), end = ex->nodes->len;
    bool found = false;

    for (guint i = base; i < end; i++) {
        if (node_type(ex_node(ex, i)) != NODE_with_clause)
            continue;
        guint first = ex_children(ex, ex_node(ex, i));
        for (guint j = first; j < ex->nodes->len && !found; j++)
            found = node_type(ex_node(ex, j)) == NODE_with_item && item_suppresses(ex, ex_node(ex, j));
        g_array_set_size(ex->nodes, first);
    }
    g_array_set_size(ex->nodes, base);
    return found;
}

/* --- expression records --- */

guint ex_children(Ex *ex, TSNode node)
{
    guint first = ex->nodes->len;

    if (ts_node_is_null(node))
        return first;
    ts_tree_cursor_reset(&ex->items, node);
    for (bool more = ts_tree_cursor_goto_first_child(&ex->items); more;
         more = ts_tree_cursor_goto_next_sibling(&ex->items)) {
        TSNode child = ts_tree_cursor_current_node(&ex->items);
        if (ts_node_is_named(child) && node_type(child) != NODE_comment)
            g_array_append_val(ex->nodes, child);
    }
    return first;
}

void ex_push_children(Ex *ex, TSNode node)
{
    guint first = ex_children(ex, node);

    for (guint i = first, j = ex->nodes->len; i + 1 < j; i++) {
        TSNode swap = ex_node(ex, --j);
        ex_node(ex, j) = ex_node(ex, i);
        ex_node(ex, i) = swap;
    }
}

void ex_add_expression(Ex *ex, TSNode node)
{
    FactsExpression record = {.start = ex_start(ex, node), .end = ex_end(ex, node)};
    TSNode value = node;

    record.text = ex_text(ex, node, NULL);
    if (node_type(node) == NODE_keyword_argument) {
        record.keyword = ex_name(ex, node_field(node, NODE_FIELD_name));
        value = node_field(node, NODE_FIELD_value);
    }
    if (node_type(value) == NODE_list_splat || node_type(value) == NODE_dictionary_splat) {
        record.flags |= EXPRESSION_STARRED;
        value = ts_node_named_child(value, 0);
    }
    for (value = ex_unwrap(value); !ts_node_is_null(value); value = ex_unwrap(value)) {
        if (node_type(value) == NODE_call) {
            record.flags |= EXPRESSION_CALLED;
            value = node_field(value, NODE_FIELD_function);
        } else if (node_type(value) == NODE_subscript) {
            record.flags |= EXPRESSION_SUBSCRIPTED;
            value = node_field(value, NODE_FIELD_value);
        } else if (node_type(value) == NODE_generic_type) { /* what `A[B]` is where a type is expected */
            record.flags |= EXPRESSION_SUBSCRIPTED;
            value = ts_node_named_child(value, 0);
        } else {
            break;
        }
    }
    record.dotted = ts_node_is_null(value) ? 0 : ex_dotted_string(ex, value);
    *facts_builder_add_expressions(ex->builder) = record;
}

FactsSlice ex_add_arguments(Ex *ex, TSNode argument_list)
{
    FactsSlice slice = {ex->builder->expressions.count, 0};
    guint first = ex_children(ex, argument_list);

    for (guint i = first; i < ex->nodes->len; i++)
        ex_add_expression(ex, ex_node(ex, i));
    g_array_set_size(ex->nodes, first);
    slice.count = ex->builder->expressions.count - slice.first;
    return slice;
}

FactsSlice ex_add_decorators(Ex *ex, TSNode decorated)
{
    FactsSlice slice = {ex->builder->expressions.count, 0};
    guint first = ex_children(ex, decorated);

    for (guint i = first; i < ex->nodes->len; i++) {
        if (node_type(ex_node(ex, i)) != NODE_decorator)
            continue;
        TSNode expression = ts_node_named_child(ex_node(ex, i), 0);
        if (!ts_node_is_null(expression))
            ex_add_expression(ex, expression);
    }
    g_array_set_size(ex->nodes, first);
    slice.count = ex->builder->expressions.count - slice.first;
    return slice;
}
