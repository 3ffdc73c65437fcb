/* Lazy exports: what a module's __getattr__ gives, read from the maps that such functions use.
 *
 * No function body is interpreted. A module that has a __getattr__ (or hands a map to a lazy-module
 * class or to lazy_loader.attach) usually keeps a literal display beside it, in one of few shapes;
 * an entry counts only when what it says is true of the modules that are indexed, so that a display
 * that means something else exports nothing:
 *
 *   {"Name": ".module"}              Name is bound in the module (or is the submodule itself)
 *   {"Name": "pkg.module:Name"}      also with a dot
 *   {"Name": (".module", "Attr")}
 *   {".module": ["Name", …]}         _import_structure, submod_attrs
 *   {"Old": "New"}                   New is a definition bound in the same module
 *   ["submodule", …]
 */
#include "resolve/internal.h"

#include <string.h>

typedef struct Lazy {
    Resolver *r;
    Id module;
    const File *file;
    const FactsLiteral *literal;
} Lazy;

/* A module by the text of an entry: ".x", "x" below the package, or absolute. */
static Id entry_module(const Lazy *lazy, const char *text)
{
    Resolver *r = lazy->r;
    uint32_t level = (uint32_t)strspn(text, ".");

    if (*text == '\0')
        return ID_NONE;
    if (level > 0) {
        Sym name = lookup_relative_name(r, lazy->module, level, text + level);
        return name == 0 ? ID_NONE
                         : lookup_named(r, lazy->module, text_of(r, name), strlen(text_of(r, name)));
    }
    g_autofree char *below =
        g_strdup_printf("%s.%s", text_of(r, r->program->modules[lazy->module].name), text);
    Id found = lookup_named(r, lazy->module, below, strlen(below));
    return found != ID_NONE ? found : lookup_named(r, lazy->module, text, strlen(text));
}

static bool binds(const Resolver *r, Id module, Sym name)
{
    return name != 0 && (slot_find(r, module, name) != NONE || lookup_submodule(r, module, name) != ID_NONE);
}

static bool is_identifier(const char *text)
{
    if (!g_ascii_isalpha(*text) && *text != '_' && (unsigned char)*text < 0x80)
        return false;
    for (; *text != '\0'; text++)
        if (!g_ascii_isalnum(*text) && *text != '_' && (unsigned char)*text < 0x80)
            return false;
    return true;
}

/* Offers `name` → attribute `target` of `from` (the module itself where target is 0). */
static void offer(const Lazy *lazy, const char *name_text, Id from, Sym target)
{
    Resolver *r = lazy->r;

    if (!is_identifier(name_text) || (from == lazy->module && target == 0))
        return;
    Sym name = intern_cstr(r->interner, name_text);
    uint32_t slot = slot_find(r, lazy->module, name);
    if (slot != NONE && slot_bound_at_run_time(r, &r->slots[slot]))
        return;
    uint32_t candidate = candidate_add(r, lazy->module, name);
    Candidate *made = &r->candidates[candidate];
    made->kind = target == 0 ? CANDIDATE_SUBMODULE : CANDIDATE_ATTRIBUTE;
    made->a = from;
    made->b = target;
    made->line = lazy->literal->line;
    made->position = LATER - 1;
    made->flags = CANDIDATE_LAZY;
    if (slot == NONE) {
        slot = slot_add(r, lazy->module, name);
        slot_register(r, slot);
    }
    scope_insert_event(r, slot, (Event){candidate, 0, LATER - 1});
    scope_evaluate_slot(r, slot);
}

/* "pkg.module:Attr" or "pkg.module.Attr". */
static bool offer_dotted(const Lazy *lazy, const char *key, const char *value)
{
    const char *colon = strchr(value, ':'), *cut = colon != NULL ? colon : strrchr(value, '.');

    if (cut == NULL || cut == value || cut[1] == '\0')
        return false;
    g_autofree char *module_text = g_strndup(value, (gsize)(cut - value));
    Id module = entry_module(lazy, module_text);
    Sym attribute = intern_find(lazy->r->interner, cut + 1, strlen(cut + 1));
    if (module == ID_NONE || module == lazy->module || !binds(lazy->r, module, attribute))
        return false;
    offer(lazy, key, module, attribute);
    return true;
}

static void read_pair(const Lazy *lazy, const char *key, const char *value, const char *second)
{
    Resolver *r = lazy->r;
    Id value_module = entry_module(lazy, value);
    Sym key_sym = intern_find(r->interner, key, strlen(key));

    if (value_module != ID_NONE && value_module != lazy->module) {
        Sym second_sym = second == NULL ? 0 : intern_find(r->interner, second, strlen(second));
        if (second != NULL && binds(r, value_module, second_sym)) {
            offer(lazy, key, value_module, second_sym);
            return;
        }
        if (binds(r, value_module, key_sym)) {
            offer(lazy, key, value_module, key_sym);
            return;
        }
        if (key_sym != 0 && lookup_submodule(r, lazy->module, key_sym) == value_module) {
            offer(lazy, key, value_module, 0);
            return;
        }
    }
    if (offer_dotted(lazy, key, value))
        return;
    Id key_module = entry_module(lazy, key);
    Sym value_sym = intern_find(r->interner, value, strlen(value));
    if (key_module != ID_NONE && key_module != lazy->module && binds(r, key_module, value_sym)) {
        offer(lazy, value, key_module, value_sym);
        return;
    }
    uint32_t own = value_sym == 0 ? NONE : slot_find(r, lazy->module, value_sym);
    if (own != NONE && key_module == ID_NONE && slot_bound_at_run_time(r, &r->slots[own]) &&
        strcmp(key, value) != 0)
        offer(lazy, key, lazy->module, value_sym);
}

static void read_literal(const Lazy *lazy)
{
    const Facts *facts = &lazy->file->facts;
    const FactsEntry *entries = facts->entries + lazy->literal->entries.first;

    for (uint32_t i = 0; i < lazy->literal->entries.count; i++) {
        const char *value = file_text(lazy->file, entries[i].value);
        if (entries[i].key == 0) {
            Sym name = intern_find(lazy->r->interner, value, strlen(value));
            Id submodule = name == 0 ? ID_NONE : lookup_submodule(lazy->r, lazy->module, name);
            if (submodule != ID_NONE)
                offer(lazy, value, submodule, 0);
            continue;
        }
        bool pair = i + 1 < lazy->literal->entries.count && entries[i + 1].key == entries[i].key;
        read_pair(lazy, file_text(lazy->file, entries[i].key), value,
                  pair ? file_text(lazy->file, entries[i + 1].value) : NULL);
    }
}

void lazy_exports(Resolver *r)
{
    for (Id id = 0; id < r->program->n_modules; id++) {
        if (!r->modules[id].has_getattr)
            continue;
        const File *file = &r->program->files[r->program->modules[id].file];
        for (uint32_t i = 0; i < file->facts.n_literals; i++) {
            Lazy lazy = {.r = r, .module = id, .file = file, .literal = &file->facts.literals[i]};
            if (!(file->facts.contexts[lazy.literal->context].flags & CONTEXT_LAZY))
                read_literal(&lazy);
        }
    }
}
