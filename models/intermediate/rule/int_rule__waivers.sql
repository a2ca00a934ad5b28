-- One row per rule and case that the agreement waives on the day of `as_of`.
select
    rule,
    subject_key
from {{ ref('rule_waivers') }} as rule_waivers
where {{ is_valid_on('rule_waivers', reporting_date(as_of())) }}
group by rule, subject_key
