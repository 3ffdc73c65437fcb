/* `from m import *`: what each module exports, and which star gives each name.
 *
 * Exports are sets of names. A module with a readable `__all__` exports that; any other its public
 * names, those that its own stars bring included, so that the sets of modules depend on one another
 * along star imports. Modules are taken in the order of Tarjan's strongly connected components
 * (reverse topological); all members of a component without `__all__` export the same set, which
 * they share: a thousand modules that import each other's stars cost one set, not a million.
 *
 * Where modules have many stars, each set also keeps which other sets it contains whole (a bit each),
 * so that a module that imports a thousand stars reads the names of the largest and skips the rest.
 *
 * Then every module's stars become candidates, the last star first: names that no statement of the
 * module binds take the last unconditional star that brings them; for the others the star is one
 * more event in source order. Stars within a cycle cannot decide by order (whoever is imported
 * first is partially initialised): there the module that binds the name itself is looked up and
 * offered, never preferred to a binding of one's own. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct StarRun {
    Resolver *r;
    SlotIndex slots;
    uint32_t *component; /* by module, over the edges asked for */
    uint32_t *order;     /* modules, components together, in reverse topological order */
    uint32_t n_components;
    uint32_t *owner_mark, *owner; /* by Sym, for one component: a module that binds the name itself */
    bool *owner_many;
    uint32_t owner_stamp, n_owner;
    uint32_t n_sets, words; /* words of a set of sets; 0: not kept */
    uint64_t *seen;         /* one such set, scratch */
} StarRun;

/* Below this many stars in any one module, reading every set is cheaper than keeping what contains what. */
#define MANY_STARS 32
#define MAX_SETS   16384
/* Of the stars in a cycle that may bring one name, so many are told. */
#define MAX_CYCLE_EVENTS 8

static bool has_bit(const uint64_t *bits, uint32_t bit)
{
    return (bits[bit / 64] >> (bit % 64) & 1) != 0;
}

static void add_bits(const StarRun *run, uint64_t *to, const ExportSet *set)
{
    if (set->covered == NULL) {
        to[set->number / 64] |= UINT64_C(1) << (set->number % 64);
        return;
    }
    for (uint32_t i = 0; i < run->words; i++)
        to[i] |= set->covered[i];
}

static void count_sets(StarRun *run)
{
    const Resolver *r = run->r;
    uint32_t most = 0, with_stars = 0;

    for (Id id = 0; id < r->program->n_modules; id++) {
        most = MAX(most, r->modules[id].n_stars);
        with_stars += r->modules[id].n_stars > 0;
    }
    /* only sets of modules with stars, and those that they name, get a number: twice as many at most in
     * practice */
    if (most >= MANY_STARS && with_stars * 2 + 64 <= MAX_SETS) {
        run->n_sets = MIN(with_stars * 2 + 64, MAX_SETS);
        run->words = (run->n_sets + 63) / 64;
        run->seen = g_new0(uint64_t, run->words);
    }
}

static Id source_of(const Resolver *r, const Star *star)
{
    const Program *p = r->program;
    Id source = star->source;

    if (source == ID_NONE)
        return ID_NONE;
    for (unsigned guard = 0; guard < 16 && r->modules[source].replaced != ID_NONE; guard++)
        source = r->modules[source].replaced;
    const Facts *facts = module_facts(r, source);
    if (r->modules[source].spoken != ID_NONE)
        return r->modules[source].spoken;
    if (p->modules[source].stub != ID_NONE && (facts == NULL || facts->header == NULL))
        return p->modules[source].stub;
    return source;
}

static bool is_open_list(const ModuleInfo *info)
{
    return !info->has_all || info->all_unsure;
}

/* --- strongly connected components along stars --- */

typedef struct Frame {
    Id module;
    uint32_t next; /* star to look at */
} TarjanFrame;

typedef struct Tarjan {
    uint32_t *index, *low, *stack;
    bool *on_stack;
    uint32_t counter, n_stack;
    GArray *frames;
    bool open_only;
} Tarjan;

static void tarjan_enter(Tarjan *t, Id module)
{
    TarjanFrame frame = {module, 0};

    t->index[module] = t->low[module] = ++t->counter;
    t->stack[t->n_stack++] = module;
    t->on_stack[module] = true;
    g_array_append_val(t->frames, frame);
}

