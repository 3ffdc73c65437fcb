/* Names that no statement of the module itself binds.
 *
 * The first load of a.b, from anywhere, sets attribute b of package a. Where a's own __init__ loads
 * it (by itself or through what it imports), that happens at that statement, and what stands below
 * wins: `from .thing import thing` leaves the object. Otherwise it happens later than everything in
 * __init__, and the module wins over a function of that name; the slot then holds both, since the
 * order is that of some other module. Statements that assign to sys.modules or to attributes of
 * other modules are here as well. */
#include "resolve/internal.h"

#include <string.h>

/* --- effects --- */

static bool at_load(const Resolver *r, const File *file, const FactsEffect *effect)
{
    const FileInfo *info = &r->files[file - r->program->files];

    return info->clauses[effect->context].inherited != CHANCE_NEVER &&
           !(file->facts.contexts[effect->context].flags & (CONTEXT_LAZY | CONTEXT_TYPING | CONTEXT_MAIN));
}

static void note_effect(Resolver *r, Id module, const File *file, const FactsEffect *effect)
{
    ModuleInfo *info = &r->modules[module];
    Module *m = &r->program->modules[module];
    bool load = at_load(r, file, effect);

    switch ((FactsEffectKind)effect->kind) {
    case EFFECT_GETATTR:
        info->has_getattr = true;
        break;
    case EFFECT_EXEC:
    case EFFECT_GLOBALS:
    case EFFECT_SETATTR:
        info->open_world = info->open_world || load;
        break;
    case EFFECT_LAZY_ATTACH:
    case EFFECT_LAZY_MODULE:
        info->has_getattr = true;
        break;
    case EFFECT_SYS_MODULES_SELF:
        info->self_replaced = info->self_replaced || load;
        break;
    case EFFECT_SYS_MODULES:
        if (load && effect->a != 0)
            g_hash_table_insert(r->virtual_modules, GUINT_TO_POINTER(file_sym(file, effect->a)), NULL);
        break;
    case EFFECT_EXTEND_PATH:
        m->flags |= MODULE_EXTENDED_PATH;
        break;
    case EFFECT_PATH:
        info->custom_path = true;
        break;
    default:
        break;
    }
}

/* UseNames — the names that note_uses looks for; 0: no file has it. */
typedef struct UseNames {
    Sym namespaces[4], setattr, sys;
} UseNames;

static UseNames use_names(const Resolver *r)
{
    return (UseNames){.namespaces = {intern_find(r->interner, "globals", 7),
                                     intern_find(r->interner, "exec", 4), intern_find(r->interner, "vars", 4),
                                     intern_find(r->interner, "locals", 6)},
                      .setattr = intern_find(r->interner, "setattr", 7),
                      .sys = intern_find(r->interner, "sys", 3)};
}

/* What any code of the file, functions included, takes hold of: its namespace as a dictionary, text to
 * run, other modules' entries, the import machinery. */
static void note_uses(ModuleInfo *info, const File *file, const UseNames *names)
{
    bool sets = false, modules = false;

    for (uint32_t i = 0; i < file->facts.n_uses; i++) {
        const FactsUse *use = &file->facts.uses[i];
        Sym head = file_sym(file, use->head);
        if (head == 0)
            continue;
        for (size_t k = 0; k < G_N_ELEMENTS(names->namespaces); k++)
            info->dynamic = info->dynamic || head == names->namespaces[k];
        sets = sets || head == names->setattr;
        if (head != names->sys)
            continue;
        const char *chain = file_text(file, use->chain);
        if (g_str_has_prefix(chain, "sys.modules")) {
            modules = true;
            info->custom_path = info->custom_path || use->owner == FACTS_NONE;
        }
        if (g_str_has_prefix(chain, "sys.meta_path") || g_str_has_prefix(chain, "sys.path_hooks"))
            info->custom_path = info->finder = true;
    }
    info->dynamic = info->dynamic || (sets && modules);
}

/* enum.global_enum puts the members of an enum into the module. */
static bool exports_members(const File *file)
{
    const Facts *facts = &file->facts;

    for (uint32_t i = 0; i < facts->n_definitions; i++)
        for (uint32_t k = 0; k < facts->definitions[i].decorators.count; k++) {
            const FactsExpression *decorator =
                &facts->expressions[facts->definitions[i].decorators.first + k];
            const char *text = file_text(file, decorator->dotted);
            if (strcmp(text, "global_enum") == 0 || g_str_has_suffix(text, ".global_enum"))
                return true;
        }
    return false;
}

void extra_effects(Resolver *r)
{
    const UseNames names = use_names(r);

    for (Id id = 0; id < r->program->n_modules; id++) {
        const Module *m = &r->program->modules[id];
        const File *file = m->file == ID_NONE ? NULL : &r->program->files[m->file];
        if (file == NULL || file->facts.header == NULL || file->facts.n_contexts == 0)
            continue;
        if (file->facts.header->flags & FACTS_GETATTR)
            r->modules[id].has_getattr = true;
        for (uint32_t i = 0; i < file->facts.n_effects; i++)
            note_effect(r, id, file, &file->facts.effects[i]);
        note_uses(&r->modules[id], file, &names);
        r->modules[id].dynamic = r->modules[id].dynamic || exports_members(file);
    }
}

