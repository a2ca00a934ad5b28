-- One row per lead and instant at which its last open deal closed: won if any deal since the former such
-- instant was won, else lost, with the reason of the deal lost last.
with

deals as (

    select * from {{ ref('int_lifecycle__deals') }}

),

-- at the same instant deals open before others close
changes as (

    select
        lead_id,
        opportunity_id,
        opened_at as changed_at,
        0 as change_order,
        1 as change,
        false as is_won,
        cast(null as {{ dbt.type_string() }}) as loss_reason,
        cast(null as {{ dbt.type_string() }}) as closed_precision,
        connection,
        source_id
    from deals
    union all
    select
        lead_id,
        opportunity_id,
        closed_at,
        1,
        -1,
        won_at is not null,
        loss_reason,
        closed_precision,
        connection,
        source_id
    from deals
    where closed_at is not null

),

running as (

    select
        *,
        sum(change) over (
            partition by lead_id order by changed_at, change_order, opportunity_id
            rows between unbounded preceding and current row
        ) as open_deals
    from changes

),

stretches as (

    select
        *,
        coalesce(sum(case when open_deals = 0 then 1 else 0 end) over (
            partition by lead_id order by changed_at, change_order, opportunity_id
            rows between unbounded preceding and 1 preceding
        ), 0) as stretch
    from running

),

won as (

    select
        lead_id,
        stretch,
        bool_or(is_won) as has_won
    from stretches
    group by lead_id, stretch

)

select
    stretches.lead_id,
    stretches.changed_at as exit_at,
    stretches.closed_precision as exit_precision,
    case when won.has_won then 'won' else 'lost' end as exit_state,
    case when not won.has_won then stretches.loss_reason end as reason,
    stretches.connection,
    stretches.source_id
from stretches
inner join won
    on stretches.lead_id = won.lead_id
    and stretches.stretch = won.stretch
where stretches.open_deals = 0
