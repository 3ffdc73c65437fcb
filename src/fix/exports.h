/* exports.h — names that modules have from elsewhere, and what can be said against taking them away; between the passes
 * of phases 2A and 2C. */
#ifndef ONEDEF_FIX_EXPORTS_H
#define ONEDEF_FIX_EXPORTS_H

#include "fix/world.h"

/* Found — a move with what orders it. */
typedef struct Found {
    FixMove move;
    Id file;
    uint32_t batch;
    Sym title;
    bool effect; /* the reason is that it may be there for what it loads */
} Found;

/* Names — of one module at a time, by name: asked for every export of it. */
typedef struct Names {
    Id module;
    GHashTable *bound;  /* Sym → 1 + index in facts.bindings; AMBIGUOUS */
    GHashTable *read;   /* Sym: names that its code reads */
    GHashTable *public; /* Sym: in __all__ */
    uint32_t *imports;  /* by facts.imports: 1 + index in program->imports, or 0 */
} Names;

/* Exports — what was found so far, and where: a program may have thousands of names that pass on others. */
typedef struct Exports {
    const FixState *state;
    World *world;
    GArray *all;             /* Found */
    GHashTable *names_found; /* gint64 of module and name → 1 + index in `all` */
    GHashTable *files;       /* Id of a file + 1 → 1 + index of its FIX_MODULE in `all` */
    GHashTable *odd;         /* Id of a module + 1 → what deprecate_drop_objection said */
    Names names;
} Exports;

void exports_init(Exports *exports, const FixState *state);
void exports_clear(Exports *exports);
/* The plain import, alias or entry of deprecated names by which a module has a name; false when it has it otherwise. */
bool exports_find(Exports *exports, Id module, Sym name, FixMove *move);
/* Adds it, with a reason where it must stay. `lazily`: it would still be given when asked for, with a warning. Valid until
 * the next one. */
Found *exports_add(Exports *exports, const FixMove *move, Sym title, uint32_t batch, bool lazily);
/* Gathers what was found (Found; sorted by this call) by file. */
void exports_files(Fix *stage, const Program *program, GArray *all);

#endif
