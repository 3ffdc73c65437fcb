/* facts.h — what one file says, as one relocatable, immutable block of bytes.
 *
 * A block depends on the bytes of the file (and the extractor's version) alone: not on the path,
 * suffix, role, root, or target Python. It can be computed in any order on any thread, cached by
 * content, and read in place. Layout: FactsHeader, then one array per section, then the bytes of
 * all strings. Everything refers to everything else by index; FACTS_NONE is "no index".
 *
 * Strings are indices into a table of distinct strings; string 0 is "". Positions are byte offsets
 * into the original file; lines start at 1 and count CR, LF and CRLF as Python does. Arrays are in
 * source order (by `start`) unless said otherwise.
 *
 * facts_open checks every count, offset and index before anything is read, so that a damaged or
 * hostile block from a cache can give an error but never a wild read. */
#ifndef ONEDEF_PARSE_FACTS_H
#define ONEDEF_PARSE_FACTS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FACTS_NONE UINT32_MAX
/* Raise with every change of what any extractor writes: cached blocks of other versions are stale. */
#define FACTS_VERSION 9u
/* Longer texts (values, annotations, signatures) are cut here, with a trailing U+2026; their hash is of the whole. */
#define FACTS_MAX_TEXT 240u

typedef uint32_t FactsStr;

typedef struct FactsSlice {
    uint32_t first, count;
} FactsSlice;

/* FactsString — one distinct string: where its bytes are, and XXH3_64bits of them. */
typedef struct FactsString {
    uint64_t hash;
    uint32_t offset, length;
} FactsString;

/* FactsContext — one clause of a compound statement, or one class or function body: under what
 * conditions the facts in it hold. Context 0 is the module itself. Parents come before children. */
typedef enum FactsContextKind {
    CONTEXT_MODULE,
    CONTEXT_IF,        /* if / elif body; text = condition */
    CONTEXT_ELSE,      /* else of an if */
    CONTEXT_TRY,       /* try body */
    CONTEXT_EXCEPT,    /* except clause; text = the exception expression, "" when bare */
    CONTEXT_TRY_ELSE,
    CONTEXT_FINALLY,
    CONTEXT_WITH,      /* with body; text = the items */
    CONTEXT_LOOP,      /* for / while body */
    CONTEXT_LOOP_ELSE,
    CONTEXT_CASE,      /* match case; text = the pattern */
    CONTEXT_CLASS,     /* class body; definition = index */
    CONTEXT_FUNCTION,  /* function body; text = the function's name */
} FactsContextKind;

enum {
    CONTEXT_TYPING = 1 << 0,          /* runs for type checkers only */
    CONTEXT_NOT_TYPING = 1 << 1,      /* the run-time side of a TYPE_CHECKING test */
    CONTEXT_IMPORT_GUARD = 1 << 2,    /* try body (or with suppress) whose import errors are caught */
    CONTEXT_IMPORT_FALLBACK = 1 << 3, /* the except clause that catches import errors */
    CONTEXT_MAIN = 1 << 4,            /* if __name__ == "__main__" */
    CONTEXT_LAZY = 1 << 5,            /* inside a function body (at any depth) */
};

typedef struct FactsContext {
    uint32_t parent;     /* FACTS_NONE for context 0 */
    uint8_t kind, flags; /* flags are inherited: TYPING, IMPORT_GUARD, FALLBACK, MAIN, LAZY hold for children too (IMPORT_GUARD not into functions) */
    uint16_t clause;     /* ordinal within its statement: 0 = if/try body, 1 … = following clauses */
    uint32_t statement;  /* start of the compound statement: equal for clauses of one statement */
    uint32_t line;
    uint32_t definition; /* CONTEXT_CLASS: index; else FACTS_NONE */
    FactsStr text;
} FactsContext;

/* FactsExpression — a base class, decorator, class keyword, or type argument, as written. */
enum {
    EXPRESSION_SUBSCRIPTED = 1 << 0, /* `Generic[T]`: dotted holds "Generic" */
    EXPRESSION_CALLED = 1 << 1,      /* `dataclass(frozen=True)`: dotted holds "dataclass" */
    EXPRESSION_STARRED = 1 << 2,
};
typedef struct FactsExpression {
    FactsStr text;    /* normalised source, cut at FACTS_MAX_TEXT */
    FactsStr dotted;  /* "a.b.C" when it is (a call or subscript of) a plain dotted name, else "" */
    FactsStr keyword; /* "metaclass" in `class C(metaclass=M)`, else "" */
    uint32_t flags;
    uint32_t start, end;
} FactsExpression;

