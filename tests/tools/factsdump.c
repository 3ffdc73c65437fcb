/* factsdump — facts blocks of Python files, for tests and for people.
 *
 *   factsdump [--full] FILE…        one line a fact
 *   factsdump [--full] --stats      reads file names from stdin; totals and speed
 *   factsdump --compare             reads file names from stdin; skeleton against full parse */
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "parse/facts.h"
#include "parse/parse.h"

static const Facts *facts;

static const char *text(FactsStr string)
{
    return facts_text(facts, string);
}

static void dump_contexts(void)
{
    static const char *const KINDS[] = {"module",   "if",      "else",    "try",  "except",
                                        "try-else", "finally", "with",    "loop", "loop-else",
                                        "case",     "class",   "function"};
    for (uint32_t i = 0; i < facts->n_contexts; i++) {
        const FactsContext *c = &facts->contexts[i];
        printf(
            "context %u parent=%d kind=%s flags=%#x clause=%u statement=%u line=%u definition=%d text=%s\n",
            i, (int)c->parent, KINDS[c->kind], c->flags, c->clause, c->statement, c->line, (int)c->definition,
            text(c->text));
    }
}

static void dump_expressions(const char *role, FactsSlice slice)
{
    for (uint32_t i = 0; i < slice.count; i++) {
        const FactsExpression *e = &facts->expressions[slice.first + i];
        printf("    %s %s dotted=%s keyword=%s flags=%u [%u,%u)\n", role, text(e->text), text(e->dotted),
               text(e->keyword), e->flags, e->start, e->end);
    }
}

static void dump_members(const FactsDefinition *d)
{
    static const char *const KINDS[] = {"method", "field", "assign", "class", "import"};
    for (uint32_t i = 0; i < d->members.count; i++) {
        const FactsMember *m = &facts->members[d->members.first + i];
        printf("    member %s %s flags=%#x context=%u nested=%d line=%u-%u [%u,%u) tokens=%u annotation=%s "
               "value=%s "
               "signature=%s value_hash=%" G_GINT64_MODIFIER "x body=%" G_GINT64_MODIFIER "x\n",
               KINDS[m->kind], text(m->name), m->flags, m->context, (int)m->nested, m->line, m->end_line,
               m->start, m->end, m->tokens, text(m->annotation), text(m->value), text(m->signature),
               m->value_hash, m->body_hash);
        dump_expressions("  decorator", m->decorators);
    }
}

static void dump_statements(const FactsDefinition *d)
{
    if (d->statements.count == 0)
        return;
    printf("  statements");
    for (uint32_t i = 0; i < d->statements.count; i++)
        printf(" %08x", facts->statements[d->statements.first + i]);
    printf("\n");
}

static void dump_definitions(void)
{
    static const char *const SYNTAX[] = {"class",     "function", "functional",
                                         "type-call", "newtype",  "type-alias"};
    static const char *const SCOPES[] = {"module", "class", "function"};
    for (uint32_t i = 0; i < facts->n_definitions; i++) {
        const FactsDefinition *d = &facts->definitions[i];
        printf("definition %u %s %s scope=%s context=%u parent=%d flags=%#x line=%u-%u [%u,%u) name_start=%u "
               "callee=%s "
               "docstring=%s copied_from=%s tokens=%u text=%" G_GINT64_MODIFIER "x shape=%" G_GINT64_MODIFIER
               "x rest=%" G_GINT64_MODIFIER "x %s uses=%u+%u\n",
               i, SYNTAX[d->syntax], text(d->qualname), SCOPES[d->scope], d->context, (int)d->parent,
               d->flags, d->line, d->end_line, d->start, d->end, d->name_start, text(d->callee),
               text(d->docstring), text(d->copied_from), d->tokens, d->text_hash, d->shape_hash, d->rest_hash,
               text(d->rest), d->uses.first, d->uses.count);
        dump_expressions("base", d->bases);
        dump_expressions("decorator", d->decorators);
        dump_members(d);
        dump_statements(d);
    }
}

