/* querycheck — proves that the extraction finds what the queries in queries/python find.
 *
 *   querycheck QUERIES FILE…       QUERIES is the folder of the .scm files
 *   querycheck QUERIES -           file names from stdin
 *
 * The queries run over the full tree of each file; the offsets of what they capture are compared, as
 * sets, with the facts of the same file (from the skeleton). Files with syntax errors are passed
 * over: there the two see different trees. Exit status 1 when anything differs. */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <tree_sitter/api.h>

#include "parse/facts.h"
#include "parse/nodes.h"
#include "parse/parse.h"

typedef struct Queries {
    TSQuery *definitions, *imports, *exports;
} Queries;

static TSQuery *load(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    gsize length;
    uint32_t offset = 0;
    TSQueryError kind = TSQueryErrorNone;

    if (!g_file_get_contents(path, &text, &length, NULL)) {
        fprintf(stderr, "querycheck: cannot read '%s'\n", path);
        return NULL;
    }
    TSQuery *query = ts_query_new(nodes_language(), text, (uint32_t)length, &offset, &kind);
    if (query == NULL)
        fprintf(stderr, "querycheck: '%s': error %d at byte %u\n", path, kind, offset);
    return query;
}

static bool equals(TSNode node, const char *bytes, const char *text, uint32_t length)
{
    uint32_t start = ts_node_start_byte(node), end = ts_node_end_byte(node);

    return end - start == length && memcmp(bytes + start, text, length) == 0;
}

/* #eq? and #any-of? on one capture: the runtime leaves predicates to its users. */
static bool predicates_hold(const TSQuery *query, const TSQueryMatch *match, const char *bytes)
{
    uint32_t n, length;
    const TSQueryPredicateStep *steps = ts_query_predicates_for_pattern(query, match->pattern_index, &n);

    for (uint32_t i = 0; i < n; i++) {
        TSNode node = {.id = NULL};
        bool holds = false;
        for (uint16_t j = 0; j < match->capture_count; j++) {
            if (match->captures[j].index == steps[i + 1].value_id)
                node = match->captures[j].node;
        }
        for (i += 2; steps[i].type != TSQueryPredicateStepTypeDone; i++) {
            const char *text = ts_query_string_value_for_id(query, steps[i].value_id, &length);
            holds = holds || equals(node, bytes, text, length);
        }
        if (!holds)
            return false;
    }
    return true;
}

/* Start offsets of a capture whose name has the prefix, into the set of its name. */
static void collect(const TSQuery *query, TSNode root, const char *bytes, GHashTable *found)
{
    TSQueryCursor *cursor = ts_query_cursor_new();
    TSQueryMatch match;

    ts_query_cursor_exec(cursor, query, root);
    while (ts_query_cursor_next_match(cursor, &match)) {
        if (!predicates_hold(query, &match, bytes))
            continue;
        for (uint16_t i = 0; i < match.capture_count; i++) {
            uint32_t length;
            const char *name = ts_query_capture_name_for_id(query, match.captures[i].index, &length);
            g_hash_table_add(found,
                             g_strdup_printf("%s %u", name, ts_node_start_byte(match.captures[i].node)));
        }
    }
    ts_query_cursor_delete(cursor);
}

static bool has(GHashTable *found, const char *name, uint32_t offset)
{
    g_autofree char *key = g_strdup_printf("%s %u", name, offset);

    return g_hash_table_contains(found, key);
}

typedef struct Check {
    const char *path;
    uint64_t facts, differences;
} Check;

static void expect(Check *check, bool holds, const char *what, uint32_t offset)
{
    check->facts++;
    if (holds)
        return;
    if (check->differences++ < 20)
        printf("%s: %s at byte %u\n", check->path, what, offset);
}

/* Every class the queries find is a definition, and the other way round; every function, call and type
 * of the facts is one that the queries find. */
static void check_definitions(Check *check, const Facts *facts, GHashTable *found)
{
    g_autoptr(GHashTable) names = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer key;

    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        const FactsDefinition *definition = &facts->definitions[i];
        g_hash_table_add(names, GUINT_TO_POINTER(definition->name_start + 1));
        expect(check, has(found, "name", definition->name_start), "definition without a match",
               definition->name_start);
    }
    g_hash_table_iter_init(&iter, found);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        unsigned offset;
        if (sscanf(key, "class-name %u", &offset) == 1)
            expect(check, g_hash_table_contains(names, GUINT_TO_POINTER(offset + 1)),
                   "class without a definition", offset);
    }
}

