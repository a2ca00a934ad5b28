{# A bound of the 95 % interval of a rate: Wilson's score interval (Wilson 1927); none without cases. z is the
   97.5 % quantile of the normal distribution; `side` is -1 for the lower and 1 for the upper bound. #}
{% macro wilson_bound(successes, cases, side) -%}
    {%- set z = 1.959964 -%}
    {%- set p = '(' ~ double(successes) ~ ' / ' ~ double(cases) ~ ')' -%}
    case when {{ cases }} > 0 then {{ 'greatest(0, ' if side < 0 else 'least(1, ' }}
    ({{ p }} + {{ z * z / 2 }} / {{ cases }}
    + {{ side }} * {{ z }} * sqrt(
        {{ p }} * (1 - {{ p }}) / {{ cases }}
        + {{ z * z / 4 }} / ({{ double(cases) }} * {{ cases }})
    ))
    / (1 + {{ z * z }} / {{ cases }})) end
{%- endmacro %}
