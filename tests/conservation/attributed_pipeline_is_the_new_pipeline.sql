-- A row is a month, origin path and segment whose attributed pipeline, over all channels, is not the new one.
-- The default model only splits what entered the pipeline; it must not add or lose a cent (D31).
-- Look at the credits of type pipeline in fct_attribution.
select
    month,
    origin_path,
    segment,
    sum(new_pipeline_amount) as new_pipeline_amount,
    sum(attributed_pipeline_amount) as attributed_pipeline_amount
from {{ ref('kpi_pipeline_contribution') }}
group by month, origin_path, segment
having sum(new_pipeline_amount) <> sum(attributed_pipeline_amount)
