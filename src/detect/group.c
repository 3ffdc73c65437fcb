/* Groups out of clusters.
 *
 * 0. Classes of tests that stand for a production class of their name leave as test doubles.
 * 1. Every cluster of copies, with the structural leavers that are anchored in it (its alternatives,
 *    stubs, subclasses of a namesake, fallbacks), is one group. Its contest is the production
 *    members, or production and tests where there is but one production member. With two or more in
 *    the contest the contents decide; with fewer the strongest role decides.
 * 2. What is left of a name — one representative of each cluster, and leavers anchored nowhere — is
 *    split into families (and doubles) and the rest, which are homonyms.
 * 3. Families across names that belong to no group yet are groups too.
 *
 * Nested classes have groups of copies (unless their outer classes are copies already) and of
 * framework slots (`Meta`, `Config`); function-local ones groups of copies only. */
#include "detect/group.h"

#include <stdlib.h>
#include <string.h>

#include "detect/cluster.h"
#include "detect/difference.h"
#include "detect/double.h"
#include "detect/measure.h"

enum { MAX_FREE_NAMES = 8, MAX_ROW_MEMBERS = 32 };

typedef struct Assembly {
    Stage *stage;
    Clusters *clusters;
    uint32_t *group_of;
    GArray *weights;   /* double, beside stage->groups */
    uint32_t *imports; /* by definition: imports that lead to it */
} Assembly;

static bool is_contender(const Standing *standing)
{
    return !standing->leaves && (standing->file_role == ROLE_PRODUCTION || standing->file_role == ROLE_TEST);
}

/* --- members --- */

static int compare_members(const void *a, const void *b, void *data)
{
    const GroupMember *x = a, *y = b;
    const Program *program = data;

    if (x->contest != y->contest)
        return x->contest ? -1 : 1;
    return sym_compare(program->interner, program->definitions[x->definition].id,
                       program->definitions[y->definition].id);
}

/* Decides who contends and sorts; returns the size of the contest. */
static uint32_t seat_members(const Assembly *assembly, GroupMember *members, uint32_t n)
{
    const Standing *standings = assembly->stage->standings;
    uint32_t production = 0, tests = 0, contest = 0;

    for (uint32_t i = 0; i < n; i++) {
        const Standing *standing = &standings[members[i].definition];
        members[i].role = standing->role;
        members[i].note = standing->note;
        production += is_contender(standing) && standing->file_role == ROLE_PRODUCTION;
        tests += is_contender(standing) && standing->file_role == ROLE_TEST;
    }
    for (uint32_t i = 0; i < n; i++) {
        const Standing *standing = &standings[members[i].definition];
        bool contends = is_contender(standing) && (standing->file_role == ROLE_PRODUCTION || production < 2);
        members[i].contest = contends && production + tests >= 2;
        contest += members[i].contest;
    }
    g_qsort_with_data(members, (gint)n, sizeof *members, compare_members, assembly->stage->program);
    return contest;
}

/* The verdict of a group without a contest: its strongest role. */
static Verdict verdict_of_roles(const GroupMember *members, uint32_t n)
{
    static const struct {
        MemberRole role;
        Verdict verdict;
    } order[] = {
        {MEMBER_ROLE_HOLLOW, VERDICT_HOLLOW},
        {MEMBER_ROLE_OVERRIDE, VERDICT_OVERRIDE},
        {MEMBER_ROLE_CONDITIONAL, VERDICT_CONDITIONAL},
        {MEMBER_ROLE_FALLBACK, VERDICT_FALLBACK},
        {MEMBER_ROLE_STUB, VERDICT_STUB},
        {MEMBER_ROLE_TEST_DOUBLE, VERDICT_TEST_DOUBLE},
        {MEMBER_ROLE_VENDORED, VERDICT_VENDORED},
        {MEMBER_ROLE_GENERATED, VERDICT_GENERATED},
        {MEMBER_ROLE_BACKUP, VERDICT_BACKUP},
        {MEMBER_ROLE_MIGRATION, VERDICT_MIGRATION},
        {MEMBER_ROLE_EXAMPLE, VERDICT_EXAMPLE},
    };

    for (size_t o = 0; o < G_N_ELEMENTS(order); o++)
        for (uint32_t i = 0; i < n; i++)
            if (members[i].role == order[o].role)
                return order[o].verdict;
    return VERDICT_HOMONYM;
}