static uint32_t expression_candidate(Resolver *r, Id module, Sym name, const char *text,
                                     const FactsEffect *effect)
{
    uint32_t candidate = candidate_add(r, module, name);
    Candidate *made = &r->candidates[candidate];

    made->kind = *text == '\0' ? CANDIDATE_VALUE : CANDIDATE_ALIAS;
    made->text = text;
    made->line = effect->line;
    made->context = effect->context;
    made->position = effect->start;
    return candidate;
}

static uint32_t slot_of(Resolver *r, Id module, Sym name)
{
    uint32_t slot = slot_find(r, module, name);

    if (slot == NONE) {
        slot = slot_add(r, module, name);
        slot_register(r, slot);
    }
    return slot;
}

/* `a.b = c` on an imported module: possible, since it depends on who runs first. */
static void bind_attribute(Resolver *r, Id module, const File *file, const FactsEffect *effect)
{
    const char *target = file_text(file, effect->a), *dot = strrchr(target, '.');
    if (dot == NULL || dot[1] == '\0')
        return;
    g_autofree char *owner_text = g_strndup(target, (gsize)(dot - target));
    Id owner = chain_module_of(r, module, owner_text);
    if (owner == ID_NONE || owner == module)
        return;
    Sym name = intern_cstr(r->interner, dot + 1);
    uint32_t candidate = expression_candidate(r, module, name, file_text(file, effect->b), effect);
    r->candidates[candidate].flags |= CANDIDATE_OVERLAY;
    scope_insert_event(r, slot_of(r, owner, name), (Event){candidate, 0, LATER});
}

static void bind_effect(Resolver *r, Id module, const File *file, const FactsEffect *effect)
{
    if (!at_load(r, file, effect))
        return;
    if (effect->kind == EFFECT_SYS_MODULES && effect->a != 0) {
        Sym name = file_sym(file, effect->a);
        gpointer key = GUINT_TO_POINTER(name);
        if (GPOINTER_TO_UINT(g_hash_table_lookup(r->virtual_modules, key)) == 0) {
            uint32_t candidate = expression_candidate(r, module, name, file_text(file, effect->b), effect);
            g_hash_table_insert(r->virtual_modules, key, GUINT_TO_POINTER(candidate + 1));
        }
    } else if (effect->kind == EFFECT_SYS_MODULES_SELF) {
        Id other = chain_module_of(r, module, file_text(file, effect->a));
        if (other != ID_NONE && other != module)
            r->modules[module].replaced = other;
    } else if (effect->kind == EFFECT_SETATTR) {
        Id other = chain_module_of(r, module, file_text(file, effect->a));
        if (other != ID_NONE)
            r->modules[other].open_world = true;
    } else if (effect->kind == EFFECT_ATTRIBUTE) {
        bind_attribute(r, module, file, effect);
    }
}

void extra_bind(Resolver *r)
{
    for (Id id = 0; id < r->program->n_modules; id++) {
        const Module *m = &r->program->modules[id];
        const File *file = m->file == ID_NONE ? NULL : &r->program->files[m->file];
        if (file == NULL || file->facts.header == NULL || file->facts.n_contexts == 0)
            continue;
        for (uint32_t i = 0; i < file->facts.n_effects; i++)
            bind_effect(r, id, file, &file->facts.effects[i]);
    }
}

/* --- submodules --- */

static bool loads_at_import(const Import *raw)
{
    return raw->kind == IMPORT_LOAD || raw->kind == IMPORT_STAR_KIND || raw->kind == IMPORT_FALLBACK;
}

static Sym last_part(const Resolver *r, Id module)
{
    const char *name = text_of(r, r->program->modules[module].name), *dot = strrchr(name, '.');

    name = dot != NULL ? dot + 1 : name;
    return intern_find(r->interner, name, strlen(name));
}

/* The deepest module that an import loads: `a.b` of `from a import b` where b is a submodule that
 * nothing in a's __init__ hides. */
static Id loaded_by(const Resolver *r, const Import *raw)
{
    if (raw->target_module == ID_NONE || raw->name == 0)
        return raw->target_module;
    Id submodule = lookup_submodule(r, raw->target_module, raw->name);
    if (submodule == ID_NONE)
        return raw->target_module;
    uint32_t slot = slot_find(r, raw->target_module, raw->name);
    const FactsImport *fact = &module_facts(r, raw->module)->imports[raw->fact];
    for (uint32_t i = 0; slot != NONE && i < r->slots[slot].n_events; i++) {
        Event event = r->events[r->slots[slot].first_event + i];
        const Candidate *c = &r->candidates[event.candidate];
        bool hides = raw->module != raw->target_module || event.position <= fact->statement_start;
        bool itself = c->kind == CANDIDATE_IMPORT && r->raw[c->a].target_module == raw->target_module &&
                      r->raw[c->a].name == raw->name;
        if (hides && !itself && c->kind != CANDIDATE_DELETE &&
            !(c->flags & (CANDIDATE_TYPING | CANDIDATE_MAIN)))
            return raw->target_module;
    }
    return submodule;
}

