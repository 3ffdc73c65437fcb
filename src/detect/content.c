/* Rarity: a name that half of the program's classes have tells nothing about whether two of them are
 * copies; one that two classes have tells almost everything. bits = log2(N / df), where N is the
 * number of definitions (at least 256, so that a small program is not all surprise) and df the
 * number that have an item of that key; names that every codebase uses are given a floor for df.
 * A weight is size x (0.25 + 0.75 x bits / log2 N). Size grows with the length of a body, with a
 * cap: a class is not one method. */
#include "detect/content.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/pool.h"

enum { MIN_DEFINITIONS = 256, FEW = 1024 };
/* What this many class names have in the same wording is nobody's own. */
enum { COMMON_DF = 48 };
/* Share of definitions that a common name is taken to stand in, whatever this program says. */
static const double COMMON_SHARE = 0.12;

static const char *const common_names[] = {
    "__init__",  "__repr__", "__str__",  "__eq__",      "__hash__",    "__len__",     "__iter__",
    "__enter__", "__exit__", "__call__", "__getattr__", "__getitem__", "__new__",     "__slots__",
    "__name__",  "name",     "id",       "type",        "value",       "description", "status",
    "data",      "title",    "message",  "created_at",  "updated_at",  "timestamp",   "metadata",
    "config",    "setUp",    "tearDown", "run",         "get",         "set",         "close",
    "start",     "stop",     "to_dict",  "from_dict",   "user_id",     "error",       "errors",
    "key",       "url",      "code",
};

/* The vocabulary of levels: enums made of these alone are everybody's (see Item.rare_bits). */
static const char *const level_names[] = {"LOW",  "MEDIUM", "HIGH",  "CRITICAL", "NORMAL", "INFO", "WARNING",
                                          "WARN", "ERROR",  "DEBUG", "FATAL",    "URGENT", "NONE", "UNKNOWN"};

static uint64_t hash_text(const char *text)
{
    return *text == '\0' ? 0 : XXH3_64bits(text, strlen(text));
}

static uint64_t string_hash(const File *file, FactsStr string)
{
    return string == 0 ? 0 : file->facts.strings[string].hash;
}

/* --- annotations --- */

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static const char *fold_word(const char *word, size_t length, size_t *out_length)
{
    static const char *const folds[] = {"List", "Dict", "Tuple", "Set", "FrozenSet", "Type"};
    static const char *const folded[] = {"list", "dict", "tuple", "set", "frozenset", "type"};

    for (size_t i = 0; i < G_N_ELEMENTS(folds); i++) {
        if (strlen(folds[i]) == length && memcmp(folds[i], word, length) == 0) {
            *out_length = strlen(folded[i]);
            return folded[i];
        }
    }
    *out_length = length;
    return word;
}

