"""The values of the scorecard against the metrics of the same names: a KPI has one name everywhere."""

from __future__ import annotations

from datetime import date

import duckdb

from leitstand.metrics.reconciliation import Unreconciled
from leitstand.semantic import NotAnswered, NotCombinable, SemanticLayer
from leitstand.semantic.question import Resolver, right_grains
from leitstand.semantic.reconcile import Comparison, Pair

SCORECARD = "kpi_scorecard"
_RELATION = f"kpi.{SCORECARD}"
# What there should be, by the agreement, the calendar and what the scorecard is made of. A period counts from
# the KPI's first month on, which may be none; the months themselves are compared without a limit.
_SERIES = """
with

first_months as (

    select kpi, min(period_start) as first_month from kpi_steps.kpi_scorecard_periods
    where period_type = 'month'
    group by kpi

),

company as (

    select
        kpis.kpi,
        periods.period_type,
        'company' as scope_type,
        case
            when periods.period_type <> 'month' then coalesce(
                min(periods.period_start) filter (periods.first_month >= first_months.first_month),
                date '9999-12-31'
            )
        end as since
    from definitions.kpis as kpis
    inner join intermediate.int_reporting__period_months as periods
        on periods.rolling_months is null or periods.rolling_months = kpis.rolling_months
    left join first_months on kpis.kpi = first_months.kpi
    group by kpis.kpi, periods.period_type

)

from company
union all
select distinct kpi, period_type, scope_type, null from kpi_steps.kpi_scorecard_periods
where period_type = 'month' and scope_type <> 'company'
order by all
"""
_PARTS = Unreconciled(
    SCORECARD, "value", "of a longer period than a month for the company only: parts of it by month"
)


def scorecard_comparison(
    db: duckdb.DuckDBPyConnection, layer: SemanticLayer
) -> tuple[Comparison, list[Unreconciled]]:
    """What of the scorecard is compared with metrics, and what is not, with the reasons.

    A month of a scope is the metric of the KPI's name cut by it. Longer periods are compared for the company:
    a quarter by the fiscal calendar, one that reaches back as the metric whose name says so (`sals_ytd`,
    `sals_rolling_3_months`), by the month it ends with.

    Raises:
        NotAnswered: there is no scorecard, or nothing that says what it should hold.
    """
    try:
        series = db.execute(_SERIES).fetchall()
    except duckdb.Error as error:
        raise NotAnswered(
            f"{SCORECARD}: expected a table of KPIs and what it is made of, found: "
            f"{str(error).splitlines()[0]}. Build it anew."
        ) from error
    pairs: list[Pair] = []
    left_out: dict[Unreconciled, None] = {_PARTS: None}
    for kpi, period_type, scope_type, since in series:
        found = _pair(layer, kpi, period_type, scope_type, since)
        if isinstance(found, Pair):
            pairs.append(found)
        else:
            left_out[Unreconciled(SCORECARD, kpi, f"value of a {period_type}: {found}")] = None
    key = (("period_start", "month"), ("scope", "scope"))
    comparison = Comparison(
        name=SCORECARD,
        relation=_RELATION,
        key=(*((name, name) for name in ("kpi", "period_type", "scope_type")), *key),
        time="period_start",
        pairs=tuple(pairs),
    )
    return comparison, list(left_out)


def _pair(
    layer: SemanticLayer, kpi: str, period_type: str, scope_type: str, since: date | None
) -> Pair | str:
    """The metric that a series of the scorecard should equal, or why there is none."""
    name, grain = _metric(kpi, period_type)
    if name not in layer.manifest.metrics:
        return "there is no such metric"
    fitting = right_grains(layer.manifest, name)
    if fitting is not None and grain not in fitting:
        return f"the metric is not right by {grain}"
    cuts = [("period_start", grain)]
    if scope_type != "company":
        try:
            cuts.append(("scope", Resolver(layer.manifest, layer.engine, [name]).resolve(scope_type)))
        except NotCombinable:
            return f"the metric cannot be cut by {scope_type}"
    metric = layer.manifest.metric(name)
    return Pair(
        column="value",
        metric=name,
        where=(("kpi", kpi), ("period_type", period_type), ("scope_type", scope_type)),
        is_ratio=metric.text("denominator") != "none" or metric.aggregation == "median",
        over=("scope",) if scope_type == "company" else (),
        cuts=tuple(cuts),
        is_apart=True,
        since=since,
    )


def _metric(kpi: str, period_type: str) -> tuple[str, str]:
    """The name of the metric of a KPI's periods, and its grain."""
    match period_type:
        case "month":
            return kpi, "month"
        case "quarter":
            return kpi, "fiscal_quarter"
        case "year_to_date":
            return f"{kpi}_ytd", "month"
        case _:
            return f"{kpi}_{period_type}", "month"
