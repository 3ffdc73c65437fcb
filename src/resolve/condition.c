/* What conditions about the interpreter come to, without running anything.
 *
 * A recursive descent over the condition's text with values that may be unknown (three-valued logic
 * after Kleene): literals, sys.version_info and its parts, sys.platform, os.name, the
 * implementation's name, PY2 / PY3. The text of a condition is cut at FACTS_MAX_TEXT bytes, which
 * bounds the recursion. An answer is firm when it holds for every interpreter (a literal) or for the
 * one that the configuration states; otherwise it holds for the assumed one and only orders
 * candidates. Everything else (hasattr, environment, functions) is unknown. */
#include "resolve/internal.h"

#include <stdlib.h>
#include <string.h>

typedef enum ValueKind { VALUE_UNKNOWN, VALUE_NUMBER, VALUE_TEXT, VALUE_VERSION, VALUE_TUPLE } ValueKind;

#define MAX_ITEMS 8

typedef struct Value {
    ValueKind kind;
    bool firm;
    long number;      /* VALUE_NUMBER, also booleans */
    const char *text; /* VALUE_TEXT and the items of a VALUE_TUPLE of texts */
    size_t length;
    long items[MAX_ITEMS]; /* VALUE_VERSION, VALUE_TUPLE of numbers */
    const char *texts[MAX_ITEMS];
    size_t lengths[MAX_ITEMS];
    unsigned n_items;
} Value;

typedef struct Reader {
    const Interpreter *interpreter;
    const char *at;
} Reader;

static Value read_or(Reader *reader);

static const Value unknown = {.kind = VALUE_UNKNOWN};

static Value number(long value, bool firm)
{
    return (Value){.kind = VALUE_NUMBER, .number = value, .firm = firm};
}

static Value text_value(const char *text, bool firm)
{
    return (Value){.kind = VALUE_TEXT, .text = text, .length = strlen(text), .firm = firm};
}

static void skip_space(Reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r')
        reader->at++;
}

static bool is_name(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool take(Reader *reader, const char *token)
{
    size_t length = strlen(token);

    skip_space(reader);
    if (strncmp(reader->at, token, length) != 0)
        return false;
    if (is_name(token[0]) && is_name(reader->at[length]))
        return false;
    reader->at += length;
    return true;
}

static Truth truth_of(const Value *value)
{
    switch (value->kind) {
    case VALUE_NUMBER:
        return value->number != 0 ? TRUTH_TRUE : TRUTH_FALSE;
    case VALUE_TEXT:
        return value->length != 0 ? TRUTH_TRUE : TRUTH_FALSE;
    case VALUE_VERSION:
        return TRUTH_TRUE;
    default:
        return TRUTH_UNKNOWN;
    }
}

static bool ends_with(const char *name, size_t length, const char *part)
{
    size_t n = strlen(part);

    return length >= n && memcmp(name + length - n, part, n) == 0 &&
           (length == n || name[length - n - 1] == '.');
}

static Value version_value(const Interpreter *interpreter)
{
    Value value = {.kind = VALUE_VERSION, .n_items = 2, .firm = interpreter->firm_version};

    value.items[0] = 3;
    value.items[1] = interpreter->minor;
    return value;
}

/* A flag or question that is named for one system or interpreter, however it is spelled: IS_WINDOWS,
 * platform.isWindows(), on_win32. Which one runs is assumed, and so only orders candidates. */
static Value named_system(const Interpreter *in, const char *name, size_t length)
{
    static const struct {
        const char *flag, *platform; /* platform NULL: an interpreter that is assumed not to be */
    } systems[] = {{"windows", "win32"}, {"win32", "win32"},   {"win", "win32"},  {"mswindows", "win32"},
                   {"macos", "darwin"},  {"macosx", "darwin"}, {"osx", "darwin"}, {"darwin", "darwin"},
                   {"mac", "darwin"},    {"linux", "linux"},   {"pypy", NULL},    {"jython", NULL},
                   {"ironpython", NULL}};
    char plain[24];
    size_t n = 0, from = length;

    while (from > 0 && name[from - 1] != '.')
        from--;
    for (; from < length && n + 1 < sizeof plain; from++)
        if (name[from] != '_')
            plain[n++] = g_ascii_tolower(name[from]);
    plain[n] = '\0';
    const char *flag = n > 4 && g_str_has_prefix(plain, "is")   ? plain + 2
                       : n > 5 && g_str_has_prefix(plain, "on") ? plain + 2
                                                                : plain;
    bool asked = flag != plain || (from > 0 && g_ascii_isupper(name[length - 1]));
    for (size_t i = 0; i < G_N_ELEMENTS(systems) && asked; i++)
        if (strcmp(flag, systems[i].flag) == 0)
            return number(systems[i].platform != NULL && strcmp(systems[i].platform, in->platform) == 0,
                          false);
    return unknown;
}

/* Does a text that something unknown is compared with name a system? Then it is assumed to be asked for. */
static Value compared_with_system(const Interpreter *in, const Value *text)
{
    static const char *const windows[] = {"win32", "cygwin", "nt", "Windows", "windows"};
    static const char *const others[] = {"darwin", "Darwin", "java",   "Java",
                                         "os2",    "riscos", "sunos5", "SunOS"};
    static const char *const unix_like[] = {"posix", "linux", "Linux", "linux2"};
    bool is_windows = strcmp(in->platform, "win32") == 0, is_mac = strcmp(in->platform, "darwin") == 0;

    if (text->kind != VALUE_TEXT)
        return unknown;
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++)
        if (text->length == strlen(windows[i]) && memcmp(text->text, windows[i], text->length) == 0)
            return number(is_windows, false);
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (text->length == strlen(others[i]) && memcmp(text->text, others[i], text->length) == 0)
            return number(is_mac && i < 2, false);
    for (size_t i = 0; i < G_N_ELEMENTS(unix_like); i++)
        if (text->length == strlen(unix_like[i]) && memcmp(text->text, unix_like[i], text->length) == 0)
            return number(i == 0 ? !is_windows : !is_windows && !is_mac, false);
    return unknown;
}

