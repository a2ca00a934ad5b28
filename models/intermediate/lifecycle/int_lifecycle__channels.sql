-- One row per person: the channel of the first eligible touch, without touches that of the lead source, and
-- whether marketing had a part.
with

persons as (

    select * from {{ ref('int_identity__persons') }}

),

channels as (

    select * from {{ ref('channels') }}

),

touches as (

    select
        touches.lead_id,
        touches.channel,
        touches.touched_at,
        channels.is_marketing,
        row_number() over (
            partition by touches.lead_id order by touches.touched_at, touches.connection, touches.source_id
        ) as touch_rank
    from {{ ref('int_touch__classified') }} as touches
    inner join channels on touches.channel = channels.channel
    left join {{ ref('int_lifecycle__exits') }} as exits on touches.lead_id = exits.lead_id
    where
        touches.ineligible_reason is null
        -- what comes after the exit belongs to the next cycle
        and (exits.exit_at is null or touches.touched_at <= exits.exit_at)

),

touched as (

    select
        lead_id,
        min(touched_at) as first_touch_at,
        max(case when touch_rank = 1 then channel end) as channel,
        bool_or(is_marketing) as has_marketing_touch
    from touches
    group by lead_id

),

source_channels as (

    select
        lead_source,
        channel,
        row_number() over (partition by lead_source order by rule_order) as rule_rank
    from {{ ref('int_touch__origins') }} as origins
    where
        lead_source <> '(empty)'
        and {{ is_valid_on('origins', reporting_date(as_of())) }}

)

select
    persons.lead_id,
    touched.first_touch_at,
    case
        when touched.channel is not null then touched.channel
        when persons.lead_source is null then '(not set)'
        else coalesce(source_channels.channel, '(unmapped)')
    end as channel,
    coalesce(touched.has_marketing_touch, channels.is_marketing, false) as is_marketing
from persons
left join touched on persons.lead_id = touched.lead_id
left join source_channels
    on persons.lead_source = source_channels.lead_source
    and source_channels.rule_rank = 1
left join channels on source_channels.channel = channels.channel
