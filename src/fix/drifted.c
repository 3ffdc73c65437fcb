/* A definition that says something else gives way because the user named the one that stays. What only
 * the one that goes has must not be in use: not read as an attribute, not given as a keyword, not named by a
 * string, in any file. Without types it cannot be known whose attribute `x.name` is, so any counts. */
#include <string.h>

#include "fix/pair.h"

#define MAX_MISSING 64

typedef struct Missing {
    const char *name; /* interned */
    bool arguments;   /* it is there, but takes other arguments */
} Missing;

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Is the name at `at` used: `.name`, `"name"`, `(name=`? */
static bool is_use(const char *text, size_t length, size_t at, size_t n)
{
    size_t before = at, after = at + n;

    if ((at > 0 && is_word(text[at - 1])) || (after < length && is_word(text[after])))
        return false;
    if (at > 0 && after < length && (text[at - 1] == '"' || text[at - 1] == '\'') &&
        text[after] == text[at - 1])
        return true;
    while (before > 0 && strchr(" \t\r\n\\", text[before - 1]) != NULL)
        before--;
    while (after < length && (text[after] == ' ' || text[after] == '\t'))
        after++;
    if (before > 0 && text[before - 1] == '.')
        return true;
    return before > 0 && (text[before - 1] == '(' || text[before - 1] == ',') && after + 1 < length &&
           text[after] == '=' && text[after + 1] != '=';
}

/* The first use outside [start, end) (the definition that goes); length when there is none. */
static size_t find_use(const char *text, size_t length, const char *name, size_t start, size_t end)
{
    size_t n = strlen(name);

    for (const char *hit = length > 0 ? memmem(text, length, name, n) : NULL; hit != NULL;) {
        size_t at = (size_t)(hit - text);
        if ((at < start || at >= end) && is_use(text, length, at, n))
            return at;
        hit = memmem(hit + 1, length - at - 1, name, n);
    }
    return length;
}

static uint32_t line_of(const char *text, size_t at)
{
    uint32_t line = 1;

    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

static char *use_in_file(const Pair *pair, Id id, const Missing *missing, uint32_t n_missing)
{
    const Program *program = pair->program;
    const File *file = &program->files[id];
    const FactsDefinition *fact = program_definition_fact(program, pair->removed);
    bool own = file == program_definition_file(program, pair->removed);
    g_autoptr(GBytes) bytes = NULL;
    size_t length = 0;

    if (file->facts.header == NULL || file->real_path != 0)
        return NULL;
    bytes = source_read(pair->world->state->source, program_text(program, file->path), NULL);
    const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
    for (uint32_t i = 0; i < n_missing && text != NULL; i++) {
        size_t at = find_use(text, length, missing[i].name, own ? fact->start : 0, own ? fact->end : 0);
        if (at < length)
            return g_strdup_printf(missing[i].arguments ? "its %s takes other arguments, and %s:%u may use it"
                                                        : "only it has %s, and %s:%u may use that",
                                   missing[i].name, program_text(program, file->path), line_of(text, at));
    }
    return NULL;
}

static const FactsMember *find_member(const Program *program, Id definition, const char *name)
{
    const File *file = program_definition_file(program, definition);
    const FactsDefinition *fact = program_definition_fact(program, definition);

    for (uint32_t i = 0; i < fact->members.count; i++)
        if (strcmp(file_text(file, file->facts.members[fact->members.first + i].name), name) == 0)
            return &file->facts.members[fact->members.first + i];
    return NULL;
}

static bool is_dunder(const char *name)
{
    return g_str_has_prefix(name, "__") && g_str_has_suffix(name, "__");
}

/* --- ancestors --- */

static GPtrArray *ancestors(Program *program, Id definition)
{
    GPtrArray *names = g_ptr_array_new();
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(Id));

    g_array_append_val(open, definition);
    for (uint32_t i = 0; i < open->len && i < 256; i++) {
        const Definition *one = &program->definitions[g_array_index(open, Id, i)];
        for (uint32_t b = 0; b < one->n_bases; b++) {
            Target target = program->bases[one->first_base + b].target;
            g_ptr_array_add(names,
                            (char *)(uintptr_t)program_text(program, program_target_id(program, target)));
            if (target.kind == TARGET_DEFINITION)
                g_array_append_val(open, target.id);
        }
    }
    return names;
}

static char *bases_objection(const Pair *pair)
{
    g_autoptr(GPtrArray) had = ancestors(pair->program, pair->removed);
    g_autoptr(GPtrArray) has = ancestors(pair->program, pair->kept);

    for (uint32_t i = 0; i < had->len; i++)
        if (!g_ptr_array_find_with_equal_func(has, had->pdata[i], g_str_equal, NULL))
            return g_strdup_printf("%s does not derive from %s", pair_id(pair, pair->kept),
                                   (const char *)had->pdata[i]);
    return NULL;
}

/* --- all of it --- */

/* Only the survivor has it, and whoever makes an object must give it. */
static char *new_field_objection(const Pair *pair)
{
    const Program *program = pair->program;
    const File *file = program_definition_file(program, pair->kept);
    const FactsDefinition *fact = program_definition_fact(program, pair->kept);

    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        const char *name = file_text(file, member->name);
        if (member->kind == MEMBER_FIELD && member->value_hash == 0 &&
            find_member(program, pair->removed, name) == NULL)
            return g_strdup_printf("%s asks for %s, which the other has not", pair_id(pair, pair->kept),
                                   name);
    }
    return NULL;
}

static char *missing_objection(const Pair *pair)
{
    const Program *program = pair->program;
    const File *file = program_definition_file(program, pair->removed);
    const FactsDefinition *fact = program_definition_fact(program, pair->removed);
    Missing missing[MAX_MISSING];
    uint32_t n = 0;

    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        const char *name = file_text(file, member->name);
        const FactsMember *other = find_member(program, pair->kept, name);
        bool arguments = other != NULL && other->kind == MEMBER_METHOD && member->kind == MEMBER_METHOD &&
                         other->signature_hash != member->signature_hash;
        if (other != NULL && !arguments && other->kind == member->kind)
            continue;
        if (is_dunder(name))
            return g_strdup_printf("%s differs, which is used without being named", name);
        if (n == MAX_MISSING)
            return g_strdup("too much of it is missing in the other");
        missing[n++] = (Missing){.name = name, .arguments = arguments};
    }
    char *objection = NULL;
    for (Id id = 0; id < program->n_files && n > 0 && objection == NULL; id++)
        objection = use_in_file(pair, id, missing, n);
    return objection;
}

char *drifted_objection(Pair *pair)
{
    const Program *program = pair->program;

    if (pair->same)
        return NULL;
    if (program->definitions[pair->removed].kind != program->definitions[pair->kept].kind)
        return g_strdup("one is of another kind than the other");
    if (program_definition_fact(program, pair->removed)->syntax != SYNTAX_CLASS)
        return g_strdup("its text differs");
    char *objection = bases_objection(pair);
    objection = objection != NULL ? objection : new_field_objection(pair);
    return objection != NULL ? objection : missing_objection(pair);
}
