"""The chain of order 1 and its removal effects in exact fractions, and the same by the models' SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import duckdb
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from leitstand.config import PROJECT_ROOT

Journey = tuple[tuple[str, ...], bool]
"""Channels in order, and whether the path converted."""

START, CONVERSION, NULL = "(start)", "(conversion)", "(null)"
MODELS = ("int_markov__transitions", "int_markov__fits", "int_markov__chains", "int_markov__removal_effects")
INPUTS = {
    "int_reporting__as_of": "as_of timestamp",
    "data_driven_models": """attribution_model varchar, conversion_type varchar, window_months integer,
        minimum_conversions integer, minimum_paths integer, valid_from date, valid_to date""",
    "int_attribution__conversions": """conversion_number bigint, conversion_type varchar,
        conversion_month date""",
    "int_attribution__paths": "conversion_number bigint, touch_number integer, channel varchar",
    "int_markov__lost_paths": """conversion_type varchar, path_id varchar, path_month date,
        touch_number integer, channel varchar""",
}
MONTH = "2026-06-01"


# ---------- in fractions


def transitions(paths: Iterable[Journey]) -> Counter[tuple[str, str]]:
    """How often one state follows another; a channel that follows itself is one visit."""
    found: Counter[tuple[str, str]] = Counter()
    for channels, converts in paths:
        visits = [one for one, before in zip(channels, (None, *channels), strict=False) if one != before]
        states = [START, *visits, CONVERSION if converts else NULL]
        found.update(pairwise(states))
    return found


def conversion_probability(counts: Mapping[tuple[str, str], int], without: str | None = None) -> Fraction:
    """Probability to arrive at the conversion, where a channel removed ends without one."""
    states = [state for state in {start for start, _ in counts} if state != without]
    leaving = {state: sum(n for (start, _), n in counts.items() if start == state) for state in states}
    rows = []
    for state in states:
        row = {other: Fraction(-counts.get((state, other), 0), leaving[state]) for other in states}
        row[state] += 1
        rows.append([*row.values(), Fraction(counts.get((state, CONVERSION), 0), leaving[state])])
    for pivot in range(len(states)):
        best = next(number for number in range(pivot, len(states)) if rows[number][pivot])
        rows[pivot], rows[best] = rows[best], rows[pivot]
        rows[pivot] = [cell / rows[pivot][pivot] for cell in rows[pivot]]
        for number, row in enumerate(rows):
            if number != pivot and row[pivot]:
                rows[number] = [
                    cell - row[pivot] * other for cell, other in zip(row, rows[pivot], strict=True)
                ]
    return rows[states.index(START)][-1]


def removal_effects(counts: Mapping[tuple[str, str], int]) -> dict[str, Fraction]:
    """What share of the conversions is lost without a channel, each channel's chain solved for itself."""
    whole = conversion_probability(counts)
    channels = sorted({start for start, _ in counts} - {START})
    return {channel: 1 - conversion_probability(counts, channel) / whole for channel in channels}


# ---------- by the models


class _Adapter:
    """Finds the macro of DuckDB, else the default one, among those of the same template."""

    @pass_context
    def dispatch(self, context: Context, name: str) -> Any:
        """The macro as dbt would find it."""
        return context.vars.get(f"duckdb__{name}") or context.vars[f"default__{name}"]


class _Dbt:
    """dbt's own macros, as they render for DuckDB."""

    @staticmethod
    def dateadd(part: str, count: str, instant: str) -> str:
        """An instant so many units later."""
        return f"date_add({instant}, interval ({count}) {part})"

    @staticmethod
    def type_string() -> str:
        """The type of texts."""
        return "varchar"


def rendered(model: str) -> str:
    """The SQL of a model over tables without a schema."""
    files = [*sorted((PROJECT_ROOT / "macros").glob("*/*.sql"))]
    wanted = [file for file in files if file.parent.name in ("dialect", "reporting", "attribution")]
    (source,) = (PROJECT_ROOT / "models").rglob(f"{model}.sql")
    template = "".join(file.read_text(encoding="utf-8") for file in [*wanted, source])
    return (
        Environment(extensions=["jinja2.ext.do"])
        .from_string(template)
        .render(
            adapter=_Adapter(),
            dbt=_Dbt(),
            ref=lambda name: name,
            var=lambda name: {"report_timezone": "Europe/Berlin"}[name],
            **{"return": lambda value: value},
        )
    )


class Warehouse:
    """The models of the Markov chain on an in-memory DuckDB."""

    def __init__(self) -> None:
        """Render the models once."""
        self._db = duckdb.connect()
        self._sql = {model: rendered(model) for model in MODELS}
        for table, columns in INPUTS.items():
            self._db.execute(f"create table {table} ({columns})")
        self._db.execute("insert into int_reporting__as_of values ('2026-07-01')")

    def fit(self, systems: Mapping[str, list[Journey]]) -> dict[str, dict[str, tuple[float, float, float]]]:
        """Fit a chain to each system's paths: by channel removal effect, share, the chain's probability."""
        for table in INPUTS:
            if table != "int_reporting__as_of":
                self._db.execute(f"truncate {table}")
        policies, conversions, touches, lost = [], [], [], []
        for system, paths in systems.items():
            policies.append(("markov", system, 12, 1, 1, "2020-01-01", None))
            for number, (channels, converts) in enumerate(paths):
                path = f"{system}|{number}"
                if converts:
                    conversion = len(conversions) + 1
                    conversions.append((conversion, system, MONTH))
                    touches += [(conversion, place, name) for place, name in enumerate(channels, start=1)]
                else:
                    lost += [
                        (system, path, MONTH, place, name) for place, name in enumerate(channels, start=1)
                    ]
        for table, rows in (
            ("data_driven_models", policies),
            ("int_attribution__conversions", conversions),
            ("int_attribution__paths", touches),
            ("int_markov__lost_paths", lost),
        ):
            if rows:
                self._db.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)
        for model in MODELS:
            self._db.execute(f"create or replace table {model} as {self._sql[model]}")
        found: dict[str, dict[str, tuple[float, float, float]]] = {system: {} for system in systems}
        for system, channel, *values in self._db.execute(
            "select conversion_type, channel, removal_effect, share, chain_probability "
            "from int_markov__removal_effects order by channel"
        ).fetchall():
            found[system][channel] = tuple(values)
        return found

    def counts(self) -> dict[tuple[str, str], int]:
        """The transitions of the only system fitted last."""
        rows = self._db.execute("select from_state, to_state, transitions from int_markov__transitions")
        return {(start, end): count for start, end, count in rows.fetchall()}
