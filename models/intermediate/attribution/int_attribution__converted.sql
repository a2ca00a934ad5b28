-- One row per conversion: a lead cycle that reached a stage, or an opportunity (renewals left out) that
-- entered the pipeline or was won.
{% set stages = ['inquiry', 'mql', 'sal', 'sql'] %}
{% set amounts = {'pipeline': ('opportunity', 'entry'), 'revenue': ('won', 'won')} %}
with

cycles as (

    select
        cycles.*,
        windows.opens_after as previous_exit_at
    from {{ ref('int_lifecycle__cycles') }} as cycles
    inner join {{ ref('int_lifecycle__cycle_windows') }} as windows
        on cycles.lead_id = windows.lead_id
        and cycles.cycle_number = windows.cycle_number

),

opportunities as (

    select
        milestones.*,
        origins.primary_lead_id,
        nullif(origins.primary_cycle_number, 0) as primary_cycle_number,
        origins.origin_path,
        origins.channel,
        origins.segment,
        origins.region,
        amounts.entry_amount,
        amounts.won_amount
    from {{ ref('int_opportunity__milestones') }} as milestones
    inner join {{ ref('int_opportunity__origins') }} as origins
        on milestones.opportunity_id = origins.opportunity_id
    inner join {{ ref('int_opportunity__amounts') }} as amounts
        on milestones.opportunity_id = amounts.opportunity_id
    where milestones.opportunity_type <> 'renewal'

)

{% for stage in stages %}
select
    '{{ stage }}' as conversion_type,
    '{{ stage }}|' || lead_id || '-' || cycle_number as conversion_id,
    lead_id || '-' || cycle_number as lead_cycle_id,
    cast(null as {{ dbt.type_string() }}) as opportunity_id,
    cast(null as {{ dbt.type_string() }}) as opportunity_key,
    lead_id,
    cycle_number,
    account_id,
    origin_path,
    channel,
    segment,
    region,
    {{ stage }}_at as converted_at,
    {{ stage }}_precision as converted_precision,
    inquiry_at as lead_created_at,
    previous_exit_at,
    cast(null as timestamp) as opportunity_at,
    cast(null as timestamp) as won_at,
    cast(null as decimal(18, 2)) as amount
from cycles
where {{ stage }}_at is not null
union all
{%- endfor %}
{% for conversion_type, (milestone, amount) in amounts.items() %}
select
    '{{ conversion_type }}',
    '{{ conversion_type }}|' || {{ dbt.hash('opportunity_id') }},
    primary_lead_id || '-' || primary_cycle_number,
    {{ dbt.hash('opportunity_id') }},
    opportunity_id,
    primary_lead_id,
    primary_cycle_number,
    account_id,
    origin_path,
    channel,
    segment,
    region,
    {{ milestone }}_at as converted_at,
    {{ milestone }}_precision,
    null,
    null,
    opportunity_at,
    {{ 'won_at' if milestone == 'won' else 'null' }},
    coalesce({{ amount }}_amount, 0)
from opportunities
where {{ milestone }}_at is not null
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
