"""A warehouse in memory with nine loads a connection, each connection with a fault of its own in the last."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from leitstand.contract import load_contract
from leitstand.gate.border.bands import JUDGED, judge_loads, judge_schema, write_measures
from leitstand.gate.border.profile import forget, read_profiles
from leitstand.gate.border.suite import load_rules, load_suites
from leitstand.land.lake import Lake
from leitstand.land.sql import literal
from leitstand.land.warehouse import _TABLES, make_raw_table

LOADS = 9
COUNTS = [1000, 1010, 1020, 990, 1000, 1030, 980, 1000, 1005]
"""Rows of each load; the last is the one that is judged."""

HOSTILE = literal('\u202e=<img src=x onerror="alert(1)">\x07')
"""A category by which somebody tries to get into the page."""

FAULTS = {
    "sound": {},
    "shrunk": {"rows": 100},
    "emptied": {"owner": "case when i % 2 = 0 then 'u1' end"},
    "doubled": {"id": "i // 2"},
    "strange": {"source": f"case when i < 5 then {HOSTILE} else 'web' end"},
    "drifted": {"source": "case when i % 10 = 0 then 'web' else 'fair' end"},
    "leaky": {"source": "case when i < 5 then 'of anna@firma.example' else 'web' end"},
    "outside": {"kind": "case when i < 3 then 'robot' else 'lead' end"},
    "young": {"rows": 100},
}


def judged(folder: Path) -> duckdb.DuckDBPyConnection:
    """An open database with the temp table `judged`, the landed part of it filled."""
    db, contract = duckdb.connect(), load_contract()
    # young has one load too few for a band
    loads = {name: range(2 if name == "young" else 1, LOADS + 1) for name in FAULTS}
    begin(db, list(FAULTS), LOADS)
    for name, fault in FAULTS.items():
        for number in loads[name]:
            is_last = number == LOADS
            deliver(db, name, number, **(fault if is_last else {}))
    judge_all(db, folder, published=LOADS - 1)
    judge_schema(
        db, [(name, "persons", c.name, c.data_type) for name in FAULTS for c in contract["persons"].columns]
    )
    return db


def begin(db: duckdb.DuckDBPyConnection, connections: list[str], loads: int) -> None:
    """Make the tables of landing, and say that there were so many loads, one a day."""
    db.execute(_TABLES)
    for number in range(1, loads + 1):
        db.execute("insert into landing.loads values (?, ?)", [number, f"2026-06-{number:02d} 04:00:00"])
    for name in connections:
        make_raw_table(db, name, load_contract()["persons"])


def judge_all(
    db: duckdb.DuckDBPyConnection,
    folder: Path,
    published: int,
    history_from: dict[str, dt.date] | None = None,
) -> None:
    """Fill `judged` with what landed after a load; the profiles stand in a folder."""
    lake, rules = Lake(folder), load_rules()
    for (number,) in db.execute("select load_number from landing.loads").fetchall():
        lake.path(number).mkdir(parents=True, exist_ok=True)
    db.execute(JUDGED)
    write_measures(db, load_suites())
    read_profiles(db, lake, load_contract(), rules)
    forget(db, history_from or {})
    judge_loads(db, rules, published)


def deliver(
    db: duckdb.DuckDBPyConnection,
    connection: str,
    number: int,
    *,
    rows: int | None = None,
    id: str = "i",
    owner: str = "case when i % 50 <> 0 then 'u1' end",
    source: str = "case when i % 2 = 0 then 'web' else 'fair' end",
    kind: str = "'lead'",
) -> None:
    """Land one load of persons; the values are SQL over the row number `i`."""
    rows = COUNTS[(number - 1) % LOADS] if rows is None else rows
    at = f"timestamp '2026-06-{number:02d} 04:00:00'"
    db.execute(
        f"insert into raw_{connection}.persons (source_id, kind, created_at, created_precision, lead_source, "
        f"owner_id, loaded_at, load_number, file_name, file_hash, line_number) "
        f"select ({id})::varchar, {kind}, {at} - interval 5 hour, 'second', {source}, {owner}, {at}, "
        f"{number}, 'persons.csv', 'h', i + 2 from range({rows}) as r(i)"
    )
    db.execute(
        f"insert into landing.files values ({number}, {at}, '{connection}', 'persons', 'persons.csv', 'h', "
        f"'m', {rows}, 0, 0, {rows}, {rows}, 0)"
    )