static void tarjan_leave(StarRun *run, Tarjan *t, Id module, uint32_t *n_order)
{
    g_array_set_size(t->frames, t->frames->len - 1);
    if (t->frames->len > 0) {
        Id parent = g_array_index(t->frames, TarjanFrame, t->frames->len - 1).module;
        t->low[parent] = MIN(t->low[parent], t->low[module]);
    }
    if (t->low[module] != t->index[module])
        return;
    Id member;
    do {
        member = t->stack[--t->n_stack];
        t->on_stack[member] = false;
        run->component[member] = run->n_components;
        run->order[(*n_order)++] = member;
    } while (member != module);
    run->n_components++;
}

static void tarjan_walk(StarRun *run, Tarjan *t, Id start, uint32_t *n_order)
{
    const Resolver *r = run->r;

    tarjan_enter(t, start);
    while (t->frames->len > 0) {
        TarjanFrame *frame = &g_array_index(t->frames, TarjanFrame, t->frames->len - 1);
        Id module = frame->module;
        const ModuleInfo *info = &r->modules[module];
        bool walks = !t->open_only || is_open_list(info);
        if (!walks || frame->next == info->n_stars) {
            tarjan_leave(run, t, module, n_order);
            continue;
        }
        Id to = source_of(r, &r->stars[info->first_star + frame->next++]);
        if (to == ID_NONE)
            continue;
        if (t->index[to] == 0)
            tarjan_enter(t, to);
        else if (t->on_stack[to])
            t->low[module] = MIN(t->low[module], t->index[to]);
    }
}

static void find_components(StarRun *run, bool open_only)
{
    uint32_t n = run->r->program->n_modules, n_order = 0;
    Tarjan t = {.index = g_new0(uint32_t, n + 1),
                .low = g_new0(uint32_t, n + 1),
                .stack = g_new(uint32_t, n + 1),
                .on_stack = g_new0(bool, n + 1),
                .frames = g_array_new(FALSE, FALSE, sizeof(TarjanFrame)),
                .open_only = open_only};

    run->n_components = 0;
    for (Id id = 0; id < n; id++)
        if (t.index[id] == 0)
            tarjan_walk(run, &t, id, &n_order);
    g_free(t.index);
    g_free(t.low);
    g_free(t.stack);
    g_free(t.on_stack);
    g_array_free(t.frames, TRUE);
}

/* --- export sets --- */

static void set_add(Resolver *r, GArray *names, uint32_t stamp, Sym name)
{
    if (r->mark[name] == stamp)
        return;
    r->mark[name] = stamp;
    g_array_append_val(names, name);
}

static void add_own(StarRun *run, Id module, GArray *names, uint32_t stamp)
{
    Resolver *r = run->r;
    const ModuleInfo *info = &r->modules[module];

    for (uint32_t i = 0; i < info->n_all; i++)
        set_add(r, names, stamp, info->all_names[i]);
    if (!is_open_list(info))
        return;
    for (uint32_t i = run->slots.first[module]; i < run->slots.first[module + 1]; i++) {
        const Slot *slot = &r->slots[run->slots.items[i]];
        if (text_of(r, slot->name)[0] != '_' && slot_bound_at_run_time(r, slot))
            set_add(r, names, stamp, slot->name);
    }
}

/* `covered` (may be NULL): the sets that are in `names` whole. */
static void add_stars(StarRun *run, Id module, uint32_t component, GArray *names, uint32_t stamp,
                      uint64_t *covered)
{
    Resolver *r = run->r;
    const ModuleInfo *info = &r->modules[module];
    const ExportSet *last = NULL;

    for (uint32_t i = info->n_stars; i-- > 0;) {
        const Star *star = &r->stars[info->first_star + i];
        Id source = source_of(r, star);
        if (source == ID_NONE || star->typing || run->component[source] == component ||
            r->modules[source].exports == NULL || r->modules[source].exports == last)
            continue;
        last = r->modules[source].exports;
        if (covered != NULL && last->number != NONE) {
            if (has_bit(covered, last->number))
                continue;
            add_bits(run, covered, last);
        }
        for (uint32_t k = 0; k < last->n_names; k++)
            if (text_of(r, last->names[k])[0] != '_')
                set_add(r, names, stamp, last->names[k]);
    }
}

