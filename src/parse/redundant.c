/* redundant.c — decides for each pair of parentheses whether the tree would be the same without it.
 *
 * One pass with a stack of open brackets. While a bracket is open, its frame collects what lies
 * directly in it: the loosest operator (`level`) and the things that some places do not take bare
 * (`holds`, `commas`). What stood before the bracket says what its place takes (`place`) and how
 * tightly the contents must bind (`need`); the token behind the closing bracket says how tightly
 * from the right. When a pair is dropped, its contents become the outer frame's own, so that
 * `((a, b))` is judged by what is around the outer pair, and the outer one by what is in the inner.
 *
 * Levels are those of the reference grammar (Python 3.12, "Full Grammar specification"). `a - (b - c)`
 * keeps its pair, so do `a or (b or c)`, whose tree is not that of `a or b or c`, and chains of
 * comparisons. */
#include "parse/redundant.h"

#include <glib.h>
#include <string.h>

/* How tightly an expression binds: that of its loosest operator. */
typedef enum Level {
    LEVEL_EXPRESSION, /* conditional, lambda */
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_BIT_OR,
    LEVEL_BIT_XOR,
    LEVEL_BIT_AND,
    LEVEL_SHIFT,
    LEVEL_SUM,
    LEVEL_TERM,
    LEVEL_UNARY,
    LEVEL_POWER,
    LEVEL_AWAIT,
    LEVEL_ATOM, /* names, literals, displays; attributes, calls and subscripts of them */
    LEVEL_NONE, /* nothing binds that tightly: the pair stays */
} Level;

/* What a frame holds directly; each needs a place that takes it bare. */
enum {
    HOLDS_STAR = 1 << 0,
    HOLDS_YIELD = 1 << 1,
    HOLDS_WALRUS = 1 << 2,
    HOLDS_FOR = 1 << 3,
    HOLDS_AS = 1 << 4,
    HOLDS_LAMBDA = 1 << 5,
    HOLDS_OTHER = 1 << 6, /* what no expression holds */
};

typedef enum Place {
    PLACE_UNKNOWN,
    PLACE_EXPRESSION, /* nothing but an expression */
    PLACE_STATEMENT,
    PLACE_ASSIGNED,
    PLACE_RETURNED,
    PLACE_YIELDED,
    PLACE_TARGET,    /* behind `for` */
    PLACE_ITERATED,  /* behind `in` of a `for` statement */
    PLACE_CONDITION, /* of an `if`, `elif` or `while` statement */
    PLACE_WITH,
    PLACE_DECORATOR,
    PLACE_FIELD,    /* of an f-string */
    PLACE_ELEMENT,  /* of a call, display or tuple */
    PLACE_ARGUMENT, /* the first one of a call */
    PLACE_INDEX,    /* the first one of a subscript */
    PLACE_INNER,    /* first in other redundant-to-be parentheses */
} Place;

typedef enum FrameKind {
    FRAME_STATEMENT,
    FRAME_GROUP,
    FRAME_CALL, /* and parameters, and bases */
    FRAME_SOFT, /* behind `match` or `case` at the start of a statement: a call or not */
    FRAME_IMPORT,
    FRAME_LIST,
    FRAME_SUBSCRIPT,
    FRAME_BRACE,
    FRAME_FIELD,
} FrameKind;

/* Frame — an open bracket, or the statement. */
typedef struct Frame {
    uint32_t open;    /* its token */
    uint32_t lambdas; /* whose colons are to come */
    uint8_t kind;
    uint8_t level, holds;
    uint8_t commas;      /* up to 2; outside brackets since the last `=` or `in` */
    uint8_t colons;      /* of a subscript, since the last comma, up to 3 */
    uint8_t place, need; /* of the bracket itself */
    bool target;         /* `for` was read, its `in` was not */
} Frame;

typedef struct Reader {
    const Lexed *lexed;
    uint8_t *redundant;
    Frame frames[REDUNDANT_DEPTH];
    uint32_t depth;
    uint32_t too_deep;        /* brackets open beyond */
    uint32_t first, previous; /* tokens: of the statement, and last read; UINT32_MAX for none */
    bool operand;             /* the last token ends an operand */
    bool header;              /* of a compound statement */
    uint8_t place, need;      /* for a bracket that follows */
} Reader;