/* --- one group --- */

static Sym group_name(Program *program, const GroupMember *members, uint32_t n)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    uint32_t shown = 0;

    for (uint32_t i = 0; i < n; i++) {
        Sym name = program->definitions[members[i].definition].name;
        if (!g_hash_table_add(seen, GUINT_TO_POINTER(name)))
            continue;
        if (shown < 3)
            g_string_append_printf(out, "%s%s", shown > 0 ? " / " : "", program_text(program, name));
        shown++;
    }
    if (shown > 3)
        g_string_append_printf(out, " and %u more", shown - 3);
    return intern_cstr(program->interner, out->str);
}

static bool is_one_name(const Program *program, const GroupMember *members, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        if (program->definitions[members[i].definition].name !=
            program->definitions[members[0].definition].name)
            return false;
    return true;
}

static bool all_identical(const Assembly *assembly, const GroupMember *members, uint32_t n, bool one_name)
{
    for (uint32_t i = 1; i < n; i++) {
        Similarity s;
        preparation_compare(assembly->stage->preparation, assembly->stage->program, members[0].definition,
                            members[i].definition, &s);
        if (!similarity_identical(&s) && (one_name || !s.shape))
            return false;
    }
    return true;
}

static void judge_contents(Assembly *assembly, Group *group, uint32_t contest)
{
    Stage *stage = assembly->stage;
    bool one_name = is_one_name(stage->program, group->members, contest);
    Sym names[MAX_FREE_NAMES];
    uint32_t n_names = 0;

    group->verdict = VERDICT_DIVERGED;
    if (all_identical(assembly, group->members, contest, one_name)) {
        for (uint32_t i = 1; i < contest && n_names == 0; i++)
            n_names = MIN(verdict_free_names(stage->program, group->members[0].definition,
                                             group->members[i].definition, names, MAX_FREE_NAMES),
                          MAX_FREE_NAMES);
        if (n_names == 0)
            group->verdict = one_name ? VERDICT_DUPLICATE : VERDICT_RENAMED;
    }
    if (group->verdict == VERDICT_DUPLICATE) {
        group->summary = intern_printf(stage->program->interner, "%u definitions say the same", contest);
        return;
    }
    if (contest <= MAX_ROW_MEMBERS)
        difference_fill(stage, group, contest, names, n_names);
    if (group->verdict == VERDICT_RENAMED)
        group->summary = intern_printf(stage->program->interner,
                                       "%u definitions say the same under different names", contest);
    else if (contest > MAX_ROW_MEMBERS)
        group->summary =
            intern_printf(stage->program->interner, "%u copies that have drifted apart", contest);
}

static double weight_of(const Assembly *assembly, const Group *group)
{
    double weight = 0.0;

    for (uint32_t i = 0; i < group->n_members; i++)
        weight += (group->members[i].contest ? 2.0 : 0.5) + assembly->imports[group->members[i].definition];
    return weight;
}

static Sym group_id(const Assembly *assembly, const Group *group, uint32_t contest)
{
    Program *program = assembly->stage->program;
    uint32_t n = contest >= 2 ? contest : group->n_members;
    g_autofree Sym *subjects = g_new(Sym, n);

    for (uint32_t i = 0; i < n; i++)
        subjects[i] = program->definitions[group->members[i].definition].id;
    return stage_stable_id(program, "group", subjects, n,
                           contest >= 2 ? NULL : verdict_name((Verdict)group->verdict));
}

static void note_members(const Assembly *assembly, Group *group)
{
    Interner *interner = assembly->stage->program->interner;

    for (uint32_t i = 1; i < group->n_members; i++) {
        GroupMember *member = &group->members[i];
        if (member->note != 0)
            continue;
        if (member->similarity >= 1.0)
            member->note = intern_cstr(interner, "same contents as the first");
        else
            member->note = intern_printf(interner, "%.0f %% like the first", member->similarity * 100.0);
    }
}

/* Same name, same nothing: no verdict on that. */
static void note_thin(const Assembly *assembly, Group *group, uint32_t contest)
{
    const Stage *stage = assembly->stage;

    if (group->verdict != VERDICT_HOMONYM || contest < 2)
        return;
    for (uint32_t i = 0; i < contest; i++)
        if (!verdict_is_thin(stage->program, &stage->contents, group->members[i].definition))
            return;
    group->confidence = 0.3;
    group->summary =
        intern_printf(stage->program->interner, "%u empty definitions: too thin to judge", contest);
}