/* A set with private names is contained in no other, since stars pass on public ones only. */
static void finish_set(const StarRun *run, ExportSet *set)
{
    for (uint32_t i = 0; i < set->n_names && !set->private_names; i++)
        set->private_names = text_of(run->r, set->names[i])[0] == '_';
    if (set->covered != NULL)
        set->covered[set->number / 64] |= UINT64_C(1) << (set->number % 64);
    if (set->private_names) /* no bit of its own to be found by others */
        set->number = NONE;
}

/* Components with a module that some star names: nobody asks what the others export. */
static bool *wanted_components(const StarRun *run)
{
    const Resolver *r = run->r;
    bool *wanted = g_new0(bool, run->n_components + 1);

    for (uint32_t i = 0; i < r->n_stars; i++) {
        Id source = source_of(r, &r->stars[i]);
        if (source != ID_NONE)
            wanted[run->component[source]] = true;
    }
    return wanted;
}

static void find_exports(StarRun *run)
{
    Resolver *r = run->r;
    uint32_t n = r->program->n_modules;
    GArray *names = g_array_new(FALSE, FALSE, sizeof(Sym));
    g_autofree bool *wanted = wanted_components(run);
    uint32_t next = 0;

    for (uint32_t at = 0, end; at < n; at = end) {
        uint32_t component = run->component[run->order[at]], stamp;
        bool stars = false;
        if (!wanted[component]) {
            end = at + 1;
            continue;
        }
        stamp = marks_begin(r);
        ExportSet *set = arena_new(&r->arena, ExportSet);
        g_array_set_size(names, 0);
        for (end = at; end < n && run->component[run->order[end]] == component; end++)
            stars = stars ||
                    (r->modules[run->order[end]].n_stars > 0 && is_open_list(&r->modules[run->order[end]]));
        set->number = run->words > 0 && next < run->n_sets ? next++ : NONE;
        if (stars && set->number != NONE)
            set->covered = arena_array(&r->arena, uint64_t, run->words);
        for (end = at; end < n && run->component[run->order[end]] == component; end++) {
            Id module = run->order[end];
            add_own(run, module, names, stamp);
            if (is_open_list(&r->modules[module]))
                add_stars(run, module, component, names, stamp, set->covered);
            r->modules[module].exports = set;
        }
        set->n_names = names->len;
        set->names = arena_array(&r->arena, Sym, names->len + 1);
        if (names->len > 0)
            memcpy(set->names, names->data, sizeof(Sym) * names->len);
        finish_set(run, set);
    }
    g_array_free(names, TRUE);
}

/* --- stars to candidates --- */

static uint32_t star_candidate(Resolver *r, const Star *star, Sym name, Id source)
{
    uint32_t candidate = candidate_add(r, star->module, name);
    Candidate *made = &r->candidates[candidate];
    const File *file = &r->program->files[r->program->modules[star->module].file];
    const FileInfo *info = &r->files[r->program->modules[star->module].file];

    made->kind = CANDIDATE_STAR;
    made->a = source;
    made->line = star->line;
    made->context = star->context;
    made->position = star->position;
    if (star->typing)
        made->flags |= CANDIDATE_TYPING;
    else if (file->facts.contexts[star->context].flags & CONTEXT_MAIN)
        made->flags |= CANDIDATE_MAIN;
    else if (info->clauses[star->context].inherited == CHANCE_NEVER_SOFT)
        made->flags |= CANDIDATE_UNLIKELY;
    return candidate;
}

static uint32_t effective_context(const Resolver *r, const Star *star)
{
    return r->files[r->program->modules[star->module].file].clauses[star->context].effective;
}

/* One more event for a name: a star's candidate. `slot` NONE: nothing binds the name yet. */
static void add_star_event(Resolver *r, const Star *star, uint32_t candidate, uint32_t slot)
{
    Event event = {candidate, effective_context(r, star), star->position};
    Sym name = r->candidates[candidate].name;

    if (slot == NONE) {
        slot = slot_add(r, star->module, name);
        slot_register(r, slot);
        r->slots[slot].first_event = r->n_events;
        r->slots[slot].n_events = 1;
        event_append(r, event);
    } else {
        scope_insert_event(r, slot, event);
    }
    r->mark[name] = r->mark_stamp;
    r->mark_value[name] = slot;
}

/* Has the star's source the name from the star's own module, and only from there? What comes back is what
 * is there already: the import runs while the module is still loading. */
