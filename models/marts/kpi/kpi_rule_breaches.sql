-- One row per rule, month, team and channel: how often the rule was looked at, and how often it was broken.
select
    rule,
    month,
    team,
    channel,
    cast(sum(case when outcome <> 'not_applicable' then 1 else 0 end) as bigint) as cases,
    cast(sum(case when outcome = 'broken' and not is_waived then 1 else 0 end) as bigint) as breaches,
    cast(sum(case when is_waived then 1 else 0 end) as bigint) as waived,
    cast(sum(case when outcome = 'not_applicable' then 1 else 0 end) as bigint) as not_applicable,
    {{ ratio(
        "sum(case when outcome = 'broken' and not is_waived then 1 else 0 end)",
        "sum(case when outcome <> 'not_applicable' then 1 else 0 end)"
    ) }} as breach_share
from {{ ref('fct_rule_case') }}
group by rule, month, team, channel
