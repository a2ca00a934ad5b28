-- One row per KPI of the agreement, with what it is made of.
select
    kpis.kpi,
    kpis.kpi_number,
    kpis.unit,
    kpis.aggregation,
    kpis.direction,
    kpi_formulas.formula_en,
    kpi_formulas.formula_de,
    kpis.owner,
    kpis.label_en,
    kpis.label_de
from {{ ref('kpis') }} as kpis
left join {{ ref('kpi_formulas') }} as kpi_formulas on kpis.kpi = kpi_formulas.kpi
where {{ is_valid_on('kpis', reporting_date(as_of())) }}
