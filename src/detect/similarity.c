/* A merge of two item lists sorted by key. Equal keys earn weight x credit; what stands on one side
 * alone earns nothing — unless an unmatched body or value of the one equals an unmatched one of the
 * other: a renamed member. The similarity is earned weight over the weight of the union.
 *
 * Credits: same 1; annotation spelled otherwise 0.95; method with another body by the likeness of
 * the bodies' sketches; a field whose default changed 0.6, whose annotation changed 0.4; an enum
 * member with another value 0.25 — enums are their values. */
#include "detect/similarity.h"

#include <string.h>

/* "Validation result." is anybody's docstring. */
enum { MAX_UNMATCHED = 96, RENAMED_MIN_TOKENS = 8, SKETCH_MIN_TOKENS = 24, TELLING_DOCSTRING = 40 };
/* Of a changed body: below, what it shares with the other may be what any two bodies share. */
static const double TELLING_CREDIT = 0.6;
static const double RENAMED_METHOD_CREDIT = 0.85, RENAMED_VALUE_CREDIT = 0.5, RENAMED_MIN_ALIKE = 0.6;

double similarity_sketch(const uint8_t a[16], const uint8_t b[16])
{
    uint32_t same = 0, any = 0;

    for (uint32_t i = 0; i < 16; i++) {
        any += a[i] != 0 || b[i] != 0;
        same += a[i] != 0 && a[i] == b[i];
    }
    return any == 0 ? 0.0 : (double)same / any;
}

/* `@output_types(text=str)` on both: said of the method, and not by chance. */
static bool same_telling_decorators(const File *file_a, const FactsMember *a, const File *file_b,
                                    const FactsMember *b)
{
    bool telling = false;

    if (a->decorators.count == 0 || a->decorators.count != b->decorators.count)
        return false;
    for (uint32_t i = 0; i < a->decorators.count; i++) {
        const char *x = file_text(file_a, file_a->facts.expressions[a->decorators.first + i].text),
                   *y = file_text(file_b, file_b->facts.expressions[b->decorators.first + i].text);
        if (strcmp(x, y) != 0)
            return false;
        telling = telling || strchr(x, '=') != NULL;
    }
    return telling;
}

/* A signature without its annotations: names of parameters, and defaults. */
static void strip_annotations(const char *signature, GString *out)
{
    int depth = 0;
    bool annotation = false, value = false;

    g_string_truncate(out, 0);
    for (const char *p = signature; *p != '\0'; p++) {
        depth += *p == '(' || *p == '[' || *p == '{' ? 1 : *p == ')' || *p == ']' || *p == '}' ? -1 : 0;
        if (depth == 0)
            break; /* what follows is the return annotation */
        if (depth == 1 && *p == ':' && !value)
            annotation = true;
        else if (depth == 1 && *p == '=')
            annotation = false, value = true;
        else if (depth == 1 && *p == ',')
            annotation = value = false;
        if (!annotation && *p != ' ')
            g_string_append_c(out, *p);
    }
}

static bool same_parameters(const File *file_a, const FactsMember *a, const File *file_b,
                            const FactsMember *b)
{
    g_autoptr(GString) x = g_string_new(NULL), y = g_string_new(NULL);

    strip_annotations(file_text(file_a, a->signature), x);
    strip_annotations(file_text(file_b, b->signature), y);
    return g_string_equal(x, y);
}

static double method_credit(const File *file_a, const FactsMember *a, const File *file_b,
                            const FactsMember *b)
{
    bool stub_a = (a->flags & MEMBER_STUB_BODY) != 0, stub_b = (b->flags & MEMBER_STUB_BODY) != 0;
    bool signature = a->signature_hash == b->signature_hash;

    if (a->body_hash == b->body_hash) /* decorators, annotations or signature differ */
        return signature || same_parameters(file_a, a, file_b, b) ? 0.95 : 0.75;
    if (stub_a || stub_b)
        return stub_a && stub_b ? (signature ? 0.95 : 0.5) : (signature ? 0.4 : 0.2);
    if (a->body_shape == b->body_shape)
        return 0.9;
    return 0.1 + (signature ? 0.1 : 0.0) + 0.75 * similarity_sketch(a->sketch, b->sketch);
}

