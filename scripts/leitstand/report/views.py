"""The parts of the page as the templates want them: figures beside their texts and drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from leitstand.report import charts
from leitstand.report.costs import ChannelCost, Costs
from leitstand.report.funnel import Funnel, Stage
from leitstand.report.pipeline import Origin, Pipeline
from leitstand.report.scorecard import Measure, Tile
from leitstand.report.terms import UNKNOWN
from leitstand.report.wording import Wording

STATUSES = ("green", "amber", "red", "grey")
ORIGIN_COLOURS = ("#16325c", "#2a8c82", "#c47d17", "#7a5ea8", "#bf4b3a", "#5588c4", "#8a7a5c")
UNKNOWN_COLOUR = "#8791a6"
MILLION = 1_000_000


@dataclass(frozen=True)
class TileView:
    """One KPI with its words and its drawing."""

    tile: Tile
    words: Wording

    @property
    def label(self) -> str:
        """What the KPI is called, in the scorecard's words."""
        return self.tile.label or self.words.text(f"kpis.{self.tile.kpi}.label")

    @property
    def judged(self) -> Measure:
        """The period whose status counts."""
        return self.tile.judged

    @property
    def status(self) -> str:
        """Its status; one that is not known is grey."""
        return self.judged.status if self.judged.status in STATUSES else "grey"

    @property
    def reason(self) -> str:
        """Why the status is what it is."""
        return self.words.reason(self.judged.status_reason)

    @property
    def sample(self) -> str:
        """How many cases stand behind the status, and of what."""
        return self.words.text(f"kpis.{self.tile.kpi}.sample", n=self.words.count(self.judged.sample_size))

    @property
    def columns(self) -> list[tuple[str, Measure]]:
        """The periods side by side, with their headings."""
        month = self.words.month(self.tile.month.period_start)
        quarter = [(self.words.text("tile.quarter"), self.tile.quarter)] if self.tile.quarter else []
        return [(month, self.tile.month), *quarter]

    def figure(self, value: float | None) -> str:
        """A value in the KPI's unit; all values of a tile have the same number of decimals."""
        first = self.tile.month.value if self.tile.month.value is not None else self.judged.plan
        size = abs(first) if first is not None else 1.0
        if self.tile.unit == "share":
            return self.words.share(value, 1 if size >= 0.1 else 2)
        if self.tile.unit in ("currency", "currency_per_lead"):
            return self.words.money(value, 0 if size >= 100 else 2)
        return self.words.count(value)

    def judgement(self, deviation: float | None) -> str:
        """Whether a deviation is good or bad: the name of its colour, or nothing."""
        if deviation is None or round(deviation, 3) == 0:
            return ""
        return "good" if self.tile.is_good(deviation) else "bad"

    @property
    def chart(self) -> Markup:
        """Twelve months, with plan and prior year."""
        year = self.tile.year
        return charts.sparkline(
            [m.value for m in year],
            [m.plan for m in year],
            [m.prior_year for m in year],
            name=f"spark-{self.tile.kpi.replace('_', '-')}",
            title=self.words.text("tile.chart", label=self.label),
            description="; ".join(
                f"{self.words.month(m.period_start)}: {self.figure(m.value)}" for m in year
            ),
        )


@dataclass(frozen=True)
class FunnelRow:
    """One stage: its bar in percent of the widest, its rate drawn."""

    stage: Stage
    width: float
    chart: Markup | None
    is_leak: bool


def funnel_rows(funnel: Funnel, words: Wording) -> list[FunnelRow]:
    """The funnel's rows, all whiskers on one scale."""
    leak = funnel.largest_leak
    widest = max((stage.entered for stage in funnel.stages), default=0) or 1
    rates = [stage.rate for stage in funnel.stages if stage.rate]
    ends = [rate.interval[1] for rate in rates if rate.interval]
    ends += [end for rate in rates for end in (rate.prior_year, rate.plan) if end is not None]
    maximum = min(1.0, max(ends, default=1.0) * 1.08)
    return [
        FunnelRow(
            stage=stage,
            width=round(100 * stage.entered / widest, 2),
            chart=_whisker(stage, maximum, words, name=f"rate-{position}"),
            is_leak=leak is not None and stage is leak.stage,
        )
        for position, stage in enumerate(funnel.stages)
    ]


def _whisker(stage: Stage, maximum: float, words: Wording, *, name: str) -> Markup | None:
    rate = stage.rate
    if rate is None or rate.value is None or rate.interval is None:
        return None
    return charts.interval(
        rate.value,
        *rate.interval,
        prior_year=rate.prior_year,
        plan=rate.plan,
        maximum=maximum,
        is_muted=stage.is_after_handover or rate.is_small,
        name=name,
        title=words.text("funnel.chart", stage=stage.short),
        description=interval_text(rate.interval, words),
    )


def interval_text(interval: tuple[float, float] | None, words: Wording) -> str:
    """An interval of a rate in words."""
    if interval is None:
        return words.none
    low, high = (words.share(end) for end in interval)
    return words.text("interval", low=low, high=high)


@dataclass(frozen=True)
class PipelineView:
    """The pipeline's drawings, wide and narrow, with legend and labels on one scale."""

    legend: tuple[tuple[str, Origin], ...]
    unit: str
    wide: Markup
    narrow: Markup


def pipeline_view(pipeline: Pipeline, words: Wording) -> PipelineView:
    """Draw the pipeline; each origin keeps its colour, what is unknown is grey."""
    colours = iter(ORIGIN_COLOURS)
    legend = tuple(
        (UNKNOWN_COLOUR if o.origin_path == UNKNOWN else next(colours, UNKNOWN_COLOUR), o)
        for o in pipeline.origins
    )
    scale = MILLION if max(pipeline.totals) >= MILLION else 1000
    common: dict[str, Any] = {
        "bands": [charts.Band(o.label, colour, tuple(float(v) for v in o.amounts)) for colour, o in legend],
        "totals": [words.scaled(total, scale) for total in pipeline.totals],
        "year_before": [None if v is None else float(v) for v in pipeline.year_before],
        "plan": list(pipeline.plan),
        "title": words.text("pipeline.chart"),
        "description": "; ".join(
            f"{words.month(month)}: {words.short_money(total)}"
            for month, total in zip(pipeline.months, pipeline.totals, strict=True)
        ),
    }
    months = _month_labels(pipeline, words)
    return PipelineView(
        legend=legend,
        unit=words.scale_unit(scale),
        wide=charts.stacked_months(months=months, width=528, name="pipeline-wide", **common),
        narrow=charts.stacked_months(months=months, width=330, name="pipeline-narrow", **common),
    )


def _month_labels(pipeline: Pipeline, words: Wording) -> list[tuple[str, str]]:
    """Short month names, with the year below the first month and below each January."""
    return [
        (words.short_month(month), str(month.year) if i == 0 or month.month == 1 else "")
        for i, month in enumerate(pipeline.months)
    ]


def cost_widths(costs: Costs) -> dict[str, float]:
    """The bar of each channel in percent of the longest among the reliable ones."""

    def figures(channels: Sequence[ChannelCost]) -> list[float]:
        return [c.cost_per_qualified_lead or 0 for c in channels]

    reliable = [c for c in costs.channels if not c.is_small]
    longest = max(figures(reliable) or figures(costs.channels) or [0]) or 1
    return {
        c.channel: round(min(100, 100 * (c.cost_per_qualified_lead or 0) / longest), 2)
        for c in costs.channels
    }