/* Copies `annotation` with spaces and quotes dropped, typing prefixes dropped, generics folded. */
static void fold_annotation(const char *annotation, GString *out)
{
    for (const char *p = annotation; *p != '\0';) {
        if (*p == ' ' || *p == '"' || *p == '\'') {
            p++;
            continue;
        }
        if (!is_word(*p)) {
            g_string_append_c(out, *p++);
            continue;
        }
        const char *end = p;
        while (is_word(*end))
            end++;
        size_t length = (size_t)(end - p), n;
        bool prefix =
            *end == '.' && ((length == 6 && memcmp(p, "typing", 6) == 0) || (length == 1 && *p == 't'));
        if (prefix) {
            p = end + 1;
            continue;
        }
        const char *word = fold_word(p, length, &n);
        g_string_append_len(out, word, (gssize)n);
        p = end;
    }
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The parts of a top-level union, sorted: `A|B`, `Union[A,B]`, `Optional[A]`. */
static uint64_t hash_union(GString *text)
{
    if (g_str_has_prefix(text->str, "Optional[") && text->str[text->len - 1] == ']') {
        g_string_truncate(text, text->len - 1);
        g_string_erase(text, 0, (gssize)strlen("Optional["));
        g_string_append(text, "|None");
    } else if (g_str_has_prefix(text->str, "Union[") && text->str[text->len - 1] == ']') {
        g_string_truncate(text, text->len - 1);
        g_string_erase(text, 0, (gssize)strlen("Union["));
        int depth = 0;
        for (char *p = text->str; *p != '\0'; p++) {
            depth += *p == '[' || *p == '(' ? 1 : *p == ']' || *p == ')' ? -1 : 0;
            if (*p == ',' && depth == 0)
                *p = '|';
        }
    }
    const char *parts[16];
    uint32_t n = 0;
    int depth = 0;
    parts[n++] = text->str;
    for (char *p = text->str; *p != '\0'; p++) {
        depth += *p == '[' || *p == '(' ? 1 : *p == ']' || *p == ')' ? -1 : 0;
        if (*p == '|' && depth == 0 && n < G_N_ELEMENTS(parts)) {
            *p = '\0';
            parts[n++] = p + 1;
        }
    }
    if (n > 1)
        qsort(parts, n, sizeof *parts, compare_text);
    uint64_t hash = 0;
    for (uint32_t i = 0; i < n; i++)
        hash = hash_mix(hash, hash_text(parts[i]));
    return hash;
}

uint64_t content_annotation_hash(const char *annotation)
{
    if (*annotation == '\0')
        return 0;
    g_autoptr(GString) text = g_string_sized_new(64);
    fold_annotation(annotation, text);
    return text->len == 0 ? 0 : hash_union(text);
}

/* --- items of one definition --- */

static float method_size(const FactsMember *member)
{
    if ((member->flags & MEMBER_STUB_BODY) != 0)
        return 0.8F;
    return MIN(0.8F + (float)member->tokens / 40.0F, 4.0F);
}

static uint64_t decorators_hash(const File *file, FactsSlice decorators)
{
    uint64_t hash = 0;

    for (uint32_t i = 0; i < decorators.count; i++)
        hash = hash_mix(hash, string_hash(file, file->facts.expressions[decorators.first + i].text));
    return hash;
}

static void method_item(const File *file, const FactsMember *member, Item *item)
{
    uint64_t decorators = decorators_hash(file, member->decorators);
    bool accessor = (member->flags & MEMBER_PROPERTY) != 0 && member->decorators.count > 0;

    item->kind = ITEM_METHOD;
    if (accessor) { /* the setter of a property is another item than its getter */
        const char *text = file_text(file, file->facts.expressions[member->decorators.first].text);
        item->key = g_str_has_suffix(text, ".setter")    ? hash_mix(item->key, 1)
                    : g_str_has_suffix(text, ".deleter") ? hash_mix(item->key, 2)
                                                         : item->key;
    }
    item->exact = hash_mix(hash_mix(member->body_hash, member->signature_hash), decorators);
    if ((member->flags & MEMBER_ASYNC) != 0)
        item->exact = hash_mix(item->exact, 11);
    item->loose = hash_mix(member->body_shape, decorators);
    item->body = (member->flags & MEMBER_STUB_BODY) != 0 ? 0 : member->body_shape;
    item->thin = (member->flags & (MEMBER_STUB_BODY | MEMBER_TRIVIAL_BODY)) != 0;
    item->weight = method_size(member);
}

static void value_item(const File *file, const FactsMember *member, bool enumeration, uint32_t ordinal,
                       Item *item)
{
    uint64_t annotation = content_annotation_hash(file_text(file, member->annotation));
    uint64_t value = member->value_hash;

    if (enumeration && member->kind == MEMBER_ASSIGN) {
        const char *text = file_text(file, member->value);
        item->kind = ITEM_ENUM_MEMBER;
        if (g_str_has_suffix(text, "auto()")) /* its value is its place */
            value = hash_mix(value, ordinal + 1);
    } else {
        item->kind = member->kind == MEMBER_FIELD ? ITEM_FIELD : ITEM_VALUE;
    }
    item->exact = hash_mix(hash_mix(string_hash(file, member->annotation), value), 3);
    item->loose = hash_mix(hash_mix(annotation, value), 3);
    item->body = value;
    item->thin = value == 0;
    item->weight = 1.0F;
}

static void member_item(const File *file, const FactsMember *member, uint32_t index, bool enumeration,
                        uint32_t ordinal, Item *item)
{
    item->member = index;
    item->key = string_hash(file, member->name);
    switch ((FactsMemberKind)member->kind) {
    case MEMBER_METHOD:
        method_item(file, member, item);
        break;
    case MEMBER_CLASS: {
        const FactsDefinition *nested = &file->facts.definitions[member->nested];
        item->kind = ITEM_CLASS;
        item->exact = nested->text_hash;
        item->loose = nested->shape_hash;
        item->body = nested->tokens > 12 ? nested->text_hash : 0;
        item->thin = nested->tokens <= 12;
        item->weight = 1.0F + MIN((float)nested->tokens / 60.0F, 2.0F);
        break;
    }
    case MEMBER_IMPORT:
        item->kind = ITEM_VALUE;
        item->exact = item->loose = hash_mix(item->key, 5);
        item->thin = true;
        item->weight = 0.3F;
        break;
    default:
        value_item(file, member, enumeration, ordinal, item);
    }
}

bool content_is_object(const File *file, const FactsExpression *base)
{
    return strcmp(file_text(file, base->text), "object") == 0;
}

/* "a.b.Base[T]" and "Base[T]" are one base class as written: imports differ between files. */
static uint64_t expression_hash(const File *file, const FactsExpression *expression)
{
    const char *text = file_text(file, expression->text);

    if (expression->dotted != 0 && expression->flags == 0) {
        const char *dotted = file_text(file, expression->dotted);
        const char *dot = strrchr(dotted, '.');
        text = dot != NULL ? dot + 1 : dotted;
    }
    return hash_text(text);
}

static void expression_item(const File *file, uint32_t index, ItemKind kind, Item *item)
{
    const FactsExpression *expression = &file->facts.expressions[index];
    uint64_t hash = hash_mix(expression_hash(file, expression), string_hash(file, expression->keyword));

    item->kind = (uint8_t)kind;
    item->member = index;
    item->key = hash_mix(hash, kind == ITEM_BASE ? 0xba5e : 0xdec0);
    item->exact = item->loose = hash_mix(item->key, 7);
    item->thin = true;
    item->weight = kind == ITEM_BASE ? 0.3F : 0.15F;
}

/* All that the body of a class holds besides members. */
static void rest_item(const FactsDefinition *fact, Item *item)
{
    *item = (Item){.key = 0x5e57, .kind = ITEM_REST, .member = FACTS_NONE, .thin = true, .weight = 0.3F};
    item->exact = item->loose = hash_mix(fact->rest_hash, 13);
}

static int compare_items(const void *a, const void *b)
{
    const Item *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->member > y->member) - (x->member < y->member);
}

