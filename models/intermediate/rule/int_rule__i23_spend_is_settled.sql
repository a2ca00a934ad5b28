-- One row per spend row whose time to change is over: whether what was landed afterwards is what was known by
-- then (I23); not applicable where the row has landed only once, so that nothing can be compared.
with

versions as (

    select
        connection,
        source_id,
        amount,
        version_number,
        case when days_after <= {{ threshold('spend_freeze_days') }} then version_number end
            as settled_number,
        count(*) over (partition by connection, source_id) as versions
    from {{ ref('stg_files__spend_versions') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by connection, source_id order by settled_number desc nulls last, version_number asc
        ) as baseline_rank
    from versions

),

-- the amount known when the time was over, else the first one landed
baselines as (

    select
        connection,
        source_id,
        amount,
        versions
    from ranked
    where baseline_rank = 1

)

select
    'I23B' as rule,
    'spend' as subject_type,
    spend.connection || '|' || spend.source_id as subject_key,
    {{ end_of_reporting_day('spend.spend_date') }} as examined_at,
    '(not set)' as team,
    media.channel,
    {{ rule_outcome(
        'case when baselines.versions > 1 then abs(spend.amount - baselines.amount) <= '
        ~ threshold('maximum_restated_share') ~ ' * abs(baselines.amount) end'
    ) }} as outcome
from {{ ref('int_unified__spend') }} as spend
inner join {{ ref('int_cost__media') }} as media
    on spend.connection = media.connection
    and spend.source_id = media.source_id
inner join baselines
    on spend.connection = baselines.connection
    and spend.source_id = baselines.source_id
where
    {{ days_between('spend.spend_date', reporting_date(as_of())) }} > {{ threshold('spend_freeze_days') }}
