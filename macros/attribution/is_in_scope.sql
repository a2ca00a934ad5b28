{# True where a person of an opportunity (`int_opportunity__people`) counts for a conversion: anybody of the
   account, those linked to the opportunity, or the primary one alone. #}
{% macro is_in_scope(people, conversions) -%}
    case {{ conversions }}.scope
        when 'account' then true
        when 'contact_roles' then {{ people }}.is_linked
        else {{ people }}.is_primary
    end
{%- endmacro %}
