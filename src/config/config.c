/* Reading is driven by a table of keys: where each lives, its type, and the field that it fills.
 * Whatever is in the file and not in the table is an error, with the nearest key that is. Lines come
 * from a second look at the text: TOML values as jansson values no longer know where they stood. */
#include "config/config.h"

#include <string.h>

#include "base/error.h"
#include "config/toml.h"

typedef enum KeyType {
    KEY_STRINGS, /* array of strings; one string is taken for an array of one */
    KEY_STRING,
    KEY_BOOL,
    KEY_COUNT, /* integer 1 … 1,000,000 */
    KEY_ROLES,
    KEY_PINS,
    KEY_RULES,
    KEY_IGNORES,
} KeyType;

/* Key — `table` is the table below the top, "" for the top itself; `size` bytes into Config. */
typedef struct Key {
    const char *table, *name;
    KeyType type;
    size_t offset;
} Key;

#define AT(field) offsetof(Config, field)
static const Key keys[] = {
    {"", "roots", KEY_STRINGS, AT(roots)},
    {"", "exclude", KEY_STRINGS, AT(excludes)},
    {"", "boundaries", KEY_STRINGS, AT(boundaries)},
    {"", "kinds", KEY_STRINGS, AT(kinds)},
    {"", "python-version", KEY_STRING, AT(python_version)},
    {"", "platform", KEY_STRING, AT(platform)},
    {"", "public-root-imports", KEY_BOOL, AT(public_root_imports)},
    {"", "priorities", KEY_STRINGS, 0},
    {"", "plan", KEY_STRINGS, 0},
    {"", "graph", KEY_STRINGS, 0},
    {"", "roles", KEY_ROLES, 0},
    {"", "canonical", KEY_PINS, 0},
    {"", "rules", KEY_RULES, 0},
    {"", "ignore", KEY_IGNORES, 0},
    {"priorities", "critical", KEY_STRINGS, AT(critical)},
    {"priorities", "high", KEY_STRINGS, AT(high)},
    {"priorities", "medium", KEY_STRINGS, AT(medium)},
    {"plan", "batch-files", KEY_COUNT, AT(batch_files)},
    {"graph", "nodes", KEY_COUNT, AT(graph_nodes)},
    {"graph", "edges", KEY_COUNT, AT(graph_edges)},
};

static const char *const role_keys[] = {"production", "test",      "vendored", "generated",
                                        "backup",     "migration", "example"};
static const char *const ignore_keys[] = {"rule", "path", "name", "reason"};
static const char *const severities[] = {"info", "warning", "error"}; /* in the order of Severity */
static const char *const kind_values[] = {
    "class",     "enum", "protocol", "dataclass",    "attrs",      "typed-dict", "named-tuple",
    "exception", "abc",  "pydantic", "django-model", "type-alias", "new-type",   "function",
};

/* Reading — one file being read. */
typedef struct Reading {
    Config *config;
    const char *name, *text;
    const char *prefix; /* "tool.onedef." or "" */
    GError **error;
} Reading;

static void free_pin(void *data)
{
    ConfigPin *pin = data;
    g_free(pin->name);
    g_free(pin->target);
    g_free(pin);
}

static void free_rule(void *data)
{
    ConfigRule *rule = data;
    g_free(rule->slug);
    g_free(rule);
}

static void free_suppression(void *data)
{
    ConfigSuppression *suppression = data;
    g_free(suppression->rule);
    g_free(suppression->path);
    g_free(suppression->name);
    g_free(suppression->reason);
    g_free(suppression);
}

