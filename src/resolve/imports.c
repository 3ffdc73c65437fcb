/* Program.imports. First, before names are known: every import fact of every module gets its
 * absolute module name, the module behind it, and a candidate of the same index. Last, when they
 * are: targets and statuses, the implicit loads of parent packages, and the strings that name
 * first-party modules. */
#include "resolve/internal.h"

#include <string.h>

#include "base/pages.h"
#include "base/pool.h"

/* --- before --- */

static ImportKind kind_of(const FactsImport *import, const FactsContext *context, bool stub)
{
    if ((context->flags & CONTEXT_TYPING) && !stub)
        return IMPORT_TYPING;
    if ((context->flags & (CONTEXT_LAZY | CONTEXT_MAIN)) || import->lazy_keyword)
        return IMPORT_LAZY;
    if (context->flags & CONTEXT_IMPORT_FALLBACK)
        return IMPORT_FALLBACK;
    return import->form == IMPORT_STAR ? IMPORT_STAR_KIND : IMPORT_LOAD;
}

/* Beyond the top: as written. */
static void lead_beyond_top(Resolver *r, Import *raw, const File *file, const FactsImport *fact)
{
    const Module *module = &r->program->modules[raw->module];
    bool loose = (module->flags & (MODULE_SCRIPT | MODULE_UNIMPORTABLE)) ||
                 (module->root < r->program->n_roots && r->program->roots[module->root].heuristic);
    g_autofree char *dots = g_strnfill(MIN(fact->level, 64u), '.');

    raw->module_name = intern_printf(r->interner, "%s%s", dots, file_text(file, fact->module));
    raw->status = loose ? IMPORT_UNSURE : IMPORT_BEYOND_TOP;
}

static uint8_t status_of(FoundKind kind)
{
    switch (kind) {
    case FOUND_MODULE:
    case FOUND_VIRTUAL:
        return IMPORT_OK;
    case FOUND_EXTERNAL:
        return IMPORT_EXTERNAL;
    case FOUND_MISSING:
        return IMPORT_NO_MODULE;
    case FOUND_UNSURE:
        return IMPORT_UNSURE;
    }
    return IMPORT_UNSURE;
}

/* False: the name is not interned yet, and `add` says that it may not be now. */
static bool look_up(Resolver *r, Import *raw, const File *file, const FactsImport *fact, bool add,
                    Found *found)
{
    const char *module = file_text(file, fact->module);

    *found = (Found){.kind = FOUND_UNSURE, .module = ID_NONE};
    if (fact->level == 0) {
        raw->module_name = file_sym(file, fact->module);
        *found = lookup_absolute(r, raw->module, raw->module_name);
    } else {
        raw->module_name = add ? lookup_relative_name(r, raw->module, fact->level, module)
                               : lookup_known_relative_name(r, raw->module, fact->level, module);
        if (raw->module_name == 0 && add)
            lead_beyond_top(r, raw, file, fact);
        if (raw->module_name == 0 || raw->status != IMPORT_OK)
            return add;
        *found = lookup_relative(r, raw->module, raw->module_name);
    }
    raw->target_module = found->module;
    raw->status = status_of(found->kind);
    return true;
}

/* A try body that imports what does not exist leaves through its handlers. */
static void mark_failing(Resolver *r, const Import *raw, const File *file, const FactsImport *fact)
{
    FileInfo *info = &r->files[file - r->program->files];
    const char *name = text_of(r, raw->module_name);
    bool missing = raw->status == IMPORT_NO_MODULE || raw->status == IMPORT_BEYOND_TOP;

    if (raw->status == IMPORT_EXTERNAL) {
        g_autofree char *top = g_strndup(name, strcspn(name, "."));
        missing = table_module_missing(top, r->interpreter.minor, r->interpreter.platform) ||
                  (fact->form == IMPORT_FROM &&
                   table_name_missing(name, file_text(file, fact->name), r->interpreter.minor));
    }
    if (!missing)
        return;
    r->candidates[raw - r->raw].flags |= CANDIDATE_MISSING;
    for (uint32_t at = fact->context; at != FACTS_NONE; at = file->facts.contexts[at].parent) {
        const FactsContext *context = &file->facts.contexts[at];
        if (context->kind == CONTEXT_TRY) /* of a file that is two modules, two threads may say so */
            __atomic_store_n(&info->statements[info->clauses[at].statement].fails, true, __ATOMIC_RELAXED);
        if (!(context->flags & CONTEXT_IMPORT_GUARD) || context->kind == CONTEXT_TRY)
            return;
    }
}

