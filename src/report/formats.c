#include "report/formats.h"

const ScanFormat scan_formats[] = {
    {"text", scan_write_text},
    {"json", scan_write_json},
    {"markdown", scan_write_markdown},
    {"jsonl", scan_write_jsonl},
    {NULL, NULL},
};

const PlanFormat plan_formats[] = {
    {"text", plan_write_text},
    {"markdown", plan_write_markdown},
    {"json", plan_write_json},
    {"csv", plan_write_csv},
    {NULL, NULL},
};

const char *report_issue_name(uint32_t kind)
{
    static const char *const names[] = {
        [ISSUE_UNTERMINATED_STRING] = "unterminated string",
        [ISSUE_INDENTATION] = "broken indentation",
        [ISSUE_BRACKETS] = "unbalanced brackets",
        [ISSUE_SYNTAX] = "syntax error",
        [ISSUE_PYTHON2] = "Python 2 syntax",
        [ISSUE_CONFLICT] = "merge-conflict markers",
        [ISSUE_BUDGET] = "too complex: read by the lexer alone",
        [ISSUE_ENCODING] = "not UTF-8 and no coding cookie",
        [ISSUE_NUL] = "NUL bytes",
    };
    return kind < G_N_ELEMENTS(names) ? names[kind] : "damaged";
}
