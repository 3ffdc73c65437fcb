/* extract_tokens.h — the facts that tokens alone give: uses, string references, markers.
 *
 * Runs after the walk of the tree, since uses are joined to its definitions. */
#ifndef ONEDEF_PARSE_EXTRACT_TOKENS_H
#define ONEDEF_PARSE_EXTRACT_TOKENS_H

#include "base/arena.h"
#include "parse/facts_builder.h"
#include "parse/lexer.h"

void extract_names(const Lexed *lexed, Arena *arena, FactsBuilder *builder);
void extract_markers(const Lexed *lexed, FactsBuilder *builder);

#endif
