"""Build the models of a company with dbt, in this process, and read what its tests said."""

from __future__ import annotations

import contextlib
import gc
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from leitstand.config import PROJECT_ROOT, Company
from leitstand.definitions import check_definitions
from leitstand.errors import BadInput, LeitstandError
from leitstand.keys import store_key
from leitstand.land.lake import Lake
from leitstand.manifest import read_manifest
from leitstand.metrics import write_metrics
from leitstand.warehouse import open_warehouse, private_files

Progress = Callable[[str], None]

_NEWEST_LOADS = """
    select
        (select coalesce(max(load_number), 0) from staging.stg_landing__files),
        (select coalesce(max(load_number), 0) from landing.loads)
"""


@dataclass(frozen=True)
class Node:
    """One model, seed or test that did not succeed."""

    name: str
    kind: str
    status: str
    message: str
    description: str
    compiled_sql: str | None


@dataclass(frozen=True)
class BuildResult:
    """What a build did: counts by kind, and the nodes that failed or warned."""

    models: int
    seeds: int
    tests_passed: int
    tests_total: int
    failed: tuple[Node, ...]
    warned: tuple[Node, ...]
    seconds: float
    manifest: Path = field(repr=False)


@private_files()
def build(company: Company, *, progress: Progress = lambda _: None) -> BuildResult:
    """Seed, build and test all models of a company, then write the saved queries, if no check failed.

    Unit tests stay out: they test the project, not the company's data.

    Raises:
        BadInput: a definition file is missing or has other columns, `as_of` lies before the first load, or
            the key of the pseudonyms is missing.
        LeitstandError: dbt could not start; its own message is passed on.
    """
    check_definitions(company)
    check_as_of(company)
    store_key(company)
    company.warehouse.parent.mkdir(parents=True, exist_ok=True)
    # a build that is cut off must not pass for the one before
    (company.target / "run_results.json").unlink(missing_ok=True)
    call_dbt(company, "build", "--exclude-resource-type", "unit_test", progress=progress)
    result = read_build(company)
    if not result.failed:
        progress("writing the saved queries")
        write_metrics(company)
    return result


@private_files()
def build_held_back(
    company: Company, result: BuildResult, *, progress: Progress = lambda _: None
) -> BuildResult:
    """Build what failed tests held back, so that all tables are of this build; their tests run too.

    dbt builds nothing from a model whose test failed. A model that could not be built itself stays missing.
    The gate writes the saved queries.
    """
    results_file = result.manifest.parent / "run_results.json"
    done: dict[str, Any] = json.loads(results_file.read_text(encoding="utf-8"))
    while held_back := _held_back(done):
        results_file.unlink()
        # only these: a test that failed would hold back again
        only = ["--indirect-selection", "empty", "--select", *sorted(held_back)]
        call_dbt(company, "build", *only, progress=progress)
        more = {r["unique_id"]: r for r in json.loads(results_file.read_text(encoding="utf-8"))["results"]}
        done["results"] = [more.get(run["unique_id"], run) for run in done["results"]]
        results_file.write_text(json.dumps(done), encoding="utf-8")
        if _held_back(done) >= held_back:
            break
    return read_build(company)


def _held_back(results: dict[str, Any]) -> set[str]:
    """The names of the nodes that were skipped."""
    return {run["unique_id"].split(".")[2] for run in results["results"] if run["status"] == "skipped"}


@private_files()
def test_again(company: Company, *, progress: Progress = lambda _: None) -> BuildResult:
    """Run all tests on the warehouse as it stands, where another call of dbt wrote over what its build said.

    Raises:
        BadInput: nothing has been built, a build was cut off, or something has landed since.
    """
    results_file = company.target / "run_results.json"
    if not results_file.is_file():
        raise BadInput(f"{company.folder}: expected a finished build, found none. Run `leitstand build`.")
    if json.loads(results_file.read_text(encoding="utf-8"))["args"].get("empty"):
        raise BadInput(f"{results_file}: expected a build with rows, found none. Run `leitstand build`.")
    _check_newest(company)
    results_file.unlink()
    call_dbt(company, "test", "--exclude-resource-type", "unit_test", progress=progress)
    return read_build(company, tests_alone=True)


def call_dbt(
    company: Company,
    *arguments: str,
    progress: Progress = lambda _: None,
    manifest: Any = None,
) -> Any:
    """Call dbt in this process for a company, and return its result; a manifest spares parsing.

    Raises:
        LeitstandError: it could not start, or not parse; its own message is passed on.
    """
    # imported here because dbt takes seconds to import and most commands do not need it
    from dbt.cli.main import dbtRunner
    from dbt_common.events.base_types import EventMsg

    def follow(event: EventMsg) -> None:
        if event.info.name == "LogStartLine":
            progress(str(event.data.description))
        elif event.info.name == "ConcurrencyLine":
            gc.freeze()
            gc.enable()

    target = str(company.target)
    places = ["--target-path", target, "--log-path", target, "--log-level", "none"]
    with _environment(company), _nothing_to_collect():
        outcome = dbtRunner(manifest=manifest, callbacks=[follow]).invoke(
            [*arguments, *places, *_vars_arguments(company)]
        )
        _release_warehouse()
    if outcome.result is None:
        raise LeitstandError(f"dbt could not {arguments[0]}: {outcome.exception}")
    return outcome.result


