"""What a release holds of the metrics: the saved queries, the star of sums, and the documents about them."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from leitstand.land.sql import identifier, literal
from leitstand.manifest import read_manifest, without_places
from leitstand.metrics.catalogue import BUILT_FROM, Lineage, built_from, entries
from leitstand.metrics.source import MANIFEST, SAVED_SCHEMA, STAR_SCHEMA, layer_of
from leitstand.metrics.tables import company_tables, star_of
from leitstand.metrics.words import TITLES, WORDS, shown
from leitstand.semantic.tables import SavedTable
from leitstand.templates import templates_of

Node = dict[str, Any]
LANGUAGES = ("de", "en")
DOCUMENTS = "docs"


def publish_metrics(db: duckdb.DuckDBPyConnection, draft: Path, target: Path) -> list[Node]:
    """Copy the saved queries and the star into a release, and say of the former what dbt says of models.

    The release's file is the connection's own, the warehouse is attached as `warehouse`. Each table is
    written as Parquet, too; `semantic_manifest.json` defines the metrics over the star.
    """
    tables, star = company_tables(target), star_of(target)
    names = {SAVED_SCHEMA: [t.name for t in tables], STAR_SCHEMA: [t.name for t in star.tables]}
    for schema, found in names.items():
        db.execute(f"create schema {schema}")
        for name in found:
            table = f"{schema}.{identifier(name)}"
            db.execute(f"create table {table} as from warehouse.{table}")
            db.execute(f"copy {table} to {literal(draft / f'{schema}.{name}.parquet')} (format parquet)")
    manifest = star.manifest | {BUILT_FROM: built_from(target, star.tables)}
    content = json.dumps(manifest, sort_keys=True, ensure_ascii=False)
    (draft / MANIFEST).write_text(content, encoding="utf-8")
    return [_node(db, table) for table in tables]


def metric_tables(db: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of both schemas in a release, each as `schema.table`."""
    rows = db.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = 'kpi' and schema_name in (?, ?) order by all",
        [SAVED_SCHEMA, STAR_SCHEMA],
    ).fetchall()
    return [name for (name,) in rows]


def _node(db: duckdb.DuckDBPyConnection, table: SavedTable) -> Node:
    """A saved query as dbt's manifest has a model."""
    types = {
        name: kind.lower()
        for name, kind, *_ in db.execute(f"describe {SAVED_SCHEMA}.{identifier(table.name)}").fetchall()
    }
    return {
        "name": table.name,
        "schema": SAVED_SCHEMA,
        "description": table.description,
        "config": {"meta": {"key": list(table.key)}},
        "columns": {
            column.name: {
                "name": column.name,
                "data_type": types[column.name],
                "description": column.description,
                "config": {"meta": {"role": column.role, "additive_over": list(column.additive_over)}},
            }
            for column in table.columns
        },
    }


def write_documents(db: duckdb.DuckDBPyConnection, folder: Path, target: Path, company_name: str) -> None:
    """Write the documents of a release: dbt's own as one page, the metrics in both languages, and OSI.

    The warehouse is attached as `warehouse`.
    """
    folder.mkdir()
    shutil.copyfile(target / "osi_document.json", folder / "osi_document.json")
    manifest = _timeless(without_places(read_manifest(target / "manifest.json")))
    (folder / "index.html").write_text(_dbt_docs(manifest, _catalog(db, manifest)), encoding="utf-8")
    layer, lineage = layer_of(target), Lineage(target)
    for language in LANGUAGES:
        page = (
            templates_of("leitstand.metrics")
            .get_template("catalogue.html.j2")
            .render(
                company=company_name,
                language=language,
                entries=entries(layer, language, lineage),
                titles=TITLES[language],
                words=WORDS[language],
                shown=lambda field, value, language=language: shown(field, value, language),
            )
        )
        (folder / f"metrics_{language}.html").write_text(page, encoding="utf-8")


def _timeless(manifest: Node) -> Node:
    """A manifest without what differs from one run to the next: the same project gives the same page.

    Nor with unit tests: they are about the project, and their rows read like somebody's.
    """
    passing = ("generated_at", "invocation_id", "invocation_started_at", "run_started_at")
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in passing}
    sections = ("macros", "sources", "exposures", "metrics", "semantic_models", "saved_queries")
    return {
        **manifest,
        "metadata": metadata,
        "unit_tests": {},
        **{
            section: {
                name: {key: value for key, value in item.items() if key != "created_at"}
                for name, item in manifest[section].items()
            }
            for section in sections
        },
    }


def _dbt_docs(manifest: Node, catalog: Node) -> str:
    """dbt's documentation as one page, as `dbt docs generate --static` makes it, of what is there already."""
    page = (files("dbt.task.docs") / "index.html").read_text(encoding="utf-8")
    # a closing tag within the data would end the script that holds it
    data = {
        name: json.dumps(content, separators=(",", ":"), default=str).replace("</", "<\\/")
        for name, content in (("MANIFEST", manifest), ("CATALOG", catalog))
    }
    for name, text in data.items():
        page = page.replace(f'"{name}.JSON INLINE DATA"', text)
    return page


def _catalog(db: duckdb.DuckDBPyConnection, manifest: Node) -> Node:
    """The tables with their columns' types, as dbt's catalog has them."""
    rows = db.execute(
        "select schema_name, table_name, column_name, column_index, data_type from duckdb_columns() "
        "where database_name = 'warehouse' order by all"
    ).fetchall()
    columns: dict[tuple[str, str], dict[str, Any]] = {}
    for schema, table, name, index, kind in rows:
        columns.setdefault((schema, table), {})[name] = {"type": kind, "index": index, "name": name}
    nodes = {
        key: {
            "unique_id": key,
            "metadata": {
                "type": "table",
                "schema": node["schema"],
                "name": node["name"],
                "database": "warehouse",
            },
            "columns": columns[node["schema"], node["name"]],
            "stats": {"has_stats": {"id": "has_stats", "label": "", "value": False, "include": False}},
        }
        for key, node in manifest["nodes"].items()
        if (node["schema"], node["name"]) in columns and node["resource_type"] in ("model", "seed")
    }
    return {"metadata": {}, "nodes": nodes, "sources": {}, "errors": None}
