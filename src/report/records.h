/* records.h — findings, groups and fragmentations as JSON objects: one place for all JSON formats. */
#ifndef ONEDEF_REPORT_RECORDS_H
#define ONEDEF_REPORT_RECORDS_H

#include <jansson.h>

#include "report/report.h"

/* All return new references. */
json_t *record_finding(const Program *program, const Finding *finding, bool with_evidence);
json_t *record_group(const Program *program, const Group *group);
json_t *record_fragmentation(const Program *program, const Fragmentation *fragmentation);
json_t *record_definition(const Program *program, Id definition); /* id, kind, path, line */

/* An array in a document, one compact element a line: `list_open` writes `"key": [`, each
 * `list_add` one element (reference dropped), `list_close` the end. */
typedef struct RecordList {
    FILE *file;
    uint32_t count;
    bool failed;
} RecordList;
void list_open(RecordList *list, FILE *file, const char *key);
void list_add(RecordList *list, json_t *record);
void list_close(RecordList *list);
/* `"key": value,` on a line of its own (reference dropped). */
void list_member(RecordList *list, FILE *file, const char *key, json_t *value);

#endif
