/* The plan for programs: JSON, a step a line; CSV, an action a row. */
#include "report/formats.h"

#include "report/escape.h"
#include "report/json_text.h"
#include "report/records.h"

static json_t *points(double effort)
{
    return json_real((double)(int64_t)(effort * 100.0 + 0.5) / 100.0);
}

static json_t *total_array(const Program *program, const PlanTotal *totals, uint32_t count)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++) {
        json_t *object = json_object();
        json_object_set_new(object, "key", json_sym(program, totals[i].key));
        json_object_set_new(object, "steps", json_integer(totals[i].steps));
        json_object_set_new(object, "definitions", json_integer(totals[i].definitions));
        json_object_set_new(object, "imports", json_integer(totals[i].imports));
        json_object_set_new(object, "files", json_integer(totals[i].files));
        json_object_set_new(object, "effort", points(totals[i].effort));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *criteria_array(const Plan *plan)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < plan->n_criteria; i++) {
        json_t *object = json_object();
        json_object_set_new(object, "name", json_text(plan->criteria[i].name));
        json_object_set_new(object, "now", json_integer(plan->criteria[i].now));
        json_object_set_new(object, "goal", json_integer(plan->criteria[i].goal));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *action_array(const Program *program, const Step *step)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < step->n_actions; i++) {
        const Action *action = &step->actions[i];
        json_t *object = json_object();
        json_object_set_new(object, "action", json_string(action_kind_name(action->kind)));
        json_object_set_new(object, "path", json_sym(program, action->path));
        json_object_set_new(object, "line", json_integer(action->line));
        json_object_set_new(object, "before", json_sym_or_null(program, action->before));
        json_object_set_new(object, "after", json_sym_or_null(program, action->after));
        json_object_set_new(object, "text", json_sym_or_null(program, action->text));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *merge_object(const Program *program, const MergeTable *table)
{
    static const char *const statuses[] = {
        [DIFFERENCE_SAME] = "same", [DIFFERENCE_CHANGED] = "changed", [DIFFERENCE_MISSING] = "missing"};
    json_t *object = json_object(), *columns = json_array(), *rows = json_array();
    if (table->n_columns == 0) {
        json_decref(columns);
        json_decref(rows);
        json_decref(object);
        return json_null();
    }
    for (uint32_t c = 0; c < table->n_columns; c++)
        json_array_append_new(columns, json_sym(program, program->definitions[table->columns[c]].id));
    for (uint32_t r = 0; r < table->n_rows; r++) {
        json_t *row = json_object(), *texts = json_array();
        json_object_set_new(row, "member", json_sym(program, table->rows[r].member));
        json_object_set_new(row, "status", json_string(statuses[table->rows[r].kind]));
        for (uint32_t c = 0; c < table->n_columns; c++)
            json_array_append_new(texts, json_sym_or_null(program, table->rows[r].texts[c]));
        json_object_set_new(row, "texts", texts);
        json_array_append_new(rows, row);
    }
    json_object_set_new(object, "columns", columns);
    json_object_set_new(object, "rows", rows);
    return object;
}

static json_t *numbers(const uint32_t *steps, uint32_t count)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(array, json_integer(steps[i] + 1));
    return array;
}

