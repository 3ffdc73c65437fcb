/* session.h — options to an analysis: open the source, load the configuration, run the engine.
 *
 *     Session session;
 *     int code = session_start(&session, &options, paths, ENGINE_DETECTION);
 *     if (code == EXIT_CLEAN) … session.analysis, session.config …
 *     session_end(&session);
 *
 * A command that only writes what it finds uses session_answer instead: where nothing changed since the
 * same was asked, it gets what was written then. */
#ifndef ONEDEF_CLI_SESSION_H
#define ONEDEF_CLI_SESSION_H

#include "cli/options.h"
#include "cli/progress.h"
#include "engine/engine.h"
#include "report/scope.h"

typedef struct Session {
    Source *source;
    Config *config;
    EngineRun *run;
    Analysis *analysis;
    ReportScope scope; /* root, label, ignored count and --only filled in; the rest is the command's */
    Progress progress;
} Session;

/* Reply — what a command makes of an analysis besides its output. */
typedef struct Reply {
    int exit_code;    /* EXIT_CLEAN to begin with */
    GPtrArray *notes; /* char*: lines for stderr when all is written, unless --quiet */
    bool fleeting;    /* depends on more than the tree, the configuration and the options: not to be kept */
} Reply;

/* Writes the answer from session->analysis to `out`, whose scope is session->scope. False with an error, or
 * without one when the message is said already and reply->exit_code set. */
typedef bool (*SessionWriter)(Session *session, const Output *out, void *context, Reply *reply,
                              GError **error);

/* `paths`: what to index (NULL: the current directory). With --rev REV they are paths in the repository that
 * the first one lies in (they need not exist any more), or the first one is a bare repository or a path in
 * it. Progress goes to stderr, on a terminal only. Returns EXIT_CLEAN or EXIT_TROUBLE after a message;
 * session_end in both cases. */
int session_start(Session *session, const Options *options, char **paths, EngineLevel level);
/* Opens, analyses to `level` unless the answer is known, writes, ends. The answer may depend on the
 * options, the tree and the configuration only. Returns the exit code. */
int session_answer(const Options *options, char **paths, EngineLevel level, SessionWriter write,
                   void *context);
/* The two halves of it, without messages, for commands that read several revisions. `yardstick`: the source
 * whose configuration holds (NULL: the one that is opened). session_end after either. */
bool session_open(Session *session, const Options *options, char **paths, Source *yardstick, GError **error);
bool session_analyse(Session *session, const Options *options, EngineLevel level, GError **error);
void session_end(Session *session);

#endif
