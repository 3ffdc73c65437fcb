/* Dotted names to modules.
 *
 * All modules of one dotted name form a chain in program order (unit, path), reached through an
 * array by symbol: names are interned, so this is one load. Who wins in a chain depends on who asks:
 * a loose script sees its own folder first, everybody sees the unit's roots in order, then, as a
 * guess, other units. A module below a package that is itself hidden (another package of that name
 * stands earlier on the path) cannot be reached: two regular packages never merge, namespace
 * portions do. */
#include "resolve/internal.h"

#include <string.h>

#define NOT_HERE UINT32_MAX

static const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static bool is_namespace(const Module *module)
{
    return (module->flags & MODULE_NAMESPACE) != 0;
}

/* A root that is the standard library: it then is not shadowed by itself. */
static void find_standard_roots(Resolver *r)
{
    static const char *const marks[] = {"os", "abc", "enum", "types", "importlib", "encodings"};
    const Program *p = r->program;
    g_autofree unsigned *seen = g_new0(unsigned, p->n_roots + 1);

    for (unsigned i = 0; i < G_N_ELEMENTS(marks); i++) {
        Sym sym = intern_find(r->interner, marks[i], strlen(marks[i]));
        if (sym == 0 || sym >= r->n_module_named)
            continue;
        for (Id id = r->module_named[sym]; id != ID_NONE; id = r->modules[id].next_named)
            if (p->modules[id].root < p->n_roots && p->modules[id].file != ID_NONE)
                seen[p->modules[id].root] |= 1u << i;
    }
    for (uint32_t i = 0; i < p->n_roots; i++)
        r->stdlib_root[i] = seen[i] == (1u << G_N_ELEMENTS(marks)) - 1;
}

static bool heuristic_root(const Program *p, const Module *module)
{
    return (module->flags & MODULE_SCRIPT) != 0 ||
           (module->root < p->n_roots && p->roots[module->root].heuristic);
}

/* Order of preference of a module for an importer, least first; NOT_HERE: cannot be meant. */
static uint32_t preference(const Resolver *r, Id importer, Id id, bool relative)
{
    const Program *p = r->program;
    const Module *module = &p->modules[id];
    const ModuleInfo *info = &r->modules[id];
    bool same_unit = importer == ID_NONE || p->modules[importer].unit == module->unit;
    bool same_root = importer != ID_NONE && p->modules[importer].root == module->root;
    uint32_t order;

    if (info->stub_partner || (module->flags & MODULE_UNIMPORTABLE))
        return NOT_HERE;
    if (relative && same_root)
        order = 0;
    else if (heuristic_root(p, module))
        order = same_root ? 1 : NOT_HERE;
    else if (same_unit)
        order = 2;
    else
        order = relative ? NOT_HERE : 3;
    if (order == NOT_HERE)
        return NOT_HERE;
    if ((module->flags & MODULE_SHADOWED) || info->hidden) {
        if (!(relative && same_root))
            return NOT_HERE;
        order = 4;
    }
    return (order * 2 + is_namespace(module)) << 20 | MIN(module->root, (1u << 20) - 1);
}

static Id best_of_chain(const Resolver *r, Id importer, Sym name, bool relative, bool *heuristic)
{
    uint32_t least = NOT_HERE;
    Id best = ID_NONE;

    if (name == 0 || name >= r->n_module_named)
        return ID_NONE;
    for (Id id = r->module_named[name]; id != ID_NONE; id = r->modules[id].next_named) {
        uint32_t order = preference(r, importer, id, relative);
        if (order < least) {
            least = order;
            best = id;
        }
    }
    if (best != ID_NONE && heuristic != NULL) {
        const Module *module = &r->program->modules[best];
        *heuristic = (importer != ID_NONE && r->program->modules[importer].unit != module->unit &&
                      !(module->root < r->program->n_roots && r->stdlib_root[module->root])) ||
                     heuristic_root(r->program, module);
    }
    return best;
}

