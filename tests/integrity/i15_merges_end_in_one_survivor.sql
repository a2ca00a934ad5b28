-- A row is a merged record whose merges go round in a circle, or that belongs to another person than the
-- record that survived it.
-- A merged record must appear in no fact as a person of its own; its history counts for the survivor.
-- Mend the merge in the source; if the survivor is another person, look for it in identity_different.
with

merged_records as (

    select * from {{ ref('int_identity__merges') }}

),

leads as (

    select
        record_key,
        lead_id
    from {{ ref('int_identity__leads') }}

)

select
    merged_records.record_key,
    merged_records.survivor_key,
    merged_records.is_cycle
from merged_records
left join leads as merged on merged_records.record_key = merged.record_key
left join leads as survivor on merged_records.survivor_key = survivor.record_key
where
    merged_records.is_cycle
    -- one that survives and is left out takes those merged into it along
    or (
        merged_records.is_known
        and merged.lead_id is not null
        and merged.lead_id is distinct from survivor.lead_id
    )