static bool brings_back(const Resolver *r, const Star *star, Sym name, Id source)
{
    uint32_t slot = slot_find(r, source, name);

    if (slot == NONE || r->slots[slot].n_events != 1)
        return false;
    const Candidate *only = &r->candidates[r->events[r->slots[slot].first_event].candidate];
    if (only->kind != CANDIDATE_IMPORT)
        return false;
    return r->raw[only->a].target_module == star->module && r->raw[only->a].name == name;
}

/* One name that a star outside any cycle brings. */
static void give(Resolver *r, const Star *star, Sym name, Id source, uint32_t slot)
{
    if (!r->modules[source].asks_back || !brings_back(r, star, name, source))
        add_star_event(r, star, star_candidate(r, star, name, source), slot);
}

/* Does a later, unconditional star of this module bring the name already? */
static bool is_settled(const Resolver *r, uint32_t slot)
{
    for (uint32_t i = 0; i < r->slots[slot].n_events; i++) {
        Event event = r->events[r->slots[slot].first_event + i];
        if (r->candidates[event.candidate].kind == CANDIDATE_STAR && event.context == 0 &&
            !(r->candidates[event.candidate].flags & CANDIDATE_OVERLAY))
            return true;
    }
    return false;
}

/* One name that a star within a cycle may bring: from the module that binds it itself. */
static void give_in_cycle(StarRun *run, const Star *star, Sym name, uint32_t slot)
{
    Resolver *r = run->r;
    Id owner = name < run->n_owner && run->owner_mark[name] == run->owner_stamp ? run->owner[name] : ID_NONE;
    Id source = source_of(r, star);

    if (owner == ID_NONE)
        return;
    bool many = run->owner_many[name];
    if (many && slot_find(r, source, name) != NONE)
        owner = source;
    if (owner == star->module)
        return;
    if (slot != NONE && r->slots[slot].n_events >= MAX_CYCLE_EVENTS)
        return;
    uint32_t candidate = star_candidate(r, star, name, owner);
    r->candidates[candidate].certainty = many ? CERTAINTY_POSSIBLE : CERTAINTY_LIKELY;
    if (slot != NONE)
        r->candidates[candidate].flags |= CANDIDATE_OVERLAY;
    add_star_event(r, star, candidate, slot);
}

static void own_names(StarRun *run, Id module)
{
    Resolver *r = run->r;

    for (uint32_t i = run->slots.first[module]; i < run->slots.first[module + 1]; i++) {
        Sym name = r->slots[run->slots.items[i]].name;
        if (name >= run->n_owner || !slot_bound_at_run_time(r, &r->slots[run->slots.items[i]]))
            continue;
        run->owner_many[name] = run->owner_mark[name] == run->owner_stamp;
        if (!run->owner_many[name])
            run->owner[name] = module;
        run->owner_mark[name] = run->owner_stamp;
    }
}

static void own_star_names(StarRun *run, Id module, uint32_t component)
{
    Resolver *r = run->r;
    const ModuleInfo *info = &r->modules[module];

    for (uint32_t i = 0; i < info->n_stars; i++) {
        Id source = source_of(r, &r->stars[info->first_star + i]);
        const ExportSet *set =
            source == ID_NONE || run->component[source] == component ? NULL : r->modules[source].exports;
        for (uint32_t k = 0; set != NULL && k < set->n_names; k++) {
            Sym name = set->names[k];
            if (name < run->n_owner && run->owner_mark[name] != run->owner_stamp) {
                run->owner_mark[name] = run->owner_stamp;
                run->owner[name] = module;
                run->owner_many[name] = false;
            }
        }
    }
}

