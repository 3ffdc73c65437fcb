#include "parse/extract_internal.h"

#include <string.h>

uint8_t ex_name_flags(const Ex *ex, FactsStr name)
{
    return name < ex->name_flags->len ? ex->name_flags->data[name] : 0;
}

void ex_flag_name(Ex *ex, FactsStr name, uint8_t flags)
{
    if (name >= ex->name_flags->len) {
        guint old = ex->name_flags->len;
        g_byte_array_set_size(ex->name_flags, MAX(name + 1, 2 * old));
        memset(ex->name_flags->data + old, 0, ex->name_flags->len - old);
    }
    ex->name_flags->data[name] |= flags;
}

bool ex_is_global(const Ex *ex, FactsStr name)
{
    const Frame *top = &g_array_index(ex->frames, Frame, ex->frames->len - 1);

    if (!top->has_globals)
        return false;
    for (guint i = top->first_global; i < ex->globals->len; i++) {
        if (g_array_index(ex->globals, FactsStr, i) == name)
            return true;
    }
    return false;
}

void ex_global(Ex *ex, TSNode node)
{
    guint first = ex_children(ex, node);
    Frame *top = ex_top(ex);

    if (top->scope == SCOPE_MODULE)
        first = ex->nodes->len; /* a `global` at module level says nothing */
    for (guint i = first; i < ex->nodes->len; i++) {
        FactsStr name = ex_name(ex, ex_node(ex, i));
        /* Names beyond any sane number are dropped: the list is searched for every binding. */
        if (node_type(ex_node(ex, i)) == NODE_identifier && !ex_is_global(ex, name) &&
            ex->globals->len - top->first_global < 256)
            g_array_append_val(ex->globals, name);
        top->has_globals = true;
    }
    /* The statement holds for the whole scope: for its body frame and all that are open above it. */
    for (guint i = ex->frames->len; i > 0; i--) {
        Frame *frame = &g_array_index(ex->frames, Frame, i - 1);
        if (frame->first_global != top->first_global || frame->scope != top->scope)
            break;
        frame->has_globals = top->has_globals;
    }
    g_array_set_size(ex->nodes, first);
}

FactsBinding *ex_bind(Ex *ex, FactsStr name, FactsBindingKind kind, uint32_t start, uint32_t end)
{
    uint32_t context = ex_context(ex);
    FactsBinding *binding = facts_builder_add_bindings(ex->builder);

    binding->name = name;
    binding->kind = (uint8_t)kind;
    binding->context = context;
    binding->line = ex_line(ex, start);
    binding->start = start;
    binding->end = MAX(start, end);
    binding->ref = FACTS_NONE;
    return binding;
}

/* --- assignments --- */

typedef struct Assignment {
    TSNode statement;
    TSNode type; /* null without annotation */
    FactsStr annotation;
    uint32_t start, end;
} Assignment;

static TSNode without_walrus(TSNode value)
{
    value = ex_unwrap(value);
    while (!ts_node_is_null(value) && node_type(value) == NODE_named_expression)
        value = ex_unwrap(node_field(value, NODE_FIELD_value));
    return value;
}

static bool is_type_alias_annotation(const Ex *ex, FactsStr annotation)
{
    return strcmp(ex_last_segment(ex, annotation), "TypeAlias") == 0;
}

/* The dotted name an alias leads to, also where an explicit TypeAlias quotes it; 0 for none. */
static FactsStr alias_target(Ex *ex, TSNode value, FactsStr annotation)
{
    NodeType type = node_type(value);

    if (type == NODE_identifier || type == NODE_attribute)
        return ex_dotted_string(ex, value);
    if (type != NODE_string || annotation == 0 || !is_type_alias_annotation(ex, annotation))
        return 0;
    g_string_truncate(ex->buffer, 0);
    if (!ex_string_value(ex, value, ex->buffer) || ex->buffer->len == 0)
        return 0;
    for (size_t i = 0; i < ex->buffer->len; i++) {
        char c = ex->buffer->str[i];
        if (!g_ascii_isalnum(c) && c != '_' && c != '.' && (c & 0x80) == 0)
            return 0;
    }
    return facts_builder_string(ex->builder, ex->buffer->str, ex->buffer->len);
}

