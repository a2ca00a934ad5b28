{# Whether a text is neither an e-mail address nor an international telephone number. #}
{% macro no_personal_value(column) -%}
    coalesce(
        {{ column }} not like '%_@_%.__%'
        and not ({{ column }} like '+%' and length(regexp_replace({{ column }}, '[^0-9]', '', 'g')) > 6),
        true
    )
{%- endmacro %}
