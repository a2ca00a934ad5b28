-- One row per person with records: the creation of the first one.
with

records as (

    select
        records.lead_id,
        {{ exact_instant('given.created') }} as happened_at,
        given.created_precision as happened_precision,
        given.connection,
        given.source_id,
        row_number() over (
            partition by records.lead_id order by given.created_at, given.connection, given.source_id
        ) as creation_rank
    from {{ ref('int_unified__persons') }} as given
    inner join {{ ref('int_identity__records') }} as records
        on given.connection = records.connection
        and given.source_id = records.source_id
        and records.record_kind = 'record'
    where given.created_at is not null

)

select
    lead_id,
    happened_at,
    happened_precision,
    connection,
    source_id
from records
where creation_rank = 1
