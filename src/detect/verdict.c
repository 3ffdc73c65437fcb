/* From a comparison to a relation. Two questions, in this order.
 *
 * Do they overlap enough to come from one source? Under one name the name itself is evidence, so a
 * moderate overlap of telling members is enough; under two names the contents must carry the claim
 * alone: equal text of some length, or much copied logic or many equal unusual values.
 *
 * If so, is the likeness meant? Kinship (family.h) raises the bar: sharing a first-party base, a
 * module, or a mirrored name, two classes are taken for a family unless much logic was copied, the
 * docstrings agree, or nearly everything is the same.
 *
 * The constants were fitted by reading groups of several codebases, not derived; bench/ measures
 * them. Jaccard values are those of similarity.h; bits and rare are information; logic counts tokens. */
#include "detect/verdict.h"

#include <string.h>

enum { CROWD = 5 };

/* --- same name --- */

/* All of one stands in the other word for word. */
static bool is_contained(const Literal *literal)
{
    return literal->tokens >= 50.0 && literal->whole >= 0.9;
}

/* Most of what one says stands in the other word for word, and much of it is nobody else's. */
static bool copied_statements(const Literal *literal)
{
    return is_contained(literal) || (literal->weight >= 120.0 && literal->share >= 0.5);
}

/* Of one name: hundreds of tokens that nobody else has are a former copy, however much was built around them
 * since. Tests of one base repeat more of one another. Few tokens do where all of one are the other's and
 * both explain themselves in the same words. */
static bool outgrown_copy(const Similarity *s, bool tests, bool kindred)
{
    const Literal *literal = &s->literal;

    if (literal->weight >= 300.0 && literal->share >= (tests || kindred ? 0.3 : 0.2))
        return tests || !kindred;
    return !tests && !kindred && s->docstring && literal->share >= 0.9 && literal->whole >= 0.9;
}

/* A name with many different texts (`Result`, `Handler`) is everybody's: what two of them share must
 * be more than a member or two that anybody would write. A name of several words is not so easily
 * found twice: a moderate overlap will do. */
static bool is_lost_in_crowd(const Similarity *s, uint32_t crowd, uint32_t words)
{
    return crowd >= CROWD && (words < 2 || s->jaccard < 0.45) && s->jaccard < 0.7 && s->n_same < 3 &&
           (s->n_same < 1 || s->logic < 40.0) && !s->docstring && !is_contained(&s->literal);
}

/* Tests of one scheme are written after one another, and their steps agree without anybody wanting
 * them in one place: `TestCapability` for create, update and delete. */
static bool drifted_tests(const Similarity *s)
{
    return s->overlap >= 0.1 && s->bits >= 5.0 &&
           ((s->jaccard >= 0.5 && s->n_same >= 1) || s->jaccard >= 0.75 ||
            (s->docstring && s->jaccard >= 0.25));
}

/* Alike by their names alone: what they do has nothing in common, and there is much of it. */
static bool only_names_agree(const Similarity *s)
{
    return s->jaccard < 0.5 && s->n_same == 0 && s->n_changed <= 1 && s->logic <= 0.0 && s->rare <= 0.0 &&
           s->literal.lighter >= 100.0 && s->literal.share < 0.1;
}

static bool drifted_namesakes(const Similarity *s, uint32_t words, bool framework)
{
    /* Nothing of one name but the class: one body alone that resembles another is no copy yet. */
    if (s->overlap < 0.05 && s->n_same == 0 && s->n_changed < 2 && s->jaccard < 0.8)
        return false;
    if (only_names_agree(s))
        return false;
    if (copied_statements(&s->literal) && s->jaccard >= 0.3)
        return true;
    if ((s->jaccard >= 0.5 && (s->bits >= 5.0 || s->logic >= 25.0)) || s->jaccard >= (words >= 2 ? 0.6 : 0.7))
        return true;
    if (s->containment >= 0.99 && s->jaccard >= 0.25 &&
        s->rare >= 5.0) /* all of the smaller one, and unusual */
        return true;
    if (s->jaccard >= 0.4 && s->rare >= 4.0)
        return true;
    /* A name of several words is hardly found twice by chance. */
    if (words >= 2 && !framework && s->jaccard >= 0.33 && s->containment >= 0.55 &&
        s->n_same + s->n_changed >= 1 && (s->n_only_a == 0 || s->n_only_b == 0))
        return true;
    if (words >= 4 && s->jaccard >= 0.25 && s->containment >= 0.4)
        return true;
    if ((s->jaccard >= 0.33 && (s->logic >= 40.0 || s->rare >= 9.0)) || (s->jaccard >= 0.25 && s->docstring))
        return true;
    /* Records and handlers of one make: most members by name, and what they say not unlike. */
    if (s->overlap >= 0.8 && s->n_changed >= 3 && s->jaccard >= 0.38 && s->bits >= 5.0)
        return true;
    if (s->overlap >= 0.5 && s->n_same + s->n_changed >= 3 && s->jaccard >= 0.35 * s->overlap &&
        s->bits >= 8.0)
        return true;
    if (s->containment >= 0.75 && s->jaccard >= 0.15 && s->rare >= 9.0 && s->n_same >= 3)
        return true;
    return s->logic >= 120.0 && s->jaccard >= 0.08; /* one long method copied */
}

