/* Reading a block in place needs every index in it to be right, since no reader checks again. One
 * table says what each field of each section refers to; facts_open walks it column by column.
 * Fields whose meaning depends on another field (a binding's ref) are checked by hand. */
#include "parse/facts.h"

#include <string.h>

#include <xxhash.h>

#include "parse/facts_builder.h"
#include "parse/facts_fields.h"

static bool slice_fits(const unsigned char *at, uint32_t limit)
{
    FactsSlice slice;

    memcpy(&slice, at, sizeof slice);
    return slice.first <= limit && slice.count <= limit - slice.first;
}

static bool index_fits(const unsigned char *at, uint32_t limit, bool or_none)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return value < limit || (or_none && value == FACTS_NONE);
}

static bool span_fits(const unsigned char *at, uint32_t n_bytes)
{
    uint32_t span[2];

    memcpy(span, at, sizeof span);
    return span[0] <= span[1] && span[1] <= n_bytes;
}

/* Column — one field of all elements of a section. The loops go on past the first bad one: they
 * are rare, and loops without a way out are fast. */
typedef struct Column {
    const unsigned char *at;
    size_t stride;
    uint32_t count;
} Column;

static bool indices_fit(Column column, uint32_t limit, bool or_none)
{
    bool good = true;

    for (uint32_t i = 0; i < column.count; i++, column.at += column.stride)
        good &= index_fits(column.at, limit, or_none);
    return good;
}

static bool slices_fit(Column column, uint32_t limit)
{
    bool good = true;

    for (uint32_t i = 0; i < column.count; i++, column.at += column.stride)
        good &= slice_fits(column.at, limit);
    return good;
}

static bool spans_fit(Column column, uint32_t n_bytes)
{
    bool good = true;

    for (uint32_t i = 0; i < column.count; i++, column.at += column.stride)
        good &= span_fits(column.at, n_bytes);
    return good;
}

static bool kinds_fit(Column column, uint32_t limit)
{
    bool good = true;

    for (uint32_t i = 0; i < column.count; i++, column.at += column.stride)
        good &= *column.at < limit;
    return good;
}

static bool column_fits(const Facts *facts, const FactsField *field, Column column)
{
    switch ((FieldCheck)field->check) {
    case CHECK_STRING:
        return indices_fit(column, facts->n_strings, false);
    case CHECK_CONTEXT:
        return indices_fit(column, facts->n_contexts, false);
    case CHECK_DEFINITION_OR_NONE:
        return indices_fit(column, facts->n_definitions, true);
    case CHECK_MEMBERS:
        return slices_fit(column, facts->n_members);
    case CHECK_EXPRESSIONS:
        return slices_fit(column, facts->n_expressions);
    case CHECK_USES:
        return slices_fit(column, facts->n_uses);
    case CHECK_STATEMENTS:
        return slices_fit(column, facts->n_statements);
    case CHECK_ENTRIES:
        return slices_fit(column, facts->n_entries);
    case CHECK_SPAN:
        return spans_fit(column, facts->header->n_bytes);
    case CHECK_POSITION:
        return indices_fit(column, facts->header->n_bytes + 1, false);
    case CHECK_KIND8:
        return kinds_fit(column, field->limit);
    case CHECK_KIND32:
        return indices_fit(column, field->limit, false);
    }
    return false;
}

static bool fields_fit(const Facts *facts, const unsigned char *block)
{
    for (size_t i = 0; i < FACTS_N_FIELDS; i++) {
        const FactsField *field = &FACTS_FIELDS[i];
        FactsSlice section = facts->header->sections[field->section];
        Column column = {.at = block + section.first + field->offset,
                         .stride = FACTS_SECTION_SIZES[field->section],
                         .count = section.count};
        if (!column_fits(facts, field, column))
            return false;
    }
    return true;
}

/* What one table row cannot say: order of parents, and references whose section depends on the kind. */
static bool links_fit(const Facts *facts)
{
    for (uint32_t i = 0; i < facts->n_contexts; i++) {
        const FactsContext *context = &facts->contexts[i];
        if (i == 0 ? context->parent != FACTS_NONE : context->parent >= i)
            return false;
        if (context->kind == CONTEXT_CLASS && context->definition == FACTS_NONE)
            return false;
    }
    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        if (facts->definitions[i].parent != FACTS_NONE && facts->definitions[i].parent >= i)
            return false;
    }
    for (uint32_t i = 0; i < facts->n_bindings; i++) {
        const FactsBinding *binding = &facts->bindings[i];
        bool import = binding->kind == BINDING_IMPORT || binding->kind == BINDING_STAR ||
                      (binding->kind == BINDING_GLOBAL && binding->alternative == GLOBAL_IMPORT);
        bool definition = binding->kind == BINDING_DEFINITION ||
                          (binding->kind == BINDING_GLOBAL && binding->alternative == GLOBAL_DEFINITION);
        uint32_t limit = import ? facts->n_imports : definition ? facts->n_definitions : 0;
        if (limit == 0 ? import || definition || binding->ref != FACTS_NONE : binding->ref >= limit)
            return false;
    }
    return true;
}

static bool strings_fit(const Facts *facts)
{
    uint32_t length = facts->header->bytes_length;

    if (facts->n_strings == 0 || facts->strings[0].length != 0)
        return false;
    for (uint32_t i = 0; i < facts->n_strings; i++) {
        const FactsString *string = &facts->strings[i];
        if (string->offset >= length || string->length >= length - string->offset ||
            facts->bytes[string->offset + string->length] != '\0')
            return false;
    }
    return true;
}

static bool sections_fit(const FactsHeader *header)
{
    uint64_t end = sizeof *header;

    for (int i = 0; i < FACTS_N_SECTIONS; i++) {
        FactsSlice section = header->sections[i];
        if (section.first != end)
            return false;
        end += (uint64_t)section.count * FACTS_SECTION_SIZES[i];
        end = (end + 7) & ~UINT64_C(7);
        if (end > header->size)
            return false;
    }
    return end + header->bytes_length == header->size;
}

bool facts_attach(const void *block, size_t size, Facts *facts)
{
    const FactsHeader *header = block;
    const unsigned char *bytes = block;

    memset(facts, 0, sizeof *facts);
    if (block == NULL || ((uintptr_t)block & 7) != 0 || size < sizeof *header)
        return false;
    if (header->magic != FACTS_MAGIC || header->version != FACTS_VERSION || header->size != size)
        return false;
    facts->header = header;
    facts->bytes = (const char *)block + header->size - header->bytes_length;
#define X(name, Type)                                                                                        \
    facts->name = (const Type *)(const void *)(bytes + header->sections[FACTS_SECTION_##name].first);        \
    facts->n_##name = header->sections[FACTS_SECTION_##name].count;
    FACTS_SECTIONS(X)
#undef X
    return true;
}

static bool contents_fit(const Facts *facts)
{
    return facts->header->n_bytes != UINT32_MAX && sections_fit(facts->header) && facts->n_contexts > 0 &&
           strings_fit(facts) && fields_fit(facts, (const unsigned char *)facts->header) && links_fit(facts);
}

bool facts_open(const void *block, size_t size, bool verify, Facts *facts)
{
    if (facts_attach(block, size, facts) &&
        (!verify || facts->header->checksum == facts_checksum(block, size)) && contents_fit(facts))
        return true;
    memset(facts, 0, sizeof *facts);
    return false;
}

uint64_t facts_checksum(const void *block, size_t size)
{
    size_t from = offsetof(FactsHeader, checksum) + sizeof(uint64_t);

    return XXH3_64bits((const char *)block + from, size - from);
}