/* Names that say which interpreter or system runs: matched by their last parts, since modules
 * rename sys and os at will. */
static Value name_value(const Interpreter *in, const char *name, size_t length)
{
    bool windows = strcmp(in->platform, "win32") == 0;

    if (ends_with(name, length, "version_info"))
        return version_value(in);
    if (ends_with(name, length, "version_info.major"))
        return number(3, true);
    if (ends_with(name, length, "version_info.minor"))
        return number(in->minor, in->firm_version);
    if (ends_with(name, length, "sys.platform") || ends_with(name, length, "_sys.platform"))
        return text_value(in->platform, in->firm_platform);
    if (ends_with(name, length, "os.name") || ends_with(name, length, "_os.name"))
        return text_value(windows ? "nt" : "posix", in->firm_platform);
    if (ends_with(name, length, "implementation.name"))
        return text_value("cpython", false);
    if (ends_with(name, length, "PY2") || ends_with(name, length, "PYPY") ||
        ends_with(name, length, "IS_PYPY"))
        return number(0, false);
    if (ends_with(name, length, "PY3"))
        return number(1, false);
    if (length == 4 && memcmp(name, "True", 4) == 0)
        return number(1, true);
    if ((length == 5 && memcmp(name, "False", 5) == 0) || (length == 4 && memcmp(name, "None", 4) == 0))
        return number(0, true);
    if (length == 9 && memcmp(name, "__debug__", 9) == 0)
        return number(1, false);
    return named_system(in, name, length);
}

/* struct.calcsize of one native format character, where int has 4 bytes and pointers have 8. */
static Value size_value(const Interpreter *in, const char *argument)
{
    static const char formats[] = "cbB?hHiIlLqQfdP";
    static const unsigned char sizes[] = {1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8, 8};
    bool windows = strcmp(in->platform, "win32") == 0;

    if ((*argument != '"' && *argument != '\'') || argument[1] == '\0' || argument[2] != *argument)
        return unknown;
    const char *found = strchr(formats, argument[1]);
    if (found == NULL)
        return unknown;
    bool is_long = argument[1] == 'l' || argument[1] == 'L';
    return number(is_long && windows ? 4 : sizes[found - formats], false);
}

