/* What making a class does beside making it, and what it holds and knows: things that are there twice
 * now and would be there once.
 *
 *   - decorators, metaclasses and `__init_subclass__` may enter the class in a list; bases may be asked for
 * their
 *     `__subclasses__()`. Those of the standard library do not. Those of the project are looked at: a
 * function that stores nothing outside the class is let pass. What comes from elsewhere cannot be seen.
 *   - attributes of the class that change (a cache, a counter, a lock, "the" instance) would be shared
 *     by those who used one copy and those who used the other.
 *   - its name and module: code in it that reads `__module__`, or its source.
 *   - a class in both of whose families another class stands, or a module that binds both: somebody tells
 *     the two apart. */
#include <string.h>

#include "fix/pair.h"
#include "resolve/resolve.h"

#define MAX_DEPTH 64

static bool is_listed(const char *text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}

/* --- code that stores --- */

static bool is_storing_method(const Lexed *lexed, const Token *token)
{
    static const char *const names[] = {"append", "add",    "register", "setdefault", "update",
                                        "insert", "extend", "connect",  "subscribe",  "appendleft"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (token->kind == TOKEN_NAME && pair_token_is(lexed, token, names[i]))
            return true;
    return false;
}

static bool is_assignment(const Token *token)
{
    return token->kind == TOKEN_OPERATOR &&
           (token->detail == OPERATOR_EQUAL || token->detail == OPERATOR_AUGMENTED);
}

/* Do tokens [first, last) put something into a container, or into a global? */
static bool stores(const Lexed *lexed, uint32_t first, uint32_t last)
{
    for (uint32_t i = first; i + 2 < last; i++) {
        const Token *token = &lexed->tokens[i];
        if (token->kind == TOKEN_NAME && token->detail == KEYWORD_GLOBAL)
            return true;
        if (token->kind != TOKEN_OPERATOR)
            continue;
        if (token->detail == OPERATOR_DOT && is_storing_method(lexed, &lexed->tokens[i + 1]) &&
            lexed->tokens[i + 2].detail == OPERATOR_LPAREN)
            return true;
        if (token->detail == OPERATOR_RBRACKET && is_assignment(&lexed->tokens[i + 1]) && token->depth <= 1)
            return true;
    }
    return false;
}

/* The same for a definition anywhere, or for one method of it (NULL: all). Read with the pair's second text.
 */
static bool definition_stores(Pair *pair, Id definition, const char *method)
{
    const File *file = program_definition_file(pair->program, definition);
    const FactsDefinition *fact = program_definition_fact(pair->program, definition);
    uint32_t first, last;

    if (!pair_read(pair, 1, definition))
        return true;
    const Lexed *lexed = pair->text[1].lexed;
    if (method == NULL) {
        pair_tokens(pair, 1, definition, &first, &last);
        return stores(lexed, first, last);
    }
    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        if (strcmp(file_text(file, member->name), method) == 0 &&
            stores(lexed, lexed_token_at(lexed, member->start), lexed_token_at(lexed, member->end)))
            return true;
    }
    return false;
}

static const FactsMember *find_member(const Pair *pair, Id definition, const char *name)
{
    const File *file = program_definition_file(pair->program, definition);
    const FactsDefinition *fact = program_definition_fact(pair->program, definition);

    for (uint32_t i = 0; i < fact->members.count; i++)
        if (strcmp(file_text(file, file->facts.members[fact->members.first + i].name), name) == 0)
            return &file->facts.members[fact->members.first + i];
    return NULL;
}

/* --- what comes from outside --- */

/* Of the standard library, or of a package known to keep no list of classes. */
static bool is_quiet_outside(const char *target)
{
    static const char *const quiet[] = {"typing_extensions", "pydantic", "attr", "attrs", "builtins", "six"};
    static const char *const loud[] = {"atexit:register", "unittest:TestCase",
                                       "unittest:IsolatedAsyncioTestCase"};
    g_autofree char *top = g_strndup(target, strcspn(target, ".:"));

    if (is_listed(target, loud, G_N_ELEMENTS(loud)))
        return false;
    return resolve_is_stdlib(top) || is_listed(top, quiet, G_N_ELEMENTS(quiet));
}

