/* What changes the meaning of names without binding one: sys.modules, setattr, exec,
 * lazy-export maps. All of it counts only where it runs as the module loads, except that
 * `sys.modules[…] =` is noted in functions too. */
#include "parse/extract_internal.h"

#include <string.h>

#define MAX_ENTRIES 8192u

void ex_add_effect(Ex *ex, FactsEffectKind kind, FactsStr a, FactsStr b, uint32_t start)
{
    uint32_t context = ex_context(ex);
    FactsEffect *effect = facts_builder_add_effects(ex->builder);

    effect->kind = kind;
    effect->a = a;
    effect->b = b;
    effect->context = context;
    effect->line = ex_line(ex, start);
    effect->start = start;
}

/* --- literal maps --- */

/* Strings that may name something importable: "a", "a.b", ".a", "a.b:C". */
static bool is_name_like(const GString *text)
{
    bool letter = false;

    if (text->len == 0 || text->len > 200)
        return false;
    for (size_t i = 0; i < text->len; i++) {
        char c = text->str[i];
        if (!g_ascii_isalnum(c) && c != '_' && c != '.' && c != ':' && (c & 0x80) == 0)
            return false;
        letter = letter || (c != '.' && c != ':');
    }
    return letter || text->str[0] == '.';
}

static void add_entry(Ex *ex, FactsStr key, TSNode value, FactsSlice *entries)
{
    g_string_truncate(ex->buffer, 0);
    if (ts_node_is_null(value) || entries->count >= MAX_ENTRIES || !ex_string_value(ex, value, ex->buffer) ||
        !is_name_like(ex->buffer))
        return;
    FactsEntry *entry = facts_builder_add_entries(ex->builder);
    entry->key = key;
    entry->value = ex_intern(ex, ex->buffer);
    entries->count++;
}

/* A string, or a list or tuple of strings: an entry each. */
static void add_entries(Ex *ex, FactsStr key, TSNode value, FactsSlice *entries)
{
    value = ex_unwrap(value);
    if (ts_node_is_null(value))
        return;
    NodeType type = node_type(value);
    if (type != NODE_list && type != NODE_tuple && type != NODE_set && type != NODE_expression_list) {
        add_entry(ex, key, value, entries);
        return;
    }
    guint first = ex_children(ex, value), end = ex->nodes->len;
    for (guint i = first; i < end; i++)
        add_entry(ex, key, ex_unwrap(ex_node(ex, i)), entries);
    g_array_set_size(ex->nodes, first);
}

static void add_dictionary(Ex *ex, TSNode node, FactsSlice *entries)
{
    guint first = ex_children(ex, node), end = ex->nodes->len;

    for (guint i = first; i < end; i++) {
        TSNode pair = ex_node(ex, i);
        bool keyword = node_type(pair) == NODE_keyword_argument;
        if (node_type(pair) != NODE_pair && !keyword)
            continue;
        TSNode key = node_field(pair, keyword ? NODE_FIELD_name : NODE_FIELD_key);
        FactsStr text = 0;
        if (ts_node_is_null(key))
            continue;
        if (keyword) {
            text = ex_name(ex, key);
        } else {
            g_string_truncate(ex->buffer, 0);
            if (!ex_string_value(ex, ex_unwrap(key), ex->buffer) || !is_name_like(ex->buffer))
                continue;
            text = ex_intern(ex, ex->buffer);
        }
        add_entries(ex, text, node_field(pair, NODE_FIELD_value), entries);
    }
    g_array_set_size(ex->nodes, first);
}

static void add_literal(Ex *ex, FactsStr name, FactsSlice entries, uint32_t start)
{
    if (entries.count == 0)
        return;
    uint32_t context = ex_context(ex);
    FactsLiteral *literal = facts_builder_add_literals(ex->builder);
    literal->name = name;
    literal->context = context;
    literal->line = ex_line(ex, start);
    literal->start = start;
    literal->entries = entries;
}

void ex_literal(Ex *ex, FactsStr name, TSNode value, uint32_t start)
{
    FactsSlice entries = {ex->builder->entries.count, 0};
    TSNode node = ex_unwrap(value);

    if (ts_node_is_null(node) || ex_text_is(ex, name, "__all__"))
        return;
    NodeType type = node_type(node);
    if (type == NODE_dictionary)
        add_dictionary(ex, node, &entries);
    else if (type == NODE_call && ex_text_is(ex, ex_callee(ex, node), "dict"))
        add_dictionary(ex, node_field(node, NODE_FIELD_arguments), &entries);
    else if (type == NODE_list || type == NODE_tuple || type == NODE_set || type == NODE_expression_list)
        add_entries(ex, 0, node, &entries);
    add_literal(ex, name, entries, start);
}

