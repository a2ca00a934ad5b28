"""New pipeline of twelve months by the path it came in on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from leitstand.report.periods import TwelveMonths, add_months
from leitstand.report.release import Published
from leitstand.report.terms import MARKETING


@dataclass(frozen=True)
class Origin:
    """One origin path and its new pipeline per month, in the order of the months."""

    origin_path: str
    label: str
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True)
class Pipeline:
    """New pipeline in the reporting currency, months oldest first."""

    months: tuple[dt.date, ...]
    origins: tuple[Origin, ...]
    influenced: tuple[Decimal, ...]
    year_before: tuple[Decimal | None, ...]
    plan: tuple[float | None, ...]

    @property
    def totals(self) -> tuple[Decimal, ...]:
        """New pipeline per month over all origins."""
        return tuple(
            sum((origin.amounts[i] for origin in self.origins), Decimal(0)) for i in range(len(self.months))
        )

    @property
    def sourced(self) -> tuple[Decimal, ...]:
        """New pipeline per month that marketing brought in."""
        for origin in self.origins:
            if origin.origin_path == MARKETING:
                return origin.amounts
        return tuple(Decimal(0) for _ in self.months)

    def share(self, part: tuple[Decimal, ...], *, months: int) -> float | None:
        """A part's share in the total of the last so many months; None without pipeline."""
        total = sum(self.totals[-months:])
        return float(sum(part[-months:]) / total) if total else None

    @property
    def change(self) -> float | None:
        """The last month against the same month of the year before."""
        before = self.year_before[-1]
        return float((self.totals[-1] - before) / before) if before else None

    @property
    def deviation(self) -> float | None:
        """The last month against its plan."""
        plan = self.plan[-1]
        return (float(self.totals[-1]) - plan) / plan if plan else None


def read_pipeline(published: Published, year: TwelveMonths, language: str) -> Pipeline:
    """Read twelve months of new pipeline, and the totals of the twelve before."""
    rows = published.rows(
        """
        select
            cast(month as date) as month,
            origin_path,
            cast(sum(new_pipeline_amount) as decimal(18, 2)) as amount,
            cast(sum(influenced_pipeline_amount) as decimal(18, 2)) as influenced
        from kpi.kpi.kpi_pipeline_contribution
        where cast(month as date) between $first and $last
        group by month, origin_path
        """,
        first=year.year_before.first,
        last=year.last,
    )
    labels = published.rows(
        f"""
        select
            origin_path,
            label_{language} as label
        from kpi.kpi.dim_origin_path
        order by sort_order, origin_path
        """
    )
    plans = published.rows(
        """
        select
            cast(period_start as date) as month,
            cast(plan as double) as plan
        from kpi.kpi.kpi_scorecard
        where
            kpi = 'new_pipeline_amount'
            and period_type = 'month'
            and scope_type = 'company'
        """
    )
    planned = {row["month"]: row["plan"] for row in plans}
    amounts = {(row["month"], row["origin_path"]): row["amount"] for row in rows}
    influenced: dict[dt.date, Decimal] = {}
    totals: dict[dt.date, Decimal] = {}
    for row in rows:
        influenced[row["month"]] = influenced.get(row["month"], Decimal(0)) + row["influenced"]
        totals[row["month"]] = totals.get(row["month"], Decimal(0)) + row["amount"]
    names = {row["origin_path"]: row["label"] for row in labels}
    for _, path in sorted(amounts):
        names.setdefault(path, path)
    origins = tuple(
        Origin(path, label, tuple(amounts.get((m, path), Decimal(0)) for m in year.months))
        for path, label in names.items()
    )
    return Pipeline(
        months=year.months,
        origins=tuple(origin for origin in origins if any(origin.amounts)),
        influenced=tuple(influenced.get(month, Decimal(0)) for month in year.months),
        year_before=tuple(totals.get(add_months(month, -12)) for month in year.months),
        plan=tuple(planned.get(month) for month in year.months),
    )
