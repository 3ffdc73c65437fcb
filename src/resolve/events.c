/* Binding events → candidates, and those of each module grouped by name: the slots that the end of the module
 * shows.
 *
 * Modules are independent of one another here, so all cores work on them, in two passes: the first counts
 * what each module adds to the arrays of slots, events, candidates and stars; then everybody knows where its
 * part begins, and the second writes. What comes out is in program order, whoever wrote it. Names are told
 * apart by their number among the strings of their file: that fits into the fastest cache, which symbols do
 * not. */
#include "resolve/machine.h"

#include <string.h>

#include "base/pages.h"
#include "base/pool.h"

/* --- events → candidates --- */

static bool is_self_alias(const Facts *facts, const FactsImport *import)
{
    return import->aliased &&
           (import->form == IMPORT_FROM ? import->name : import->module) == import->bound &&
           facts->n_imports > 0;
}

static uint16_t context_flags(const File *file, const FileInfo *info, uint32_t context)
{
    const FactsContext *at = &file->facts.contexts[context];
    uint16_t flags = 0;

    if ((at->flags & CONTEXT_TYPING) && !file->stub)
        flags |= CANDIDATE_TYPING;
    if (at->flags & CONTEXT_MAIN)
        flags |= CANDIDATE_MAIN;
    if (flags == 0 && info->clauses[context].inherited == CHANCE_NEVER_SOFT)
        flags |= CANDIDATE_UNLIKELY;
    return flags;
}

/* Where an event takes effect: simple statements when they end (their right-hand side is read
 * before), targets of for, with, except and match where they stand. */
static uint32_t effect_position(const FactsBinding *event)
{
    return event->kind == BINDING_TARGET || event->kind == BINDING_DELETE ? event->start : event->end;
}

static uint32_t import_candidate(const Resolver *r, Id module, const File *file, const FactsBinding *event,
                                 uint16_t flags)
{
    uint32_t candidate = r->modules[module].first_import + event->ref;
    const FactsImport *import = &file->facts.imports[event->ref];

    r->candidates[candidate].flags |= flags;
    if (file->stub && !is_self_alias(&file->facts, import))
        r->candidates[candidate].flags |= CANDIDATE_PRIVATE;
    return candidate;
}

/* Mark — the slot of one name of the module at hand. */
typedef struct Mark {
    Id module;
    uint32_t slot;
} Mark;

/* Does the module bind the name? `marks` by FactsStr, or NULL: the table of slots knows. */
static bool is_bound(const Resolver *r, Id module, const File *file, FactsStr name, const Mark *marks)
{
    return marks != NULL ? marks[name].module == module : slot_find(r, module, file_sym(file, name)) != NONE;
}

/* Does a call of this name give an instance of a built-in class, whatever its arguments? */
static bool makes_plain_object(const char *callee)
{
    static const char *const makers[] = {"bool",      "bytearray", "bytes", "complex", "dict",   "float",
                                         "frozenset", "int",       "len",   "list",    "object", "range",
                                         "set",       "sorted",    "str",   "tuple"};

    for (size_t i = 0; i < G_N_ELEMENTS(makers); i++)
        if (strcmp(makers[i], callee) == 0)
            return true;
    return false;
}

static bool is_import(const File *file, const FactsBinding *event)
{
    return (event->kind == BINDING_IMPORT ||
            (event->kind == BINDING_GLOBAL && event->alternative == GLOBAL_IMPORT)) &&
           event->ref < file->facts.n_imports;
}

/* What a binding event comes to. */
typedef enum Meaning { MEANS_NOTHING, MEANS_IMPORT, MEANS_MORE } Meaning;