bool import_is_plain_star(const Resolver *r, const Import *raw)
{
    return raw->name == 0 && raw->status == IMPORT_OK && raw->target_module != ID_NONE &&
           module_facts(r, raw->module)->imports[raw->fact].form == IMPORT_STAR;
}

static void prepare_candidate(Resolver *r, const Import *raw, const File *file, const FactsImport *fact)
{
    Candidate *made = &r->candidates[raw - r->raw];

    *made = candidate_blank(raw->module, file_sym(file, fact->bound));
    made->kind = CANDIDATE_IMPORT;
    made->a = (uint32_t)(raw - r->raw);
    made->line = fact->line;
    made->context = fact->context;
    made->position = fact->start;
}

/* Lookup — what the import before came to: names of one statement have one module. */
typedef struct Lookup {
    FactsStr module;
    uint16_t level;
    bool known;
    Sym module_name;
    uint8_t status;
    Found found;
} Lookup;

static bool look_up_again(Resolver *r, Import *raw, const File *file, const FactsImport *fact, bool add,
                          Lookup *last)
{
    if (last->known && last->module == fact->module && last->level == fact->level) {
        raw->module_name = last->module_name;
        raw->status = last->status;
        raw->target_module = last->found.module;
        return true;
    }
    last->known = look_up(r, raw, file, fact, add, &last->found);
    last->module = fact->module;
    last->level = fact->level;
    last->module_name = raw->module_name;
    last->status = raw->status;
    return last->known;
}

/* False: again, with `add`. */
static bool prepare_import(Resolver *r, Id module, const File *file, uint32_t index, bool add, Lookup *last)
{
    const FactsImport *fact = &file->facts.imports[index];
    const FactsContext *context = &file->facts.contexts[fact->context];
    Import *raw = &r->raw[r->modules[module].first_import + index];

    *raw = (Import){.module = module, .fact = index, .target_module = ID_NONE, .line = fact->line};
    raw->name = fact->form == IMPORT_FROM ? file_sym(file, fact->name) : 0;
    raw->kind = (uint8_t)kind_of(fact, context, file->stub);
    raw->guarded = (context->flags & (CONTEXT_IMPORT_GUARD | CONTEXT_IMPORT_FALLBACK)) != 0;
    raw->level = (uint8_t)MIN(fact->level, 255);
    if (!look_up_again(r, raw, file, fact, add, last))
        return false;
    if (import_is_plain_star(r, raw)) {
        r->candidates[raw - r->raw] = (Candidate){0}; /* nobody asks it */
        return true;
    }
    prepare_candidate(r, raw, file, fact);
    if (last->found.heuristic)
        r->candidates[raw - r->raw].certainty = CERTAINTY_LIKELY;
    if (raw->guarded)
        mark_failing(r, raw, file, fact);
    return true;
}

/* Preparation — on all cores; what has to intern names waits until they are done. */
typedef struct Preparation {
    Resolver *r;
    bool *waits; /* by import */
} Preparation;

enum { IMPORT_SHARE = 128 };

static void prepare_share(void *context, uint32_t share, uint32_t worker)
{
    const Preparation *preparation = context;
    Resolver *r = preparation->r;
    const Program *p = r->program;
    Id end = MIN((share + 1) * IMPORT_SHARE, p->n_modules);

    (void)worker;
    uint32_t first = r->modules[share * IMPORT_SHARE].first_import;
    uint32_t count = r->modules[end - 1].first_import + r->modules[end - 1].n_imports - first;
    pages_populate(r->raw + first, sizeof *r->raw * count);
    pages_populate(r->candidates + first, sizeof *r->candidates * count);
    for (Id id = share * IMPORT_SHARE; id < end; id++) {
        Lookup last = {.known = false};
        for (uint32_t i = 0; i < r->modules[id].n_imports; i++)
            preparation->waits[r->modules[id].first_import + i] =
                !prepare_import(r, id, &p->files[p->modules[id].file], i, false, &last);
    }
}

