/* In real codebases most classes that look alike are meant to: one class per event, tool, table,
 * backend, endpoint. They share a first-party base, or stand in modules that a convention makes
 * parallel, or carry names that mirror one another. Kinship says so; it is no verdict by itself:
 * two copies of one subclass share its base too. verdict.c weighs it against the marks of a copy. */
#include "detect/family.h"

#include <string.h>

enum { MAX_ANCESTORS = 40 };

typedef struct Ancestors {
    Id definitions[MAX_ANCESTORS];
    Sym externals[MAX_ANCESTORS];
    uint32_t n_definitions, n_externals;
} Ancestors;

/* Bases that say what kind of class it is, not what family it belongs to. */
static bool is_kind_base(const char *id)
{
    static const char *const modules[] = {"builtins:",      "enum:",
                                          "typing:",        "typing_extensions:",
                                          "abc:",           "collections.abc:",
                                          "pydantic:",      "dataclasses:",
                                          "collections:",   "types:",
                                          "pydantic.main:", "pydantic_settings:"};
    static const char *const names[] = {"object",  "Enum",      "IntEnum",   "StrEnum",   "Flag",
                                        "IntFlag", "Protocol",  "Generic",   "TypedDict", "NamedTuple",
                                        "ABC",     "BaseModel", "Exception", "dict",      "str",
                                        "int",     "list",      "tuple",     "Base"};

    for (size_t i = 0; i < G_N_ELEMENTS(modules); i++)
        if (g_str_has_prefix(id, modules[i]))
            return true;
    const char *colon = strrchr(id, ':'), *name = colon != NULL ? colon + 1 : id;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return g_str_has_suffix(name, "Error") || g_str_has_suffix(name, "Exception") ||
           g_str_has_suffix(name, "Warning");
}

/* First-party ancestors, breadth first, and the external bases of all of them. */
static void collect(const Program *program, Id id, Ancestors *out)
{
    Id queue[MAX_ANCESTORS];
    uint32_t head = 0, tail = 0;

    out->n_definitions = out->n_externals = 0;
    queue[tail++] = id;
    while (head < tail) {
        const Definition *definition = &program->definitions[queue[head++]];
        for (uint32_t i = 0; i < definition->n_bases; i++) {
            Target target = program->bases[definition->first_base + i].target;
            if (target.kind == TARGET_DEFINITION && tail < MAX_ANCESTORS) {
                out->definitions[out->n_definitions++] = target.id;
                queue[tail++] = target.id;
            } else if ((target.kind == TARGET_EXTERNAL || target.kind == TARGET_UNRESOLVED) &&
                       out->n_externals < MAX_ANCESTORS && !is_kind_base(program_text(program, target.id))) {
                out->externals[out->n_externals++] = target.id;
            }
        }
    }
}

/* An ancestor makes a family when it is a class with something in it, not a kind of its own (`class
 * StrEnum(str, Enum): pass`). */
static bool makes_family(const Program *program, Id ancestor)
{
    const FactsDefinition *fact = program_definition_fact(program, ancestor);
    const char *name = program_text(program, program->definitions[ancestor].name);

    return fact->members.count > 0 && !is_kind_base(name) &&
           program->definitions[ancestor].kind != KIND_EXCEPTION;
}

/* "torch:optim.Optimizer" → "Optimizer". */
static const char *last_name(const char *id)
{
    const char *last = id;

    for (const char *p = id; *p != '\0'; p++)
        if (*p == '.' || *p == ':')
            last = p + 1;
    return last;
}

/* `torch.optim.Optimizer` and `torch.optim.optimizer.Optimizer`: one package, one last name. */
static bool is_same_external(const char *a, const char *b)
{
    size_t top = strcspn(a, ".:");

    return strcmp(a, b) == 0 ||
           (strcmp(last_name(a), last_name(b)) == 0 && top == strcspn(b, ".:") && memcmp(a, b, top) == 0);
}

static void find_bases(const Program *program, Id a, Id b, Kinship *out)
{
    Ancestors x, y;

    collect(program, a, &x);
    collect(program, b, &y);
    for (uint32_t i = 0; i < x.n_definitions; i++)
        for (uint32_t j = 0; j < y.n_definitions; j++)
            out->shared_base |=
                x.definitions[i] == y.definitions[j] && makes_family(program, x.definitions[i]);
    for (uint32_t j = 0; j < y.n_definitions; j++)
        out->shared_base |= y.definitions[j] == a;
    for (uint32_t i = 0; i < x.n_definitions; i++)
        out->shared_base |= x.definitions[i] == b;
    for (uint32_t i = 0; i < x.n_externals; i++)
        for (uint32_t j = 0; j < y.n_externals; j++)
            out->framework_base |= is_same_external(program_text(program, x.externals[i]),
                                                    program_text(program, y.externals[j]));
}

/* --- names --- */

/* Splits CamelCase and snake_case into words; at most `max`. */
static uint32_t split_words(const char *name, const char *words[], size_t lengths[], uint32_t max)
{
    uint32_t n = 0;
    const char *p = name;

    while (*p != '\0' && n < max) {
        while (*p == '_')
            p++;
        const char *start = p;
        if (g_ascii_isupper(*p)) {
            while (g_ascii_isupper(*p))
                p++;
            if (p - start > 1 && g_ascii_islower(*p))
                p--; /* "HTTPServer": HTTP, Server */
            else
                while (*p != '\0' && *p != '_' && !g_ascii_isupper(*p) && !g_ascii_isdigit(*p))
                    p++;
        } else if (g_ascii_isdigit(*p)) {
            while (g_ascii_isdigit(*p))
                p++;
        } else {
            while (*p != '\0' && *p != '_' && !g_ascii_isupper(*p) && !g_ascii_isdigit(*p))
                p++;
        }
        if (p == start)
            break;
        words[n] = start;
        lengths[n++] = (size_t)(p - start);
    }
    return n;
}

