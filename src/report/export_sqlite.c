/* The whole index as a SQLite database made for questions. It is built beside its destination and
 * renamed over it; rows are inserted in program order within one transaction, so two runs over the
 * same tree give the same rows with the same ids. */
#include "report/report.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "report/escape.h"
#include "report/export_schema.h"
#include "report/words.h"

/* Writer — one prepared statement at a time; `failed` sticks at the first failure. */
typedef struct Writer {
    sqlite3 *database;
    sqlite3_stmt *statement;
    const Analysis *analysis;
    Program *program;
    int column;
    bool failed;
} Writer;

static void begin(Writer *writer, const char *sql)
{
    writer->failed = writer->failed ||
                     sqlite3_prepare_v2(writer->database, sql, -1, &writer->statement, NULL) != SQLITE_OK;
}

static void end(Writer *writer)
{
    sqlite3_finalize(writer->statement);
    writer->statement = NULL;
}

static void number(Writer *writer, sqlite3_int64 value)
{
    if (!writer->failed)
        sqlite3_bind_int64(writer->statement, ++writer->column, value);
}

/* An id of the program; NULL for ID_NONE. */
static void reference(Writer *writer, Id id)
{
    if (id != ID_NONE)
        number(writer, id);
    else
        writer->column++;
}

static void real(Writer *writer, double value)
{
    if (!writer->failed)
        sqlite3_bind_double(writer->statement, ++writer->column, value);
}

static void text(Writer *writer, const char *value)
{
    g_autofree char *valid = escape_utf8(value);
    if (!writer->failed)
        sqlite3_bind_text(writer->statement, ++writer->column, valid, -1, SQLITE_TRANSIENT);
}

static void symbol(Writer *writer, Sym value)
{
    text(writer, program_text(writer->program, value));
}

/* NULL for the empty text. */
static void optional(Writer *writer, const char *value)
{
    if (*value != 0)
        text(writer, value);
    else
        writer->column++;
}

static void row(Writer *writer)
{
    if (!writer->failed) {
        writer->failed = sqlite3_step(writer->statement) != SQLITE_DONE;
        if (!writer->failed) {
            sqlite3_reset(writer->statement);
            sqlite3_clear_bindings(writer->statement);
        }
    }
    writer->column = 0;
}

static void write_meta(Writer *writer)
{
    const Analysis *analysis = writer->analysis;
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {
        {"files", analysis->n_listed},          {"parsed", analysis->n_parsed},
        {"degraded", analysis->n_degraded},     {"unreadable", analysis->n_unreadable},
        {"extensions", analysis->n_extensions}, {"lines", analysis->n_lines},
        {"bytes", analysis->n_bytes},
    };
    begin(writer, "INSERT INTO meta VALUES(?, ?)");
    text(writer, "version");
    text(writer, ONEDEF_VERSION);
    row(writer);
    for (uint32_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        text(writer, counts[i].key);
        number(writer, (sqlite3_int64)counts[i].value);
        row(writer);
    }
    end(writer);
}

static void write_places(Writer *writer)
{
    const Program *program = writer->program;
    begin(writer, "INSERT INTO unit VALUES(?, ?, ?)");
    for (uint32_t i = 0; i < program->n_units; i++) {
        number(writer, i);
        symbol(writer, program->units[i].name);
        symbol(writer, program->units[i].dir);
        row(writer);
    }
    end(writer);
    begin(writer, "INSERT INTO root VALUES(?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_roots; i++) {
        number(writer, i);
        number(writer, program->roots[i].unit);
        symbol(writer, program->roots[i].dir);
        text(writer, program->roots[i].reason != NULL ? program->roots[i].reason : "");
        row(writer);
    }
    end(writer);
}

static void write_files(Writer *writer)
{
    static const char *const status[] = {"parsed", "degraded", "unreadable"};
    const Program *program = writer->program;
    begin(writer, "INSERT INTO file VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_files; i++) {
        const File *file = &program->files[i];
        number(writer, i);
        symbol(writer, file->path);
        reference(writer, file->unit);
        text(writer, role_name(file->role));
        symbol(writer, file->role_reason);
        text(writer, file->extension ? "extension" : status[file->status]);
        optional(writer, program_text(program, file->reason));
        number(writer, file->facts.header != NULL ? file->facts.header->n_bytes : 0);
        number(writer, file->facts.header != NULL ? file->facts.header->n_lines : 0);
        row(writer);
    }
    end(writer);
}

