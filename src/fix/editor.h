/* editor.h — one file of phase 2A in the making; between the parts of writing it. */
#ifndef ONEDEF_FIX_EDITOR_H
#define ONEDEF_FIX_EDITOR_H

#include "fix/consolidate.h"

/* Cut — bytes [start, end) that go. */
typedef struct Cut {
    uint32_t start, end;
} Cut;

typedef struct Editor {
    const Lexed *lexed;
    const FixState *state;
    const Program *program;
    const File *file;
    FixFile *fixed;
    Edit *edit;
    GArray *cuts;          /* Cut, in order */
    GHashTable *mentioned; /* strings: words of the code that stays, imports apart */
    bool *dropped;         /* by facts.imports: goes too */
} Editor;

/* --- lines --- */
bool editor_is_break(const Lexed *lexed, uint32_t at);
bool editor_is_blank_line(const Lexed *lexed, uint32_t start);
/* The start of the line behind the one that holds `at`. */
uint32_t editor_next_line(const Lexed *lexed, uint32_t at);
/* The line break of the file's first line. */
const char *editor_line_break(const Lexed *lexed);
/* Is the string at this token index a statement of its own? */
bool editor_is_docstring(const Lexed *lexed, uint32_t i);

/* Does the byte lie within a cut? */
bool editor_is_cut(const Editor *editor, uint32_t at);
/* May others take this name of the module, whoever they are? */
bool editor_is_exported(const Program *program, Id module, const char *name);

/* Adds imports of what stays for the active moves, when cuts and drops are in the edit already. */
void editor_add_imports(Editor *editor);

#endif