/* FactsDefinition — a class statement anywhere; a top-level function; or a call or statement that makes a class. */
typedef enum FactsSyntax {
    SYNTAX_CLASS,
    SYNTAX_FUNCTION,       /* top-level def, incl. under if/try; methods are members */
    SYNTAX_FUNCTIONAL,     /* X = Enum("X", …), namedtuple(…), NamedTuple(…), TypedDict(…), make_dataclass(…), new_class(…) */
    SYNTAX_TYPE_CALL,      /* X = type("X", (Base,), {…}) */
    SYNTAX_NEWTYPE,        /* X = NewType("X", int) */
    SYNTAX_TYPE_ALIAS,     /* type X = … (PEP 695) */
} FactsSyntax;

typedef enum FactsScope {
    SCOPE_MODULE, /* direct or under if/try/with/loops */
    SCOPE_CLASS,
    SCOPE_FUNCTION,
} FactsScope;

enum {
    DEFINITION_DOCSTRING = 1 << 0,
    DEFINITION_EMPTY = 1 << 1,      /* body is only docstring, pass, … */
    DEFINITION_DEPRECATED = 1 << 2, /* decorator, warning call or docstring says deprecated */
    DEFINITION_ABSTRACT = 1 << 3,   /* has an abstract method by decorator */
    DEFINITION_OVERLOAD = 1 << 4,
    DEFINITION_ASYNC = 1 << 5,
    DEFINITION_NOT_IMPLEMENTED = 1 << 6, /* every method body is …, pass or raise NotImplementedError */
};

typedef struct FactsDefinition {
    FactsStr name, qualname; /* Python's spelling: "Outer.Inner", "f.<locals>.C"; of `_N = namedtuple("Node", …)` at module level: _N, Node */
    uint32_t context;        /* where the statement stands */
    uint32_t parent;         /* innermost enclosing definition (class or top-level function), FACTS_NONE at module level */
    uint8_t syntax, scope;
    uint16_t flags;
    uint32_t line, end_line;    /* of the class/def keyword (or the assignment); last line */
    uint32_t start, end;        /* the statement, decorators included */
    uint32_t name_start;        /* offset of the name token */
    FactsSlice bases;           /* expressions: positional and keyword arguments of the class statement; for calls the arguments */
    FactsSlice decorators;      /* expressions */
    FactsSlice members;
    FactsSlice uses;
    FactsStr callee;            /* SYNTAX_FUNCTIONAL/TYPE_CALL/NEWTYPE: dotted name called; else "" */
    FactsStr docstring;         /* first line, cut at FACTS_MAX_TEXT */
    FactsStr rest;              /* classes: the statements in the body that are no members, on one line, cut; else "" */
    FactsStr copied_from;       /* dotted target of "# Copied from a.b.C …" above or in it; else "" */
    uint32_t tokens;            /* without comments, docstrings and layout: the evidence */
    uint64_t docstring_hash;    /* whole, whitespace-folded; 0 without one */
    uint64_t rest_hash;         /* classes: what the body says besides its members (extract_rest.c), in order; own name →
                                   placeholder; 0 = nothing */
    uint64_t text_hash;         /* whole statement: normalised tokens, own name → placeholder */
    uint64_t shape_hash;        /* text_hash with locally bound names → positional placeholders too */
    FactsSlice statements;      /* classes: the sketch of their statements; ascending */
} FactsDefinition;

/* FactsStatement — one of the FACTS_MAX_STATEMENTS least of the distinct statements in a class, at any
 * depth: a hash of its normalised tokens in the high bits (the own name of the class as a placeholder), their
 * number in the low five. A block's header is a statement; `def`, `class` and decorators are none, nor is
 * what has fewer than FACTS_STATEMENT_TOKENS tokens. */
typedef uint32_t FactsStatement;
#define FACTS_MAX_STATEMENTS 128u
#define FACTS_STATEMENT_TOKENS 4u
#define FACTS_STATEMENT_LENGTH(statement) ((statement) & 31u) /* 31 = that many or more */

/* FactsMember — what stands directly in a class body (if/try in between allowed). For functions:
 * one MEMBER_METHOD that holds the function's own signature and body. */
typedef enum FactsMemberKind {
    MEMBER_METHOD,
    MEMBER_FIELD,  /* NAME: annotation [= value] */
    MEMBER_ASSIGN, /* NAME = value: class attribute or, when the join says enum, enum member */
    MEMBER_CLASS,  /* nested class; `definition` in text_hash's stead: see nested */
    MEMBER_IMPORT, /* import in a class body */
} FactsMemberKind;

