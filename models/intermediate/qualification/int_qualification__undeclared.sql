-- One row per lead cycle that met the agreement's rule of an MQL undeclared: no system declared one, and no
-- later stage implies it. When it first did, to the last telling touch of a day, by which version.
with

met as (

    select
        touches.lead_id,
        touches.cycle_number,
        touches.touched_at,
        met.definition_version
    from {{ ref('int_qualification__met') }} as met
    inner join {{ ref('int_lifecycle__cycle_touches') }} as touches
        on met.touch_sequence = touches.touch_sequence

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
            partition by met.lead_id, met.cycle_number order by met.touched_at, met.definition_version
        ) as met_rank
    from met
    inner join {{ ref('int_lifecycle__cycles') }} as cycles
        on met.lead_id = cycles.lead_id
        and met.cycle_number = cycles.cycle_number
        -- what nurture shows before the lead comes back belongs to the cycle, and starts none
        and met.touched_at >= cycles.started_at
        -- and where a met rule makes an MQL, it is an undeclared one all the same
        and (cycles.mql_at is null or (cycles.mql_source = 'rule' and not cycles.mql_is_inferred))
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
    definition_version
from ranked
where met_rank = 1
