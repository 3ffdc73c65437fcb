/* Repairs: moves whose name led nowhere before. Guarded imports are meant to fail and stay. */
#include "fix/repair.h"

#include <string.h>

#include "fix/internal.h"
#include "fix/text.h"

static bool is_broken(const Import *import)
{
    return import->status == IMPORT_NO_MODULE || import->status == IMPORT_NO_NAME ||
           import->status == IMPORT_BEYOND_TOP;
}

/* A name of a module that may bind more than can be seen. */
static bool is_unsure(const Import *import)
{
    return import->status == IMPORT_UNSURE && import->target.kind == TARGET_UNRESOLVED && import->name != 0 &&
           import->target_module != ID_NONE;
}

static bool is_guarded(const Import *import)
{
    return import->guarded || import->kind == IMPORT_FALLBACK;
}

static int compare_broken(const void *a, const void *b)
{
    const Broken *x = a, *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->import < y->import ? -1 : x->import > y->import;
}

/* Broken imports by file; files are sorted by path, imports by place. */
static GArray *collect_broken(const Program *program, const FixOptions *options, const Lost *lost)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Broken));

    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        const File *file = program_module_file(program, import->module);
        bool is_lost = lost_concerns(lost, import);
        if ((!is_broken(import) && !is_unsure(import) && !is_lost) || import->kind == IMPORT_STRING ||
            import->kind == IMPORT_PARENT || import->fact == FACTS_NONE || file == NULL ||
            file->first_module != import->module || !file->selected || file->real_path != 0 ||
            !file_is_wanted(options, program_text(program, file->path)))
            continue;
        Broken broken = {.import = i,
                         .file = program->modules[import->module].file,
                         .unsure = !is_broken(import) && !is_lost,
                         .lost = is_lost};
        broken.candidates = g_array_new(FALSE, TRUE, sizeof(Candidate));
        usage_init(&broken.usage);
        g_array_append_val(all, broken);
    }
    g_array_sort(all, compare_broken);
    return all;
}

/* `import a.b`: the file says `a.b` where it means the module. */
static bool is_plain(const FactsImport *fact)
{
    return fact->form == IMPORT_MODULE && !fact->aliased;
}

/* The byte of the name that the import binds. */
static uint32_t bound_at(const Lexed *lexed, const FactsImport *fact)
{
    uint32_t at = fact->start;

    if (!fact->aliased)
        return at;
    for (uint32_t i = lexed_token_at(lexed, fact->start);
         i < lexed->n_tokens && lexed->tokens[i].start < fact->end; i++)
        if (lexed->tokens[i].kind == TOKEN_NAME)
            at = lexed->tokens[i].start;
    return at;
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        if ((at == text || (!g_ascii_isalnum(at[-1]) && at[-1] != '_')) && !g_ascii_isalnum(at[length]) &&
            at[length] != '_')
            return true;
    return false;
}

/* The lines that hold a text; NULL: none. Caller frees. */
static char *lines_with(const char *text, size_t length, const char *word)
{
    GString *lines = NULL;
    const char *at = text, *end = text + length;

    while (at < end && (at = memmem(at, (size_t)(end - at), word, strlen(word))) != NULL) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        lines = lines != NULL ? lines : g_string_new(NULL);
        g_string_append_len(lines, at, stop - at);
        g_string_append_c(lines, '\n');
        at = stop;
    }
    return lines != NULL ? g_string_free(lines, FALSE) : NULL;
}

/* What the file does about paths and absent modules. */
static void read_lines(const Program *program, const char *text, size_t length, Broken *broken)
{
    const char *asked = program_text(program, program->imports[broken->import].module_name);
    g_autofree char *top = g_strndup(asked, strcspn(asked, "."));
    g_autofree char *skips = lines_with(text, length, "importorskip");

    broken->steers = lines_with(text, length, "sys.path");
    broken->asked_for_skip = skips != NULL && has_word(skips, top);
}

/* How the imports of one file are used. */
static void read_usages(Source *source, const Program *program, Lexer *lexer, Broken *broken, uint32_t count)
{
    const File *file = &program->files[broken[0].file];
    g_autoptr(GBytes) bytes = source_read(source, program_text(program, file->path), NULL);
    Scopes scopes = {0};
    size_t length;

    if (bytes == NULL) /* it will not be edited either */
        return;
    const char *text = g_bytes_get_data(bytes, &length);
    const Lexed *lexed = lexer_run(lexer, text != NULL ? text : "", length);
    scopes_find(&scopes, lexed);
    for (uint32_t i = 0; i < count; i++) {
        if (broken[i].lost)
            read_lines(program, lexed->bytes, length, &broken[i]);
        const FactsImport *fact = &file->facts.imports[program->imports[broken[i].import].fact];
        usage_collect(lexed, &scopes, bound_at(lexed, fact),
                      is_plain(fact) ? file_text(file, fact->module) : NULL, &broken[i].usage);
    }
    scopes_clear(&scopes);
}

