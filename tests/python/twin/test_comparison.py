"""The comparison of the two engines notices what it should, and nothing else. Needs no server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import pytest

from ci.postgres_twin import Difference, Table, compare

ROWS = """
    select
        i as id,
        'channel ' || i as channel,
        timestamp '2026-07-01 04:00:00' as happened_at,
        cast(i * 1000.25 as decimal(18, 2)) as amount,
        cast(i / 3 as double) as rate,
        case when i > 1 then true end as is_won
    from range(3) as t(i)
"""
Plant = Callable[[str], list[Difference]]


@pytest.fixture
def both() -> Iterator[duckdb.DuckDBPyConnection]:
    """The same table in two catalogues with the engines' names."""
    with duckdb.connect() as db:
        for engine in ("duckdb", "postgres"):
            db.execute(f"attach ':memory:' as {engine}")
            db.execute(f"create schema {engine}.core")
            db.execute(f"create table {engine}.core.fct as {ROWS}")
        yield db


@pytest.fixture
def plant(both: duckdb.DuckDBPyConnection) -> Plant:
    """Change the one table, then compare."""

    def change(statement: str) -> list[Difference]:
        both.execute(statement)
        return compare(both, Table("core", "fct", ("id",), has_contract=True))

    return change


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "update postgres.core.fct set channel = 'Channel 1' where id = 1",
            "fct, id 1, channel: channel 1 on DuckDB, Channel 1 on Postgres",
        ),
        (
            "update postgres.core.fct set channel = null where id = 1",
            "fct, id 1, channel: channel 1 on DuckDB, None on Postgres",
        ),
        (
            "update postgres.core.fct set is_won = false where id = 0",
            "fct, id 0, is_won: None on DuckDB, false on Postgres",
        ),
        (
            "update postgres.core.fct set amount = amount + 0.01 where id = 2",
            "fct, id 2, amount: 2000.50 on DuckDB, 2000.51 on Postgres",
        ),
        (
            "update postgres.core.fct set happened_at = happened_at + interval 1 microsecond where id = 2",
            "fct, id 2, happened_at: 2026-07-01 04:00:00 on DuckDB, 2026-07-01 04:00:00.000001 on Postgres",
        ),
        (
            "update postgres.core.fct set rate = rate + 3e-12 where id = 0",
            "fct, id 0, rate: 0.0 on DuckDB, 3e-12 on Postgres",
        ),
        (
            "update postgres.core.fct set rate = null where id = 0",
            "fct, id 0, rate: 0.0 on DuckDB, None on Postgres",
        ),
        (
            "update postgres.core.fct set rate = 'nan' where id = 0",
            "fct, id 0, rate: 0.0 on DuckDB, nan on Postgres",
        ),
        (
            "update postgres.core.fct set rate = 'infinity' where id = 0",
            "fct, id 0, rate: 0.0 on DuckDB, inf on Postgres",
        ),
        (
            "update postgres.core.fct set id = null where id = 0",
            "fct, id 0, row: there on DuckDB, missing on Postgres",
        ),
        (
            "delete from postgres.core.fct where id = 1",
            "fct, id 1, row: there on DuckDB, missing on Postgres",
        ),
        (
            "insert into postgres.core.fct (id) values (7)",
            "fct, id 7, row: missing on DuckDB, there on Postgres",
        ),
        (
            "insert into postgres.core.fct from duckdb.core.fct where id = 1",
            "fct, all rows, count: 3 on DuckDB, 4 on Postgres",
        ),
    ],
)
def test_a_planted_difference_is_said(plant: Plant, statement: str, said: str) -> None:
    assert str(plant(statement)[0]) == said


@pytest.mark.parametrize(
    "statement",
    [
        "alter table postgres.core.fct drop column is_won",
        "alter table postgres.core.fct rename channel to canal",
        "alter table postgres.core.fct alter amount type decimal(18, 3)",
        "alter table postgres.core.fct alter happened_at type timestamptz",
    ],
)
def test_other_columns_or_types_are_said(plant: Plant, statement: str) -> None:
    assert [difference.column for difference in plant(statement)] == ["name and type"]


@pytest.mark.parametrize(
    "statement",
    [
        "select 1",
        "update postgres.core.fct set rate = rate + 1e-13",
        "update postgres.core.fct set rate = rate * (1 + 1e-13)",
        "create or replace table postgres.core.fct as select * from postgres.core.fct order by id desc",
    ],
)
def test_the_order_of_a_sum_and_of_rows_is_no_difference(plant: Plant, statement: str) -> None:
    assert plant(statement) == []


def test_many_differences_are_counted_and_the_first_shown(both: duckdb.DuckDBPyConnection) -> None:
    both.execute("update postgres.core.fct set channel = 'other', amount = -1")
    found = compare(both, Table("core", "fct", ("id",), has_contract=True), limit=2)
    assert [(d.key, d.column, d.duckdb) for d in found] == [
        ("id 0", "amount", "0.00"),
        ("id 0", "channel", "channel 0"),
        ("all rows", "cells that differ", "6"),
    ]


def test_without_a_contract_the_kind_of_number_is_free_but_its_value_is_not(
    both: duckdb.DuckDBPyConnection,
) -> None:
    step = Table("core", "fct", ("id",), has_contract=False)
    both.execute("alter table postgres.core.fct alter amount type double")
    assert compare(both, step) == []
    both.execute("update postgres.core.fct set amount = amount + 0.01 where id = 2")
    assert [(d.key, d.column) for d in compare(both, step)] == [("id 2", "amount")]
