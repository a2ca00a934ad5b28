-- One row per opportunity: when it entered the pipeline and with which amount, and whether and since when it
-- is won or lost. An opportunity that was taken back from won or lost is neither.
with

opportunities as (

    select
        *,
        {{ exact_instant('created') }} as created_instant,
        {{ exact_instant('closed') }} as closed_instant
    from {{ ref('int_unified__opportunities') }}
    where not is_deleted

),

entries as (

    select
        *,
        row_number() over (
            partition by connection, opportunity_id order by happened_at, sequence, changed_field
        ) as entry_rank
    from {{ ref('int_opportunity__states') }}
    where is_in_pipeline

),

histories as (

    select
        connection,
        opportunity_id,
        bool_or(changed_field = 'amount') as has_amount_history,
        bool_or(is_at_entry_stage) as has_reached_entry_stage
    from {{ ref('int_opportunity__states') }}
    group by connection, opportunity_id

),

closes as (

    select
        *,
        row_number() over (
            partition by connection, opportunity_id order by happened_at, sequence, changed_field
        ) as close_rank
    from {{ ref('int_opportunity__states') }}
    where
        is_lasting
        and outcome <> 'open'

),

-- what is closed without history was closed when the record says so; unknown where that date is implausible
closed as (

    select
        closes.connection,
        closes.opportunity_id,
        closes.outcome,
        case
            when closes.changed_field <> 'opening' then closes.happened_at
            when not opportunities.is_closed_implausible
                then coalesce(opportunities.closed_instant, closes.happened_at)
        end as closed_at,
        case
            when closes.changed_field = 'opening' and opportunities.closed_instant is not null
                then opportunities.closed_precision
            else closes.happened_precision
        end as closed_precision
    from closes
    inner join opportunities
        on closes.connection = opportunities.connection
        and closes.opportunity_id = opportunities.source_id
    where closes.close_rank = 1

),

joined as (

    select
        opportunities.connection,
        opportunities.source_id,
        opportunities.connection || '|' || opportunities.source_id as opportunity_id,
        coalesce(
            accounts.account_id, opportunities.connection || '|' || opportunities.account_id
        ) as account_id,
        coalesce(opportunities.opportunity_type, '(not set)') as opportunity_type,
        opportunities.is_partner,
        opportunities.product,
        opportunities.stage as source_stage,
        opportunities.currency,
        opportunities.amount as current_original_amount,
        opportunities.created_instant as created_at,
        opportunities.created_precision,
        opportunities.loss_reason,
        entries.happened_at as opportunity_at,
        entries.happened_precision as opportunity_precision,
        entries.changed_field = 'opening' as is_entry_from_opening,
        entries.amount is not null and not histories.has_amount_history as is_entry_amount_current,
        entries.amount as entry_original_amount,
        histories.has_reached_entry_stage,
        closed.outcome,
        closed.closed_at,
        closed.closed_precision
    from opportunities
    left join {{ ref('int_identity__account_keys') }} as accounts
        on opportunities.connection || '|' || opportunities.account_id = accounts.record_key
    left join entries
        on opportunities.connection = entries.connection
        and opportunities.source_id = entries.opportunity_id
        and entries.entry_rank = 1
    left join histories
        on opportunities.connection = histories.connection
        and opportunities.source_id = histories.opportunity_id
    left join closed
        on opportunities.connection = closed.connection
        and opportunities.source_id = closed.opportunity_id
        and {{ is_known('closed.closed_at', 'closed.closed_precision') }}

)

select
    *,
    case when outcome = 'won' then closed_at end as won_at,
    case when outcome = 'won' then closed_precision end as won_precision,
    case when outcome = 'lost' then closed_at end as lost_at,
    opportunity_at is not null and opportunity_type <> 'renewal' as is_new_pipeline
from joined
