#include "parse/parse.h"

#include <string.h>

#include <tree_sitter/api.h>
#include <xxhash.h>

#include "parse/extract.h"
#include "parse/facts_builder.h"
#include "parse/lexer.h"
#include "parse/nodes.h"
#include "parse/skeleton.h"

#define MAX_FILE ((size_t)64 * 1024 * 1024)

struct Parser {
    ParseOptions options;
    TSParser *parser;
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
    parser->parser = ts_parser_new();
    g_assert(ts_parser_set_language(parser->parser, nodes_language()));
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
    ts_parser_delete(parser->parser);
    lexer_free(parser->lexer);
    skeletons_free(parser->skeletons);
    extractor_free(parser->extractor);
    facts_builder_free(parser->builder);
    g_free(parser);
}

/* --- tree-sitter under a budget --- */

typedef struct Budget {
    uint64_t left;
} Budget;

static bool spend(TSParseState *state)
{
    Budget *budget = state->payload;

    if (budget->left == 0)
        return true;
    budget->left--;
    return false;
}

typedef struct Text {
    const char *bytes;
    uint32_t length;
} Text;

static const char *read_text(void *payload, uint32_t offset, TSPoint point, uint32_t *length)
{
    const Text *text = payload;

    (void)point;
    *length = offset < text->length ? text->length - offset : 0;
    return *length > 0 ? text->bytes + offset : "";
}

/* The callback comes every hundred operations. */
#define BUDGET_BASE     2000u
#define BYTES_PER_CHECK 16u

static TSTree *parse_text(Parser *parser, const char *bytes, uint32_t length)
{
    Text text = {bytes, length};
    Budget budget = {BUDGET_BASE + length / BYTES_PER_CHECK};
    TSInput input = {.payload = &text, .read = read_text, .encoding = TSInputEncodingUTF8};
    TSParseOptions options = {.payload = &budget, .progress_callback = spend};
    TSTree *tree = ts_parser_parse_with_options(parser->parser, NULL, input, options);

    ts_parser_reset(parser->parser);
    return tree;
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
    TSTree *tree = parse_text(parser, skeleton->text, skeleton->length);
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
