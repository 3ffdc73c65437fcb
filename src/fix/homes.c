#include "fix/homes.h"

static bool is_below(const Program *program, Id module, Id package)
{
    for (; module != ID_NONE; module = program->modules[module].parent)
        if (module == package)
            return true;
    return false;
}

void homes_init(Homes *homes, const FixView *view, Config *config)
{
    *homes = (Homes){.program = view->program, .pins = pins_resolve(view->program, config)};
    homes->fragmentation = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; view->detection != NULL && i < view->detection->n_fragmentations; i++) {
        const Fragmentation *fragmentation = &view->detection->fragmentations[i];
        g_hash_table_insert(homes->fragmentation, GUINT_TO_POINTER(fragmentation->definition + 1),
                            (gpointer)(uintptr_t)fragmentation);
    }
}

void homes_clear(Homes *homes)
{
    g_array_free(homes->pins, TRUE);
    g_hash_table_destroy(homes->fragmentation);
}

/* Within the package of a public path the home itself is right: importing one's own package's root
 * while it loads is how partially initialised modules come about. */
PinnedPath homes_of(const Homes *homes, Id definition, Id importer, bool *pinned)
{
    const Definition *own = &homes->program->definitions[definition];
    const PinnedPath *pin = pins_find(homes->pins, definition);
    const Fragmentation *fragmentation =
        g_hash_table_lookup(homes->fragmentation, GUINT_TO_POINTER(definition + 1));
    PinnedPath home = {definition, own->module, own->name};

    *pinned = pin != NULL;
    if (pin != NULL)
        return importer == pin->module ? home : *pin;
    if (fragmentation == NULL || is_below(homes->program, importer, fragmentation->canonical_module))
        return home;
    return (PinnedPath){definition, fragmentation->canonical_module, fragmentation->canonical_name};
}

bool homes_settled(const Homes *homes, Id definition, Id importer, Id module, Sym name)
{
    const Program *program = homes->program;
    const Definition *own = &program->definitions[definition];
    bool pinned;
    PinnedPath home = homes_of(homes, definition, importer, &pinned);

    if (module == home.module)
        return true;
    return !pinned && name == own->name && (program->modules[module].flags & MODULE_PACKAGE) &&
           is_below(program, own->module, module);
}
