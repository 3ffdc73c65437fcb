/* digest.h — one 128-bit hash over a sequence of values (XXH3-128).
 *
 * Every value is taken with its length or kind, so that ("ab", "c") and ("a", "bc") differ, and so do
 * NULL and "". Not for secrets. */
#ifndef ONEDEF_BASE_DIGEST_H
#define ONEDEF_BASE_DIGEST_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Digest Digest;

Digest *digest_new(void);
void digest_free(Digest *digest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Digest, digest_free)

void digest_number(Digest *digest, uint64_t number);
void digest_bytes(Digest *digest, const void *bytes, size_t length);
/* NULL is a value of its own. */
void digest_text(Digest *digest, const char *text);
/* The texts of a NULL-terminated list; NULL is a list of none. */
void digest_texts(Digest *digest, const char *const *texts);
/* What was taken so far; more may follow. */
void digest_result(const Digest *digest, uint64_t *low, uint64_t *high);

#endif
