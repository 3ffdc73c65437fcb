/* scratch.h — buffers of the passes over a lexed file; internal to parse/.
 *
 * A Lexer owns one for its thread, so that fingerprints and free names allocate nothing per token
 * and repeat no work for tokens that lie in several ranges (a method's in its class's). */
#ifndef ONEDEF_PARSE_SCRATCH_H
#define ONEDEF_PARSE_SCRATCH_H

#include "parse/lexer.h"

struct LexedScratch {
    uint64_t *hashes; /* of each token's normalised text; valid for the file when n_hashes > 0 */
    uint32_t n_hashes, hashes_capacity;
};

LexedScratch *scratch_new(void);
void scratch_free(LexedScratch *scratch);
/* Forgets what belongs to the last file; keeps the memory. */
void scratch_reset(LexedScratch *scratch);

#endif
