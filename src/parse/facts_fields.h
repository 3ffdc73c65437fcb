/* facts_fields.h — what each field of each section of a facts block refers to: one table that
 * facts_open checks by and the builder renumbers strings by. */
#ifndef ONEDEF_PARSE_FACTS_FIELDS_H
#define ONEDEF_PARSE_FACTS_FIELDS_H

#include "parse/facts.h"

typedef enum FieldCheck {
    CHECK_STRING,
    CHECK_CONTEXT,
    CHECK_DEFINITION_OR_NONE,
    CHECK_MEMBERS,
    CHECK_EXPRESSIONS,
    CHECK_USES,
    CHECK_STATEMENTS,
    CHECK_ENTRIES,
    CHECK_SPAN,     /* two consecutive uint32_t: start <= end <= bytes of the file */
    CHECK_POSITION, /* <= bytes of the file */
    CHECK_KIND8,    /* uint8_t below `limit` */
    CHECK_KIND32,   /* uint32_t below `limit` */
} FieldCheck;

typedef struct FactsField {
    uint8_t section, check;
    uint16_t offset;
    uint32_t limit;
} FactsField;

extern const FactsField FACTS_FIELDS[];
extern const size_t FACTS_N_FIELDS;
extern const size_t FACTS_SECTION_SIZES[FACTS_N_SECTIONS];

#endif
