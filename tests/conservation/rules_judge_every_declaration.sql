-- A row is a rule of the agreement that judged more, or fewer, declarations than the mart counts.
-- A rule that loses declarations on its way looks stricter, or laxer, than it is.
-- Look at how kpi_definition_rules finds the rules of a day; int_qualification__outcomes has each judgement.
with

judged as (

    select
        outcomes.rule_id as rule,
        count(*) as events
    from {{ ref('int_qualification__outcomes') }} as outcomes
    inner join {{ ref('int_qualification__declared') }} as declared
        on outcomes.moment_number = declared.declaration_number
    group by outcomes.rule_id

),

counted as (

    select
        rule,
        cast(sum(events) as bigint) as events
    from {{ ref('kpi_definition_rules') }}
    group by rule

)

select
    coalesce(judged.rule, counted.rule) as rule,
    judged.events as judged_events,
    counted.events as counted_events
from judged
full outer join counted on judged.rule = counted.rule
where coalesce(judged.events, 0) <> coalesce(counted.events, 0)