/* One adapter per backend: the same base, parallel modules, and most of the logic told again with another
 * twist. Chains of such pairs would draw a whole family together. */
static bool copied_in_spite_of_kinship(const Similarity *s, const Kinship *kin, uint32_t words)
{
    bool adapters = kin->shared_base && (kin->parallel_paths || kin->sibling_packages);
    bool apart = !kin->parallel_paths && !kin->sibling_packages && !kin->same_package;

    /* Many lines that are nobody else's: no scheme asks for that. */
    if (s->literal.weight >= 400.0 && s->literal.share >= 0.45)
        return true;
    /* Of one name, and in places that are not parallel: the name is a mark of a copy. */
    if (apart && ((s->jaccard >= 0.6 && s->n_same >= 2) || (s->jaccard >= 0.5 && s->rare >= 5.0) ||
                  s->jaccard >= 0.9 || (s->jaccard >= 0.7 && s->logic >= 10.0)))
        return true;
    /* In two modules of one package nobody gives a name of several words twice on purpose. */
    if (!kin->parallel_paths && !kin->sibling_packages && !kin->same_module && words >= 2 && s->n_same >= 1 &&
        s->rare >= 5.0 && s->jaccard >= 0.6)
        return true;
    return (s->logic >= 60.0 && s->jaccard >= (adapters ? 0.6 : 0.4)) ||
           (s->docstring && s->jaccard >= 0.5) || (s->jaccard >= 0.75 && s->n_same >= 3) ||
           (s->jaccard >= 0.85 && s->logic >= 30.0);
}

/* Two of one family are named apart, or stand in places that mirror one another. One name twice, of one base,
 * in places that do not, is one class told twice: what is the same may be little, but must be unusual. */
static bool retold(const Similarity *s, const Kinship *kin, uint32_t words, uint32_t crowd)
{
    bool apart = !kin->parallel_paths && !kin->sibling_packages && !kin->same_package && !kin->same_module;

    if (!kin->shared_base || !apart || words < 2 || crowd >= CROWD)
        return false;
    return (s->jaccard >= 0.15 && s->n_same >= 1 && s->rare >= 5.0) ||
           (s->literal.weight >= 90.0 && s->literal.share >= 0.25) ||
           (s->jaccard >= 0.5 && s->overlap >= 0.7 && s->n_same + s->n_changed >= 1);
}

static Relation relation_namesakes(const Similarity *s, const Kinship *kin, bool tests, bool placeholder,
                                   uint32_t words, bool thin, uint32_t crowd)
{
    bool kindred = kin->shared_base || (kin->framework_base && kin->parallel_paths);
    bool parallel = kin->parallel_paths || kin->sibling_packages || s->jaccard >= 0.12;

    if (similarity_identical(s))
        return thin && !s->docstring ? RELATION_NONE : RELATION_IDENTICAL;
    if (kin->versions)
        return RELATION_FAMILY;
    if (s->shape && s->jaccard >= 0.5)
        return RELATION_DRIFTED;
    if (placeholder)
        return s->jaccard >= 0.8 && s->logic >= 40.0 ? RELATION_DRIFTED : RELATION_NONE;
    if (outgrown_copy(s, tests, kindred))
        return RELATION_DRIFTED;
    if (!tests && retold(s, kin, words, crowd))
        return RELATION_DRIFTED;
    if (tests ? !drifted_tests(s)
              : !drifted_namesakes(s, words, kin->framework_base) || is_lost_in_crowd(s, crowd, words))
        return kindred && parallel ? RELATION_FAMILY : RELATION_NONE;
    return kindred && !copied_in_spite_of_kinship(s, kin, words) ? RELATION_FAMILY : RELATION_DRIFTED;
}

/* --- two names --- */

/* Equal text under two names: is it a copy, or what anybody would write? `names` is the number of
 * class names with this very text; many make a convention. */
