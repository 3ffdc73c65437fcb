/* facts_builder.h — collects the facts of one file and lays them out as one block (facts.h).
 *
 * Sections grow in place and keep their memory between files; strings are stored once per file.
 * Every string that goes in is made valid UTF-8 without NUL bytes, so that no later stage has to
 * look again. One a thread. */
#ifndef ONEDEF_PARSE_FACTS_BUILDER_H
#define ONEDEF_PARSE_FACTS_BUILDER_H

#include "parse/facts.h"

#define FACTS_MAGIC 0x3146444fu /* "ODF1" */

/* FactsBuilder — the sections are public: plain arrays that their writers may amend before
 * facts_builder_finish. A pointer from an add is valid until the next add to the same section. */
typedef struct FactsBuilder {
#define X(name, Type)              \
    struct {                       \
        Type *data;                \
        uint32_t count, capacity;  \
    } name;
    FACTS_SECTIONS(X)
#undef X
    char *bytes;
    uint32_t n_bytes, bytes_capacity;
    uint32_t *slots; /* open addressing: string index + 1, 0 = free */
    uint32_t n_slots;
    GString *scratch;
    const char *encoding; /* of texts that are no UTF-8: a name for g_convert; NULL for none */
    char encoding_name[32];
} FactsBuilder;

FactsBuilder *facts_builder_new(void);
void facts_builder_free(FactsBuilder *builder);
/* Forgets the last file; string 0 and context 0 (the module) are there afterwards. */
void facts_builder_reset(FactsBuilder *builder);

/* Texts that are no UTF-8 are read in this encoding from now on, as Python names it; unknown ones are
 * passed over (bytes that are no UTF-8 become U+FFFD). NULL: none. */
void facts_builder_set_encoding(FactsBuilder *builder, const char *name, size_t length);

/* The whole text; for names. */
FactsStr facts_builder_string(FactsBuilder *builder, const char *text, size_t length);
/* Cut at FACTS_MAX_TEXT bytes with a trailing U+2026; for what people read. */
FactsStr facts_builder_text(FactsBuilder *builder, const char *text, size_t length);

/* facts_builder_add_<section>: a new zeroed element at the end of the section. */
#define X(name, Type) Type *facts_builder_add_##name(FactsBuilder *builder);
FACTS_SECTIONS(X)
#undef X

static inline const char *facts_builder_chars(const FactsBuilder *builder, FactsStr string)
{
    return builder->bytes + builder->strings.data[string].offset;
}

/* One block with checksum, g_free'd by the caller. `header` gives content hashes, flags, n_bytes,
 * n_lines and n_plain_statements; all else is computed. */
void *facts_builder_finish(FactsBuilder *builder, const FactsHeader *header, size_t *size);

/* XXH3 of all of a block behind the checksum field. */
uint64_t facts_checksum(const void *block, size_t size);

#endif
