#include "report/records.h"

#include "report/json_text.h"

static void set_sym(json_t *object, const Program *program, const char *key, Sym sym)
{
    json_object_set_new_nocheck(object, key, json_sym(program, sym));
}

static void set_number(json_t *object, const char *key, json_int_t number)
{
    json_object_set_new_nocheck(object, key, json_integer(number));
}

/* Three decimals, cut: the same bytes on every machine, and 0.9996 is not called 1. */
static json_t *fraction(double value)
{
    return json_real((double)(int64_t)(value * 1000.0) / 1000.0);
}

static json_t *definition_id(const Program *program, Id definition)
{
    return definition == ID_NONE ? json_null() : json_sym(program, program->definitions[definition].id);
}

json_t *record_definition(const Program *program, Id definition)
{
    const Definition *about = &program->definitions[definition];
    const File *file = program_definition_file(program, definition);
    json_t *object = json_object();
    set_sym(object, program, "id", about->id);
    json_object_set_new(object, "kind", json_string(definition_kind_name(about->kind)));
    set_sym(object, program, "path", file != NULL ? file->path : 0);
    set_number(object, "line", about->line);
    return object;
}

json_t *record_finding(const Program *program, const Finding *finding, bool with_evidence)
{
    const Rule *rule = rule_get(finding->rule);
    json_t *object = json_object(), *subjects = json_array();
    json_object_set_new(object, "rule", json_string(rule->slug));
    json_object_set_new(object, "code", json_string(rule->code));
    json_object_set_new(object, "severity", json_string(severity_name(finding->severity)));
    set_sym(object, program, "id", finding->id);
    set_sym(object, program, "path", finding->path);
    set_number(object, "line", finding->line);
    set_sym(object, program, "message", finding->message);
    for (uint32_t i = 0; i < finding->n_subjects; i++)
        json_array_append_new(subjects, json_sym(program, finding->subjects[i]));
    json_object_set_new(object, "subjects", subjects);
    if (!with_evidence)
        return object;
    json_t *evidence = json_array();
    for (uint32_t i = 0; i < finding->n_evidence; i++) {
        json_t *place = json_object();
        set_sym(place, program, "path", finding->evidence[i].path);
        set_number(place, "line", finding->evidence[i].line);
        set_sym(place, program, "text", finding->evidence[i].text);
        json_array_append_new(evidence, place);
    }
    json_object_set_new(object, "evidence", evidence);
    json_object_set_new(object, "weight", json_real(finding->weight));
    if (finding->suppressed)
        set_sym(object, program, "suppressed", finding->suppress_reason);
    return object;
}

static json_t *signal_array(const Signal *signals, uint32_t n)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < n; i++) {
        json_t *signal = json_object();
        json_object_set_new(signal, "name", json_text(signals[i].name));
        json_object_set_new(signal, "weight", fraction(signals[i].weight));
        json_object_set_new(signal, "value", fraction(signals[i].value));
        json_array_append_new(array, signal);
    }
    return array;
}

static json_t *score_object(const Program *program, const Group *group)
{
    json_t *object = json_object(), *pair = json_array();
    for (uint32_t i = 0; i < G_N_ELEMENTS(group->scored); i++)
        json_array_append_new(pair, definition_id(program, group->scored[i]));
    json_object_set_new(object, "definitions", pair);
    json_object_set_new(object, "points", fraction(group->points));
    json_object_set_new(object, "signals", signal_array(group->signals, group->n_signals));
    return object;
}

static json_t *canonical_object(const Program *program, const Canonical *canonical)
{
    json_t *object = json_object();
    json_object_set_new(object, "definition", definition_id(program, canonical->definition));
    json_object_set_new(object, "score", fraction(canonical->score));
    json_object_set_new(object, "runner_up", definition_id(program, canonical->runner_up));
    json_object_set_new(object, "runner_up_score", fraction(canonical->runner_up_score));
    set_sym(object, program, "reason", canonical->reason);
    json_object_set_new(object, "pinned", json_boolean(canonical->pinned));
    json_object_set_new(object, "signals", signal_array(canonical->signals, canonical->n_signals));
    return object;
}

