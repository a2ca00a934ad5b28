-- One row per person with a job title: the persona by the first rule that fits.
with

titles as (

    select
        lead_id,
        lower(attribute_value) as job_title
    from {{ ref('int_identity__attributes') }}
    where attribute = 'job_title'

),

fitting as (

    select
        titles.lead_id,
        rules.persona,
        row_number() over (partition by titles.lead_id order by rules.rule_order) as rule_rank
    from titles
    inner join {{ ref('persona_rules') }} as rules
        on titles.job_title like rules.job_title_pattern
        and {{ is_valid_on('rules', reporting_date(as_of())) }}

)

select
    titles.lead_id,
    coalesce(fitting.persona, '(unmapped)') as persona
from titles
left join fitting
    on titles.lead_id = fitting.lead_id
    and fitting.rule_rank = 1
