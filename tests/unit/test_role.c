#include <glib.h>

#include "source/role.h"

static void test_paths(void)
{
    static const struct {
        const char *path;
        Role role;
    } rows[] = {
        {"app/service.py", ROLE_PRODUCTION},
        {"app/contest.py", ROLE_PRODUCTION},
        {"app/latest/x.py", ROLE_PRODUCTION},
        {"app/testing.py", ROLE_PRODUCTION},
        {"sqlalchemy/testing/fixtures.py", ROLE_PRODUCTION},
        {"django/db/migrations/autodetector.py", ROLE_PRODUCTION},
        {"app/backup/service.py", ROLE_PRODUCTION},
        {"app/archive/store.py", ROLE_PRODUCTION},
        {"app/demo/service.py", ROLE_PRODUCTION},
        {"app/database_backup.py", ROLE_PRODUCTION},
        {"jinja2/tests.py", ROLE_PRODUCTION},
        {"setuptools/extern/__init__.py", ROLE_PRODUCTION},
        {"tests/helpers.py", ROLE_TEST},
        {"app/tests/unit/test_x.py", ROLE_TEST},
        {"app/test_x.py", ROLE_TEST},
        {"app/x_test.py", ROLE_TEST},
        {"conftest.py", ROLE_TEST},
        {"test_framework/ssot/base.py", ROLE_TEST},
        {"pip/_vendor/requests/api.py", ROLE_VENDORED},
        {"third_party/x.py", ROLE_VENDORED},
        {"lib/python3.11/site-packages/a/tests/test_a.py", ROLE_VENDORED},
        {"api/user_pb2.py", ROLE_GENERATED},
        {"api/user_pb2_grpc.py", ROLE_GENERATED},
        {"app/x.bak.py", ROLE_BACKUP},
        {"app/x_backup_20250910.py", ROLE_BACKUP},
        {"app/x copy.py", ROLE_BACKUP},
        {"backups/x.py", ROLE_BACKUP},
        {"archive/a/x.py", ROLE_BACKUP},
        {"src_backup_20250101/x.py", ROLE_BACKUP},
        {"backup_untracked_20250910_171903/x.py", ROLE_BACKUP},
        {"app/migrations/0001_initial.py", ROLE_MIGRATION},
        {"netra/alembic/versions/abc_x.py", ROLE_MIGRATION},
        {"examples/x.py", ROLE_EXAMPLE},
        {"docs/conf.py", ROLE_EXAMPLE},
        {"app/docs/render.py", ROLE_PRODUCTION},
        {"", ROLE_PRODUCTION},
        {"x.py", ROLE_PRODUCTION},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *reason = NULL;
        g_test_message("%s", rows[i].path);
        g_assert_cmpstr(role_name(role_from_path(rows[i].path, &reason)), ==, role_name(rows[i].role));
        g_assert_nonnull(reason);
    }
}

static void test_backup_of(void)
{
    g_autofree char *original = role_backup_of("a/x_backup.py");
    g_autofree char *none = role_backup_of("a/_old.py");
    g_autofree char *plain = role_backup_of("a/x.py");

    g_assert_cmpstr(original, ==, "a/x.py");
    g_assert_null(none);
    g_assert_null(plain);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/role/paths", test_paths);
    g_test_add_func("/role/backup-of", test_backup_of);
    return g_test_run();
}
