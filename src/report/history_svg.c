/* The history as a chart: one panel for each kind of trouble, because their numbers differ by powers of
 * ten and one scale would press the small ones flat. All panels share the time axis. Colours come from a
 * style sheet in the file, with a set for dark surroundings; a viewer that knows no style sheets still gets
 * the light set, which stands in the attributes. */
#include "report/history.h"

#include <math.h>
#include <time.h>

#include "report/formats.h"

enum {
    WIDTH = 960,
    LEFT = 64,
    RIGHT = 150, /* room for the last values and their names */
    TOP = 64,
    PANEL = 150,
    GAP = 46,
    BOTTOM = 44,
    DATES = 6,
    LABEL_HEIGHT = 15,
    MAX_SERIES = 3,
};

/* Series — one line of a panel. */
typedef struct Series {
    const char *name, *class, *colour;
    bool verdict;
    uint32_t index;
} Series;

typedef struct Panel {
    const char *title;
    Series series[MAX_SERIES]; /* ends with a NULL name */
} Panel;

static const Panel panels[] = {
    {"Definitions to consolidate, groups",
     {{"drifted copies", "b", "#b45309", true, VERDICT_DIVERGED},
      {"identical copies", "a", "#c0392b", true, VERDICT_DUPLICATE}}},
    {"Imports",
     {{"fragmented", "c", "#2563a8", false, RULE_FRAGMENTED_IMPORT},
      {"broken", "a", "#c0392b", false, RULE_BROKEN_IMPORT}}},
    {"Modules that import one another while loading",
     {{"import cycles", "d", "#6d4bb0", false, RULE_IMPORT_CYCLE}}},
};
enum { N_PANELS = G_N_ELEMENTS(panels) };

/* Chart — the times of the points that were read, never falling (rebased commits keep old dates). */
typedef struct Chart {
    FILE *file;
    const History *history;
    int64_t *times; /* by point */
    int64_t first, last;
} Chart;

static uint32_t value_of(const HistoryPoint *point, const Series *series)
{
    return series->verdict ? point->verdicts[series->index] : point->rules[series->index];
}

static double x_of(const Chart *chart, int64_t time)
{
    double span = (double)(chart->last - chart->first);

    return LEFT + (span > 0 ? (double)(time - chart->first) / span : 0.5) * (WIDTH - LEFT - RIGHT);
}

static double panel_top(uint32_t panel)
{
    return TOP + (double)panel * (PANEL + GAP);
}

/* 1, 2 or 5 times a power of ten, so that at most five lines cover `most`. */
static uint32_t step_for(uint32_t most)
{
    static const uint32_t factors[] = {1, 2, 5};

    for (uint32_t power = 1;; power *= 10)
        for (uint32_t i = 0; i < G_N_ELEMENTS(factors); i++)
            if ((uint64_t)factors[i] * power * 5 >= most || power >= 100000000)
                return factors[i] * power;
}

static uint32_t most_of(const History *history, const Panel *panel)
{
    uint32_t most = 1;

    for (uint32_t i = 0; i < history->n_points; i++)
        for (const Series *series = panel->series;
             series < panel->series + MAX_SERIES && series->name != NULL; series++)
            most = MAX(most, history->points[i].error == NULL ? value_of(&history->points[i], series) : 0);
    return most;
}

static void write_head(const Chart *chart, double height)
{
    fprintf(
        chart->file,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%.0f\" viewBox=\"0 0 %d %.0f\" "
        "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" role=\"img\">\n"
        "<title>What onedef found over time</title>\n"
        "<style>\n"
        "@media (prefers-color-scheme: dark) {\n"
        ".back { fill: #14181d } .text { fill: #dfe5eb } .quiet { fill: #9aa7b5 } .grid { stroke: #333c46 }\n"
        ".line.a { stroke: #f08a80 } .line.b { stroke: #f0b05a } .line.c { stroke: #7db4ee } .line.d { "
        "stroke: #b79df0 }\n"
        ".dot.a { fill: #f08a80 } .dot.b { fill: #f0b05a } .dot.c { fill: #7db4ee } .dot.d { fill: #b79df0 "
        "}\n"
        "}\n"
        "</style>\n"
        "<rect class=\"back\" width=\"%d\" height=\"%.0f\" fill=\"#ffffff\"/>\n",
        WIDTH, height, WIDTH, height, WIDTH, height);
}

