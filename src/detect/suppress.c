/* What the user does not want to hear, and the reason: severities of [tool.onedef.rules],
 * [[tool.onedef.ignore]] entries, and comments `# onedef: ignore[rule, rule] reason` on the line of a
 * finding or the line above it (for a group: of any of its members). Suppressed findings stay in the
 * list, marked; suppressions that suppress nothing are findings themselves. */
#include "detect/stage.h"

#include <string.h>

#include "base/error.h"

/* Marker — one comment that suppresses. */
typedef struct Marker {
    uint32_t file, line;
    char *rules; /* inside the brackets; "" = every rule */
    const char *reason;
    bool used;
} Marker;

static bool list_has_rule(const char *list, RuleId rule)
{
    g_auto(GStrv) parts = g_strsplit(list, ",", 32);

    if (*list == '\0')
        return true;
    for (guint i = 0; parts[i] != NULL; i++) {
        const char *part = g_strstrip(parts[i]);
        if (strcmp(part, "*") == 0 || rule_find(part) == (int)rule)
            return true;
    }
    return false;
}

/* "ignore[rule] reason" or "ignore reason"; false for any other directive. */
static bool read_marker(const char *text, Marker *marker)
{
    static const char word[] = "ignore";

    text += strspn(text, " \t");
    if (!g_str_has_prefix(text, word))
        return false;
    text += strlen(word);
    if (*text == '[') {
        const char *end = strchr(text, ']');
        if (end == NULL)
            return false;
        marker->rules = g_strndup(text + 1, (gsize)(end - text - 1));
        text = end + 1;
    } else {
        marker->rules = g_strdup("");
    }
    marker->reason = text + strspn(text, " \t:-");
    return true;
}

static void clear_marker(void *marker)
{
    g_free(((Marker *)marker)->rules);
}

/* Sorted by file, then line, as files and markers are. */
static GArray *collect_markers(const Program *program)
{
    GArray *markers = g_array_new(FALSE, FALSE, sizeof(Marker));

    g_array_set_clear_func(markers, clear_marker);
    for (uint32_t f = 0; f < program->n_files; f++) {
        const File *file = &program->files[f];
        for (uint32_t i = 0; file->facts.header != NULL && i < file->facts.n_markers; i++) {
            Marker marker = {.file = f, .line = file->facts.markers[i].line};
            if (file->facts.markers[i].kind == MARKER_SUPPRESS &&
                read_marker(file_text(file, file->facts.markers[i].text), &marker))
                g_array_append_val(markers, marker);
        }
    }
    return markers;
}

