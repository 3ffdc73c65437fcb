/* A Mermaid flowchart, for Markdown that renders it. Every character of a label that could mean
 * something to Mermaid, Markdown or HTML is written as an entity (#35;), names are made up. */
#include "report/view_formats.h"

#include "report/formats.h"

#include <string.h>

enum { LABEL_LENGTH = 60 };

static bool plain(char c)
{
    return g_ascii_isalnum(c) || (c & 0x80) || strchr(" _.,:/()-=+*", c) != NULL;
}

static void write_label(FILE *file, const char *text)
{
    g_autofree char *safe = view_text(text, true);
    glong length = g_utf8_strlen(safe, -1);
    const char *end =
        length > LABEL_LENGTH * 4 ? g_utf8_offset_to_pointer(safe, LABEL_LENGTH * 4) : safe + strlen(safe);

    putc('"', file);
    for (const char *p = safe; p < end; p++) {
        if (*p == '\n')
            fputs("<br/>", file);
        else if (plain(*p))
            putc(*p, file);
        else
            fprintf(file, "#%d;", (unsigned char)*p);
    }
    fputs(*end != '\0' ? "…\"" : "\"", file);
}

static void write_node(FILE *file, const View *view, uint32_t index, int indent)
{
    const ViewNode *node = view_node(view, index);
    bool round = node->kind == NODE_PACKAGE || node->kind == NODE_REEXPORT;

    fprintf(file, "%*sn%u%s", indent, "", index, round ? "(" : "[");
    write_label(file, node->label);
    fputs(round ? ")" : "]", file);
    if (node->style[0] != '\0' || node->kind == NODE_PACKAGE)
        fprintf(file, ":::%s", node->style[0] != '\0' ? node->style : "package");
    putc('\n', file);
}

/* Clusters nest: a stack of open ones follows from the parents, which stand before their children. */
static void write_clusters(FILE *file, const View *view)
{
    uint32_t n = view->clusters->len;
    g_autofree uint32_t *next = g_new0(uint32_t, (size_t)n + 1), *stack = g_new(uint32_t, (size_t)n + 1);

    for (uint32_t top = 0; top < n; top++) {
        uint32_t depth = 0;
        if (view_cluster(view, top)->parent != UINT32_MAX)
            continue;
        stack[depth++] = top;
        next[top] = top + 1;
        while (depth > 0) {
            uint32_t cluster = stack[depth - 1];
            if (next[cluster] == cluster + 1) {
                fprintf(file, "%*ssubgraph c%u [", (int)MIN(depth, 20) * 2, "", cluster);
                write_label(file, view_cluster(view, cluster)->label);
                fputs("]\n", file);
                for (uint32_t i = 0; i < view->nodes->len; i++)
                    if (view_node(view, i)->cluster == cluster)
                        write_node(file, view, i, (int)MIN(depth, 20) * 2 + 2);
            }
            uint32_t child = next[cluster];
            while (child < n && view_cluster(view, child)->parent != cluster)
                child++;
            next[cluster] = child + 1;
            if (child < n) {
                stack[depth++] = child;
                next[child] = child + 1;
                continue;
            }
            fprintf(file, "%*send\n", (int)MIN(depth, 20) * 2, "");
            depth--;
        }
    }
}

static void write_edge(FILE *file, const ViewEdge *edge)
{
    bool dashed = strcmp(edge->style, "lazy") == 0 || strcmp(edge->style, "typing") == 0 ||
                  strcmp(edge->style, "star") == 0;
    bool thick = strcmp(edge->style, "cycle") == 0 || strcmp(edge->style, "cut") == 0;
    bool line = strcmp(edge->style, "similar") == 0;

    fprintf(file, "  n%u %s", edge->from, line ? "---" : dashed ? "-.->" : thick ? "==>" : "-->");
    if (edge->label != NULL) {
        putc('|', file);
        write_label(file, edge->label);
        putc('|', file);
    } else if (edge->count > 1) {
        fprintf(file, "|%u|", edge->count);
    }
    fprintf(file, " n%u\n", edge->to);
}

static void write_styles(FILE *file)
{
    fputs("  classDef package fill:#e8f1fb,stroke:#8fb4dc,color:#12395f\n"
          "  classDef canonical fill:#e3f5ea,stroke:#2f9e5b,color:#14532d,stroke-width:2px\n"
          "  classDef duplicate fill:#fdeceb,stroke:#dd5a4f,color:#7f1d1d\n"
          "  classDef diverged fill:#fff2e2,stroke:#e08a1e,color:#7a3e00\n"
          "  classDef renamed fill:#fdf8dc,stroke:#c2a30a,color:#5c4a00\n"
          "  classDef hollow fill:#f4effc,stroke:#9a7bd0,color:#45297a\n"
          "  classDef cycle fill:#fff2e2,stroke:#e08a1e,color:#7a3e00\n"
          "  classDef alias fill:#f4effc,stroke:#9a7bd0,color:#45297a\n"
          "  classDef shim fill:#eef4fb,stroke:#7ba3cf,color:#1f2933,stroke-dasharray:4\n"
          "  classDef unused fill:#fafbfc,stroke:#b6c0ca,color:#5f6c7b,stroke-dasharray:4\n"
          "  classDef rest fill:#fafbfc,stroke:#c3ccd5,color:#5f6c7b,stroke-dasharray:4\n"
          "  classDef test fill:#f3f5f7,stroke:#bcc6d0,color:#4a5663\n"
          "  classDef external fill:#ffffff,stroke:#bcc6d0,color:#5f6c7b,stroke-dasharray:4\n",
          file);
}

bool view_write_mermaid(const Output *out, const View *view, GError **error)
{
    FILE *file = out->file;

    fputs("flowchart LR\n", file);
    write_clusters(file, view);
    for (uint32_t i = 0; i < view->nodes->len; i++)
        if (view_node(view, i)->cluster == UINT32_MAX)
            write_node(file, view, i, 2);
    for (uint32_t i = 0; i < view->edges->len; i++)
        write_edge(file, view_edge(view, i));
    write_styles(file);
    return report_finish(out, error);
}