/* `_import_structure["models"] = ["A"]` and `_import_structure["models"].append("A")` go on with the map. */
static bool extend_literal(Ex *ex, TSNode subscript, TSNode value, uint32_t start)
{
    TSNode object = node_field(subscript, NODE_FIELD_value),
           key = node_field(subscript, NODE_FIELD_subscript);
    FactsSlice entries = {ex->builder->entries.count, 0};

    if (ts_node_is_null(object) || ts_node_is_null(key) || ts_node_is_null(value) ||
        node_type(object) != NODE_identifier)
        return false;
    FactsStr name = ex_name(ex, object);
    g_string_truncate(ex->buffer, 0);
    if (!ex_string_value(ex, ex_unwrap(key), ex->buffer) || !is_name_like(ex->buffer))
        return false;
    add_entries(ex, ex_intern(ex, ex->buffer), value, &entries);
    add_literal(ex, name, entries, start);
    return entries.count > 0;
}

/* --- targets that are no names --- */

static FactsStr value_text(Ex *ex, TSNode value)
{
    FactsStr dotted = ts_node_is_null(value) ? 0 : ex_dotted_string(ex, ex_unwrap(value));

    return dotted != 0 || ts_node_is_null(value) ? dotted : ex_text(ex, value, NULL);
}

static void sys_modules_effect(Ex *ex, TSNode subscript, TSNode value, uint32_t start)
{
    TSNode key = node_field(subscript, NODE_FIELD_subscript);
    FactsStr target = value_text(ex, value);

    if (ts_node_is_null(key))
        return;
    key = ex_unwrap(key);
    if (ex_is(ex, key, "__name__")) {
        ex_add_effect(ex, EFFECT_SYS_MODULES_SELF, target, 0, start);
        return;
    }
    g_string_truncate(ex->buffer, 0);
    FactsStr name = ex_string_value(ex, key, ex->buffer) ? ex_intern(ex, ex->buffer) : ex_text(ex, key, NULL);
    ex_add_effect(ex, EFFECT_SYS_MODULES, name, target, start);
}

static bool is_namespace_call(Ex *ex, TSNode node)
{
    node = ex_unwrap(node);
    if (ts_node_is_null(node))
        return false;
    if (node_type(node) == NODE_attribute)
        return ex_is(ex, node_field(node, NODE_FIELD_attribute), "__dict__");
    if (node_type(node) != NODE_call)
        return false;
    FactsStr callee = ex_callee(ex, node);
    return ex_text_is(ex, callee, "globals") || ex_text_is(ex, callee, "vars") ||
           ex_text_is(ex, callee, "locals");
}

/* The first identifier of a dotted name is bound by an import, or to a module object. */
static bool leads_to_module(Ex *ex, FactsStr dotted)
{
    const char *text = facts_builder_chars(ex->builder, dotted);
    size_t length = strcspn(text, ".");

    if (length == 0)
        return false;
    g_autofree char *head = g_strndup(text, length);
    return (ex_name_flags(ex, facts_builder_string(ex->builder, head, length)) &
            (NAME_IMPORTED | NAME_SELF_MODULE)) != 0;
}

static void attribute_effect(Ex *ex, TSNode target, TSNode value, uint32_t start)
{
    TSNode object = node_field(target, NODE_FIELD_object), name = node_field(target, NODE_FIELD_attribute);

    if (ts_node_is_null(object) || ts_node_is_null(name))
        return;
    if (ex_is(ex, name, "__module__")) {
        g_string_truncate(ex->buffer, 0);
        bool literal = !ts_node_is_null(value) && ex_string_value(ex, ex_unwrap(value), ex->buffer);
        FactsStr home = literal ? ex_intern(ex, ex->buffer) : value_text(ex, value);
        ex_add_effect(ex, EFFECT_SET_MODULE, ex_dotted_string(ex, object), home, start);
        return;
    }
    FactsStr dotted = ex_dotted_string(ex, target);
    if (dotted != 0 && leads_to_module(ex, dotted))
        ex_add_effect(ex, EFFECT_ATTRIBUTE, dotted, value_text(ex, value), start);
}

