"""The three KPIs that management steers by, read from a published release."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
from babel.numbers import format_compact_currency, format_currency, format_percent

KPIS = (
    ("marketing_contribution_to_pipeline",),
    ("cost_per_qualified_lead",),
    # without visitors that never identify themselves the rate begins at the inquiry
    ("first_touch_to_sal_rate", "inquiry_to_sal_rate"),
)


@dataclass(frozen=True)
class Figure:
    """One KPI of the last whole month; value and plan in the KPI's unit."""

    currency: str
    kpi: str
    label: str
    period: dt.date
    value: float | None
    plan: float | None
    status: str
    unit: str

    def _show(self, number: float | None) -> str:
        if number is None:
            return "n/a"
        if self.unit == "share":
            return str(format_percent(number, "0.0 %", locale="en"))
        if self.unit == "currency_per_lead":
            return str(
                format_currency(round(number), self.currency, "#,##0 ¤", locale="en", currency_digits=False)
            )
        return str(format_compact_currency(number, self.currency, locale="en"))

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return self._show(self.value)

    @property
    def shown_plan(self) -> str:
        """The plan as people read it."""
        return self._show(self.plan)


def headline(file: Path) -> list[Figure]:
    """The headline KPIs of a published file, each for its last whole month."""
    with duckdb.connect(str(file), read_only=True) as db:
        currency = db.execute("select reporting_currency from meta.release").fetchall()[0][0]
        figures = []
        for alternatives in KPIS:
            for kpi in alternatives:
                row = db.execute(
                    """
                    select kpi, label_en, period_start, value, plan, status, unit
                    from kpi.kpi.kpi_scorecard
                    where kpi = ? and period_type = 'month' and scope_type = 'company' and is_mature
                    order by period_start desc
                    limit 1
                    """,
                    [kpi],
                ).fetchone()
                if row is not None:
                    figures.append(Figure(currency, *row))
                    break
    return figures
