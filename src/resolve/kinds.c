/* Bases, and the kind of each definition: an enum is a class whose bases lead to an enum class, by
 * whatever name they were reached; a protocol has Protocol as a direct base; decorators make
 * dataclasses and attrs classes by what they resolve to. Traits are inherited along resolved bases,
 * each definition once, with an explicit stack; a class that is its own ancestor inherits what was
 * known so far. */
#include "resolve/internal.h"

#include <string.h>

enum {
    TRAIT_ENUM = 1 << 0,
    TRAIT_PROTOCOL = 1 << 1, /* not inherited */
    TRAIT_TYPED_DICT = 1 << 2,
    TRAIT_NAMED_TUPLE = 1 << 3,
    TRAIT_EXCEPTION = 1 << 4,
    TRAIT_ABC = 1 << 5, /* not inherited */
    TRAIT_PYDANTIC = 1 << 6,
    TRAIT_DJANGO = 1 << 7,
    TRAIT_DATACLASS = 1 << 8, /* decorators: not inherited */
    TRAIT_ATTRS = 1 << 9,
    TRAIT_NAMED_TUPLE_BASE = 1 << 10, /* typing.NamedTuple itself: makes its direct subclasses */
    TRAIT_DONE = 1 << 30,
    TRAIT_ACTIVE = 1 << 29,
};
#define INHERITED                                                                                            \
    (TRAIT_ENUM | TRAIT_TYPED_DICT | TRAIT_NAMED_TUPLE | TRAIT_EXCEPTION | TRAIT_PYDANTIC | TRAIT_DJANGO)

/* KnownName — what it gives to be derived from (or decorated with, or called) this name. */
typedef struct KnownName {
    const char *id;
    uint32_t traits;
} KnownName;

static const KnownName known_bases[] = {
    {"enum:Enum", TRAIT_ENUM},
    {"enum:IntEnum", TRAIT_ENUM},
    {"enum:StrEnum", TRAIT_ENUM},
    {"enum:Flag", TRAIT_ENUM},
    {"enum:IntFlag", TRAIT_ENUM},
    {"enum:ReprEnum", TRAIT_ENUM},
    {"strenum:StrEnum", TRAIT_ENUM},
    {"aenum:Enum", TRAIT_ENUM},
    {"aenum:IntEnum", TRAIT_ENUM},
    {"backports.strenum:StrEnum", TRAIT_ENUM},
    {"django.db.models:TextChoices", TRAIT_ENUM},
    {"django.db.models:IntegerChoices", TRAIT_ENUM},
    {"django.db.models:Choices", TRAIT_ENUM},
    {"django.db.models.enums:TextChoices", TRAIT_ENUM},
    {"django.db.models.enums:IntegerChoices", TRAIT_ENUM},
    {"django.db.models.enums:Choices", TRAIT_ENUM},
    {"typing:Protocol", TRAIT_PROTOCOL},
    {"typing_extensions:Protocol", TRAIT_PROTOCOL},
    {"typing:TypedDict", TRAIT_TYPED_DICT},
    {"typing_extensions:TypedDict", TRAIT_TYPED_DICT},
    {"mypy_extensions:TypedDict", TRAIT_TYPED_DICT},
    {"typing:NamedTuple", TRAIT_NAMED_TUPLE},
    {"typing_extensions:NamedTuple", TRAIT_NAMED_TUPLE},
    {"collections:namedtuple", TRAIT_NAMED_TUPLE},
    {"abc:ABC", TRAIT_ABC},
    {"pydantic:BaseModel", TRAIT_PYDANTIC},
    {"pydantic.main:BaseModel", TRAIT_PYDANTIC},
    {"pydantic.v1:BaseModel", TRAIT_PYDANTIC},
    {"pydantic:BaseSettings", TRAIT_PYDANTIC},
    {"pydantic:RootModel", TRAIT_PYDANTIC},
    {"pydantic.root_model:RootModel", TRAIT_PYDANTIC},
    {"pydantic.generics:GenericModel", TRAIT_PYDANTIC},
    {"pydantic_settings:BaseSettings", TRAIT_PYDANTIC},
    {"sqlmodel:SQLModel", TRAIT_PYDANTIC},
    {"django.db.models:Model", TRAIT_DJANGO},
    {"django.db.models.base:Model", TRAIT_DJANGO},
    {"django.contrib.gis.db.models:Model", TRAIT_DJANGO},
};

