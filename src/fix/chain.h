/* chain.h — definitions reached through a module object: `import a.b` with `a.b.X`, `import a.b as m` or
 * `from a import b as m` with `m.X`; between the parts of fix/. */
#ifndef ONEDEF_FIX_CHAIN_H
#define ONEDEF_FIX_CHAIN_H

#include "fix/homes.h"
#include "fix/internal.h"
#include "fix/rewrite.h"
#include "parse/scopes.h"

/* How the chains come to name the home. */
typedef enum ChainShape {
    CHAIN_FROM,   /* `from home import X`, and X where the chain was */
    CHAIN_PLAIN,  /* `import home`, and home.X where the chain was */
    CHAIN_MODULE, /* `import home as m`: the chains stay as they are */
    CHAIN_PATH,   /* FIX_REPAIR: `import home` in place of the old import, and home where its path was */
} ChainShape;

/* ChainUse — one chain in the file: bytes [start, end) are `m.X`, which means `definition`. */
typedef struct ChainUse {
    uint32_t start, end;
    Id definition, module; /* module: which the chain asks for X */
    Sym asked;             /* X */
    PinnedPath home;
} ChainUse;

/* FixChain — what a FIX_CHAIN move, or the FIX_REPAIR of a plain import, does beside its FixMove. */
struct FixChain {
    uint8_t shape;
    GArray *uses;  /* ChainUse, in source order */
    GArray *names; /* CHAIN_FROM: Sym, to be imported anew */
    bool imports;  /* CHAIN_PLAIN: the home is to be imported anew */
    bool leaves; /* the old import goes */
    bool barred; /* CHAIN_MODULE: it could not be done by name */
    const char *kept; /* `after`, should the old import have to stay */
};

/* ChainImport — an import that binds a module object, and how the file uses it. */
typedef struct ChainImport {
    uint32_t import;
    GArray *uses; /* ChainUse: those whose path is not in order */
    bool others;  /* it is used in other ways, too */
    bool sole;    /* alone in its statement */
    bool plain;   /* `import a.b` without `as` */
} ChainImport;

/* ChainFile — one file while its chains are read. */
typedef struct ChainFile {
    const Homes *homes;
    const Program *program;
    const char *name; /* the glob on definitions; NULL: all */
    Id module;
    const File *file;
    const Lexed *lexed;
    const Scopes *scopes;
} ChainFile;

/* Reads the uses of one import. NULL when done; else why its chains are left alone (static text). */
const char *chain_read(const ChainFile *file, ChainImport *import);
/* Is the name free for an import in this file: no token stands for a variable of that name? */
bool chain_name_is_free(const ChainFile *file, const char *name);
/* Do all tokens of that name stand for a global? */
bool chain_name_is_global(const ChainFile *file, const char *name);

/* Adds the chains that the plan lists to the moves that are there; files stand by batch and path then. */
void chains_collect(Fix *stage, const FixState *state);
void chain_free(struct FixChain *chain);
/* The old import must stay, for what it loads. False: then nothing can be done. */
bool chain_keep(FixMove *move);
/* CHAIN_PATH: puts the new path where the old one was. */
void chain_replace_paths(const FixMove *move, Edit *edit);
/* Writes one move. NULL when done. */
const char *chain_apply(Rewrite *rewrite, const Program *program, const FixMove *move, Edit *edit);

/* Does what is bound in this context of the file become an attribute of a class? */
bool chain_is_in_class(const File *file, uint32_t context);

#endif
