#include "detect/difference.h"

#include <string.h>

enum { MAX_COLUMNS = 32, MAX_ROWS = 400, MAX_NAMED = 4 };

/* Cell — one item of one member, NULL where the member has none. */
typedef struct Row {
    uint64_t key;
    const Item *cells[MAX_COLUMNS];
} Row;

typedef struct Table {
    Stage *stage;
    const Group *group;
    uint32_t n_columns;
    GArray *rows; /* Row */
} Table;

static const File *column_file(const Table *table, uint32_t column)
{
    return program_definition_file(table->stage->program, table->group->members[column].definition);
}

static int compare_places(const void *a, const void *b)
{
    const Item *x = *(const Item *const *)a, *y = *(const Item *const *)b;

    if (x->kind >= ITEM_BASE || y->kind >= ITEM_BASE) {
        if ((x->kind >= ITEM_BASE) != (y->kind >= ITEM_BASE))
            return x->kind >= ITEM_BASE ? -1 : 1; /* bases and decorators come first, as in the source */
        if (x->kind != y->kind)
            return x->kind < y->kind ? -1 : 1;
    }
    return (x->member > y->member) - (x->member < y->member);
}

/* All bases make one row, all decorators another. */
static uint64_t row_key(const Item *item)
{
    return item->kind == ITEM_BASE ? 1 : item->kind == ITEM_DECORATOR ? 2 : item->key;
}

static Row *row_of_key(Table *table, GHashTable *index, uint64_t key)
{
    gpointer found = g_hash_table_lookup(index, &key);

    if (found != NULL)
        return &g_array_index(table->rows, Row, GPOINTER_TO_UINT(found) - 1);
    if (table->rows->len >= MAX_ROWS)
        return NULL;
    Row row = {.key = key};
    g_array_append_val(table->rows, row);
    g_hash_table_insert(index, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(table->rows->len));
    return &g_array_index(table->rows, Row, table->rows->len - 1);
}

static void collect_rows(Table *table)
{
    g_autoptr(GHashTable) index = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    const Contents *contents = &table->stage->contents;

    for (uint32_t c = 0; c < table->n_columns; c++) {
        const Content *content = &contents->of[table->group->members[c].definition];
        g_autoptr(GPtrArray) items = g_ptr_array_new();
        for (uint32_t i = 0; i < content->n_items; i++)
            g_ptr_array_add(items, (gpointer)(uintptr_t)(content_items(contents, content) + i));
        if (items->len > 1)
            g_ptr_array_sort(items, compare_places);
        for (guint i = 0; i < items->len; i++) {
            Row *row = row_of_key(table, index, row_key(g_ptr_array_index(items, i)));
            if (row != NULL && row->cells[c] == NULL)
                row->cells[c] = g_ptr_array_index(items, i);
        }
    }
}

/* `str, Enum`, `@dataclass @final`: as they stand in the source. */
static Sym list_text(const Table *table, uint32_t column, ItemKind kind)
{
    Interner *interner = table->stage->program->interner;
    Id definition = table->group->members[column].definition;
    const FactsDefinition *fact = program_definition_fact(table->stage->program, definition);
    FactsSlice slice = kind == ITEM_BASE ? fact->bases : fact->decorators;
    const File *file = column_file(table, column);
    g_autoptr(GString) out = g_string_new(NULL);

    for (uint32_t i = 0; i < slice.count; i++)
        g_string_append_printf(out, "%s%s%s",
                               i == 0              ? ""
                               : kind == ITEM_BASE ? ", "
                                                   : " ",
                               kind == ITEM_BASE ? "" : "@",
                               file_text(file, file->facts.expressions[slice.first + i].text));
    return intern_cstr(interner, out->str);
}

/* What all bases (or decorators) of a column say, in their order. */
static uint64_t list_hash(const Table *table, uint32_t column, ItemKind kind)
{
    const Contents *contents = &table->stage->contents;
    const Content *content = &contents->of[table->group->members[column].definition];
    const FactsDefinition *fact =
        program_definition_fact(table->stage->program, table->group->members[column].definition);
    FactsSlice slice = kind == ITEM_BASE ? fact->bases : fact->decorators;
    uint64_t sum = 0;

    for (uint32_t k = 0; k < slice.count; k++)
        for (uint32_t i = 0; i < content->n_items; i++) {
            const Item *item = &content_items(contents, content)[i];
            if (item->kind == kind && item->member == slice.first + k)
                sum = hash_mix(sum, item->exact);
        }
    return sum;
}

static Sym cell_text(Table *table, const Row *row, uint32_t column, const Item *reference)
{
    Interner *interner = table->stage->program->interner;
    const Item *item = row->cells[column];
    const File *file = column_file(table, column);

    if (item == NULL)
        return 0;
    if (item->kind == ITEM_BASE || item->kind == ITEM_DECORATOR)
        return list_text(table, column, (ItemKind)item->kind);
    if (item->kind == ITEM_REST)
        return intern_cstr(interner,
                           file_text(file, program_definition_fact(table->stage->program,
                                                                   table->group->members[column].definition)
                                               ->rest));
    if (item->member == FACTS_NONE)
        return intern_cstr(interner, "call");
    const FactsMember *member = &file->facts.members[item->member];
    const char *annotation = file_text(file, member->annotation), *value = file_text(file, member->value);
    switch ((ItemKind)item->kind) {
    case ITEM_METHOD: {
        bool differs = reference != NULL && reference != item && reference->body != item->body;
        return intern_printf(interner, "%s%s", file_text(file, member->signature),
                             differs ? ", body differs" : "");
    }
    case ITEM_CLASS:
        return intern_cstr(interner, reference != NULL && reference != item && reference->exact != item->exact
                                         ? "class, body differs"
                                         : "class");
    default:
        if (*annotation != '\0')
            return intern_printf(interner, *value != '\0' ? ": %s = %s" : ": %s", annotation, value);
        return intern_cstr(interner, *value != '\0' ? value : "declared");
    }
}

