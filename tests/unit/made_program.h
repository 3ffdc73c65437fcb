/* made_program.h — programs made by hand for the tests of graph/: modules by name, imports between them. */
#ifndef ONEDEF_TESTS_MADE_PROGRAM_H
#define ONEDEF_TESTS_MADE_PROGRAM_H

#include <string.h>

#include "model/program.h"

/* `names` sorted, packages before what is in them. No facts: only edges matter. */
static inline Program *made_program(const char *const *names, uint32_t n)
{
    Program *program = g_new0(Program, 1);

    program->interner = interner_new();
    program->modules = g_new0(Module, n + 1);
    program->files = g_new0(File, n + 1);
    program->n_modules = program->n_files = n;
    program->module_by_id = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < n; i++) {
        Module *module = &program->modules[i];
        g_autofree char *path = g_strdelimit(g_strdup(names[i]), ".", '/');
        g_autofree char *package = g_path_get_dirname(path);
        module->id = module->name = intern_cstr(program->interner, names[i]);
        module->file = i;
        module->parent = module->stub = ID_NONE;
        program->files[i].path = intern_printf(program->interner, "%s.py", path);
        program->files[i].selected = true;
        g_strdelimit(package, "/", '.');
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(names[k], package) == 0) {
                module->parent = k;
                program->modules[k].flags |= MODULE_PACKAGE;
                g_autofree char *own = g_strdelimit(g_strdup(names[k]), ".", '/');
                program->files[k].path = intern_printf(program->interner, "%s/__init__.py", own);
            }
        g_hash_table_insert(program->module_by_id, GUINT_TO_POINTER(module->id), GUINT_TO_POINTER(i + 1));
    }
    return program;
}

static inline void made_import(Program *program, Id from, Id to, ImportKind kind, uint32_t line)
{
    program->imports = g_renew(Import, program->imports, program->n_imports + 1);
    program->imports[program->n_imports++] =
        (Import){.module = from, .fact = FACTS_NONE, .target_module = to, .kind = (uint8_t)kind, .line = line,
                 .target = {.kind = TARGET_MODULE, .id = to}};
}

static inline void made_free(Program *program)
{
    g_hash_table_destroy(program->module_by_id);
    g_free(program->modules);
    g_free(program->files);
    g_free(program->imports);
    interner_free(program->interner);
    g_free(program);
}

#endif
