/* program.h — the join of all facts: what the codebase says, as arrays addressed by ids.
 *
 * Program owns everything; arrays of small structs, ids are indices, ID_NONE is none; strings are
 * symbols of one interner. Files are sorted by path, modules by (unit, name, path), definitions by
 * module then source order: ids are the same for any thread count or listing order. The model
 * stage fills units, roots, files, modules and definitions; the resolve stage fills bases, bindings,
 * imports and kinds; later stages only read. */
#ifndef ONEDEF_MODEL_PROGRAM_H
#define ONEDEF_MODEL_PROGRAM_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/intern.h"
#include "parse/facts.h"
#include "source/role.h"

typedef uint32_t Id;
#define ID_NONE UINT32_MAX

/* Unit — a deployable root: the folder of a packaging file, or the tree. */
typedef struct Unit {
    Sym name;  /* of the project in its packaging file, else the folder's name */
    Sym dir;   /* relative to the project root, "" for the root itself */
    Id first_root;
    uint32_t n_roots;
} Unit;

/* Root — a folder that stands on sys.path for its unit, in order of precedence. */
typedef struct Root {
    Sym dir;            /* relative to the project root; "" is the root itself */
    Sym prefix;         /* dotted package that the folder stands for (package_dir = {"pkg": "lib"}), else 0 */
    Id unit;
    const char *reason; /* static: "configured", "src layout", "pyproject packages", … */
    bool heuristic;     /* beside a loose script */
} Root;

typedef enum FileStatus { FILE_PARSED, FILE_DEGRADED, FILE_UNREADABLE } FileStatus;

typedef struct File {
    Sym path;
    Sym real_path;      /* symlink target inside the project, else 0 */
    Sym reason;         /* why unreadable, else 0 */
    Sym role_reason;
    uint8_t status;     /* FileStatus */
    uint8_t role;       /* Role */
    bool stub;          /* .pyi */
    bool extension;     /* .so: no facts */
    bool selected;      /* below the PATH arguments: what is reported */
    Id unit;
    Id first_module;    /* the module(s) this file is: first, see Module.next_of_file; ID_NONE for none */
    Facts facts;        /* header NULL when there are none */
    const Sym *symbols; /* FactsStr → Sym, facts.n_strings entries; NULL without facts */
} File;

enum {
    MODULE_PACKAGE = 1 << 0,
    MODULE_NAMESPACE = 1 << 1,  /* no __init__.py: file is ID_NONE */
    MODULE_OPEN_WORLD = 1 << 2, /* may bind names that cannot be seen */
    MODULE_STUB = 1 << 3,       /* .pyi */
    MODULE_SCRIPT = 1 << 4,     /* loose: its name cannot be imported, or only heuristically */
    MODULE_SHADOWED = 1 << 5,   /* another module of the same name in the same root order wins */
    MODULE_UNIMPORTABLE = 1 << 6, /* file name is no identifier */
    MODULE_EXTENSION = 1 << 7,
    MODULE_EXTENDED_PATH = 1 << 8, /* pkgutil.extend_path / declare_namespace */
    MODULE_ALL = 1 << 9,        /* has an `__all__`: exports are its names */
    MODULE_ALL_UNSURE = 1 << 10, /* … of which some are computed: exports are those that could be read */
};

/* Module — one importable name for one file (a file reached under two names is two modules). */
typedef struct Module {
    Sym id;      /* name, or "unit/name" where an earlier unit has it; "name@path"-style suffix when still not unique */
    Sym name;    /* dotted */
    Id file;     /* ID_NONE for namespace packages */
    Id unit, root;
    Id parent;   /* package, ID_NONE at top */
    Id stub;     /* the .pyi module beside a .py one, or ID_NONE */
    Id next_of_file;
    uint32_t flags;
    uint32_t first_definition, n_definitions;
    uint32_t first_binding, n_bindings; /* resolved; sorted by name symbol text, then rank */
    uint32_t first_import, n_imports;
    uint32_t first_export, n_exports;   /* resolved; in order of `__all__`; none without MODULE_ALL */
} Module;

