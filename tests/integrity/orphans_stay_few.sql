-- A row is an entity of a connection of which too many records name something that is not there.
-- A share above the threshold says that an export is incomplete or keys do not match.
-- Compare the keys of the two exports; int_quality__left_out counts all reasons.
{{ config(severity='warn') }}
select
    connection,
    entity,
    left_out_rows,
    all_rows
from {{ ref('int_quality__left_out') }}
where
    reason in ('unknown_subject', 'unknown_survivor')
    and left_out_rows > {{ threshold('maximum_orphan_share') }} * all_rows
