#include "detect/detect.h"

#include <stdlib.h>

#include "detect/beside.h"
#include "detect/cluster.h"
#include "detect/prepare.h"
#include "detect/stage.h"

static const struct {
    const char *name, *action;
    bool work;
} verdicts[VERDICT_COUNT] = {
    [VERDICT_DUPLICATE] = {"duplicate", "consolidate", true},
    [VERDICT_RENAMED] = {"renamed", "consolidate or justify", true},
    [VERDICT_DIVERGED] = {"diverged", "merge, then consolidate", true},
    [VERDICT_FAMILY] = {"family", "none", false},
    [VERDICT_HOMONYM] = {"homonym", "none; rename if confusing", false},
    [VERDICT_OVERRIDE] = {"override", "none", false},
    [VERDICT_HOLLOW] = {"hollow", "alias or remove", true},
    [VERDICT_CONDITIONAL] = {"conditional", "none", false},
    [VERDICT_FALLBACK] = {"fallback", "none, or fix the import", false},
    [VERDICT_TEST_DOUBLE] = {"test-double", "none", false},
    [VERDICT_STUB] = {"stub", "none", false},
    [VERDICT_GENERATED] = {"generated", "none", false},
    [VERDICT_VENDORED] = {"vendored", "none", false},
    [VERDICT_BACKUP] = {"backup", "remove the backup", false},
    [VERDICT_MIGRATION] = {"migration", "none", false},
    [VERDICT_EXAMPLE] = {"example", "none", false},
};

const char *verdict_name(Verdict verdict)
{
    return verdicts[verdict].name;
}
const char *verdict_action(Verdict verdict)
{
    return verdicts[verdict].action;
}
bool verdict_is_work(Verdict verdict)
{
    return verdicts[verdict].work;
}

const char *member_role_name(MemberRole role)
{
    static const char *const names[MEMBER_ROLE_COUNT] = {
        "production",  "test",     "vendored", "generated", "backup",      "migration", "example",
        "conditional", "fallback", "override", "hollow",    "test-double", "stub"};

    return names[role];
}

/* Path, line, rule, id: what a reader can see. */
static int compare_findings(const void *a, const void *b, void *interner)
{
    const Finding *x = a, *y = b;
    int order = sym_compare(interner, x->path, y->path);

    if (order != 0)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    order = sym_compare(interner, x->id, y->id);
    return order != 0 ? order : sym_compare(interner, x->message, y->message);
}

/* Two findings of one rule, subjects and discriminator (one name imported twice in one module) are told
 * apart by their order in the source; the first keeps the plain id. */
static void number_equal_ids(Program *program, GArray *findings)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < findings->len; i++) {
        Finding *finding = &g_array_index(findings, Finding, i);
        gpointer key = GUINT_TO_POINTER(finding->id);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key)) + 1;
        g_hash_table_insert(seen, key, GUINT_TO_POINTER(count));
        if (count > 1) {
            g_autofree char *ordinal = g_strdup_printf("#%u", count);
            finding->id = stage_stable_id(program, "again", &finding->id, 1, ordinal);
        }
    }
}

struct Detector {
    Stage stage;
    Clusters clusters;
    Beside beside;
    Preparation *preparation;
};

Detector *detect_begin(Program *program, Config *config, Preparation *preparation, uint32_t workers)
{
    Detector *detector = g_new0(Detector, 1);

    detector->preparation = preparation_settle(preparation, program, config, workers);
    detector->stage = (Stage){.program = program,
                              .config = config,
                              .detection = g_new0(Detection, 1),
                              .preparation = detector->preparation,
                              .contents = detector->preparation->contents,
                              .workers = workers};
    arena_init(&detector->stage.detection->arena);
    detector->stage.standings = structure_new(program, &detector->stage.contents);
    return detector;
}

void detect_compare(Detector *detector)
{
    const Interner *interner = detector->stage.program->interner;
    uint32_t known = interner_count(interner);

    beside_start(&detector->beside, &detector->stage);
    clusters_init(&detector->clusters, &detector->stage);
    g_assert(interner_count(interner) == known); /* others read it */
}

static bool find_all(Stage *stage, Clusters *clusters, Beside *beside, GError **error)
{
    Detection *detection = stage->detection;

    stage->groups = g_array_new(FALSE, FALSE, sizeof(Group));
    stage->findings = g_array_new(FALSE, FALSE, sizeof(Finding));
    detect_groups(stage, clusters);
    detection->n_groups = stage->groups->len;
    detection->groups = (Group *)(void *)g_array_free(stage->groups, FALSE);
    detect_group_findings(stage);
    detect_split_names(stage);
    detect_modules(stage);
    beside_finish(beside, stage);
    bool ok = detect_suppress(stage, error);
    if (stage->findings->len > 1)
        g_qsort_with_data(stage->findings->data, (gint)stage->findings->len, sizeof(Finding),
                          compare_findings, stage->program->interner);
    number_equal_ids(stage->program, stage->findings);
    detection->n_findings = stage->findings->len;
    detection->findings = (Finding *)(void *)g_array_free(stage->findings, FALSE);
    return ok;
}

Detection *detect_end(Detector *detector, const DependencyGraph *graph, GError **error)
{
    Detection *detection = detector->stage.detection;

    detector->stage.graph = graph;
    if (!find_all(&detector->stage, &detector->clusters, &detector->beside, error))
        g_clear_pointer(&detection, detection_free);
    detector->stage.detection = NULL;
    detect_abandon(detector);
    return detection;
}

void detect_abandon(Detector *detector)
{
    if (detector == NULL)
        return;
    beside_abandon(&detector->beside);
    clusters_clear(&detector->clusters);
    preparation_free(detector->preparation);
    detection_free(detector->stage.detection);
    g_free(detector->stage.standings);
    g_free(detector);
}

void detection_free(Detection *detection)
{
    if (detection == NULL)
        return;
    g_free(detection->groups);
    g_free(detection->findings);
    g_free(detection->fragmentations);
    g_free(detection->shims);
    g_free(detection->path_imports);
    g_free(detection->group_of);
    arena_clear(&detection->arena);
    g_free(detection);
}
