"""The efficiency page: cost by scope, cost per qualified lead by channel over time, spend without output."""

from __future__ import annotations

from typing import Any

from leitstand.report.cube import Cube
from leitstand.report.measures import read_kpis
from leitstand.report.site import Site, dimension_filter, months_of, period_filter, quarters

SCOPES = (("media", "cost_media"), ("program", "cost_program"), ("full", "cost_full"))
CATEGORIES = ("category_media", "category_program", "category_overhead")
CHARTS = 6
KPIS = (
    "marketing_cost_amount",
    "cost_per_qualified_lead",
    "cost_per_mql",
    "cost_per_opportunity",
    "customer_acquisition_cost",
    "acquisition_payback_months",
    "sourced_pipeline_per_cost",
    "marketing_roi",
    "program_cost_share",
    "budget_variance_rate",
)


def content(site: Site) -> dict[str, Any]:
    """Cost and leads both by their own date; channels compared by media and programs."""
    marks, year = site.marks, site.year
    cube = Cube(
        site.published,
        "costs",
        """
        select
            month,
            channel,
            sum(cost_amount) filter (where cost_scope = 'media') as media_cost,
            coalesce(sum(cost_amount) filter (where cost_scope = 'program'), 0)
            - coalesce(sum(cost_amount) filter (where cost_scope = 'media'), 0) as program_cost,
            coalesce(sum(cost_amount) filter (where cost_scope = 'fully_loaded'), 0)
            - coalesce(sum(cost_amount) filter (where cost_scope = 'program'), 0) as overhead_cost,
            max(mqls) as mqls,
            max(opportunities) as opportunities,
            max(qualified_leads) as qualified_leads
        from kpi.kpi.kpi_cost_per_qualified_lead
        where basis = 'period'
        group by month, channel
        """,
        source="kpi_cost_per_qualified_lead",
        dimensions=("month", "channel"),
        measures=("media_cost", "program_cost", "overhead_cost", "mqls", "opportunities", "qualified_leads"),
        year=year,
    )
    months, blocks = months_of(site), quarters(site)
    channels = _channels(cube)
    charted = [c for c in channels if cube.value("cost_program", {"channel": c}).numerator > 0][:CHARTS]
    stacks = {
        channel: [[("cplq_program", {"channel": channel, "month": m}, "part-0")] for m, _, _ in blocks]
        for channel in charted
    }
    top = marks.top(cube, [column for stack in stacks.values() for column in stack])
    return {
        "cubes": [cube],
        "filters": [period_filter(site), dimension_filter(site, "channel", cube, "qualified_leads")],
        "cube": cube,
        "scopes": SCOPES,
        "categories": CATEGORIES,
        "chart": marks.columns(
            cube,
            months,
            [
                [(figure, {"month": m}, f"part-{i}") for i, figure in enumerate(CATEGORIES)]
                for m, _, _ in months
            ],
            "costs",
            site.words.text("efficiency_page.chart"),
            width=620,
            height=170,
        ),
        "channels": channels,
        "bars": dict(
            zip(
                channels,
                marks.bars(cube, "cplq_program", [{"channel": c} for c in channels], "cplq"),
                strict=True,
            )
        ),
        "over_time": [
            (
                channel,
                marks.columns(
                    cube,
                    blocks,
                    stack,
                    "over-time",
                    site.words.text(
                        "efficiency_page.over_time_chart", channel=site.labels.of("channel", channel)
                    ),
                    width=360,
                    height=92,
                    label="whole",
                    top=top,
                ),
            )
            for channel, stack in stacks.items()
        ],
        "wasted": _without_output(site),
        "kpis": read_kpis(site.published, KPIS, year.last, site.language),
    }


def _channels(cube: Cube) -> list[str]:
    """Channels by falling cost of media and programs; cost without a channel stands apart."""
    named = [
        c
        for c in set(
            cube.values_of("channel", "media_cost")
            + cube.values_of("channel", "program_cost")
            + cube.values_of("channel", "qualified_leads")
        )
        if c != "not_allocated"
    ]
    return sorted(
        named,
        key=lambda c: (
            -cube.value("cost_program", {"channel": c}).numerator,
            -cube.value("qualified_leads", {"channel": c}).numerator,
            c,
        ),
    )


def _without_output(site: Site) -> list[dict[str, Any]]:
    """Months of the year in which a channel cost money and no qualified lead is credited to it."""
    return site.published.rows(
        """
        select
            channel,
            count(*) as months,
            cast(sum(cost_amount) as double) as cost,
            max(cast(month as date)) as last_month
        from kpi.kpi.kpi_cost_per_qualified_lead
        where
            basis = 'period'
            and cost_scope = 'program'
            and channel <> 'not_allocated'
            and cost_amount > 0
            and qualified_leads = 0
            and cast(month as date) between $first and $last
        group by channel
        order by cost desc, channel
        """,
        first=site.year.first,
        last=site.year.last,
    )
