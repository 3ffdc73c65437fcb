#include "cli/names.h"

#include "cli/command.h"
#include "cli/session.h"
#include "report/lookup.h"

static bool check_name(const Analysis *analysis, const char *name)
{
    g_autoptr(GArray) matches = lookup_name(analysis->program, name);
    if (matches->len > 0)
        return true;
    g_autofree char *close = lookup_suggest(analysis->program, name);
    if (close != NULL)
        trouble("nothing is called '%s' (did you mean '%s'?)", name, close);
    else
        trouble("nothing is called '%s' in %u modules", name, analysis->program->n_modules);
    return false;
}

/* Asked — the names, and how to write about them. */
typedef struct Asked {
    char **names;
    NamesWriter write;
} Asked;

static bool write_known(Session *session, const Output *out, void *context, Reply *reply, GError **error)
{
    const Asked *asked = context;
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (uint32_t i = 0; asked->names[i] != NULL; i++) {
        if (check_name(session->analysis, asked->names[i]))
            g_ptr_array_add(known, asked->names[i]);
        else
            reply->exit_code = EXIT_TROUBLE;
    }
    g_ptr_array_add(known, NULL);
    return known->len > 1 && asked->write(out, session->analysis, (const char *const *)known->pdata, error);
}

int names_run(const Options *options, char **names, NamesWriter write)
{
    Asked asked = {.names = names, .write = write};
    return session_answer(options, NULL, ENGINE_DETECTION, write_known, &asked);
}
