-- One row per rule and case that it examined, over all rules whose breaches are counted.
{% set rules = [
    'i03_accepted_lead_was_mql', 'i04_qualified_lead_was_accepted', 'i09_rejection_has_mql_and_reason',
    'i10_exit_has_reason', 'i11_sales_accepts', 'i12_mql_is_decided', 'i13_mql_has_evidence',
    'i18_won_deal_has_amount', 'i22_spend_is_plausible', 'i23_spend_has_no_gap', 'i23_spend_is_settled',
    'i24_spend_is_invoiced', 'i25_touch_has_channel', 'i36_response_follows_handover', 'i37_mql_is_routed',
    'i39_plan_is_complete', 'i41_source_is_fresh', 'i42_stage_is_observed', 'i42_mql_has_account'
] %}
{% for rule in rules %}
select * from {{ ref('int_rule__' ~ rule) }}
{%- if not loop.last %}
union all
{%- endif %}
{% endfor %}
