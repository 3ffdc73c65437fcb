#include "source/source.h"

#include "base/error.h"
#include "tree.h"

/* The listing as text: one line an entry, "path kind[*][ -> real][ (reason)]"; * = selected. */
static char *describe(Source *source)
{
    static const char *const kinds[] = {"python", "stub", "extension", "packaging", "unreadable"};
    GString *text = g_string_new(NULL);
    GError *error = NULL;
    const SourceListing *listing = source_list(source, &error);

    g_assert_no_error(error);
    for (uint32_t i = 0; i < listing->n_entries; i++) {
        const SourceEntry *entry = &listing->entries[i];
        if (i > 0)
            g_assert_cmpstr(listing->entries[i - 1].path, <, entry->path);
        g_string_append_printf(text, "%s %s%s", entry->path, kinds[entry->kind], entry->selected ? "*" : "");
        if (entry->real_path != NULL)
            g_string_append_printf(text, " -> %s", entry->real_path);
        if (entry->reason != NULL)
            g_string_append_printf(text, " (%s)", entry->reason);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, false);
}

static char *describe_disk(const char *root, const SourceOptions *given)
{
    SourceOptions options = given != NULL ? *given : (SourceOptions){0};
    GError *error = NULL;

    if (options.project_root == NULL && options.paths == NULL)
        options.project_root = root;
    Source *source = source_open_disk(&options, &error);
    g_assert_no_error(error);
    char *text = describe(source);
    source_free(source);
    return text;
}

static void expect(const char *root, const SourceOptions *options, const char *expected)
{
    g_autofree char *text = describe_disk(root, options);

    g_assert_cmpstr(text, ==, expected);
}

static void test_kinds_and_left_out(void)
{
    char *root = tree_new();
    const char *const paths[] = {"a.py",
                                 "b.pyw",
                                 "c.pyi",
                                 "d.cpython-311-x86_64-linux-gnu.so",
                                 "e.txt",
                                 "pyproject.toml",
                                 "._a.py",
                                 ".hidden/x.py",
                                 "__pycache__/a.cpython-311.py",
                                 "node_modules/x/y.py",
                                 ".venv/lib/z.py",
                                 "myenv/pyvenv.cfg",
                                 "myenv/lib/z.py",
                                 "build/out.py",
                                 "x.py/inner.py",
                                 NULL};

    tree_touch(root, paths);
    expect(
        root, NULL,
        "a.py python*\nb.pyw python*\nbuild/out.py python*\nc.pyi stub*\n"
        "d.cpython-311-x86_64-linux-gnu.so extension*\npyproject.toml packaging*\nx.py/inner.py python*\n");
    tree_free(root);
}

static void test_links(void)
{
    char *root = tree_new();
    const char *const paths[] = {"pkg/m.py", "other/n.py", NULL};
    g_autofree char *fifo = g_build_filename(root, "pipe.py", NULL);

    tree_touch(root, paths);
    tree_link(root, "pkg/loop", "..");
    tree_link(root, "pkg/self.py", "self.py");
    tree_link(root, "pkg/gone.py", "nowhere.py");
    tree_link(root, "pkg/m2.py", "m.py");
    tree_link(root, "pkg/out.py", "/etc/passwd");
    tree_link(root, "alias", "pkg");
    tree_link(root, "other/back", "../pkg");
    tree_link(root, "outside", "/usr/share");
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    expect(root, NULL,
           "alias/gone.py unreadable* (symbolic link to nothing)\n"
           "alias/loop unreadable* (symbolic link to a folder that holds it)\n"
           "alias/m.py python* -> pkg/m.py\n"
           "alias/m2.py python* -> pkg/m.py\n"
           "alias/out.py unreadable* (symbolic link that leads out of the project)\n"
           "alias/self.py unreadable* (symbolic link to itself)\n"
           "other/back/gone.py unreadable* (symbolic link to nothing)\n"
           "other/back/loop unreadable* (symbolic link to a folder that holds it)\n"
           "other/back/m.py python* -> pkg/m.py\n"
           "other/back/m2.py python* -> pkg/m.py\n"
           "other/back/out.py unreadable* (symbolic link that leads out of the project)\n"
           "other/back/self.py unreadable* (symbolic link to itself)\n"
           "other/n.py python*\n"
           "outside unreadable* (symbolic link that leads out of the project)\n"
           "pipe.py unreadable* (not a regular file)\n"
           "pkg/gone.py unreadable* (symbolic link to nothing)\n"
           "pkg/loop unreadable* (symbolic link to a folder that holds it)\n"
           "pkg/m.py python*\n"
           "pkg/m2.py python* -> pkg/m.py\n"
           "pkg/out.py unreadable* (symbolic link that leads out of the project)\n"
           "pkg/self.py unreadable* (symbolic link to itself)\n");
    tree_free(root);
}

