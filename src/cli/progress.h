/* progress.h — one line on stderr while the engine works; nothing unless stderr is a terminal. */
#ifndef ONEDEF_CLI_PROGRESS_H
#define ONEDEF_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Progress {
    bool shown;       /* stderr is a terminal and not --quiet */
    bool drawn;       /* a line stands there now */
    int64_t last;     /* when it was last drawn, microseconds */
    const char *stage;
} Progress;

void progress_begin(Progress *progress, bool quiet);
/* An EngineProgress. */
void progress_update(void *progress, const char *stage, uint32_t done, uint32_t total);
void progress_end(Progress *progress);

#endif
