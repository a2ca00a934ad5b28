-- One row per opportunity and day while it is open in the pipeline, and one for the day it closes: stage and
-- amount at the end of the day. Every day of the last months; before, the ends of months.
with

opportunities as (

    select
        *,
        {{ reporting_date('opportunity_at') }} as opened_on,
        case
            when is_won or is_lost
                then {{ reporting_date('greatest(opportunity_at, coalesce(won_at, lost_at))') }}
        end as closed_on
    from {{ ref('fct_opportunity') }}
    where opportunity_at is not null

),

-- the last state of each day known by as_of
states as (

    select
        {{ dbt.hash("connection || '|' || opportunity_id") }} as opportunity_id,
        stage_value,
        amount,
        {{ reporting_date('happened_at') }} as valid_from,
        row_number() over (
            partition by connection, opportunity_id, {{ reporting_date('happened_at') }}
            order by happened_at desc, sequence desc, changed_field asc
        ) as rank_in_day
    from {{ ref('int_opportunity__timeline') }}
    where {{ is_known('happened_at', 'happened_precision') }}

),

spells as (

    select
        opportunity_id,
        stage_value,
        amount,
        valid_from,
        lead(valid_from) over (partition by opportunity_id order by valid_from) as valid_to
    from states
    where rank_in_day = 1

),

calendar as (

    select
        date_day,
        date_day = cast({{ dbt.last_day('date_day', 'month') }} as date)
        or date_day = {{ reporting_date(as_of()) }} as is_month_end,
        {{ days_between('date_day', reporting_date(as_of())) }} < {{ threshold('daily_snapshot_days') }}
            as is_kept_daily
    from {{ ref('int_reporting__days') }}

),

rates as (

    select * from {{ ref('int_currency__daily_rates') }}

)

select
    opportunities.opportunity_id,
    calendar.date_day as snapshot_date,
    {{ month_of('calendar.date_day') }} as snapshot_month,

    ---------- dimensions
    opportunities.connection,
    opportunities.origin_path,
    opportunities.channel,
    opportunities.segment,
    coalesce(spells.stage_value, '(not set)') as stage,

    ---------- flags
    opportunities.is_new_pipeline,
    opportunities.closed_on is null or calendar.date_day < opportunities.closed_on as is_open,
    calendar.is_month_end,

    ---------- measures
    cast({{ days_between('opportunities.opened_on', 'calendar.date_day') }} as integer) as age_days,
    opportunities.original_currency,
    cast(spells.amount as decimal(18, 2)) as original_amount,
    {{ in_reporting_currency(
        'spells.amount', 'opportunities.original_currency', 'own.units_per_euro', 'reporting.units_per_euro'
    ) }} as amount
from opportunities
inner join spells on opportunities.opportunity_id = spells.opportunity_id
inner join calendar
    on calendar.date_day >= opportunities.opened_on
    and calendar.date_day >= spells.valid_from
    and (opportunities.closed_on is null or calendar.date_day <= opportunities.closed_on)
    and (spells.valid_to is null or calendar.date_day < spells.valid_to)
    and (calendar.is_month_end or calendar.is_kept_daily or calendar.date_day = opportunities.closed_on)
left join rates as own
    on opportunities.original_currency = own.currency
    and opportunities.opened_on = own.date_day
left join rates as reporting
    on reporting.currency = '{{ var("reporting_currency") }}'
    and opportunities.opened_on = reporting.date_day
