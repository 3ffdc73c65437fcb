/* extract_internal.h — what the files of the extraction share.
 *
 * extract.c             the walk: statements, scopes, contexts
 * extract_compound.c    if, try, with, loops, match, and the bodies of classes and functions
 * extract_text.c        positions, names, strings, normalised texts, statement ends
 * extract_expression.c  questions to expressions: dotted names, conditions, calls
 * extract_definition.c  classes, functions, members
 * extract_functional.c  calls that make classes
 * extract_import.c      import statements
 * extract_binding.c     assignments and other events that bind names
 * extract_plain.c       statements that tree-sitter was not shown
 * extract_all.c         __all__
 * extract_effect.c      effects, literal maps
 * extract_fallback.c    what tokens give when there is no tree
 *
 * Positions that leave this stage are file positions (ex_start, ex_end); nodes count in the text
 * that was parsed. */
#ifndef ONEDEF_PARSE_EXTRACT_INTERNAL_H
#define ONEDEF_PARSE_EXTRACT_INTERNAL_H

#include <stdbool.h>

#include "parse/extract.h"
#include "parse/nodes.h"
#include "parse/suite.h"

/* Not a context but a compound statement whose clauses are. */
#define FRAME_STATEMENT 0xff
/* A statement that has announced no clause. */
#define NO_KIND 0xfe
/* Names and qualified names are cut here, so that a hostile name times a deep nesting stays linear. */
#define MAX_NAME 512u
#define MAX_QUALNAME 4096u
/* Bound of the few recursions over expressions: beyond it the answer is "unknown". */
#define MAX_EXPRESSION_DEPTH 32

typedef enum Implied { IMPLIED_NOTHING, IMPLIED_TYPING, IMPLIED_RUN_TIME } Implied;

/* Condition — what holds about type checking where an expression is true, and where it is false. */
typedef struct Condition {
    Implied when_true, when_false;
} Condition;

/* Frame — one open compound statement, clause, class body or function body. */
typedef struct Frame {
    uint32_t depth;      /* of the node that opened it: popped when the walk leaves that node */
    uint32_t context;    /* FACTS_NONE until a fact stands in it */
    uint32_t statement;  /* start of the compound statement */
    uint32_t line;
    uint32_t definition; /* innermost enclosing class or top-level function */
    uint32_t owner;      /* innermost class whose body this is part of: its members; else FACTS_NONE */
    uint32_t qualname;   /* length of the prefix in Extractor.qualname */
    uint32_t first_global;
    uint32_t end;        /* CONTEXT_EXCEPT: end of the clause */
    uint16_t clause;
    uint8_t kind, flags; /* FactsContextKind or FRAME_STATEMENT; CONTEXT_… */
    uint8_t scope;       /* FactsScope */
    uint8_t statement_type; /* FRAME_STATEMENT: NodeType */
    uint8_t next_kind, next_flags; /* FRAME_STATEMENT: of the clause that comes next */
    uint8_t else_implied; /* FRAME_STATEMENT of an if: Implied, where all tests so far failed */
    bool load_time;      /* no function around */
    bool in_function;    /* some function is around */
    bool detailed;       /* in an outermost function that holds a class statement */
    bool has_globals;    /* `global` was said in this scope */
    FactsStr name;       /* the context's text where `text` is null */
    TSNode text;         /* condition, exception, items, pattern, name; null for none */
    TSNode node;         /* FRAME_STATEMENT of a loop: the statement */
    TSNode unbind;       /* name of `except … as name`; null for none */
} Frame;

enum { NAME_IMPORTED = 1 << 0, NAME_TYPE_CHECKING = 1 << 1, NAME_SELF_MODULE = 1 << 2 };

typedef struct PendingMember {
    uint32_t owner;
    FactsMember member;
} PendingMember;

struct Extractor {
    FactsBuilder *builder;
    ExtractInput in;
    TSTreeCursor cursor, items; /* the walk; lists of children */
    bool cursors_made;
    uint32_t depth;
    GArray *frames;   /* Frame */
    GArray *members;  /* PendingMember */
    GArray *globals;  /* FactsStr */
    GArray *nodes;    /* TSNode: a stack for iterative descents */
    GByteArray *name_flags; /* by FactsStr */
    GString *qualname, *buffer;
    uint32_t lazy_end; /* end of a stray `lazy` in the parsed text, FACTS_NONE for none */
    uint32_t next_run; /* run of plain statements that the walk meets next */
    TSNode decorated;  /* decorated_definition whose definition comes next */
    ExtractResult result;
};
typedef struct Extractor Ex;

/* --- extract.c --- */
/* Forgets the last file; the module's frame is open afterwards. */
void ex_begin(Ex *ex, const ExtractInput *input, FactsBuilder *builder);
Frame *ex_top(Ex *ex);
/* Index of the context that facts at this point stand in; made when first asked for. */
uint32_t ex_context(Ex *ex);

