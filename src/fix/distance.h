/* distance.h — how far a module lies from the one that an import asked for. */
#ifndef ONEDEF_FIX_DISTANCE_H
#define ONEDEF_FIX_DISTANCE_H

#include "model/program.h"

/* Stems — how many modules there are of each last name. */
typedef struct Stems Stems;

Stems *stems_new(const Program *program);
void stems_free(Stems *stems);
/* How much the name of a module tells. */
typedef enum Tells {
    TELLS_NOTHING,
    TELLS_STEM, /* the last name is the same, and says something */
    TELLS_PATH, /* more than that agrees */
} Tells;

/* TELLS_PATH when `home` ends with all of `asked`, or both end with the same two names. TELLS_STEM when they
 * have the same last name, which no third module has or which is the wanted name itself (`agent_registry` of
 * `AgentRegistry`), and the package of `asked` is still there. */
Tells stems_tell(const Stems *stems, const char *asked, const char *home, const char *name);

/* True when `home` is where things of `asked` go when they stay in their package. */
bool distance_is_near(const char *asked, const char *home);
/* Do both lie below one top package? */
bool distance_same_top(const char *asked, const char *home);

#endif
