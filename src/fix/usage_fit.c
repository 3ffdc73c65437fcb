/* Judging uses. Only what is certain counts against a definition: an attribute that no class of the
 * hierarchy has, an argument that the signature does not take. Where a base class is not known, where
 * `*args` or a metaclass may take anything, nothing is said. */
#include <string.h>

#include "fix/usage.h"

enum { MAX_CLASSES = 256, MAX_PARAMETERS = 256 };

/* --- classes --- */

/* The classes of a hierarchy, each once, breadth first; false when some base is not known. */
static bool collect_hierarchy(const Program *program, Id definition, GArray *classes)
{
    bool known = true;

    g_array_append_val(classes, definition);
    for (uint32_t head = 0; head < classes->len; head++) {
        const Definition *class = &program->definitions[g_array_index(classes, Id, head)];
        const FactsDefinition *fact = program_definition_fact(program, g_array_index(classes, Id, head));
        known = known && fact->syntax == SYNTAX_CLASS && fact->decorators.count == 0;
        for (uint32_t b = 0; b < class->n_bases; b++) {
            Target base = program->bases[class->first_base + b].target;
            bool object = base.kind == TARGET_EXTERNAL &&
                          strcmp(program_text(program, base.id), "builtins:object") == 0;
            bool seen = false;
            for (uint32_t i = 0; i < classes->len && base.kind == TARGET_DEFINITION; i++)
                seen = seen || g_array_index(classes, Id, i) == base.id;
            if (base.kind == TARGET_DEFINITION && !seen && classes->len < MAX_CLASSES)
                g_array_append_val(classes, base.id);
            known = known && (object || base.kind == TARGET_DEFINITION);
        }
        for (uint32_t b = 0; b < fact->bases.count; b++) { /* metaclass=…, **options */
            const File *file = program_definition_file(program, g_array_index(classes, Id, head));
            const FactsExpression *base = &file->facts.expressions[fact->bases.first + b];
            known = known && base->keyword == 0 && (base->flags & EXPRESSION_STARRED) == 0;
        }
    }
    return known;
}

static const FactsMember *find_member(const Program *program, const GArray *classes, const char *name,
                                      const File **file)
{
    for (uint32_t i = 0; i < classes->len; i++) {
        Id id = g_array_index(classes, Id, i);
        const FactsDefinition *fact = program_definition_fact(program, id);
        *file = program_definition_file(program, id);
        for (uint32_t m = 0; m < fact->members.count; m++) {
            const FactsMember *member = &(*file)->facts.members[fact->members.first + m];
            if (strcmp(file_text(*file, member->name), name) == 0)
                return member;
        }
    }
    return NULL;
}

static bool is_enum_like(const Program *program, Id definition)
{
    uint8_t kind = program->definitions[definition].kind;

    return kind == KIND_ENUM || kind == KIND_TYPED_DICT || kind == KIND_NAMED_TUPLE;
}

/* An enum knows all its members whatever enum class it derives from; it gets few from there. */
static bool has_attribute(const Program *program, Id definition, const GArray *classes, bool known,
                          const char *name)
{
    static const char *const inherited[] = {"mro",     "_fields", "_make", "_replace",
                                            "_asdict", "name",    "value"};
    const File *file;

    if (g_str_has_prefix(name, "__") || find_member(program, classes, name, &file) != NULL)
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(inherited); i++)
        if (strcmp(inherited[i], name) == 0)
            return true;
    return !known && program->definitions[definition].kind != KIND_ENUM;
}

/* --- signatures --- */

/* Parameters — of a signature as the facts write it: "(self, a, b: int = 1, *, k) -> str". */
typedef struct Parameters {
    GPtrArray *names;                  /* char*, owned; those that may be passed by keyword */
    uint32_t n_positional, n_required; /* without self */
    GPtrArray *required_keywords;      /* borrowed from names: keyword-only without default */
    bool any_positional, any_keyword, readable;
} Parameters;

static void add_parameter(Parameters *parameters, const char *text, size_t length, bool keyword_only)
{
    g_autofree char *all = g_strndup(text, length);
    bool has_default = false;
    uint32_t depth = 0;

    g_strstrip(all);
    for (const char *p = all; *p != '\0'; p++) {
        depth += strchr("([{", *p) != NULL;
        depth -= strchr(")]}", *p) != NULL && depth > 0;
        has_default = has_default || (*p == '=' && depth == 0);
    }
    char *name = g_strndup(all, strcspn(all, ":= "));
    g_ptr_array_add(parameters->names, name);
    if (!keyword_only) {
        parameters->n_positional++;
        parameters->n_required += !has_default;
    } else if (!has_default) {
        g_ptr_array_add(parameters->required_keywords, name);
    }
}