/* Hidden: the package that a module stands in is not the one that its unit reaches by that name. */
static void find_hidden(Resolver *r)
{
    const Program *p = r->program;

    for (Id id = 0; id < p->n_modules; id++) {
        Id parent = p->modules[id].parent;
        if (parent == ID_NONE || parent >= p->n_modules)
            continue;
        if (r->modules[parent].hidden) {
            r->modules[id].hidden = true;
            continue;
        }
        Id winner = best_of_chain(r, parent, p->modules[parent].name, false, NULL);
        if (winner == ID_NONE || winner == parent || is_namespace(&p->modules[winner]) ||
            (p->modules[winner].flags & MODULE_EXTENDED_PATH))
            continue;
        if (p->modules[winner].unit == p->modules[parent].unit &&
            p->modules[winner].root != p->modules[parent].root && !heuristic_root(p, &p->modules[parent]))
            r->modules[id].hidden = true;
    }
}

/* `m.py` beside `m.cpython-311.so`: Python loads the extension, which was compiled from it. */
static Id source_beside(const Resolver *r, Id extension)
{
    const Program *p = r->program;
    const Module *module = &p->modules[extension];
    const char *path = text_of(r, p->files[module->file].path), *end = strchr(path_name(path), '.');
    g_autofree char *source = end == NULL ? NULL : g_strdup_printf("%.*s.py", (int)(end - path), path);
    Id file = source == NULL ? ID_NONE : program_find_file(p, source);
    Id found = file == ID_NONE ? ID_NONE : p->files[file].first_module;

    while (found != ID_NONE && p->modules[found].name != module->name)
        found = p->modules[found].next_of_file;
    return found;
}

void lookup_prepare(Resolver *r)
{
    Program *p = r->program;

    r->n_module_named = interner_count(r->interner);
    r->module_named = g_new(Id, r->n_module_named);
    memset(r->module_named, 0xff, sizeof *r->module_named * r->n_module_named);
    for (Id id = p->n_modules; id-- > 0;) {
        Sym name = p->modules[id].name;
        r->modules[id].next_named = r->module_named[name];
        r->module_named[name] = id;
        Id stub = p->modules[id].stub;
        if (stub != ID_NONE && stub < p->n_modules) {
            r->modules[stub].stub_partner = true;
            r->modules[stub].speaks_for = id;
        }
    }
    for (Id id = 0; id < p->n_modules; id++)
        if (p->modules[id].flags & MODULE_EXTENSION)
            r->modules[id].spoken =
                p->modules[id].stub != ID_NONE ? p->modules[id].stub : source_beside(r, id);
    find_standard_roots(r);
    find_hidden(r);
}

/* The longest prefix of a dotted name that is a module; its length in *length. */
static Id longest_prefix(const Resolver *r, Id importer, const char *name, size_t *length, bool *heuristic)
{
    size_t end = strlen(name);

    for (;;) {
        while (end > 0 && name[end - 1] != '.')
            end--;
        if (end == 0)
            return ID_NONE;
        end--;
        Sym sym = intern_find(r->interner, name, end);
        Id id = best_of_chain(r, importer, sym, false, heuristic);
        if (id != ID_NONE) {
            *length = end;
            return id;
        }
    }
}

Id lookup_found_elsewhere(const Resolver *r, Id finder, const char *rest)
{
    const Program *p = r->program;
    const Module *module = &p->modules[finder];
    const File *file = module->file == ID_NONE ? NULL : &p->files[module->file];
    static const char *const vendored[] = {"_vendor", "vendor", "_vendored"};

    if (file == NULL)
        return ID_NONE;
    for (uint32_t i = 0; i < file->facts.n_references; i++) {
        g_autofree char *name =
            g_strdup_printf("%s.%s", file_text(file, file->facts.references[i].text), rest);
        Id found = lookup_named(r, finder, name, strlen(name));
        if (found != ID_NONE && found != finder)
            return found;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(vendored) && module->parent != ID_NONE; i++) {
        g_autofree char *name =
            g_strdup_printf("%s.%s.%s", text_of(r, p->modules[module->parent].name), vendored[i], rest);
        Id found = lookup_named(r, finder, name, strlen(name));
        if (found != ID_NONE)
            return found;
    }
    return ID_NONE;
}

