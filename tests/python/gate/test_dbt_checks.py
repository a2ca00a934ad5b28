"""What dbt said becomes checks, each with the published tables that it makes untrustworthy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leitstand.gate import Check, Status, reasons
from leitstand.gate.dbt_checks import dbt_checks
from leitstand.gate.lineage import Lineage

MODELS = {
    "stg": ([], False),
    "fct_lead": (["stg"], False),
    "kpi_leads": (["fct_lead"], True),
    "kpi_cost": ([], True),
}
TESTS: dict[str, dict[str, Any]] = {
    "leads_are_whole": {
        "reads": ["fct_lead"],
        "status": "fail",
        "failures": 4,
        "sql": "select 'k' || i as lead_cycle_id, 'anna@firma.example' as note from range(4) as r(i)",
        "code": "-- A row is a lead in two.\n-- It would count twice.\n-- Mend it.\nselect 1",
    },
    "cost_adds_up": {"reads": ["kpi_cost"], "status": "pass"},
    "rules_stay_rare": {
        "reads": ["stg"],
        "status": "warn",
        "severity": "warn",
        "failures": 1,
        "meta": {"waives": "warn", "meaning_de": "Eine Zeile\n  ist eine Regel."},
    },
    "cannot_be_asked": {"reads": ["kpi_cost"], "status": "error"},
    "waits": {"reads": ["kpi_leads"], "status": "skipped"},
}


@pytest.fixture
def checks(tmp_path: Path) -> dict[str, Check]:
    manifest: dict[str, Any] = {"nodes": {}, "sources": {}, "child_map": {}}
    results = []
    for name, (reads, published) in MODELS.items():
        key = f"model.leitstand.{name}"
        manifest["nodes"][key] = _node(name, "model", reads, {"meta": {"published": published}})
        status = "skipped" if name == "kpi_leads" else "success"
        results.append({"unique_id": key, "status": status, "message": None, "compiled_code": None})
    for name, test in TESTS.items():
        key = f"test.leitstand.{name}"
        config = {"meta": test.get("meta", {}), "severity": test.get("severity", "ERROR")}
        manifest["nodes"][key] = _node(name, "test", test["reads"], config) | {
            "raw_code": test.get("code", "")
        }
        results.append(
            {
                "unique_id": key,
                "status": test["status"],
                "message": "Got results" if test["status"] != "pass" else None,
                "failures": test.get("failures"),
                "compiled_code": test.get("sql", "select 1 as failures"),
            }
        )
    manifest["nodes"]["seed.leitstand.gate_policy"] = _node("gate_policy", "seed", [], {"meta": {}})
    for key, node in manifest["nodes"].items():
        for read in node["depends_on"]["nodes"]:
            manifest["child_map"].setdefault(read, []).append(key)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))
    with duckdb.connect() as db:
        db.execute("create schema core; create schema definitions")
        db.execute("create table definitions.gate_policy as select 'I03' as rule, 'warn' as action")
        db.execute(
            "create table core.fct_rule_case as "
            "select 'I03' as rule, 'broken' as outcome, i < 2 as is_waived from range(5) as r(i)"
        )
        return {check.name: check for check in dbt_checks(db, tmp_path, Lineage(manifest))}


def _node(name: str, kind: str, reads: list[str], config: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "schema": "definitions",
        "resource_type": kind,
        "description": "",
        "depends_on": {"nodes": [f"model.leitstand.{read}" for read in reads]},
        "config": config,
    }


def test_a_failed_test_names_what_follows_from_what_it_reads(checks: dict[str, Check]) -> None:
    check = checks["leads_are_whole"]
    assert (check.status, check.failures, check.closes) == (Status.failed, 4, True)
    assert check.marts == ("kpi_leads",)
    assert check.meaning == "A row is a lead in two. It would count twice. Mend it."
    assert check.meaning_de is None
    assert checks["rules_stay_rare"].meaning_de == "Eine Zeile ist eine Regel."
    assert check.keys[0] == "lead_cycle_id k0, note (hidden)" and len(check.keys) == 3


def test_each_status_of_dbt_has_its_own(checks: dict[str, Check]) -> None:
    statuses = {name: (check.status, check.closes) for name, check in checks.items()}
    assert statuses == {
        "leads_are_whole": (Status.failed, True),
        "cost_adds_up": (Status.passed, False),
        "rules_stay_rare": (Status.warned, False),
        "cannot_be_asked": (Status.could_not_run, True),
        "waits": (Status.could_not_run, True),
        "kpi_leads": (Status.could_not_run, True),
    }
    assert not checks["kpi_leads"].may_be_weakened and checks["leads_are_whole"].may_be_weakened


def test_waived_breaches_are_counted(checks: dict[str, Check]) -> None:
    assert checks["rules_stay_rare"].waived == 2
    assert checks["leads_are_whole"].waived == 0


def test_what_was_held_back_is_counted_and_not_listed(checks: dict[str, Check]) -> None:
    lines = reasons(checks.values())
    assert lines[-1] == "  1 models and 1 checks were held back by these."
    assert not [line for line in lines[:-1] if "waits" in line or "model kpi_leads" in line]


def test_a_check_judges_the_most_derived_of_what_it_reads() -> None:
    """raw → fact → kpi and as_of → fact; a sink that nothing is published from hangs on raw."""
    names = ("raw", "as_of", "fact", "kpi", "sink", "other")
    published = ("kpi", "other")
    lineage = Lineage(
        {
            "nodes": {
                f"model.p.{name}": _node(name, "model", [], {"meta": {"published": name in published}})
                for name in names
            },
            "sources": {},
            "child_map": {
                "model.p.raw": ["model.p.fact", "model.p.sink", "model.p.other"],
                "model.p.as_of": ["model.p.fact", "model.p.other"],
                "model.p.fact": ["model.p.kpi"],
            },
        },
        {"metrics.saved": ["fact", "as_of"], "semantic.sums": ["other"], "semantic.sunk": ["sink"]},
    )

    everything = ("kpi", "metrics.saved", "other", "semantic.sums", "semantic.sunk")

    def judged(*reads: str) -> tuple[str, ...]:
        return lineage.marts_judged([f"model.p.{read}" for read in reads])

    assert judged("kpi") == ("kpi",)
    assert judged("fact", "as_of") == judged("fact", "raw") == ("kpi", "metrics.saved")
    assert judged("raw") == judged("raw", "sink") == judged() == everything
    # nothing says how far the fault of a sink reaches, though sums are made of it
    assert judged("sink") == ()
    assert judged("fact", "other", "as_of") == ("kpi", "metrics.saved", "other", "semantic.sums")
    assert lineage.made_of(["sink"]) == ("semantic.sunk",)
