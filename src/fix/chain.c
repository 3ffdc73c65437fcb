/* One move for each import of a module object and each home that its chains should take. Shapes, the
 * smallest first: where all that the file does with the module is to take things that live in one other
 * module, and its name there is made up (`import a.b as m`), only the import changes. `a.b.X` becomes
 * `c.d.X` where both hang on one top package. All else becomes X, imported by name, where that name is free
 * in the file (or is X already).
 *
 * The old import goes when it stands alone, nothing else uses it, and nobody can see its name from
 * elsewhere; else it stays, and with it what it loads. A chain is read when the code runs, an imported name
 * when the file loads: a patched path, a path that is set from outside and a home in the same load cycle bar
 * it. */
#include "fix/chain.h"

#include <stdlib.h>
#include <string.h>

#include "fix/exposure.h"
#include "fix/text.h"

typedef struct Collector {
    const FixState *state;
    const Program *program;
    Homes homes;
    bool *passes_on; /* by module: binds classes that live elsewhere */
    Exposure *exposure;
    Lexer *lexer;
    GArray *moves; /* FixMove, of the file at hand */
} Collector;

static const char *last_part(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');

    return dot != NULL ? dot + 1 : dotted;
}

static void find_passing(Collector *collector)
{
    const Program *program = collector->program;

    for (uint32_t i = 0; i < program->n_bindings; i++) {
        const Binding *binding = &program->bindings[i];
        if (binding->target.kind == TARGET_DEFINITION &&
            program->definitions[binding->target.id].module != binding->module)
            collector->passes_on[binding->module] = true;
    }
}

bool chain_is_in_class(const File *file, uint32_t context)
{
    for (; context != FACTS_NONE && file->facts.contexts[context].kind != CONTEXT_FUNCTION;
         context = file->facts.contexts[context].parent)
        if (file->facts.contexts[context].kind == CONTEXT_CLASS)
            return true;
    return false;
}

static bool is_candidate(const Collector *collector, const File *file, const Import *import)
{
    if (import->fact == FACTS_NONE || import->kind == IMPORT_STRING || import->kind == IMPORT_PARENT ||
        import->guarded || import->kind == IMPORT_FALLBACK || import->status != IMPORT_OK ||
        import->target_module == ID_NONE || import->target.kind != TARGET_MODULE ||
        chain_is_in_class(file, file->facts.imports[import->fact].context))
        return false;
    uint8_t form = file->facts.imports[import->fact].form;
    return form != IMPORT_STAR && (collector->passes_on[import->target_module] ||
                                   (form == IMPORT_MODULE && !file->facts.imports[import->fact].aliased));
}

/* --- one move --- */

static const char *top_of(const char *dotted, size_t *length)
{
    *length = strcspn(dotted, ".");
    return dotted;
}

static bool same_top(const char *a, const char *b)
{
    size_t n, m;

    top_of(a, &n);
    top_of(b, &m);
    return n == m && strncmp(a, b, n) == 0;
}

/* All chains keep their last name. */
static bool keeps_names(const FixMove *move)
{
    for (uint32_t i = 0; i < move->chain->uses->len; i++) {
        const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
        if (use->asked != use->home.name)
            return false;
    }
    return true;
}

static bool is_imported_plainly(const Program *program, const FixMove *move, uint32_t context)
{
    const Module *module = &program->modules[move->module];
    const File *file = program_module_file(program, move->module);

    for (uint32_t i = module->first_import; i < module->first_import + module->n_imports; i++) {
        const Import *import = &program->imports[i];
        if (import->fact == FACTS_NONE || import->kind == IMPORT_STRING || import->kind == IMPORT_PARENT ||
            import->name != 0 || i == move->import)
            continue;
        const FactsImport *fact = &file->facts.imports[import->fact];
        if (fact->form == IMPORT_MODULE && !fact->aliased && import->target_module == move->home &&
            fact->context == context)
            return true;
    }
    return false;
}

static bool has_sym(const GArray *syms, Sym sym)
{
    for (uint32_t i = 0; i < syms->len; i++)
        if (g_array_index(syms, Sym, i) == sym)
            return true;
    return false;
}

