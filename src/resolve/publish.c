/* Names that code puts into a module from what it was given, as far as one can see what that is:
 *
 *   globals().update((n, getattr(X, n)) for n in …)   the names of module X, or what the class of X holds
 *   register(X), a statement, where the function       likewise: the public names of module X
 *     `register` writes to the namespace of a module
 *   @export class C, likewise                          what C and its bases hold
 *
 * A function writes to the namespace of a module where it uses globals() or sys._getframe, or both setattr
 * and sys.modules. Nothing of its body is read beyond that, so all of this is `possible`, comes after
 * whatever statements bind, and makes the module one of which no name is known to be missing. Of classes only
 * attributes that are definitions are offered. This runs before the chains: what is given is found by
 * imports, definitions and plain aliases alone. */
#include "resolve/internal.h"

#include <string.h>

/* Names that are offered in one program, at most; more is no code that somebody wrote. */
#define MAX_OFFERS  1000000u
#define MAX_STEPS   16
#define MAX_CLASSES 32

/* Asked — whether a dotted name of one module is a writer: the answer holds until names are offered. */
typedef struct Asked {
    Id module;
    uint32_t offers;
    bool writes;
} Asked;

typedef struct Publish {
    Resolver *r;
    GHashTable *writers; /* definition + 1 → whether it writes to namespaces, + 1 */
    Asked *asked;        /* by FactsStr of the file at hand */
    GHashTable *done;    /* (importer, given) */
    SlotIndex slots;     /* of all modules, once wanted */
    bool indexed;
    uint32_t n_offers;
} Publish;

/* --- what is given --- */

/* The definition behind one name of a module, without chains; a next place to look in *module and *path. */
static Id look_at(Resolver *r, const Candidate *c, bool instance, Id *module, char **path, const char *rest)
{
    const char *more = *rest == '.' ? rest + 1 : "";
    g_autofree char *old = *path;

    *path = NULL;
    if (c->kind == CANDIDATE_DEFINITION)
        return c->a;
    if (c->kind == CANDIDATE_ALIAS) {
        *path = *more == '\0' ? g_strdup(c->text) : g_strdup_printf("%s.%s", c->text, more);
    } else if (c->kind == CANDIDATE_IMPORT && r->raw[c->a].name != 0 &&
               r->raw[c->a].target_module != ID_NONE) {
        const char *name = text_of(r, r->raw[c->a].name);
        *module = r->raw[c->a].target_module;
        *path = *more == '\0' ? g_strdup(name) : g_strdup_printf("%s.%s", name, more);
    } else if (c->kind == CANDIDATE_VALUE && instance && c->event != NONE && *more == '\0') {
        const File *file = program_module_file(r->program, c->module);
        const char *callee = file == NULL ? "" : file_text(file, file->facts.bindings[c->event].target);
        *path = *callee == '\0' ? NULL : g_strdup(callee);
    }
    return ID_NONE;
}

/* The definition that a dotted name leads to; `instance`: or the class that is called for its value. Of
 * `C.method` the class C. */
static Id find_definition(Resolver *r, Id module, const char *dotted, bool instance)
{
    g_autofree char *path = g_strdup(dotted);
    Id found = ID_NONE;

    for (unsigned step = 0; step < MAX_STEPS && path != NULL && found == ID_NONE; step++) {
        char *last = strrchr(path, '.');
        if (last != NULL) {
            g_autofree char *owner_text = g_strndup(path, (gsize)(last - path));
            Id owner = chain_module_of(r, module, owner_text);
            if (owner != ID_NONE) {
                char *name = g_strdup(last + 1);
                g_free(path);
                path = name;
                module = owner;
            }
        }
        size_t length = strcspn(path, ".");
        Sym head = intern_find(r->interner, path, length);
        uint32_t slot = head == 0 ? NONE : slot_find(r, module, head);
        if (slot == NONE || r->slots[slot].n_events == 0)
            break;
        g_autofree char *rest = g_strdup(path + length);
        uint32_t event = r->slots[slot].first_event + r->slots[slot].n_events - 1;
        found = look_at(r, &r->candidates[r->events[event].candidate], instance, &module, &path, rest);
    }
    return found;
}

/* --- who writes --- */

