-- One row per opportunity that marketing touched, by a person in the scope of attribution, within the
-- influence window before it entered the pipeline.
{% set days = 'cast(' ~ threshold('influence_window_days') ~ ' as integer)' %}
with

policies as (

    select * from {{ ref('attribution_policies') }}
    where conversion_type = 'pipeline'

),

entries as (

    select
        milestones.opportunity_id,
        milestones.opportunity_at,
        milestones.opportunity_precision,
        policies.scope,
        {{ opens_days_before(
            'milestones.opportunity_at', 'milestones.opportunity_precision', days
        ) }} as window_opens_at,
        {{ end_of_reporting_day(reporting_date('milestones.opportunity_at')) }} as entry_day_ends_at
    from {{ ref('int_opportunity__milestones') }} as milestones
    inner join policies
        on {{ is_valid_on('policies', month_of(reporting_date('milestones.opportunity_at'))) }}
    where milestones.opportunity_at is not null

),

people as (

    select
        entries.*,
        people.lead_id
    from entries
    inner join {{ ref('int_opportunity__people') }} as people
        on entries.opportunity_id = people.opportunity_id
    where {{ is_in_scope('people', 'entries') }}

),

marketing_touches as (

    select
        touches.lead_id,
        touches.touched_at,
        touches.touched_precision
    from {{ ref('int_touch__classified') }} as touches
    inner join {{ ref('channels') }} as channels
        on touches.channel = channels.channel
        and channels.is_marketing
    where touches.ineligible_reason is null

)

select people.opportunity_id
from people
inner join marketing_touches as touches on people.lead_id = touches.lead_id
where
    touches.touched_at >= people.window_opens_at
    -- where one of the two is a date only, the same day is early enough
    and touches.touched_at <= case
        when 'day' in (touches.touched_precision, people.opportunity_precision) then people.entry_day_ends_at
        else people.opportunity_at
    end
group by people.opportunity_id
