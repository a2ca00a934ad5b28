{# A bound of the 95 % interval of a count: Byar's approximation of the Poisson interval (Breslow and Day
   1987, 2.13). z is the 97.5 % quantile of the normal distribution; `side` is -1 for the lower and 1 for the
   upper bound. #}
{% macro byar_bound(events, side) -%}
    {%- set z = 1.959964 -%}
    {%- set n = double(events) -%}
    {%- if side < 0 -%}
    case
        when {{ events }} = 0 then 0
        else {{ n }} * power(1 - 1 / (9 * {{ n }}) - {{ z }} / (3 * sqrt({{ events }})), 3)
    end
    {%- else -%}
    ({{ n }} + 1) * power(1 - 1 / (9 * ({{ n }} + 1)) + {{ z }} / (3 * sqrt({{ events }} + 1)), 3)
    {%- endif -%}
{%- endmacro %}