/* ctypes.sizeof of a simple C type, by the same data models. */
static Value c_type_size(const Interpreter *in, const char *argument)
{
    static const struct {
        const char *name;
        unsigned char size, windows;
    } types[] = {{"c_byte", 1, 1},   {"c_ubyte", 1, 1},       {"c_char", 1, 1},      {"c_short", 2, 2},
                 {"c_ushort", 2, 2}, {"c_int", 4, 4},         {"c_uint", 4, 4},      {"c_long", 8, 4},
                 {"c_ulong", 8, 4},  {"c_longlong", 8, 8},    {"c_ulonglong", 8, 8}, {"c_float", 4, 4},
                 {"c_double", 8, 8}, {"c_longdouble", 16, 8}, {"c_void_p", 8, 8},    {"c_size_t", 8, 8},
                 {"c_ssize_t", 8, 8}};
    size_t length = strcspn(argument, ")");

    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (ends_with(argument, length, types[i].name))
            return number(strcmp(in->platform, "win32") == 0 ? types[i].windows : types[i].size, false);
    return unknown;
}

static Value call_value(const Interpreter *in, const char *name, size_t length, const char *argument)
{
    if (length >= 8 && memcmp(name + length - 8, "calcsize", 8) == 0)
        return size_value(in, argument);
    if (ends_with(name, length, "sizeof"))
        return c_type_size(in, argument);
    if (ends_with(name, length, "platform.system")) {
        const char *system = strcmp(in->platform, "win32") == 0    ? "Windows"
                             : strcmp(in->platform, "darwin") == 0 ? "Darwin"
                                                                   : "Linux";
        return text_value(system, in->firm_platform);
    }
    if (ends_with(name, length, "python_implementation"))
        return text_value("CPython", false);
    return named_system(in, name, length);
}

/* Behind the opening bracket: skips to behind its partner. */
static void skip_brackets(Reader *reader)
{
    unsigned depth = 1;

    while (*reader->at != '\0' && depth > 0) {
        char c = *reader->at++;
        if (c == '(' || c == '[' || c == '{')
            depth++;
        else if (c == ')' || c == ']' || c == '}')
            depth--;
        else if (c == '"' || c == '\'') {
            while (*reader->at != '\0' && *reader->at != c)
                reader->at++;
            if (*reader->at == c)
                reader->at++;
        }
    }
}

/* sys.version_info[…] with a literal index or slice. */
static Value subscript(Reader *reader, Value value)
{
    char *end = NULL;
    const char *from = reader->at;

    skip_brackets(reader);
    if (value.kind != VALUE_VERSION)
        return unknown;
    if (*from == ':') {
        long count = strtol(from + 1, &end, 10);
        if (end == from + 1 || *end != ']' || count < 1)
            return unknown;
        value.n_items = (unsigned)MIN(count, (long)value.n_items);
        value.kind = VALUE_TUPLE;
        return value;
    }
    long index = strtol(from, &end, 10);
    if (end == from || *end != ']' || index < 0 || index >= (long)value.n_items)
        return unknown;
    return number(value.items[index], index == 0 || value.firm);
}

static Value read_literal_text(Reader *reader)
{
    char quote = *reader->at++;
    const char *from = reader->at;

    while (*reader->at != '\0' && *reader->at != quote && *reader->at != '\\')
        reader->at++;
    if (*reader->at != quote)
        return unknown;
    Value value = {.kind = VALUE_TEXT, .text = from, .length = (size_t)(reader->at - from), .firm = true};
    reader->at++;
    return value;
}

/* "(3, 8)", "('win32', 'cygwin')", or a parenthesised expression. */
static Value read_parenthesis(Reader *reader)
{
    Value tuple = {.kind = VALUE_TUPLE, .firm = true};
    Value item = read_or(reader);

    skip_space(reader);
    if (*reader->at == ')') {
        reader->at++;
        return item;
    }
    for (;;) {
        if (tuple.n_items == MAX_ITEMS || (item.kind != VALUE_NUMBER && item.kind != VALUE_TEXT))
            tuple.kind = VALUE_UNKNOWN;
        if (tuple.kind == VALUE_TUPLE) {
            tuple.items[tuple.n_items] = item.number;
            tuple.texts[tuple.n_items] = item.kind == VALUE_TEXT ? item.text : NULL;
            tuple.lengths[tuple.n_items++] = item.length;
        }
        if (!take(reader, ",")) {
            take(reader, ")");
            return tuple;
        }
        if (take(reader, ")"))
            return tuple;
        if (*reader->at == '\0')
            return unknown;
        item = read_or(reader);
    }
}