void ex_target_effect(Ex *ex, TSNode target, TSNode value, TSNode statement)
{
    uint32_t start = ex_start(ex, statement);
    bool load_time = ex_top(ex)->load_time;

    if (node_type(target) == NODE_attribute) {
        if (load_time)
            attribute_effect(ex, target, value, start);
        return;
    }
    TSNode object = node_field(target, NODE_FIELD_value);
    if (ts_node_is_null(object))
        return;
    if (ex_text_is(ex, ex_dotted_string(ex, object), "sys.modules"))
        sys_modules_effect(ex, target, value, start);
    else if (load_time && is_namespace_call(ex, object) && ex_top(ex)->scope == SCOPE_MODULE)
        ex_add_effect(ex, EFFECT_GLOBALS, ex_text(ex, target, NULL), 0, start);
    else if (load_time && ex_top(ex)->scope == SCOPE_MODULE)
        extend_literal(ex, target, value, start);
}

/* --- calls --- */

static TSNode argument_at(Ex *ex, TSNode call, guint index)
{
    TSNode arguments = node_field(call, NODE_FIELD_arguments), result = NO_NODE;

    if (ts_node_is_null(arguments) || node_type(arguments) != NODE_argument_list)
        return result;
    guint first = ex_children(ex, arguments);
    if (first + index < ex->nodes->len)
        result = ex_unwrap(ex_node(ex, first + index));
    g_array_set_size(ex->nodes, first);
    return result;
}

static void setattr_effect(Ex *ex, TSNode call)
{
    TSNode object = argument_at(ex, call, 0), name = argument_at(ex, call, 1);

    if (ts_node_is_null(object) || ts_node_is_null(name))
        return;
    bool module = node_type(object) == NODE_subscript &&
                  ex_text_is(ex, ex_dotted_string(ex, node_field(object, NODE_FIELD_value)), "sys.modules");
    FactsStr dotted = ex_dotted_string(ex, object);
    if (module || (dotted != 0 && leads_to_module(ex, dotted)))
        ex_add_effect(ex, EFFECT_SETATTR, dotted != 0 ? dotted : ex_text(ex, object, NULL),
                      ex_text(ex, name, NULL), ex_start(ex, call));
}

void ex_function_call_effect(Ex *ex, TSNode call)
{
    TSNode function = node_field(call, NODE_FIELD_function), object = argument_at(ex, call, 0);

    if (ts_node_is_null(object) || node_type(object) != NODE_subscript || !ex_is(ex, function, "setattr") ||
        !ex_starts_line(ex, ex_start(ex, call)))
        return;
    if (ex_text_is(ex, ex_dotted_string(ex, node_field(object, NODE_FIELD_value)), "sys.modules"))
        setattr_effect(ex, call);
}

/* lazy_loader.attach(__name__, submodules=[…], submod_attrs={…}): its literal arguments become literals. */
static void attach_effect(Ex *ex, TSNode call)
{
    guint first = ex_children(ex, node_field(call, NODE_FIELD_arguments)), end = ex->nodes->len,
          positional = 0;
    static const char *const POSITIONS[] = {"", "submodules", "submod_attrs"};
    uint32_t start = ex_start(ex, call);

    ex_add_effect(ex, EFFECT_LAZY_ATTACH, 0, 0, start);
    for (guint i = first; i < end; i++) {
        TSNode argument = ex_node(ex, i);
        if (node_type(argument) == NODE_keyword_argument) {
            TSNode name = node_field(argument, NODE_FIELD_name),
                   value = node_field(argument, NODE_FIELD_value);
            if (!ts_node_is_null(name) && !ts_node_is_null(value))
                ex_literal(ex, ex_name(ex, name), value, start);
        } else if (positional < G_N_ELEMENTS(POSITIONS)) {
            const char *name = POSITIONS[positional++];
            if (*name != '\0')
                ex_literal(ex, facts_builder_string(ex->builder, name, strlen(name)), argument, start);
        }
    }
    g_array_set_size(ex->nodes, first);
}

/* _LazyModule(__name__, globals()["__file__"], _import_structure, …): the first plain name that is no dunder.
 */