static void check_imports(Check *check, const Facts *facts, GHashTable *found)
{
    uint32_t matches = 0;
    GHashTableIter iter;
    gpointer key;

    for (uint32_t i = 0; i < facts->n_imports; i++) {
        const FactsImport *import = &facts->imports[i];
        static const char *const CAPTURES[] = {"import.module", "import.name", "import.star"};
        expect(check, has(found, CAPTURES[import->form], import->start), "import without a match",
               import->start);
    }
    g_hash_table_iter_init(&iter, found);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        matches += g_str_has_prefix(key, "import.module ") || g_str_has_prefix(key, "import.name ") ||
                   g_str_has_prefix(key, "import.star ");
    expect(check, matches == facts->n_imports, "numbers of imports differ", matches);
}

static void check_exports(Check *check, const Facts *facts, GHashTable *found)
{
    bool any = false;
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, found);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        any = any || g_str_has_prefix(key, "export.");
    expect(check, any || facts->n_alls == 0, "__all__ without a match", 0);
}

/* `@name` of class patterns apart from the names of the others. */
static void collect_classes(const TSQuery *query, TSNode root, GHashTable *found)
{
    TSQueryCursor *cursor = ts_query_cursor_new();
    TSQueryMatch match;

    ts_query_cursor_exec(cursor, query, root);
    while (ts_query_cursor_next_match(cursor, &match)) {
        uint32_t name = 0;
        bool is_class = false;
        for (uint16_t i = 0; i < match.capture_count; i++) {
            uint32_t length;
            const char *capture = ts_query_capture_name_for_id(query, match.captures[i].index, &length);
            is_class = is_class || strcmp(capture, "definition.class") == 0;
            if (strcmp(capture, "name") == 0)
                name = ts_node_start_byte(match.captures[i].node);
        }
        if (is_class)
            g_hash_table_add(found, g_strdup_printf("class-name %u", name));
    }
    ts_query_cursor_delete(cursor);
}

static bool check_file(Check *check, const Queries *queries, Parser *parser, TSParser *syntax)
{
    g_autofree char *bytes = NULL;
    gsize length;
    size_t size;
    Facts facts;

    if (!g_file_get_contents(check->path, &bytes, &length, NULL))
        return false;
    TSTree *tree = ts_parser_parse_string(syntax, NULL, bytes, (uint32_t)length);
    TSNode root = ts_tree_root_node(tree);
    g_autofree void *block = parser_parse(parser, bytes, length, &size);
    bool checked = !ts_node_has_error(root) && facts_open(block, size, true, &facts);
    if (checked) {
        g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        collect(queries->definitions, root, bytes, found);
        collect_classes(queries->definitions, root, found);
        collect(queries->imports, root, bytes, found);
        collect(queries->exports, root, bytes, found);
        check_definitions(check, &facts, found);
        check_imports(check, &facts, found);
        check_exports(check, &facts, found);
    }
    ts_tree_delete(tree);
    return checked;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: querycheck QUERIES FILE… | -\n");
        return 2;
    }
    Parser *parser = parser_new(NULL);
    TSParser *syntax = ts_parser_new();
    Queries queries = {load(argv[1], "definitions.scm"), load(argv[1], "imports.scm"),
                       load(argv[1], "exports.scm")};
    if (queries.definitions == NULL || queries.imports == NULL || queries.exports == NULL ||
        !ts_parser_set_language(syntax, nodes_language()))
        return 2;
    Check check = {0};
    char name[4096];
    uint32_t files = 0, next = 2;
    for (;;) {
        if (strcmp(argv[2], "-") == 0) {
            if (fgets(name, sizeof name, stdin) == NULL)
                break;
            check.path = g_strchomp(name);
        } else if (next < (uint32_t)argc) {
            check.path = argv[next++];
        } else {
            break;
        }
        files += check_file(&check, &queries, parser, syntax);
    }
    printf("%u files, %" G_GUINT64_FORMAT " facts checked, %" G_GUINT64_FORMAT " differ\n", files,
           check.facts, check.differences);
    ts_query_delete(queries.definitions);
    ts_query_delete(queries.imports);
    ts_query_delete(queries.exports);
    ts_parser_delete(syntax);
    parser_free(parser);
    return check.differences > 0 || files == 0;
}
