/* plan.h — the way back to one definition each, as ordered, small steps.
 *
 * Phase 2A consolidates definitions, 2B standardises import paths, 2C removes what is left. */
#ifndef ONEDEF_PLAN_PLAN_H
#define ONEDEF_PLAN_PLAN_H

#include "base/arena.h"
#include "detect/detect.h"

typedef enum Phase { PHASE_2A, PHASE_2B, PHASE_2C } Phase;
typedef enum Priority { PRIORITY_CRITICAL, PRIORITY_HIGH, PRIORITY_MEDIUM, PRIORITY_LOW } Priority;
typedef enum Risk { RISK_LOW, RISK_MEDIUM, RISK_HIGH } Risk;
/* StepHow — who carries a step out. `fix` proves before it writes, so the first two are what it will try. */
typedef enum StepHow {
    STEP_AUTOMATIC, /* `fix` */
    STEP_SURVIVOR,  /* `fix` once the user has named the definition that stays */
    STEP_BY_HAND,   /* a person; Step.by_hand says why */
} StepHow;

typedef enum ActionKind {
    ACTION_KEEP,          /* the definition that stays */
    ACTION_DECIDE,        /* undecided: one candidate for the definition that stays */
    ACTION_REMOVE,        /* a definition to delete (or replace by an import of the canonical one) */
    ACTION_MERGE,         /* a member to carry over or to decide on; text says how it differs */
    ACTION_UPDATE_IMPORT, /* an import to point elsewhere */
    ACTION_UPDATE_STRING, /* a string reference to look at */
    ACTION_DELETE_SHIM,
    ACTION_REMOVE_EXPORT, /* a name that need no longer be passed on */
} ActionKind;

/* The map of the names that a module gives with a warning, as fix writes it: name → (module, version). */
#define DEPRECATED_NAMES "_DEPRECATED"

typedef struct Action {
    uint8_t kind;
    Sym path;
    uint32_t line;
    Sym before, after; /* import statements or texts; 0 where none */
    Sym text;          /* what to do, one line */
    uint32_t import;   /* 2B: program->imports index + 1; 0: none */
    bool chain;        /* 2B: not the import moves, but what is reached through it */
    bool leaves;       /* 2B: nothing needs the import as it is when this is done */
    bool idle;         /* 2C: nobody took the name when the plan was made */
    Id home;           /* 2B: the module to import from, and the name there; read only when `import` is not 0 */
    Sym home_name;
} Action;

/* MergeTable — definitions side by side, member by member. `rows` is the group's own where there is a group. */
typedef struct MergeTable {
    Id *columns; uint32_t n_columns;
    DifferenceRow *rows; uint32_t n_rows; /* texts: one per column, 0 = not there */
} MergeTable;

typedef struct Step {
    Sym id;          /* 16 hex digits, stable */
    uint8_t phase, priority, risk;
    uint8_t how;     /* StepHow; decided in judge.c */
    Sym title;
    Sym area;        /* top-level area: unit or first path part(s) */
    Sym risk_reason; /* reasons, "; "-separated */
    Sym by_hand;     /* STEP_BY_HAND: why; else 0 */
    Sym condition;   /* STEP_SURVIVOR: what the choice of the survivor decides; else 0 */
    Id group;        /* 2A: index in detection->groups, else ID_NONE */
    Id definition;   /* the canonical definition, or ID_NONE */
    Id module;       /* 2C: the shim */
    Action *actions; uint32_t n_actions; /* in the order in which to do them */
    Sym *hazards; uint32_t n_hazards;
    Sym cycle;       /* the load cycle that the move would close "a → b → a", or 0 */
    uint32_t *after; uint32_t n_after;   /* indices of steps to do first, ascending */
    uint32_t *circle; uint32_t n_circle; /* steps that should come first too, but wait for this one */
    MergeTable merge; /* 2A with something to merge or to tell apart; else empty */
    uint32_t batch;  /* 2B: number of its batch, 1 …; 0 otherwise */
    double effort;   /* points, see docs/plan.md */
} Step;

typedef struct PlanTotal { Sym key; uint32_t steps, definitions, imports, files; double effort; } PlanTotal;

typedef struct PlanCriterion { const char *name; uint32_t now, goal; } PlanCriterion; /* static name */
#define PLAN_MAX_CRITERIA 16

typedef struct Plan {
    Step *steps; uint32_t n_steps; /* in the order in which to do them */
    uint32_t n_batches;
    PlanTotal *by_phase, *by_priority, *by_area; uint32_t n_by_phase, n_by_priority, n_by_area;
    /* Success criteria as numbers: now → goal. */
    PlanCriterion criteria[PLAN_MAX_CRITERIA]; uint32_t n_criteria;
    Arena arena; /* every array above */
} Plan;

/* PlanChain — what one module reaches through an imported module (`import a.b as m` … `m.X`) by another path
 * than the canonical one, as far as it stands in one other module. Facts do not hold that much: fix/ finds it
 * in the tokens of the files. */
typedef struct PlanChain {
    uint32_t import;     /* program->imports: what binds the module */
    Id home;             /* where it stands */
    Sym before, after;   /* "m.X (import a.b as m)" */
    Sym *paths;          /* "a.b.X", each once; owned */
    uint32_t n_paths, n_uses;
    bool leaves;         /* nothing else needs the import */
} PlanChain;

typedef struct PlanOptions {
    const char *name;  /* glob on definition names or ids; NULL = all */
    uint32_t batch_files;
    const GArray *chains; /* PlanChain; NULL: none */
} PlanOptions;

/* Chooses the canonical member of every group of work (fills Group.canonical) and orders members'
 * similarity around it; also the canonical module of every fragmentation. Weighted named signals. */
void canonical_choose(Program *program, const DependencyGraph *graph, Detection *detection, Config *config);

Plan *plan_new(Program *program, const DependencyGraph *graph, const Detection *detection, const Config *config,
               const PlanOptions *options, GError **error);
void plan_free(Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

const char *phase_name(Phase phase);
const char *priority_name(Priority priority);
const char *risk_name(Risk risk);
const char *step_how_name(StepHow how); /* "automatic", "automatic with --survivor", "by hand" */
const char *action_kind_name(ActionKind kind);

#endif