/* By key, then place. Most definitions have a handful of items, for which nothing is faster. */
static void sort_items(Item *items, uint32_t n)
{
    enum { HANDFUL = 12 };

    if (n > HANDFUL) {
        qsort(items, n, sizeof *items, compare_items);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        Item item = items[i];
        uint32_t at = i;
        for (; at > 0 && compare_items(&items[at - 1], &item) > 0; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* A name that repeats (overloads, if/else branches) gives one key per occurrence, in source order. */
static void number_repeats(Item *items, uint32_t n)
{
    uint32_t repeats = 0;
    uint64_t previous = 0;
    bool any = false;

    for (uint32_t i = 0; i < n; i++) {
        repeats = i > 0 && items[i].key == previous ? repeats + 1 : 0;
        previous = items[i].key;
        if (repeats > 0)
            items[i].key = hash_mix(previous, 0x1000 + repeats);
        any = any || repeats > 0;
    }
    if (any)
        sort_items(items, n);
}

static bool skipped_member(const File *file, const FactsMember *member)
{
    const char *name = file_text(file, member->name);

    return strcmp(name, "__slots__") == 0 || strcmp(name, "__module__") == 0 || strcmp(name, "__doc__") == 0;
}

static uint32_t definition_items(const Program *program, Id id, bool enumeration, Item *items)
{
    const File *file = program_definition_file(program, id);
    const FactsDefinition *fact = program_definition_fact(program, id);
    bool function = fact->syntax == SYNTAX_FUNCTION;
    uint32_t n = 0;

    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        if (skipped_member(file, member))
            continue;
        member_item(file, member, fact->members.first + i, enumeration, i, &items[n]);
        if (function)
            items[n].key = 0xf00d; /* a function is compared with a function, whatever their names */
        n++;
    }
    if (n == 0 && fact->syntax != SYNTAX_CLASS) {
        items[n++] = (Item){.key = 0xca11,
                            .exact = fact->text_hash,
                            .loose = fact->shape_hash,
                            .body = fact->text_hash,
                            .member = FACTS_NONE,
                            .kind = ITEM_CALL,
                            .weight = 1.0F};
    }
    if (fact->rest_hash != 0)
        rest_item(fact, &items[n++]);
    if (fact->syntax == SYNTAX_CLASS) {
        for (uint32_t i = 0; i < fact->bases.count; i++)
            if (!content_is_object(file, &file->facts.expressions[fact->bases.first + i]))
                expression_item(file, fact->bases.first + i, ITEM_BASE, &items[n++]);
    }
    for (uint32_t i = 0; i < fact->decorators.count && !function; i++)
        expression_item(file, fact->decorators.first + i, ITEM_DECORATOR, &items[n++]);
    sort_items(items, n);
    number_repeats(items, n);
    return n;
}

/* --- all definitions --- */

/* The kind is looked at only where the configuration names one that is neither class nor function: until
 * names are resolved nobody knows it. */
static bool is_wanted(const Program *program, const Config *config, Id id)
{
    bool function = program_definition_fact(program, id)->syntax == SYNTAX_FUNCTION;

    if (config == NULL || config->kinds == NULL || config->kinds->len == 0)
        return !function;
    for (guint i = 0; i < config->kinds->len; i++) {
        const char *name = g_ptr_array_index(config->kinds, i);
        if (strcmp(name, "class") == 0 ? !function
            : strcmp(name, "function") == 0
                ? function
                : strcmp(name, definition_kind_name((DefinitionKind)program->definitions[id].kind)) == 0)
            return true;
    }
    return false;
}

static bool is_eligible(const Program *program, const Config *config, Id id)
{
    const FactsDefinition *fact = program_definition_fact(program, id);

    return (fact->flags & DEFINITION_OVERLOAD) == 0 && is_wanted(program, config, id);
}

/* Weighing — what all workers read while they weigh items. */
typedef struct Weighing {
    Contents *contents;
    const Program *program;
    const bool *enums; /* by definition */
    Tally floors, levels;
    double floor;           /* what a common name is taken to stand in, at least */
    double logs[FEW];       /* log2 of the first numbers: most counts are small */
    double rare[COMMON_DF]; /* rare_bits by the number of class names */
    uint64_t table_key;
} Weighing;

static double log2_of(const Weighing *weighing, uint32_t n)
{
    return n < FEW ? weighing->logs[n] : log2(n);
}

static void weigh(const Weighing *weighing, Item *item)
{
    const Contents *contents = weighing->contents;
    double log_n = contents->log_n;
    uint32_t names = MAX(tally_get(&contents->names, item->key), 1);
    bool floored = tally_get(&weighing->floors, item->key) > 0 && weighing->floor > names;
    double df = floored ? log2(weighing->floor) : log2_of(weighing, names);

    item->bits = (float)MAX(0.0, log_n - df);
    uint32_t exact = MAX(tally_get(&contents->exacts, hash_mix(item->key, item->exact)), 1);
    item->content_bits = (float)MAX(item->bits, log_n - log2_of(weighing, exact));
    item->rare_bits = exact >= COMMON_DF || tally_get(&weighing->levels, item->key) > 0
                          ? 0.0F
                          : (float)weighing->rare[exact];
    item->weight *= (float)(0.25 + 0.75 * item->bits / log_n);
}

static void sum_up(const Weighing *weighing, Content *content)
{
    uint64_t hash = content->n_items;

    for (uint32_t i = 0; i < content->n_items; i++) {
        const Item *item = &weighing->contents->items[content->first + i];
        tally_expect(&weighing->contents->names, item->key);
        tally_expect(&weighing->contents->exacts, hash_mix(item->key, item->exact));
    }
    for (uint32_t i = 0; i < content->n_items; i++) {
        Item *item = &weighing->contents->items[content->first + i];
        weigh(weighing, item);
        content->total += item->weight;
        content->table = content->table || item->key == weighing->table_key;
        content->n_members += item_is_member(item);
        hash = hash_mix(hash_mix(hash, item->key), item->exact);
    }
    content->items_hash = hash;
}

/* Gives every eligible definition room for all items that it may have; returns the room for all. */
static uint32_t place_items(const Program *program, const Config *config, Contents *contents)
{
    size_t total = 0;

    for (uint32_t id = 0; id < program->n_definitions; id++) {
        const FactsDefinition *fact = program_definition_fact(program, id);
        if (fact == NULL || !is_eligible(program, config, id))
            continue;
        size_t room = (size_t)fact->members.count + fact->bases.count + fact->decorators.count + 2;
        if (total + room >= UINT32_MAX)
            break;
        contents->of[id].eligible = true;
        contents->of[id].first = (uint32_t)total;
        contents->n_eligible++;
        total += room;
    }
    return (uint32_t)total;
}

/* Counts class names, not classes: sixteen copies of one enum do not make its members common. What only
 * one class is called (`shared` false) needs no memory of what was counted: keys are unique within it. */
static void count_items(Contents *contents, const Program *program, Id id, bool shared, Tally *seen,
                        uint32_t *crowds)
{
    const Content *content = &contents->of[id];
    uint64_t name = hash_mix(program->definitions[id].name, 0x6e616d65);

    for (uint32_t i = 0; i < content->n_items; i++) {
        const Item *item = &contents->items[content->first + i];
        tally_expect(&contents->names, item->key);
        tally_expect(&contents->exacts, hash_mix(item->key, item->exact));
    }
    for (uint32_t i = 0; i < content->n_items; i++) {
        const Item *item = &contents->items[content->first + i];
        uint64_t exact = hash_mix(item->key, item->exact);
        if (!shared || tally_add(seen, hash_mix(item->key, name)) == 1)
            tally_add(&contents->names, item->key);
        if (!shared || tally_add(seen, hash_mix(exact, name)) == 1)
            tally_add(&contents->exacts, exact);
    }
    if (content->text != 0 && (!shared || tally_add(seen, hash_mix(content->text, name)) == 1)) {
        tally_add(&contents->exacts, content->text);
        crowds[program->definitions[id].name]++;
    }
}

/* The greatest symbol that names a definition. Resolution may be adding others meanwhile. */
static Sym last_name(const Program *program)
{
    Sym last = 0;

    for (Id id = 0; id < program->n_definitions; id++)
        last = MAX(last, program->definitions[id].name);
    return last;
}

static void count_all(Contents *contents, const Program *program, uint32_t capacity)
{
    Sym last = last_name(program);
    g_autofree uint8_t *bearers = g_new0(uint8_t, (size_t)last + 1);
    g_autofree uint32_t *crowds = g_new0(uint32_t, (size_t)last + 1);
    Tally seen;

    tally_init(&contents->names, capacity / 4);
    tally_init(&contents->exacts, capacity / 2);
    tally_init(&seen, capacity / 4);
    for (Id id = 0; id < program->n_definitions; id++)
        if (contents->of[id].eligible && bearers[program->definitions[id].name] < 2)
            bearers[program->definitions[id].name]++;
    for (Id id = 0; id < program->n_definitions; id++)
        if (contents->of[id].eligible)
            count_items(contents, program, id, bearers[program->definitions[id].name] > 1, &seen, crowds);
    for (Id id = 0; id < program->n_definitions; id++)
        contents->of[id].crowd = crowds[program->definitions[id].name];
    tally_clear(&seen);
}

/* Definitions are shared out in runs of this many. */
enum { SHARE = 128 };

static void read_share(void *context, uint32_t share, uint32_t worker)
{
    const Weighing *weighing = context;
    const Program *program = weighing->program;
    uint32_t end = MIN((share + 1) * SHARE, program->n_definitions);

    (void)worker;
    for (Id id = share * SHARE; id < end; id++) {
        Content *content = &weighing->contents->of[id];
        if (!content->eligible)
            continue;
        const FactsDefinition *fact = program_definition_fact(program, id);
        content->n_items =
            definition_items(program, id, weighing->enums[id], weighing->contents->items + content->first);
        content->text = fact->text_hash;
        content->shape = fact->shape_hash;
        content->tokens = fact->tokens;
    }
}

static void weigh_share(void *context, uint32_t share, uint32_t worker)
{
    const Weighing *weighing = context;
    uint32_t end = MIN((share + 1) * SHARE, weighing->program->n_definitions);

    (void)worker;
    for (Id id = share * SHARE; id < end; id++)
        sum_up(weighing, &weighing->contents->of[id]);
}

void contents_init(Contents *contents, const Program *program, const Config *config, const bool *enums,
                   StatementNames *statements, uint32_t workers)
{
    uint32_t shares = (program->n_definitions + SHARE - 1) / SHARE;
    Weighing weighing = {
        .contents = contents, .program = program, .enums = enums, .table_key = hash_text("__tablename__")};

    *contents = (Contents){.of = g_new0(Content, MAX(program->n_definitions, 1))};
    uint32_t capacity = place_items(program, config, contents);
    contents->items = g_new0(Item, MAX(capacity, 1));
    contents->log_n = log2(MAX(contents->n_eligible, MIN_DEFINITIONS));
    pool_run(workers, shares, read_share, &weighing);
    count_all(contents, program, capacity);
    if (statements != NULL && statements->counts != NULL)
        contents->statements = *statements, *statements = (StatementNames){0};
    else
        statement_names_init(&contents->statements, program);
    tally_init(&weighing.floors, G_N_ELEMENTS(common_names));
    for (size_t i = 0; i < G_N_ELEMENTS(common_names); i++)
        tally_add(&weighing.floors, hash_text(common_names[i]));
    tally_init(&weighing.levels, G_N_ELEMENTS(level_names));
    for (size_t i = 0; i < G_N_ELEMENTS(level_names); i++)
        tally_add(&weighing.levels, hash_text(level_names[i]));
    weighing.floor = COMMON_SHARE * exp2(contents->log_n);
    for (uint32_t n = 1; n < FEW; n++)
        weighing.logs[n] = log2(n);
    for (uint32_t n = 1; n < COMMON_DF; n++)
        weighing.rare[n] = log2((double)COMMON_DF / n);
    pool_run(workers, shares, weigh_share, &weighing);
    tally_clear(&weighing.floors);
    tally_clear(&weighing.levels);
}

void contents_clear(Contents *contents)
{
    g_clear_pointer(&contents->of, g_free);
    g_clear_pointer(&contents->items, g_free);
    tally_clear(&contents->names);
    tally_clear(&contents->exacts);
    statement_names_clear(&contents->statements);
}

const char *item_name(const File *file, const Item *item)
{
    if (item->kind == ITEM_BASE)
        return "<bases>";
    if (item->kind == ITEM_DECORATOR)
        return "<decorators>";
    if (item->kind == ITEM_REST)
        return "<statements>";
    if (item->member == FACTS_NONE)
        return "<call>";
    return file_text(file, file->facts.members[item->member].name);
}
