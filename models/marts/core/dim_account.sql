-- One row per account.
select
    account_id,
    account_name,
    parent_account_id,
    top_account_id,
    coalesce(country, '(not set)') as country,
    coalesce(industry, '(not set)') as industry,
    employees,
    segment,
    icp_tier,
    region
from {{ ref('int_identity__accounts') }}
