"""One table on both engines, row by row and cell by cell, in one query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ci.postgres_twin.server import Server
from leitstand.postgres import load_extension

# Sums of floating-point numbers depend on the order of the rows; all other values have to be the same.
TOLERANCE = 1e-12

NUMBER = r"^(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|FLOAT|DOUBLE|DECIMAL.*)$"


@dataclass(frozen=True)
class Table:
    """A table of the project, the columns that together name a row of it, and whether its types are fixed."""

    schema: str
    name: str
    key: tuple[str, ...]
    has_contract: bool

    def on(self, engine: str) -> str:
        """Its full name on one engine."""
        return f'{engine}."{self.schema}"."{self.name}"'


@dataclass(frozen=True)
class Difference:
    """A cell, or a whole row, that one engine has otherwise."""

    table: str
    key: str
    column: str
    duckdb: str | None
    postgres: str | None

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.table}, {self.key}, {self.column}: {self.duckdb} on DuckDB, {self.postgres} on Postgres"
        )


def tables(manifest: dict[str, Any]) -> dict[str, Table]:
    """The tables whose grain a `row_rules` test states, by model, those first that others are made of."""
    keys = {
        test["attached_node"]: tuple(test["test_metadata"]["kwargs"].get("unique") or ())
        for test in manifest["nodes"].values()
        if (test.get("test_metadata") or {}).get("name") == "row_rules"
    }
    models = {
        name: Table(node["schema"], node["name"], keys[name], node["config"]["contract"]["enforced"])
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["config"]["materialized"] == "table" and keys.get(name)
    }
    depth: dict[str, int] = {}

    def depth_of(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max(map(depth_of, manifest["parent_map"].get(name, ())), default=0)
        return depth[name]

    return {name: models[name] for name in sorted(models, key=lambda n: (depth_of(n), n))}


@contextmanager
def open_both(warehouse: Path, server: Server) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees the warehouse file as `duckdb` and the server as `postgres`."""
    with duckdb.connect() as db:
        attach(db, warehouse, server)
        yield db


def attach(db: duckdb.DuckDBPyConnection, warehouse: Path, server: Server) -> None:
    """Attach the warehouse file, read-only, and the server."""
    load_extension(db)
    db.execute(f"attach '{warehouse}' as duckdb (read_only)")
    db.execute(f"attach '{server.address}' as postgres (type postgres)")


def compare(db: duckdb.DuckDBPyConnection, table: Table, limit: int = 5) -> list[Difference]:
    """The first differences of a table between `duckdb` and `postgres`; none where they agree."""
    columns, others = (_columns(db, table, engine) for engine in ("duckdb", "postgres"))
    if columns != others:
        return [Difference(table.name, "columns", "name and type", str(columns), str(others))]
    kept = " and ".join(f'd."{name}" is not distinct from p."{name}"' for name in table.key)
    shown = " || ', ' || ".join(
        f"'{name} ' || coalesce(cast(coalesce(d.\"{name}\", p.\"{name}\") as varchar), 'null')"
        for name in table.key
    )
    differs = {name: _differs(name, kind) for name, kind in columns.items()}
    cells = ", ".join(
        f"case when {condition} then {_named(name, _d(name), _p(name))} end"
        for name, condition in differs.items()
    )
    rows = db.execute(
        f"""
        with

        d as (select *, 1 as present from {table.on("duckdb")}),

        p as (select *, 1 as present from {table.on("postgres")}),

        cells as (

            select
                {shown} as row_key,
                unnest(
                    case
                        when p.present is null then [{_named("row", "'there'", "'missing'")}]
                        when d.present is null then [{_named("row", "'missing'", "'there'")}]
                        else [{cells}]
                    end
                ) as cell
            from d
            full join p on {kept}
            where d.present is null or p.present is null or {" or ".join(differs.values())}

        )

        select row_key, cell.name, cell.on_duckdb, cell.on_postgres, count(*) over () as differences
        from cells
        where cell is not null
        order by all
        limit {limit}
        """
    ).fetchall()
    found = [Difference(table.name, *row) for *row, _ in rows]
    if rows and rows[0][-1] > limit:
        found.append(Difference(table.name, "all rows", "cells that differ", str(rows[0][-1]), "as many"))
    d_rows, p_rows = (db.table(table.on(engine)).shape[0] for engine in ("duckdb", "postgres"))
    if d_rows != p_rows:
        found.append(Difference(table.name, "all rows", "count", str(d_rows), str(p_rows)))
    return found


def _columns(db: duckdb.DuckDBPyConnection, table: Table, engine: str) -> dict[str, str]:
    """Name and type of each column; where no contract fixes it, one kind of number is as good as another."""
    columns = {name: kind for name, kind, *_ in db.execute(f"describe {table.on(engine)}").fetchall()}
    if table.has_contract:
        return columns
    return {name: re.sub(NUMBER, "DOUBLE", kind) for name, kind in columns.items()}


def _differs(name: str, kind: str) -> str:
    """The condition under which the engines have a cell otherwise."""
    d, p = _d(name), _p(name)
    condition = f"{d} is distinct from {p}"
    if kind == "DOUBLE":
        # what is no number is near to nothing, though DuckDB sorts it above all numbers
        near = f"isfinite({d} - {p}) and abs({d} - {p}) <= {TOLERANCE} * greatest(1, abs({d}), abs({p}))"
        condition = f"({condition} and not coalesce({near}, false))"
    return condition


def _d(name: str) -> str:
    return f'd."{name}"'


def _p(name: str) -> str:
    return f'p."{name}"'


def _named(name: str, on_duckdb: str, on_postgres: str) -> str:
    return (
        f"{{'name': '{name}', 'on_duckdb': cast({on_duckdb} as varchar), "
        f"'on_postgres': cast({on_postgres} as varchar)}}"
    )