static void mark_loaded(Resolver *r, Id module)
{
    while (module != ID_NONE && !r->modules[module].loaded) {
        r->modules[module].loaded = true;
        module = r->program->modules[module].parent;
    }
}

#define CLOSURE_BUDGET 4000

/* Does loading `start` load `wanted`, given that `package` is being loaded already? */
static bool closure_loads(Resolver *r, Id start, Id wanted, Id package, uint32_t stamp, uint32_t *budget)
{
    uint32_t *seen = r->load_seen;
    g_autoptr(GArray) queue = g_array_new(FALSE, FALSE, sizeof(Id));

    g_array_append_val(queue, start);
    while (queue->len > 0 && *budget > 0) {
        Id at = g_array_index(queue, Id, queue->len - 1);
        g_array_set_size(queue, queue->len - 1);
        for (; at != ID_NONE && at != package && seen[at] != stamp; at = r->program->modules[at].parent) {
            seen[at] = stamp;
            --*budget;
            if (at == wanted)
                return true;
            for (uint32_t i = 0; i < r->modules[at].n_imports; i++) {
                const Import *raw = &r->raw[r->modules[at].first_import + i];
                Id loaded = loads_at_import(raw) ? loaded_by(r, raw) : ID_NONE;
                if (loaded != ID_NONE)
                    g_array_append_val(queue, loaded);
            }
            if (*budget == 0)
                return false;
        }
    }
    return false;
}

static void note_load(Resolver *r, uint32_t raw)
{
    Id loaded = loads_at_import(&r->raw[raw]) ? loaded_by(r, &r->raw[raw]) : ID_NONE;

    mark_loaded(r, loaded);
    for (; loaded != ID_NONE; loaded = r->program->modules[loaded].parent)
        if (r->program->modules[loaded].parent == r->raw[raw].module) {
            if (r->first_load[loaded] == NONE)
                r->first_load[loaded] = raw;
            return;
        }
}

/* The import of the package's file that loads the submodule through something else. */
static uint32_t indirect_load(Resolver *r, Id package, Id submodule)
{
    uint32_t budget = CLOSURE_BUDGET, stamp = ++r->load_stamp;

    for (uint32_t i = 0; i < r->modules[package].n_imports; i++) {
        uint32_t raw = r->modules[package].first_import + i;
        Id loaded = loads_at_import(&r->raw[raw]) ? loaded_by(r, &r->raw[raw]) : ID_NONE;
        if (loaded != ID_NONE && closure_loads(r, loaded, submodule, package, stamp, &budget))
            return raw;
    }
    return NONE;
}

static void bind_submodule(Resolver *r, Id submodule)
{
    Id package = r->program->modules[submodule].parent;
    Sym name = last_part(r, submodule);
    uint32_t load = r->first_load[submodule];

    if (name == 0)
        return;
    uint32_t slot = slot_of(r, package, name);
    if (load == NONE && r->slots[slot].n_events > 0)
        load = indirect_load(r, package, submodule);
    uint32_t candidate = candidate_add(r, package, name);
    Candidate *made = &r->candidates[candidate];
    made->kind = CANDIDATE_SUBMODULE;
    made->a = submodule;
    made->line = 1;
    made->position = LATER;
    made->certainty = CERTAINTY_LIKELY;
    if (load != NONE) {
        const FactsImport *fact = &module_facts(r, package)->imports[r->raw[load].fact];
        const Clause *clause = &r->files[r->program->modules[package].file].clauses[fact->context];
        made->position = fact->statement_start;
        made->context = clause->scope == 0 ? clause->effective : 0;
        made->line = fact->statement_line;
        made->certainty = CERTAINTY_CERTAIN;
    }
    scope_insert_event(r, slot, (Event){candidate, made->context, made->position});
}

uint32_t extra_load_position(Resolver *r, Id package, Id module)
{
    Id child = module;

    while (child != ID_NONE && r->program->modules[child].parent != package)
        child = r->program->modules[child].parent;
    if (child == ID_NONE)
        return NONE;
    uint32_t load = r->first_load[child];
    if (load == NONE)
        load = indirect_load(r, package, module);
    if (load == NONE)
        return NONE;
    return module_facts(r, package)->imports[r->raw[load].fact].statement_start;
}

void extra_submodules(Resolver *r)
{
    const Program *p = r->program;

    r->first_load = g_new(uint32_t, p->n_modules + 1);
    r->load_seen = g_new0(uint32_t, p->n_modules + 1);
    memset(r->first_load, 0xff, sizeof *r->first_load * (p->n_modules + 1));
    for (uint32_t i = 0; i < r->n_raw; i++)
        note_load(r, i);
    for (Id id = 0; id < p->n_modules; id++) {
        Id parent = p->modules[id].parent;
        bool partner =
            r->modules[id].stub_partner || (p->modules[id].flags & (MODULE_SHADOWED | MODULE_UNIMPORTABLE));
        if (r->modules[id].loaded && parent != ID_NONE && !partner)
            bind_submodule(r, id);
    }
}
