-- One row per account.
select
    account_id,
    account_name,
    coalesce(country, '(not set)') as country,
    coalesce(industry, '(not set)') as industry,
    employees,
    segment
from {{ ref('int_identity__accounts') }}
