/* similarity.h — how much two definitions say the same, member by member. */
#ifndef ONEDEF_DETECT_SIMILARITY_H
#define ONEDEF_DETECT_SIMILARITY_H

#include "detect/content.h"

/* Similarity — the comparison of two definitions; symmetric. */
typedef struct Similarity {
    double jaccard;     /* weighted, changed members earn part of their weight; 1 = all members the same */
    double containment; /* the shared weight over the lighter side's: near 1 when one is part of the other */
    double overlap;     /* the weight of the members that both have by name, however changed, over the union */
    double bits;        /* evidence in what agrees: rare names and contents count more */
    double logic;       /* tokens in method bodies that are the same or nearly so */
    double rare;        /* bits in members that are the same and that few other class names have */
    uint32_t n_same, n_changed, n_only_a, n_only_b; /* members; bases and decorators apart */
    Literal literal;    /* of statements; all 0 where the two are identical */
    bool text;          /* the whole statement is the same, own name apart */
    bool items;         /* all members are the same, in any order, and bases and decorators, in theirs */
    bool respelled;     /* all members are, and bases and decorators may be: similarity_settle can tell */
    bool shape;         /* the same with local names abstracted */
    bool docstring;     /* both have one of some length and they agree */
} Similarity;

void similarity_compute(const Program *program, const Contents *contents, Id a, Id b, Similarity *out);
/* After names were resolved: are bases and decorators that are written `a.B` and `B` one? Then the two say the same. */
void similarity_settle(const Program *program, Id a, Id b, Similarity *similarity);
/* 0 … 1: how much of item `b` of one file says what `a` of another says (same key is presumed). */
double similarity_item_credit(const File *file_a, const Item *a, const File *file_b, const Item *b);
/* Share of 3-grams that two bodies have in common, estimated from their sketches. */
double similarity_sketch(const uint8_t a[16], const uint8_t b[16]);

static inline bool similarity_identical(const Similarity *similarity) { return similarity->text || similarity->items; }

#endif
