"""Decisions of the reviews: what is asked for, what is under way, what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from leitstand.report.release import Published
from leitstand.units import read_as

ORDER = ("proposed", "open", "done", "dropped")


@dataclass(frozen=True)
class Decision:
    """One decision as of the release; expectations are in the unit of its KPI."""

    decision: str
    review: str
    raised_on: dt.date
    status: str
    closed_on: dt.date | None
    due_on: dt.date | None
    is_overdue: bool
    responsible: str
    kpi: str
    kpi_label: str | None
    unit: str | None
    expected_low: float | None
    expected_high: float | None
    title: str
    outcome: str | None
    then: float | None
    """The KPI in the last complete month before it was raised."""
    now: float | None
    """The KPI in the month of the page."""


def read_decisions(published: Published, month: dt.date, language: str) -> tuple[Decision, ...]:
    """Read all decisions: what is proposed and overdue first, then the newest."""
    if not published.has("kpi", "dim_decision"):
        return ()
    rows = published.rows(
        f"""
        with

        months as (

            select
                kpi,
                period_start,
                value,
                unit,
                label_{language} as label
            from kpi.kpi.kpi_scorecard
            where
                period_type = 'month'
                and scope_type = 'company'

        )

        select
            d.decision,
            d.review,
            d.raised_on,
            d.status,
            d.closed_on,
            d.due_on,
            d.is_overdue,
            d.responsible,
            d.kpi,
            latest.label as kpi_label,
            latest.unit,
            d.expected_low,
            d.expected_high,
            d.title_{language} as title,
            d.outcome_{language} as outcome,
            earlier.value as "then",
            latest.value as "now"
        from kpi.kpi.dim_decision as d
        left join months as earlier
            on
                d.kpi = earlier.kpi
                and earlier.period_start = date_trunc('month', d.raised_on) - interval 1 month
        left join months as latest
            on
                d.kpi = latest.kpi
                and latest.period_start = $month
        order by list_position($order, d.status), not d.is_overdue, d.raised_on desc, d.decision
        """,
        month=month,
        order=list(ORDER),
    )
    return tuple(
        Decision(**{**row, "unit": row["unit"] and read_as(row["kpi"], row["unit"])}) for row in rows
    )