/* MEANS_IMPORT: *number is the import's own candidate; MEANS_MORE: *made is to become one. */
static Meaning read_event(const Resolver *r, Id module, uint32_t index, const Mark *marks, uint32_t *number,
                          Candidate *made)
{
    const File *file = &r->program->files[r->program->modules[module].file];
    const FileInfo *info = &r->files[r->program->modules[module].file];
    const FactsBinding *event = &file->facts.bindings[index];
    uint16_t flags = context_flags(file, info, event->context);

    if ((event->kind == BINDING_ANNOTATION && !file->stub) || event->kind == BINDING_STAR ||
        info->clauses[event->context].inherited == CHANCE_NEVER)
        return MEANS_NOTHING;
    if (is_import(file, event)) {
        *number = import_candidate(r, module, file, event,
                                   flags | (event->kind == BINDING_GLOBAL ? CANDIDATE_OVERLAY : 0));
        return MEANS_IMPORT;
    }
    *made = candidate_blank(module, file_sym(file, event->name));
    made->kind = CANDIDATE_VALUE;
    made->flags = flags;
    made->line = event->line;
    made->event = index;
    made->context = event->context;
    made->position = event->start;
    if (event->kind == BINDING_DEFINITION) {
        made->a = definition_of_fact(r, module, event->ref);
        made->kind = made->a == ID_NONE ? CANDIDATE_VALUE : CANDIDATE_DEFINITION;
        if (made->a != ID_NONE)
            made->line = r->program->definitions[made->a].line;
    } else if (event->kind == BINDING_DELETE) {
        made->kind = CANDIDATE_DELETE;
    } else if (event->kind == BINDING_GLOBAL) {
        made->flags |= CANDIDATE_OVERLAY;
        made->a =
            event->alternative == GLOBAL_DEFINITION ? definition_of_fact(r, module, event->ref) : ID_NONE;
        if (made->a != ID_NONE)
            made->kind = CANDIDATE_DEFINITION;
    } else if (event->alternative > 0) {
        made->flags |= CANDIDATE_ALTERNATIVE;
    }
    if (event->kind == BINDING_ALIAS || (event->kind == BINDING_TARGET && event->target != 0)) {
        made->kind = CANDIDATE_ALIAS;
        made->text = file_text(file, event->target);
    } else if (event->computed && (!makes_plain_object(file_text(file, event->target)) ||
                                   is_bound(r, module, file, event->target, marks))) {
        made->certainty = CERTAINTY_LIKELY; /* a value as far as one can see; it may be a class */
    }
    return MEANS_MORE;
}

uint32_t scope_candidate(Resolver *r, Id module, uint32_t index)
{
    Candidate made;
    uint32_t candidate = NONE;

    if (read_event(r, module, index, NULL, &candidate, &made) == MEANS_MORE) {
        candidate = candidate_add(r, module, made.name);
        r->candidates[candidate] = made;
    }
    return candidate;
}

/* --- modules: events grouped by name, in two passes over the bindings --- */

/* Grouping — the work of all modules. */
typedef struct Grouping {
    Resolver *r;
    StoreSize *sizes; /* by module: first how much it adds, then where that begins; and the end */
    Mark **marks;     /* by worker, by FactsStr: the slots of the module at hand */
    uint32_t n_strings;
} Grouping;

/* Modules that a worker takes at a time. */
enum { GROUP_SHARE = 128 };

static bool is_module_event(const FileInfo *info, const FactsBinding *event)
{
    return event->kind == BINDING_GLOBAL || info->clauses[event->context].scope == 0;
}

/* Does the event give its name a slot? A star gives none, whether it is read or not. */
static bool takes_part(const File *file, const FactsBinding *event)
{
    return event->kind != BINDING_STAR && event->kind != BINDING_METHOD &&
           (event->kind != BINDING_ANNOTATION || file->stub) && file_sym(file, event->name) != 0;
}

static bool is_star(const File *file, const FileInfo *info, const FactsBinding *event)
{
    return event->kind == BINDING_STAR && event->ref < file->facts.n_imports &&
           info->clauses[event->context].inherited != CHANCE_NEVER;
}

