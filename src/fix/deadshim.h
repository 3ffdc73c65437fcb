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

/* Why a name that a module imports or aliases must stay; NULL when nobody would miss it. `lazily`: it would
 * still be given when asked for, with a warning. Caller frees. */
char *export_objection(const World *world, Id module, Sym name, bool lazily);
/* Writes the edits for the active FIX_EXPORT moves of a file. */
void export_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit);

/* deprecate.c: makes a module give names from elsewhere, with a warning. Adds what the moves add. False with a
 * reason (static) when its own __getattr__ cannot be joined. */
bool deprecate_edit(const Lexed *lexed, const FixState *state, FixFile *fixed, Edit *edit, const char **reason);
/* The same question beforehand. */
const char *deprecate_objection(const File *file);

#endif