static const KnownName known_metaclasses[] = {
    {"abc:ABCMeta", TRAIT_ABC},
    {"enum:EnumMeta", TRAIT_ENUM},
    {"enum:EnumType", TRAIT_ENUM},
};

static const KnownName known_decorators[] = {
    {"dataclasses:dataclass", TRAIT_DATACLASS},
    {"pydantic.dataclasses:dataclass", TRAIT_DATACLASS},
    {"attr:s", TRAIT_ATTRS},
    {"attr:attrs", TRAIT_ATTRS},
    {"attr:attributes", TRAIT_ATTRS},
    {"attr:dataclass", TRAIT_ATTRS},
    {"attr:define", TRAIT_ATTRS},
    {"attr:mutable", TRAIT_ATTRS},
    {"attr:frozen", TRAIT_ATTRS},
    {"attr._make:attrs", TRAIT_ATTRS},
    {"attr._next_gen:define", TRAIT_ATTRS},
    {"attr._next_gen:frozen", TRAIT_ATTRS},
    {"attrs:define", TRAIT_ATTRS},
    {"attrs:mutable", TRAIT_ATTRS},
    {"attrs:frozen", TRAIT_ATTRS},
    /* they return the class that they were given */
    {"functools:total_ordering", 0},
    {"enum:unique", 0},
    {"enum:verify", 0},
    {"enum:global_enum", 0},
    {"typing:final", 0},
    {"typing:runtime_checkable", 0},
    {"typing:dataclass_transform", 0},
    {"typing:no_type_check", 0},
    {"typing_extensions:final", 0},
    {"typing_extensions:runtime_checkable", 0},
    {"typing_extensions:runtime", 0},
    {"typing_extensions:dataclass_transform", 0},
    {"typing_extensions:deprecated", 0},
    {"warnings:deprecated", 0},
};

typedef struct Kinds {
    Resolver *r;
    GHashTable *bases, *metaclasses, *decorators; /* Sym of the id → index + 1 */
    GHashTable *names;                            /* Sym of what stands behind the colon of any of them */
    uint32_t *traits;                             /* by definition */
} Kinds;

static GHashTable *table_of(const Kinds *k, const KnownName *names, size_t n)
{
    GHashTable *table = g_hash_table_new(NULL, NULL);
    Interner *interner = k->r->interner;

    for (size_t i = 0; i < n; i++) {
        g_hash_table_insert(table, GUINT_TO_POINTER(intern_cstr(interner, names[i].id)),
                            GUINT_TO_POINTER(i + 1));
        Sym name = intern_cstr(interner, strchr(names[i].id, ':') + 1);
        g_hash_table_add(k->names, GUINT_TO_POINTER(name));
    }
    return table;
}

/* --- bases --- */

static uint32_t expression_candidate(Resolver *r, Id module, Id definition, const File *file,
                                     const FactsExpression *expression, uint32_t context)
{
    uint32_t candidate = candidate_add(r, module, r->program->definitions[definition].name);
    Candidate *made = &r->candidates[candidate];

    made->kind = CANDIDATE_ALIAS;
    made->text = file_text(file, expression->dotted);
    made->line = r->program->definitions[definition].line;
    made->context = context;
    made->position = expression->start;
    return candidate;
}

static bool has_bases(const FactsDefinition *fact)
{
    return fact->syntax == SYNTAX_CLASS;
}

