/* The diff is no general one: edits are few and local, so the changed stretches are found by walking
 * both texts line by line and, where they part, looking for the nearest pair of lines from which
 * RESYNC lines are equal again (by the sum of the distances). Within a stretch, a longest common
 * subsequence keeps what did not change. Any such diff is right; this one is also short. */
#include "fix/edit.h"

#include <stdlib.h>
#include <string.h>

#define CONTEXT 3   /* lines around a change, as git has them */
#define RESYNC  4   /* equal lines after which two texts are in step again */
#define REACH   400 /* how far to look for that; beyond, the rest is one change */

void edit_init(Edit *edit)
{
    edit->spans = g_array_new(FALSE, FALSE, sizeof(EditSpan));
}

void edit_clear(Edit *edit)
{
    for (uint32_t i = 0; edit->spans != NULL && i < edit->spans->len; i++)
        g_free(g_array_index(edit->spans, EditSpan, i).text);
    if (edit->spans != NULL)
        g_array_free(edit->spans, TRUE);
    edit->spans = NULL;
}

void edit_replace(Edit *edit, uint32_t start, uint32_t end, const char *text)
{
    EditSpan span = {.start = start, .end = end, .text = g_strdup(text)};

    g_array_append_val(edit->spans, span);
}

/* By place; g_array_sort is a stable merge sort, so insertions at one place keep their order. An insertion
 * goes before a replacement that starts there. */
