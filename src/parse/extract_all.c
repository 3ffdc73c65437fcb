/* `__all__`: each statement that sets or changes it becomes operations, in order; what cannot be read
 * becomes ALL_UNKNOWN, so that the list is known not to be closed. */
#include "parse/extract_internal.h"

#include <string.h>

void ex_add_all(Ex *ex, FactsAllOperation operation, FactsStr text, uint32_t start)
{
    uint32_t context = ex_context(ex);
    FactsAll *record = facts_builder_add_alls(ex->builder);

    record->operation = operation;
    record->text = text;
    record->context = context;
    record->line = ex_line(ex, start);
    record->start = start;
}

/* `m.__all__`: m; else 0. */
static FactsStr all_of_module(Ex *ex, TSNode node)
{
    if (node_type(node) != NODE_attribute || !ex_is(ex, node_field(node, NODE_FIELD_attribute), "__all__"))
        return 0;
    return ex_dotted_string(ex, node_field(node, NODE_FIELD_object));
}

/* `[x for x in ["a", "b"]]`: the iterable, when the element is the loop variable and nothing filters. */
static TSNode comprehension_source(Ex *ex, TSNode node)
{
    guint first = ex_children(ex, node);
    TSNode source = NO_NODE;

    if (ex->nodes->len - first == 2) {
        TSNode body = ex_node(ex, first), clause = ex_node(ex, first + 1);
        TSNode left = node_field(clause, NODE_FIELD_left);
        if (node_type(body) == NODE_identifier && !ts_node_is_null(left) &&
            node_type(left) == NODE_identifier) {
            size_t a, b;
            const char *x = ex_bytes(ex, body, &a), *y = ex_bytes(ex, left, &b);
            if (a == b && memcmp(x, y, a) == 0)
                source = node_field(clause, NODE_FIELD_right);
        }
    }
    g_array_set_size(ex->nodes, first);
    return source;
}

static bool is_pass_through(const Ex *ex, FactsStr callee)
{
    return ex_text_is(ex, callee, "sorted") || ex_text_is(ex, callee, "list") ||
           ex_text_is(ex, callee, "tuple") || ex_text_is(ex, callee, "set") ||
           ex_text_is(ex, callee, "reversed") || ex_text_is(ex, callee, "frozenset");
}

/* Opens one node of an `__all__` expression: pushes its parts, or adds a name. False: computed. */
static bool open_all(Ex *ex, TSNode node, FactsAllOperation operation)
{
    NodeType type = node_type(node);

    switch (type) {
    case NODE_string:
    case NODE_concatenated_string: {
        g_string_truncate(ex->buffer, 0);
        if (!ex_string_value(ex, node, ex->buffer))
            return false;
        ex_add_all(ex, operation, ex_intern(ex, ex->buffer), ex_start(ex, node));
        return true;
    }
    case NODE_list:
    case NODE_tuple:
    case NODE_set:
    case NODE_expression_list:
    case NODE_list_splat:
        ex_push_children(ex, node);
        return true;
    case NODE_binary_operator:
        if (!ex_is(ex, node_field(node, NODE_FIELD_operator), "+"))
            return false;
        TSNode right = node_field(node, NODE_FIELD_right), left = node_field(node, NODE_FIELD_left);
        g_array_append_val(ex->nodes, right);
        g_array_append_val(ex->nodes, left);
        return true;
    case NODE_call: {
        TSNode arguments = node_field(node, NODE_FIELD_arguments);
        if (!is_pass_through(ex, ex_callee(ex, node)))
            return false;
        if (node_type(arguments) == NODE_generator_expression) {
            g_array_append_val(ex->nodes, arguments);
            return true;
        }
        TSNode first = ts_node_named_child(arguments, 0);
        if (!ts_node_is_null(first))
            g_array_append_val(ex->nodes, first);
        return true;
    }
    case NODE_list_comprehension:
    case NODE_set_comprehension:
    case NODE_generator_expression: {
        TSNode source = comprehension_source(ex, node);
        if (ts_node_is_null(source))
            return false;
        g_array_append_val(ex->nodes, source);
        return true;
    }
    case NODE_identifier:
        /* `__all__ = __all__ + […]` keeps what was. */
        return ex_is(ex, node, "__all__");
    case NODE_attribute: {
        FactsStr module = all_of_module(ex, node);
        if (module == 0 || operation != ALL_ADD)
            return false;
        ex_add_all(ex, ALL_MODULE, module, ex_start(ex, node));
        return true;
    }
    default:
        return false;
    }
}

static void read_all(Ex *ex, TSNode value, FactsAllOperation operation)
{
    guint base = ex->nodes->len;

    g_array_append_val(ex->nodes, value);
    while (ex->nodes->len > base) {
        TSNode node = ex_unwrap(ex_node(ex, ex->nodes->len - 1));
        g_array_set_size(ex->nodes, ex->nodes->len - 1);
        if (ts_node_is_null(node))
            continue;
        if (!open_all(ex, node, operation))
            ex_add_all(ex, ALL_UNKNOWN, ex_text(ex, node, NULL), ex_start(ex, node));
    }
    g_array_set_size(ex->nodes, base);
}

static bool starts_with_all(Ex *ex, TSNode value)
{
    for (;;) {
        value = ex_unwrap(value);
        if (ts_node_is_null(value))
            return false;
        if (node_type(value) == NODE_binary_operator)
            value = node_field(value, NODE_FIELD_left);
        else if (node_type(value) == NODE_call && is_pass_through(ex, ex_callee(ex, value)))
            value = ts_node_named_child(node_field(value, NODE_FIELD_arguments), 0);
        else
            return ex_is(ex, value, "__all__");
    }
}

void ex_all_assign(Ex *ex, TSNode value, TSNode statement, bool reset)
{
    if (reset && !starts_with_all(ex, value))
        ex_add_all(ex, ALL_RESET, 0, ex_start(ex, statement));
    read_all(ex, value, ALL_ADD);
}

/* __all__.append("x"), .extend([...]), .insert(0, "x"), .remove("x"), and what is not understood. */
void ex_all_call(Ex *ex, TSNode call, const char *method)
{
    guint first = ex_children(ex, node_field(call, NODE_FIELD_arguments)), end = ex->nodes->len;
    bool adds = strcmp(method, "append") == 0 || strcmp(method, "extend") == 0 ||
                strcmp(method, "insert") == 0 || strcmp(method, "__iadd__") == 0;
    bool removes = strcmp(method, "remove") == 0;

    if (adds && end > first)
        read_all(ex, ex_node(ex, end - 1), ALL_ADD);
    else if (removes && end > first)
        read_all(ex, ex_node(ex, first), ALL_REMOVE);
    else if (strcmp(method, "sort") != 0 && strcmp(method, "reverse") != 0)
        ex_add_all(ex, ALL_UNKNOWN, ex_text(ex, call, NULL), ex_start(ex, call));
    g_array_set_size(ex->nodes, first);
}
