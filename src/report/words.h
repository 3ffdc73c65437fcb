/* words.h — names of small enumerations, as all machine formats spell them. */
#ifndef ONEDEF_REPORT_WORDS_H
#define ONEDEF_REPORT_WORDS_H

#include "model/program.h"

const char *words_scope(uint32_t scope);          /* FactsScope: "module", "class", "function" */
const char *words_member(const Definition *definition, const FactsMember *member); /* "method", "enum-member" … */
const char *words_import_status(uint32_t status); /* ImportStatus: "ok", "no-module" … */

#endif
