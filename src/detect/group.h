/* group.h — definitions that belong together, with one verdict and a role for each member. */
#ifndef ONEDEF_DETECT_GROUP_H
#define ONEDEF_DETECT_GROUP_H

#include "graph/dependency.h"
#include "model/program.h"

typedef enum Verdict {
    VERDICT_DUPLICATE, VERDICT_RENAMED, VERDICT_DIVERGED, VERDICT_FAMILY, VERDICT_HOMONYM, VERDICT_OVERRIDE, VERDICT_HOLLOW,
    VERDICT_CONDITIONAL, VERDICT_FALLBACK, VERDICT_TEST_DOUBLE, VERDICT_STUB, VERDICT_GENERATED, VERDICT_VENDORED,
    VERDICT_BACKUP, VERDICT_MIGRATION, VERDICT_EXAMPLE,
    VERDICT_COUNT,
} Verdict;

/* Role of a member within its group: that of its file, or a structural one that left it out of the
 * contest ("production", "test", …, "conditional", "fallback", "override", "hollow", "test-double", "stub"). */
typedef enum MemberRole {
    MEMBER_ROLE_PRODUCTION, MEMBER_ROLE_TEST, MEMBER_ROLE_VENDORED, MEMBER_ROLE_GENERATED, MEMBER_ROLE_BACKUP,
    MEMBER_ROLE_MIGRATION, MEMBER_ROLE_EXAMPLE, MEMBER_ROLE_CONDITIONAL, MEMBER_ROLE_FALLBACK, MEMBER_ROLE_OVERRIDE,
    MEMBER_ROLE_HOLLOW, MEMBER_ROLE_TEST_DOUBLE, MEMBER_ROLE_STUB,
    MEMBER_ROLE_COUNT,
} MemberRole;

/* Difference — one row of the member-by-member table. */
typedef enum DifferenceKind { DIFFERENCE_SAME, DIFFERENCE_CHANGED, DIFFERENCE_MISSING } DifferenceKind;
typedef struct DifferenceRow {
    Sym member; /* "RETRY", "send", "<bases>", "<decorators>", "<free names>" */
    uint8_t kind; /* worst over the group's members */
    Sym *texts;   /* one per group member that takes part, in member order: value, signature (+ "body differs"), "" = not there */
} DifferenceRow;

typedef struct GroupMember {
    Id definition;
    uint8_t role;      /* MemberRole */
    bool contest;      /* takes part in the verdict (production contest), as opposed to shown beside it */
    double similarity; /* to the canonical (or to the first) member, 0 … 1 */
    Sym note;          /* the decisive fact, one short line, or 0 */
} GroupMember;

typedef struct Signal { const char *name; double weight, value; } Signal; /* static name */

/* Canonical — which definition stays; filled by plan/canonical.c. */
typedef struct Canonical {
    Id definition;  /* ID_NONE: undecided */
    Id runner_up;   /* ID_NONE: none */
    double score, runner_up_score;
    Sym reason;     /* one line: decisive signals */
    Signal *signals; uint32_t n_signals; /* of the winner */
    bool pinned;
} Canonical;

/* Pairs grow with the square of the members; above this many only the first one is compared with. */
#define GROUP_MAX_PAIRED 64

typedef struct Group {
    Sym id;            /* 16 hex digits, stable */
    Sym name;          /* the simple name ("A / B" for renamed) */
    uint8_t verdict;
    bool crosses_boundary; /* contest members in different units / configured boundaries */
    bool managed_copy;     /* declared by "Copied from" */
    bool suppressed;
    Sym suppress_reason;
    GroupMember *members; uint32_t n_members; /* contest members first, then by id */
    double similarity;  /* least over the contest members' spanning closest pairs; 1 = identical */
    double confidence;  /* 0 … 1: evidence behind the verdict */
    Sym summary;        /* one line: "2 of 7 members differ; values differ in RETRY" */
    float *pairs;        /* similarity of contest members i and j at [i * n + j]; NULL above GROUP_MAX_PAIRED of them */
    uint32_t n_paired;   /* n: contest members, first in `members` */
    DifferenceRow *rows; uint32_t n_rows;
    /* What speaks for and against a copy in the first contest member and the one of those that are not the same that is most
     * like it (detect/score.h): more than 0 points make one. No signals where none was judged so. */
    Signal *signals; uint32_t n_signals;
    Id scored[2]; double points;
    Canonical canonical;
} Group;

#endif
