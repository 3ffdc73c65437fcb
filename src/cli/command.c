#include "cli/command.h"

#include <stddef.h>

const Command commands[] = {
    {"scan", cmd_scan, "what is defined more than once, and what else splits the truth"},
    {"where", cmd_where, "the canonical definition of a name, and all paths to it"},
    {"explain", cmd_explain, "what a name truly is; what a rule means"},
    {"graph", cmd_graph, "diagrams of modules, packages, copies, cycles, or one name"},
    {"plan", cmd_plan, "the worklist that leads back to one definition each"},
    {"fix", cmd_fix, "carry out what the plan can prove: imports from the canonical path"},
    {"diff", cmd_diff, "findings gone, new and unchanged between two revisions"},
    {"history", cmd_history, "what was found over time, as a table or a chart"},
    {"export", cmd_export, "the whole index, as JSON lines or a SQLite database"},
    {"cache", cmd_cache, "what the cache holds, or empty it"},
    {"version", cmd_version, "the version of onedef"},
    {NULL, NULL, NULL},
};