/* May this expression give anything at all, a class among it? What is called or asked of a literal may not:
 * "a b".split(). */
static bool is_computed(TSNode value)
{
    NodeType type = node_type(value);
    bool derived = type == NODE_call || type == NODE_subscript || type == NODE_attribute;

    if (type == NODE_conditional_expression || type == NODE_boolean_operator)
        return true;
    while (type == NODE_call || type == NODE_subscript || type == NODE_attribute) {
        value = ex_unwrap(node_field(value, type == NODE_call        ? NODE_FIELD_function
                                            : type == NODE_subscript ? NODE_FIELD_value
                                                                     : NODE_FIELD_object));
        type = node_type(value);
    }
    return derived && (type == NODE_identifier || type == NODE_conditional_expression ||
                       type == NODE_boolean_operator || type == NODE_named_expression);
}

static void bind_value(Ex *ex, const Assignment *assignment, FactsStr name, TSNode value, uint8_t alternative)
{
    bool global = ex_is_global(ex, name);
    FactsStr target = alias_target(ex, value, assignment->annotation);
    FactsBindingKind kind = global ? BINDING_GLOBAL : target != 0 ? BINDING_ALIAS : BINDING_VALUE;
    uint64_t hash = 0;

    if (target == 0) {
        if (node_type(value) == NODE_call)
            target = ex_callee(ex, value);
        if (kind == BINDING_VALUE && ex_top(ex)->scope == SCOPE_MODULE)
            ex_text(ex, value, &hash);
    }
    FactsBinding *binding = ex_bind(ex, name, kind, assignment->start, assignment->end);
    binding->alternative = global ? GLOBAL_VALUE : alternative;
    binding->computed = kind == BINDING_VALUE && is_computed(value);
    binding->target = target;
    binding->annotation = assignment->annotation;
    binding->value_hash = hash;
}

/* `B if c else C` and `B or C`: the two sides; false for all else. */
static bool split_alternatives(const Ex *ex, TSNode value, TSNode *first, TSNode *second)
{
    if (node_type(value) == NODE_conditional_expression) {
        *first = ts_node_named_child(value, 0);
        *second = ts_node_named_child(value, ts_node_named_child_count(value) - 1);
        return !ts_node_is_null(*first) && !ts_node_is_null(*second);
    }
    if (node_type(value) != NODE_boolean_operator || !ex_is(ex, node_field(value, NODE_FIELD_operator), "or"))
        return false;
    *first = node_field(value, NODE_FIELD_left);
    *second = node_field(value, NODE_FIELD_right);
    return !ts_node_is_null(*first) && !ts_node_is_null(*second);
}

static bool is_alias(Ex *ex, TSNode value)
{
    NodeType type = node_type(value);

    return type == NODE_identifier || (type == NODE_attribute && ex_dotted_string(ex, value) != 0);
}

/* Values that a name may take: the leaves of a tree of conditionals, left to right, on the node
 * stack. One value when none of the leaves is an alias. */
static guint push_alternatives(Ex *ex, TSNode value)
{
    guint first = ex->nodes->len;
    g_autoptr(GArray) pending = g_array_new(FALSE, FALSE, sizeof(TSNode));
    bool any = false;

    g_array_append_val(pending, value);
    while (pending->len > 0 && ex->nodes->len - first < 16 && pending->len < 16) {
        TSNode left, right, node = without_walrus(g_array_index(pending, TSNode, pending->len - 1));
        g_array_set_size(pending, pending->len - 1);
        if (split_alternatives(ex, node, &left, &right)) {
            g_array_append_val(pending, right);
            g_array_append_val(pending, left);
        } else {
            any = any || is_alias(ex, node);
            g_array_append_val(ex->nodes, node);
        }
    }
    if (pending->len > 0 || !any) {
        g_array_set_size(ex->nodes, first);
        g_array_append_val(ex->nodes, value);
    }
    return first;
}

