-- One row per lead cycle handed to sales that somebody in sales owns, with that person under a keyed hash.
-- Off unless the company switches figures about single people on.
{{ config(enabled=var('enable_rep_level', false)) }}
select
    lead_id || '-' || cycle_number as lead_cycle_id,
    {{ keyed_hash("owner_connection || '|' || owner_id") }} as user_id
from {{ ref('int_handover__owners') }}
where owner_id is not null