/* `name` is no module, but a prefix may be: is the rest missing, or could it be elsewhere? */
static Found judge_absence(const Resolver *r, Id importer, Sym name)
{
    const Program *p = r->program;
    const char *text = text_of(r, name);
    size_t length = 0;
    bool heuristic = false;
    Id prefix = longest_prefix(r, importer, text, &length, &heuristic);
    g_autofree char *top = g_strndup(text, strcspn(text, "."));

    if (prefix == ID_NONE)
        return (Found){.kind = FOUND_EXTERNAL, .module = ID_NONE};
    const Module *module = &p->modules[prefix];
    const ModuleInfo *info = &r->modules[prefix];
    bool top_level = memchr(text, '.', length) == NULL;
    if (info->finder) {
        Id found = lookup_found_elsewhere(r, prefix, text + length + 1);
        if (found != ID_NONE)
            return (Found){.kind = FOUND_MODULE, .module = found, .heuristic = true};
    }
    if (is_namespace(module) && top_level)
        return (Found){.kind = FOUND_EXTERNAL, .module = ID_NONE};
    Sym top_sym = intern_find(r->interner, top, strlen(top));
    Id top_module = best_of_chain(r, importer, top_sym, false, NULL);
    /* Other portions may hold more of a namespace; a regular package in one is all in one place. */
    if (top_module != ID_NONE && is_namespace(&p->modules[top_module]) && is_namespace(module))
        return (Found){.kind = FOUND_UNSURE, .module = ID_NONE};
    if (heuristic || info->custom_path || info->self_replaced ||
        (module->flags & (MODULE_EXTENSION | MODULE_EXTENDED_PATH)) ||
        (table_was_stdlib(top) && !(module->root < p->n_roots && r->stdlib_root[module->root])))
        return (Found){.kind = FOUND_UNSURE, .module = ID_NONE};
    return (Found){.kind = FOUND_MISSING, .module = ID_NONE};
}

static bool is_immovable(const Resolver *r, Sym name, Id found)
{
    const Module *module = &r->program->modules[found];
    const char *text = text_of(r, name);
    size_t top = strcspn(text, ".");
    char buffer[64];

    if (module->root < r->program->n_roots && r->stdlib_root[module->root])
        return false;
    if (top >= sizeof buffer)
        return false;
    memcpy(buffer, text, top);
    buffer[top] = '\0';
    return table_is_immovable(buffer, r->interpreter.minor);
}

/* A file outside of every regular package may be run as a script: its folder is then the first entry
 * of sys.path. Tried last, and upward from there, because nothing says how it is run. */
static Id beside_script(const Resolver *r, Id importer, Sym name)
{
    const Program *p = r->program;
    const char *text = text_of(r, name);
    g_autofree char *top = g_strndup(text, strcspn(text, "."));

    for (Id package = p->modules[importer].parent; package != ID_NONE; package = p->modules[package].parent)
        if (!(p->modules[package].flags & MODULE_NAMESPACE))
            return ID_NONE;
    if ((p->modules[importer].flags & MODULE_PACKAGE) || table_was_stdlib(top))
        return ID_NONE;
    Id found = program_find_beside(p, importer, text);
    return found == importer ? ID_NONE : found;
}

/* `import a.__init__` runs the package's file once more, as a module of that name: the package stands for it.
 */
static Id package_by_file(Resolver *r, Id importer, Sym name, bool relative)
{
    const char *text = text_of(r, name);

    if (!g_str_has_suffix(text, ".__init__"))
        return ID_NONE;
    Sym package = intern_find(r->interner, text, strlen(text) - strlen(".__init__"));
    Id found = best_of_chain(r, importer, package, relative, NULL);
    return found != ID_NONE && is_namespace(&r->program->modules[found]) ? ID_NONE : found;
}

Found lookup_absolute(Resolver *r, Id importer, Sym name)
{
    bool heuristic = false;
    Id id = best_of_chain(r, importer, name, false, &heuristic);

    if (id == ID_NONE && (id = package_by_file(r, importer, name, false)) != ID_NONE)
        heuristic = true;

    if (id != ID_NONE && !is_immovable(r, name, id))
        return (Found){.kind = FOUND_MODULE, .module = id, .heuristic = heuristic};
    if (id != ID_NONE)
        return (Found){.kind = FOUND_EXTERNAL, .module = ID_NONE};
    if (g_hash_table_contains(r->virtual_modules, GUINT_TO_POINTER(name)))
        return (Found){.kind = FOUND_VIRTUAL, .module = ID_NONE};
    id = beside_script(r, importer, name);
    if (id != ID_NONE)
        return (Found){.kind = FOUND_MODULE, .module = id, .heuristic = true};
    if (strchr(text_of(r, name), '.') == NULL)
        return (Found){.kind = FOUND_EXTERNAL, .module = ID_NONE};
    return judge_absence(r, importer, name);
}

