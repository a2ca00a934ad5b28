"""A change before it is made, with real builds on the demo: `make verify-change`.

Other definitions are simulated, and a model is changed in a copy of the checkout. What is expected comes from
the published tables and the warehouse as they were, counted by another query.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from leitstand.change.state import read_state
from leitstand.config import PROJECT_ROOT, load_company
from leitstand.errors import BadInput
from running import Company, leitstand

RULES = "qualification_rules.csv"
STEP = Path("models/marts/kpi/steps/kpi_scorecard_handover.sql")
KEPT = "    sum(case when has_reason then 1 else 0 end),\n    count(*),\n    count(*),"
UNIT_TEST = "k32_k34_shares_of_those_due_and_of_those_asked_for_a_reason"
MART = Path("models/marts/kpi/kpi_response_time.sql")
NOT_COPIED = (".venv", ".git", ".leitstand", "target", "logs", "exports", "lake", ".*_cache", ".hypothesis")


@pytest.fixture(scope="module")
def published() -> Company:
    """The demo as it was last published; it runs first where that is not what the warehouse holds."""
    try:
        read_state(load_company(PROJECT_ROOT))
    except BadInput:
        leitstand("demo", "--json")
    return Company(PROJECT_ROOT, None)


@pytest.fixture(scope="module")
def checkout(published: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with what is published: the code may be changed in it."""
    folder = tmp_path_factory.mktemp("change") / "checkout"
    shutil.copytree(PROJECT_ROOT, folder, symlinks=True, ignore=shutil.ignore_patterns(*NOT_COPIED))
    return folder


def digests(*folders: Path) -> dict[str, str]:
    """The bytes of all files below folders."""
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture
def own_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder for the command, which must leave nothing in it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_a_higher_threshold_of_an_mql(published: Company, tmp_path: Path, own_tmp: Path) -> None:
    """Declared MQLs whose points lie between the two thresholds, without a raised hand, are contradicted."""
    expected = published.rows(
        """
        select count(*)
        from intermediate.int_qualification__declared as declared
        inner join intermediate.int_qualification__verdicts as verdicts
            on declared.declaration_number = verdicts.moment_number
        inner join intermediate.int_qualification__scores as scores using (moment_number)
        inner join intermediate.int_qualification__traits as traits using (moment_number)
        where declared.stage = 'mql' and verdicts.version = 2 and verdicts.verdict = 'verified'
        and not traits.is_hand_raiser and scores.engagement_score >= 9 and scores.engagement_score < 12
        """
    )[0][0]
    assert expected > 0
    proposal = tmp_path / "proposal"
    proposal.mkdir()
    text = (PROJECT_ROOT / "seeds" / "definitions" / RULES).read_text()
    assert text.count("engagement_score,>=,9,2") == 1
    (proposal / RULES).write_text(text.replace("engagement_score,>=,9,2", "engagement_score,>=,12,2"))
    company = [PROJECT_ROOT / name for name in ("warehouse", "releases", "target", "seeds")]
    before = digests(*company)
    started = time.monotonic()

    result = leitstand("simulate", "--definitions", str(proposal), "--json").json

    print(f"leitstand simulate: {time.monotonic() - started:.0f} s, {result['models_built']} models")
    assert digests(*company) == before
    assert list(own_tmp.iterdir()) == []
    assert result["files"] == [RULES]
    assert [change["cells"] for change in result["changes"]] == [[["value", "9", "12"]]]
    moved: dict[str, float] = {}
    for figure in result["figures"]:
        if figure["table"] == "kpi_definition_verdicts":
            detail = figure["detail"].split("verdict=")[1].split(",")[0]
            moved[detail] = moved.get(detail, 0) + figure["difference"]
    assert moved["contradicted"] == expected
    assert moved["verified"] == -expected


def test_wrong_definitions_stop_before_anything_is_built(
    published: Company, tmp_path: Path, own_tmp: Path
) -> None:
    proposal = tmp_path / "proposal"
    proposal.mkdir()
    text = (PROJECT_ROOT / "seeds" / "definitions" / RULES).read_text()
    (proposal / RULES).write_text(text.replace("engagement_score,>=,9,2", "engagement_score,>=,many,2"))
    outcome = leitstand("simulate", "--definitions", str(proposal))
    assert outcome.code == 2
    assert f"{proposal / RULES}, line 5" in "".join(outcome.err.splitlines())
    assert list(own_tmp.iterdir()) == []


