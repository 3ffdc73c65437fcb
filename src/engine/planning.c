/* A plan needs what only fix/ can read (chains, in the tokens of files) and what only fix/ can judge; the
 * stages do not know those behind them, so it is put together here. */
#include "engine/engine.h"

#include "fix/fix.h"

Plan *engine_plan(Source *source, Analysis *analysis, Config *config, const EnginePlan *how, GError **error)
{
    FixView view = {.program = analysis->program, .graph = analysis->graph, .detection = analysis->detection};
    FixOptions fix_options = {.config = config, .name = how->name, .jobs = how->jobs};
    g_autoptr(GArray) chains = fix_chains(source, &view, &fix_options);
    PlanOptions options = {.name = how->name,
                           .batch_files = how->batch_files > 0 ? how->batch_files : config->batch_files,
                           .chains = chains};
    Plan *plan = plan_new(analysis->program, analysis->graph, analysis->detection, config, &options, error);

    if (plan == NULL || !how->judged)
        return plan;
    view.plan = plan;
    fix_judge(source, &view, &fix_options, plan);
    return plan;
}
