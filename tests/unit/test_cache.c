/* The cache may be killed, filled, corrupted or made by somebody else: the answer stays the same. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/cache.h"
#include "cache/keyset.h"
#include "parse/parse.h"

static const char *const sources[] = {"class A:\n    x = 1\n", "import os\n", "def f():\n    return 2\n"};

typedef struct Fixture {
    char *dir;
    void *blocks[G_N_ELEMENTS(sources)];
    CacheEntry entries[G_N_ELEMENTS(sources)];
    SourceIdentity identities[G_N_ELEMENTS(sources)];
    char *paths[G_N_ELEMENTS(sources)];
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    Parser *parser = parser_new(&(ParseOptions){0});

    (void)data;
    memset(fixture, 0, sizeof *fixture);
    fixture->dir = g_dir_make_tmp("onedef-cache-XXXXXX", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
        CacheEntry *entry = &fixture->entries[i];
        fixture->blocks[i] = parser_parse(parser, sources[i], strlen(sources[i]), &entry->size);
        fixture->paths[i] = g_strdup_printf("m%zu.py", i);
        fixture->identities[i] = (SourceIdentity){
            .size = strlen(sources[i]), .mtime_ns = 1000, .ctime_ns = 2000, .inode = 10 + i, .device = 1};
        entry->key = cache_key(sources[i], strlen(sources[i]));
        entry->block = fixture->blocks[i];
        entry->path = fixture->paths[i];
        entry->identity = &fixture->identities[i];
    }
    parser_free(parser);
}

static void remove_dir(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

    for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL;
         name = g_dir_read_name(dir)) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_unlink(file);
    }
    g_rmdir(path);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
        g_free(fixture->blocks[i]);
        g_free(fixture->paths[i]);
    }
    remove_dir(fixture->dir);
    g_free(fixture->dir);
}

static Cache *open_cache(Fixture *fixture, const char *version)
{
    GError *error = NULL;
    Cache *cache = cache_open(fixture->dir, version, "/tree", &error);

    g_assert_no_error(error);
    return cache;
}

static void fill(Fixture *fixture)
{
    Cache *cache = open_cache(fixture, "v1");

    cache_store(cache, fixture->entries, G_N_ELEMENTS(sources));
    cache_free(cache);
}

static void assert_hit(Cache *cache, const CacheEntry *entry)
{
    size_t size = 0;
    const void *block = cache_get(cache, entry->key, &size);

    g_assert_true(cache_has(cache, entry->key));
    g_assert_nonnull(block);
    g_assert_cmpmem(block, size, entry->block, entry->size);
}

static void test_round_trip(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fill(fixture);
    g_autoptr(Cache) cache = open_cache(fixture, "v1");
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        assert_hit(cache, &fixture->entries[i]);
    g_assert_false(cache_has(cache, cache_key("other", 5)));
    g_assert_null(cache_get(cache, cache_key("other", 5), &(size_t){0}));
}

static void test_versions_do_not_meet(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fill(fixture);
    g_autoptr(Cache) cache = open_cache(fixture, "v2");
    g_assert_false(cache_has(cache, fixture->entries[0].key));
}

static void test_stamps(Fixture *fixture, gconstpointer data)
{
    CacheKey key;
    SourceIdentity changed = fixture->identities[0];

    (void)data;
    fill(fixture);
    g_autoptr(Cache) cache = open_cache(fixture, "v1");
    g_assert_true(cache_find_stamp(cache, "m0.py", &fixture->identities[0], &key));
    g_assert_cmpmem(&key, sizeof key, &fixture->entries[0].key, sizeof key);
    g_assert_false(cache_find_stamp(cache, "other.py", &fixture->identities[0], &key));
    changed.mtime_ns++;
    g_assert_false(cache_find_stamp(cache, "m0.py", &changed, &key));
    changed = fixture->identities[0];
    changed.inode++;
    g_assert_false(cache_find_stamp(cache, "m0.py", &changed, &key));
    changed = fixture->identities[0];
    changed.ctime_ns--;
    g_assert_false(cache_find_stamp(cache, "m0.py", &changed, &key));
}

/* Git's racy rule: a file that changed in the moment before its stamp may have changed after it too. */
static void test_a_young_stamp_is_not_believed(Fixture *fixture, gconstpointer data)
{
    CacheKey key;

    (void)data;
    fixture->identities[1].mtime_ns = g_get_real_time() * 1000;
    fill(fixture);
    g_autoptr(Cache) cache = open_cache(fixture, "v1");
    g_assert_false(cache_find_stamp(cache, "m1.py", &fixture->identities[1], &key));
    g_assert_true(cache_find_stamp(cache, "m2.py", &fixture->identities[2], &key));
}

