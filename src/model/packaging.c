#include "model/packaging.h"

#include <string.h>

#include "config/toml.h"
#include "model/path.h"

#define MAX_SETUP_BYTES (1024 * 1024)

static void clear_root(void *data)
{
    PackagingRoot *root = data;

    g_free(root->dir);
    g_free(root->prefix);
}

static void add_root(Packaging *packaging, const char *folder, const char *dir, const char *prefix,
                     const char *reason)
{
    g_autofree char *resolved = path_resolve(folder, dir);

    if (resolved == NULL)
        return;
    for (uint32_t i = 0; i < packaging->roots->len; i++) {
        const PackagingRoot *root = &g_array_index(packaging->roots, PackagingRoot, i);
        if (strcmp(root->dir, resolved) == 0 && strcmp(root->prefix, prefix) == 0)
            return;
    }
    PackagingRoot root = {.dir = g_steal_pointer(&resolved), .prefix = g_strdup(prefix), .reason = reason};
    g_array_append_val(packaging->roots, root);
}

/* package_dir maps a package to its folder: {"": "src"} is a root, {"pkg": "lib/pkg"} makes lib
 * one, {"pkg": "code"} says that the folder `code` is the package pkg. */
static void add_package_dir(Packaging *packaging, const char *folder, const char *package, const char *dir,
                            const char *reason)
{
    g_autofree char *path = g_strdelimit(g_strdup(package), ".", '/');
    g_autofree char *clean = path_resolve("", dir);

    if (clean == NULL)
        return;
    if (package[0] == '\0') {
        add_root(packaging, folder, clean, "", reason);
    } else if (strcmp(clean, path) == 0) {
        add_root(packaging, folder, ".", "", reason);
    } else if (g_str_has_suffix(clean, path) && clean[strlen(clean) - strlen(path) - 1] == '/') {
        g_autofree char *parent = g_strndup(clean, strlen(clean) - strlen(path) - 1);
        add_root(packaging, folder, parent, "", reason);
    } else {
        add_root(packaging, folder, clean, package, reason);
    }
}

static const char *get_text(const json_t *table, const char *key)
{
    return json_string_value(json_object_get(table, key));
}

/* tool.a.b.c: NULL where any part is missing. */
static const json_t *get_path(const json_t *table, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    for (uint32_t i = 0; parts[i] != NULL && table != NULL; i++)
        table = json_object_get(table, parts[i]);
    return table;
}

static void add_strings(Packaging *packaging, const char *folder, const json_t *value, const char *reason)
{
    if (json_is_string(value))
        add_root(packaging, folder, json_string_value(value), "", reason);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (json_is_string(json_array_get(value, i)))
            add_root(packaging, folder, json_string_value(json_array_get(value, i)), "", reason);
}

/* "src/pkg" as a package to ship: src is the root. */
static void add_parents(Packaging *packaging, const char *folder, const json_t *value, const char *reason)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *package = json_string_value(json_array_get(value, i));
        g_autofree char *clean = package != NULL ? path_resolve("", package) : NULL;
        if (clean == NULL || clean[0] == '\0' || strchr(clean, '*') != NULL)
            continue;
        clean[path_folder_length(clean)] = '\0';
        add_root(packaging, folder, clean[0] != '\0' ? clean : ".", "", reason);
    }
}

static void read_setuptools(Packaging *packaging, const char *folder, const json_t *tool)
{
    const json_t *table = json_object_get(tool, "setuptools");
    const json_t *find = get_path(table, "packages/find");
    const char *package;
    json_t *dir;

    json_object_foreach((json_t *)json_object_get(table, "package-dir"), package,
                        dir) if (json_is_string(dir))
        add_package_dir(packaging, folder, package, json_string_value(dir), "setuptools package-dir");
    add_strings(packaging, folder, json_object_get(find, "where"), "setuptools packages.find");
}

static void read_poetry(Packaging *packaging, const char *folder, const json_t *tool)
{
    const json_t *packages = get_path(tool, "poetry/packages");

    for (size_t i = 0; i < json_array_size(packages); i++) {
        const json_t *item = json_array_get(packages, i);
        const char *from = get_text(item, "from");
        add_root(packaging, folder, from != NULL ? from : ".", "", "poetry packages");
    }
}

