-- A row is a touch that counts for a person, though the person refused or it came without consent (I26).
-- Such touches may be counted, but not linked to the person.
-- Look at int_touch__classified: it must leave them out with the reason no_consent.
with

-- the person refused or took consent back
refusing as (

    select touches.touchpoint_id
    from {{ ref('fct_touchpoint') }} as touches
    inner join {{ ref('int_identity__records') }} as records on touches.lead_id = records.lead_id
    where records.has_refused

),

-- the touch itself says so
refused as (

    select touches.touchpoint_id
    from {{ ref('fct_touchpoint') }} as touches
    inner join {{ ref('int_touch__classified') }} as classified
        on touches.touchpoint_id = classified.touchpoint_id
    where classified.consent_state in ('denied', 'withdrawn')

)

select touchpoint_id from refusing
union
select touchpoint_id from refused
