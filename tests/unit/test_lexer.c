#include <glib.h>
#include <string.h>

#include "base/arena.h"
#include "parse/facts.h"
#include "parse/fingerprint.h"
#include "parse/lexer.h"
#include "parse/names.h"
#include "parse/skeleton.h"

/* Tokens as one string: the text of names, numbers, strings and operators, `>` and `<` for INDENT
 * and DEDENT, `;` for NEWLINE; tokens inside f-strings are marked with one `^` a level. */
static char *spell(const Lexed *lexed)
{
    GString *out = g_string_new(NULL);

    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        const Token *t = &lexed->tokens[i];
        if (t->kind == TOKEN_COMMENT || t->kind == TOKEN_END)
            continue;
        if (out->len > 0)
            g_string_append_c(out, ' ');
        for (int n = 0; n < t->inside; n++)
            g_string_append_c(out, '^');
        if (t->kind == TOKEN_NEWLINE)
            g_string_append(out, "NL");
        else if (t->kind == TOKEN_INDENT)
            g_string_append(out, "IN");
        else if (t->kind == TOKEN_DEDENT)
            g_string_append(out, "DE");
        else
            g_string_append_len(out, lexed->bytes + t->start, t->end - t->start);
    }
    return g_string_free(out, FALSE);
}

typedef struct LexCase {
    const char *name, *source, *tokens;
    int issue; /* kind of the first issue, -1 for none */
} LexCase;

static const LexCase lex_cases[] = {
    {"empty", "", "", -1},
    {"no newline at the end", "a", "a NL", -1},
    {"blocks", "if a:\n  b\n\n  # c\nc\n", "if a : NL IN b NL DE c NL", -1},
    {"dedent of two", "if a:\n if b:\n  c\nd", "if a : NL IN if b : NL IN c NL DE DE d NL", -1},
    {"joined", "a = (b,\n  # c\n  c)\nd", "a = ( b , c ) NL d NL", -1},
    {"continuation", "a = \\\n  b\n", "a = b NL", -1},
    {"bare CR", "# c\rclass A: pass", "class A : pass NL", -1},
    {"CRLF", "a\r\nb\r\n", "a NL b NL", -1},
    {"form feed", "if a:\n\f  b\n\fc", "if a : NL IN b NL DE c NL", -1},
    {"BOM",
     "\xef\xbb\xbf"
     "a = 1",
     "a = 1 NL", -1},
    {"tab is eight", "if a:\n\tif b:\n\t    c\n", "if a : NL IN if b : NL IN c NL DE DE", -1},
    {"tabs and spaces that depend on the width", "if a:\n        b\n\tc\n", "if a : NL IN b NL c NL DE",
     ISSUE_INDENTATION},
    {"numbers", "1_0 0x_fF 1. .5 1e-5 1..real 0or 1 1if 2j",
     "1_0 0x_fF 1. .5 1e-5 1. . real 0 or 1 1 if 2j NL", -1},
    {"operators", "a**=b//c->d:=e...f@=g!=h<<=i", "a **= b // c -> d := e ... f @= g != h <<= i NL", -1},
    {"prefixes", "rb'a' Rb\"b\" bR'' f'' u'x' bu'x'", "rb'a' Rb\"b\" bR'' f'' u'x' bu 'x' NL", -1},
    {"triple quotes", "'''a'b''c\n\\'''' + \"\"\"\"\"\"", "'''a'b''c\n\\'''' + \"\"\"\"\"\" NL", -1},
    {"fields", "f'{a.b!r:>{w}} {{c}} {d}'", "f'{a.b!r:>{w}} {{c}} {d}' ^{ ^a ^. ^b ^{ ^w ^} ^} ^{ ^d ^} NL",
     -1},
    {"same quotes in a field", "f'{x['a']}' b", "f'{x['a']}' ^{ ^x ^[ ^'a' ^] ^} b NL", -1},
    {"nested f-strings", "f'{f'{x}'}'", "f'{f'{x}'}' ^{ ^f'{x}' ^^{ ^^x ^^} ^} NL", -1},
    {"not equal is no conversion", "f'{a!=b}'", "f'{a!=b}' ^{ ^a ^!= ^b ^} NL", -1},
    {"walrus is a spec", "f'{a:=5}' f'{(a:=5)}'", "f'{a:=5}' ^{ ^a ^} f'{(a:=5)}' ^{ ^( ^a ^:= ^5 ^) ^} NL",
     -1},
    {"named escape", "f'\\N{DASH}{a}' rf'\\{a}'", "f'\\N{DASH}{a}' ^{ ^a ^} rf'\\{a}' ^{ ^a ^} NL", -1},
    {"field over lines", "f'''{\na # c\n}'''\nb", "f'''{\na # c\n}''' ^{ ^a ^} NL b NL", -1},
    {"field that never ends", "x = f'{a' + b\nc", "x = f'{a' + b NL c NL", ISSUE_UNTERMINATED_STRING},
    {"string without end", "a = 'b\nc = 1\n", "a = 'b NL c = 1 NL", ISSUE_UNTERMINATED_STRING},
    {"bracket without end", "a = (b,\ndef f():\n  c\n", "a = ( b , NL def f ( ) : NL IN c NL DE",
     ISSUE_BRACKETS},
    {"async in a bracket without end", "a = [\nasync def f(): c", "a = [ NL async def f ( ) : c NL",
     ISSUE_BRACKETS},
    {"stray bracket", "a)\nb", "a ) NL b NL", ISSUE_BRACKETS},
    {"dedent to nowhere", "if a:\n    b\n  c\nd", "if a : NL IN b NL DE c NL d NL", ISSUE_INDENTATION},
    {"unexpected indent", "a\n  b\nc", "a NL b NL c NL", ISSUE_INDENTATION},
    {"no block", "def f():\na", "def f ( ) : NL a NL", ISSUE_INDENTATION},
    {"print statement", "print \"x\"", "print \"x\" NL", ISSUE_PYTHON2},
    {"exec statement", "exec code", "exec code NL", ISSUE_PYTHON2},
    {"print redirected", "print >>f, 1", "print >> f , 1 NL", ISSUE_PYTHON2},
    {"old except", "try: a\nexcept E, e: b", "try : a NL except E , e : b NL", ISSUE_PYTHON2},
    {"PEP 758", "try: a\nexcept E, F: b", "try : a NL except E , F : b NL", -1},
    {"old raise", "raise E, 'x'", "raise E , 'x' NL", ISSUE_PYTHON2},
    {"old octal", "0777", "0777 NL", ISSUE_PYTHON2},
    {"zeros are no octal", "00 + 0_0 + 0777.5", "00 + 0_0 + 0777.5 NL", -1},
    {"long", "10L", "10L NL", ISSUE_PYTHON2},
    {"not equal of Python 2", "a <> b", "a <> b NL", ISSUE_PYTHON2},
    {"backtick", "`a`", "` a ` NL", ISSUE_PYTHON2},
    {"ur", "ur'x'", "ur'x' NL", ISSUE_PYTHON2},
    {"conflict", "<<<<<<< a\nb\n=======\nc\n>>>>>>> d\n", "b NL c NL", ISSUE_CONFLICT},
    {"soft keywords", "match = case = type = lazy = print", "match = case = type = lazy = print NL", -1},
    {"NUL", "a\0b", "a", -1}, /* C string: see test_bytes */
    {"error", "a ? b", "a ? b NL", ISSUE_SYNTAX},
};

