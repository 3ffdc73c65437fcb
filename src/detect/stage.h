/* stage.h — what the parts of detection share while they run, and how they report. */
#ifndef ONEDEF_DETECT_STAGE_H
#define ONEDEF_DETECT_STAGE_H

#include "detect/detect.h"
#include "detect/structure.h"

typedef struct Stage {
    Program *program;
    const DependencyGraph *graph; /* may be NULL */
    Config *config;
    Detection *detection; /* being filled */
    const Preparation *preparation;
    Contents contents;    /* the preparation's */
    Standing *standings;  /* by definition */
    GArray *groups;       /* Group */
    GArray *findings;     /* Finding */
    uint32_t workers;     /* threads for what is done in parallel */
    GArray *comparisons;  /* of cluster.c, while it works */
} Stage;

/* Draft — a finding under construction; stack value. Subjects and evidence are copied at the end. */
typedef struct Draft {
    Stage *stage;
    RuleId rule;
    int severity;    /* Severity; the rule's own by default */
    Sym path;
    uint32_t line;
    Sym message;
    Id group, definition;
    double weight;
    GArray *subjects; /* Sym */
    GArray *evidence; /* Evidence */
} Draft;

void draft_begin(Draft *draft, Stage *stage, RuleId rule);
void draft_subject(Draft *draft, Sym subject);
void draft_evidence(Draft *draft, Sym path, uint32_t line, const char *format, ...) __attribute__((format(printf, 4, 5)));
void draft_message(Draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds the finding and frees the draft. `discriminator` tells findings of one rule and subjects apart; may be NULL. */
void draft_end(Draft *draft, const char *discriminator);

/* 16 hex digits over rule name, subjects (sorted by text) and discriminator. */
Sym stage_stable_id(Program *program, const char *rule, Sym *subjects, uint32_t n_subjects, const char *discriminator);
Sym stage_definition_path(const Program *program, Id definition);
/* The path of a module's file; symbol 0 for namespace packages. */
Sym stage_module_path(const Program *program, Id module);
/* Is the file of this module production code? */
bool stage_is_production(const Program *program, Id module);
/* Copies `n` elements of `size` bytes into the detection's arena; NULL for none. */
void *stage_copy(Stage *stage, const void *data, size_t n, size_t size);

/* The parts of detection, one function each; all append to stage->findings (or fill stage->detection). */
struct Clusters;
void detect_groups(Stage *stage, struct Clusters *clusters); /* group.c */
void detect_group_findings(Stage *stage);  /* finding.c */
void detect_paths(Stage *stage);           /* paths.c */
void detect_split_names(Stage *stage);     /* split.c */
void detect_shims(Stage *stage);           /* shim.c */
void detect_modules(Stage *stage);         /* modules.c */
void detect_redefinitions(Stage *stage);   /* redefinition.c */
void detect_broken_imports(Stage *stage);  /* broken.c */
void detect_broken_exports(Stage *stage);  /* broken.c */
/* After everything: severities of the configuration, suppressions of configuration and comments. */
bool detect_suppress(Stage *stage, GError **error); /* suppress.c */

#endif
