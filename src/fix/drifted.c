/* A definition that says something else gives way because the user named the one that stays. What only
 * the one that goes has must not be in use: not read as an attribute, not given as a keyword, not named by a
 * string, in any file. Without types it cannot be known whose attribute `x.name` is, so any counts. */
#include <string.h>

#include "fix/pair.h"

#define MAX_MISSING 64

typedef struct Missing {
    const char *name; /* of the program */
    bool arguments;   /* it is there, but takes other arguments */
} Missing;

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
    g_autoptr(GBytes) bytes =
        source_read(pair->world->state->source, program_text(program, file->path), NULL);
    size_t length = 0;
    const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;

    for (uint32_t i = 0; i < n_missing && text != NULL; i++) {
        size_t at = uses_find(text, length, missing[i].name, own ? fact->start : 0, own ? fact->end : 0);
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

/* What only the one that goes has, or what takes other arguments in the other; in *n, MAX_MISSING at most. An
 * objection when that is enough to know. */
static char *find_missing(const Pair *pair, Missing *missing, uint32_t *n)
{
    const Program *program = pair->program;
    const File *file = program_definition_file(program, pair->removed);
    const FactsDefinition *fact = program_definition_fact(program, pair->removed);

    *n = 0;
    for (uint32_t i = 0; i < fact->members.count; i++) {
        const FactsMember *member = &file->facts.members[fact->members.first + i];
        const char *name = file_text(file, member->name);
        const FactsMember *other = find_member(program, pair->kept, name);
        bool arguments = other != NULL && other->kind == MEMBER_METHOD && member->kind == MEMBER_METHOD &&
                         other->signature_hash != member->signature_hash;
        if (*name == '\0' || (other != NULL && !arguments && other->kind == member->kind))
            continue;
        if (is_dunder(name))
            return g_strdup_printf("%s differs, which is used without being named", name);
        if (*n == MAX_MISSING)
            return g_strdup("too much of it is missing in the other");
        missing[(*n)++] = (Missing){.name = name, .arguments = arguments};
    }
    return NULL;
}

/* What the two say of themselves, before others are asked whether they use what is missing. */
static char *own_objection(const Pair *pair, Missing *missing, uint32_t *n)
{
    const Program *program = pair->program;

    if (program->definitions[pair->removed].kind != program->definitions[pair->kept].kind)
        return g_strdup("one is of another kind than the other");
    if (program_definition_fact(program, pair->removed)->syntax != SYNTAX_CLASS)
        return g_strdup("its text differs");
    char *objection = bases_objection(pair);
    objection = objection != NULL ? objection : new_field_objection(pair);
    return objection != NULL ? objection : find_missing(pair, missing, n);
}

static UseQuestion question_of(const Pair *pair, const Missing *missing, uint32_t n)
{
    UseQuestion question = {.definition = pair->removed, .n_names = n, .file = ID_NONE};

    question.names = g_new(const char *, n + 1);
    for (uint32_t i = 0; i < n; i++)
        question.names[i] = missing[i].name;
    return question;
}

bool drifted_question(const Pair *pair, UseQuestion *question)
{
    Missing missing[MAX_MISSING];
    uint32_t n;

    if (pair_is_same(pair))
        return false;
    g_autofree char *objection = own_objection(pair, missing, &n);
    if (objection != NULL || n == 0)
        return false;
    *question = question_of(pair, missing, n);
    return true;
}

char *drifted_objection(Pair *pair)
{
    Missing missing[MAX_MISSING];
    uint32_t n;

    if (pair->same)
        return NULL;
    char *objection = own_objection(pair, missing, &n);
    if (objection != NULL || n == 0)
        return objection;
    Id file;
    if (!pair_answer(pair, &file)) { /* nobody has asked ahead */
        UseQuestion question = question_of(pair, missing, n);
        uses_answer(pair->world->state->source, pair->program, &question, 1,
                    pair->world->state->options->jobs);
        file = question.file;
        g_free(question.names);
    }
    return file != ID_NONE ? use_in_file(pair, file, missing, n) : NULL;
}
