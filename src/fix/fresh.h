/* fresh.h — a new import statement in the making; between the parts of rewriting. */
#ifndef ONEDEF_FIX_FRESH_H
#define ONEDEF_FIX_FRESH_H

#include "fix/block.h"
#include "fix/merge.h"

/* Fresh — "from module import names" or "import module as name". */
typedef struct Fresh {
    uint32_t at, section; /* where it goes; of the statement whose names it takes */
    uint32_t source;      /* that statement's byte */
    bool plain;           /* `import module as name` */
    bool closed;          /* has comments: takes names of no other statement */
    bool sorted;          /* stands in a sorted section */
    char *module;         /* as it is written */
    char *indent, *tail;  /* tail: a directive, or NULL */
    const char *eol;
    GArray *names;       /* MergeName */
    GPtrArray *comments; /* char * by name, or NULL */
} Fresh;

GArray *names_new(void); /* of MergeName, which it clears */
void names_add(GArray *names, const char *text, const char *name);
bool names_hold(const GArray *names, const char *text);

void fresh_init(Fresh *fresh, const Block *block, const BlockLine *line, const char *module,
                const char *tail);
void fresh_clear(Fresh *fresh);
void fresh_add(Fresh *fresh, const char *text, const char *name, const char *comment);
/* The statement without indentation and line break; broken as the file does it where it is too long. Caller
 * frees. */
char *fresh_text(const Fresh *fresh, const Block *block);

#endif