static GPtrArray *new_strings(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

Config *config_new(void)
{
    Config *config = g_new0(Config, 1);

    config->roots = new_strings();
    config->excludes = new_strings();
    config->boundaries = new_strings();
    config->critical = new_strings();
    config->high = new_strings();
    config->medium = new_strings();
    config->kinds = new_strings();
    config->pins = g_ptr_array_new_with_free_func(free_pin);
    config->rules = g_ptr_array_new_with_free_func(free_rule);
    config->suppressions = g_ptr_array_new_with_free_func(free_suppression);
    for (size_t i = 0; i < G_N_ELEMENTS(config->role_globs); i++)
        config->role_globs[i] = new_strings();
    config->batch_files = 5;
    config->graph_nodes = 60;
    config->graph_edges = 200;
    return config;
}

void config_free(Config *config)
{
    if (config == NULL)
        return;
    GPtrArray *arrays[] = {config->roots, config->excludes,    config->boundaries, config->critical,
                           config->high,  config->medium,      config->kinds,      config->pins,
                           config->rules, config->suppressions};
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_ptr_array_unref(arrays[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(config->role_globs); i++)
        g_ptr_array_unref(config->role_globs[i]);
    g_free(config->origin);
    g_free(config->python_version);
    g_free(config->platform);
    g_free(config);
}

/* --- errors --- */

static bool line_names_key(const char *line, const char *key)
{
    size_t length = strlen(key);

    line += strspn(line, " \t");
    if (*line == '[') {
        const char *end = line + strcspn(line, "\n");
        const char *at = g_strstr_len(line, end - line, key);
        return at != NULL && strchr("[.\"' ", at[-1]) != NULL && strchr("].\"' ", at[length]) != NULL;
    }
    bool quoted = *line == '"' || *line == '\'';
    line += quoted;
    if (strncmp(line, key, length) != 0)
        return false;
    line += length + (quoted && line[length] != '\0');
    line += strspn(line, " \t");
    return *line == '=' || *line == '.';
}

/* The first line that assigns the key; 0 when it cannot be told. */
static unsigned find_line(const Reading *reading, const char *key)
{
    unsigned number = 1;
    bool ours = reading->prefix[0] == '\0';

    for (const char *line = reading->text; line != NULL && *line != '\0'; number++) {
        if (*line == '[' && reading->prefix[0] != '\0')
            ours = g_str_has_prefix(line, "[tool.onedef") || g_str_has_prefix(line, "[[tool.onedef");
        if (ours && line_names_key(line, key))
            return number;
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return 0;
}

static bool fail(const Reading *reading, const char *table, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static bool fail(const Reading *reading, const char *table, const char *key, const char *format, ...)
{
    va_list args;
    unsigned line = find_line(reading, key);
    g_autofree char *where =
        line > 0 ? g_strdup_printf("%s:%u", reading->name, line) : g_strdup(reading->name);

    va_start(args, format);
    g_autofree char *reason = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(reading->error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "%s: %s%s%s%s: %s", where, reading->prefix,
                table, table[0] != '\0' ? "." : "", key, reason);
    return false;
}

/* Number of edits between two short words (Wagner-Fischer, one row). */
static unsigned edit_distance(const char *a, const char *b)
{
    unsigned row[64];
    size_t n = strlen(b);

    if (n >= G_N_ELEMENTS(row) || strlen(a) >= G_N_ELEMENTS(row))
        return G_MAXUINT;
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned above = row[j], cost = a[i - 1] != b[j - 1];
            row[j] = MIN(MIN(row[j] + 1, row[j - 1] + 1), diagonal + cost);
            diagonal = above;
        }
    }
    return row[n];
}

static const char *nearest(const char *word, const char *const *words, size_t n_words)
{
    const char *best = NULL;
    unsigned least = (unsigned)MIN(strlen(word) / 2, 3) + 1;

    for (size_t i = 0; i < n_words; i++) {
        unsigned distance = edit_distance(word, words[i]);
        if (distance < least) {
            least = distance;
            best = words[i];
        }
    }
    return best;
}

static bool fail_unknown(const Reading *reading, const char *table, const char *key, const char *const *words,
                         size_t n_words)
{
    g_autofree char *dashed = g_strdelimit(g_strdup(key), "_", '-');
    const char *near = nearest(dashed, words, n_words);

    if (near != NULL)
        return fail(reading, table, key, "unknown key; did you mean '%s'?", near);
    return fail(reading, table, key, "unknown key");
}

/* --- values --- */

static bool read_strings(const Reading *reading, const char *table, const char *key, const json_t *value,
                         GPtrArray *out)
{
    g_ptr_array_set_size(out, 0);
    if (json_is_string(value)) {
        g_ptr_array_add(out, g_strdup(json_string_value(value)));
        return true;
    }
    if (!json_is_array(value))
        return fail(reading, table, key, "expected a list of strings");
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));
        if (text == NULL)
            return fail(reading, table, key, "expected a list of strings, item %zu is none", i + 1);
        g_ptr_array_add(out, g_strdup(text));
    }
    return true;
}