static bool is_operator(const Token *t, Operator operator)
{
    return t->kind == TOKEN_OPERATOR && t->detail == operator;
}

static bool is_keyword(const Token *t, Keyword keyword)
{
    return t->kind == TOKEN_NAME && t->detail == keyword;
}

static bool is_closing(const Token *t)
{
    return is_operator(t, OPERATOR_RPAREN) || is_operator(t, OPERATOR_RBRACKET) ||
           is_operator(t, OPERATOR_RBRACE);
}

static bool is_end(const Token *t)
{
    return t->kind == TOKEN_NEWLINE || t->kind == TOKEN_INDENT || t->kind == TOKEN_DEDENT ||
           t->kind == TOKEN_END || is_operator(t, OPERATOR_SEMICOLON);
}

static uint32_t next_index(const Lexed *lexed, uint32_t i)
{
    while (lexed->tokens[++i].kind == TOKEN_COMMENT)
        continue;
    return i;
}

static const Token *next_token(const Lexed *lexed, uint32_t i)
{
    return &lexed->tokens[next_index(lexed, i)];
}

static void expect(Reader *reader, Place place, Level need)
{
    reader->place = place;
    reader->need = need;
    reader->operand = false;
}

static void lower(Reader *reader, Level level)
{
    Frame *frame = &reader->frames[reader->depth];

    frame->level = MIN(frame->level, level);
}

static void open_frame(Frame *frame, FrameKind kind, uint32_t open, Place place, Level need)
{
    *frame = (Frame){.open = open, .kind = kind, .level = LEVEL_ATOM, .place = place, .need = need};
}

static void start_statement(Reader *reader)
{
    reader->depth = reader->too_deep = 0;
    reader->first = reader->previous = UINT32_MAX;
    reader->header = false;
    open_frame(&reader->frames[0], FRAME_STATEMENT, 0, PLACE_UNKNOWN, LEVEL_NONE);
    expect(reader, PLACE_STATEMENT, LEVEL_EXPRESSION);
}

/* A comma that ends a tuple of two or more outside brackets. */
static void pass_last_comma(Reader *reader)
{
    const Frame *frame = &reader->frames[0];

    if (reader->previous != UINT32_MAX && frame->commas >= 2 && frame->lambdas == 0 &&
        is_operator(&reader->lexed->tokens[reader->previous], OPERATOR_COMMA))
        reader->redundant[reader->previous] = 1;
}

/* --- operators --- */

/* The level of a binary operator other than words; LEVEL_NONE for what is none. */
static Level operator_level(const Lexed *lexed, const Token *t)
{
    const char *text = lexed->bytes + t->start;
    bool twice = t->end - t->start == 2 && text[1] == text[0];

    switch (t->detail) {
    case OPERATOR_STAR:
    case OPERATOR_AT:
        return LEVEL_TERM;
    case OPERATOR_DOUBLE_STAR:
        return LEVEL_POWER;
    case OPERATOR_OTHER:
        break;
    default:
        return LEVEL_NONE;
    }
    switch (text[0]) {
    case '+':
    case '-':
        return LEVEL_SUM;
    case '/':
    case '%':
        return LEVEL_TERM;
    case '<':
    case '>':
        return twice ? LEVEL_SHIFT : LEVEL_COMPARE;
    case '=':
    case '!':
        return t->end - t->start == 2 ? LEVEL_COMPARE : LEVEL_NONE;
    case '&':
        return LEVEL_BIT_AND;
    case '^':
        return LEVEL_BIT_XOR;
    case '|':
        return LEVEL_BIT_OR;
    default:
        return LEVEL_NONE;
    }
}

