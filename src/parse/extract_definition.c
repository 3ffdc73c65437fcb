#include "parse/extract_internal.h"

#include <string.h>

#include "parse/fingerprint.h"
#include "parse/suite.h"

PendingMember *ex_add_member(Ex *ex, uint32_t owner)
{
    uint32_t context = ex_context(ex);

    g_array_set_size(ex->members, ex->members->len + 1);
    PendingMember *pending = &g_array_index(ex->members, PendingMember, ex->members->len - 1);
    memset(pending, 0, sizeof *pending);
    pending->owner = owner;
    pending->member.context = context;
    pending->member.nested = FACTS_NONE;
    return pending;
}

/* Members come in as the walk meets them, those of a nested class between those of its parent:
 * a stable counting sort by owner makes each definition's members one slice. */
void ex_place_members(Ex *ex)
{
    FactsBuilder *builder = ex->builder;
    uint32_t first = 0;

    for (guint i = 0; i < ex->members->len; i++) {
        builder->definitions.data[g_array_index(ex->members, PendingMember, i).owner].members.count++;
        facts_builder_add_members(builder);
    }
    for (uint32_t i = 0; i < builder->definitions.count; i++) {
        FactsSlice *slice = &builder->definitions.data[i].members;
        slice->first = first;
        first += slice->count;
        slice->count = 0;
    }
    for (guint i = 0; i < ex->members->len; i++) {
        const PendingMember *pending = &g_array_index(ex->members, PendingMember, i);
        FactsSlice *slice = &builder->definitions.data[pending->owner].members;
        builder->members.data[slice->first + slice->count++] = pending->member;
    }
}

static FactsStr qualified(Ex *ex, FactsStr name)
{
    uint32_t prefix = ex_top(ex)->qualname;

    g_string_truncate(ex->qualname, prefix);
    g_string_append(ex->qualname, facts_builder_chars(ex->builder, name));
    FactsStr qualname = facts_builder_string(ex->builder, ex->qualname->str, ex->qualname->len);
    g_string_truncate(ex->qualname, prefix);
    return qualname;
}

static FactsDefinition *add_definition(Ex *ex, FactsStr name, FactsSyntax syntax, uint32_t start,
                                       uint32_t end)
{
    const Frame *top = ex_top(ex);
    FactsStr qualname = qualified(ex, name);
    uint32_t context = ex_context(ex);
    FactsDefinition *definition = facts_builder_add_definitions(ex->builder);

    definition->name = name;
    definition->qualname = qualname;
    definition->context = context;
    definition->parent = top->definition;
    definition->syntax = (uint8_t)syntax;
    definition->scope = top->scope;
    definition->start = start;
    definition->end = MAX(start, end);
    definition->line = ex_line(ex, start);
    definition->end_line = ex_line(ex, definition->end > start ? definition->end - 1 : start);
    return definition;
}

uint32_t ex_definition(Ex *ex, FactsStr name, FactsSyntax syntax, uint32_t start, uint32_t end)
{
    uint32_t index = ex->builder->definitions.count;

    add_definition(ex, name, syntax, start, end);
    return index;
}

static uint32_t decorated_start(const Ex *ex, TSNode node, TSNode decorated)
{
    return ex_start(ex, ts_node_is_null(decorated) ? node : decorated);
}

static void bind_definition(Ex *ex, FactsStr name, uint32_t definition, uint32_t start, uint32_t end,
                            uint32_t line)
{
    bool global = ex_is_global(ex, name);
    FactsBinding *binding = ex_bind(ex, name, global ? BINDING_GLOBAL : BINDING_DEFINITION, start, end);

    if (global)
        binding->alternative = definition == FACTS_NONE ? GLOBAL_VALUE : GLOBAL_DEFINITION;
    binding->ref = definition;
    binding->line = line;
}

/* --- what tokens say about a suite --- */

static void read_docstring(Ex *ex, const Suite *suite, FactsDefinition *definition)
{
    if (!suite->docstring)
        return;
    g_string_truncate(ex->buffer, 0);
    suite_docstring(ex->in.lexed, suite, ex->buffer);
    definition->flags |= DEFINITION_DOCSTRING;
    if (suite_says_deprecated(ex->buffer->str))
        definition->flags |= DEFINITION_DEPRECATED;
    definition->docstring_hash = suite_docstring_hash(ex->buffer);
    size_t length;
    const char *line = suite_first_line(ex->buffer->str, &length);
    definition->docstring = facts_builder_text(ex->builder, line, length);
}