static void test_tokens(void)
{
    Lexer *lexer = lexer_new();

    for (size_t i = 0; i < G_N_ELEMENTS(lex_cases); i++) {
        const LexCase *c = &lex_cases[i];
        if (strcmp(c->name, "NUL") == 0)
            continue;
        const Lexed *lexed = lexer_run(lexer, c->source, strlen(c->source));
        g_autofree char *got = spell(lexed);
        g_test_message("%s", c->name);
        g_assert_cmpstr(got, ==, c->tokens);
        g_assert_cmpint(lexed->n_issues > 0 ? (int)lexed->issues[0].kind : -1, ==, c->issue);
    }
    lexer_free(lexer);
}

static void test_bytes(void)
{
    Lexer *lexer = lexer_new();
    const Lexed *lexed = lexer_run(lexer, "a\0\0b", 4);

    g_assert_cmpuint(lexed->n_tokens, ==, 5); /* a, one error, b, NEWLINE, END */
    g_assert_true((lexed->flags & LEXED_NUL) != 0);
    lexed = lexer_run(lexer, "x = '\xff'", 7);
    g_assert_true((lexed->flags & LEXED_NOT_UTF8) != 0);
    g_assert_cmpuint(lexed->issues[0].kind, ==, ISSUE_ENCODING);
    lexed = lexer_run(lexer, "# coding: latin-1\nx = '\xff'", 25);
    g_assert_cmpuint(lexed->n_issues, ==, 0);
    lexed = lexer_run(lexer, "\xef\xbb\xbf# coding: latin-1\n", 21);
    g_assert_cmpuint(lexed->n_issues, ==, 1);
    lexed = lexer_run(lexer, "a\r\nb\rc\nd", 8);
    g_assert_cmpuint(lexed->n_lines, ==, 4);
    g_assert_cmpuint(lexed_line(lexed, 5), ==, 3);
    g_assert_cmpuint(lexed->tokens[lexed_token_at(lexed, 4)].start, ==, 4);
    lexer_free(lexer);
}

