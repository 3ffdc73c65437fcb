#include "fix/text.h"

#include <string.h>

char *text_package(const Program *program, Id module)
{
    const Module *m = &program->modules[module];
    const char *name = program_text(program, m->name);

    if (m->flags & MODULE_PACKAGE)
        return g_strdup(name);
    const char *dot = strrchr(name, '.');
    return dot == NULL ? g_strdup("") : g_strndup(name, (size_t)(dot - name));
}

/* NULL where they share no package. */
static char *relative_name(const char *package, const char *target)
{
    g_auto(GStrv) from = g_strsplit(package, ".", -1);
    g_auto(GStrv) to = g_strsplit(target, ".", -1);
    uint32_t n_from = g_strv_length(from), common = 0;

    while (from[common] != NULL && to[common] != NULL && strcmp(from[common], to[common]) == 0)
        common++;
    if (common == 0)
        return NULL;
    GString *text = g_string_new(".");
    for (uint32_t i = common; i < n_from; i++)
        g_string_append_c(text, '.');
    g_autofree char *rest = g_strjoinv(".", to + common);
    g_string_append(text, rest);
    return g_string_free(text, FALSE);
}

char *text_module(const Program *program, Id importer, Id home, bool relative)
{
    const char *target = program_text(program, program->modules[home].name);
    g_autofree char *package = text_package(program, importer);
    char *text = relative ? relative_name(package, target) : NULL;

    return text != NULL ? text : g_strdup(target);
}

char *text_absolute(const char *package, const char *written)
{
    size_t level = strspn(written, "."), length = strlen(package);
    const char *rest = written + level;

    if (level == 0)
        return g_strdup(written);
    for (; level > 1 && length > 0; level--) {
        while (length > 0 && package[length - 1] != '.')
            length--;
        length -= length > 0;
    }
    if (length == 0)
        return NULL;
    return *rest == '\0' ? g_strndup(package, length)
                         : g_strdup_printf("%.*s.%s", (int)length, package, rest);
}