static void test_trees_do_not_share_stamps(Fixture *fixture, gconstpointer data)
{
    CacheKey key;
    GError *error = NULL;

    (void)data;
    fill(fixture);
    g_autoptr(Cache) cache = cache_open(fixture->dir, "v1", "/other-tree", &error);
    g_assert_no_error(error);
    g_assert_false(cache_find_stamp(cache, "m0.py", &fixture->identities[0], &key));
    assert_hit(cache, &fixture->entries[0]);
}

static void test_git_blobs(Fixture *fixture, gconstpointer data)
{
    CacheKey key;

    (void)data;
    memset(fixture->identities[0].blob, 0xab, 20);
    fill(fixture);
    g_autoptr(Cache) cache = open_cache(fixture, "v1");
    g_assert_true(cache_find_blob(cache, fixture->identities[0].blob, &key));
    g_assert_cmpmem(&key, sizeof key, &fixture->entries[0].key, sizeof key);
    memset(fixture->identities[0].blob, 0xac, 20);
    g_assert_false(cache_find_blob(cache, fixture->identities[0].blob, &key));
}

static char *database(Fixture *fixture)
{
    g_autoptr(GDir) dir = g_dir_open(fixture->dir, 0, NULL);

    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
        if (g_str_has_suffix(name, ".db"))
            return g_build_filename(fixture->dir, name, NULL);
    g_assert_not_reached();
}

/* Every byte of the file changed in turn (sampled): never a crash, never a wrong block. */
static void test_damage_is_noticed(Fixture *fixture, gconstpointer data)
{
    gsize length;
    char *bytes;

    (void)data;
    fill(fixture);
    g_autofree char *path = database(fixture);
    g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    for (gsize at = 0; at < length; at += bytes[at] == 0 ? 509 : 61) {
        g_autofree char *copy = g_memdup2(bytes, length);
        copy[at] ^= 0x5a;
        g_assert_true(g_file_set_contents(path, copy, (gssize)length, NULL));
        Cache *cache = cache_open(fixture->dir, "v1", "/tree", NULL);
        for (size_t i = 0; cache != NULL && i < G_N_ELEMENTS(sources); i++) {
            size_t size = 0;
            const void *found = cache_get(cache, fixture->entries[i].key, &size);
            g_autofree void *block = found != NULL ? g_memdup2(found, size) : NULL; /* aligned */
            if (cache_is_sound(block, size, fixture->entries[i].key))
                g_assert_cmpmem(block, size, fixture->entries[i].block, fixture->entries[i].size);
        }
        cache_free(cache);
    }
    g_free(bytes);
}

static GBytes *made_answer(uint8_t fill_byte, size_t size)
{
    uint8_t *bytes = g_malloc(size);

    memset(bytes, fill_byte, size);
    return g_bytes_new_take(bytes, size);
}

static void keep(Fixture *fixture, uint64_t number, size_t size)
{
    g_autoptr(GBytes) answer = made_answer((uint8_t)number, size);
    g_autoptr(Cache) cache = open_cache(fixture, "v1");

    cache_keep_answer(cache, (CacheKey){number, ~number}, g_bytes_get_data(answer, NULL), size);
}

static bool is_kept(Fixture *fixture, uint64_t number, size_t size)
{
    g_autoptr(GBytes) answer = made_answer((uint8_t)number, size);
    g_autoptr(Cache) cache = open_cache(fixture, "v1");
    bool aged = true;
    g_autoptr(GBytes) found = cache_find_answer(cache, (CacheKey){number, ~number}, &aged);

    g_assert_false(aged);
    g_assert_true(found == NULL || g_bytes_equal(found, answer));
    return found != NULL;
}

static void test_answers(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fill(fixture);
    keep(fixture, 1, 1000);
    keep(fixture, 2, 1);
    g_assert_true(is_kept(fixture, 1, 1000));
    g_assert_true(is_kept(fixture, 2, 1));
    g_assert_false(is_kept(fixture, 3, 1));
    g_autoptr(Cache) other = open_cache(fixture, "v2");
    bool aged;
    g_assert_null(cache_find_answer(other, (CacheKey){1, ~(uint64_t)1}, &aged));
}

/* 64 MB of answers stay; of those the youngest; and no block goes for them. */
static void test_answers_are_bounded(Fixture *fixture, gconstpointer data)
{
    const size_t size = 15 * 1024 * 1024;

    (void)data;
    fill(fixture);
    for (uint64_t number = 1; number <= 7; number++)
        keep(fixture, number, size);
    for (uint64_t number = 1; number <= 7; number++)
        g_assert_cmpint(is_kept(fixture, number, size), ==, number >= 4);
    g_autoptr(Cache) cache = open_cache(fixture, "v1");
    assert_hit(cache, &fixture->entries[0]);
}

