"""Additive columns of one published table by a few dimensions: what a page adds up, with or without a filter.

The cube travels with the page as JSON, and `script.js` adds it up again where the reader filters. Both follow
the same rule: sum the rows that fit, round to millionths so that the order of adding does not show, then
divide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leitstand.report.catalogue import CATALOGUE, Figure
from leitstand.report.periods import TwelveMonths, add_months
from leitstand.report.release import Published

Where = Mapping[str, str | Sequence[str]]
"""Values that a row must have, by dimension. Where it names months, the period does not restrict further."""


@dataclass(frozen=True)
class Value:
    """A figure over the rows that fit: its parts, and the cases behind it where it names them."""

    numerator: float
    denominator: float | None
    sample: float | None

    @property
    def value(self) -> float | None:
        """The sum or ratio; None where there is nothing to divide by."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator else None


class Cube:
    """The rows of one query, column by column."""

    def __init__(
        self,
        published: Published,
        name: str,
        query: str,
        *,
        source: str,
        dimensions: Sequence[str],
        measures: Sequence[str],
        year: TwelveMonths,
    ) -> None:
        """Run a query that gives `dimensions` as text, months as `YYYY-MM-DD`, and `measures` as numbers.

        It is grouped by the dimensions and cut to the 24 months that end with `year`. `source` is the
        published table that its figures are said to come from.
        """
        self.name = name
        self.source = source
        self.dimensions = tuple(dimensions)
        self.measures = tuple(measures)
        self.year = year
        self._cache: dict[Any, Value] = {}
        self._matches: dict[tuple[str, tuple[str, ...]], np.ndarray] = {}
        keys = ", ".join(f"cast({d} as varchar) as {d}" for d in dimensions)
        sums = ", ".join(f"cast(coalesce(sum({m}), 0) as double) as {m}" for m in measures)
        self._columns = published.columns(
            f"select {keys}, {sums} from ({query}) as facts "
            f"where cast(month as date) between $first and $last group by all order by all",
            first=year.year_before.first,
            last=year.last,
        )

    def value(
        self, figure: str, where: Where | None = None, *, total: Sequence[str] = (), years_back: int = 0
    ) -> Value:
        """A figure over the twelve months, or over the months that `where` names.

        Parameters:
            total: dimensions that do not restrict what is divided by; for shares of a total.
            years_back: so many years before.
        """
        where = dict(where or {})
        key = (figure, repr(sorted(where.items())), tuple(total), years_back)
        if key not in self._cache:
            spec = CATALOGUE[figure]
            top = self._sum((spec.numerator, spec.sample), where, years_back)
            wider = {name: value for name, value in where.items() if name not in total}
            below = self._sum((spec.denominator,), wider, years_back)[0] if spec.denominator else None
            self._cache[key] = Value(top[0], below, top[1] if spec.sample else None)
        return self._cache[key]

    def _sum(self, groups: Sequence[Sequence[str]], where: Where, years_back: int) -> list[float]:
        months = where.get("month") or [month.isoformat() for month in self.year.months]
        shifted = [_years_before(month, years_back) for month in _list(months)]
        fits = np.logical_and.reduce(
            [self._with(name, _list(values)) for name, values in {**where, "month": shifted}.items()]
        )
        return [round(float(sum(self._columns[c][fits].sum() for c in group)), 6) for group in groups]

    def _with(self, dimension: str, values: Sequence[str]) -> np.ndarray:
        """Which rows have one of the values."""
        key = (dimension, tuple(values))
        if key not in self._matches:
            self._matches[key] = np.isin(self._columns[dimension], values)
        return self._matches[key]

    def values_of(self, dimension: str, order_by: str) -> list[str]:
        """The values of a dimension in the twelve months, by falling sum of a column."""
        sums = {
            value: self._sum([[order_by]], {dimension: value}, 0)[0]
            for value in sorted(set(self._columns[dimension]))
        }
        return sorted((value for value in sums if sums[value]), key=lambda value: -sums[value])

    def as_json(self) -> dict[str, Any]:
        """Column by column; a dimension's values once, its rows as positions among them."""
        values, rows = {}, {}
        for dimension in self.dimensions:
            found, positions = np.unique(self._columns[dimension], return_inverse=True)
            values[dimension], rows[dimension] = found.tolist(), positions.tolist()
        measures = {name: [_short(n) for n in self._columns[name].tolist()] for name in self.measures}
        return {"values": values, "rows": rows, "measures": measures}


def figures_as_json() -> dict[str, Any]:
    """The catalogue as the script reads it."""

    def spec(figure: Figure) -> dict[str, Any]:
        return {
            "num": figure.numerator,
            "den": figure.denominator,
            "form": figure.form,
            "sample": figure.sample,
        }

    return {name: spec(figure) for name, figure in CATALOGUE.items()}


def _short(number: float) -> int | float:
    return int(number) if number == int(number) else round(number, 6)


def _list(values: str | Sequence[str]) -> list[str]:
    return [values] if isinstance(values, str) else list(values)


def _years_before(month: str, years: int) -> str:
    return add_months(dt.date.fromisoformat(month), -12 * years).isoformat()