void imports_prepare(Resolver *r)
{
    const Program *p = r->program;

    for (Id id = 0; id < p->n_modules; id++) {
        const Facts *facts = module_facts(r, id);
        r->modules[id].first_import = r->n_raw;
        r->modules[id].n_imports =
            facts == NULL || facts->header == NULL || facts->n_contexts == 0 ? 0 : facts->n_imports;
        r->n_raw += r->modules[id].n_imports;
    }
    r->raw = g_new(Import, r->n_raw + 1);
    store_reserve(r, &(StoreSize){.candidates = r->n_raw + r->n_raw / 2});
    r->n_candidates = r->n_raw;
    g_autofree bool *waits = g_new(bool, r->n_raw + 1);
    Preparation preparation = {.r = r, .waits = waits};
    pool_run(r->workers, (p->n_modules + IMPORT_SHARE - 1) / IMPORT_SHARE, prepare_share, &preparation);
    for (Id id = 0; id < p->n_modules; id++) {
        Lookup last = {.known = false};
        for (uint32_t i = 0; i < r->modules[id].n_imports; i++)
            if (waits[r->modules[id].first_import + i])
                prepare_import(r, id, &p->files[p->modules[id].file], i, true, &last);
    }
}

/* --- after --- */

static bool loads(const Import *import)
{
    return import->kind == IMPORT_LOAD || import->kind == IMPORT_STAR_KIND || import->kind == IMPORT_FALLBACK;
}

/* Parents — the packages that one module's imports load beside their targets, each once. */
typedef struct Parents {
    const Resolver *r;
    GArray *out;
    Id importer;
    uint32_t *seen; /* by module: importer + 1 */
} Parents;

/* The packages from `at` upward, innermost first. */
static void write_upward(const Parents *parents, const Import *import, Id at)
{
    const Resolver *r = parents->r;
    const Program *p = r->program;

    for (; at != ID_NONE; at = p->modules[at].parent) {
        Id package = r->modules[at].speaks_for != ID_NONE ? r->modules[at].speaks_for : at;
        if (parents->seen[package] == parents->importer + 1)
            return; /* and those above it */
        parents->seen[package] = parents->importer + 1;
        if (package == parents->importer || p->modules[package].file == ID_NONE)
            continue;
        Import made = {.module = parents->importer,
                       .fact = FACTS_NONE,
                       .target_module = package,
                       .module_name = p->modules[package].name,
                       .target = {.kind = TARGET_MODULE, .id = package},
                       .kind = IMPORT_PARENT,
                       .status = IMPORT_OK,
                       .guarded = import->guarded,
                       .line = import->line};
        g_array_append_val(parents->out, made);
    }
}

/* The deepest package by whose name a module was asked for that was found elsewhere: `a.extern` of
 * `a.extern.six`, which is a._vendor.six, runs as well. */
static Id named_package(const Resolver *r, const Import *import)
{
    const char *name = text_of(r, import->module_name);
    size_t end = strlen(name);

    if (import->module_name == 0 || (import->target_module != ID_NONE &&
                                     r->program->modules[import->target_module].name == import->module_name))
        return ID_NONE;
    for (;;) {
        while (end > 0 && name[end - 1] != '.')
            end--;
        if (end == 0)
            return ID_NONE;
        Id found = lookup_named(r, import->module, name, --end);
        if (found != ID_NONE)
            return found;
    }
}

/* Nothing runs a stub, so that it loads nothing. */
static void write_parents(const Resolver *r, GArray *out, Id importer, uint32_t *seen)
{
    const ModuleInfo *info = &r->modules[importer];
    const File *file = program_module_file(r->program, importer);
    Parents parents = {.r = r, .out = out, .importer = importer, .seen = seen};

    for (uint32_t i = 0; i < info->n_imports && !file->stub; i++) {
        const Import *import = &r->raw[info->first_import + i];
        if (!loads(import))
            continue;
        if (import->target_module != ID_NONE)
            write_upward(&parents, import, r->program->modules[import->target_module].parent);
        if (import->status == IMPORT_OK || import->status == IMPORT_UNSURE)
            write_upward(&parents, import, named_package(r, import));
    }
}