static uint32_t first_use(const Facts *facts, uint32_t owner)
{
    uint32_t low = 0, high = facts->n_uses;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (facts->uses[middle].owner < owner)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool writes_to_namespaces(const Publish *run, Id definition)
{
    const Definition *d = &run->r->program->definitions[definition];
    const File *file = program_module_file(run->r->program, d->module);
    bool sets = false, modules = false;

    for (uint32_t i = first_use(&file->facts, d->fact);
         i < file->facts.n_uses && file->facts.uses[i].owner == d->fact; i++) {
        const char *head = file_text(file, file->facts.uses[i].head);
        const char *chain = file_text(file, file->facts.uses[i].chain);
        if (strcmp(head, "globals") == 0 || strstr(chain, "._getframe") != NULL)
            return true;
        sets = sets || strcmp(head, "setattr") == 0;
        modules = modules || strstr(chain, "sys.modules") != NULL;
    }
    return sets && modules;
}

static bool find_writer(const Publish *run, Id module, const char *callee)
{
    Id definition = find_definition(run->r, module, callee, false);

    if (definition == ID_NONE || run->r->program->definitions[definition].parent != ID_NONE)
        return false;
    uint32_t known = GPOINTER_TO_UINT(g_hash_table_lookup(run->writers, GUINT_TO_POINTER(definition + 1)));
    if (known == 0) {
        known = 1 + writes_to_namespaces(run, definition);
        g_hash_table_insert(run->writers, GUINT_TO_POINTER(definition + 1), GUINT_TO_POINTER(known));
    }
    return known == 2;
}

/* Decorators and calls repeat: most are asked for once in a file. */
static bool is_writer(const Publish *run, Id module, const File *file, FactsStr callee)
{
    Asked *asked = &run->asked[callee];

    if (asked->module != module || asked->offers != run->n_offers)
        *asked = (Asked){module, run->n_offers, find_writer(run, module, file_text(file, callee))};
    return asked->writes;
}

/* --- offers --- */

/* A candidate for `name` of `module`, unless a statement binds it. NULL: none. */
static Candidate *offer(Publish *run, Id module, Sym name, uint32_t line)
{
    Resolver *r = run->r;
    uint32_t slot = slot_find(r, module, name);

    if ((slot != NONE && slot_bound_at_run_time(r, &r->slots[slot])) || run->n_offers == MAX_OFFERS)
        return NULL;
    run->n_offers++;
    uint32_t candidate = candidate_add(r, module, name);
    Candidate *made = &r->candidates[candidate];
    made->line = line;
    made->position = LATER - 1;
    made->flags = CANDIDATE_OVERLAY;
    if (slot == NONE) {
        slot = slot_add(r, module, name);
        slot_register(r, slot);
    }
    scope_insert_event(r, slot, (Event){candidate, 0, LATER - 1});
    scope_evaluate_slot(r, slot);
    return &r->candidates[candidate];
}

static void offer_attribute(Publish *run, Id module, Id from, Sym name, uint32_t line)
{
    Candidate *made = offer(run, module, name, line);

    if (made == NULL)
        return;
    made->kind = CANDIDATE_ATTRIBUTE;
    made->a = from;
    made->b = name;
}

static void offer_module(Publish *run, Id module, Id from, bool private, uint32_t line)
{
    Resolver *r = run->r;
    const ModuleInfo *info = &r->modules[from];

    if (info->has_all && !private) {
        for (uint32_t i = 0; i < info->n_all; i++)
            offer_attribute(run, module, from, info->all_names[i], line);
        return;
    }
    if (!run->indexed) {
        slot_index_init(&run->slots, r);
        run->indexed = true;
    }
    for (uint32_t i = run->slots.first[from]; i < run->slots.first[from + 1]; i++) {
        Sym name = r->slots[run->slots.items[i]].name;
        const char *text = text_of(r, name);
        bool hidden = private ? g_str_has_prefix(text, "__") : *text == '_';
        if (!hidden && slot_bound_at_run_time(r, &r->slots[run->slots.items[i]]))
            offer_attribute(run, module, from, name, line);
    }
}

static void offer_members(Publish *run, Id module, Id class, const File *file, Id of, uint32_t line)
{
    const FactsDefinition *fact = &file->facts.definitions[run->r->program->definitions[of].fact];

    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        const char *text = file_text(file, member->name);
        if ((member->kind != MEMBER_ASSIGN && member->kind != MEMBER_CLASS) || g_str_has_prefix(text, "__"))
            continue;
        Candidate *made = offer(run, module, file_sym(file, member->name), line);
        if (made == NULL)
            continue;
        made->kind = CANDIDATE_ALIAS;
        made->flags |= CANDIDATE_PUBLISHED;
        made->started = 2; /* its head is read: it is the class */
        made->target = (Target){.kind = TARGET_DEFINITION, .id = class};
        made->text = text;
    }
}

