"""What a build and a publication keep of the metrics: the saved queries, and a star of sums to ask later."""

from __future__ import annotations

import json
from pathlib import Path

from leitstand.config import Company
from leitstand.metrics.source import SAVED_SCHEMA, STAR_SCHEMA, layer_of, told
from leitstand.semantic.rollup import RollUp, roll_up, write_roll_up
from leitstand.semantic.tables import SavedTable, saved_tables, write_tables
from leitstand.warehouse import open_warehouse


def company_tables(target: Path) -> list[SavedTable]:
    """The tables of the saved queries of the build in dbt's target folder, in order of names."""
    with told():
        return saved_tables(layer_of(target))


def star_of(target: Path) -> RollUp:
    """The star of sums of the build in dbt's target folder.

    Sums are by month. The rows of published models stand in it as they are, of other models the columns that
    are marked `published`.
    """
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model"]
    open_tables = {node["name"] for node in models if node["config"]["meta"].get("published")}
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
        is_open=open_tables.__contains__,
        is_shown=lambda table, column: (table, column) in shown,
    )


def made_of(target: Path) -> dict[str, tuple[str, ...]]:
    """The tables of both schemas, each as `schema.table`, with the names of the models that it is made of."""
    saved = {f"{SAVED_SCHEMA}.{table.name}": table.models for table in company_tables(target)}
    return saved | {f"{STAR_SCHEMA}.{table.name}": table.models for table in star_of(target).tables}


def write_metrics(company: Company) -> None:
    """Write the saved queries and the star of the last build into the warehouse.

    Raises:
        BadInput: a saved query names what is not known; what was there stays.
        LeitstandError: a table is missing; what was there stays.
    """
    tables, star = company_tables(company.target), star_of(company.target)
    with open_warehouse(company.warehouse) as db, told():
        write_tables(db, tables, SAVED_SCHEMA)
        write_roll_up(db, star, STAR_SCHEMA)