static void write_modules(Writer *writer)
{
    const Program *program = writer->program;
    const DependencyGraph *graph = writer->analysis->graph;
    begin(writer, "INSERT INTO module VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_modules; i++) {
        const Module *module = &program->modules[i];
        number(writer, i);
        symbol(writer, module->name);
        symbol(writer, module->id);
        reference(writer, module->file);
        number(writer, module->unit);
        reference(writer, module->parent);
        number(writer, (module->flags & MODULE_PACKAGE) != 0);
        number(writer, (module->flags & MODULE_NAMESPACE) != 0);
        number(writer, (module->flags & MODULE_STUB) != 0);
        number(writer, (module->flags & MODULE_OPEN_WORLD) != 0);
        number(writer, (module->flags & MODULE_SHADOWED) != 0);
        real(writer, graph != NULL ? graph->rank[i] : 0.0);
        row(writer);
    }
    end(writer);
}

static void write_definitions(Writer *writer)
{
    const Program *program = writer->program;
    begin(writer, "INSERT INTO definition VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_definitions; i++) {
        const Definition *definition = &program->definitions[i];
        const FactsDefinition *fact = program_definition_fact(program, i);
        const File *file = program_definition_file(program, i);
        number(writer, i);
        symbol(writer, definition->id);
        symbol(writer, definition->name);
        symbol(writer, file_sym(file, fact->qualname));
        number(writer, definition->module);
        text(writer, definition_kind_name(definition->kind));
        text(writer, words_scope(fact->scope));
        number(writer, definition->line);
        number(writer, fact->end_line);
        reference(writer, definition->parent);
        number(writer, fact->tokens);
        optional(writer, file_text(file, fact->docstring));
        row(writer);
    }
    end(writer);
}

static void write_members(Writer *writer)
{
    const Program *program = writer->program;
    begin(writer, "INSERT INTO member VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_definitions; i++) {
        const FactsDefinition *fact = program_definition_fact(program, i);
        const File *file = program_definition_file(program, i);
        if (program->definitions[i].kind == KIND_FUNCTION)
            continue;
        for (uint32_t m = 0; m < fact->members.count; m++) {
            const FactsMember *member = &file->facts.members[fact->members.first + m];
            number(writer, i);
            number(writer, m);
            text(writer, file_text(file, member->name));
            text(writer, words_member(&program->definitions[i], member));
            optional(writer, file_text(file, member->annotation));
            optional(writer, file_text(file, member->value));
            optional(writer, file_text(file, member->signature));
            number(writer, member->line);
            row(writer);
        }
    }
    end(writer);
    begin(writer, "INSERT INTO base VALUES(?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_definitions; i++) {
        const Definition *definition = &program->definitions[i];
        const File *file = program_definition_file(program, i);
        for (uint32_t b = 0; b < definition->n_bases; b++) {
            const Base *base = &program->bases[definition->first_base + b];
            bool lost = base->target.kind == TARGET_NONE || base->target.kind == TARGET_UNRESOLVED;
            number(writer, i);
            number(writer, b);
            if (lost)
                text(writer, file_text(file, file->facts.expressions[base->expression].text));
            else
                symbol(writer, program_target_id(writer->program, base->target));
            reference(writer, base->target.kind == TARGET_DEFINITION ? base->target.id : ID_NONE);
            row(writer);
        }
    }
    end(writer);
}

static void write_bindings(Writer *writer)
{
    const Program *program = writer->program;
    begin(writer, "INSERT INTO binding VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_bindings; i++) {
        const Binding *binding = &program->bindings[i];
        number(writer, i);
        number(writer, binding->module);
        symbol(writer, binding->name);
        text(writer, how_name(binding->how));
        text(writer, certainty_name(binding->certainty));
        number(writer, binding->rank);
        number(writer, binding->line);
        symbol(writer, program_target_id(writer->program, binding->target));
        reference(writer, binding->target.kind == TARGET_DEFINITION ? binding->target.id : ID_NONE);
        row(writer);
    }
    end(writer);
    begin(writer, "INSERT INTO hop VALUES(?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_bindings; i++) {
        const Binding *binding = &program->bindings[i];
        uint32_t position = 0;
        for (Id hop = binding->n_hops > 0 ? binding->first_hop : ID_NONE; hop != ID_NONE;
             hop = program->hops[hop].next) {
            number(writer, i);
            number(writer, position++);
            number(writer, program->hops[hop].module);
            symbol(writer, program->hops[hop].name);
            number(writer, program->hops[hop].line);
            row(writer);
        }
    }
    end(writer);
}

