{# Linear systems solved by sweeping: the CTE `swept` for a `with recursive` that already holds the relation
   `matrix_cells` (`system`, states, row_state, column_state, cell), one matrix a system, dense.
   Sweeping every state once turns the matrix [A r; -s 0] into [inv(A), inv(A) r; s inv(A), s inv(A) r]:
   Gauss-Jordan in place, one state a step, as many steps as the system has states. What holds the solution are
   the rows whose step is the last. No pivoting: the matrices are those of absorbing chains, whose pivots never
   come near zero. #}
{% macro swept(system) %}
swept as (

    select
        {{ system }},
        states,
        0 as step,
        row_state,
        column_state,
        {{ double('cell') }} as cell
    from matrix_cells
    union all
    select
        {{ system }},
        states,
        step,
        row_state,
        column_state,
        case
            when row_state = step and column_state = step then 1 / pivot_cell
            when row_state = step then cell / pivot_cell
            when column_state = step then -cell / pivot_cell
            else cell - in_column * in_row / pivot_cell
        end as cell
    from (
        select
            {{ system }},
            states,
            step + 1 as step,
            row_state,
            column_state,
            cell,
            max(case when row_state = step + 1 and column_state = step + 1 then cell end)
                over (partition by {{ system }}) as pivot_cell,
            max(case when column_state = step + 1 then cell end)
                over (partition by {{ system }}, row_state) as in_column,
            max(case when row_state = step + 1 then cell end)
                over (partition by {{ system }}, column_state) as in_row
        from swept
        where step < states
    ) as pivoted

)
{%- endmacro %}
