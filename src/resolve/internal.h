/* internal.h — what the files of this stage share.
 *
 * Resolution works on two kinds of nodes. A *candidate* is one way in which a name may get its value
 * (a class statement, an import, an alias, a star, a submodule …). A *slot* is a name as seen at one
 * point of one module: the ordered list of candidates that may be its value there. Every pair of
 * module and bound name has one slot for the end of the module; reads at an earlier point (the
 * right-hand side of an alias, a base class) get slots of their own where the answer differs.
 *
 *   store.c      growing arrays; read.c  a name at one point
 *   events.c     events of a module → slots; scope.c, machine.c  which candidates survive branches, try, del
 *   clauses.c    which clauses of a file run; condition.c  what `if sys.version_info …` and the like come to
 *   lookup.c     dotted module name → module
 *   all.c        `__all__`
 *   stars.c      what each module exports to a star; stars → candidates
 *   extra.c      names that no statement of the module binds: submodules, sys.modules
 *   lazy.c       names that a module's __getattr__ gives; publish.c  names that functions put into modules
 *   chain.c      candidates and slots → targets, without recursion (walk.h: attribute.c, walk_import.c, rank.c)
 *   open.c       modules that may bind what cannot be seen
 *   kinds.c      bases, definition kinds
 *   imports.c    Program.imports
 *   output.c     Program.bindings, hops, exports
 */
#ifndef ONEDEF_RESOLVE_INTERNAL_H
#define ONEDEF_RESOLVE_INTERNAL_H

#include "base/arena.h"
#include "resolve/resolve.h"

#define NONE UINT32_MAX

/* Chance — does this clause run when its statement is reached? The soft answers hold for the assumed
 * interpreter (no version or platform was configured): they order candidates, they drop none. */
typedef enum Chance { CHANCE_MAYBE, CHANCE_ALWAYS, CHANCE_ALWAYS_SOFT, CHANCE_NEVER_SOFT, CHANCE_NEVER } Chance;

/* Truth — the value of a condition. */
typedef enum Truth { TRUTH_UNKNOWN, TRUTH_TRUE, TRUTH_FALSE } Truth;
typedef struct Verity {
    Truth truth;
    bool firm; /* holds for whatever interpreter runs it, or for the configured one */
} Verity;

/* Statement — one compound statement: what is known of all its clauses together. */
typedef struct Statement {
    uint32_t clauses;  /* as far as ordinals tell: clauses without facts have no context */
    uint32_t handlers; /* except clauses, likewise; one that does nothing is assumed where none is seen */
    bool guarded;      /* a try whose import errors are caught */
    bool caught;       /* … by a clause that was seen */
    bool tail;         /* a try with else or finally */
    Truth prior;       /* an if: did one of the clauses so far run? FALSE: none, UNKNOWN: cannot be told */
    bool prior_firm;
    bool has_else;     /* an if with else */
    bool taken;        /* an if of which one clause is known to run, the absent else included */
    bool taken_firm;
    bool fails;        /* a try whose body imports what is known not to exist */
} Statement;

/* Clause — what the facts leave to be computed of one context. */
typedef struct Clause {
    uint32_t scope;     /* innermost class or function context around it, itself included; 0: the module */
    uint32_t effective; /* itself, or the ancestor that stands for it where nesting is absurd */
    uint32_t statement; /* index in FileInfo.statements; NONE for module, class and function bodies */
    uint32_t depth;     /* compound statements between its scope and it */
    uint8_t chance;     /* Chance */
    uint8_t inherited;  /* worst chance on the way from the scope to here */
    bool guard;         /* with body that suppresses import errors */
    bool inverted;      /* `if X is None`, `if not X`: runs where the name tested has no better value */
} Clause;

/* ScopeEvent — a binding event of a class or function body, sorted by (scope, name, event). */
typedef struct ScopeEvent {
    uint32_t scope;
    Sym name;
    uint32_t event;
} ScopeEvent;