static Target resolve_in(const Pair *pair, Id module, const char *dotted)
{
    Target none = {0};

    return *dotted == '\0' ? none : resolve_dotted(pair->program, module, dotted);
}

/* --- decorators --- */

/* `X.setter` and the like, of a member of the class. */
static bool is_accessor(const Pair *pair, Id definition, const char *dotted)
{
    const char *dot = strrchr(dotted, '.');
    g_autofree char *head = dot != NULL ? g_strndup(dotted, (gsize)(dot - dotted)) : NULL;

    return head != NULL && find_member(pair, definition, head) != NULL;
}

static char *decorator_objection(Pair *pair, Id owner, const FactsExpression *decorator)
{
    const Program *program = pair->program;
    const File *file = program_definition_file(program, owner);
    const char *dotted = file_text(file, decorator->dotted);
    Id module = program->definitions[owner].module;
    Target target = resolve_in(pair, module, dotted);

    if (*dotted == '\0')
        return g_strdup_printf("what its decorator @%s does cannot be seen",
                               file_text(file, decorator->text));
    if (target.kind == TARGET_EXTERNAL && is_quiet_outside(program_text(program, target.id)))
        return NULL;
    if (target.kind == TARGET_DEFINITION) {
        Id id = target.id;
        if (find_member(pair, id, "__get__") != NULL || !definition_stores(pair, id, NULL))
            return NULL;
        return g_strdup_printf("its decorator @%s stores something", dotted);
    }
    uint32_t n = 0;
    Sym head = intern_find(program->interner, dotted, strcspn(dotted, "."));
    if (head != 0)
        program_bindings_of(program, module, head, &n);
    if (n == 0 && (strchr(dotted, '.') == NULL || is_accessor(pair, owner, dotted)))
        return NULL; /* a builtin, or a property of the class */
    if (target.kind == TARGET_EXTERNAL && pair->chosen)
        return NULL;
    return g_strdup_printf("what its decorator @%s does cannot be seen", dotted);
}

static char *decorators_objection(Pair *pair, Id definition)
{
    const File *file = program_definition_file(pair->program, definition);
    const FactsDefinition *fact = program_definition_fact(pair->program, definition);
    char *objection = NULL;

    for (uint32_t i = 0; i < fact->decorators.count && objection == NULL; i++)
        objection =
            decorator_objection(pair, definition, &file->facts.expressions[fact->decorators.first + i]);
    for (uint32_t m = 0; m < fact->members.count; m++) {
        const FactsMember *member = &file->facts.members[fact->members.first + m];
        for (uint32_t i = 0; i < member->decorators.count && objection == NULL; i++)
            objection =
                decorator_objection(pair, definition, &file->facts.expressions[member->decorators.first + i]);
    }
    return objection;
}

/* --- bases --- */

static char *metaclass_objection(Pair *pair, Id definition)
{
    const Program *program = pair->program;
    const File *file = program_definition_file(program, definition);
    const FactsDefinition *fact = program_definition_fact(program, definition);

    for (uint32_t i = 0; i < fact->bases.count; i++) {
        const FactsExpression *base = &file->facts.expressions[fact->bases.first + i];
        if (strcmp(file_text(file, base->keyword), "metaclass") != 0)
            continue;
        const char *dotted = file_text(file, base->dotted);
        Target target = resolve_in(pair, program->definitions[definition].module, dotted);
        bool quiet = target.kind == TARGET_EXTERNAL && is_quiet_outside(program_text(program, target.id));
        quiet = quiet || strcmp(dotted, "type") == 0;
        quiet = quiet || (target.kind == TARGET_DEFINITION && !definition_stores(pair, target.id, NULL));
        if (!quiet)
            return g_strdup_printf("the metaclass %s may keep a list of its classes",
                                   file_text(file, base->text));
    }
    return NULL;
}

/* The text of a file says `__subclasses__`? */
static bool asks_for_subclasses(Pair *pair, Id definition)
{
    size_t length;

    if (!pair_read(pair, 1, definition))
        return true;
    const char *text = g_bytes_get_data(pair->text[1].bytes, &length);
    return length > 0 && g_strstr_len(text, (gssize)length, "__subclasses__") != NULL;
}

