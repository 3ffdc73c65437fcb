#include "parse/parse.h"

#include <string.h>

#include <tree_sitter/api.h>
#include <xxhash.h>

#include "parse/extract.h"
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
    g_free(parser);
}

static void add_issue(FactsBuilder *builder, FactsIssueKind kind, uint32_t line)
{
    FactsIssue *issue = facts_builder_add_issues(builder);

    issue->kind = kind;
    issue->line = line;
}

void *parser_parse(Parser *parser, const char *bytes, size_t length, size_t *size)
{
    FactsBuilder *builder = parser->builder;
    XXH128_hash_t hash = XXH3_128bits(bytes, length);
    FactsHeader header = {.content_low = hash.low64, .content_high = hash.high64};

    facts_builder_reset(builder);
    if (length > MAX_FILE) {
        add_issue(builder, ISSUE_BUDGET, 1);
        header.flags = FACTS_DEGRADED;
        return facts_builder_finish(builder, &header, size);
    }
    const Lexed *lexed = lexer_run(parser->lexer, bytes, length);
    header.n_bytes = (uint32_t)length;
    header.n_lines = lexed->n_lines;
    const Skeleton *skeleton = parser->options.full_parse ? skeletons_whole(parser->skeletons, lexed)
                                                          : skeletons_make(parser->skeletons, lexed);
    TSTree *tree = syntax_parse(skeleton->text, skeleton->length);
    if (tree != NULL) {
        ExtractInput input = {tree, skeleton->text, skeleton->length, lexed, skeleton};
        ExtractResult result = extractor_run(parser->extractor, &input, builder);
        header.flags = result.flags;
        header.n_plain_statements = result.n_plain_statements;
        ts_tree_delete(tree);
    } else {
        add_issue(builder, ISSUE_BUDGET, 1);
    }
    for (uint32_t i = 0; i < lexed->n_issues; i++)
        add_issue(builder, (FactsIssueKind)lexed->issues[i].kind, lexed->issues[i].line);
    if (builder->issues.count > 0)
        header.flags |= FACTS_DEGRADED;
    return facts_builder_finish(builder, &header, size);
}

const char *parse_version(void)
{
    return "facts " G_STRINGIFY(FACTS_VERSION) ", tree-sitter 0.25.0, tree-sitter-python 0.23.6";
}
