"""The cases behind the demo's publication: they add up to every figure, and identify nobody outside."""

from __future__ import annotations

import stat

from running import Company

LEDGER = "releases/ledger/*/lineage"

ADDED_UP = f"""
with

cases as (

    select * from (
        select
            *,
            unnest(['company', 'channel', 'segment', 'team']) as scope_type,
            unnest(['company', channel, segment, team]) as scope
        from read_parquet('{{folder}}/{LEDGER}/cases.parquet')
    )
    where scope is not null

),

added as (

    select
        kpi, months.period_type, months.period_start, scope_type, scope,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        percentile_cont(0.5) within group (order by measure) as median_value
    from cases
    inner join intermediate.int_reporting__period_months as months on cases.month = months.month_start
    group by all

),

valued as (

    select
        kpi, period_type, period_start, scope_type, scope,
        case kpis.aggregation
            when 'ratio' then cast(numerator as double) / nullif(cast(denominator as double), 0)
            when 'median' then median_value
            else cast(numerator as double)
        end as value
    from added
    inner join definitions.kpis using (kpi)

)

select kpi, count(*)
from kpi.kpi_scorecard as scorecard
left join valued using (kpi, period_type, period_start, scope_type, scope)
where
    -- neither has cases of its own: it is restated as a whole
    kpi not like 'budget_variance%'
    and kpi in (select kpi from definitions.kpis where aggregation not in ('stock', 'composite'))
    and scorecard.value is not null
    and abs(coalesce(scorecard.value, 0) - coalesce(valued.value, 0))
    > 1e-8 * (1 + abs(coalesce(scorecard.value, 0)))
group by kpi
"""


def test_cases_add_up_to_every_figure_of_the_scorecard(demo: Company) -> None:
    """A KPI that its cases do not make up could not be restated by lead."""
    assert demo.rows(ADDED_UP.format(folder=demo.folder)) == []


def test_only_the_owner_may_read_the_cases(demo: Company) -> None:
    (lineage,) = demo.folder.glob(LEDGER)
    assert stat.S_IMODE(lineage.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in lineage.iterdir()} == {0o600}
    assert not list((demo.folder / "releases" / "current").glob("*cases*"))
    assert demo.rows(f"select count(*) from read_parquet('{demo.folder}/{LEDGER}/cases.parquet')") > [(0,)]