static void read_operator(Reader *reader, const Token *t)
{
    Frame *frame = &reader->frames[reader->depth];
    Level level = operator_level(reader->lexed, t);

    if (t->detail == OPERATOR_AT && reader->previous == UINT32_MAX) {
        expect(reader, PLACE_DECORATOR, LEVEL_EXPRESSION);
    } else if (!reader->operand && (t->detail == OPERATOR_STAR || t->detail == OPERATOR_DOUBLE_STAR)) {
        if (frame->lambdas == 0)
            frame->holds |= HOLDS_STAR;
        expect(reader, PLACE_EXPRESSION, frame->kind == FRAME_CALL ? LEVEL_EXPRESSION : LEVEL_BIT_OR);
    } else if (!reader->operand && (level == LEVEL_SUM || reader->lexed->bytes[t->start] == '~')) {
        lower(reader, LEVEL_UNARY);
        expect(reader, PLACE_EXPRESSION, LEVEL_UNARY);
    } else if (!reader->operand || level == LEVEL_NONE) {
        frame->holds |= HOLDS_OTHER;
        expect(reader, PLACE_UNKNOWN, LEVEL_NONE);
    } else {
        lower(reader, level);
        expect(reader, PLACE_EXPRESSION, level == LEVEL_POWER ? LEVEL_UNARY : level + 1);
    }
}

static void read_equal(Reader *reader)
{
    Frame *frame = &reader->frames[reader->depth];

    if (reader->depth == 0 && frame->lambdas == 0) {
        pass_last_comma(reader);
        frame->commas = 0;
        expect(reader, PLACE_ASSIGNED, LEVEL_EXPRESSION);
        return;
    }
    if (frame->lambdas == 0)
        frame->holds |= HOLDS_OTHER;
    expect(reader, PLACE_EXPRESSION, LEVEL_EXPRESSION);
}

static void read_comma(Reader *reader, uint32_t i)
{
    Frame *frame = &reader->frames[reader->depth];

    if (frame->lambdas > 0) {
        if (is_operator(next_token(reader->lexed, i), OPERATOR_COLON))
            reader->redundant[i] = 1;
        expect(reader, PLACE_UNKNOWN, LEVEL_NONE);
        return;
    }
    frame->commas = MIN(frame->commas + 1, 2);
    frame->colons = 0;
    bool element = reader->depth > 0 && frame->kind != FRAME_FIELD;
    expect(reader, element ? PLACE_ELEMENT : PLACE_EXPRESSION, LEVEL_EXPRESSION);
}

static void read_colon(Reader *reader, uint32_t i)
{
    Frame *frame = &reader->frames[reader->depth];

    if (frame->lambdas > 0) {
        frame->lambdas--;
    } else if (reader->depth == 0 && reader->header) {
        pass_last_comma(reader);
        start_statement(reader);
        return;
    } else if (frame->kind == FRAME_SUBSCRIPT) {
        const Token *next = next_token(reader->lexed, i);
        frame->colons = MIN(frame->colons + 1, 3);
        if (frame->colons == 2 && (is_operator(next, OPERATOR_RBRACKET) || is_operator(next, OPERATOR_COMMA)))
            reader->redundant[i] = 1;
    } else {
        frame->holds |= HOLDS_OTHER;
    }
    reader->previous = i;
    expect(reader, PLACE_EXPRESSION, LEVEL_EXPRESSION);
}

/* --- words --- */

static bool starts_block(uint8_t keyword)
{
    switch (keyword) {
    case KEYWORD_IF:
    case KEYWORD_ELIF:
    case KEYWORD_ELSE:
    case KEYWORD_FOR:
    case KEYWORD_WHILE:
    case KEYWORD_TRY:
    case KEYWORD_EXCEPT:
    case KEYWORD_FINALLY:
    case KEYWORD_WITH:
    case KEYWORD_DEF:
    case KEYWORD_CLASS:
    case KEYWORD_ASYNC:
        return true;
    default:
        return false;
    }
}

static void read_not(Reader *reader)
{
    const Token *before = reader->previous == UINT32_MAX ? NULL : &reader->lexed->tokens[reader->previous];

    if (reader->operand) { /* `not in`: `in` sets what follows */
        expect(reader, PLACE_UNKNOWN, LEVEL_NONE);
    } else if (before != NULL && is_keyword(before, KEYWORD_IS)) {
        expect(reader, PLACE_EXPRESSION, LEVEL_COMPARE + 1);
    } else {
        lower(reader, LEVEL_NOT);
        expect(reader, PLACE_EXPRESSION, LEVEL_NOT);
    }
}

