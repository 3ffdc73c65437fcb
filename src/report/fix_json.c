#include "report/fix_json.h"

#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/json_text.h"
#include "report/records.h"
#include "report/split_names.h"

static const char *kind_name(uint8_t kind)
{
    static const char *const names[] = {
        [FIX_IMPORT] = "import",         [FIX_REPAIR] = "repair", [FIX_CHAIN] = "chain",
        [FIX_DEFINITION] = "definition", [FIX_EXPORT] = "export", [FIX_MODULE] = "module",
    };

    return names[kind];
}

static int compare_path(const void *key, const void *hazards)
{
    return strcmp(key, ((const FixHazards *)hazards)->path);
}

static bool has_hazards(const Fix *fix, const char *path)
{
    return fix->n_hazards > 0 &&
           bsearch(path, fix->hazards, fix->n_hazards, sizeof *fix->hazards, compare_path) != NULL;
}

static json_t *step_object(const Fix *fix, const FixFile *file, const FixMove *move)
{
    json_t *object = json_object(), *hazards = json_array();

    json_object_set_new(object, "phase", json_string(phase_name(file->phase)));
    json_object_set_new(object, "batch", json_integer(file->batch));
    json_object_set_new(object, "kind", json_string(kind_name(move->kind)));
    json_object_set_new(object, "path", json_text(file->path));
    json_object_set_new(object, "line", json_integer(move->line));
    json_object_set_new(object, "before", json_text(move->before));
    json_object_set_new(object, "after",
                        move->reason == NULL || strcmp(move->before, move->after) != 0
                            ? json_text(move->after)
                            : json_null());
    json_object_set_new(object, "done", json_boolean(move->reason == NULL));
    json_object_set_new(object, "reason", move->reason != NULL ? json_text(move->reason) : json_null());
    for (uint32_t i = 0; i < move->n_paths; i++)
        if (has_hazards(fix, move->paths[i]))
            json_array_append_new(hazards, json_text(move->paths[i]));
    json_object_set_new(object, "hazards", hazards);
    return object;
}

static json_t *hazards_object(const FixHazards *hazards)
{
    json_t *object = json_object(), *places = json_array();

    for (uint32_t i = 0; i < hazards->n_places; i++) {
        json_t *place = json_object();
        json_object_set_new(place, "path", json_text(hazards->places[i].file));
        json_object_set_new(place, "line", json_integer(hazards->places[i].line));
        json_object_set_new(place, "string", json_text(hazards->places[i].text));
        json_object_set_new(place, "patch", json_boolean(hazards->places[i].patch));
        json_array_append_new(places, place);
    }
    json_object_set_new(object, "names", json_text(hazards->path));
    json_object_set_new(object, "places", places);
    return object;
}

bool fix_json(const Output *out, const Fix *fix, const Analysis *analysis, const Plan *plan, GError **error)
{
    RecordList list = {0};

    fputs("{\n", out->file);
    list_member(&list, out->file, "schema", json_integer(1));
    list_member(&list, out->file, "done", json_integer(fix->n_done));
    list_member(&list, out->file, "left", json_integer(fix->n_left));
    list_member(&list, out->file, "files", json_integer(fix->n_edited));
    list_open(&list, out->file, "steps");
    for (uint32_t f = 0; f < fix->n_files; f++)
        for (uint32_t i = 0; i < fix->files[f].n_moves; i++)
            list_add(&list, step_object(fix, &fix->files[f], &fix->files[f].moves[i]));
    list_close(&list);
    fputs(",\n", out->file);
    list_open(&list, out->file, "hazards");
    for (uint32_t i = 0; i < fix->n_hazards; i++)
        list_add(&list, hazards_object(&fix->hazards[i]));
    list_close(&list);
    fputs(",\n", out->file);
    list_open(&list, out->file, "split_names");
    for (uint32_t i = 0; plan != NULL && i < plan->n_steps; i++)
        if (split_is(analysis->program, analysis->detection, plan, i))
            list_add(&list, split_json(analysis->program, plan, i));
    list_close(&list);
    fputs("\n}\n", out->file);
    return report_finish(out, error);
}
