/* What the contexts of each file come to: scopes, statements, and which clauses run. One pass in
 * source order over each file's contexts; parents come before children, clauses of one statement in
 * order, so that what earlier clauses said is known. */
#include "resolve/internal.h"
#include "resolve/machine.h"

#include "base/pool.h"

static bool is_compound(uint32_t kind)
{
    return kind >= CONTEXT_IF && kind <= CONTEXT_CASE;
}

static Chance chance_of(Truth truth, bool firm)
{
    if (truth == TRUTH_UNKNOWN)
        return CHANCE_MAYBE;
    if (truth == TRUTH_TRUE)
        return firm ? CHANCE_ALWAYS : CHANCE_ALWAYS_SOFT;
    return firm ? CHANCE_NEVER : CHANCE_NEVER_SOFT;
}

/* The value of an if's own condition; type checkers and `__main__` are the other world. */
static Verity own_condition(const Resolver *r, const Facts *facts, const FactsContext *context, bool stub)
{
    const FactsContext *parent = &facts->contexts[context->parent];
    uint8_t fresh = context->flags & (uint8_t)~parent->flags;

    if (fresh & CONTEXT_TYPING)
        return (Verity){stub ? TRUTH_TRUE : TRUTH_FALSE, true};
    if (fresh & CONTEXT_NOT_TYPING)
        return (Verity){stub ? TRUTH_FALSE : TRUTH_TRUE, true};
    if (fresh & CONTEXT_MAIN)
        return (Verity){TRUTH_FALSE, true};
    return condition_evaluate(&r->interpreter, facts_text(facts, context->text));
}

static bool is_type_checking(const Facts *facts, const FactsContext *context)
{
    uint8_t fresh = context->flags & (uint8_t)~facts->contexts[context->parent].flags;

    return (fresh & (CONTEXT_TYPING | CONTEXT_NOT_TYPING)) != 0;
}

static void judge_branch(const Resolver *r, const Facts *facts, FileInfo *file, uint32_t index, bool gap,
                         bool stub)
{
    const FactsContext *context = &facts->contexts[index];
    Clause *clause = &file->clauses[index];
    Statement *statement = &file->statements[clause->statement];
    Verity own = {TRUTH_TRUE, true};

    if (gap && statement->prior == TRUTH_FALSE)
        statement->prior = TRUTH_UNKNOWN; /* the condition of a clause without facts */
    if (context->kind == CONTEXT_ELSE)
        statement->has_else = true;
    if (is_type_checking(facts, context)) { /* says all about earlier clauses as well */
        own = own_condition(r, facts, context, stub);
        statement->prior = TRUTH_FALSE;
    } else if (context->kind == CONTEXT_IF) {
        own = own_condition(r, facts, context, stub);
    }
    bool firm = own.firm && statement->prior_firm;
    if (statement->prior == TRUTH_TRUE)
        clause->chance = chance_of(TRUTH_FALSE, statement->prior_firm);
    else if (statement->prior == TRUTH_UNKNOWN && own.truth == TRUTH_TRUE)
        clause->chance = CHANCE_MAYBE;
    else
        clause->chance = chance_of(own.truth, own.truth == TRUTH_TRUE ? firm : own.firm);
    if (clause->chance == CHANCE_NEVER &&
        (context->flags & (CONTEXT_TYPING | CONTEXT_MAIN))) /* not for the run time, but worth knowing */
        clause->chance = CHANCE_NEVER_SOFT;
    if (clause->chance == CHANCE_ALWAYS || clause->chance == CHANCE_ALWAYS_SOFT) {
        statement->taken = true;
        statement->taken_firm = clause->chance == CHANCE_ALWAYS;
    }
    clause->inverted = context->kind == CONTEXT_IF && condition_is_absence(facts_text(facts, context->text));
    if (own.truth == TRUTH_UNKNOWN && statement->prior == TRUTH_FALSE)
        statement->prior = TRUTH_UNKNOWN;
    else if (own.truth == TRUTH_TRUE && statement->prior == TRUTH_FALSE)
        statement->prior = TRUTH_TRUE;
    statement->prior_firm = firm;
}

static uint8_t worse(uint8_t a, uint8_t b)
{
    static const uint8_t badness[] = {[CHANCE_ALWAYS] = 0,
                                      [CHANCE_ALWAYS_SOFT] = 0,
                                      [CHANCE_MAYBE] = 0,
                                      [CHANCE_NEVER_SOFT] = 1,
                                      [CHANCE_NEVER] = 2};

    return badness[b] > badness[a] ? b : a;
}

