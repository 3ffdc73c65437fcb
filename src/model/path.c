#include "model/path.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *const keywords[] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield",
};

static int compare_keyword(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

/* XID_Start / XID_Continue to the precision of GLib's tables, NFKC (PEP 3131). */
static bool is_unicode_identifier(const char *text, size_t length)
{
    if (!g_utf8_validate(text, (gssize)length, NULL))
        return false;
    for (const char *at = text; at < text + length; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool start = c == '_' || g_unichar_isalpha(c) || g_unichar_type(c) == G_UNICODE_LETTER_NUMBER;
        if (!start && (at == text || !(g_unichar_isdigit(c) || g_unichar_ismark(c) || c == 0x203f ||
                                       c == 0x2040 || g_unichar_type(c) == G_UNICODE_CONNECT_PUNCTUATION)))
            return false;
    }
    g_autofree char *normal = g_utf8_normalize(text, (gssize)length, G_NORMALIZE_NFKC);
    return normal != NULL && strlen(normal) == length && memcmp(normal, text, length) == 0;
}

bool path_is_identifier(const char *text, size_t length)
{
    char word[16];

    if (length == 0 || g_ascii_isdigit(text[0]))
        return false;
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] >= 0x80)
            return is_unicode_identifier(text, length);
        if (!g_ascii_isalnum(text[i]) && text[i] != '_')
            return false;
    }
    if (length >= sizeof word)
        return true;
    memcpy(word, text, length);
    word[length] = '\0';
    return bsearch(word, keywords, G_N_ELEMENTS(keywords), sizeof *keywords, compare_keyword) == NULL;
}

/* ".so", ".abi3.so", ".cpython-311-x86_64-linux-gnu.so", ".cp311-win_amd64.pyd", ".pypy39-pp73-….so". */
static bool is_extension_suffix(const char *suffix)
{
    static const char *const tags[] = {".abi3.",   ".cpython-", ".cp3",    ".pypy",
                                       ".graalpy", ".i386-",    ".x86_64-"};

    if (strcmp(suffix, ".so") == 0 || strcmp(suffix, ".pyd") == 0)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(tags); i++)
        if (g_str_has_prefix(suffix, tags[i]))
            return g_str_has_suffix(suffix, ".so") || g_str_has_suffix(suffix, ".pyd");
    return false;
}

PathKind path_kind(const char *name, size_t *stem)
{
    size_t length = strlen(name);

    if (g_str_has_suffix(name, ".py")) {
        *stem = length - 3;
        return PATH_SOURCE;
    }
    if (g_str_has_suffix(name, ".pyw") || g_str_has_suffix(name, ".pyi")) {
        *stem = length - 4;
        return name[length - 1] == 'i' ? PATH_STUB : PATH_SOURCE;
    }
    *stem = strcspn(name, ".");
    return *stem > 0 && name[*stem] == '.' && is_extension_suffix(name + *stem) ? PATH_EXTENSION : PATH_OTHER;
}

const char *path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

size_t path_folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? (size_t)(slash - path) : 0;
}

char *path_resolve(const char *folder, const char *relative)
{
    g_autofree char *joined = g_strconcat(folder, "/", relative, NULL);
    g_auto(GStrv) parts = g_strsplit(joined, "/", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();

    if (relative[0] == '/')
        return NULL;
    for (uint32_t i = 0; parts[i] != NULL; i++) {
        if (parts[i][0] == '\0' || strcmp(parts[i], ".") == 0)
            continue;
        if (strcmp(parts[i], "..") != 0) {
            g_ptr_array_add(kept, parts[i]);
            continue;
        }
        if (kept->len == 0)
            return NULL;
        g_ptr_array_set_size(kept, (int)kept->len - 1);
    }
    g_ptr_array_add(kept, NULL);
    return g_strjoinv("/", (char **)kept->pdata);
}

bool path_is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return length == 0 ||
           (strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0'));
}
