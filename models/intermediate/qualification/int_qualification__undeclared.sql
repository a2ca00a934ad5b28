-- One row per lead cycle that met the agreement's rule of an MQL and became none, for no system declared it and
-- no later stage implies it: when it first did, to the last telling touch of a day, and by which version.
with

met as (

    select
        touches.lead_id,
        touches.cycle_number,
        touches.touched_at,
        verdicts.version
    from {{ ref('int_qualification__moments') }} as moments
    inner join {{ ref('int_qualification__verdicts') }} as verdicts
        on moments.connection = verdicts.connection
        and moments.source_id = verdicts.source_id
        and verdicts.verdict = 'verified'
    inner join {{ ref('int_lifecycle__cycle_touches') }} as touches
        on moments.connection = touches.connection
        and moments.touch_id = touches.source_id

),

-- cycles with an MQL that a system declared, whatever the agreement said of it
declared as (

    select
        lead_id,
        cycle_number
    from {{ ref('int_lifecycle__cycle_events') }}
    where
        stage = 'mql'
        and evidence = 'declaration'
    group by lead_id, cycle_number

),

ranked as (

    select
        met.*,
        row_number() over (
            partition by met.lead_id, met.cycle_number order by met.touched_at, met.version
        ) as met_rank
    from met
    inner join {{ ref('int_lifecycle__cycles') }} as cycles
        on met.lead_id = cycles.lead_id
        and met.cycle_number = cycles.cycle_number
        -- what nurture shows before the lead comes back belongs to the cycle, and starts none
        and met.touched_at >= cycles.started_at
        and cycles.mql_at is null
    inner join {{ ref('origin_paths') }} as paths
        on cycles.origin_path = paths.origin_path
        and paths.is_mql_inferred
    left join declared
        on met.lead_id = declared.lead_id
        and met.cycle_number = declared.cycle_number
    where declared.lead_id is null

)

select
    lead_id,
    cycle_number,
    touched_at as met_at,
    cast(version as {{ dbt.type_string() }}) as definition_version
from ranked
where met_rank = 1
