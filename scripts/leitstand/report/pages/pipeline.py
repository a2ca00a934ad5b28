"""The pipeline page: contribution, bridge to the CRM, attribution models, velocity and coverage."""

from __future__ import annotations

from typing import Any

from leitstand.report.cube import Cube
from leitstand.report.measures import read_kpis
from leitstand.report.site import Site, dimension_filter, months_of, period_filter

# steps of the bridge, with those above whose sum they stand; then what the sum is made of
BRIDGE = ("crm_total", "renewals", "below_entry", "no_amount", "other_excluded", "amount_change")
PARTS = ("attributed", "no_touch")
KPIS = (
    "new_pipeline_amount",
    "marketing_contribution_to_pipeline",
    "influenced_pipeline_share",
    "weighted_pipeline_amount",
    "pipeline_coverage",
    "pipeline_velocity",
    "win_rate",
    "sales_cycle_days",
    "average_deal_amount",
    "won_amount",
)


def content(site: Site) -> dict[str, Any]:
    """Amounts at entry into the pipeline, in the reporting currency, by the month of entry."""
    published, year = site.published, site.year
    cube = Cube(
        published,
        "pipeline",
        "from kpi.kpi.kpi_pipeline_contribution",
        source="kpi_pipeline_contribution",
        dimensions=("month", "origin_path", "channel", "segment"),
        measures=(
            "opportunities",
            "new_pipeline_amount",
            "influenced_opportunities",
            "influenced_pipeline_amount",
            "attributed_pipeline_amount",
        ),
        year=year,
    )
    bridge = Cube(
        published,
        "bridge",
        "from kpi.kpi.kpi_pipeline_bridge",
        source="kpi_pipeline_bridge",
        dimensions=("month", "step"),
        measures=("opportunities", "amount"),
        year=year,
    )
    credit = Cube(
        published,
        "credit",
        "from kpi.kpi.kpi_attribution where conversion_type = 'pipeline'",
        source="kpi_attribution",
        dimensions=("month", "attribution_model", "channel"),
        measures=("credited_amount",),
        year=year,
    )
    origins = _origins(site, cube)
    months = months_of(site)
    return {
        "cubes": [cube, bridge, credit],
        "filters": [
            period_filter(site),
            dimension_filter(site, "segment", cube, "new_pipeline_amount"),
            dimension_filter(site, "channel", cube, "new_pipeline_amount"),
        ],
        "cube": cube,
        "bridge": bridge,
        "credit": credit,
        "origins": origins,
        "channels": cube.values_of("channel", "new_pipeline_amount"),
        "chart": site.marks.columns(
            cube,
            months,
            [
                [
                    ("new_pipeline", {"origin_path": origin, "month": m[0]}, f"part-{colour}")
                    for origin, colour in origins
                ]
                for m, _, _ in months
            ],
            "pipeline",
            site.words.text("pipeline.chart"),
            width=1100,
            height=200,
        ),
        "bridge_steps": BRIDGE,
        "bridge_bars": site.marks.bars(
            bridge,
            "bridge_amount",
            [{"step": step} for step in (*BRIDGE, "in_scope", *PARTS)],
            "bridge",
            bases=[
                *({"step": list(BRIDGE[:i])} if i else None for i in range(len(BRIDGE))),
                None,
                None,
                {"step": "attributed"},
            ],
            classes=["part-0", *["part-1"] * (len(BRIDGE) - 1), "part-0", "part-2", "part-6"],
        ),
        "bridge_parts": PARTS,
        "models": _models(site),
        "credited": credit.values_of("channel", "credited_amount"),
        "spread": _spread(site),
        "kpis": read_kpis(published, KPIS, year.last, site.language),
    }


def _origins(site: Site, cube: Cube) -> list[tuple[str, int]]:
    """Origin paths in their order, each with the number of its colour; what is unknown is grey."""
    used = set(cube.values_of("origin_path", "new_pipeline_amount"))
    ordered = site.published.rows(
        "select origin_path from kpi.kpi.dim_origin_path order by sort_order, origin_path"
    )
    paths = [row["origin_path"] for row in ordered if row["origin_path"] in used]
    known = [path for path in paths if path != "unknown"]
    return [(path, min(i, 5)) for i, path in enumerate(known)] + [(p, 6) for p in paths if p == "unknown"]


def _models(site: Site) -> list[tuple[str, bool]]:
    """The models of the year, the default first, and whether each is it."""
    if not site.published.has("kpi", "kpi_attribution"):
        return []
    rows = site.published.rows(
        """
        select
            attribution_model,
            bool_or(is_default) as is_default
        from kpi.kpi.kpi_attribution
        where
            conversion_type = 'pipeline'
            and cast(month as date) between $first and $last
        group by attribution_model
        order by is_default desc, attribution_model
        """,
        first=site.year.first,
        last=site.year.last,
    )
    return [(row["attribution_model"], row["is_default"]) for row in rows]


def _spread(site: Site) -> list[dict[str, Any]]:
    """By channel in the last month: the smallest and largest share among the models."""
    if not site.published.has("kpi", "kpi_attribution_spread"):
        return []
    return site.published.rows(
        """
        select
            channel,
            min_share,
            max_share,
            is_model_dependent
        from kpi.kpi.kpi_attribution_spread
        where
            conversion_type = 'pipeline'
            and cast(month as date) = $last
        order by max_share desc, channel
        """,
        last=site.year.last,
    )