static Value read_name(Reader *reader)
{
    const char *from = reader->at;

    while (is_name(*reader->at) || *reader->at == '.')
        reader->at++;
    size_t length = (size_t)(reader->at - from);
    Value value = name_value(reader->interpreter, from, length);
    for (;;) {
        skip_space(reader);
        if (*reader->at == '[') {
            reader->at++;
            value = subscript(reader, value);
        } else if (*reader->at == '(') {
            const char *argument = reader->at + 1;
            reader->at++;
            skip_brackets(reader);
            if (length > 11 && memcmp(from + length - 11, ".startswith", 11) == 0) {
                Reader inner = {reader->interpreter, argument};
                Value owner = name_value(reader->interpreter, from, length - 11);
                Value prefix = *argument == '"' || *argument == '\'' ? read_literal_text(&inner) : unknown;
                value = owner.kind == VALUE_TEXT && prefix.kind == VALUE_TEXT
                            ? number(strncmp(owner.text, prefix.text, prefix.length) == 0, owner.firm)
                            : unknown;
            } else {
                value = call_value(reader->interpreter, from, length, argument);
            }
        } else if (*reader->at == '.') {
            reader->at++;
            while (is_name(*reader->at))
                reader->at++;
            value = unknown;
        } else {
            return value;
        }
    }
}

static Value read_operand(Reader *reader)
{
    skip_space(reader);
    char c = *reader->at;
    if (c == '(') {
        reader->at++;
        return read_parenthesis(reader);
    }
    if (c == '"' || c == '\'')
        return read_literal_text(reader);
    if (g_ascii_isdigit(c)) {
        char *end = NULL;
        long value = strtol(reader->at, &end, 0);
        if (is_name(*end) || *end == '.') {
            while (is_name(*end) || *end == '.')
                end++;
            reader->at = end;
            return unknown;
        }
        reader->at = end;
        return number(value, true);
    }
    if (is_name(c))
        return read_name(reader);
    if (c == '[' || c == '{') {
        reader->at++;
        skip_brackets(reader);
        return unknown;
    }
    if (c != '\0' && c != ')' && c != ']' && c != ',')
        reader->at++;
    return unknown;
}

/* -1, 0, 1, as Python orders tuples; a version has more parts than were compared, so it is greater
 * where the literal is its prefix: (3, 11, 4, …) > (3, 11). */
static int compare_items(const Value *a, const Value *b)
{
    for (unsigned i = 0; i < a->n_items && i < b->n_items; i++)
        if (a->items[i] != b->items[i])
            return a->items[i] < b->items[i] ? -1 : 1;
    if (a->n_items != b->n_items)
        return a->n_items < b->n_items ? -1 : 1;
    return (a->kind == VALUE_VERSION) - (b->kind == VALUE_VERSION);
}

static bool comparable(const Value *a, const Value *b, int *order)
{
    bool a_items = a->kind == VALUE_VERSION || a->kind == VALUE_TUPLE;
    bool b_items = b->kind == VALUE_VERSION || b->kind == VALUE_TUPLE;

    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER) {
        *order = a->number < b->number ? -1 : a->number > b->number;
        return true;
    }
    if (a->kind == VALUE_TEXT && b->kind == VALUE_TEXT) {
        int difference = memcmp(a->text, b->text, MIN(a->length, b->length));
        *order = difference != 0 ? (difference < 0 ? -1 : 1)
                                 : (a->length < b->length ? -1 : a->length > b->length);
        return true;
    }
    if (a_items && b_items) {
        *order = compare_items(a, b);
        return true;
    }
    return false;
}

static Value contained(const Value *needle, const Value *haystack, bool negated)
{
    if (needle->kind != VALUE_TEXT)
        return unknown;
    if (haystack->kind == VALUE_TUPLE) {
        bool found = false;
        for (unsigned i = 0; i < haystack->n_items; i++)
            found = found || (haystack->texts[i] != NULL && haystack->lengths[i] == needle->length &&
                              memcmp(haystack->texts[i], needle->text, needle->length) == 0);
        return number(found != negated, needle->firm);
    }
    if (haystack->kind == VALUE_TEXT) {
        bool found = memmem(haystack->text, haystack->length, needle->text, needle->length) != NULL;
        return number(found != negated, needle->firm && haystack->firm);
    }
    return unknown;
}