static void read_other_tools(Packaging *packaging, const char *folder, const json_t *tool)
{
    static const struct {
        const char *path, *reason;
    } roots[] = {
        {"hatch/build/targets/wheel/sources", "hatch sources"},
        {"hatch/build/sources", "hatch sources"},
        {"pdm/build/package-dir", "pdm package-dir"},
        {"maturin/python-source", "maturin python-source"},
        {"uv/build-backend/module-root", "uv module-root"},
        {"pytest/ini_options/pythonpath", "pytest pythonpath"},
    };
    static const struct {
        const char *path, *reason;
    } packages[] = {
        {"hatch/build/targets/wheel/packages", "hatch packages"},
        {"hatch/build/packages", "hatch packages"},
        {"scikit-build/wheel/packages", "scikit-build packages"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(packages); i++)
        add_parents(packaging, folder, get_path(tool, packages[i].path), packages[i].reason);
    for (size_t i = 0; i < G_N_ELEMENTS(roots); i++)
        add_strings(packaging, folder, get_path(tool, roots[i].path), roots[i].reason);
}

static GBytes *read_file(Source *source, const char *folder, const char *name)
{
    g_autofree char *path = folder[0] != '\0' ? g_strconcat(folder, "/", name, NULL) : g_strdup(name);
    g_autoptr(GError) ignored = NULL;

    return source_has(source, path) ? source_read(source, path, &ignored) : NULL;
}

static void read_pyproject(Source *source, const char *folder, Packaging *packaging)
{
    g_autoptr(GBytes) bytes = read_file(source, folder, "pyproject.toml");
    g_autoptr(GError) ignored = NULL;
    size_t length = 0;

    if (bytes == NULL)
        return;
    const char *text = g_bytes_get_data(bytes, &length);
    json_t *document = toml_parse(text != NULL ? text : "", length, "pyproject.toml", &ignored);
    if (document == NULL)
        return;
    const json_t *tool = json_object_get(document, "tool");
    const char *name = get_text(json_object_get(document, "project"), "name");
    if (name == NULL)
        name = get_text(json_object_get(tool, "poetry"), "name");
    if (name == NULL)
        name = get_text(get_path(tool, "flit/metadata"), "module");
    packaging->name = g_strdup(name);
    packaging->is_unit = name != NULL || json_object_get(document, "build-system") != NULL ||
                         json_object_get(tool, "setuptools") != NULL;
    read_setuptools(packaging, folder, tool);
    read_poetry(packaging, folder, tool);
    read_other_tools(packaging, folder, tool);
    json_decref(document);
}

/* Value of `key` in `[section]` of an INI text, continuation lines joined by '\n'. Caller frees. */
static char *ini_value(const char *text, const char *section, const char *key)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *header = g_strconcat("[", section, "]", NULL);
    GString *value = NULL;
    bool inside = false;

    for (uint32_t i = 0; lines[i] != NULL; i++) {
        bool indented = lines[i][0] == ' ' || lines[i][0] == '\t';
        char *line = g_strstrip(lines[i]);
        if (line[0] == '#' || line[0] == ';')
            continue;
        if (line[0] == '[' && !indented) {
            inside = strcmp(line, header) == 0;
        } else if (value != NULL && indented) {
            g_string_append_printf(value, "\n%s", line);
            continue;
        } else if (inside && value == NULL) {
            size_t length = strcspn(line, "=:");
            g_autofree char *name = g_strchomp(g_strndup(line, length));
            if (line[length] != '\0' && strcmp(g_strdelimit(name, "-", '_'), key) == 0)
                value = g_string_new(g_strstrip(line + length + 1));
            continue;
        }
        if (value != NULL && line[0] != '\0')
            break;
    }
    return value != NULL ? g_string_free(value, false) : NULL;
}

static void add_lines(Packaging *packaging, const char *folder, const char *value, const char *reason)
{
    g_auto(GStrv) items = value != NULL ? g_strsplit_set(value, "\n, ", -1) : NULL;

    for (uint32_t i = 0; items != NULL && items[i] != NULL; i++)
        if (items[i][0] != '\0')
            add_root(packaging, folder, items[i], "", reason);
}

static void read_setup_cfg(Source *source, const char *folder, Packaging *packaging)
{
    g_autoptr(GBytes) bytes = read_file(source, folder, "setup.cfg");

    if (bytes == NULL || g_bytes_get_size(bytes) > MAX_SETUP_BYTES)
        return;
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    g_autofree char *name = ini_value(text, "metadata", "name");
    g_autofree char *dirs = ini_value(text, "options", "package_dir");
    g_autofree char *where = ini_value(text, "options.packages.find", "where");
    g_autofree char *pythonpath = ini_value(text, "tool:pytest", "pythonpath");
    g_auto(GStrv) pairs = g_strsplit(dirs != NULL ? dirs : "", "\n", -1);

    packaging->is_unit = packaging->is_unit || name != NULL || strstr(text, "[options") != NULL;
    if (packaging->name == NULL && name != NULL && name[0] != '\0')
        packaging->name = g_steal_pointer(&name);
    for (uint32_t i = 0; pairs[i] != NULL; i++) {
        char *equal = strchr(pairs[i], '=');
        if (equal == NULL)
            continue;
        *equal = '\0';
        add_package_dir(packaging, folder, g_strstrip(pairs[i]), g_strstrip(equal + 1),
                        "setup.cfg package_dir");
    }
    add_lines(packaging, folder, where, "setup.cfg packages.find");
    add_lines(packaging, folder, pythonpath, "pytest pythonpath");
}