static void add_assign_member(Ex *ex, const Assignment *assignment, TSNode name, FactsStr text, TSNode value)
{
    uint32_t owner = ex_top(ex)->owner;

    if (owner == FACTS_NONE)
        return;
    FactsStr value_text = 0;
    uint64_t hash = 0;
    if (!ts_node_is_null(value))
        value_text = ex_text(ex, value, &hash);
    FactsMember *member = &ex_add_member(ex, owner)->member;
    member->name = text;
    member->kind = ts_node_is_null(assignment->type) ? MEMBER_ASSIGN : MEMBER_FIELD;
    member->annotation = assignment->annotation;
    member->value = value_text;
    member->value_hash = hash;
    member->start = assignment->start;
    member->end = assignment->end;
    member->line = ex_line(ex, ex_start(ex, name));
    member->end_line = ex_line(ex, assignment->end > 0 ? assignment->end - 1 : 0);
    member->tokens = ex_token_count(ex, assignment->start, assignment->end);
}

static void flag_self_module(Ex *ex, FactsStr name, TSNode value)
{
    if (node_type(value) == NODE_call) {
        if (strcmp(ex_last_segment(ex, ex_callee(ex, value)), "import_module") == 0)
            ex_flag_name(ex, name, NAME_SELF_MODULE);
    } else if (node_type(value) == NODE_subscript) {
        if (strcmp(
                facts_builder_chars(ex->builder, ex_dotted_string(ex, node_field(value, NODE_FIELD_value))),
                "sys.modules") == 0)
            ex_flag_name(ex, name, NAME_SELF_MODULE);
    }
}

/* Whether assignments to plain names matter here: they do in modules and classes; in functions only
 * as globals, and as aliases where the function holds a class. */
static bool name_matters(Ex *ex, FactsStr name, TSNode value)
{
    Frame *top = ex_top(ex);

    if (top->scope != SCOPE_FUNCTION || ex_is_global(ex, name))
        return true;
    return top->detailed && !ts_node_is_null(value) && is_alias(ex, value);
}

static void assign_name(Ex *ex, const Assignment *assignment, TSNode target, TSNode value)
{
    FactsStr name = ex_name(ex, target);
    Frame *top = ex_top(ex);

    if (ts_node_is_null(value)) {
        if (top->scope != SCOPE_FUNCTION) {
            ex_bind(ex, name, BINDING_ANNOTATION, assignment->start, assignment->end)->annotation =
                assignment->annotation;
            add_assign_member(ex, assignment, target, name, value);
        }
        return;
    }
    TSNode plain = without_walrus(value);
    if (ts_node_is_null(plain) || !name_matters(ex, name, plain))
        return;
    add_assign_member(ex, assignment, target, name, value);
    if (top->scope == SCOPE_MODULE)
        flag_self_module(ex, name, plain);
    if (top->scope != SCOPE_FUNCTION && node_type(plain) == NODE_call) {
        uint32_t definition = ex_functional(ex, target, plain, assignment->statement);
        if (definition != FACTS_NONE) {
            bool global = ex_is_global(ex, name);
            FactsBinding *binding = ex_bind(ex, name, global ? BINDING_GLOBAL : BINDING_DEFINITION,
                                            assignment->start, assignment->end);
            binding->alternative = global ? GLOBAL_DEFINITION : 0;
            binding->ref = definition;
            binding->annotation = assignment->annotation;
            return;
        }
    }
    guint first = push_alternatives(ex, plain), count = ex->nodes->len - first;
    for (guint i = 0; i < count; i++)
        bind_value(ex, assignment, name, ex_node(ex, first + i), (uint8_t)i);
    g_array_set_size(ex->nodes, first);
}

static bool is_sequence(NodeType type)
{
    return type == NODE_pattern_list || type == NODE_tuple_pattern || type == NODE_list_pattern ||
           type == NODE_expression_list || type == NODE_tuple || type == NODE_list;
}

static bool is_splat(NodeType type)
{
    return type == NODE_list_splat_pattern || type == NODE_list_splat;
}

static bool holds_splat(Ex *ex, guint first, guint end)
{
    for (guint i = first; i < end; i++) {
        if (is_splat(node_type(ex_node(ex, i))))
            return true;
    }
    return false;
}

