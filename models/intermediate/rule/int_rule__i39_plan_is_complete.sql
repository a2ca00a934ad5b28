-- One row per management KPI (K01 to K03) and month of the fiscal year of `as_of`: whether the company has a
-- plan for it (I39).
{% set fiscal_start = var('fiscal_year_start_month') %}
{% set fiscal_day = dbt.dateadd('month', 1 - fiscal_start, reporting_date(as_of())) %}
with

numbers as (

    {{ dbt.generate_series(12) }}

),

years as (

    select {{ dbt.dateadd('month', fiscal_start - 1, dbt.date_trunc('year', fiscal_day)) }} as first_month

),

months as (

    select
        cast({{ dbt.dateadd('month', 'numbers.generated_number - 1', 'years.first_month') }} as date)
            as month_start
    from years
    cross join numbers

),

kpis as (

    select * from {{ ref('kpis') }}
    where kpi_number in ('K01', 'K02', 'K03')

),

management as (

    select kpi_number from kpis
    group by kpi_number

),

-- one of the KPIs of the number is enough: where no visitors are known, the end-to-end rate begins later
planned as (

    select
        kpis.kpi_number,
        targets.period_start
    from {{ ref('kpi_targets') }} as targets
    inner join kpis on targets.kpi = kpis.kpi
    where
        targets.scope_type = 'company'
        and {{ is_valid_on('targets', reporting_date(as_of())) }}
    group by kpis.kpi_number, targets.period_start

)

select
    'I39' as rule,
    'plan' as subject_type,
    management.kpi_number || '|' || cast(months.month_start as {{ dbt.type_string() }}) as subject_key,
    {{ as_of() }} as examined_at,
    '(not set)' as team,
    '(not set)' as channel,
    {{ rule_outcome('planned.kpi_number is not null') }} as outcome
from management
cross join months
left join planned
    on management.kpi_number = planned.kpi_number
    and months.month_start = planned.period_start