static void read_all_usages(Source *source, const Program *program, GArray *all)
{
    Lexer *lexer = lexer_new();
    Broken *broken = (Broken *)(void *)all->data;

    for (uint32_t first = 0, last; first < all->len; first = last) {
        for (last = first + 1; last < all->len && broken[last].file == broken[first].file; last++) {
        }
        read_usages(source, program, lexer, &broken[first], last - first);
    }
    lexer_free(lexer);
}

/* --- as moves --- */

static char *item_text(const Program *program, const FactsImport *fact, const File *file, const char *module,
                       const char *name)
{
    const char *bound = file_text(file, fact->bound);
    (void)program;

    if (fact->form == IMPORT_MODULE)
        return fact->aliased ? g_strdup_printf("import %s as %s", module, bound)
                             : g_strdup_printf("import %s", module);
    if (fact->form == IMPORT_STAR)
        return g_strdup_printf("from %s import *", module);
    return strcmp(name, bound) == 0 ? g_strdup_printf("from %s import %s", module, name)
                                    : g_strdup_printf("from %s import %s as %s", module, name, bound);
}

static Sym before_text(const Program *program, const File *file, const FactsImport *fact)
{
    g_autofree char *dots = g_strnfill(fact->level, '.');
    g_autofree char *module = g_strconcat(dots, file_text(file, fact->module), NULL);
    g_autofree char *text = item_text(program, fact, file, module, file_text(file, fact->name));

    return intern_cstr(program->interner, text);
}

/* What stands against a candidate that was chosen. */
static char *objection(const FixView *view, const Import *import, const Candidate *candidate)
{
    const Program *program = view->program;
    g_autofree Id *path = NULL;
    uint32_t n_path = 0, count = 0;
    Id home = candidate->target.kind == TARGET_MODULE ? candidate->target.id : candidate->module;

    if (candidate->target.kind != TARGET_MODULE) {
        const Binding *binding = program_bindings_of(program, candidate->module, candidate->name, &count);
        if (binding == NULL || count != 1 || !target_equal(binding->target, candidate->target))
            return g_strdup_printf("%s.%s may mean several things",
                                   program_text(program, program->modules[candidate->module].name),
                                   program_text(program, candidate->name));
    }
    if (import->kind == IMPORT_LOAD &&
        dependency_graph_would_cycle(view->graph, import->module, home, &path, &n_path)) {
        g_autoptr(GString) text = g_string_new("it would close a load cycle: ");
        g_string_append(text, program_text(program, program->modules[import->module].name));
        for (uint32_t i = 0; i < MIN(n_path, 6); i++)
            g_string_append_printf(text, " \xe2\x86\x92 %s",
                                   program_text(program, program->modules[path[i]].name));
        return g_string_free(g_steal_pointer(&text), FALSE);
    }
    return NULL;
}

/* A file that changes the path may make a top module of what is none elsewhere. */
static const char *may_be_on_path(const FixView *view, const Lost *lost, const Broken *broken,
                                  const Candidate *choice)
{
    const Program *program = view->program;
    const Import *import = &program->imports[broken->import];
    Id home = choice->target.kind == TARGET_MODULE ? choice->target.id : choice->module;

    if (broken->steers == NULL)
        return NULL;
    for (Id package = home; package != ID_NONE; package = program->modules[package].parent) {
        const char *name = program_text(program, program->modules[package].name);
        const char *dot = strrchr(name, '.');
        if (package != home && has_word(broken->steers, dot != NULL ? dot + 1 : name))
            return "the file puts a folder above what is asked on sys.path";
    }
    if (lost_is_above(lost, import))
        return "the file changes sys.path, and what is asked lies in a folder above it";
    return lost_is_secluded(lost, import, home)
               ? "the file changes sys.path, and no file about it takes anything from there by its full name"
               : NULL;
}

/* Why an import cannot be repaired whatever was meant; NULL: it can. */
static const char *bar(const Program *program, const Broken *broken, const FactsImport *fact)
{
    const Import *import = &program->imports[broken->import];

    if (is_guarded(import) || broken->asked_for_skip)
        return "its failure is caught, as may be meant";
    if (program->files[broken->file].status != FILE_PARSED)
        return "the file was not understood in full";
    if (fact->form == IMPORT_STAR)
        return "nobody can say which names it should bring";
    return NULL;
}