double similarity_item_credit(const File *file_a, const Item *a, const File *file_b, const Item *b)
{
    if (a->exact == b->exact)
        return 1.0;
    if (a->kind == ITEM_REST || b->kind == ITEM_REST)
        return 0.3;
    if (a->kind == ITEM_CALL || a->member == FACTS_NONE || b->member == FACTS_NONE)
        return a->loose == b->loose ? 0.9 : 0.1;
    const FactsMember *x = &file_a->facts.members[a->member], *y = &file_b->facts.members[b->member];
    if (a->kind == ITEM_METHOD && b->kind == ITEM_METHOD) {
        bool told = x->signature_hash == y->signature_hash && same_telling_decorators(file_a, x, file_b, y);
        return MAX(method_credit(file_a, x, file_b, y), told ? 0.6 : 0.0);
    }
    if (a->loose == b->loose)
        return 0.95;
    if (a->kind == ITEM_CLASS && b->kind == ITEM_CLASS)
        return 0.4;
    if (a->kind == ITEM_METHOD || b->kind == ITEM_METHOD || a->kind == ITEM_CLASS || b->kind == ITEM_CLASS)
        return 0.15;
    if (a->kind == ITEM_ENUM_MEMBER && b->kind == ITEM_ENUM_MEMBER)
        return 0.25;
    bool annotation = a->kind == ITEM_FIELD && b->kind == ITEM_FIELD && x->annotation != 0 &&
                      y->annotation != 0 &&
                      content_annotation_hash(file_text(file_a, x->annotation)) ==
                          content_annotation_hash(file_text(file_b, y->annotation));
    if (annotation)
        return 0.6;
    if (a->body != 0 && a->body == b->body)
        return 0.7; /* same value, annotated otherwise or on one side only */
    return x->annotation == 0 || y->annotation == 0 ? 0.5 : 0.35;
}

typedef struct Merge {
    const File *file_a, *file_b;
    Similarity *out;
    double earned, all, common;
    bool differs; /* something is not the same, bases and decorators included */
    const Item *left[MAX_UNMATCHED], *right[MAX_UNMATCHED];
    uint32_t n_left, n_right;
} Merge;

static void count_matched(Merge *merge, const Item *a, const Item *b, double credit)
{
    double weight = MAX(a->weight, b->weight);
    Similarity *out = merge->out;

    merge->all += weight;
    merge->earned += credit * weight;
    merge->common += item_is_member(a) ? weight : 0.0;
    merge->differs = merge->differs || credit < 1.0;
    if (!item_is_member(a))
        return;
    if (credit >= 0.95 && (a->body != 0 || a->kind == ITEM_METHOD || a->kind == ITEM_FIELD))
        out->rare += MIN(a->rare_bits, b->rare_bits);
    out->n_same += credit >= 1.0;
    out->n_changed += credit < 1.0;
    out->bits += credit >= 0.9 ? MIN(a->content_bits, b->content_bits) : credit * MIN(a->bits, b->bits);
    if (a->kind == ITEM_METHOD && b->kind == ITEM_METHOD && a->body != 0 && b->body != 0 && !a->thin &&
        credit > TELLING_CREDIT) {
        const FactsMember *x = &merge->file_a->facts.members[a->member],
                          *y = &merge->file_b->facts.members[b->member];
        out->logic += credit * MIN(x->tokens, y->tokens);
    }
}

static void count_left(Merge *merge, const Item *item, bool left)
{
    merge->all += item->weight;
    merge->differs = true;
    if (!item_is_member(item))
        return;
    merge->out->n_only_a += left;
    merge->out->n_only_b += !left;
    if (item->body == 0)
        return;
    if (left && merge->n_left < MAX_UNMATCHED)
        merge->left[merge->n_left++] = item;
    else if (!left && merge->n_right < MAX_UNMATCHED)
        merge->right[merge->n_right++] = item;
}