typedef enum DefinitionKind {
    KIND_CLASS, KIND_ENUM, KIND_PROTOCOL, KIND_DATACLASS, KIND_ATTRS, KIND_TYPED_DICT, KIND_NAMED_TUPLE,
    KIND_EXCEPTION, KIND_ABC, KIND_PYDANTIC, KIND_DJANGO_MODEL, KIND_TYPE_ALIAS, KIND_NEW_TYPE, KIND_FUNCTION,
    KIND_COUNT,
} DefinitionKind;

typedef enum TargetKind { TARGET_NONE, TARGET_DEFINITION, TARGET_MODULE, TARGET_EXTERNAL, TARGET_VALUE, TARGET_UNRESOLVED } TargetKind;

/* Target — where a name leads: a definition or module id; for EXTERNAL the symbol "enum:Enum" (or
 * "enum:" for a module); for VALUE the binding module (a plain value bound there: `id` = module,
 * `name` = its name); for UNRESOLVED the symbol of the text that led nowhere. */
typedef struct Target {
    uint32_t kind;
    uint32_t id;
    Sym name; /* VALUE only */
} Target;

/* Definition — sorted within its module by source position. */
typedef struct Definition {
    Sym id;       /* "a.b:Outer.Inner", "#2" for the second of its qualname in the module */
    Sym name, qualname; /* the path within the module; Python's __qualname__, which the id has, is the fact's */
    Id module;
    uint32_t fact; /* index in its file's facts */
    Id parent;     /* enclosing definition, ID_NONE */
    uint8_t kind;  /* DefinitionKind, after resolution */
    uint8_t ordinal; /* 1, 2 … among equals of one qualname; saturates */
    uint16_t reserved;
    uint32_t first_base, n_bases; /* in Program.bases */
    uint32_t line;
} Definition;

/* Base — one positional base class of a definition, as resolved. */
typedef struct Base {
    Target target;
    uint32_t expression; /* index in facts.expressions */
} Base;

typedef enum How { HOW_DEFINITION, HOW_IMPORT, HOW_ALIAS, HOW_STAR, HOW_LAZY_EXPORT, HOW_MODULE, HOW_FUNCTIONAL, HOW_ASSIGNMENT, HOW_EXTERNAL, HOW_UNRESOLVED } How;
typedef enum Certainty { CERTAINTY_CERTAIN, CERTAINTY_LIKELY, CERTAINTY_POSSIBLE } Certainty;

/* Hop — one step of the way from a binding to its target: the name that was followed, and where.
 * Chains share their tails: a hop names the one behind it, so that ten thousand links cost ten
 * thousand hops and not their square. */
typedef struct Hop {
    Id module;
    Sym name;
    uint32_t line;
    Id next; /* in Program.hops; ID_NONE: the target follows */
} Hop;

/* Binding — module M binds name N: one record per candidate, most likely first (rank 0). */
typedef struct Binding {
    Id module;
    Sym name;
    Target target;
    uint8_t how, certainty;
    uint16_t rank;
    uint32_t line;
    uint32_t first_hop, n_hops; /* chain in Program.hops through Hop.next (ID_NONE, 0: none), without the
                                   binding itself and without the target */
    uint32_t fact;              /* index in facts.bindings; FACTS_NONE for star, implicit submodule or lazy export */
} Binding;

/* Export — one name of a module's evaluated `__all__` (m.__all__, +=, append … followed). */
typedef struct Export {
    Sym name;
    uint32_t line;
    bool bound; /* bound at run time: as a name, submodule or lazy export; false is an error at a star import */
} Export;

