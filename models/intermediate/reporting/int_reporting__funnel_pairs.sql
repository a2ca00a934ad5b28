-- One row per pair of stages that the funnel shows, with its window as valid at `as_of`. Without visitors who
-- never identify themselves the pairs from the first touch are left out: every touched lead is an inquiry by
-- construction.
with

visitors as (

    select count(*) as visitors from {{ ref('int_lifecycle__cycles') }}
    where not is_identified

)

select
    windows.from_stage,
    windows.to_stage,
    windows.window_days
from {{ ref('stage_windows') }} as windows
cross join visitors
where
    windows.is_funnel_pair
    and {{ is_valid_on('windows', reporting_date(as_of())) }}
    and (windows.from_stage <> 'first_touch' or visitors.visitors > 0)
