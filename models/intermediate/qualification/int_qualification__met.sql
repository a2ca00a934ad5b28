-- One row per telling touch by which a lead met the agreement's rule of an MQL, whether or not a system
-- declared it.
select
    moments.lead_id,
    moments.declared_at as met_at,
    moments.declared_precision as met_precision,
    cast(verdicts.version as {{ dbt.type_string() }}) as definition_version,
    moments.connection,
    -moments.moment_number as touch_sequence,
    moments.source_id
from {{ ref('int_qualification__moments') }} as moments
inner join {{ ref('int_qualification__verdicts') }} as verdicts
    on moments.moment_number = verdicts.moment_number
where
    moments.touch_id is not null
    and verdicts.verdict = 'verified'