typedef struct FileInfo {
    Clause *clauses;
    Statement *statements;
    uint32_t n_statements;
    ScopeEvent *scope_events; /* on demand */
    uint32_t n_scope_events;
    bool scopes_ready;
    uint32_t *class_context; /* on demand: by facts definition, the context that is its body */
} FileInfo;

/* ExportSet — the names that a star brings; shared by modules that export the same. */
typedef struct ExportSet {
    Sym *names;
    uint32_t n_names;
    uint64_t *covered; /* bits of the sets whose names are all in this one, itself included; NULL: unknown */
    uint32_t number;   /* its own bit */
    bool private_names; /* some start with `_`: no other module's star passes them on */
} ExportSet;

typedef struct ModuleInfo {
    uint32_t first_star, n_stars; /* in Resolver.stars */
    uint32_t first_import;        /* candidates and raw imports of the module's import facts start here */
    uint32_t n_imports;
    Id next_named;                /* next module of the same dotted name */
    Id replaced;                  /* sys.modules[__name__] = another module */
    Id spoken;                    /* an extension module's stub, else the .py that it was compiled from: has its names */
    Id speaks_for;                /* the module whose stub it is, or ID_NONE */
    Sym *all_names;               /* evaluated `__all__` */
    uint32_t *all_lines;
    uint32_t n_all;
    ExportSet *exports;
    uint32_t component;           /* number of its star cycle; NONE when in none */
    bool has_all, all_unsure;
    bool hidden;                  /* a package above it is not the one that its name reaches */
    bool stub_partner;            /* a .pyi beside a .py or an extension module */
    bool loaded;                  /* some module-level import names it */
    bool external_star;           /* from … import * of a module that is not indexed */
    bool open_world;
    bool has_getattr;
    bool dynamic;                 /* some code of it reads globals() or the like: negatives are unsure */
    bool custom_path;             /* its submodules may be elsewhere: __path__, sys.modules, a finder */
    bool finder;                  /* installs a finder of its own in sys.meta_path */
    bool opened;                  /* may bind names that cannot be seen, stars considered */
    bool asks_back;               /* imports names from a module that has stars */
    bool self_replaced;           /* sys.modules[__name__] = something */
} ModuleInfo;

typedef enum CandidateKind {
    CANDIDATE_DEFINITION, /* a = definition id */
    CANDIDATE_VALUE,
    CANDIDATE_IMPORT,     /* a = raw import (= candidate) index */
    CANDIDATE_ALIAS,      /* text = dotted name, read at (context, position) */
    CANDIDATE_STAR,       /* a = module that the star names; b = the star */
    CANDIDATE_SUBMODULE,  /* a = module */
    CANDIDATE_ATTRIBUTE,  /* name `b` of module `a`: lazy export */
    CANDIDATE_DELETE,     /* an event only: unbinds */
} CandidateKind;

enum {
    CANDIDATE_TYPING = 1 << 0,     /* bound for type checkers only */
    CANDIDATE_MAIN = 1 << 1,       /* only when run as a script */
    CANDIDATE_UNLIKELY = 1 << 2,   /* in a branch that the assumed interpreter does not take */
    CANDIDATE_MISSING = 1 << 3,    /* leads to what is known not to exist */
    CANDIDATE_PRIVATE = 1 << 4,    /* import of a stub that does not re-export it */
    CANDIDATE_OVERLAY = 1 << 5,    /* bound from outside the module's own statements */
    CANDIDATE_LAZY = 1 << 6,       /* through a module's __getattr__ */
    CANDIDATE_CYCLE = 1 << 7,      /* met itself on the way */
    CANDIDATE_PUBLISHED = 1 << 9,  /* an attribute of a class that counts only where it is a definition */
    CANDIDATE_ALTERNATIVE = 1 << 8, /* the other side of `A = B if c else C` */
};

