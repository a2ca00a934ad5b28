"""KPIs of the company beside one another: value, plan, prior year, status, and whether it is a signal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from leitstand.report.periods import TwelveMonths, add_months
from leitstand.report.release import Published
from leitstand.units import read_as


@dataclass(frozen=True)
class Point:
    """One KPI in one period; limits are those of its usual variation (XmR), of months only."""

    period_start: dt.date
    value: float | None = None
    plan: float | None = None
    prior_year: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    status: str = "grey"
    status_reason: str = "no_value"
    is_signal: bool = False
    signal: str = "(none)"
    process_low: float | None = None
    process_high: float | None = None
    sample_size: int | None = None
    is_mature: bool = True


@dataclass(frozen=True)
class KpiRow:
    """One KPI: the period shown, the one before, and the twelve months that end with it."""

    kpi: str
    label: str
    unit: str
    shown: Point
    before: Point
    year: tuple[Point, ...]

    @property
    def change(self) -> float | None:
        """Against the period before: points of a share, else a share of the value before."""
        return _difference(self.shown.value, self.before.value, self.unit)

    @property
    def deviation(self) -> float | None:
        """Against the plan, as a share of the plan."""
        if self.shown.value is None or not self.shown.plan:
            return None
        return (self.shown.value - self.shown.plan) / abs(self.shown.plan)

    @property
    def signals(self) -> tuple[Point, ...]:
        """Months of the period shown that are more than usual variation."""
        return tuple(point for point in self.year[-self.months :] if point.is_signal)

    @property
    def months(self) -> int:
        """How many months the period shown has."""
        return 1 if self.shown.period_start == self.year[-1].period_start else 3


def read_kpis(
    published: Published,
    kpis: Sequence[str],
    last: dt.date,
    language: str,
    period_type: str = "month",
) -> tuple[KpiRow, ...]:
    """Read KPIs at the month `last`, or at the quarter that ends with it; unknown ones are left out."""
    names = [name for name in Point.__dataclass_fields__ if name != "period_start"]
    given = {"status": "'grey'", "status_reason": "'no_value'", "is_signal": "false", "signal": "'(none)'"}
    given |= {"is_mature": "true"}
    columns = [f"coalesce({name}, {given[name]}) as {name}" if name in given else name for name in names]
    rows = published.rows(
        f"""
        select
            kpi,
            unit,
            coalesce(label_{language}, kpi) as label,
            period_type,
            cast(period_start as date) as period_start,
            {", ".join(columns)}
        from kpi.kpi.kpi_scorecard
        where
            scope_type = 'company'
            and period_type in ('month', $period_type)
            and list_contains($kpis, kpi)
        """,
        period_type=period_type,
        kpis=list(kpis),
    )
    points = {
        (row["kpi"], row["period_type"], row["period_start"]): Point(
            row["period_start"], **{name: row[name] for name in names}
        )
        for row in rows
    }
    heads = {row["kpi"]: row for row in rows}
    start, step = (last, -1) if period_type == "month" else (add_months(last, -2), -3)
    before = add_months(start, step)
    return tuple(
        KpiRow(
            kpi=kpi,
            label=heads[kpi]["label"],
            unit=read_as(kpi, heads[kpi]["unit"]),
            shown=points.get((kpi, period_type, start), Point(start)),
            before=points.get((kpi, period_type, before), Point(before)),
            year=tuple(points.get((kpi, "month", m), Point(m)) for m in TwelveMonths(last).months),
        )
        for kpi in kpis
        if kpi in heads
    )


def _difference(value: float | None, before: float | None, unit: str) -> float | None:
    if value is None or before is None:
        return None
    if unit == "share":
        return value - before
    return (value - before) / abs(before) if before else None