/* How surely one item is the other under a new name: 0 … 1 as a credit. */
static double renamed_credit(const Merge *merge, const Item *a, const Item *b)
{
    if (a->kind != b->kind)
        return 0.0;
    if (a->kind == ITEM_METHOD) {
        const FactsMember *x = &merge->file_a->facts.members[a->member],
                          *y = &merge->file_b->facts.members[b->member];
        if (a->thin || b->thin || MIN(x->tokens, y->tokens) < RENAMED_MIN_TOKENS)
            return 0.0;
        if (a->body == b->body)
            return RENAMED_METHOD_CREDIT;
        double alike =
            MIN(x->tokens, y->tokens) >= SKETCH_MIN_TOKENS ? similarity_sketch(x->sketch, y->sketch) : 0.0;
        return alike >= RENAMED_MIN_ALIKE ? alike * RENAMED_METHOD_CREDIT : 0.0;
    }
    /* "1", None and "" are everybody's value; a long or telling text is one's own. */
    const char *value = a->member == FACTS_NONE
                            ? ""
                            : file_text(merge->file_a, merge->file_a->facts.members[a->member].value);
    return a->body == b->body && strlen(value) >= 6 && strcmp(value, "auto()") != 0 ? RENAMED_VALUE_CREDIT
                                                                                    : 0.0;
}

/* Members that kept their contents, or nearly, under another name. */
static void match_renamed(Merge *merge)
{
    for (uint32_t i = 0; i < merge->n_left; i++) {
        const Item *a = merge->left[i];
        uint32_t best = MAX_UNMATCHED;
        double credit = 0.0;
        for (uint32_t j = 0; j < merge->n_right; j++) {
            double one = merge->right[j] != NULL ? renamed_credit(merge, a, merge->right[j]) : 0.0;
            if (one > credit)
                credit = one, best = j;
        }
        if (best == MAX_UNMATCHED)
            continue;
        const Item *b = merge->right[best];
        merge->all -= MIN(a->weight, b->weight);
        merge->earned += credit * MAX(a->weight, b->weight);
        merge->out->n_only_a--;
        merge->out->n_only_b--;
        merge->out->n_changed++;
        if (a->kind == ITEM_METHOD)
            merge->out->logic += credit * merge->file_a->facts.members[a->member].tokens;
        merge->right[best] = NULL;
    }
}

/* --- heads --- */

/* What a dotted name read in a module leads to, as "package.module.Name", as far as its first part tells. */
static bool full_name(const Program *program, Id module, const File *file, const FactsExpression *expression,
                      GString *out)
{
    const char *dotted = file_text(file, expression->dotted);
    size_t head = strcspn(dotted, ".");
    Sym name = intern_find(program->interner, dotted, head);
    uint32_t count = 0;
    const Binding *found = name == 0 ? NULL : program_bindings_of(program, module, name, &count);

    if (found == NULL || count == 0)
        return false;
    Target target = found[0].target;
    if (target.kind == TARGET_EXTERNAL)
        g_string_append(out, program_text(program, target.id));
    else if (target.kind == TARGET_MODULE)
        g_string_append(out, program_text(program, program->modules[target.id].id));
    else if (target.kind == TARGET_DEFINITION)
        g_string_append(out, program_text(program, program->definitions[target.id].id));
    else
        return false;
    if (out->len > 0 && out->str[out->len - 1] == ':')
        g_string_truncate(out, out->len - 1);
    g_string_append(out, dotted + head);
    for (char *p = out->str; *p != '\0'; p++)
        if (*p == ':')
            *p = '.';
    return true;
}

/* The resolved base that an expression stands for, NULL for keywords and decorators. */
static const Target *base_target(const Program *program, const Definition *definition, uint32_t expression)
{
    for (uint32_t i = 0; i < definition->n_bases; i++)
        if (program->bases[definition->first_base + i].expression == expression)
            return &program->bases[definition->first_base + i].target;
    return NULL;
}

/* `enum.Enum` and `Enum` are one base, `@dataclass` and `@dataclasses.dataclass` one decorator, where both
 * lead to one thing. */
static bool same_expression(const Program *program, Id a, uint32_t index_a, Id b, uint32_t index_b)
{
    const Definition *p = &program->definitions[a], *q = &program->definitions[b];
    const File *file_a = program_definition_file(program, a), *file_b = program_definition_file(program, b);
    const FactsExpression *x = &file_a->facts.expressions[index_a], *y = &file_b->facts.expressions[index_b];

    if (x->flags != 0 || y->flags != 0 || x->dotted == 0 || y->dotted == 0 ||
        strcmp(file_text(file_a, x->keyword), file_text(file_b, y->keyword)) != 0)
        return false;
    const Target *left = base_target(program, p, index_a), *right = base_target(program, q, index_b);
    if (left != NULL && right != NULL && left->kind != TARGET_NONE && left->kind != TARGET_UNRESOLVED &&
        target_equal(*left, *right))
        return true;
    g_autoptr(GString) name_a = g_string_new(NULL), name_b = g_string_new(NULL);
    return full_name(program, p->module, file_a, x, name_a) &&
           full_name(program, q->module, file_b, y, name_b) && g_string_equal(name_a, name_b);
}

