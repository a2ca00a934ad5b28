"""From what Great Expectations said to checks: one per suite and connection, with the band in its message."""

from __future__ import annotations

from typing import Any

import duckdb

from leitstand.gate import personal
from leitstand.gate.border.expectations import ROW, Outcome
from leitstand.gate.border.suite import Suite
from leitstand.gate.lineage import Lineage
from leitstand.gate.result import Check, Status

_SHOWN = 3
_ROWS = """
    select
        connection, entity, measure, subject, found, lower, upper, middle, loads, expected, seen,
        load_number, loaded_at,
        lower is not null or upper is not null or expected is not null as is_judged
    from judged
    where suite = ?
    order by load_number desc, connection, entity, measure, subject
"""


def to_checks(
    db: duckdb.DuckDBPyConnection, suite: Suite, outcome: Outcome, lineage: Lineage, minimum: int
) -> list[Check]:
    """The checks of one suite, one per connection; what is to be published counts as one connection."""
    rows = rows_of(db, suite)
    # where nothing is to be judged yet, the check says so
    connections = {row["connection"] for row in rows} or ({"kpi"} if suite.kind == "published" else set())
    return [
        _check(suite, name, [row for row in rows if row["connection"] == name], outcome, lineage, minimum)
        for name in sorted(connections)
    ]


def rows_of(db: duckdb.DuckDBPyConnection, suite: Suite) -> list[dict[str, Any]]:
    """Everything that one suite judges, by connection, table, measure and subject."""
    cursor = db.execute(_ROWS, [suite.name])
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _check(
    suite: Suite,
    connection: str,
    rows: list[dict[str, Any]],
    outcome: Outcome,
    lineage: Lineage,
    minimum: int,
) -> Check:
    critical = [row for row in rows if key(row) in outcome.critical]
    noted = [row for row in rows if key(row) in outcome.noted and row not in critical]
    broken = [*critical, *noted]
    unjudged = [row for row in rows if not row["is_judged"]]
    status, message = Status.passed, ""
    if outcome.faults:
        status, message = Status.could_not_run, "; ".join(outcome.faults)
    elif broken:
        status = Status.failed if critical else Status.warned
        message = "; ".join(explain(row) for row in broken[:_SHOWN])
        if len(broken) > _SHOWN:
            message += f"; and {len(broken) - _SHOWN} more"
    elif len(unjudged) == len(rows):
        status = Status.could_not_run
        message = _too_short(suite, max((row["loads"] for row in rows), default=0), minimum)
    entities = {row["entity"] for row in (broken or rows)}
    return Check(
        name=f"{suite.name}.{connection}" if suite.kind == "landed" else suite.name,
        kind=suite.kind,
        status=status,
        meaning=" ".join(suite.meaning.split()),
        message=message,
        failures=len(broken),
        keys=tuple(_named(row) for row in broken[:_SHOWN]),
        marts=_marts(suite, entities, lineage),
        is_blocking=suite.is_binding and (status is not Status.could_not_run or bool(outcome.faults)),
        may_be_weakened=suite.may_be_weakened,
    )


def explain(row: dict[str, Any]) -> str:
    """One row that breaks its suite: what was found, the band, and what the band was learned from."""
    if row["expected"] is not None:
        return f"{_named(row)}: expected {row['expected']}, found {row['seen']}"
    learned = learned_from(row)
    return f"{_named(row)}: expected {band(row)}{f' ({learned})' if learned else ''}, found {found(row)}"


def band(row: dict[str, Any]) -> str:
    """What a row may be; empty where nothing could be learned yet."""
    lower, upper = row["lower"], row["upper"]
    if row["expected"] is not None:
        return str(row["expected"])
    if lower is not None and upper is not None:
        return f"{_number(lower)} to {_number(upper)}"
    if upper is not None:
        return f"at most {_number(upper)}"
    return f"at least {_number(lower)}" if lower is not None else ""


def learned_from(row: dict[str, Any]) -> str:
    """What the band of a row was learned from; empty where it was not learned."""
    unit = "months" if row["measure"] == "movement" else "loads"
    if row["middle"] is not None:
        return f"median {_number(row['middle'])} of {row['loads']} {unit}"
    return f"in {row['loads']} {unit} before" if row["loads"] else ""


def found(row: dict[str, Any]) -> str:
    """What a row is."""
    return str(row["seen"]) if row["expected"] is not None else _number(row["found"])


def _too_short(suite: Suite, seen: int, minimum: int) -> str:
    unit = "loads" if suite.kind == "landed" else "months"
    return f"no band yet: {seen} {unit} before this one, a band is learned from {minimum}"


def _marts(suite: Suite, entities: set[str], lineage: Lineage) -> tuple[str, ...]:
    of = lineage.marts_of_entity if suite.kind == "landed" else lineage.marts_of_model
    return tuple(sorted({mart for entity in entities for mart in of(entity)}))


def key(row: dict[str, Any]) -> tuple[str, ...]:
    """What Great Expectations names a row by."""
    return tuple(str(row[name]) for name in ROW)


def _named(row: dict[str, Any]) -> str:
    """Where a row stands, without what could be a person."""
    where = f"{row['measure'].replace('_', ' ')} of {row['connection']}.{row['entity']}"
    if row["load_number"]:
        where += f" in load {row['load_number']} of {row['loaded_at']:%Y-%m-%d}"
    return f"{where}, {personal.shown('', row['subject'])}" if row["subject"] else where


def _number(value: float) -> str:
    """A number with four significant digits; whole ones in full."""
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:,.4g}"