static void add_statements(Ex *ex, FactsDefinition *definition, uint32_t first, uint32_t last)
{
    const char *own = facts_builder_chars(ex->builder, definition->name);
    FactsStatement statements[FACTS_MAX_STATEMENTS];
    uint32_t n = fingerprint_sketch(ex->in.lexed, first, last, own, strlen(own), statements);

    definition->statements = (FactsSlice){ex->builder->statements.count, n};
    for (uint32_t i = 0; i < n; i++)
        *facts_builder_add_statements(ex->builder) = statements[i];
}

void ex_fingerprint(Ex *ex, uint32_t index)
{
    FactsDefinition *definition = &ex->builder->definitions.data[index];
    const char *own = facts_builder_chars(ex->builder, definition->name);
    uint32_t first = lexed_token_at(ex->in.lexed, definition->start);
    uint32_t last = lexed_token_at(ex->in.lexed, definition->end);
    Fingerprint print = fingerprint_tokens(ex->in.lexed, first, last, own, strlen(own));

    definition->tokens = print.tokens;
    definition->text_hash = print.text;
    definition->shape_hash = print.shape;
    if (definition->syntax == SYNTAX_CLASS)
        add_statements(ex, definition, first, last);
}

static bool has_decorator(const Ex *ex, FactsSlice decorators, const char *name)
{
    for (uint32_t i = 0; i < decorators.count; i++) {
        const FactsExpression *expression = &ex->builder->expressions.data[decorators.first + i];
        const char *last = ex_last_segment(ex, expression->dotted);
        if (strcmp(last, name) == 0)
            return true;
    }
    return false;
}

static bool has_deprecated_decorator(const Ex *ex, FactsSlice decorators)
{
    for (uint32_t i = 0; i < decorators.count; i++) {
        const char *text =
            facts_builder_chars(ex->builder, ex->builder->expressions.data[decorators.first + i].dotted);
        if (strstr(text, "deprecat") != NULL || strstr(text, "Deprecat") != NULL)
            return true;
    }
    return false;
}

/* --- classes --- */

static void add_class_member(Ex *ex, uint32_t index)
{
    uint32_t owner = ex_top(ex)->owner;
    const FactsDefinition *definition = &ex->builder->definitions.data[index];

    if (owner == FACTS_NONE)
        return;
    FactsMember *member = &ex_add_member(ex, owner)->member;
    member->name = definition->name;
    member->kind = MEMBER_CLASS;
    member->nested = index;
    member->decorators = definition->decorators;
    member->line = definition->line;
    member->end_line = definition->end_line;
    member->start = definition->start;
    member->end = definition->end;
    member->tokens = definition->tokens;
    member->body_hash = definition->text_hash;
    member->body_shape = definition->shape_hash;
}

uint32_t ex_add_class(Ex *ex, const ClassHead *head)
{
    uint32_t index = ex->builder->definitions.count;
    FactsDefinition *definition = add_definition(ex, head->name, SYNTAX_CLASS, head->start, head->end);

    definition->line = ex_line(ex, head->keyword);
    definition->name_start = head->name_start;
    definition->decorators = head->decorators;
    definition->bases = head->bases;
    if (has_deprecated_decorator(ex, head->decorators))
        definition->flags |= DEFINITION_DEPRECATED;
    if (head->suite != NULL) {
        read_docstring(ex, head->suite, definition);
        if (head->suite->stub && !head->suite->raises)
            definition->flags |= DEFINITION_EMPTY;
    }
    ex_fingerprint(ex, index);
    bind_definition(ex, head->name, index, head->start, head->end, ex_line(ex, head->keyword));
    add_class_member(ex, index);
    return index;
}

void ex_class(Ex *ex, TSNode node, TSNode decorated)
{
    TSNode name = node_field(node, NODE_FIELD_name);
    ClassHead head = {.name = ts_node_is_null(name) ? 0 : ex_name(ex, name), .keyword = ex_start(ex, node)};
    Suite suite;

    head.name_start = ts_node_is_null(name) ? head.keyword : ex_start(ex, name);
    head.start = decorated_start(ex, node, decorated);
    head.end = ex_suite_end(ex, head.keyword, ex_end(ex, node));
    head.decorators = ex_add_decorators(ex, decorated);
    head.bases = ex_add_arguments(ex, node_field(node, NODE_FIELD_superclasses));
    if (ex_suite(ex, head.keyword, &suite))
        head.suite = &suite;
    ex_add_class(ex, &head);
}

