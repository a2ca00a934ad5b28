-- A row is a rule that is broken more often than the agreement tolerates.
-- The data is the company's own: figures are right about it, and the process behind it needs a look.
-- docs/rules.md says what to do; kpi_rule_breaches shows month, team and channel, fct_rule_case each case.
{{ config(severity='warn', meta={'waives': 'warn'}) }}
{{ broken_rules('warn', 'warn_share') }}
