"""The page's drawings: sparkline, rate with interval, stacked months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
from markupsafe import Markup

from leitstand.report.svg import draw

ACTUAL = "#16325c"
PRIOR_YEAR = "#8995ae"
PLAN = "#4f5b72"
PRIOR_MARK = "#7380a0"
LINE = "#c4cbd8"
TEXT = "#46516a"
SIGNAL = "#b3261e"


@dataclass(frozen=True)
class Band:
    """One part of every stack: what it is called, its colour, its figure per month."""

    label: str
    colour: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Line:
    """A curve: its name, and its points by days."""

    label: str
    points: tuple[tuple[int, float], ...]


def sparkline(
    actual: Sequence[float | None],
    plan: Sequence[float | None],
    prior_year: Sequence[float | None],
    *,
    name: str,
    title: str,
    description: str,
) -> Markup:
    """Twelve months of one KPI: actual solid and dark, prior year light, plan dashed."""
    points = [
        {"month": i, "series": series, "value": value}
        for series, values in (("prior_year", prior_year), ("plan", plan), ("actual", actual))
        for i, value in enumerate(values)
    ]
    present = [p["value"] for p in points if isinstance(p["value"], float)] or [0.0]
    margin = (max(present) - min(present)) * 0.08 or 1.0
    base = alt.Chart(alt.InlineData(values=points)).encode(
        x=alt.X("month:Q", axis=None, scale=alt.Scale(domain=[0, len(actual) - 1], nice=False)),
        y=alt.Y(
            "value:Q",
            axis=None,
            scale=alt.Scale(domain=[min(present) - margin, max(present) + margin], zero=False, nice=False),
        ),
    )
    layers = [
        _only(base, "prior_year").mark_line(color=PRIOR_YEAR, strokeWidth=2),
        _only(base, "plan").mark_line(color=PLAN, strokeWidth=1.4, strokeDash=[4, 3]),
        _only(base, "actual").mark_line(color=ACTUAL, strokeWidth=2.4),
        _only(base, "actual").mark_point(color=ACTUAL, filled=True, size=16, opacity=1),
        _only(base, "actual", month=len(actual) - 1).mark_point(
            color=ACTUAL, filled=True, size=70, opacity=1
        ),
    ]
    return draw(layers, width=328, height=56, padding=5, name=name, title=title, text=description)


def interval(
    value: float,
    low: float,
    high: float,
    *,
    prior_year: float | None,
    plan: float | None,
    maximum: float,
    is_muted: bool,
    name: str,
    title: str,
    description: str,
) -> Markup:
    """A rate with its 95 % interval as a whisker; the prior year light, the plan outlined."""
    dark = PLAN if is_muted else ACTUAL
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, maximum], nice=False))
    layers = [
        _chart([{"value": 0.0, "end": maximum}]).mark_rule(color=LINE).encode(x=x, x2="end:Q"),
        _chart([{"value": low, "end": high}]).mark_rule(color=dark, strokeWidth=2.4).encode(x=x, x2="end:Q"),
        _chart([{"value": low}, {"value": high}])
        .mark_tick(color=dark, thickness=2, size=9, orient="vertical")
        .encode(x=x),
        _chart([{"value": value}]).mark_point(color=dark, filled=True, size=64, opacity=1).encode(x=x),
    ]
    if prior_year is not None:
        layers.insert(
            1,
            _chart([{"value": prior_year}])
            .mark_point(color=PRIOR_YEAR, filled=True, size=52, opacity=1)
            .encode(x=x),
        )
    if plan is not None:
        layers.append(
            _chart([{"value": plan}])
            .mark_point(color=PLAN, shape="square", size=70, opacity=1, strokeWidth=1.6)
            .encode(x=x)
        )
    return draw(layers, width=160, height=14, padding=5, name=name, title=title, text=description)


def stacked_months(
    bands: Sequence[Band],
    *,
    months: Sequence[tuple[str, str]],
    totals: Sequence[str],
    year_before: Sequence[float | None],
    plan: Sequence[float | None],
    width: int,
    name: str,
    title: str,
    description: str,
) -> Markup:
    """Stacked columns per month with their totals above; lines mark the prior year (light) and the plan
    (dashed).

    `months` are the two lines below each column, `totals` the texts above.
    """
    count = len(months)
    height, below = 232, 34
    step = width / count
    sums = [sum(band.values[i] for band in bands) for i in range(count)]
    top = max([*sums, *(value for value in (*year_before, *plan) if value is not None), 1.0]) * 1.12
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, count], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, top], nice=False))
    columns: list[dict[str, Any]] = []
    for i in range(count):
        bottom = 0.0
        for band in bands:
            columns.append(
                {
                    "x": i + 0.16,
                    "x2": i + 0.84,
                    "y": bottom,
                    "y2": bottom + band.values[i],
                    "colour": band.colour,
                }
            )
            bottom += band.values[i]
    colour = alt.Color("colour:N", scale=None)
    before, planned = (
        [{"x": i + 0.04, "x2": i + 0.96, "y": value} for i, value in enumerate(values) if value is not None]
        for values in (year_before, plan)
    )
    middle = [
        {"x": i + 0.5, "y": sums[i], "total": totals[i], "month": months[i][0], "year": months[i][1]}
        for i in range(count)
    ]
    size = 12 if step > 36 else 9.5
    texts = _chart(middle)
    layers = [
        _chart(columns)
        .mark_rect(stroke="#ffffff", strokeWidth=1)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=colour),
        _chart([{"x": 0, "x2": count, "y": 0}])
        .mark_rule(color=PLAN, strokeWidth=1.2)
        .encode(x=x, x2="x2:Q", y=y),
        *(
            _chart(marks)
            .mark_rule(color=shade, strokeWidth=thick, strokeDash=dash)
            .encode(x=x, x2="x2:Q", y=y)
            for marks, shade, thick, dash in (
                (before, "#ffffff", 4, [1, 0]),
                (before, PRIOR_MARK, 2, [1, 0]),
                (planned, "#ffffff", 4, [1, 0]),
                (planned, PLAN, 2, [4, 3]),
            )
            if marks
        ),
        texts.mark_text(dy=-8, fontSize=size, fontWeight=600, stroke="#ffffff", strokeWidth=5).encode(
            x=x, y=y, text="total:N"
        ),
        texts.mark_text(dy=-8, fontSize=size, fontWeight=600, color="#14203a").encode(
            x=x, y=y, text="total:N"
        ),
        texts.mark_text(fontSize=size, color=TEXT).encode(x=x, y=alt.value(height + 14), text="month:N"),
        texts.mark_text(fontSize=size, color=TEXT).encode(x=x, y=alt.value(height + 29), text="year:N"),
    ]
    return draw(
        layers,
        width=width,
        height=height,
        padding={"left": 2, "right": 2, "top": 2, "bottom": below},
        name=name,
        title=title,
        text=description,
    )


def incidence(
    lines: Sequence[Line],
    *,
    share: Callable[[float], str],
    days: str,
    name: str,
    title: str,
    description: str,
) -> Markup:
    """Steps from zero: which share had arrived by which day.

    The last line is the newest and dark; a line ends where its cohort is not known further.
    """
    width, height, left = 330.0, 120.0, 34
    last = max(point[0] for line in lines for point in line.points) or 1
    highest = max(point[1] for line in lines for point in line.points)
    top = (highest * 1.1) or 1.0
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, last], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, top], nice=False))
    layers = [
        _chart([{"x": 0, "x2": last, "y": level * highest} for level in (0, 0.5, 1)])
        .mark_rule(color=LINE, strokeWidth=1)
        .encode(x=x, x2="x2:Q", y=y),
        _chart([{"y": level * highest, "text": share(level * highest)} for level in (0, 0.5, 1)])
        .mark_text(align="right", dx=-5, fontSize=11, color=TEXT)
        .encode(x=alt.value(0), y=y, text="text:N"),
        _chart([{"x": day, "text": f"{day}"} for day in (0, last)] + [{"x": last / 2, "text": days}])
        .mark_text(fontSize=11, color=TEXT)
        .encode(x=x, y=alt.value(height + 14), text="text:N"),
    ]
    for chosen, colour, thickness in ((lines[:-1], PRIOR_YEAR, 1.3), (lines[-1:], ACTUAL, 2.4)):
        steps = [
            {"x": day, "y": value, "line": i}
            for i, line in enumerate(chosen)
            for day, value in ((0, 0.0), *line.points)
        ]
        layers.append(
            _chart(steps)
            .mark_line(interpolate="step-after", color=colour, strokeWidth=thickness)
            .encode(x=x, y=y, detail="line:N")
        )
    return draw(
        layers,
        width=width,
        height=height,
        padding={"left": left, "right": 10, "top": 8, "bottom": 22},
        name=name,
        title=title,
        text=description,
    )


def process(
    values: Sequence[float | None],
    signals: Sequence[bool],
    *,
    low: float | None,
    high: float | None,
    name: str,
    title: str,
    description: str,
) -> Markup:
    """Twelve months of one KPI between the limits of its usual variation; signals are filled and large."""
    points = [
        {"x": i, "y": value, "is_signal": signal}
        for i, (value, signal) in enumerate(zip(values, signals, strict=True))
        if value is not None
    ]
    levels = [level for level in (low, high) if level is not None]
    every = [point["y"] for point in points] + levels
    margin = (max(every) - min(every)) * 0.12 or 1.0
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, len(values) - 1], nice=False))
    y = alt.Y(
        "y:Q",
        axis=None,
        scale=alt.Scale(domain=[min(every) - margin, max(every) + margin], zero=False, nice=False),
    )
    layers = [
        _chart([{"x": 0, "x2": len(values) - 1, "y": level} for level in levels])
        .mark_rule(color=PLAN, strokeWidth=1.2, strokeDash=[5, 4])
        .encode(x=x, x2="x2:Q", y=y),
        _chart(points).mark_line(color=ACTUAL, strokeWidth=2).encode(x=x, y=y),
        _chart([p for p in points if not p["is_signal"]])
        .mark_point(color=ACTUAL, filled=True, size=22, opacity=1)
        .encode(x=x, y=y),
        _chart([p for p in points if p["is_signal"]])
        .mark_point(color=SIGNAL, filled=True, shape="diamond", size=120, opacity=1)
        .encode(x=x, y=y),
    ]
    return draw(layers, width=330, height=84, padding=8, name=name, title=title, text=description)


def _chart(values: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=values))


def _only(base: alt.Chart, series: str, month: int | None = None) -> alt.Chart:
    test = f"datum.series === '{series}' && isValid(datum.value)"
    if month is not None:
        test += f" && datum.month === {month}"
    if series == "actual" and month is None:
        return base.transform_filter("datum.series === 'actual'")
    return base.transform_filter(test)
