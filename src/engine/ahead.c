#include "engine/ahead.h"

static void *prepare(void *data)
{
    Ahead *ahead = data;

    ahead->preparation = detect_prepare(ahead->program, ahead->config, ahead->workers);
    return NULL;
}

void ahead_start(Ahead *ahead, const Program *program, const Config *config, uint32_t workers)
{
    *ahead = (Ahead){.program = program, .config = config, .workers = workers - 1};
    if (workers > 1)
        ahead->running = pthread_create(&ahead->thread, NULL, prepare, ahead) == 0;
}

Preparation *ahead_take(Ahead *ahead)
{
    if (ahead->running)
        pthread_join(ahead->thread, NULL);
    ahead->running = false;
    return g_steal_pointer(&ahead->preparation);
}
