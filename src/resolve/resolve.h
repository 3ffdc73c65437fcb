/* resolve.h — names to definitions.
 *
 * Fills, in place: Program.bindings (every candidate of every name bound at module scope, stars,
 * submodules and lazy exports included), hops, bases' targets, definition kinds, imports' targets,
 * kinds and statuses, open-world flags. Always ends; time linear in bindings plus hops. The rules
 * are Python's import system, case by case, as listed in docs/resolution.md. */
#ifndef ONEDEF_RESOLVE_RESOLVE_H
#define ONEDEF_RESOLVE_RESOLVE_H

#include "config/config.h"
#include "model/program.h"

/* On up to `workers` threads; what comes out does not depend on how many. */
void resolve_program(Program *program, const Config *config, uint32_t workers);

/* Resolves a dotted expression ("a.b.C", "C") read at module scope of `module`, after
 * resolve_program: the first candidate. */
Target resolve_dotted(Program *program, Id module, const char *dotted);

/* Was it a top-level module of the standard library in any Python that is known? Is it a builtin name? */
bool resolve_is_stdlib(const char *name);
bool resolve_is_builtin(const char *name);

#endif