static void read_in(Reader *reader)
{
    Frame *frame = &reader->frames[reader->depth];

    if (!frame->target) {
        lower(reader, LEVEL_COMPARE);
        expect(reader, PLACE_EXPRESSION, LEVEL_COMPARE + 1);
        return;
    }
    frame->target = false;
    if (reader->depth == 0) {
        pass_last_comma(reader);
        frame->commas = 0;
        expect(reader, PLACE_ITERATED, LEVEL_EXPRESSION);
    } else {
        expect(reader, PLACE_EXPRESSION, LEVEL_OR);
    }
}

static void read_for(Reader *reader)
{
    Frame *frame = &reader->frames[reader->depth];

    if (reader->depth > 0)
        frame->holds |= HOLDS_FOR;
    frame->target = true;
    expect(reader, PLACE_TARGET, LEVEL_EXPRESSION);
}

static void read_if(Reader *reader, bool first)
{
    if (first) {
        expect(reader, PLACE_CONDITION, LEVEL_EXPRESSION);
        return;
    }
    lower(reader, LEVEL_EXPRESSION);
    expect(reader, PLACE_EXPRESSION, LEVEL_OR);
}

static void read_lambda(Reader *reader)
{
    Frame *frame = &reader->frames[reader->depth];

    lower(reader, LEVEL_EXPRESSION);
    frame->holds |= HOLDS_LAMBDA;
    frame->lambdas++;
    expect(reader, PLACE_UNKNOWN, LEVEL_NONE);
}

static void read_word(Reader *reader, const Token *t, bool first)
{
    Frame *frame = &reader->frames[reader->depth];

    switch (t->detail) {
    case KEYWORD_AND:
    case KEYWORD_OR: {
        Level level = t->detail == KEYWORD_AND ? LEVEL_AND : LEVEL_OR;
        lower(reader, level);
        expect(reader, PLACE_EXPRESSION, level + 1);
        break;
    }
    case KEYWORD_NOT:
        read_not(reader);
        break;
    case KEYWORD_IN:
        read_in(reader);
        break;
    case KEYWORD_IS:
        lower(reader, LEVEL_COMPARE);
        expect(reader, PLACE_EXPRESSION, LEVEL_COMPARE + 1);
        break;
    case KEYWORD_IF:
    case KEYWORD_ELIF:
    case KEYWORD_WHILE:
        read_if(reader, first);
        break;
    case KEYWORD_FOR:
        read_for(reader);
        break;
    case KEYWORD_LAMBDA:
        read_lambda(reader);
        break;
    case KEYWORD_YIELD:
        frame->holds |= HOLDS_YIELD;
        expect(reader, PLACE_YIELDED, LEVEL_EXPRESSION);
        break;
    case KEYWORD_AWAIT:
        lower(reader, LEVEL_AWAIT);
        expect(reader, PLACE_EXPRESSION, LEVEL_ATOM);
        break;
    case KEYWORD_RETURN:
        expect(reader, PLACE_RETURNED, LEVEL_EXPRESSION);
        break;
    case KEYWORD_WITH:
        expect(reader, PLACE_WITH, LEVEL_EXPRESSION);
        break;
    case KEYWORD_AS:
        frame->holds |= HOLDS_AS;
        expect(reader, PLACE_EXPRESSION, LEVEL_EXPRESSION);
        break;
    case KEYWORD_ELSE:
    case KEYWORD_FROM:
    case KEYWORD_ASSERT:
    case KEYWORD_RAISE:
    case KEYWORD_EXCEPT:
    case KEYWORD_DEL:
        expect(reader, PLACE_EXPRESSION, LEVEL_EXPRESSION);
        break;
    default:
        expect(reader, PLACE_UNKNOWN, LEVEL_NONE);
        break;
    }
}

static bool is_word(const Token *t)
{
    return t->kind == TOKEN_NAME && t->detail != KEYWORD_NONE && t->detail != KEYWORD_NONE_VALUE &&
           t->detail != KEYWORD_TRUE && t->detail != KEYWORD_FALSE;
}

/* --- brackets --- */

/* `match` or `case`, which are keywords only where a colon ends the line. */
static bool is_soft(const Reader *reader, uint32_t token)
{
    const Token *t = &reader->lexed->tokens[token];
    const char *text = reader->lexed->bytes + t->start;

    return t->kind == TOKEN_NAME && token == reader->first &&
           ((t->end - t->start == 5 && memcmp(text, "match", 5) == 0) ||
            (t->end - t->start == 4 && memcmp(text, "case", 4) == 0));
}