static void dump_names(void)
{
    static const char *const FORMS[] = {"module", "from", "star"};
    static const char *const KINDS[] = {"definition", "method",     "import", "star",   "alias",
                                        "value",      "annotation", "target", "delete", "global"};
    for (uint32_t i = 0; i < facts->n_imports; i++) {
        const FactsImport *m = &facts->imports[i];
        printf("import %u %s level=%u module=%s name=%s bound=%s aliased=%u silenced=%u lazy=%u context=%u "
               "line=%u/%u "
               "[%u,%u) "
               "[%u,%u)\n",
               i, FORMS[m->form], m->level, text(m->module), text(m->name), text(m->bound), m->aliased,
               m->silenced, m->lazy_keyword, m->context, m->line, m->statement_line, m->statement_start,
               m->statement_end, m->start, m->end);
    }
    for (uint32_t i = 0; i < facts->n_bindings; i++) {
        const FactsBinding *b = &facts->bindings[i];
        printf("binding %s %s context=%u line=%u [%u,%u) ref=%d alternative=%u computed=%u target=%s "
               "annotation=%s\n",
               KINDS[b->kind], text(b->name), b->context, b->line, b->start, b->end, (int)b->ref,
               b->alternative, b->computed, text(b->target), text(b->annotation));
    }
}

static void dump_rest(void)
{
    static const char *const OPERATIONS[] = {"reset", "add", "remove", "module", "unknown"};
    static const char *const REFERENCES[] = {"import_module", "__import__", "patch", "dotted"};
    static const char *const EFFECTS[] = {
        "sys-modules-self", "sys-modules", "setattr",     "exec", "globals",
        "getattr",          "set-module",  "extend-path", "path", "lazy-attach",
        "lazy-module",      "attribute",   "sys-path",    "call"};
    for (uint32_t i = 0; i < facts->n_alls; i++)
        printf("all %s %s context=%u line=%u\n", OPERATIONS[facts->alls[i].operation],
               text(facts->alls[i].text), facts->alls[i].context, facts->alls[i].line);
    for (uint32_t i = 0; i < facts->n_references; i++)
        printf("reference %s %s line=%u\n", REFERENCES[facts->references[i].kind],
               text(facts->references[i].text), facts->references[i].line);
    for (uint32_t i = 0; i < facts->n_effects; i++)
        printf("effect %s a=%s b=%s context=%u line=%u\n", EFFECTS[facts->effects[i].kind],
               text(facts->effects[i].a), text(facts->effects[i].b), facts->effects[i].context,
               facts->effects[i].line);
    for (uint32_t i = 0; i < facts->n_literals; i++) {
        const FactsLiteral *l = &facts->literals[i];
        printf("literal %s context=%u line=%u\n", text(l->name), l->context, l->line);
        for (uint32_t j = 0; j < l->entries.count; j++)
            printf("    entry %s: %s\n", text(facts->entries[l->entries.first + j].key),
                   text(facts->entries[l->entries.first + j].value));
    }
    for (uint32_t i = 0; i < facts->n_uses; i++)
        printf("use owner=%d %s chain=%s line=%u count=%u\n", (int)facts->uses[i].owner,
               text(facts->uses[i].head), text(facts->uses[i].chain), facts->uses[i].line,
               facts->uses[i].count);
    for (uint32_t i = 0; i < facts->n_markers; i++)
        printf("marker %u line=%u %s\n", facts->markers[i].kind, facts->markers[i].line,
               text(facts->markers[i].text));
    for (uint32_t i = 0; i < facts->n_issues; i++)
        printf("issue %u line=%u %s\n", facts->issues[i].kind, facts->issues[i].line,
               text(facts->issues[i].text));
}

static void dump(const void *block, size_t size)
{
    Facts view;

    if (!facts_open(block, size, true, &view)) {
        printf("damaged block\n");
        return;
    }
    facts = &view;
    printf("header bytes=%u lines=%u flags=%#x plain=%u size=%u\n", view.header->n_bytes,
           view.header->n_lines, view.header->flags, view.header->n_plain_statements, view.header->size);
    dump_contexts();
    dump_definitions();
    dump_names();
    dump_rest();
}

static bool has_syntax_issue(const void *block, size_t size)
{
    Facts view;

    if (!facts_open(block, size, false, &view))
        return false;
    for (uint32_t i = 0; i < view.n_issues; i++) {
        if (view.issues[i].kind == ISSUE_SYNTAX || view.issues[i].kind == ISSUE_BUDGET)
            return true;
    }
    return false;
}

typedef struct Totals {
    uint64_t files, bytes, block_bytes, damaged, degraded, differ, full_errors, only_skeleton_errors;
    uint64_t section_bytes[FACTS_N_SECTIONS], string_bytes;
    double seconds;
} Totals;

