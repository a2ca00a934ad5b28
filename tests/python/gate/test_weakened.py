"""A closed gate publishes nothing; on request it publishes marked, and the request is on record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leitstand import build, gate
from leitstand.build import build_held_back, read_build
from leitstand.config import load_company
from leitstand.errors import BadInput, ChecksFailed
from leitstand.metrics import are_written
from leitstand.publish import make_current, write_release
from tiny_company import TinyCompany

FAILING = "handovers_are_all_there"


def close_the_gate(folder: Path, name: str, status: str = "fail") -> None:
    """Let the last build say that a test or model failed."""
    file = folder / "warehouse" / "target" / "run_results.json"
    results = json.loads(file.read_text())
    (run,) = [r for r in results["results"] if r["unique_id"].split(".")[2] == name]
    run |= {"status": status, "failures": 2, "message": "Got 2 results, configured to fail if != 0"}
    file.write_text(json.dumps(results))


def test_a_closed_gate_publishes_only_on_request(changed_company: Path) -> None:
    close_the_gate(changed_company, FAILING)
    company = load_company(changed_company)
    built = read_build(company)
    with pytest.raises(ChecksFailed, match="1 checks failed, so nothing is published") as refused:
        gate.pass_through(company, built)
    assert f"test {FAILING}: Got 2 results" in str(refused.value)
    assert "makes untrustworthy: kpi_handover" in str(refused.value)
    assert len(list(company.releases.glob("20*"))) == 1
    written = json.loads((gate.gate_folder(built) / "gate.json").read_text())
    assert written["is_open"] is False and written["weakened"] is None

    request = gate.request_weakening(True, "The board meets at nine")
    assert request is not None
    verdict = gate.pass_through(company, built, request)
    release = write_release(company, built, verdict)
    assert not (company.releases / "weakened.jsonl").exists()
    make_current(company, release)
    assert release.is_new and "kpi_handover" in verdict.weakened_marts
    assert "kpi_funnel_conversion" not in verdict.weakened_marts
    assert "metrics.handovers_by_team" in verdict.weakened_marts
    assert "metrics.pipeline_by_month" not in verdict.weakened_marts
    with duckdb.connect(str(release.file), read_only=True) as db:
        said = db.execute("select weakened_marts from meta.release").fetchall()
        rows = db.execute("select table_name, failed_checks, reason from meta.weakened order by 1").fetchall()
    assert said == [(list(verdict.weakened_marts),)]
    assert rows == [(m, [FAILING], "The board meets at nine") for m in verdict.weakened_marts]
    (line,) = (company.releases / "weakened.jsonl").read_text().splitlines()
    entry = json.loads(line)
    assert entry["release_id"] == release.release_id and entry["by"] == request.by
    assert entry["failed_checks"] == [FAILING]
    assert entry["weakened_marts"] == list(verdict.weakened_marts)
    kept = json.loads((release.folder / "gate" / "gate.json").read_text())
    assert kept["weakened"]["reason"] == "The board meets at nine"
    # the same request an hour later is the same release
    later = gate.pass_through(company, built, gate.Weakening(request.reason, "jana", request.at))
    assert write_release(company, built, later).release_id == release.release_id


def test_metrics_go_out_with_the_build_that_they_are_of(changed_company: Path) -> None:
    """dbt called by itself makes the marts anew, not the saved queries; a metric may be defined anew, too."""
    target = changed_company / "warehouse" / "target"
    company = load_company(changed_company)
    with duckdb.connect(str(company.warehouse)) as db:
        fresh = db.execute("from metrics.handovers_by_team order by all").fetchall()
        db.execute("delete from metrics.handovers_by_team")
    assert fresh and are_written(company)
    results = json.loads((target / "run_results.json").read_text())
    results["metadata"]["invocation_id"] = "a later call of dbt"
    (target / "run_results.json").write_text(json.dumps(results))
    assert not are_written(company)
    built = read_build(company)
    verdict = gate.pass_through(company, built)
    assert are_written(company)
    same = write_release(company, built, verdict)
    with duckdb.connect(str(same.file), read_only=True) as db:
        assert db.execute("from metrics.handovers_by_team order by all").fetchall() == fresh
    assert not same.is_new

    semantic = target / "semantic_manifest.json"
    manifest = json.loads(semantic.read_text())
    (ratio,) = [metric for metric in manifest["metrics"] if metric["name"] == "mql_to_sal_rate"]
    params = ratio["type_params"]
    params["numerator"], params["denominator"] = params["denominator"], params["numerator"]
    semantic.write_text(json.dumps(manifest))
    assert not are_written(company)
    assert write_release(company, built, verdict).is_new


def test_a_table_that_could_not_be_built_is_never_published(changed_company: Path) -> None:
    close_the_gate(changed_company, "kpi_handover", "error")
    company = load_company(changed_company)
    request = gate.request_weakening(True, "The board meets at nine")
    with pytest.raises(ChecksFailed, match="1 checks failed that no request may pass"):
        gate.pass_through(company, read_build(company), request)


@pytest.mark.parametrize(("wanted", "reason"), [(True, None), (True, "  "), (False, "because")])
def test_a_request_has_a_reason(wanted: bool, reason: str | None) -> None:
    with pytest.raises(BadInput, match="expected a reason with it"):
        gate.request_weakening(wanted, reason)
    assert gate.request_weakening(False, None) is None


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        ("Ask anna@firma.example", "an e-mail address"),
        ("Call +49 30 1234567 before nine", "a telephone number"),
        ("Fee to DE44 5001 0517 5407 3249 31", "an IBAN"),
    ],
)
def test_a_reason_names_no_person(reason: str, found: str) -> None:
    with pytest.raises(BadInput, match=f"--reason: expected nothing that identifies a person.*found {found}"):
        gate.request_weakening(True, reason)


def test_who_asks_is_named_without_a_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "jana@firma.example")
    request = gate.request_weakening(True, "The board meets at nine")
    assert request is not None and request.by == "jana"


def test_a_failed_check_that_names_no_table_marks_all_of_them() -> None:
    """Nothing says how far its fault reaches; what was only held back has failed at nothing."""
    everything = ("kpi_cost", "kpi_handover")
    named = gate.Check("a", "test", gate.Status.failed, "m", marts=("kpi_cost",))
    unnamed = gate.Check("b", "test", gate.Status.failed, "m")
    held_back = gate.Check("c", "test", gate.Status.could_not_run, "m", is_held_back=True)
    warned = gate.Check("d", "test", gate.Status.warned, "m", is_blocking=False)
    assert gate.Findings((named, held_back, warned), everything).weakened_marts == ("kpi_cost",)
    assert gate.Findings((named, unnamed), everything).weakened_marts == everything
    assert "no published table is built from what it judges" in unnamed.explain()


def test_what_failed_tests_held_back_is_built_in_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second round builds b and fails its test, which holds c back; the third builds c."""
    company = TinyCompany(tmp_path / "company").set().company
    target = company.folder / "warehouse" / "target"
    target.mkdir(parents=True)

    def say(**statuses: str) -> None:
        runs = [
            {"unique_id": f"{kind}.leitstand.{name}", "status": status, "message": None, "failures": None}
            for name, status in statuses.items()
            for kind in (["test"] if name.startswith("t") else ["model"])
        ]
        content: dict[str, Any] = {"results": runs, "args": {"which": "build"}, "elapsed_time": 1}
        (target / "run_results.json").write_text(json.dumps(content))

    rounds = [
        {"b": "success", "t_b": "fail", "c": "skipped", "t_c": "skipped"},
        {"c": "success", "t_c": "pass"},
    ]
    asked: list[Any] = []

    def fake_dbt(_: Any, *arguments: str, **__: Any) -> None:
        asked.append(arguments[arguments.index("--select") + 1 :])
        say(**rounds.pop(0))

    with duckdb.connect(str(company.warehouse)) as db:
        db.execute("create schema landing; create table landing.loads (load_number bigint)")
        db.execute("create schema staging; create table staging.stg_landing__files as from landing.loads")
    say(a="success", t_a="fail", b="skipped", t_b="skipped", c="skipped", t_c="skipped")
    names = [f"model.leitstand.{n}" for n in "abc"] + [f"test.leitstand.t_{n}" for n in "abc"]
    nodes = {name: {"name": name.split(".")[2], "config": {}} for name in names}
    (target / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    monkeypatch.setattr(build, "call_dbt", fake_dbt)
    done = build_held_back(company, read_build(company))
    assert asked == [("b", "c", "t_b", "t_c"), ("c", "t_c")]
    assert sorted(node.name for node in done.failed) == ["t_a", "t_b"]
    assert (done.models, done.tests_total, done.tests_passed) == (3, 3, 1)
