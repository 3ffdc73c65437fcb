#include "report/text.h"

#include <stdlib.h>

typedef struct Sink {
    Output out;
    char *bytes;
    size_t size;
} Sink;

static void sink_open(Sink *sink, uint32_t width, bool colour)
{
    *sink = (Sink){.out = {.width = width, .colour = colour}};
    sink->out.file = open_memstream(&sink->bytes, &sink->size);
}

static void sink_expect(Sink *sink, const char *expected)
{
    fclose(sink->out.file);
    g_assert_cmpstr(sink->bytes, ==, expected);
    free(sink->bytes);
}

static void test_number(void)
{
    g_assert_cmpstr(NUMBER(0), ==, "0");
    g_assert_cmpstr(NUMBER(999), ==, "999");
    g_assert_cmpstr(NUMBER(1000), ==, "1,000");
    g_assert_cmpstr(NUMBER(1234567), ==, "1,234,567");
    g_assert_cmpstr(NUMBER(UINT64_MAX), ==, "18,446,744,073,709,551,615");
}

static void test_width(void)
{
    g_assert_cmpuint(text_width("abc"), ==, 3);
    g_assert_cmpuint(text_width("caf\xc3\xa9"), ==, 4);
    g_assert_cmpuint(text_width("\xe4\xb8\xad\xe6\x96\x87"), ==, 4); /* two wide characters */
    g_assert_cmpuint(text_width("\xff\xfe"), ==, 2);
    g_assert_cmpuint(text_width("e\xcc\x81"), ==, 1); /* a combining accent */
}

static void test_cell(void)
{
    Sink sink;
    sink_open(&sink, 80, false);
    text_cell(&sink.out, STYLE_PLAIN, "ab", 4);
    text_cell(&sink.out, STYLE_PLAIN, "abcdef", 5);
    text_cell(&sink.out, STYLE_PLAIN, "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97", 5);
    sink_expect(&sink, "ab  abc..\xe4\xb8\xad.. ");
}

static void test_wrap(void)
{
    Sink sink;
    sink_open(&sink, 24, false);
    text_wrap(&sink.out, STYLE_PLAIN, "one two three four five six", 1, 4);
    sink_expect(&sink, "one two three four five\n    six\n");
    sink_open(&sink, 0, false);
    text_wrap(&sink.out, STYLE_PLAIN, "one two three four five six seven eight", 2, 4);
    sink_expect(&sink, "one two three four five six seven eight\n");
}

static void test_long_word(void)
{
    Sink sink;
    sink_open(&sink, 24, false);
    text_wrap(&sink.out, STYLE_PLAIN, "a/very/long/path/that/does/not/fit:12 x", 0, 2);
    sink_expect(&sink, "a/very/long/path/that/does/not/fit:12\n  x\n");
}

static void test_colour(void)
{
    Sink sink;
    sink_open(&sink, 80, true);
    text_put(&sink.out, STYLE_BAD, "x\033y");
    sink_expect(&sink, "\033[31mx\\x1by\033[0m");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/number", test_number);
    g_test_add_func("/text/width", test_width);
    g_test_add_func("/text/cell", test_cell);
    g_test_add_func("/text/wrap", test_wrap);
    g_test_add_func("/text/long-word", test_long_word);
    g_test_add_func("/text/colour", test_colour);
    return g_test_run();
}