/* Has the module statements? Its file, then. */
static const File *file_of(const Resolver *r, Id module)
{
    const File *file = program_module_file(r->program, module);

    return file != NULL && file->facts.header != NULL && file->facts.n_contexts > 0 ? file : NULL;
}

/* First pass: how many of everything. */
static void count_module(const Grouping *grouping, Id module, Mark *marks)
{
    const File *file = file_of(grouping->r, module);
    StoreSize *size = &grouping->sizes[module];

    if (file == NULL)
        return;
    const FileInfo *info = &grouping->r->files[file - grouping->r->program->files];
    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *event = &file->facts.bindings[i];
        if (!is_module_event(info, event))
            continue;
        size->stars += is_star(file, info, event);
        if (!takes_part(file, event))
            continue;
        size->slots += marks[event->name].module != module;
        marks[event->name].module = module;
        size->events++;
        size->candidates += !is_import(file, event);
    }
}

static void write_star(const Grouping *grouping, Id module, const File *file, uint32_t index, uint32_t at)
{
    Resolver *r = grouping->r;
    const FactsBinding *event = &file->facts.bindings[index];
    const Import *raw = &r->raw[r->modules[module].first_import + event->ref];

    r->stars[at] =
        (Star){.module = module,
               .source = raw->target_module,
               .event = index,
               .context = event->context,
               .position = event->end,
               .line = event->line,
               .typing = (file->facts.contexts[event->context].flags & CONTEXT_TYPING) && !file->stub};
    r->modules[module].n_stars++;
    if (raw->target_module == ID_NONE)
        r->modules[module].external_star = true;
}

/* Second pass: slots in the order of their first events, with room for all of them; stars. */
static void write_slots(const Grouping *grouping, Id module, const File *file, const FileInfo *info,
                        Mark *marks)
{
    Resolver *r = grouping->r;
    const StoreSize *first = &grouping->sizes[module];
    uint32_t slot = first->slots, event_at = first->events;

    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *event = &file->facts.bindings[i];
        if (!is_module_event(info, event))
            continue;
        if (is_star(file, info, event))
            write_star(grouping, module, file, i, first->stars + r->modules[module].n_stars);
        if (!takes_part(file, event))
            continue;
        Mark *mark = &marks[event->name];
        if (mark->module != module) {
            *mark = (Mark){module, slot};
            r->slots[slot++] = (Slot){.module = module, .name = file_sym(file, event->name), .best = NONE};
        }
        r->slots[mark->slot].n_events++;
    }
    for (uint32_t i = first->slots; i < slot; i++) {
        r->slots[i].first_event = event_at;
        event_at += r->slots[i].n_events;
        r->slots[i].n_events = 0;
    }
}

/* Then the events themselves; those of functions that say `global` come last, since when they run cannot be
 * told. Returns the next free candidate. */
static uint32_t write_events(const Grouping *grouping, Id module, const File *file, const FileInfo *info,
                             const Mark *marks, bool global, uint32_t candidate)
{
    Resolver *r = grouping->r;

    for (uint32_t i = 0; i < file->facts.n_bindings; i++) {
        const FactsBinding *event = &file->facts.bindings[i];
        if ((event->kind == BINDING_GLOBAL) != global || !is_module_event(info, event) ||
            !takes_part(file, event))
            continue;
        uint32_t number = candidate;
        Meaning meaning = read_event(r, module, i, marks, &number, &r->candidates[candidate]);
        if (meaning == MEANS_NOTHING)
            continue;
        candidate += meaning == MEANS_MORE;
        Slot *slot = &r->slots[marks[event->name].slot];
        r->events[slot->first_event + slot->n_events++] =
            (Event){number, global ? 0 : info->clauses[event->context].effective,
                    global ? NONE - 1 : effect_position(event)};
    }
    return candidate;
}

