#include "parse/facts_builder.h"

#include <string.h>

#include <xxhash.h>

#include "parse/facts_fields.h"

#define INITIAL_SLOTS 1024u
#define ELLIPSIS      "\xe2\x80\xa6"
#define REPLACEMENT   "\xef\xbf\xbd"

FactsBuilder *facts_builder_new(void)
{
    FactsBuilder *builder = g_new0(FactsBuilder, 1);

    builder->n_slots = INITIAL_SLOTS;
    builder->slots = g_new0(uint32_t, builder->n_slots);
    builder->scratch = g_string_new(NULL);
    facts_builder_reset(builder);
    return builder;
}

void facts_builder_free(FactsBuilder *builder)
{
    if (builder == NULL)
        return;
#define X(name, Type) g_free(builder->name.data);
    FACTS_SECTIONS(X)
#undef X
    g_free(builder->bytes);
    g_free(builder->slots);
    g_string_free(builder->scratch, TRUE);
    g_free(builder);
}

void facts_builder_reset(FactsBuilder *builder)
{
#define X(name, Type) builder->name.count = 0;
    FACTS_SECTIONS(X)
#undef X
    builder->n_bytes = 0;
    builder->encoding = NULL;
    /* A file of millions of strings must not make every later reset slow. */
    if (builder->n_slots > 64 * INITIAL_SLOTS) {
        builder->n_slots = INITIAL_SLOTS;
        builder->slots = g_renew(uint32_t, builder->slots, builder->n_slots);
    }
    memset(builder->slots, 0, sizeof *builder->slots * builder->n_slots);
    facts_builder_string(builder, "", 0);
    FactsContext *module = facts_builder_add_contexts(builder);
    module->parent = FACTS_NONE;
    module->kind = CONTEXT_MODULE;
    module->definition = FACTS_NONE;
    module->line = 1;
}

#define X(name, Type)                                                                                        \
    Type *facts_builder_add_##name(FactsBuilder *builder)                                                    \
    {                                                                                                        \
        if (builder->name.count == builder->name.capacity) {                                                 \
            builder->name.capacity = MAX(64u, builder->name.capacity * 2);                                   \
            builder->name.data = g_renew(Type, builder->name.data, builder->name.capacity);                  \
        }                                                                                                    \
        Type *element = &builder->name.data[builder->name.count++];                                          \
        memset(element, 0, sizeof *element);                                                                 \
        return element;                                                                                      \
    }
FACTS_SECTIONS(X)
#undef X

static void slots_grow(FactsBuilder *builder)
{
    builder->n_slots *= 2;
    builder->slots = g_renew(uint32_t, builder->slots, builder->n_slots);
    memset(builder->slots, 0, sizeof *builder->slots * builder->n_slots);
    for (uint32_t i = 0; i < builder->strings.count; i++) {
        uint32_t slot = (uint32_t)builder->strings.data[i].hash & (builder->n_slots - 1);
        while (builder->slots[slot] != 0)
            slot = (slot + 1) & (builder->n_slots - 1);
        builder->slots[slot] = i + 1;
    }
}

static FactsStr string_add(FactsBuilder *builder, const char *text, size_t length, uint64_t hash)
{
    if (builder->bytes_capacity - builder->n_bytes < length + 1) {
        builder->bytes_capacity =
            MAX(4096u, MAX(builder->bytes_capacity * 2, builder->n_bytes + (uint32_t)length + 1));
        builder->bytes = g_realloc(builder->bytes, builder->bytes_capacity);
    }
    FactsString *string = facts_builder_add_strings(builder);
    *string = (FactsString){hash, builder->n_bytes, (uint32_t)length};
    if (length > 0)
        memcpy(builder->bytes + builder->n_bytes, text, length);
    builder->bytes[builder->n_bytes + length] = '\0';
    builder->n_bytes += (uint32_t)length + 1;
    return builder->strings.count - 1;
}

