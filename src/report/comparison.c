/* Four rounds over what is still unmatched, each linear but for the last two, which ask hash tables. */
#include "report/comparison.h"

#include <stdlib.h>
#include <string.h>

/* Subjects that two findings must share before one is taken for the other with a copy more or less. */
#define SHARED_SUBJECTS 2
/* Findings that one subject is looked up in: bounds the work on a tree made to cost much. */
#define MAX_CANDIDATES 64

typedef struct Matching {
    const Snapshot *before, *after;
    uint32_t *before_match, *after_match; /* index on the other side plus one; 0: none */
    GArray *changes;                      /* Change */
} Matching;

static void pair(Matching *matching, uint32_t before, uint32_t after, ChangeStatus status)
{
    Change change = {&matching->before->findings[before], &matching->after->findings[after], (uint8_t)status};

    matching->before_match[before] = after + 1;
    matching->after_match[after] = before + 1;
    g_array_append_val(matching->changes, change);
}

static void match_ids(Matching *matching)
{
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

    for (uint32_t i = 0; i < matching->before->n_findings; i++)
        g_hash_table_insert(ids, matching->before->findings[i].id, GUINT_TO_POINTER(i + 1));
    for (uint32_t i = 0; i < matching->after->n_findings; i++) {
        uint32_t found = GPOINTER_TO_UINT(g_hash_table_lookup(ids, matching->after->findings[i].id));
        if (found > 0 && matching->before_match[found - 1] == 0)
            pair(matching, found - 1, i, CHANGE_UNCHANGED);
    }
}

/* content → index plus one, or AMBIGUOUS. */
#define AMBIGUOUS UINT32_MAX

static GHashTable *index_content(const Snapshot *snapshot, const uint32_t *match)
{
    GHashTable *index = g_hash_table_new(g_int64_hash, g_int64_equal);

    for (uint32_t i = 0; i < snapshot->n_findings; i++) {
        gint64 *key = (gint64 *)(void *)&snapshot->findings[i].content;
        if (match[i] != 0 || *key == 0)
            continue;
        bool known = g_hash_table_contains(index, key);
        g_hash_table_insert(index, key, GUINT_TO_POINTER(known ? AMBIGUOUS : i + 1));
    }
    return index;
}

/* Only what is alone of its content on both sides: of three equal findings nobody can say which went where.
 */
static void match_content(Matching *matching)
{
    g_autoptr(GHashTable) before = index_content(matching->before, matching->before_match);
    g_autoptr(GHashTable) after = index_content(matching->after, matching->after_match);

    for (uint32_t i = 0; i < matching->after->n_findings; i++) {
        const SnapshotFinding *finding = &matching->after->findings[i];
        uint32_t own = GPOINTER_TO_UINT(g_hash_table_lookup(after, &finding->content));
        uint32_t old = GPOINTER_TO_UINT(g_hash_table_lookup(before, &finding->content));
        if (matching->after_match[i] == 0 && own == i + 1 && old != 0 && old != AMBIGUOUS)
            pair(matching, old - 1, i, CHANGE_MOVED);
    }
}

/* Both lists are sorted. */
static uint32_t count_shared(char *const *a, char *const *b)
{
    uint32_t shared = 0;

    while (*a != NULL && *b != NULL) {
        int order = strcmp(*a, *b);
        shared += order == 0;
        a += order <= 0;
        b += order >= 0;
    }
    return shared;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "rule\nX\nX": what a finding is about, whatever the modules are called that hold it. Caller frees. */
static char *name_key(const SnapshotFinding *finding)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    GString *key = g_string_new(NULL);

    for (char **subject = finding->subjects; *subject != NULL; subject++) {
        const char *colon = strrchr(*subject, ':'), *dot = strrchr(*subject, '.');
        const char *name = colon != NULL ? colon + 1 : dot != NULL ? dot + 1 : *subject;
        g_ptr_array_add(names, (char *)(uintptr_t)name);
    }
    g_ptr_array_sort(names, compare_texts);
    g_string_append_printf(key, "%u", finding->rule);
    for (uint32_t i = 0; i < names->len; i++)
        g_string_append_printf(key, "\n%s", (const char *)names->pdata[i]);
    return g_string_free(key, FALSE);
}

static GHashTable *index_names(const Snapshot *snapshot, const uint32_t *match)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (uint32_t i = 0; i < snapshot->n_findings; i++) {
        if (match[i] != 0 || snapshot->findings[i].subjects[0] == NULL)
            continue;
        char *key = name_key(&snapshot->findings[i]);
        bool known = g_hash_table_contains(index, key);
        g_hash_table_replace(index, key, GUINT_TO_POINTER(known ? AMBIGUOUS : i + 1));
    }
    return index;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* Does something beside the names speak for one finding being the other? */
