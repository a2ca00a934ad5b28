-- One row per pair of stages, month of the first stage and days since: lead cycles of marketing that reached
-- the second stage on that day, ended before it, or were followed no further. A day counts once it has begun,
-- so that "within 14 days" is day 14 at most.
with

lifecycle as (

    select * from {{ ref('fct_lead_lifecycle') }}
    where is_marketing_sourced

),

-- how each cycle went on after the first stage, by as_of at the latest
courses as (
    {% for from_stage, to_stage in funnel_pairs() %}
    select
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        {{ from_stage }}_month as cohort_month,
        {{ from_stage }}_at as began_at,
        case
            when {{ to_stage }}_at is not null then 'converted'
            when exit_state is not null then 'competing'
            else 'censored'
        end as outcome,
        coalesce({{ to_stage }}_at, exit_at, {{ as_of() }}) as ended_at,
        {{ from_stage }}_precision = 'day'
        or coalesce({{ to_stage }}_precision = 'day', false) as is_day_precise
    from lifecycle
    where
        {{ from_stage }}_at is not null
        {%- if from_stage == 'first_touch' %}
        and is_first_cycle
        {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

measured as (

    select
        from_stage,
        to_stage,
        cohort_month,
        outcome,
        case
            when is_day_precise
                then {{ days_between(reporting_date('began_at'), reporting_date('ended_at')) }}
            else ceil({{ seconds_between('began_at', 'ended_at') }} / cast(86400 as decimal(18, 6)))
        end as days_since
    from courses

)

select
    from_stage,
    to_stage,
    cohort_month,
    cast(case when days_since > 0 then days_since else 0 end as integer) as days_since,
    cast(sum(case when outcome = 'converted' then 1 else 0 end) as bigint) as converted,
    cast(sum(case when outcome = 'competing' then 1 else 0 end) as bigint) as competing,
    cast(sum(case when outcome = 'censored' then 1 else 0 end) as bigint) as censored
from measured
group by from_stage, to_stage, cohort_month, case when days_since > 0 then days_since else 0 end
