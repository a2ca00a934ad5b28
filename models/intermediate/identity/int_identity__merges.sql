-- One row per person record that was merged into another one: the record that survives in the end. Merges are
-- followed by pointer jumping, which six rounds make enough for 64 in a row.
with

records as (

    select
        connection || '|' || source_id as record_key,
        connection || '|' || merged_into as merged_into
    from {{ ref('int_unified__persons') }}

),

merge_links as (

    select * from records
    where merged_into is not null

),

{% for round in range(6) %}
{% set before = 'jumped_' ~ (round - 1) if round else 'merge_links' %}
jumped_{{ round }} as (

    select
        here.record_key,
        coalesce(ahead.merged_into, here.merged_into) as merged_into
    from {{ before }} as here
    left join {{ before }} as ahead on here.merged_into = ahead.record_key

),
{% endfor %}

survivors as (

    select
        jumped_5.record_key,
        jumped_5.merged_into as survivor_key,
        -- who is still on the way after six rounds goes round in a circle
        merge_links.record_key is not null as is_cycle,
        records.record_key is not null as is_known
    from jumped_5
    left join merge_links on jumped_5.merged_into = merge_links.record_key
    left join records on jumped_5.merged_into = records.record_key

)

select * from survivors
