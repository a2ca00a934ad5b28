{# True where a direct visit stays on its path: as the policy says, and always where all of the path is direct. #}
{% macro is_direct_kept(handling, happened_at, last_other_touch_at) -%}
    (
        {{ last_other_touch_at }} is null
        or {{ handling }} = 'keep'
        or ({{ handling }} = 'remove_if_last_and_not_all' and {{ happened_at }} <= {{ last_other_touch_at }})
    )
{%- endmacro %}
