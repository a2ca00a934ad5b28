-- One row per opportunity and day while it is open in the pipeline, and one for the day it closes: stage and
-- amount at the end of the day. Every day of the last months; before, the ends of months. From a close that
-- was taken back until then it is not open, and has no row.
{% set quarter_ahead = fiscal_quarter_of(dbt.dateadd('day', 1, 'opportunity_days.date_day')) %}
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

-- the last state of each day
states as (

    select
        {{ dbt.hash("connection || '|' || opportunity_id") }} as opportunity_id,
        stage_value,
        amount,
        outcome <> 'open' and not is_lasting as is_taken_back,
        {{ reporting_date('happened_at') }} as valid_from,
        row_number() over (
            partition by connection, opportunity_id, {{ reporting_date('happened_at') }}
            order by happened_at desc, sequence desc, changed_field asc
        ) as rank_in_day
    from {{ ref('int_opportunity__states') }}

),

spells as (

    select
        opportunity_id,
        stage_value,
        amount,
        is_taken_back,
        valid_from,
        lead(valid_from) over (partition by opportunity_id order by valid_from) as valid_to
    from states
    where rank_in_day = 1

),

kept_days as (

    select date_day from {{ ref('int_reporting__days') }}
    where
        date_day = cast({{ dbt.last_day('date_day', 'month') }} as date)
        or {{ days_between('date_day', reporting_date(as_of())) }} < {{ threshold('daily_snapshot_days') }}

),

-- a day on which it closes may be one that is kept anyway
opportunity_days as (

    select
        opportunities.opportunity_id,
        kept_days.date_day
    from opportunities
    inner join kept_days
        on opportunities.opened_on <= kept_days.date_day
        and coalesce(opportunities.closed_on, cast('9999-12-31' as date)) >= kept_days.date_day
    union
    select
        opportunity_id,
        closed_on
    from opportunities
    where closed_on is not null

)

select
    opportunities.opportunity_id,
    opportunity_days.date_day as snapshot_date,
    {{ month_of('opportunity_days.date_day') }} as snapshot_month,

    ---------- dimensions
    opportunities.connection,
    opportunities.origin_path,
    opportunities.channel,
    opportunities.segment,
    opportunities.region,
    coalesce(spells.stage_value, '(not set)') as stage,
    expected_closes.expected_close_date,

    ---------- flags
    opportunities.is_new_pipeline,
    opportunities.closed_on is null or opportunity_days.date_day < opportunities.closed_on as is_open,
    opportunity_days.date_day = cast({{ dbt.last_day('opportunity_days.date_day', 'month') }} as date)
    or opportunity_days.date_day = {{ reporting_date(as_of()) }} as is_month_end,
    expected_closes.expected_close_date is null as is_undated,
    coalesce(expected_closes.expected_close_date < {{ quarter_ahead }}, false) as is_overdue,
    coalesce(
        expected_closes.expected_close_date >= {{ quarter_ahead }}
        and expected_closes.expected_close_date < {{ dbt.dateadd('month', 3, quarter_ahead) }},
        false
    ) as is_closing,

    ---------- measures
    cast({{ days_between('opportunities.opened_on', 'opportunity_days.date_day') }} as integer) as age_days,
    opportunities.original_currency,
    cast(spells.amount as decimal(18, 2)) as original_amount,
    {{ in_reporting_currency(
        'spells.amount', 'opportunities.original_currency', 'rates'
    ) }} as amount
from opportunities
inner join opportunity_days on opportunities.opportunity_id = opportunity_days.opportunity_id
inner join spells
    on opportunities.opportunity_id = spells.opportunity_id
    and spells.valid_from <= opportunity_days.date_day
    and (spells.valid_to is null or spells.valid_to > opportunity_days.date_day)
left join {{ ref('int_opportunity__expected_closes') }} as expected_closes
    on opportunities.opportunity_id = expected_closes.opportunity_id
    and opportunity_days.date_day >= expected_closes.valid_from
    and opportunity_days.date_day < expected_closes.valid_to
left join {{ ref('int_currency__daily_rates') }} as rates
    on opportunities.original_currency = rates.currency
    and opportunities.opened_on = rates.date_day
where
    not spells.is_taken_back
    or opportunity_days.date_day = opportunities.closed_on
