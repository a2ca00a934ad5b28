{# Linear systems solved by sweeping: CTEs `swept_1` … `swept_<steps>` for a `with` that already holds the
   relation `swept_0` (`system`, row_state, column_state, cell), one matrix a system, dense.
   Sweeping every state once turns the matrix [A r; -s 0] into [inv(A), inv(A) r; s inv(A), s inv(A) r]:
   Gauss-Jordan in place. A state that a system does not have is passed over. No pivoting: the matrices are
   those of absorbing chains, whose pivots never come near zero. Each step is planned by itself: DuckDB's planner
   takes twice as long for every step that it may fold into the next. #}
{% macro swept(system, steps) %}
{%- for state in range(1, steps + 1) %}
pivoted_{{ state }} as (

    select
        *,
        max(case when row_state = {{ state }} and column_state = {{ state }} then cell end)
            over (partition by {{ system }}) as pivot_cell,
        max(case when column_state = {{ state }} then cell end)
            over (partition by {{ system }}, row_state) as in_column,
        max(case when row_state = {{ state }} then cell end)
            over (partition by {{ system }}, column_state) as in_row
    from swept_{{ state - 1 }}

),

swept_{{ state }} as {{ materialized() }} (

    select
        {{ system }},
        row_state,
        column_state,
        case
            when pivot_cell is null then cell
            when row_state = {{ state }} and column_state = {{ state }} then 1 / pivot_cell
            when row_state = {{ state }} then cell / pivot_cell
            when column_state = {{ state }} then -cell / pivot_cell
            else cell - in_column * in_row / pivot_cell
        end as cell
    from pivoted_{{ state }}

){{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}