static void add_totals(Totals *totals, const void *block, size_t size, size_t length)
{
    static const size_t SIZES[] = {
#define X(name, Type) sizeof(Type),
        FACTS_SECTIONS(X)
#undef X
    };
    Facts view;

    totals->files++;
    totals->bytes += length;
    totals->block_bytes += size;
    if (!facts_open(block, size, true, &view)) {
        totals->damaged++;
        return;
    }
    totals->degraded += (view.header->flags & FACTS_DEGRADED) != 0;
    totals->string_bytes += view.header->bytes_length;
    for (int i = 0; i < FACTS_N_SECTIONS; i++)
        totals->section_bytes[i] += view.header->sections[i].count * SIZES[i];
}

static void over_stdin(Parser *parser, Parser *full, Totals *totals)
{
    char name[4096];

    while (fgets(name, sizeof name, stdin) != NULL) {
        g_autofree char *bytes = NULL;
        gsize length;
        size_t size, full_size;
        g_strchomp(name);
        if (!g_file_get_contents(name, &bytes, &length, NULL))
            continue;
        clock_t start = clock();
        g_autofree void *block = parser_parse(parser, bytes, length, &size);
        totals->seconds += (double)(clock() - start) / CLOCKS_PER_SEC;
        add_totals(totals, block, size, length);
        if (full == NULL)
            continue;
        g_autofree void *other = parser_parse(full, bytes, length, &full_size);
        if (has_syntax_issue(other, full_size)) {
            totals->full_errors++;
        } else if (size != full_size || memcmp(block, other, size) != 0) {
            totals->differ++;
            totals->only_skeleton_errors += has_syntax_issue(block, size);
            if (totals->differ <= 20)
                printf("differs: %s\n", name);
        }
    }
}

static void print_totals(const Totals *totals)
{
    static const char *const NAMES[] = {
#define X(name, Type) #name,
        FACTS_SECTIONS(X)
#undef X
    };
    printf("files %" G_GUINT64_FORMAT ", bytes %" G_GUINT64_FORMAT ", blocks %" G_GUINT64_FORMAT
           ", degraded %" G_GUINT64_FORMAT ", damaged %" G_GUINT64_FORMAT "\n",
           totals->files, totals->bytes, totals->block_bytes, totals->degraded, totals->damaged);
    printf("%.2f s of processor time, %.1f MB/s\n", totals->seconds,
           totals->seconds > 0 ? (double)totals->bytes / 1e6 / totals->seconds : 0.0);
    for (int i = 0; i < FACTS_N_SECTIONS; i++)
        printf("  %s %" G_GUINT64_FORMAT "\n", NAMES[i], totals->section_bytes[i]);
    printf("  text %" G_GUINT64_FORMAT "\n", totals->string_bytes);
}

int main(int argc, char **argv)
{
    ParseOptions options = {0}, full_options = {.full_parse = true};
    bool stats = false, compare = false;
    int first = 1;

    for (; first < argc && strncmp(argv[first], "--", 2) == 0; first++) {
        options.full_parse = options.full_parse || strcmp(argv[first], "--full") == 0;
        stats = stats || strcmp(argv[first], "--stats") == 0;
        compare = compare || strcmp(argv[first], "--compare") == 0;
    }
    Parser *parser = parser_new(&options);
    Parser *full = compare ? parser_new(&full_options) : NULL;
    Totals totals = {0};
    if (stats || compare) {
        over_stdin(parser, full, &totals);
        print_totals(&totals);
        if (compare)
            printf("full parse has errors: %" G_GUINT64_FORMAT "; differ: %" G_GUINT64_FORMAT
                   " (errors in the skeleton only: %" G_GUINT64_FORMAT ")\n",
                   totals.full_errors, totals.differ, totals.only_skeleton_errors);
    }
    for (int i = first; i < argc; i++) {
        g_autofree char *bytes = NULL;
        gsize length;
        size_t size;
        if (!g_file_get_contents(argv[i], &bytes, &length, NULL))
            continue;
        g_autofree void *block = parser_parse(parser, bytes, length, &size);
        if (argc - first > 1)
            printf("file %s\n", argv[i]);
        dump(block, size);
    }
    parser_free(parser);
    parser_free(full);
    return totals.differ > 0 || totals.damaged > 0;
}
