-- A row is a stage and verdict whose cases are not all counted in the mart, or counted more than once.
-- A verdict that got lost on its way would make a definition look better than it is.
-- Look at the joins of kpi_definition_verdicts and fct_lifecycle_event.
with

judged as (

    select
        declared.stage,
        verdicts.verdict,
        count(*) as events
    from {{ ref('int_qualification__verdicts') }} as verdicts
    inner join {{ ref('int_qualification__declared') }} as declared
        on verdicts.moment_number = declared.declaration_number
    group by declared.stage, verdicts.verdict
    union all
    select
        'mql',
        'undeclared',
        count(*)
    from {{ ref('int_qualification__undeclared') }}
    having count(*) > 0

),

counted as (

    select
        stage,
        verdict,
        cast(sum(events) as bigint) as events
    from {{ ref('kpi_definition_verdicts') }}
    group by stage, verdict

)

select
    coalesce(judged.stage, counted.stage) as stage,
    coalesce(judged.verdict, counted.verdict) as verdict,
    judged.events as judged_events,
    counted.events as counted_events
from judged
full outer join counted
    on judged.stage = counted.stage
    and judged.verdict = counted.verdict
where coalesce(judged.events, 0) <> coalesce(counted.events, 0)
