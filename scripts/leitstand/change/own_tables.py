"""The published tables that no model makes, in the form in which models are compared."""

from __future__ import annotations

from pathlib import Path

import duckdb

from leitstand.change.contract import Nodes
from leitstand.land.sql import literal
from leitstand.ledger.tables import RESTATEMENT_COLUMNS, RESTATEMENT_TABLE
from leitstand.release_tables import make_tables

_COLUMNS = f"""
    select
        case when schema_name = 'meta' then 'meta.' || table_name else table_name end, column_name,
        lower(data_type)
    from duckdb_columns()
    where database_name = ? and (schema_name = 'meta' or table_name = {literal(RESTATEMENT_TABLE)})
    order by schema_name, table_name, column_index
"""


def tables_made_here() -> Nodes:
    """`kpi_restatement` and the tables of `meta` as this code makes them, by name."""
    with duckdb.connect(":memory:") as db:
        db.execute("create schema kpi")
        make_tables(db, "memory")
        roles = {c.name: (c.role, list(c.additive_over)) for c in RESTATEMENT_COLUMNS}
        return _as_nodes(db, "memory", roles)


def tables_published(file: Path) -> Nodes:
    """The same tables as they stand in the DuckDB file of a release."""
    with duckdb.connect(":memory:") as db:
        db.execute(f"attach {literal(file)} as published (read_only)")
        try:
            described = db.execute(
                f"select column_name, role, additive_over from published.meta.columns "
                f"where table_name = {literal(RESTATEMENT_TABLE)}"
            ).fetchall()
        except duckdb.CatalogException:  # no release that describes its columns
            described = []
        return _as_nodes(db, "published", {name: (role, over) for name, role, over in described})


def _as_nodes(db: duckdb.DuckDBPyConnection, database: str, roles: dict[str, tuple[str, list[str]]]) -> Nodes:
    nodes: Nodes = {}
    for table, column, data_type in db.execute(_COLUMNS, [database]).fetchall():
        node = nodes.setdefault(table, {"columns": {}, "config": {"meta": {}}})
        role, over = roles.get(column, ("dimension", [])) if table == RESTATEMENT_TABLE else ("", [])
        meta = {"role": role, "additive_over": over}
        node["columns"][column] = {"name": column, "data_type": data_type, "config": {"meta": meta}}
    return nodes
