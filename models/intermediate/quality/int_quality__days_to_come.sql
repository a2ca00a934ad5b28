-- One row per connection and entity with money of a day after `as_of`, which counts for nothing yet.
{% set days = {'spend': 'spend_date', 'revenue': 'revenue_date', 'other_costs': 'period_start'} %}
with

records as (
    {% for entity, day in days.items() %}
    select
        connection,
        '{{ entity }}' as entity,
        {{ day }} > {{ reporting_date(as_of()) }} as is_to_come
    from {{ ref('int_unified__' ~ entity) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

counted as (

    select
        connection,
        entity,
        count(case when is_to_come then 1 end) as rows_to_come,
        count(*) as all_rows
    from records
    group by connection, entity

)

select * from counted
where rows_to_come > 0