static int compare_spans(const void *a, const void *b)
{
    const EditSpan *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

GBytes *edit_apply(Edit *edit, GBytes *before)
{
    size_t length;
    const char *bytes = g_bytes_get_data(before, &length);
    g_autoptr(GByteArray) out = g_byte_array_new();
    size_t at = 0;

    g_array_sort(edit->spans, compare_spans);
    for (uint32_t i = 0; i < edit->spans->len; i++) {
        const EditSpan *span = &g_array_index(edit->spans, EditSpan, i);
        if (span->start < at || span->end < span->start || span->end > length)
            return NULL;
        g_byte_array_append(out, (const guint8 *)bytes + at, (guint)(span->start - at));
        g_byte_array_append(out, (const guint8 *)span->text, (guint)strlen(span->text));
        at = span->end;
    }
    if (at < length)
        g_byte_array_append(out, (const guint8 *)bytes + at, (guint)(length - at));
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

/* --- diff --- */

/* Line — with its LF, where it has one. */
typedef struct Line {
    const char *text;
    size_t length;
} Line;

typedef struct Lines {
    Line *lines;
    uint32_t count;
} Lines;

static Lines split(GBytes *bytes)
{
    size_t length = 0;
    const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
    GArray *array = g_array_new(FALSE, FALSE, sizeof(Line));

    for (size_t at = 0; at < length;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t next = end != NULL ? (size_t)(end - text) + 1 : length;
        Line line = {text + at, next - at};
        g_array_append_val(array, line);
        at = next;
    }
    Lines lines = {.count = array->len};
    lines.lines = (Line *)(void *)g_array_free(array, FALSE);
    return lines;
}

static bool same(const Lines *a, uint32_t i, const Lines *b, uint32_t j)
{
    return a->lines[i].length == b->lines[j].length &&
           memcmp(a->lines[i].text, b->lines[j].text, a->lines[i].length) == 0;
}

/* Both at their end, or equal for RESYNC lines (or up to the end of both). */
static bool in_step(const Lines *a, uint32_t i, const Lines *b, uint32_t j)
{
    for (uint32_t k = 0; k < RESYNC; k++) {
        if (i + k == a->count || j + k == b->count)
            return i + k == a->count && j + k == b->count;
        if (!same(a, i + k, b, j + k))
            return false;
    }
    return true;
}

static void resync(const Lines *a, const Lines *b, uint32_t *i, uint32_t *j)
{
    for (uint32_t sum = 1; sum <= REACH; sum++)
        for (uint32_t d = 0; d <= sum; d++) {
            uint32_t x = *i + d, y = *j + (sum - d);
            if (x <= a->count && y <= b->count && in_step(a, x, b, y)) {
                *i = x;
                *j = y;
                return;
            }
        }
    *i = a->count;
    *j = b->count;
}

/* Change — lines [a, a_end) of the old text became [b, b_end) of the new one. */
typedef struct Change {
    uint32_t a, a_end, b, b_end;
} Change;

static void add_change(GArray *changes, uint32_t a, uint32_t a_end, uint32_t b, uint32_t b_end)
{
    Change change = {a, a_end, b, b_end};

    if (a < a_end || b < b_end)
        g_array_append_val(changes, change);
}

/* Splits a changed stretch at the lines of a longest common subsequence (the textbook table). */
static void refine(const Lines *a, const Lines *b, const Change *whole, GArray *changes)
{
    uint32_t rows = whole->a_end - whole->a, columns = whole->b_end - whole->b, width = columns + 1;
    uint32_t i = 0, j = 0, from_a = 0, from_b = 0;

    if (rows == 0 || columns == 0 || rows > REACH || columns > REACH) {
        add_change(changes, whole->a, whole->a_end, whole->b, whole->b_end);
        return;
    }
    g_autofree uint16_t *best = g_new0(uint16_t, (size_t)(rows + 1) * width); /* of the tails from (i, j) */
    for (i = rows; i-- > 0;)
        for (j = columns; j-- > 0;) {
            uint16_t down = best[(i + 1) * width + j], right = best[i * width + j + 1];
            best[i * width + j] = same(a, whole->a + i, b, whole->b + j)
                                      ? (uint16_t)(best[(i + 1) * width + j + 1] + 1)
                                      : MAX(down, right);
        }
    for (i = 0, j = 0; i < rows && j < columns;) {
        if (same(a, whole->a + i, b, whole->b + j)) {
            add_change(changes, whole->a + from_a, whole->a + i, whole->b + from_b, whole->b + j);
            from_a = ++i;
            from_b = ++j;
        } else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) {
            i++;
        } else {
            j++;
        }
    }
    add_change(changes, whole->a + from_a, whole->a_end, whole->b + from_b, whole->b_end);
}

static GArray *find_changes(const Lines *a, const Lines *b)
{
    GArray *changes = g_array_new(FALSE, FALSE, sizeof(Change));
    uint32_t i = 0, j = 0;

    while (i < a->count || j < b->count) {
        if (i < a->count && j < b->count && same(a, i, b, j)) {
            i++;
            j++;
            continue;
        }
        Change change = {.a = i, .b = j};
        resync(a, b, &i, &j);
        change.a_end = i;
        change.b_end = j;
        refine(a, b, &change, changes);
    }
    return changes;
}

static void put_line(GString *out, char sign, const Line *line)
{
    g_string_append_c(out, sign);
    g_string_append_len(out, line->text, (gssize)line->length);
    if (line->text[line->length - 1] != '\n')
        g_string_append(out, "\n\\ No newline at end of file\n");
}

/* git's "first,count", where an empty range names the line before it. */
static void put_range(GString *out, char sign, uint32_t first, uint32_t count)
{
    g_string_append_printf(out, "%c%u", sign, count == 0 ? first : first + 1);
    if (count != 1)
        g_string_append_printf(out, ",%u", count);
}

static void put_hunk(GString *out, const Lines *a, const Lines *b, const Change *changes, uint32_t n)
{
    const Change *first = &changes[0], *last = &changes[n - 1];
    uint32_t lead = MIN(CONTEXT, first->a), trail = MIN(CONTEXT, a->count - last->a_end);
    uint32_t at = first->a - lead;

    g_string_append(out, "@@ ");
    put_range(out, '-', first->a - lead, last->a_end + trail - (first->a - lead));
    g_string_append_c(out, ' ');
    put_range(out, '+', first->b - lead, last->b_end + trail - (first->b - lead));
    g_string_append(out, " @@\n");
    for (uint32_t c = 0; c < n; c++) {
        for (; at < changes[c].a; at++) /* git wants old lines before new ones */
            put_line(out, ' ', &a->lines[at]);
        for (; at < changes[c].a_end; at++)
            put_line(out, '-', &a->lines[at]);
        for (uint32_t j = changes[c].b; j < changes[c].b_end; j++)
            put_line(out, '+', &b->lines[j]);
    }
    for (uint32_t k = 0; k < trail; k++)
        put_line(out, ' ', &a->lines[at + k]);
}

/* git quotes names with controls, quotes and backslashes as C strings. */
static char *quote_name(const char *prefix, const char *path)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bool quoted = false;

    for (const unsigned char *p = (const unsigned char *)path; *p != 0; p++) {
        if (*p == '"' || *p == '\\') {
            g_string_append_printf(text, "\\%c", *p);
            quoted = true;
        } else if (*p < 0x20 || *p == 0x7f) {
            g_string_append_printf(text, "\\%03o", *p);
            quoted = true;
        } else {
            g_string_append_c(text, (char)*p);
        }
    }
    return quoted ? g_strdup_printf("\"%s%s\"", prefix, text->str) : g_strdup_printf("%s%s", prefix, path);
}

static void put_header(GString *out, const char *path, uint32_t mode, bool deleted)
{
    g_autofree char *a = quote_name("a/", path), *b = quote_name("b/", path);
    const char *tab = strchr(path, ' ') != NULL && a[0] != '"' ? "\t" : "";

    g_string_append_printf(out, "diff --git %s %s\n", a, b);
    if (deleted)
        g_string_append_printf(out, "deleted file mode %o\n", mode);
    g_string_append_printf(out, "--- %s%s\n", a, tab);
    if (deleted)
        g_string_append(out, "+++ /dev/null\n");
    else
        g_string_append_printf(out, "+++ %s%s\n", b, tab);
}

void diff_append(GString *out, const char *path, uint32_t mode, GBytes *before, GBytes *after)
{
    Lines a = split(before), b = split(after);
    g_autoptr(GArray) changes = find_changes(&a, &b);
    const Change *all = (const Change *)(void *)changes->data;

    if (changes->len > 0)
        put_header(out, path, mode, after == NULL);
    for (uint32_t first = 0, last; first < changes->len; first = last) {
        for (last = first + 1; last < changes->len; last++)
            if (all[last].a - all[last - 1].a_end > 2 * CONTEXT)
                break;
        put_hunk(out, &a, &b, all + first, last - first);
    }
    g_free(a.lines);
    g_free(b.lines);
}
