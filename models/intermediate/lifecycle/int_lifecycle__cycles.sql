-- One row per lead and cycle: every stage as observed and as reported. Reaching a stage implies the stages
-- before it, at the latest instant that is possible: that of the next stage observed.
-- Where nobody declared an acceptance, work may stand for it.
{% set stages = stages() %}
with

observed as (

    select * from {{ ref('int_lifecycle__observed_stages') }}

),

origins as (

    select
        origins.*,
        paths.is_mql_inferred
    from {{ ref('int_lifecycle__origins') }} as origins
    inner join {{ ref('origin_paths') }} as paths on origins.origin_path = paths.origin_path

),

-- the suffix minimum: of a stage and all later ones the earliest instant observed
reported as (

    select
        observed.*,
        persons.is_identified,
        persons.account_id,
        persons.region,
        origins.origin_path,
        origins.channel,
        origins.started_at,
        origins.person_first_touch_at,
        {%- for stage in stages if stage != 'first_touch' %}
        {%- if stage == 'mql' %}
        case
            when origins.is_mql_inferred or observed.mql_at_observed is not null
                then {{ suffix_minimum('observed', stage) }}
        end as mql_at,
        {%- elif stage == 'sal' %}
        least({{ suffix_minimum('observed', stage) }}, acceptances.accepted_at) as sal_at,
        acceptances.accepted_at,
        {%- else %}
        {{ suffix_minimum('observed', stage) }} as {{ stage }}_at,
        {%- endif %}
        {%- endfor %}
        persons.segment
    from observed
    inner join {{ ref('int_identity__persons') }} as persons on observed.lead_id = persons.lead_id
    inner join origins
        on observed.lead_id = origins.lead_id
        and observed.cycle_number = origins.cycle_number
    left join {{ ref('int_handover__implied_acceptances') }} as acceptances
        on observed.lead_id = acceptances.lead_id
        and observed.cycle_number = acceptances.cycle_number

),

-- a touch is never invented: it counts where it came no later than the inquiry, by date where it has no time
-- of day
touched as (

    select
        reported.*,
        case
            when inquiry_at is null or first_touch_at_observed <= inquiry_at then first_touch_at_observed
            when
                first_touch_precision_observed = 'day'
                and first_touch_on <= {{ reporting_date('inquiry_at') }}
                then inquiry_at
        end as first_touch_at
    from reported

)

select
    touched.lead_id,
    touched.cycle_number,
    touched.is_identified,
    touched.account_id,
    touched.origin_path,
    touched.channel,
    touched.segment,
    touched.region,
    touched.started_at,
    touched.person_first_touch_at,
    touched.inquiry_source,
    touched.mql_source,
    touched.mql_verdict,
    touched.mql_definition_version,
    {%- for stage in stages %}
    touched.{{ stage }}_at,
    touched.{{ stage }}_at_observed,
    touched.{{ stage }}_at is not null
    and (touched.{{ stage }}_at_observed is null or touched.{{ stage }}_at < touched.{{ stage }}_at_observed)
        as {{ stage }}_is_inferred,
    case
        {%- for later in stages[stages.index(stage):] %}
        when touched.{{ stage }}_at = touched.{{ later }}_at_observed
            then touched.{{ later }}_precision_observed
        {%- endfor %}
        {%- if stage == 'sal' %}
        when touched.sal_at = touched.accepted_at then 'second'
        {%- endif %}
    end as {{ stage }}_precision,
    {%- endfor %}
    touched.first_touch_at_observed is not null and touched.first_touch_at is null as is_touch_after_inquiry,
    coalesce(exits.is_reopened, false) as is_reopened,
    coalesce(moves.backward_moves, 0) as backward_moves,
    exits.asked_at,
    exits.exit_state,
    exits.exit_at,
    exits.exit_reason
from touched
left join {{ ref('int_lifecycle__cycle_exits') }} as exits
    on touched.lead_id = exits.lead_id
    and touched.cycle_number = exits.cycle_number
left join {{ ref('int_lifecycle__backward_moves') }} as moves
    on touched.lead_id = moves.lead_id
    and touched.cycle_number = moves.cycle_number
