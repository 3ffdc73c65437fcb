#include <string.h>

#include "base/pool.h"
#include "model/internal.h"
#include "model/path.h"
#include "source/role.h"

static const uint8_t role_precedence[ROLE_COUNT] = {
    [ROLE_VENDORED] = 0, [ROLE_GENERATED] = 1, [ROLE_BACKUP] = 2,     [ROLE_MIGRATION] = 3,
    [ROLE_TEST] = 4,     [ROLE_EXAMPLE] = 5,   [ROLE_PRODUCTION] = 6,
};

static bool configured_role(const Builder *builder, const char *path, Role *role)
{
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        const GPtrArray *globs = builder->config->role_globs[i];
        for (uint32_t j = 0; j < globs->len; j++) {
            if (config_glob(globs->pdata[j], path)) {
                *role = (Role)i;
                return true;
            }
        }
    }
    return false;
}

static Role marker_role(const FactsMarker *marker)
{
    switch ((FactsMarkerKind)marker->kind) {
    case MARKER_GENERATED:
        return ROLE_GENERATED;
    case MARKER_TEST:
        return ROLE_TEST;
    case MARKER_MIGRATION:
        return ROLE_MIGRATION;
    case MARKER_VENDORED:
        return ROLE_VENDORED;
    case MARKER_EXAMPLE:
        return ROLE_EXAMPLE;
    case MARKER_DEPRECATED:
    case MARKER_COPIED:
    case MARKER_SUPPRESS:
        break;
    }
    return ROLE_PRODUCTION;
}

/* Django calls an application's tests tests.py; Jinja has a production module of that name. */
static bool is_django_tests(const File *file, const char *path)
{
    const Facts *facts = &file->facts;

    if (strcmp(path_name(path), "tests.py") != 0)
        return false;
    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        const FactsSlice bases = facts->definitions[i].bases;
        for (uint32_t j = 0; j < bases.count; j++)
            if (g_str_has_suffix(facts_text(facts, facts->expressions[bases.first + j].dotted), "TestCase"))
                return true;
    }
    return false;
}

/* Configuration, else the strongest of path, content markers and the original beside a copy. Returns the
 * reason, in static storage. */
static const char *set_role(const Builder *builder, File *file)
{
    static const char *const marker_reasons[] = {
        [MARKER_GENERATED] = "text says generated", [MARKER_TEST] = "defines tests",
        [MARKER_MIGRATION] = "text is a migration", [MARKER_VENDORED] = "text says vendored",
        [MARKER_EXAMPLE] = "text says example",
    };
    const char *path = program_text(builder->program, file->path), *reason = NULL;
    g_autofree char *original = role_backup_of(path);
    Role role;

    if (configured_role(builder, path, &role)) {
        reason = "configured";
    } else {
        role = role_from_path(path, &reason);
        for (uint32_t i = 0; i < file->facts.n_markers; i++) {
            Role said = marker_role(&file->facts.markers[i]);
            if (role_precedence[said] < role_precedence[role]) {
                role = said;
                reason = marker_reasons[file->facts.markers[i].kind];
            }
        }
        if (role_precedence[role] > role_precedence[ROLE_BACKUP] && original != NULL &&
            program_find_file(builder->program, original) != ID_NONE) {
            role = ROLE_BACKUP;
            reason = "named as a copy of the file beside it";
        }
        if (role_precedence[role] > role_precedence[ROLE_TEST] && is_django_tests(file, path)) {
            role = ROLE_TEST;
            reason = "name 'tests.py', with test cases";
        }
    }
    file->role = (uint8_t)role;
    return reason;
}

static void set_status(Builder *builder, File *file, const ModelInput *input)
{
    const char *reason = input->entry->reason != NULL ? input->entry->reason : input->read_error;

    if (file->facts.header != NULL) {
        file->status = (file->facts.header->flags & FACTS_DEGRADED) ? FILE_DEGRADED : FILE_PARSED;
        return;
    }
    if (input->entry->kind == SOURCE_EXTENSION)
        return;
    file->status = FILE_UNREADABLE;
    file->reason = intern_cstr(builder->interner, reason != NULL         ? reason
                                                  : input->block != NULL ? "damaged facts"
                                                                         : "not read");
}