static void set_target(const FixState *state, const Broken *broken, const Candidate *candidate,
                       const FactsImport *fact, FixMove *move)
{
    const FixView *view = state->view;
    const Program *program = view->program;
    const Import *import = &program->imports[broken->import];
    const File *file = &program->files[broken->file];
    bool whole = fact->form == IMPORT_MODULE;
    Id from = whole ? candidate->target.id : candidate->module;
    g_autofree char *module = text_module(program, import->module, from, fact->level > 0);
    g_autofree char *after = item_text(program, fact, file, module, program_text(program, candidate->name));

    move->home = from;
    move->name = candidate->name;
    move->text = program_text(program, intern_cstr(program->interner, module));
    move->after = program_text(program, intern_cstr(program->interner, after));
    move->target = candidate->target;
    char *reason = objection(view, import, candidate);
    if (reason == NULL && is_plain(fact))
        reason = repair_plain(state, broken, move);
    if (reason != NULL)
        move_leave(move, reason);
}

static FixMove make_move(const FixState *state, const Lost *lost, const Broken *broken)
{
    Program *program = state->view->program;
    const Import *import = &program->imports[broken->import];
    const File *file = &program->files[broken->file];
    const FactsImport *fact = &file->facts.imports[import->fact];
    const Candidate *choice = candidates_choose(broken);
    const char *barred = bar(program, broken, fact);
    if (barred == NULL && choice != NULL)
        barred = may_be_on_path(state->view, lost, broken, choice);
    FixMove move = {.kind = FIX_REPAIR,
                    .import = broken->import,
                    .module = import->module,
                    .home = import->module,
                    .statement = fact->statement_start,
                    .start = fact->start,
                    .line = import->line,
                    .definition = ID_NONE,
                    .survivor = ID_NONE,
                    .bound = file_sym(file, fact->bound),
                    .before = program_text(program, before_text(program, file, fact))};

    move.after = move.before;
    if (barred == NULL && choice != NULL) {
        set_target(state, broken, choice, fact, &move);
        if (broken->lost)
            move.note = choice->pinned
                            ? "its top module is not here; the name of the pinned path's module holds all "
                              "parts of what is asked"
                            : "its top module is not here; one module's name ends with all of the path";
        return move;
    }
    g_autofree char *text = candidates_text(program, broken);
    move_leave(&move, barred != NULL ? g_strdup_printf("%s; %s", barred, text) : g_steal_pointer(&text));
    return move;
}

/* --- files --- */

static void add_files(Fix *fix, const FixState *state, const Lost *lost, const GArray *all)
{
    const FixView *view = state->view;
    const Broken *broken = (const Broken *)(const void *)all->data;
    GArray *files = g_array_new(FALSE, FALSE, sizeof(FixFile));
    uint32_t limit = MAX(state->options->batch_files, 1);

    for (uint32_t first = 0, last; first < all->len; first = last) {
        for (last = first + 1; last < all->len && broken[last].file == broken[first].file; last++) {
        }
        FixFile file = {.file = broken[first].file,
                        .path = program_text(view->program, view->program->files[broken[first].file].path),
                        .batch = files->len / limit + 1,
                        .n_moves = last - first,
                        .moves = g_new(FixMove, last - first)};
        file.title = "Repairs";
        for (uint32_t i = first; i < last; i++)
            file.moves[i - first] = make_move(state, lost, &broken[i]);
        g_array_append_val(files, file);
    }
    fix->n_files = files->len;
    fix->files = (FixFile *)(void *)g_array_free(files, FALSE);
}

static void clear_broken(Broken *broken)
{
    for (uint32_t c = 0; c < broken->candidates->len; c++)
        g_free(g_array_index(broken->candidates, Candidate, c).why);
    g_array_free(broken->candidates, TRUE);
    g_free(broken->steers);
    usage_clear(&broken->usage);
}

/* What may be there and is not known to be elsewhere is no finding. */
static void drop_unsure(const Program *program, GArray *all)
{
    Broken *broken = (Broken *)(void *)all->data;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < all->len; i++) {
        if (broken[i].unsure &&
            (is_guarded(&program->imports[broken[i].import]) || candidates_choose(&broken[i]) == NULL))
            clear_broken(&broken[i]);
        else
            broken[kept++] = broken[i];
    }
    g_array_set_size(all, kept);
}

static void free_broken(GArray *all)
{
    for (uint32_t i = 0; i < all->len; i++)
        clear_broken(&g_array_index(all, Broken, i));
    g_array_free(all, TRUE);
}

void repair_pass(Fix *stage, const FixState *state)
{
    Homes homes;

    homes_init(&homes, state->view, state->options->config);
    Lost *lost = lost_new(state->view, state->source, &homes);
    GArray *all = collect_broken(state->view->program, state->options, lost);
    Broken *broken = (Broken *)(void *)all->data;

    read_all_usages(state->source, state->view->program, all);
    candidates_find(state->view, state->options, lost, broken, all->len);
    candidates_ask_history(state->view, state->source, broken, all->len);
    for (uint32_t i = 0; i < all->len; i++)
        candidates_rank(state->view->program, &broken[i]);
    drop_unsure(state->view->program, all);
    add_files(stage, state, lost, all);
    free_broken(all);
    lost_free(lost);
    homes_clear(&homes);
}
