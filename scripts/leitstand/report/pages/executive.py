"""The executive page: one sheet of paper a month."""

from __future__ import annotations

from typing import Any

from leitstand.report.decisions import read_decisions
from leitstand.report.figures import read_figures
from leitstand.report.handover import read_handover
from leitstand.report.message import key_message
from leitstand.report.site import Site
from leitstand.report.views import TileView, cost_widths, funnel_rows, interval_text, pipeline_view

DECISIONS = 3


def content(site: Site) -> dict[str, Any]:
    """The three KPIs, the funnel, pipeline, costs, hand-over, and what is to be decided."""
    words = site.words
    figures = read_figures(site.published, site.head, site.year, site.language)
    tiles = [TileView(tile, words) for tile in figures.tiles]
    decisions = read_decisions(site.published, site.year.last, site.language)
    waiting = [d for d in decisions if d.status == "proposed" or d.is_overdue]
    settled = [d for d in decisions if d not in waiting]
    return {
        "figures": figures,
        "message": key_message(figures, tiles, words),
        "tiles": tiles,
        "funnel": funnel_rows(figures.funnel, words),
        "interval_text": interval_text,
        "pipeline": pipeline_view(figures.pipeline, words),
        "cost_widths": cost_widths(figures.costs),
        "small_sample": site.head.minimum_sample,
        "handover": read_handover(site.published, site.year, site.labels, site.language),
        "decisions": (waiting + settled)[:DECISIONS],
    }
