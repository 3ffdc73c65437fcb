/* area.h — the part of a tree that a path belongs to, for totals. */
#ifndef ONEDEF_REPORT_AREA_H
#define ONEDEF_REPORT_AREA_H

/* The first folder of a path, two where the first is only a wrapper such as `src`; "." for a file at
 * the top. Caller frees. */
char *area_of_path(const char *path);

#endif
