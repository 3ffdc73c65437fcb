#include "base/pool.h"

#include <glib.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#define POOL_MAX_WORKERS 256
/* Deep recursion never happens in a worker, but tree-sitter and qsort want some room. */
#define POOL_STACK_BYTES (8u * 1024 * 1024)

typedef struct Job {
    PoolFunction function;
    void *context;
    uint32_t items;
    _Atomic uint32_t next;
} Job;

typedef struct Worker {
    Job *job;
    uint32_t index;
    pthread_t thread;
    bool started;
} Worker;

uint32_t pool_workers(uint32_t jobs)
{
    if (jobs == 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        jobs = sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 1;
    }
    return CLAMP(jobs, 1, POOL_MAX_WORKERS);
}

static void *work(void *data)
{
    Worker *worker = data;
    Job *job = worker->job;

    for (;;) {
        uint32_t item = atomic_fetch_add_explicit(&job->next, 1, memory_order_relaxed);
        if (item >= job->items)
            return NULL;
        job->function(job->context, item, worker->index);
    }
}

void pool_run(uint32_t workers, uint32_t items, PoolFunction function, void *context)
{
    Job job = {.function = function, .context = context, .items = items, .next = 0};

    workers = MIN(CLAMP(workers, 1, POOL_MAX_WORKERS), MAX(items, 1));
    g_autofree Worker *all = g_new0(Worker, workers);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, POOL_STACK_BYTES);
    for (uint32_t i = 1; i < workers; i++) {
        all[i] = (Worker){.job = &job, .index = i};
        all[i].started = pthread_create(&all[i].thread, &attributes, work, &all[i]) == 0;
    }
    pthread_attr_destroy(&attributes);
    all[0] = (Worker){.job = &job, .index = 0};
    work(&all[0]);
    for (uint32_t i = 1; i < workers; i++)
        if (all[i].started)
            pthread_join(all[i].thread, NULL);
}
