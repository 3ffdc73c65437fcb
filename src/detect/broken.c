/* Imports and exports of what does not exist, with the place where it does. */
#include "detect/stage.h"

#include <string.h>

/* Index — where names exist: simple name → module-level definition, or several; last part of a module's name
 * → module. */
enum { SEVERAL = UINT32_MAX };

typedef struct Index {
    GHashTable *definitions; /* Sym name → id + 1, or SEVERAL */
    GHashTable *modules;     /* last part (string) → id + 1, or SEVERAL */
} Index;

static void remember(GHashTable *table, gpointer key, Id id)
{
    gpointer found = g_hash_table_lookup(table, key);

    g_hash_table_insert(table, key, found == NULL ? GUINT_TO_POINTER(id + 1) : GUINT_TO_POINTER(SEVERAL));
}

static const char *last_part(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');

    return dot != NULL ? dot + 1 : dotted;
}

static void index_init(Index *index, const Program *program)
{
    index->definitions = g_hash_table_new(NULL, NULL);
    index->modules = g_hash_table_new(g_str_hash, g_str_equal);
    for (Id id = 0; id < program->n_definitions; id++) {
        const File *file = program_definition_file(program, id);
        if (program_definition_fact(program, id)->scope == SCOPE_MODULE && !file->stub &&
            file->role == ROLE_PRODUCTION && program->definitions[id].ordinal <= 1)
            remember(index->definitions, GUINT_TO_POINTER(program->definitions[id].name), id);
    }
    for (Id id = 0; id < program->n_modules; id++) {
        if (program->modules[id].file != ID_NONE &&
            (program->modules[id].flags & (MODULE_SHADOWED | MODULE_UNIMPORTABLE | MODULE_STUB)) == 0)
            remember(index->modules,
                     (gpointer)(uintptr_t)last_part(program_text(program, program->modules[id].name)), id);
    }
}

static Id found_once(GHashTable *table, gconstpointer key)
{
    gpointer found = g_hash_table_lookup(table, key);

    return found == NULL || found == GUINT_TO_POINTER(SEVERAL) ? ID_NONE : GPOINTER_TO_UINT(found) - 1;
}

/* The one place where the name, or else the module, does exist. */
static void point_home(Draft *draft, const Index *index, const Import *import)
{
    const Program *program = draft->stage->program;
    Id definition =
        import->name != 0 ? found_once(index->definitions, GUINT_TO_POINTER(import->name)) : ID_NONE;

    if (definition != ID_NONE) {
        draft->definition = definition;
        draft_evidence(draft, stage_definition_path(program, definition),
                       program->definitions[definition].line, "%s exists here: from %s import %s",
                       program_text(program, import->name),
                       program_text(program, program->modules[program->definitions[definition].module].name),
                       program_text(program, import->name));
        return;
    }
    if (import->status != IMPORT_NO_MODULE)
        return;
    Id module = found_once(index->modules, last_part(program_text(program, import->module_name)));
    uint32_t n = 0;
    /* A namesake that does not have the name wanted is no hint. */
    if (module != ID_NONE && import->name != 0 &&
        program_bindings_of(program, module, import->name, &n) == NULL)
        return;
    if (module != ID_NONE && module != import->module)
        draft_evidence(draft, stage_module_path(program, module), 1, "a module of that name exists: %s",
                       program_text(program, program->modules[module].name));
}

static bool is_guarded(const Import *import)
{
    return import->guarded || import->kind == IMPORT_FALLBACK;
}

