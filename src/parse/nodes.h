/* nodes.h — the node types and fields of the Python grammar that the extraction asks for, as small
 * numbers. The grammar's own symbol numbers are looked up by name, once. */
#ifndef ONEDEF_PARSE_NODES_H
#define ONEDEF_PARSE_NODES_H

#include <stdint.h>

#include <tree_sitter/api.h>

#define NODE_TYPES(X)                                                                              \
    X(assignment) X(attribute) X(augmented_assignment) X(block) X(boolean_operator) X(call)        \
    X(case_clause) X(case_pattern) X(class_definition) X(class_pattern) X(comment)                 \
    X(concatenated_string) X(conditional_expression) X(decorated_definition) X(decorator)          \
    X(delete_statement) X(dict_pattern) X(dictionary) X(dictionary_splat) X(dotted_name)           \
    X(elif_clause) X(ellipsis) X(else_clause) X(except_clause) X(except_group_clause)              \
    X(exec_statement) X(expression_list) X(expression_statement) X(finally_clause)                 \
    X(for_statement) X(function_definition) X(future_import_statement) X(generic_type)             \
    X(global_statement) X(identifier) X(if_statement) X(import_from_statement) X(import_prefix)    \
    X(import_statement) X(integer) X(keyword_argument) X(keyword_pattern) X(lambda)                \
    X(aliased_import) X(list) X(list_comprehension) X(list_pattern) X(list_splat)                  \
    X(list_splat_pattern) X(match_statement) X(module) X(named_expression) X(none)                 \
    X(not_operator) X(pair) X(parenthesized_expression) X(pass_statement) X(pattern_list)          \
    X(print_statement) X(raise_statement) X(relative_import) X(set) X(splat_pattern) X(string)     \
    X(subscript) X(try_statement) X(tuple) X(tuple_pattern) X(type) X(type_alias_statement)        \
    X(type_parameter) X(union_pattern) X(while_statement) X(wildcard_import) X(with_clause)        \
    X(with_item) X(with_statement) X(as_pattern) X(as_pattern_target) X(binary_operator)           \
    X(comparison_operator) X(set_comprehension) X(dictionary_comprehension)                        \
    X(generator_expression) X(argument_list) X(parameters) X(true) X(false)

typedef enum NodeType {
    NODE_other,
#define X(name) NODE_##name,
    NODE_TYPES(X)
#undef X
    NODE_ERROR,
} NodeType;

#define FIELD_NAMES(X)                                                                             \
    X(alias) X(alternative) X(arguments) X(attribute) X(body) X(condition) X(consequence)          \
    X(definition) X(function) X(guard) X(key) X(left) X(module_name) X(name) X(object)             \
    X(operator) X(operators) X(parameters) X(return_type) X(right) X(subscript) X(superclasses)    \
    X(type) X(type_parameters) X(value) X(argument)

typedef enum FieldName {
#define X(name) NODE_FIELD_##name,
    FIELD_NAMES(X)
#undef X
    N_FIELD_NAMES,
} FieldName;

#define NO_NODE ((TSNode){.id = NULL})

/* To be called before the functions below; any number of times from any thread. */
void nodes_init(void);
const TSLanguage *nodes_language(void);

/* NODE_other for tokens, all types not listed above, and the null node. */
NodeType node_type(TSNode node);
/* The null node when there is none, or of the null node. */
TSNode node_field(TSNode node, FieldName field);
FieldName node_field_name(TSFieldId field); /* N_FIELD_NAMES for others */

#endif