/* Two folders, each with links to the other: no loop on any single way, yet never ending. */
static void test_links_that_multiply(void)
{
    char *root = tree_new();
    const char *const paths[] = {"a/x.py", "b/y.py", NULL};

    tree_touch(root, paths);
    for (int i = 0; i < 3; i++) {
        g_autofree char *one = g_strdup_printf("a/to_b%d", i), *two = g_strdup_printf("b/to_a%d", i);
        tree_link(root, one, "../b");
        tree_link(root, two, "../a");
    }
    g_autofree char *text = describe_disk(root, NULL);
    g_assert_nonnull(strstr(text, "a/to_b0/y.py python* -> b/y.py\n"));
    g_assert_nonnull(strstr(text, "a/to_b0/to_a0 unreadable* (symbolic link to a folder that holds it)\n"));
    g_assert_cmpuint(strlen(text), <, 10000);
    tree_free(root);
}

static void test_ignore_rules(void)
{
    char *root = tree_new();
    const char *const paths[] = {"kept.py",        "build/lib/a.py",   "build/tracked.py", "gen_x.py",
                                 "gen_keep.py",    "sub/local.py",     "sub/other.py",     "deep/a/skip.py",
                                 "deep/b/skip.py", "tracked_gen/g.py", "tracked_gen/h.py", NULL};

    tree_touch(root, paths);
    tree_write(root, ".gitignore", "build/\ngen_*.py\n!gen_keep.py\ntracked_gen\ndeep/a/\n");
    tree_write(root, "sub/.gitignore", "local.py\n");
    TREE_GIT(root, "init", "-q");
    TREE_GIT(root, "add", "-f", "build/tracked.py", "tracked_gen/g.py", "kept.py");
    expect(root, NULL,
           "build/tracked.py python*\ndeep/b/skip.py python*\ngen_keep.py python*\nkept.py python*\n"
           "sub/other.py python*\ntracked_gen/g.py python*\n");
    SourceOptions all = {.no_ignore = true, .project_root = root};
    g_autofree char *text = describe_disk(root, &all);
    g_assert_nonnull(strstr(text, "build/lib/a.py"));
    g_assert_nonnull(strstr(text, "sub/local.py"));
    /* A folder that is ignored is walked when it is named. */
    g_autofree char *lib = g_build_filename(root, "build/lib", NULL);
    SourceOptions named = {.project_root = root, .paths = (const char *const[]){lib, NULL}};
    g_autofree char *text2 = describe_disk(root, &named);
    g_assert_nonnull(strstr(text2, "build/lib/a.py python*\n"));
    g_assert_nonnull(strstr(text2, "kept.py python\n"));
    tree_free(root);
}