/* A compound statement at a place of the file: its clauses are numbered and flagged here. */
Frame *ex_push_statement(Ex *ex, uint32_t start, NodeType type, uint8_t next_kind);
/* Announces the next clause of the statement on top. */
void ex_next_clause(Ex *ex, uint8_t kind, uint8_t flags, TSNode text);
/* The body of the clause that the statement on top has announced. */
Frame *ex_push_clause(Ex *ex);
/* A statement that does more than pass names on, if it stands at module level. */
void ex_count_plain(Ex *ex);

/* --- extract_compound.c --- */
/* Compound statements and clauses; false when `node` is none. All of them are to be descended into. */
bool ex_enter_compound(Ex *ex, TSNode node, NodeType type);
/* The body of the function whose statement is on top; `name` is its name. */
void ex_enter_function_body(Ex *ex, FactsStr name);
/* The body of the class whose statement is on top. */
void ex_enter_class_body(Ex *ex);

/* --- extract_text.c --- */
uint32_t ex_start(const Ex *ex, TSNode node);
uint32_t ex_end(const Ex *ex, TSNode node);
uint32_t ex_line(const Ex *ex, uint32_t offset);
/* The bytes of a node as they stand. */
const char *ex_bytes(const Ex *ex, TSNode node, size_t *length);
bool ex_is(const Ex *ex, TSNode node, const char *text);
/* An identifier, NFKC-normalised, cut at MAX_NAME. */
FactsStr ex_name(Ex *ex, TSNode identifier);
FactsStr ex_name_bytes(Ex *ex, const char *text, size_t length);
/* Normalised source, cut at FACTS_MAX_TEXT; `hash` (may be NULL) is of the whole. */
FactsStr ex_text(Ex *ex, TSNode node, uint64_t *hash);
FactsStr ex_range_text(Ex *ex, uint32_t start, uint32_t end, uint64_t *hash);
/* Value of a plain string or implicit concatenation, appended; false for f-strings, bytes and no strings. */
bool ex_string_value(const Ex *ex, TSNode node, GString *out);
/* The same of one literal's bytes. */
bool ex_append_literal(const char *text, size_t length, GString *out);
/* End (exclusive, in the file) of the compound statement or clause whose first token is at `start`. */
uint32_t ex_suite_end(const Ex *ex, uint32_t start, uint32_t fallback);
/* End of the last code in tokens [first, last); FACTS_NONE when there is none. */
uint32_t ex_code_end(const Ex *ex, uint32_t first, uint32_t last);
/* Tokens between two offsets, what opens and closes blocks before the first one left out. */
uint32_t ex_token_count(const Ex *ex, uint32_t start, uint32_t end);
/* The body of that statement. False when there is none. */
bool ex_suite(const Ex *ex, uint32_t start, Suite *suite);
bool ex_starts_with_async(const Ex *ex, TSNode function);
/* Whether a logical line begins there. */
bool ex_starts_line(const Ex *ex, uint32_t start);
/* Whether the tokens of a file range hold a `class` keyword. */
bool ex_holds_class(const Ex *ex, uint32_t start, uint32_t end);

bool ex_text_is(const Ex *ex, FactsStr string, const char *text);
FactsStr ex_intern(Ex *ex, const GString *text);

/* --- extract_expression.c --- */
TSNode ex_unwrap(TSNode node); /* without parentheses */
/* "a.b.C" of a plain dotted name, appended; false for all else. */
bool ex_dotted(const Ex *ex, TSNode node, GString *out);
FactsStr ex_dotted_string(Ex *ex, TSNode node); /* "" when it is none */
/* Dotted callee of a call, through subscripts; "" when it is none. */
FactsStr ex_callee(Ex *ex, TSNode call);
const char *ex_last_segment(const Ex *ex, FactsStr dotted);
Condition ex_condition(const Ex *ex, TSNode node);
bool ex_is_main_test(const Ex *ex, TSNode condition);
/* Whether an exception expression (null: bare except) catches ImportError. */
bool ex_catches_import_error(const Ex *ex, TSNode exception);
bool ex_suppresses_import_error(Ex *ex, TSNode with_statement);
/* Appends an expression record. */
void ex_add_expression(Ex *ex, TSNode node);
FactsSlice ex_add_arguments(Ex *ex, TSNode argument_list);
FactsSlice ex_add_decorators(Ex *ex, TSNode decorated);

/* Named children of a node, in order, comments left out. Uses Extractor.nodes as the list: the
 * slice [first, nodes->len) stays until the caller truncates. Returns first. */
guint ex_children(Ex *ex, TSNode node);
/* The same children in reverse, to be popped in order. */
void ex_push_children(Ex *ex, TSNode node);
#define ex_node(ex, index) g_array_index((ex)->nodes, TSNode, (index))

/* --- extract_definition.c --- */
/* FunctionHead — what a function outside functions says of itself; offsets in the file. */
typedef struct FunctionHead {
    FactsStr name;
    uint32_t name_start;
    uint32_t keyword;            /* of its `async` or `def` */
    uint32_t start, end;         /* the statement, decorators included */
    uint32_t signature, signature_end; /* parameters and return annotation; equal: none */
    uint32_t type, type_end;     /* the return annotation; equal: none */
    bool async;
    FactsSlice decorators;
    const Suite *suite; /* NULL: no body */
} FunctionHead;

