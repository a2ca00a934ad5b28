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

signals as (

    select
        *,
        {{ exact_instant('changed') }} as changed_instant,
        row_number() over (
            partition by connection, subject_id, field order by changed_at, source_id
        ) as change_number
    from {{ ref('int_unified__stage_signals') }}
    where
        subject = 'opportunity'
        and field in ('stage', 'amount')
        and changed_at is not null

),

firsts as (

    select
        connection,
        subject_id,
        min(changed_instant) as first_instant,
        bool_or(field = 'stage') as has_stage_history,
        bool_or(field = 'amount') as has_amount_history,
        max(case when field = 'stage' and change_number = 1 then old_value end) as opening_stage,
        max(case when field = 'amount' and change_number = 1 then old_amount end) as opening_amount
    from signals
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
            when firsts.has_stage_history then firsts.opening_stage
            else opportunities.stage
        end as stage_value,
        case when firsts.has_amount_history then firsts.opening_amount else opportunities.amount end as amount
    from opportunities
    left join firsts
        on opportunities.connection = firsts.connection
        and opportunities.source_id = firsts.subject_id

),

changes as (

    select
        signals.connection,
        signals.subject_id as opportunity_id,
        signals.changed_instant as happened_at,
        signals.changed_precision as happened_precision,
        signals.field as changed_field,
        signals.change_number as sequence,
        case when signals.field = 'stage' then signals.new_value end as stage_value,
        case when signals.field = 'amount' then signals.new_amount end as amount
    from signals
    inner join opportunities
        on signals.connection = opportunities.connection
        and signals.subject_id = opportunities.source_id

),

instants as (

    select * from openings
    where happened_at is not null
    union all
    select * from changes

),

numbered as (

    select
        *,
        count(stage_value) over through_now as stage_number,
        count(amount) over through_now as amount_number
    from instants
    window through_now as (
        partition by connection, opportunity_id order by happened_at, sequence, stage_value, amount
        rows between unbounded preceding and current row
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
    max(amount) over (partition by connection, opportunity_id, amount_number) as amount,
    stage_value is not null as is_stage_change
from numbered
