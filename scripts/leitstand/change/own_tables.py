"""The published tables that no model makes, the saved queries among them, as models are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from leitstand.change.contract import Nodes
from leitstand.config import Company
from leitstand.land.sql import literal
from leitstand.ledger.tables import RESTATEMENT_COLUMNS, RESTATEMENT_TABLE
from leitstand.metrics import SAVED_SCHEMA, company_tables
from leitstand.release_tables import make_tables
from leitstand.semantic import NotAnswered
from leitstand.semantic.layer import plainly_typed
from leitstand.warehouse import open_warehouse

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


def saved_made_here(company: Company) -> Nodes:
    """The saved queries as the last parse of a company defines them, by name, with types of its warehouse.

    What cannot be asked because a model is missing has no type: `(not built)`.

    Raises:
        BadInput: a saved query names what is not known.
    """
    nodes: Nodes = {}
    with open_warehouse(company.warehouse, read_only=True) as db:
        for table in company_tables(company.target):
            try:
                found = db.execute(f"describe {plainly_typed(db, table.compiled)}").fetchall()
            except NotAnswered:
                found = []
            types = {name: kind.lower() for name, kind, *_ in found}
            columns = {
                c.name: _column(c.name, types.get(c.name, "(not built)"), c.role, list(c.additive_over))
                for c in table.columns
            }
            nodes[f"{SAVED_SCHEMA}.{table.name}"] = _node(columns, list(table.key))
    return nodes


def saved_published(file: Path) -> Nodes:
    """The saved queries as `meta.columns` of a release describes them, by name."""
    nodes: Nodes = {}
    with duckdb.connect(str(file), read_only=True) as db:
        try:
            rows = db.execute(
                "select table_name, column_name, data_type, is_key, role, additive_over from meta.columns "
                f"where schema_name = {literal(SAVED_SCHEMA)}"
            ).fetchall()
        except (duckdb.CatalogException, duckdb.BinderException):  # a release without saved queries
            rows = []
    for table, column, data_type, is_key, role, over in rows:
        node = nodes.setdefault(f"{SAVED_SCHEMA}.{table}", _node({}, []))
        node["columns"][column] = _column(column, data_type, role, over)
        node["config"]["meta"]["key"] += [column] if is_key else []
    return nodes


def _node(columns: dict[str, Any], key: list[str]) -> dict[str, Any]:
    return {"columns": columns, "config": {"meta": {"key": key}}}


def _column(name: str, data_type: str, role: str, over: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "data_type": data_type,
        "config": {"meta": {"role": role, "additive_over": over}},
    }


def _as_nodes(db: duckdb.DuckDBPyConnection, database: str, roles: dict[str, tuple[str, list[str]]]) -> Nodes:
    nodes: Nodes = {}
    for table, column, data_type in db.execute(_COLUMNS, [database]).fetchall():
        node = nodes.setdefault(table, _node({}, []))
        role, over = roles.get(column, ("dimension", [])) if table == RESTATEMENT_TABLE else ("", [])
        node["columns"][column] = _column(column, data_type, role, over)
    return nodes