typedef enum NodeState { NODE_NEW, NODE_ACTIVE, NODE_DONE } NodeState;

/* Candidate — see the top. While it is being walked, `target` is how far it got and `text` what is
 * left of the dotted name. */
typedef struct Candidate {
    const char *text;
    Target target;
    Id module;          /* where the binding stands */
    Sym name;           /* the name bound */
    uint32_t line;
    uint32_t event;     /* facts.bindings, or NONE */
    uint32_t context, position;
    uint32_t a, b;
    uint32_t next;      /* candidate that was followed: the first hop; NONE */
    uint32_t n_hops;
    uint32_t hop;       /* in Program.hops once written, else NONE */
    uint8_t kind, state, how, certainty;
    uint8_t started;
    uint16_t flags;
    bool virtual;       /* an import of what only sys.modules holds */
    bool early;         /* an import from a module that has not run to its end: b is the slot to ask */
} Candidate;

/* Event — something that happens to one name, in the order in which it happens. */
typedef struct Event {
    uint32_t candidate; /* of kind CANDIDATE_DELETE: unbinds */
    uint32_t context;   /* effective */
    uint32_t position;
} Event;

#define LATER (UINT32_MAX - 2)   /* position behind every statement: by whoever loads a submodule */
#define UNBOUND (UINT32_MAX - 1) /* in a slot's list: the name may be unbound here */

/* Slot — see the top. */
typedef struct Slot {
    Id module;
    Sym name;
    uint32_t first_event, n_events; /* in Resolver.events; none for reads */
    uint32_t first, count;          /* in Resolver.lists, best first once done */
    uint32_t best;                  /* candidate, or NONE */
    uint8_t state, certainty;
    bool typing_only;               /* bound for type checkers only */
    bool named;                     /* the module's attribute; a read otherwise */
} Slot;

/* Star — a `from m import *` at module level. */
typedef struct Star {
    Id module, source; /* source NONE: not first-party */
    uint32_t event;    /* facts.bindings */
    uint32_t context, position, line;
    bool typing;
} Star;

typedef struct Lists {
    uint32_t *items;
    uint32_t count, capacity;
} Lists;

typedef struct Interpreter {
    int minor;           /* of Python 3 */
    const char *platform; /* sys.platform */
    bool firm_version, firm_platform;
} Interpreter;

/* Outside — the symbol of an imported name of what is not indexed. */
typedef struct Outside {
    Sym module, name, target;
} Outside;
#define OUTSIDE_KNOWN 4096

typedef struct Resolver {
    Program *program;
    const Config *config;
    Interner *interner;
    uint32_t workers;
    Arena arena;
    Arena *arenas;           /* by worker */
    Interpreter interpreter;
    FileInfo *files;
    ModuleInfo *modules;
    bool *stdlib_root;       /* by root */
    uint32_t *first_load;    /* by module: raw import of its parent's file that loads it first, or NONE */
    uint32_t *load_seen, load_stamp;
    Import *raw;             /* one per import fact of each module; candidates have the same index */
    uint32_t n_raw;
    Candidate *candidates;
    uint32_t n_candidates, candidate_capacity;
    Event *events;
    uint32_t n_events, event_capacity;
    Slot *slots;
    uint32_t n_slots, slot_capacity;
    Star *stars;
    uint32_t n_stars, star_capacity;
    Lists lists;
    uint64_t *table;         /* (module, name) → slot */
    uint32_t table_mask, table_used;
    Id *module_named;        /* Sym → first module of that dotted name, or ID_NONE */
    uint32_t n_module_named;
    GHashTable *virtual_modules; /* Sym → Candidate index + 1: sys.modules["a.b"] = expression */
    GHashTable *scope_candidates; /* (module, event) → candidate + 1 */
    GHashTable *class_slots;      /* (definition, name) → slot + 1, 0: none */
    uint32_t *mark, *mark_value; /* by Sym: scratch for one pass over one module */
    uint32_t n_mark, mark_stamp;
    uint32_t *base_candidate; /* by Program.bases: the candidate that walks it */
    Outside *outside;         /* by a hash of module and name */
} Resolver;

