/* What a class body holds besides its members: calls, deletions, assertions, `f.attribute = x`, unpacked and
 * chained assignments, imports, whole `if`, `for`, `with` and `try` statements (those of their contents that
 * are members are in both), and members of which the records do not keep every word: `__slots__` and its
 * like, which detection does not compare one by one, and what was cut at FACTS_MAX_TEXT. All members, bases
 * and decorators alike, two classes say the same where this is the same too.
 *
 * Members that stand directly in the body and fill their statements are skipped, whatever their order; what
 * is left keeps its own. */
#include "parse/extract_internal.h"

#include <string.h>

#include "parse/fingerprint.h"
#include "parse/scratch.h"
#include "parse/suite.h"

/* Was the text cut, or may it have been? */
static bool is_cut(const Ex *ex, FactsStr text)
{
    return text != 0 && strlen(facts_builder_chars(ex->builder, text)) > FACTS_MAX_TEXT - 6;
}

static bool any_cut(const Ex *ex, FactsSlice expressions)
{
    for (uint32_t i = 0; i < expressions.count; i++)
        if (is_cut(ex, ex->builder->expressions.data[expressions.first + i].text))
            return true;
    return false;
}

static bool is_direct(const Ex *ex, const FactsMember *member, uint32_t definition)
{
    const FactsContext *context = &ex->builder->contexts.data[member->context];

    return context->kind == CONTEXT_CLASS && context->definition == definition;
}

/* Do the member's own facts say all that its statement says? */
static bool tells_all(const Ex *ex, const FactsMember *member)
{
    static const char *const others[] = {"__slots__", "__module__", "__doc__"};

    if (member->kind == MEMBER_IMPORT || is_cut(ex, member->annotation) || any_cut(ex, member->decorators))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (ex_text_is(ex, member->name, others[i]))
            return false;
    return true;
}

/* Token ranges of the members that tell all; those of one statement (`a = b = 1`) do not, each for itself. */
static void collect_skips(const Ex *ex, uint32_t index, GArray *skips)
{
    FactsSlice slice = ex->builder->definitions.data[index].members;
    const FactsMember *members = ex->builder->members.data + slice.first;
    const Lexed *lexed = ex->in.lexed;

    g_array_set_size(skips, 0);
    for (uint32_t i = 0; i < slice.count; i++) {
        bool shared = (i > 0 && members[i - 1].start == members[i].start) ||
                      (i + 1 < slice.count && members[i + 1].start == members[i].start);
        if (shared || !is_direct(ex, &members[i], index) || !tells_all(ex, &members[i]))
            continue;
        TokenRange range = {lexed_token_at(lexed, members[i].start), lexed_token_at(lexed, members[i].end)};
        g_array_append_val(skips, range);
    }
}

void ex_read_rest(Ex *ex)
{
    g_autoptr(GArray) skips = g_array_new(FALSE, FALSE, sizeof(TokenRange));
    const Lexed *lexed = ex->in.lexed;

    for (uint32_t i = 0; i < ex->builder->definitions.count; i++) {
        FactsDefinition *definition = &ex->builder->definitions.data[i];
        uint32_t name = lexed_token_at(lexed, definition->name_start);
        Suite suite;
        if (definition->syntax != SYNTAX_CLASS || name == 0 || name >= lexed->n_tokens ||
            !ex_suite(ex, lexed->tokens[name - 1].start, &suite))
            continue;
        collect_skips(ex, i, skips);
        /* Nothing of bases and decorators that were cut, and of type parameters, may get lost either. */
        const Token *behind = &lexed->tokens[name + 1 < lexed->n_tokens ? name + 1 : name];
        bool generic = behind->kind == TOKEN_OPERATOR && behind->detail == OPERATOR_LBRACKET;
        bool head = generic || any_cut(ex, definition->bases) || any_cut(ex, definition->decorators);
        uint32_t first = head ? lexed_token_at(lexed, definition->start) : suite.body;
        const char *own = facts_builder_chars(ex->builder, definition->name);
        g_string_truncate(ex->buffer, 0);
        uint64_t hash = fingerprint_without(lexed, first, suite.last, (const TokenRange *)(void *)skips->data,
                                            skips->len, own, strlen(own), ex->buffer, FACTS_MAX_TEXT);
        definition->rest_hash = hash;
        FactsStr text = hash != 0 ? facts_builder_text(ex->builder, ex->buffer->str, ex->buffer->len) : 0;
        ex->builder->definitions.data[i].rest = text;
    }
}
