{# Whether a rule holds: true, false, or null where nothing is known that it could be judged by. Texts are
   compared in small letters; the values of `in` and `not in` are separated by `|`.

   compared: alias with operator, value, given_text, given_number, wanted_number #}
{% macro rule_holds(compared) -%}
    {%- set given = compared ~ '.given_text' -%}
    {%- set wanted = 'lower(' ~ compared ~ '.value)' -%}
    case
        when {{ compared }}.operator = 'is known' then {{ given }} is not null
        when {{ compared }}.operator = 'is unknown' then {{ given }} is null
        when {{ given }} is null then null
        {%- for operator in ['=', '<>', '>=', '>', '<=', '<'] %}
        when {{ compared }}.operator = '{{ operator }}' and {{ compared }}.wanted_number is not null
            then {{ compared }}.given_number {{ operator }} {{ compared }}.wanted_number
        {%- endfor %}
        when {{ compared }}.operator = '=' then {{ given }} = {{ wanted }}
        when {{ compared }}.operator = '<>' then {{ given }} <> {{ wanted }}
        when {{ compared }}.operator = 'in'
            then position('|' || {{ given }} || '|' in '|' || {{ wanted }} || '|') > 0
        when {{ compared }}.operator = 'not in'
            then position('|' || {{ given }} || '|' in '|' || {{ wanted }} || '|') = 0
    end
{%- endmacro %}
