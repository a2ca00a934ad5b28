-- A row is a waiver that matches no breach: its rule is not broken there, or the key is mistyped.
-- A waiver that waives nothing hides that somebody thought it would.
-- Correct the key, or end the waiver (valid_to); keys stand in fct_rule_case.
{{ config(severity='warn') }}
select
    waivers.rule,
    waivers.subject_key
from {{ ref('rule_waivers') }} as waivers
left join {{ ref('fct_rule_case') }} as cases
    on waivers.rule = cases.rule
    and waivers.subject_key = cases.subject_key
    and cases.outcome = 'broken'
where
    cases.rule is null
    and {{ is_valid_on('waivers', reporting_date(as_of())) }}
