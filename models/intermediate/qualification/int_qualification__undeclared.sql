-- One row per lead cycle that met the agreement's rule of an MQL while no system declared one: when it first
-- did, and by which version.
with

met as (

    select
        touches.lead_id,
        touches.cycle_number,
        touches.touched_at,
        verdicts.version,
        row_number() over (
            partition by touches.lead_id, touches.cycle_number
            order by touches.touched_at, touches.connection, touches.source_id
        ) as met_rank
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

)

select
    met.lead_id,
    met.cycle_number,
    met.touched_at as met_at,
    cast(met.version as {{ dbt.type_string() }}) as definition_version
from met
left join declared
    on met.lead_id = declared.lead_id
    and met.cycle_number = declared.cycle_number
where
    met.met_rank = 1
    and declared.lead_id is null