static void write_module(const Grouping *grouping, Id module, Mark *marks)
{
    const File *file = file_of(grouping->r, module);

    if (file == NULL)
        return;
    const FileInfo *info = &grouping->r->files[file - grouping->r->program->files];
    grouping->r->modules[module].first_star = grouping->sizes[module].stars;
    write_slots(grouping, module, file, info, marks);
    uint32_t next =
        write_events(grouping, module, file, info, marks, false, grouping->sizes[module].candidates);
    write_events(grouping, module, file, info, marks, true, next);
}

static Mark *fresh_marks(const Grouping *grouping, uint32_t worker)
{
    if (grouping->marks[worker] == NULL) {
        grouping->marks[worker] = g_new(Mark, grouping->n_strings);
        memset(grouping->marks[worker], 0xff, sizeof(Mark) * grouping->n_strings);
    }
    return grouping->marks[worker];
}

static void count_share(void *context, uint32_t share, uint32_t worker)
{
    const Grouping *grouping = context;
    Id end = MIN((share + 1) * GROUP_SHARE, grouping->r->program->n_modules);

    for (Id id = share * GROUP_SHARE; id < end; id++)
        count_module(grouping, id, fresh_marks(grouping, worker));
}

/* The parts of a share's modules lie side by side. */
static void populate_share(const Grouping *grouping, Id first, Id end)
{
    const Resolver *r = grouping->r;
    const StoreSize *from = &grouping->sizes[first], *to = &grouping->sizes[end];

    pages_populate(r->slots + from->slots, sizeof *r->slots * (to->slots - from->slots));
    pages_populate(r->events + from->events, sizeof *r->events * (to->events - from->events));
    pages_populate(r->candidates + from->candidates,
                   sizeof *r->candidates * (to->candidates - from->candidates));
}

static void write_share(void *context, uint32_t share, uint32_t worker)
{
    const Grouping *grouping = context;
    Id end = MIN((share + 1) * GROUP_SHARE, grouping->r->program->n_modules);

    populate_share(grouping, share * GROUP_SHARE, end);
    for (Id id = share * GROUP_SHARE; id < end; id++)
        write_module(grouping, id, fresh_marks(grouping, worker));
}

static void forget_marks(const Grouping *grouping)
{
    for (uint32_t i = 0; i < grouping->r->workers; i++)
        g_clear_pointer(&grouping->marks[i], g_free);
}

/* Sizes → where each module's part begins; returns the end of all. */
static StoreSize place_modules(const Grouping *grouping, StoreSize at)
{
    for (Id id = 0; id < grouping->r->program->n_modules; id++) {
        StoreSize size = grouping->sizes[id];
        grouping->sizes[id] = at;
        at = (StoreSize){at.slots + size.slots, at.events + size.events, at.candidates + size.candidates,
                         at.stars + size.stars};
    }
    grouping->sizes[grouping->r->program->n_modules] = at;
    return at;
}

void scope_modules(Resolver *r)
{
    uint32_t n = r->program->n_modules, shares = (n + GROUP_SHARE - 1) / GROUP_SHARE;
    g_autofree StoreSize *sizes = g_new0(StoreSize, n + 1);
    g_autofree Mark **marks = g_new0(Mark *, r->workers);
    Grouping grouping = {.r = r, .sizes = sizes, .marks = marks, .n_strings = most_strings(r->program)};

    pool_run(r->workers, shares, count_share, &grouping);
    forget_marks(&grouping);
    StoreSize end = place_modules(&grouping, (StoreSize){.candidates = r->n_candidates});
    store_reserve(r, &(StoreSize){end.slots, end.events, end.candidates - r->n_candidates, end.stars});
    pool_run(r->workers, shares, write_share, &grouping);
    forget_marks(&grouping);
    r->n_slots = end.slots;
    r->n_events = end.events;
    r->n_candidates = end.candidates;
    r->n_stars = end.stars;
    slots_register_all(r);
}