/* Names to import for CHAIN_FROM; a reason when one of them is taken. */
static char *find_names(const ChainFile *file, FixMove *move)
{
    const Program *program = file->program;

    for (uint32_t i = 0; i < move->chain->uses->len; i++) {
        const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
        const char *name = program_text(program, use->home.name);
        uint32_t count;
        if (has_sym(move->chain->names, use->home.name))
            continue;
        const Binding *binding = program_bindings_of(program, move->module, use->home.name, &count);
        bool there = binding != NULL && count == 1 && binding->certainty == CERTAINTY_CERTAIN &&
                     binding->target.kind == TARGET_DEFINITION && binding->target.id == use->definition &&
                     chain_name_is_global(file, name);
        if (there)
            continue;
        if (!chain_name_is_free(file, name))
            return g_strdup_printf("the name %s is used for something else here", name);
        g_array_append_val(move->chain->names, use->home.name);
    }
    return NULL;
}

static void note_names(FixMove *move)
{
    const GArray *names = move->chain->names;
    uint32_t extra = move->chain->leaves || move->chain->imports ? 1 : 0;

    g_clear_pointer(&move->adds, g_free);
    g_clear_pointer(&move->drops, g_free);
    move->n_adds = move->n_drops = 0;
    move->adds = g_new(Sym, names->len + 1);
    for (uint32_t i = 0; i < names->len && move->chain->shape == CHAIN_FROM; i++)
        move->adds[move->n_adds++] = g_array_index(names, Sym, i);
    if (extra != 0 && move->chain->shape != CHAIN_FROM)
        move->adds[move->n_adds++] = move->bound;
    if (move->chain->leaves) {
        move->drops = g_new(Sym, 1);
        move->drops[move->n_drops++] = move->bound;
    }
}

/* Chooses how; NULL, or why not. */
static char *shape_move(const Collector *collector, const ChainFile *file, const ChainImport *import,
                        FixMove *move, bool only)
{
    const Program *program = collector->program;
    const Import *raw = &program->imports[import->import];
    const FactsImport *fact = &file->file->facts.imports[raw->fact];
    const char *old = program_text(program, raw->module_name), *bound = file_text(file->file, fact->bound);
    const char *home = program_text(program, program->modules[move->home].name);
    bool loads =
        !(file->file->facts.contexts[fact->context].flags & CONTEXT_LAZY) && raw->kind != IMPORT_TYPING;
    const DependencyGraph *graph = collector->state->view->graph;

    move->chain->leaves =
        only && !import->others && import->sole && !exposure_has(collector->exposure, move->module, fact);
    if (fact->form == IMPORT_MODULE && fact->aliased && move->chain->leaves && keeps_names(move) &&
        strcmp(bound, last_part(old)) != 0) {
        g_autofree char *taken = find_names(file, move);
        move->chain->shape = CHAIN_MODULE;
        move->chain->barred = taken != NULL || graph->component[move->module] == graph->component[move->home];
        return NULL;
    }
    if (import->plain && same_top(old, home)) {
        move->chain->shape = CHAIN_PLAIN;
        move->chain->imports = !is_imported_plainly(program, move, fact->context);
        return NULL;
    }
    move->chain->shape = CHAIN_FROM;
    if (loads && graph->component[move->module] == graph->component[move->home])
        return g_strdup("its home is in the same load cycle: by name it could be asked for too early");
    return find_names(file, move);
}

static char *patched(const Collector *collector, const FixMove *move)
{
    const Program *program = collector->program;

    for (uint32_t i = 0; i < move->chain->uses->len; i++) {
        const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
        g_autofree char *path =
            g_strdup_printf("%s.%s", program_text(program, program->modules[use->module].name),
                            program_text(program, use->asked));
        if (exposure_is_patched(collector->exposure, path))
            return g_strdup_printf("patch(\"%s\") would no longer reach this chain", path);
    }
    return NULL;
}

