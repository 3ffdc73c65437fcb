#include "detect/pin.h"

#include <string.h>

static bool is_named(const Program *program, const ConfigPin *pin, const char *wanted, const Binding *binding)
{
    const Definition *definition = &program->definitions[binding->target.id];
    const char *name = program_text(program, binding->name);

    if (wanted != NULL && strcmp(wanted, name) != 0)
        return false;
    return config_glob(pin->name, name) || config_glob(pin->name, program_text(program, definition->name)) ||
           config_glob(pin->name, program_text(program, definition->id));
}

/* Bindings of the pin's module that are sure to mean one definition. */
static void resolve_pin(const Program *program, ConfigPin *pin, GArray *pins)
{
    const char *colon = strchr(pin->target, ':');
    g_autofree char *dotted =
        colon != NULL ? g_strndup(pin->target, (size_t)(colon - pin->target)) : g_strdup(pin->target);
    Id id = program_find_module(program, dotted);

    if (id == ID_NONE)
        return;
    const Module *module = &program->modules[id];
    for (uint32_t i = module->first_binding; i < module->first_binding + module->n_bindings; i++) {
        const Binding *binding = &program->bindings[i];
        uint32_t count;
        program_bindings_of(program, id, binding->name, &count);
        if (count != 1 || binding->target.kind != TARGET_DEFINITION ||
            binding->certainty == CERTAINTY_POSSIBLE ||
            !is_named(program, pin, colon != NULL ? colon + 1 : NULL, binding))
            continue;
        PinnedPath path = {.definition = binding->target.id, .module = id, .name = binding->name};
        pin->used = true;
        g_array_append_val(pins, path);
    }
}

/* Under one definition, its own name comes first. */
static int compare_paths(const void *a, const void *b, void *data)
{
    const Program *program = data;
    const PinnedPath *x = a, *y = b;

    if (x->definition != y->definition)
        return x->definition < y->definition ? -1 : 1;
    bool own_x = x->name == program->definitions[x->definition].name,
         own_y = y->name == program->definitions[y->definition].name;
    if (own_x != own_y)
        return own_x ? -1 : 1;
    if (x->module != y->module)
        return x->module < y->module ? -1 : 1;
    return sym_compare(program->interner, x->name, y->name);
}

GArray *pins_resolve(const Program *program, Config *config)
{
    GArray *pins = g_array_new(FALSE, FALSE, sizeof(PinnedPath));
    uint32_t kept = 0;

    for (uint32_t i = 0; config != NULL && i < config->pins->len; i++)
        resolve_pin(program, g_ptr_array_index(config->pins, i), pins);
    g_array_sort_with_data(pins, compare_paths, (gpointer)(uintptr_t)program);
    PinnedPath *paths = (PinnedPath *)(void *)pins->data;
    for (uint32_t i = 0; i < pins->len; i++)
        if (i == 0 || paths[i].definition != paths[i - 1].definition)
            paths[kept++] = paths[i];
    g_array_set_size(pins, kept);
    return pins;
}

const PinnedPath *pins_find(const GArray *pins, Id definition)
{
    const PinnedPath *paths = (const PinnedPath *)(const void *)pins->data;
    uint32_t low = 0, high = pins->len;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (paths[middle].definition < definition)
            low = middle + 1;
        else
            high = middle;
    }
    return low < pins->len && paths[low].definition == definition ? &paths[low] : NULL;
}