static FrameKind bracket_kind(const Reader *reader, const Token *t)
{
    const Token *before = reader->previous == UINT32_MAX ? NULL : &reader->lexed->tokens[reader->previous];

    switch (t->detail) {
    case OPERATOR_LPAREN:
        if (before != NULL && is_keyword(before, KEYWORD_IMPORT))
            return FRAME_IMPORT;
        if (!reader->operand)
            return FRAME_GROUP;
        return is_soft(reader, reader->previous) ? FRAME_SOFT : FRAME_CALL;
    case OPERATOR_LBRACKET:
        return reader->operand ? FRAME_SUBSCRIPT : FRAME_LIST;
    default: /* no display stands right behind an operand */
        return t->inside > 0 && reader->operand ? FRAME_FIELD : FRAME_BRACE;
    }
}

static void open_bracket(Reader *reader, uint32_t i)
{
    static const uint8_t FIRST[] = {
        [FRAME_GROUP] = PLACE_INNER,    [FRAME_CALL] = PLACE_ARGUMENT, [FRAME_SOFT] = PLACE_ARGUMENT,
        [FRAME_IMPORT] = PLACE_UNKNOWN, [FRAME_LIST] = PLACE_ELEMENT,  [FRAME_SUBSCRIPT] = PLACE_INDEX,
        [FRAME_BRACE] = PLACE_ELEMENT,  [FRAME_FIELD] = PLACE_FIELD,
    };
    FrameKind kind = bracket_kind(reader, &reader->lexed->tokens[i]);

    if (reader->depth + 1 == REDUNDANT_DEPTH) {
        reader->too_deep++;
        return;
    }
    open_frame(&reader->frames[++reader->depth], kind, i, reader->place, reader->need);
    expect(reader, FIRST[kind], kind == FRAME_IMPORT ? LEVEL_NONE : LEVEL_EXPRESSION);
}

/* How tightly an expression must bind to stand bare before `next`. */
static Level right_need(const Reader *reader, const Frame *frame, const Token *next)
{
    if (is_end(next))
        return LEVEL_EXPRESSION;
    if (next->kind == TOKEN_NAME) {
        switch (next->detail) {
        case KEYWORD_IF:
        case KEYWORD_ELSE:
            return LEVEL_OR;
        case KEYWORD_OR:
            return LEVEL_OR + 1;
        case KEYWORD_AND:
            return LEVEL_AND + 1;
        case KEYWORD_IN:
        case KEYWORD_IS:
        case KEYWORD_NOT:
            return LEVEL_COMPARE + 1;
        case KEYWORD_FOR:
        case KEYWORD_ASYNC:
        case KEYWORD_AS:
        case KEYWORD_FROM:
            return LEVEL_EXPRESSION;
        default:
            return LEVEL_NONE;
        }
    }
    if (next->kind != TOKEN_OPERATOR)
        return LEVEL_NONE;
    switch (next->detail) {
    case OPERATOR_DOT:
    case OPERATOR_LPAREN:
    case OPERATOR_LBRACKET:
        return LEVEL_ATOM;
    case OPERATOR_COLON: /* `(x): int` is another tree than `x: int` */
        return frame->place == PLACE_STATEMENT ? LEVEL_NONE : LEVEL_EXPRESSION;
    case OPERATOR_EQUAL: /* `f"{(x)=}"` shows its text */
        return reader->frames[reader->depth].kind == FRAME_FIELD ? LEVEL_NONE : LEVEL_EXPRESSION;
    case OPERATOR_COMMA:
    case OPERATOR_RPAREN:
    case OPERATOR_RBRACKET:
    case OPERATOR_RBRACE:
    case OPERATOR_LBRACE:
    case OPERATOR_AUGMENTED:
        return LEVEL_EXPRESSION;
    default: {
        Level level = operator_level(reader->lexed, next);
        return level == LEVEL_POWER || level == LEVEL_COMPARE ? level + 1 : level;
    }
    }
}

