#include "parse/extract_internal.h"

#include <string.h>

static void add_import_binding(Ex *ex, const FactsImport *import, uint32_t index)
{
    Frame *top = ex_top(ex);
    FactsStr name = import->bound;
    bool global = import->form != IMPORT_STAR && ex_is_global(ex, name);
    FactsBindingKind kind = import->form == IMPORT_STAR ? BINDING_STAR
                            : global                    ? BINDING_GLOBAL
                                                        : BINDING_IMPORT;
    FactsBinding *binding = ex_bind(ex, name, kind, import->statement_start, import->statement_end);

    binding->ref = index;
    if (global)
        binding->alternative = GLOBAL_IMPORT;
    if (import->form == IMPORT_STAR)
        return;
    if (top->scope == SCOPE_MODULE) {
        ex_flag_name(ex, name, NAME_IMPORTED);
        if (strcmp(facts_builder_chars(ex->builder, import->name), "TYPE_CHECKING") == 0)
            ex_flag_name(ex, name, NAME_TYPE_CHECKING);
    }
    if (top->owner != FACTS_NONE) {
        PendingMember *pending = ex_add_member(ex, top->owner);
        pending->member.name = name;
        pending->member.kind = MEMBER_IMPORT;
        pending->member.line = pending->member.end_line = import->line;
        pending->member.start = import->start;
        pending->member.end = import->end;
        pending->member.end_line = ex_line(ex, import->end > import->start ? import->end - 1 : import->start);
    }
}

/* The first identifier of a dotted name: what `import a.b` binds. */
static FactsStr first_identifier(Ex *ex, TSNode dotted_name)
{
    TSNode first = ts_node_named_child(dotted_name, 0);

    return ts_node_is_null(first) ? 0 : ex_name(ex, first);
}

/* "a.b" of a dotted_name, whatever stands between the names. */
static FactsStr dotted_name_string(Ex *ex, TSNode dotted_name)
{
    guint first = ex_children(ex, dotted_name);

    g_string_truncate(ex->buffer, 0);
    for (guint i = first; i < ex->nodes->len && ex->buffer->len <= MAX_QUALNAME; i++) {
        if (node_type(ex_node(ex, i)) != NODE_identifier)
            continue;
        if (ex->buffer->len > 0)
            g_string_append_c(ex->buffer, '.');
        g_string_append(ex->buffer, facts_builder_chars(ex->builder, ex_name(ex, ex_node(ex, i))));
    }
    g_array_set_size(ex->nodes, first);
    return facts_builder_string(ex->builder, ex->buffer->str, ex->buffer->len);
}

void ex_add_import(Ex *ex, const ImportStatement *statement, FactsImport *record)
{
    uint32_t index = ex->builder->imports.count;

    if (record->form != IMPORT_MODULE)
        record->module = statement->module;
    record->level = (uint16_t)MIN(statement->level, UINT16_MAX);
    record->lazy_keyword = statement->lazy;
    record->statement_line = statement->line;
    record->statement_start = statement->start;
    record->statement_end = statement->end;
    record->context = ex_context(ex);
    record->line = ex_line(ex, record->start);
    *facts_builder_add_imports(ex->builder) = *record;
    add_import_binding(ex, record, index);
}

static void add_import(Ex *ex, const ImportStatement *statement, TSNode item)
{
    FactsImport record = {0};
    NodeType type = node_type(item);
    TSNode name = item;

    if (type == NODE_aliased_import) {
        name = node_field(item, NODE_FIELD_name);
        TSNode alias = node_field(item, NODE_FIELD_alias);
        if (ts_node_is_null(name) || ts_node_is_null(alias))
            return;
        record.aliased = 1;
        record.bound = ex_name(ex, alias);
    } else if (type != NODE_dotted_name && type != NODE_wildcard_import) {
        return;
    }
    if (ts_node_is_missing(name) || ts_node_end_byte(name) == ts_node_start_byte(name))
        return;
    record.form = type == NODE_wildcard_import ? IMPORT_STAR : statement->from ? IMPORT_FROM : IMPORT_MODULE;
    if (record.form == IMPORT_FROM)
        record.name = dotted_name_string(ex, name);
    else if (record.form == IMPORT_MODULE)
        record.module = dotted_name_string(ex, name);
    if (!record.aliased && record.form != IMPORT_STAR)
        record.bound = statement->from ? record.name : first_identifier(ex, name);
    record.start = ex_start(ex, item);
    record.end = ex_end(ex, item);
    ex_add_import(ex, statement, &record);
}

static void read_module_name(Ex *ex, TSNode node, ImportStatement *statement)
{
    TSNode module = node_field(node, NODE_FIELD_module_name);

    if (ts_node_is_null(module))
        return;
    if (node_type(module) == NODE_dotted_name) {
        statement->module = dotted_name_string(ex, module);
        return;
    }
    guint first = ex_children(ex, module);
    for (guint i = first; i < ex->nodes->len; i++) {
        TSNode part = ex_node(ex, i);
        if (node_type(part) == NODE_dotted_name) {
            statement->module = dotted_name_string(ex, part);
        } else if (node_type(part) == NODE_import_prefix) {
            size_t length;
            const char *bytes = ex_bytes(ex, part, &length);
            for (size_t j = 0; j < length; j++)
                statement->level += bytes[j] == '.';
        }
    }
    g_array_set_size(ex->nodes, first);
}

void ex_import(Ex *ex, TSNode node, bool lazy)
{
    ImportStatement statement = {.start = ex_start(ex, node), .end = ex_end(ex, node), .lazy = lazy};
    NodeType type = node_type(node);

    statement.line = ex_line(ex, statement.start);
    statement.from = type != NODE_import_statement;
    if (type == NODE_future_import_statement)
        statement.module = facts_builder_string(ex->builder, "__future__", 10);
    else if (statement.from)
        read_module_name(ex, node, &statement);
    guint first = ex_children(ex, node), end = ex->nodes->len;
    TSNode module = statement.from ? node_field(node, NODE_FIELD_module_name) : NO_NODE;
    for (guint i = first; i < end; i++) {
        if (statement.from && !ts_node_is_null(module) && ts_node_eq(ex_node(ex, i), module))
            continue;
        add_import(ex, &statement, ex_node(ex, i));
    }
    g_array_set_size(ex->nodes, first);
}
