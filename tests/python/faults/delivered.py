"""Companies to which the days of `days` are delivered, their tables made by the SQL that dbt has compiled.

To make the tables by dbt takes twenty seconds a company, most of it dbt's own; their SQL is the same for all
companies that share an agreement, and DuckDB takes three.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import yaml

from faults.days import Day, Rows
from leitstand.build import BuildResult
from leitstand.config import Company, load_company
from leitstand.gate import Verdict
from leitstand.keys import store_key
from leitstand.land import land
from leitstand.land.sql import identifier, literal
from leitstand.metrics import write_metrics
from leitstand.publish import Release, write_release
from running import STAGES

MORE_STAGES = """crm,person,status,Qualified,sql,,RevOps,2020-01-01,
crm,person,status,Rejected,,rejected,RevOps,2020-01-01,
"""


def new_company(folder: Path, pattern: Path) -> Path:
    """A company with the settings of another, nothing landed, whose leads may be deleted."""
    for name in ("definitions", "mappings"):
        shutil.copytree(pattern / name, folder / name)
    for name in ("leitstand.yml", "vars.yml"):
        shutil.copyfile(pattern / name, folder / name)
    (folder / "files" / "crm").mkdir(parents=True)
    mapping, source = folder / "mappings" / "crm.yml", "          lead_source: source\n"
    mapping.write_text(mapping.read_text().replace(source, f"{source}          is_deleted: deleted\n"))
    (folder / "definitions" / "stage_mapping.csv").write_text(STAGES + MORE_STAGES)
    return folder


def deliver(folder: Path, day: Day, leads: Rows, history: Rows) -> Company:
    """Put a day's files where the company lands them, set the clock to the next morning, and land."""
    files = {
        "leads.csv": [("id", "created", "email", "source", "deleted"), *leads],
        "history.csv": [("lead_id", "status", "changed"), *history],
    }
    for name, rows in files.items():
        with (folder / "files" / "crm" / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    settings = folder / "leitstand.yml"
    content = yaml.safe_load(settings.read_text())
    content["load_time"] = f"{day.date + dt.timedelta(days=1)}T04:00:00Z"
    settings.write_text(yaml.safe_dump(content))
    company = load_company(folder)
    land(company)
    return company


def build(company: Company, pattern: Path, own: Iterable[str] = ("stage_mapping",)) -> None:
    """Make every seed and model of a company by what dbt compiled for another; the key is in the environment.

    Its seeds are those of the other, but for those named as its own.
    """
    store_key(company)
    _say_what_dbt_said(company.target, pattern / "warehouse" / "target")
    nodes = _nodes(company.target)
    order = TopologicalSorter(
        {key: nodes.keys() & node["depends_on"].get("nodes", ()) for key, node in nodes.items()}
    )
    with opened(company, pattern) as db:
        for schema in sorted({node["schema"] for node in nodes.values()}):
            db.execute(f"create schema if not exists {identifier(schema)}")
        for key in order.static_order():
            _make(db, nodes[key], company.definitions if nodes[key]["name"] in own else None)
    write_metrics(company)


@contextmanager
def opened(company: Company, pattern: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, what has not landed as empty tables, as dbt makes them; the other's is `pattern`."""
    with duckdb.connect(str(company.warehouse)) as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"attach {literal(pattern / 'warehouse' / 'leitstand.duckdb')} as pattern (read_only)")
        raw = db.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'pattern' and starts_with(schema_name, 'raw_')"
        ).fetchall()
        for schema, table in raw:
            name = f"{identifier(schema)}.{identifier(table)}"
            db.execute(f"create schema if not exists {identifier(schema)}")
            db.execute(f"create table if not exists {name} as from pattern.{name} limit 0")
        yield db


def publish(company: Company) -> Release:
    """Write a release of what has been built, as the gate would let it pass."""
    result = BuildResult(0, 0, 0, 0, (), (), 0.0, company.target / "manifest.json")
    return write_release(company, result, Verdict(0, 0, ()))


def _say_what_dbt_said(target: Path, other: Path) -> None:
    """Give a company's target folder what dbt wrote of another's build."""
    target.mkdir(exist_ok=True)
    for name in ("manifest", "run_results", "semantic_manifest", "osi_document"):
        shutil.copyfile(other / f"{name}.json", target / f"{name}.json")
    shutil.copytree(other / "compiled", target / "compiled", dirs_exist_ok=True)


def _nodes(target: Path) -> dict[str, dict[str, Any]]:
    """The seeds and models of the last build, by id."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    nodes = manifest["nodes"]
    return {key: nodes[key] for key in nodes if nodes[key]["resource_type"] in ("seed", "model")}


def _make(db: duckdb.DuckDBPyConnection, node: dict[str, Any], definitions: Path | None) -> None:
    name = node["relation_name"]
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    sql = node.get("compiled_code")
    if node["resource_type"] == "seed":
        sql = f"from pattern.{identifier(node['schema'])}.{identifier(node['alias'])}"
    elif node["config"]["contract"]["enforced"]:
        columns = ", ".join(identifier(column) for column in node["columns"])
        sql = f"select {columns} from ({sql})"
    db.execute(f"create or replace {kind} {name} as {sql}")
    if definitions:
        file = definitions / f"{node['name']}.csv"
        db.execute(f"truncate {name}; copy {name} from {literal(file)} (format csv, header true)")


def differing(one: Company, other: Company) -> list[str]:
    """The tables of core and kpi of which any row differs."""
    with duckdb.connect() as db:
        for name, company in (("one", one), ("other", other)):
            db.execute(f"attach {literal(company.warehouse)} as {name} (read_only)")
        tables = db.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'one' and schema_name in ('core', 'kpi') order by 1"
        ).fetchall()
        assert len(tables) > 40
        return [
            table
            for (table,) in tables
            if db.execute(
                f"(from one.{table} except all from other.{table}) union all "
                f"(from other.{table} except all from one.{table}) limit 1"
            ).fetchall()
        ]


def other_bytes(one: Release, other: Release) -> list[str]:
    """The published Parquet files that differ in any byte; what explains publications is not of the data."""
    files = {file.relative_to(one.folder) for file in one.folder.rglob("*.parquet")}
    assert files == {file.relative_to(other.folder) for file in other.folder.rglob("*.parquet")}
    return sorted(
        str(file)
        for file in files
        if file.name != "kpi_restatement.parquet"
        and (one.folder / file).read_bytes() != (other.folder / file).read_bytes()
    )


def columns_of(release: Release) -> list[tuple[Any, ...]]:
    """What the release says of its columns."""
    with duckdb.connect(str(release.file), read_only=True) as db:
        return db.execute("from meta.columns").fetchall()
