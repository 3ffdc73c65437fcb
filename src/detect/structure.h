/* structure.h — what each definition is by where it stands and what it derives from, before any
 * contents are compared: alternative, stub, subclass of its namesake, fallback, test double. */
#ifndef ONEDEF_DETECT_STRUCTURE_H
#define ONEDEF_DETECT_STRUCTURE_H

#include "detect/content.h"
#include "detect/group.h"

/* Standing — the structural verdict on one definition. */
typedef struct Standing {
    uint8_t role;      /* MemberRole: structural, else that of the file */
    uint8_t file_role; /* Role of the file */
    bool leaves;       /* structural: takes no part in the contest of its name */
    bool is_double;    /* named like a fake, mock or stub */
    bool convention;   /* nested `Meta` / `Config` and the like: its name is a slot that a framework reads */
    Id anchor;         /* the definition that it belongs with: base, first alternative, import target; ID_NONE */
    Sym note;          /* why, one short line; 0 for plain definitions */
} Standing;

/* One per definition; caller frees with g_free. Linear in definitions, bases and bindings. */
Standing *structure_new(Program *program, const Contents *contents);

/* Do two contexts of one file exclude each other: clauses of one statement, type checking against run time? */
bool structure_alternatives(const Facts *facts, uint32_t a, uint32_t b);
/* "MockX", "XFake", "_StubX", "DummyX" …: the rest of the name in `*rest` (may be NULL) when it is one. */
bool structure_double_name(const char *name, const char **rest, size_t *rest_length);

#endif