enum {
    MEMBER_STATIC = 1 << 0,
    MEMBER_CLASSMETHOD = 1 << 1,
    MEMBER_PROPERTY = 1 << 2, /* property, cached_property, X.setter/deleter */
    MEMBER_ABSTRACT = 1 << 3,
    MEMBER_OVERLOAD = 1 << 4,
    MEMBER_ASYNC = 1 << 5,
    MEMBER_STUB_BODY = 1 << 6,   /* body is docstring / pass / … / raise NotImplementedError */
    MEMBER_TRIVIAL_BODY = 1 << 7 /* at most one short statement besides the docstring */
};

typedef struct FactsMember {
    FactsStr name;
    uint8_t kind;
    uint8_t flags;
    uint16_t reserved;
    uint32_t context;
    uint32_t nested;        /* MEMBER_CLASS: definition index; else FACTS_NONE */
    FactsStr annotation;    /* MEMBER_FIELD; a method's return annotation */
    FactsStr value;         /* normalised right-hand side */
    FactsStr signature;     /* methods: "(self, a: int = 1) -> str", normalised */
    FactsSlice decorators;  /* expressions */
    uint32_t line, end_line, start, end;
    uint32_t tokens;
    uint64_t value_hash;     /* 0 without a value */
    uint64_t signature_hash; /* methods */
    uint64_t body_hash;      /* methods: normalised tokens of the body without docstring */
    uint64_t body_shape;     /* body_hash with parameters and locals abstracted */
    uint8_t sketch[16];      /* one-permutation MinHash of the body's token 3-grams, one byte a bin; 0 = empty bin */
} FactsMember;

/* FactsImport — one imported name (or star, or plain module): `from . import a, b as c` gives two. */
typedef enum FactsImportForm { IMPORT_MODULE, IMPORT_FROM, IMPORT_STAR } FactsImportForm;
typedef struct FactsImport {
    uint8_t form;
    uint8_t lazy_keyword; /* PEP 810 `lazy import` */
    uint16_t level;       /* leading dots */
    FactsStr module;      /* without dots; "" for `from . import x` */
    FactsStr name;        /* IMPORT_FROM: the name; else "" */
    FactsStr bound;       /* the name it binds ("a" for `import a.b`; "" for a star) */
    uint16_t aliased;     /* 1 when written with `as` */
    uint16_t silenced;    /* 1 when a comment of the statement keeps linters from calling it unused (`noqa`, `noqa: F401`) */
    uint32_t context;
    uint32_t line;        /* of the name's token (of the module for IMPORT_MODULE) */
    uint32_t statement_line;
    uint32_t statement_start, statement_end; /* equal for the names of one statement */
    uint32_t start, end;  /* the `a.b as c` / `name as x` / `*` item */
} FactsImport;

/* FactsBinding — an event that binds or unbinds a name, in source order. Module and class scope:
 * all. Function scope: imports, classes, and — in functions that hold a class statement — aliases. */
typedef enum FactsBindingKind {
    BINDING_DEFINITION, /* class, def, functional class, type alias: ref = definition */
    BINDING_METHOD,     /* def in class scope (ref = FACTS_NONE) */
    BINDING_IMPORT,     /* ref = import (`import a.b` binds "a"; with `as` the module itself) */
    BINDING_STAR,       /* ref = import; name "" */
    BINDING_ALIAS,      /* NAME = dotted.name; target */
    BINDING_VALUE,      /* NAME = anything else; target = dotted callee when it is a call */
    BINDING_ANNOTATION, /* NAME: T without value */
    BINDING_TARGET,     /* for, with … as, except … as, walrus, match capture, augmented assignment */
    BINDING_DELETE,     /* del NAME, and the end of except … as NAME */
    BINDING_GLOBAL,     /* assignment, def, class or import in a function that says `global NAME`; see `alternative` */
} FactsBindingKind;
enum {
    GLOBAL_VALUE,      /* ref = FACTS_NONE; target as for BINDING_ALIAS and BINDING_VALUE */
    GLOBAL_IMPORT,     /* ref = import */
    GLOBAL_DEFINITION, /* ref = definition (a class; a def has none: GLOBAL_VALUE) */
};
typedef struct FactsBinding {
    FactsStr name;
    uint8_t kind;
    uint8_t alternative; /* `A = B if c else C`, `A = B or C`: 0 for B, 1 for C; BINDING_GLOBAL: GLOBAL_…; else 0 */
    uint16_t computed;   /* BINDING_VALUE: 1 where a call, subscript or the like gives the value, which may then be anything */
    uint32_t context;
    uint32_t line, start, end; /* of the statement */
    uint32_t ref;
    FactsStr target;     /* BINDING_TARGET: of `for NAME in (a, b.c)`: the last */
    FactsStr annotation; /* "TypeAlias" etc. when annotated, else "" */
    uint64_t value_hash; /* BINDING_VALUE: of the normalised right-hand side (as FactsMember.value_hash); 0 otherwise: tells whether a global that two copies read means the same */
} FactsBinding;

