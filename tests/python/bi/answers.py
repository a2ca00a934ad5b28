"""What a Superset that shows a company's release must give, chart by chart."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bi.expected_charts import CHARTS, Counted, Measured
from leitstand.bi.dashboards import dashboards
from leitstand.bi.release import read_release
from leitstand.config import Company, load_company
from leitstand.metrics import built, published
from leitstand.semantic import NoSum, Question

Rows = Counter[Any]


def expected(folder: Path) -> dict[str, Rows]:
    """The rows that every chart must have, by its title."""
    company, file = load_company(folder), folder / "releases" / "current" / "kpi.duckdb"
    titles = {
        f"{board.key}.{chart.key}": chart.title
        for board in dashboards(read_release(file).kpis, company.settings.report.language)
        for chart in board.charts
    }
    rows = {}
    with (
        answering(company) as answer,
        duckdb.connect(str(file), read_only=True) as db,
        duckdb.connect(str(company.warehouse), read_only=True) as build,
    ):
        for key, chart in CHARTS.items():
            if isinstance(chart, Measured):
                for name, question in chart.answers.items():
                    db.register(name, answer(question))
            if isinstance(chart, Counted):
                found = build.execute(chart.rows)
            else:
                found = db.execute(chart.rows.replace("k.", "kpi.kpi.").replace("m.", "kpi.meta."))
            rows[titles[key]] = compared(found.fetchall())
    return rows


@contextmanager
def answering(company: Company) -> Iterator[Callable[[Question], pa.Table]]:
    """MetricFlow over the release; over its build where a median is asked, which no sums of months hold."""
    with published(company) as release, built(company) as build:

        def answer(question: Question) -> pa.Table:
            try:
                return release.answer(question).table
            except NoSum:
                return build.answer(question).table

        yield answer


def compared(rows: Iterable[Sequence[Any]]) -> Rows:
    """Rows as both sides have them."""
    return Counter(tuple(map(comparable, row)) for row in rows)


def differing(one: Rows, other: Rows) -> list[Any]:
    """The rows that only one side has, but those of nothing whose like the other side has not at all."""
    only = one - other, other - one
    known = {named(row) for row in one}, {named(row) for row in other}
    return [
        row
        for rows, elsewhere in zip(only, reversed(known), strict=True)
        for row in rows
        if any(isinstance(value, float) and value for value in row) or named(row) in elsewhere
    ]


def named(row: Any) -> tuple[str, ...]:
    """The words and days of a row."""
    return tuple(value for value in row if isinstance(value, str))


def comparable(value: Any) -> Any:
    """A value as both sides have it: days as instants, numbers to nine digits."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time()).isoformat()
    if value is None or isinstance(value, (str, bool)):
        return value
    return float(f"{float(value):.9g}")
