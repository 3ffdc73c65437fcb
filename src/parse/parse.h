/* parse.h — bytes of one Python file to its facts.
 *
 * The lexer reads every byte; the skeleton keeps what stands outside function bodies plus their
 * imports; tree-sitter parses the skeleton under a budget of operations; the extractor walks its
 * tree. Fingerprints, free names, chains and strings come from the lexer's tokens. With
 * `full_parse` tree-sitter sees the whole file: the facts must be the same wherever that parse has
 * no error. A file that is damaged, hostile or no Python still gives a block, marked degraded. */
#ifndef ONEDEF_PARSE_PARSE_H
#define ONEDEF_PARSE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ParseOptions {
    bool full_parse;
} ParseOptions;

/* One a thread; keeps its buffers between files. */
typedef struct Parser Parser;
Parser *parser_new(const ParseOptions *options);
void parser_free(Parser *parser);

/* Always succeeds. Returns the block, owned by the caller (g_free), its size in `*size`. Files over
 * 64 MiB give a block with an ISSUE_BUDGET and nothing else. */
void *parser_parse(Parser *parser, const char *bytes, size_t length, size_t *size);

/* Text that names the extractor, grammar and runtime versions: part of the cache key. */
const char *parse_version(void);

#endif
