/* The walk. A cursor visits the tree in order; entering a node may record facts and says whether its
 * children matter; leaving it closes what it opened. Open statements, clauses and bodies are frames
 * on an explicit stack. A frame becomes a context only when a fact first stands in it, so that
 * statements which the skeleton leaves out of function bodies make no difference, and blocks stay
 * small. Function bodies are read for imports, global names, classes and sys.modules alone. */
#include "parse/extract.h"

#include <string.h>

#include "parse/extract_internal.h"
#include "parse/suite.h"

#define INHERITED                                                                                            \
    (CONTEXT_TYPING | CONTEXT_IMPORT_GUARD | CONTEXT_IMPORT_FALLBACK | CONTEXT_MAIN | CONTEXT_LAZY)
#define MAX_ISSUES 64u
#define MAX_SHOWN  60u /* bytes of the source in the text of an issue */

Extractor *extractor_new(void)
{
    Extractor *ex = g_new0(Extractor, 1);

    nodes_init();
    ex->frames = g_array_new(FALSE, FALSE, sizeof(Frame));
    ex->members = g_array_new(FALSE, FALSE, sizeof(PendingMember));
    ex->globals = g_array_new(FALSE, FALSE, sizeof(FactsStr));
    ex->nodes = g_array_new(FALSE, FALSE, sizeof(TSNode));
    ex->name_flags = g_byte_array_new();
    ex->qualname = g_string_new(NULL);
    ex->buffer = g_string_new(NULL);
    return ex;
}

void extractor_free(Extractor *ex)
{
    if (ex == NULL)
        return;
    if (ex->cursors_made) {
        ts_tree_cursor_delete(&ex->cursor);
        ts_tree_cursor_delete(&ex->items);
    }
    g_array_free(ex->frames, TRUE);
    g_array_free(ex->members, TRUE);
    g_array_free(ex->globals, TRUE);
    g_array_free(ex->nodes, TRUE);
    g_byte_array_free(ex->name_flags, TRUE);
    g_string_free(ex->qualname, TRUE);
    g_string_free(ex->buffer, TRUE);
    g_free(ex);
}

Frame *ex_top(Ex *ex)
{
    return &g_array_index(ex->frames, Frame, ex->frames->len - 1);
}

/* --- contexts --- */

static FactsStr frame_text(Ex *ex, const Frame *frame)
{
    if (ts_node_is_null(frame->text))
        return frame->name;
    return frame->kind == CONTEXT_FUNCTION ? ex_name(ex, frame->text) : ex_text(ex, frame->text, NULL);
}

uint32_t ex_context(Ex *ex)
{
    guint i = ex->frames->len - 1;

    while (g_array_index(ex->frames, Frame, i).context == FACTS_NONE)
        i--;
    for (i++; i < ex->frames->len; i++) {
        Frame *frame = &g_array_index(ex->frames, Frame, i);
        uint32_t parent = frame[-1].context;
        if (frame->kind == FRAME_STATEMENT) {
            frame->context = parent;
            continue;
        }
        FactsStr text = frame_text(ex, frame);
        frame->context = ex->builder->contexts.count;
        FactsContext *context = facts_builder_add_contexts(ex->builder);
        context->parent = parent;
        context->kind = frame->kind;
        context->flags = frame->flags;
        context->clause = frame->clause;
        context->statement = frame->statement;
        context->line = frame->line;
        context->definition = frame->kind == CONTEXT_CLASS ? frame->owner : FACTS_NONE;
        context->text = text;
    }
    return ex_top(ex)->context;
}

static Frame *push_frame(Ex *ex, uint8_t kind)
{
    Frame frame = *ex_top(ex);

    frame.depth = ex->depth;
    frame.kind = kind;
    frame.context = FACTS_NONE;
    frame.flags &= INHERITED;
    frame.unbind = NO_NODE;
    frame.text = NO_NODE;
    g_array_append_val(ex->frames, frame);
    return ex_top(ex);
}

