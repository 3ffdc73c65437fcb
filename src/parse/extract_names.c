#include "parse/extract_tokens.h"

#include <string.h>

#include "parse/names.h"

/* Names longer than this are no names that anyone resolves. */
#define MAX_HEAD 512u

static FactsStr name_string(FactsBuilder *builder, const char *text, size_t length)
{
    bool ascii = true;

    length = MIN(length, MAX_HEAD);
    for (size_t i = 0; i < length && ascii; i++)
        ascii = (text[i] & 0x80) == 0;
    if (ascii || !g_utf8_validate(text, (gssize)length, NULL))
        return facts_builder_string(builder, text, length);
    g_autofree char *normal = g_utf8_normalize(text, (gssize)length, G_NORMALIZE_NFKC);
    return facts_builder_string(builder, normal, strlen(normal));
}

/* Where the class or def keyword of a definition stands: names give that as the owner. A decorated
 * or otherwise prefixed definition starts earlier; its name follows the keyword, so the last
 * definition that starts at or before the keyword and ends behind it is the one. */
static uint32_t find_owner(const FactsBuilder *builder, uint32_t *next, uint32_t keyword)
{
    for (; *next < builder->definitions.count; (*next)++) {
        const FactsDefinition *definition = &builder->definitions.data[*next];
        if (definition->name_start < keyword)
            continue;
        if (definition->start <= keyword && definition->scope == SCOPE_MODULE &&
            (definition->syntax == SYNTAX_CLASS || definition->syntax == SYNTAX_FUNCTION))
            return *next;
        break;
    }
    return FACTS_NONE;
}

static void add_uses(FactsBuilder *builder, const Names *names)
{
    uint32_t next = 0, owner = FACTS_NONE, owner_start = UINT32_MAX;

    for (uint32_t i = 0; i < names->n_uses; i++) {
        const NameUse *use = &names->uses[i];
        if (use->owner_start != owner_start) {
            owner_start = use->owner_start;
            owner = owner_start == UINT32_MAX ? FACTS_NONE : find_owner(builder, &next, owner_start);
        }
        /* Uses of a definition that the tree does not have (a damaged file) have no owner. */
        if (owner == FACTS_NONE && owner_start != UINT32_MAX)
            continue;
        FactsStr head = name_string(builder, use->head, use->head_length);
        FactsStr chain =
            use->chain == NULL ? 0 : facts_builder_string(builder, use->chain, strlen(use->chain));
        uint32_t index = builder->uses.count;
        FactsUse *record = facts_builder_add_uses(builder);
        record->owner = owner;
        record->head = head;
        record->chain = chain;
        record->line = use->line;
        record->count = use->count;
        if (owner != FACTS_NONE) {
            FactsSlice *slice = &builder->definitions.data[owner].uses;
            if (slice->count++ == 0)
                slice->first = index;
        }
    }
}

void extract_names(const Lexed *lexed, Arena *arena, FactsBuilder *builder)
{
    Names names;

    names_collect(lexed, arena, &names);
    add_uses(builder, &names);
    for (uint32_t i = 0; i < names.n_strings; i++) {
        const StringUse *string = &names.strings[i];
        FactsStr text = facts_builder_string(builder, string->text, strlen(string->text));
        FactsReference *reference = facts_builder_add_references(builder);
        reference->kind = string->kind;
        reference->text = text;
        reference->line = string->line;
        reference->start = string->start;
        reference->end = string->end;
    }
}