static bool takes_tuple(Place place, const Token *next)
{
    switch (place) {
    case PLACE_STATEMENT:
    case PLACE_ASSIGNED:
        return is_end(next) || is_operator(next, OPERATOR_EQUAL);
    case PLACE_RETURNED:
        return is_end(next);
    case PLACE_YIELDED:
        return is_end(next) || is_operator(next, OPERATOR_RPAREN);
    case PLACE_TARGET:
        return is_keyword(next, KEYWORD_IN);
    case PLACE_ITERATED:
        return is_operator(next, OPERATOR_COLON);
    case PLACE_INDEX:
        return is_operator(next, OPERATOR_RBRACKET);
    case PLACE_FIELD:
        return is_operator(next, OPERATOR_RBRACE);
    default:
        return false;
    }
}

static bool takes_yield(Place place, const Token *next)
{
    return ((place == PLACE_STATEMENT || place == PLACE_ASSIGNED) && is_end(next)) ||
           (place == PLACE_FIELD && is_operator(next, OPERATOR_RBRACE));
}

static bool takes_walrus(Place place, const Token *next)
{
    switch (place) {
    case PLACE_CONDITION:
        return is_operator(next, OPERATOR_COLON);
    case PLACE_DECORATOR:
        return is_end(next);
    case PLACE_ELEMENT:
    case PLACE_ARGUMENT:
    case PLACE_INDEX:
    case PLACE_INNER:
        return is_closing(next) || is_operator(next, OPERATOR_COMMA) || is_keyword(next, KEYWORD_FOR) ||
               is_keyword(next, KEYWORD_ASYNC);
    default:
        return false;
    }
}

/* Whether the items of a `with` stand in the pair: `(a, b)` right behind `with` is no tuple. */
static bool holds_items(const Frame *frame, const Token *next)
{
    return frame->kind == FRAME_GROUP && frame->place == PLACE_WITH && is_operator(next, OPERATOR_COLON) &&
           (frame->holds & (HOLDS_STAR | HOLDS_YIELD | HOLDS_WALRUS | HOLDS_FOR | HOLDS_OTHER)) == 0;
}

static bool is_group_redundant(const Reader *reader, const Frame *frame, uint32_t close)
{
    uint32_t behind = next_index(reader->lexed, close);
    const Token *next = &reader->lexed->tokens[behind];
    uint8_t holds = frame->holds;
    Place place = frame->place;

    if (place == PLACE_INNER && is_operator(next, OPERATOR_RPAREN))
        return true;
    if (place == PLACE_UNKNOWN || (holds & HOLDS_OTHER) != 0)
        return false;
    if (holds_items(frame, next))
        return true;
    if ((holds & HOLDS_AS) != 0)
        return false;
    if ((holds & HOLDS_FOR) != 0)
        return place == PLACE_ARGUMENT && (is_operator(next, OPERATOR_RPAREN) ||
                                           (is_operator(next, OPERATOR_COMMA) &&
                                            is_operator(next_token(reader->lexed, behind), OPERATOR_RPAREN)));
    if (place == PLACE_FIELD && (holds & HOLDS_LAMBDA) != 0)
        return false;
    if ((holds & HOLDS_YIELD) != 0)
        return takes_yield(place, next);
    if (frame->commas > 0 || (holds & HOLDS_STAR) != 0)
        return takes_tuple(place, next) && ((holds & HOLDS_WALRUS) == 0 || place == PLACE_INDEX);
    if ((holds & HOLDS_WALRUS) != 0)
        return takes_walrus(place, next);
    return frame->level >= frame->need && frame->level >= right_need(reader, frame, next);
}

static bool is_pair_redundant(const Reader *reader, const Frame *frame, uint32_t close)
{
    const Lexed *lexed = reader->lexed;
    bool empty = reader->previous == frame->open;
    const Token *first = reader->first == UINT32_MAX ? NULL : &lexed->tokens[reader->first];

    switch (frame->kind) {
    case FRAME_GROUP:
        return !empty && is_group_redundant(reader, frame, close);
    case FRAME_IMPORT:
        return !empty;
    case FRAME_CALL:
        return empty && reader->depth == 0 && first != NULL && is_keyword(first, KEYWORD_CLASS);
    case FRAME_SOFT: /* a call is nothing that is annotated */
        return !empty && reader->depth == 0 && is_operator(next_token(lexed, close), OPERATOR_COLON) &&
               (frame->holds & (HOLDS_FOR | HOLDS_YIELD | HOLDS_OTHER)) == 0;
    default:
        return false;
    }
}