static char *ancestor_objection(Pair *pair, Id definition)
{
    const Definition *ancestor = &pair->program->definitions[definition];
    const FactsDefinition *fact = program_definition_fact(pair->program, definition);

    if (ancestor->kind == KIND_DJANGO_MODEL || find_member(pair, definition, "__tablename__") != NULL)
        return g_strdup("it is a table: its copies are registered with the database layer");
    if (fact->syntax == SYNTAX_CLASS && find_member(pair, definition, "__init_subclass__") != NULL &&
        definition_stores(pair, definition, "__init_subclass__"))
        return g_strdup_printf("%s.__init_subclass__ stores something", pair_id(pair, definition));
    if (asks_for_subclasses(pair, definition))
        return g_strdup_printf("code beside %s asks for __subclasses__()", pair_id(pair, definition));
    return metaclass_objection(pair, definition);
}

static char *base_objection(Pair *pair, Id definition, const Base *base, GArray *ancestors)
{
    const Program *program = pair->program;
    const File *file = program_definition_file(program, definition);
    const char *text = file_text(file, file->facts.expressions[base->expression].text);

    if (base->target.kind == TARGET_DEFINITION) {
        for (uint32_t i = 0; i < ancestors->len; i++)
            if (g_array_index(ancestors, Id, i) == base->target.id)
                return NULL;
        g_array_append_val(ancestors, base->target.id);
        return NULL;
    }
    if (base->target.kind == TARGET_EXTERNAL &&
        (pair->chosen || is_quiet_outside(program_text(program, base->target.id))))
        return NULL;
    return g_strdup_printf("whether the base %s keeps a list of its subclasses cannot be seen", text);
}

static char *bases_objection(Pair *pair)
{
    const Program *program = pair->program;
    g_autoptr(GArray) ancestors = g_array_new(FALSE, FALSE, sizeof(Id));
    char *objection = NULL;

    g_array_append_val(ancestors, pair->removed);
    for (uint32_t i = 0; i < ancestors->len && objection == NULL && i < MAX_DEPTH; i++) {
        Id id = g_array_index(ancestors, Id, i);
        const Definition *ancestor = &program->definitions[id];
        objection = ancestor_objection(pair, id);
        for (uint32_t b = 0; b < ancestor->n_bases && objection == NULL; b++)
            objection = base_objection(pair, id, &program->bases[ancestor->first_base + b], ancestors);
    }
    return objection;
}

/* --- state of the class --- */

static bool is_container_call(const char *value)
{
    static const char *const makers[] = {"dict",
                                         "list",
                                         "set",
                                         "bytearray",
                                         "defaultdict",
                                         "OrderedDict",
                                         "Counter",
                                         "deque",
                                         "WeakKeyDictionary",
                                         "WeakValueDictionary",
                                         "WeakSet",
                                         "Lock",
                                         "RLock",
                                         "Event",
                                         "Condition",
                                         "Semaphore",
                                         "BoundedSemaphore",
                                         "Queue",
                                         "LifoQueue",
                                         "PriorityQueue",
                                         "SimpleQueue",
                                         "count",
                                         "local",
                                         "ContextVar",
                                         "cycle",
                                         "iter",
                                         "Barrier"};
    size_t length = strcspn(value, "(");
    g_autofree char *callee = g_strndup(value, length);
    const char *dot = strrchr(callee, '.');

    return value[length] == '(' && is_listed(dot != NULL ? dot + 1 : callee, makers, G_N_ELEMENTS(makers));
}

static bool is_dunder(const char *name)
{
    return g_str_has_prefix(name, "__") && g_str_has_suffix(name, "__");
}

static char *shared_objection(const char *name)
{
    return g_strdup_printf("its attribute %s changes: users of both copies would share it", name);
}

