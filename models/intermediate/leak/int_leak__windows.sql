-- One row per stage: the days within which a lead cycle at that stage becomes an opportunity. The window that
-- the agreement names for the pair, else those of the stages between, one after another.
with

pairs as (

    select
        windows.from_stage,
        windows.to_stage,
        windows.window_days,
        from_stages.stage_rank as from_rank,
        to_stages.stage_rank as to_rank
    from {{ ref('stage_windows') }} as windows
    inner join {{ ref('stages') }} as from_stages on windows.from_stage = from_stages.stage
    inner join {{ ref('stages') }} as to_stages on windows.to_stage = to_stages.stage
    where {{ is_valid_on('windows', reporting_date(as_of())) }}

),

targets as (

    select stage_rank as target_rank from {{ ref('stages') }}
    where stage = 'opportunity'

)

select
    stages.stage,
    cast(coalesce(
        max(
            case
                when pairs.from_stage = stages.stage and pairs.to_rank = targets.target_rank
                    then pairs.window_days
            end
        ),
        sum(case when pairs.to_rank = pairs.from_rank + 1 then pairs.window_days end),
        0
    ) as integer) as window_days
from {{ ref('stages') }} as stages
inner join targets on stages.stage_rank <= targets.target_rank
left join pairs
    on stages.stage_rank <= pairs.from_rank
    and targets.target_rank >= pairs.to_rank
group by stages.stage
