-- One row per fitted model and channel of its chain: what share of the conversions would be lost without it.
{% set system = ['attribution_model', 'conversion_type', 'conversion_month'] %}
{% set most_channels = 24 %}
with

chains as (

    select * from {{ ref('int_markov__chains') }}

),

states as (

    select
        {{ system | join(', ') }},
        from_state as channel,
        row_number() over (partition by {{ system | join(', ') }} order by from_state) as state
    from chains
    where from_state <> '(start)'
    group by {{ system | join(', ') }}, from_state

),

-- the rows of a matrix are the channels, and 0 for the start; its columns the channels, and 0 for the conversion
matrix_rows as (

    select * from states
    union all
    select
        {{ system | join(', ') }},
        '(start)' as channel,
        0 as state
    from states
    where state = 1

),

matrix_columns as (

    select * from states
    union all
    select
        {{ system | join(', ') }},
        '(conversion)' as channel,
        0 as state
    from states
    where state = 1

),

swept_0 as (

    select
        {% for column in system %}
        matrix_rows.{{ column }},
        {%- endfor %}
        matrix_rows.state as row_state,
        matrix_columns.state as column_state,
        case when matrix_rows.state = matrix_columns.state and matrix_rows.state > 0 then 1 else 0 end
        + case when matrix_columns.state = 0 then 1 else -1 end * coalesce(chains.probability, 0) as cell
    from matrix_rows
    inner join matrix_columns
        on {% for column in system -%}
            matrix_rows.{{ column }} = matrix_columns.{{ column }}
        {{ 'and ' if not loop.last }}
        {%- endfor %}
    left join chains
        on {% for column in system -%}
            matrix_rows.{{ column }} = chains.{{ column }}
        and {% endfor -%}
        matrix_rows.channel = chains.from_state
        and matrix_columns.channel = chains.to_state

),

{{ swept(system, most_channels) }},

-- of a channel: how often a path visits it, how often one that is there does, and how probably it then converts
solved as (

    select
        states.*,
        max(case when cells.row_state = 0 and cells.column_state = states.state then cell end) as visits,
        max(case when cells.row_state = states.state and cells.column_state = states.state then cell end)
            as own_visits,
        max(case when cells.row_state = states.state and cells.column_state = 0 then cell end)
            as conversion_probability,
        max(case when cells.row_state = 0 and cells.column_state = 0 then cell end) as chain_probability
    from states
    inner join swept_{{ most_channels }} as cells
        on {% for column in system -%}
            states.{{ column }} = cells.{{ column }}
        {{ 'and ' if not loop.last }}
        {%- endfor %}
    group by {% for column in system %}states.{{ column }}, {% endfor %}states.channel, states.state

),

-- without the channel only those paths convert that never visit it
removed as (

    select
        *,
        visits / own_visits * conversion_probability as lost_probability
    from solved

)

select
    {{ system | join(', ') }},
    channel,
    chain_probability,
    chain_probability - lost_probability as probability_without,
    lost_probability / chain_probability as removal_effect,
    lost_probability
    / sum(lost_probability) over (partition by {{ system | join(', ') }}) as share
from removed