/* Files are sorted by path, and markers by file. */
static guint first_marker_of(const Program *program, const GArray *markers, Sym path)
{
    guint low = 0, high = markers->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        Sym other = program->files[g_array_index(markers, Marker, middle).file].path;
        if (sym_compare(program->interner, other, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static Marker *marker_at(const Program *program, GArray *markers, Sym path, uint32_t line, RuleId rule)
{
    for (guint i = first_marker_of(program, markers, path); i < markers->len; i++) {
        Marker *marker = &g_array_index(markers, Marker, i);
        if (program->files[marker->file].path != path)
            break;
        bool near = marker->line == line || marker->line + 1 == line;
        if (near && list_has_rule(marker->rules, rule))
            return marker;
    }
    return NULL;
}

static void apply_markers(Stage *stage, GArray *markers, Finding *finding)
{
    const Program *program = stage->program;
    Marker *marker = marker_at(program, markers, finding->path, finding->line, (RuleId)finding->rule);

    if (marker == NULL && finding->group != ID_NONE) {
        const Group *group = &stage->detection->groups[finding->group];
        for (uint32_t i = 0; i < group->n_members && marker == NULL; i++)
            marker =
                marker_at(program, markers, stage_definition_path(program, group->members[i].definition),
                          program->definitions[group->members[i].definition].line, (RuleId)finding->rule);
    }
    if (marker == NULL)
        return;
    marker->used = true;
    finding->suppressed = true;
    finding->suppress_reason = intern_cstr(stage->program->interner, marker->reason);
}

static bool name_matches(const Program *program, const ConfigSuppression *entry, const Finding *finding)
{
    for (uint32_t i = 0; i < finding->n_subjects; i++) {
        const char *id = program_text(program, finding->subjects[i]), *colon = strrchr(id, ':');
        if (config_glob(entry->name, id) || (colon != NULL && config_glob(entry->name, colon + 1)))
            return true;
    }
    return false;
}

static bool path_matches(const Program *program, const ConfigSuppression *entry, const Finding *finding)
{
    if (config_glob(entry->path, program_text(program, finding->path)))
        return true;
    for (uint32_t i = 0; i < finding->n_evidence && finding->group != ID_NONE; i++)
        if (config_glob(entry->path, program_text(program, finding->evidence[i].path)))
            return true;
    return false;
}

static void apply_entries(Stage *stage, Finding *finding)
{
    const GPtrArray *entries = stage->config->suppressions;

    for (guint i = 0; entries != NULL && i < entries->len; i++) {
        ConfigSuppression *entry = g_ptr_array_index(entries, i);
        bool rule = entry->rule == NULL || strcmp(entry->rule, "*") == 0 ||
                    rule_find(entry->rule) == (int)finding->rule;
        if (!rule || (entry->path != NULL && !path_matches(stage->program, entry, finding)) ||
            (entry->name != NULL && !name_matches(stage->program, entry, finding)))
            continue;
        entry->used = true;
        finding->suppressed = true;
        finding->suppress_reason =
            intern_cstr(stage->program->interner, entry->reason != NULL ? entry->reason : "");
    }
}

static bool configured_severities(const Config *config, int severities[RULE_COUNT], GError **error)
{
    for (int i = 0; i < RULE_COUNT; i++)
        severities[i] = -2; /* as found */
    for (guint i = 0; config != NULL && config->rules != NULL && i < config->rules->len; i++) {
        const ConfigRule *rule = g_ptr_array_index(config->rules, i);
        int id = rule_find(rule->slug);
        if (id < 0) {
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "unknown rule '%s' in [tool.onedef.rules]",
                        rule->slug);
            return false;
        }
        severities[id] = rule->severity;
    }
    for (guint i = 0; config != NULL && config->suppressions != NULL && i < config->suppressions->len; i++) {
        const ConfigSuppression *entry = g_ptr_array_index(config->suppressions, i);
        if (entry->rule != NULL && strcmp(entry->rule, "*") != 0 && rule_find(entry->rule) < 0) {
            g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT,
                        "unknown rule '%s' in [[tool.onedef.ignore]]", entry->rule);
            return false;
        }
    }
    return true;
}

static void drop_rules_that_are_off(Stage *stage, const int severities[RULE_COUNT])
{
    guint kept = 0;

    for (guint i = 0; i < stage->findings->len; i++) {
        Finding *finding = &g_array_index(stage->findings, Finding, i);
        int severity = severities[finding->rule];
        if (severity == -1)
            continue;
        if (severity >= 0)
            finding->severity = (uint8_t)severity;
        g_array_index(stage->findings, Finding, kept++) = *finding;
    }
    g_array_set_size(stage->findings, kept);
}

static void report_unused(Stage *stage, GArray *markers)
{
    const Program *program = stage->program;

    for (guint i = 0; i < markers->len; i++) {
        const Marker *marker = &g_array_index(markers, Marker, i);
        Draft draft;
        if (marker->used)
            continue;
        draft_begin(&draft, stage, RULE_UNUSED_SUPPRESSION);
        draft.path = program->files[marker->file].path;
        draft.line = marker->line;
        draft_subject(&draft, draft.path);
        draft_message(&draft, "the comment 'onedef: ignore%s%s%s' suppresses nothing",
                      *marker->rules != '\0' ? "[" : "", marker->rules, *marker->rules != '\0' ? "]" : "");
        draft_end(&draft, marker->rules);
    }
    const GPtrArray *entries = stage->config != NULL ? stage->config->suppressions : NULL;
    for (guint i = 0; entries != NULL && i < entries->len; i++) {
        const ConfigSuppression *entry = g_ptr_array_index(entries, i);
        Draft draft;
        if (entry->used)
            continue;
        draft_begin(&draft, stage, RULE_UNUSED_SUPPRESSION);
        draft.path =
            intern_cstr(stage->program->interner, stage->config->origin != NULL ? stage->config->origin : "");
        draft.line = 1;
        draft_subject(&draft, draft.path);
        g_autofree char *what =
            g_strdup_printf("rule %s, path %s, name %s", entry->rule != NULL ? entry->rule : "*",
                            entry->path != NULL ? entry->path : "*", entry->name != NULL ? entry->name : "*");
        draft_message(&draft, "the ignore entry for %s suppresses nothing", what);
        draft_end(&draft, what);
    }
}

bool detect_suppress(Stage *stage, GError **error)
{
    int severities[RULE_COUNT];
    g_autoptr(GArray) markers = NULL;

    if (!configured_severities(stage->config, severities, error))
        return false;
    markers = collect_markers(stage->program);
    for (guint i = 0; i < stage->findings->len; i++) {
        Finding *finding = &g_array_index(stage->findings, Finding, i);
        if (stage->config != NULL)
            apply_entries(stage, finding);
        if (markers->len > 0)
            apply_markers(stage, markers, finding);
        if (finding->suppressed && finding->group != ID_NONE) {
            stage->detection->groups[finding->group].suppressed = true;
            stage->detection->groups[finding->group].suppress_reason = finding->suppress_reason;
        }
    }
    report_unused(stage, markers);
    drop_rules_that_are_off(stage, severities);
    return true;
}