static void test_no_database_at_all(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fill(fixture);
    g_autofree char *path = database(fixture);
    g_assert_true(
        g_file_set_contents(path, "this is no database, it is a letter to whoever reads it\n", -1, NULL));
    Cache *cache = open_cache(fixture, "v1");
    g_assert_false(cache_has(cache, fixture->entries[0].key));
    cache_store(cache, fixture->entries, G_N_ELEMENTS(sources));
    cache_free(cache);
    g_autoptr(Cache) again = open_cache(fixture, "v1");
    assert_hit(again, &fixture->entries[0]);
}

static void test_a_link_is_refused(Fixture *fixture, gconstpointer data)
{
    GError *error = NULL;

    (void)data;
    fill(fixture);
    g_autofree char *path = database(fixture);
    g_autofree char *elsewhere = g_strconcat(path, ".moved", NULL);
    g_assert_cmpint(g_rename(path, elsewhere), ==, 0);
    g_assert_cmpint(symlink(elsewhere, path), ==, 0);
    g_assert_null(cache_open(fixture->dir, "v1", NULL, &error));
    g_assert_nonnull(error);
    g_error_free(error);
}

static void test_two_runs_at_once(Fixture *fixture, gconstpointer data)
{
    (void)data;
    Cache *first = open_cache(fixture, "v1"), *second = open_cache(fixture, "v1");
    cache_store(first, fixture->entries, 2);
    cache_store(second, fixture->entries, G_N_ELEMENTS(sources));
    cache_free(first);
    cache_free(second);
    g_autoptr(Cache) cache = open_cache(fixture, "v1");
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        assert_hit(cache, &fixture->entries[i]);
}

static void test_stat_and_clear(Fixture *fixture, gconstpointer data)
{
    CacheStat stat;
    uint64_t bytes;
    g_autofree char *other = g_build_filename(fixture->dir, "somebody-elses-file", NULL);

    (void)data;
    fill(fixture);
    g_assert_true(g_file_set_contents(other, "x", 1, NULL));
    g_assert_true(cache_stat(fixture->dir, &stat, NULL));
    g_assert_cmpuint(stat.n_databases, ==, 1);
    g_assert_cmpuint(stat.n_blocks, ==, 3);
    g_assert_cmpuint(stat.n_stamps, ==, 3);
    g_free(stat.path);
    g_assert_true(cache_clear(fixture->dir, &bytes, NULL));
    g_assert_cmpuint(bytes, >, 0);
    g_assert_true(g_file_test(other, G_FILE_TEST_EXISTS));
    g_assert_true(cache_stat(fixture->dir, &stat, NULL));
    g_assert_cmpuint(stat.n_databases, ==, 0);
    g_free(stat.path);
}

static void test_keyset(void)
{
    KeySet set = {0};

    g_assert_null(keyset_find(&set, (CacheKey){1, 2}));
    for (uint64_t i = 1; i <= 5000; i++)
        keyset_add(&set, (CacheKey){i, i * 7}, i + 100, i % 3);
    keyset_add(&set, (CacheKey){1, 7}, 5, 5);
    g_assert_cmpuint(set.count, ==, 5000);
    for (uint64_t i = 1; i <= 5000; i++) {
        const KeySlot *slot = keyset_find(&set, (CacheKey){i, i * 7});
        g_assert_nonnull(slot);
        g_assert_cmpint(slot->id, ==, (gint64)i + 100);
        g_assert_cmpint(slot->day, ==, (gint64)i % 3);
        g_assert_null(keyset_find(&set, (CacheKey){i, i * 7 + 1}));
    }
    keyset_clear(&set);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *, gconstpointer);
    } tests[] = {
        {"/cache/round-trip", test_round_trip},
        {"/cache/versions", test_versions_do_not_meet},
        {"/cache/stamps", test_stamps},
        {"/cache/racy", test_a_young_stamp_is_not_believed},
        {"/cache/trees", test_trees_do_not_share_stamps},
        {"/cache/blobs", test_git_blobs},
        {"/cache/answers", test_answers},
        {"/cache/answers-bounded", test_answers_are_bounded},
        {"/cache/damage", test_damage_is_noticed},
        {"/cache/no-database", test_no_database_at_all},
        {"/cache/link", test_a_link_is_refused},
        {"/cache/two-runs", test_two_runs_at_once},
        {"/cache/stat-clear", test_stat_and_clear},
    };

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cache/keyset", test_keyset);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
    return g_test_run();
}
