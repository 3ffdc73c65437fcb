/* Does loading a module do more than make its definitions? `from app.models import User  # noqa: F401` may be
 * there for what loading `app.models` does: enter classes in a list, connect signals, set things up. It does
 * not where all of its statements are imports, functions, values that call nothing of ours, and classes that
 * no decorator, base or metaclass may enter anywhere (effects.c). */
#include "fix/deadshim.h"

#include <string.h>

#include "fix/pair.h"
#include "resolve/resolve.h"

/* Does `NAME = callee(…)` call what may do anything? */
static bool calls_out(const World *world, Id module, const char *callee)
{
    if (*callee == '\0')
        return false;
    Target target = resolve_dotted(world->program, module, callee);
    g_autofree char *text =
        target.kind == TARGET_EXTERNAL ? g_strdup(program_text(world->program, target.id)) : g_strdup("");
    text[strcspn(text, ".:")] = '\0';
    return target.kind != TARGET_EXTERNAL || !resolve_is_stdlib(text);
}

/* Statements of the module's own level that bind by definition or assignment; UINT32_MAX when one does more.
 */
static uint32_t count_bindings(const World *world, Id module, const File *file)
{
    uint32_t n = 0, last = UINT32_MAX;

    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *binding = &file->facts.bindings[i];
        bool value = binding->kind == BINDING_VALUE || binding->kind == BINDING_ANNOTATION;
        if (binding->context != 0 || (binding->kind != BINDING_DEFINITION && !value))
            continue;
        if (binding->kind == BINDING_VALUE && calls_out(world, module, file_text(file, binding->target)))
            return UINT32_MAX;
        const char *name = file_text(file, binding->name);
        bool counts =
            strcmp(name, "__all__") != 0 && strcmp(name, "__getattr__") != 0 && strcmp(name, "__dir__") != 0;
        n += binding->start != last && counts;
        last = binding->start;
    }
    return n;
}

static char *classes_objection(World *world, Id module)
{
    const Module *m = &world->program->modules[module];
    Pair pair = {.world = world, .program = world->program, .kept = ID_NONE};
    char *objection = NULL;

    for (Id id = m->first_definition; id < m->first_definition + m->n_definitions && objection == NULL;
         id++) {
        pair.removed = id;
        if (program_definition_fact(world->program, id)->scope == SCOPE_MODULE)
            objection = registration_objection(&pair);
    }
    pair_clear(&pair);
    return objection;
}

char *inert_objection(World *world, Id module)
{
    const Program *program = world->program;
    const File *file = program_module_file(program, module);
    const char *name = program_text(program, program->modules[module].name);

    if (program->modules[module].flags & MODULE_NAMESPACE || file == NULL)
        return NULL;
    bool quiet = file->status == FILE_PARSED && file->facts.header != NULL && file->facts.n_effects == 0;
    if (quiet && file->facts.header->n_plain_statements == 0)
        return NULL;
    if (!quiet || count_bindings(world, module, file) != file->facts.header->n_plain_statements)
        return g_strdup_printf("it may be there for what loading %s does", name);
    g_autofree char *objection = classes_objection(world, module);
    return objection == NULL
               ? NULL
               : g_strdup_printf("it may be there for what loading %s does: %s", name, objection);
}
