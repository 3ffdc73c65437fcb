/* content.h — what each definition says, as items that can be compared and weighed.
 *
 * An item is one member, base class or decorator, or all that a class body holds besides: a key (what it is called), what it says exactly,
 * what it says loosely (annotation spellings folded, locals abstracted), and a weight: rare names
 * and long bodies weigh more than `__init__`, `name` and `id`. Items of one definition lie together,
 * sorted by key. Cost: linear in members. */
#ifndef ONEDEF_DETECT_CONTENT_H
#define ONEDEF_DETECT_CONTENT_H

#include "config/config.h"
#include "detect/statement.h"
#include "detect/tally.h"
#include "model/program.h"

typedef enum ItemKind { ITEM_FIELD, ITEM_VALUE, ITEM_ENUM_MEMBER, ITEM_METHOD, ITEM_CLASS, ITEM_CALL, ITEM_BASE, ITEM_DECORATOR, ITEM_REST } ItemKind;

/* Item — one comparable part of a definition. */
typedef struct Item {
    uint64_t key;    /* of its name (and accessor, and ordinal where a name repeats) */
    uint64_t exact;  /* all that it says */
    uint64_t loose;  /* the same where only spelling of annotations or names of locals differ */
    uint64_t body;   /* methods: shape of the body; fields and values: hash of the value; 0 = none */
    uint32_t member; /* facts.members; facts.expressions for bases and decorators; FACTS_NONE for a call and for the rest */
    float weight;    /* in the similarity */
    float bits;      /* information in the name: log2(definitions / definitions that have it) */
    float content_bits; /* information in name and contents together */
    float rare_bits; /* log2(48 / class names that have exactly this), at least 0: what speaks for one source */
    uint8_t kind;    /* ItemKind */
    bool thin;       /* says little: stub or trivial body, no value */
} Item;

/* Content — the items of one definition and its sums. */
typedef struct Content {
    uint32_t first, n_items; /* in Contents.items; bases and decorators included */
    uint32_t n_members;      /* without bases and decorators */
    uint32_t tokens;
    uint64_t text, shape, items_hash;
    uint32_t crowd; /* different texts that its name has in the program */
    float total; /* sum of weights */
    bool table;              /* an ORM table: has `__tablename__` */
    bool eligible;           /* of a kind that is grouped */
} Content;

typedef struct Contents {
    Content *of; /* by definition */
    Item *items; /* with gaps between those of one definition and the next */
    uint32_t n_eligible;
    double log_n; /* log2 of the number of definitions that rarity is measured against */
    Tally names;  /* key → class names that have it */
    Tally exacts; /* key and exact, or whole text → class names that have it */
    StatementNames statements;
} Contents;

/* Reads facts and names only, nothing that resolution writes, unless the configuration asks for kinds.
 * `enums`, by definition: is it one? `statements`, where they were counted before (NULL, or all zero: they were
 * not), are taken over. */
void contents_init(Contents *contents, const Program *program, const Config *config, const bool *enums,
                   StatementNames *statements, uint32_t workers);
void contents_clear(Contents *contents);
static inline const Item *content_items(const Contents *contents, const Content *content) { return contents->items + content->first; }
/* Hash of an annotation in which `Optional[X]` is `X | None`, `List` is `list`, module prefixes of
 * typing are dropped and forward references are unquoted. 0 for "". */
uint64_t content_annotation_hash(const char *annotation);
/* The base class that says nothing. */
bool content_is_object(const File *file, const FactsExpression *base);
/* Is it a member (or call), and no base, decorator or rest? */
static inline bool item_is_member(const Item *item) { return item->kind < ITEM_BASE; }
/* The name of an item as shown: member name, "<bases>", "<decorators>", "<statements>". */
const char *item_name(const File *file, const Item *item);

#endif