/* "import a.b as m: m.X, m.Y", or what it becomes. */
static const char *describe(const ChainFile *file, const FixMove *move, bool after)
{
    Program *program = (Program *)(uintptr_t)file->program;
    const FactsImport *fact = &file->file->facts.imports[program->imports[move->import].fact];
    const char *bytes = file->lexed->bytes;
    const char *home = program_text(program, program->modules[move->home].name);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (uint32_t i = 0; i < move->chain->uses->len; i++) {
        const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
        g_autofree char *chain = g_strndup(bytes + use->start, use->end - use->start);
        Sym sym = after && move->chain->shape == CHAIN_FROM ? use->home.name
                  : after && move->chain->shape == CHAIN_PLAIN
                      ? intern_printf(program->interner, "%s.%s", home, program_text(program, use->home.name))
                      : intern_cstr(program->interner, chain);
        if (g_hash_table_add(seen, GUINT_TO_POINTER(sym)))
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", program_text(program, sym));
    }
    g_autofree char *item = g_strndup(bytes + fact->start, fact->end - fact->start);
    g_autofree char *line =
        !after ? g_strdup_printf("%s (import %s)", text->str, item)
        : move->chain->shape == CHAIN_MODULE
            ? g_strdup_printf("%s (import %s as %s)", text->str, home, file_text(file->file, fact->bound))
            : g_strdup_printf("%s (from %s)", text->str, home);
    return program_text(program, intern_cstr(program->interner, line));
}

static void add_move(Collector *collector, const ChainFile *file, const ChainImport *import, Id home,
                     bool only)
{
    Program *program = (Program *)(uintptr_t)collector->program;
    const Import *raw = &program->imports[import->import];
    const FactsImport *fact = &file->file->facts.imports[raw->fact];
    bool relative = fact->form == IMPORT_FROM && fact->level > 0;
    g_autofree char *module = text_module(program, file->module, home, relative);
    FixMove move = {.kind = FIX_CHAIN,
                    .import = import->import,
                    .module = file->module,
                    .home = home,
                    .definition = ID_NONE,
                    .survivor = ID_NONE,
                    .statement = fact->statement_start,
                    .start = fact->start,
                    .line = raw->line,
                    .bound = file_sym(file->file, fact->bound)};

    move.text = program_text(program, intern_cstr(program->interner, module));
    move.chain = g_new0(struct FixChain, 1);
    move.chain->uses = g_array_new(FALSE, FALSE, sizeof(ChainUse));
    move.chain->names = g_array_new(FALSE, FALSE, sizeof(Sym));
    for (uint32_t i = 0; i < import->uses->len; i++)
        if (g_array_index(import->uses, ChainUse, i).home.module == home)
            g_array_append_val(move.chain->uses, g_array_index(import->uses, ChainUse, i));
    move.name = g_array_index(move.chain->uses, ChainUse, 0).home.name;
    char *reason = patched(collector, &move);
    reason = reason != NULL ? reason : shape_move(collector, file, import, &move, only);
    if (reason != NULL)
        move_leave(&move, reason);
    note_names(&move);
    move.before = describe(file, &move, false);
    move.after = describe(file, &move, true);
    move.chain->kept = move.after;
    if (move.chain->shape == CHAIN_MODULE) {
        move.chain->shape = CHAIN_FROM;
        move.chain->kept = describe(file, &move, true);
        move.chain->shape = CHAIN_MODULE;
    }
    g_array_append_val(collector->moves, move);
}

/* One move for each home, in the order of the uses. */
static void add_moves(Collector *collector, const ChainFile *file, const ChainImport *import)
{
    g_autoptr(GArray) homes = g_array_new(FALSE, FALSE, sizeof(Id));

    for (uint32_t i = 0; i < import->uses->len; i++) {
        Id home = g_array_index(import->uses, ChainUse, i).home.module;
        if (!has_sym(homes, home))
            g_array_append_val(homes, home);
    }
    for (uint32_t i = 0; i < homes->len; i++)
        add_move(collector, file, import, g_array_index(homes, Id, i), homes->len == 1);
}

static bool is_sole(const File *file, const FactsImport *fact)
{
    for (uint32_t i = 0; i < file->facts.n_imports; i++)
        if (&file->facts.imports[i] != fact &&
            file->facts.imports[i].statement_start == fact->statement_start)
            return false;
    return true;
}