static FactsStr string_intern(FactsBuilder *builder, const char *text, size_t length)
{
    uint64_t hash = XXH3_64bits(text, length);
    uint32_t mask = builder->n_slots - 1, slot = (uint32_t)hash & mask;

    for (; builder->slots[slot] != 0; slot = (slot + 1) & mask) {
        FactsStr index = builder->slots[slot] - 1;
        const FactsString *string = &builder->strings.data[index];
        if (string->hash == hash && string->length == length &&
            (length == 0 || memcmp(builder->bytes + string->offset, text, length) == 0))
            return index;
    }
    FactsStr index = string_add(builder, text, length, hash);
    builder->slots[slot] = index + 1;
    if (builder->strings.count * 2 > builder->n_slots)
        slots_grow(builder);
    return index;
}

static bool is_plain_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0' || (text[i] & 0x80) != 0)
            return false;
    }
    return true;
}

/* Every byte that belongs to no valid character, and every NUL, becomes U+FFFD. */
static void make_valid(GString *out, const char *text, size_t length)
{
    const char *end;

    g_string_truncate(out, 0);
    while (!g_utf8_validate(text, (gssize)length, &end)) {
        g_string_append_len(out, text, end - text);
        g_string_append(out, REPLACEMENT);
        length -= (size_t)(end - text) + 1;
        text = end + 1;
    }
    g_string_append_len(out, text, (gssize)length);
}

