/* syntax.h — tree-sitter over one text, under a budget of work that no input can exceed. */
#ifndef ONEDEF_PARSE_SYNTAX_H
#define ONEDEF_PARSE_SYNTAX_H

#include <stdint.h>

#include <tree_sitter/api.h>

/* To be called before any other use of tree-sitter; any number of times from any thread. */
void syntax_init(void);
/* The tree (ts_tree_delete), or NULL when the budget ran out. The same answer for the same bytes,
 * whatever was parsed before, on any machine. */
TSTree *syntax_parse(const char *bytes, uint32_t length);

#endif