/* Takes over `members` (copied). `forced`: the verdict of a contest that contents do not decide, or
 * VERDICT_COUNT. */
static void add_group(Assembly *assembly, GroupMember *members, uint32_t n, Verdict forced)
{
    Stage *stage = assembly->stage;
    Group group = {.n_members = n, .canonical = {.definition = ID_NONE, .runner_up = ID_NONE}};
    uint32_t contest = seat_members(assembly, members, n);

    group.members = stage_copy(stage, members, n, sizeof *members);
    group.name = group_name(stage->program, group.members, contest >= 2 ? contest : n);
    if (contest < 2)
        group.verdict = (uint8_t)(forced == VERDICT_FAMILY || forced == VERDICT_TEST_DOUBLE
                                      ? forced
                                      : verdict_of_roles(group.members, n));
    else if (forced != VERDICT_COUNT)
        group.verdict = (uint8_t)forced;
    else
        judge_contents(assembly, &group, contest);
    measure_similarities(stage, &group, contest);
    measure_score(stage, &group, contest);
    note_members(assembly, &group);
    group.crosses_boundary = measure_crosses_boundary(stage, &group, contest);
    group.managed_copy = measure_is_managed(stage, &group, contest);
    group.confidence = measure_confidence(stage, &group, contest);
    note_thin(assembly, &group, contest);
    group.id = group_id(assembly, &group, contest);
    if (group.summary == 0)
        group.summary = intern_printf(stage->program->interner, "%u definition%s: %s", n, n == 1 ? "" : "s",
                                      verdict_name((Verdict)group.verdict));
    for (uint32_t i = 0; i < n; i++)
        if (assembly->group_of[members[i].definition] == ID_NONE)
            assembly->group_of[members[i].definition] = stage->groups->len;
    double weight = weight_of(assembly, &group);
    g_array_append_val(assembly->weights, weight);
    g_array_append_val(stage->groups, group);
}

/* --- clusters of copies --- */

/* Where a leaver belongs: the root of its anchor's cluster, following anchors that leave themselves. */
static Id home_of(Assembly *assembly, Id id)
{
    const Standing *standings = assembly->stage->standings;

    for (uint32_t steps = 0; steps < 16 && standings[id].leaves; steps++) {
        Id anchor = standings[id].anchor;
        if (anchor == ID_NONE || !assembly->stage->contents.of[anchor].eligible)
            return ID_NONE;
        id = anchor;
    }
    return cluster_root(assembly->clusters->copies, id);
}

typedef struct Seat {
    Id root, id;
} Seat;

static int compare_seats(const void *a, const void *b)
{
    const Seat *x = a, *y = b;

    if (x->root != y->root)
        return x->root < y->root ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* Nested classes of classes that are copies of one another add nothing. */
static bool follows_outer(Assembly *assembly, const Seat *seats, uint32_t n)
{
    const Program *program = assembly->stage->program;
    Id outer = ID_NONE;

    for (uint32_t i = 0; i < n; i++) {
        Id parent = program->definitions[seats[i].id].parent;
        if (parent == ID_NONE || !assembly->stage->contents.of[parent].eligible)
            return false;
        Id home = home_of(assembly, parent);
        if (home == ID_NONE || (outer != ID_NONE && home != outer))
            return false;
        outer = home;
    }
    return n > 0 && assembly->group_of[program->definitions[seats[0].id].parent] != ID_NONE;
}

static bool scope_is_module(const Assembly *assembly, Id id)
{
    return program_definition_fact(assembly->stage->program, id)->scope == SCOPE_MODULE;
}

static void add_seats(Assembly *assembly, const Seat *seats, uint32_t n, Verdict forced)
{
    g_autofree GroupMember *members = g_new0(GroupMember, n);

    for (uint32_t i = 0; i < n; i++)
        members[i].definition = seats[i].id;
    add_group(assembly, members, n, forced);
}

static void group_copies(Assembly *assembly)
{
    const Clusters *clusters = assembly->clusters;
    g_autoptr(GArray) seats = g_array_new(FALSE, FALSE, sizeof(Seat));

    for (uint32_t i = 0; i < clusters->n_order; i++) {
        Seat seat = {.root = home_of(assembly, clusters->order[i]), .id = clusters->order[i]};
        if (seat.root != ID_NONE)
            g_array_append_val(seats, seat);
    }
    g_array_sort(seats, compare_seats);
    for (guint i = 0, j; i < seats->len; i = j) {
        const Seat *first = &g_array_index(seats, Seat, i);
        for (j = i + 1; j < seats->len && g_array_index(seats, Seat, j).root == first->root; j++) {
        }
        if (j - i >= 2 && !follows_outer(assembly, first, j - i))
            add_seats(assembly, first, j - i, VERDICT_COUNT);
    }
}

/* --- what is left of a name --- */

/* Fakes by name, at least one of them in a test: production code may well have a MockConnection. */
static bool all_doubles(const Assembly *assembly, const Seat *seats, uint32_t n)
{
    bool tests = false;

    for (uint32_t i = 0; i < n; i++) {
        const Standing *standing = &assembly->stage->standings[seats[i].id];
        if (!standing->is_double)
            return false;
        tests = tests || standing->file_role == ROLE_TEST;
    }
    return tests;
}

static bool all_convention(const Assembly *assembly, const Seat *seats, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!assembly->stage->standings[seats[i].id].convention)
            return false;
    return true;
}