/* ClassHead — the same of a class statement. */
typedef struct ClassHead {
    FactsStr name;
    uint32_t name_start;
    uint32_t keyword, start, end;
    FactsSlice decorators, bases;
    const Suite *suite;
} ClassHead;

/* Its index. */
uint32_t ex_add_class(Ex *ex, const ClassHead *head);
void ex_class(Ex *ex, TSNode node, TSNode decorated);
/* Returns the definition that encloses what stands in the function's body. */
uint32_t ex_function(Ex *ex, TSNode node, TSNode decorated);
/* The same, of a function in a module's or class's scope. */
uint32_t ex_add_function(Ex *ex, const FunctionHead *head);
void ex_type_alias(Ex *ex, TSNode node);
/* X = Enum("X", …) and the like: index of the new definition, or FACTS_NONE when it is no such call. */
uint32_t ex_functional(Ex *ex, TSNode name, TSNode call, TSNode statement);
PendingMember *ex_add_member(Ex *ex, uint32_t owner);
void ex_place_members(Ex *ex);
/* A definition that stands here, its expressions and members still to come: its index. */
uint32_t ex_definition(Ex *ex, FactsStr name, FactsSyntax syntax, uint32_t start, uint32_t end);
void ex_fingerprint(Ex *ex, uint32_t definition);

/* --- extract_import.c --- */
typedef struct ImportStatement {
    FactsStr module; /* of `from module import …` */
    uint32_t level;
    uint32_t start, end, line;
    bool from, lazy;
} ImportStatement;

/* Adds an import whose own names and place are in `record` (IMPORT_MODULE: its module too). */
void ex_add_import(Ex *ex, const ImportStatement *statement, FactsImport *record);
void ex_import(Ex *ex, TSNode node, bool lazy);

/* --- extract_binding.c --- */
FactsBinding *ex_bind(Ex *ex, FactsStr name, FactsBindingKind kind, uint32_t start, uint32_t end);
void ex_assignment(Ex *ex, TSNode statement, TSNode assignment);
void ex_augmented(Ex *ex, TSNode statement, TSNode augmented);
/* Every name that a target expression or case pattern binds. */
void ex_bind_targets(Ex *ex, TSNode target, TSNode statement);
/* The targets of a `for`, and what they hold behind it where that is written out. */
void ex_bind_loop(Ex *ex, TSNode loop);
void ex_bind_captures(Ex *ex, TSNode pattern, TSNode clause);
void ex_delete(Ex *ex, TSNode node);
void ex_global(Ex *ex, TSNode node);
bool ex_is_global(const Ex *ex, FactsStr name);
uint8_t ex_name_flags(const Ex *ex, FactsStr name);
void ex_flag_name(Ex *ex, FactsStr name, uint8_t flags);

/* NAME: annotation and NAME = value in a module's or class's scope, told by token ranges; see extract_plain.c. */
typedef struct FieldStatement {
    FactsStr name, annotation;
    FactsStr target; /* dotted name of an alias, dotted callee of a call, else "" */
    uint32_t start, end, tokens;
    uint32_t value, value_end; /* equal: none */
    bool annotated, alias;
    bool computed; /* a call or subscript: it may give anything */
    bool quiet; /* __all__: no statement of the kind that a shim has none of */
} FieldStatement;

void ex_add_field(Ex *ex, const FieldStatement *field);

/* --- extract_plain.c --- */
/* What a run of plain statements says, which stands where the walk is. */
void ex_run(Ex *ex, const SkeletonRun *run);

/* --- extract_rest.c --- */
/* Fills what the bodies of classes hold besides members, which are in place by now. */
void ex_read_rest(Ex *ex);

/* --- extract_all.c --- */
void ex_add_all(Ex *ex, FactsAllOperation operation, FactsStr text, uint32_t start);
/* One assignment to `__all__`; `reset` for `=`, not for `+=`. */
void ex_all_assign(Ex *ex, TSNode value, TSNode statement, bool reset);
/* __all__.append("x") and the like. */
void ex_all_call(Ex *ex, TSNode call, const char *method);

/* --- extract_effect.c --- */
void ex_add_effect(Ex *ex, FactsEffectKind kind, FactsStr a, FactsStr b, uint32_t start);
/* Assignments to attributes and subscripts. */
void ex_target_effect(Ex *ex, TSNode target, TSNode value, TSNode statement);
/* Calls at load time. */
void ex_call_effect(Ex *ex, TSNode call);
/* `setattr(sys.modules[…], …)` as a statement in a function: all that the skeleton keeps of calls there. */
void ex_function_call_effect(Ex *ex, TSNode call);
/* A call that is a statement of the module. */
void ex_statement_call_effect(Ex *ex, TSNode call);
/* The same, told: its dotted callee, and the first dotted name of its first MAX_CALL_ARGUMENTS arguments. */
#define MAX_CALL_ARGUMENTS 8u
bool ex_is_known_call(const Ex *ex, FactsStr callee);
void ex_literal(Ex *ex, FactsStr name, TSNode value, uint32_t start);
/* Whether a module-level statement does more than pass names on. */
bool ex_is_plain(Ex *ex, TSNode statement);

#endif