/* --- functions --- */

static const struct {
    const char *decorator;
    uint8_t flag;
} METHOD_DECORATORS[] = {
    {"staticmethod", MEMBER_STATIC},
    {"classmethod", MEMBER_CLASSMETHOD},
    {"property", MEMBER_PROPERTY},
    {"cached_property", MEMBER_PROPERTY},
    {"setter", MEMBER_PROPERTY},
    {"deleter", MEMBER_PROPERTY},
    {"getter", MEMBER_PROPERTY},
    {"abstractproperty", MEMBER_PROPERTY | MEMBER_ABSTRACT},
    {"abstractmethod", MEMBER_ABSTRACT},
    {"abstractclassmethod", MEMBER_ABSTRACT | MEMBER_CLASSMETHOD},
    {"abstractstaticmethod", MEMBER_ABSTRACT | MEMBER_STATIC},
    {"overload", MEMBER_OVERLOAD},
};

static uint8_t method_flags(const Ex *ex, FactsSlice decorators)
{
    uint8_t flags = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(METHOD_DECORATORS); i++) {
        if (has_decorator(ex, decorators, METHOD_DECORATORS[i].decorator))
            flags |= METHOD_DECORATORS[i].flag;
    }
    return flags;
}

/* `(self, a: int = 1) -> str`, from the parameters (those of types, if any, before them) to the end of the
 * return annotation. */
static void read_signature(Ex *ex, const FunctionHead *head, FactsMember *member)
{
    if (head->signature_end <= head->signature)
        return;
    member->signature = ex_range_text(ex, head->signature, head->signature_end, &member->signature_hash);
    if (head->type_end > head->type)
        member->annotation = ex_range_text(ex, head->type, head->type_end, NULL);
}

static void read_body(Ex *ex, const Suite *suite, FactsMember *member)
{
    Fingerprint print = fingerprint_tokens(ex->in.lexed, suite->body, suite->last, NULL, 0);

    member->tokens = print.tokens;
    member->body_hash = print.text;
    member->body_shape = print.shape;
    memcpy(member->sketch, print.sketch, sizeof member->sketch);
    if (suite->stub)
        member->flags |= MEMBER_STUB_BODY;
    if (suite->trivial)
        member->flags |= MEMBER_TRIVIAL_BODY;
}

static void add_method(Ex *ex, const FunctionHead *head, uint32_t owner)
{
    FactsMember *member = &ex_add_member(ex, owner)->member;

    member->name = head->name;
    member->kind = MEMBER_METHOD;
    member->flags = method_flags(ex, head->decorators);
    member->decorators = head->decorators;
    member->line = ex_line(ex, head->keyword);
    member->end_line = ex_line(ex, head->end > head->start ? head->end - 1 : head->start);
    member->start = head->start;
    member->end = head->end;
    if (head->async)
        member->flags |= MEMBER_ASYNC;
    read_signature(ex, head, member);
    if (head->suite != NULL)
        read_body(ex, head->suite, member);
    FactsDefinition *definition = &ex->builder->definitions.data[owner];
    if ((member->flags & MEMBER_ABSTRACT) != 0)
        definition->flags |= DEFINITION_ABSTRACT;
}

static bool is_constructor(const char *name)
{
    return strcmp(name, "__init__") == 0 || strcmp(name, "__new__") == 0 ||
           strcmp(name, "__init_subclass__") == 0;
}

/* A top-level function: a definition of its own with one method, itself. */
static uint32_t add_function(Ex *ex, const FunctionHead *head)
{
    uint32_t index = ex->builder->definitions.count;
    const Suite *suite = head->suite;
    FactsDefinition *definition = add_definition(ex, head->name, SYNTAX_FUNCTION, head->start, head->end);

    definition->line = ex_line(ex, head->keyword);
    definition->name_start = head->name_start;
    definition->decorators = head->decorators;
    if (head->async)
        definition->flags |= DEFINITION_ASYNC;
    if (has_decorator(ex, head->decorators, "overload"))
        definition->flags |= DEFINITION_OVERLOAD;
    if (has_deprecated_decorator(ex, head->decorators))
        definition->flags |= DEFINITION_DEPRECATED;
    if (suite != NULL) {
        read_docstring(ex, suite, definition);
        if (suite->stub)
            definition->flags |= DEFINITION_NOT_IMPLEMENTED | (suite->raises ? 0 : DEFINITION_EMPTY);
        if (suite_warns_deprecated(ex->in.lexed, suite))
            definition->flags |= DEFINITION_DEPRECATED;
    }
    ex_fingerprint(ex, index);
    add_method(ex, head, index);
    return index;
}

