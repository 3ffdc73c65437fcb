/* walk.h — what the files that follow names share: chain.c (the walk itself, dotted names),
 * attribute.c (one attribute of a module or class), walk_import.c (import statements), rank.c (which
 * candidate of a slot comes first).
 *
 * A step that needs something not resolved yet says so in Walk.needed and returns STEP_WAIT or
 * LOOKED_WAIT; it is called again when that is done and takes up where it was. Candidates and slots
 * live in growing arrays: no pointer to one may be kept over a call that can add some. */
#ifndef ONEDEF_RESOLVE_WALK_H
#define ONEDEF_RESOLVE_WALK_H

#include "resolve/internal.h"

typedef enum Step { STEP_DONE, STEP_WAIT } Step;

typedef struct Walk {
    Resolver *r;
    GArray *stack;   /* node numbers */
    uint32_t needed; /* by a step that waits */
} Walk;

/* Looked — the answer to one question: found, not there, wait; LOOKED_MODULE: the submodule is meant. */
typedef enum Looked { LOOKED_FOUND, LOOKED_WAIT, LOOKED_ABSENT, LOOKED_MODULE } Looked;

static inline uint32_t slot_node(uint32_t slot) { return slot << 1; }
static inline uint32_t candidate_node(uint32_t candidate) { return candidate << 1 | 1; }

/* --- ends of a walk --- */
void walk_lead_to(Candidate *candidate, uint32_t kind, uint32_t id);
/* An opaque value: the binding itself is the target. */
void walk_lead_to_value(Candidate *candidate);
void walk_lead_nowhere(Resolver *resolver, Candidate *candidate, const char *owner, const char *name);
void walk_lead_outside(Resolver *resolver, Candidate *candidate, const char *module, const char *name);
/* Takes over where `best` leads; it becomes the next hop unless it is the target itself. */
void walk_follow(Candidate *candidate, const Candidate *best, uint32_t best_index, uint8_t certainty);

/* --- questions --- */
/* The module object that one gets for a module: sys.modules[__name__] = other. */
Id module_object(const Resolver *resolver, Id module);
/* The module whose names one gets: a stub speaks for an extension module. */
Id module_names(const Resolver *resolver, Id module);
Id top_package(const Program *program, Id module);
Looked walk_slot(Walk *walk, uint32_t candidate, uint32_t slot, bool hide_private);
Looked walk_virtual(Walk *walk, uint32_t candidate, Sym full_name);
/* `at_slot`: the slot to ask, NONE: by name. */
Looked walk_attribute(Walk *walk, uint32_t candidate, Id module, Sym name, uint32_t at_slot);
/* Records that a module has no such name, and whether that is sure. */
void walk_absent(Resolver *resolver, uint32_t candidate, Id module, Sym name);
Looked walk_class_attribute(Walk *walk, uint32_t candidate, Id definition, Sym name);
/* The first part of a dotted text; 0 when no file mentions such a name. */
Sym next_name(const Resolver *resolver, const char *text, size_t *length);
/* Walks what is left of a candidate's text from where its target stands. */
Step walk_rest(Walk *walk, uint32_t candidate);
Step walk_import(Walk *walk, uint32_t candidate);
/* Orders the candidates of a slot and picks the first. */
void slot_rank(Resolver *resolver, uint32_t slot);

#endif