typedef struct SkeletonCase {
    const char *source, *skeleton;
} SkeletonCase;

static const SkeletonCase skeleton_cases[] = {
    /* Plain statements: a `pass` for each run in a block. */
    {"def f(): return 1\n", "pass\n"},
    {"'doc'\nimport a\n# b\nfrom . import (c,\n  d as e,)\n\nx: int = 1\nif y:\n    @d.e(1)\n    async def "
     "f(): ...\n"
     "z[0]()\nfrom q import *\n",
     "pass\nif y:\n    pass\nz[0]()\npass\n"},
    {"class A:\n    def f(self):\n        return 1\n    # c\n    x = 1\n", "pass\n"},
    {"import a\n@b\nclass A(B, c=1):\n    'doc'\n    class C: pass\n    class D:\n        x: int\n    y = "
     "1\nz = 2\n",
     "pass\n"},
    {"import a\nclass A(B):\n    x = 1\n    class C:\n        y: int\n        z = [a for a in b]\n    t = "
     "2\nu = 3\n",
     "pass\nclass A(B):\n    pass\n    class C:\n        pass\n        z = [a for a in b]\n    pass\npass\n"},
    {"class A(B if c else D): pass\nclass E[T]: pass\nclass F: x = 1\n",
     "class A(B if c else D): pass\nclass E[T]: pass\nclass F: x = 1\n"},
    {"def f():\n    import a\n    b\n    from c import d\n", "pass\n"},
    {"x = f(1)\ny = a.b\nz = -1\nw = {}\n", "pass\n"},
    {"__all__ = ['a', \"b\"]\nx = {'a b': [1, *c] if 0 else 2}\ny = {1: 'a b', 'c/d': (2,)}\nz = f'{a}' + "
     "not_b\n"
     "a.b(c, *d, e=f or not g, **h)\nx = 1 < 2 != 3 is not None\n",
     "pass\nx = {'a b': [1, *c] if 0 else 2}\npass\n"},
    {"class A:\n    x = ['a', 'b']\n    y = {'a': 'b'}\n    z = 'a', 'b'\n",
     "class A:\n    pass\n    z = 'a', 'b'\n"},
    /* What is no plain statement stays. */
    {"x = [1, \'a\']\ny = f(1)(2)\n__a__ = 1\nz = Enum('A', 'b')\nw = (a)\n",
     "x = [1, \'a\']\ny = f(1)(2)\n__a__ = 1\nz = Enum('A', 'b')\nw = (a)\n"},
    {"x = a or b\ny = f(not)\nz = {1: 2, 3}\nw = a[]\nv = (,)\nu = f(a=)\nt = a and b\n",
     "x = a or b\ny = f(not)\nz = {1: 2, 3}\nw = a[]\nv = (,)\nu = f(a=)\nt = a and b\n"},
    {"__all__ = ('a')\n__all__ += ['b']\n__all__ = [b'c']\nx.append(1)\nx[0](1)\nwarn(1)\nprint 'x'\n",
     "__all__ = ('a')\n__all__ += ['b']\n__all__ = [b'c']\nx.append(1)\nx[0](1)\nwarn(1)\nprint 'x'\n"},
    {"x = sys.modules[a]\ny = v = 1\nfrom a import b.c\nimport a,\nfrom a import (b\n",
     "x = sys.modules[a]\ny = v = 1\nfrom a import b.c\nimport a,;\nfrom a import (b\n"},
    {"import a; b\nx: int = lambda: 0\n@f(x)[1].y\ndef g(): pass\n",
     "import a; b\nx: int = lambda: 0\n@f(x)[1].y\ndef g(): ...\n"},
    /* Functions that are not plain. */
    {"def f(): import x; y()\n", "def f(): import x; y()\n"},
    {"def f(a: int = 1, *b, c=lambda: 0) -> 'x':  # t\n    'doc'\n    return 2\nx[0]()\n",
     "def f(a: int = 1, *b, c=lambda: 0) -> 'x': ...  \nx[0]()\n"},
    {"def f(self, a: Dict[str, 'X'] = None, *, b=-1, **kw: A | B) -> Dict[str, int]: import x\n",
     "def f(self, a: Dict[str, 'X'] = None, *, b=-1, **kw: A | B) -> Dict[str, int]: import x\n"},
    {"@(a)\ndef f(self, a: Dict[str, 'X'] = None) -> Dict[str, int]: return 1\n",
     "@(a)\ndef f() -> __: ...\n"},
    {"def f(a, b=[x for x in y]): pass\n", "def f(a, b=[x for x in y]): ...\n"},
    {"def f(a, (b, c)): pass\ndef g(a b): pass\n", "def f(a, (b, c)): ...\ndef g(a b): ...\n"},
    {"def f():\n    if a:\n        import b\n    elif c: d()\n    else:\n        e()\n    g()\n",
     "def f():\n    if a:\n        pass\n    elif c: d()\n    else: ...\n    ...\n"},
    {"def f():\n    try:\n        from a import (b,\n            c)\n        d\n    except E as e: pass\n",
     "def f():\n    try:\n        pass\n    except E as e: pass\n"},
    {"def f():\n    class A: pass\n    return A\n", "def f():\n    class A: pass\n    ...\n"},
    {"def f():\n    a = b.c\n    d = e()\n    if g:\n        class A:\n            x = 1\n            y: "
     "int\n"
     "            def h(self):\n                i\n            z = [a for a in b]\n    j\n",
     "def f():\n    a = b.c\n    if g:\n        class A:\n            pass\n            def h(self): ...\n"
     "            z = [a for a in b]\n    ...\n"},
    {"def f():\n    global X\n    y = 1\n    X = y\n    def g():\n        X = 2\n    z\n",
     "def f():\n    global X\n    X = y\n    ...\n"},
    {"def f():\n    sys.modules[__name__] = a\n    b\n",
     "def f():\n    sys.modules[__name__] = a\n    ...\n"},
    {"def f():\n    @d\n    def g():\n        import a\n        b\n",
     "def f():\n    @d\n    def g():\n        pass\n    ...\n"},
    {"def f():\n    match a:\n        case 1: b\n        case 2:\n            import c\n    d\n",
     "def f():\n    match a:\n        case 1: b\n        case 2:\n            pass\n    ...\n"},
    /* Comments, the text of docstrings, and what tree-sitter would misread. */
    {"# a\n\n# b\nclass A:\n    # c\n    \"\"\"Doc string.\"\"\"\n    y = [a for a in b]\n\n    x = (1,  # "
     "d\n      # "
     "e\n      2 if a else b)\n# "
     "f\n",
     "class A:\n    pass\n    y = [a for a in b]\n\n    x = (1,        2 if a else b)\n"},
    {"x = a,\n# b\ny[0]()\nz = \\\n# d\n", "x = a,;\ny[0]()\nz = \\\n\n"},
    {"def f(): ...\n<<<<<<< a\nb = t'{x}'\rc[1] = 1\n", "pass\nb = f'{x}'\nc[1] = 1\n"},
};