/* A name whose value is an unknown part of something. */
static void assign_unknown(Ex *ex, const Assignment *assignment, TSNode target, TSNode whole)
{
    FactsStr name = ex_name(ex, target);
    Frame *top = ex_top(ex);

    if (top->scope == SCOPE_FUNCTION && !ex_is_global(ex, name))
        return;
    add_assign_member(ex, assignment, target, name, whole);
    ex_bind(ex, name, ex_is_global(ex, name) ? BINDING_GLOBAL : BINDING_VALUE, assignment->start,
            assignment->end)
        ->computed = 1;
}

typedef struct Pair {
    TSNode target, value; /* value null: an unknown part */
} Pair;

static void push_pairs(Ex *ex, GArray *pairs, Pair pair)
{
    guint base = ex->nodes->len, targets = ex_children(ex, pair.target), values = ex->nodes->len;

    if (!ts_node_is_null(pair.value) && is_sequence(node_type(ex_unwrap(pair.value))))
        ex_children(ex, ex_unwrap(pair.value));
    guint end = ex->nodes->len, count = values - targets;
    bool known = end - values == count && !holds_splat(ex, targets, end);
    for (guint i = count; i > 0; i--) {
        TSNode target = ex_node(ex, targets + i - 1);
        if (is_splat(node_type(target)))
            target = ts_node_named_child(target, 0);
        Pair part = {target, known ? ex_node(ex, values + i - 1) : NO_NODE};
        if (!ts_node_is_null(target))
            g_array_append_val(pairs, part);
    }
    g_array_set_size(ex->nodes, base);
}

/* One target of an assignment, unpacked where the value is a display of the same length. */
static void assign_target(Ex *ex, const Assignment *assignment, TSNode target, TSNode value)
{
    if (node_type(target) == NODE_identifier) {
        assign_name(ex, assignment, target, value);
        return;
    }
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
    Pair whole = {target, value};
    g_array_append_val(pairs, whole);
    while (pairs->len > 0) {
        Pair pair = g_array_index(pairs, Pair, pairs->len - 1);
        g_array_set_size(pairs, pairs->len - 1);
        NodeType type = node_type(pair.target);
        if (is_sequence(type))
            push_pairs(ex, pairs, pair);
        else if (type == NODE_identifier && ts_node_is_null(pair.value))
            assign_unknown(ex, assignment, pair.target, value);
        else if (type == NODE_identifier)
            assign_name(ex, assignment, pair.target, pair.value);
        else if (type == NODE_attribute || type == NODE_subscript)
            ex_target_effect(ex, pair.target, pair.value, assignment->statement);
    }
}

void ex_assignment(Ex *ex, TSNode statement, TSNode node)
{
    guint base = ex->nodes->len;
    TSNode value = node;
    Assignment assignment = {
        .statement = statement, .start = ex_start(ex, statement), .end = ex_end(ex, statement)};

    while (!ts_node_is_null(value) && node_type(value) == NODE_assignment) {
        TSNode left = node_field(value, NODE_FIELD_left);
        TSNode type = node_field(value, NODE_FIELD_type);
        if (!ts_node_is_null(left))
            g_array_append_val(ex->nodes, left);
        if (!ts_node_is_null(type) && ts_node_is_null(assignment.type)) {
            assignment.type = type;
            assignment.annotation = ex_text(ex, type, NULL);
        }
        value = node_field(value, NODE_FIELD_right);
    }
    guint count = ex->nodes->len - base;
    for (guint i = 0; i < count; i++) {
        TSNode target = ex_unwrap(ex_node(ex, base + i));
        bool module_level = ex_top(ex)->scope == SCOPE_MODULE;
        if (module_level && !ts_node_is_null(value) && ex_is(ex, target, "__all__"))
            ex_all_assign(ex, value, statement, true);
        assign_target(ex, &assignment, target, value);
        if (module_level && !ts_node_is_null(value) && node_type(target) == NODE_identifier)
            ex_literal(ex, ex_name(ex, target), value, assignment.start);
    }
    g_array_set_size(ex->nodes, base);
}