/* What a class and its bases hold. */
static void offer_class(Publish *run, Id module, Id class, uint32_t line)
{
    const Program *p = run->r->program;
    Id classes[MAX_CLASSES] = {class};
    uint32_t n = 1;

    for (uint32_t i = 0; i < n; i++) {
        const Definition *d = &p->definitions[classes[i]];
        const File *file = program_module_file(p, d->module);
        const FactsDefinition *fact = &file->facts.definitions[d->fact];
        if (fact->syntax != SYNTAX_CLASS)
            continue;
        offer_members(run, module, class, file, classes[i], line);
        for (uint32_t k = 0; k < fact->bases.count && n < MAX_CLASSES; k++) {
            const FactsExpression *base = &file->facts.expressions[fact->bases.first + k];
            Id found = base->keyword != 0 || base->dotted == 0
                           ? ID_NONE
                           : find_definition(run->r, d->module, file_text(file, base->dotted), false);
            bool known = found == ID_NONE;
            for (uint32_t j = 0; j < n && !known; j++)
                known = classes[j] == found;
            if (!known)
                classes[n++] = found;
        }
    }
}

static bool is_new(Publish *run, Id module, const char *given)
{
    return g_hash_table_add(run->done, g_strdup_printf("%u %s", module, given));
}

/* --- the places where it happens --- */

static void read_effect(Publish *run, Id module, const File *file, const FactsEffect *effect)
{
    Resolver *r = run->r;
    const char *given = file_text(file, effect->b);
    bool update = effect->kind == EFFECT_GLOBALS;

    if ((!update && effect->kind != EFFECT_CALL) ||
        (file->facts.contexts[effect->context].flags & (CONTEXT_LAZY | CONTEXT_TYPING | CONTEXT_MAIN)))
        return;
    if (!update && !is_writer(run, module, file, effect->a))
        return;
    r->modules[module].dynamic = true;
    if (*given == '\0' || !is_new(run, module, given))
        return;
    Id from = chain_module_of(r, module, given);
    Id class = from == ID_NONE && update ? find_definition(r, module, given, true) : ID_NONE;
    if (from != ID_NONE && from != module)
        offer_module(run, module, from, update, effect->line);
    else if (class != ID_NONE)
        offer_class(run, module, class, effect->line);
}

static void read_decorators(Publish *run, Id module, const File *file)
{
    const Module *m = &run->r->program->modules[module];

    for (uint32_t i = 0; i < m->n_definitions; i++) {
        Id id = m->first_definition + i;
        const FactsDefinition *fact = &file->facts.definitions[run->r->program->definitions[id].fact];
        bool writes = false;
        for (uint32_t k = 0; k < fact->decorators.count && fact->scope == SCOPE_MODULE && !writes; k++) {
            const FactsExpression *decorator = &file->facts.expressions[fact->decorators.first + k];
            writes = decorator->dotted != 0 && is_writer(run, module, file, decorator->dotted);
        }
        if (!writes)
            continue;
        run->r->modules[module].dynamic = true;
        if (fact->syntax == SYNTAX_CLASS)
            offer_class(run, module, id, fact->line);
    }
}

void published_names(Resolver *r)
{
    Publish run = {.r = r,
                   .writers = g_hash_table_new(NULL, NULL),
                   .done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};

    run.asked = g_new(Asked, most_strings(r->program));
    memset(run.asked, 0xff, sizeof *run.asked * most_strings(r->program));
    for (Id id = 0; id < r->program->n_modules; id++) {
        const File *file = program_module_file(r->program, id);
        if (file == NULL || file->facts.header == NULL || file->facts.n_contexts == 0 || file->stub)
            continue;
        for (uint32_t i = 0; i < file->facts.n_effects; i++)
            read_effect(&run, id, file, &file->facts.effects[i]);
        read_decorators(&run, id, file);
    }
    g_free(run.asked);
    g_hash_table_unref(run.writers);
    g_hash_table_unref(run.done);
    if (run.indexed)
        slot_index_clear(&run.slots);
}
