#include "cli/interactive.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fix/edit.h"

static const char help[] = "y - make this change\n"
                           "n - leave this file as it is\n"
                           "a - make this change and all that follow\n"
                           "q - leave this file and all that follow as they are\n"
                           "? - this help\n";

typedef enum Answer { ANSWER_YES, ANSWER_NO, ANSWER_ALL, ANSWER_QUIT, ANSWER_HELP } Answer;

bool interactive_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* The end of the input is a q. */
static Answer read_answer(void)
{
    char line[64];

    if (fgets(line, sizeof line, stdin) == NULL)
        return ANSWER_QUIT;
    bool whole = strchr(line, '\n') != NULL;
    g_strstrip(line);
    for (int c = whole ? '\n' : fgetc(stdin); c != '\n' && c != EOF; c = fgetc(stdin)) {
    }
    if (strlen(line) != 1)
        return ANSWER_HELP;
    switch (g_ascii_tolower(line[0])) {
    case 'y':
        return ANSWER_YES;
    case 'n':
        return ANSWER_NO;
    case 'a':
        return ANSWER_ALL;
    case 'q':
        return ANSWER_QUIT;
    default:
        return ANSWER_HELP;
    }
}

static Answer ask(const FixChange *change, uint32_t number, uint32_t count)
{
    for (;;) {
        fprintf(stderr, "(%u/%u) %s %s [y,n,a,q,?]? ", number, count,
                change->after == NULL ? "Delete" : "Change", change->path);
        fflush(stderr);
        Answer answer = read_answer();
        if (answer != ANSWER_HELP)
            return answer;
        fputs(help, stderr);
    }
}

static void show(const FixChange *change, const char *title)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (title != NULL)
        g_string_append_printf(text, "\n%s\n", title);
    diff_append(text, change->path, 0100644, change->before, change->after);
    fwrite(text->str, 1, text->len, stderr);
}

/* Of the first step that touches the file. */
static const char *title_of(const Fix *fix, const char *path)
{
    for (uint32_t f = 0; f < fix->n_files; f++)
        if (fix->files[f].after != NULL && strcmp(fix->files[f].path, path) == 0)
            return fix->files[f].title;
    return NULL;
}

GPtrArray *interactive_ask(const Fix *fix)
{
    GPtrArray *refused = g_ptr_array_new_with_free_func(g_free);
    uint32_t n;
    g_autofree FixChange *changes = fix_changes(fix, &n);
    Answer answer = ANSWER_YES;

    for (uint32_t i = 0; i < n; i++) {
        if (answer != ANSWER_ALL && answer != ANSWER_QUIT) {
            show(&changes[i], title_of(fix, changes[i].path));
            answer = ask(&changes[i], i + 1, n);
        }
        if (answer == ANSWER_NO || answer == ANSWER_QUIT)
            g_ptr_array_add(refused, g_strdup(changes[i].path));
    }
    return refused;
}