uint32_t ex_add_function(Ex *ex, const FunctionHead *head)
{
    uint32_t owner = ex_top(ex)->owner, enclosing = ex_top(ex)->definition;
    const char *name = facts_builder_chars(ex->builder, head->name);

    if (ex_top(ex)->scope == SCOPE_MODULE) {
        bool getattr = strcmp(name, "__getattr__") == 0;
        uint32_t index = add_function(ex, head);
        bind_definition(ex, head->name, index, head->start, head->end, ex_line(ex, head->keyword));
        if (getattr) {
            ex->result.flags |= FACTS_GETATTR;
            ex_add_effect(ex, EFFECT_GETATTR, 0, 0, head->keyword);
        }
        return index;
    }
    bool constructor = is_constructor(name);
    ex_bind(ex, head->name, BINDING_METHOD, head->start, head->end)->line = ex_line(ex, head->keyword);
    if (owner != FACTS_NONE) {
        add_method(ex, head, owner);
        if (constructor && head->suite != NULL && suite_warns_deprecated(ex->in.lexed, head->suite))
            ex->builder->definitions.data[owner].flags |= DEFINITION_DEPRECATED;
    }
    return enclosing;
}

uint32_t ex_function(Ex *ex, TSNode node, TSNode decorated)
{
    TSNode name = node_field(node, NODE_FIELD_name), parameters = node_field(node, NODE_FIELD_parameters),
           type = node_field(node, NODE_FIELD_return_type),
           generic = node_field(node, NODE_FIELD_type_parameters);
    FunctionHead head = {.keyword = ex_start(ex, node),
                         .name = ts_node_is_null(name) ? 0 : ex_name(ex, name)};
    Suite suite;

    if (ex_top(ex)->scope == SCOPE_FUNCTION) {
        if (ex_is_global(ex, head.name))
            bind_definition(ex, head.name, FACTS_NONE, head.keyword, head.keyword, ex_line(ex, head.keyword));
        return ex_top(ex)->definition;
    }
    head.name_start = ts_node_is_null(name) ? head.keyword : ex_start(ex, name);
    head.start = decorated_start(ex, node, decorated);
    head.end = ex_suite_end(ex, head.keyword, ex_end(ex, node));
    head.async = ex_starts_with_async(ex, node);
    head.decorators = ex_add_decorators(ex, decorated);
    if (!ts_node_is_null(type)) {
        head.type = ex_start(ex, type);
        head.type_end = ex_end(ex, type);
    }
    if (!ts_node_is_null(parameters)) {
        head.signature = ex_start(ex, ts_node_is_null(generic) ? parameters : generic);
        head.signature_end = ts_node_is_null(type) ? ex_end(ex, parameters) : head.type_end;
    }
    if (ex_suite(ex, head.keyword, &suite))
        head.suite = &suite;
    return ex_add_function(ex, &head);
}

void ex_type_alias(Ex *ex, TSNode node)
{
    TSNode left = node_field(node, NODE_FIELD_left), right = node_field(node, NODE_FIELD_right);

    if (ex_top(ex)->scope == SCOPE_FUNCTION || ts_node_is_null(left))
        return;
    for (left = ex_unwrap(left); node_type(left) == NODE_generic_type || node_type(left) == NODE_subscript;) {
        TSNode inner = ts_node_named_child(left, 0);
        if (ts_node_is_null(inner))
            break;
        left = inner;
    }
    if (node_type(left) != NODE_identifier)
        return;
    FactsStr name = ex_name(ex, left);
    uint32_t start = ex_start(ex, node), end = ex_end(ex, node), index = ex->builder->definitions.count;
    FactsSlice bases = {ex->builder->expressions.count, 0};
    if (!ts_node_is_null(right)) {
        ex_add_expression(ex, right);
        bases.count = 1;
    }
    FactsDefinition *definition = add_definition(ex, name, SYNTAX_TYPE_ALIAS, start, end);
    definition->name_start = ex_start(ex, left);
    definition->bases = bases;
    ex_fingerprint(ex, index);
    bind_definition(ex, name, index, start, end, ex_line(ex, start));
}
