#include "base/digest.h"

#include <string.h>
#include <xxhash.h>

#define NO_TEXT UINT64_MAX /* stands where a length stands */

struct Digest {
    XXH3_state_t *state;
};

Digest *digest_new(void)
{
    Digest *digest = g_new(Digest, 1);

    digest->state = XXH3_createState();
    g_assert(digest->state != NULL);
    XXH3_128bits_reset(digest->state);
    return digest;
}

void digest_free(Digest *digest)
{
    if (digest == NULL)
        return;
    XXH3_freeState(digest->state);
    g_free(digest);
}

void digest_number(Digest *digest, uint64_t number)
{
    XXH3_128bits_update(digest->state, &number, sizeof number);
}

void digest_bytes(Digest *digest, const void *bytes, size_t length)
{
    digest_number(digest, length);
    if (length > 0)
        XXH3_128bits_update(digest->state, bytes, length);
}

void digest_text(Digest *digest, const char *text)
{
    if (text == NULL)
        digest_number(digest, NO_TEXT);
    else
        digest_bytes(digest, text, strlen(text));
}

void digest_texts(Digest *digest, const char *const *texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
        digest_text(digest, texts[i]);
    digest_text(digest, NULL);
}

void digest_result(const Digest *digest, uint64_t *low, uint64_t *high)
{
    XXH128_hash_t hash = XXH3_128bits_digest(digest->state);

    *low = hash.low64;
    *high = hash.high64;
}
