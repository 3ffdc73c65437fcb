/* Calls that make classes: Enum("C", "A B"), namedtuple("P", ["x", "y"]), type("X", (Base,), {…}).
 * Recognised by the callee's last name and a literal name as first argument; what the callee really
 * is gets decided by the join. Members are read where they are written out. */
#include "parse/extract_internal.h"

#include <string.h>

#include "parse/fingerprint.h"

typedef enum Shape {
    SHAPE_NAMES,  /* enum members: "A B", ["A", "B"], [("A", 1)], {"A": 1} */
    SHAPE_FIELDS, /* fields: "x y", ["x"], [("x", int)], {"x": int} */
    SHAPE_DICT,   /* a class body as third argument */
    SHAPE_NONE,
} Shape;

static const struct Factory {
    const char *name;
    uint8_t syntax, shape, min_arguments, max_positional;
} FACTORIES[] = {
    {"Enum", SYNTAX_FUNCTIONAL, SHAPE_NAMES, 2, 2},
    {"IntEnum", SYNTAX_FUNCTIONAL, SHAPE_NAMES, 2, 2},
    {"StrEnum", SYNTAX_FUNCTIONAL, SHAPE_NAMES, 2, 2},
    {"Flag", SYNTAX_FUNCTIONAL, SHAPE_NAMES, 2, 2},
    {"IntFlag", SYNTAX_FUNCTIONAL, SHAPE_NAMES, 2, 2},
    {"namedtuple", SYNTAX_FUNCTIONAL, SHAPE_FIELDS, 2, 4},
    {"NamedTuple", SYNTAX_FUNCTIONAL, SHAPE_FIELDS, 1, 2},
    {"TypedDict", SYNTAX_FUNCTIONAL, SHAPE_FIELDS, 1, 2},
    {"make_dataclass", SYNTAX_FUNCTIONAL, SHAPE_FIELDS, 2, 2},
    {"new_class", SYNTAX_FUNCTIONAL, SHAPE_NONE, 1, 4},
    {"NewType", SYNTAX_NEWTYPE, SHAPE_NONE, 2, 2},
    {"type", SYNTAX_TYPE_CALL, SHAPE_DICT, 3, 3},
};

static const struct Factory *find_factory(const Ex *ex, FactsStr callee)
{
    const char *last = ex_last_segment(ex, callee);

    for (size_t i = 0; i < G_N_ELEMENTS(FACTORIES); i++) {
        if (strcmp(FACTORIES[i].name, last) == 0)
            return &FACTORIES[i];
    }
    return NULL;
}

static bool is_identifier(const char *text, size_t length)
{
    if (length == 0 || g_ascii_isdigit(text[0]))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isalnum(text[i]) && text[i] != '_' && (text[i] & 0x80) == 0)
            return false;
    }
    return true;
}

typedef struct Call {
    guint first, end; /* arguments on the node stack */
    guint positional;
    const struct Factory *factory;
    FactsStr given; /* the name in the first argument */
} Call;

static bool accepts(Ex *ex, Call *call)
{
    guint arguments = call->end - call->first;

    if (arguments < call->factory->min_arguments || call->positional == 0 ||
        call->positional > call->factory->max_positional)
        return false;
    if (call->factory->syntax == SYNTAX_TYPE_CALL && call->positional != 3)
        return false;
    g_string_truncate(ex->buffer, 0);
    if (!ex_string_value(ex, ex_unwrap(ex_node(ex, call->first)), ex->buffer) ||
        !is_identifier(ex->buffer->str, ex->buffer->len))
        return false;
    call->given = ex_name_bytes(ex, ex->buffer->str, ex->buffer->len);
    return true;
}

