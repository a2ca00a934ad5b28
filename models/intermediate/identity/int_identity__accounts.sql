-- One row per account, with its segment by the first segment rule that fits.
with

accounts as (

    select * from {{ ref('int_unified__accounts') }}
    where not is_deleted

),

rules as (

    select * from {{ ref('segment_rules') }}
    where
        valid_from <= {{ reporting_date(as_of()) }}
        and (valid_to is null or valid_to > {{ reporting_date(as_of()) }})

),

fitting as (

    select
        accounts.connection,
        accounts.source_id,
        rules.segment,
        row_number() over (
            partition by accounts.connection, accounts.source_id order by rules.rule_order
        ) as rule_rank
    from accounts
    inner join rules
        on accounts.employees between rules.minimum_employees
        and coalesce(rules.maximum_employees, accounts.employees)

)

select
    accounts.connection || '|' || accounts.source_id as account_id,
    accounts.name as account_name,
    accounts.country,
    accounts.industry,
    accounts.employees,
    case
        when accounts.employees is null then '(not set)'
        else coalesce(fitting.segment, '(unmapped)')
    end as segment
from accounts
left join fitting
    on accounts.connection = fitting.connection
    and accounts.source_id = fitting.source_id
    and fitting.rule_rank = 1