/* The longest prefix of a dotted text that is a first-party module, seen from `importer`. */
static Id text_module(const Resolver *r, Id importer, const char *text, size_t length, size_t *end)
{
    for (*end = length; *end > 0;) {
        Id module = lookup_named(r, importer, text, *end);
        if (module != ID_NONE)
            return module;
        while (*end > 0 && text[*end - 1] != '.')
            --*end;
        if (*end > 0)
            --*end;
    }
    return ID_NONE;
}

/* Follows the rest of a dotted text behind a module, name by name; false when a name is missing. */
static bool follow_text(Resolver *r, Import *import, const char *rest)
{
    import->target = (Target){.kind = TARGET_MODULE, .id = import->target_module};
    while (*rest != '\0') {
        size_t length = strcspn(rest, ".");
        Sym name = intern_find(r->interner, rest, length);
        if (import->target.kind == TARGET_MODULE) {
            if (name == 0)
                return false;
            uint32_t asked = chain_attribute(r, import->target.id, name); /* may move the candidates */
            const Candidate *found = &r->candidates[asked];
            if (found->target.kind == TARGET_UNRESOLVED || found->target.kind == TARGET_NONE)
                return false;
            if (import->name == 0)
                import->name = name;
            import->target = found->target;
        } else {
            return true; /* attribute of a class or value: the name that was imported is found */
        }
        rest += length + (rest[length] == '.');
    }
    return true;
}

static bool module_attribute_text(const char *text)
{
    return *text == '.' || *text == ':';
}

static void write_reference(Resolver *r, GArray *out, Id importer, const File *file, uint32_t index)
{
    const FactsReference *reference = &file->facts.references[index];
    const char *text = file_text(file, reference->text);
    bool explicit_kind = reference->kind != REFERENCE_DOTTED;
    Import import = {.module = importer, .fact = index, .kind = IMPORT_STRING, .line = reference->line};
    g_autofree char *dotted = NULL;
    size_t end = 0;

    if (*text == '.') {
        uint32_t level = (uint32_t)strspn(text, ".");
        Sym name = lookup_relative_name(r, importer, level, text + level);
        if (name == 0 || !explicit_kind)
            return;
        dotted = g_strdup(text_of(r, name));
        import.level = (uint8_t)MIN(level, 255u);
    } else {
        dotted = g_strdup(text);
    }
    char *colon = strchr(dotted, ':');
    if (colon != NULL)
        *colon = '.';
    size_t length = strlen(dotted);
    if (length == 0 || dotted[length - 1] == '.')
        return;
    import.target_module = text_module(r, importer, dotted, length, &end);
    if (import.target_module == ID_NONE || import.target_module == importer)
        return;
    import.module_name = r->program->modules[import.target_module].name;
    const char *rest = dotted + end + (module_attribute_text(dotted + end) ? 1 : 0);
    if (!explicit_kind && *rest == '\0' && strchr(dotted, '.') == NULL)
        return; /* a plain word */
    import.status = IMPORT_OK;
    if (!follow_text(r, &import, rest)) {
        if (!explicit_kind)
            return;
        bool open = (r->program->modules[import.target_module].flags & MODULE_OPEN_WORLD) != 0;
        import.status = open ? IMPORT_UNSURE : IMPORT_NO_NAME;
        import.target = (Target){.kind = TARGET_UNRESOLVED, .id = intern_cstr(r->interner, dotted)};
    }
    g_array_append_val(out, import);
}

/* Writing — Program.imports: each module's own, then the parents' loads, then the strings. Strings are
 * followed one after another, since that makes candidates; the rest is done on all cores. */
typedef struct Writing {
    Resolver *r;
    GArray *references;        /* Import: of all modules */
    uint32_t *first_reference; /* by module, and the end */
    GArray **parents;          /* by share of modules: Import */
    uint32_t *n_parents;       /* by module */
    uint32_t **seen;           /* by worker */
} Writing;

static void write_references(const Writing *writing)
{
    Resolver *r = writing->r;

    for (Id id = 0; id < r->program->n_modules; id++) {
        const File *file = program_module_file(r->program, id);
        writing->first_reference[id] = writing->references->len;
        if (file != NULL && file->facts.header != NULL && file->facts.n_contexts > 0)
            for (uint32_t i = 0; i < file->facts.n_references; i++)
                write_reference(r, writing->references, id, file, i);
    }
    writing->first_reference[r->program->n_modules] = writing->references->len;
}