static void write_imports(Writer *writer)
{
    const Program *program = writer->program;
    begin(writer, "INSERT INTO import VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < program->n_imports; i++) {
        const Import *import = &program->imports[i];
        number(writer, i);
        number(writer, import->module);
        number(writer, import->line);
        text(writer, import_kind_name(import->kind));
        text(writer, words_import_status(import->status));
        number(writer, import->guarded);
        symbol(writer, import->module_name);
        symbol(writer, import->name);
        reference(writer, import->target_module);
        symbol(writer, program_target_id(writer->program, import->target));
        reference(writer, import->target.kind == TARGET_DEFINITION ? import->target.id : ID_NONE);
        row(writer);
    }
    end(writer);
}

static void write_graph(Writer *writer)
{
    const DependencyGraph *graph = writer->analysis->graph;
    if (graph == NULL)
        return;
    begin(writer, "INSERT INTO dependency VALUES(?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < graph->n_edges; i++) {
        const DependencyEdge *edge = &graph->edges[i];
        number(writer, edge->from);
        number(writer, edge->to);
        number(writer, edge->count);
        number(writer, (edge->kinds & EDGE_LOAD) != 0);
        number(writer, (edge->kinds & EDGE_LAZY) != 0);
        number(writer, (edge->kinds & EDGE_TYPING) != 0);
        number(writer, edge->line);
        row(writer);
    }
    end(writer);
    begin(writer, "INSERT INTO cycle VALUES(?, ?, ?)");
    for (uint32_t i = 0; i < graph->n_cycles; i++)
        for (uint32_t m = 0; m < graph->cycles[i].n_modules; m++) {
            number(writer, i);
            number(writer, graph->cycles[i].modules[m]);
            text(writer, cycle_class_name(graph->cycles[i].severity));
            row(writer);
        }
    end(writer);
}

