-- One row per lead cycle and pair of stages of which it reached one: when it entered the first stage, whether
-- it reached the second within the window, and how it went on by as_of.
with

cycles as (

    select * from {{ ref('int_lifecycle__cycles') }}

),

pairs as (

    select * from {{ ref('int_reporting__funnel_pairs') }}

),

passages as (
    {% for from_stage, to_stage in funnel_pairs() %}
    select
        lead_id,
        cycle_number,
        account_id,
        origin_path,
        channel,
        segment,
        region,
        '{{ from_stage }}' as from_stage,
        '{{ to_stage }}' as to_stage,
        {{ from_stage }}_at as entered_at,
        {{ from_stage }}_precision as entered_precision,
        {{ to_stage }}_at as arrived_at,
        {{ to_stage }}_precision as arrived_precision,
        {{ from_stage }}_is_inferred or {{ to_stage }}_is_inferred as is_inferred,
        {{ from_stage }}_precision = 'day'
        or coalesce({{ to_stage }}_precision = 'day', false) as is_day_precise,
        {{ from_stage }}_at is not null
        {%- if from_stage == 'first_touch' %}
        and cycle_number = 1
        {%- endif %} as is_entered,
        exit_state is not null as has_ended,
        coalesce({{ to_stage }}_at, exit_at, {{ as_of() }}) as ended_at
    from cycles
    where {{ from_stage }}_at is not null or {{ to_stage }}_at is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

measured as (

    select
        passages.*,
        {{ dbt.dateadd('hour', '24 * pairs.window_days', 'passages.entered_at') }} as window_ended_at,
        passages.is_entered
        and {{ is_within_window('passages.entered', 'passages.arrived', 'pairs.window_days') }}
            as is_converted,
        case
            when passages.is_day_precise
                then {{ double(days_between(
                    reporting_date('passages.entered_at'), reporting_date('passages.ended_at')
                )) }}
            else {{ double(seconds_between('passages.entered_at', 'passages.ended_at')) }} / 86400
        end as days
    from passages
    inner join pairs
        on passages.from_stage = pairs.from_stage
        and passages.to_stage = pairs.to_stage

)

select
    lead_id || '-' || cycle_number as lead_cycle_id,
    from_stage,
    to_stage,

    ---------- dimensions
    lead_id,
    account_id,
    origin_path,
    channel,
    segment,
    region,
    origin_path = 'marketing' as is_marketing_sourced,

    ---------- days, in the reporting time zone
    case when is_entered then {{ reporting_date('entered_at') }} end as entered_date,
    {{ reporting_date('arrived_at') }} as arrived_date,
    case when is_entered then {{ reporting_date('window_ended_at') }} end as window_date,

    ---------- within the window
    is_entered,
    is_entered and window_ended_at <= {{ as_of() }} as is_matured,
    is_converted,

    ---------- how it went on
    case
        when not is_entered then '(none)'
        when arrived_at is not null then 'converted'
        when has_ended then 'competing'
        else 'censored'
    end as outcome,
    case when is_entered then cast(greatest(ceil(days), 0) as integer) end as days_since,
    case when entered_at is not null and arrived_at is not null and not is_inferred then days end
        as passage_days
from measured
where is_entered or arrived_at is not null
