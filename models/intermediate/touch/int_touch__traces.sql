-- One row per touch, with the trace of its origin written one way: lower case, the referrer as its host, the
-- click id as its kind (what stands before the first `.` or `=`), `(empty)` for nothing.
{% set traits = {
    'touch_type': 'touch_type',
    'utm_medium': 'trim(utm_medium)',
    'utm_source': 'trim(utm_source)',
    'referrer':
        "case when referrer like '%//%' then split_part(split_part(referrer, '//', 2), '/', 1) "
        ~ 'else referrer end',
    'click_id': "split_part(replace(click_id, '=', '.'), '.', 1)",
} %}
with

traces as (

    select
        connection,
        source_id,
        {%- for trait, expression in traits.items() %}
        coalesce(nullif(lower({{ expression }}), ''), '(empty)') as {{ trait }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('int_unified__touches') }}

)

select
    traces.*,
    {{ traits | join(" || '|' || ") }} as trace_id
from traces
