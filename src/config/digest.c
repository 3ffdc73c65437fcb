#include "config/config.h"

/* A field that is not taken here would let a result of another configuration pass for this one's. */
#if defined(__x86_64__) || defined(__aarch64__)
_Static_assert(sizeof(Config) == 184, "a new field of Config belongs into config_digest");
_Static_assert(sizeof(ConfigPin) == 24, "a new field of ConfigPin belongs into config_digest");
_Static_assert(sizeof(ConfigRule) == 16, "a new field of ConfigRule belongs into config_digest");
_Static_assert(sizeof(ConfigSuppression) == 40,
               "a new field of ConfigSuppression belongs into config_digest");
#endif

static void take_strings(Digest *digest, const GPtrArray *strings)
{
    digest_number(digest, strings->len);
    for (uint32_t i = 0; i < strings->len; i++)
        digest_text(digest, strings->pdata[i]);
}

static void take_pins(Digest *digest, const GPtrArray *pins)
{
    digest_number(digest, pins->len);
    for (uint32_t i = 0; i < pins->len; i++) {
        const ConfigPin *pin = pins->pdata[i];
        digest_text(digest, pin->name);
        digest_text(digest, pin->target);
    }
}

static void take_rules(Digest *digest, const GPtrArray *rules)
{
    digest_number(digest, rules->len);
    for (uint32_t i = 0; i < rules->len; i++) {
        const ConfigRule *rule = rules->pdata[i];
        digest_text(digest, rule->slug);
        digest_number(digest, (uint64_t)rule->severity);
    }
}

static void take_suppressions(Digest *digest, const GPtrArray *suppressions)
{
    digest_number(digest, suppressions->len);
    for (uint32_t i = 0; i < suppressions->len; i++) {
        const ConfigSuppression *suppression = suppressions->pdata[i];
        digest_text(digest, suppression->rule);
        digest_text(digest, suppression->path);
        digest_text(digest, suppression->name);
        digest_text(digest, suppression->reason);
    }
}

void config_digest(const Config *config, Digest *digest)
{
    const GPtrArray *strings[] = {config->roots, config->excludes, config->boundaries, config->critical,
                                  config->high,  config->medium,   config->kinds};

    for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
        take_strings(digest, strings[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(config->role_globs); i++)
        take_strings(digest, config->role_globs[i]);
    take_pins(digest, config->pins);
    take_rules(digest, config->rules);
    take_suppressions(digest, config->suppressions);
    digest_text(digest, config->origin);
    digest_text(digest, config->python_version);
    digest_text(digest, config->platform);
    digest_number(digest, config->public_root_imports);
    digest_number(digest, config->batch_files);
    digest_number(digest, config->graph_nodes);
    digest_number(digest, config->graph_edges);
}