/* FactsAll — one operation on `__all__`, in order; a statement may give several. */
typedef enum FactsAllOperation {
    ALL_RESET,   /* assignment: forget what was */
    ALL_ADD,     /* text = name */
    ALL_REMOVE,  /* text = name */
    ALL_MODULE,  /* text = dotted module expression whose __all__ is added */
    ALL_UNKNOWN, /* something computed: the list is not closed */
} FactsAllOperation;
typedef struct FactsAll {
    uint32_t operation;
    FactsStr text;
    uint32_t context;
    uint32_t line, start;
} FactsAll;

/* FactsReference — a string that may name a module or definition. */
typedef enum FactsReferenceKind {
    REFERENCE_IMPORT_MODULE, /* import_module("a.b"), also ".x" with __package__ */
    REFERENCE_DUNDER_IMPORT, /* __import__("a") */
    REFERENCE_PATCH,         /* patch("a.b.C"), monkeypatch.setattr("a.b.C", …), also @patch */
    REFERENCE_DOTTED,        /* any other string of the form a.b or a.b:c */
} FactsReferenceKind;
typedef struct FactsReference {
    uint32_t kind;
    FactsStr text;
    uint32_t line, start, end; /* the string token, quotes included */
} FactsReference;

/* FactsEffect — statements that change what names mean in ways a binding cannot say. */
typedef enum FactsEffectKind {
    EFFECT_SYS_MODULES_SELF, /* sys.modules[__name__] = a */
    EFFECT_SYS_MODULES,      /* sys.modules["a"] = b */
    EFFECT_SETATTR,          /* setattr(<module>, …), a = module expression */
    EFFECT_EXEC,             /* exec(…) at load time */
    EFFECT_GLOBALS,          /* globals()[…] = / globals().update(…) / vars() / __dict__; b = X where the update reads getattr(X, …), vars(X) or X.__dict__ */
    EFFECT_GETATTR,          /* def __getattr__ at module level */
    EFFECT_SET_MODULE,       /* X.__module__ = "pkg" (a = X, b = pkg), or a set_module decorator */
    EFFECT_EXTEND_PATH,      /* __path__ = extend_path(…), declare_namespace(…) */
    EFFECT_PATH,             /* other change of __path__ */
    EFFECT_LAZY_ATTACH,      /* lazy_loader.attach / attach_stub */
    EFFECT_LAZY_MODULE,      /* _LazyModule(…) and the like; a = name of the literal map */
    EFFECT_ATTRIBUTE,        /* a.b = c at load time on an imported module: a = dotted target, b = dotted value */
    EFFECT_SYS_PATH,         /* sys.path.insert/append */
    EFFECT_CALL,             /* a statement `f(…, a.b, …)` at load time: a = dotted callee, b = first dotted argument */
} FactsEffectKind;
typedef struct FactsEffect {
    uint32_t kind;
    FactsStr a, b;
    uint32_t context, line, start;
} FactsEffect;

/* FactsLiteral / FactsEntry — module-level displays of strings (`_import_structure = {…}`): the
 * maps that lazy exports read. Entries: a list gives value only; a dict gives key and value, one
 * entry per value when the value is a list or tuple. At most 8,192 entries each. */
typedef struct FactsLiteral {
    FactsStr name;   /* "" for the argument of an EFFECT_LAZY_ATTACH: keyword in `name` instead ("submod_attrs") */
    uint32_t context, line, start;
    FactsSlice entries;
} FactsLiteral;
typedef struct FactsEntry {
    FactsStr key, value;
} FactsEntry;

/* FactsUse — a global name read by a definition (or by module-level code: owner FACTS_NONE): free
 * names are the distinct heads; dotted chains are kept where the head is bound by an import of
 * this file. Sorted by owner, head, chain; owner is an outermost (module-level) definition. */
