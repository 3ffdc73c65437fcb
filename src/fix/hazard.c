/* Strings that name a path which moves: `patch("old.mod.X")`, `import_module("old.mod")`, dotted strings in
 * settings.
 *
 * They are never touched. A patch of the old path reaches nobody who took the name from there before and
 * takes it from its home now; other strings go on working as long as the old path does. Every step lists
 * them, whether it is carried out or left: who does it by hand meets them as well. A string that names
 * something below the path (`old.mod.X.method`) names the path, too. Cost: linear in the moves and the string
 * references of the program. */
#include "fix/hazard.h"

#include <stdlib.h>
#include <string.h>

#include "fix/chain.h"

typedef struct Hazards {
    Fix *fix;
    const Program *program;
    GHashTable *paths; /* arena strings: dotted path → index in found + 1 */
    GPtrArray *found;  /* GArray of FixHazard, by path */
} Hazards;

static const char *keep(Hazards *hazards, const char *text)
{
    return arena_strndup(&hazards->fix->texts, text, strlen(text));
}

/* The path's one copy, which is asked for from now on. */
static const char *ask(Hazards *hazards, const char *path)
{
    gpointer known;

    if (g_hash_table_lookup_extended(hazards->paths, path, &known, NULL))
        return known;
    const char *kept = keep(hazards, path);
    g_ptr_array_add(hazards->found, g_array_new(FALSE, FALSE, sizeof(FixHazard)));
    g_hash_table_insert(hazards->paths, (gpointer)(uintptr_t)kept, GUINT_TO_POINTER(hazards->found->len));
    return kept;
}

static void add_path(Hazards *hazards, GPtrArray *paths, const char *path)
{
    const char *kept = ask(hazards, path);

    if (!g_ptr_array_find(paths, kept, NULL))
        g_ptr_array_add(paths, (gpointer)(uintptr_t)kept);
}

static void add_name(Hazards *hazards, GPtrArray *paths, const char *module, Sym name)
{
    const char *text = name != 0 ? program_text(hazards->program, name) : "";
    g_autofree char *path = g_strconcat(module, *text != '\0' ? "." : "", text, NULL);

    add_path(hazards, paths, path);
}

static const char *module_name(const Hazards *hazards, Id module)
{
    return program_text(hazards->program, hazards->program->modules[module].name);
}

/* The paths that a move takes things away from. */
static void move_paths(Hazards *hazards, const FixMove *move, GPtrArray *paths)
{
    const Program *program = hazards->program;
    const Import *import = move->import != ID_NONE ? &program->imports[move->import] : NULL;

    switch ((FixKind)move->kind) {
    case FIX_IMPORT:
    case FIX_REPAIR:
        add_name(hazards, paths,
                 import->target_module != ID_NONE ? module_name(hazards, import->target_module)
                                                  : program_text(program, import->module_name),
                 import->name);
        break;
    case FIX_CHAIN:
        for (uint32_t i = 0; i < move->chain->uses->len; i++) {
            const ChainUse *use = &g_array_index(move->chain->uses, ChainUse, i);
            add_name(hazards, paths, module_name(hazards, use->module), use->asked);
        }
        break;
    case FIX_DEFINITION:
        add_name(hazards, paths, module_name(hazards, program->definitions[move->definition].module),
                 program->definitions[move->definition].name);
        break;
    case FIX_EXPORT:
        add_name(hazards, paths, module_name(hazards, move->module), move->bound);
        break;
    case FIX_MODULE:
        add_name(hazards, paths, module_name(hazards, move->module), 0);
        break;
    }
}

/* --- strings --- */

static void add_place(Hazards *hazards, GArray *places, const File *file, const FactsReference *reference)
{
    FixHazard place = {.file = keep(hazards, program_text(hazards->program, file->path)),
                       .line = reference->line,
                       .text = keep(hazards, file_text(file, reference->text)),
                       .patch = reference->kind == REFERENCE_PATCH};

    g_array_append_val(places, place);
}