def test_a_company_of_its_own_is_simulated_without_its_key(
    own_company: Company, tmp_path: Path, own_tmp: Path
) -> None:
    """By another stage mapping nobody was accepted: Anna was, on 11 January."""
    proposal = tmp_path / "proposal"
    proposal.mkdir()
    mapping = (own_company.folder / "definitions" / "stage_mapping.csv").read_text().splitlines(True)
    text = "".join(line for line in mapping if ",sal," not in line)
    (proposal / "stage_mapping.csv").write_text(text)
    before = digests(own_company.folder)

    arguments = ["--definitions", str(proposal), "-c", str(own_company.folder), "--json"]
    result = leitstand("simulate", *arguments).json

    assert digests(own_company.folder) == before
    assert list(own_tmp.iterdir()) == []
    assert result["files"] == ["stage_mapping.csv"]
    (january,) = [
        figure
        for figure in result["figures"]
        if (figure["table"], figure["figure"], figure["detail"]) == ("kpi_scorecard", "sals", "value")
        and (figure["period_type"], figure["period_start"]) == ("month", "2026-01-01")
        and figure["scope_type"] == "company"
    ]
    assert january["before"] == 1 and not january["after"]


def call(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the command of the copied checkout."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "scripts"), "DBT_LOG_LEVEL_FILE": "none"}
    return subprocess.run(
        [sys.executable, "-m", "leitstand", *arguments],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=1800,
    )


def replace(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text()
    for old, new in pairs:
        assert text.count(old) == 1, (file, old)
        text = text.replace(old, new)
    file.write_text(text)


def test_a_changed_model_and_a_broken_contract(checkout: Path, own_tmp: Path) -> None:
    """A KPI that becomes one everywhere, and a published column that becomes an integer."""
    replace(checkout / STEP, ("sum(case when has_reason then 1 else 0 end),", "count(*),"))
    sample = "cast(sum(case when is_sla_due then 1 else 0 end) as bigint) as sample_size"
    replace(checkout / MART, (sample, sample.replace("bigint", "integer")))
    yml = (checkout / MART).with_suffix(".yml")
    replace(
        yml, ("name: sample_size\n        data_type: bigint", "name: sample_size\n        data_type: integer")
    )
    replace(yml, ('"shares lie between 0 and 1": >-', '"shares lie between zero and one": >-'))
    company = [checkout / "warehouse", checkout / "releases"]
    before = digests(*company)
    started = time.monotonic()

    done = call(checkout, "ci", "--json", "--comment", str(checkout / "comment.md"))

    print(f"leitstand ci: {time.monotonic() - started:.0f} s")
    assert done.returncode == 3, done.stderr
    assert digests(*company) == before
    assert list(own_tmp.iterdir()) == []
    report: dict[str, Any] = json.loads(done.stdout)
    assert not report["is_passed"] and report["everything_because"] == []
    assert (report["added"], report["removed"]) == ([], [])
    assert report["changed"] == ["kpi_response_time", "kpi_scorecard_handover"]
    assert report["contract"] == [
        {
            "name": "kpi_response_time.sample_size",
            "what": "type changed from bigint to integer",
            "is_breaking": True,
            "is_declared": False,
        }
    ]
    assert {(check["name"], check["what"]) for check in report["checks"]} == {
        ("kpi_response_time: shares lie between 0 and 1", "lost"),
        ("kpi_response_time: shares lie between zero and one", "added"),
    }
    values = [f for f in report["figures"] if f["table"] == "kpi_scorecard" and f["detail"] == "value"]
    assert values and {figure["figure"] for figure in values} == {"reason_completeness"}
    assert {figure["after"] for figure in values} == {1.0}
    comment = (checkout / "comment.md").read_text()
    assert "type changed from bigint to integer" in comment and "100.00%" in comment

    assert [node["name"] for node in report["failed"]] == [UNIT_TEST]

    # the KPI is what it was, and the changelog says what becomes of the column
    replace(checkout / STEP, ("    count(*),\n    count(*),\n    count(*),", KEPT))
    line = "## Unreleased\n\n- Breaking: `kpi_response_time.sample_size` is an integer.\n"
    (checkout / "CHANGELOG.md").write_text(line)
    again = call(checkout, "ci", "--json")
    assert again.returncode == 0, again.stdout + again.stderr
    declared = json.loads(again.stdout)
    assert [change["is_declared"] for change in declared["contract"]] == [True]
    assert declared["changed"] == ["kpi_response_time"] and declared["figures"] == []
    assert declared["checks_passed"] == declared["checks_total"] > 0
