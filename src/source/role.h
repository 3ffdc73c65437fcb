/* role.h — what a file is for, from its path (and later its content markers), with the reason.
 *
 * Roles never drop a file: they say how its definitions are shown. Precedence, first match wins:
 * vendored, generated, backup, migration, test, example, production. */
#ifndef ONEDEF_SOURCE_ROLE_H
#define ONEDEF_SOURCE_ROLE_H

typedef enum Role {
    ROLE_PRODUCTION,
    ROLE_TEST,
    ROLE_VENDORED,
    ROLE_GENERATED,
    ROLE_BACKUP,
    ROLE_MIGRATION,
    ROLE_EXAMPLE,
    ROLE_COUNT,
} Role;

/* "production", "test" …; static storage. */
const char *role_name(Role role);
/* The role that the path alone suggests. `*reason` (static storage, never NULL) says which rule,
 * e.g. "folder 'tests'", "name 'test_*.py'". */
Role role_from_path(const char *path, const char **reason);
/* The name that the last part of `path` would be a copy of ("a/x_old.py" → "a/x.py"), or NULL:
 * names that make a backup only where the original stands beside it. Caller frees. */
char *role_backup_of(const char *path);

#endif
