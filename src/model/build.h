/* build.h — facts of all files → units, roots, modules, definitions, raw imports. */
#ifndef ONEDEF_MODEL_BUILD_H
#define ONEDEF_MODEL_BUILD_H

#include "config/config.h"
#include "model/program.h"
#include "source/source.h"

/* ModelInput — one listed file with its facts block. `block` NULL: not read or extension module
 * (then `entry` says which); ownership of blocks moves to the program (freed with g_free unless `borrowed`). */
typedef struct ModelInput {
    const SourceEntry *entry;
    void *block;
    size_t size;
    char *read_error; /* why it could not be read, or NULL; stays the caller's */
    bool borrowed;
} ModelInput;

/* `inputs` in listing order (sorted by path), one for every entry of the listing that is Python,
 * stub, extension or unreadable. Reads packaging files through `source`. On up to `workers` threads; what comes out
 * does not depend on how many. Strings stay in the blocks, which the program therefore needs to its end. */
Program *model_build(Source *source, const Config *config, ModelInput *inputs, uint32_t n_inputs, uint32_t workers);

/* The same in two steps. After the first, files have their facts and their symbols, which nobody changes any
 * more; all else comes with the second. */
Program *model_open(const ModelInput *inputs, uint32_t n_inputs, uint32_t workers);
void model_join(Program *program, Source *source, const Config *config, ModelInput *inputs, uint32_t workers);

/* Takes the bytes of everything that model_build reads besides the facts. */
void model_digest(Source *source, Digest *digest);

#endif
