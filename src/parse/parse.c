#include "parse/parse.h"

#include <stdlib.h>

#include <tree_sitter/api.h>
#include <xxhash.h>

#include "base/arena.h"
#include "parse/extract.h"
#include "parse/extract_tokens.h"
#include "parse/facts_builder.h"
#include "parse/lexer.h"
#include "parse/skeleton.h"
#include "parse/syntax.h"

#define MAX_FILE ((size_t)64 * 1024 * 1024)

struct Parser {
    ParseOptions options;
    Lexer *lexer;
    Skeletons *skeletons;
    Extractor *extractor;
    FactsBuilder *builder;
    Arena arena;
};

Parser *parser_new(const ParseOptions *options)
{
    Parser *parser = g_new0(Parser, 1);

    if (options != NULL)
        parser->options = *options;
    syntax_init();
    parser->lexer = lexer_new();
    parser->skeletons = skeletons_new();
    parser->extractor = extractor_new();
    parser->builder = facts_builder_new();
    arena_init(&parser->arena);
    return parser;
}

void parser_free(Parser *parser)
{
    if (parser == NULL)
        return;
    lexer_free(parser->lexer);
    skeletons_free(parser->skeletons);
    extractor_free(parser->extractor);
    facts_builder_free(parser->builder);
    arena_clear(&parser->arena);
    g_free(parser);
}

static void add_issue(FactsBuilder *builder, FactsIssueKind kind, uint32_t line)
{
    FactsIssue *issue = facts_builder_add_issues(builder);

    issue->kind = kind;
    issue->line = line;
}

static int compare_issues(const void *a, const void *b)
{
    const FactsIssue *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : 0;
}

/* One of a kind per line, by line. Of two, the one with a text. */
static void sort_issues(FactsBuilder *builder)
{
    FactsIssue *issues = builder->issues.data;
    uint32_t n = 0;

    if (builder->issues.count == 0)
        return;
    qsort(issues, builder->issues.count, sizeof *issues, compare_issues);
    for (uint32_t i = 0; i < builder->issues.count; i++) {
        if (n > 0 && compare_issues(&issues[n - 1], &issues[i]) == 0)
            issues[n - 1].text = MAX(issues[n - 1].text, issues[i].text);
        else
            issues[n++] = issues[i];
    }
    builder->issues.count = n;
}

/* What the tree says; false when it could not be made within the budget. */
static bool read_tree(Parser *parser, const Lexed *lexed, FactsHeader *header)
{
    const Skeleton *skeleton = parser->options.full_parse ? skeletons_whole(parser->skeletons, lexed)
                                                          : skeletons_make(parser->skeletons, lexed);
    TSTree *tree = NULL;

    /* Often all that stands in the file is one run of plain statements, or nothing. */
    if (!skeleton_is_plain(skeleton)) {
        tree = syntax_parse(skeleton->text, skeleton->length);
        if (tree == NULL)
            return false;
    }
    ExtractInput input = {tree, skeleton->text, skeleton->length, lexed, skeleton};
    ExtractResult result = extractor_run(parser->extractor, &input, parser->builder);
    header->flags = result.flags;
    header->n_plain_statements = result.n_plain_statements;
    if (tree != NULL)
        ts_tree_delete(tree);
    return true;
}

static void read_file(Parser *parser, const char *bytes, size_t length, FactsHeader *header)
{
    FactsBuilder *builder = parser->builder;
    const Lexed *lexed = lexer_run(parser->lexer, bytes, length);

    header->n_bytes = (uint32_t)length;
    header->n_lines = lexed->n_lines;
    if ((lexed->flags & LEXED_NOT_UTF8) != 0)
        facts_builder_set_encoding(builder, lexed->cookie, lexed->cookie_length);
    if (!read_tree(parser, lexed, header)) {
        extractor_run_tokens(parser->extractor, lexed, builder);
        add_issue(builder, ISSUE_BUDGET, 1);
    }
    arena_reset(&parser->arena);
    extract_names(lexed, &parser->arena, builder);
    extract_markers(lexed, builder);
    for (uint32_t i = 0; i < lexed->n_issues; i++)
        add_issue(builder, (FactsIssueKind)lexed->issues[i].kind, lexed->issues[i].line);
    sort_issues(builder);
}

void *parser_parse(Parser *parser, const char *bytes, size_t length, size_t *size)
{
    FactsBuilder *builder = parser->builder;
    XXH128_hash_t hash = XXH3_128bits(bytes, length);
    FactsHeader header = {.content_low = hash.low64, .content_high = hash.high64};

    facts_builder_reset(builder);
    if (length > MAX_FILE)
        add_issue(builder, ISSUE_BUDGET, 1);
    else
        read_file(parser, bytes, length, &header);
    if (builder->issues.count > 0)
        header.flags |= FACTS_DEGRADED;
    return facts_builder_finish(builder, &header, size);
}

const char *parse_version(void)
{
    return "facts " G_STRINGIFY(FACTS_VERSION) ", sources " ONEDEF_PARSE_STATE;
}
