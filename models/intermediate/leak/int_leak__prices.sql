-- One row per stage: the pipeline at stake with a lead cycle at that stage. The share of cycles that become
-- an opportunity within the window, times the mean amount at which opportunities enter, both over the last
-- twelve months of cohorts whose windows have run out; unknown below the smallest sample.
{% set stages = stages()[:-1] %}
with

cycles as (

    select * from {{ ref('int_lifecycle__cycles') }}

),

-- of the stages by which leaks are priced
windows as (

    select * from {{ ref('int_leak__windows') }}
    where stage in (select leaks.stage from {{ ref('leaks') }} as leaks)

),

reached as (
    {% for stage in stages %}
    select
        '{{ stage }}' as stage,
        {{ month_of(reporting_date('cycles.' ~ stage ~ '_at')) }} as month,
        windows.window_days,
        {{ is_within_window('cycles.' ~ stage, 'cycles.opportunity', 'windows.window_days') }} as is_converted
    from cycles
    inner join windows on windows.stage = '{{ stage }}'
    where cycles.{{ stage }}_at is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

cohorts as (

    select
        stage,
        month,
        count(*) as cases,
        sum(case when is_converted then 1 else 0 end) as converted,
        max(month) over (partition by stage) as last_month
    from reached
    where {{ is_matured(end_of_reporting_day(dbt.last_day('month', 'month')), 'window_days') }}
    group by stage, month

),

entries as (

    select
        {{ month_of(reporting_date('milestones.opportunity_at')) }} as month,
        amounts.entry_amount as amount
    from {{ ref('int_opportunity__milestones') }} as milestones
    inner join {{ ref('int_opportunity__amounts') }} as amounts
        on milestones.opportunity_id = amounts.opportunity_id
    where milestones.is_new_pipeline

),

monthly_entries as (

    select
        month,
        count(amount) as opportunities,
        sum(amount) as amount
    from entries
    group by month

),

-- the last twelve months of each stage, some of which may have had no opportunity
summed as (

    select
        cohorts.stage,
        min(cohorts.month) as first_month,
        max(cohorts.month) as last_month,
        cast(sum(cohorts.cases) as bigint) as cases,
        cast(sum(cohorts.converted) as bigint) as converted,
        cast(coalesce(sum(monthly_entries.opportunities), 0) as bigint) as opportunities,
        cast(sum(monthly_entries.amount) as decimal(18, 2)) as entry_amount
    from cohorts
    left join monthly_entries on cohorts.month = monthly_entries.month
    where cohorts.month > {{ dbt.dateadd('month', -12, 'cohorts.last_month') }}
    group by cohorts.stage

)

select
    *,
    case
        when least(cases, opportunities) >= {{ threshold('minimum_sample') }}
            then cast(
                {{ ratio('converted', 'cases') }} * {{ ratio('entry_amount', 'opportunities') }}
                as decimal(18, 2)
            )
    end as pipeline_at_stake_amount
from summed
