"""The management KPIs of the company: month, rolling three months, status."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from leitstand.report.periods import TwelveMonths
from leitstand.report.release import Published

# One tile each; the later name stands in where the data know no visitors.
MANAGEMENT_KPIS = (
    ("marketing_contribution_to_pipeline",),
    ("cost_per_qualified_lead",),
    ("first_touch_to_sal_rate", "inquiry_to_sal_rate"),
)
LOWER_IS_BETTER = frozenset({"cost_per_qualified_lead"})


@dataclass(frozen=True)
class Measure:
    """One KPI in one period, as the scorecard holds it; `period_start` is its last month."""

    period_start: dt.date
    value: float | None = None
    denominator: float | None = None
    plan: float | None = None
    prior_year: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    status: str = "grey"
    status_reason: str = "no_value"
    is_signal: bool = False
    sample_size: int | None = None
    is_mature: bool = True

    @property
    def deviation(self) -> float | None:
        """Actual less plan, as a share of the plan."""
        if self.value is None or not self.plan:
            return None
        return (self.value - self.plan) / abs(self.plan)

    @property
    def change(self) -> float | None:
        """Actual less prior year, as a share of the prior year."""
        if self.value is None or not self.prior_year:
            return None
        return (self.value - self.prior_year) / abs(self.prior_year)

    @property
    def says_something(self) -> bool:
        """Whether the period has a value, or has none for good: nothing to divide by."""
        return self.value is not None or (self.is_mature and self.denominator == 0)


@dataclass(frozen=True)
class Tile:
    """One KPI: the month shown, the three months its status is judged on, and the year."""

    kpi: str
    label: str | None
    unit: str
    month: Measure
    quarter: Measure | None
    year: tuple[Measure, ...]

    @property
    def judged(self) -> Measure:
        """The period whose status counts."""
        return self.quarter or self.month

    @property
    def lower_is_better(self) -> bool:
        """Whether a value below plan is good."""
        return self.kpi in LOWER_IS_BETTER

    def is_good(self, deviation: float) -> bool:
        """Whether a deviation from plan or prior year points the right way."""
        return deviation <= 0 if self.lower_is_better else deviation >= 0


def read_tiles(published: Published, month: dt.date, language: str) -> tuple[Tile, ...]:
    """Read the three KPIs, each at its newest month with something to say up to `month`."""
    return tuple(_tile(published, names, month, language) for names in MANAGEMENT_KPIS)


def _tile(published: Published, names: tuple[str, ...], last: dt.date, language: str) -> Tile:
    rows: list[dict[str, Any]] = []
    kpi = names[0]
    for name in names:
        rows = _rows(published, name, last, language)
        if any(row["value"] is not None for row in rows):
            kpi = name
            break
    months = {m.period_start: m for m in _measures(rows, "month")}
    quarters = {m.period_start: m for m in _measures(rows, "rolling_3_months")}
    shown = max((m for m in months.values() if m.says_something), default=None, key=_start)
    shown = shown or months.get(last) or Measure(last)
    return Tile(
        kpi=kpi,
        label=rows[0]["label"] if rows else None,
        unit=rows[0]["unit"] if rows else "share",
        month=shown,
        quarter=quarters.get(shown.period_start),
        year=tuple(months.get(month, Measure(month)) for month in TwelveMonths(shown.period_start).months),
    )


def _start(measure: Measure) -> dt.date:
    return measure.period_start


def _measures(rows: list[dict[str, Any]], period_type: str) -> list[Measure]:
    fields = Measure.__dataclass_fields__
    return [
        Measure(**{name: row[name] for name in fields}) for row in rows if row["period_type"] == period_type
    ]


def _rows(published: Published, kpi: str, last: dt.date, language: str) -> list[dict[str, Any]]:
    return published.rows(
        f"""
        select
            period_type,
            cast(period_start as date) as period_start,
            cast(value as double) as value,
            cast(denominator as double) as denominator,
            cast(plan as double) as plan,
            cast(prior_year as double) as prior_year,
            cast(ci_low as double) as ci_low,
            cast(ci_high as double) as ci_high,
            coalesce(status, 'grey') as status,
            coalesce(status_reason, 'no_value') as status_reason,
            coalesce(is_signal, false) as is_signal,
            cast(sample_size as bigint) as sample_size,
            coalesce(is_mature, true) as is_mature,
            unit,
            label_{language} as label
        from kpi.kpi.kpi_scorecard
        where
            kpi = $kpi
            and scope_type = 'company'
            and cast(period_start as date) <= $last
        order by period_type, period_start
        """,
        kpi=kpi,
        last=last,
    )