uint32_t kinship_words(const char *name)
{
    const char *words[16];
    size_t lengths[16];

    return split_words(name, words, lengths, 16);
}

static bool is_mirror_word(const char *word, size_t length)
{
    static const char *const affixes[] = {
        "Create",  "Update", "Response", "Request", "Base",      "In",     "Out",   "Read",
        "Write",   "Patch",  "List",     "Detail",  "Details",   "Schema", "Model", "Params",
        "Result",  "Input",  "Output",   "Get",     "Delete",    "Post",   "Put",   "Partial",
        "Summary", "Start",  "End",      "Started", "Completed", "Failed", "Async", "Sync"};

    for (size_t i = 0; i < G_N_ELEMENTS(affixes); i++)
        if (strlen(affixes[i]) == length && memcmp(affixes[i], word, length) == 0)
            return true;
    return false;
}

/* Does the last part of a module's name hold the word, or its stem of five letters? */
static bool names_word(const char *module, const char *word, size_t length)
{
    const char *dot = strrchr(module, '.');
    g_autofree char *name = g_ascii_strdown(dot != NULL ? dot + 1 : module, -1);
    g_autofree char *stem = g_ascii_strdown(word, (gssize)MIN(length, 5));

    return length >= 2 && strstr(name, stem) != NULL;
}

static void compare_names(const char *a, const char *b, const char *module_a, const char *module_b,
                          Kinship *out)
{
    const char *words_a[16], *words_b[16];
    size_t lengths_a[16], lengths_b[16];
    uint32_t n = split_words(a, words_a, lengths_a, 16), m = split_words(b, words_b, lengths_b, 16),
             front = 0, back = 0;

    while (front < n && front < m && lengths_a[front] == lengths_b[front] &&
           memcmp(words_a[front], words_b[front], lengths_a[front]) == 0)
        front++;
    while (back < n - front && back < m - front && lengths_a[n - 1 - back] == lengths_b[m - 1 - back] &&
           memcmp(words_a[n - 1 - back], words_b[m - 1 - back], lengths_a[n - 1 - back]) == 0)
        back++;
    if (front + back == 0)
        return;
    bool mirror = n - front - back <= 2 && m - front - back <= 2;
    bool digits = true;
    for (uint32_t i = front; i < n - back; i++) {
        mirror = mirror && is_mirror_word(words_a[i], lengths_a[i]);
        digits = digits && (g_ascii_isdigit(*words_a[i]) || lengths_a[i] == 1);
    }
    for (uint32_t i = front; i < m - back; i++) {
        mirror = mirror && is_mirror_word(words_b[i], lengths_b[i]);
        digits = digits && (g_ascii_isdigit(*words_b[i]) || lengths_b[i] == 1);
    }
    bool own_words = n > front + back && m > front + back;
    for (uint32_t i = front; i < n - back && own_words; i++)
        own_words = names_word(module_a, words_a[i], lengths_a[i]);
    for (uint32_t i = front; i < m - back && own_words; i++)
        own_words = names_word(module_b, words_b[i], lengths_b[i]);
    out->named_by_module = own_words && !out->same_module;
    out->name_within = front + back == MIN(n, m) && front + back >= 2 && (front == 0 || back == 0);
    out->mirror = mirror;
    out->serial = digits;
}

/* --- places --- */

/* `v1`, `v2beta1`, `api_v3`, `2023_10_01`: digits behind a `v`, or digits alone. */
static bool is_version(const char *word, size_t length)
{
    size_t i = length;

    while (i > 0 && word[i - 1] != '_')
        i--;
    if (i < length && g_ascii_tolower(word[i]) == 'v') {
        i++;
    } else {
        i = g_ascii_tolower(word[0]) == 'v';
    }
    return i < length && g_ascii_isdigit(word[i]);
}

/* As many parts, and all but one of the folders the same. */
static void compare_paths(const char *a, const char *b, Kinship *out)
{
    uint32_t differences = 0;
    bool versions = false;

    for (;;) {
        size_t n = strcspn(a, "/"), m = strcspn(b, "/");
        bool same = n == m && memcmp(a, b, n) == 0;
        if (a[n] != b[m])
            return; /* one has more parts */
        if (a[n] == '\0') {
            out->parallel_paths = same && differences == 1;
            out->versions = out->parallel_paths && versions;
            return;
        }
        if (!same)
            versions = is_version(a, n) && is_version(b, m);
        differences += !same;
        a += n + 1;
        b += m + 1;
    }
}

void kinship_find(const Program *program, Id a, Id b, Kinship *out)
{
    const Definition *x = &program->definitions[a], *y = &program->definitions[b];

    *out = (Kinship){.same_module = x->module == y->module,
                     .same_outer = x->parent != ID_NONE && x->parent == y->parent};
    find_bases(program, a, b, out);
    if (!out->same_module)
        compare_paths(program_module_path(program, x->module), program_module_path(program, y->module), out);
    Id parent_a = program->modules[x->module].parent, parent_b = program->modules[y->module].parent;
    out->sibling_packages = parent_a != ID_NONE && parent_b != ID_NONE && parent_a != parent_b &&
                            program->modules[parent_a].parent != ID_NONE &&
                            program->modules[parent_a].parent == program->modules[parent_b].parent;
    if (x->name != y->name)
        compare_names(program_text(program, x->name), program_text(program, y->name),
                      program_text(program, program->modules[x->module].name),
                      program_text(program, program->modules[y->module].name), out);
}
