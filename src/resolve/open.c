/* Which modules may bind names that cannot be seen.
 *
 * Two degrees. An open world (exec, globals()[…] = …, a star of what is not indexed, a __getattr__, an
 * extension module) is told to the user. Beyond that, code that merely takes hold of a namespace may
 * bind names, so that a name that seems to be missing is no broken import. Both pass on along stars,
 * except where an `__all__` that was read says what a star brings. */
#include "resolve/internal.h"

#include <string.h>

static bool is_world_open(const Resolver *r, Id id)
{
    const ModuleInfo *info = &r->modules[id];
    const Module *module = &r->program->modules[id];
    const File *file = module->file == ID_NONE ? NULL : &r->program->files[module->file];

    return info->open_world || info->external_star || info->self_replaced || info->has_getattr ||
           (module->flags & MODULE_EXTENSION) || (file != NULL && file->status == FILE_UNREADABLE);
}

static bool is_unsure(const Resolver *r, Id id)
{
    const ModuleInfo *info = &r->modules[id];
    const Module *module = &r->program->modules[id];
    const File *file = module->file == ID_NONE ? NULL : &r->program->files[module->file];

    return info->dynamic || info->custom_path || (module->flags & (MODULE_EXTENDED_PATH | MODULE_STUB)) ||
           (file != NULL && file->status != FILE_PARSED);
}

/* Stars by the module that they name: stars[first[m] … first[m + 1]). */
typedef struct StarsBySource {
    uint32_t *first, *stars;
} StarsBySource;

static StarsBySource group_by_source(const Resolver *r)
{
    uint32_t n = r->program->n_modules;
    StarsBySource by = {g_new0(uint32_t, n + 2), g_new(uint32_t, r->n_stars + 1)};

    for (uint32_t i = 0; i < r->n_stars; i++)
        if (r->stars[i].source != ID_NONE)
            by.first[r->stars[i].source + 2]++;
    for (uint32_t m = 0; m < n; m++)
        by.first[m + 2] += by.first[m + 1];
    for (uint32_t i = 0; i < r->n_stars; i++)
        if (r->stars[i].source != ID_NONE)
            by.stars[by.first[r->stars[i].source + 1]++] = i;
    return by;
}

/* Marks every module that a star leads to from a marked one. */
static void spread(const Resolver *r, const StarsBySource *by, bool *marked)
{
    g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(Id));

    for (Id id = 0; id < r->program->n_modules; id++)
        if (marked[id])
            g_array_append_val(queue, id);
    while (queue->len > 0) {
        Id source = g_array_index(queue, Id, queue->len - 1);
        g_array_set_size(queue, queue->len - 1);
        if (r->modules[source].has_all && !r->modules[source].all_unsure)
            continue;
        for (uint32_t i = by->first[source]; i < by->first[source + 1]; i++) {
            Id to = r->stars[by->stars[i]].module;
            if (marked[to])
                continue;
            marked[to] = true;
            g_array_append_val(queue, to);
        }
    }
}

void open_worlds(Resolver *r)
{
    uint32_t n = r->program->n_modules;
    StarsBySource by = group_by_source(r);
    g_autofree bool *marked = g_new0(bool, n + 1);

    for (Id id = 0; id < n; id++)
        marked[id] = is_world_open(r, id);
    spread(r, &by, marked);
    for (Id id = 0; id < n; id++) {
        if (marked[id])
            r->program->modules[id].flags |= MODULE_OPEN_WORLD;
        marked[id] = marked[id] || is_unsure(r, id);
    }
    spread(r, &by, marked);
    for (Id id = 0; id < n; id++)
        r->modules[id].opened = marked[id];
    g_free(by.first);
    g_free(by.stars);
}
