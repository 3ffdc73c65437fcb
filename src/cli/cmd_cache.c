#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cache/cache.h"
#include "cli/options.h"
#include "cli/output.h"

static char *cache_dir;

static const GOptionEntry entries[] = {
    {"cache-dir", 0, 0, G_OPTION_ARG_FILENAME, &cache_dir, "the folder in place of the user's cache folder",
     "DIR"},
    {0},
};

static const CommandSpec spec = {
    .name = "cache",
    .arguments = "stat|clear",
    .summary = "what the cache holds, or empty it",
    .description = "Facts of files are kept by content, so that only what changed is read again, and\n"
                   "what commands wrote, for when nothing changed at all. What onedef says never\n"
                   "depends on the cache; it is safe to remove at any time.",
    .examples = "onedef cache stat\twhere it is and how large\n"
                "onedef cache clear\tremove what onedef keeps there",
    .entries = entries,
    .plain = true,
};

static int show_stat(void)
{
    CacheStat stat;
    GError *error = NULL;

    if (!cache_stat(cache_dir, &stat, &error)) {
        g_free(stat.path);
        return trouble_error(error);
    }
    printf("folder     %s\n"
           "size       %.1f MB in %u %s\n"
           "contents   %" G_GUINT64_FORMAT "\n"
           "stamps     %" G_GUINT64_FORMAT "\n"
           "answers    %" G_GUINT64_FORMAT "\n",
           stat.path, (double)stat.n_bytes / 1e6, stat.n_databases,
           stat.n_databases == 1 ? "database" : "databases", stat.n_blocks, stat.n_stamps, stat.n_answers);
    g_free(stat.path);
    return output_finish_stdout(EXIT_CLEAN);
}

static int clear(void)
{
    uint64_t bytes;
    GError *error = NULL;

    if (!cache_clear(cache_dir, &bytes, &error))
        return trouble_error(error);
    printf("removed %.1f MB\n", (double)bytes / 1e6);
    return output_finish_stdout(EXIT_CLEAN);
}

int cmd_cache(int argc, char **argv)
{
    Options options = {0};
    int exit_code;

    if (!options_parse(&spec, &options, argc, argv, &exit_code))
        return exit_code;
    const char *verb = options.arguments != NULL ? options.arguments[0] : NULL;
    if (verb != NULL && options.arguments[1] == NULL && strcmp(verb, "stat") == 0)
        exit_code = show_stat();
    else if (verb != NULL && options.arguments[1] == NULL && strcmp(verb, "clear") == 0)
        exit_code = clear();
    else
        exit_code = trouble("cache: say 'stat' or 'clear'");
    g_clear_pointer(&cache_dir, g_free);
    options_clear(&options);
    return exit_code;
}
