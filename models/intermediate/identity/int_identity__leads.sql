-- One row per person record that counts: the component that it belongs to, and the person's key.
with

records as (

    select
        normalised.*,
        coalesce(cast(components.component as {{ dbt.type_string() }}), normalised.record_key) as human_key
    from {{ ref('int_identity__normalised') }} as normalised
    left join {{ ref('int_identity__components') }} as components
        on normalised.record_key = components.record_key
    where normalised.left_out_reason is null

),

first_records as (

    select
        human_key,
        record_key,
        bool_or(has_refused) over (partition by human_key) as has_refused,
        row_number() over (
            partition by human_key order by created_at nulls last, connection, source_id
        ) as record_rank
    from records

),

persons as (

    select
        human_key,
        has_refused,
        {{ keyed_hash("record_key") }} as lead_id
    from first_records
    where record_rank = 1

)

select
    records.connection,
    records.source_id,
    records.record_key,
    records.kind,
    records.created_at,
    records.visitor_id,
    records.domain,
    records.is_freemail,
    records.company_name,
    records.country,
    persons.lead_id,
    persons.has_refused
from records
inner join persons on records.human_key = persons.human_key
