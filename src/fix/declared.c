/* Names of packages, read leniently: one name too many means silence, no more. Files that are
 * malformed say nothing. Cost: linear in their bytes. */
#include "fix/declared.h"

#include <string.h>

#include "config/toml.h"

enum { MAX_BYTES = 1024 * 1024 };

static bool is_name_byte(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
}

/* The name that a requirement starts with: "Foo-Bar[x]>=1" is foo_bar. */
static void add_requirement(GHashTable *names, const char *text)
{
    size_t length = 0;

    text += strspn(text, " \t\"'");
    while (is_name_byte(text[length]))
        length++;
    if (length == 0 || !g_ascii_isalnum(*text))
        return;
    char *name = g_ascii_strdown(text, (gssize)length);
    g_strdelimit(name, "-.", '_');
    g_hash_table_add(names, name);
}

static char *read_text(Source *source, const char *folder, const char *name)
{
    g_autofree char *path = *folder != '\0' ? g_strconcat(folder, "/", name, NULL) : g_strdup(name);
    g_autoptr(GError) ignored = NULL;
    g_autoptr(GBytes) bytes = source_has(source, path) ? source_read(source, path, &ignored) : NULL;

    if (bytes == NULL || g_bytes_get_size(bytes) == 0 || g_bytes_get_size(bytes) > MAX_BYTES)
        return NULL;
    return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

/* ["a>=1", …] or {a = "1"}. */
static void add_json(GHashTable *names, const json_t *value)
{
    const char *key;
    json_t *item;

    for (size_t i = 0; i < json_array_size(value); i++)
        if (json_is_string(json_array_get(value, i)))
            add_requirement(names, json_string_value(json_array_get(value, i)));
    json_object_foreach((json_t *)(uintptr_t)value, key, item) add_requirement(names, key);
}

/* Each value of a table of such. */
static void add_groups(GHashTable *names, const json_t *table)
{
    const char *key;
    json_t *item;

    json_object_foreach((json_t *)(uintptr_t)table, key, item)
    {
        const json_t *inner = json_object_get(item, "dependencies");
        add_json(names, inner != NULL ? inner : item);
    }
}

static void read_pyproject(GHashTable *names, Source *source, const char *folder)
{
    g_autofree char *text = read_text(source, folder, "pyproject.toml");
    g_autoptr(GError) ignored = NULL;
    json_t *document = text != NULL ? toml_parse(text, strlen(text), "pyproject.toml", &ignored) : NULL;

    if (document == NULL)
        return;
    const json_t *project = json_object_get(document, "project");
    const json_t *poetry = json_object_get(json_object_get(document, "tool"), "poetry");
    add_json(names, json_object_get(project, "dependencies"));
    add_groups(names, json_object_get(project, "optional-dependencies"));
    add_groups(names, json_object_get(document, "dependency-groups"));
    add_json(names, json_object_get(poetry, "dependencies"));
    add_json(names, json_object_get(poetry, "dev-dependencies"));
    add_groups(names, json_object_get(poetry, "group"));
    json_decref(document);
}

/* Every line that starts with a name; "-r other" and comments do not. */
static void read_lines(GHashTable *names, Source *source, const char *folder, const char *file)
{
    g_autofree char *text = read_text(source, folder, file);
    g_auto(GStrv) lines = text != NULL ? g_strsplit(text, "\n", -1) : NULL;

    for (uint32_t i = 0; lines != NULL && lines[i] != NULL; i++)
        add_requirement(names, lines[i]);
}

/* setup.cfg: the lines, and what stands behind "…requires =". */
static void read_setup_cfg(GHashTable *names, Source *source, const char *folder)
{
    g_autofree char *text = read_text(source, folder, "setup.cfg");
    g_auto(GStrv) lines = text != NULL ? g_strsplit(text, "\n", -1) : NULL;
    bool extras = false, inside = false; /* of the section, of the key */

    for (uint32_t i = 0; lines != NULL && lines[i] != NULL; i++) {
        const char *value = lines[i];
        if (*value == '[') {
            extras = g_str_has_prefix(value, "[options.extras_require]");
            inside = false;
            continue;
        }
        if (!g_ascii_isspace(*value) && (value = strchr(lines[i], '=')) != NULL) {
            const char *key = g_strstr_len(lines[i], value - lines[i], "_require");
            inside = extras || (key != NULL && !g_str_has_prefix(lines[i], "python_requires"));
            value++;
        }
        if (inside && value != NULL)
            add_requirement(names, value);
    }
}

/* setup.py: the literals from "…_require(s)=" to the bracket that closes. */
static void read_setup_py(GHashTable *names, Source *source, const char *folder)
{
    g_autofree char *text = read_text(source, folder, "setup.py");
    const char *at = text;

    while (at != NULL && (at = strstr(at, "_require")) != NULL) {
        uint32_t depth = 0;
        at += strcspn(at, "[({\n");
        for (; *at != '\0'; at++) {
            depth += strchr("[({", *at) != NULL;
            if (strchr("])}", *at) != NULL && (depth == 0 || --depth == 0))
                break;
            if (depth == 0)
                break;
            if (*at != '"' && *at != '\'')
                continue;
            add_requirement(names, at + 1);
            const char *close = strchr(at + 1, *at);
            if (close == NULL)
                return;
            at = close;
        }
    }
}

static void read_folder(GHashTable *names, Source *source, const char *folder)
{
    static const char *const files[] = {
        "requirements.txt",      "requirements-dev.txt",       "requirements_dev.txt",
        "requirements-test.txt", "dev-requirements.txt",       "test-requirements.txt",
        "requirements.in",       "requirements/base.txt",      "requirements/common.txt",
        "requirements/dev.txt",  "requirements/test.txt",      "requirements/tests.txt",
        "requirements/prod.txt", "requirements/production.txt"};

    read_pyproject(names, source, folder);
    read_setup_cfg(names, source, folder);
    read_setup_py(names, source, folder);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        read_lines(names, source, folder, files[i]);
}

GHashTable *declared_names(Source *source, const Program *program)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    read_folder(names, source, "");
    for (uint32_t u = 0; u < program->n_units; u++)
        if (*program_text(program, program->units[u].dir) != '\0')
            read_folder(names, source, program_text(program, program->units[u].dir));
    return names;
}

bool declared_has(GHashTable *declared, const char *top)
{
    static const char *const forms[] = {"%s",    "python_%s", "%s_python", "py%s",
                                        "py_%s", "%spy",      "types_%s",  "django_%s"};
    g_autofree char *lower = g_ascii_strdown(top, -1);

    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_auto(GStrv) parts = g_strsplit(forms[i], "%s", 2);
        g_autofree char *name = g_strjoin(lower, parts[0], parts[1], NULL);
        if (g_hash_table_contains(declared, name))
            return true;
    }
    return false;
}