static void write_text(const Chart *chart, double x, double y, const char *class, const char *anchor,
                       const char *more, const char *text)
{
    fprintf(chart->file,
            "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\"%s>%s</text>\n", class, x,
            y, anchor, *class == 't' ? "#1f2933" : "#5f6c7b", more, text);
}

static void format_time(int64_t seconds, const char *format, char *text, size_t size)
{
    time_t value = (time_t)seconds;
    struct tm parts;

    if (gmtime_r(&value, &parts) == NULL || strftime(text, size, format, &parts) == 0)
        g_strlcpy(text, "?", size);
}

static void write_dates(const Chart *chart)
{
    double bottom = panel_top(N_PANELS - 1) + PANEL;
    int64_t span = chart->last - chart->first;
    const char *format = span < 10 * 86400 ? "%m-%d %H:%M" : "%Y-%m-%d";
    uint32_t dates = span > 0 ? DATES : 1;

    for (uint32_t i = 0; i < dates; i++) {
        int64_t time = dates > 1 ? chart->first + span * i / (dates - 1) : chart->first;
        char text[32];
        format_time(time, format, text, sizeof text);
        for (uint32_t p = 0; p < N_PANELS; p++)
            fprintf(
                chart->file,
                "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#e3e8ee\"/>\n",
                x_of(chart, time), panel_top(p), x_of(chart, time), panel_top(p) + PANEL);
        write_text(chart, x_of(chart, time), bottom + 20, "quiet", "middle", "", text);
    }
    write_text(chart, LEFT + (WIDTH - LEFT - RIGHT) / 2.0, bottom + 38, "quiet", "middle",
               " font-size=\"11\"", "date of the commit (UTC)");
}

static double y_of(uint32_t panel, uint32_t value, uint32_t top_value)
{
    return panel_top(panel) + PANEL - (double)value / (double)top_value * PANEL;
}

static void write_scale(const Chart *chart, uint32_t panel, uint32_t step, uint32_t top_value)
{
    for (uint32_t value = 0; value <= top_value; value += step) {
        double y = y_of(panel, value, top_value);
        char text[16];
        g_snprintf(text, sizeof text, "%u", value);
        fprintf(chart->file,
                "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e3e8ee\"/>\n",
                LEFT, y, WIDTH - RIGHT, y);
        write_text(chart, LEFT - 8, y + 4, "quiet", "end", "", text);
    }
}

/* A revision that could not be read leaves a gap. */
static void write_line(const Chart *chart, uint32_t panel, const Series *series, uint32_t top_value)
{
    const History *history = chart->history;
    bool open = false;

    fprintf(chart->file,
            "<path class=\"line %s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" "
            "stroke-linejoin=\"round\" d=\"",
            series->class, series->colour);
    for (uint32_t i = 0; i < history->n_points; i++) {
        if (history->points[i].error == NULL)
            fprintf(chart->file, "%s%.1f %.1f", open ? " L" : " M", x_of(chart, chart->times[i]),
                    y_of(panel, value_of(&history->points[i], series), top_value));
        open = history->points[i].error == NULL;
    }
    fputs("\"/>\n", chart->file);
    for (uint32_t i = 0; i < history->n_points; i++) {
        uint32_t value = value_of(&history->points[i], series);
        char date[32];
        if (history->points[i].error != NULL)
            continue;
        format_time(history->points[i].time, "%Y-%m-%d", date, sizeof date);
        fprintf(chart->file,
                "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\"><title>%s %.9s: %u "
                "%s</title></circle>\n",
                series->class, x_of(chart, chart->times[i]), y_of(panel, value, top_value),
                history->n_points > 60 ? "1.5" : "3", series->colour, date, history->points[i].id, value,
                series->name);
    }
}

