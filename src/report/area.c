#include "report/area.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

char *area_of_path(const char *path)
{
    static const char *const wrappers[] = {"src", "lib", "python", "packages", "services", "apps"};
    const char *slash = strchr(path, '/');
    if (slash == NULL)
        return g_strdup(".");
    for (uint32_t i = 0; i < G_N_ELEMENTS(wrappers); i++)
        if (strlen(wrappers[i]) == (size_t)(slash - path) &&
            strncmp(path, wrappers[i], (size_t)(slash - path)) == 0) {
            const char *next = strchr(slash + 1, '/');
            return g_strndup(path, next != NULL ? (size_t)(next - path) : (size_t)(slash - path));
        }
    return g_strndup(path, (size_t)(slash - path));
}
