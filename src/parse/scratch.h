/* scratch.h — what the passes over a lexed file share; internal to parse/.
 *
 * A Lexer owns one for its thread, so that fingerprints and free names allocate nothing per token
 * and repeat no work for tokens that lie in several ranges (a method's in its class's). */
#ifndef ONEDEF_PARSE_SCRATCH_H
#define ONEDEF_PARSE_SCRATCH_H

#include "parse/lexer.h"
#include "parse/names.h"
#include "parse/normal.h"
#include "parse/scopes.h"

/* NameEntry — one (owner, chain of tokens) with the number of its reads. */
typedef struct NameEntry {
    uint64_t hash;
    uint32_t owner, first, last, count;
} NameEntry;

typedef struct NameSlot {
    uint32_t stamp, entry;
} NameSlot;

/* NameBuffers — of names.c. */
typedef struct NameBuffers {
    NameEntry *entries;
    uint32_t capacity;
    NameSlot *table;
    uint32_t table_capacity, stamp;
    StringUse *strings;
    uint32_t strings_capacity;
} NameBuffers;

struct LexedScratch {
    Scopes scopes;
    NameBuffers names;
    bool has_scopes; /* they are of the file that was lexed last */
    NormalTokens normal;
    bool has_normal;
    uint64_t *hashes; /* of each normal token */
    uint32_t
        *locals; /* of each: the variable that a name stands for where `shape` abstracts it, or SCOPES_NONE */
    uint32_t hashes_capacity;
    bool has_hashes;
    uint32_t *ordinals;      /* of a variable within one fingerprint … */
    uint32_t *ordinal_stamp; /* … when this equals `stamp` */
    uint32_t ordinals_capacity, stamp;
};

LexedScratch *scratch_new(void);
void scratch_free(LexedScratch *scratch);
/* Forgets what belongs to the last file; keeps the memory. */
void scratch_reset(LexedScratch *scratch);
/* The scopes of the file; found at the first call. */
const Scopes *scratch_scopes(const Lexed *lexed);
/* Its normal tokens; likewise. */
const NormalTokens *scratch_normal(const Lexed *lexed);

#endif
