-- One row per opportunity and instant at which its stage or amount was set, with the stage and amount in
-- force then. The first row opens the opportunity with what it began with: the oldest value known, else the
-- current one.
with

opportunities as (

    select
        *,
        {{ exact_instant('created') }} as created_instant,
        {{ exact_instant('closed') }} as closed_instant
    from {{ ref('int_unified__opportunities') }}
    where not is_deleted

),

changes as (

    select * from {{ ref('int_opportunity__changes') }}

),

firsts as (

    select
        connection,
        subject_id,
        min(changed_instant) as first_instant,
        min(case when field = 'stage' then changed_instant end) as first_stage_instant,
        min(case when field = 'amount' then changed_instant end) as first_amount_instant,
        bool_or(field = 'stage') as has_stage_history,
        bool_or(field = 'amount') as has_amount_history,
        max(case when field = 'stage' and change_number = 1 then old_value end) as opening_stage,
        max(case when field = 'amount' and change_number = 1 then old_amount end) as opening_amount
    from changes
    group by connection, subject_id

),

openings as (

    select
        opportunities.connection,
        opportunities.source_id as opportunity_id,
        coalesce(
            least(opportunities.created_instant, firsts.first_instant), opportunities.closed_instant
        ) as happened_at,
        case
            when
                opportunities.created_instant <= coalesce(firsts.first_instant, opportunities.created_instant)
                then opportunities.created_precision
            when firsts.first_instant is null then opportunities.closed_precision
            else 'second'
        end as happened_precision,
        'opening' as changed_field,
        0 as sequence,
        case
            when firsts.first_stage_instant <= coalesce(opportunities.created_instant, firsts.first_instant)
                then null
            when firsts.has_stage_history then firsts.opening_stage
            else opportunities.stage
        end as stage_value,
        case
            when firsts.first_amount_instant <= coalesce(opportunities.created_instant, firsts.first_instant)
                then null
            when firsts.has_amount_history then firsts.opening_amount
            else opportunities.amount
        end as amount
    from opportunities
    left join firsts
        on opportunities.connection = firsts.connection
        and opportunities.source_id = firsts.subject_id

),

instants as (

    select * from openings
    where happened_at is not null
    union all
    select
        changes.connection,
        changes.subject_id,
        changes.changed_instant,
        changes.changed_precision,
        changes.field,
        changes.change_number,
        case when changes.field = 'stage' then changes.new_value end,
        case when changes.field = 'amount' then changes.new_amount end
    from changes
    inner join opportunities
        on changes.connection = opportunities.connection
        and changes.subject_id = opportunities.source_id

),

-- what stands at the end of an instant stands for all its rows
numbered as (

    select
        *,
        count(stage_value) over through_now as stage_number,
        count(amount) over through_now as amount_number
    from instants
    window through_now as (
        partition by connection, opportunity_id order by happened_at
        range between unbounded preceding and current row
    )

)

select
    connection,
    opportunity_id,
    happened_at,
    happened_precision,
    changed_field,
    sequence,
    max(stage_value) over (partition by connection, opportunity_id, stage_number) as stage_value,
    max(amount) over (partition by connection, opportunity_id, amount_number) as amount
from numbered
