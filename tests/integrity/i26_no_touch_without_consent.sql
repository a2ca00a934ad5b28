-- A row is a person who refused or withdrew consent and has a touch that counts (I26).
-- Such touches may be counted, but not linked to the person.
-- Look at int_touch__classified: it must leave them out with the reason no_consent.
select touches.lead_id
from {{ ref('fct_touchpoint') }} as touches
inner join {{ ref('int_identity__records') }} as records on touches.lead_id = records.lead_id
where records.has_refused
group by touches.lead_id
