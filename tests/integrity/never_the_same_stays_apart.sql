-- A row is a pair of records that the company knows to be two people and that other links join all the same.
-- The identifiers that both hold are cut; a third record may hold one of each.
-- See `leitstand explain person`, and add the pair with the third record to identity_different.
select
    never.connection,
    never.source_id,
    never.other_connection,
    never.other_source_id,
    one.lead_id
from {{ ref('identity_different') }} as never
inner join {{ ref('int_identity__leads') }} as one
    on never.connection = one.connection
    and never.source_id = one.source_id
inner join {{ ref('int_identity__leads') }} as other
    on never.other_connection = other.connection
    and never.other_source_id = other.source_id
where
    one.lead_id = other.lead_id
    and {{ is_valid_on('never', reporting_date(as_of())) }}