/* The legend stands where each line ends, with its last value; labels are pushed apart. */
static void write_legend(const Chart *chart, uint32_t panel, uint32_t top_value)
{
    const HistoryPoint *last = NULL;
    double below = panel_top(panel) + PANEL + LABEL_HEIGHT;
    const Series *sorted[MAX_SERIES];
    uint32_t n = 0;

    for (uint32_t i = 0; i < chart->history->n_points; i++)
        if (chart->history->points[i].error == NULL)
            last = &chart->history->points[i];
    for (const Series *series = panels[panel].series;
         last != NULL && n < MAX_SERIES && series[0].name != NULL; series++) {
        uint32_t at = n++;
        for (; at > 0 && value_of(last, sorted[at - 1]) > value_of(last, series); at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = series; /* lowest value first, so from the bottom up */
        if (n == MAX_SERIES)
            break;
    }
    for (uint32_t i = 0; i < n; i++) {
        double y = MIN(y_of(panel, value_of(last, sorted[i]), top_value), below - LABEL_HEIGHT);
        char text[64];
        below = y;
        g_snprintf(text, sizeof text, "%u %s", value_of(last, sorted[i]), sorted[i]->name);
        fprintf(chart->file, "<circle class=\"dot %s\" cx=\"%d\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n",
                sorted[i]->class, WIDTH - RIGHT + 14, y, sorted[i]->colour);
        write_text(chart, WIDTH - RIGHT + 24, y + 4, "text", "start", "", text);
    }
}

static void write_panel(const Chart *chart, uint32_t panel)
{
    uint32_t most = most_of(chart->history, &panels[panel]), step = step_for(most);
    uint32_t top_value = (most + step - 1) / step * step;

    write_text(chart, LEFT, panel_top(panel) - 12, "text", "start", " font-weight=\"bold\"",
               panels[panel].title);
    write_scale(chart, panel, step, top_value);
    for (const Series *series = panels[panel].series;
         series < panels[panel].series + MAX_SERIES && series->name != NULL; series++)
        write_line(chart, panel, series, top_value);
    write_legend(chart, panel, top_value);
}

static void write_title(const Chart *chart)
{
    const History *history = chart->history;
    uint32_t gaps = 0, incomplete = 0;

    for (uint32_t i = 0; i < history->n_points; i++) {
        gaps += history->points[i].error != NULL;
        incomplete += history->points[i].n_unreadable > 0;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "%u of %u commits", history->n_points, history->n_commits);
    if (history->every > 1)
        g_string_append_printf(text, ", every %uth", history->every);
    if (gaps > 0)
        g_string_append_printf(text, "; %u could not be read", gaps);
    if (incomplete > 0)
        g_string_append_printf(text, "; %u with files that are not in the repository", incomplete);
    if (history->cut)
        g_string_append(text, "; older commits are not in the repository");
    write_text(chart, LEFT, 24, "quiet", "start", "", text->str);
}

bool history_write_svg(const Output *out, const History *history, GError **error)
{
    g_autofree int64_t *times = g_new0(int64_t, history->n_points + 1);
    Chart chart = {.file = out->file, .history = history, .times = times};

    for (uint32_t i = 0; i < history->n_points; i++)
        times[i] = i == 0 ? history->points[i].time : MAX(times[i - 1], history->points[i].time);
    chart.first = times[0];
    chart.last = times[history->n_points > 0 ? history->n_points - 1 : 0];
    write_head(&chart, panel_top(N_PANELS - 1) + PANEL + BOTTOM);
    write_title(&chart);
    write_dates(&chart);
    for (uint32_t panel = 0; panel < N_PANELS; panel++)
        write_panel(&chart, panel);
    fputs("</svg>\n", out->file);
    return report_finish(out, error);
}