/* Every path that the string names, from the whole of it upwards. */
static void read_string(Hazards *hazards, const File *file, const FactsReference *reference)
{
    g_autofree char *dotted = g_strdup(file_text(file, reference->text));
    gpointer index;

    g_strdelimit(dotted, ":", '.');
    for (char *end = dotted + strlen(dotted); end != NULL && end > dotted; end = strrchr(dotted, '.')) {
        *end = '\0';
        if (g_hash_table_lookup_extended(hazards->paths, dotted, NULL, &index))
            add_place(hazards, hazards->found->pdata[GPOINTER_TO_UINT(index) - 1], file, reference);
    }
}

static int compare_files(const void *a, const void *b, void *data)
{
    const Program *program = data;

    return strcmp(program_text(program, program->files[*(const Id *)a].path),
                  program_text(program, program->files[*(const Id *)b].path));
}

static void read_strings(Hazards *hazards)
{
    const Program *program = hazards->program;
    g_autofree Id *order = g_new(Id, program->n_files + 1);

    for (Id f = 0; f < program->n_files; f++)
        order[f] = f;
    if (program->n_files > 1)
        g_qsort_with_data(order, (int)program->n_files, sizeof *order, compare_files,
                          (gpointer)(uintptr_t)program);
    for (Id f = 0; f < program->n_files; f++) {
        const File *file = &program->files[order[f]];
        if (file->real_path != 0) /* a second name of a file */
            continue;
        for (uint32_t i = 0; i < file->facts.n_references; i++)
            read_string(hazards, file, &file->facts.references[i]);
    }
}

/* --- result --- */

static int compare_hazards(const void *a, const void *b)
{
    return strcmp(((const FixHazards *)a)->path, ((const FixHazards *)b)->path);
}

/* The first pass that moves a path has listed its strings. */
static bool is_listed(const Fix *fix, const char *path)
{
    FixHazards key = {.path = path};

    return fix->n_hazards > 0 &&
           bsearch(&key, fix->hazards, fix->n_hazards, sizeof key, compare_hazards) != NULL;
}

static void take_found(Hazards *hazards)
{
    Fix *fix = hazards->fix;
    GHashTableIter iter;
    gpointer path, index;

    fix->hazards = g_renew(FixHazards, fix->hazards, fix->n_hazards + hazards->found->len + 1);
    uint32_t before = fix->n_hazards, n = before;
    g_hash_table_iter_init(&iter, hazards->paths);
    while (g_hash_table_iter_next(&iter, &path, &index)) {
        GArray *places = hazards->found->pdata[GPOINTER_TO_UINT(index) - 1];
        if (places->len == 0 || is_listed(fix, path))
            continue;
        FixHazards all = {.path = path, .n_places = places->len};
        all.places = arena_alloc(&fix->texts, sizeof(FixHazard) * places->len);
        memcpy(all.places, places->data, sizeof(FixHazard) * places->len);
        fix->hazards[n++] = all;
    }
    fix->n_hazards = n;
    if (n > 1)
        qsort(fix->hazards, n, sizeof *fix->hazards, compare_hazards);
}

static void free_places(void *places)
{
    g_array_free(places, TRUE);
}

void hazards_collect(Fix *fix, Fix *stage, const Program *program)
{
    Hazards hazards = {.fix = fix,
                       .program = program,
                       .paths = g_hash_table_new(g_str_hash, g_str_equal),
                       .found = g_ptr_array_new_with_free_func(free_places)};
    g_autoptr(GPtrArray) paths = g_ptr_array_new();

    for (uint32_t f = 0; f < stage->n_files; f++)
        for (uint32_t i = 0; i < stage->files[f].n_moves; i++) {
            FixMove *move = &stage->files[f].moves[i];
            g_ptr_array_set_size(paths, 0);
            move_paths(&hazards, move, paths);
            move->n_paths = paths->len;
            move->paths = arena_alloc(&fix->texts, sizeof *move->paths * (paths->len + 1));
            if (paths->len > 0)
                memcpy(move->paths, paths->pdata, sizeof *move->paths * paths->len);
        }
    if (hazards.found->len > 0)
        read_strings(&hazards);
    take_found(&hazards);
    g_ptr_array_free(hazards.found, TRUE);
    g_hash_table_destroy(hazards.paths);
}
