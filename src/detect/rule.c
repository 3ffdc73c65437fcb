/* The texts that `onedef explain CODE` prints. Each says why the finding matters, how it is found,
 * what to do, and how to configure it. */
#include "detect/rule.h"

#include <glib.h>
#include <pthread.h>
#include <string.h>

#define CONFIGURE(slug)                                                                                      \
    "\n\nConfigure: [tool.onedef.rules] " slug                                                               \
    " = \"off\" (or \"info\", \"warning\", \"error\"); for one place, a "                                    \
    "comment on its line or the line above: # onedef: ignore[" slug "] the reason."

static const char *const explanations[RULE_COUNT] = {
    [RULE_DUPLICATE] = "The same class, enum or protocol is defined in several places with the same "
                       "contents: layout, comments, docstrings and quotes apart, "
                       "member by member. Today the copies agree; nothing makes them agree tomorrow. Until "
                       "then isinstance, except clauses and enum comparisons "
                       "between them fail silently, because each copy is a class of its own.\n\n"
                       "Found by name, then by contents: enum members with their values, fields with "
                       "annotation and default, method signatures and bodies; and the "
                       "global names that the copies read must lead to the same things. Alternatives in one "
                       "module, stubs, subclasses of a namesake, fallbacks and "
                       "test doubles are told apart first and are no duplicates.\n\n"
                       "Do: keep the canonical definition (`onedef where NAME` names it and says why), "
                       "replace the others by an import of it. "
                       "`onedef plan` lists every import that moves. Where the copies belong to units that "
                       "are deployed apart, the remedy is a shared package." CONFIGURE("duplicate"),
    [RULE_RENAMED] =
        "Two definitions say the same under different class names. Readers take them for two things; a fix "
        "to one is forgotten in the other.\n\n"
        "Found by contents alone, and only where there is enough of them: some logic, or several telling "
        "members. Request and response types of one "
        "endpoint, mirrored names (UserCreate, UserUpdate) and siblings of one module need far more than "
        "that.\n\n"
        "Do: keep one and make the other name an alias, or write down why both exist." CONFIGURE("renamed"),
    [RULE_DIVERGED] =
        "Copies of one definition that have drifted apart: they share most of their members, yet some differ "
        "in value, signature or body, or exist in one "
        "copy alone. Which behaviour a caller gets depends on the import line it happened to use. Equal "
        "texts whose global names lead to different things count too.\n\n"
        "Found by comparing member by member; rare names, values and long bodies weigh more than `__init__`, "
        "`name` and `id`. Classes that share a base or a "
        "convention by design (one per event, table, backend) are a family and not reported.\n\n"
        "Do: read the member table, decide each row, merge into the canonical definition, then consolidate "
        "as for duplicates." CONFIGURE("diverged"),
    [RULE_HOLLOW] =
        "A class that subclasses its namesake and adds nothing: `class A(other.A): pass`. It looks like a "
        "re-export and is none: it is a different class, so "
        "isinstance and except with the one do not see the other.\n\n"
        "Do: replace it by an import or an alias (`A = other.A`), or give it what it was made for." CONFIGURE(
            "hollow"),
    [RULE_TEST_COPY] = "A production definition was copied into a test. The test then checks the copy: it "
                       "stays green when the original breaks.\n\n"
                       "Found like duplicates and drifted copies, where one member is production code and "
                       "the others are tests. Fakes, mocks and stubs are test doubles and not reported.\n\n"
                       "Do: import the production definition in the test." CONFIGURE("test-copy"),
    [RULE_SPLIT_NAME] =
        "One imported name means different classes depending on the path it is imported from. A rewrite of "
        "the import path, however harmless it looks, changes the class; "
        "instances of the one are no instances of the other.\n\n"
        "Found where import statements of one name lead to several definitions and the paths can be "
        "confused: one of them is a re-export, an alias or a shim near the other, "
        "or the definitions are copies. Plain namesakes in unrelated places are not reported.\n\n"
        "Do: settle which class each importer means before anything else is moved; then consolidate or "
        "rename." CONFIGURE("split-name"),
    [RULE_FRAGMENTED_IMPORT] =
        "One definition is imported through several paths. Every path is a promise: modules that only pass "
        "the name on cannot be moved or removed, patches in tests "
        "miss their target, and cycles appear that nobody asked for.\n\n"
        "Found by counting the import statements that lead to each definition, by path. The defining module "
        "inside its package and the package's public root outside it are "
        "both in order; what comes on top is fragmentation.\n\n"
        "Do: move the imports to the canonical path (`onedef plan`, phase 2B, lists them in batches). "
        "[tool.onedef] public-root-imports chooses the public root for outsiders." CONFIGURE(
            "fragmented-import"),
    [RULE_SHIM] = "A module that only passes names on: no statement of its own besides imports, `__all__`, "
                  "aliases and warnings. Useful while users move, a burden after.\n\n"
                  "Found where a module has no plain statement and others import from it. The `__init__` of "
                  "a package that gathers its own modules is its public face and no shim.\n\n"
                  "Do: move the remaining users (they are listed) to the home of each name, then delete the "
                  "shim (phase 2C)." CONFIGURE("shim"),
    [RULE_DEAD_SHIM] =
        "A shim that nobody imports any more, in the code that was indexed.\n\n"
        "Do: delete it, unless code outside this project still uses it." CONFIGURE("dead-shim"),
    [RULE_DUAL_MODULE] =
        "One file can be imported under two module names (through two source roots, a link, or as a script). "
        "Python loads it twice: two copies of every class, of every registry and "
        "of every singleton live in one process, and isinstance between them is False.\n\n"
        "Do: settle on one name; take the other root off the path, or make the imports agree." CONFIGURE(
            "dual-module"),
    [RULE_SHADOWED_MODULE] = "Two files claim one module name and Python loads only one of them: a package "
                             "wins over a module beside it, an earlier root over a later one. "
                             "The hidden file is dead code that looks alive; edits to it change nothing.\n\n"
                             "Do: rename or delete the hidden file." CONFIGURE("shadowed-module"),
    [RULE_REDEFINITION] =
        "One name is defined twice in one module, and not as alternatives (clauses of one statement, "
        "overloads, property accessors, registered handlers). The last one wins for importers; "
        "code that ran in between, or an alias taken in between, holds the first.\n\n"
        "Do: delete one or rename it; see the evidence for who meant which." CONFIGURE("redefinition"),
    [RULE_BROKEN_IMPORT] =
        "An import of a first-party module or name that does not exist. It fails when the line runs — for an "
        "import inside a function or a rarely used branch that may be in production.\n\n"
        "Found by resolving every import as Python would. Imports whose failure is caught are listed as "
        "guarded and with less weight; modules that make names at run time are left out. "
        "Where exactly one definition of that name exists, its place is shown.\n\n"
        "Do: correct the path, or remove what is dead." CONFIGURE("broken-import"),
    [RULE_BROKEN_EXPORT] = "`__all__` names something that the module does not bind: `from module import *` "
                           "raises AttributeError.\n\n"
                           "Do: bind it or take it off the list." CONFIGURE("broken-export"),
    [RULE_IMPORT_CYCLE] =
        "Modules that import one another while they load. Depending on which is imported first, a name is "
        "not there yet: fatal from every entry, from some, or never; the class is stated.\n\n"
        "Found as strongly connected components of the imports that run at load time; imports inside "
        "functions and under TYPE_CHECKING do not count.\n\n"
        "Do: cut the edge that carries the fewest names (it is named): move what both need to a third "
        "module, or import inside the function." CONFIGURE("import-cycle"),
    [RULE_DEGRADED_FILE] =
        "A file that could only be read in part: a syntax error, Python 2, merge-conflict markers, an "
        "unterminated string, or an encoding that is not declared. What stands in it was indexed; what could "
        "not be read is "
        "missing from every answer.\n\n"
        "Do: repair it, or exclude it in [tool.onedef] exclude." CONFIGURE("degraded-file"),
    [RULE_UNREADABLE_FILE] =
        "A file that could not be read at all; the reason is the operating system's. Its definitions and "
        "imports are missing from every answer." CONFIGURE("unreadable-file"),
    [RULE_UNUSED_SUPPRESSION] =
        "A suppression (a comment `# onedef: ignore[rule] reason`, or an [[tool.onedef.ignore]] entry) that "
        "suppresses nothing: the finding is gone, or the rule or name is misspelt.\n\n"
        "Do: delete it." CONFIGURE("unused-suppression"),
};

static Rule complete[RULE_COUNT];

static void complete_rules(void)
{
    static const Rule rules[RULE_COUNT] = {
#define X(constant, slug_, code_, severity_, title_)                                                         \
    [constant] = {.slug = slug_, .code = code_, .title = title_, .severity = severity_},
        RULES(X)
#undef X
    };

    for (int i = 0; i < RULE_COUNT; i++) {
        complete[i] = rules[i];
        complete[i].explanation = explanations[i];
    }
}

/* Any thread may be first. */
const Rule *rule_get(RuleId id)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* GLib's own cannot be seen by ThreadSanitizer */

    pthread_once(&once, complete_rules);
    return &complete[id];
}

int rule_find(const char *slug_or_code)
{
    for (int i = 0; i < RULE_COUNT; i++) {
        const Rule *rule = rule_get((RuleId)i);
        if (g_ascii_strcasecmp(rule->slug, slug_or_code) == 0 ||
            g_ascii_strcasecmp(rule->code, slug_or_code) == 0)
            return i;
    }
    return -1;
}

const char *severity_name(Severity severity)
{
    static const char *const names[] = {"info", "warning", "error"};

    return names[severity];
}