Frame *ex_push_statement(Ex *ex, uint32_t start, NodeType type, uint8_t next_kind)
{
    Frame *frame = push_frame(ex, FRAME_STATEMENT);

    frame->statement = start;
    frame->line = ex_line(ex, start);
    frame->clause = 0;
    frame->statement_type = (uint8_t)type;
    frame->next_kind = next_kind;
    frame->next_flags = 0;
    frame->else_implied = IMPLIED_NOTHING;
    return frame;
}

void ex_next_clause(Ex *ex, uint8_t kind, uint8_t flags, TSNode text)
{
    Frame *top = ex_top(ex);

    if (top->kind != FRAME_STATEMENT)
        return;
    top->clause++;
    top->next_kind = kind;
    top->next_flags = flags;
    top->text = text;
}

Frame *ex_push_clause(Ex *ex)
{
    Frame *statement = ex_top(ex);
    uint8_t kind = statement->next_kind, flags = statement->next_flags;
    TSNode text = statement->text;

    statement->next_kind = NO_KIND;
    Frame *frame = push_frame(ex, kind);
    frame->flags |= flags;
    frame->text = text;
    return frame;
}

static void pop_frames(Ex *ex)
{
    while (ex->frames->len > 1 && ex_top(ex)->depth >= ex->depth) {
        const Frame *top = ex_top(ex);
        if (!ts_node_is_null(top->unbind)) {
            uint32_t end = MAX(top->end, top->statement);
            ex_bind(ex, ex_name(ex, ex_top(ex)->unbind), BINDING_DELETE, end, end);
        }
        top = ex_top(ex);
        if (top->kind == CONTEXT_CLASS || top->kind == CONTEXT_FUNCTION)
            g_array_set_size(ex->globals, top->first_global);
        g_array_set_size(ex->frames, ex->frames->len - 1);
    }
}

/* --- definitions --- */

static TSNode take_decorated(Ex *ex, FieldName field)
{
    TSNode decorated = field == NODE_FIELD_definition ? ex->decorated : NO_NODE;

    ex->decorated = NO_NODE;
    return decorated;
}

static void enter_class(Ex *ex, TSNode node, FieldName field)
{
    uint32_t index = ex->builder->definitions.count;

    if (ex_top(ex)->scope == SCOPE_MODULE)
        ex->result.n_plain_statements++;
    ex_class(ex, node, take_decorated(ex, field));
    Frame *frame = ex_push_statement(ex, ex_start(ex, node), NODE_class_definition, CONTEXT_CLASS);
    frame->definition = index;
}

static void enter_function(Ex *ex, TSNode node, FieldName field)
{
    bool outermost = ex_top(ex)->scope != SCOPE_FUNCTION && !ex_top(ex)->in_function;
    TSNode name = node_field(node, NODE_FIELD_name);

    if (ex_top(ex)->scope == SCOPE_MODULE && !ex_is(ex, name, "__getattr__") && !ex_is(ex, name, "__dir__"))
        ex->result.n_plain_statements++;
    uint32_t definition = ex_function(ex, node, take_decorated(ex, field));
    Frame *frame = ex_push_statement(ex, ex_start(ex, node), NODE_function_definition, CONTEXT_FUNCTION);
    frame->definition = definition;
    frame->text = name;
    frame->in_function = true;
    if (outermost) {
        uint32_t start = ex_start(ex, node);
        frame->detailed = ex_holds_class(ex, start, ex_suite_end(ex, start, ex_end(ex, node)));
    }
}

/* --- statements and expressions --- */

void ex_count_plain(Ex *ex)
{
    if (ex_top(ex)->scope == SCOPE_MODULE)
        ex->result.n_plain_statements++;
}

static bool enter_expression_statement(Ex *ex, TSNode node)
{
    const Frame *top = ex_top(ex);
    bool load_time = top->load_time;
    TSNode child = ts_node_named_child(node, 0);

    if (ts_node_is_null(child))
        return load_time;
    if (top->scope == SCOPE_MODULE && ex_is_plain(ex, node))
        ex->result.n_plain_statements++;
    if (node_type(child) == NODE_assignment)
        ex_assignment(ex, node, child);
    else if (node_type(child) == NODE_augmented_assignment)
        ex_augmented(ex, node, child);
    else if (!load_time && node_type(child) == NODE_call)
        ex_function_call_effect(ex, child);
    else if (node_type(child) == NODE_call)
        ex_statement_call_effect(ex, child);
    return load_time;
}