/* One parameter's text; false at the end of what can be read. */
static void take_parameter(Parameters *parameters, const char *text, size_t length, bool *keyword_only)
{
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    if (length == 0)
        return;
    if (length >= 2 && text[0] == '*' && text[1] == '*') {
        parameters->any_keyword = true;
    } else if (text[0] == '*') {
        parameters->any_positional = parameters->any_positional || length > 1;
        *keyword_only = true;
    } else if (text[0] != '/') {
        add_parameter(parameters, text, length, *keyword_only);
    }
}

static void read_parameters(Parameters *parameters, const char *signature, bool bound)
{
    const char *start = signature + 1, *p = start;
    bool keyword_only = false;
    uint32_t depth = 0;
    char quote = '\0';

    parameters->names = g_ptr_array_new_with_free_func(g_free);
    parameters->required_keywords = g_ptr_array_new();
    for (; signature[0] == '(' && *p != '\0'; p++) {
        if (quote != '\0' || *p == '"' || *p == '\'') {
            quote = quote == '\0' ? *p : quote == *p ? '\0' : quote;
            continue;
        }
        bool end = *p == ')' && depth == 0;
        if ((*p == ',' && depth == 0) || end) {
            take_parameter(parameters, start, (size_t)(p - start), &keyword_only);
            start = p + 1;
        }
        depth += strchr("([{", *p) != NULL;
        depth -= strchr(")]}", *p) != NULL && depth > 0;
        if (end) {
            parameters->readable = parameters->names->len < MAX_PARAMETERS;
            break;
        }
    }
    if (bound && parameters->n_positional > 0) { /* self */
        parameters->n_positional--;
        parameters->n_required -= parameters->n_required > 0;
        g_ptr_array_remove_index(parameters->names, 0);
    } else if (bound && !parameters->any_positional) {
        parameters->readable = false;
    }
}

static void clear_parameters(Parameters *parameters)
{
    g_ptr_array_free(parameters->required_keywords, TRUE);
    g_ptr_array_free(parameters->names, TRUE);
}

static bool is_passed(const Usage *usage, const UsageCall *call, const char *name)
{
    for (uint32_t k = 0; k < call->n_keywords; k++)
        if (strcmp(g_ptr_array_index(usage->keywords, call->first_keyword + k), name) == 0)
            return true;
    return false;
}

static char *call_misfit(const Usage *usage, const UsageCall *call, const Parameters *parameters)
{
    if (call->n_positional > parameters->n_positional && !parameters->any_positional)
        return g_strdup_printf("line %u passes %u arguments, it takes %u", call->line, call->n_positional,
                               parameters->n_positional);
    for (uint32_t k = 0; k < call->n_keywords && !parameters->any_keyword; k++) {
        const char *name = g_ptr_array_index(usage->keywords, call->first_keyword + k);
        if (!g_ptr_array_find_with_equal_func(parameters->names, name, g_str_equal, NULL))
            return g_strdup_printf("line %u passes %s, which it does not take", call->line, name);
    }
    if (call->starred || call->double_starred)
        return NULL;
    for (uint32_t i = 0; i < parameters->required_keywords->len; i++)
        if (!is_passed(usage, call, g_ptr_array_index(parameters->required_keywords, i)))
            return g_strdup_printf("line %u does not pass %s", call->line,
                                   (const char *)g_ptr_array_index(parameters->required_keywords, i));
    if (call->n_positional + call->n_keywords < parameters->n_required)
        return g_strdup_printf("line %u passes too few arguments", call->line);
    return NULL;
}

/* Whether a call that fits would fail on most other things: it names a parameter, or gives what must be
 * given. One without arguments, or one that `*args` takes, fits nearly everything. */
static bool call_tells(const UsageCall *call, const Usage *usage, const Parameters *parameters)
{
    for (uint32_t k = 0; k < call->n_keywords; k++) {
        const char *name = g_ptr_array_index(usage->keywords, call->first_keyword + k);
        if (g_ptr_array_find_with_equal_func(parameters->names, name, g_str_equal, NULL))
            return true;
    }
    return call->n_positional > 0 && parameters->n_required > 0 && !parameters->any_positional;
}

static char *calls_misfit(const Usage *usage, const char *signature, bool bound, uint32_t *evidence)
{
    Parameters parameters = {0};
    char *why = NULL;

    read_parameters(&parameters, signature, bound);
    for (uint32_t c = 0; parameters.readable && why == NULL && c < usage->calls->len; c++) {
        const UsageCall *call = &g_array_index(usage->calls, UsageCall, c);
        why = call_misfit(usage, call, &parameters);
        *evidence += why == NULL && call_tells(call, usage, &parameters);
    }
    clear_parameters(&parameters);
    return why;
}

/* --- kinds --- */

/* The methods called on its objects, where it has all of them: most other things would not. */
static uint32_t methods_that_tell(const Program *program, const Usage *usage, const GArray *classes)
{
    const File *file;

    for (uint32_t i = 0; i < usage->methods->len; i++)
        if (find_member(program, classes, g_ptr_array_index(usage->methods, i), &file) == NULL)
            return 0;
    return usage->methods->len;
}

