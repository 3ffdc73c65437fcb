/* Names decide as whole parts of the path, and only names that production code does not bear.
 * `backup/` inside an application may well be its backup feature, `demo/` its demo mode: such
 * folders count at the top of the project only. x_old.py is a copy where x.py stands beside it
 * (role_backup_of), else it may be about old things. Django's own django/db/migrations/ is a framework:
 * a migration is a numbered file in such a folder, or a file that says so (content marker). */
#include "source/role.h"

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "config/config.h"

const char *role_name(Role role)
{
    static const char *const names[ROLE_COUNT] = {"production", "test",      "vendored", "generated",
                                                  "backup",     "migration", "example"};

    return role < ROLE_COUNT ? names[role] : "unknown";
}

typedef enum RolePlace { FOLDER_ANYWHERE, FOLDER_AT_TOP, FILE_NAME } RolePlace;

/* RoleRule — a glob on one part of the path that gives a role; `outer` is what the folder before
 * it must be called, or NULL. */
typedef struct RoleRule {
    Role role;
    RolePlace place;
    const char *glob, *outer, *reason;
} RoleRule;

#define FOLDER(role, name)                                                                                   \
    {                                                                                                        \
        role, FOLDER_ANYWHERE, name, NULL, "folder '" name "'"                                               \
    }
#define TOP(role, name)                                                                                      \
    {                                                                                                        \
        role, FOLDER_AT_TOP, name, NULL, "top folder '" name "'"                                             \
    }
#define NESTED(role, outer, name)                                                                            \
    {                                                                                                        \
        role, FOLDER_ANYWHERE, name, outer, "folder '" outer "/" name "'"                                    \
    }
#define NAME(role, glob)                                                                                     \
    {                                                                                                        \
        role, FILE_NAME, glob, NULL, "name '" glob "'"                                                       \
    }
#define NAME_IN(role, outer, glob)                                                                           \
    {                                                                                                        \
        role, FILE_NAME, glob, outer, "name '" outer "/" glob "'"                                            \
    }
#define DIGITS6 "[0-9][0-9][0-9][0-9][0-9][0-9]"

/* In order of precedence: the first rule that holds decides. */
static const RoleRule rules[] = {
    FOLDER(ROLE_VENDORED, "_vendor"),
    FOLDER(ROLE_VENDORED, "_vendored"),
    FOLDER(ROLE_VENDORED, "vendored"),
    FOLDER(ROLE_VENDORED, "vendor"),
    FOLDER(ROLE_VENDORED, "third_party"),
    FOLDER(ROLE_VENDORED, "third-party"),
    FOLDER(ROLE_VENDORED, "thirdparty"),
    FOLDER(ROLE_VENDORED, "3rdparty"),
    FOLDER(ROLE_VENDORED, "site-packages"),
    FOLDER(ROLE_VENDORED, "node_modules"),
    NAME(ROLE_VENDORED, "versioneer.py"),

    NAME(ROLE_GENERATED, "*_pb2.py*"),
    NAME(ROLE_GENERATED, "*_pb2_grpc.py*"),
    NAME(ROLE_GENERATED, "*_generated.py"),
    NAME(ROLE_GENERATED, "*.generated.py"),
    NAME(ROLE_GENERATED, "parsetab.py"),
    NAME(ROLE_GENERATED, "lextab.py"),
    FOLDER(ROLE_GENERATED, "generated"),
    FOLDER(ROLE_GENERATED, "_generated"),
    FOLDER(ROLE_GENERATED, "__generated__"),

    NAME(ROLE_BACKUP, "*.bak.py"),
    NAME(ROLE_BACKUP, "*.backup.py"),
    NAME(ROLE_BACKUP, "*.orig.py"),
    NAME(ROLE_BACKUP, "*.old.py"),
    NAME(ROLE_BACKUP, "*_bak.py"),
    NAME(ROLE_BACKUP, "*[._-]backup[._-]" DIGITS6 "*.py"),
    NAME(ROLE_BACKUP, "backup_*_" DIGITS6 "*.py"),
    NAME(ROLE_BACKUP, "* copy.py"),
    NAME(ROLE_BACKUP, "* copy [0-9].py"),
    NAME(ROLE_BACKUP, "* (copy).py"),
    NAME(ROLE_BACKUP, "* - Copy.py"),
    FOLDER(ROLE_BACKUP, "*[._-]backup"),
    FOLDER(ROLE_BACKUP, "*[._-]backups"),
    FOLDER(ROLE_BACKUP, "*[._-]backup[._-][0-9]*"),
    FOLDER(ROLE_BACKUP, "*[._-]backups[._-][0-9]*"),
    FOLDER(ROLE_BACKUP, "backup[._-][0-9]*"),
    FOLDER(ROLE_BACKUP, "backup[._-]*[._-]" DIGITS6 "*"),
    FOLDER(ROLE_BACKUP, "_archive"),
    FOLDER(ROLE_BACKUP, "_archived"),
    TOP(ROLE_BACKUP, "backup"),
    TOP(ROLE_BACKUP, "backups"),
    TOP(ROLE_BACKUP, "archive"),
    TOP(ROLE_BACKUP, "archived"),
    TOP(ROLE_BACKUP, "old"),

    NESTED(ROLE_MIGRATION, "alembic", "versions"),
    NESTED(ROLE_MIGRATION, "migrations", "versions"),
    NESTED(ROLE_MIGRATION, "migration", "versions"),
    NAME_IN(ROLE_MIGRATION, "migrations", "[0-9][0-9][0-9][0-9]_*.py"),
    NAME_IN(ROLE_MIGRATION, "south_migrations", "[0-9][0-9][0-9][0-9]_*.py"),

    FOLDER(ROLE_TEST, "tests"),
    FOLDER(ROLE_TEST, "test"),
    FOLDER(ROLE_TEST, "__tests__"),
    FOLDER(ROLE_TEST, "testsuite"),
    FOLDER(ROLE_TEST, "*_tests"),
    FOLDER(ROLE_TEST, "*_test"),
    FOLDER(ROLE_TEST, "test_*"),
    NAME(ROLE_TEST, "conftest.py"),
    NAME(ROLE_TEST, "test_*.py*"),
    NAME(ROLE_TEST, "*_test.py"),
    NAME(ROLE_TEST, "*_tests.py"),

    FOLDER(ROLE_EXAMPLE, "examples"),
    FOLDER(ROLE_EXAMPLE, "demos"),
    FOLDER(ROLE_EXAMPLE, "samples"),
    FOLDER(ROLE_EXAMPLE, "tutorials"),
    FOLDER(ROLE_EXAMPLE, "docs_src"),
    TOP(ROLE_EXAMPLE, "example"),
    TOP(ROLE_EXAMPLE, "demo"),
    TOP(ROLE_EXAMPLE, "sample"),
    TOP(ROLE_EXAMPLE, "tutorial"),
    TOP(ROLE_EXAMPLE, "docs"),
    TOP(ROLE_EXAMPLE, "doc"),
};

