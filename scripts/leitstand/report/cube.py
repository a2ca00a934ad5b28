"""Additive columns of one published table by a few dimensions: what a page adds up, with or without a filter.

The cube travels with the page as JSON, and `script.js` adds it up again where the reader filters. Both follow
the same rule: sum the rows that fit, then divide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    """The rows of one query, kept in a temporary table of the open release."""

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
        self._published = published
        self._cache: dict[Any, Value] = {}
        keys = ", ".join(f"cast({d} as varchar) as {d}" for d in dimensions)
        sums = ", ".join(f"cast(coalesce(sum({m}), 0) as double) as {m}" for m in measures)
        published.rows(
            f"create or replace temp table cube_{name} as select {keys}, {sums} from ({query}) as facts "
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
        sums = ", ".join(" + ".join(f"coalesce(sum({c}), 0)" for c in group) or "0" for group in groups)
        conditions, parameters = ["true"], {}
        months = where.get("month") or [month.isoformat() for month in self.year.months]
        shifted = [_years_before(month, years_back) for month in _list(months)]
        for i, (name, values) in enumerate({**where, "month": shifted}.items()):
            conditions.append(f"list_contains($p{i}, {name})")
            parameters[f"p{i}"] = _list(values)
        query = f"select {sums} from cube_{self.name} where {' and '.join(conditions)}"
        row = self._published.rows(query, **parameters)[0]
        return [float(value) for value in row.values()]

    def values_of(self, dimension: str, order_by: str) -> list[str]:
        """The values of a dimension in the twelve months, by falling sum of a column."""
        rows = self._published.rows(
            f"select {dimension} as found from cube_{self.name} where month between $first and $last "
            f"group by all having sum({order_by}) <> 0 order by sum({order_by}) desc, found",
            first=self.year.first.isoformat(),
            last=self.year.last.isoformat(),
        )
        return [row["found"] for row in rows]

    def as_json(self) -> dict[str, Any]:
        """Column by column; a dimension's values once, its rows as positions among them."""
        rows = self._published.rows(f"from cube_{self.name} order by all")
        columns: dict[str, list[int]] = {}
        values: dict[str, list[str]] = {}
        for dimension in self.dimensions:
            values[dimension] = sorted({row[dimension] for row in rows})
            position = {value: i for i, value in enumerate(values[dimension])}
            columns[dimension] = [position[row[dimension]] for row in rows]
        return {
            "values": values,
            "rows": columns,
            "measures": {m: [_short(row[m]) for row in rows] for m in self.measures},
        }


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
