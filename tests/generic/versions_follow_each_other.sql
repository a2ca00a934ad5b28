{# Versions of one definition that overlap, or leave days between them on which none holds.

   of: columns that name the definition · version: its version #}
{% test versions_follow_each_other(model, of, version) %}

with

versions as (

    select
        {%- for column in of %}
        {{ column }},
        {%- endfor %}
        {{ version }},
        min(valid_from) as valid_from,
        max(valid_from) as last_valid_from,
        case when count(*) = count(valid_to) then max(valid_to) end as valid_to,
        count(distinct valid_to) + case when count(*) > count(valid_to) then 1 else 0 end as ends
    from {{ model }}
    group by {{ of | join(', ') }}, {{ version }}

),

periods as (

    select
        *,
        lag(valid_from) over (partition by {{ of | join(', ') }} order by valid_from, {{ version }})
            as earlier_from,
        lag(valid_to) over (partition by {{ of | join(', ') }} order by valid_from, {{ version }})
            as earlier_to
    from versions

)

select * from periods
where
    valid_from < last_valid_from
    or ends > 1
    or (
        earlier_from is not null
        and (earlier_to is null or earlier_to <> valid_from)
    )

{% endtest %}