/* `"posix" in sys.builtin_module_names` and the like: which system modules are built in. */
static Value built_in(const Interpreter *in, const Value *needle, bool negated)
{
    bool windows = strcmp(in->platform, "win32") == 0;

    if (needle->kind != VALUE_TEXT || !needle->firm)
        return unknown;
    if (needle->length == 5 && memcmp(needle->text, "posix", 5) == 0)
        return number(!windows != negated, in->firm_platform);
    if (needle->length == 2 && memcmp(needle->text, "nt", 2) == 0)
        return number(windows != negated, in->firm_platform);
    return unknown;
}

static Value read_comparison(Reader *reader)
{
    static const char *const operators[] = {"==", "!=", "<=", ">=", "<", ">", "not in", "in", "is not", "is"};
    Value left = read_operand(reader);
    unsigned chosen;

    for (chosen = 0; chosen < G_N_ELEMENTS(operators); chosen++)
        if (take(reader, operators[chosen]))
            break;
    if (chosen == G_N_ELEMENTS(operators)) {
        skip_space(reader);
        if (*reader->at == '\0' || *reader->at == ')' || *reader->at == ',' ||
            strncmp(reader->at, "and", 3) == 0 || strncmp(reader->at, "or", 2) == 0)
            return left;
        reader->at += strlen(reader->at); /* an operator that is not understood: give up on the rest */
        return unknown;
    }
    Value right = read_operand(reader);
    bool firm = left.firm && right.firm;
    int order = 0;
    if (chosen == 6 || chosen == 7)
        return right.kind == VALUE_UNKNOWN ? built_in(reader->interpreter, &left, chosen == 6)
                                           : contained(&left, &right, chosen == 6);
    if (left.kind == VALUE_UNKNOWN && (chosen == 0 || chosen == 1)) {
        Value same = compared_with_system(reader->interpreter, &right);
        return same.kind == VALUE_NUMBER && chosen == 1 ? number(!same.number, false) : same;
    }
    if (!comparable(&left, &right, &order))
        return unknown;
    switch (chosen) {
    case 0:
        return number(order == 0, firm);
    case 1:
        return number(order != 0, firm);
    case 2:
        return number(order <= 0, firm);
    case 3:
        return number(order >= 0, firm);
    case 4:
        return number(order < 0, firm);
    case 5:
        return number(order > 0, firm);
    case 8:
        return number(order != 0, firm);
    default:
        return number(order == 0, firm);
    }
}

static Value read_not(Reader *reader)
{
    bool negated = false;

    while (take(reader, "not"))
        negated = !negated;
    Value value = read_comparison(reader);
    if (!negated)
        return value;
    Truth truth = truth_of(&value);
    return truth == TRUTH_UNKNOWN ? unknown : number(truth == TRUTH_FALSE, value.firm);
}

/* Kleene's `and` / `or`: `decisive` decides whatever the other side is. */
static Value combine(Value left, Value right, Truth decisive)
{
    Truth a = truth_of(&left), b = truth_of(&right);

    if (a == decisive || b == decisive)
        return number(decisive == TRUTH_TRUE, (a == decisive && left.firm) || (b == decisive && right.firm));
    if (a == TRUTH_UNKNOWN || b == TRUTH_UNKNOWN)
        return unknown;
    return number(decisive != TRUTH_TRUE, left.firm && right.firm);
}

static Value read_and(Reader *reader)
{
    Value value = read_not(reader);

    while (take(reader, "and"))
        value = combine(value, read_not(reader), TRUTH_FALSE);
    return value;
}

static Value read_or(Reader *reader)
{
    Value value = read_and(reader);

    while (take(reader, "or"))
        value = combine(value, read_and(reader), TRUTH_TRUE);
    return value;
}

Verity condition_evaluate(const Interpreter *interpreter, const char *text)
{
    Reader reader = {interpreter, text};

    if (g_str_has_suffix(text, "…")) /* cut: what follows could change everything */
        return (Verity){TRUTH_UNKNOWN, false};
    Value value = read_or(&reader);
    skip_space(&reader);
    if (*reader.at != '\0')
        return (Verity){TRUTH_UNKNOWN, false};
    return (Verity){truth_of(&value), value.firm};
}

bool condition_is_absence(const char *text)
{
    size_t length = strlen(text), name = 0;

    if (g_str_has_prefix(text, "not ")) {
        for (text += 4; is_name(text[name]); name++)
            continue;
        return name > 0 && text[name] == '\0';
    }
    while (is_name(text[name]))
        name++;
    return name > 0 && length == name + strlen(" is None") && strcmp(text + name, " is None") == 0;
}
