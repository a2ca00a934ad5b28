-- A row is a lead whose cycles are not numbered 1, 2, 3 … (I01).
-- A missing number is a lost pass through the funnel, a double one counts twice.
-- Look at int_lifecycle__segments, which numbers them, and at what int_lifecycle__cycles joins away.
select
    lead_id,
    count(*) as cycles,
    min(cycle_number) as first_number,
    max(cycle_number) as last_number
from {{ ref('fct_lead_lifecycle') }}
group by lead_id
having
    min(cycle_number) <> 1
    or max(cycle_number) <> count(*)
    or count(*) <> count(distinct cycle_number)