static bool read_roles(const Reading *reading, const json_t *value)
{
    const char *name;
    json_t *globs;

    if (!json_is_object(value))
        return fail(reading, "", "roles", "expected a table of role = [globs]");
    json_object_foreach((json_t *)value, name, globs)
    {
        size_t role = 0;
        while (role < G_N_ELEMENTS(role_keys) && strcmp(role_keys[role], name) != 0)
            role++;
        if (role == G_N_ELEMENTS(role_keys))
            return fail_unknown(reading, "roles", name, role_keys, G_N_ELEMENTS(role_keys));
        if (!read_strings(reading, "roles", name, globs, reading->config->role_globs[role]))
            return false;
    }
    return true;
}

static int compare_pins(const void *a, const void *b)
{
    return strcmp((*(ConfigPin *const *)a)->name, (*(ConfigPin *const *)b)->name);
}

static bool read_pins(const Reading *reading, const json_t *value)
{
    const char *name;
    json_t *target;

    if (!json_is_object(value))
        return fail(reading, "", "canonical", "expected a table of \"Name\" = \"module:Name\"");
    json_object_foreach((json_t *)value, name, target)
    {
        if (!json_is_string(target) || json_string_length(target) == 0)
            return fail(reading, "canonical", name, "expected a string like \"package.module:Name\"");
        ConfigPin *pin = g_new0(ConfigPin, 1);
        pin->name = g_strdup(name);
        pin->target = g_strdup(json_string_value(target));
        g_ptr_array_add(reading->config->pins, pin);
    }
    g_ptr_array_sort(reading->config->pins, compare_pins);
    return true;
}

static int compare_rules(const void *a, const void *b)
{
    return strcmp((*(ConfigRule *const *)a)->slug, (*(ConfigRule *const *)b)->slug);
}

static bool read_rules(const Reading *reading, const json_t *value)
{
    const char *slug;
    json_t *severity;

    if (!json_is_object(value))
        return fail(reading, "", "rules",
                    "expected a table of rule = \"error\" | \"warning\" | \"info\" | \"off\"");
    json_object_foreach((json_t *)value, slug, severity)
    {
        const char *text = json_string_value(severity);
        int level = (int)G_N_ELEMENTS(severities);
        while (level >= 0 &&
               (level == (int)G_N_ELEMENTS(severities) || g_strcmp0(text, severities[level]) != 0))
            level--;
        if (level < 0 && g_strcmp0(text, "off") != 0)
            return fail(reading, "rules", slug, "expected \"error\", \"warning\", \"info\" or \"off\"");
        ConfigRule *rule = g_new0(ConfigRule, 1);
        rule->slug = g_strdup(slug);
        rule->severity = level;
        g_ptr_array_add(reading->config->rules, rule);
    }
    g_ptr_array_sort(reading->config->rules, compare_rules);
    return true;
}

static bool check_ignore(const Reading *reading, const json_t *item)
{
    const char *key;
    json_t *value;

    if (!json_is_object(item))
        return fail(reading, "", "ignore", "expected [[%signore]] tables", reading->prefix);
    json_object_foreach((json_t *)item, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < G_N_ELEMENTS(ignore_keys); i++)
            known = known || strcmp(key, ignore_keys[i]) == 0;
        if (!known)
            return fail_unknown(reading, "ignore", key, ignore_keys, G_N_ELEMENTS(ignore_keys));
        if (!json_is_string(value))
            return fail(reading, "ignore", key, "expected a string");
    }
    return true;
}

