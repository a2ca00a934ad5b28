"""Figures, bars and columns of a cube as markup: drawn here as they stand, and again by `script.js`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from leitstand.report.catalogue import CATALOGUE
from leitstand.report.cube import Cube, Value, Where
from leitstand.report.funnel import wilson
from leitstand.report.wording import Wording

MATURE = 0.9
"""Below this share of cases whose window has ended a cohort is hatched."""

STRETCH = 1.5
"""So much higher than the highest reliable column one of too few cases may be before it is cut."""

Stack = Sequence[tuple[str, Where, str]]
"""Parts of a column from below: figure, rows, and the class that colours it."""


@dataclass(frozen=True)
class Marks:
    """What one page draws of its cubes, in one language."""

    words: Wording
    minimum_sample: int
    as_of: str
    release_id: str

    def origin(self, cube: Cube, figure: str) -> str:
        """Definition, formula, source and date of a figure, as it is shown on hover."""
        return self.words.text(
            "origin",
            definition=self.words.text(f"figures.{figure}.definition"),
            formula=CATALOGUE[figure].formula,
            source=cube.source,
            as_of=self.as_of,
            release=self.release_id,
        )

    def figure(
        self,
        cube: Cube,
        figure: str,
        where: Where | None = None,
        *,
        kind: str | None = None,
        back: int = 0,
        total: str = "",
        spent: bool = False,
    ) -> Markup:
        """A figure in words.

        Parameters:
            kind: `change` or `points` for the difference to the year before, `interval` for that of a rate.
            back: so many years before.
            total: dimensions that do not restrict what is divided by.
            spent: say so where money was spent and there is nothing to divide by.
        """
        found = cube.value(figure, where, total=total.split(), years_back=back)
        form = CATALOGUE[figure].form
        value, text, classes = found.value, "", []
        if kind in ("change", "points"):
            before = cube.value(figure, where, total=total.split(), years_back=1).value
            if value is None or before is None or (kind == "change" and not before):
                value = None
            else:
                value = (value - before) / abs(before) if kind == "change" else value - before
            text = self.words.signed(value) if kind == "change" else self.words.points(value)
        elif kind == "interval":
            ends = self._interval(found)
            text = " – ".join(self.words.share(end) for end in ends) if ends else self.words.none
            value = None
        else:
            text = self.write(value, form)
        is_spent = spent and value is None and found.denominator == 0 and found.numerator > 0
        if is_spent:
            text, classes = self.words.text("sheet.spent"), ["spent"]
        elif value is None and kind != "interval":
            classes = ["none"]
        if self._is_small(found) and value is not None and kind is None:
            classes.append("is-small")
        return Markup("<data{}>{}</data>").format(
            self._attributes(
                value=None if value is None else _number(value),
                class_=" ".join(classes) or None,
                title=self.origin(cube, figure),
                **self._where(cube, figure, where),
                data_k=kind,
                data_back=back or None,
                data_t=total or None,
                data_spent="1" if spent else None,
            ),
            text,
        )

    def bars(
        self,
        cube: Cube,
        figure: str,
        rows: Sequence[Where],
        name: str,
        *,
        bases: Sequence[Where | None] = (),
        classes: Sequence[str] = (),
    ) -> list[Markup]:
        """One bar a row on a common scale from zero; `bases` are the rows that a bar begins above."""
        found = [cube.value(figure, where) for where in rows]
        starts = [
            cube.value(figure, base).value or 0 if base is not None else 0.0
            for base in (bases or [None] * len(rows))
        ]
        ends = [start + (value.value or 0) for start, value in zip(starts, found, strict=True)]
        largest = max([*starts, *ends, 0]) or 1
        drawn = []
        for i, (where, value, start, end) in enumerate(zip(rows, found, starts, ends, strict=True)):
            low, high = max(0.0, min(start, end)), max(start, end, 0.0)
            base = bases[i] if bases else None
            own = classes[i] if classes else ""
            rect = self._attributes(
                x=_number(100 * low / largest),
                width=_number(100 * (high - low) / largest),
                height="10",
                class_=f"{own} is-small".strip() if self._is_small(value) else own or None,
                **self._where(cube, figure, where),
                data_base=None if base is None else json.dumps(base, ensure_ascii=False),
            )
            drawn.append(
                Markup(
                    '<svg class="strip" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" '
                    'data-bars="{}"><rect{}/></svg>'
                ).format(name, rect)
            )
        return drawn

    def rate(self, cube: Cube, figure: str, where: Where) -> Markup:
        """A rate from 0 to 100 %, its 95 % interval as a whisker and the prior year as a tick."""
        found = cube.value(figure, where)
        before = cube.value(figure, where, years_back=1).value
        low, high = self._interval(found) or (0.0, 0.0)
        at = _number(100 * (before or 0))
        return Markup(
            '<svg class="strip rate" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" '
            'data-rate="1"{}><rect{} height="10"/><line class="whisker"{} y1="5" y2="5"/>'
            '<line{} x1="{}" x2="{}" y1="0" y2="10"/></svg>'
        ).format(
            self._attributes(**self._where(cube, figure, where)),
            self._attributes(
                width=_number(100 * (found.value or 0)), class_="is-small" if self._is_small(found) else None
            ),
            self._attributes(x1=_number(100 * low), x2=_number(100 * high)),
            self._attributes(class_="before gone" if before is None else "before"),
            at,
            at,
        )

    def columns(
        self,
        cube: Cube,
        periods: Sequence[tuple[Sequence[str], str, str]],
        stacks: Sequence[Stack],
        name: str,
        title: str,
        *,
        width: int = 560,
        height: int = 150,
        label: str = "thousands",
        mature: bool = False,
        top: float | None = None,
    ) -> Markup:
        """Columns on zero, one a period: its months, its name, the year below it.

        Parameters:
            stacks: the parts of each column.
            name: charts of one name share a scale, whose highest value is `top`.
            label: how the total above is written: `thousands`, `whole`, or `percent` without its sign. A
                column of too few cases that goes beyond the scale is cut and says so.
            mature: hatch cohorts whose windows have not ended.
        """
        step = width / len(periods)
        top = (self.top(cube, stacks) if top is None else top) or 1.0
        scale = top * 1.14
        drawn = []
        for i, ((_, period, year), stack) in enumerate(zip(periods, stacks, strict=True)):
            reached, parts, values = 0.0, [], []
            for figure, where, colour in stack:
                found = cube.value(figure, where)
                values.append(found.value)
                low, reached = reached, reached + max(0.0, found.value or 0)
                states = [colour]
                states += ["is-small"] if self._is_small(found) else []
                states += ["is-open"] if mature and self._is_open(cube, where) else []
                parts.append(
                    Markup("<rect{}/>").format(
                        self._attributes(
                            x=_number(step * (i + 0.17)),
                            width=_number(step * 0.66),
                            y=_number(height * (1 - min(reached, top) / scale)),
                            height=_number(height * (min(reached, top) - min(low, top)) / scale),
                            class_=" ".join(states),
                            data_mature="1" if mature else None,
                            **self._where(cube, figure, where),
                        )
                    )
                )
            empty = all(value is None for value in values)
            middle = _number(step * (i + 0.5))
            drawn.append(
                Markup(
                    '<g class="column" data-height="{}">{}<text class="total" x="{}" y="{}" data-s="{}">{}'
                    '</text><text x="{}" y="{}">{}</text><text x="{}" y="{}">{}</text></g>'
                ).format(
                    height,
                    Markup("").join(parts),
                    middle,
                    _number(height * (1 - min(reached, top) / scale) - 5),
                    label,
                    "" if empty else ("▲ " if reached > top else "") + self._label(reached, label),
                    middle,
                    height + 14,
                    period,
                    middle,
                    height + 27,
                    year,
                )
            )
        return Markup(
            '<svg class="columns-chart" viewBox="0 -12 {} {}" role="img" aria-label="{}" '
            'data-columns="{}">{}<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/></svg>'
        ).format(width, height + 46, title, name, Markup("").join(drawn), width, height, height)

    def top(self, cube: Cube, stacks: Sequence[Stack]) -> float:
        """The highest column; those of too few cases stretch the scale by half at most."""
        found = [[cube.value(figure, where) for figure, where, _ in stack] for stack in stacks]
        sums = [sum(max(0.0, value.value or 0) for value in stack) for stack in found]
        reliable = [
            total
            for stack, total in zip(found, sums, strict=True)
            if not any(self._is_small(value) for value in stack)
        ]
        highest = max(sums, default=0.0)
        return min(highest, STRETCH * max(reliable)) if any(reliable) else highest

    def write(self, value: float | None, form: str) -> str:
        """A value as its form is written."""
        if form == "share":
            return self.words.share(value)
        if form == "money":
            is_tiny = value is not None and 0 < abs(value) < 10
            return self.words.money(value, 2 if is_tiny else 0)
        return self.words.count(value)

    def _label(self, value: float, label: str) -> str:
        return self.words.count(round(value * {"thousands": 0.001, "percent": 100}.get(label, 1)))

    def _is_small(self, found: Value) -> bool:
        return found.sample is not None and found.sample < self.minimum_sample

    def _is_open(self, cube: Cube, where: Where) -> bool:
        entered = cube.value("entered", where).numerator
        return entered > 0 and cube.value("matured", where).numerator / entered < MATURE

    @staticmethod
    def _interval(found: Value) -> tuple[float, float] | None:
        return wilson(round(found.numerator), round(found.denominator or 0))

    @staticmethod
    def _where(cube: Cube, figure: str, where: Where | None) -> dict[str, str | None]:
        return {
            "data_c": cube.name,
            "data_f": figure,
            "data_w": json.dumps(where, ensure_ascii=False, separators=(",", ":")) if where else None,
        }

    @staticmethod
    def _attributes(**values: object) -> Markup:
        return Markup("").join(
            Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), escape(value))
            for name, value in values.items()
            if value is not None
        )


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") or "0"
