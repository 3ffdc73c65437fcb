#include "parse/nodes.h"

#include <pthread.h>
#include <string.h>

const TSLanguage *tree_sitter_python(void);

#define MAX_SYMBOLS 1024

static uint8_t types[MAX_SYMBOLS];
static TSFieldId fields[N_FIELD_NAMES];
static uint8_t field_names[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char *const TYPE_NAMES[] = {"",
#define X(name) #name,
                                         NODE_TYPES(X)
#undef X
};

static void look_up(void)
{
    const TSLanguage *language = tree_sitter_python();
    uint32_t n_symbols = ts_language_symbol_count(language);
    static const char *const names[] = {
#define X(name) #name,
        FIELD_NAMES(X)
#undef X
    };

    /* Several symbols may share a name (aliases, keyword_identifier): all of them count. */
    for (uint32_t symbol = 0; symbol < n_symbols && symbol < MAX_SYMBOLS; symbol++) {
        if (ts_language_symbol_type(language, (TSSymbol)symbol) != TSSymbolTypeRegular)
            continue;
        const char *name = ts_language_symbol_name(language, (TSSymbol)symbol);
        for (uint8_t type = 1; type < NODE_ERROR; type++) {
            if (strcmp(TYPE_NAMES[type], name) == 0)
                types[symbol] = type;
        }
    }
    memset(field_names, N_FIELD_NAMES, sizeof field_names);
    for (int i = 0; i < N_FIELD_NAMES; i++) {
        fields[i] = ts_language_field_id_for_name(language, names[i], (uint32_t)strlen(names[i]));
        if (fields[i] < sizeof field_names)
            field_names[fields[i]] = (uint8_t)i;
    }
}

void nodes_init(void)
{
    pthread_once(&once, look_up);
}

const TSLanguage *nodes_language(void)
{
    return tree_sitter_python();
}

NodeType node_type(TSNode node)
{
    if (ts_node_is_null(node))
        return NODE_other;
    TSSymbol symbol = ts_node_symbol(node);
    if (symbol == (TSSymbol)-1)
        return NODE_ERROR;
    return symbol < MAX_SYMBOLS ? (NodeType)types[symbol] : NODE_other;
}

TSNode node_field(TSNode node, FieldName field)
{
    return ts_node_is_null(node) ? node : ts_node_child_by_field_id(node, fields[field]);
}

FieldName node_field_name(TSFieldId field)
{
    return field < sizeof field_names ? (FieldName)field_names[field] : N_FIELD_NAMES;
}
