{# A bound of the 95 % interval of a rate: Wilson's score interval (Wilson 1927). z is the 97.5 % quantile of
   the normal distribution; `side` is -1 for the lower and 1 for the upper bound. #}
{% macro wilson_bound(successes, cases, side) -%}
    {%- set z = 1.959964 -%}
    {%- set p = '(' ~ double(successes) ~ ' / nullif(' ~ double(cases) ~ ', 0))' -%}
    {{ 'greatest(0, ' if side < 0 else 'least(1, ' }}
    ({{ p }} + {{ z * z / 2 }} / nullif({{ cases }}, 0)
    + {{ side }} * {{ z }} * sqrt(
        {{ p }} * (1 - {{ p }}) / nullif({{ cases }}, 0)
        + {{ z * z / 4 }} / nullif({{ double(cases) }} * {{ cases }}, 0)
    ))
    / (1 + {{ z * z }} / nullif({{ cases }}, 0)))
{%- endmacro %}
