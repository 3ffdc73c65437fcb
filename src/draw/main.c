/* onedef-draw — reads a view on stdin (JSON, see picture.h), writes a picture on stdout.
 *
 * Started by `onedef`; useful by hand, too: onedef graph -f json … | onedef-draw svg > picture.svg
 * Exit codes: 0, or 2 with one line on stderr. */
#include <stdlib.h>
#include <string.h>

#include "draw/drawing.h"
#include "draw/picture.h"
#include "draw/render.h"

#ifdef __SANITIZE_ADDRESS__
/* Graphviz, pango and fontconfig keep memory until the end: one reason why this is a program of its own. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

static int fail(const char *what)
{
    fprintf(stderr, "onedef-draw: %s\n", what);
    return 2;
}

/* No plugin, font or image setting of the user's reaches Graphviz. */
static void forget_settings(void)
{
    static const char *const names[] = {"GVBINDIR",   "GV_FILE_PATH", "SERVER_NAME",      "DOTFONTPATH",
                                        "GDFONTPATH", "GVPATH",       "LTDL_LIBRARY_PATH"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        unsetenv(names[i]);
}

int main(int argc, char **argv)
{
    static const char *const formats[] = {"dot", "svg", "png", "pdf", NULL};
    char reason[512] = "";

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("onedef-draw " ONEDEF_VERSION);
        return 0;
    }
    if (argc != 2 || !g_strv_contains(formats, argv[1]))
        return fail("usage: onedef-draw dot|svg|png|pdf < VIEW.json > PICTURE");
    forget_settings();
    Picture *picture = picture_read(stdin, reason, sizeof reason);
    if (picture == NULL) {
        g_autofree char *message = g_strdup_printf("cannot read the view: %s", reason);
        return fail(message);
    }
    Agraph_t *graph = drawing_new(picture);
    bool ok = render(graph, argv[1], stdout, reason, sizeof reason);
    agclose(graph);
    picture_free(picture);
    return ok ? 0 : fail(reason);
}