static json_t *step_object(const Analysis *analysis, const Plan *plan, uint32_t index)
{
    const Program *program = analysis->program;
    const Step *step = &plan->steps[index];
    json_t *object = json_object(), *hazards = json_array();
    json_object_set_new(object, "number", json_integer(index + 1));
    json_object_set_new(object, "id", json_sym(program, step->id));
    json_object_set_new(object, "phase", json_string(phase_name(step->phase)));
    json_object_set_new(object, "priority", json_string(priority_name(step->priority)));
    json_object_set_new(object, "title", json_sym(program, step->title));
    json_object_set_new(object, "area", json_sym(program, step->area));
    json_object_set_new(object, "risk", json_string(risk_name(step->risk)));
    json_object_set_new(object, "risk_reason", json_sym_or_null(program, step->risk_reason));
    json_object_set_new(object, "how", json_string(step_how_name(step->how)));
    json_object_set_new(object, "by_hand", json_sym_or_null(program, step->by_hand));
    json_object_set_new(object, "condition", json_sym_or_null(program, step->condition));
    json_object_set_new(object, "effort", points(step->effort));
    json_object_set_new(object, "batch", step->batch > 0 ? json_integer(step->batch) : json_null());
    json_object_set_new(object, "group",
                        step->group != ID_NONE
                            ? json_sym(program, analysis->detection->groups[step->group].id)
                            : json_null());
    json_object_set_new(object, "definition",
                        step->definition != ID_NONE
                            ? json_sym(program, program->definitions[step->definition].id)
                            : json_null());
    json_object_set_new(object, "module",
                        step->module != ID_NONE && step->phase == PHASE_2C
                            ? json_sym(program, program->modules[step->module].id)
                            : json_null());
    json_object_set_new(object, "after", numbers(step->after, step->n_after));
    json_object_set_new(object, "circle", numbers(step->circle, step->n_circle));
    json_object_set_new(object, "cycle", json_sym_or_null(program, step->cycle));
    for (uint32_t i = 0; i < step->n_hazards; i++)
        json_array_append_new(hazards, json_sym(program, step->hazards[i]));
    json_object_set_new(object, "hazards", hazards);
    json_object_set_new(object, "merge", merge_object(program, &step->merge));
    json_object_set_new(object, "actions", action_array(program, step));
    return object;
}

bool plan_write_json(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config,
                     GError **error)
{
    (void)config;
    const Program *program = analysis->program;
    RecordList list = {0};
    fputs("{\n", out->file);
    list_member(&list, out->file, "schema", json_integer(1));
    list_member(&list, out->file, "version", json_string(ONEDEF_VERSION));
    list_member(&list, out->file, "batches", json_integer(plan->n_batches));
    list_member(&list, out->file, "criteria", criteria_array(plan));
    list_member(&list, out->file, "by_phase", total_array(program, plan->by_phase, plan->n_by_phase));
    list_member(&list, out->file, "by_priority",
                total_array(program, plan->by_priority, plan->n_by_priority));
    list_member(&list, out->file, "by_area", total_array(program, plan->by_area, plan->n_by_area));
    list_open(&list, out->file, "steps");
    for (uint32_t i = 0; i < plan->n_steps; i++)
        list_add(&list, step_object(analysis, plan, i));
    list_close(&list);
    fputs("\n}\n", out->file);
    return report_finish(out, error);
}

static void put_field(FILE *file, const char *text, bool last)
{
    g_autofree char *field = escape_csv(text);
    fputs(field, file);
    fputs(last ? "\r\n" : ",", file);
}

static void put_number(FILE *file, uint32_t number)
{
    fprintf(file, "%u,", number);
}

bool plan_write_csv(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config,
                    GError **error)
{
    (void)config;
    const Program *program = analysis->program;
    FILE *file = out->file;
    fputs("step,id,phase,priority,batch,risk,how,effort,area,title,action,path,line,before,after,"
          "text\r\n",
          file);
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        const Step *step = &plan->steps[i];
        for (uint32_t a = 0; a < step->n_actions; a++) {
            const Action *action = &step->actions[a];
            put_number(file, i + 1);
            put_field(file, program_text(program, step->id), false);
            put_field(file, phase_name(step->phase), false);
            put_field(file, priority_name(step->priority), false);
            put_number(file, step->batch);
            put_field(file, risk_name(step->risk), false);
            put_field(file, step_how_name(step->how), false);
            fprintf(file, "%.2f,", step->effort);
            put_field(file, program_text(program, step->area), false);
            put_field(file, program_text(program, step->title), false);
            put_field(file, action_kind_name(action->kind), false);
            put_field(file, program_text(program, action->path), false);
            put_number(file, action->line);
            put_field(file, program_text(program, action->before), false);
            put_field(file, program_text(program, action->after), false);
            put_field(file, program_text(program, action->text), true);
        }
    }
    return report_finish(out, error);
}