static void test_skeletons(void)
{
    Lexer *lexer = lexer_new();
    Skeletons *skeletons = skeletons_new();

    for (size_t i = 0; i < G_N_ELEMENTS(skeleton_cases); i++) {
        const char *source = skeleton_cases[i].source;
        const Skeleton *skeleton = skeletons_make(skeletons, lexer_run(lexer, source, strlen(source)));
        g_autofree char *got = g_strndup(skeleton->text, skeleton->length);
        g_assert_cmpstr(got, ==, skeleton_cases[i].skeleton);
    }
    skeletons_free(skeletons);
    lexer_free(lexer);
}

static void test_skeleton_positions(void)
{
    const char *source = "def f(a=[b for b in c]):\n    'doc'\n    return 22\nx[1] = 1\n";
    Lexer *lexer = lexer_new();
    Skeletons *skeletons = skeletons_new();
    const Skeleton *skeleton = skeletons_make(skeletons, lexer_run(lexer, source, strlen(source)));
    const char *dots = strstr(skeleton->text, "..."), *x = strstr(skeleton->text, "x[");

    uint32_t at = (uint32_t)(dots - skeleton->text);
    g_assert_cmpuint(skeleton_origin(skeleton, at, false), ==, strstr(source, "'doc'") - source);
    g_assert_cmpuint(skeleton_origin(skeleton, at + 3, true), ==, strstr(source, "22") + 2 - source);
    at = (uint32_t)(x - skeleton->text);
    g_assert_cmpuint(skeleton_origin(skeleton, at, false), ==, strstr(source, "x[") - source);
    g_assert_cmpuint(skeleton_origin(skeleton, 0, false), ==, 0);
    g_assert_cmpuint(skeleton_origin(skeleton, 5, true), ==, 5);
    skeletons_free(skeletons);
    lexer_free(lexer);
}

static Fingerprint print_of(Lexer *lexer, const char *source)
{
    const Lexed *lexed = lexer_run(lexer, source, strlen(source));

    return fingerprint_tokens(lexed, 0, lexed->n_tokens, "Own", 3);
}

