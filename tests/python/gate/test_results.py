"""The gate reads the last build; where another call of dbt wrote over its results, all tests run anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from leitstand import build, gate
from leitstand.config import Company
from leitstand.errors import BadInput
from tiny_company import TinyCompany

NODES = ("model.leitstand.a", "test.leitstand.t")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company whose manifest knows a model and a test."""
    made = TinyCompany(tmp_path / "company").set().company
    target = made.folder / "warehouse" / "target"
    target.mkdir(parents=True)
    nodes = {key: {"name": key[-1], "config": {}} for key in NODES}
    (target / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    return made


@pytest.fixture
def calls(company: Company, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Calls of dbt, which runs what it is asked to and says so."""
    made: list[tuple[str, ...]] = []

    def fake_dbt(_: Any, __: Any, *arguments: str) -> None:
        made.append(arguments)
        say(company, arguments[0], *(key for key in NODES if key.startswith("test")))

    monkeypatch.setattr(build, "_dbt", fake_dbt)
    return made


def say(company: Company, which: str, *ran: str, **arguments: Any) -> Path:
    runs = [{"unique_id": key, "status": "pass", "message": None} for key in ran]
    file = company.folder / "warehouse" / "target" / "run_results.json"
    file.write_text(json.dumps({"results": runs, "args": {"which": which} | arguments, "elapsed_time": 1}))
    return file


def test_the_results_of_a_whole_build_are_taken(company: Company, calls: list[Any]) -> None:
    say(company, "build", *NODES)
    assert gate.results_of(company).tests_passed == 1 and calls == []


@pytest.mark.parametrize("which", ["build", "run", "compile"])
def test_results_that_were_written_over_make_all_tests_run(
    which: str, company: Company, calls: list[Any]
) -> None:
    say(company, which, NODES[0])
    assert gate.results_of(company).tests_passed == 1
    assert calls == [("test", "--exclude-resource-type", "unit_test")]
    assert gate.results_of(company).tests_passed == 1
    assert len(calls) == 1  # what ran anew is taken the next time


def test_what_has_to_be_built_is_not_only_tested(company: Company, calls: list[Any]) -> None:
    with pytest.raises(BadInput, match="expected a finished build, found none"):
        gate.results_of(company)
    say(company, "build", *NODES, empty=True)
    with pytest.raises(BadInput, match="expected a build with rows, found none"):
        gate.results_of(company)
    results = say(company, "build", *NODES)
    load = company.lake / "000001" / "load.json"
    load.parent.mkdir(parents=True)
    load.touch()
    os.utime(load, (results.stat().st_mtime + 10,) * 2)
    with pytest.raises(BadInput, match="found a load that is newer than the last build"):
        gate.results_of(company)
    assert calls == []
