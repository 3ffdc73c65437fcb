#include "report/escape.h"

typedef char *(*Escape)(const char *);

typedef struct Row {
    const char *name;
    Escape escape;
    const char *input, *expected;
} Row;

static const Row rows[] = {
    {"terminal/plain", escape_terminal, "a b", "a b"},
    {"terminal/newline", escape_terminal, "a\nb\r\t", "a\\nb\\r\\t"},
    {"terminal/escape", escape_terminal, "\033[31mred", "\\x1b[31mred"},
    {"terminal/delete", escape_terminal, "\177", "\\x7f"},
    {"terminal/c1", escape_terminal,
     "\xc2\x9b"
     "31m",
     "\\x9b31m"},
    {"terminal/utf8", escape_terminal, "caf\xc3\xa9", "caf\xc3\xa9"},
    {"terminal/bytes survive", escape_terminal, "\xff\xfe", "\xff\xfe"},
    {"utf8/valid", escape_utf8, "caf\xc3\xa9\n", "caf\xc3\xa9\n"},
    {"utf8/invalid", escape_utf8,
     "a\xff"
     "b\xc3",
     "a\\xffb\\xc3"},
    {"utf8/surrogate", escape_utf8, "\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"markdown/punctuation", escape_markdown, "a|b*c_d`e", "a\\|b\\*c\\_d\\`e"},
    {"markdown/html", escape_markdown, "<script>&", "&lt;script&gt;&amp;"},
    {"markdown/newline", escape_markdown, "a\n# b", "a\\\\n\\# b"},
    {"code/plain", escape_markdown_code, "a_b", "`a_b`"},
    {"code/tick", escape_markdown_code, "a`b", "`` a`b ``"},
    {"code/ticks", escape_markdown_code, "``", "``` `` ```"},
    {"code/pipe", escape_markdown_code, "a|b", "`a\\|b`"},
    {"code/empty", escape_markdown_code, "", "`  `"},
    {"csv/plain", escape_csv, "a b", "a b"},
    {"csv/comma", escape_csv, "a,b", "\"a,b\""},
    {"csv/quote", escape_csv, "a\"b", "\"a\"\"b\""},
    {"csv/newline", escape_csv, "a\nb", "a\\nb"},
    {"csv/formula", escape_csv, "=1+1", "\"'=1+1\""},
    {"csv/at", escape_csv, "@x", "\"'@x\""},
    {"csv/minus", escape_csv, "-x", "\"'-x\""},
    {"csv/invalid", escape_csv, "\xff", "\\xff"},
};

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *actual = row->escape(row->input);
    g_assert_cmpstr(actual, ==, row->expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/escape/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