static void close_bracket(Reader *reader, uint32_t i)
{
    const Token *tokens = reader->lexed->tokens;

    if (reader->too_deep > 0) {
        reader->too_deep--;
        return;
    }
    if (reader->depth > 0) {
        Frame *frame = &reader->frames[reader->depth--], *outer = frame - 1;
        bool paren =
            is_operator(&tokens[i], OPERATOR_RPAREN) && is_operator(&tokens[frame->open], OPERATOR_LPAREN);
        bool tuple = frame->kind == FRAME_GROUP || frame->kind == FRAME_SUBSCRIPT ||
                     frame->kind == FRAME_SOFT || frame->kind == FRAME_FIELD;
        if (is_operator(&tokens[reader->previous], OPERATOR_COMMA) && frame->lambdas == 0 &&
            (!tuple || frame->commas > 1 || holds_items(frame, next_token(reader->lexed, i))))
            reader->redundant[reader->previous] = 1;
        if (paren && is_pair_redundant(reader, frame, i)) {
            reader->redundant[frame->open] = reader->redundant[i] = 1;
            outer->level = MIN(outer->level, frame->level);
            outer->holds |= frame->holds;
            outer->commas = MIN(outer->commas + frame->commas, 2);
        }
    }
    reader->operand = true;
}

/* --- the pass --- */

static void read_token(Reader *reader, uint32_t i)
{
    const Token *t = &reader->lexed->tokens[i];
    bool first = reader->previous == UINT32_MAX;

    if (first) {
        reader->first = i;
        reader->header = t->kind == TOKEN_NAME && starts_block(t->detail);
    } else if (reader->previous == reader->first &&
               is_keyword(&reader->lexed->tokens[reader->first], KEYWORD_ASYNC)) {
        first = true;
    }
    if (is_word(t)) {
        read_word(reader, t, first);
    } else if (t->kind != TOKEN_OPERATOR) {
        reader->operand = true;
    } else {
        switch (t->detail) {
        case OPERATOR_ELLIPSIS:
            reader->operand = true;
            break;
        case OPERATOR_COMMA:
            read_comma(reader, i);
            break;
        case OPERATOR_EQUAL:
            read_equal(reader);
            break;
        case OPERATOR_AUGMENTED:
            expect(reader, PLACE_ASSIGNED, LEVEL_EXPRESSION);
            break;
        case OPERATOR_WALRUS:
            reader->frames[reader->depth].holds |= HOLDS_WALRUS;
            expect(reader, PLACE_EXPRESSION, LEVEL_EXPRESSION);
            break;
        case OPERATOR_ARROW:
            expect(reader, PLACE_EXPRESSION, LEVEL_EXPRESSION);
            break;
        case OPERATOR_DOT:
            expect(reader, PLACE_UNKNOWN, LEVEL_NONE);
            break;
        default:
            read_operator(reader, t);
            break;
        }
    }
    reader->previous = i;
}

void redundant_find(const Lexed *lexed, uint8_t *redundant)
{
    g_autofree Reader *reader = g_new0(Reader, 1);

    reader->lexed = lexed;
    reader->redundant = redundant;
    memset(redundant, 0, lexed->n_tokens);
    start_statement(reader);
    for (uint32_t i = 0; i < lexed->n_tokens; i++) {
        const Token *t = &lexed->tokens[i];
        bool operator= t->kind == TOKEN_OPERATOR;
        if (t->kind == TOKEN_COMMENT)
            continue;
        if (operator&&(t->detail == OPERATOR_LPAREN || t->detail == OPERATOR_LBRACKET ||
                       t->detail == OPERATOR_LBRACE)) {
            if (reader->previous == UINT32_MAX)
                reader->first = i;
            open_bracket(reader, i);
            reader->previous = i;
        } else if (is_closing(t)) {
            close_bracket(reader, i);
            reader->previous = i;
        } else if (is_end(t) && (!operator|| reader->depth == 0)) {
            if (reader->too_deep == 0)
                pass_last_comma(reader);
            start_statement(reader);
        } else if (reader->too_deep > 0) {
            continue;
        } else if (operator&& t->detail == OPERATOR_COLON) {
            read_colon(reader, i);
        } else {
            read_token(reader, i);
        }
    }
}