static void parents_share(void *context, uint32_t share, uint32_t worker)
{
    const Writing *writing = context;
    Id end = MIN((share + 1) * IMPORT_SHARE, writing->r->program->n_modules);

    if (writing->seen[worker] == NULL)
        writing->seen[worker] = g_new0(uint32_t, writing->r->program->n_modules + 1);
    writing->parents[share] = g_array_new(FALSE, FALSE, sizeof(Import));
    for (Id id = share * IMPORT_SHARE; id < end; id++) {
        uint32_t before = writing->parents[share]->len;
        write_parents(writing->r, writing->parents[share], id, writing->seen[worker]);
        writing->n_parents[id] = writing->parents[share]->len - before;
    }
}

static void copy_imports(Import *to, const void *from, uint32_t count)
{
    if (count > 0)
        memcpy(to, from, sizeof *to * count);
}

static void write_module(const Writing *writing, Id id, const Import *parents)
{
    Resolver *r = writing->r;
    const ModuleInfo *info = &r->modules[id];
    const File *file = program_module_file(r->program, id);
    Import *out = r->program->imports + r->program->modules[id].first_import;

    for (uint32_t i = 0; i < info->n_imports; i++) {
        const Import *raw = &r->raw[info->first_import + i];
        out[i] = *raw;
        out[i].target = import_is_plain_star(r, raw)
                            ? (Target){.kind = TARGET_MODULE, .id = raw->target_module}
                            : r->candidates[info->first_import + i].target;
        if (file->stub)
            out[i].kind = IMPORT_TYPING; /* nothing runs a stub */
    }
    copy_imports(out + info->n_imports, parents, writing->n_parents[id]);
    uint32_t first = writing->first_reference[id], n = writing->first_reference[id + 1] - first;
    copy_imports(out + info->n_imports + writing->n_parents[id],
                 &g_array_index(writing->references, Import, first), n);
}

static void write_share(void *context, uint32_t share, uint32_t worker)
{
    const Writing *writing = context;
    const Program *p = writing->r->program;
    Id end = MIN((share + 1) * IMPORT_SHARE, p->n_modules);
    const Import *parents = (const Import *)(const void *)writing->parents[share]->data;

    const Module *first = &p->modules[share * IMPORT_SHARE], *last = &p->modules[end - 1];

    (void)worker;
    pages_populate(p->imports + first->first_import,
                   sizeof *p->imports * (last->first_import + last->n_imports - first->first_import));
    for (Id id = share * IMPORT_SHARE; id < end; id++) {
        write_module(writing, id, parents);
        parents += writing->n_parents[id];
    }
    g_array_free(writing->parents[share], TRUE);
}

/* Where each module's imports begin, and room for all. */
static void place_imports(const Writing *writing)
{
    Program *p = writing->r->program;

    p->n_imports = 0;
    for (Id id = 0; id < p->n_modules; id++) {
        p->modules[id].first_import = p->n_imports;
        p->modules[id].n_imports = writing->r->modules[id].n_imports + writing->n_parents[id] +
                                   writing->first_reference[id + 1] - writing->first_reference[id];
        p->n_imports += p->modules[id].n_imports;
    }
    g_free(p->imports);
    p->imports = g_new(Import, p->n_imports + 1);
}

void imports_write(Resolver *r)
{
    uint32_t n = r->program->n_modules, shares = (n + IMPORT_SHARE - 1) / IMPORT_SHARE;
    g_autofree uint32_t *first = g_new(uint32_t, n + 1), *n_parents = g_new(uint32_t, n + 1);
    g_autofree GArray **parents = g_new0(GArray *, shares + 1);
    g_autofree uint32_t **seen = g_new0(uint32_t *, r->workers);
    Writing writing = {.r = r,
                       .references = g_array_new(FALSE, FALSE, sizeof(Import)),
                       .first_reference = first,
                       .parents = parents,
                       .n_parents = n_parents,
                       .seen = seen};

    write_references(&writing);
    pool_run(r->workers, shares, parents_share, &writing);
    place_imports(&writing);
    pool_run(r->workers, shares, write_share, &writing);
    for (uint32_t i = 0; i < r->workers; i++)
        g_free(seen[i]);
    g_array_free(writing.references, TRUE);
}
