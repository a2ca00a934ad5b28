-- One row per connection, entity and instant of its records: how many are nulled as placeholders or as later
-- than their load, and how many lie after `as_of`. An instant without either has no row.
{% set instants = {
    'persons': ['created', 'contact_consented', 'contact_withdrawn'],
    'opportunities': ['created', 'closed'],
    'stage_signals': ['changed'],
    'activities': ['happened'],
    'touches': ['happened'],
} %}
with

instants as (
    {% for entity, stems in instants.items() %}
    {% for stem in stems %}
    select
        connection,
        '{{ entity }}' as entity,
        '{{ stem }}_at' as instant,
        is_{{ stem }}_implausible as is_implausible,
        {{ is_known(exact_instant(stem), stem ~ '_precision') }} as is_known
    from {{ ref('int_unified__' ~ entity) }}
    where
        {{ stem }}_at is not null
        or is_{{ stem }}_implausible
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

counted as (

    select
        connection,
        entity,
        instant,
        count(case when is_implausible then 1 end) as implausible_rows,
        count(case when not is_known then 1 end) as later_rows,
        count(*) as all_rows
    from instants
    group by connection, entity, instant

)

select * from counted
where
    implausible_rows > 0
    or later_rows > 0