void kinds_prepare(Resolver *r)
{
    Program *p = r->program;
    GArray *bases = g_array_new(FALSE, FALSE, sizeof(Base)),
           *candidates = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (Id id = 0; id < p->n_definitions; id++) {
        Definition *d = &p->definitions[id];
        const File *file = &p->files[p->modules[d->module].file];
        const FactsDefinition *fact = &file->facts.definitions[d->fact];
        d->first_base = bases->len;
        d->n_bases = 0;
        if (!has_bases(fact))
            continue;
        for (uint32_t i = 0; i < fact->bases.count; i++) {
            const FactsExpression *expression = &file->facts.expressions[fact->bases.first + i];
            if (expression->keyword != 0 || (expression->flags & EXPRESSION_STARRED))
                continue;
            Base base = {.expression = fact->bases.first + i};
            uint32_t candidate = NONE;
            if (expression->dotted != 0)
                candidate = expression_candidate(r, d->module, id, file, expression, fact->context);
            g_array_append_val(bases, base);
            g_array_append_val(candidates, candidate);
            d->n_bases++;
        }
    }
    g_free(p->bases);
    p->n_bases = bases->len;
    p->bases = (Base *)(void *)g_array_free(bases, FALSE);
    r->base_candidate = (uint32_t *)(void *)g_array_free(candidates, FALSE);
}

static void fill_bases(Resolver *r)
{
    Program *p = r->program;

    for (uint32_t i = 0; i < p->n_bases; i++) {
        uint32_t candidate = r->base_candidate[i];
        if (candidate == NONE)
            continue;
        const Candidate *c = &r->candidates[candidate];
        /* a base that only exists as an unknown value says nothing but its spelling */
        bool opaque =
            c->target.kind == TARGET_VALUE && c->target.id == c->module && c->target.name == c->name;
        p->bases[i].target = opaque ? (Target){0} : c->target;
    }
}

/* --- traits --- */

static const KnownName *known(const Kinds *k, GHashTable *table, const KnownName *names, Target target)
{
    const Program *p = k->r->program;
    Sym id = 0;

    if (target.kind == TARGET_EXTERNAL) {
        id = target.id;
    } else if (target.kind == TARGET_DEFINITION || target.kind == TARGET_VALUE) {
        Id module = target.kind == TARGET_VALUE ? target.id : p->definitions[target.id].module;
        Sym name = target.kind == TARGET_VALUE ? target.name : p->definitions[target.id].qualname;
        if (!g_hash_table_contains(k->names, GUINT_TO_POINTER(name)))
            return NULL;
        const char *a = text_of(k->r, p->modules[module].name), *b = text_of(k->r, name);
        char buffer[96];
        int length = g_snprintf(buffer, sizeof buffer, "%s:%s", a, b);
        if (length < (int)sizeof buffer)
            id = intern_find(k->r->interner, buffer, (size_t)length);
    }
    uint32_t index = id == 0 ? 0 : GPOINTER_TO_UINT(g_hash_table_lookup(table, GUINT_TO_POINTER(id)));
    return index == 0 ? NULL : &names[index - 1];
}

static bool is_exception(const Kinds *k, Target target)
{
    const char *text = target.kind == TARGET_EXTERNAL ? text_of(k->r, target.id) : "";

    return g_str_has_prefix(text, "builtins:") && table_is_builtin_exception(text + strlen("builtins:"));
}

/* Names of exceptions outside: when nothing is known of a base but that it ends in Error. */
static bool looks_like_exception(const Kinds *k, Target target)
{
    if (target.kind != TARGET_EXTERNAL && target.kind != TARGET_UNRESOLVED)
        return false;
    const char *text = text_of(k->r, target.id);
    return g_str_has_suffix(text, "Error") || g_str_has_suffix(text, "Exception");
}

static Target read_expression(const Kinds *k, Id definition, const File *file,
                              const FactsExpression *expression, uint32_t context)
{
    if (expression->dotted == 0)
        return (Target){0};
    Id module = k->r->program->definitions[definition].module;
    uint32_t candidate = expression_candidate(k->r, module, definition, file, expression, context);
    chain_resolve_candidate(k->r, candidate);
    return k->r->candidates[candidate].target;
}

