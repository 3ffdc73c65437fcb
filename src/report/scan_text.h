/* scan_text.h — the parts of the report for people; scan_text.c puts them in order. */
#ifndef ONEDEF_REPORT_SCAN_TEXT_H
#define ONEDEF_REPORT_SCAN_TEXT_H

#include "report/report.h"

/* How many items of a section are shown: `usual`, ten times that with -v, all with -vv. */
uint32_t section_limit(const Output *out, uint32_t usual);
/* "name" in bold, then a remark: the line that opens a section. */
void section_title(const Output *out, const char *title, const char *remark);
/* "  ... and 123 more (-v shows more)"; nothing when shown == total. */
void section_rest(const Output *out, uint32_t shown, uint32_t total);

/* Files, lines, definitions, groups by verdict, findings by rule, areas. */
void scan_text_summary(const Output *out, const Analysis *analysis);
/* Groups of work, worst first. */
void scan_text_groups(const Output *out, const Analysis *analysis);
/* One group: members with what to do with each, the differences with -v. */
void scan_text_group(const Output *out, const Analysis *analysis, const Group *group);
/* Findings of one rule with their message, heaviest first, production before the rest. */
void scan_text_rule(const Output *out, const Analysis *analysis, RuleId rule, uint32_t usual);
/* Broken imports by what is missing. */
void scan_text_broken(const Output *out, const Analysis *analysis);
void scan_text_fragmentation(const Output *out, const Analysis *analysis);
void scan_text_cycles(const Output *out, const Analysis *analysis);
void scan_text_files(const Output *out, const Analysis *analysis);
/* Member-by-member differences of a group, at most `limit` rows. */
void scan_text_rows(const Output *out, const Analysis *analysis, const Group *group, uint32_t limit, uint32_t indent);

#endif