/* Same: -1 different texts and shapes, 0 same shape only, 1 same text. */
static const struct {
    const char *a, *b;
    int same;
} print_cases[] = {
    {"x = 1  # c\n", "x=1", 1},
    {"f('a', u\"b\")", "f(\"a\",\n  r'b',\n)", 1},
    {"f('a\"')", "f(\"a'\")", -1},
    {"(x,)", "(x)", -1},
    {"a[x,]", "a[x]", -1},
    {"[x,]", "[x]", 1},
    {"(x, y,)", "(x, y)", 1},
    {"if a: b", "if a:\n    b\n", 1},
    {"a; b", "a\nb\n", 1},
    {"if a:\n  b\nc", "if a:\n  b\n  c", -1},
    {"def f():\n  'doc'\n  def g():\n    '''more'''\n    return 1\n", "def f():\n  def g():\n    return 1\n",
     1},
    {"x = 'doc'", "x = 'dok'", -1},
    {"class Own: pass", "class Own: pass", 1},
    {"def f(a): return a + b", "def f(c): return c + b", 0},
    {"def f(a): return a + b", "def f(c): return c + d", -1},
    {"class A:\n  x = 1", "class A:\n  y = 1", -1},
    {"f'{a}'", "f\"{a}\"", 1},
    {"f'{a}'", "f'{a!r}'", -1},
    {"f'{a:{w}.2}'", "f'{a:>{w}.2}'", -1},
    {"f'{ a }b'", "f'{a}b'", 1},
    {"x = ('a'\n     'b')", "x = 'ab'", 1},
    {"x = 'a' f'{b}' 'c'", "x = f'a{b}c'", 1},
    {"x = f'a'", "x = 'a'", -1},
    {"x = b'a'", "x = 'a'", -1},
    {"x = '\\x41\\u00e9\\n'", "x = u'''A\xc3\xa9\n'''", 1},
    {"x = r'\\d'", "x = '\\\\d'", 1},
    {"x = 0XFF + 1_0 + 1E1 + 0x10000000000000000", "x = 255 + 10 + 10. + 18446744073709551616", 1},
    {"x = 1", "x = 1.0", -1},
    {"return (x)", "return x", 1},
    {"return (x, y)", "return x, y", 1},
    {"return (yield)", "return yield", -1},
    {"x = (yield)", "x = yield", 1},
    {"x = (a, b,)", "x = a, b", 1},
    {"x = (a,)", "x = a", -1},
    {"for (a, b) in (c, d): e", "for a, b in c, d:\n  e", 1},
    {"for (a, b), c in d: e", "for a, b, c in d: e", -1},
    {"f((a, b))", "f(a, b)", -1},
    {"f((a for a in b))", "f(a for a in b)", 1},
    {"a[(b, c)]", "a[b, c]", 1},
    {"a[b:c:]", "a[b:c]", 1},
    {"not (a and b)", "not a and b", -1},
    {"not (a in b)", "not a in b", 1},
    {"(a - b) - c", "a - b - c", 1},
    {"a - (b - c)", "a - b - c", -1},
    {"a or (b or c)", "a or b or c", -1},
    {"(-a) ** b", "-a ** b", -1},
    {"(a if b else c) if d else e", "a if b else c if d else e", -1},
    {"if (a := b): c", "if a := b: c", 1},
    {"lambda: (a, b)", "lambda: a, b", -1},
    {"assert (a, b)", "assert a, b", -1},
    {"del (a), b", "del a, b", 1},
    {"with (a, b): c", "with a, b: c", 1},
    {"with (a, b) as c: d", "with a, b as c: d", -1},
    {"(a): int", "a: int", -1},
    {"class A(): x = 1", "class A:\n  x = 1", 1},
    {"from a import (b, c,)", "from a import b, c", 1},
    {"if a: b\nelif c: d\nelse: e", "if a: b\nelse:\n  if c: d\n  else: e", 1},
    {"if a: b\nelif c: d\ne", "if a: b\nelse:\n  if c: d\n  e", -1},
    {"def f(): pass", "def f():\n  'doc'\n  ...", 1},
    {"match (a):\n  case (b): c", "match a:\n  case b: c", 1},
    {"g(lambda x: x.y)", "g(lambda z: z.y)", 0},
    {"[x.y for x in z]", "[u.y for u in z]", 0},
};

static void test_fingerprints(void)
{
    Lexer *lexer = lexer_new();

    for (size_t i = 0; i < G_N_ELEMENTS(print_cases); i++) {
        Fingerprint a = print_of(lexer, print_cases[i].a), b = print_of(lexer, print_cases[i].b);
        g_test_message("%s | %s", print_cases[i].a, print_cases[i].b);
        g_assert_cmpint(a.text == b.text, ==, print_cases[i].same == 1);
        g_assert_cmpint(a.shape == b.shape, ==, print_cases[i].same >= 0);
    }
    lexer_free(lexer);
}

