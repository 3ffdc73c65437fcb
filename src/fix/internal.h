/* internal.h — between the parts of fix/.
 *
 * A phase is a FixPass: it finds moves in a state of the program, says which are safe, and fix.c edits
 * and proves them. `stage` is the Fix of that pass alone. */
#ifndef ONEDEF_FIX_INTERNAL_H
#define ONEDEF_FIX_INTERNAL_H

#include "fix/edit.h"
#include "fix/fix.h"
#include "parse/lexer.h"

/* FixState — what a pass works on. */
typedef struct FixState {
    Source *source;
    const FixView *view;
    const FixOptions *options;
    const FixView *first; /* before all passes */
    GPtrArray *replaced;  /* char*: id of a module, and the name of a definition that it held; by turns */
    GHashTable *settled; /* strings: ids of definitions that earlier passes made the only ones */
    struct ConsolidateAsk *ask; /* consolidate.h: begun for this state, or NULL; used by consolidate_pass */
    struct World **world; /* world.h: of this pass, made by who needs it first */
} FixState;

/* FixPass — finds its moves in `state` and gives a reason to those that are not safe. */
typedef struct FixPass {
    uint8_t phase; /* Phase */
    void (*collect)(Fix *stage, const FixState *state);
} FixPass;

/* Phase 2B. */
void moves_pass(Fix *stage, const FixState *state);
/* Imports of what does not exist. */
void repair_pass(Fix *stage, const FixState *state);
/* May a file at this path be edited? */
bool file_is_wanted(const FixOptions *options, const char *path);
/* Gathers the moves of phase 2B by file. */
void moves_collect(Fix *stage, const FixView *view, const FixOptions *options);
/* Gives a reason to every move that could change more than the way by which its name comes. */
void moves_check(Fix *stage, const FixView *view, const FixOptions *options);
/* Frees what a move owns. */
void move_clear(FixMove *move);
/* Marks a move as left out, unless it is already. Takes `reason`. */
void move_leave(FixMove *move, char *reason);
/* All moves of a file. */
void file_leave(FixFile *file, const char *reason);
/* Is it carried out, for now? */
static inline bool move_is_active(const FixMove *move) { return move->reason == NULL && !move->held; }

/* Writes the active moves of every file: fills `before`, `after`, `deleted`. Number of edited files. */
uint32_t apply_moves(Fix *stage, const FixState *state);

/* Doubt — a difference that the proof found, and the moves that may be behind it. */
typedef struct Doubt {
    FixMove **moves; /* at least one; owned */
    uint32_t n_moves;
    uint32_t root; /* fix.c: of what it is a part */
    bool failed;   /* fix.c: some of it must be to blame */
    bool guilty;   /* fix.c: the last round named one of its moves */
    char *reason;  /* owned */
} Doubt;

/* Compares the program before and after, but for their plans; appends what differs and should not to `doubts`, in an order
 * that does not depend on chance. */
void verify(const Fix *stage, const FixView *before, const FixView *after, GArray *doubts);
/* Drops broad doubts that hold a move which a narrower one names: if that was not it, they come back in the next
 * round. One doubt at least is kept. */
void doubts_drop_broad(GArray *doubts);
/* Is it to be shown that the plan afterwards asks for nothing again? */
bool verify_asks_again(const Fix *stage, const FixView *before);
/* Shows it; `after` has its plan. */
void verify_again(const Fix *stage, const FixView *before, const FixView *after, GArray *doubts);

#endif
