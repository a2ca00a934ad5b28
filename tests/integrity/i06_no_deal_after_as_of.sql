-- A row is an opportunity that entered the pipeline, was won or was lost later than as_of (I06).
-- Such a deal would be counted before it happened.
-- Look at int_opportunity__states: changes after as_of must not be known there.
select opportunity_id from {{ ref('fct_opportunity') }}
where
    opportunity_at >= {{ dbt.dateadd('day', 1, as_of()) }}
    or won_at >= {{ dbt.dateadd('day', 1, as_of()) }}
    or lost_at >= {{ dbt.dateadd('day', 1, as_of()) }}
