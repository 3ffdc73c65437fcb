/* session.h — options to an analysis: open the source, load the configuration, run the engine.
 *
 *     Session session;
 *     int code = session_start(&session, &options, paths, ENGINE_DETECTION);
 *     if (code == EXIT_CLEAN) … session.analysis, session.config …
 *     session_end(&session);
 */
#ifndef ONEDEF_CLI_SESSION_H
#define ONEDEF_CLI_SESSION_H

#include "cli/options.h"
#include "engine/engine.h"
#include "report/scope.h"

typedef struct Session {
    Source *source;
    Config *config;
    Analysis *analysis;
    ReportScope scope; /* root, label, ignored count and --only filled in; the rest is the command's */
} Session;

/* `paths`: what to index (NULL: the current directory). With --rev REV they are paths inside the
 * repository of the current directory, or the first one is the repository. Progress goes to stderr, on a terminal only.
 * Returns EXIT_CLEAN or EXIT_TROUBLE after a message; session_end in both cases. */
int session_start(Session *session, const Options *options, char **paths, EngineLevel level);
void session_end(Session *session);

#endif
