#include "cli/command.h"

#include <stddef.h>

const Command commands[] = {
    {NULL, NULL, NULL},
};
