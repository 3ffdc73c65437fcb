#include "cli/names.h"

#include "cli/command.h"
#include "cli/output.h"
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

int names_run(const Options *options, char **names, NamesWriter write)
{
    Session session;
    OutputFile file;
    GError *error = NULL;
    int exit_code = session_start(&session, options, NULL, ENGINE_DETECTION);
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    bool all = true;
    for (uint32_t i = 0; exit_code == EXIT_CLEAN && names[i] != NULL; i++) {
        bool found = check_name(session.analysis, names[i]);
        all = all && found;
        if (found)
            g_ptr_array_add(known, names[i]);
    }
    g_ptr_array_add(known, NULL);
    if (exit_code == EXIT_CLEAN && known->len > 1) {
        if (output_open(&file, options)) {
            file.output.scope = &session.scope;
            bool written = write(&file.output, session.analysis, (const char *const *)known->pdata, &error);
            exit_code = output_close(&file, written, error, EXIT_CLEAN);
        } else {
            exit_code = EXIT_TROUBLE;
        }
    }
    session_end(&session);
    return exit_code == EXIT_CLEAN && !all ? EXIT_TROUBLE : exit_code;
}