def check_as_of(company: Company) -> None:
    """Stop where `as_of` lies before anything has landed: every figure would be empty."""
    if company.vars.as_of is None or not company.warehouse.is_file():
        return
    as_of = company.vars.as_of
    with open_warehouse(company.warehouse, read_only=True) as db:
        known = db.execute(
            "select count(*) from information_schema.tables "
            "where table_schema = 'landing' and table_name = 'loads'"
        ).fetchone()
        first = db.execute("select min(loaded_at) from landing.loads").fetchone() if known == (1,) else None
    if first and first[0] and as_of < first[0]:
        raise BadInput(
            f"{company.folder / 'vars.yml'}: expected as_of at or after the first load of {first[0]} UTC, "
            f"found {as_of}. Move as_of, or remove it to report as of the newest load."
        )


def _release_warehouse() -> None:
    """Close the file that dbt-duckdb keeps open in this process, so that others can open it."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import cleanup_connections

    cleanup_connections()
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager._ENV = None


def _vars_arguments(company: Company) -> list[str]:
    """The variables of a company other than the demo, whose `vars.yml` dbt reads by itself."""
    if company.folder == PROJECT_ROOT:
        return []
    content: dict[str, Any] = company.vars.model_dump(mode="json")
    if company.vars.as_of is not None:
        content["as_of"] = company.vars.as_of.isoformat(" ")
    return ["--vars", json.dumps(content)]


@contextlib.contextmanager
def _environment(company: Company) -> Iterator[None]:
    """Point the project at a company's warehouse and definitions, as seen from the project's folder.

    The demo company is what the project points at by itself; setting the same would make dbt parse anew.
    """
    settings = (
        {}
        if company.folder == PROJECT_ROOT
        else {
            "LEITSTAND_WAREHOUSE": str(company.warehouse),
            "LEITSTAND_DEFINITIONS": os.path.relpath(company.definitions, PROJECT_ROOT),
        }
    )
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        with contextlib.chdir(PROJECT_ROOT):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Leave what dbt parses out of garbage collection: it stays, and to look through it takes time.

    Collection is off until dbt has parsed; `follow` sets what is there aside and turns it on again.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def read_build(company: Company, *, tests_alone: bool = False) -> BuildResult:
    """What the last whole build of a company said; or all its tests, where they ran alone.

    Raises:
        BadInput: nothing has been built, or only a part of the models.
    """
    results_file = company.target / "run_results.json"
    manifest_file = company.target / "manifest.json"
    if not results_file.is_file() or not manifest_file.is_file():
        raise BadInput(f"{company.folder}: expected a finished build, found none. Run `leitstand build`.")
    results = json.loads(results_file.read_text(encoding="utf-8"))
    arguments = results["args"]
    manifest = read_manifest(manifest_file)
    ran = {result["unique_id"] for result in results["results"]}
    which, kinds = ("test", ("test",)) if tests_alone else ("build", ("model", "seed", "test"))
    wanted = {name for name in manifest["nodes"] if name.split(".")[0] in kinds}
    if arguments["which"] != which or arguments.get("empty") or wanted - ran:
        raise BadInput(
            f"{results_file}: expected the results of a whole build with all its checks, found those of "
            f"`{arguments.get('invocation_command', arguments['which'])}`. Run `leitstand build`."
        )
    _check_newest(company)
    return _summarise(results, manifest["nodes"], manifest_file)


def _check_newest(company: Company) -> None:
    """Stop where the tables were built before the newest load: loads have numbers, clocks go wrong."""
    built = landed = None
    if company.warehouse.is_file():
        with (
            open_warehouse(company.warehouse, read_only=True) as db,
            contextlib.suppress(duckdb.CatalogException),
        ):
            built, landed = db.execute(_NEWEST_LOADS).fetchall()[0]
    if built is None or landed is None:
        raise BadInput(f"{company.folder}: expected a finished build, found none. Run `leitstand build`.")
    # a load that the warehouse has not taken yet is in the lake alone
    landed = max([landed, *Lake(company.lake).committed()])
    if landed > built:
        raise BadInput(
            f"{company.folder}: expected a build of everything that has landed, up to load {landed}, found "
            f"one up to load {built}. Run `leitstand build`."
        )


def _summarise(results: dict[str, Any], nodes: dict[str, Any], manifest: Path) -> BuildResult:
    counts = {"model": 0, "seed": 0, "test": 0}
    passed = 0
    failed: list[Node] = []
    warned: list[Node] = []
    for run in results["results"]:
        node = nodes.get(run["unique_id"], {})
        kind = run["unique_id"].split(".")[0]
        counts[kind] = counts.get(kind, 0) + 1
        passed += kind == "test" and run["status"] == "pass"
        if run["status"] in ("error", "fail", "warn"):
            (warned if run["status"] == "warn" else failed).append(
                Node(
                    name=node.get("name", run["unique_id"]),
                    kind=kind,
                    status=run["status"],
                    message=(run["message"] or "").strip(),
                    description=(node.get("description") or "").strip(),
                    compiled_sql=run.get("compiled_code"),
                )
            )
    return BuildResult(
        models=counts["model"],
        seeds=counts["seed"],
        tests_passed=passed,
        tests_total=counts["test"],
        failed=tuple(failed),
        warned=tuple(warned),
        seconds=float(results["elapsed_time"]),
        manifest=manifest,
    )


def read_part(company: Company) -> tuple[BuildResult, dict[str, str]]:
    """What the last call of dbt on a part of the nodes said, and the status of each node by its id."""
    results_file, manifest_file = (company.target / f"{n}.json" for n in ("run_results", "manifest"))
    manifest = read_manifest(manifest_file)
    # a call that selects nothing leaves no results
    results: dict[str, Any] = {"results": [], "elapsed_time": 0}
    if results_file.is_file():
        results = json.loads(results_file.read_text(encoding="utf-8"))
        results_file.unlink()
    named = {**manifest["nodes"], **manifest["unit_tests"]}
    statuses = {run["unique_id"]: run["status"] for run in results["results"]}
    return _summarise(results, named, manifest_file), statuses
