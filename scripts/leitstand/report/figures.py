"""Everything the page shows, read from one release and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from leitstand.report.costs import Costs, read_costs
from leitstand.report.funnel import Funnel, read_funnel
from leitstand.report.periods import TwelveMonths
from leitstand.report.pipeline import Pipeline, read_pipeline
from leitstand.report.release import Delivery, Head, open_release, read_deliveries, read_head
from leitstand.report.scorecard import Tile, read_tiles


@dataclass(frozen=True)
class Figures:
    """The content of one page; `month` is the last complete month before `head.as_of`."""

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


def read_figures(release: Path, language: str) -> Figures:
    """Read a release's folder; labels come in the language asked for (`de` or `en`)."""
    with open_release(release) as published:
        head = read_head(published)
        year = TwelveMonths(head.last_complete_month)
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