static bool read_ignores(const Reading *reading, const json_t *value)
{
    if (!json_is_array(value))
        return fail(reading, "", "ignore", "expected [[%signore]] tables", reading->prefix);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        if (!check_ignore(reading, item))
            return false;
        const char *reason = json_string_value(json_object_get(item, "reason"));
        const char *rule = json_string_value(json_object_get(item, "rule"));
        if (reason == NULL || reason[strspn(reason, " \t")] == '\0')
            return fail(reading, "", "ignore", "entry %zu has no reason", i + 1);
        if (rule == NULL && json_object_get(item, "path") == NULL && json_object_get(item, "name") == NULL)
            return fail(reading, "", "ignore", "entry %zu names no rule, path or name", i + 1);
        ConfigSuppression *suppression = g_new0(ConfigSuppression, 1);
        suppression->rule = g_strdup(rule != NULL ? rule : "*");
        suppression->path = g_strdup(json_string_value(json_object_get(item, "path")));
        suppression->name = g_strdup(json_string_value(json_object_get(item, "name")));
        suppression->reason = g_strdup(reason);
        g_ptr_array_add(reading->config->suppressions, suppression);
    }
    return true;
}

/* --- checks of single keys --- */

static bool check_version(const Reading *reading)
{
    const char *version = reading->config->python_version;
    unsigned major = 0, minor = 0;
    char rest = '\0';

    if (version == NULL)
        return true;
    if (sscanf(version, "%2u.%3u%c", &major, &minor, &rest) != 2 || major < 2 || major > 4)
        return fail(reading, "", "python-version", "expected a version like \"3.11\"");
    return true;
}

static bool check_kinds(const Reading *reading)
{
    for (uint32_t i = 0; i < reading->config->kinds->len; i++) {
        const char *kind = reading->config->kinds->pdata[i];
        bool known = false;
        for (size_t j = 0; j < G_N_ELEMENTS(kind_values); j++)
            known = known || strcmp(kind, kind_values[j]) == 0;
        const char *near = known ? NULL : nearest(kind, kind_values, G_N_ELEMENTS(kind_values));
        if (near != NULL)
            return fail(reading, "", "kinds", "unknown kind '%s'; did you mean '%s'?", kind, near);
        if (!known)
            return fail(reading, "", "kinds", "unknown kind '%s'", kind);
    }
    return true;
}

/* Roots become relative paths without "." parts; "." itself becomes "". */
static bool check_roots(const Reading *reading)
{
    for (uint32_t i = 0; i < reading->config->roots->len; i++) {
        char *given = reading->config->roots->pdata[i];
        g_auto(GStrv) parts = g_strsplit(given, "/", -1);
        g_autoptr(GPtrArray) kept = g_ptr_array_new();
        bool outside = given[0] == '/';
        for (uint32_t j = 0; parts[j] != NULL; j++) {
            outside = outside || strcmp(parts[j], "..") == 0;
            if (parts[j][0] != '\0' && strcmp(parts[j], ".") != 0)
                g_ptr_array_add(kept, parts[j]);
        }
        if (outside)
            return fail(reading, "", "roots", "'%s' is not a folder inside the project", given);
        g_ptr_array_add(kept, NULL);
        reading->config->roots->pdata[i] = g_strjoinv("/", (char **)kept->pdata);
        g_free(given);
    }
    return true;
}

/* --- tables --- */