static uint32_t statements_of(Lexer *lexer, const char *source, const char *own, FactsStatement *out)
{
    const Lexed *lexed = lexer_run(lexer, source, strlen(source));

    return fingerprint_sketch(lexed, 0, lexed->n_tokens, own, strlen(own), out);
}

/* How many statements a class has, and how many tokens they have together: counted by hand. */
static const struct {
    const char *source;
    uint32_t n, tokens;
} statement_cases[] = {
    {"class Own:\n  def f(self):\n    if self.a > 3:\n      self.b = self.a\n    elif c(self):\n      "
     "return\n",
     3, 7 + 7 + 6},
    {"class Own:\n  x: int = 3\n  'doc'\n  def f(self):\n    self.a = self.b; self.a = (self.b)\n", 2, 5 + 7},
    {"class Own:\n  @wraps(f, g)\n  async def f(self, a, b): pass\n  class Inner(A, B): x = 1\n", 0, 0},
    {"class Own:\n  async def f(self):\n    async with a.b(c) as d: return d\n", 1, 11},
    {"class Own:\n  x = f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)\n", 1, 31},
};

static void test_statements(void)
{
    Lexer *lexer = lexer_new();
    FactsStatement a[FACTS_MAX_STATEMENTS], b[FACTS_MAX_STATEMENTS];
    g_autoptr(GString) many = g_string_new("class Own:\n");

    for (size_t i = 0; i < G_N_ELEMENTS(statement_cases); i++) {
        uint32_t n = statements_of(lexer, statement_cases[i].source, "Own", a), tokens = 0;
        for (uint32_t k = 0; k < n; k++)
            tokens += FACTS_STATEMENT_LENGTH(a[k]);
        g_test_message("%s", statement_cases[i].source);
        g_assert_cmpuint(n, ==, statement_cases[i].n);
        g_assert_cmpuint(tokens, ==, statement_cases[i].tokens);
    }
    /* The own name is nobody's; layout and quotes do not count; another name does. */
    g_assert_cmpuint(statements_of(lexer, "class A:\n  x = A('b', 1)\n", "A", a), ==, 1);
    g_assert_cmpuint(statements_of(lexer, "class B:\n  x = (B(\n    \"b\", 1))  # c\n", "B", b), ==, 1);
    g_assert_cmpuint(a[0], ==, b[0]);
    g_assert_cmpuint(statements_of(lexer, "class B:\n  x = C('b', 1)\n", "B", b), ==, 1);
    g_assert_cmpuint(a[0], !=, b[0]);
    for (int i = 0; i < 1000; i++)
        g_string_append_printf(many, "  x%d = %d * y\n", i, i);
    g_assert_cmpuint(statements_of(lexer, many->str, "Own", a), ==, FACTS_MAX_STATEMENTS);
    for (uint32_t i = 1; i < FACTS_MAX_STATEMENTS; i++)
        g_assert_cmpuint(a[i], >, a[i - 1]);
    lexer_free(lexer);
}

static void test_own_name(void)
{
    Lexer *lexer = lexer_new();
    Fingerprint a = print_of(lexer, "Own = namedtuple('Own', 'a b')");
    const char *other = "Other = namedtuple(\"Other\", 'a b')";
    const Lexed *lexed = lexer_run(lexer, other, strlen(other));
    Fingerprint b = fingerprint_tokens(lexed, 0, lexed->n_tokens, "Other", 5);

    g_assert_cmpuint(a.text, ==, b.text);
    g_assert_cmpuint(a.tokens, ==, 8);
    lexer_free(lexer);
}

static const struct {
    const char *source, *text;
} text_cases[] = {
    {"(self,a:int=1,*b,c = 2,**d)->str", "(self, a: int = 1, *b, c=2, **d) -> str"},
    {"x [ 1 : 2 ] . y ( z = - 1 )", "x[1:2].y(z=-1)"},
    {"{'a':1,\n 'b' : [2, ],}", "{\"a\": 1, \"b\": [2]}"},
    {"lambda x,y=1:x if not y else(z)", "lambda x, y=1: x if not y else z"},
    {"a if b else None", "a if b else None"},
    {"a*b**c", "a * b ** c"},
};

static void test_text(void)
{
    Lexer *lexer = lexer_new();

    for (size_t i = 0; i < G_N_ELEMENTS(text_cases); i++) {
        const char *source = text_cases[i].source;
        const Lexed *lexed = lexer_run(lexer, source, strlen(source));
        g_autoptr(GString) out = g_string_new(NULL);
        fingerprint_text(lexed, 0, lexed->n_tokens, out);
        g_assert_cmpstr(out->str, ==, text_cases[i].text);
    }
    lexer_free(lexer);
}