void ex_augmented(Ex *ex, TSNode statement, TSNode node)
{
    TSNode target = ex_unwrap(node_field(node, NODE_FIELD_left));
    TSNode value = node_field(node, NODE_FIELD_right);

    if (ts_node_is_null(target) || ts_node_is_null(value) || ex_top(ex)->scope == SCOPE_FUNCTION)
        return;
    if (node_type(target) != NODE_identifier) {
        ex_target_effect(ex, target, value, statement);
        return;
    }
    if (ex_top(ex)->scope == SCOPE_MODULE && ex_is(ex, target, "__all__"))
        ex_all_assign(ex, value, statement, false);
    if (ex_is(ex, target, "__path__"))
        ex_add_effect(ex, EFFECT_PATH, ex_text(ex, value, NULL), 0, ex_start(ex, statement));
    ex_bind(ex, ex_name(ex, target), BINDING_TARGET, ex_start(ex, statement), ex_end(ex, statement));
}

void ex_add_field(Ex *ex, const FieldStatement *field)
{
    Frame *top = ex_top(ex);
    bool global = ex_is_global(ex, field->name), valued = field->value_end > field->value;
    uint32_t owner = top->owner;
    FactsBindingKind kind = !valued        ? BINDING_ANNOTATION
                            : global       ? BINDING_GLOBAL
                            : field->alias ? BINDING_ALIAS
                                           : BINDING_VALUE;
    bool hashed = kind == BINDING_VALUE && top->scope == SCOPE_MODULE;
    FactsStr text = 0;
    uint64_t hash = 0;

    if (top->scope == SCOPE_MODULE && !field->quiet && (!valued || !field->alias))
        ex->result.n_plain_statements++;
    if (valued && (owner != FACTS_NONE || hashed))
        text = ex_range_text(ex, field->value, field->value_end, &hash);
    if (owner != FACTS_NONE) {
        FactsMember *member = &ex_add_member(ex, owner)->member;
        member->name = field->name;
        member->kind = field->annotated ? MEMBER_FIELD : MEMBER_ASSIGN;
        member->annotation = field->annotation;
        member->value = text;
        member->value_hash = hash;
        member->start = field->start;
        member->end = field->end;
        member->line = ex_line(ex, field->start);
        member->end_line = ex_line(ex, field->end - 1);
        member->tokens = field->tokens;
    }
    FactsBinding *binding = ex_bind(ex, field->name, kind, field->start, field->end);
    binding->annotation = field->annotation;
    binding->computed = kind == BINDING_VALUE && field->computed;
    binding->target = field->target;
    binding->value_hash = hashed ? hash : 0;
}

/* --- other targets --- */

/* Where a statement's code ends: comments behind its last line are not always part of its node. */
static uint32_t code_end(const Ex *ex, TSNode statement)
{
    const Lexed *lexed = ex->in.lexed;
    uint32_t start = ex_start(ex, statement), end = ex_end(ex, statement);

    for (uint32_t i = lexed_token_at(lexed, end); i > 0; i--) {
        const Token *t = &lexed->tokens[i - 1];
        if (t->start <= start || (t->end > t->start && t->kind != TOKEN_COMMENT && t->kind != TOKEN_NEWLINE))
            return t->start <= start || t->inside ? end : t->end;
    }
    return end;
}

void ex_bind_targets(Ex *ex, TSNode target, TSNode statement)
{
    guint base = ex->nodes->len;
    uint32_t start = ex_start(ex, statement), end = code_end(ex, statement);

    g_array_append_val(ex->nodes, target);
    while (ex->nodes->len > base) {
        TSNode node = ex_node(ex, ex->nodes->len - 1);
        g_array_set_size(ex->nodes, ex->nodes->len - 1);
        if (ts_node_is_null(node))
            continue;
        NodeType type = node_type(node);
        if (type == NODE_identifier) {
            ex_bind(ex, ex_name(ex, node), BINDING_TARGET, start, end);
        } else if (is_sequence(type) || is_splat(type) || type == NODE_as_pattern_target ||
                   type == NODE_parenthesized_expression) {
            ex_push_children(ex, node);
        }
    }
    g_array_set_size(ex->nodes, base);
}