/* Encodings in which ASCII bytes mean ASCII: the lexer has read the file so. */
static const struct {
    const char *python, *name;
} ENCODINGS[] = {
    {"latin-1", "ISO-8859-1"},
    {"latin1", "ISO-8859-1"},
    {"l1", "ISO-8859-1"},
    {"iso8859", "ISO-8859"},
    {"iso-8859", "ISO-8859"},
    {"windows-125", "CP125"},
    {"cp125", "CP125"},
    {"cp1252", "CP1252"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"euc-jp", "EUC-JP"},
    {"euc-kr", "EUC-KR"},
    {"gbk", "GBK"},
    {"gb2312", "GB2312"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5"},
    {"shift-jis", "SHIFT_JIS"},
    {"sjis", "SHIFT_JIS"},
    {"cp932", "CP932"},
    {"mac-roman", "MACINTOSH"},
    {"cp437", "CP437"},
    {"cp850", "CP850"},
    {"cp866", "CP866"},
};

void facts_builder_set_encoding(FactsBuilder *builder, const char *name, size_t length)
{
    char folded[sizeof builder->encoding_name / 2];

    builder->encoding = NULL;
    if (name == NULL || length >= sizeof folded)
        return;
    for (size_t i = 0; i < length; i++)
        folded[i] = name[i] == '_' ? '-' : g_ascii_tolower(name[i]);
    folded[length] = '\0';
    for (size_t i = 0; i < G_N_ELEMENTS(ENCODINGS); i++) {
        if (!g_str_has_prefix(folded, ENCODINGS[i].python))
            continue;
        const char *rest = folded + strlen(ENCODINGS[i].python);
        g_snprintf(builder->encoding_name, sizeof builder->encoding_name, "%s%s", ENCODINGS[i].name, rest);
        builder->encoding = builder->encoding_name;
        return;
    }
}

/* False when the text has bytes that the encoding does not know. */
static bool decode(FactsBuilder *builder, const char *text, size_t length)
{
    gsize written = 0;

    if (builder->encoding == NULL || g_utf8_validate(text, (gssize)length, NULL))
        return false;
    g_autofree char *decoded =
        g_convert(text, (gssize)length, "UTF-8", builder->encoding, NULL, &written, NULL);
    if (decoded == NULL || memchr(decoded, '\0', written) != NULL)
        return false;
    g_string_truncate(builder->scratch, 0);
    g_string_append_len(builder->scratch, decoded, (gssize)written);
    return true;
}

FactsStr facts_builder_string(FactsBuilder *builder, const char *text, size_t length)
{
    if (is_plain_ascii(text, length))
        return string_intern(builder, text, length);
    if (!decode(builder, text, length))
        make_valid(builder->scratch, text, length);
    return string_intern(builder, builder->scratch->str, builder->scratch->len);
}

FactsStr facts_builder_text(FactsBuilder *builder, const char *text, size_t length)
{
    if (length <= FACTS_MAX_TEXT)
        return facts_builder_string(builder, text, length);
    size_t cut = FACTS_MAX_TEXT - strlen(ELLIPSIS);
    while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--;
    if (!decode(builder, text, cut))
        make_valid(builder->scratch, text, cut);
    g_string_append(builder->scratch, ELLIPSIS);
    return string_intern(builder, builder->scratch->str, builder->scratch->len);
}

/* --- layout --- */

typedef struct Renumbering {
    uint32_t *to; /* by old index: new index + 1, 0 = not used yet */
    FactsString *strings;
    uint32_t count, n_bytes;
} Renumbering;

static FactsStr renumber(Renumbering *renumbering, const FactsString *old, FactsStr index)
{
    if (renumbering->to[index] == 0) {
        FactsString *string = &renumbering->strings[renumbering->count++];
        *string = (FactsString){old[index].hash, renumbering->n_bytes, old[index].length};
        renumbering->n_bytes += old[index].length + 1;
        renumbering->to[index] = renumbering->count;
    }
    return renumbering->to[index] - 1;
}

/* Strings that no fact refers to (names that were only looked at) are left out, and the others
 * numbered as the sections mention them: the block depends on the facts alone. */
static void keep_used_strings(FactsBuilder *builder, Renumbering *renumbering)
{
    char *const data[] = {
#define X(name, Type) (char *)builder->name.data,
        FACTS_SECTIONS(X)
#undef X
    };
    const uint32_t counts[] = {
#define X(name, Type) builder->name.count,
        FACTS_SECTIONS(X)
#undef X
    };

    renumbering->to = g_new0(uint32_t, builder->strings.count);
    renumbering->strings = g_new(FactsString, builder->strings.count);
    renumber(renumbering, builder->strings.data, 0);
    for (size_t i = 0; i < FACTS_N_FIELDS; i++) {
        const FactsField *field = &FACTS_FIELDS[i];
        if (field->check != CHECK_STRING || counts[field->section] == 0)
            continue;
        char *at = data[field->section] + field->offset;
        for (uint32_t j = 0; j < counts[field->section]; j++, at += FACTS_SECTION_SIZES[field->section]) {
            FactsStr *string = (FactsStr *)(void *)at;
            *string = renumber(renumbering, builder->strings.data, *string);
        }
    }
}

static void copy_strings(const FactsBuilder *builder, const Renumbering *renumbering, char *to)
{
    for (uint32_t i = 0; i < builder->strings.count; i++) {
        if (renumbering->to[i] == 0)
            continue;
        const FactsString *old = &builder->strings.data[i],
                          *new = &renumbering->strings[renumbering->to[i] - 1];
        memcpy(to + new->offset, builder->bytes + old->offset, old->length + 1);
    }
}

/* After this the builder only serves for facts_builder_reset. */
void *facts_builder_finish(FactsBuilder *builder, const FactsHeader *header, size_t *size)
{
    FactsHeader out = *header;
    size_t end = sizeof out;
    Renumbering used = {0};

    keep_used_strings(builder, &used);
    uint32_t n_strings = builder->strings.count;
    builder->strings.count = used.count;
#define X(name, Type)                                                                                        \
    out.sections[FACTS_SECTION_##name] = (FactsSlice){(uint32_t)end, builder->name.count};                   \
    end = (end + sizeof(Type) * builder->name.count + 7) & ~(size_t)7;
    FACTS_SECTIONS(X)
#undef X
    out.magic = FACTS_MAGIC;
    out.version = FACTS_VERSION;
    out.bytes_length = used.n_bytes;
    out.size = (uint32_t)(end + used.n_bytes);

    char *block = g_malloc0(out.size);
#define X(name, Type)                                                                                        \
    if (builder->name.count > 0)                                                                             \
        memcpy(block + out.sections[FACTS_SECTION_##name].first, builder->name.data,                         \
               sizeof(Type) * builder->name.count);
    FACTS_SECTIONS(X)
#undef X
    memcpy(block + out.sections[FACTS_SECTION_strings].first, used.strings, sizeof(FactsString) * used.count);
    builder->strings.count = n_strings;
    copy_strings(builder, &used, block + end);
    g_free(used.to);
    g_free(used.strings);
    memcpy(block, &out, sizeof out);
    ((FactsHeader *)(void *)block)->checksum = facts_checksum(block, out.size);
    *size = out.size;
    return block;
}
