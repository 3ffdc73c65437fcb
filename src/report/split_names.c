#include "report/split_names.h"

#include <string.h>

#include "report/json_text.h"

enum { LABEL_WIDTH = 8, CELL_WIDTH = 33, MAX_SHOWN_ROWS = 24 };

/* Does the table hold all that the finding tells apart? A step about a group may be wider. */
static bool holds_all(const Program *program, const MergeTable *table, const Finding *finding)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < finding->n_subjects; i++)
        for (uint32_t c = 0; c < table->n_columns; c++)
            found += program->definitions[table->columns[c]].id == finding->subjects[i];
    return found > 1;
}

bool split_is(const Program *program, const Detection *detection, const Plan *plan, uint32_t step)
{
    const MergeTable *table = &plan->steps[step].merge;

    if (plan->steps[step].phase != PHASE_2A || table->n_columns < 2)
        return false;
    for (uint32_t f = 0; f < detection->n_findings; f++)
        if (detection->findings[f].rule == RULE_SPLIT_NAME && !detection->findings[f].suppressed &&
            holds_all(program, table, &detection->findings[f]))
            return true;
    return false;
}

/* Cut at a whole character, and filled up. */
static void put_cell(GString *text, const char *cell, size_t width, bool last)
{
    g_autofree char *valid = g_utf8_make_valid(cell, -1);
    long length = g_utf8_strlen(valid, -1);
    bool cut = length > (long)width;
    g_autofree char *shown = g_utf8_substring(valid, 0, cut ? (long)width - 3 : length);

    g_string_append_printf(text, "%s%s", shown, cut ? "..." : "");
    for (size_t i = cut ? width : (size_t)length; i < width && !last; i++)
        g_string_append_c(text, ' ');
}

static void put_line(GString *text, const char *label, const char *a, const char *b)
{
    g_string_append(text, "  ");
    put_cell(text, label, LABEL_WIDTH, false);
    g_string_append_c(text, ' ');
    put_cell(text, a, CELL_WIDTH, *b == '\0');
    if (*b != '\0') {
        g_string_append(text, " | ");
        put_cell(text, b, CELL_WIDTH, true);
    }
    g_string_append_c(text, '\n');
}

static char *place(const Program *program, Id definition)
{
    const File *file = program_definition_file(program, definition);

    return g_strdup_printf("%s:%u", program_text(program, file->path), program->definitions[definition].line);
}

static char *cell(const Program *program, const DifferenceRow *row, uint32_t column)
{
    const char *member = program_text(program, row->member);
    const char *text = program_text(program, row->texts[column]);

    if (row->texts[column] == 0)
        return g_strdup("");
    return g_strdup_printf("%s%s%s", member, *text == '(' || *text == ':' || *text == '\0' ? "" : " = ",
                           text);
}

/* Where the text of two cells is the same, their bodies or values differ. */
static const char *label(const MergeTable *table, const DifferenceRow *row, uint32_t column)
{
    if (row->texts[0] == 0 || row->texts[column] == 0)
        return "only";
    if (row->kind == DIFFERENCE_SAME || (table->n_columns > 2 && row->texts[0] == row->texts[column]))
        return "same";
    return "changed";
}

static void put_pair(GString *text, const Program *program, const MergeTable *table, uint32_t column)
{
    g_autofree char *a = place(program, table->columns[0]), *b = place(program, table->columns[column]);
    uint32_t shown = 0, left = 0;

    put_line(text, "", a, b);
    put_line(text, "kind", definition_kind_name(program->definitions[table->columns[0]].kind),
             definition_kind_name(program->definitions[table->columns[column]].kind));
    for (uint32_t r = 0; r < table->n_rows; r++) {
        const DifferenceRow *row = &table->rows[r];
        if (row->texts[0] == 0 && row->texts[column] == 0)
            continue;
        if (shown == MAX_SHOWN_ROWS) {
            left++;
            continue;
        }
        g_autofree char *x = cell(program, row, 0), *y = cell(program, row, column);
        put_line(text, label(table, row, column), x, y);
        shown++;
    }
    if (left > 0)
        g_string_append_printf(text, "           and %u more member%s\n", left, left == 1 ? "" : "s");
}

char *split_text(Program *program, const Plan *plan, uint32_t step)
{
    const MergeTable *table = &plan->steps[step].merge;
    GString *text = g_string_new(NULL);

    for (uint32_t c = 1; c < table->n_columns; c++)
        put_pair(text, program, table, c);
    return g_string_free(text, FALSE);
}

json_t *split_json(Program *program, const Plan *plan, uint32_t step)
{
    const Step *split = &plan->steps[step];
    json_t *object = json_object(), *definitions = json_array(), *members = json_array();

    for (uint32_t c = 0; c < split->merge.n_columns; c++) {
        Id id = split->merge.columns[c];
        json_t *definition = json_object();
        json_object_set_new(definition, "id", json_sym(program, program->definitions[id].id));
        json_object_set_new(definition, "kind",
                            json_string(definition_kind_name(program->definitions[id].kind)));
        json_object_set_new(definition, "path",
                            json_sym(program, program_definition_file(program, id)->path));
        json_object_set_new(definition, "line", json_integer(program->definitions[id].line));
        json_array_append_new(definitions, definition);
    }
    for (uint32_t r = 0; r < split->merge.n_rows; r++) {
        const DifferenceRow *row = &split->merge.rows[r];
        static const char *const names[] = {
            [DIFFERENCE_SAME] = "same", [DIFFERENCE_CHANGED] = "changed", [DIFFERENCE_MISSING] = "only"};
        json_t *member = json_object(), *texts = json_array();
        for (uint32_t c = 0; c < split->merge.n_columns; c++)
            json_array_append_new(texts, json_sym_or_null(program, row->texts[c]));
        json_object_set_new(member, "name", json_sym(program, row->member));
        json_object_set_new(member, "difference", json_string(names[row->kind]));
        json_object_set_new(member, "texts", texts);
        json_array_append_new(members, member);
    }
    json_object_set_new(object, "step", json_integer(step + 1));
    json_object_set_new(object, "id", json_sym(program, split->id));
    json_object_set_new(object, "title", json_sym(program, split->title));
    json_object_set_new(object, "definitions", definitions);
    json_object_set_new(object, "members", members);
    return object;
}
