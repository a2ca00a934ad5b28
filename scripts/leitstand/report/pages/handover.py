"""The page of hand-over and leaks: kept promises, reasons, leaks in money, what to fix first."""

from __future__ import annotations

from typing import Any

from leitstand.report.cube import Cube
from leitstand.report.measures import read_kpis
from leitstand.report.site import Site, dimension_filter, months_of, period_filter

KPIS = (
    "sla_attainment",
    "speed_to_lead_minutes",
    "mql_to_sal_rate",
    "reason_completeness",
    "feedback_lag_days",
    "recycle_rate",
    "requalification_rate",
)
FIRST = 3
DECISIONS = ("accepted", "rejected", "recycled", "disqualified", "silent", "pending")


def content(site: Site) -> dict[str, Any]:
    """Hand-overs by their month and the team that owns them; each lead at its first leak."""
    published, marks, year = site.published, site.marks, site.year
    cube = Cube(
        published,
        "handover",
        "select *, rejection_reason <> '(none)' as has_reason from kpi.kpi.kpi_handover",
        source="kpi_handover",
        dimensions=("month", "team", "sla_tier", "decision", "rejection_reason", "has_reason"),
        measures=("handovers", "sla_due", "sla_met", "responded_1h", "responded_8h", "responded_24h"),
        year=year,
    )
    leaks = Cube(
        published,
        "leaks",
        "from kpi.kpi.kpi_leakage",
        source="kpi_leakage",
        dimensions=("month", "leak", "channel", "team"),
        measures=("first_leak_leads", "first_leak_pipeline_amount"),
        year=year,
    )
    months = months_of(site)
    found = leaks.values_of("leak", "first_leak_pipeline_amount")
    found += [leak for leak in leaks.values_of("leak", "first_leak_leads") if leak not in found]
    reasons = [
        {"rejection_reason": reason, "has_reason": "true"}
        for reason in cube.values_of("rejection_reason", "handovers")
        if reason != "(none)"
    ]
    known = cube.values_of("decision", "handovers")
    decisions = [{"decision": decision} for decision in DECISIONS if decision in known]
    return {
        "cubes": [cube, leaks],
        "filters": [
            period_filter(site),
            dimension_filter(site, "team", cube, "handovers"),
            dimension_filter(site, "channel", leaks, "first_leak_leads"),
        ],
        "cube": cube,
        "leaks": leaks,
        "teams": cube.values_of("team", "handovers"),
        "tiers": cube.values_of("sla_tier", "handovers"),
        "decisions": decisions,
        "decision_bars": marks.bars(cube, "handovers", decisions, "decisions"),
        "reasons": reasons,
        "reason_bars": marks.bars(cube, "handovers", reasons, "reasons"),
        "leak_names": found,
        "leak_bars": marks.bars(leaks, "first_leak_amount", [{"leak": leak} for leak in found], "leaks"),
        "first": found[:FIRST],
        "actions": _actions(site),
        "chart": marks.columns(
            cube,
            months,
            [[("sla_rate", {"month": m}, "part-0")] for m, _, _ in months],
            "sla",
            site.words.text("handover_page.sla_chart"),
            width=560,
            height=120,
            label="percent",
        ),
        "times": _times(site),
        "kpis": read_kpis(published, KPIS, year.last, site.language),
    }


def _actions(site: Site) -> dict[str, str]:
    rows = site.published.rows(f"select leak, action_{site.language} as action from kpi.kpi.dim_leak")
    return {row["leak"]: row["action"] for row in rows}


def _times(site: Site) -> list[dict[str, Any]]:
    """Response times of the last month; medians do not add up, so they take no filter."""
    return site.published.rows(
        """
        select
            team,
            sla_tier,
            is_total,
            median_response_minutes,
            p90_response_minutes,
            never_responded_share,
            sample_size,
            sample_size < (select minimum_sample from meta.release) as is_small
        from kpi.kpi.kpi_response_time
        where cast(month as date) = $last
        order by sla_tier, is_total desc, sample_size desc, team
        """,
        last=site.year.last,
    )
