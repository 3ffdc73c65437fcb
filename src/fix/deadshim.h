/* deadshim.h — names and modules that nobody needs any more (phase 2C), and what phase 2A leaves. */
#ifndef ONEDEF_FIX_DEADSHIM_H
#define ONEDEF_FIX_DEADSHIM_H

#include "fix/world.h"

/* Phase 2A: imports of what is settled move to the one that stays. */
void settle_moves_pass(Fix *stage, const FixState *state);
/* Phase 2A, --shim none or deprecate: what was left in place of definitions goes, or warns. */
void settle_shims_pass(Fix *stage, const FixState *state);
/* Phase 2C: re-exports, aliases and shims without users. */
void deadshim_pass(Fix *stage, const FixState *state);

/* Writes the edits for the active FIX_EXPORT moves of a file. */
void export_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit);

/* deprecate.c: makes a module give names from elsewhere, with a warning. Adds what the moves add. False with a
 * reason (static) when its own __getattr__ cannot be joined. */
bool deprecate_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit, const char **reason);
/* The same question beforehand. */
const char *deprecate_objection(const File *file);
/* Does a module give this name by the map that deprecate_edit writes? */
bool deprecate_holds(const File *file, Sym name);
/* Why nothing can be taken out of it: somebody has edited the map or the question. Static; NULL: it can. Reads the
 * file. */
const char *deprecate_drop_objection(const FixState *state, Id module);
/* Takes the names of the active moves out of that map; with the last of them, the map and its question. Moves
 * are left where that cannot be done cleanly. */
void deprecate_drop(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit);

/* inert.c: why a module that would no longer be loaded may be missed; NULL where loading it only makes its
 * definitions. Caller frees. */
char *inert_objection(World *world, Id module);

#endif
