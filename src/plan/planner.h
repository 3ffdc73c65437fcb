/* planner.h — what the phases share while a plan is made: indexes over the program, built once. */
#ifndef ONEDEF_PLAN_PLANNER_H
#define ONEDEF_PLAN_PLANNER_H

#include "plan/plan.h"

/* Place — one string reference: facts.references[reference] of a file. */
typedef struct Place {
    Id file;
    uint32_t reference;
} Place;

/* ChainUse — `import a.b` … `a.b.X`: a definition reached through an attribute chain. */
typedef struct ChainUse {
    Id module, definition;
    uint32_t line;
    Sym chain;
} ChainUse;

typedef struct Planner {
    Program *program;
    const DependencyGraph *graph;
    const Detection *detection;
    const Config *config;
    const PlanOptions *options;
    Plan *plan;
    GArray *steps;            /* Step, in no order yet */
    uint32_t *imports_first;  /* by definition: slice of imports_of, n_definitions + 1 entries */
    uint32_t *imports_of;     /* import ids by the definition they lead to, ascending */
    uint32_t *load_first;     /* by module: slice of load_to, n_modules + 1 entries */
    Id *load_to;              /* targets of load edges */
    uint32_t *level;          /* by module: longest way down the load graph, cycles condensed */
    GHashTable *strings;      /* Sym of a dotted path → GArray of Place */
    uint32_t *fragmentation;  /* by definition: index in detection->fragmentations, or ID_NONE */
    GArray *chains;           /* ChainUse, sorted by definition, module, line */
    Id *reachable;            /* scratch of planner_would_cycle, by module */
    uint32_t mark;
} Planner;

void planner_init(Planner *planner);
void planner_clear(Planner *planner);

/* Does `--name` ask for this definition? */
bool planner_wants(const Planner *planner, Id definition);
/* Two equal definitions that say so little that they may be equal by chance. */
bool planner_is_thin(const Planner *planner, const Group *group, Id keep);
/* Does this member of a group go when `keep` stays? */
bool planner_is_removed(const GroupMember *member, Id keep);
/* String references to "module.name" (`name` 0: to the module of a shim) or to something below it; NULL
 * when there are none. */
const GArray *planner_strings(const Planner *planner, Id module, Sym name);
/* The same for "module.name" as one symbol. */
const GArray *planner_dotted_strings(const Planner *planner, Sym dotted);
/* The slice of chain uses that lead to a definition. */
const ChainUse *planner_chains(const Planner *planner, Id definition, uint32_t *count);

/* Marks what `from` reaches over load edges; then planner_reached answers for any module. */
void planner_reach(Planner *planner, Id from);
bool planner_reached(const Planner *planner, Id module);
/* "a → b → a" if a load import of `to` by `from` would close a cycle that is not there now, else 0. */
Sym planner_cycle(Planner *planner, Id from, Id to);

/* Home — the path by which a definition should be imported. */
typedef struct Home {
    Id module;
    Sym name;
} Home;

/* Where `importer` should import a definition from. */
Home planner_home(const Planner *planner, Id definition, Id importer);
/* Does this import take a path that needs no change: the canonical one, or, from outside a package,
 * the public root of that package? */
bool planner_is_settled(const Planner *planner, const Import *import, Home home);
/* "from a.b import X as bound": relative when `level` > 0 and the modules share a package. */
Sym planner_import_text(Planner *planner, Id importer, Home home, const char *bound, uint32_t level);
/* The import as it stands, reduced to its one name. */
Sym planner_import_before(Planner *planner, const Import *import);
/* The name that an import binds. */
const char *planner_bound_name(const Planner *planner, const Import *import);

Sym planner_area(Planner *planner, const char *path);
Priority planner_priority(const Planner *planner, const File *file);
/* 16 hex digits of XXH3 over the parts, each ended by a NUL. */
Sym planner_id(Planner *planner, const char *phase, Sym const *parts, uint32_t n_parts);

/* Copies a GArray's elements into the plan's arena and frees it. */
void *planner_keep(Planner *planner, GArray *array, uint32_t *count);

void plan_phase_2a(Planner *planner);
/* 2A too: names that mean different classes by the path of the import. */
void plan_split_names(Planner *planner);
void plan_phase_2b(Planner *planner);
void plan_phase_2c(Planner *planner);
/* Decides for every step whether `fix` can try it, and says why where it cannot. A phase that knows
 * a reason of its own has set `by_hand` already. */
void plan_judge(Planner *planner);
/* Fills plan->steps from the drafts: ordered, each with the places of those that it waits for. */
void plan_order(Planner *planner);

#endif
