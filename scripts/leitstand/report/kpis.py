"""KPIs of the scorecard as markup: the value with what it means, and its twelve months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from leitstand.report.measures import KpiRow
from leitstand.report.release import Published
from leitstand.report.wording import Wording

if TYPE_CHECKING:
    from leitstand.report.site import Site

WIDTH, HEIGHT = 120, 22


def read_formulas(published: Published, language: str) -> dict[str, str]:
    """What each KPI of a release is made of; of releases that do not say so, none."""
    if not published.has("kpi", "dim_kpi"):
        return {}
    rows = published.rows(f"select kpi, formula_{language} as formula from kpi.kpi.dim_kpi")
    return {row["kpi"]: row["formula"] for row in rows if row["formula"]}


def origin(kpi: str, site: Site) -> str:
    """Definition, formula, source and date of a KPI, as it is shown on hover."""
    words, head = site.words, site.head
    known = words.group("kpis").get(kpi)
    return words.text(
        "origin",
        definition=known["definition"].format(window=words.text("foot.no_window")) if known else kpi,
        formula=site.formulas.get(kpi, kpi),
        source="kpi_scorecard",
        as_of=words.instant(head.as_of),
        release=head.release_id,
    )


def value(row: KpiRow, site: Site) -> Markup:
    """The value of the period shown; grey where its sample is small."""
    words, found = site.words, row.shown.value
    if found is None:
        return Markup('<span class="none">{}</span>').format(words.none)
    is_small = row.shown.sample_size is not None and row.shown.sample_size < site.head.minimum_sample
    return Markup('<data value="{}" title="{}"{}>{}</data>').format(
        found,
        origin(row.kpi, site),
        Markup(' class="is-small"') if is_small else "",
        words.unit(found, row.unit),
    )


def trend(row: KpiRow, words: Wording) -> Markup:
    """Twelve months as a small line: actual dark, plan dashed, prior year light; the last month is a dot."""
    lines = {
        "before": [point.prior_year for point in row.year],
        "plan": [point.plan for point in row.year],
        "actual": [point.value for point in row.year],
    }
    present = [value for values in lines.values() for value in values if value is not None]
    low, high = min(present, default=0.0), max(present, default=0.0)
    span = (high - low) or 1.0
    step = WIDTH / (len(row.year) - 1)

    def at(i: int, value: float) -> str:
        return f"{i * step:.1f},{HEIGHT * (1 - (value - low) / span):.1f}"

    drawn = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(name, path)
        for name, values in lines.items()
        if (path := _path([None if v is None else at(i, v) for i, v in enumerate(values)]))
    )
    last = lines["actual"][-1]
    dot = Markup("")
    if last is not None:
        x, y = at(len(row.year) - 1, last).split(",")
        dot = Markup('<circle cx="{}" cy="{}" r="2.6"/>').format(x, y)
    return Markup(
        '<svg class="trend-line" viewBox="-3 -3 {} {}" role="img" aria-label="{}">{}{}</svg>'
    ).format(WIDTH + 6, HEIGHT + 6, words.text("tile.chart", label=row.label), drawn, dot)


def _path(points: list[str | None]) -> str:
    """An SVG path through the points, broken where one is missing."""
    pieces, is_drawing = [], False
    for point in points:
        if point is not None:
            pieces.append(f"{'L' if is_drawing else 'M'}{point}")
        is_drawing = point is not None
    return "".join(pieces)