static bool is_telling(const Content *content, const Similarity *s, uint32_t names)
{
    if (s->logic >= 20.0)
        return true;
    return s->rare >= 6.0 || (content->n_members >= 3 && names <= 4 && s->rare >= 3.0) ||
           (content->n_members >= 5 && names <= 4);
}

/* Enums are their values: five and more equal ones, or three unusual ones, are no convention, whatever the
 * names of the two enums suggest. */
static Relation relation_enums(const Content *content, uint32_t names, const Similarity *s,
                               const Kinship *kin)
{
    if (similarity_identical(s))
        return is_telling(content, s, names) && s->rare >= 6.0 ? RELATION_IDENTICAL : RELATION_NONE;
    bool extended =
        (kin->name_within || kin->mirror) && s->containment >= 0.9 && s->n_same >= 5 && s->bits >= 40.0;
    return extended ? RELATION_DRIFTED : RELATION_NONE;
}

/* Written by copy and paste: most of the shorter one's unusual statements stand in the longer one. Siblings
 * by base, framework or name must have more of them; those of one module, mirrored names and numbered
 * versions are alike on purpose however much they share. */
static bool pasted(const Similarity *s, const Kinship *kin)
{
    bool siblings = kin->shared_base || kin->framework_base || kin->named_by_module;

    if (kin->mirror || kin->serial || kin->same_outer || (kin->same_module && siblings))
        return false;
    if (s->literal.share >= 0.5 && s->literal.whole >= 0.65 && s->literal.weight >= 800.0)
        return true;
    return s->literal.share >= 0.6 && s->literal.weight >= (siblings ? 600.0 : 200.0);
}

static Relation relation_strangers(const Content *content, uint32_t names, const Similarity *s,
                                   const Kinship *kin, bool enums, bool tests)
{
    bool parallel = kin->same_module || kin->mirror || kin->serial || kin->named_by_module;
    bool kindred = parallel || kin->shared_base || kin->framework_base;

    if (enums && !kin->same_outer && !kin->same_module) {
        Relation relation = relation_enums(content, names, s, kin);
        if (relation != RELATION_NONE)
            return relation;
    }
    if (similarity_identical(s)) {
        if (!is_telling(content, s, names) || kin->same_outer)
            return parallel || kin->shared_base ? RELATION_FAMILY : RELATION_NONE;
        if (parallel && s->logic < 30.0 && content->n_members < 8)
            return RELATION_FAMILY; /* two request types of one endpoint file */
        return RELATION_IDENTICAL;
    }
    if (s->shape && !parallel && (s->logic >= 30.0 || is_telling(content, s, names)))
        return RELATION_IDENTICAL;
    bool logic = (s->jaccard >= 0.6 && s->logic >= 70.0 && s->n_same + s->n_changed >= 2) ||
                 (s->jaccard >= 0.65 && s->logic >= 35.0 && s->rare >= 9.0);
    bool fields = s->jaccard >= 0.8 && s->rare >= 14.0 && s->n_same >= 4;
    if (!tests && pasted(s, kin))
        return RELATION_DRIFTED;
    /* All methods of one are the other's, but for a clause here and there. */
    if (!kin->shared_base && !kin->framework_base && !kin->same_module && s->containment >= 0.95 &&
        s->overlap >= 0.95 && s->jaccard >= 0.75 && s->n_same + s->n_changed >= 3 && s->logic >= 30.0)
        return RELATION_DRIFTED;
    if (!logic && !fields)
        return RELATION_NONE;
    /* The second is the first under a longer name, with a field or two more. */
    bool extended = kin->name_within && !kin->mirror && s->jaccard >= 0.8 && s->rare >= 30.0;
    if (kindred)
        return extended || (s->jaccard >= 0.85 && s->logic >= 300.0) ||
                       (s->jaccard >= 0.87 && s->logic >= 100.0 && s->literal.share >= 0.85) ||
                       (!parallel && ((s->jaccard >= 0.8 && s->logic >= 200.0) || s->jaccard >= 0.93))
                   ? RELATION_DRIFTED
                   : RELATION_FAMILY;
    return RELATION_DRIFTED;
}

static bool is_test_class(const Program *program, const Definition *definition)
{
    const char *name = program_text(program, definition->name);
    const File *file = program_module_file(program, definition->module);

    return file != NULL && file->role == ROLE_TEST &&
           (g_str_has_prefix(name, "Test") || g_str_has_suffix(name, "Test") ||
            g_str_has_suffix(name, "Tests") || g_str_has_suffix(name, "TestCase"));
}

