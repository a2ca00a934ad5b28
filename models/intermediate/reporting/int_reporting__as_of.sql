-- One row: the instant as of which everything is reported.
{% if var('as_of', none) %}
select cast('{{ var("as_of") }}' as timestamp) as as_of
{% else %}
with

newest_rows as (
    {% for entity in [
        'persons', 'stage_signals', 'touches', 'spend', 'other_costs', 'opportunities', 'activities'
    ] %}
    select max(loaded_at) as loaded_at from {{ ref('int_unified__' ~ entity) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select coalesce(max(loaded_at), cast('{{ var("history_start") }}' as timestamp)) as as_of from newest_rows
{% endif %}
