/* load.h — the files of a source, read and parsed on all cores into facts blocks. */
#ifndef ONEDEF_ENGINE_LOAD_H
#define ONEDEF_ENGINE_LOAD_H

#include "engine/engine.h"
#include "model/build.h"

/* LoadedFiles — one input for every Python, stub, extension or unreadable entry, in listing order. */
typedef struct LoadedFiles {
    ModelInput *inputs;
    uint32_t n_inputs;
    char **errors; /* texts that inputs[i].read_error points to; owned */
} LoadedFiles;

/* Reads and parses; never fails for a file (that is listed in its input), only for the listing. */
bool load_files(Source *source, const EngineOptions *options, LoadedFiles *loaded, GError **error);
/* Frees the arrays; blocks that the model took (block set to NULL) stay. */
void loaded_files_clear(LoadedFiles *loaded);

#endif