static uint32_t next_expression(const File *file, FactsSlice slice, uint32_t i)
{
    while (i < slice.count && content_is_object(file, &file->facts.expressions[slice.first + i]))
        i++;
    return i;
}

/* The same bases, keywords or decorators, in the same order: as they are written, or (`resolved`) as they
 * lead. */
static bool same_list(const Program *program, Id a, FactsSlice list_a, Id b, FactsSlice list_b, bool resolved)
{
    const File *file_a = program_definition_file(program, a), *file_b = program_definition_file(program, b);
    uint32_t i = next_expression(file_a, list_a, 0), j = next_expression(file_b, list_b, 0);

    while (i < list_a.count && j < list_b.count) {
        const FactsExpression *x = &file_a->facts.expressions[list_a.first + i],
                              *y = &file_b->facts.expressions[list_b.first + j];
        if (strcmp(file_text(file_a, x->text), file_text(file_b, y->text)) != 0 &&
            (!resolved || !same_expression(program, a, list_a.first + i, b, list_b.first + j)))
            return false;
        i = next_expression(file_a, list_a, i + 1);
        j = next_expression(file_b, list_b, j + 1);
    }
    return i >= list_a.count && j >= list_b.count;
}

static bool same_heads(const Program *program, Id a, Id b, bool resolved)
{
    const FactsDefinition *x = program_definition_fact(program, a), *y = program_definition_fact(program, b);

    return same_list(program, a, x->bases, b, y->bases, resolved) &&
           same_list(program, a, x->decorators, b, y->decorators, resolved);
}

void similarity_settle(const Program *program, Id a, Id b, Similarity *similarity)
{
    if (similarity_identical(similarity) || !similarity->respelled || !same_heads(program, a, b, true))
        return;
    similarity->items = true;
    similarity->jaccard = similarity->containment = similarity->overlap = 1.0;
}

static uint32_t facts_length(const File *file, FactsStr string)
{
    return file->facts.strings[string].length;
}

void similarity_compute(const Program *program, const Contents *contents, Id a, Id b, Similarity *out)
{
    const Content *x = &contents->of[a], *y = &contents->of[b];
    const Item *p = content_items(contents, x), *p_end = p + x->n_items;
    const Item *q = content_items(contents, y), *q_end = q + y->n_items;
    const FactsDefinition *fact_a = program_definition_fact(program, a),
                          *fact_b = program_definition_fact(program, b);
    Merge merge = {.file_a = program_definition_file(program, a),
                   .file_b = program_definition_file(program, b),
                   .out = out};

    *out = (Similarity){.text = x->text == y->text && x->text != 0,
                        .shape = x->shape == y->shape && x->shape != 0,
                        .docstring = fact_a->docstring_hash != 0 &&
                                     fact_a->docstring_hash == fact_b->docstring_hash &&
                                     facts_length(merge.file_a, fact_a->docstring) >= TELLING_DOCSTRING};
    while (p < p_end || q < q_end) {
        if (q == q_end || (p < p_end && p->key < q->key)) {
            count_left(&merge, p++, true);
        } else if (p == p_end || q->key < p->key) {
            count_left(&merge, q++, false);
        } else {
            count_matched(&merge, p, q, similarity_item_credit(merge.file_a, p, merge.file_b, q));
            p++, q++;
        }
    }
    match_renamed(&merge);
    out->respelled = !merge.differs;
    out->items = !merge.differs && same_heads(program, a, b, false);
    if (similarity_identical(out)) {
        out->jaccard = out->containment = out->overlap = 1.0;
        return;
    }
    statement_compare(program, &contents->statements, a, b, &out->literal);
    out->overlap = merge.all <= 0.0 ? 0.0 : merge.common / merge.all;
    double lighter = MIN(x->total, y->total);
    out->jaccard = merge.all <= 0.0 ? 0.0 : MIN(merge.earned / merge.all, 0.999);
    out->containment = lighter <= 0.0 ? 0.0 : MIN(merge.earned / lighter, 1.0);
}
