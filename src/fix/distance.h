/* distance.h — how far a module lies from the one that an import asked for. */
#ifndef ONEDEF_FIX_DISTANCE_H
#define ONEDEF_FIX_DISTANCE_H

#include "model/program.h"

/* Stems — how many modules there are of each last name. */
typedef struct Stems Stems;

Stems *stems_new(const Program *program);
void stems_free(Stems *stems);
/* True when `home` has the last name of `asked`, and that tells: no third module has it, or it is the
 * wanted name itself (`agent_registry` of `AgentRegistry`). */
bool stems_tell(const Stems *stems, const char *asked, const char *home, const char *name);

/* True when `home` is where things of `asked` go when they stay in their package. */
bool distance_is_near(const char *asked, const char *home);

#endif
