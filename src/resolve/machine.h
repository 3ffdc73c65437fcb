/* machine.h — the abstract machine that says which bindings of one name survive (see machine.c). */
#ifndef ONEDEF_RESOLVE_MACHINE_H
#define ONEDEF_RESOLVE_MACHINE_H

#include "resolve/internal.h"

#define MAX_STATE 12      /* alternatives of one name that are kept */
#define MACHINE_DEPTH 100 /* compound statements around an event; deeper ones count as their ancestor */

/* State — the candidates that a name may have at one point, best first; UNBOUND is one of them. */
typedef struct State {
    uint32_t items[MAX_STATE];
    uint32_t n;
} State;

/* Frame — one open compound statement. */
typedef struct Frame {
    uint32_t context;   /* the clause that is open */
    uint32_t statement;
    State before;
    State normal;       /* try body or else, with body, loop body */
    State taken;        /* if: the clause that is known to run */
    State maybe;        /* if: clauses that may run; try: handlers */
    State late;         /* if: clauses for want of a better value */
    State unlikely;
    bool has_taken, taken_firm, has_normal, final;
    uint32_t bound;     /* if: clauses closed; try: handlers closed */
} Frame;

typedef struct Machine {
    const FileInfo *file;
    const Facts *facts;
    State state;
    uint32_t depth;
    Frame frames[MACHINE_DEPTH];
} Machine;

void machine_begin(Machine *machine, const FileInfo *file, const Facts *facts);
/* Moves to a clause (an effective context), closing and opening what lies between. */
void machine_go(Machine *machine, uint32_t context);
void machine_bind(Machine *machine, uint32_t candidate); /* UNBOUND unbinds */
/* One more alternative, after those there are. */
void machine_suggest(Machine *machine, uint32_t candidate);
/* A better alternative, before those there are. */
void machine_rebind_later(Machine *machine, uint32_t candidate);
void machine_finish(Machine *machine);

/* --- scope.c, for read.c --- */
/* The state after those events that take effect at or before `position`, seen from `context`; `position`
 * NONE: at the end of the module. */
void scope_run(Resolver *resolver, Id module, const Event *events, uint32_t n, uint32_t context, uint32_t position,
               State *out);
void scope_store_state(Resolver *resolver, uint32_t slot, const State *state);
/* A new candidate for one binding event (an import has its own already); NONE where it binds nothing. */
uint32_t scope_candidate(Resolver *resolver, Id module, uint32_t event);

#endif
