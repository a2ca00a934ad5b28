-- One row per KPI of pipeline, month, channel and segment: amounts at entry, of all new pipeline, of that by
-- marketing, or as the default model credits them to the channels of marketing.
{% set sums = {
    'marketing_contribution_to_pipeline': ('is_marketing_sourced', true),
    'influenced_pipeline_share': ('is_influenced', true),
    'sourced_pipeline_amount': ('is_marketing_sourced', false),
    'influenced_pipeline_amount': ('is_influenced', false),
    'new_pipeline_amount': ('true', false),
} %}
with

opportunities as (

    select
        opportunity_month as month,
        channel,
        segment,
        is_marketing_sourced,
        is_influenced,
        coalesce(entry_amount, 0) as amount
    from {{ ref('fct_opportunity') }}
    where is_new_pipeline

),

-- a share counts all opportunities, a sum its own
measured as (
    {% for kpi, (condition, is_share) in sums.items() %}
    select
        '{{ kpi }}' as kpi,
        month,
        channel,
        segment,
        case when {{ condition }} then amount else 0 end as numerator,
        {{ 'amount' if is_share else 'null' }} as denominator,
        {{ 'true' if is_share else condition }} as is_case
    from opportunities
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

credited as (

    select
        attribution.conversion_month as month,
        attribution.channel,
        attribution.segment,
        attribution.amount,
        cast(attribution.weight as decimal(18, 9)) as share_of_case,
        sum(attribution.amount) over (partition by attribution.conversion_id) as amount_of_case
    from {{ ref('fct_attribution') }} as attribution
    inner join {{ ref('dim_channel') }} as channels on attribution.channel = channels.channel
    where
        attribution.conversion_type = 'pipeline'
        and attribution.is_default
        and channels.is_marketing

)

select
    kpi,
    month,
    channel,
    segment,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(numerator * numerator) as numerator_squares,
    sum(numerator * denominator) as products,
    sum(denominator * denominator) as denominator_squares,
    cast(sum(case when is_case then 1 else 0 end) as decimal(28, 9)) as cases
from measured
group by kpi, month, channel, segment
union all
-- parts of one opportunity vary together: times the whole, their squares add up to its own
select
    'attributed_pipeline_amount',
    month,
    channel,
    segment,
    sum(amount),
    null,
    sum(amount * amount_of_case),
    null,
    null,
    sum(share_of_case)
from credited
group by month, channel, segment