static bool read_key(const Reading *reading, const Key *key, const json_t *value)
{
    void *field = (char *)reading->config + key->offset;

    switch (key->type) {
    case KEY_STRINGS:
        return read_strings(reading, key->table, key->name, value, *(GPtrArray **)field);
    case KEY_STRING:
        if (!json_is_string(value))
            return fail(reading, key->table, key->name, "expected a string");
        g_free(*(char **)field);
        *(char **)field = g_strdup(json_string_value(value));
        return true;
    case KEY_BOOL:
        if (!json_is_boolean(value))
            return fail(reading, key->table, key->name, "expected true or false");
        *(bool *)field = json_is_true(value);
        return true;
    case KEY_COUNT:
        if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > 1000000)
            return fail(reading, key->table, key->name, "expected a number from 1 to 1000000");
        *(uint32_t *)field = (uint32_t)json_integer_value(value);
        return true;
    case KEY_ROLES:
        return read_roles(reading, value);
    case KEY_PINS:
        return read_pins(reading, value);
    case KEY_RULES:
        return read_rules(reading, value);
    case KEY_IGNORES:
        return read_ignores(reading, value);
    }
    return false;
}

static const Key *find_key(const char *table, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strcmp(keys[i].table, table) == 0 && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

static bool is_table_name(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (keys[i].table[0] != '\0' && strcmp(keys[i].table, name) == 0)
            return true;
    return false;
}

static bool read_table(const Reading *reading, const char *table, const json_t *object)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)object, name, value)
    {
        const Key *key = find_key(table, name);
        if (key == NULL) {
            const char *words[G_N_ELEMENTS(keys)];
            size_t n_words = 0;
            for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
                if (strcmp(keys[i].table, table) == 0)
                    words[n_words++] = keys[i].name;
            return fail_unknown(reading, table, name, words, n_words);
        }
        if (table[0] == '\0' && is_table_name(name)) {
            if (!json_is_object(value))
                return fail(reading, table, name, "expected a table");
            if (!read_table(reading, name, value))
                return false;
        } else if (!read_key(reading, key, value)) {
            return false;
        }
    }
    return true;
}

static bool read_text(Config *config, const char *text, size_t length, const char *name, bool pyproject,
                      bool *found, GError **error)
{
    g_autofree char *copy = g_strndup(text, length);
    Reading reading = {.config = config,
                       .name = name,
                       .text = copy,
                       .prefix = pyproject ? "tool.onedef." : "",
                       .error = error};
    json_t *document = toml_parse(text, length, name, error);

    if (document == NULL)
        return false;
    const json_t *table = document;
    if (pyproject)
        table = json_object_get(json_object_get(document, "tool"), "onedef");
    *found = table != NULL;
    bool read = table == NULL;
    if (table != NULL && !json_is_object(table))
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "%s: tool.onedef: expected a table", name);
    else if (table != NULL)
        read = read_table(&reading, "", table) && check_version(&reading) && check_kinds(&reading) &&
               check_roots(&reading);
    json_decref(document);
    return read;
}

static bool is_pyproject(const char *path)
{
    g_autofree char *name = g_path_get_basename(path);

    return strcmp(name, "pyproject.toml") == 0;
}

static bool read_explicit(Config *config, const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    size_t length;
    bool found = false;

    if (!g_file_get_contents(path, &text, &length, &reason)) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "cannot read the configuration: %s",
                    reason->message);
        return false;
    }
    if (!read_text(config, text, length, path, is_pyproject(path), &found, error))
        return false;
    if (!found) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_INPUT, "%s: no [tool.onedef] table", path);
        return false;
    }
    config->origin = g_strdup(path);
    return true;
}

Config *config_load(Source *source, const char *explicit_path, GError **error)
{
    static const char *const names[] = {"onedef.toml", "pyproject.toml"};
    g_autoptr(Config) config = config_new();

    if (explicit_path != NULL)
        return read_explicit(config, explicit_path, error) ? g_steal_pointer(&config) : NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(names) && config->origin == NULL; i++) {
        size_t length;
        bool found = false;
        if (!source_has(source, names[i]))
            continue;
        g_autoptr(GBytes) bytes = source_read(source, names[i], error);
        if (bytes == NULL)
            return NULL;
        const char *text = g_bytes_get_data(bytes, &length);
        if (!read_text(config, text != NULL ? text : "", length, names[i], i == 1, &found, error))
            return NULL;
        if (found)
            config->origin = g_strdup(names[i]);
    }
    return g_steal_pointer(&config);
}