static void report_import(Stage *stage, const Index *index, const Import *import)
{
    const Program *program = stage->program;
    const char *module = program_text(program, import->module_name),
               *name = program_text(program, import->name);
    const char *guarded = is_guarded(import)              ? " (its failure is caught)"
                          : import->kind == IMPORT_TYPING ? " (for type checkers only)"
                                                          : "";
    Draft draft;

    draft_begin(&draft, stage, RULE_BROKEN_IMPORT);
    if (is_guarded(import) || import->kind == IMPORT_TYPING)
        draft.severity = SEVERITY_INFO;
    else if (import->kind == IMPORT_LAZY || !stage_is_production(program, import->module))
        draft.severity = SEVERITY_WARNING;
    draft.path = stage_module_path(program, import->module);
    draft.line = import->line;
    draft.weight = is_guarded(import) ? 0.5 : import->kind == IMPORT_LOAD ? 2.0 : 1.0;
    draft_subject(&draft, program->modules[import->module].id);
    point_home(&draft, index, import);
    const Evidence *home = draft.evidence->len > 0 ? &g_array_index(draft.evidence, Evidence, 0) : NULL;
    g_autofree char *hint =
        home != NULL ? g_strdup_printf("; see %s", program_text(program, home->path)) : g_strdup("");
    if (import->status == IMPORT_BEYOND_TOP)
        draft_message(&draft, "relative import of %s goes beyond the top package%s",
                      *name != '\0' ? name : module, guarded);
    else if (import->status == IMPORT_NO_MODULE)
        draft_message(&draft, "no module %s%s%s%s%s", module, *name != '\0' ? " to import " : "", name,
                      guarded, hint);
    else
        draft_message(&draft, "module %s has no %s%s%s", module, name, guarded, hint);
    g_autofree char *discriminator = g_strdup_printf("%s:%s:%u", module, name, import->kind);
    draft_end(&draft, discriminator);
}

void detect_broken_imports(Stage *stage)
{
    const Program *program = stage->program;
    Index index;

    index_init(&index, program);
    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        bool broken = import->status == IMPORT_NO_MODULE || import->status == IMPORT_NO_NAME ||
                      import->status == IMPORT_BEYOND_TOP;
        const File *file = program_module_file(program, import->module);
        if (!broken || import->kind == IMPORT_STRING || import->kind == IMPORT_PARENT || file == NULL ||
            file->first_module != import->module)
            continue;
        report_import(stage, &index, import);
    }
    g_hash_table_unref(index.definitions);
    g_hash_table_unref(index.modules);
}

/* The broken import at module level that should have bound the name, or NULL. */
static const Import *broken_source(const Program *program, const Module *module, const File *file, Sym name)
{
    for (uint32_t i = module->first_import; i < module->first_import + module->n_imports; i++) {
        const Import *import = &program->imports[i];
        bool broken = import->status == IMPORT_NO_MODULE || import->status == IMPORT_NO_NAME ||
                      import->status == IMPORT_BEYOND_TOP;
        if (broken && (import->kind == IMPORT_LOAD || import->kind == IMPORT_FALLBACK) &&
            import->fact < file->facts.n_imports &&
            file_sym(file, file->facts.imports[import->fact].bound) == name)
            return import;
    }
    return NULL;
}

/* One cause, one finding: where the name's import is broken and nothing catches that, the module does
 * not even load, and it is the import that is reported. */
void detect_broken_exports(Stage *stage)
{
    const Program *program = stage->program;

    for (Id id = 0; id < program->n_modules; id++) {
        const Module *module = &program->modules[id];
        const File *file = program_module_file(program, id);
        if ((module->flags & (MODULE_OPEN_WORLD | MODULE_STUB)) != 0 || file == NULL ||
            file->status != FILE_PARSED || file->first_module != id ||
            (file->facts.header->flags & FACTS_GETATTR) != 0)
            continue;
        for (uint32_t i = 0; i < module->n_exports; i++) {
            const Export *export = &program->exports[module->first_export + i];
            if (export->bound)
                continue;
            const Import *source = broken_source(program, module, file, export->name);
            if (source != NULL && !is_guarded(source))
                continue;
            g_autofree char *because =
                source != NULL ? g_strdup_printf(": its import in line %u fails and is caught", source->line)
                               : g_strdup("");
            Draft draft;
            draft_begin(&draft, stage, RULE_BROKEN_EXPORT);
            draft.path = file->path;
            draft.line = export->line;
            draft_subject(&draft, module->id);
            draft_message(&draft, "__all__ of %s names %s, which the module does not bind%s",
                          program_text(program, module->name), program_text(program, export->name), because);
            draft_end(&draft, program_text(program, export->name));
        }
    }
}