/* Attributes that are there to be filled. */
static char *members_objection(const Pair *pair)
{
    const File *file = program_definition_file(pair->program, pair->removed);
    const FactsDefinition *fact = program_definition_fact(pair->program, pair->removed);
    uint8_t kind = pair->program->definitions[pair->removed].kind;

    if (kind == KIND_ENUM || kind == KIND_PYDANTIC || kind == KIND_TYPED_DICT || kind == KIND_NAMED_TUPLE)
        return NULL;
    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        const char *value = file_text(file, member->value), *name = file_text(file, member->name);
        bool empty = strcmp(value, "{}") == 0 || strcmp(value, "[]") == 0;
        if ((member->kind == MEMBER_ASSIGN || member->kind == MEMBER_FIELD) && !is_dunder(name) &&
            (empty || is_container_call(value)))
            return shared_objection(name);
    }
    return NULL;
}

static bool is_mutator(const Lexed *lexed, const Token *token)
{
    static const char *const names[] = {"append",  "add",        "update", "setdefault", "pop",
                                        "popitem", "extend",     "insert", "remove",     "clear",
                                        "discard", "appendleft", "popleft"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (token->kind == TOKEN_NAME && pair_token_is(lexed, token, names[i]))
            return true;
    return false;
}

/* The token behind the bracket that opens at `i`. */
static uint32_t behind_bracket(const Lexed *lexed, uint32_t i, uint32_t last)
{
    uint8_t depth = lexed->tokens[i].depth;

    for (i++; i < last; i++)
        if (lexed->tokens[i].kind == TOKEN_OPERATOR && lexed->tokens[i].detail == OPERATOR_RBRACKET &&
            lexed->tokens[i].depth <= depth + 1)
            return i + 1;
    return last;
}

static bool is_display(const Pair *pair, const char *name)
{
    const FactsMember *member = find_member(pair, pair->removed, name);
    const File *file = program_definition_file(pair->program, pair->removed);

    return member != NULL && (member->kind == MEMBER_ASSIGN || member->kind == MEMBER_FIELD) &&
           strchr("[{", file_text(file, member->value)[0]) != NULL && *file_text(file, member->value) != '\0';
}

/* `owner.name` at token `dot`: does it change the class? */
static bool changes_class(const Pair *pair, const Lexed *lexed, uint32_t dot, uint32_t last)
{
    const Token *owner = &lexed->tokens[dot - 1], *name = &lexed->tokens[dot + 1], *next = name + 1;
    const char *own = program_text(pair->program, pair->program->definitions[pair->removed].name);
    bool class_like = pair_token_is(lexed, owner, "cls") || pair_token_is(lexed, owner, own) ||
                      pair_token_is(lexed, owner, "__class__") || owner->detail == OPERATOR_RPAREN;
    g_autofree char *text = g_strndup(lexed->bytes + name->start, name->end - name->start);

    if (is_assignment(next) && owner->kind == TOKEN_OPERATOR && owner->detail == OPERATOR_RPAREN)
        return dot >= 4 && pair_token_is(lexed, &lexed->tokens[dot - 4], "type");
    if (is_assignment(next) && class_like && next->depth == 0)
        return true;
    if (!is_display(pair, text))
        return false;
    if (next->kind == TOKEN_OPERATOR && next->detail == OPERATOR_LBRACKET) {
        uint32_t behind = behind_bracket(lexed, dot + 2, last);
        return behind < last && is_assignment(&lexed->tokens[behind]);
    }
    return next->kind == TOKEN_OPERATOR && next->detail == OPERATOR_DOT && dot + 4 < last &&
           is_mutator(lexed, next + 1) && next[2].detail == OPERATOR_LPAREN;
}

static bool knows_its_place(const Lexed *lexed, const Token *token)
{
    static const char *const names[] = {"__module__",    "__qualname__",   "getmodule", "getsource",
                                        "getsourcefile", "getsourcelines", "_getframe", "currentframe"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (token->kind == TOKEN_NAME && pair_token_is(lexed, token, names[i]))
            return true;
    return false;
}

static char *code_objection(Pair *pair)
{
    uint32_t first, last;

    pair_tokens(pair, 0, pair->removed, &first, &last);
    const Lexed *lexed = pair->text[0].lexed;
    for (uint32_t i = first; i < last; i++) {
        const Token *token = &lexed->tokens[i];
        if (knows_its_place(lexed, token))
            return g_strdup_printf("it reads %.*s, and would stand elsewhere",
                                   (int)(token->end - token->start), lexed->bytes + token->start);
        if (i > first && i + 3 < last && token->kind == TOKEN_OPERATOR && token->detail == OPERATOR_DOT &&
            lexed->tokens[i + 1].kind == TOKEN_NAME && changes_class(pair, lexed, i, last)) {
            g_autofree char *name = g_strndup(lexed->bytes + token[1].start, token[1].end - token[1].start);
            return shared_objection(name);
        }
    }
    return NULL;
}

/* --- those who tell the two apart --- */

static bool derives(const Program *program, Id definition, Id from, uint32_t depth, GArray *stack)
{
    g_array_set_size(stack, 0);
    g_array_append_val(stack, definition);
    for (uint32_t i = 0; i < stack->len && i < MAX_DEPTH * depth; i++) {
        const Definition *one = &program->definitions[g_array_index(stack, Id, i)];
        for (uint32_t b = 0; b < one->n_bases; b++) {
            const Target *target = &program->bases[one->first_base + b].target;
            if (target->kind != TARGET_DEFINITION)
                continue;
            if (target->id == from)
                return true;
            g_array_append_val(stack, target->id);
        }
    }
    return false;
}

/* A class with several bases, one of which leads to one copy and one to the other. */
static char *heir_objection(const Pair *pair)
{
    const Program *program = pair->program;
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Id));

    if (program->definitions[pair->removed].kind == KIND_FUNCTION)
        return NULL;
    for (uint32_t i = 0; i < pair->world->n_heirs; i++) {
        Id id = pair->world->heirs[i];
        if (derives(program, id, pair->removed, 4, stack) && derives(program, id, pair->kept, 4, stack))
            return g_strdup_printf("%s derives from both", pair_id(pair, id));
    }
    return NULL;
}