/* One representative of each cluster in this bucket, keyed by family; leavers anchored nowhere stand alone.
 */
static GArray *representatives(Assembly *assembly, const Bucket *bucket)
{
    Clusters *clusters = assembly->clusters;
    GArray *seats = g_array_new(FALSE, FALSE, sizeof(Seat));
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < bucket->count; i++) {
        Id id = clusters->order[bucket->first + i];
        Id home = home_of(assembly, id);
        if (home != ID_NONE &&
            (assembly->stage->standings[id].leaves || !g_hash_table_add(seen, GUINT_TO_POINTER(home + 1))))
            continue;
        Seat seat = {.root = cluster_root(clusters->families, id), .id = id};
        g_array_append_val(seats, seat);
    }
    g_array_sort(seats, compare_seats);
    return seats;
}

/* Families of two or more leave `seats`, one representative of each stays. */
static void split_families(Assembly *assembly, GArray *seats)
{
    guint kept = 0;

    for (guint i = 0, j; i < seats->len; i = j) {
        const Seat *first = &g_array_index(seats, Seat, i);
        for (j = i + 1; j < seats->len && g_array_index(seats, Seat, j).root == first->root; j++) {
        }
        if (j - i >= 2)
            add_seats(assembly, first, j - i,
                      all_doubles(assembly, first, j - i) ? VERDICT_TEST_DOUBLE : VERDICT_FAMILY);
        g_array_index(seats, Seat, kept++) = *first;
    }
    g_array_set_size(seats, kept);
}

static void group_rest_of_name(Assembly *assembly, const Bucket *bucket)
{
    g_autoptr(GArray) seats = representatives(assembly, bucket);
    const Seat *all = (const Seat *)(void *)seats->data;

    if (seats->len < 2)
        return;
    if (all_doubles(assembly, all, seats->len)) {
        add_seats(assembly, all, seats->len, VERDICT_TEST_DOUBLE);
        return;
    }
    if (all_convention(assembly, all, seats->len)) {
        add_seats(assembly, all, seats->len, VERDICT_FAMILY);
        return;
    }
    split_families(assembly, seats);
    if (bucket->scope != SCOPE_MODULE || seats->len < 2)
        return;
    add_seats(assembly, (const Seat *)(void *)seats->data, seats->len, VERDICT_HOMONYM);
}

/* --- fallbacks of what is not indexed --- */

/* A stand-in for an external import has nobody to stand beside; it is a group of its own, so that
 * `explain` can say what it is. */
static void group_lone_fallbacks(Assembly *assembly)
{
    const Clusters *clusters = assembly->clusters;

    for (uint32_t i = 0; i < clusters->n_order; i++) {
        Seat seat = {.root = clusters->order[i], .id = clusters->order[i]};
        const Standing *standing = &assembly->stage->standings[seat.id];
        bool alone = standing->role == MEMBER_ROLE_FALLBACK || standing->role == MEMBER_ROLE_CONDITIONAL;
        if (alone && assembly->group_of[seat.id] == ID_NONE && scope_is_module(assembly, seat.id))
            add_seats(assembly, &seat, 1, VERDICT_COUNT);
    }
}

