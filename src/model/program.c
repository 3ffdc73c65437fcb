#include "model/program.h"

#include <string.h>

void program_free(Program *program)
{
    if (program == NULL)
        return;
    for (uint32_t i = 0; i < program->n_files; i++)
        g_free((Sym *)program->files[i].symbols);
    g_free(program->units);
    g_free(program->roots);
    g_free(program->files);
    g_free(program->modules);
    g_free(program->definitions);
    g_free(program->bases);
    g_free(program->bindings);
    g_free(program->hops);
    g_free(program->imports);
    g_free(program->exports);
    if (program->module_by_id != NULL)
        g_hash_table_unref(program->module_by_id);
    if (program->definition_by_id != NULL)
        g_hash_table_unref(program->definition_by_id);
    if (program->blocks != NULL)
        g_ptr_array_unref(program->blocks);
    interner_free(program->interner);
    g_free(program);
}

const File *program_module_file(const Program *program, Id module)
{
    Id file = program->modules[module].file;

    return file != ID_NONE ? &program->files[file] : NULL;
}

const char *program_module_path(const Program *program, Id module)
{
    const File *file = program_module_file(program, module);

    return file != NULL ? program_text(program, file->path) : "";
}

const FactsDefinition *program_definition_fact(const Program *program, Id definition)
{
    const Definition *def = &program->definitions[definition];

    return &program_definition_file(program, definition)->facts.definitions[def->fact];
}

const File *program_definition_file(const Program *program, Id definition)
{
    return program_module_file(program, program->definitions[definition].module);
}

static Id find_by_text(const Program *program, GHashTable *table, const char *id)
{
    Sym sym = intern_find(program->interner, id, strlen(id));

    return sym != 0 ? GPOINTER_TO_UINT(g_hash_table_lookup(table, GUINT_TO_POINTER(sym))) - 1 : ID_NONE;
}

Id program_find_module(const Program *program, const char *id)
{
    return find_by_text(program, program->module_by_id, id);
}

Id program_find_definition(const Program *program, const char *id)
{
    return find_by_text(program, program->definition_by_id, id);
}

Id program_find_file(const Program *program, const char *path)
{
    uint32_t low = 0, high = program->n_files;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(program_text(program, program->files[middle].path), path);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return ID_NONE;
}

/* Every path is a symbol: what is none needs no search. */
static Id file_at(const Program *program, const char *path, size_t length)
{
    Sym sym = intern_find(program->interner, path, length);

    return sym != 0 ? program_find_file(program, program_text(program, sym)) : ID_NONE;
}

static Id module_in_folder(const Program *program, const char *folder, size_t length, const char *name)
{
    static const char *const endings[] = {"/__init__.py", ".py", "/__init__.pyi", ".pyi"};
    size_t stem = length + (length > 0) + strlen(name);
    char buffer[1024];
    g_autofree char *long_path = stem + 16 > sizeof buffer ? g_malloc(stem + 16) : NULL;
    char *path = long_path != NULL ? long_path : buffer;

    memcpy(path, folder, length);
    path[length] = '/';
    memcpy(path + length + (length > 0), name, strlen(name));
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        memcpy(path + stem, endings[i], strlen(endings[i]));
        Id file = file_at(program, path, stem + strlen(endings[i]));
        if (file != ID_NONE && program->files[file].first_module != ID_NONE)
            return program->files[file].first_module;
    }
    return ID_NONE;
}

Id program_find_beside(const Program *program, Id importer, const char *dotted)
{
    const char *path = program_module_path(program, importer);
    const char *slash = strrchr(path, '/');
    g_autofree char *name = g_strdelimit(g_strdup(dotted), ".", '/');
    size_t length = slash != NULL ? (size_t)(slash - path) : 0;

    while (path[0] != '\0') {
        Id found = module_in_folder(program, path, length, name);
        if (found != ID_NONE)
            return found;
        if (length == 0)
            break;
        while (length > 0 && path[length - 1] != '/')
            length--;
        length -= length > 0;
    }
    return ID_NONE;
}

const Binding *program_bindings_of(const Program *program, Id module, Sym name, uint32_t *count)
{
    const Module *owner = &program->modules[module];
    const Binding *bindings = program->bindings + owner->first_binding;
    uint32_t low = 0, high = owner->n_bindings;

    while (low < high) { /* the first that is not before `name` */
        uint32_t middle = low + (high - low) / 2;
        if (sym_compare(program->interner, bindings[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *count = 0;
    while (low + *count < owner->n_bindings && bindings[low + *count].name == name)
        (*count)++;
    return *count > 0 ? &bindings[low] : NULL;
}

Sym program_target_id(Program *program, Target target)
{
    switch ((TargetKind)target.kind) {
    case TARGET_NONE:
        return 0;
    case TARGET_DEFINITION:
        return program->definitions[target.id].id;
    case TARGET_MODULE:
        return intern_printf(program->interner, "%s:", program_text(program, program->modules[target.id].id));
    case TARGET_VALUE:
        return intern_printf(program->interner, "%s:%s",
                             program_text(program, program->modules[target.id].id),
                             program_text(program, target.name));
    case TARGET_EXTERNAL:
    case TARGET_UNRESOLVED:
        return target.id;
    }
    return 0;
}

static const char *name_of(const char *const *names, size_t count, unsigned value)
{
    return value < count ? names[value] : "unknown";
}

const char *definition_kind_name(DefinitionKind kind)
{
    static const char *const names[KIND_COUNT] = {
        "class",     "enum", "protocol", "dataclass",    "attrs",      "typed-dict", "named-tuple",
        "exception", "abc",  "pydantic", "django-model", "type-alias", "new-type",   "function"};

    return name_of(names, G_N_ELEMENTS(names), kind);
}

const char *how_name(How how)
{
    static const char *const names[] = {"definition", "import",     "alias",      "star",     "lazy-export",
                                        "module",     "functional", "assignment", "external", "unresolved"};

    return name_of(names, G_N_ELEMENTS(names), how);
}

const char *certainty_name(Certainty certainty)
{
    static const char *const names[] = {"certain", "likely", "possible"};

    return name_of(names, G_N_ELEMENTS(names), certainty);
}

const char *import_kind_name(ImportKind kind)
{
    static const char *const names[] = {"load", "lazy", "typing", "fallback", "parent", "star", "string"};

    return name_of(names, G_N_ELEMENTS(names), kind);
}

bool target_equal(Target a, Target b)
{
    return a.kind == b.kind &&
           (a.kind == TARGET_NONE || (a.id == b.id && (a.kind != TARGET_VALUE || a.name == b.name)));
}