static void add_item(Ex *ex, uint32_t owner, TSNode node, const char *name, size_t length, TSNode type,
                     TSNode value, const char *given)
{
    FactsStr text = 0, annotation = 0, named = ex_name_bytes(ex, name, length);
    uint64_t hash = 0;

    if (!ts_node_is_null(type))
        annotation = ex_text(ex, type, NULL);
    if (!ts_node_is_null(value)) {
        text = ex_text(ex, value, &hash);
    } else if (given != NULL) {
        text = facts_builder_string(ex->builder, given, strlen(given));
        hash = ex->builder->strings.data[text].hash;
    }
    FactsMember *member = &ex_add_member(ex, owner)->member;
    member->name = named;
    member->kind = annotation != 0 ? MEMBER_FIELD : MEMBER_ASSIGN;
    member->annotation = annotation;
    member->value = text;
    member->value_hash = hash;
    member->start = ex_start(ex, node);
    member->end = MAX(ex_end(ex, node), member->start);
    member->line = member->end_line = ex_line(ex, member->start);
    member->tokens = ex_token_count(ex, member->start, member->end);
}

/* Members of `"A B"` or `["A", …]` of an enum count from 1, those of a flag in powers of two. */
static const char *automatic_value(const struct Factory *factory, uint32_t ordinal, char *buffer, size_t size)
{
    if (factory->shape != SHAPE_NAMES)
        return NULL;
    if (strstr(factory->name, "Flag") != NULL)
        g_snprintf(buffer, size, "%" G_GUINT64_FORMAT, ordinal < 63 ? UINT64_C(1) << ordinal : 0);
    else
        g_snprintf(buffer, size, "%u", ordinal + 1);
    return buffer;
}

static void add_words(Ex *ex, uint32_t owner, TSNode node, const struct Factory *factory)
{
    g_autoptr(GString) text = g_string_new(NULL);
    uint32_t ordinal = 0;
    char value[24];

    if (!ex_string_value(ex, node, text))
        return;
    for (const char *at = text->str; *at != '\0';) {
        size_t skip = strspn(at, ", \t\r\n"), length = strcspn(at + skip, ", \t\r\n");
        if (length > 0)
            add_item(ex, owner, node, at + skip, length, NO_NODE, NO_NODE,
                     automatic_value(factory, ordinal++, value, sizeof value));
        at += skip + length;
    }
}

/* "x", ("x", int), ("x", int, default) or "A", ("A", 1). */
static void add_element(Ex *ex, uint32_t owner, TSNode node, const struct Factory *factory, uint32_t ordinal)
{
    g_autoptr(GString) name = g_string_new(NULL);
    TSNode plain = ex_unwrap(node), none = NO_NODE;
    char value[24];

    if (ex_string_value(ex, plain, name)) {
        add_item(ex, owner, node, name->str, name->len, none, none,
                 automatic_value(factory, ordinal, value, sizeof value));
        return;
    }
    if (node_type(plain) != NODE_tuple && node_type(plain) != NODE_list)
        return;
    guint first = ex_children(ex, plain), count = ex->nodes->len - first;
    if (count >= 1 && ex_string_value(ex, ex_node(ex, first), name)) {
        TSNode second = count >= 2 ? ex_node(ex, first + 1) : none,
               third = count >= 3 ? ex_node(ex, first + 2) : none;
        bool fields = factory->shape == SHAPE_FIELDS;
        add_item(ex, owner, node, name->str, name->len, fields ? second : none, fields ? third : second,
                 NULL);
    }
    g_array_set_size(ex->nodes, first);
}

static void add_pair(Ex *ex, uint32_t owner, TSNode pair, const struct Factory *factory)
{
    g_autoptr(GString) name = g_string_new(NULL);
    TSNode key = node_field(pair, NODE_FIELD_key), value = node_field(pair, NODE_FIELD_value), none = NO_NODE;

    if (ts_node_is_null(key) || !ex_string_value(ex, ex_unwrap(key), name))
        return;
    bool fields = factory->shape == SHAPE_FIELDS;
    add_item(ex, owner, pair, name->str, name->len, fields ? value : none, fields ? none : value, NULL);
}