static json_t *difference_array(const Program *program, const Group *group)
{
    static const char *const words[] = {"same", "changed", "missing"};
    uint32_t columns = 0;
    while (columns < group->n_members && group->members[columns].contest)
        columns++;
    json_t *array = json_array();
    for (uint32_t i = 0; i < group->n_rows; i++) {
        const DifferenceRow *row = &group->rows[i];
        json_t *object = json_object(), *texts = json_array();
        set_sym(object, program, "member", row->member);
        json_object_set_new(object, "difference", json_string(words[row->kind]));
        for (uint32_t c = 0; c < columns; c++)
            json_array_append_new(texts, json_sym_or_null(program, row->texts[c]));
        json_object_set_new(object, "texts", texts);
        json_array_append_new(array, object);
    }
    return array;
}

json_t *record_group(const Program *program, const Group *group)
{
    json_t *object = json_object(), *members = json_array();
    set_sym(object, program, "id", group->id);
    set_sym(object, program, "name", group->name);
    json_object_set_new(object, "verdict", json_string(verdict_name(group->verdict)));
    json_object_set_new(object, "action", json_string(verdict_action(group->verdict)));
    set_sym(object, program, "summary", group->summary);
    json_object_set_new(object, "similarity", fraction(group->similarity));
    json_object_set_new(object, "confidence", fraction(group->confidence));
    if (group->n_signals > 0)
        json_object_set_new(object, "score", score_object(program, group));
    json_object_set_new(object, "crosses_boundary", json_boolean(group->crosses_boundary));
    json_object_set_new(object, "managed_copy", json_boolean(group->managed_copy));
    if (group->suppressed)
        set_sym(object, program, "suppressed", group->suppress_reason);
    for (uint32_t i = 0; i < group->n_members; i++) {
        const GroupMember *member = &group->members[i];
        json_t *entry = record_definition(program, member->definition);
        json_object_set_new(entry, "role", json_string(member_role_name(member->role)));
        json_object_set_new(entry, "contest", json_boolean(member->contest));
        json_object_set_new(entry, "similarity", fraction(member->similarity));
        set_sym(entry, program, "note", member->note);
        json_array_append_new(members, entry);
    }
    json_object_set_new(object, "members", members);
    json_object_set_new(object, "canonical", canonical_object(program, &group->canonical));
    json_object_set_new(object, "differences", difference_array(program, group));
    return object;
}

json_t *record_fragmentation(const Program *program, const Fragmentation *fragmentation)
{
    json_t *object = json_object(), *paths = json_array();
    json_object_set_new(object, "definition", definition_id(program, fragmentation->definition));
    set_number(object, "imports", fragmentation->total);
    json_object_set_new(object, "canonical_module",
                        fragmentation->canonical_module == ID_NONE
                            ? json_null()
                            : json_sym(program, program->modules[fragmentation->canonical_module].id));
    for (uint32_t i = 0; i < fragmentation->n_paths; i++) {
        const ImportPath *path = &fragmentation->paths[i];
        json_t *entry = json_object();
        set_sym(entry, program, "module", program->modules[path->module].id);
        set_sym(entry, program, "name", path->name);
        set_number(entry, "imports", path->count);
        set_number(entry, "production_imports", path->n_production);
        json_object_set_new(entry, "canonical", json_boolean(path->canonical));
        json_array_append_new(paths, entry);
    }
    json_object_set_new(object, "paths", paths);
    return object;
}

void list_open(RecordList *list, FILE *file, const char *key)
{
    list->file = file;
    list->count = 0;
    fprintf(file, "\"%s\": [", key);
}

void list_add(RecordList *list, json_t *record)
{
    fputs(list->count++ == 0 ? "\n" : ",\n", list->file);
    list->failed |= json_dumpf(record, list->file, JSON_COMPACT) != 0;
    json_decref(record);
}

void list_close(RecordList *list)
{
    fputs(list->count == 0 ? "]" : "\n]", list->file);
}

void list_member(RecordList *list, FILE *file, const char *key, json_t *value)
{
    fprintf(file, "\"%s\": ", key);
    list->failed |= json_dumpf(value, file, JSON_COMPACT | JSON_ENCODE_ANY) != 0;
    fputs(",\n", file);
    json_decref(value);
}
