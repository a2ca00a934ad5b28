"""KPIs of the scorecard as markup: the value with what it means, and its twelve months."""

from __future__ import annotations

from markupsafe import Markup

from leitstand.report import charts
from leitstand.report.measures import KpiRow
from leitstand.report.release import Head
from leitstand.report.wording import Wording


def origin(kpi: str, words: Wording, head: Head) -> str:
    """Definition, formula, source and date of a KPI, as it is shown on hover."""
    known = words.group("kpis").get(kpi)
    return words.text(
        "origin",
        definition=known["definition"].format(window=words.text("foot.no_window")) if known else kpi,
        formula=known["formula"] if known else kpi,
        source="kpi_scorecard",
        as_of=words.instant(head.as_of),
        release=head.release_id,
    )


def value(row: KpiRow, words: Wording, head: Head) -> Markup:
    """The value of the period shown; grey where its sample is small."""
    found = row.shown.value
    if found is None:
        return Markup('<span class="none">{}</span>').format(words.none)
    is_small = row.shown.sample_size is not None and row.shown.sample_size < head.minimum_sample
    return Markup('<data value="{}" title="{}"{}>{}</data>').format(
        found,
        origin(row.kpi, words, head),
        Markup(' class="is-small"') if is_small else "",
        words.unit(found, row.unit),
    )


def trend(row: KpiRow, words: Wording, page: str) -> Markup:
    """Twelve months, with plan and prior year."""
    return charts.sparkline(
        [point.value for point in row.year],
        [point.plan for point in row.year],
        [point.prior_year for point in row.year],
        name=f"trend-{page.replace('_', '-')}-{row.kpi.replace('_', '-')}",
        title=words.text("tile.chart", label=row.label),
        description="; ".join(
            f"{words.month(point.period_start)}: {words.unit(point.value, row.unit)}" for point in row.year
        ),
    )
