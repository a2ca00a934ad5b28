{# The CTE `segmented`: events of leads in their order, each with the cycle it falls into. An exit closes the
   cycle; the first event after it that can, re-opens the cycle or starts the next one:

   - a stage that `starts_cycle` starts the next one, unless it comes within the cool-off of an exit after
     which it re-opens (`reopens_after`: any, or one exit state); an inquiry only where the exit lets inquiries
     restart;
   - a stage that only re-opens does so within the cool-off;
   - a deal that opens re-opens the cycle whenever it comes, and does so before the stages of that instant.

   `relation` holds the events with the columns of `int_lifecycle__ordered_events`. #}
{% macro cycle_segments(relation) %}
{%- set in_order -%}
partition by lead_id
            order by
                ordered_at,
                case when exit_state is not null then 2 when stage is not null then 1 else 0 end,
                stage_rank,
                evidence,
                connection,
                source_id
{%- endset %}
numbered as (

    select
        *,
        row_number() over (
            {{ in_order }}
        ) as event_number,
        coalesce(sum(case when ends_cycle then 1 else 0 end) over (
            {{ in_order }}
            rows between unbounded preceding and 1 preceding
        ), 0) as exits_before
    from {{ relation }}

),

-- what an event does if it finds the cycle closed
effects as (

    select
        numbered.*,
        exits.exit_state as last_exit_state,
        exits.ordered_at as last_exit_at,
        case
            when numbered.is_contradicted or exits.lead_id is null then null
            when numbered.evidence = 'deal_opened' then 'reopens'
            when
                numbered.reopens_after in ('any', exits.exit_state)
                and numbered.ordered_at <= {{ dbt.dateadd(
                    'day', 'cast(' ~ threshold('remql_cooloff_days') ~ ' as integer)', 'exits.ordered_at'
                ) }}
                then 'reopens'
            when numbered.starts_cycle and (numbered.reopens_after is not null or states.inquiry_restarts)
                then 'starts'
        end as effect
    from numbered
    left join numbered as exits
        on numbered.lead_id = exits.lead_id
        and exits.ends_cycle
        and numbered.exits_before = exits.exits_before + 1
    left join {{ ref('exit_states') }} as states on exits.exit_state = states.exit_state

),

counted as (

    select
        *,
        sum(case when effect is not null then 1 else 0 end) over (
            partition by lead_id, exits_before order by event_number
            rows between unbounded preceding and current row
        ) as effects_since_exit
    from effects

),

segmented as (

    select
        counted.*,
        exits_before = 0 or effects_since_exit > 0 as is_open,
        case when effects_since_exit = 1 and effect is not null then effect end as turn,
        1 + coalesce(sum(
            case when effects_since_exit = 1 and effect = 'starts' then 1 else 0 end
        ) over (
            partition by lead_id order by event_number rows between unbounded preceding and current row
        ), 0) as cycle_number
    from counted

)
{%- endmacro %}