static void bind_stars(StarRun *run, Id module, uint32_t component, bool cyclic)
{
    Resolver *r = run->r;
    const ModuleInfo *info = &r->modules[module];
    uint32_t stamp = marks_begin(r), first_new = r->n_slots;
    const ExportSet *applied = NULL;
    g_autoptr(GHashTable) done = info->n_stars > 8 ? g_hash_table_new(NULL, NULL) : NULL;

    for (uint32_t i = run->slots.first[module]; i < run->slots.first[module + 1]; i++) {
        Sym name = r->slots[run->slots.items[i]].name;
        r->mark[name] = stamp;
        r->mark_value[name] = run->slots.items[i];
    }
    if (run->seen != NULL)
        memset(run->seen, 0, sizeof *run->seen * run->words);
    for (uint32_t i = info->n_stars; i-- > 0;) {
        Star star = r->stars[info->first_star + i];
        Id source = source_of(r, &star);
        const ExportSet *set = source == ID_NONE ? NULL : r->modules[source].exports;
        if (set != NULL && run->seen != NULL && set->number != NONE && has_bit(run->seen, set->number))
            continue;
        bool within = cyclic && source != ID_NONE && run->component[source] == component;
        bool plain = effective_context(r, &star) == 0 && !star.typing;
        if (set == NULL || set == applied || (done != NULL && g_hash_table_contains(done, set)) ||
            source == module)
            continue;
        for (uint32_t k = 0; k < set->n_names; k++) {
            Sym name = set->names[k];
            uint32_t slot = r->mark[name] == stamp ? r->mark_value[name] : NONE;
            if (slot != NONE && slot >= first_new && is_settled(r, slot))
                continue;
            if (within)
                give_in_cycle(run, &star, name, slot);
            else
                give(r, &star, name, source, slot);
        }
        if (plain) {
            if (run->seen != NULL && set->number != NONE)
                add_bits(run, run->seen, set);
            applied = set;
            if (done != NULL)
                g_hash_table_add(done, (gpointer)set);
        }
    }
}

static void reevaluate(StarRun *run, Id module)
{
    Resolver *r = run->r;

    for (uint32_t i = run->slots.first[module]; i < run->slots.first[module + 1]; i++)
        if (r->slots[run->slots.items[i]].n_events > 1)
            scope_evaluate_slot(r, run->slots.items[i]);
}

static void bind_component(StarRun *run, const uint32_t *members, uint32_t n)
{
    Resolver *r = run->r;
    uint32_t component = run->component[members[0]];
    bool cyclic = n > 1, any = false;

    for (uint32_t i = 0; i < n; i++)
        any = any || r->modules[members[i]].n_stars > 0;
    if (!any)
        return;
    if (cyclic) {
        run->owner_stamp++;
        for (uint32_t i = 0; i < n; i++)
            own_names(run, members[i]);
        for (uint32_t i = 0; i < n; i++)
            own_star_names(run, members[i], component);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (r->modules[members[i]].n_stars == 0)
            continue;
        bind_stars(run, members[i], component, cyclic);
        reevaluate(run, members[i]);
    }
}

static void find_askers(Resolver *r)
{
    for (uint32_t i = 0; i < r->n_raw; i++) {
        const Import *raw = &r->raw[i];
        if (raw->name != 0 && raw->target_module != ID_NONE && r->modules[raw->target_module].n_stars > 0)
            r->modules[raw->module].asks_back = true;
    }
}

static int compare_ids(const void *a, const void *b)
{
    Id x = *(const Id *)a, y = *(const Id *)b;

    return x < y ? -1 : x > y;
}

void stars_resolve(Resolver *r)
{
    uint32_t n = r->program->n_modules;
    StarRun run = {.r = r, .component = g_new0(uint32_t, n + 1), .order = g_new(uint32_t, n + 1)};

    if (r->n_stars > 0) {
        slot_index_init(&run.slots, r);
        count_sets(&run);
        find_askers(r);
        find_components(&run, true);
        find_exports(&run);
        find_components(&run, false);
        run.n_owner = interner_count(r->interner);
        run.owner_mark = g_new0(uint32_t, run.n_owner + 1);
        run.owner = g_new(uint32_t, run.n_owner + 1);
        run.owner_many = g_new0(bool, run.n_owner + 1);
        uint32_t first_new = r->n_slots;
        for (uint32_t at = 0, end; at < n; at = end) {
            for (end = at + 1; end < n && run.component[run.order[end]] == run.component[run.order[at]];
                 end++)
                continue;
            qsort(run.order + at, end - at, sizeof(Id), compare_ids);
            bind_component(&run, run.order + at, end - at);
        }
        for (uint32_t i = first_new; i < r->n_slots; i++)
            if (r->slots[i].named)
                scope_evaluate_slot(r, i);
        slot_index_clear(&run.slots);
    }
    g_free(run.component);
    g_free(run.order);
    g_free(run.owner_mark);
    g_free(run.owner);
    g_free(run.owner_many);
    g_free(run.seen);
}