typedef enum ImportKind { IMPORT_LOAD, IMPORT_LAZY, IMPORT_TYPING, IMPORT_FALLBACK, IMPORT_PARENT, IMPORT_STAR_KIND, IMPORT_STRING } ImportKind;
typedef enum ImportStatus {
    IMPORT_OK,             /* leads to a first-party module or name */
    IMPORT_EXTERNAL,       /* not first-party */
    IMPORT_NO_MODULE,      /* first-party by its top package, but no such module */
    IMPORT_NO_NAME,        /* the module exists, the name does not */
    IMPORT_UNSURE,         /* negative of an open-world module, or a guess */
    IMPORT_BEYOND_TOP,     /* relative import beyond the top package */
} ImportStatus;

/* Import — one imported name in one module (facts.imports joined), or a string reference that names
 * a first-party module. A star that loads at run time has kind IMPORT_STAR_KIND. */
typedef struct Import {
    Id module;        /* the importer */
    uint32_t fact;    /* facts.imports; facts.references for IMPORT_STRING; FACTS_NONE for IMPORT_PARENT */
    Id target_module; /* the module that is loaded: `a.b` of `from a.b import X`, a.b.X where X is a submodule; ID_NONE */
    Sym module_name;  /* absolute dotted name as written after resolving dots */
    Sym name;         /* imported name, 0 for plain and star imports */
    Target target;    /* what the name leads to */
    uint8_t kind, status;
    uint8_t guarded;  /* stands in a try whose import errors are caught, or in the except clause */
    uint8_t level;
    uint32_t line;
} Import;

typedef struct Program {
    Interner *interner;
    Unit *units;             uint32_t n_units;
    Root *roots;             uint32_t n_roots;
    File *files;             uint32_t n_files;
    Module *modules;         uint32_t n_modules;
    Definition *definitions; uint32_t n_definitions;
    Base *bases;             uint32_t n_bases;
    Binding *bindings;       uint32_t n_bindings;
    Hop *hops;               uint32_t n_hops;
    Import *imports;         uint32_t n_imports;
    Export *exports;         uint32_t n_exports;
    GHashTable *module_by_id;      /* Sym → module id + 1 */
    GHashTable *definition_by_id;  /* Sym → definition id + 1 */
    GPtrArray *blocks;             /* the facts blocks, owned */
} Program;

void program_free(Program *program);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Program, program_free)

/* --- reading helpers (program.c) --- */
static inline const char *program_text(const Program *program, Sym sym) { return sym_text(program->interner, sym); }
/* File of a module, or NULL for namespace packages. */
const File *program_module_file(const Program *program, Id module);
/* "" for namespace packages. */
const char *program_module_path(const Program *program, Id module);
const FactsDefinition *program_definition_fact(const Program *program, Id definition);
const File *program_definition_file(const Program *program, Id definition);
/* Symbol of a facts string of one file. */
static inline Sym file_sym(const File *file, FactsStr string) { return file->symbols[string]; }
static inline const char *file_text(const File *file, FactsStr string) { return facts_text(&file->facts, string); }
Id program_find_module(const Program *program, const char *id);
Id program_find_definition(const Program *program, const char *id);
/* The file at a path (binary search), ID_NONE when there is none. */
Id program_find_file(const Program *program, const char *path);
/* The module that `import dotted` means when `importer`'s file is run as a script: in its own folder, else
 * in the folders above it, nearest first. A guess about sys.path: ask only where the unit's roots have no answer. */
Id program_find_beside(const Program *program, Id importer, const char *dotted);
/* The candidates of one name in one module: *count of them, first is the most likely; NULL, 0 when unbound. */
const Binding *program_bindings_of(const Program *program, Id module, Sym name, uint32_t *count);
/* "a.b:X", "a.b:", external symbol, …: the `target` of the export contract. Caller frees nothing: interned. */
Sym program_target_id(Program *program, Target target);
const char *definition_kind_name(DefinitionKind kind);
const char *how_name(How how);
const char *certainty_name(Certainty certainty);
const char *import_kind_name(ImportKind kind);
bool target_equal(Target a, Target b);

#endif