static uint32_t own_traits(const Kinds *k, Id id)
{
    const Program *p = k->r->program;
    const Definition *d = &p->definitions[id];
    const File *file = &p->files[p->modules[d->module].file];
    const FactsDefinition *fact = &file->facts.definitions[d->fact];
    uint32_t traits = 0;

    for (uint32_t i = 0; i < d->n_bases; i++) {
        Target target = p->bases[d->first_base + i].target;
        const KnownName *name = known(k, k->bases, known_bases, target);
        if (name != NULL)
            traits |= name->traits;
        else if (is_exception(k, target) || looks_like_exception(k, target))
            traits |= TRAIT_EXCEPTION;
    }
    for (uint32_t i = 0; i < fact->bases.count && fact->syntax == SYNTAX_CLASS; i++) {
        const FactsExpression *expression = &file->facts.expressions[fact->bases.first + i];
        if (expression->keyword == 0 || strcmp(file_text(file, expression->keyword), "metaclass") != 0)
            continue;
        const KnownName *name = known(k, k->metaclasses, known_metaclasses,
                                      read_expression(k, id, file, expression, fact->context));
        if (name != NULL && !(name->traits & TRAIT_ENUM))
            traits |= name->traits;
    }
    for (uint32_t i = 0; i < fact->decorators.count && fact->syntax == SYNTAX_CLASS; i++) {
        const FactsExpression *expression = &file->facts.expressions[fact->decorators.first + i];
        const KnownName *name = known(k, k->decorators, known_decorators,
                                      read_expression(k, id, file, expression, fact->context));
        if (name != NULL)
            traits |= name->traits;
    }
    return traits;
}

/* All traits of a class and, first, of its bases: an explicit stack, each definition once. */
static void find_traits(Kinds *k, Id start, GArray *stack)
{
    const Program *p = k->r->program;

    g_array_append_val(stack, start);
    while (stack->len > 0) {
        Id id = g_array_index(stack, Id, stack->len - 1);
        const Definition *d = &p->definitions[id];
        bool waiting = false;
        k->traits[id] |= TRAIT_ACTIVE;
        for (uint32_t i = 0; i < d->n_bases && !waiting; i++) {
            Target target = p->bases[d->first_base + i].target;
            if (target.kind != TARGET_DEFINITION || (k->traits[target.id] & (TRAIT_DONE | TRAIT_ACTIVE)))
                continue;
            waiting = true;
            g_array_append_val(stack, target.id);
        }
        if (waiting)
            continue;
        uint32_t traits = own_traits(k, id);
        for (uint32_t i = 0; i < d->n_bases; i++) {
            Target target = p->bases[d->first_base + i].target;
            if (target.kind == TARGET_DEFINITION)
                traits |= k->traits[target.id] & INHERITED;
        }
        k->traits[id] = traits | TRAIT_DONE;
        g_array_set_size(stack, stack->len - 1);
    }
}

