"""What a build and a publication keep of the metrics: the saved queries, and a star of sums to ask later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import duckdb

from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.manifest import read_manifest
from leitstand.metrics.source import MANIFEST, SAVED_SCHEMA, STAR_SCHEMA, layer_of, told
from leitstand.semantic import Manifest
from leitstand.semantic.rollup import RollUp, roll_up, write_roll_up
from leitstand.semantic.tables import SavedTable, saved_tables, write_tables
from leitstand.warehouse import open_warehouse

_WRITTEN = "metrics_build.written"
"""One row: the build that the tables were written of; none while they are written."""


def company_tables(target: Path) -> list[SavedTable]:
    """The tables of the saved queries of the build in dbt's target folder, in order of names.

    Raises:
        BadInput: a saved query names what is not known, or would publish the keys of a table that is not
            published.
    """
    layer = layer_of(target)
    with told():
        tables = saved_tables(layer)
    refuse_closed_keys(tables, layer.manifest, _published(_models(target)))
    return tables


def refuse_closed_keys(tables: Iterable[SavedTable], manifest: Manifest, published: Collection[str]) -> None:
    """Refuse tables that are cut by the key of a table whose name is not among the published.

    Raises:
        BadInput: the message names the saved query and the entity.
    """
    closed = {
        entity["name"]: model["node_relation"]["alias"]
        for model in manifest.models.values()
        for entity in model["entities"]
        if entity["type"] in ("primary", "unique") and model["node_relation"]["alias"] not in published
    }
    for table in tables:
        for source in table.compiled.meant.by:
            entity = source.rpartition("__")[2]
            if entity in closed:
                raise BadInput(
                    f"saved query {table.name}: expected dimensions, times and keys that are published to "
                    f"group by, found Entity({source!r}), the key of {closed[entity]}, which is not. "
                    f"Group by attributes of it, such as Dimension('{entity}__…')."
                )


def star_of(target: Path) -> RollUp:
    """The star of sums of the build in dbt's target folder.

    Sums are by month. The rows of published models stand in it as they are, of other models the columns that
    are marked `published`.
    """
    models = _models(target)
    shown = {
        (node["name"], column["name"])
        for node in models
        for column in node["columns"].values()
        if column["config"]["meta"].get("published")
    }
    return roll_up(
        layer_of(target).manifest,
        grain="month",
        catalog="kpi",
        schema=STAR_SCHEMA,
        is_open=_published(models).__contains__,
        is_shown=lambda table, column: (table, column) in shown,
    )


def made_of(target: Path) -> dict[str, tuple[str, ...]]:
    """The tables of both schemas, each as `schema.table`, with the names of the models that it is made of."""
    saved = {f"{SAVED_SCHEMA}.{table.name}": table.models for table in company_tables(target)}
    return saved | {f"{STAR_SCHEMA}.{table.name}": table.models for table in star_of(target).tables}


def _models(target: Path) -> list[dict[str, Any]]:
    nodes = read_manifest(target / "manifest.json")["nodes"].values()
    return [node for node in nodes if node["resource_type"] == "model"]


def _published(models: Iterable[dict[str, Any]]) -> set[str]:
    return {model["name"] for model in models if model["config"]["meta"].get("published")}


def write_metrics(company: Company) -> None:
    """Write the saved queries and the star of the last build into the warehouse.

    Raises:
        BadInput: a saved query names what is not known; what was there stays.
        LeitstandError: a table is missing; what was there stays.
    """
    tables, star = company_tables(company.target), star_of(company.target)
    with open_warehouse(company.warehouse) as db, told():
        db.execute("create schema if not exists metrics_build")
        db.execute(f"create or replace table {_WRITTEN} (build varchar)")
        write_tables(db, tables, SAVED_SCHEMA)
        write_roll_up(db, star, STAR_SCHEMA)
        db.execute(f"insert into {_WRITTEN} values (?)", [_build(company.target)])


def are_written(company: Company) -> bool:
    """True where the saved queries and the star in the warehouse are of the last build, as metrics are now.

    They are not where dbt was called by itself, for it builds neither.
    """
    with open_warehouse(company.warehouse, read_only=True) as db:
        try:
            found = db.execute(f"from {_WRITTEN}").fetchall()
        except duckdb.CatalogException:
            return False
    return found == [(_build(company.target),)]


def _build(target: Path) -> str:
    """What the tables depend on: the last call of dbt on the models, and the metrics as they are defined."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    metrics = hashlib.sha256((target / MANIFEST).read_bytes()).hexdigest()
    return f"{results['metadata']['invocation_id']} {metrics}"