static void read_import(Collector *collector, const ChainFile *file, uint32_t index)
{
    const Import *raw = &collector->program->imports[index];
    const FactsImport *fact = &file->file->facts.imports[raw->fact];
    ChainImport import = {.import = index,
                          .uses = g_array_new(FALSE, FALSE, sizeof(ChainUse)),
                          .sole = is_sole(file->file, fact),
                          .plain = fact->form == IMPORT_MODULE && !fact->aliased};
    const char *reason = chain_read(file, &import);

    if (reason == NULL && import.uses->len > 0)
        add_moves(collector, file, &import);
    g_array_free(import.uses, TRUE);
}

bool chain_keep(FixMove *move)
{
    if (move->chain->shape == CHAIN_MODULE && move->chain->barred)
        return false;
    if (move->chain->shape == CHAIN_MODULE)
        move->chain->shape = CHAIN_FROM;
    move->chain->leaves = false;
    move->after = move->chain->kept;
    note_names(move);
    return true;
}

/* --- files --- */

/* Fills collector->moves. */
static void read_file(Collector *collector, Id id)
{
    const Program *program = collector->program;
    const File *file = &program->files[id];
    const Module *module = &program->modules[file->first_module];
    g_autoptr(GBytes) bytes = NULL;
    ChainFile chain = {.homes = &collector->homes,
                       .program = program,
                       .name = collector->state->options->name,
                       .module = file->first_module,
                       .file = file};
    Scopes scopes = {0};

    for (uint32_t i = module->first_import; i < module->first_import + module->n_imports; i++) {
        if (!is_candidate(collector, file, &program->imports[i]))
            continue;
        if (bytes == NULL) {
            bytes = source_read(collector->state->source, program_text(program, file->path), NULL);
            if (bytes == NULL)
                return;
            size_t length;
            const char *text = g_bytes_get_data(bytes, &length);
            chain.lexed = lexer_run(collector->lexer, text != NULL ? text : "", length);
            if (length != file->facts.header->n_bytes)
                return; /* it changed: whoever edits it will say so */
            scopes_find(&scopes, chain.lexed);
            chain.scopes = &scopes;
        }
        read_import(collector, &chain, i);
    }
    if (chain.scopes != NULL)
        scopes_clear(&scopes);
}

static bool may_have_chains(const File *file, const Program *program)
{
    return file->status == FILE_PARSED && file->selected && file->real_path == 0 &&
           file->facts.header != NULL && file->first_module != ID_NONE &&
           program->modules[file->first_module].next_of_file == ID_NONE;
}

static void collector_init(Collector *collector, const FixState *state)
{
    const Program *program = state->view->program;

    *collector = (Collector){.state = state, .program = program, .lexer = lexer_new()};
    homes_init(&collector->homes, state->view, state->options->config);
    collector->passes_on = g_new0(bool, program->n_modules + 1);
    collector->exposure = exposure_new(program);
    collector->moves = g_array_new(FALSE, FALSE, sizeof(FixMove));
    find_passing(collector);
}

static void collector_clear(Collector *collector)
{
    homes_clear(&collector->homes);
    g_free(collector->passes_on);
    exposure_free(collector->exposure);
    g_array_free(collector->moves, TRUE);
    lexer_free(collector->lexer);
}

/* --- for the plan --- */

static void plan_chain_clear(void *data)
{
    g_free(((PlanChain *)data)->paths);
}

/* Its dotted paths, each once, in the order of the uses. */
static void put_paths(const Program *program, const FixMove *move, PlanChain *chain)
{
    chain->paths = g_new(Sym, move->chain->uses->len);
    for (uint32_t i = 0; i < move->chain->uses->len; i++) {
        const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
        Sym path = intern_printf(program->interner, "%s.%s",
                                 program_text(program, program->modules[use->module].name),
                                 program_text(program, use->asked));
        bool known = false;
        for (uint32_t k = 0; k < chain->n_paths; k++)
            known = known || chain->paths[k] == path;
        if (!known)
            chain->paths[chain->n_paths++] = path;
    }
}