static DefinitionKind kind_of_traits(uint32_t traits)
{
    static const struct {
        uint32_t trait;
        DefinitionKind kind;
    } order[] = {
        {TRAIT_ENUM, KIND_ENUM},
        {TRAIT_PROTOCOL, KIND_PROTOCOL},
        {TRAIT_TYPED_DICT, KIND_TYPED_DICT},
        {TRAIT_NAMED_TUPLE, KIND_NAMED_TUPLE},
        {TRAIT_EXCEPTION, KIND_EXCEPTION},
        {TRAIT_PYDANTIC, KIND_PYDANTIC},
        {TRAIT_DJANGO, KIND_DJANGO_MODEL},
        {TRAIT_DATACLASS, KIND_DATACLASS},
        {TRAIT_ATTRS, KIND_ATTRS},
        {TRAIT_ABC, KIND_ABC},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        if (traits & order[i].trait)
            return order[i].kind;
    return KIND_CLASS;
}

/* --- calls that make classes --- */

static Target read_callee(const Kinds *k, Id id, const File *file, const FactsDefinition *fact)
{
    Id module = k->r->program->definitions[id].module;
    uint32_t candidate = candidate_add(k->r, module, k->r->program->definitions[id].name);
    Candidate *made = &k->r->candidates[candidate];

    made->kind = CANDIDATE_ALIAS;
    made->text = file_text(file, fact->callee);
    made->context = fact->context;
    made->position = fact->start;
    chain_resolve_candidate(k->r, candidate);
    return k->r->candidates[candidate].target;
}

static DefinitionKind functional_kind(Kinds *k, Id id, const File *file, const FactsDefinition *fact)
{
    const char *callee = file_text(file, fact->callee), *dot = strrchr(callee, '.');
    const char *last = dot != NULL ? dot + 1 : callee;
    Target target = *callee == '\0' ? (Target){0} : read_callee(k, id, file, fact);
    const KnownName *name = known(k, k->bases, known_bases, target);

    if (name != NULL)
        return kind_of_traits(name->traits);
    if (target.kind == TARGET_DEFINITION && k->traits != NULL && (k->traits[target.id] & TRAIT_ENUM))
        return KIND_ENUM;
    if (g_str_has_suffix(last, "namedtuple") || strcmp(last, "NamedTuple") == 0)
        return KIND_NAMED_TUPLE;
    if (strcmp(last, "TypedDict") == 0)
        return KIND_TYPED_DICT;
    if (strcmp(last, "make_dataclass") == 0)
        return KIND_DATACLASS;
    if (strcmp(last, "Enum") == 0 || strcmp(last, "IntEnum") == 0 || strcmp(last, "StrEnum") == 0 ||
        strcmp(last, "Flag") == 0 || strcmp(last, "IntFlag") == 0)
        return target.kind == TARGET_DEFINITION ? KIND_CLASS : KIND_ENUM;
    return KIND_CLASS;
}

static DefinitionKind kind_of_definition(Kinds *k, Id id, GArray *stack)
{
    const Definition *d = &k->r->program->definitions[id];
    const File *file = &k->r->program->files[k->r->program->modules[d->module].file];
    const FactsDefinition *fact = &file->facts.definitions[d->fact];

    switch ((FactsSyntax)fact->syntax) {
    case SYNTAX_FUNCTION:
        return KIND_FUNCTION;
    case SYNTAX_NEWTYPE:
        return KIND_NEW_TYPE;
    case SYNTAX_TYPE_ALIAS:
        return KIND_TYPE_ALIAS;
    case SYNTAX_FUNCTIONAL:
        return functional_kind(k, id, file, fact);
    case SYNTAX_TYPE_CALL:
        return KIND_CLASS;
    case SYNTAX_CLASS:
        break;
    }
    if (!(k->traits[id] & TRAIT_DONE))
        find_traits(k, id, stack);
    return kind_of_traits(k->traits[id]);
}

void kinds_resolve(Resolver *r)
{
    Program *p = r->program;
    Kinds k = {
        .r = r, .names = g_hash_table_new(NULL, NULL), .traits = g_new0(uint32_t, p->n_definitions + 1)};
    GArray *stack = g_array_new(FALSE, FALSE, sizeof(Id));

    k.bases = table_of(&k, known_bases, G_N_ELEMENTS(known_bases));
    k.metaclasses = table_of(&k, known_metaclasses, G_N_ELEMENTS(known_metaclasses));
    k.decorators = table_of(&k, known_decorators, G_N_ELEMENTS(known_decorators));
    fill_bases(r);
    for (Id id = 0; id < p->n_definitions; id++)
        p->definitions[id].kind = (uint8_t)kind_of_definition(&k, id, stack);
    g_array_free(stack, TRUE);
    g_hash_table_unref(k.names);
    g_hash_table_unref(k.bases);
    g_hash_table_unref(k.metaclasses);
    g_hash_table_unref(k.decorators);
    g_free(k.traits);
}
