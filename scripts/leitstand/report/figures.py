"""What the executive page shows beside hand-over and decisions, read from one release and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from leitstand.report.costs import Costs, read_costs
from leitstand.report.funnel import Funnel, read_funnel
from leitstand.report.periods import TwelveMonths
from leitstand.report.pipeline import Pipeline, read_pipeline
from leitstand.report.release import Delivery, Head, Published, read_deliveries
from leitstand.report.scorecard import Tile, read_tiles


@dataclass(frozen=True)
class Figures:
    """The content of the page; `month` is the last complete month before `head.as_of`."""

    head: Head
    month: dt.date
    tiles: tuple[Tile, ...]
    funnel: Funnel
    pipeline: Pipeline
    costs: Costs
    deliveries: tuple[Delivery, ...]

    @property
    def quarantined(self) -> int:
        """Rows that could not be typed and were set aside."""
        return sum(delivery.rows_quarantined for delivery in self.deliveries)

    @property
    def read(self) -> int:
        """Rows read from the sources."""
        return sum(delivery.rows_read for delivery in self.deliveries)


def read_figures(published: Published, head: Head, year: TwelveMonths, language: str) -> Figures:
    """Read the figures of a year; labels come in the language asked for (`de` or `en`)."""
    tiles = read_tiles(published, year.last, language)
    return Figures(
        head=head,
        month=year.last,
        tiles=tiles,
        funnel=read_funnel(published, year, tiles[-1].kpi, language),
        pipeline=read_pipeline(published, year, language),
        costs=read_costs(published, year, language),
        deliveries=read_deliveries(published),
    )
