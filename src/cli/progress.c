#include "cli/progress.h"

#include <glib.h>
#include <stdio.h>
#include <unistd.h>

enum { REDRAW_MICROSECONDS = 80000, BAR_WIDTH = 30 };

void progress_begin(Progress *progress, bool quiet)
{
    *progress = (Progress){.shown = !quiet && isatty(STDERR_FILENO)};
}

void progress_update(void *context, const char *stage, uint32_t done, uint32_t total)
{
    Progress *progress = context;
    if (!progress->shown)
        return;
    int64_t now = g_get_monotonic_time();
    if (progress->stage == stage && done != total && now - progress->last < REDRAW_MICROSECONDS)
        return;
    progress->stage = stage;
    progress->last = now;
    progress->drawn = true;
    if (total == 0) {
        fprintf(stderr, "\r\033[K%s ...", stage);
    } else {
        uint32_t filled = (uint32_t)((uint64_t)done * BAR_WIDTH / total);
        fprintf(stderr, "\r\033[K%s [", stage);
        for (uint32_t i = 0; i < BAR_WIDTH; i++)
            fputc(i < filled ? '#' : ' ', stderr);
        fprintf(stderr, "] %u/%u", done, total);
    }
    fflush(stderr);
}

void progress_end(Progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
