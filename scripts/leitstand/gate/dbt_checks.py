"""The checks that dbt ran with the build: its tests, and the models and seeds that could not be built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from leitstand.gate import personal
from leitstand.gate.lineage import Lineage
from leitstand.gate.result import Check, Status
from leitstand.manifest import read_manifest
from leitstand.metrics.tables import made_of

_SAMPLE_ROWS = 3
_STATUS = {"pass": Status.passed, "success": Status.passed, "warn": Status.warned, "fail": Status.failed}
_WAIVED = """
    select count(*)
    from core.fct_rule_case as cases
    inner join {policy} as policy on cases.rule = policy.rule
    where cases.outcome = 'broken' and cases.is_waived and policy.action = ?
"""


def dbt_checks(db: duckdb.DuckDBPyConnection, target: Path, lineage: Lineage) -> list[Check]:
    """Every test of the last build in `target`, and each model or seed that is not there as it should be."""
    nodes = read_manifest(target / "manifest.json")["nodes"]
    runs = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return [
        _check(db, nodes, run, lineage)
        for run in sorted(runs, key=lambda run: str(run["unique_id"]))
        if _kind(run) == "test" or (_kind(run) in ("model", "seed") and _status(run) is not Status.passed)
    ]


def read_lineage(target: Path) -> Lineage:
    """The lineage of the last build in `target`, down to the saved queries and the sums of metrics."""
    return Lineage(read_manifest(target / "manifest.json"), made_of(target))


def _check(
    db: duckdb.DuckDBPyConnection, nodes: dict[str, Any], run: dict[str, Any], lineage: Lineage
) -> Check:
    node, kind, status = nodes[run["unique_id"]], _kind(run), _status(run)
    # `error` is a test that broke; a model that broke has failed
    if kind != "test" and run["status"] == "error":
        status = Status.failed
    is_held_back = run["status"] == "skipped"
    message = "held back by what failed before it" if is_held_back else (run["message"] or "").strip()
    is_fault = status in (Status.failed, Status.warned)
    return Check(
        name=str(node["name"]),
        kind=kind,
        status=status,
        meaning=" ".join(_meaning(node).split()),
        message=message if status is not Status.passed else "",
        failures=int(run.get("failures") or 0),
        waived=_waived(db, nodes, node),
        keys=_sample(db, run["compiled_code"]) if kind == "test" and is_fault else (),
        marts=lineage.marts_judged(node["depends_on"]["nodes"] if kind == "test" else [run["unique_id"]]),
        is_blocking=kind != "test" or str(node["config"].get("severity", "error")).lower() == "error",
        may_be_weakened=kind == "test",
        is_held_back=is_held_back,
        meaning_de=" ".join(node["config"].get("meta", {}).get("meaning_de", "").split()) or None,
    )


def _meaning(node: dict[str, Any]) -> str:
    """The description; a test without one says what it means in the comments at its head."""
    if node.get("description"):
        return str(node["description"])
    head = [line.removeprefix("--") for line in node.get("raw_code", "").splitlines()[:3]]
    if all(line.startswith("--") for line in node.get("raw_code", "").splitlines()[:3]):
        return " ".join(head)
    metadata = node.get("test_metadata") or {}
    what = str(metadata.get("name", node["name"])).replace("_", " ")
    on = (metadata.get("kwargs") or {}).get("column_name")
    return f"{what}: {', '.join(filter(None, [_of(node), on]))}"


def _of(node: dict[str, Any]) -> str:
    return str(node.get("attached_node") or "").rpartition(".")[2]


def _sample(db: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, ...]:
    """The first rows that break a test: keys and counts; what could be a person is hidden."""
    try:
        cursor = db.execute(f"select * from ({sql}) as failures limit {_SAMPLE_ROWS}")
    except duckdb.Error:  # the table that it reads is gone or was never built
        return ()
    names = [column[0] for column in cursor.description or ()]
    return tuple(
        ", ".join(f"{name} {personal.shown(name, value)}" for name, value in zip(names, row, strict=True))
        for row in cursor.fetchall()
    )


def _waived(db: duckdb.DuckDBPyConnection, nodes: dict[str, Any], node: dict[str, Any]) -> int:
    """How many breaches of rules a test let pass because the company waived them; named by `meta.waives`."""
    action = node["config"].get("meta", {}).get("waives")
    policy = nodes["seed.leitstand.gate_policy"]
    if action is None:
        return 0
    try:
        row = db.execute(_WAIVED.format(policy=f"{policy['schema']}.{policy['name']}"), [action]).fetchone()
    except duckdb.Error:  # the cases were never built
        return 0
    return int(row[0]) if row else 0


def _kind(run: dict[str, Any]) -> str:
    return str(run["unique_id"]).split(".")[0]


def _status(run: dict[str, Any]) -> Status:
    return _STATUS.get(run["status"], Status.could_not_run)
