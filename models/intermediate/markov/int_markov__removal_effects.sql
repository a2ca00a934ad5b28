-- One row per fitted model and channel of its chain: what share of the conversions is lost without it.
with recursive

chains as (

    select
        attribution_model || '|' || conversion_type || '|' || conversion_month as chain,
        *
    from {{ ref('int_markov__chains') }}

),

-- the channels of a chain are numbered; 0 is the start in rows of its matrix, and the conversion in columns
channels as (

    select
        chain,
        attribution_model,
        conversion_type,
        conversion_month,
        from_state as channel,
        row_number() over (partition by chain order by from_state) as state,
        count(*) over (partition by chain) as states
    from chains
    where from_state <> '(start)'
    group by chain, attribution_model, conversion_type, conversion_month, from_state

),

matrix_rows as (

    select
        chain,
        states,
        state,
        channel as from_state
    from channels
    union all
    select
        chain,
        states,
        0,
        '(start)'
    from channels
    where state = 1

),

matrix_columns as (

    select
        chain,
        state,
        channel as to_state
    from channels
    union all
    select
        chain,
        0,
        '(conversion)'
    from channels
    where state = 1

),

matrix_cells as (

    select
        matrix_rows.chain,
        cast(matrix_rows.states as integer) as states,
        matrix_rows.state as row_state,
        matrix_columns.state as column_state,
        case when matrix_rows.state = matrix_columns.state and matrix_rows.state > 0 then 1 else 0 end
        + case when matrix_columns.state = 0 then 1 else -1 end * coalesce(chains.probability, 0) as cell
    from matrix_rows
    inner join matrix_columns on matrix_rows.chain = matrix_columns.chain
    left join chains
        on matrix_rows.chain = chains.chain
        and matrix_rows.from_state = chains.from_state
        and matrix_columns.to_state = chains.to_state

),

{{ swept('chain') }},

-- how often a path visits the channel, how often one that is there does, and how probably that one converts
solved as (

    select
        channels.*,
        max(case when cells.row_state = 0 and cells.column_state > 0 then cells.cell end) as visits,
        max(case when cells.row_state > 0 and cells.column_state > 0 then cells.cell end) as own_visits,
        max(case when cells.row_state > 0 and cells.column_state = 0 then cells.cell end)
            as conversion_probability,
        max(case when cells.row_state = 0 and cells.column_state = 0 then cells.cell end) as chain_probability
    from channels
    inner join swept as cells
        on channels.chain = cells.chain
        and channels.states = cells.step
        and cells.row_state in (0, channels.state)
        and cells.column_state in (0, channels.state)
    group by
        channels.chain, channels.attribution_model, channels.conversion_type, channels.conversion_month,
        channels.channel, channels.state, channels.states

),

-- without the channel the paths that ever visit it are lost
removed as (

    select
        *,
        visits / own_visits * conversion_probability as lost_probability
    from solved

)

select
    attribution_model,
    conversion_type,
    conversion_month,
    channel,
    chain_probability,
    chain_probability - lost_probability as probability_without,
    lost_probability / chain_probability as removal_effect,
    -- decimals: the order in which they are summed changes nothing
    lost_probability
    / {{ double('sum(cast(lost_probability as decimal(38, 15))) over (partition by chain)') }} as share
from removed
