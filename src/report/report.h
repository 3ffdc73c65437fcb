/* report.h — findings, graphs and plans as bytes.
 *
 * One table of formats per kind of document; adding a format is one file and one line here.
 * Writers put bytes into an Output and never print or exit; texts from analysed code are escaped
 * for the format in one place each. */
#ifndef ONEDEF_REPORT_REPORT_H
#define ONEDEF_REPORT_REPORT_H

#include <stdio.h>

#include "config/config.h"
#include "graph/view.h"
#include "plan/plan.h"
#include "report/analysis.h"

typedef struct ReportScope ReportScope;

/* Output — where bytes go, what the terminal can do, and what is asked for. */
typedef struct Output {
    FILE *file;
    bool colour;
    uint32_t width;   /* columns; 0 = do not wrap */
    uint32_t verbose; /* evidence on demand */
    const ReportScope *scope; /* what is reported (scope.h); NULL: everything */
} Output;

typedef bool (*ScanWriter)(const Output *out, const Analysis *analysis, const Config *config, GError **error);
typedef struct ScanFormat { const char *name; ScanWriter write; } ScanFormat;
extern const ScanFormat scan_formats[]; /* ends with a NULL name: text, json, markdown, jsonl (more later) */

typedef bool (*PlanWriter)(const Output *out, const Analysis *analysis, const Plan *plan, const Config *config, GError **error);
typedef struct PlanFormat { const char *name; PlanWriter write; } PlanFormat;
extern const PlanFormat plan_formats[]; /* text (summary), markdown, json, csv */

typedef bool (*ViewWriter)(const Output *out, const View *view, GError **error);
typedef struct ViewFormat { const char *name; ViewWriter write; bool binary, drawn; } ViewFormat;
extern const ViewFormat view_formats[]; /* dot, svg, png, pdf (drawn: through onedef-draw), graphml, mermaid, json */

/* The whole index. `jsonl`: record by record to out. */
bool export_jsonl(const Output *out, const Analysis *analysis, GError **error);
/* Writes a new database at `path` (atomically replaced). */
bool export_sqlite(const char *path, const Analysis *analysis, GError **error);

/* The duplicates view: groups of work, their members, canonical ones marked. */
View *view_duplicates(const Analysis *analysis, const ViewOptions *options, GError **error);

#endif
