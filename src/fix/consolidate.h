/* consolidate.h — definitions that give way to an import of the one that stays (phase 2A). */
#ifndef ONEDEF_FIX_CONSOLIDATE_H
#define ONEDEF_FIX_CONSOLIDATE_H

#include "fix/world.h"

/* ConsolidateAsk — what consolidate_pass has to ask all files about (uses.h), asked ahead of it. */
typedef struct ConsolidateAsk ConsolidateAsk;
/* Begins to ask, on threads of its own; NULL where no survivor is named. */
ConsolidateAsk *consolidate_ask(const FixState *state);
void consolidate_ask_free(ConsolidateAsk *ask);

/* Finds the definitions of phase 2A that can go. Ids of those that stay are added to state->settled. */
void consolidate_pass(Fix *stage, const FixState *state);
/* Writes the edits for the active FIX_DEFINITION moves of a file, and what they drop. */
void consolidate_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit);

/* drop.c: takes imports out of the statements that hold them. `chosen` (by facts.imports) says which.
 * Statements that cannot be cut cleanly keep theirs: chosen is cleared there. */
void drop_imports(const Lexed *lexed, const File *file, bool *chosen, Edit *edit);
/* The whole lines of a statement that has them for itself: [*from, *to). */
bool drop_lines(const Lexed *lexed, uint32_t start, uint32_t end, uint32_t *from, uint32_t *to);

#endif
