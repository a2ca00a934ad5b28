-- A row is a lead cycle with a stage later than as_of (a day later, where only the date is known).
-- Such a stage would be counted before it happened.
-- Look at the events of the lead in int_lifecycle__events: they should end at as_of.
select lead_cycle_id from {{ ref('fct_lead_lifecycle') }}
where
    false
    {%- for stage in stages() %}
    or {{ stage }}_at >= {{ dbt.dateadd('day', 1, as_of()) }}
    {%- endfor %}
