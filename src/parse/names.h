/* names.h — free names, dotted chains and telling strings, from tokens alone.
 *
 * For each outermost definition and for module-level code: which global names are read. Scopes are
 * followed as Python has them (parameters, assignments, for/with/except/walrus targets, imports,
 * nested defs and classes, comprehension and lambda locals, `global` / `nonlocal`), from tokens;
 * builtins are kept (a module may redefine them). Cost: linear in tokens. */
#ifndef ONEDEF_PARSE_NAMES_H
#define ONEDEF_PARSE_NAMES_H

#include "base/arena.h"
#include "parse/lexer.h"

/* NameUse — one (owner, head, chain) with its first line and count. Owner is the index, in source
 * order, of the module-level class/def statement (also under if/try/with/for) it stands in, or
 * UINT32_MAX for module-level code; base classes, decorators, defaults and annotations of a
 * definition belong to it. */
typedef struct NameUse {
    uint32_t owner;
    uint32_t owner_start; /* offset of the owner's class/def keyword (async: of `async`); UINT32_MAX for module code */
    const char *head;     /* into the file's bytes; not terminated */
    uint32_t head_length;
    const char *chain;    /* arena text "a.b.X" (spaces removed); NULL for a bare name */
    uint32_t line, count;
} NameUse;

/* StringUse — a string literal (no f-string, at most 200 bytes) whose value looks like a dotted
 * name "a.b.C" or "a.b:C" or ".x", or stands as first argument of import_module / __import__ /
 * patch / …setattr; kind is FactsReferenceKind. */
typedef struct StringUse {
    uint32_t kind;
    const char *text; /* arena, unquoted */
    uint32_t line, start, end;
} StringUse;

typedef struct Names {
    NameUse *uses;
    uint32_t n_uses; /* sorted by owner_start (module code last), head, chain */
    StringUse *strings;
    uint32_t n_strings; /* source order */
} Names;

/* Everything in the result lives in `arena`. */
void names_collect(const Lexed *lexed, Arena *arena, Names *names);

#endif
