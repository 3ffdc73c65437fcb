/* rule.h — the one list of rules: slug, code, severity, what it means, what to do. */
#ifndef ONEDEF_DETECT_RULE_H
#define ONEDEF_DETECT_RULE_H

typedef enum Severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR } Severity;

/*    constant              slug                 code     severity          title */
#define RULES(X)                                                                                           \
    X(RULE_DUPLICATE,         "duplicate",         "OD101", SEVERITY_ERROR,   "one name, defined several times with the same contents")          \
    X(RULE_RENAMED,           "renamed",           "OD102", SEVERITY_WARNING, "the same contents under different class names")                   \
    X(RULE_DIVERGED,          "diverged",          "OD103", SEVERITY_ERROR,   "copies of one definition that have drifted apart")                \
    X(RULE_HOLLOW,            "hollow",            "OD104", SEVERITY_WARNING, "a subclass of its namesake that adds nothing")                    \
    X(RULE_TEST_COPY,         "test-copy",         "OD105", SEVERITY_WARNING, "a production definition copied into a test")                      \
    X(RULE_SPLIT_NAME,        "split-name",        "OD201", SEVERITY_ERROR,   "one imported name that means different classes by path")          \
    X(RULE_FRAGMENTED_IMPORT, "fragmented-import", "OD202", SEVERITY_WARNING, "one definition imported through several paths")                   \
    X(RULE_SHIM,              "shim",              "OD203", SEVERITY_INFO,    "a module that only passes names on")                              \
    X(RULE_DEAD_SHIM,         "dead-shim",         "OD204", SEVERITY_WARNING, "a shim that nobody imports any more")                             \
    X(RULE_DUAL_MODULE,       "dual-module",       "OD301", SEVERITY_ERROR,   "one file reachable under two module names")                       \
    X(RULE_SHADOWED_MODULE,   "shadowed-module",   "OD302", SEVERITY_WARNING, "a module hidden by another of the same name")                     \
    X(RULE_REDEFINITION,      "redefinition",      "OD303", SEVERITY_WARNING, "one name defined twice in one module")                            \
    X(RULE_BROKEN_IMPORT,     "broken-import",     "OD401", SEVERITY_ERROR,   "an import of a module or name that does not exist")               \
    X(RULE_BROKEN_EXPORT,     "broken-export",     "OD402", SEVERITY_ERROR,   "__all__ names something that the module does not bind")           \
    X(RULE_IMPORT_CYCLE,      "import-cycle",      "OD501", SEVERITY_WARNING, "modules that import one another while loading")                   \
    X(RULE_DEGRADED_FILE,     "degraded-file",     "OD901", SEVERITY_INFO,    "a file that could only be read in part")                          \
    X(RULE_UNREADABLE_FILE,   "unreadable-file",   "OD902", SEVERITY_WARNING, "a file that could not be read")                                   \
    X(RULE_UNUSED_SUPPRESSION,"unused-suppression","OD903", SEVERITY_INFO,    "a suppression that suppresses nothing")

typedef enum RuleId {
#define X(constant, slug, code, severity, title) constant,
    RULES(X)
#undef X
    RULE_COUNT
} RuleId;

typedef struct Rule {
    const char *slug, *code, *title;
    Severity severity;
    const char *explanation; /* paragraphs for `onedef explain CODE`: why it matters, how it is found, what to do, how to configure */
} Rule;

const Rule *rule_get(RuleId id);
/* By slug or code, case-insensitive; -1 when there is none. */
int rule_find(const char *slug_or_code);
const char *severity_name(Severity severity);

#endif
