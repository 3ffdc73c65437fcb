/* Which folders stand on sys.path? Packaging files often do not say; the imports do. Every absolute
 * import `a.b.c` is tried below every folder that holds something called `a`. Where it exists below a
 * known root (the unit's folder, a packaged folder), nothing is learnt; where it exists only below
 * some other folder, that folder is likely to be a root. The bare name proves little — a folder `redis`
 * in an application is not what `import redis` means — so only imports of more than the top name
 * count for a folder, and those that exist nowhere count against it. */
#include <string.h>

#include "model/internal.h"
#include "model/path.h"

/* A name that stands in more folders than this ("utils") proves nothing; the mask has 64 bits. */
#define MAX_PLACES 64

bool folder_holds(const Builder *builder, Id owner, const char *dotted)
{
    const char *folder = program_text(builder->program, builder_folder(builder, owner)->path);
    char path[1024];
    size_t a = strlen(folder), b = strlen(dotted);

    if (a + b + 2 > sizeof path)
        return false;
    memcpy(path, folder, a);
    if (a > 0)
        path[a++] = '/';
    for (size_t i = 0; i < b; i++)
        path[a + i] = dotted[i] == '.' ? '/' : dotted[i];
    Sym sym = intern_find(builder->interner, path, a + b);
    return sym != 0 && (g_hash_table_contains(builder->stems, GUINT_TO_POINTER(sym)) ||
                        g_hash_table_contains(builder->folder_by_path, GUINT_TO_POINTER(sym)));
}

static void free_places(void *data)
{
    g_array_unref(data);
}

static void add_place(Builder *builder, Sym name, Id owner, bool is_folder)
{
    GArray *places = g_hash_table_lookup(builder->places, GUINT_TO_POINTER(name));

    if (places == NULL) {
        places = g_array_new(false, true, sizeof(Place));
        g_hash_table_insert(builder->places, GUINT_TO_POINTER(name), places);
    }
    for (uint32_t i = places->len; i > 0 && i + 4 > places->len; i--) { /* x.py beside x.pyi or x/ */
        Place *known = &g_array_index(places, Place, i - 1);
        if (known->owner == owner) {
            known->is_folder |= is_folder;
            return;
        }
    }
    Place place = {.owner = owner, .is_folder = is_folder};
    g_array_append_val(places, place);
}

static void find_places(Builder *builder)
{
    const Program *program = builder->program;

    for (Id i = 1; i < builder->folders->len; i++) {
        const Folder *folder = builder_folder(builder, i);
        add_place(builder, folder->name, folder->parent, true);
    }
    for (Id i = 0; i < program->n_files; i++) {
        size_t stem;
        const char *name = path_name(program_text(program, program->files[i].path));
        if (builder->file_folder[i] == ID_NONE || path_kind(name, &stem) == PATH_OTHER)
            continue;
        Sym sym = intern(builder->interner, name, stem);
        if (!g_str_has_prefix(name, "__init__."))
            add_place(builder, sym, builder->file_folder[i], false);
    }
}

/* Vote — where one dotted name exists, computed once for all its importers. */
typedef struct Vote {
    GArray *places;
    uint64_t exists; /* bit i: below places[i].owner */
    bool known;      /* below a known root */
    bool deep;       /* more than the bare top name */
} Vote;

static Vote new_vote(Builder *builder, const char *dotted, const bool *known_root)
{
    size_t top = strcspn(dotted, ".");
    Sym name = intern_find(builder->interner, dotted, top);
    GArray *places = name != 0 ? g_hash_table_lookup(builder->places, GUINT_TO_POINTER(name)) : NULL;
    Vote vote = {0};

    vote.deep = dotted[top] != '\0';
    if (places == NULL || places->len > MAX_PLACES)
        return vote;
    vote.places = places;
    for (uint32_t i = 0; i < places->len; i++) {
        Id owner = g_array_index(places, Place, i).owner;
        if (!folder_holds(builder, owner, dotted))
            continue;
        vote.exists |= (uint64_t)1 << i;
        vote.known |= known_root[owner];
    }
    return vote;
}

static bool is_folder_below(const Builder *builder, Id folder, Id above)
{
    return path_is_below(program_text(builder->program, builder_folder(builder, folder)->path),
                         program_text(builder->program, builder_folder(builder, above)->path));
}

static void count_import(Builder *builder, const Vote *vote, Id importer_folder)
{
    bool single = (vote->exists & (vote->exists - 1)) == 0;

    for (uint32_t i = 0; vote->places != NULL && i < vote->places->len; i++) {
        Place *place = &g_array_index(vote->places, Place, i);
        if ((vote->exists >> i & 1) == 0) {
            place->failed += !vote->known && vote->exists == 0;
            continue;
        }
        place->hits++;
        /* Of several folders that could be meant, each speaks for its own files only. */
        if (vote->deep && !vote->known && (single || is_folder_below(builder, importer_folder, place->owner)))
            place->solved++;
    }
}

void evidence_count(Builder *builder, const bool *known_root)
{
    const Program *program = builder->program;
    g_autoptr(GArray) votes = g_array_new(false, false, sizeof(Vote));
    GHashTableIter iter;
    void *value;

    g_clear_pointer(&builder->places, g_hash_table_unref);
    builder->places = g_hash_table_new_full(NULL, NULL, NULL, free_places);
    find_places(builder);
    g_autofree uint32_t *known = g_new0(uint32_t, interner_count(builder->interner)); /* Sym → vote + 1 */
    for (Id i = 0; i < program->n_files; i++) {
        const File *file = &program->files[i];
        if (builder->file_folder[i] == ID_NONE || file->real_path != 0)
            continue;
        for (uint32_t j = 0; j < file->facts.n_imports; j++) {
            const FactsImport *import = &file->facts.imports[j];
            Sym module = file_sym(file, import->module);
            if (import->level > 0 || module == 0)
                continue;
            if (known[module] == 0) {
                Vote vote = new_vote(builder, program_text(program, module), known_root);
                g_array_append_val(votes, vote);
                known[module] = votes->len;
            }
            count_import(builder, &g_array_index(votes, Vote, known[module] - 1), builder->file_folder[i]);
        }
    }
    g_free(builder->folder_hits);
    builder->folder_hits = g_new0(uint32_t, builder->folders->len);
    g_hash_table_iter_init(&iter, builder->places); /* sums: any order */
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const GArray *places = value;
        for (uint32_t i = 0; i < places->len; i++)
            builder->folder_hits[g_array_index(places, Place, i).owner] +=
                g_array_index(places, Place, i).hits;
    }
}

const Place *evidence_find(const Builder *builder, Id owner, Sym name)
{
    const GArray *places = g_hash_table_lookup(builder->places, GUINT_TO_POINTER(name));

    for (uint32_t i = 0; places != NULL && i < places->len; i++)
        if (g_array_index(places, Place, i).owner == owner)
            return &g_array_index(places, Place, i);
    return NULL;
}