typedef struct FactsUse {
    uint32_t owner;
    FactsStr head;  /* "a" */
    FactsStr chain; /* "a.b.X"; "" for the bare name */
    uint32_t line;  /* of the first use */
    uint32_t count;
} FactsUse;

/* FactsMarker — what the text says about the file's role or a definition's origin. */
typedef enum FactsMarkerKind {
    MARKER_GENERATED,  /* "DO NOT EDIT", "generated by", protobuf … in the first 40 lines */
    MARKER_TEST,       /* imports unittest/pytest and defines tests */
    MARKER_MIGRATION,  /* alembic `revision =`/`down_revision`, django `class Migration` */
    MARKER_DEPRECATED, /* module docstring or warning says deprecated */
    MARKER_VENDORED,
    MARKER_EXAMPLE,
    MARKER_COPIED,     /* "Copied from …" */
    MARKER_SUPPRESS,   /* "# onedef: ignore[rule] reason": text = what stands after "onedef:" */
} FactsMarkerKind;
typedef struct FactsMarker {
    uint32_t kind;
    FactsStr text;
    uint32_t line;
} FactsMarker;

/* FactsIssue — why the file counts as degraded, or what was not analysed. */
typedef struct FactsIssue {
    uint32_t kind; /* FactsIssueKind */
    uint32_t line;
    FactsStr text;
} FactsIssue;
typedef enum FactsIssueKind {
    ISSUE_UNTERMINATED_STRING,
    ISSUE_INDENTATION,
    ISSUE_BRACKETS,
    ISSUE_SYNTAX,    /* ERROR or MISSING node */
    ISSUE_PYTHON2,
    ISSUE_CONFLICT,  /* merge-conflict markers */
    ISSUE_BUDGET,    /* the parse was cut short; the lexer's facts stand */
    ISSUE_ENCODING,  /* not UTF-8 and no cookie that says so */
    ISSUE_NUL,
} FactsIssueKind;

enum {
    FACTS_DEGRADED = 1 << 0,
    FACTS_DOCSTRING = 1 << 1,
    FACTS_GETATTR = 1 << 2,
    FACTS_MAIN_GUARD = 1 << 3,
};

/* All sections in the order in which they lie in the block. */
#define FACTS_SECTIONS(X)                 \
    X(strings, FactsString)               \
    X(contexts, FactsContext)             \
    X(definitions, FactsDefinition)       \
    X(members, FactsMember)               \
    X(statements, FactsStatement)         \
    X(expressions, FactsExpression)       \
    X(imports, FactsImport)               \
    X(bindings, FactsBinding)             \
    X(alls, FactsAll)                     \
    X(references, FactsReference)         \
    X(effects, FactsEffect)               \
    X(literals, FactsLiteral)             \
    X(entries, FactsEntry)                \
    X(uses, FactsUse)                     \
    X(markers, FactsMarker)               \
    X(issues, FactsIssue)

enum {
#define X(name, Type) FACTS_SECTION_##name,
    FACTS_SECTIONS(X)
#undef X
    FACTS_N_SECTIONS
};

typedef struct FactsHeader {
    uint32_t magic, version;
    uint64_t checksum;      /* XXH3_64bits of everything after this field */
    uint64_t content_low, content_high; /* XXH3_128bits of the file's bytes */
    uint32_t size;          /* of the whole block, bytes */
    uint32_t flags;
    uint32_t n_bytes, n_lines; /* of the source file */
    uint32_t n_plain_statements; /* module-level statements that are not imports, docstrings, __all__, aliases, `if TYPE_CHECKING` or warnings: 0 in a pure shim */
    uint32_t bytes_length;  /* of the string bytes */
    FactsSlice sections[FACTS_N_SECTIONS]; /* first = byte offset in the block, count = elements */
} FactsHeader;

/* Facts — a view into one block; plain pointers, nothing owned. */
typedef struct Facts {
    const FactsHeader *header;
#define X(name, Type) const Type *name; uint32_t n_##name;
    FACTS_SECTIONS(X)
#undef X
    const char *bytes;
} Facts;

/* Checks a block and points `facts` into it. False when it is damaged or of another version.
 * `verify` also recomputes the checksum (do so for blocks that come from outside the process). */
bool facts_open(const void *block, size_t size, bool verify, Facts *facts);

/* The same without a look at the contents: for blocks that this process made, or has checked. */
bool facts_attach(const void *block, size_t size, Facts *facts);

/* NUL-terminated text of a string (the bytes hold a NUL after each string). */
static inline const char *facts_text(const Facts *facts, FactsStr string)
{
    return facts->bytes + facts->strings[string].offset;
}

#endif
