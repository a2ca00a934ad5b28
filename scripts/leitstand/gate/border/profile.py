"""The profile of a load: what it is like, in numbers, one small Parquet beside the files that it kept.

One row per load, connection, entity, measure and subject (a column, or a column and a category). A profile
is made once, of the rows that the load landed, and stays with the load: a rebuild of the warehouse or the
loss of its file does not touch it.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from leitstand.contract import Column, Entity
from leitstand.gate import personal
from leitstand.gate.border.suite import Rules
from leitstand.land.lake import Lake
from leitstand.land.sql import identifier, literal, literals, one_file
from leitstand.warehouse import private_files

PROFILE = "profile-1.parquet"
"""The name holds the version: a profile of other measures is another file."""

_INSTANTS = ("timestamp", "date")
_TABLE = """
create or replace temp table profiles (
    load_number bigint, loaded_at timestamp, connection varchar, entity varchar,
    measure varchar, subject varchar, value double
)
"""


@private_files()
def read_profiles(
    db: duckdb.DuckDBPyConnection, lake: Lake, contract: dict[str, Entity], rules: Rules
) -> None:
    """Make the temp table `profiles` of all loads; those that have no profile yet get one."""
    db.execute(_TABLE)
    loads = db.execute("select load_number from landing.loads order by load_number").fetchall()
    for (number,) in loads:
        file = lake.path(number) / PROFILE
        if not file.is_file():
            _profile(db, number, contract, rules)
            if not file.parent.is_dir():  # what landed is there, what it landed from is not
                continue
            draft = file.with_suffix(".draft")
            db.execute(
                f"copy (select * from profiles where load_number = {number} order by all) "
                f"to {literal(draft)} (format parquet)"
            )
            draft.replace(file)
        else:
            db.execute(f"insert into profiles select * from read_parquet({one_file(file)})")


def forget(db: duckdb.DuckDBPyConnection, history_from: dict[str, dt.date]) -> None:
    """Leave out the loads of a connection before a day; the newest of each entity is judged all the same."""
    for connection, day in history_from.items():
        db.execute(
            "delete from profiles as old where connection = ? and loaded_at < ? and load_number < ("
            "select max(load_number) from profiles as p where p.connection = old.connection "
            "and p.entity = old.entity)",
            [connection, day],
        )


def _profile(db: duckdb.DuckDBPyConnection, number: int, contract: dict[str, Entity], rules: Rules) -> None:
    landed = db.execute(
        "select distinct connection, entity from landing.files where load_number = ? order by all", [number]
    ).fetchall()
    for connection, entity in landed:
        table = f"{identifier(f'raw_{connection}')}.{identifier(entity)}"
        head = f"{literal(connection)}, {literal(entity)}"
        db.execute(
            f"create or replace temp table loaded as select * from {table} where load_number = {number}"
        )
        db.execute(f"insert into profiles {_measures(contract[entity], number, head)}")
        for column in contract[entity].columns:
            if column.name in rules.categories:
                db.execute(f"insert into profiles {_shares(column, number, head, rules)}")
    db.execute("drop table if exists loaded")


def _measures(entity: Entity, number: int, head: str) -> str:
    """All measures of an entity from one scan."""
    key = ", ".join(map(identifier, entity.key))
    found = {
        ("rows", ""): "count(*)",
        ("duplicate_share", ""): f"1 - count(distinct ({key}))::double / nullif(count(*), 0)",
    }
    for column in entity.columns:
        if column.bookkeeping or column.name in ("loaded_at", "load_number", "line_number"):
            continue
        name = identifier(column.name)
        found["null_share", column.name] = f"count(*) filter ({name} is null)::double / nullif(count(*), 0)"
        if outside := _outside(column):
            found["outside", column.name] = f"count(*) filter ({outside})"
        if column.data_type.startswith(("decimal", "bigint", "double", "integer")):
            found["average", column.name] = f"avg({name})"
        if column.data_type in _INSTANTS:
            newest = f"max({name}::timestamp) filter ({name}::timestamp <= loaded_at)"
            found["age_hours", column.name] = f"epoch(max(loaded_at) - {newest}) / 3600"
    names = literals(measure for measure, _ in found)
    subjects = literals(subject for _, subject in found)
    values = ", ".join(f"({value})::double" for value in found.values())
    return f"""
        select {number}, loaded_at, {head}, measure, subject, value
        from (
            select
                (select loaded_at from landing.loads where load_number = {number}) as loaded_at,
                unnest([{names}]) as measure,
                unnest([{subjects}]) as subject,
                unnest([{values}]) as value
            from loaded
        )
        where value is not null
    """


def _outside(column: Column) -> str:
    """SQL that is true where a value is not what the contract allows."""
    name = identifier(column.name)
    faults = []
    if column.required:
        faults.append(f"{name} is null")
    if column.values:
        faults.append(f"{name} not in ({literals(column.values)})")
    if column.pattern:
        faults.append(f"not regexp_full_match({name}, {literal(column.pattern)})")
    if column.minimum is not None:
        faults.append(f"{name} < {column.minimum}")
    if column.positive:
        faults.append(f"{name} <= 0")
    if column.not_before:
        faults.append(f"{name} < {identifier(column.not_before)}")
    return " or ".join(faults)


def _shares(column: Column, number: int, head: str, rules: Rules) -> str:
    """The share of each category; none for a column that has too many to be one."""
    name, patterns = identifier(column.name), personal.VALUES.values()
    is_personal = " or ".join(f"regexp_matches({name}, {literal(pattern)})" for pattern in patterns)
    return f"""
        select
            {number}, (select loaded_at from landing.loads where load_number = {number}), {head}, 'share',
            {literal(column.name)} || ' = ' || category, count(*) / sum(count(*)) over ()
        from (
            select case when {is_personal} then {literal(personal.HIDDEN)} else {name} end as category
            from loaded
            where {name} is not null
        )
        group by category
        qualify count(*) over () <= {rules.maximum_categories}
    """
