/* The parts of detection that need no program: annotations, names, sketches, rules, rarity. */
#include <glib.h>

#include "detect/content.h"
#include "detect/detect.h"
#include "detect/similarity.h"
#include "detect/structure.h"

static void test_annotations(void)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"Optional[str]", "str | None", true},
        {"Optional[str]", "None | str", true},
        {"typing.Optional[int]", "Union[int, None]", true},
        {"List[str]", "list[str]", true},
        {"Dict[str, Any]", "typing.Dict[str, typing.Any]", true},
        {"\"Node\"", "Node", true},
        {"Union[int, str]", "str | int", true},
        {"Union[Dict[str, int], str]", "str | dict[str, int]", true},
        {"Optional[str]", "str", false},
        {"List[str]", "List[int]", false},
        {"Type", "int", false},
        {"Callable[[int], str]", "Callable[[str], int]", false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool same = content_annotation_hash(rows[i].a) == content_annotation_hash(rows[i].b);
        g_assert_cmpint(same, ==, rows[i].same);
    }
    g_assert_cmpuint(content_annotation_hash(""), ==, 0);
    g_assert_cmpuint(content_annotation_hash("Union["), !=, 0);
    g_assert_cmpuint(content_annotation_hash("Optional[]"), !=, 0);
}

static void test_double_names(void)
{
    static const struct {
        const char *name;
        bool is_double;
    } rows[] = {{"MockWebSocket", true}, {"_FakeClock", true},   {"ClientStub", true}, {"DummyModel", true},
                {"Mock", false},         {"Mockingbird", false}, {"Stubborn", false},  {"Faker", false},
                {"Spy_thing", true},     {"WebSocket", false}};

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(structure_double_name(rows[i].name, NULL, NULL), ==, rows[i].is_double);
}

static void test_sketches(void)
{
    uint8_t none[16] = {0}, a[16], b[16];

    for (uint8_t i = 0; i < 16; i++)
        a[i] = b[i] = (uint8_t)(i + 1);
    b[0] = 99, b[1] = 98, b[2] = 97, b[3] = 96;
    g_assert_cmpfloat(similarity_sketch(none, none), ==, 0.0);
    g_assert_cmpfloat(similarity_sketch(a, a), ==, 1.0);
    g_assert_cmpfloat(similarity_sketch(a, b), ==, 0.75);
    g_assert_cmpfloat(similarity_sketch(a, none), ==, 0.0);
}

static void test_rarity(void)
{
    g_assert_cmpfloat(statement_rarity(0), ==, 1.0);
    g_assert_cmpfloat(statement_rarity(1), ==, 1.0);
    g_assert_cmpfloat_with_epsilon(statement_rarity(12), 0.218, 0.001); /* log 2 / log 24 */
    g_assert_cmpfloat(statement_rarity(STATEMENT_COMMON), ==, 0.0);
    g_assert_cmpfloat(statement_rarity(255), ==, 0.0);
}

static void test_rules(void)
{
    for (int i = 0; i < RULE_COUNT; i++) {
        const Rule *rule = rule_get((RuleId)i);
        g_assert_nonnull(rule->explanation);
        g_assert_cmpuint(strlen(rule->explanation), >, 100);
        g_assert_cmpint(rule_find(rule->slug), ==, i);
        g_assert_cmpint(rule_find(rule->code), ==, i);
    }
    g_assert_cmpint(rule_find("od101"), ==, RULE_DUPLICATE);
    g_assert_cmpint(rule_find("no-such-rule"), ==, -1);
    for (int i = 0; i < VERDICT_COUNT; i++)
        g_assert_nonnull(verdict_name((Verdict)i));
    for (int i = 0; i < MEMBER_ROLE_COUNT; i++)
        g_assert_nonnull(member_role_name((MemberRole)i));
}

static void test_tally(void)
{
    Tally tally;

    tally_init(&tally, 4);
    for (uint64_t i = 1; i <= 5000; i++)
        for (uint64_t k = 0; k < i % 3 + 1; k++)
            tally_add(&tally, i * 0x9e3779b97f4a7c15ULL);
    for (uint64_t i = 1; i <= 5000; i++)
        g_assert_cmpuint(tally_get(&tally, i * 0x9e3779b97f4a7c15ULL), ==, i % 3 + 1);
    g_assert_cmpuint(tally_get(&tally, 12345), ==, 0);
    g_assert_cmpuint(tally_get(&tally, 0), ==, 0);
    tally_clear(&tally);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/detect/annotations", test_annotations);
    g_test_add_func("/detect/double-names", test_double_names);
    g_test_add_func("/detect/sketches", test_sketches);
    g_test_add_func("/detect/rarity", test_rarity);
    g_test_add_func("/detect/rules", test_rules);
    g_test_add_func("/detect/tally", test_tally);
    return g_test_run();
}