static void enter_import(Ex *ex, TSNode node)
{
    uint32_t start = ts_node_start_byte(node), at = ex->lazy_end;
    bool lazy = false;

    if (at != FACTS_NONE && at < start) {
        while (at < start && (ex->in.text[at] == ' ' || ex->in.text[at] == '\t'))
            at++;
        lazy = at == start;
    }
    ex->lazy_end = FACTS_NONE;
    ex_import(ex, node, lazy);
}

static void enter_walrus(Ex *ex, TSNode node)
{
    TSNode name = node_field(node, NODE_FIELD_name);

    if (!ts_node_is_null(name) && node_type(name) == NODE_identifier)
        ex_bind(ex, ex_name(ex, name), BINDING_TARGET, ex_start(ex, node), ex_end(ex, node));
}

static void exec_effect(Ex *ex, TSNode node)
{
    if (ex_top(ex)->load_time)
        ex_add_effect(ex, EFFECT_EXEC, ex_text(ex, node, NULL), 0, ex_start(ex, node));
}

/* The runs of plain statements that stand before offset `at` of the parsed text. In a damaged file a `pass`
 * may have been lost in an error: what it stood for counts as part of what follows. */
static void enter_runs(Ex *ex, uint32_t at)
{
    const Skeleton *skeleton = ex->in.skeleton;

    while (ex->next_run < skeleton->n_runs && skeleton->runs[ex->next_run].at < at)
        ex_run(ex, &skeleton->runs[ex->next_run++]);
}

/* Records what the node says; returns whether to look into it. */
static bool enter(Ex *ex, TSNode node, NodeType type, FieldName field)
{
    bool load_time = ex_top(ex)->load_time;
    uint32_t start = ts_node_start_byte(node);

    enter_runs(ex, start);
    if (ex_enter_compound(ex, node, type))
        return true;
    switch (type) {
    case NODE_module:
        return true;
    case NODE_pass_statement:
        enter_runs(ex, start + 1);
        return false;
    case NODE_ERROR:
        if (ex_is(ex, node, "lazy"))
            ex->lazy_end = ts_node_end_byte(node);
        return true;
    case NODE_decorated_definition:
        ex->decorated = node;
        return true;
    case NODE_class_definition:
        enter_class(ex, node, field);
        return true;
    case NODE_function_definition:
        enter_function(ex, node, field);
        return true;
    case NODE_import_statement:
    case NODE_import_from_statement:
    case NODE_future_import_statement:
        enter_import(ex, node);
        return false;
    case NODE_expression_statement:
        return enter_expression_statement(ex, node);
    case NODE_delete_statement:
        ex_count_plain(ex);
        if (ex_top(ex)->scope != SCOPE_FUNCTION)
            ex_delete(ex, node);
        return false;
    case NODE_global_statement:
        ex_global(ex, node);
        return false;
    case NODE_type_alias_statement:
        ex_count_plain(ex);
        ex_type_alias(ex, node);
        return false;
    case NODE_exec_statement:
        ex_count_plain(ex);
        exec_effect(ex, node);
        return false;
    case NODE_print_statement:
    case NODE_raise_statement:
        ex_count_plain(ex);
        return false;
    case NODE_call:
        if (load_time)
            ex_call_effect(ex, node);
        return load_time;
    case NODE_named_expression:
        if (load_time)
            enter_walrus(ex, node);
        return load_time;
    case NODE_lambda:
    case NODE_string:
    case NODE_decorator:
    case NODE_parameters:
    case NODE_type:
    case NODE_type_parameter:
    case NODE_comment:
        return false;
    default:
        return load_time && field != NODE_FIELD_superclasses;
    }
}