/* --- families under different names --- */

static void group_families(Assembly *assembly)
{
    Clusters *clusters = assembly->clusters;
    g_autoptr(GArray) seats = g_array_new(FALSE, FALSE, sizeof(Seat));

    for (uint32_t i = 0; i < clusters->n_order; i++) {
        Id id = clusters->order[i];
        Seat seat = {.root = cluster_root(clusters->families, id), .id = id};
        if (assembly->group_of[id] == ID_NONE && !assembly->stage->standings[id].leaves)
            g_array_append_val(seats, seat);
    }
    g_array_sort(seats, compare_seats);
    for (guint i = 0, j; i < seats->len; i = j) {
        const Seat *first = &g_array_index(seats, Seat, i);
        bool doubles = false;
        for (j = i; j < seats->len && g_array_index(seats, Seat, j).root == first->root; j++)
            doubles = doubles || assembly->stage->standings[g_array_index(seats, Seat, j).id].is_double;
        if (j - i >= 2)
            add_seats(assembly, first, j - i, doubles ? VERDICT_TEST_DOUBLE : VERDICT_FAMILY);
    }
}

/* --- the whole --- */

typedef struct Ranked {
    uint32_t index;
    double weight;
} Ranked;

static int compare_ranked(const void *a, const void *b, void *data)
{
    const Ranked *x = a, *y = b;
    const Stage *stage = data;
    const Group *g = &g_array_index(stage->groups, Group, x->index),
                *h = &g_array_index(stage->groups, Group, y->index);

    if (g->verdict != h->verdict)
        return g->verdict < h->verdict ? -1 : 1;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    int by_name = sym_compare(stage->program->interner, g->name, h->name);
    return by_name != 0 ? by_name : sym_compare(stage->program->interner, g->id, h->id);
}

static void rank_groups(Assembly *assembly)
{
    Stage *stage = assembly->stage;
    uint32_t n = stage->groups->len;
    g_autofree Ranked *ranked = g_new(Ranked, MAX(n, 1));
    g_autofree uint32_t *position = g_new(uint32_t, MAX(n, 1));
    GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(Group), MAX(n, 1));

    for (uint32_t i = 0; i < n; i++)
        ranked[i] = (Ranked){.index = i, .weight = g_array_index(assembly->weights, double, i)};
    g_qsort_with_data(ranked, (gint)n, sizeof *ranked, compare_ranked, stage);
    for (uint32_t i = 0; i < n; i++) {
        position[ranked[i].index] = i;
        g_array_append_val(sorted, g_array_index(stage->groups, Group, ranked[i].index));
    }
    for (Id id = 0; id < stage->program->n_definitions; id++)
        if (assembly->group_of[id] != ID_NONE)
            assembly->group_of[id] = position[assembly->group_of[id]];
    g_array_unref(stage->groups);
    stage->groups = sorted;
}

void detect_groups(Stage *stage, Clusters *clusters)
{
    const Program *program = stage->program;
    Assembly assembly = {
        .stage = stage, .clusters = clusters, .weights = g_array_new(FALSE, FALSE, sizeof(double))};

    assembly.group_of = g_new(uint32_t, MAX(program->n_definitions, 1));
    for (Id id = 0; id < program->n_definitions; id++)
        assembly.group_of[id] = ID_NONE;
    assembly.imports = g_new0(uint32_t, MAX(program->n_definitions, 1));
    for (uint32_t i = 0; i < program->n_imports; i++)
        if (program->imports[i].target.kind == TARGET_DEFINITION)
            assembly.imports[program->imports[i].target.id]++;
    for (uint32_t b = 0; b < clusters->n_buckets; b++)
        if (clusters->buckets[b].count >= 2 && clusters->buckets[b].scope == SCOPE_MODULE)
            doubles_anchor(stage, clusters, &clusters->buckets[b]);
    group_copies(&assembly);
    for (uint32_t b = 0; b < clusters->n_buckets; b++)
        if (clusters->buckets[b].count >= 2 && clusters->buckets[b].scope != SCOPE_FUNCTION)
            group_rest_of_name(&assembly, &clusters->buckets[b]);
    group_families(&assembly);
    group_lone_fallbacks(&assembly);
    rank_groups(&assembly);
    stage->detection->group_of = assembly.group_of;
    g_free(assembly.imports);
    g_array_unref(assembly.weights);
}