static void test_unknown_extension_and_nested_repository(void)
{
    char *root = tree_new();
    const char *const paths[] = {"a.py", "skip.py", "nested/b.py", "nested/c.py", NULL};

    tree_touch(root, paths);
    TREE_GIT(root, "init", "-q");
    TREE_GIT(root, "init", "-q", "nested");
    tree_write(root, ".gitignore", "skip.py\n");
    tree_write(root, "nested/.gitignore", "c.py\n");
    TREE_GIT(root, "config", "core.repositoryformatversion", "1");
    TREE_GIT(root, "config", "extensions.somethingnew", "true");
    expect(root, NULL, "a.py python*\nnested/b.py python*\n");
    tree_free(root);
}

static void test_excludes(void)
{
    char *root = tree_new();
    const char *const paths[] = {"a.py", "docs/conf.py", "x/docs/b.py", "x/y/c.py", NULL};
    const char *const excludes[] = {"docs/", "x/y", "nothing/**", NULL};
    SourceOptions options = {.project_root = root, .excludes = excludes};
    GError *error = NULL;

    tree_touch(root, paths);
    Source *source = source_open_disk(&options, &error);
    g_assert_no_error(error);
    g_autofree char *text = describe(source);
    g_assert_cmpstr(text, ==, "a.py python*\n");
    const SourceListing *listing = source_list(source, &error);
    g_assert_cmpuint(listing->n_unmatched_ignores, ==, 1);
    g_assert_cmpstr(listing->unmatched_ignores[0], ==, "nothing/**");
    source_free(source);
    tree_free(root);
}

/* Where is the root, and what is listed, for a PATH argument? */
static void check_root(const char *root, const char *argument, const char *expected_root,
                       const char *expected)
{
    g_autofree char *path = g_build_filename(root, argument, NULL);
    g_autofree char *where =
        expected_root[0] != '\0' ? g_build_filename(root, expected_root, NULL) : g_strdup(root);
    SourceOptions options = {.paths = (const char *const[]){path, NULL}};
    GError *error = NULL;
    Source *source = source_open_disk(&options, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(source_root(source), ==, where);
    g_autofree char *text = describe(source);
    g_assert_cmpstr(text, ==, expected);
    source_free(source);
}

static void test_roots_without_a_project(void)
{
    char *root = tree_new();
    const char *const paths[] = {
        "pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/m.py", "other.py", "tool", NULL};

    tree_touch(root, paths);
    check_root(
        root, "", "",
        "other.py python*\npkg/__init__.py python*\npkg/sub/__init__.py python*\npkg/sub/m.py python*\n");
    check_root(root, "pkg", "",
               "pkg/__init__.py python*\npkg/sub/__init__.py python*\npkg/sub/m.py python*\n");
    check_root(root, "pkg/sub/m.py", "",
               "pkg/__init__.py python\npkg/sub/__init__.py python\npkg/sub/m.py python*\n");
    check_root(root, "other.py", "", "other.py python*\n");
    check_root(root, "tool", "", "tool python*\n");
    tree_free(root);
}

static void test_roots_with_a_project(void)
{
    char *root = tree_new();
    const char *const paths[] = {"repo/svc/pyproject.toml", "repo/svc/a.py", "repo/b.py", "repo/inner/c.py",
                                 NULL};

    tree_touch(root, paths);
    check_root(root, "repo/svc/a.py", "repo/svc", "a.py python*\npyproject.toml packaging\n");
    TREE_GIT(root, "init", "-q", "repo");
    TREE_GIT(root, "-C", "repo", "add", ".");
    check_root(root, "repo/svc", "repo",
               "b.py python\ninner/c.py python\nsvc/a.py python*\nsvc/pyproject.toml packaging*\n");
    tree_write(root, "repo/inner/pyproject.toml", "[tool.other]\n[tool.onedef]\n");
    check_root(root, "repo/inner/c.py", "repo/inner", "c.py python*\npyproject.toml packaging\n");
    tree_free(root);
}

static void test_errors(void)
{
    char *root = tree_new();
    g_autofree char *missing = g_build_filename(root, "no.py", NULL);
    SourceOptions options = {.paths = (const char *const[]){missing, NULL}};
    g_autoptr(GError) error = NULL, outside = NULL, escape = NULL;

    g_assert_null(source_open_disk(&options, &error));
    g_assert_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT);
    g_assert_null(strchr(error->message, '\n'));
    options = (SourceOptions){.paths = (const char *const[]){"/", NULL}, .project_root = root};
    g_assert_null(source_open_disk(&options, &outside));
    g_assert_error(outside, ONEDEF_ERROR, ONEDEF_ERROR_USAGE);
    options = (SourceOptions){.project_root = root};
    Source *source = source_open_disk(&options, &error);
    g_assert_null(source_read(source, "../etc/passwd", &escape));
    g_assert_error(escape, ONEDEF_ERROR, ONEDEF_ERROR_INPUT);
    source_free(source);
    tree_free(root);
}