/* The last element of a display that is written out; null for all else. */
static TSNode last_element(Ex *ex, TSNode display)
{
    TSNode node = ex_unwrap(display), last = NO_NODE;

    if (is_sequence(node_type(node))) {
        guint first = ex_children(ex, node); /* without comments */
        if (ex->nodes->len > first)
            last = ex_unwrap(ex_node(ex, ex->nodes->len - 1));
        g_array_set_size(ex->nodes, first);
    }
    return last;
}

/* What the one name bound last leads to when its loop is through. */
static void aim_target(Ex *ex, uint32_t binding, TSNode value)
{
    NodeType type = node_type(value);

    if (binding < ex->builder->bindings.count && (type == NODE_identifier || type == NODE_attribute))
        ex->builder->bindings.data[binding].target = ex_dotted_string(ex, value);
}

/* `for a in (A, B)` leaves B in a; `for a, b in ((A, B), (C, D))` leaves C and D. */
void ex_bind_loop(Ex *ex, TSNode loop)
{
    uint32_t first = ex->builder->bindings.count;
    TSNode target = node_field(loop, NODE_FIELD_left),
           last = last_element(ex, node_field(loop, NODE_FIELD_right));

    ex_bind_targets(ex, target, loop);
    if (node_type(target) == NODE_identifier) {
        aim_target(ex, first, last);
        return;
    }
    uint32_t bound = ex->builder->bindings.count - first;
    if (!is_sequence(node_type(target)) || !is_sequence(node_type(last)))
        return;
    guint names = ex_children(ex, target), values = ex->nodes->len;
    ex_children(ex, last);
    bool alike = values - names == bound && ex->nodes->len - values == bound && bound <= 16;
    for (guint i = 0; i < bound && alike; i++)
        alike = node_type(ex_node(ex, names + i)) == NODE_identifier;
    for (guint i = 0; i < bound && alike; i++)
        aim_target(ex, first + i, ex_unwrap(ex_node(ex, values + i)));
    g_array_set_size(ex->nodes, names);
}

/* Captures of a case pattern: lone names (not `_`, not dotted), `as` names, stars. Class and key
 * names are no captures. */
void ex_bind_captures(Ex *ex, TSNode pattern, TSNode clause)
{
    TSTreeCursor cursor = ts_tree_cursor_new(pattern);
    uint32_t depth = 0, skip = UINT32_MAX;

    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        NodeType type = node_type(node);
        TSNode name = NO_NODE;
        bool descend = true;
        if (type == NODE_dotted_name) {
            descend = false;
            if (skip != depth && ts_node_named_child_count(node) == 1)
                name = ts_node_named_child(node, 0);
        } else if (type == NODE_identifier && skip != depth) {
            name = node; /* of an as_pattern or a splat_pattern */
        }
        if (skip == depth)
            skip = UINT32_MAX;
        if (!ts_node_is_null(name) && !ex_is(ex, name, "_"))
            ex_bind(ex, ex_name(ex, name), BINDING_TARGET, ex_start(ex, clause), ex_start(ex, clause));
        if (type == NODE_class_pattern || type == NODE_keyword_pattern)
            skip = depth + 1; /* its first child names a class or a keyword */
        if (type == NODE_attribute || type == NODE_string || type == NODE_if_statement)
            descend = false;
        if (descend && ts_tree_cursor_goto_first_child(&cursor)) {
            depth++;
            continue;
        }
        while (depth > 0 && !ts_tree_cursor_goto_next_sibling(&cursor)) {
            ts_tree_cursor_goto_parent(&cursor);
            depth--;
        }
        if (depth == 0)
            break;
    }
    ts_tree_cursor_delete(&cursor);
}

void ex_delete(Ex *ex, TSNode node)
{
    guint base = ex->nodes->len;

    ex_push_children(ex, node);
    while (ex->nodes->len > base) {
        TSNode target = ex_node(ex, ex->nodes->len - 1);
        g_array_set_size(ex->nodes, ex->nodes->len - 1);
        NodeType type = node_type(target);
        if (type == NODE_identifier)
            ex_bind(ex, ex_name(ex, target), BINDING_DELETE, ex_start(ex, node), ex_end(ex, node));
        else if (is_sequence(type) || type == NODE_parenthesized_expression)
            ex_push_children(ex, target);
    }
}