/* --- tables.c: what is known of the standard library --- */
/* Is `name` a top-level standard library module of Python 3.`minor`? */
bool table_is_stdlib(const char *name, int minor);
/* Was it one of any Python that is known? */
bool table_was_stdlib(const char *name);
/* Built in, frozen, or loaded before any user code: no file on sys.path can take its place. */
bool table_is_immovable(const char *name, int minor);
/* Known not to exist on that interpreter: a Python 2 module, one that was removed, one of another platform. */
bool table_module_missing(const char *name, int minor, const char *platform);
/* Known not to exist: `name` of standard library module `module`. */
bool table_name_missing(const char *module, const char *name, int minor);
bool table_is_builtin(const char *name);
bool table_is_builtin_exception(const char *name);
/* __name__, __file__, …: what every module has. */
bool table_is_module_attribute(const char *name);

/* --- condition.c --- */
Verity condition_evaluate(const Interpreter *interpreter, const char *text);
/* Does the condition hold where `name` has no better value: `X is None`, `not X`? */
bool condition_is_absence(const char *text);

/* --- lookup.c --- */
typedef enum FoundKind { FOUND_MODULE, FOUND_VIRTUAL, FOUND_EXTERNAL, FOUND_MISSING, FOUND_UNSURE } FoundKind;
typedef struct Found {
    FoundKind kind;
    Id module;       /* FOUND_MODULE */
    bool heuristic;  /* in another unit, or beside a script */
} Found;
/* Where a finder that stands in `finder`'s file may find `rest` ("pyparsing.core"): below a package that its
 * strings name, or below the vendored packages beside it. */
Id lookup_found_elsewhere(const Resolver *resolver, Id finder, const char *rest);
void lookup_prepare(Resolver *resolver);
Found lookup_absolute(Resolver *resolver, Id importer, Sym name);
Found lookup_relative(Resolver *resolver, Id importer, Sym name);
/* The module `package.name`, where there is one that can be imported. */
Id lookup_submodule(const Resolver *resolver, Id package, Sym name);
/* Absolute name of a relative import; 0 when it leads beyond the top package. */
Sym lookup_relative_name(Resolver *resolver, Id importer, uint32_t level, const char *module);
/* The same, and 0 also for a name that nobody has interned: for several threads. */
Sym lookup_known_relative_name(const Resolver *resolver, Id importer, uint32_t level, const char *module);
/* A module by name for text in strings (no importer's directory). */
Id lookup_named(const Resolver *resolver, Id importer, const char *name, size_t length);

/* --- scope.c --- */
void scope_prepare_files(Resolver *resolver);
/* Slots and events of all module scopes, and the stars. */
void scope_modules(Resolver *resolver);
/* Gives every slot that has events its list. */
void scope_evaluate(Resolver *resolver);
void scope_evaluate_slot(Resolver *resolver, uint32_t slot);
/* The slot's events with one more, in order of position. */
void scope_insert_event(Resolver *resolver, uint32_t slot, Event event);
/* The slot of `name` as read at (context, position) of `module`, all scopes considered; NONE: unbound. */
uint32_t scope_read(Resolver *resolver, Id module, Sym name, uint32_t context, uint32_t position);
/* The same for the module's own attribute at that point, and NONE where it is not bound yet: what an
 * import from a module that is still running finds. */
