-- Question: Why did last quarter's number change?
-- How to read: The last whole fiscal quarter of the company as it is published now, what it was when it was
-- first published, and the difference by cause: the parts add up to `change`. `late` is news, `corrected` and
-- `merged` are work on the data, `definition` and `code` are ours. Reads the published file, which alone has
-- kpi_restatement.
-- Columns: kpi, label_en, unit, quarter_start, value, first_value, change, code, definition, erased, merged,
-- deleted, corrected, late, leads
{% set causes = ['code', 'definition', 'erased', 'merged', 'deleted', 'corrected', 'late'] %}
with

-- by the scorecard's own quarters, which are fiscal
quarters as (

    select
        kpi,
        label_en,
        unit,
        period_start,
        value,
        row_number() over (partition by kpi order by period_start desc) as quarters_ago
    from {{ ref('kpi_scorecard') }}
    where
        period_type = 'quarter'
        and scope_type = 'company'
        and is_mature

),

restated as (

    select
        kpi,
        period_start,
        {%- for cause in causes %}
        sum(case when cause = '{{ cause }}' then difference else 0 end) as {{ cause }}_difference,
        {%- endfor %}
        sum(difference) as difference,
        sum(leads) as leads
    from {{ ref('kpi_scorecard') | replace('kpi_scorecard', 'kpi_restatement') }}
    where
        period_type = 'quarter'
        and scope = 'company:company'
    group by kpi, period_start

)

select
    quarters.kpi,
    quarters.label_en,
    quarters.unit,
    quarters.period_start as quarter_start,
    quarters.value,
    quarters.value - coalesce(restated.difference, 0) as first_value,
    coalesce(restated.difference, 0) as change,
    {%- for cause in causes %}
    coalesce(restated.{{ cause }}_difference, 0) as {{ cause }},
    {%- endfor %}
    coalesce(restated.leads, 0) as leads
from quarters
left join restated
    on quarters.kpi = restated.kpi
    and quarters.period_start = restated.period_start
where quarters.quarters_ago = 1
order by quarters.kpi
