-- One row per account, with its group and sales region, and its segment and ICP tier by the first rule that
-- fits.
with

keys as (

    select * from {{ ref('int_identity__account_keys') }}
    where record_key = account_id

),

accounts as (

    select
        keys.account_id,
        given.name as account_name,
        given.country,
        given.industry,
        given.employees,
        keys.parent_account_id,
        keys.top_account_id,
        keys.is_parent_cycle
    from {{ ref('int_unified__accounts') }} as given
    inner join keys on given.connection || '|' || given.source_id = keys.account_id

),

fitting_segments as (

    select
        accounts.account_id,
        rules.segment,
        row_number() over (partition by accounts.account_id order by rules.rule_order) as rule_rank
    from accounts
    inner join {{ ref('segment_rules') }} as rules
        on accounts.employees between rules.minimum_employees
        and coalesce(rules.maximum_employees, accounts.employees)
        and {{ is_valid_on('rules', reporting_date(as_of())) }}

),

fitting_tiers as (

    select
        accounts.account_id,
        rules.icp_tier,
        row_number() over (partition by accounts.account_id order by rules.rule_order) as rule_rank
    from accounts
    inner join {{ ref('icp_rules') }} as rules
        on (rules.minimum_employees is null or accounts.employees >= rules.minimum_employees)
        and (rules.maximum_employees is null or accounts.employees <= rules.maximum_employees)
        and (rules.industry is null or accounts.industry = rules.industry)
        and (rules.country is null or accounts.country = rules.country)
        and {{ is_valid_on('rules', reporting_date(as_of())) }}

)

select
    accounts.account_id,
    accounts.account_name,
    accounts.country,
    accounts.industry,
    accounts.employees,
    case
        when accounts.employees is null then '(not set)'
        else coalesce(segments.segment, '(unmapped)')
    end as segment,
    coalesce(
        tiers.icp_tier,
        case
            when accounts.employees is null and accounts.industry is null and accounts.country is null
                then '(not set)'
            else '(unmapped)'
        end
    ) as icp_tier,
    case
        when accounts.country is null then '(not set)'
        else coalesce(regions.region, '(unmapped)')
    end as region,
    accounts.parent_account_id,
    accounts.top_account_id,
    accounts.is_parent_cycle
from accounts
left join fitting_segments as segments
    on accounts.account_id = segments.account_id and segments.rule_rank = 1
left join fitting_tiers as tiers
    on accounts.account_id = tiers.account_id and tiers.rule_rank = 1
left join {{ ref('sales_regions') }} as regions
    on accounts.country = regions.country
    and {{ is_valid_on('regions', reporting_date(as_of())) }}
