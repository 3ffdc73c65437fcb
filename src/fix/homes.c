#include "fix/homes.h"

#include <string.h>

static bool is_below(const Program *program, Id module, Id package)
{
    for (; module != ID_NONE; module = program->modules[module].parent)
        if (module == package)
            return true;
    return false;
}

/* --- values --- */

static gint64 *value_key(Target value)
{
    gint64 key = (gint64)((uint64_t)value.id << 32 | value.name);

    return g_memdup2(&key, sizeof key);
}

static bool is_pinned_value(const Program *program, const ConfigPin *pin, const char *wanted,
                            const Binding *binding)
{
    const char *name = program_text(program, binding->name);

    if (binding->target.kind != TARGET_VALUE || binding->certainty == CERTAINTY_POSSIBLE ||
        (wanted != NULL && strcmp(wanted, name) != 0))
        return false;
    g_autofree char *id =
        g_strdup_printf("%s:%s", program_text(program, program->modules[binding->target.id].id),
                        program_text(program, binding->target.name));
    return strcmp(pin->name, name) == 0 || strcmp(pin->name, id) == 0;
}

/* Bindings of the pin's module that are sure to mean one value; the first pin of a value counts. */
static void collect_values(Homes *homes, const ConfigPin *pin)
{
    const Program *program = homes->program;
    const char *colon = strchr(pin->target, ':');
    g_autofree char *dotted =
        colon != NULL ? g_strndup(pin->target, (size_t)(colon - pin->target)) : g_strdup(pin->target);
    Id id = program_find_module(program, dotted);
    uint32_t count;

    for (uint32_t i = 0; id != ID_NONE && i < program->modules[id].n_bindings; i++) {
        const Binding *binding = &program->bindings[program->modules[id].first_binding + i];
        program_bindings_of(program, id, binding->name, &count);
        if (count != 1 || !is_pinned_value(program, pin, colon != NULL ? colon + 1 : NULL, binding))
            continue;
        g_autofree gint64 *key = value_key(binding->target);
        if (g_hash_table_contains(homes->values, key))
            continue;
        PinnedPath path = {.definition = ID_NONE, .module = id, .name = binding->name};
        g_hash_table_insert(homes->values, g_steal_pointer(&key), g_memdup2(&path, sizeof path));
    }
}

const PinnedPath *homes_of_value(const Homes *homes, Target value)
{
    g_autofree gint64 *key = value_key(value);

    return g_hash_table_lookup(homes->values, key);
}

/* --- definitions --- */

void homes_init(Homes *homes, const FixView *view, Config *config)
{
    *homes = (Homes){.program = view->program, .pins = pins_resolve(view->program, config)};
    homes->fragmentation = g_hash_table_new(NULL, NULL);
    homes->values = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    for (uint32_t i = 0; config != NULL && i < config->pins->len; i++)
        collect_values(homes, g_ptr_array_index(config->pins, i));
    for (uint32_t i = 0; view->detection != NULL && i < view->detection->n_fragmentations; i++) {
        const Fragmentation *fragmentation = &view->detection->fragmentations[i];
        g_hash_table_insert(homes->fragmentation, GUINT_TO_POINTER(fragmentation->definition + 1),
                            (gpointer)(uintptr_t)fragmentation);
    }
}

void homes_clear(Homes *homes)
{
    g_array_free(homes->pins, TRUE);
    g_hash_table_destroy(homes->values);
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