static void assert_reads(Source *source, const char *path, const char *expected)
{
    GError *error = NULL;
    g_autoptr(GBytes) bytes = source_read(source, path, &error);

    g_assert_no_error(error);
    size_t length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_assert_cmpmem(text, length, expected, strlen(expected));
}

static void test_names_that_are_not_utf8(void)
{
    char *root = tree_new();
    GError *error = NULL;
    SourceOptions options = {.project_root = root};

    tree_write(root, "caf\xe9.py", "x = 1\n");
    Source *source = source_open_disk(&options, &error);
    g_assert_no_error(error);
    g_autofree char *text = describe(source);
    g_assert_cmpstr(text, ==, "caf\xe9.py python*\n");
    assert_reads(source, "caf\xe9.py", "x = 1\n");
    source_free(source);
    tree_free(root);
}

static void test_revision(void)
{
    char *root = tree_new();
    GError *error = NULL;

    tree_write(root, "a.py", "one = 1\n");
    tree_write(root, "pkg/b.py", "b = 1\n");
    tree_write(root, ".hidden/c.py", "");
    tree_write(root, "data.txt", "");
    tree_link(root, "link", "pkg");
    tree_link(root, "pkg/up", "..");
    tree_link(root, "b2.py", "pkg/b.py");
    TREE_GIT(root, "init", "-q");
    TREE_GIT(root, "add", ".");
    TREE_GIT(root, "commit", "-qm", "one");
    TREE_GIT(root, "tag", "first");
    tree_write(root, "a.py", "two = 2\n");
    TREE_GIT(root, "commit", "-qam", "two");
    Source *source = source_open_revision(root, "first", NULL, &error);
    g_assert_no_error(error);
    g_autofree char *text = describe(source);
    g_assert_cmpstr(
        text, ==,
        "a.py python*\nb2.py python* -> pkg/b.py\nlink/b.py python* -> pkg/b.py\npkg/b.py python*\n");
    g_assert_cmpuint(strlen(source_label(source)), ==, 40);
    g_assert_cmpstr(source_root(source), ==, root);
    assert_reads(source, "a.py", "one = 1\n");
    assert_reads(source, "link/b.py", "b = 1\n");
    assert_reads(source, "data.txt", "");
    g_assert_true(source_has(source, "pkg/b.py"));
    g_assert_false(source_has(source, "pkg"));
    g_autofree char *abbreviated = g_strndup(source_label(source), 10);
    source_free(source);

    SourceOptions options = {.paths = (const char *const[]){"pkg", NULL}, .only_paths = true};
    source = source_open_revision(root, abbreviated, &options, &error);
    g_assert_no_error(error);
    g_autofree char *part = describe(source);
    g_assert_cmpstr(part, ==, "pkg/b.py python*\n");
    source_free(source);

    /* Relative paths start where the caller stands. */
    g_autofree char *folder = g_build_filename(root, "pkg", NULL);
    options.paths = (const char *const[]){"b.py", NULL};
    source = source_open_revision(folder, "HEAD", &options, &error);
    g_assert_no_error(error);
    g_autofree char *relative = describe(source);
    g_assert_cmpstr(relative, ==, "pkg/b.py python*\n");
    source_free(source);

    g_autoptr(GError) missing = NULL;
    g_assert_null(source_open_revision(root, "no-such-tag", NULL, &missing));
    g_assert_error(missing, ONEDEF_ERROR, ONEDEF_ERROR_INPUT);
    tree_free(root);
}

