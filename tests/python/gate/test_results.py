"""The gate reads the last build; where another call of dbt wrote over its results, all tests run anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leitstand import build, gate
from leitstand.config import Company
from leitstand.errors import BadInput
from leitstand.land.lake import MARKER
from tiny_company import TinyCompany

NODES = ("model.leitstand.a", "test.leitstand.t")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company whose manifest knows a model and a test, built of its one load."""
    made = TinyCompany(tmp_path / "company").set().company
    made.warehouse.parent.mkdir()
    with duckdb.connect(str(made.warehouse)) as db:
        db.execute(
            "create schema landing; create table landing.loads as select 1 as load_number; "
            "create schema staging; create table staging.stg_landing__files as from landing.loads"
        )
    keep_load(made, 1)
    target = made.folder / "warehouse" / "target"
    target.mkdir(parents=True)
    nodes = {key: {"name": key[-1], "config": {}} for key in NODES}
    (target / "manifest.json").write_text(json.dumps({"nodes": nodes}))
    return made


@pytest.fixture
def calls(company: Company, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Calls of dbt, which runs what it is asked to and says so."""
    made: list[tuple[str, ...]] = []

    def fake_dbt(_: Any, *arguments: str, **__: Any) -> None:
        made.append(arguments)
        say(company, arguments[0], *(key for key in NODES if key.startswith("test")))

    monkeypatch.setattr(build, "call_dbt", fake_dbt)
    return made


def keep_load(company: Company, number: int) -> Path:
    """Put a load into the lake."""
    load = company.lake / f"{number:06d}" / "load.json"
    load.parent.mkdir(parents=True)
    load.touch()
    return load


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
    say(company, "build", *NODES)
    keep_load(company, 2)
    with pytest.raises(BadInput, match=r"up to load 2, found one up to load 1\. Run `leitstand build`"):
        gate.results_of(company)
    company.warehouse.unlink()
    with pytest.raises(BadInput, match="expected a finished build, found none"):
        gate.results_of(company)
    assert calls == []


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_that_was_set_neither_holds_up_a_build_nor_lets_a_stale_one_through(
    hours: int, company: Company, calls: list[Any]
) -> None:
    results = say(company, "build", *NODES)
    moved = (results.stat().st_mtime + hours * 3600,) * 2
    os.utime(company.lake / "000001" / "load.json", moved)
    assert gate.results_of(company).tests_passed == 1
    # landed after the build, and committed to the warehouse alone or to the lake too
    os.utime(keep_load(company, 2), moved)
    for _ in range(2):
        with pytest.raises(BadInput, match="found one up to load 1"):
            gate.results_of(company)
        with duckdb.connect(str(company.warehouse)) as db:
            db.execute("insert into landing.loads values (2)")
        (company.lake / "000002" / MARKER).touch()
    with duckdb.connect(str(company.warehouse)) as db:
        db.execute("create or replace table staging.stg_landing__files as from landing.loads")
    assert gate.results_of(company).tests_passed == 1 and calls == []
