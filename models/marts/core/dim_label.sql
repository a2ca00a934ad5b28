-- One row per value of a dimension that has no table of its own, with its labels.
{% set seeds = [
    ('segment', 'segments', 'segment'),
    ('rejection_reason', 'rejection_reasons', 'reason'),
    ('sla_tier', 'sla_policies', 'sla_tier'),
    ('attribution_model', 'attribution_models', 'attribution_model'),
    ('attribution_model', 'data_driven_models', 'attribution_model'),
    ('rule', 'gate_policy', 'rule'),
] %}
with

labels as (

    {% for dimension, seed, key in seeds %}
    select
        '{{ dimension }}' as dimension,
        {{ key }} as dimension_value,
        label_en,
        label_de
    from {{ ref(seed) }} as {{ seed }}
    where {{ is_valid_on(seed, reporting_date(as_of())) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

-- a data-driven model has a row for each type of conversion, with one label
select
    dimension,
    dimension_value,
    min(label_en) as label_en,
    min(label_de) as label_de
from labels
group by dimension, dimension_value
