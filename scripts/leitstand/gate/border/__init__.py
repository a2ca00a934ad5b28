"""The border: Great Expectations on what lands and on what is to be published.

DuckDB profiles each load once (`profile`), lays each that is to be published beside the bands of its own
history (`bands`) and does the same with the published tables (`published`). Great Expectations judges the
small table that comes of it (`expectations`) by the reviewed files in `suites/`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from leitstand.config import Company
from leitstand.contract import load_contract
from leitstand.gate.border.audit import AuditPage
from leitstand.gate.border.bands import JUDGED, judge_loads, judge_schema, write_measures
from leitstand.gate.border.checks import rows_of, to_checks
from leitstand.gate.border.expectations import keep_outcomes, read_outcomes, validate
from leitstand.gate.border.profile import forget, read_profiles
from leitstand.gate.border.published import judge_published
from leitstand.gate.border.suite import Suite, load_rules, load_suites
from leitstand.gate.lineage import Lineage
from leitstand.gate.result import Check
from leitstand.land.lake import Lake
from leitstand.ledger import Ledger
from leitstand.manifest import read_manifest

__all__ = ["border_checks", "judge", "published_up_to"]


def border_checks(
    company: Company, db: duckdb.DuckDBPyConnection, target: Path, lineage: Lineage, audit: Path
) -> list[Check]:
    """Judge the loads and the tables to be published; the page goes into the folder `audit`."""
    contract, rules = load_contract(), load_rules()
    manifest = read_manifest(target / "manifest.json")
    published = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["meta"].get("published")
    ]
    connections = list(company.settings.connections)
    db.execute(JUDGED)
    write_measures(db, load_suites())
    read_profiles(db, Lake(company.lake), contract, rules)
    forget(db, company.settings.gate.history_from)
    judge_loads(db, rules, published_up_to(company, db))
    judge_schema(
        db,
        [
            (connection, entity, column.name, column.data_type)
            for connection, entity in _landed(db)
            for column in contract[entity].columns
        ],
    )
    judge_published(db, published, connections, Lake(company.lake), rules)
    report = company.settings.report
    return judge(db, lineage, AuditPage(audit, company.settings.name, report.language))


def published_up_to(company: Company, db: duckdb.DuckDBPyConnection) -> int:
    """The newest load of the last publication before the newest load landed; 0 where there is none.

    A weakened publication does not count: what it let out as untrustworthy is judged again. Nor does one of
    the newest load: the same loads give the same judgement.

    Raises:
        LeitstandError: the ledger is damaged.
    """
    sound = [p.last_load for p in Ledger(company.releases).publications() if p.weakened is None]
    (newest,) = db.execute("select coalesce(max(load_number), 0) from landing.loads").fetchall()[0]
    if sound and sound[-1] > newest:
        return 0  # lake and warehouse were lost, and the loads are numbered anew
    return next((number for number in reversed(sound) if number < newest), 0)


def judge(db: duckdb.DuckDBPyConnection, lineage: Lineage, page: AuditPage) -> list[Check]:
    """Let Great Expectations judge the temp table `judged`, unless it has judged the same before."""
    suites, rules = load_suites(), load_rules()
    tables = {suite.name: _table(db, suite.name) for suite in suites}
    state = _digest(tables, suites, page)
    outcomes = read_outcomes(page.folder, state)
    if outcomes is None:
        run_at = _newest_load(db)
        outcomes = validate(tables, suites, run_at)
        page.write(((suite, rows_of(db, suite), outcomes[suite.name]) for suite in suites), run_at)
        keep_outcomes(page.folder, state, outcomes)
    return [
        check
        for suite in suites
        for check in to_checks(db, suite, outcomes[suite.name], lineage, rules.minimum_loads)
    ]


def _digest(tables: dict[str, Any], suites: Iterable[Suite], page: AuditPage) -> str:
    """What the judgement and its page depend on: the tables judged, and the files that judge them."""
    digest = hashlib.sha256(repr((version("great_expectations"), page.company, page.language)).encode())
    for suite in suites:
        digest.update(suite.model_dump_json().encode())
        digest.update(tables[suite.name].to_csv(index=False).encode())
    return digest.hexdigest()


def _landed(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return db.execute("select distinct connection, entity from landing.files order by all").fetchall()


def _newest_load(db: duckdb.DuckDBPyConnection) -> dt.datetime:
    row = db.execute("select max(loaded_at) from landing.loads").fetchone()
    assert row is not None
    return row[0] or dt.datetime(1970, 1, 1)


def _table(db: duckdb.DuckDBPyConnection, suite: str) -> Any:
    """One suite's rows as a pandas frame, in a fixed order."""
    return db.execute(
        "select * exclude (suite, loaded_at) from judged where suite = ? order by all", [suite]
    ).df()