/* --- setup.py: a scan for literals --- */

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n\\");
}

/* A plain string literal at `at`; NULL when there is none. `*end` is behind it. */
static char *literal(const char *at, const char **end)
{
    while (*at == 'u' || *at == 'r' || *at == 'b')
        at++;
    char quote = *at;
    if (quote != '"' && quote != '\'')
        return NULL;
    const char *close = at + 1 + strcspn(at + 1, quote == '"' ? "\"\n\\" : "'\n\\");
    if (*close != quote)
        return NULL;
    *end = close + 1;
    return g_strndup(at + 1, (size_t)(close - at - 1));
}

/* Next occurrence of a word that is no part of a longer name; returns what follows it. */
static const char *find_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; (at = strstr(at, word)) != NULL; at++) {
        bool starts = at == text || (!g_ascii_isalnum(at[-1]) && at[-1] != '_');
        bool ends = !g_ascii_isalnum(at[length]) && at[length] != '_';
        if (starts && ends)
            return at + length;
    }
    return NULL;
}

static void scan_package_dir(const char *text, const char *folder, Packaging *packaging)
{
    for (const char *at = text; (at = find_word(at, "package_dir")) != NULL;) {
        const char *open = skip_space(at + strspn(at, "\"'"));
        if (*open != '=' && *open != ':')
            continue;
        open = skip_space(open + 1);
        if (*open != '{')
            continue;
        for (at = skip_space(open + 1); *at != '\0' && *at != '}'; at = skip_space(at)) {
            g_autofree char *package = literal(at, &at);
            at = skip_space(at);
            if (package == NULL || *at != ':')
                break;
            at = skip_space(at + 1);
            g_autofree char *dir = literal(at, &at);
            if (dir == NULL)
                break;
            add_package_dir(packaging, folder, package, dir, "setup.py package_dir");
            at = skip_space(at);
            at += *at == ',';
        }
    }
}

static void scan_find_packages(const char *text, const char *folder, const char *function,
                               Packaging *packaging)
{
    for (const char *at = text; (at = find_word(at, function)) != NULL;) {
        const char *end = skip_space(at);
        if (*end != '(')
            continue;
        end = skip_space(end + 1);
        g_autofree char *first = literal(end, &end);
        if (first == NULL) {
            const char *close = end + strcspn(end, ")");
            const char *where = find_word(end, "where");
            if (where == NULL || where > close)
                continue;
            where = skip_space(where);
            first = *where == '=' ? literal(skip_space(where + 1), &end) : NULL;
        }
        if (first != NULL)
            add_root(packaging, folder, first, "", "setup.py find_packages");
    }
}

static void scan_name(const char *text, Packaging *packaging)
{
    for (const char *at = text; packaging->name == NULL && (at = find_word(at, "name")) != NULL;) {
        const char *value = skip_space(at);
        if (*value == '=' && value[1] != '=')
            packaging->name = literal(skip_space(value + 1), &value);
    }
}

static void read_setup_py(Source *source, const char *folder, Packaging *packaging)
{
    g_autoptr(GBytes) bytes = read_file(source, folder, "setup.py");

    if (bytes == NULL || g_bytes_get_size(bytes) > MAX_SETUP_BYTES)
        return;
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    bool tools = find_word(text, "setuptools") != NULL || find_word(text, "distutils") != NULL ||
                 find_word(text, "skbuild") != NULL;
    if (!tools || find_word(text, "setup") == NULL)
        return;
    packaging->is_unit = true;
    scan_name(text, packaging);
    scan_package_dir(text, folder, packaging);
    scan_find_packages(text, folder, "find_packages", packaging);
    scan_find_packages(text, folder, "find_namespace_packages", packaging);
}

void packaging_read(Source *source, const char *folder, Packaging *packaging)
{
    *packaging = (Packaging){0};
    packaging->roots = g_array_new(false, true, sizeof(PackagingRoot));
    g_array_set_clear_func(packaging->roots, clear_root);
    read_pyproject(source, folder, packaging);
    read_setup_cfg(source, folder, packaging);
    read_setup_py(source, folder, packaging);
}

void packaging_digest(Source *source, const char *folder, Digest *digest)
{
    static const char *const names[] = {"pyproject.toml", "setup.cfg", "setup.py"};

    digest_text(digest, folder);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GBytes) bytes = read_file(source, folder, names[i]);
        size_t length = 0;
        const void *data = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
        digest_number(digest, bytes != NULL);
        digest_bytes(digest, data, length);
    }
}

void packaging_clear(Packaging *packaging)
{
    g_free(packaging->name);
    if (packaging->roots != NULL)
        g_array_unref(packaging->roots);
    *packaging = (Packaging){0};
}
