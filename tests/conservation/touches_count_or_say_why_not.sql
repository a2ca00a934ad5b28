-- A row is a difference between the touches received and those that count or carry a reason why not.
-- A touch that vanishes takes credit from its channel.
-- Look for a join that loses or doubles rows in int_touch__classified or fct_touchpoint.
with

received as (

    select count(*) as touches from {{ ref('int_unified__touches') }}

),

counted as (

    select count(*) as touches from {{ ref('fct_touchpoint') }}

),

left_out as (

    select count(*) as touches from {{ ref('int_touch__classified') }}
    where ineligible_reason is not null

)

select
    received.touches as received,
    counted.touches as counted,
    left_out.touches as left_out
from received
cross join counted
cross join left_out
where received.touches <> counted.touches + left_out.touches