static bool is_kin(const SnapshotFinding *before, const SnapshotFinding *after)
{
    if (count_shared(before->subjects, after->subjects) > 0)
        return true;
    return strcmp(before->path, after->path) != 0 &&
           strcmp(file_name(before->path), file_name(after->path)) == 0 &&
           strcmp(file_name(before->path), "__init__.py") != 0;
}

/* A file that was moved and edited: neither ids nor contents agree. The names of what the finding is about
 * do; where they are alone on both sides, and a subject or the file's name stayed, it is the same finding. */
static void match_names(Matching *matching)
{
    g_autoptr(GHashTable) before = index_names(matching->before, matching->before_match);
    g_autoptr(GHashTable) after = index_names(matching->after, matching->after_match);

    for (uint32_t i = 0; i < matching->after->n_findings; i++) {
        const SnapshotFinding *finding = &matching->after->findings[i];
        if (matching->after_match[i] != 0 || finding->subjects[0] == NULL)
            continue;
        g_autofree char *key = name_key(finding);
        uint32_t own = GPOINTER_TO_UINT(g_hash_table_lookup(after, key));
        uint32_t old = GPOINTER_TO_UINT(g_hash_table_lookup(before, key));
        if (own == i + 1 && old != 0 && old != AMBIGUOUS &&
            is_kin(&matching->before->findings[old - 1], finding))
            pair(matching, old - 1, i, CHANGE_MOVED);
    }
}

static void free_list(void *list)
{
    g_array_free(list, TRUE);
}

/* Findings about a set of things, which can lose one or win one. */
static bool is_set(uint8_t rule)
{
    return rule == RULE_DUPLICATE || rule == RULE_RENAMED || rule == RULE_DIVERGED ||
           rule == RULE_SPLIT_NAME || rule == RULE_IMPORT_CYCLE;
}

/* subject → GArray of unmatched findings before. */
static GHashTable *index_subjects(const Matching *matching)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_list);

    for (uint32_t i = 0; i < matching->before->n_findings; i++)
        for (char **subject = matching->before->findings[i].subjects;
             matching->before_match[i] == 0 && is_set(matching->before->findings[i].rule) && *subject != NULL;
             subject++) {
            GArray *list = g_hash_table_lookup(index, *subject);
            if (list == NULL) {
                list = g_array_new(FALSE, FALSE, sizeof(uint32_t));
                g_hash_table_insert(index, *subject, list);
            }
            g_array_append_val(list, i);
        }
    return index;
}

/* The unmatched finding of the same rule that shares most with it; index plus one, or 0. */
static uint32_t closest(const Matching *matching, GHashTable *index, const SnapshotFinding *finding,
                        uint32_t *shared)
{
    uint32_t best = 0;

    *shared = SHARED_SUBJECTS - 1;
    for (char **subject = finding->subjects; *subject != NULL; subject++) {
        const GArray *list = g_hash_table_lookup(index, *subject);
        for (uint32_t i = 0; list != NULL && i < MIN(list->len, MAX_CANDIDATES); i++) {
            uint32_t candidate = g_array_index(list, uint32_t, i);
            const SnapshotFinding *other = &matching->before->findings[candidate];
            if (matching->before_match[candidate] != 0 || other->rule != finding->rule)
                continue;
            uint32_t common = count_shared(other->subjects, finding->subjects);
            if (common > *shared || (common == *shared && best > candidate + 1)) {
                *shared = common;
                best = candidate + 1;
            }
        }
    }
    return best;
}

static void match_subjects(Matching *matching)
{
    g_autoptr(GHashTable) index = index_subjects(matching);

    for (uint32_t i = 0; i < matching->after->n_findings; i++) {
        const SnapshotFinding *finding = &matching->after->findings[i];
        uint32_t shared, n = g_strv_length(finding->subjects);
        if (matching->after_match[i] != 0 || !is_set(finding->rule) || n < SHARED_SUBJECTS)
            continue;
        uint32_t found = closest(matching, index, finding, &shared);
        if (found == 0)
            continue;
        uint32_t old = g_strv_length(matching->before->findings[found - 1].subjects);
        pair(matching, found - 1, i,
             shared < n     ? CHANGE_GROWN
             : shared < old ? CHANGE_SHRUNK
                            : CHANGE_UNCHANGED);
    }
}

/* An unreadable file is a finding itself: that one does come and go. */
static ChangeStatus single_status(const SnapshotFinding *finding, const Snapshot *other, ChangeStatus status)
{
    return finding->rule != RULE_UNREADABLE_FILE && snapshot_cannot_read(other, finding->path) ? CHANGE_UNREAD
                                                                                               : status;
}

static void list_singles(Matching *matching)
{
    for (uint32_t i = 0; i < matching->before->n_findings; i++) {
        Change change = {.before = &matching->before->findings[i]};
        change.status = (uint8_t)single_status(change.before, matching->after, CHANGE_GONE);
        if (matching->before_match[i] == 0)
            g_array_append_val(matching->changes, change);
    }
    for (uint32_t i = 0; i < matching->after->n_findings; i++) {
        Change change = {.after = &matching->after->findings[i]};
        change.status = (uint8_t)single_status(change.after, matching->before, CHANGE_NEW);
        if (matching->after_match[i] == 0)
            g_array_append_val(matching->changes, change);
    }
}

