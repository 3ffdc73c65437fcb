/* Facts of small sources. Each section is spelled as one string of rows; the expectations are written
 * by hand from RESOLUTION's rules and what CPython does. */
#include <glib.h>
#include <string.h>

#include "parse/facts.h"
#include "parse/parse.h"

typedef struct Case {
    const char *source, *rows;
} Case;

typedef struct Block {
    void *bytes;
    Facts facts;
} Block;

static Block parse(const char *source, size_t length, bool full)
{
    ParseOptions options = {.full_parse = full};
    Parser *parser = parser_new(&options);
    size_t size;
    Block block = {.bytes = parser_parse(parser, source, length, &size)};

    g_assert_true(facts_open(block.bytes, size, true, &block.facts));
    parser_free(parser);
    return block;
}

/* Runs a table: the rows of every source, from the skeleton and from the full parse. */
static void run(const Case *cases, size_t n, void (*spell)(const Facts *facts, GString *out))
{
    for (size_t i = 0; i < n; i++) {
        for (int full = 0; full < 2; full++) {
            Block block = parse(cases[i].source, strlen(cases[i].source), full);
            g_autoptr(GString) rows = g_string_new(NULL);
            spell(&block.facts, rows);
            if (strcmp(rows->str, cases[i].rows) != 0)
                g_test_message("source: %s (full parse %d)", cases[i].source, full);
            g_assert_cmpstr(rows->str, ==, cases[i].rows);
            g_free(block.bytes);
        }
    }
}

static void separate(GString *out)
{
    if (out->len > 0)
        g_string_append(out, "; ");
}

static void append_flags(GString *out, uint32_t flags, const char *letters)
{
    for (int i = 0; letters[i] != '\0'; i++) {
        if ((flags & (1u << i)) != 0)
            g_string_append_c(out, letters[i]);
    }
}

/* --- imports: `level:module.name>bound`, `*` for stars, `!` for lazy ones, `@line` --- */

static void spell_imports(const Facts *facts, GString *out)
{
    for (uint32_t i = 0; i < facts->n_imports; i++) {
        const FactsImport *import = &facts->imports[i];
        separate(out);
        g_string_append_printf(out, "%s%u:%s", import->lazy_keyword ? "!" : "", import->level,
                               facts_text(facts, import->module));
        if (import->form == IMPORT_STAR)
            g_string_append(out, ":*");
        if (import->form == IMPORT_FROM)
            g_string_append_printf(out, ":%s", facts_text(facts, import->name));
        if (import->form != IMPORT_STAR)
            g_string_append_printf(out, ">%s%s", facts_text(facts, import->bound),
                                   import->aliased ? "'" : "");
        g_string_append_printf(out, "@%u", import->line);
    }
}

