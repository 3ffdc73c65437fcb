/* Matching of one pattern is two nested searches with a single point of return each: the last `*`
 * seen in this part, and the last `**` seen at all. Giving up on an earlier star is never needed,
 * since a later one can take whatever the earlier would have. Cost: at most pattern x path for
 * one start, without recursion. */
#include <string.h>

#include "config/config.h"

/* Matches a set "[a-z]" at `pattern`; returns its length, 0 when it is not closed (then '[' is itself). */
static size_t match_set(const char *pattern, unsigned char byte, bool *matched)
{
    const char *at = pattern + 1;
    bool negated = *at == '!' || *at == '^', found = false;

    at += negated;
    for (bool first = true; *at != '\0' && (*at != ']' || first); first = false) {
        unsigned char low = (unsigned char)*at, high = low;
        if (at[1] == '-' && at[2] != ']' && at[2] != '\0') {
            high = (unsigned char)at[2];
            at += 2;
        }
        found = found || (byte >= low && byte <= high);
        at++;
    }
    if (*at != ']')
        return 0;
    *matched = found != negated && byte != '/';
    return (size_t)(at + 1 - pattern);
}

/* Does one byte of the path match at `pattern`? Sets the length of what was used of the pattern. */
static bool match_one(const char *pattern, char byte, size_t *used)
{
    bool matched = false;

    if (*pattern == '[') {
        *used = match_set(pattern, (unsigned char)byte, &matched);
        if (*used > 0)
            return matched;
    }
    *used = 1;
    if (*pattern == '\\' && pattern[1] != '\0') {
        *used = 2;
        return byte == pattern[1];
    }
    return *pattern == '?' ? byte != '/' : *pattern == byte;
}

/* Whole match of `pattern`, or up to a '/' of the path when `below`. */
static bool match(const char *pattern, const char *path, bool below)
{
    const char *star = NULL, *star_path = NULL;   /* after a `*`, and where it may go on */
    const char *stars = NULL, *stars_path = NULL; /* after a `**` */

    for (;;) {
        size_t used = 0;
        if (pattern[0] == '*' && pattern[1] == '*') {
            while (*pattern == '*')
                pattern++;
            bool whole = *pattern == '/'; /* `**` + `/`: any number of parts, also none */
            pattern += whole;
            stars = pattern;
            stars_path = path;
            star = NULL;
            continue;
        }
        if (*pattern == '*') {
            star = ++pattern;
            star_path = path;
            continue;
        }
        if (*pattern == '\0' && (*path == '\0' || (below && *path == '/')))
            return true;
        if (*pattern != '\0' && *path != '\0' && match_one(pattern, *path, &used)) {
            pattern += used;
            path++;
            continue;
        }
        if (star != NULL && *star_path != '\0' && *star_path != '/') {
            pattern = star;
            path = ++star_path;
            continue;
        }
        if (stars == NULL || *stars_path == '\0')
            return false;
        star = NULL;
        pattern = stars;
        if (stars[-1] == '/') { /* goes on behind the next '/' only */
            stars_path = strchr(stars_path, '/');
            if (stars_path == NULL)
                return false;
            path = ++stars_path;
        } else {
            path = ++stars_path;
        }
    }
}

bool config_glob(const char *pattern, const char *path)
{
    g_autofree char *copy = NULL;
    size_t length = strlen(pattern);
    bool anchored = pattern[0] == '/', folder = length > 1 && pattern[length - 1] == '/';

    if (folder) {
        copy = g_strndup(pattern, length - 1);
        pattern = copy;
    }
    pattern += anchored;
    if (*pattern == '\0')
        return false;
    bool any_part = !anchored && strchr(pattern, '/') == NULL;
    for (const char *part = path; part != NULL && *part != '\0';) {
        const char *next = strchr(part, '/');
        if (match(pattern, part, true)) {
            /* "build/" is a folder: something must stand below it. */
            if (!folder)
                return true;
            size_t parts = strlen(path);
            if (path[parts - 1] == '/' || (any_part ? next != NULL : !match(pattern, part, false)))
                return true;
        }
        part = any_part && next != NULL ? next + 1 : NULL;
    }
    return false;
}
