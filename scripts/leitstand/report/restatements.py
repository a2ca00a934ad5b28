"""Figures of the past that a later release has changed, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from leitstand.report.release import Published
from leitstand.units import read_as

MOST = 24


@dataclass(frozen=True)
class Restatement:
    """One figure of the company changed by one release for one cause; the difference in its unit."""

    release_id: str
    kpi: str
    label: str
    unit: str
    period_start: dt.date
    cause: str
    difference: float
    leads: int


def read_restatements(
    published: Published, language: str, since: str | None = None
) -> tuple[Restatement, ...]:
    """Changed months of the company's figures, the newest release first.

    Parameters:
        since: the release after which they count; all without one.
    """
    if not published.has("kpi", "kpi_restatement"):
        return ()
    later = (
        "r.release_id in (select release_id from meta.publications where number > "
        "(select max(number) from meta.publications where release_id = $since))"
        if since
        else "true"
    )
    rows = published.rows(
        f"""
        with

        names as (

            select distinct
                kpi,
                unit,
                label_{language} as label
            from kpi.kpi.kpi_scorecard

        )

        select
            r.release_id,
            r.kpi,
            coalesce(names.label, r.kpi) as label,
            coalesce(names.unit, 'count') as unit,
            cast(r.period_start as date) as period_start,
            r.cause,
            cast(r.difference as double) as difference,
            r.leads
        from kpi.kpi.kpi_restatement as r
        left join names on r.kpi = names.kpi
        where
            r.scope like 'company:%'
            and r.period_type = 'month'
            and r.difference <> 0
            and {later}
        order by r.release_id desc, abs(r.leads) desc, r.period_start desc, r.kpi, r.cause
        limit $most
        """,
        most=MOST,
        **({"since": since} if since else {}),
    )
    return tuple(Restatement(**{**row, "unit": read_as(row["kpi"], row["unit"])}) for row in rows)