static void test_imports(void)
{
    static const Case cases[] = {
        {"import a", "0:a>a@1"},
        {"import a.b.c, d as e", "0:a.b.c>a@1; 0:d>e'@1"},
        {"import a.b as c", "0:a.b>c'@1"},
        {"from . . a import Z", "2:a:Z>Z@1"},
        {"from .. .a import Z", "3:a:Z>Z@1"},
        {"from ...a import Z", "3:a:Z>Z@1"},
        {"from.import x", "1::x>x@1"},
        {"from ....import x", "4::x>x@1"},
        {"import p . a", "0:p.a>p@1"},
        {"from a \\\n  import b", "0:a:b>b@2"},
        {"from a import (  # c\n  b,\n  # d\n  c as d,\n)", "0:a:b>b@2; 0:a:c>d'@4"},
        {"import a; import b", "0:a>a@1; 0:b>b@1"},
        {"if x: import a", "0:a>a@1"},
        {"from .m import *", "1:m:*@1"},
        {"import match", "0:match>match@1"},
        {"from type import case", "0:type:case>case@1"},
        {"from print import exec", "0:print:exec>exec@1"},
        {"lazy import x", "!0:x>x@1"},
        {"lazy from m import x", "!0:m:x>x@1"},
        {"lazy = 1\nimport x", "0:x>x@2"},
        {"from __future__ import annotations", "0:__future__:annotations>annotations@1"},
        {"def f():\n  if x:\n    import a\n  def g():\n    from b import c\n  return 1",
         "0:a>a@3; 0:b:c>c@5"},
        {"class A:\n  import b", "0:b>b@2"},
        {"# c\rimport a\rimport b", "0:a>a@2; 0:b>b@3"},
        {"\xef\xbb\xbfimport a\r\nimport b\r\n", "0:a>a@1; 0:b>b@2"},
        {"import \xef\xac\x81x", "0:fix>fix@1"}, /* the ligature fi, as Python normalises it */
        {"<<<<<<< a\nimport x\n=======\nimport y\n>>>>>>> b\n", "0:x>x@2; 0:y>y@4"},
        {"print \"x\"\nimport a", "0:a>a@2"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_imports);
}

/* --- bindings: kind letter, name, `=target`, `/alternative`, `#depth of scope` --- */

static const FactsContext *scope_of(const Facts *facts, uint32_t context)
{
    const FactsContext *at = &facts->contexts[context];

    while (at->kind != CONTEXT_MODULE && at->kind != CONTEXT_CLASS && at->kind != CONTEXT_FUNCTION)
        at = &facts->contexts[at->parent];
    return at;
}

static void spell_bindings(const Facts *facts, GString *out)
{
    static const char *const KINDS[] = {"def",   "method",     "import", "star", "alias",
                                        "value", "annotation", "target", "del",  "global"};

    for (uint32_t i = 0; i < facts->n_bindings; i++) {
        const FactsBinding *binding = &facts->bindings[i];
        const FactsContext *scope = scope_of(facts, binding->context);
        separate(out);
        if (scope->kind == CONTEXT_CLASS)
            g_string_append_printf(out, "%s.", facts_text(facts, facts->definitions[scope->definition].name));
        if (scope->kind == CONTEXT_FUNCTION)
            g_string_append_printf(out, "%s().", facts_text(facts, scope->text));
        g_string_append_printf(out, "%s %s", facts_text(facts, binding->name), KINDS[binding->kind]);
        if (*facts_text(facts, binding->target) != '\0')
            g_string_append_printf(out, "=%s", facts_text(facts, binding->target));
        if (binding->alternative != 0)
            g_string_append_printf(out, "/%u", binding->alternative);
    }
}

static void test_bindings(void)
{
    static const Case cases[] = {
        {"A = B", "A alias=B"},
        {"A = m . B", "A alias=m.B"},
        {"A = (B)", "A alias=B"},
        {"A: TypeAlias = B", "A alias=B"},
        {"A: typing.TypeAlias = 'm.B'", "A alias=m.B"},
        {"A: str = 'm.B'", "A value"},
        {"A, C = B, D", "A alias=B; C alias=D"},
        {"(A, [C]) = B, [D]", "A alias=B; C alias=D"},
        {"A, *C = B, D", "A value; C value"},
        {"A, C = f()", "A value; C value"},
        {"A = C = B", "A alias=B; C alias=B"},
        {"A = B if c else C", "A alias=B; A alias=C/1"},
        {"A = B if c else None", "A alias=B; A value/1"},
        {"A = B if c else C if d else D", "A alias=B; A alias=C/1; A alias=D/2"},
        {"A = B or C", "A alias=B; A alias=C/1"},
        {"A = 1 if c else 2", "A value"},
        {"A = B and C", "A value"},
        {"A = Optional[B]", "A value"},
        {"A = f(B)", "A value=f"},
        {"A = a.f[int](B)", "A value=a.f"},
        {"A = lambda: (x := 1)", "A value"},
        {"A: int", "A annotation"},
        {"A: int = 1", "A value"},
        {"A += 1", "A target"},
        {"a.b = 1\na[0] = 2", ""},
        {"A = (x := B)", "A alias=B; x target"},
        {"f([y := 1 for z in w])", "y target"},
        {"if (n := 1): pass", "n target"},
        {"for i, (j, *k) in z: pass", "i target; j target; k target"},
        {"for a in (B, m.C): pass", "a target=m.C"},
        {"for a, b in ((B, 1), (C, D)): pass", "a target=C; b target=D"},
        {"for a, (b, c) in ((B, C), (C, D)): pass", "a target; b target; c target"},
        {"for a in B: pass\nfor b in (C, f()): pass", "a target; b target"},
        {"with f() as a, g() as (b, c): pass", "a target; b target; c target"},
        {"with a if b else c as d: pass", "d target"},
        {"with (f() as a, g() as b): pass", "a target; b target"},
        {"try: pass\nexcept E as e: x = 1", "e target; x value; e del"},
        {"del a, (b, c)", "a del; b del; c del"},
        {"del a.b, c[0]", ""},
        {"match x:\n case A(b, c=d) | [e, *f]: pass\n case {'k': g, **h} as i: pass\n case m.X: pass\n case "
         "_: pass",
         "b target; d target; e target; f target; g target; h target; i target"},
        {"class A:\n x = 1\n def f(self):\n  y = 2\n class B: z: int",
         "A def; A.x value; A.f method; A.B def; B.z annotation"},
        {"def f():\n x = 1\n import a", "f def; f().a import"},
        {"def f():\n global x, y\n x = m.A\n y = g()\n z = 1", "f def; f().x global=m.A; f().y global=g"},
        {"def f():\n global a, g\n import a\n def g(): pass", "f def; f().a global/1; f().g global"},
        {"def f():\n global C\n class C: pass", "f def; f().C global/2"},
        {"def f():\n A = B\n x = 1\n class C(A): pass", "f def; f().A alias=B; f().C def"},
        {"def f():\n A = B\n return A", "f def"},
        {"x = [a for a in b]", "x value"},
        {"import a\nfrom b import *", "a import;  star"},
        {"type X[T] = list[T]", "X def"},
        {"type = 1\nmatch = type", "type value; match alias=type"},
        {"if a:\n B = 1\nelif c:\n B = D\nelse:\n del B", "B value; B alias=D; B del"},
        {"P = namedtuple('P', 'x y')", "P def"},
        {"@d\nclass A: pass\n@e\ndef f(): pass", "A def; f def"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_bindings);
}

/* --- contexts: of each plain assignment, kinds from the outside in with their flags --- */

static void spell_context(const Facts *facts, uint32_t index, GString *out)
{
    static const char *const KINDS[] = {"",     "if",   "else",     "try",  "except", "tryelse", "finally",
                                        "with", "loop", "loopelse", "case", "class",  "def"};
    const FactsContext *path[16];
    int n = 0;

    for (; facts->contexts[index].kind != CONTEXT_MODULE && n < 16; index = facts->contexts[index].parent)
        path[n++] = &facts->contexts[index];
    while (n-- > 0) {
        g_string_append_printf(out, " %s%u", KINDS[path[n]->kind], path[n]->clause);
        if (path[n]->flags != 0)
            g_string_append_c(out, '+');
        append_flags(out, path[n]->flags, "TRGFML");
    }
}

static void spell_contexts(const Facts *facts, GString *out)
{
    for (uint32_t i = 0; i < facts->n_bindings; i++) {
        if (strlen(facts_text(facts, facts->bindings[i].name)) != 1)
            continue;
        separate(out);
        g_string_append(out, facts_text(facts, facts->bindings[i].name));
        spell_context(facts, facts->bindings[i].context, out);
    }
}

static void test_contexts(void)
{
    static const Case cases[] = {
        {"if TYPE_CHECKING:\n import a\nelse:\n import b", "a if0+T; b else1+R"},
        {"import typing as t_\nif t_.TYPE_CHECKING: import a", "a if0+T"},
        {"from typing import TYPE_CHECKING as TC\nif TC: import a", "a if0+T"},
        {"if not TYPE_CHECKING: import a\nelse: import b", "a if0+R; b else1+T"},
        {"if TYPE_CHECKING and xx: import a\nelse: import b", "a if0+T; b else1"},
        {"if TYPE_CHECKING or xx: import a\nelse: import b", "a if0; b else1+R"},
        {"if not (TYPE_CHECKING or xx): import a\nelse: import b", "a if0+R; b else1"},
        {"if xx: import a\nelif TYPE_CHECKING: import b\nelse: import c", "a if0; b if1+T; c else2+R"},
        {"if TYPE_CHECKING: import a\nelif xx: import b\nelse: import c", "a if0+T; b if1+R; c else2+R"},
        {"if False: import a\nelse: import b", "a if0+T; b else1+R"},
        {"if 0: import a", "a if0+T"},
        {"if 1: import a\nelse: import b", "a if0; b else1"},
        {"if TYPE_CHECKING:\n if xx:\n  import a", "a if0+T if0+T"},
        {"try: import a\nexcept ImportError: b = 1\nelse: c = 1\nfinally: d = 1",
         "a try0+G; b except1+F; c tryelse2; d finally3"},
        {"try: import a\nexcept: b = 1", "a try0+G; b except1+F"},
        {"try: import a\nexcept (OSError, ModuleNotFoundError) as ee: b = 1", "a try0+G; b except1+F"},
        {"try: import a\nexcept ValueError: b = 1\nexcept Exception: c = 1",
         "a try0+G; b except1; c except2+F"},
        {"try: import a\nexcept builtins.ImportError: b = 1", "a try0+G; b except1+F"},
        {"try: import a\nexcept ValueError: b = 1", "a try0; b except1"},
        {"try: import a\nfinally: b = 1", "a try0; b finally1"},
        {"try:\n class C:\n  import a\n def ff():\n  import b\nexcept ImportError: pass",
         "C try0+G; a try0+G class0+G; b try0+G def0+L"},
        {"with suppress(ImportError): import a", "a with0+G"},
        {"with contextlib.suppress(OSError, ImportError): import a", "a with0+G"},
        {"with suppress(ValueError): import a", "a with0"},
        {"if __name__ == '__main__': import a", "a if0+M"},
        {"if '__main__' == __name__:\n def ff():\n  import a", "a if0+M def0+ML"},
        {"while xx: a = 1\nelse: b = 1", "a loop0; b loopelse1"},
        {"for a in xx: pass", "a loop0"},
        {"match xx:\n case 1: a = 1\n case b: c = 1", "a case0; b case1; c case1"},
        {"def ff():\n if TYPE_CHECKING:\n  import a\n else:\n  import b",
         "a def0+L if0+TL; b def0+L else1+RL"},
        {"async def ff():\n async with xx:\n  import a", "a def0+L with0+L"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_contexts);
}

static void spell_context_texts(const Facts *facts, GString *out)
{
    for (uint32_t i = 1; i < facts->n_contexts; i++) {
        separate(out);
        g_string_append(out, facts_text(facts, facts->contexts[i].text));
    }
}

static void test_context_texts(void)
{
    static const Case cases[] = {
        {"if sys.version_info>=(3,8): import a\nelse: import b", "sys.version_info >= (3, 8); "},
        {"if (sys . platform\n  == 'win32'): import a", "sys.platform == \"win32\""},
        {"try: import a\nexcept (A, B) as e: b = 1", "(A, B)"},
        {"def f(): import a", "f"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_context_texts);
}

/* --- __all__ --- */

static void spell_alls(const Facts *facts, GString *out)
{
    static const char SIGNS[] = "=+-@?";

    for (uint32_t i = 0; i < facts->n_alls; i++) {
        const FactsAll *all = &facts->alls[i];
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append_printf(out, "%c%s", SIGNS[all->operation],
                               all->operation == ALL_UNKNOWN ? "" : facts_text(facts, all->text));
    }
}

static void test_alls(void)
{
    static const Case cases[] = {
        {"__all__ = ['a', \"b\"]", "= +a +b"},
        {"__all__ = 'a', 'b'", "= +a +b"},
        {"__all__: list[str] = ['a']", "= +a"},
        {"__all__ = x = ['a']", "= +a"},
        {"x = __all__ = ['a']", "= +a"},
        {"__all__ = ['a' 'b', r'c']", "= +ab +c"},
        {"__all__ = ['a'] + ['b'] + m.__all__", "= +a +b @m"},
        {"__all__ = [*m.__all__, 'a', *a.b.__all__]", "= @m +a @a.b"},
        {"__all__ = []\n__all__ += ['a']\n__all__ += m.__all__", "= +a @m"},
        {"__all__ = ['a']\n__all__.append('b')\n__all__.extend(['c', 'd'])\n__all__.remove('a')",
         "= +a +b +c +d -a"},
        {"__all__ = ['a']\n__all__ = ['b']", "= +a = +b"},
        {"__all__ = __all__ + ['a']", "+a"},
        {"__all__ = sorted(['b', 'a'])", "= +b +a"},
        {"__all__ = [x for x in ['a', 'b']]", "= +a +b"},
        {"__all__ = list(x for x in ('a',))", "= +a"},
        {"__all__ = [x for x in dir() if x[0] != '_']", "= ?"},
        {"__all__ = [n.upper() for n in ['a']]", "= ?"},
        {"__all__ = f()", "= ?"},
        {"__all__ = ['a', b]", "= +a ?"},
        {"__all__ = ['a', f'{b}']", "= +a ?"},
        {"__all__.extend(f())", "?"},
        {"__all__.pop()", "?"},
        {"__all__.sort()", ""},
        {"if x:\n __all__ = ['a']", "= +a"},
        {"def f():\n __all__ = ['a']\nclass A:\n __all__ = ['b']", ""},
        {"__all__ = ['\\x61', '\\u0062']", "= +a +b"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_alls);
}

/* --- definitions and members --- */

static void spell_members(const Facts *facts, const FactsDefinition *definition, GString *out)
{
    static const char KINDS[] = "mf=ci";

    for (uint32_t i = 0; i < definition->members.count; i++) {
        const FactsMember *member = &facts->members[definition->members.first + i];
        g_string_append_printf(out, "%s%c %s", i == 0 ? " {" : ", ", KINDS[member->kind],
                               facts_text(facts, member->name));
        if (member->kind == MEMBER_METHOD)
            g_string_append(out, facts_text(facts, member->signature));
        if (member->kind == MEMBER_FIELD)
            g_string_append_printf(out, ": %s", facts_text(facts, member->annotation));
        if (*facts_text(facts, member->value) != '\0')
            g_string_append_printf(out, " = %s", facts_text(facts, member->value));
        if (member->flags != 0)
            g_string_append_c(out, '+');
        append_flags(out, member->flags, "SCPAOYBT");
    }
    if (definition->members.count > 0)
        g_string_append_c(out, '}');
}

static void spell_definitions(const Facts *facts, GString *out)
{
    static const char *const SYNTAX[] = {"class", "def", "call", "type()", "newtype", "type"};

    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        const FactsDefinition *definition = &facts->definitions[i];
        separate(out);
        g_string_append_printf(out, "%s %s", SYNTAX[definition->syntax],
                               facts_text(facts, definition->qualname));
        append_flags(out, definition->flags, "DEXAOYN");
        if (definition->syntax == SYNTAX_FUNCTION)
            continue;
        for (uint32_t j = 0; j < definition->bases.count; j++) {
            const FactsExpression *base = &facts->expressions[definition->bases.first + j];
            g_string_append_printf(out, "%s%s|%s", j == 0 ? " (" : ", ", facts_text(facts, base->text),
                                   facts_text(facts, base->dotted));
            append_flags(out, base->flags, "SC*");
        }
        if (definition->bases.count > 0)
            g_string_append_c(out, ')');
        spell_members(facts, definition, out);
    }
}

static void test_definitions(void)
{
    static const Case cases[] = {
        {"class A: pass", "class AE"},
        {"class A:\n '''Doc.'''", "class ADE"},
        {"class A(B, m.C[int], metaclass=M, *z, **k): x = 1",
         "class A (B|B, m.C[int]|m.CS, metaclass=M|M, *z|z*, **k|k*) {= x = 1}"},
        {"class A(f(1).B, g()): ...", "class AE (f(1).B|, g()|gC)"},
        {"def f():\n class A: pass", "def f; class f.<locals>.AE"},
        {"class A:\n class B:\n  def f(self):\n   class C: ...",
         "class A {c B}; class A.B {m f(self)+T}; class A.B.f.<locals>.CE"},
        {"if x:\n def f(): pass\nelse:\n def f(): return 1", "def fEN; def f"},
        {"class A:\n x: int = 1\n y: 'str'\n z = 'q'\n a, b = 1, 2\n if c:\n  d = 3\n import m",
         "class A {f x: int = 1, f y: \"str\", = z = \"q\", = a = 1, = b = 2, = d = 3, i m}"},
        {"class A:\n @staticmethod\n def f(a, b=1): return a\n @property\n def g(self) -> int: ...\n"
         " @abc.abstractmethod\n async def h(self): raise NotImplementedError\n",
         "class AA {m f(a, b=1)+ST, m g(self) -> int+PBT, m h(self)+AYBT}"},
        {"class A:\n @x.setter\n def x(self, v): self.v = v\n @overload\n def f(self): ...",
         "class A {m x(self, v)+PT, m f(self)+OBT}"},
        {"class A:\n def __init__(self):\n  warnings.warn('x', DeprecationWarning)\n",
         "class AX {m __init__(self)+T}"},
        {"@deprecated\nclass A: x = 1", "class AX {= x = 1}"},
        {"class A:\n 'Deprecated: use B'\n x = 1", "class ADX {= x = 1}"},
        {"@overload\ndef f(): ...", "def fEON"},
        {"async def f(): await x", "def fY"},
        {"P = namedtuple('P', 'x, y')", "call P (\"P\"|, \"x, y\"|) {= x, = y}"},
        {"P = collections.namedtuple('P', ['x'], rename=True)",
         "call P (\"P\"|, [\"x\"]|, rename=True|) {= x}"},
        {"C = Enum('C', 'A B')", "call C (\"C\"|, \"A B\"|) {= A = 1, = B = 2}"},
        {"C = Flag('C', ['A', 'B', 'D'])",
         "call C (\"C\"|, [\"A\", \"B\", \"D\"]|) {= A = 1, = B = 2, = D = 4}"},
        {"C = Enum('C', {'A': 1})", "call C (\"C\"|, {\"A\": 1}|) {= A = 1}"},
        {"C = Enum('C', [('A', 'x')])", "call C (\"C\"|, [(\"A\", \"x\")]|) {= A = \"x\"}"},
        {"N = NamedTuple('N', [('a', int)])", "call N (\"N\"|, [(\"a\", int)]|) {f a: int}"},
        {"T = TypedDict('T', {'a': int}, total=False)",
         "call T (\"T\"|, {\"a\": int}|, total=False|) {f a: int}"},
        {"D = make_dataclass('D', ['x', ('y', int, 3)])",
         "call D (\"D\"|, [\"x\", (\"y\", int, 3)]|) {= x, f y: int = 3}"},
        {"X = type('X', (B,), {'a': 1})", "type() X (\"X\"|, (B,)|, {\"a\": 1}|) {= a = 1}"},
        {"X = type(y)", ""},
        {"X = Enum(y)", ""},
        {"U = NewType('U', int)", "newtype U (\"U\"|, int|int)"},
        {"type X[T] = list[T]", "type X (list[T]|listS)"},
        {"class A[T](B): pass", "class AE (B|B)"},
        {"lazy import x\nclass A: pass", "class AE"},
        {"class Caf\xc3\xa9: pass", "class Caf\xc3\xa9"
                                    "E"},
        {"x = 1\nclass A(: pass\nclass B: pass", "class A; class BE"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_definitions);
}

static void test_definition_lines(void)
{
    const char source[] =
        "@a\n@b(1)\nclass A(\n  B,\n):\n  '''First.\n\n  More.'''\n  x = 1\n\n\n# behind\ny = 1\n";
    Block block = parse(source, strlen(source), false);
    const FactsDefinition *definition = &block.facts.definitions[0];

    g_assert_cmpuint(definition->line, ==, 3);
    g_assert_cmpuint(definition->end_line, ==, 9);
    g_assert_cmpuint(definition->start, ==, 0);
    g_assert_cmpuint(definition->end, ==, strstr(source, "x = 1") + 5 - source);
    g_assert_cmpuint(definition->name_start, ==, strstr(source, "A(") - source);
    g_assert_cmpuint(definition->decorators.count, ==, 2);
    g_assert_cmpstr(facts_text(&block.facts, definition->docstring), ==, "First.");
    g_free(block.bytes);
}

/* --- effects and literals --- */

static void spell_effects(const Facts *facts, GString *out)
{
    static const char *const KINDS[] = {"self",       "modules",   "setattr", "exec", "globals",
                                        "getattr",    "home",      "extend",  "path", "attach",
                                        "lazymodule", "attribute", "syspath", "call"};

    for (uint32_t i = 0; i < facts->n_effects; i++) {
        separate(out);
        g_string_append_printf(out, "%s %s,%s", KINDS[facts->effects[i].kind],
                               facts_text(facts, facts->effects[i].a),
                               facts_text(facts, facts->effects[i].b));
    }
}

static void test_effects(void)
{
    static const Case cases[] = {
        {"sys.modules[__name__] = A()", "self A(),"},
        {"sys.modules['a.b'] = m.x", "modules a.b,m.x"},
        {"sys.modules[__name__ + '.x'] = y", "modules __name__ + \".x\",y"},
        {"def f():\n sys.modules['a'] = b", "modules a,b"},
        {"setattr(sys.modules[__name__], 'x', 1)", "setattr sys.modules[__name__],\"x\""},
        {"import m\nsetattr(m, 'x', 1)", "setattr m,\"x\""},
        {"class A: pass\nsetattr(A, 'x', 1)", ""},
        {"def f():\n setattr(sys.modules[__name__], 'x', 1)", "setattr sys.modules[__name__],\"x\""},
        {"exec(code)", "exec code,"},
        {"def f(): exec(code)", ""},
        {"globals()['x'] = 1", "globals globals()[\"x\"],"},
        {"globals().update(d)", "globals globals().update,"},
        {"for k in d: vars()[k] = 1", "globals vars()[k],"},
        {"globals().update({k: v for k, v in vars(m).items() if k[0] != '_'})", "globals globals().update,m"},
        {"globals().update((n, getattr(a.b, n)) for n in __all__)", "globals globals().update,a.b"},
        {"globals().update(m.__dict__)", "globals globals().update,m"},
        {"register(a.b)", "call register,a.b"},
        {"m.register(1, name=a)", "call m.register,a"},
        {"f(1)", "call f,"},
        {"x = f(a)", ""},
        {"def g(): f(a)", ""},
        {"def __getattr__(name): ...", "getattr ,"},
        {"A.__module__ = 'pkg'", "home A,pkg"},
        {"A.B.__module__ = __name__", "home A.B,__name__"},
        {"__path__ = extend_path(__path__, __name__)", "extend ,"},
        {"__path__ = __import__('pkgutil').extend_path(__path__, __name__)", "extend ,"},
        {"__import__('pkg_resources').declare_namespace(__name__)", "extend ,"},
        {"__path__.append('x')", "path __path__.append(\"x\"),"},
        {"import m\nm.x = A.b", "attribute m.x,A.b"},
        {"A.x = 1", ""},
        {"sys.path.insert(0, here)", "syspath here,"},
        {"import lazy_loader as lazy\nx = lazy.attach(__name__, ['a'])", "attach ,"},
        {"sys.modules[__name__] = _LazyModule(__name__, globals()['__file__'], _import_structure)",
         "self _LazyModule(__name__, globals()[\"__file__\"], _import_structure),; lazymodule "
         "_import_structure,"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_effects);
}

static void spell_literals(const Facts *facts, GString *out)
{
    for (uint32_t i = 0; i < facts->n_literals; i++) {
        const FactsLiteral *literal = &facts->literals[i];
        separate(out);
        g_string_append(out, facts_text(facts, literal->name));
        for (uint32_t j = 0; j < literal->entries.count; j++) {
            const FactsEntry *entry = &facts->entries[literal->entries.first + j];
            g_string_append_printf(out, " %s:%s", facts_text(facts, entry->key),
                                   facts_text(facts, entry->value));
        }
    }
}

static void test_literals(void)
{
    static const Case cases[] = {
        {"_m = {'a': 'x.y', \"b\": ['C', 'D']}", "_m a:x.y b:C b:D"},
        {"_m = ['a', '.b']", "_m :a :.b"},
        {"_m = dict(a='x', b=('y', 'z'))", "_m a:x b:y b:z"},
        {"_m = {'a b': 'c'}", ""},
        {"_m = {'a': 1}", ""},
        {"_m = {'a': ['B']}\nif x:\n _m['c'] = ['D']\n_m['a'].append('E')", "_m a:B; _m c:D; _m a:E"},
        {"x = lazy.attach(__name__, submodules=['a'], submod_attrs={'b': ['C']})",
         "submodules :a; submod_attrs b:C"},
        {"x, y = attach_stub(f)", ""},
    };

    run(cases, G_N_ELEMENTS(cases), spell_literals);
}

/* --- markers and issues --- */

static void spell_markers(const Facts *facts, GString *out)
{
    static const char *const KINDS[] = {"generated", "test",    "migration", "deprecated",
                                        "vendored",  "example", "copied",    "suppress"};

    for (uint32_t i = 0; i < facts->n_markers; i++) {
        separate(out);
        g_string_append_printf(out, "%s@%u %s", KINDS[facts->markers[i].kind], facts->markers[i].line,
                               facts_text(facts, facts->markers[i].text));
    }
    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        if (*facts_text(facts, facts->definitions[i].copied_from) == '\0')
            continue;
        separate(out);
        g_string_append_printf(out, "%s<-%s", facts_text(facts, facts->definitions[i].qualname),
                               facts_text(facts, facts->definitions[i].copied_from));
    }
}

static void test_markers(void)
{
    static const Case cases[] = {
        {"# Generated by the protocol buffer compiler.  DO NOT EDIT!\nx = 1",
         "generated@1 Generated by the protocol buffer compiler.  DO NOT EDIT!"},
        {"# This is generated by hand and looked after by people.\n", ""},
        {"# This file was generated by swig.\n", "generated@1 This file was generated by swig."},
        {"class A:  # onedef: ignore[duplicate] kept for pickles\n  pass",
         "suppress@1 ignore[duplicate] kept for pickles"},
        {"# Copied from a.b.C with X->Y\nclass D: pass", "copied@1 a.b.C; D<-a.b.C"},
        {"class D:\n  # Copied from a.b.C\n  x = 1", "copied@2 a.b.C; D<-a.b.C"},
        {"class D:\n  '''Doc.\n\n  Copied from `a.b.C`.\n  '''", "copied@4 a.b.C; D<-a.b.C"},
        {"# Copied from somewhere\nclass D: pass", ""},
        {"import pytest\ndef test_x(): pass", "test@2 test_x"},
        {"import unittest\nclass TestX(unittest.TestCase): pass", "test@2 TestX"},
        {"revision = 'a'\ndown_revision = 'b'", "migration@1 alembic"},
        {"class Migration(migrations.Migration): pass", "migration@1 django"},
        {"# vendored from requests 2.0", "vendored@1 vendored from requests 2.0"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_markers);
}

static void test_issues(void)
{
    static const struct {
        const char *source;
        int kind; /* of the first issue; -1 for none */
    } cases[] = {
        {"x = 1", -1},
        {"lazy import x", -1},
        {"match x:\n case 1: pass", -1},
        {"x = t'{a}'", -1},
        {"# c\rclass A: pass", -1},
        {"print(x)", -1},
        {"x = '", ISSUE_UNTERMINATED_STRING},
        {"if x:\n  a\n b", ISSUE_INDENTATION},
        {"class A(:\n  pass", ISSUE_BRACKETS},
        {"def f(:) pass", ISSUE_SYNTAX},
        {"x = = 1", ISSUE_SYNTAX},
        {"print 'x'", ISSUE_PYTHON2},
        {"def f():\n  print 'x'", ISSUE_PYTHON2},
        {"try: pass\nexcept E, e: pass", ISSUE_PYTHON2},
        {"exec 'x' in d", ISSUE_PYTHON2},
        {"x = 0777", ISSUE_PYTHON2},
        {"x = `y`", ISSUE_PYTHON2},
        {"x = 1 <> 2", ISSUE_PYTHON2},
        {"<<<<<<< a\nx\n=======\ny\n>>>>>>> b", ISSUE_CONFLICT},
        {"x = '\xe9'", ISSUE_ENCODING},
        {"# coding: latin-1\nx = '\xe9'", -1},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Block block = parse(cases[i].source, strlen(cases[i].source), false);
        int kind = -1;
        for (uint32_t j = 0; j < block.facts.n_issues; j++)
            kind = kind == cases[i].kind ? kind : (int)block.facts.issues[j].kind;
        if (kind != cases[i].kind)
            g_test_message("source: %s", cases[i].source);
        g_assert_cmpint(kind, ==, cases[i].kind);
        g_assert_cmpint((block.facts.header->flags & FACTS_DEGRADED) != 0, ==, kind != -1);
        g_free(block.bytes);
    }
}

static void test_plain_statements(void)
{
    static const struct {
        const char *source;
        uint32_t count;
    } cases[] = {
        {"'''Doc.'''\nfrom a import b\nfrom c import *\n__all__ = ['b']\n__all__ += ['c']\nX = b\n", 0},
        {"import warnings\nwarnings.warn('moved', DeprecationWarning)\nfrom a import *", 0},
        {"if TYPE_CHECKING:\n from a import b\ntry:\n import c\nexcept ImportError:\n c = d", 0},
        {"sys.modules[__name__] = a", 0},
        {"def __getattr__(name): ...\ndef __dir__(): ...", 0},
        {"from a import b\nx = 1", 1},
        {"class A: pass\ndef f(): pass\nfor i in x: pass", 3},
        {"f()\ndel x\nassert y", 2}, /* an assert binds nothing and does nothing */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Block block = parse(cases[i].source, strlen(cases[i].source), false);
        g_assert_cmpuint(block.facts.header->n_plain_statements, ==, cases[i].count);
        g_free(block.bytes);
    }
}

/* A Latin-1 file: texts are decoded, positions are those of the file's bytes. */
static void test_encoding(void)
{
    const char source[] =
        "# -*- coding: latin-1 -*-\nclass A:\n    x = 'caf\xe9'\n__all__ = ['caf\xe9', 'b']\n";
    Block block = parse(source, strlen(source), false);

    g_assert_cmpstr(facts_text(&block.facts, block.facts.members[0].value), ==, "\"caf\xc3\xa9\"");
    g_assert_cmpstr(facts_text(&block.facts, block.facts.alls[1].text), ==, "caf\xc3\xa9");
    g_assert_cmpuint(block.facts.alls[2].start, ==, strstr(source, "'b'") - source);
    g_free(block.bytes);
}

static void test_uses(void)
{
    const char source[] = "import a.b\nclass A(B):\n  def f(self, x=C): return a.b.D(x, E)\nF\n";
    Block block = parse(source, strlen(source), false);
    g_autoptr(GString) rows = g_string_new(NULL);

    for (uint32_t i = 0; i < block.facts.n_uses; i++) {
        const FactsUse *use = &block.facts.uses[i];
        separate(rows);
        g_string_append_printf(rows, "%d %s %s", (int)use->owner, facts_text(&block.facts, use->head),
                               facts_text(&block.facts, use->chain));
    }
    g_assert_cmpstr(rows->str, ==, "0 B ; 0 C ; 0 E ; 0 a a.b.D; -1 F ");
    g_assert_cmpuint(block.facts.definitions[0].uses.count, ==, 4);
    g_free(block.bytes);
}

/* --- hostile input --- */

static char *repeat(const char *text, uint32_t count)
{
    GString *out = g_string_new(NULL);

    for (uint32_t i = 0; i < count; i++)
        g_string_append(out, text);
    return g_string_free(out, FALSE);
}

static char *staircase(const char *text, uint32_t steps)
{
    GString *out = g_string_new(NULL);

    for (uint32_t i = 0; i < steps; i++) {
        for (uint32_t j = 0; j < i; j++)
            g_string_append_c(out, ' ');
        g_string_append(out, text);
    }
    return g_string_free(out, FALSE);
}

static void check_hostile(const char *text, size_t length, bool full_too)
{
    g_free(parse(text, length, false).bytes);
    if (full_too)
        g_free(parse(text, length, true).bytes);
}

/* No clock: what is proved is that these end at all, within the test's time limit, in one piece. Each
 * took seconds to minutes, or memory errors, in tree-sitter alone. */
static void test_hostile(void)
{
    static const struct {
        const char *text;
        uint32_t count;
    } cases[] = {
        {"(", 65535},
        {"[", 70000},
        {"{", 70000},
        {"try:\n", 24000},
        {"f\"{f", 60000},
        {"import ", 60000},
        {"from . import (", 30000},
        {"\\\n", 200000},
        {"class A:", 30000},
        {"def f(", 30000},
        {"def ", 50000},
        {"a = ", 100000},
        {"a.", 100000},
        {"not ", 50000},
        {"lambda: ", 50000},
        {"@d\n", 50000},
        {"-", 100000},
        {"f(", 50000},
        {"a if b else ", 50000},
        {"elif b: pass\n", 50000},
        {"class A: pass\n", 50000},
        {"import a;", 60000},
        {"match x:\n", 20000},
        {"\n", 500000},
        {"(y := ", 30000},
        {"\xff", 100000},
        {"'''", 100001},
        {"global a\n", 30000},
        {"except A as b:\n", 20000},
        {"x[", 60000},
        {"#\r", 100000},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = repeat(cases[i].text, cases[i].count);
        check_hostile(text, strlen(text), i < 8);
    }
    static const char *const STEPS[] = {"try:\n", "if x:\n", "class A:\n", "def f():\n", "with a as b:\n"};
    for (size_t i = 0; i < G_N_ELEMENTS(STEPS); i++) {
        g_autofree char *text = staircase(STEPS[i], 1200);
        check_hostile(text, strlen(text), true);
    }
    g_autofree char *zeros = g_malloc0(100000);
    check_hostile(zeros, 100000, true);
}

/* Where the parser gives up, the tokens still yield what stands in the file. */
static void test_fallback(void)
{
    g_autofree char *tail = repeat("try:\n", 24000);
    g_autofree char *source = g_strconcat("import a.b as c, d\nfrom . . x import (Y as Z,\n  W)\n"
                                          "class A(B, m.C):\n  class In: pass\n  def f(self): pass\n"
                                          "X = A.b\nif x:\n  from q import *\ndef g():\n  import h\n",
                                          tail, NULL);
    Block block = parse(source, strlen(source), false);
    g_autoptr(GString) rows = g_string_new(NULL);

    g_assert_cmpuint(block.facts.issues[0].kind, ==, ISSUE_BUDGET);
    spell_imports(&block.facts, rows);
    g_assert_cmpstr(rows->str, ==, "0:a.b>c'@1; 0:d>d@1; 2:x:Y>Z'@2; 2:x:W>W@3; 0:q:*@9; 0:h>h@11");
    g_string_truncate(rows, 0);
    spell_bindings(&block.facts, rows);
    g_assert_cmpstr(rows->str, ==,
                    "c import; d import; Z import; W import; A def; A.In def; A.f method; X alias=A.b; "
                    " star; g def; g().h import");
    g_free(block.bytes);
}

/* The same bytes for the same input, whatever the parser has seen before. */
static void test_no_memory_between_files(void)
{
    static const char source[] = "from a import b\nclass C(b):\n  x = 1\n";
    Parser *parser = parser_new(NULL);
    size_t size, again;
    g_autofree void *first = parser_parse(parser, source, strlen(source), &size);
    g_autofree char *hostile = repeat("try:\n", 20000);
    g_free(parser_parse(parser, hostile, strlen(hostile), &again));
    g_autofree void *second = parser_parse(parser, source, strlen(source), &again);

    g_assert_cmpmem(first, size, second, again);
    parser_free(parser);
}

/* --- what a class body says besides its members, and whether two say the same of that --- */

static void spell_rest(const Facts *facts, GString *out)
{
    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        const FactsDefinition *definition = &facts->definitions[i];
        separate(out);
        g_string_append(out, facts_text(facts, definition->rest));
        g_assert_cmpint(definition->rest == 0, ==, definition->rest_hash == 0);
    }
}

static void test_rest(void)
{
    static const Case cases[] = {
        {"class A:\n    'doc'\n    x: int = 1\n    y = 2\n\n    def f(self):\n        pass\n    pass\n", ""},
        {"class A:\n    def f(self):\n        return 1\n    f.alters = True\n", "f.alters = True"},
        {"class A:\n    x = y = 1\n    __slots__ = ()\n", "x = y = 1; __slots__ = ()"},
        {"class A:\n    register(1)\n    x = 1\n    del x\n", "register(1); del x"},
        {"class A:\n    import os\n    (a, b) = c\n", "import os; a, b = c"},
        {"class A:\n    if B:\n        x = 1\n    y = 2\n", "if B: x = 1"},
        {"class A[T]:\n    y = 2\n", "class A[T]:"},
    };
    static const char *const others[][2] = {
        /* `z` in the loop or behind it; a member between does not join what it parts */
        {"class A:\n    for i in r:\n        x()\n        z()\n    y = 2\n",
         "class A:\n    for i in r:\n        x()\n    y = 2\n    z()\n"},
        {"class A:\n    x = y = 1\n", "class A:\n    x = 1\n    y = 1\n"},
    };

    run(cases, G_N_ELEMENTS(cases), spell_rest);
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        Block a = parse(others[i][0], strlen(others[i][0]), false),
              b = parse(others[i][1], strlen(others[i][1]), true);
        g_assert_cmpuint(a.facts.definitions[0].rest_hash, !=, b.facts.definitions[0].rest_hash);
        g_free(a.bytes);
        g_free(b.bytes);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/imports", test_imports);
    g_test_add_func("/parse/bindings", test_bindings);
    g_test_add_func("/parse/contexts", test_contexts);
    g_test_add_func("/parse/context-texts", test_context_texts);
    g_test_add_func("/parse/all", test_alls);
    g_test_add_func("/parse/definitions", test_definitions);
    g_test_add_func("/parse/definition-lines", test_definition_lines);
    g_test_add_func("/parse/rest", test_rest);
    g_test_add_func("/parse/effects", test_effects);
    g_test_add_func("/parse/literals", test_literals);
    g_test_add_func("/parse/markers", test_markers);
    g_test_add_func("/parse/issues", test_issues);
    g_test_add_func("/parse/plain-statements", test_plain_statements);
    g_test_add_func("/parse/encoding", test_encoding);
    g_test_add_func("/parse/uses", test_uses);
    g_test_add_func("/parse/hostile", test_hostile);
    g_test_add_func("/parse/fallback", test_fallback);
    g_test_add_func("/parse/no-memory", test_no_memory_between_files);
    return g_test_run();
}
