-- One row: the window of each pair of stages in days, as valid at `as_of`.
with

windows as (

    select * from {{ ref('stage_windows') }} as stage_windows
    where {{ is_valid_on('stage_windows', reporting_date(as_of())) }}

)

select
    {%- for from_stage, to_stage in funnel_pairs() %}
    max(
        case when from_stage = '{{ from_stage }}' and to_stage = '{{ to_stage }}' then window_days end
    ) as {{ from_stage }}_to_{{ to_stage }},
    {%- endfor %}
    count(*) as windows
from windows
