-- One row: the instant as of which everything is reported.
{% if var('as_of', none) %}
select cast('{{ var("as_of") }}' as timestamp) as as_of
{% else %}
with

newest_rows as (
    {% for entity in [
        'persons', 'accounts', 'users', 'stage_signals', 'invoices', 'touches', 'campaigns', 'spend', 'other_costs',
        'fx_rates', 'opportunities', 'revenue', 'opportunity_persons', 'activities'
    ] %}
    select max(loaded_at) as loaded_at from {{ ref('int_unified__' ~ entity) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select coalesce(max(loaded_at), cast('{{ var("history_start") }}' as timestamp)) as as_of from newest_rows
{% endif %}