static void walk(Ex *ex)
{
    TSTreeCursor *cursor = &ex->cursor;

    ex->depth = 0;
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(cursor);
        FieldName field = node_field_name(ts_tree_cursor_current_field_id(cursor));
        if (ts_node_is_named(node) && enter(ex, node, node_type(node), field) &&
            ts_tree_cursor_goto_first_child(cursor)) {
            ex->depth++;
            continue;
        }
        pop_frames(ex);
        while (ex->depth > 0 && !ts_tree_cursor_goto_next_sibling(cursor)) {
            ts_tree_cursor_goto_parent(cursor);
            ex->depth--;
            pop_frames(ex);
        }
        if (ex->depth == 0)
            return;
    }
}

/* --- errors --- */

static void add_syntax_issue(Ex *ex, TSNode node)
{
    uint32_t line = ex_line(ex, ex_start(ex, node));
    FactsBuilder *builder = ex->builder;

    if (ts_node_is_error(node) && ex_is(ex, node, "lazy"))
        return;
    if (builder->issues.count >= MAX_ISSUES ||
        (builder->issues.count > 0 && builder->issues.data[builder->issues.count - 1].line == line))
        return;
    size_t length;
    const char *bytes = ex_bytes(ex, node, &length);
    size_t shown = 0;
    while (shown < length && shown < MAX_SHOWN && bytes[shown] != '\n' && bytes[shown] != '\r')
        shown++;
    FactsStr text = facts_builder_text(builder, bytes, shown);
    FactsIssue *issue = facts_builder_add_issues(builder);
    issue->kind = ISSUE_SYNTAX;
    issue->line = line;
    issue->text = text;
}

/* Only where the tree has errors, and only into the parts that have them. */
static void collect_errors(Ex *ex, TSNode root)
{
    uint32_t depth = 0;

    if (!ts_node_has_error(root))
        return;
    ts_tree_cursor_reset(&ex->items, root);
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&ex->items);
        if (ts_node_is_error(node) || ts_node_is_missing(node))
            add_syntax_issue(ex, node);
        if (ts_node_has_error(node) && ts_tree_cursor_goto_first_child(&ex->items)) {
            depth++;
            continue;
        }
        while (depth > 0 && !ts_tree_cursor_goto_next_sibling(&ex->items)) {
            ts_tree_cursor_goto_parent(&ex->items);
            depth--;
        }
        if (depth == 0)
            return;
    }
}

void ex_begin(Ex *ex, const ExtractInput *input, FactsBuilder *builder)
{
    Frame module = {.definition = FACTS_NONE, .owner = FACTS_NONE, .kind = CONTEXT_MODULE, .load_time = true};
    Suite whole = {.last = input->lexed->n_tokens};

    ex->builder = builder;
    ex->in = *input;
    ex->result = (ExtractResult){0};
    ex->decorated = NO_NODE;
    ex->next_run = 0;
    ex->lazy_end = FACTS_NONE;
    g_array_set_size(ex->frames, 0);
    g_array_set_size(ex->members, 0);
    g_array_set_size(ex->globals, 0);
    g_array_set_size(ex->nodes, 0);
    g_byte_array_set_size(ex->name_flags, 0);
    g_string_truncate(ex->qualname, 0);
    g_array_append_val(ex->frames, module);
    suite_read(input->lexed, &whole);
    if (whole.docstring)
        ex->result.flags |= FACTS_DOCSTRING;
}

static void run_tree(Ex *ex, TSNode root)
{
    if (!ex->cursors_made) {
        ex->cursor = ts_tree_cursor_new(root);
        ex->items = ts_tree_cursor_new(root);
        ex->cursors_made = true;
    }
    ts_tree_cursor_reset(&ex->cursor, root);
    walk(ex);
}

ExtractResult extractor_run(Extractor *ex, const ExtractInput *input, FactsBuilder *builder)
{
    ex_begin(ex, input, builder);
    if (input->tree != NULL)
        run_tree(ex, ts_tree_root_node(input->tree));
    enter_runs(ex, UINT32_MAX);
    ex_place_members(ex);
    ex_read_rest(ex);
    if (input->tree != NULL)
        collect_errors(ex, ts_tree_root_node(input->tree));
    return ex->result;
}
