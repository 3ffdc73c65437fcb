/* Whom to doubt: from a difference to the moves that may be behind it. */
#include <string.h>

#include "fix/verifier.h"

enum { BROAD = 8 }; /* moves: of so many, most are not to blame */

static void finish(Verifier *verifier, const char *what, const char *where)
{
    Doubt doubt = {.n_moves = verifier->suspects->len};

    if (doubt.n_moves == 0)
        return;
    doubt.moves = g_memdup2(verifier->suspects->pdata, doubt.n_moves * sizeof *doubt.moves);
    doubt.reason = g_strdup_printf("%s (%s)", what, where);
    g_array_append_val(verifier->doubts, doubt);
    g_ptr_array_set_size(verifier->suspects, 0);
}

static bool is_below(const Program *program, Id module, Id of)
{
    for (; module != ID_NONE; module = program->modules[module].parent)
        if (module == of)
            return true;
    return false;
}

static bool is_named(const FixMove *move, const char *name, const Program *program)
{
    if (move->bound != 0 && strcmp(program_text(program, move->bound), name) == 0)
        return true;
    for (uint32_t i = 0; i < move->n_drops; i++)
        if (strcmp(program_text(program, move->drops[i]), name) == 0)
            return true;
    for (uint32_t i = 0; i < move->n_adds; i++)
        if (strcmp(program_text(program, move->adds[i]), name) == 0)
            return true;
    return false;
}

/* Does a move take its name away from, or to, something at or below a module, or is it about that definition?
 */
static bool touches(const Verifier *verifier, const FixMove *move, Id module)
{
    const Program *a = verifier->a;

    return (move->import != ID_NONE && is_below(a, a->imports[move->import].target_module, module)) ||
           is_below(a, move->home, module);
}

typedef bool (*Choice)(const Verifier *verifier, const FixMove *move, Id module, const void *data);

static void suspect(Verifier *verifier, Id edited, Choice choice, Id module, const void *data)
{
    for (uint32_t f = 0; f < verifier->stage->n_files; f++) {
        const FixFile *file = &verifier->stage->files[f];
        if (file->after == NULL || (edited != ID_NONE && verifier->file_of[edited] != f + 1))
            continue;
        for (uint32_t i = 0; i < file->n_moves; i++)
            if (move_is_active(&file->moves[i]) &&
                (choice == NULL || choice(verifier, &file->moves[i], module, data)))
                g_ptr_array_add(verifier->suspects, &file->moves[i]);
    }
}

static bool by_name(const Verifier *verifier, const FixMove *move, Id module, const void *name)
{
    (void)module;
    return is_named(move, name, verifier->a);
}

static bool by_touch(const Verifier *verifier, const FixMove *move, Id module, const void *data)
{
    (void)data;
    return touches(verifier, move, module);
}

static bool by_definition(const Verifier *verifier, const FixMove *move, Id module, const void *target)
{
    Id definition = ((const Target *)target)->id;
    (void)module;
    (void)verifier;
    return move->definition == definition || move->survivor == definition;
}

void doubt_name(Verifier *verifier, Id module, const char *name, const Target *target, const char *what)
{
    const char *where =
        module != ID_NONE ? text_a(verifier, verifier->a->modules[module].name) : "the whole program";
    bool edited = module != ID_NONE && verifier->file_of[module] != 0;

    if (edited && name != NULL)
        suspect(verifier, module, by_name, module, name);
    if (verifier->suspects->len == 0 && target != NULL && target->kind == TARGET_DEFINITION)
        suspect(verifier, ID_NONE, by_definition, module, target);
    if (verifier->suspects->len == 0 && edited)
        suspect(verifier, module, NULL, module, NULL);
    if (verifier->suspects->len == 0 && target != NULL && target->kind == TARGET_MODULE)
        suspect(verifier, ID_NONE, by_touch, target->id, NULL);
    if (verifier->suspects->len == 0 && module != ID_NONE)
        suspect(verifier, ID_NONE, by_touch, module, NULL);
    if (verifier->suspects->len == 0)
        suspect(verifier, ID_NONE, NULL, ID_NONE, NULL);
    finish(verifier, what, where);
}

void doubt_file(Verifier *verifier, const FixFile *file, const char *what)
{
    for (uint32_t i = 0; i < file->n_moves; i++)
        if (move_is_active(&file->moves[i]))
            g_ptr_array_add(verifier->suspects, &file->moves[i]);
    finish(verifier, what, file->path);
}

void doubt_move(Verifier *verifier, FixMove *move, const char *what, const char *where)
{
    g_ptr_array_add(verifier->suspects, move);
    finish(verifier, what, where);
}

static bool is_among(Id module, const Id *modules, uint32_t n_modules)
{
    for (uint32_t i = 0; i < n_modules; i++)
        if (modules[i] == module)
            return true;
    return false;
}

void doubt_modules(Verifier *verifier, const Id *modules, uint32_t n_modules, const char *what)
{
    for (uint32_t pass = 0; pass < 2 && verifier->suspects->len == 0; pass++)
        for (uint32_t f = 0; f < verifier->stage->n_files; f++) {
            const FixFile *file = &verifier->stage->files[f];
            for (uint32_t i = 0; file->after != NULL && i < file->n_moves; i++) {
                FixMove *move = &file->moves[i];
                if (move_is_active(move) && is_among(move->module, modules, n_modules) &&
                    (pass == 1 || is_among(move->home, modules, n_modules)))
                    g_ptr_array_add(verifier->suspects, move);
            }
        }
    if (verifier->suspects->len == 0)
        suspect(verifier, ID_NONE, NULL, ID_NONE, NULL);
    finish(verifier, what, text_a(verifier, verifier->a->modules[modules[0]].name));
}

/* --- narrow before broad --- */

static int compare_breadth(const void *a, const void *b, void *data)
{
    const Doubt *doubts = data;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    if (doubts[x].n_moves != doubts[y].n_moves)
        return doubts[x].n_moves < doubts[y].n_moves ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* Does it hold a move that is named already? If not, or if it is narrow, it names its own. */
static bool is_explained(const Doubt *doubt, GHashTable *named)
{
    for (uint32_t i = 0; i < doubt->n_moves && doubt->n_moves > BROAD; i++)
        if (g_hash_table_contains(named, doubt->moves[i]))
            return true;
    for (uint32_t i = 0; i < doubt->n_moves; i++)
        g_hash_table_add(named, doubt->moves[i]);
    return false;
}

/* One wrong move shows in many places, and of most of them nobody can say more than that any of many moves
 * may be behind it. */
void doubts_drop_broad(GArray *doubts)
{
    Doubt *all = (Doubt *)(void *)doubts->data;
    g_autofree uint32_t *order = g_new(uint32_t, doubts->len + 1);
    g_autofree bool *dropped = g_new0(bool, doubts->len + 1);
    g_autoptr(GHashTable) named = g_hash_table_new(NULL, NULL);

    for (uint32_t d = 0; d < doubts->len; d++)
        order[d] = d;
    if (doubts->len > 1)
        g_qsort_with_data(order, (int)doubts->len, sizeof *order, compare_breadth, all);
    for (uint32_t d = 0; d < doubts->len; d++)
        dropped[order[d]] = is_explained(&all[order[d]], named);
    for (uint32_t d = doubts->len; d > 0; d--)
        if (dropped[d - 1])
            g_array_remove_index(doubts, d - 1);
}