static void write_groups(Writer *writer, const Detection *detection)
{
    begin(writer, "INSERT INTO definition_group VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < detection->n_groups; i++) {
        const Group *group = &detection->groups[i];
        number(writer, i);
        symbol(writer, group->id);
        symbol(writer, group->name);
        text(writer, verdict_name(group->verdict));
        number(writer, verdict_is_work(group->verdict));
        real(writer, group->similarity);
        real(writer, group->confidence);
        symbol(writer, group->summary);
        reference(writer, group->canonical.definition);
        optional(writer, program_text(writer->program, group->canonical.reason));
        reference(writer, group->canonical.runner_up);
        number(writer, group->crosses_boundary);
        if (group->suppressed)
            symbol(writer, group->suppress_reason);
        row(writer);
    }
    end(writer);
    begin(writer, "INSERT INTO group_member VALUES(?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < detection->n_groups; i++)
        for (uint32_t m = 0; m < detection->groups[i].n_members; m++) {
            const GroupMember *member = &detection->groups[i].members[m];
            number(writer, i);
            number(writer, m);
            number(writer, member->definition);
            text(writer, member_role_name(member->role));
            number(writer, member->contest);
            real(writer, member->similarity);
            optional(writer, program_text(writer->program, member->note));
            row(writer);
        }
    end(writer);
}

static void write_differences(Writer *writer, const Detection *detection)
{
    static const char *const kinds[] = {"same", "changed", "missing"};
    begin(writer, "INSERT INTO difference VALUES(?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < detection->n_groups; i++) {
        const Group *group = &detection->groups[i];
        for (uint32_t r = 0; r < group->n_rows; r++)
            for (uint32_t m = 0; m < group->n_members && group->members[m].contest; m++) {
                number(writer, i);
                symbol(writer, group->rows[r].member);
                text(writer, kinds[group->rows[r].kind]);
                number(writer, group->members[m].definition);
                optional(writer, program_text(writer->program, group->rows[r].texts[m]));
                row(writer);
            }
    }
    end(writer);
}

static void write_findings(Writer *writer, const Detection *detection)
{
    begin(writer, "INSERT INTO finding VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < detection->n_findings; i++) {
        const Finding *finding = &detection->findings[i];
        number(writer, i);
        symbol(writer, finding->id);
        text(writer, rule_get(finding->rule)->slug);
        text(writer, rule_get(finding->rule)->code);
        text(writer, severity_name(finding->severity));
        symbol(writer, finding->path);
        number(writer, finding->line);
        symbol(writer, finding->message);
        real(writer, finding->weight);
        reference(writer, finding->group);
        reference(writer, finding->definition);
        if (finding->suppressed)
            symbol(writer, finding->suppress_reason);
        row(writer);
    }
    end(writer);
    begin(writer, "INSERT INTO evidence VALUES(?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < detection->n_findings; i++)
        for (uint32_t e = 0; e < detection->findings[i].n_evidence; e++) {
            const Evidence *evidence = &detection->findings[i].evidence[e];
            number(writer, i);
            number(writer, e);
            symbol(writer, evidence->path);
            number(writer, evidence->line);
            symbol(writer, evidence->text);
            row(writer);
        }
    end(writer);
}

static void write_paths(Writer *writer, const Detection *detection)
{
    begin(writer, "INSERT INTO import_path VALUES(?, ?, ?, ?, ?, ?)");
    for (uint32_t i = 0; i < detection->n_fragmentations; i++)
        for (uint32_t p = 0; p < detection->fragmentations[i].n_paths; p++) {
            const ImportPath *path = &detection->fragmentations[i].paths[p];
            number(writer, detection->fragmentations[i].definition);
            number(writer, path->module);
            symbol(writer, path->name);
            number(writer, path->count);
            number(writer, path->n_production);
            number(writer, path->canonical);
            row(writer);
        }
    end(writer);
    begin(writer, "INSERT OR IGNORE INTO shim VALUES(?, ?, ?, ?)");
    for (uint32_t i = 0; i < detection->n_shims; i++) {
        number(writer, detection->shims[i].module);
        number(writer, detection->shims[i].n_names);
        number(writer, detection->shims[i].n_users);
        number(writer, detection->shims[i].deprecated);
        row(writer);
    }
    end(writer);
}

static void execute(Writer *writer, const char *sql)
{
    writer->failed = writer->failed || sqlite3_exec(writer->database, sql, NULL, NULL, NULL) != SQLITE_OK;
}

static void write_all(Writer *writer)
{
    /* The file is new and only renamed into place when complete: no journal is needed. */
    execute(writer, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA user_version=" G_STRINGIFY(
                        EXPORT_SCHEMA_VERSION) ";"
                                               "BEGIN");
    execute(writer, export_schema_tables);
    write_meta(writer);
    write_places(writer);
    write_files(writer);
    write_modules(writer);
    write_definitions(writer);
    write_members(writer);
    write_bindings(writer);
    write_imports(writer);
    write_graph(writer);
    if (writer->analysis->detection != NULL) {
        write_groups(writer, writer->analysis->detection);
        write_differences(writer, writer->analysis->detection);
        write_findings(writer, writer->analysis->detection);
        write_paths(writer, writer->analysis->detection);
    }
    execute(writer, export_schema_views);
    execute(writer, "COMMIT");
}

static bool fill_database(const char *path, const Analysis *analysis, GError **error)
{
    Writer writer = {.analysis = analysis, .program = analysis->program};
    writer.failed = sqlite3_open_v2(path, &writer.database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                    NULL) != SQLITE_OK;
    write_all(&writer);
    if (writer.failed)
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "%s",
                    writer.database != NULL ? sqlite3_errmsg(writer.database) : "no memory");
    if (sqlite3_close(writer.database) != SQLITE_OK && !writer.failed) {
        writer.failed = true;
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "the database cannot be closed");
    }
    return !writer.failed;
}

/* An empty file beside `path` with the mode that a new file would get, or errno. */
static char *make_temporary(const char *path)
{
    g_autofree char *name = g_strdup_printf("%s.XXXXXX", path);
    int descriptor = mkostemp(name, O_CLOEXEC);
    if (descriptor < 0)
        return NULL;
    mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
    close(descriptor);
    return g_steal_pointer(&name);
}

bool export_sqlite(const char *path, const Analysis *analysis, GError **error)
{
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write '%s': it is no regular file", path);
        return false;
    }
    g_autofree char *temporary = make_temporary(path);
    if (temporary == NULL) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "cannot write '%s': %s", path, g_strerror(errno));
        return false;
    }
    bool written = fill_database(temporary, analysis, error);
    if (written && rename(temporary, path) != 0) {
        g_set_error(error, ONEDEF_ERROR, ONEDEF_ERROR_IO, "%s", g_strerror(errno));
        written = false;
    }
    if (!written) {
        unlink(temporary);
        g_prefix_error(error, "cannot write '%s': ", path);
    }
    return written;
}