/* Clauses without facts have no context: what there is of them shows in the ordinals of the others. */
static void note_clause(Statement *statement, const FactsContext *context, uint8_t outer)
{
    uint8_t fresh = context->flags & (uint8_t)~outer;

    statement->clauses = MAX(statement->clauses, (uint32_t)context->clause + 1);
    if (context->kind == CONTEXT_EXCEPT)
        statement->handlers = MAX(statement->handlers, context->clause);
    if (context->kind == CONTEXT_TRY_ELSE || context->kind == CONTEXT_FINALLY) {
        statement->tail = true;
        statement->handlers = MAX(statement->handlers, (uint32_t)MAX(context->clause, 1) - 1);
    }
    statement->guarded =
        statement->guarded || (context->kind == CONTEXT_TRY && (fresh & CONTEXT_IMPORT_GUARD));
    statement->caught =
        statement->caught || (context->kind == CONTEXT_EXCEPT && (fresh & CONTEXT_IMPORT_FALLBACK));
}

/* After all clauses were seen. */
static void finish_statement(Statement *statement)
{
    if (!statement->tail && (statement->handlers == 0 || (statement->guarded && !statement->caught)))
        statement->handlers++;
    if (!statement->has_else && statement->prior == TRUTH_FALSE && !statement->taken) {
        statement->taken = true; /* every condition is false: nothing runs; read for branches only */
        statement->taken_firm = statement->prior_firm;
    }
}

static void prepare_compound(const Resolver *r, const Facts *facts, FileInfo *file, uint32_t *last,
                             uint32_t index, bool stub)
{
    const FactsContext *context = &facts->contexts[index];
    Clause *clause = &file->clauses[index], *parent = &file->clauses[context->parent];
    uint32_t previous = last[context->parent];

    clause->scope = parent->scope;
    clause->depth = parent->depth + 1;
    clause->effective = clause->depth > MACHINE_DEPTH ? parent->effective : index;
    if (previous != NONE && facts->contexts[previous].statement == context->statement &&
        context->clause > facts->contexts[previous].clause) {
        clause->statement = file->clauses[previous].statement;
    } else {
        clause->statement = file->n_statements++;
        file->statements[clause->statement] = (Statement){.prior = TRUTH_FALSE, .prior_firm = true};
    }
    last[context->parent] = index;
    Statement *statement = &file->statements[clause->statement];
    bool gap = context->clause > statement->clauses;
    note_clause(statement, context, facts->contexts[context->parent].flags);
    clause->chance = CHANCE_MAYBE;
    clause->guard = context->kind == CONTEXT_WITH && (context->flags & CONTEXT_IMPORT_GUARD) &&
                    !(facts->contexts[context->parent].flags & CONTEXT_IMPORT_GUARD);
    if (context->kind == CONTEXT_IF || context->kind == CONTEXT_ELSE)
        judge_branch(r, facts, file, index, gap, stub);
    else if (context->kind == CONTEXT_CASE)
        statement->prior = TRUTH_UNKNOWN; /* a pattern is no condition that can be evaluated */
    clause->inherited = worse(parent->inherited, clause->chance);
}

static void prepare_file(const Resolver *r, Arena *arena, const File *source, FileInfo *file)
{
    const Facts *facts = &source->facts;
    g_autofree uint32_t *last = g_new(uint32_t, facts->n_contexts + 1);

    file->clauses = arena_array(arena, Clause, facts->n_contexts + 1);
    file->statements = arena_array(arena, Statement, facts->n_contexts + 1);
    for (uint32_t i = 0; i < facts->n_contexts; i++) {
        const FactsContext *context = &facts->contexts[i];
        last[i] = NONE;
        file->clauses[i].chance = CHANCE_ALWAYS;
        file->clauses[i].statement = NONE;
        file->clauses[i].effective = i;
        if (context->kind == CONTEXT_CLASS || context->kind == CONTEXT_FUNCTION)
            file->clauses[i].scope = i;
        else if (context->parent != FACTS_NONE && is_compound(context->kind))
            prepare_compound(r, facts, file, last, i, source->stub);
    }
    for (uint32_t i = 0; i < file->n_statements; i++)
        finish_statement(&file->statements[i]);
}

/* Files that a worker takes at a time. */
enum { FILE_SHARE = 64 };

static void prepare_share(void *context, uint32_t share, uint32_t worker)
{
    const Resolver *r = context;
    uint32_t end = MIN((share + 1) * FILE_SHARE, r->program->n_files);

    for (uint32_t i = share * FILE_SHARE; i < end; i++) {
        const File *file = &r->program->files[i];
        if (file->facts.header != NULL && file->facts.n_contexts > 0)
            prepare_file(r, &r->arenas[worker], file, &r->files[i]);
    }
}

void scope_prepare_files(Resolver *r)
{
    pool_run(r->workers, (r->program->n_files + FILE_SHARE - 1) / FILE_SHARE, prepare_share, r);
}
