-- A row is a connection where the person records received are not those that count and those left out.
-- A record that vanishes takes its stages with it.
-- Look for a join that loses or doubles rows in int_identity__normalised or int_identity__leads.
with

received as (

    select
        connection,
        count(*) as records
    from {{ ref('int_unified__persons') }}
    group by connection

),

counted as (

    select
        connection,
        count(*) as records
    from {{ ref('int_identity__records') }}
    where record_kind = 'record'
    group by connection

),

left_out as (

    select
        connection,
        sum(left_out_rows) as records
    from {{ ref('int_quality__left_out') }}
    where entity = 'persons'
    group by connection

)

select
    received.connection,
    received.records as received,
    counted.records as counted,
    left_out.records as left_out
from received
left join counted on received.connection = counted.connection
left join left_out on received.connection = left_out.connection
where received.records <> coalesce(counted.records, 0) + coalesce(left_out.records, 0)