static void put_chain(GArray *chains, const Program *program, FixMove *move)
{
    PlanChain chain = {.import = move->import,
                       .home = move->home,
                       .before = intern_cstr(program->interner, move->before),
                       .after = intern_cstr(program->interner, move->after),
                       .n_uses = move->chain->uses->len,
                       .leaves = move->chain->leaves};

    put_paths(program, move, &chain);
    g_array_append_val(chains, chain);
    move_clear(move);
}

GArray *fix_chains(Source *source, const FixView *view, const FixOptions *options)
{
    FixState state = {.source = source, .view = view, .first = view, .options = options};
    GArray *chains = g_array_new(FALSE, FALSE, sizeof(PlanChain));
    Collector collector;

    g_array_set_clear_func(chains, plan_chain_clear);
    collector_init(&collector, &state);
    for (Id id = 0; id < view->program->n_files; id++) {
        if (!may_have_chains(&view->program->files[id], view->program))
            continue;
        read_file(&collector, id);
        for (uint32_t i = 0; i < collector.moves->len; i++)
            put_chain(chains, view->program, &g_array_index(collector.moves, FixMove, i));
        g_array_set_size(collector.moves, 0);
    }
    collector_clear(&collector);
    return chains;
}

/* --- for the phase --- */

/* Asked — by file: what the plan asks for there. */
typedef struct Asked {
    uint32_t step;  /* number of the step with its chains, or 0 */
    uint32_t place; /* 1 + index in stage->files, or 0 */
} Asked;

static FixFile *add_file(Fix *stage, const Program *program, Id id, const Step *step)
{
    stage->files = g_renew(FixFile, stage->files, stage->n_files + 1);
    stage->files[stage->n_files] = (FixFile){.file = id,
                                             .path = program_text(program, program->files[id].path),
                                             .batch = step->batch,
                                             .title = program_text(program, step->title)};
    return &stage->files[stage->n_files++];
}

static void add_to_stage(Fix *stage, const Collector *collector, Id id, const Asked *asked)
{
    const FixView *view = collector->state->view;
    FixFile *file = asked->place > 0
                        ? &stage->files[asked->place - 1]
                        : add_file(stage, view->program, id, &view->plan->steps[asked->step - 1]);

    file->moves = g_renew(FixMove, file->moves, file->n_moves + collector->moves->len);
    for (uint32_t i = 0; i < collector->moves->len; i++) {
        file->moves[file->n_moves] = g_array_index(collector->moves, FixMove, i);
        file->moves[file->n_moves++].step = asked->step;
    }
}

static int compare_batches(const void *a, const void *b)
{
    const FixFile *x = a, *y = b;

    return x->batch != y->batch ? (x->batch < y->batch ? -1 : 1) : strcmp(x->path, y->path);
}

static Asked *find_asked(const Fix *stage, const FixState *state, bool *any)
{
    const Program *program = state->view->program;
    const Plan *plan = state->view->plan;
    Asked *asked = g_new0(Asked, program->n_files + 1);

    *any = false;
    for (uint32_t s = 0; s < plan->n_steps; s++)
        for (uint32_t a = 0; a < plan->steps[s].n_actions; a++) {
            const Action *action = &plan->steps[s].actions[a];
            if (!action->chain || !file_is_wanted(state->options, program_text(program, action->path)))
                continue;
            asked[program->modules[program->imports[action->import - 1].module].file].step = s + 1;
            *any = true;
        }
    for (uint32_t f = 0; f < stage->n_files; f++)
        asked[stage->files[f].file].place = f + 1;
    return asked;
}

void chains_collect(Fix *stage, const FixState *state)
{
    bool any;
    g_autofree Asked *asked = find_asked(stage, state, &any);
    Collector collector;

    if (!any)
        return;
    collector_init(&collector, state);
    for (Id id = 0; id < state->view->program->n_files; id++) {
        if (asked[id].step == 0)
            continue;
        read_file(&collector, id);
        if (collector.moves->len > 0)
            add_to_stage(stage, &collector, id, &asked[id]);
        g_array_set_size(collector.moves, 0);
    }
    collector_clear(&collector);
    if (stage->n_files > 1)
        qsort(stage->files, stage->n_files, sizeof *stage->files, compare_batches);
}