static void lazy_module_effect(Ex *ex, TSNode call)
{
    guint first = ex_children(ex, node_field(call, NODE_FIELD_arguments)), end = ex->nodes->len;
    FactsStr map = 0;

    for (guint i = first; i < end && map == 0; i++) {
        TSNode argument = ex_unwrap(ex_node(ex, i));
        if (node_type(argument) == NODE_keyword_argument)
            argument = ex_unwrap(node_field(argument, NODE_FIELD_value));
        if (!ts_node_is_null(argument) && node_type(argument) == NODE_identifier &&
            strncmp(facts_builder_chars(ex->builder, ex_name(ex, argument)), "__", 2) != 0)
            map = ex_name(ex, argument);
    }
    g_array_set_size(ex->nodes, first);
    ex_add_effect(ex, EFFECT_LAZY_MODULE, map, 0, ex_start(ex, call));
}

#define MAX_SEARCH 256

/* What `getattr(X, …)`, `vars(X)` or `X.__dict__` reads, the first of these in an expression; 0 for none. */
static FactsStr copied_from(Ex *ex, TSNode expression)
{
    FactsStr found = 0;
    guint first = ex->nodes->len;

    if (ts_node_is_null(expression))
        return 0;
    g_array_append_val(ex->nodes, expression);
    for (unsigned looked = 0; ex->nodes->len > first && found == 0 && looked < MAX_SEARCH; looked++) {
        TSNode node = ex_node(ex, ex->nodes->len - 1), object = NO_NODE;
        g_array_set_size(ex->nodes, ex->nodes->len - 1);
        if (node_type(node) == NODE_call) {
            FactsStr callee = ex_callee(ex, node);
            if (ex_text_is(ex, callee, "getattr") || ex_text_is(ex, callee, "vars"))
                object = argument_at(ex, node, 0);
        } else if (node_type(node) == NODE_attribute && is_namespace_call(ex, node)) {
            object = node_field(node, NODE_FIELD_object);
        }
        if (!ts_node_is_null(object))
            found = ex_dotted_string(ex, object);
        else
            ex_push_children(ex, node);
    }
    g_array_set_size(ex->nodes, first);
    return found;
}

/* A method of something that is no plain name: `globals().update(…)`, `__import__("x").extend_path(…)`. */
static void method_effect(Ex *ex, TSNode call, TSNode function, bool dotted)
{
    TSNode object = node_field(function, NODE_FIELD_object),
           name = node_field(function, NODE_FIELD_attribute);
    uint32_t start = ex_start(ex, call);

    if (ts_node_is_null(object) || ts_node_is_null(name))
        return;
    bool module_level = ex_top(ex)->scope == SCOPE_MODULE;
    if (module_level && is_namespace_call(ex, object) &&
        (ex_is(ex, name, "update") || ex_is(ex, name, "setdefault")))
        ex_add_effect(ex, EFFECT_GLOBALS, ex_text(ex, function, NULL),
                      copied_from(ex, node_field(call, NODE_FIELD_arguments)), start);
    else if (node_type(object) == NODE_subscript && module_level &&
             (ex_is(ex, name, "append") || ex_is(ex, name, "extend")))
        extend_literal(ex, object, argument_at(ex, call, 0), start);
    if (!dotted && (ex_is(ex, name, "extend_path") || ex_is(ex, name, "declare_namespace")))
        ex_add_effect(ex, EFFECT_EXTEND_PATH, 0, 0, start);
}

