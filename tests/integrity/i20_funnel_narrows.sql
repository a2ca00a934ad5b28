-- A row is a month of inquiries from marketing in which a later stage has more leads than an earlier (I20).
-- Reaching a stage implies the stages before it.
-- Look at the suffix minimum in int_lifecycle__cycles.
select
    inquiry_month,
    count(inquiry_at) as inquiries,
    count(mql_at) as mqls,
    count(sal_at) as sals
from {{ ref('fct_lead_lifecycle') }}
where
    is_marketing_sourced
    and inquiry_at is not null
group by inquiry_month
having
    count(inquiry_at) < count(mql_at)
    or count(mql_at) < count(sal_at)
