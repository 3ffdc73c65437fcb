/* raw_parse — what tree-sitter alone costs: parses every file named on standard input, one a line,
 * on one thread, with no time for anything else. The yardstick for the skeleton. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_python(void);

static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *bytes = malloc((size_t)size + 1);
    *length = bytes != NULL ? fread(bytes, 1, (size_t)size, file) : 0;
    fclose(file);
    return bytes;
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0, total = 0, files = 0;
    TSParser *parser = ts_parser_new();

    ts_parser_set_language(parser, tree_sitter_python());
    for (ssize_t n; (n = getline(&line, &capacity, stdin)) > 0;) {
        size_t length = 0;
        line[strcspn(line, "\n")] = '\0';
        char *bytes = read_whole(line, &length);
        if (bytes == NULL)
            continue;
        TSTree *tree = ts_parser_parse_string(parser, NULL, bytes, (uint32_t)length);
        ts_tree_delete(tree);
        free(bytes);
        total += length;
        files++;
    }
    printf("%zu files, %zu bytes\n", files, total);
    ts_parser_delete(parser);
    free(line);
    return 0;
}