static const char *after_prefix(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static void dotted_call_effect(Ex *ex, TSNode call, FactsStr callee)
{
    const char *text = facts_builder_chars(ex->builder, callee), *method;
    const char *last = ex_last_segment(ex, callee);
    uint32_t start = ex_start(ex, call);

    if ((method = after_prefix(text, "__all__.")) != NULL && ex_top(ex)->scope == SCOPE_MODULE) {
        char name[16];
        g_strlcpy(name, method, sizeof name);
        ex_all_call(ex, call, name);
    } else if ((method = after_prefix(text, "sys.path.")) != NULL) {
        if (strcmp(method, "insert") == 0 || strcmp(method, "append") == 0 || strcmp(method, "extend") == 0) {
            TSNode argument = argument_at(ex, call, strcmp(method, "insert") == 0 ? 1 : 0);
            ex_add_effect(ex, EFFECT_SYS_PATH, ts_node_is_null(argument) ? 0 : ex_text(ex, argument, NULL), 0,
                          start);
        }
    } else if ((method = after_prefix(text, "__path__.")) != NULL) {
        ex_add_effect(ex, EFFECT_PATH, ex_text(ex, call, NULL), 0, start);
    } else if (strcmp(last, "setattr") == 0) {
        setattr_effect(ex, call);
    } else if (strcmp(text, "exec") == 0 || strcmp(text, "execfile") == 0) {
        TSNode argument = argument_at(ex, call, 0);
        ex_add_effect(ex, EFFECT_EXEC, ts_node_is_null(argument) ? 0 : ex_text(ex, argument, NULL), 0, start);
    } else if (strcmp(last, "extend_path") == 0 || strcmp(last, "declare_namespace") == 0) {
        ex_add_effect(ex, EFFECT_EXTEND_PATH, 0, 0, start);
    } else if (strcmp(last, "attach") == 0 || strcmp(last, "attach_stub") == 0) {
        if (strstr(text, "lazy") != NULL || leads_to_module(ex, callee))
            attach_effect(ex, call);
    } else if (strstr(last, "LazyModule") != NULL || strstr(last, "LazyImporter") != NULL) {
        lazy_module_effect(ex, call);
    }
}

void ex_call_effect(Ex *ex, TSNode call)
{
    TSNode function = ex_unwrap(node_field(call, NODE_FIELD_function));

    if (ts_node_is_null(function))
        return;
    FactsStr callee = ex_dotted_string(ex, function);
    if (callee != 0) {
        dotted_call_effect(ex, call, callee);
        if (node_type(function) == NODE_attribute)
            method_effect(ex, call, function, true);
    } else if (node_type(function) == NODE_attribute) {
        method_effect(ex, call, function, false);
    }
}

/* Calls whose effect is known, or that have none on names. */
bool ex_is_known_call(const Ex *ex, FactsStr call)
{
    const char *callee = facts_builder_chars(ex->builder, call);

    return strcmp(callee, "setattr") == 0 || strcmp(callee, "exec") == 0 || strcmp(callee, "execfile") == 0 ||
           strcmp(callee, "print") == 0 || g_str_has_prefix(callee, "sys.") || g_str_has_prefix(callee, "__");
}

/* `register(module)` as a statement: what it does with the module, whoever knows the function can tell. */
void ex_statement_call_effect(Ex *ex, TSNode call)
{
    FactsStr callee = ex_callee(ex, call), given = 0;
    TSNode arguments = node_field(call, NODE_FIELD_arguments);

    if (callee == 0 || ex_top(ex)->scope != SCOPE_MODULE || ts_node_is_null(arguments) ||
        ex_is_known_call(ex, callee))
        return;
    guint first = ex_children(ex, arguments);
    for (guint i = first; i < ex->nodes->len && i < first + MAX_CALL_ARGUMENTS && given == 0; i++) {
        TSNode argument = ex_node(ex, i);
        if (node_type(argument) == NODE_keyword_argument)
            argument = node_field(argument, NODE_FIELD_value);
        NodeType type = node_type(argument);
        if (type == NODE_identifier || type == NODE_attribute)
            given = ex_dotted_string(ex, argument);
    }
    g_array_set_size(ex->nodes, first);
    ex_add_effect(ex, EFFECT_CALL, callee, given, ex_start(ex, call));
}

/* --- shims --- */

static bool is_alias_assignment(Ex *ex, TSNode node)
{
    while (!ts_node_is_null(node) && node_type(node) == NODE_assignment) {
        TSNode left = node_field(node, NODE_FIELD_left);
        if (!ex_is(ex, left, "__all__") && node_type(left) != NODE_identifier &&
            !ex_text_is(ex, ex_dotted_string(ex, node_field(left, NODE_FIELD_value)), "sys.modules"))
            return false;
        if (ex_is(ex, left, "__all__"))
            return true;
        node = node_field(node, NODE_FIELD_right);
    }
    node = ex_unwrap(node);
    return node_type(node) == NODE_identifier ||
           (node_type(node) == NODE_attribute && ex_dotted_string(ex, node) != 0);
}

bool ex_is_plain(Ex *ex, TSNode statement)
{
    TSNode child = ts_node_named_child(statement, 0);

    switch (node_type(child)) {
    case NODE_string:
    case NODE_concatenated_string:
    case NODE_ellipsis:
        return false;
    case NODE_assignment:
        return !is_alias_assignment(ex, child);
    case NODE_augmented_assignment:
        return !ex_is(ex, node_field(child, NODE_FIELD_left), "__all__");
    case NODE_call: {
        FactsStr callee = ex_callee(ex, child);
        return strncmp(facts_builder_chars(ex->builder, callee), "__all__.", 8) != 0 &&
               strcmp(ex_last_segment(ex, callee), "warn") != 0;
    }
    default:
        return true;
    }
}
