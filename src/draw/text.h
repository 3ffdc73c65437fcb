/* text.h — the one place where texts of analysed code become safe for Graphviz and for XML.
 *
 * Names of nodes and clusters are made up (n0, cluster_0), so that Graphviz's \N and \G never see a
 * text; every other text goes through one of these. Both drop control characters, noncharacters
 * and marks that turn the direction of text, and shorten in the middle. */
#ifndef ONEDEF_DRAW_TEXT_H
#define ONEDEF_DRAW_TEXT_H

#include <glib.h>

/* Appends `length` bytes of UTF-8 (-1: up to NUL), at most `limit` characters of it, as the content
 * of an HTML-like label. */
void text_append_html(GString *out, const char *text, gssize length, glong limit);
/* For tooltips, which Graphviz reads as escString: backslashes doubled, one line. Caller frees. */
char *text_tooltip(const char *text);

#endif