const char *usage_doubt(const Program *program, const Usage *usage, Target target)
{
    g_autoptr(GArray) classes = g_array_new(FALSE, FALSE, sizeof(Id));
    const File *file;

    if (target.kind != TARGET_DEFINITION || program->definitions[target.id].kind == KIND_FUNCTION ||
        !collect_hierarchy(program, target.id, classes) || is_enum_like(program, target.id) ||
        find_member(program, classes, "__getattr__", &file) != NULL ||
        find_member(program, classes, "__getattribute__", &file) != NULL ||
        find_member(program, classes, "__new__", &file) != NULL)
        return NULL;
    for (uint32_t i = 0; i < usage->methods->len; i++) {
        const char *name = g_ptr_array_index(usage->methods, i);
        if (!g_str_has_prefix(name, "__") && find_member(program, classes, name, &file) == NULL)
            return name;
    }
    return NULL;
}

static char *class_misfit(const Program *program, const Usage *usage, Id definition, uint32_t *evidence)
{
    g_autoptr(GArray) classes = g_array_new(FALSE, FALSE, sizeof(Id));
    bool known = collect_hierarchy(program, definition, classes);
    const File *file;
    uint32_t found = 0, unseen = 0;

    for (uint32_t i = 0; i < usage->attributes->len; i++) {
        const char *name = g_ptr_array_index(usage->attributes, i);
        if (!has_attribute(program, definition, classes, known, name))
            return g_strdup_printf("it has no %s", name);
        if (g_str_has_prefix(name, "__")) /* most classes have those */
            continue;
        if (find_member(program, classes, name, &file) != NULL)
            found++;
        else
            unseen++;
    }
    *evidence += unseen == 0 ? found : 0; /* what a base that is not known must have says nothing for it */
    *evidence += methods_that_tell(program, usage, classes);
    if (is_enum_like(program, definition) || find_member(program, classes, "__new__", &file) != NULL)
        return NULL;
    const FactsMember *init = find_member(program, classes, "__init__", &file);
    bool own = init != NULL && program_definition_file(program, definition) == file;
    if (init != NULL && init->kind == MEMBER_METHOD && (init->flags & MEMBER_OVERLOAD) == 0 && (known || own))
        return calls_misfit(usage, file_text(file, init->signature), true, evidence);
    return init == NULL && known ? calls_misfit(usage, "()", false, evidence) : NULL;
}

static char *function_misfit(const Program *program, const Usage *usage, Id definition, uint32_t *evidence)
{
    const FactsDefinition *fact = program_definition_fact(program, definition);
    const File *file = program_definition_file(program, definition);

    if (usage->subclassed)
        return g_strdup("it is a function and cannot be a base class");
    if (usage->excepted && usage->calls->len == 0)
        return g_strdup("it is a function and no exception");
    for (uint32_t i = 0; i < usage->attributes->len && fact->decorators.count == 0; i++)
        if (!g_str_has_prefix(g_ptr_array_index(usage->attributes, i), "__"))
            return g_strdup_printf("it is a function and has no %s",
                                   (const char *)g_ptr_array_index(usage->attributes, i));
    if (fact->decorators.count > 0 || fact->members.count == 0 || usage->decorates)
        return NULL;
    return calls_misfit(usage, file_text(file, file->facts.members[fact->members.first].signature), false,
                        evidence);
}

static char *module_misfit(const Program *program, const Usage *usage, Id module, uint32_t *evidence)
{
    if (usage->subclassed || usage->calls->len > 0 || usage->excepted || usage->decorates)
        return g_strdup("it is a module");
    for (uint32_t i = 0; i < usage->attributes->len; i++) {
        const char *name = g_ptr_array_index(usage->attributes, i);
        Sym sym = intern_find(program->interner, name, strlen(name));
        uint32_t count;
        if (g_str_has_prefix(name, "__") || (program->modules[module].flags & MODULE_OPEN_WORLD))
            continue;
        g_autofree char *below =
            g_strdup_printf("%s.%s", program_text(program, program->modules[module].id), name);
        if (program_find_module(program, below) == ID_NONE &&
            (sym == 0 || program_bindings_of(program, module, sym, &count) == NULL))
            return g_strdup_printf("it has no %s", name);
        (*evidence)++;
    }
    return NULL;
}

char *usage_misfit(const Program *program, const Usage *usage, Target target, uint32_t *evidence)
{
    *evidence = 0;
    if (target.kind == TARGET_MODULE)
        return module_misfit(program, usage, target.id, evidence);
    if (target.kind != TARGET_DEFINITION)
        return usage->subclassed || usage->excepted ? g_strdup("it is no class") : NULL;
    if (program->definitions[target.id].kind == KIND_FUNCTION)
        return function_misfit(program, usage, target.id, evidence);
    return class_misfit(program, usage, target.id, evidence);
}
