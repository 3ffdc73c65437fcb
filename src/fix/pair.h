/* pair.h — one definition that may give way to another, and what can be said against that. */
#ifndef ONEDEF_FIX_PAIR_H
#define ONEDEF_FIX_PAIR_H

#include "fix/uses.h"
#include "fix/world.h"

/* PairText — the tokens of a definition's file, kept until another file is asked for. */
typedef struct PairText {
    Lexer *lexer;
    GBytes *bytes;
    Id file;
    const Lexed *lexed;
} PairText;

/* PairAnswer — where what is missing in `kept` is used first. */
typedef struct PairAnswer {
    Id removed, kept;
    Id file; /* ID_NONE: nowhere */
} PairAnswer;

typedef struct Pair {
    World *world;
    Program *program;
    Id removed, kept;
    bool chosen; /* the user named the one that stays */
    bool same;   /* both say the same */
    bool retold; /* but for a docstring */
    const Group *group;
    Id *becomes;         /* by definition: the one that takes its place by this pass, or ID_NONE */
    PairText text[2];    /* of removed, kept */
    GHashTable *answers; /* PairAnswer, a set of what was asked ahead; NULL: nothing was */
} Pair;

/* Points `text[side]` at the file of a definition. False when it cannot be read. */
bool pair_read(Pair *pair, int side, Id definition);
/* The tokens of its statement: [*first, *last). */
const FactsDefinition *pair_tokens(const Pair *pair, int side, Id definition, uint32_t *first,
                                   uint32_t *last);
/* Do both say the same, by their facts? */
bool pair_is_same(const Pair *pair);
/* What was asked ahead about this pair; false when nothing was. */
bool pair_answer(const Pair *pair, Id *file);
static inline const char *pair_id(const Pair *pair, Id definition)
{
    return program_text(pair->program, pair->program->definitions[definition].id);
}
static inline bool pair_token_is(const Lexed *lexed, const Token *token, const char *text)
{
    size_t length = token->end - token->start;
    return strlen(text) == length && memcmp(lexed->bytes + token->start, text, length) == 0;
}

/* Forgets what was read. */
void pair_clear(Pair *pair);

/* Each gives one line for people, to be freed, or NULL when there is nothing to say. */

/* identical.c: does it say something else, by its own text or the names that it reads? */
char *identical_objection(Pair *pair);
/* drifted.c: what the one that goes has and the other has not, and somebody uses. */
char *drifted_objection(Pair *pair);
/* What drifted_objection will ask all files about a pair of which one was chosen; false: nothing. The caller
 * frees the names. */
bool drifted_question(const Pair *pair, UseQuestion *question);
/* effects.c: does making the class do more than that, or does it hold state, or know where it stands? */
char *effects_objection(Pair *pair);
/* … of this the part that needs no second definition: may making `removed` enter it in a list? */
char *registration_objection(Pair *pair);
/* reaching.c: can the home be imported there, and what would that load? */
char *reaching_objection(Pair *pair, Id home);

#endif
