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

/* StatementNames — how many class names have a statement, by hash; saturates, and may say one too many. */
typedef struct StatementNames {
    uint32_t *slots; /* name that was counted last << 8 | count */
    uint32_t mask;
    double rarity[STATEMENT_COMMON + 1]; /* by number of names */
} StatementNames;

/* Literal — what of two classes is literally the same. */
typedef struct Literal {
    double tokens;  /* in statements that both have, 31 at most of one */
    double weight;  /* the same, times rarity */
    double share;   /* of the lighter side's weight */
    double whole;   /* `tokens` over those of the shorter side */
    double lighter; /* the lighter side's weight */
} Literal;

void statement_names_init(StatementNames *names, const Program *program);
void statement_names_clear(StatementNames *names);
uint32_t statement_names_count(const StatementNames *names, FactsStatement statement);
/* Symmetric. Cost: the statements kept of both (FACTS_MAX_STATEMENTS each). */
void statement_compare(const Program *program, const StatementNames *names, Id a, Id b, Literal *out);
/* 0 … 1: 1 where only one class name has it, 0 from STATEMENT_COMMON names on. */
double statement_rarity(uint32_t names);

#endif