/* A blob that is not in the database is listed, not fetched and not fatal. */
static void test_revision_with_absent_objects(void)
{
    char *root = tree_new();
    GError *error = NULL;

    tree_write(root, "a.py", "gone = 1\n");
    tree_write(root, "b.py", "here = 1\n");
    TREE_GIT(root, "init", "-q");
    TREE_GIT(root, "add", ".");
    TREE_GIT(root, "commit", "-qm", "one");
    tree_run(
        root,
        (const char *const[]){
            "sh", "-c",
            "o=$(git rev-parse HEAD:a.py); rm -f .git/objects/$(echo $o | cut -c1-2)/$(echo $o | cut -c3-)",
            NULL});
    Source *source = source_open_revision(root, "HEAD", NULL, &error);
    g_assert_no_error(error);
    g_autofree char *text = describe(source);
    g_assert_cmpstr(text, ==, "a.py unreadable* (object is not in the repository)\nb.py python*\n");
    g_assert_null(source_read(source, "a.py", &error));
    g_assert_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO);
    g_clear_error(&error);
    source_free(source);
    tree_free(root);
}

static void test_overlay(void)
{
    char *root = tree_new();
    GError *error = NULL;
    SourceOptions options = {.project_root = root};

    tree_write(root, "a.py", "old\n");
    tree_write(root, "b.py", "b\n");
    tree_link(root, "l.py", "a.py");
    Source *disk = source_open_disk(&options, &error);
    g_assert_no_error(error);
    Source *overlay = source_overlay_new(disk);
    g_autoptr(GBytes) edited = g_bytes_new_static("new\n", 4);
    source_overlay_set(overlay, "a.py", edited);
    source_overlay_set(overlay, "b.py", NULL);
    source_overlay_set(overlay, "pkg/c.py", edited);
    g_autofree char *text = describe(overlay);
    g_assert_cmpstr(text, ==, "a.py python*\nl.py python* -> a.py\npkg/c.py python*\n");
    assert_reads(overlay, "a.py", "new\n");
    assert_reads(overlay, "l.py", "new\n");
    assert_reads(disk, "a.py", "old\n");
    g_assert_false(source_has(overlay, "b.py"));
    g_assert_null(source_read(overlay, "b.py", &error));
    g_clear_error(&error);
    source_overlay_set(overlay, "a.py", NULL);
    g_autofree char *after = describe(overlay);
    g_assert_cmpstr(after, ==, "l.py unreadable* -> a.py (symbolic link to nothing)\npkg/c.py python*\n");
    source_free(overlay);
    source_free(disk);
    tree_free(root);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/source/kinds", test_kinds_and_left_out);
    g_test_add_func("/source/links", test_links);
    g_test_add_func("/source/links-that-multiply", test_links_that_multiply);
    g_test_add_func("/source/ignore", test_ignore_rules);
    g_test_add_func("/source/repositories", test_unknown_extension_and_nested_repository);
    g_test_add_func("/source/excludes", test_excludes);
    g_test_add_func("/source/root/none", test_roots_without_a_project);
    g_test_add_func("/source/root/project", test_roots_with_a_project);
    g_test_add_func("/source/errors", test_errors);
    g_test_add_func("/source/names", test_names_that_are_not_utf8);
    g_test_add_func("/source/revision", test_revision);
    g_test_add_func("/source/revision/absent", test_revision_with_absent_objects);
    g_test_add_func("/source/overlay", test_overlay);
    return g_test_run();
}