/* Heads (or chains) of each owner, module code last. */
static const struct {
    const char *source, *uses;
} name_cases[] = {
    {"import os\ndef f(a, b=os.path.sep): return a + os.name + C", "f: C os.name os.path.sep"},
    {"def f():\n    global G\n    G = H\n    x = 1\n    def g(): return x, y\n    y = 2", "f: H"},
    {"class A(B):\n    x = C\n    def m(self): return x, self.x\n", "A: B C x"},
    {"@d(e)\ndef f(a: T = V) -> R: pass\n", "f: R T V d e"},
    {"def f(a): return [b.c for b in a if b > L] + [(lambda u, v=w: u + v + x)(1)]", "f: L w x"},
    {"class A:\n    y = 1\n    z = [y for y in y]\n", "A:"},
    {"def f(s):\n    match s:\n        case P(x=0, y=v) | K.C: return v\n        case [a, *r]: return r\n",
     "f: K P"},
    {"def f():\n    if (w := c()): return w\n    for i, j[k] in z: i\n    with o as (m, n): m\n",
     "f: c j k o z"},
    {"def f():\n    try: pass\n    except E as e: e\n    del q\n    x: T\n    x += 1", "f: E T"},
    {"def f(): return f'{a} {b=} {g(c=1)!r:{w}}'", "f: a b g w"},
    {"class E[T: B](G[T]):\n    def g[U](self, a: T) -> U: return a", "E: B G"},
    {"type X[T] = list[T] | Y\n", "-: Y list"},
    {"x = 1\ny = x\n", "-: x"},
};

static void test_names(void)
{
    Lexer *lexer = lexer_new();
    Arena arena;

    arena_init(&arena);
    for (size_t i = 0; i < G_N_ELEMENTS(name_cases); i++) {
        const char *source = name_cases[i].source;
        const Lexed *lexed = lexer_run(lexer, source, strlen(source));
        Names names;
        names_collect(lexed, &arena, &names);
        const char *colon = strchr(name_cases[i].uses, ':');
        g_autoptr(GString) got = g_string_new(NULL);
        g_string_append_len(got, name_cases[i].uses, colon + 1 - name_cases[i].uses);
        bool module = name_cases[i].uses[0] == '-';
        for (uint32_t n = 0; n < names.n_uses; n++) {
            const NameUse *use = &names.uses[n];
            if ((use->owner == UINT32_MAX) != module)
                continue;
            g_string_append_c(got, ' ');
            if (use->chain != NULL)
                g_string_append(got, use->chain);
            else
                g_string_append_len(got, use->head, use->head_length);
        }
        g_test_message("%s", source);
        g_assert_cmpstr(got->str, ==, name_cases[i].uses);
    }
    arena_clear(&arena);
    lexer_free(lexer);
}

static void test_strings(void)
{
    const char *source =
        "import_module('a')\n__import__(\n  # c\n 'b')\npatch('a.b.C')\nmonkeypatch.setattr('x.y', 1)\n"
        "'a.b:c' + 'a b.c' + '.x' + 'a..b' + '1.2' + f'a.b' + b'a.b' + 'abc'\n";
    static const uint32_t kinds[] = {REFERENCE_IMPORT_MODULE, REFERENCE_DUNDER_IMPORT, REFERENCE_PATCH,
                                     REFERENCE_PATCH,         REFERENCE_DOTTED,        REFERENCE_DOTTED};
    static const char *const texts[] = {"a", "b", "a.b.C", "x.y", "a.b:c", ".x"};
    Lexer *lexer = lexer_new();
    Arena arena;
    Names names;

    arena_init(&arena);
    names_collect(lexer_run(lexer, source, strlen(source)), &arena, &names);
    g_assert_cmpuint(names.n_strings, ==, G_N_ELEMENTS(kinds));
    for (uint32_t i = 0; i < names.n_strings; i++) {
        g_assert_cmpuint(names.strings[i].kind, ==, kinds[i]);
        g_assert_cmpstr(names.strings[i].text, ==, texts[i]);
    }
    arena_clear(&arena);
    lexer_free(lexer);
}

/* Everything on one input; the limit is generous enough for sanitizers, and far below what any
 * quadratic step would take. */
