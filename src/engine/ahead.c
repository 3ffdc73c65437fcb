#include "engine/ahead.h"

static void *count(void *data)
{
    Ahead *ahead = data;

    statement_names_init(&ahead->statements, ahead->program);
    return NULL;
}

static void *prepare(void *data)
{
    Ahead *ahead = data;

    if (ahead->counting)
        pthread_join(ahead->counter, NULL);
    ahead->preparation =
        detect_prepare(ahead->program, ahead->config, &ahead->statements, ahead->workers - 1);
    return NULL;
}

void ahead_open(Ahead *ahead, const Program *program, const Config *config, uint32_t workers)
{
    *ahead = (Ahead){.program = program, .config = config, .workers = workers};
    if (workers > 1 && detect_can_prepare(config))
        ahead->counting = pthread_create(&ahead->counter, NULL, count, ahead) == 0;
}

void ahead_start(Ahead *ahead)
{
    if (ahead->workers > 1 && detect_can_prepare(ahead->config))
        ahead->preparing = pthread_create(&ahead->preparer, NULL, prepare, ahead) == 0;
}

Preparation *ahead_take(Ahead *ahead)
{
    if (ahead->preparing)
        pthread_join(ahead->preparer, NULL);
    else if (ahead->counting)
        pthread_join(ahead->counter, NULL);
    ahead->preparing = ahead->counting = false;
    statement_names_clear(&ahead->statements); /* where nobody took them */
    return g_steal_pointer(&ahead->preparation);
}
