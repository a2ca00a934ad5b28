{# Figures about single people go with the consent to them: what was built while `enable_rep_level` was true is
   dropped once it is not. #}
{% macro drop_what_is_off() %}
    {%- if execute and flags.WHICH in ('build', 'run') and not var('enable_rep_level', false) %}
        {%- for schema, table in [('kpi', 'kpi_handover_by_user'), ('core', 'bridge_handover_user')] %}
            {%- set relation = adapter.get_relation(target.database, schema, table) %}
            {%- if relation %}
                {%- do adapter.drop_relation(relation) %}
            {%- endif %}
        {%- endfor %}
    {%- endif %}
{% endmacro %}