/* Deeper parts say nothing that the first of them has not said. */
#define MAX_PARTS 64

/* What a glob needs: most parts of most paths lack it, and are spared the matching. */
typedef struct Need {
    bool plain;    /* no glob at all: the word itself */
    char text[24]; /* the longest run of plain characters */
} Need;

static Need needs[G_N_ELEMENTS(rules)];
static pthread_once_t needs_once = PTHREAD_ONCE_INIT;

static void find_need(const char *glob, Need *need)
{
    size_t best = 0;

    for (const char *at = glob; *at != '\0';) {
        size_t run = strcspn(at, "*?[");
        need->plain = run == strlen(glob);
        if (run > best && run < sizeof need->text) {
            memcpy(need->text, at, run);
            need->text[run] = '\0';
            best = run;
        }
        at += run;
        if (*at == '[')
            at = strchr(at, ']');
        at += *at != '\0';
    }
}

static void find_needs(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
        find_need(rules[i].glob, &needs[i]);
}

static bool part_matches(size_t rule, const char *part)
{
    const char *glob = rules[rule].glob;

    if (needs[rule].plain)
        return glob[0] == part[0] && strcmp(glob, part) == 0;
    return strstr(part, needs[rule].text) != NULL && config_glob(glob, part);
}

static bool rule_holds(size_t index, char **parts, uint32_t n_parts)
{
    const RoleRule *rule = &rules[index];
    uint32_t first = rule->place == FILE_NAME ? n_parts - 1 : 0;
    uint32_t end = rule->place == FILE_NAME       ? n_parts
                   : rule->place == FOLDER_AT_TOP ? MIN(1, n_parts - 1)
                                                  : n_parts - 1;

    for (uint32_t i = first; i < end; i++) {
        if (rule->outer != NULL && (i == 0 || strcmp(parts[i - 1], rule->outer) != 0))
            continue;
        if (part_matches(index, parts[i]))
            return true;
    }
    return false;
}

Role role_from_path(const char *path, const char **reason)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", MAX_PARTS);
    uint32_t n_parts = g_strv_length(parts);

    pthread_once(&needs_once, find_needs);
    for (size_t i = 0; n_parts > 0 && i < G_N_ELEMENTS(rules); i++) {
        if (rule_holds(i, parts, n_parts)) {
            *reason = rules[i].reason;
            return rules[i].role;
        }
    }
    *reason = "no rule for another role";
    return ROLE_PRODUCTION;
}

char *role_backup_of(const char *path)
{
    static const char *const endings[] = {"_backup.py",    "_old.py",  "_orig.py",
                                          "_original.py",  "_copy.py", "_deprecated_backup.py",
                                          "_backup_old.py"};
    char *original = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(endings) && original == NULL; i++) {
        size_t length = strlen(path), ending = strlen(endings[i]);
        if (length > ending && path[length - ending - 1] != '/' && g_str_has_suffix(path, endings[i])) {
            g_autofree char *stem = g_strndup(path, length - ending);
            original = g_strconcat(stem, ".py", NULL);
        }
    }
    return original;
}
