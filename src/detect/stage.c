#include "detect/stage.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void draft_begin(Draft *draft, Stage *stage, RuleId rule)
{
    *draft = (Draft){.stage = stage,
                     .rule = rule,
                     .severity = (int)rule_get(rule)->severity,
                     .group = ID_NONE,
                     .definition = ID_NONE};
    draft->subjects = g_array_new(FALSE, FALSE, sizeof(Sym));
    draft->evidence = g_array_new(FALSE, FALSE, sizeof(Evidence));
}

void draft_subject(Draft *draft, Sym subject)
{
    g_array_append_val(draft->subjects, subject);
}

static Sym format_symbol(Program *program, const char *format, va_list arguments)
{
    g_autofree char *text = g_strdup_vprintf(format, arguments);

    return intern_cstr(program->interner, text);
}

void draft_evidence(Draft *draft, Sym path, uint32_t line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    Evidence evidence = {
        .path = path, .line = line, .text = format_symbol(draft->stage->program, format, arguments)};
    va_end(arguments);
    g_array_append_val(draft->evidence, evidence);
}

void draft_message(Draft *draft, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    draft->message = format_symbol(draft->stage->program, format, arguments);
    va_end(arguments);
}

static int compare_symbols(const void *a, const void *b, void *interner)
{
    return sym_compare(interner, *(const Sym *)a, *(const Sym *)b);
}

Sym stage_stable_id(Program *program, const char *rule, Sym *subjects, uint32_t n_subjects,
                    const char *discriminator)
{
    XXH3_state_t *state = XXH3_createState();

    if (n_subjects > 1)
        g_qsort_with_data(subjects, (gint)n_subjects, sizeof *subjects, compare_symbols, program->interner);
    XXH3_64bits_reset(state);
    XXH3_64bits_update(state, rule, strlen(rule) + 1);
    for (uint32_t i = 0; i < n_subjects; i++)
        XXH3_64bits_update(state, program_text(program, subjects[i]),
                           sym_length(program->interner, subjects[i]) + 1);
    if (discriminator != NULL)
        XXH3_64bits_update(state, discriminator, strlen(discriminator));
    uint64_t hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return intern_printf(program->interner, "%016" G_GINT64_MODIFIER "x", hash);
}

void *stage_copy(Stage *stage, const void *data, size_t n, size_t size)
{
    if (n == 0)
        return NULL;
    void *copy = arena_alloc(&stage->detection->arena, n * size);
    memcpy(copy, data, n * size);
    return copy;
}

void draft_end(Draft *draft, const char *discriminator)
{
    Stage *stage = draft->stage;
    Sym *subjects = (Sym *)(void *)draft->subjects->data;
    Finding finding = {.rule = (uint8_t)draft->rule,
                       .severity = (uint8_t)draft->severity,
                       .path = draft->path,
                       .line = draft->line,
                       .message = draft->message,
                       .group = draft->group,
                       .definition = draft->definition,
                       .weight = draft->weight};

    finding.id = stage_stable_id(stage->program, rule_get(draft->rule)->slug, subjects, draft->subjects->len,
                                 discriminator);
    finding.subjects = stage_copy(stage, subjects, draft->subjects->len, sizeof *subjects);
    finding.n_subjects = draft->subjects->len;
    finding.evidence = stage_copy(stage, draft->evidence->data, draft->evidence->len, sizeof(Evidence));
    finding.n_evidence = draft->evidence->len;
    g_array_append_val(stage->findings, finding);
    g_array_unref(draft->subjects);
    g_array_unref(draft->evidence);
}

Sym stage_module_path(const Program *program, Id module)
{
    const File *file = program_module_file(program, module);

    return file != NULL ? file->path : 0;
}

Sym stage_definition_path(const Program *program, Id definition)
{
    return stage_module_path(program, program->definitions[definition].module);
}

bool stage_is_production(const Program *program, Id module)
{
    const File *file = program_module_file(program, module);

    return file == NULL || file->role == ROLE_PRODUCTION;
}
