/* extract.h — from a syntax tree to facts.
 *
 * One walk with a cursor over the tree, with an explicit stack: neither deep nesting nor a long
 * file can exhaust anything but time linear in the tree. What the tree says (statements, scopes,
 * contexts) is read here; what only tokens say (fingerprints, names, markers) is added by parse.c.
 * Everything is in coordinates of the lexed bytes: a tree of the skeleton gives the same facts as a
 * tree of the whole file. */
#ifndef ONEDEF_PARSE_EXTRACT_H
#define ONEDEF_PARSE_EXTRACT_H

#include <tree_sitter/api.h>

#include "parse/facts_builder.h"
#include "parse/lexer.h"
#include "parse/skeleton.h"

/* ExtractInput — the tree (NULL for a plain skeleton), the text it was parsed from, and how that lies in the file. */
typedef struct ExtractInput {
    const TSTree *tree;
    const char *text;
    uint32_t length;
    const Lexed *lexed;
    const Skeleton *skeleton;
} ExtractInput;

/* ExtractResult — what belongs into the header. */
typedef struct ExtractResult {
    uint32_t flags; /* FACTS_… */
    uint32_t n_plain_statements;
} ExtractResult;

typedef struct Extractor Extractor; /* buffers; one a thread */
Extractor *extractor_new(void);
void extractor_free(Extractor *extractor);
/* Appends to a builder that was reset. Adds no uses, references and markers. */
ExtractResult extractor_run(Extractor *extractor, const ExtractInput *input, FactsBuilder *builder);
/* The same from tokens alone: imports, classes, functions, plain assignments. For files that have no tree. */
void extractor_run_tokens(Extractor *extractor, const Lexed *lexed, FactsBuilder *builder);

#endif
