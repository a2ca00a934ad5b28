{# Bounds of 95 % intervals; z = 1.959964 is the 97.5 % quantile of the normal distribution. `side` is -1 for the lower
   and 1 for the upper bound. #}

{# Wilson's score interval of a rate (Wilson 1927). #}
{% macro wilson_bound(successes, cases, side) -%}
    {%- set z = 1.959964 -%}
    {%- set p = '(' ~ double(successes) ~ ' / nullif(' ~ double(cases) ~ ', 0))' -%}
    {{ 'greatest(0, ' if side < 0 else 'least(1, ' }}
    ({{ p }} + {{ z * z / 2 }} / nullif({{ cases }}, 0)
    + {{ side }} * {{ z }} * sqrt(
        {{ p }} * (1 - {{ p }}) / nullif({{ cases }}, 0) + {{ z * z / 4 }} / nullif({{ double(cases) }} * {{ cases }}, 0)
    ))
    / (1 + {{ z * z }} / nullif({{ cases }}, 0)))
{%- endmacro %}

{# Byar's approximation of the Poisson interval of a count (Breslow and Day 1987, 2.13). #}
{% macro byar_bound(events, side) -%}
    {%- set z = 1.959964 -%}
    {%- if side < 0 -%}
    case
        when {{ events }} = 0 then 0
        else {{ double(events) }} * power(1 - 1 / (9 * {{ double(events) }}) - {{ z }} / (3 * sqrt({{ events }})), 3)
    end
    {%- else -%}
    ({{ double(events) }} + 1)
    * power(1 - 1 / (9 * ({{ double(events) }} + 1)) + {{ z }} / (3 * sqrt({{ events }} + 1)), 3)
    {%- endif -%}
{%- endmacro %}
