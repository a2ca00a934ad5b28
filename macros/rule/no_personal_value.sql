{# Whether a text holds neither an e-mail address nor an international telephone number. A number without its
   country cannot be told from a key, and passes. #}
{% macro no_personal_value(column) -%}
    coalesce(
        not {{ matches(column, '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*[.][A-Za-z]{2,}') }}
        and not {{ matches(column, '(^|[^0-9A-Za-z])[+][1-9][0-9 ()/.-]{6,}[0-9]') }},
        true
    )
{%- endmacro %}