static bool binds(const Program *program, Id module, Id definition)
{
    const Module *m = &program->modules[module];

    for (uint32_t i = 0; i < m->n_bindings; i++) {
        const Target *target = &program->bindings[m->first_binding + i].target;
        if (target->kind == TARGET_DEFINITION && target->id == definition)
            return true;
    }
    return false;
}

static char *both_objection(const Pair *pair)
{
    const Program *program = pair->program;
    const World *world = pair->world;

    for (uint32_t u = world->takers_first[pair->removed]; u < world->takers_first[pair->removed + 1]; u++) {
        const Import *import = &program->imports[world->takers[u]];
        if (import->module != program->definitions[pair->kept].module &&
            !binds(program, import->module, pair->kept))
            continue;
        if (import->module == program->definitions[pair->kept].module ||
            binds(program, import->module, pair->removed))
            return g_strdup_printf("%s tells the two apart: it binds both",
                                   program_text(program, program->modules[import->module].name));
    }
    if (binds(program, program->definitions[pair->removed].module, pair->kept))
        return g_strdup_printf(
            "%s binds both",
            program_text(program, program->modules[program->definitions[pair->removed].module].name));
    return NULL;
}

/* --- tests --- */

static char *test_objection(const Pair *pair)
{
    const Definition *removed = &pair->program->definitions[pair->removed];
    const File *file = program_definition_file(pair->program, pair->removed);
    const char *name = program_text(pair->program, removed->name);

    if (file->role == ROLE_TEST && (g_str_has_prefix(name, "Test") || g_str_has_prefix(name, "test")))
        return g_strdup("tests are found by the module they stand in");
    return NULL;
}

char *registration_objection(Pair *pair)
{
    char *objection = decorators_objection(pair, pair->removed);

    return objection != NULL ? objection : bases_objection(pair);
}

char *effects_objection(Pair *pair)
{
    char *objection = test_objection(pair);

    objection = objection != NULL ? objection : both_objection(pair);
    objection = objection != NULL ? objection : heir_objection(pair);
    objection = objection != NULL ? objection : code_objection(pair);
    if (objection == NULL && !pair->chosen)
        objection = members_objection(pair);
    objection = objection != NULL ? objection : decorators_objection(pair, pair->removed);
    return objection != NULL ? objection : bases_objection(pair);
}
