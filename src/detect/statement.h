/* statement.h — how much two classes say literally the same, statement by statement.
 *
 * Members tell what two classes have in common by name; statements tell it where a member was edited, renamed
 * or split. A statement that many class names have (`return self.name`) is nobody's: it weighs its tokens,
 * times its rarity. Classes of many statements are compared by a sample of them (FactsStatement). */
#ifndef ONEDEF_DETECT_STATEMENT_H
#define ONEDEF_DETECT_STATEMENT_H

#include "model/program.h"

/* Class names from which on a statement is everybody's. */
#define STATEMENT_COMMON 24u

/* StatementNames — how many class names have each statement, by the high bits of its hash; saturates. */
typedef struct StatementNames {
    uint8_t *counts; /* beside the statements of all files, file after file */
    uint32_t *first; /* by file: where its counts begin */
    double rarity[STATEMENT_COMMON + 1]; /* by number of names */
} StatementNames;

/* Literal — what of two classes is literally the same. */
typedef struct Literal {
    double tokens;  /* in statements that both have, 31 at most of one */
    double weight;  /* the same, times rarity */
    double share;   /* of the lighter side's weight */
    double whole;   /* `tokens` over those of the shorter side */
    double alike;   /* `tokens` over the mean of both sides' tokens: 1 = all statements of both are the same */
} Literal;

/* Needs the files' facts and symbols only: modules and definitions may be in the making on another thread. Cost:
 * linear in statements, plus 32 bytes for each of them while it works. */
void statement_names_init(StatementNames *names, const Program *program);
void statement_names_clear(StatementNames *names);
/* Counts of the definition's statements, in their order. */
const uint8_t *statement_names_of(const StatementNames *names, const Program *program, Id id);
/* Symmetric. Cost: the statements kept of both (FACTS_MAX_STATEMENTS each). */
void statement_compare(const Program *program, const StatementNames *names, Id a, Id b, Literal *out);
/* 0 … 1: 1 where only one class name has it, 0 from STATEMENT_COMMON names on. */
double statement_rarity(uint32_t names);

#endif
