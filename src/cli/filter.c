#include "cli/filter.h"

#include <string.h>

#include "cli/options.h"

static const char *const severities[] = {"info", "warning", "error", NULL};

static bool choose_rules(char *const *rules, ReportScope *scope)
{
    for (uint32_t i = 0; rules != NULL && rules[i] != NULL; i++) {
        int rule = rule_find(rules[i]);
        if (rule < 0) {
            const char *slugs[RULE_COUNT + 1] = {0};
            for (uint32_t r = 0; r < RULE_COUNT; r++)
                slugs[r] = rule_get(r)->slug;
            parse_choice("--rule", rules[i], slugs);
            return false;
        }
        scope->rules[rule] = true;
    }
    return true;
}

static bool choose_roles(char *const *roles, ReportScope *scope)
{
    const char *names[ROLE_COUNT + 1] = {0};
    for (uint32_t role = 0; role < ROLE_COUNT; role++)
        names[role] = role_name(role);
    for (uint32_t i = 0; roles != NULL && roles[i] != NULL; i++) {
        int role = parse_choice("--role", roles[i], names);
        if (role < 0)
            return false;
        scope->roles[role] = true;
    }
    return true;
}

bool filter_severity(const char *option, const char *word, int *severity)
{
    if (word != NULL)
        *severity = parse_choice(option, word, severities);
    return *severity >= 0;
}

bool filter_read(const Filter *filter, ReportScope *asked)
{
    asked->name = filter->name;
    return choose_rules(filter->rules, asked) && choose_roles(filter->roles, asked) &&
           filter_severity("--min-severity", filter->min_severity, &asked->min_severity);
}

void filter_apply(const ReportScope *asked, ReportScope *scope)
{
    memcpy(scope->rules, asked->rules, sizeof asked->rules);
    memcpy(scope->roles, asked->roles, sizeof asked->roles);
    scope->min_severity = asked->min_severity;
    scope->name = asked->name;
}