static DifferenceKind row_kind(const Table *table, const Row *row)
{
    const Item *first = NULL;
    uint64_t said = 0;
    DifferenceKind kind = DIFFERENCE_SAME;

    for (uint32_t c = 0; c < table->n_columns; c++) {
        const Item *item = row->cells[c];
        if (item == NULL)
            return DIFFERENCE_MISSING;
        bool list = item->kind == ITEM_BASE || item->kind == ITEM_DECORATOR;
        uint64_t exact = list ? list_hash(table, c, (ItemKind)item->kind) : item->exact;
        if (first == NULL)
            first = item, said = exact;
        else if (exact != said)
            kind = DIFFERENCE_CHANGED;
    }
    return kind;
}

static Sym row_name(Table *table, const Row *row)
{
    for (uint32_t c = 0; c < table->n_columns; c++)
        if (row->cells[c] != NULL)
            return intern_cstr(table->stage->program->interner,
                               item_name(column_file(table, c), row->cells[c]));
    return 0;
}

static void append_names(GString *out, const char *label, GPtrArray *names)
{
    if (names->len == 0)
        return;
    g_string_append_printf(out, "%s%s ", out->len > 0 ? "; " : "", label);
    for (guint i = 0; i < names->len && i < MAX_NAMED; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(names, i));
    if (names->len > MAX_NAMED)
        g_string_append_printf(out, " and %u more", names->len - MAX_NAMED);
}

static Sym summarise(const Table *table, const DifferenceRow *rows, uint32_t n)
{
    Program *program = table->stage->program;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GPtrArray) changed = g_ptr_array_new(), missing = g_ptr_array_new();
    bool free_names = false;

    for (uint32_t i = 0; i < n; i++) {
        const char *name = program_text(program, rows[i].member);
        free_names = free_names || strcmp(name, "<free names>") == 0;
        if (rows[i].kind == DIFFERENCE_CHANGED && strcmp(name, "<free names>") != 0)
            g_ptr_array_add(changed, (gpointer)(uintptr_t)name);
        else if (rows[i].kind == DIFFERENCE_MISSING)
            g_ptr_array_add(missing, (gpointer)(uintptr_t)name);
    }
    if (free_names && changed->len + missing->len == 0)
        return intern_printf(program->interner, "same text, but it reads names that mean different things");
    g_string_append_printf(out, "%u of %u members differ", changed->len + missing->len, n);
    append_names(out, "changed", changed);
    append_names(out, "not in all", missing);
    return intern_cstr(program->interner, out->str);
}

/* Where hardly a member stayed, the statements say why the two belong together. */
static Sym with_statements(const Table *table, Sym summary)
{
    const Group *group = table->group;
    Program *program = table->stage->program;
    Literal literal;

    if (table->n_columns != 2 || group->similarity >= 0.5)
        return summary;
    statement_compare(program, &table->stage->contents.statements, group->members[0].definition,
                      group->members[1].definition, &literal);
    if (literal.tokens < 20.0)
        return summary;
    return intern_printf(program->interner, "%.0f %% of the shorter one's statements stand in the other; %s",
                         literal.whole * 100.0, program_text(program, summary));
}

static void fill_free_names(Table *table, const Sym *names, uint32_t n, DifferenceRow *row)
{
    Program *program = table->stage->program;
    g_autoptr(GString) text = g_string_new(NULL);

    for (uint32_t i = 0; i < n; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", program_text(program, names[i]));
    row->member = intern_cstr(program->interner, "<free names>");
    row->kind = DIFFERENCE_CHANGED;
    row->texts = arena_array(&table->stage->detection->arena, Sym, table->group->n_members);
    for (uint32_t c = 0; c < table->n_columns; c++) {
        Id module = program->definitions[table->group->members[c].definition].module;
        row->texts[c] =
            intern_printf(program->interner, "%s as %s has %s", text->str,
                          program_text(program, program->modules[module].id), n == 1 ? "it" : "them");
    }
}

void difference_fill(Stage *stage, Group *group, uint32_t n, const Sym *free_names, uint32_t n_free_names)
{
    Table table = {.stage = stage, .group = group, .n_columns = MIN(n, MAX_COLUMNS)};
    uint32_t extra = n_free_names > 0;

    table.rows = g_array_new(FALSE, FALSE, sizeof(Row));
    collect_rows(&table);
    group->n_rows = table.rows->len + extra;
    group->rows = arena_array(&stage->detection->arena, DifferenceRow, MAX(group->n_rows, 1));
    for (guint i = 0; i < table.rows->len; i++) {
        const Row *row = &g_array_index(table.rows, Row, i);
        DifferenceRow *out = &group->rows[i];
        const Item *reference = NULL;
        out->member = row_name(&table, row);
        out->kind = (uint8_t)row_kind(&table, row);
        out->texts = arena_array(&stage->detection->arena, Sym, MAX(group->n_members, 1));
        for (uint32_t c = 0; c < table.n_columns; c++) {
            out->texts[c] = cell_text(&table, row, c, reference);
            if (reference == NULL)
                reference = row->cells[c];
        }
    }
    if (extra > 0)
        fill_free_names(&table, free_names, n_free_names, &group->rows[group->n_rows - 1]);
    group->summary = with_statements(&table, summarise(&table, group->rows, group->n_rows));
    g_array_unref(table.rows);
}
