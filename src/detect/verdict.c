/* From a comparison to a relation. Two that say the same are copies, unless what they say is nothing or
 * everybody's. Two that do not are copies where score.c says so. Some things no comparison can tell: folders
 * called after versions, metasyntactic names, classes without members, a table and its record. Bits and rare
 * are information; logic counts tokens. */
#include "detect/verdict.h"

#include <string.h>

/* Below the bar by less than this, and of one kin: alike by design. */
static const double NEARLY = 25.0;

/* --- same name --- */

static Relation relation_namesakes(const Similarity *s, const Kinship *kin, const Scored *scored,
                                   bool placeholder, bool thin, bool empty)
{
    bool kindred = kin->shared_base || (kin->framework_base && kin->parallel_paths);
    bool parallel = kin->parallel_paths || kin->sibling_packages || s->jaccard >= 0.12;
    Relation otherwise = kindred && parallel ? RELATION_FAMILY : RELATION_NONE;
    Score score;

    if (similarity_identical(s))
        return thin ? RELATION_NONE : RELATION_IDENTICAL;
    if (kin->versions)
        return RELATION_FAMILY;
    if (s->shape && s->jaccard >= 0.5 && !scored->tests)
        return RELATION_DRIFTED;
    if (placeholder)
        return s->jaccard >= 0.8 && s->logic >= 40.0 ? RELATION_DRIFTED : RELATION_NONE;
    if (empty)
        return otherwise;
    score_namesakes(s, kin, scored, &score);
    return score.points > 0.0 ? RELATION_DRIFTED : otherwise;
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
        (kin->name_within || kin->mirror) && s->containment >= 0.9 && s->n_same >= 5 && s->bits >= 30.0;
    return extended ? RELATION_DRIFTED : RELATION_NONE;
}

static Relation relation_same_text(const Content *content, uint32_t names, const Similarity *s,
                                   const Kinship *kin)
{
    bool parallel = kin->same_module || kin->mirror || kin->serial || kin->named_by_module;

    if (!is_telling(content, s, names) || kin->same_outer)
        return parallel || kin->shared_base ? RELATION_FAMILY : RELATION_NONE;
    if (parallel && s->logic < 30.0 && content->n_members < 8)
        return RELATION_FAMILY; /* two request types of one endpoint file */
    return RELATION_IDENTICAL;
}

static Relation relation_strangers(const Content *content, uint32_t names, const Similarity *s,
                                   const Kinship *kin, const Scored *scored, bool enums, bool functions)
{
    bool parallel = kin->same_module || kin->mirror || kin->serial || kin->named_by_module;
    bool kindred = parallel || kin->shared_base || kin->framework_base;
    Score score;

    if (enums && !kin->same_outer && !kin->same_module) {
        Relation relation = relation_enums(content, names, s, kin);
        if (relation != RELATION_NONE)
            return relation;
    }
    if (similarity_identical(s))
        return relation_same_text(content, names, s, kin);
    if (s->shape && !parallel && (s->logic >= 30.0 || is_telling(content, s, names)))
        return RELATION_IDENTICAL;
    if (functions) /* of one body nothing but that body can be compared */
        return RELATION_NONE;
    score_strangers(s, kin, scored, &score);
    if (score.points > 0.0 && !kin->same_outer)
        return RELATION_DRIFTED;
    return kindred && score.points > -NEARLY ? RELATION_FAMILY : RELATION_NONE;
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

static Scored scored_of(const Program *program, const Contents *contents, Id a, Id b)
{
    const Definition *x = &program->definitions[a], *y = &program->definitions[b];

    return (Scored){.words = kinship_words(program_text(program, x->name)),
                    .crowd = contents->of[a].crowd,
                    .tokens = MAX(contents->of[a].tokens, contents->of[b].tokens),
                    .tests = is_test_class(program, x) && is_test_class(program, y)};
}

bool verdict_score(const Program *program, const Preparation *preparation, Id a, Id b, Score *out)
{
    const Contents *contents = &preparation->contents;
    const Definition *x = &program->definitions[a], *y = &program->definitions[b];
    Scored scored = scored_of(program, contents, a, b);
    Similarity similarity;
    Kinship kin;

    preparation_compare(preparation, program, a, b, &similarity);
    if (similarity_identical(&similarity) || contents->of[a].n_members == 0 || contents->of[b].n_members == 0)
        return false;
    kinship_find(program, a, b, &kin);
    if (x->name == y->name)
        score_namesakes(&similarity, &kin, &scored, out);
    else
        score_strangers(&similarity, &kin, &scored, out);
    return true;
}

void verdict_pair(const Program *program, const Preparation *preparation, const Standing *standings, Id a,
                  Id b, PairVerdict *out)
{
    const Contents *contents = &preparation->contents;
    const Definition *x = &program->definitions[a], *y = &program->definitions[b];
    const Content *p = &contents->of[a], *q = &contents->of[b];
    Scored scored = scored_of(program, contents, a, b);

    preparation_compare(preparation, program, a, b, &out->similarity);
    kinship_find(program, a, b, &out->kinship);
    if (x->name == y->name)
        out->relation = (uint8_t)relation_namesakes(
            &out->similarity, &out->kinship, &scored, is_placeholder_name(program_text(program, x->name)),
            is_thin_pair(program, contents, a, b), p->n_members == 0 || q->n_members == 0);
    else
        out->relation = (uint8_t)relation_strangers(
            p, tally_get(&contents->exacts, p->text), &out->similarity, &out->kinship, &scored,
            x->kind == KIND_ENUM && y->kind == KIND_ENUM, x->kind == KIND_FUNCTION);
    /* A table and the record that travels: alike by design, and never one class. */
    if (out->relation == RELATION_DRIFTED && p->table != q->table)
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