/* Metasyntactic names are no evidence: every test has its own Foo. */
static bool is_placeholder_name(const char *name)
{
    static const char *const names[] = {"Foo", "Bar", "Baz", "Qux", "Spam", "Eggs", "MyClass", "Thing"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return name[0] != '\0' && name[1] == '\0';
}

/* A base of the program's own, shared by name, is something to go by; `Exception` is nothing. */
bool verdict_is_thin(const Program *program, const Contents *contents, Id id)
{
    const Definition *definition = &program->definitions[id];
    const FactsDefinition *fact = program_definition_fact(program, id);

    if (contents->of[id].n_members > 0 || (fact->flags & DEFINITION_EMPTY) == 0)
        return false;
    for (uint32_t i = 0; i < definition->n_bases; i++)
        if (program->bases[definition->first_base + i].target.kind == TARGET_DEFINITION)
            return false;
    return true;
}

/* Of two empty classes their bases are all that they say: `class Writer(Codec, …)` of fifty modules, each
 * with a Codec of its own, is nobody's copy. */
static bool is_thin_pair(const Program *program, const Contents *contents, Id a, Id b)
{
    const Definition *x = &program->definitions[a], *y = &program->definitions[b];
    bool empty = contents->of[a].n_members == 0 && contents->of[b].n_members == 0 &&
                 (program_definition_fact(program, a)->flags & DEFINITION_EMPTY) != 0;

    if (verdict_is_thin(program, contents, a))
        return true;
    for (uint32_t i = 0; empty && i < x->n_bases && i < y->n_bases; i++) {
        Target p = program->bases[x->first_base + i].target, q = program->bases[y->first_base + i].target;
        if (p.kind != TARGET_DEFINITION || q.kind != TARGET_DEFINITION || p.id == q.id)
            continue;
        if (program_definition_fact(program, p.id)->text_hash !=
            program_definition_fact(program, q.id)->text_hash)
            return true;
    }
    return false;
}

void verdict_pair(const Program *program, const Contents *contents, const Standing *standings,
                  const Similarity *known, Id a, Id b, PairVerdict *out)
{
    const Definition *x = &program->definitions[a], *y = &program->definitions[b];

    if (known != NULL)
        out->similarity = *known;
    else
        similarity_compute(program, contents, a, b, &out->similarity);
    similarity_settle(program, a, b, &out->similarity);
    kinship_find(program, a, b, &out->kinship);
    if (x->name == y->name)
        out->relation = (uint8_t)relation_namesakes(
            &out->similarity, &out->kinship, is_test_class(program, x) && is_test_class(program, y),
            is_placeholder_name(program_text(program, x->name)),
            kinship_words(program_text(program, x->name)), is_thin_pair(program, contents, a, b),
            contents->of[a].crowd);
    else
        out->relation = (uint8_t)relation_strangers(
            &contents->of[a], tally_get(&contents->exacts, contents->of[a].text), &out->similarity,
            &out->kinship, x->kind == KIND_ENUM && y->kind == KIND_ENUM,
            is_test_class(program, x) && is_test_class(program, y));
    /* A table and the record that travels: alike by design, and never one class. */
    if (out->relation == RELATION_DRIFTED && contents->of[a].table != contents->of[b].table)
        out->relation = RELATION_FAMILY;
    if (out->relation == RELATION_NONE)
        return;
    bool production = standings[a].file_role == ROLE_PRODUCTION &&
                      standings[b].file_role == ROLE_PRODUCTION && x->name == y->name;
    bool same = out->relation == RELATION_IDENTICAL && standings[a].file_role == ROLE_PRODUCTION &&
                standings[b].file_role == ROLE_PRODUCTION;
    bool doubles = !production && !same && (standings[a].is_double || standings[b].is_double);
    if (doubles)
        out->relation = RELATION_DOUBLE;
    else if (standings[a].convention && standings[b].convention)
        out->relation = RELATION_FAMILY;
}

/* --- free names --- */

/* What a global name leads to in one module, for comparing across modules. */
static const Binding *first_binding(const Program *program, Id module, Sym name)
{
    uint32_t count = 0;
    const Binding *bindings = program_bindings_of(program, module, name, &count);

    return count > 0 ? &bindings[0] : NULL;
}

static bool values_agree(const Program *program, const Binding *a, const Binding *b)
{
    const File *x = program_module_file(program, a->target.id),
               *y = program_module_file(program, b->target.id);
    const Binding *at_a = a, *at_b = b;

    if (a->target.id == b->target.id && a->target.name == b->target.name)
        return true;
    if (a->target.name != 0 && (a->module != a->target.id || a->fact == FACTS_NONE))
        at_a = first_binding(program, a->target.id, a->target.name);
    if (b->target.name != 0 && (b->module != b->target.id || b->fact == FACTS_NONE))
        at_b = first_binding(program, b->target.id, b->target.name);
    if (x == NULL || y == NULL || at_a == NULL || at_b == NULL || at_a->fact == FACTS_NONE ||
        at_b->fact == FACTS_NONE)
        return true; /* nothing is known that speaks against it */
    const FactsBinding *p = &x->facts.bindings[at_a->fact], *q = &y->facts.bindings[at_b->fact];
    if (p->value_hash != 0 && q->value_hash != 0)
        return p->value_hash == q->value_hash;
    return strcmp(file_text(x, p->target), file_text(y, q->target)) == 0;
}

/* Builtins that a module is likely to redefine: one copy reads the module's, the other Python's. */
static bool is_shadowable_builtin(const char *name)
{
    static const char *const builtins[] = {"open",
                                           "print",
                                           "input",
                                           "type",
                                           "id",
                                           "hash",
                                           "range",
                                           "filter",
                                           "map",
                                           "len",
                                           "format",
                                           "compile",
                                           "exec",
                                           "eval",
                                           "vars",
                                           "dir",
                                           "help",
                                           "max",
                                           "min",
                                           "sum",
                                           "any",
                                           "all",
                                           "str",
                                           "bytes",
                                           "int",
                                           "list",
                                           "dict",
                                           "property",
                                           "unicode",
                                           "getattr",
                                           "setattr",
                                           "iter",
                                           "next",
                                           "super",
                                           "isinstance",
                                           "TimeoutError",
                                           "ConnectionError",
                                           "PermissionError",
                                           "Warning",
                                           "Exception"};

    for (size_t i = 0; i < G_N_ELEMENTS(builtins); i++)
        if (strcmp(name, builtins[i]) == 0)
            return true;
    return false;
}

/* A package copied with its helpers: byte for byte the same file. */
static bool is_copied_module(const Program *program, Id a, Id b)
{
    const File *x = program_module_file(program, a), *y = program_module_file(program, b);

    return x != NULL && y != NULL && x->facts.header != NULL && y->facts.header != NULL &&
           x->facts.header->content_low == y->facts.header->content_low &&
           x->facts.header->content_high == y->facts.header->content_high;
}

/* What leads nowhere that can be seen is no evidence that two texts mean different things. */
static bool leads_to_the_same(const Program *program, const char *name, const Binding *a, const Binding *b)
{
    if (a == NULL || b == NULL)
        return a == b || !is_shadowable_builtin(name);
    if (target_equal(a->target, b->target))
        return true;
    bool unknown = a->target.kind == TARGET_NONE || b->target.kind == TARGET_NONE ||
                   a->target.kind == TARGET_UNRESOLVED || b->target.kind == TARGET_UNRESOLVED;
    if (unknown || a->target.kind != b->target.kind)
        return unknown;
    if (a->target.kind == TARGET_DEFINITION) { /* two copies of one thing mean the same */
        const FactsDefinition *x = program_definition_fact(program, a->target.id),
                              *y = program_definition_fact(program, b->target.id);
        return x->text_hash != 0 && x->text_hash == y->text_hash;
    }
    if (a->target.kind == TARGET_VALUE)
        return values_agree(program, a, b);
    if (a->target.kind == TARGET_MODULE)
        return is_copied_module(program, a->target.id, b->target.id);
    return false;
}

static bool is_logger(const char *name)
{
    return strcmp(name, "logger") == 0 || strcmp(name, "log") == 0 || strcmp(name, "LOG") == 0 ||
           strcmp(name, "LOGGER") == 0 || strcmp(name, "_logger") == 0 || strcmp(name, "__all__") == 0;
}

uint32_t verdict_free_names(Program *program, Id a, Id b, Sym *names, uint32_t max)
{
    const FactsDefinition *fact = program_definition_fact(program, a);
    const File *file = program_definition_file(program, a);
    const Definition *x = &program->definitions[a], *y = &program->definitions[b];
    uint32_t n = 0;
    FactsStr previous = 0;

    for (uint32_t i = 0; i < fact->uses.count; i++) {
        const FactsUse *use = &file->facts.uses[fact->uses.first + i];
        if (use->head == previous || is_logger(file_text(file, use->head)))
            continue;
        previous = use->head;
        Sym name = file_sym(file, use->head);
        if (name == x->name || name == y->name)
            continue;
        if (leads_to_the_same(program, file_text(file, use->head), first_binding(program, x->module, name),
                              first_binding(program, y->module, name)))
            continue;
        if (n < max)
            names[n] = name;
        n++;
    }
    return n;
}
