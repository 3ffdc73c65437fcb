/* Distance between modules, by their dotted names.
 *
 * Near is what a small reorganisation does: the module became a package, was renamed within its package,
 * or its names went to a package above it. In the packages deeper than two, where neighbours have
 * to do with each other, also what lies further below, and what stands directly in the package above. The two
 * packages at the top hold most of a program and say nothing.
 *
 * The same last name is a trace as well, but not every: each application of a site has its
 * `models`. It tells where no third module has that name, or where it is the name of the wanted thing. When
 * the whole package of the asked module is gone, that is no trace of one module any more: what went with the
 * package leaves its name to namesakes elsewhere. Then two names must agree, or all of the asked path. */
#include "fix/distance.h"

#include <string.h>

struct Stems {
    GHashTable *counts;   /* borrowed char* → modules of that last name */
    GHashTable *modules;  /* borrowed char*: dotted names, a set */
    GHashTable *packages; /* borrowed char*: those and the packages without a file above them, a set */
};

static const char *last_part(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');

    return dot != NULL ? dot + 1 : dotted;
}

/* --- last names --- */

Stems *stems_new(const Program *program)
{
    Stems *stems = g_new(Stems, 1);

    stems->counts = g_hash_table_new(g_str_hash, g_str_equal);
    stems->modules = g_hash_table_new(g_str_hash, g_str_equal);
    stems->packages = g_hash_table_new(g_str_hash, g_str_equal);
    for (Id m = 0; m < program->n_modules; m++)
        g_hash_table_add(stems->packages,
                         (gpointer)(uintptr_t)program_text(program, program->modules[m].name));
    for (Id m = 0; m < program->n_modules; m++) {
        const File *file = program_module_file(program, m);
        if (file == NULL || file->first_module != m) /* a second name of one file is no second module */
            continue;
        const char *name = program_text(program, program->modules[m].name), *stem = last_part(name);
        uint32_t count = GPOINTER_TO_UINT(g_hash_table_lookup(stems->counts, stem));
        g_hash_table_insert(stems->counts, (gpointer)(uintptr_t)stem, GUINT_TO_POINTER(count + 1));
        g_hash_table_add(stems->modules, (gpointer)(uintptr_t)name);
    }
    return stems;
}

void stems_free(Stems *stems)
{
    g_hash_table_destroy(stems->counts);
    g_hash_table_destroy(stems->packages);
    g_hash_table_destroy(stems->modules);
    g_free(stems);
}

/* Equal but for case and underscores. */
static bool is_same_word(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, "_");
        b += strspn(b, "_");
        if (g_ascii_tolower(*a) != g_ascii_tolower(*b))
            return false;
        if (*a == '\0')
            return true;
        a++;
        b++;
    }
}

/* How many names two dotted paths share at their ends, and whether that is all of `asked`. */
static uint32_t common_end(const char *asked, const char *home, bool *whole)
{
    size_t i = strlen(asked), j = strlen(home);
    uint32_t parts = 0;

    for (; i > 0 && j > 0 && asked[i - 1] == home[j - 1]; i--, j--)
        parts += asked[i - 1] == '.';
    *whole = i == 0 && (j == 0 || home[j - 1] == '.');
    return parts;
}

/* Is there a module, or a folder of modules, that held `asked`? */
static bool has_package(const Stems *stems, const char *asked)
{
    const char *dot = strrchr(asked, '.');
    g_autofree char *package = dot != NULL ? g_strndup(asked, (size_t)(dot - asked)) : NULL;

    return package == NULL || g_hash_table_contains(stems->packages, package);
}

Tells stems_tell(const Stems *stems, const char *asked, const char *home, const char *name)
{
    const char *stem = last_part(home);
    bool whole;
    uint32_t common = common_end(asked, home, &whole);

    if (strcmp(stem, last_part(asked)) != 0)
        return TELLS_NOTHING;
    if (whole || common >= 2)
        return TELLS_PATH;
    if (!has_package(stems, asked))
        return TELLS_NOTHING;
    uint32_t count = GPOINTER_TO_UINT(g_hash_table_lookup(stems->counts, stem));
    bool exists = g_hash_table_contains(stems->modules, asked);
    return count <= 1 + (uint32_t)exists || is_same_word(stem, name) ? TELLS_STEM : TELLS_NOTHING;
}

/* --- packages --- */

static uint32_t count_parts(const char *dotted, size_t length)
{
    uint32_t parts = length > 0;

    for (size_t i = 0; i < length; i++)
        parts += dotted[i] == '.';
    return parts;
}

/* The length of the package of the first `length` bytes; 0 at the top. */
static size_t package_length(const char *dotted, size_t length)
{
    while (length > 0 && dotted[length - 1] != '.')
        length--;
    return length > 0 ? length - 1 : 0;
}

/* `dotted` is that package or lies in it. */
static bool is_within(const char *dotted, const char *package, size_t length)
{
    return length > 0 && strncmp(dotted, package, length) == 0 &&
           (dotted[length] == '.' || dotted[length] == '\0');
}

bool distance_is_near(const char *asked, const char *home)
{
    size_t whole = strlen(asked), package = package_length(asked, whole);
    size_t above = package_length(asked, package), own = package_length(home, strlen(home));

    if (is_within(home, asked, whole) || is_within(asked, home, strlen(home)))
        return true;
    if (is_within(home, asked, package) && (own == package || count_parts(asked, package) > 2))
        return true;
    return is_within(home, asked, above) && own == above && count_parts(asked, above) > 2;
}

bool distance_same_top(const char *asked, const char *home)
{
    size_t length = strcspn(asked, ".");

    return strcspn(home, ".") == length && strncmp(asked, home, length) == 0;
}
