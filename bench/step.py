"""One step of `make bench` in a process of its own, so that its CPU seconds and memory are its own.

    python bench/step.py company FILE LEADS       the company's raw tables into a new DuckDB file
    python bench/step.py floor RAW FILE           the published figures from them, by bench/floor.sql
    python bench/step.py dbt FILE TARGET COMMAND  the same by dbt: `build` of all models, or `test` of what is
                                                  built; with CPU seconds of each node

`bench/build.py` calls them. JSON on standard output.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import yaml

from leitstand.warehouse import open_warehouse

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "bench"
STAGING = ROOT / "models" / "staging"
# What landing adds to each row, where every row comes from one load.
LANDED = {
    "loaded_at": "timestamp '2026-07-01 04:00:00'",
    "load_number": "1",
    "file_name": "'bench'",
    "file_hash": "'bench'",
    "line_number": "1",
}


def company(file: str, leads: str) -> dict[str, Any]:
    """Make the raw tables of a company and say how many rows each has."""
    connections = yaml.safe_load((ROOT / "vars.yml").read_text(encoding="utf-8"))["vars"]["connections"]
    with open_warehouse(Path(file)) as db:
        db.execute(f"set preserve_insertion_order = false; set variable leads = {int(leads)}")
        for connection in connections:
            for entity in connection["entities"]:
                _create(db, f"raw_{connection['name']}", _columns("files", entity))
        _create(db, "landing", _columns("landing", "files"))
        db.execute((BENCH / "company.sql").read_text(encoding="utf-8"))
        for connection in connections:
            for entity in connection["entities"]:
                db.execute(_LEDGER.format(connection=connection["name"], entity=entity))
        landed = db.execute(
            "select entity, sum(rows_landed) from landing.files group by 1 order by 1"
        ).fetchall()
    return {"rows": {entity: int(rows) for entity, rows in landed}}


_LEDGER = """
insert into landing.files by name
select
    load_number, max(loaded_at) as loaded_at, '{connection}' as connection, '{entity}' as entity,
    'bench' as file_name, 'bench' as file_hash, 'bench' as mapping_hash, count(*) as lines_read,
    0 as rows_not_selected, 0 as cells_missing, count(*) as rows_read, count(*) as rows_landed,
    0 as rows_quarantined
from raw_{connection}.{entity}
group by load_number
"""


def _columns(source: str, table: str) -> tuple[str, list[str]]:
    content = yaml.safe_load((STAGING / source / f"_{source}__sources.yml").read_text(encoding="utf-8"))
    (entry,) = (entry for entry in content["sources"][0]["tables"] if entry["name"] == table)
    return table, [
        f"{column['name']} {column['data_type']}"
        + (f" default {LANDED[column['name']]}" if column["name"] in LANDED and source == "files" else "")
        for column in entry["columns"]
    ]


def _create(db: duckdb.DuckDBPyConnection, schema: str, table: tuple[str, list[str]]) -> None:
    name, columns = table
    db.execute(f"create schema if not exists {schema}; create table {schema}.{name} ({', '.join(columns)})")


def floor(raw: str, file: str) -> dict[str, Any]:
    """The figures by hand-written SQL; the agreement comes from the same seeds."""
    with open_warehouse(Path(file)) as db:
        db.execute(f"attach '{raw}' as company (read_only); set TimeZone = 'UTC'")
        db.execute("set preserve_insertion_order = false")
        db.execute(f"set file_search_path = '{ROOT}/seeds/definitions,{ROOT}/seeds/reference'")
        db.execute((BENCH / "floor.sql").read_text(encoding="utf-8"))
    return {}


def dbt(file: str, target: str, command: str) -> dict[str, Any]:
    """A build of all models, or its data tests; CPU seconds of each node, as this process spends them."""
    os.environ["LEITSTAND_WAREHOUSE"] = file
    os.chdir(ROOT)
    from dbt.cli.main import dbtRunner
    from dbt_common.events.base_types import EventMsg

    begun: dict[str, float] = {}
    spent: dict[str, float] = {}

    def follow(event: EventMsg) -> None:
        if event.info.name == "NodeStart":
            begun[event.data.node_info.unique_id] = time.process_time()
        elif event.info.name == "NodeFinished":
            key = event.data.node_info.unique_id
            spent[key] = round(time.process_time() - begun[key], 3)

    without = ["unit_test"] if command == "test" else ["unit_test", "test"]
    left_out = [word for kind in without for word in ("--exclude-resource-type", kind)]
    quiet = ["--log-level", "none", "--log-level-file", "none", "--log-path", target]
    places = ["--profiles-dir", _profiles(Path(target)), "--target-path", target]
    outcome = dbtRunner(callbacks=[follow]).invoke([command, *left_out, *quiet, *places, "--threads", "1"])
    if outcome.result is None:
        sys.exit(f"dbt could not build: {outcome.exception}")
    results = list(outcome.result.results)  # type: ignore[union-attr]
    failed = [f"{run.node.name}: {run.message}" for run in results if run.status in ("error", "fail")]
    return {"nodes": spent, "failed": failed, "counts": _counts(results)}


def _profiles(folder: Path) -> str:
    """The folder of the project's profiles, but that the log is never written to the tables before the end.

    The process pays for it all the same, and not the model at which the log happens to be full.
    """
    profiles = yaml.safe_load((ROOT / "profiles.yml").read_text(encoding="utf-8"))
    profiles["leitstand"]["outputs"]["duckdb"]["settings"]["wal_autocheckpoint"] = "1TB"
    folder.mkdir(exist_ok=True)
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")
    return str(folder)


def _counts(results: list[Any]) -> dict[str, int]:
    kinds = [str(run.node.unique_id).split(".")[0] for run in results]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


if __name__ == "__main__":
    steps: dict[str, Callable[..., dict[str, Any]]] = {"company": company, "floor": floor, "dbt": dbt}
    print(json.dumps(steps[sys.argv[1]](*sys.argv[2:])))
