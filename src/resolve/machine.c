/* Which bindings of one name survive: a small abstract machine over the tree of clauses.
 *
 * The events of one name (bind, unbind) come in source order, each with the clause it stands in.
 * The machine walks them with one state — the ordered list of candidates that may be the value
 * here, best first, UNBOUND among them — and a stack of open clauses. Opening a clause saves the
 * state before its statement; closing a statement joins what its clauses left:
 *
 *   if        the clause that is known to run; else those that may, then the state before
 *             (unless an else covers it), then those that the assumed interpreter does not take
 *   try       the body's state (else: after it), then the handlers', then the state before where a
 *             handler leaves it alone; handlers first when the body imports what does not exist
 *   with      the body; where it suppresses import errors, then the state before
 *   loop      the body, then the state before
 *
 * Each event costs the clauses between it and the one before it, at most MAX_DEPTH; states hold at
 * most MAX_STATE candidates, so that the cost is linear in events however a file is built. */
#include "resolve/machine.h"

#include <string.h>

static void add(State *state, uint32_t item)
{
    for (uint32_t i = 0; i < state->n; i++)
        if (state->items[i] == item)
            return;
    if (state->n < MAX_STATE)
        state->items[state->n++] = item;
}

static void join(State *state, const State *other)
{
    for (uint32_t i = 0; i < other->n; i++)
        add(state, other->items[i]);
}

static const FactsContext *context_of(const Machine *m, uint32_t context)
{
    return &m->facts->contexts[context];
}

static bool is_branch(uint32_t kind)
{
    return kind == CONTEXT_IF || kind == CONTEXT_ELSE || kind == CONTEXT_CASE;
}

static bool is_try(uint32_t kind)
{
    return kind == CONTEXT_TRY || kind == CONTEXT_EXCEPT || kind == CONTEXT_TRY_ELSE ||
           kind == CONTEXT_FINALLY;
}

static void join_branches(const Machine *m, const Frame *frame, State *out)
{
    const Statement *statement = &m->file->statements[frame->statement];
    bool covered = statement->has_else && frame->bound >= statement->clauses;

    out->n = 0;
    if (frame->has_taken) {
        join(out, &frame->taken);
        if (!frame->taken_firm) {
            join(out, &frame->maybe);
            join(out, &frame->late);
            if (!covered)
                join(out, &frame->before);
        }
    } else if (statement->taken) {
        join(out, &frame->before);
        if (!statement->taken_firm) {
            join(out, &frame->maybe);
            join(out, &frame->late);
        }
    } else {
        join(out, &frame->maybe);
        if (!covered)
            join(out, &frame->before);
        join(out, &frame->late);
    }
    join(out, &frame->unlikely);
}

static void join_try(const Machine *m, const Frame *frame, State *out)
{
    const Statement *statement = &m->file->statements[frame->statement];
    const State *normal = frame->has_normal ? &frame->normal : &frame->before;
    State handled = frame->maybe;

    if (statement->handlers > frame->bound)
        join(&handled, &frame->before);
    out->n = 0;
    if (statement->fails && handled.n > 0) {
        join(out, &handled);
        join(out, normal);
    } else {
        join(out, normal);
        join(out, &handled);
    }
}

/* The state of the whole statement, as if it ended here. */
static void join_frame(const Machine *m, const Frame *frame, State *out)
{
    const FactsContext *context = context_of(m, frame->context);

    if (is_branch(context->kind)) {
        join_branches(m, frame, out);
    } else if (is_try(context->kind)) {
        join_try(m, frame, out);
    } else {
        *out = frame->has_normal ? frame->normal : frame->before;
        if (context->kind == CONTEXT_LOOP || context->kind == CONTEXT_LOOP_ELSE ||
            (context->kind == CONTEXT_WITH && m->file->clauses[frame->context].guard))
            join(out, &frame->before);
    }
}

