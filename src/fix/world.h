/* world.h — what else in the project depends on a name or on a module's being loaded: indexes over one
 * state of the program, built once for a pass. */
#ifndef ONEDEF_FIX_WORLD_H
#define ONEDEF_FIX_WORLD_H

#include "fix/internal.h"

typedef struct World {
    const FixState *state;
    Program *program;
    const DependencyGraph *graph;
    GHashTable *patched;     /* strings: dotted paths that patch() names, and what stands above them */
    GHashTable *mentioned;   /* the same of all other strings, "a.b:C" as "a.b.C" */
    GHashTable *overwritten; /* strings: last parts of attributes that are set from outside */
    GPtrArray *packaging;    /* char*: texts of packaging files */
    uint32_t *users_first, *users; /* by module: slice of ids of imports that name it */
    uint32_t *takers_first, *takers; /* by definition: slice of ids of imports that take it */
    Id *heirs;               /* definitions with several bases */
    uint32_t n_heirs;
    const bool *gone;        /* by import: count as no users; NULL: all do. Not the World's */
    GHashTable *gone_chains; /* strings, as world_chain_key gives: likewise */
    GHashTable *chains;      /* Sym: part of a chain behind its first → GArray of Sym: the chains */
    uint32_t *chain_first;   /* by Sym of a chain: 1 + index of its first place, or 0 */
    GArray *chain_places;    /* ChainPlace */
    uint32_t *mark[2], round[2]; /* by module, for world_reach */
    GArray *reached[2];      /* Id: what was marked, in order */
} World;

/* The pass's, made when it is first asked for. */
World *world_of(const FixState *state);
void world_free(World *world);

/* "a.b.X". Caller frees. */
char *world_path(const World *world, Id module, Sym name);
/* Is there a patch("….name") or patch("….name.…")? */
bool world_is_patched(const World *world, Id module, Sym name);
/* Does another string, or a packaging file, name it? */
bool world_is_mentioned(const World *world, Id module, Sym name);
/* Does a string, or a packaging file, name the module, or something in it? */
bool world_names_module(const World *world, Id module);
/* Is an attribute of that name set from outside anywhere? */
bool world_is_overwritten(const World *world, Sym name);

/* `a.b.name` in a module, where `a.b` is `module`. Caller frees. */
char *world_chain_key(Id reader, Id module, Sym name);
/* Who takes `name` from `module`: one line for people ("a.py:3 imports it"), or NULL for nobody.
 * `strings`: those that name it count, too. Caller frees. */
char *world_user(const World *world, Id module, Sym name, bool strings);
/* Who imports the module, by whatever form but as the package of another; or NULL. Caller frees. */
char *world_importer(const World *world, Id module);

/* Marks in `set` (0 or 1) what loading `from` loads, itself included, but for what set `but` holds
 * (-1: none). */
void world_reach(World *world, int set, Id from, int but);
/* The same, as if `from` itself did not import `without`. */
void world_reach_without(World *world, int set, Id from, Id without);
/* Does loading `from` load `to`? */
bool view_loads(const FixView *view, Id from, Id to);
static inline bool world_reached(const World *world, int set, Id module)
{
    return world->mark[set][module] == world->round[set];
}
/* Is it an import that runs when its module loads? */
bool world_is_load(const Program *program, const Import *import);

#endif