uint32_t scope_read_attribute(Resolver *resolver, Id module, Sym name, uint32_t context, uint32_t position);
/* The slot of a name in the body of a class definition; NONE. */
uint32_t scope_class_slot(Resolver *resolver, Id definition, Sym name);
uint32_t candidate_add(Resolver *resolver, Id module, Sym name);
/* A candidate as candidate_add makes it. */
Candidate candidate_blank(Id module, Sym name);
/* StoreSize — how many of each will be added. */
typedef struct StoreSize {
    uint32_t slots, events, candidates, stars;
} StoreSize;
/* Room for so many more, and some; what is added beyond that grows the arrays as ever. */
void store_reserve(Resolver *resolver, const StoreSize *more);
/* Is this import a star whose module is known? Those have no candidate: nothing is bound by them as such. */
bool import_is_plain_star(const Resolver *resolver, const Import *raw);
uint32_t slot_add(Resolver *resolver, Id module, Sym name);
uint32_t slot_find(const Resolver *resolver, Id module, Sym name);
void slot_register(Resolver *resolver, uint32_t slot);
/* All slots there are, at once; before any was. */
void slots_register_all(Resolver *resolver);
/* The largest number of strings that any file has, at least 1: the size of a scratch array by FactsStr. */
uint32_t most_strings(const Program *program);
void list_append(Resolver *resolver, uint32_t item);
void event_append(Resolver *resolver, Event event);
/* A fresh stamp for resolver->mark, which then covers every symbol interned so far. */
uint32_t marks_begin(Resolver *resolver);
Id definition_of_fact(const Resolver *resolver, Id module, uint32_t fact);
/* Does any candidate in the slot's list bind the name at run time on import? */
bool slot_bound_at_run_time(const Resolver *resolver, const Slot *slot);
static inline const Facts *module_facts(const Resolver *resolver, Id module)
{
    Id file = resolver->program->modules[module].file;
    return file == ID_NONE ? NULL : &resolver->program->files[file].facts;
}
static inline const char *text_of(const Resolver *resolver, Sym sym) { return sym_text(resolver->interner, sym); }

/* --- imports.c --- */
/* Raw imports of all modules, their modules looked up, one candidate for each. */
void imports_prepare(Resolver *resolver);
/* Program.imports from the resolved candidates, with parent edges and string references. */
void imports_write(Resolver *resolver);

/* --- all.c, stars.c, extra.c --- */
void all_evaluate(Resolver *resolver);
void stars_resolve(Resolver *resolver);
/* Before imports: paths that sys.modules gets, marks of open-world modules. */
void extra_effects(Resolver *resolver);
/* After scopes: what those effects bind; submodule attributes. */
void extra_bind(Resolver *resolver);
void extra_submodules(Resolver *resolver);
/* Where in `package`'s own file a module below it is loaded first; NONE: not by that file. */
uint32_t extra_load_position(Resolver *resolver, Id package, Id module);
/* After stars. */
void lazy_exports(Resolver *resolver);
void published_names(Resolver *resolver);
void open_worlds(Resolver *resolver);
/* All slots that have a name in a module, grouped by module: items[first[m] … first[m + 1]). */
typedef struct SlotIndex {
    uint32_t *first, *items;
} SlotIndex;
void slot_index_init(SlotIndex *index, const Resolver *resolver);
void slot_index_clear(SlotIndex *index);

/* --- chain.c --- */
void chain_resolve_all(Resolver *resolver);
void chain_resolve_candidate(Resolver *resolver, uint32_t candidate);
/* What a resolved slot leads to; NULL when to nothing. */
const Candidate *chain_slot(Resolver *resolver, uint32_t slot);
/* A module that a dotted expression names at module scope, by its imports alone: usable before the chains. */
Id chain_module_of(Resolver *resolver, Id module, const char *dotted);
/* Name `name` of module `module`; the answer is a candidate made for the question. */
uint32_t chain_attribute(Resolver *resolver, Id module, Sym name);

/* --- kinds.c --- */
/* Program.bases and their candidates, before the chains. */
void kinds_prepare(Resolver *resolver);
void kinds_resolve(Resolver *resolver);

/* --- output.c --- */
void output_write(Resolver *resolver);

#endif
