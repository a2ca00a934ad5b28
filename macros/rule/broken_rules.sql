{# Rules whose unwaived breaches exceed a share of the gate's policy, with the counts. `action` is the policy's
   action, `share` the column that holds the share; empty is none at all. #}
{% macro broken_rules(action, share) %}
with

counts as (

    select
        rule,
        sum(case when outcome <> 'not_applicable' then 1 else 0 end) as cases,
        sum(case when outcome = 'broken' and not is_waived then 1 else 0 end) as breaches
    from {{ ref('fct_rule_case') }}
    group by rule

)

select
    policy.rule,
    policy.label_en,
    counts.breaches,
    counts.cases,
    coalesce(policy.{{ share }}, 0) as tolerated_share
from {{ ref('gate_policy') }} as policy
inner join counts on policy.rule = counts.rule
where
    policy.action = '{{ action }}'
    and {{ is_valid_on('policy', reporting_date(as_of())) }}
    and counts.breaches > coalesce(policy.{{ share }}, 0) * counts.cases
{% endmacro %}
