/* stage_times — processor time of each stage of one analysis on one thread, and the memory at its end:
 *
 *     stage_times TREE CACHE [scan]
 *
 * Run it twice for figures without reading and parsing: what the first run stored the second finds. */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "engine/engine.h"

typedef struct Watch {
    char stage[32];
    double since;
} Watch;

static double processor_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void note_stage(void *context, const char *stage, uint32_t done, uint32_t total)
{
    Watch *watch = context;
    double now = processor_seconds();
    struct rusage usage;

    (void)done, (void)total;
    if (g_strcmp0(watch->stage, stage) == 0)
        return;
    getrusage(RUSAGE_SELF, &usage);
    if (watch->stage[0] != '\0')
        printf("%s %.3f s %ld MB\n", watch->stage, now - watch->since, usage.ru_maxrss / 1024);
    g_strlcpy(watch->stage, stage, sizeof watch->stage);
    watch->since = now;
}

int main(int argc, char **argv)
{
    Watch watch = {.stage = ""};
    g_autoptr(GError) error = NULL;
    const char *paths[] = {argc > 1 ? argv[1] : ".", NULL};
    SourceOptions source_options = {.paths = paths, .jobs = 1};
    EngineOptions options = {.jobs = 1,
                             .cache_dir = argc > 2 ? argv[2] : NULL,
                             .no_cache = argc < 3,
                             .progress = note_stage,
                             .progress_context = &watch};
    Source *source = source_open_disk(&source_options, &error);
    Config *config = source == NULL ? NULL : config_load(source, NULL, &error);
    Analysis *analysis =
        config == NULL
            ? NULL
            : engine_analyse(source, config, &options, argc > 3 ? ENGINE_DETECTION : ENGINE_PROGRAM, &error);

    if (analysis == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    note_stage(&watch, "end", 0, 0);
    analysis_free(analysis);
    config_free(config);
    source_free(source);
    return 0;
}