static void run_hostile(const char *what, const char *bytes, size_t length)
{
    Lexer *lexer = lexer_new();
    Skeletons *skeletons = skeletons_new();
    Arena arena;
    Names names;
    gint64 start = g_get_monotonic_time();

    arena_init(&arena);
    const Lexed *lexed = lexer_run(lexer, bytes, length);
    for (uint32_t i = 1; i < lexed->n_tokens; i++)
        g_assert_cmpuint(lexed->tokens[i].start, >=, lexed->tokens[i - 1].start);
    const Skeleton *skeleton = skeletons_make(skeletons, lexed);
    g_assert_cmpuint(skeleton_origin(skeleton, skeleton->length, true), <=, length + 1);
    names_collect(lexed, &arena, &names);
    fingerprint_tokens(lexed, 0, lexed->n_tokens, NULL, 0);
    double seconds = (double)(g_get_monotonic_time() - start) / 1e6;
    g_test_message("%s: %.3f s", what, seconds);
    g_assert_cmpfloat(seconds, <, 8.0);
    arena_clear(&arena);
    skeletons_free(skeletons);
    lexer_free(lexer);
}

static void test_hostile(void)
{
    static const struct {
        const char *before, *unit;
        int count;
    } rows[] = {
        {"", "(", 65535},
        {"", "[", 70000},
        {"", "try:\n", 24000},
        {"def f():\n ", "try: ", 24000},
        {"", "f\"{f", 60000},
        {"", "f'''{", 60000},
        {"", "f\"{\"\n", 60000},
        {"", "f'{a:{", 60000},
        {"", "import ", 60000},
        {"", "from . import (", 30000},
        {"x = ", "lambda: ", 60000},
        {"x = ", "lambda a: b, ", 60000},
        {"x = ", "[a for ", 60000},
        {"def f():\n", " global x\n", 60000},
        {"", "def f(): global x\n", 30000},
        {"", "class A: ", 60000},
        {"", "@", 60000},
        {"", "\n", 1000000},
        {"", "\\\n", 200000},
        {"", ")", 100000},
        {"", "a.", 200000},
        {"def f():\n  import ", "a\n  try:\n   b\n  except c:\n   import d\n", 20000},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) text = g_string_new(rows[i].before);
        for (int n = 0; n < rows[i].count; n++)
            g_string_append(text, rows[i].unit);
        run_hostile(rows[i].unit, text->str, text->len);
    }
}

/* Nested blocks that grow to `depth`; `line` stands before each colon. */
static void nested(const char *what, const char *line, int depth)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int n = 0; n < depth; n++) {
        for (int i = 0; i < n; i++)
            g_string_append_c(text, ' ');
        g_string_append(text, line);
    }
    run_hostile(what, text->str, text->len);
}

static void test_hostile_nesting(void)
{
    nested("growing try", "try:\n", 3000);
    nested("growing def", "def f(a):\n", 3000);
    nested("growing class", "class A:\n", 3000);
    /* 100,000 levels with one more byte each would be 5 GB: levels by tabs and returns to zero. */
    g_autoptr(GString) text = g_string_new("def f():\n import a\n");
    for (int n = 0; n < 100000; n++)
        g_string_append(text, n % 2 != 0 ? " if a:\n" : "  if b:\n");
    run_hostile("indentation up and down", text->str, text->len);
}

static void test_hostile_bytes(void)
{
    const size_t length = 1 << 20;
    g_autofree char *bytes = g_malloc0(length);
    static const char alphabet[] = "abf(){}[]'\"\\\n\r\t :=,.#@!0x_;\x80\xff";
    uint32_t state = 12345;

    run_hostile("NULs", bytes, length);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)((state = state * 1664525 + 1013904223) >> 24);
    run_hostile("random bytes", bytes, length);
    for (size_t i = 0; i < length; i++)
        bytes[i] = alphabet[((state = state * 1664525 + 1013904223) >> 16) % (sizeof alphabet - 1)];
    run_hostile("random Python", bytes, length);
    memset(bytes, 'a', length);
    run_hostile("one name", bytes, length);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lexer/tokens", test_tokens);
    g_test_add_func("/lexer/bytes", test_bytes);
    g_test_add_func("/skeleton/text", test_skeletons);
    g_test_add_func("/skeleton/positions", test_skeleton_positions);
    g_test_add_func("/fingerprint/same", test_fingerprints);
    g_test_add_func("/fingerprint/own", test_own_name);
    g_test_add_func("/fingerprint/statements", test_statements);
    g_test_add_func("/fingerprint/text", test_text);
    g_test_add_func("/names/free", test_names);
    g_test_add_func("/names/strings", test_strings);
    g_test_add_func("/hostile/repeated", test_hostile);
    g_test_add_func("/hostile/nested", test_hostile_nesting);
    g_test_add_func("/hostile/bytes", test_hostile_bytes);
    return g_test_run();
}