static void add_members(Ex *ex, uint32_t owner, TSNode argument, const struct Factory *factory)
{
    TSNode node = ex_unwrap(argument);
    NodeType type = node_type(node);

    if (type == NODE_string || type == NODE_concatenated_string) {
        if (factory->shape != SHAPE_DICT)
            add_words(ex, owner, node, factory);
        return;
    }
    if (type != NODE_list && type != NODE_tuple && type != NODE_dictionary)
        return;
    guint first = ex_children(ex, node), end = ex->nodes->len;
    for (guint i = first; i < end; i++) {
        if (type != NODE_dictionary)
            add_element(ex, owner, ex_node(ex, i), factory, i - first);
        else if (node_type(ex_node(ex, i)) == NODE_pair)
            add_pair(ex, owner, ex_node(ex, i), factory);
    }
    g_array_set_size(ex->nodes, first);
}

/* Members by keyword: the members themselves (`TypedDict("T", a=int)`), or the argument that holds them. */
static void add_keyword(Ex *ex, uint32_t owner, TSNode argument, const struct Factory *factory)
{
    TSNode name = node_field(argument, NODE_FIELD_name), value = node_field(argument, NODE_FIELD_value);

    if (ts_node_is_null(name) || ts_node_is_null(value))
        return;
    if (ex_is(ex, name, "names") || ex_is(ex, name, "field_names") || ex_is(ex, name, "fields")) {
        add_members(ex, owner, value, factory);
    } else if (strcmp(factory->name, "TypedDict") == 0 || strcmp(factory->name, "NamedTuple") == 0) {
        size_t length;
        const char *bytes = ex_bytes(ex, name, &length);
        if (!ex_is(ex, name, "total") && !ex_is(ex, name, "closed"))
            add_item(ex, owner, argument, bytes, length, value, NO_NODE, NULL);
    }
}

static uint32_t add_functional(Ex *ex, const Call *call, FactsStr callee, TSNode name_node, TSNode statement)
{
    FactsSlice bases = {ex->builder->expressions.count, call->end - call->first};

    for (guint i = call->first; i < call->end; i++)
        ex_add_expression(ex, ex_node(ex, i));
    FactsStr name = ex_name(ex, name_node);
    uint32_t start = ex_start(ex, statement), end = ex_end(ex, statement);
    uint32_t index = ex_definition(ex, name, (FactsSyntax)call->factory->syntax, start, end);
    FactsDefinition *definition = &ex->builder->definitions.data[index];
    definition->name_start = ex_start(ex, name_node);
    definition->bases = bases;
    definition->callee = callee;
    if (definition->scope == SCOPE_MODULE) /* what Python's __qualname__ says, whatever it is bound to */
        definition->qualname = call->given;
    ex_fingerprint(ex, index);
    guint members = call->factory->shape == SHAPE_DICT ? 2 : 1;
    if (call->positional > members && call->factory->shape != SHAPE_NONE)
        add_members(ex, index, ex_node(ex, call->first + members), call->factory);
    for (guint i = call->first + call->positional; i < call->end; i++) {
        if (node_type(ex_node(ex, i)) == NODE_keyword_argument)
            add_keyword(ex, index, ex_node(ex, i), call->factory);
    }
    return index;
}

uint32_t ex_functional(Ex *ex, TSNode name, TSNode node, TSNode statement)
{
    FactsStr callee = ex_callee(ex, node);
    Call call = {.factory = callee != 0 ? find_factory(ex, callee) : NULL};
    TSNode arguments = node_field(node, NODE_FIELD_arguments);
    uint32_t index = FACTS_NONE;

    if (call.factory == NULL || ts_node_is_null(arguments) || node_type(arguments) != NODE_argument_list)
        return FACTS_NONE;
    call.first = ex_children(ex, arguments);
    call.end = ex->nodes->len;
    while (call.first + call.positional < call.end) {
        NodeType type = node_type(ex_node(ex, call.first + call.positional));
        if (type == NODE_keyword_argument || type == NODE_list_splat || type == NODE_dictionary_splat)
            break;
        call.positional++;
    }
    if (accepts(ex, &call))
        index = add_functional(ex, &call, callee, name, statement);
    g_array_set_size(ex->nodes, call.first);
    return index;
}
