{# Rows of one key whose periods of validity overlap: for a day there would be two answers. #}
{% test periods_do_not_overlap(model, key) %}

with

periods as (

    select
        {%- for column in key %}
        {{ column }},
        {%- endfor %}
        valid_from,
        valid_to,
        lag(valid_from) over (partition by {{ key | join(', ') }} order by valid_from) as earlier_from,
        lag(valid_to) over (partition by {{ key | join(', ') }} order by valid_from) as earlier_to
    from {{ model }}

)

select * from periods
where
    earlier_from is not null
    and (earlier_to is null or earlier_to > valid_from)

{% endtest %}
