"""The funnel page: stages, cohorts, how long it takes, segments and channels."""

from __future__ import annotations

from typing import Any

from leitstand.report import charts
from leitstand.report.cube import Cube
from leitstand.report.site import Site, dimension_filter, months_of, period_filter

STEPS = (
    ("first_touch", "inquiry"),
    ("inquiry", "mql"),
    ("mql", "sal"),
    ("sal", "sql"),
    ("sql", "opportunity"),
    ("opportunity", "won"),
)
HEADLINES = (("inquiry", "mql"), ("mql", "sal"), ("inquiry", "sal"))
CHARTED = (("inquiry", "mql"), ("mql", "sal"), ("sal", "sql"))


def content(site: Site) -> dict[str, Any]:
    """Rates follow cohorts whose window has ended; leads of marketing only, as on the executive page."""
    cube = Cube(
        site.published,
        "funnel",
        """
        select month, channel, segment, from_stage, to_stage, entered, matured, converted
        from kpi.kpi.kpi_funnel_conversion
        where basis = 'cohort' and origin_path = 'marketing'
        """,
        source="kpi_funnel_conversion",
        dimensions=("month", "channel", "segment", "from_stage", "to_stage"),
        measures=("entered", "matured", "converted"),
        year=site.year,
    )
    known = {(row["a"], row["b"]) for row in _pairs(site)}
    months = months_of(site)
    return {
        "cubes": [cube],
        "filters": [
            period_filter(site),
            dimension_filter(site, "segment", cube, "entered"),
            dimension_filter(site, "channel", cube, "entered"),
        ],
        "cube": cube,
        "steps": [pair(*step) for step in STEPS if step in known],
        "headlines": [pair(*step) for step in HEADLINES if step in known],
        "segments": cube.values_of("segment", "entered"),
        "channels": cube.values_of("channel", "entered"),
        "windows": {(row["a"], row["b"]): row["days"] for row in _pairs(site)},
        "cohorts": [
            (
                pair(*step),
                site.marks.columns(
                    cube,
                    months,
                    [[("conversion_rate", {**pair(*step), "month": m[0]}, "part-0")] for m, _, _ in months],
                    f"cohorts-{step[0]}",
                    site.words.text(
                        "funnel_page.cohort_chart", start=_stage(site, step[0]), end=_stage(site, step[1])
                    ),
                    width=360,
                    height=110,
                    label="percent",
                    mature=True,
                ),
            )
            for step in CHARTED
            if step in known
        ],
        "incidence": [(pair(*step), _incidence(site, *step)) for step in CHARTED if step in known],
        "durations": _durations(site),
    }


def pair(start: str, end: str) -> dict[str, str]:
    """The rows of one pair of stages."""
    return {"from_stage": start, "to_stage": end}


def _stage(site: Site, stage: str) -> str:
    return site.labels.of("stage", stage)


def _pairs(site: Site) -> list[dict[str, Any]]:
    return site.published.rows(
        """
        select
            from_stage as a,
            to_stage as b,
            max(window_days) as days
        from kpi.kpi.kpi_funnel_conversion
        where basis = 'cohort' and origin_path = 'marketing'
        group by from_stage, to_stage
        """
    )


def _incidence(site: Site, start: str, end: str) -> Any:
    """Published cumulative incidence of the last six months' cohorts, the newest darkest."""
    rows = (
        site.published.rows(
            """
        with

        cohorts as (

            select
                cast(cohort_month as date) as month,
                days_since,
                cumulative_incidence
            from kpi.kpi.kpi_funnel_cohort
            where
                from_stage = $start
                and to_stage = $end
                and cast(cohort_month as date) between $first and $last
                and days_since <= 90

        )

        select *
        from cohorts
        order by month, days_since
        """,
            start=start,
            end=end,
            first=site.year.months[-6],
            last=site.year.last,
        )
        if site.published.has("kpi", "kpi_funnel_cohort")
        else []
    )
    if not rows:
        return None
    words = site.words
    lines = [
        charts.Line(
            words.month(month),
            tuple((row["days_since"], row["cumulative_incidence"]) for row in rows if row["month"] == month),
        )
        for month in sorted({row["month"] for row in rows})
    ]
    return charts.incidence(
        lines,
        share=lambda value: words.share(value, 0),
        days=words.text("funnel_page.days"),
        name=f"incidence-{start.replace('_', '-')}",
        title=words.text("funnel_page.incidence_chart", start=_stage(site, start), end=_stage(site, end)),
        description="; ".join(f"{line.label}: {words.share(line.points[-1][1])}" for line in lines),
    )


def _durations(site: Site) -> dict[str, Any] | None:
    """Median days between stages of the last month: pairs of stages by segment."""
    if not site.published.has("kpi", "kpi_stage_duration"):
        return None
    rows = site.published.rows(
        """
        select
            segment,
            from_stage,
            to_stage,
            passages,
            median_days,
            passages < (select minimum_sample from meta.release) as is_small
        from kpi.kpi.kpi_stage_duration
        where cast(month as date) = $last
        """,
        last=site.year.last,
    )
    cells = {(row["from_stage"], row["to_stage"], row["segment"]): row for row in rows}
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row["segment"]] = sizes.get(row["segment"], 0) + row["passages"]
    segments = sorted(sizes, key=lambda segment: (-sizes[segment], segment))
    steps = [step for step in STEPS if any((*step, segment) in cells for segment in segments)]
    return {"cells": cells, "segments": segments, "steps": steps} if steps else None
