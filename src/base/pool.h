/* pool.h — run one function over many items on all cores.
 *
 * Plain pthreads and one atomic counter: GLib's thread pool gives false reports under
 * ThreadSanitizer. Items are taken in index order, so callers put the largest first; results go
 * into slots that the caller owns by item index, which keeps every output independent of the
 * number of threads. */
#ifndef ONEDEF_BASE_POOL_H
#define ONEDEF_BASE_POOL_H

#include <stdint.h>

/* Works on item `item`; `worker` (0 … workers-1) selects per-thread state. */
typedef void (*PoolFunction)(void *context, uint32_t item, uint32_t worker);

/* Number of workers for a requested number of jobs; 0 asks for one a usable processor. 1 … 256. */
uint32_t pool_workers(uint32_t jobs);

/* Calls `function` once for every item in 0 … items-1 and returns when all calls have returned.
 * Runs on the calling thread when workers is 1 or threads cannot be had. */
void pool_run(uint32_t workers, uint32_t items, PoolFunction function, void *context);

#endif