Found lookup_relative(Resolver *r, Id importer, Sym name)
{
    const Program *p = r->program;
    bool heuristic = false;
    Id id = best_of_chain(r, importer, name, true, &heuristic);

    if (id != ID_NONE)
        return (Found){.kind = FOUND_MODULE, .module = id};
    if ((id = package_by_file(r, importer, name, true)) != ID_NONE)
        return (Found){.kind = FOUND_MODULE, .module = id, .heuristic = true};
    if (g_hash_table_contains(r->virtual_modules, GUINT_TO_POINTER(name)))
        return (Found){.kind = FOUND_VIRTUAL, .module = ID_NONE};
    size_t length = 0;
    Id prefix = longest_prefix(r, importer, text_of(r, name), &length, &heuristic);
    bool open = prefix == ID_NONE || r->modules[prefix].custom_path || r->modules[prefix].self_replaced ||
                (p->modules[prefix].flags & (MODULE_EXTENDED_PATH | MODULE_EXTENSION)) ||
                p->modules[prefix].unit != p->modules[importer].unit;
    return (Found){.kind = open ? FOUND_UNSURE : FOUND_MISSING, .module = ID_NONE};
}

Id lookup_submodule(const Resolver *r, Id package, Sym name)
{
    const Module *module = &r->program->modules[package];
    const char *parent = text_of(r, module->name), *child = text_of(r, name);
    size_t parent_length = sym_length(r->interner, module->name),
           child_length = sym_length(r->interner, name);
    char buffer[512];

    if (!(module->flags & (MODULE_PACKAGE | MODULE_NAMESPACE)) ||
        parent_length + child_length + 1 >= sizeof buffer)
        return ID_NONE;
    memcpy(buffer, parent, parent_length);
    buffer[parent_length] = '.';
    memcpy(buffer + parent_length + 1, child, child_length);
    Sym full = intern_find(r->interner, buffer, parent_length + 1 + child_length);
    return full == 0 ? ID_NONE : best_of_chain(r, package, full, true, NULL);
}

Id lookup_named(const Resolver *r, Id importer, const char *name, size_t length)
{
    return best_of_chain(r, importer, intern_find(r->interner, name, length), false, NULL);
}

/* The absolute name of a relative import: `base` and, where that is not all, a dot and `module`. False:
 * beyond the top. */
static bool relative_base(const Resolver *r, Id importer, uint32_t level, size_t *length)
{
    const Module *from = &r->program->modules[importer];
    const char *base = text_of(r, from->name);
    uint32_t up = level - ((from->flags & MODULE_PACKAGE) ? 1 : 0);

    *length = sym_length(r->interner, from->name);
    for (; up > 0; up--) {
        while (*length > 0 && base[*length - 1] != '.')
            --*length;
        if (*length == 0)
            return false;
        --*length;
    }
    return *length > 0;
}

static Sym find_or_add(const Resolver *r, const char *text, size_t length, bool add)
{
    return add ? intern(r->interner, text, length) : intern_find(r->interner, text, length);
}

static Sym relative_name(const Resolver *r, Id importer, uint32_t level, const char *module, bool add)
{
    size_t length, more = strlen(module);
    char buffer[512];

    if (!relative_base(r, importer, level, &length))
        return 0;
    const char *base = text_of(r, r->program->modules[importer].name);
    if (more == 0)
        return find_or_add(r, base, length, add);
    g_autofree char *longer = length + 1 + more > sizeof buffer ? g_malloc(length + 1 + more) : NULL;
    char *name = longer != NULL ? longer : buffer;
    memcpy(name, base, length);
    name[length] = '.';
    memcpy(name + length + 1, module, more);
    return find_or_add(r, name, length + 1 + more, add);
}

Sym lookup_relative_name(Resolver *r, Id importer, uint32_t level, const char *module)
{
    return relative_name(r, importer, level, module, true);
}

Sym lookup_known_relative_name(const Resolver *r, Id importer, uint32_t level, const char *module)
{
    return relative_name(r, importer, level, module, false);
}