static void begin_clause(Machine *m, Frame *frame, uint32_t context)
{
    uint32_t kind = context_of(m, context)->kind;

    if (kind == CONTEXT_FINALLY || kind == CONTEXT_LOOP_ELSE) {
        State joined;
        join_frame(m, frame, &joined);
        m->state = joined;
        frame->final = true;
    } else if (kind == CONTEXT_TRY_ELSE && frame->has_normal) {
        m->state = frame->normal;
    } else {
        m->state = frame->before;
    }
    frame->context = context;
}

static void end_branch(const Machine *m, Frame *frame)
{
    const Clause *clause = &m->file->clauses[frame->context];

    frame->bound++;
    switch ((Chance)clause->chance) {
    case CHANCE_ALWAYS:
    case CHANCE_ALWAYS_SOFT:
        frame->taken = m->state;
        frame->has_taken = true;
        frame->taken_firm = clause->chance == CHANCE_ALWAYS;
        break;
    case CHANCE_MAYBE:
        join(clause->inverted ? &frame->late : &frame->maybe, &m->state);
        break;
    case CHANCE_NEVER_SOFT:
        join(&frame->unlikely, &m->state);
        break;
    case CHANCE_NEVER:
        break;
    }
}

static void end_clause(Machine *m, Frame *frame)
{
    uint32_t kind = context_of(m, frame->context)->kind;

    if (is_branch(kind)) {
        end_branch(m, frame);
    } else if (kind == CONTEXT_EXCEPT) {
        join(&frame->maybe, &m->state);
        frame->bound++;
    } else if (kind != CONTEXT_FINALLY && kind != CONTEXT_LOOP_ELSE) {
        frame->normal = m->state;
        frame->has_normal = true;
    }
}

static void close_frame(Machine *m)
{
    Frame *frame = &m->frames[m->depth - 1];

    end_clause(m, frame);
    if (!frame->final) {
        State joined;
        join_frame(m, frame, &joined);
        m->state = joined;
    }
    m->depth--;
}

static void open_frame(Machine *m, uint32_t context)
{
    Frame *frame = &m->frames[m->depth++];

    frame->statement = m->file->clauses[context].statement;
    frame->context = context;
    frame->before = m->state;
    frame->maybe.n = frame->late.n = frame->unlikely.n = 0;
    frame->has_taken = frame->has_normal = frame->final = false;
    frame->bound = 0;
    begin_clause(m, frame, context);
}

void machine_begin(Machine *m, const FileInfo *file, const Facts *facts)
{
    m->file = file;
    m->facts = facts;
    m->depth = 0;
    m->state.n = 1;
    m->state.items[0] = UNBOUND;
}

void machine_go(Machine *m, uint32_t context)
{
    uint32_t path[MACHINE_DEPTH], length = 0, same = 0;

    for (uint32_t at = context; m->file->clauses[at].statement != NONE && length < MACHINE_DEPTH;
         at = context_of(m, at)->parent)
        path[length++] = at;
    while (same < m->depth && same < length && m->frames[same].context == path[length - 1 - same])
        same++;
    bool sibling = same < m->depth && same < length &&
                   m->frames[same].statement == m->file->clauses[path[length - 1 - same]].statement;
    while (m->depth > same + (sibling ? 1 : 0))
        close_frame(m);
    if (sibling) {
        Frame *frame = &m->frames[same];
        end_clause(m, frame);
        begin_clause(m, frame, path[length - 1 - same]);
        same++;
    }
    while (same < length)
        open_frame(m, path[length - 1 - same++]);
}

void machine_bind(Machine *m, uint32_t candidate)
{
    m->state.n = 1;
    m->state.items[0] = candidate;
}

void machine_suggest(Machine *m, uint32_t candidate)
{
    add(&m->state, candidate);
}

void machine_rebind_later(Machine *m, uint32_t candidate)
{
    State before = m->state;

    machine_bind(m, candidate);
    join(&m->state, &before);
}

void machine_finish(Machine *m)
{
    while (m->depth > 0)
        close_frame(m);
}
