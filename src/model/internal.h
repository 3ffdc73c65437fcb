/* internal.h — the program under construction.
 *
 *   strings.c      facts opened, strings interned
 *   files.c        paths, folders, roles
 *   layout.c       folders, units, source roots
 *   evidence.c     what the imports say about which folders are source roots
 *   modules.c      names of files, who wins a name, parents, ids
 *   definitions.c  definitions (bases, kinds and bindings are for the resolver) */
#ifndef ONEDEF_MODEL_INTERNAL_H
#define ONEDEF_MODEL_INTERNAL_H

#include "model/build.h"

/* Folder — one folder that holds Python files or folders of them. Parents come before children. */
typedef struct Folder {
    Sym path; /* 0 is the project root */
    Sym name;
    Id parent;
    Id unit;
    bool package;      /* __init__.py (or an extension module of that name) */
    bool stub_package; /* __init__.pyi */
} Folder;

/* UnitDraft — a unit while its roots are being found. */
typedef struct UnitDraft {
    Sym dir, name;
    Id folder;
    GArray *roots; /* Root, in order of precedence */
} UnitDraft;

/* Place — a folder `owner` in which a top-level name stands, and how imports of that name fare there. */
typedef struct Place {
    Id owner;
    bool is_folder;
    uint32_t hits;   /* imports of it that exist below `owner` */
    uint32_t solved; /* … of more than the bare name, that no known root explains */
    uint32_t failed; /* imports of that name that neither `owner` nor a known root explains */
} Place;

typedef struct Builder {
    Source *source;
    const Config *config;
    Program *program;
    uint32_t workers;
    Interner *interner;
    GArray *folders;            /* Folder; 0 is the project root */
    GHashTable *folder_by_path; /* Sym → index + 1 */
    Id *file_folder;            /* by file */
    GHashTable *stems;          /* Sym of a path without its suffix → file + 1; packages are folders */
    GArray *units;              /* UnitDraft */
    GHashTable *places;         /* Sym of a top-level name → GArray of Place */
    uint32_t *folder_hits;      /* by folder: sum over its places */
} Builder;

#define builder_folder(builder, index) (&g_array_index((builder)->folders, Folder, (index)))
#define builder_unit(builder, index) (&g_array_index((builder)->units, UnitDraft, (index)))

/* Facts and symbols of all files; returns the interner. */
Interner *build_strings(Program *program, const ModelInput *inputs, uint32_t workers);
void build_files(Builder *builder, ModelInput *inputs);
void build_layout(Builder *builder);
void build_modules(Builder *builder);
void build_definitions(Program *program);

/* Index of the folder at a path, ID_NONE when it holds no Python. */
Id folder_find(const Builder *builder, const char *path, size_t length);
/* Does `owner`/a/b exist, as a module or a folder, for the dotted name "a.b"? */
bool folder_holds(const Builder *builder, Id owner, const char *dotted);
/* Counts places and votes; `known_root` by folder. Frees what an earlier call counted. */
void evidence_count(Builder *builder, const bool *known_root);
const Place *evidence_find(const Builder *builder, Id owner, Sym name);

#endif