static int compare_changes(const void *a, const void *b)
{
    const Change *p = a, *q = b;
    const SnapshotFinding *x = change_finding(p), *y = change_finding(q);
    int order;

    if (p->status != q->status)
        return p->status < q->status ? -1 : 1;
    if ((order = strcmp(x->path, y->path)) != 0)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    return strcmp(x->id, y->id);
}

/* --- totals --- */

static void count_change(ChangeTotal *total, const Change *change, bool before, bool after)
{
    total->before += before;
    total->after += after;
    total->counts[change->status] += after || change->after == NULL;
}

static int compare_totals(const void *a, const void *b)
{
    const ChangeTotal *x = a, *y = b;
    uint32_t moved_x = x->before + x->after - 2 * x->counts[CHANGE_UNCHANGED];
    uint32_t moved_y = y->before + y->after - 2 * y->counts[CHANGE_UNCHANGED];

    if (moved_x != moved_y)
        return moved_x > moved_y ? -1 : 1;
    return strcmp(x->key, y->key);
}

static ChangeTotal *area_total(GArray *areas, GHashTable *index, const char *key)
{
    uint32_t found = GPOINTER_TO_UINT(g_hash_table_lookup(index, key));

    if (found == 0) {
        ChangeTotal total = {.key = key};
        g_array_append_val(areas, total);
        found = areas->len;
        g_hash_table_insert(index, (void *)(uintptr_t)key, GUINT_TO_POINTER(found));
    }
    return &g_array_index(areas, ChangeTotal, found - 1);
}

/* What moved from one area to another counts as before in one and as after in the other. */
static void add_totals(Comparison *comparison)
{
    GArray *areas = g_array_new(FALSE, FALSE, sizeof(ChangeTotal));
    g_autoptr(GHashTable) index = g_hash_table_new(g_str_hash, g_str_equal);
    ChangeTotal rules[RULE_COUNT] = {0};

    for (uint32_t i = 0; i < comparison->n_changes; i++) {
        const Change *change = &comparison->changes[i];
        bool before = change->before != NULL, after = change->after != NULL;
        count_change(&comparison->all, change, before, after);
        count_change(&rules[change_finding(change)->rule], change, before, after);
        if (before && after && strcmp(change->before->area, change->after->area) != 0) {
            count_change(area_total(areas, index, change->before->area), change, true, false);
            before = false;
        }
        count_change(area_total(areas, index, change_finding(change)->area), change, before, after);
    }
    g_array_sort(areas, compare_totals);
    comparison->n_areas = areas->len;
    comparison->areas = (ChangeTotal *)(void *)g_array_free(areas, FALSE);
    comparison->rules = g_new(ChangeTotal, RULE_COUNT);
    for (uint32_t rule = 0; rule < RULE_COUNT; rule++) {
        rules[rule].key = rule_get(rule)->slug;
        if (rules[rule].before + rules[rule].after > 0)
            comparison->rules[comparison->n_rules++] = rules[rule];
    }
}

Comparison *comparison_new(const Snapshot *before, const Snapshot *after)
{
    Comparison *comparison = g_new0(Comparison, 1);
    Matching matching = {.before = before, .after = after};

    matching.before_match = g_new0(uint32_t, before->n_findings + 1);
    matching.after_match = g_new0(uint32_t, after->n_findings + 1);
    matching.changes = g_array_new(FALSE, FALSE, sizeof(Change));
    match_ids(&matching);
    match_content(&matching);
    match_names(&matching);
    match_subjects(&matching);
    list_singles(&matching);
    g_array_sort(matching.changes, compare_changes);
    g_free(matching.before_match);
    g_free(matching.after_match);
    comparison->before = before;
    comparison->after = after;
    comparison->n_changes = matching.changes->len;
    comparison->changes = (Change *)(void *)g_array_free(matching.changes, FALSE);
    comparison->all.key = "all";
    add_totals(comparison);
    return comparison;
}

void comparison_free(Comparison *comparison)
{
    if (comparison == NULL)
        return;
    g_free(comparison->changes);
    g_free(comparison->areas);
    g_free(comparison->rules);
    g_free(comparison);
}

const char *change_name(ChangeStatus status)
{
    static const char *const names[] = {"new", "grown", "gone", "shrunk", "moved", "unread", "unchanged"};

    return names[status];
}

const ComparisonFormat comparison_formats[] = {
    {"text", comparison_write_text},
    {"markdown", comparison_write_markdown},
    {"json", comparison_write_json},
    {"csv", comparison_write_csv},
    {NULL, NULL},
};