static Id add_folder(Builder *builder, const char *path, size_t length)
{
    Sym sym = intern(builder->interner, path, length);
    Id known = GPOINTER_TO_UINT(g_hash_table_lookup(builder->folder_by_path, GUINT_TO_POINTER(sym)));

    if (known != 0)
        return known - 1;
    Folder folder = {.path = sym, .unit = ID_NONE, .parent = builder->folders->len > 0 ? 0 : ID_NONE};
    size_t start = length;
    while (start > 0 && path[start - 1] != '/')
        start--;
    folder.name = intern(builder->interner, path + start, length - start);
    if (start > 0)
        folder.parent = folder_find(builder, path, start - 1);
    g_array_append_val(builder->folders, folder);
    g_hash_table_insert(builder->folder_by_path, GUINT_TO_POINTER(sym),
                        GUINT_TO_POINTER(builder->folders->len));
    return builder->folders->len - 1;
}

/* Adds the folder of a file and all folders above it, outermost first. */
static Id add_folders(Builder *builder, const char *path)
{
    Id folder = folder_find(builder, path, path_folder_length(path));

    if (folder != ID_NONE)
        return folder;
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
        folder = add_folder(builder, path, (size_t)(slash - path));
    return folder;
}

Id folder_find(const Builder *builder, const char *path, size_t length)
{
    Sym sym = intern_find(builder->interner, path, length);

    if (sym == 0 && length > 0)
        return ID_NONE;
    return GPOINTER_TO_UINT(g_hash_table_lookup(builder->folder_by_path, GUINT_TO_POINTER(sym))) - 1;
}

static void place_file(Builder *builder, Id index)
{
    const char *path = program_text(builder->program, builder->program->files[index].path),
               *name = path_name(path);
    size_t stem;
    PathKind kind = path_kind(name, &stem);

    if (kind == PATH_OTHER) {
        builder->file_folder[index] = ID_NONE;
        return;
    }
    Id folder = add_folders(builder, path);
    builder->file_folder[index] = folder;
    if (stem == strlen("__init__") && memcmp(name, "__init__", stem) == 0) {
        builder_folder(builder, folder)->package |= kind != PATH_STUB;
        builder_folder(builder, folder)->stub_package |= kind == PATH_STUB;
        return;
    }
    Sym sym = intern(builder->interner, path, (size_t)(name - path) + stem);
    if (!g_hash_table_contains(builder->stems, GUINT_TO_POINTER(sym)))
        g_hash_table_insert(builder->stems, GUINT_TO_POINTER(sym), GUINT_TO_POINTER(index + 1));
}

static void add_file(Builder *builder, File *file, const SourceEntry *entry)
{
    file->path = intern_cstr(builder->interner, entry->path);
    file->real_path = entry->real_path != NULL ? intern_cstr(builder->interner, entry->real_path) : 0;
    file->stub = entry->kind == SOURCE_STUB;
    file->extension = entry->kind == SOURCE_EXTENSION;
    file->selected = entry->selected;
    file->unit = ID_NONE;
    file->first_module = ID_NONE;
}

/* Roles — found on all cores, their reasons interned when all are. */
typedef struct Roles {
    const Builder *builder;
    const char **reasons; /* by file */
} Roles;

enum { ROLE_SHARE = 128 };

static void find_roles(void *context, uint32_t share, uint32_t worker)
{
    const Roles *roles = context;
    const Program *program = roles->builder->program;
    Id end = MIN((share + 1) * ROLE_SHARE, program->n_files);

    (void)worker;
    for (Id i = share * ROLE_SHARE; i < end; i++)
        roles->reasons[i] = set_role(roles->builder, &program->files[i]);
}

static void set_roles(Builder *builder)
{
    const Program *program = builder->program;
    g_autofree const char **reasons = g_new(const char *, program->n_files + 1);
    Roles roles = {.builder = builder, .reasons = reasons};

    pool_run(builder->workers, (program->n_files + ROLE_SHARE - 1) / ROLE_SHARE, find_roles, &roles);
    for (Id i = 0; i < program->n_files; i++)
        program->files[i].role_reason = intern_cstr(builder->interner, reasons[i]);
}

void build_files(Builder *builder, ModelInput *inputs)
{
    Program *program = builder->program;

    builder->file_folder = g_new(Id, MAX(program->n_files, 1));
    add_folder(builder, "", 0);
    for (uint32_t i = 0; i < program->n_files; i++) {
        g_assert(i == 0 || strcmp(inputs[i - 1].entry->path, inputs[i].entry->path) < 0);
        add_file(builder, &program->files[i], inputs[i].entry);
        set_status(builder, &program->files[i], &inputs[i]);
        place_file(builder, i);
    }
    set_roles(builder);
    for (uint32_t i = 0; i < program->n_files; i++)
        if (inputs[i].block != NULL && !inputs[i].borrowed)
            g_ptr_array_add(program->blocks, inputs[i].block);
}
