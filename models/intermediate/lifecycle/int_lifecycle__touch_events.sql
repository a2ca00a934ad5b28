-- One row per eligible touch by which an identified person inquires, and one per touch by which a lead met
-- the rule of an MQL, for a company that counts it as one undeclared (var mql_source).
select
    touches.lead_id,
    'inquiry' as stage,
    'touch' as evidence,
    touches.touched_at as happened_at,
    touches.touched_precision as happened_precision,
    touches.connection,
    touches.source_id
from {{ ref('int_touch__classified') }} as touches
inner join {{ ref('touch_types') }} as types
    on touches.touch_type = types.touch_type
    and types.is_inquiry
inner join {{ ref('int_identity__persons') }} as persons
    on touches.lead_id = persons.lead_id
    and persons.is_identified
where touches.ineligible_reason is null
union all
select
    lead_id,
    'mql',
    'rule',
    met_at,
    met_precision,
    connection,
    source_id
from {{ ref('int_qualification__met') }}
where '{{ var("mql_source", "declaration") }}' = 'rule'
