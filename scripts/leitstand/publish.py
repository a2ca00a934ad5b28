"""Publish the KPI marts of a build that passed the gate: one read-only file, swapped into place.

A release is a folder `releases/<id>/` with `kpi.duckdb` and one Parquet file a table. Its id is the date of
`as_of` and a digest of the published bytes, so the same figures are the same release. `releases/current` is a
link to the last one; readers that hold the former keep it, new ones see the new. DuckDB names the
catalogue after the file, and the schema has the same name: a table is `kpi.kpi.kpi_scorecard` in full.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from leitstand import gate
from leitstand.build import BuildResult
from leitstand.config import Company
from leitstand.errors import BadInput, ChecksFailed
from leitstand.gate import Verdict

_EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"
_PERSONAL_COLUMN = r"(lead_id|email|phone|first_name|last_name|visitor_id|user_agent)$"


@dataclass(frozen=True)
class Release:
    """One publication."""

    release_id: str
    folder: Path
    tables: int
    is_new: bool

    @property
    def file(self) -> Path:
        """The DuckDB file that BI reads."""
        return self.folder / "kpi.duckdb"


def write_release(company: Company, build: BuildResult, verdict: Verdict) -> Release:
    """Write the published tables of a build as a release; `make_current` then shows it.

    Raises:
        ChecksFailed: a published column identifies a person; the last good release stays.
    """
    nodes = _published_nodes(build.manifest)
    company.releases.mkdir(parents=True, exist_ok=True)
    draft = company.releases / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        release = _write(company, nodes, verdict, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return release


def make_current(company: Company, release: Release) -> None:
    """Point `releases/current` to a release by one rename."""
    current = company.releases / "current"
    if current.is_dir() and not current.is_symlink():
        raise BadInput(
            f"{current}: expected a link to a release, found a folder, as a copy without links leaves it. "
            f"Remove the folder and run the command again."
        )
    link = company.releases / ".current"
    link.unlink(missing_ok=True)
    link.symlink_to(release.release_id)
    link.replace(current)


def current_release(company: Company) -> Path | None:
    """The folder of the current release; None where nothing has been published."""
    link = company.releases / "current"
    return link.resolve() if link.exists() else None


def _published_nodes(manifest: Path) -> list[dict[str, Any]]:
    """The models marked `published`, in order of their names."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return sorted(
        (n for n in nodes if n["resource_type"] == "model" and n["config"]["meta"].get("published")),
        key=lambda node: str(node["name"]),
    )


def _write(company: Company, nodes: list[dict[str, Any]], verdict: Verdict, draft: Path) -> Release:
    with duckdb.connect(str(draft / "kpi.duckdb"), config={"threads": 1}) as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"attach '{company.warehouse}' as warehouse (read_only)")
        db.execute("create schema kpi.kpi")
        db.execute("create schema meta")
        for node in nodes:
            key = ", ".join(node["config"]["meta"]["key"])
            source = f"warehouse.{node['schema']}.{node['name']}"
            db.execute(f"create table kpi.kpi.{node['name']} as select * from {source} order by {key}")
            _comment(db, node)
            refuse_personal_data(db, node["name"])
            db.execute(f"copy kpi.kpi.{node['name']} to '{draft / node['name']}.parquet' (format parquet)")
        _write_data_state(db)
        as_of = _scalar(db, "select as_of from warehouse.intermediate.int_reporting__as_of")
        release_id = f"{as_of:%Y-%m-%d}-{_digest(db, draft, company, verdict)}"
        folder = company.releases / release_id
        is_new = not folder.exists()
        if is_new:
            _write_meta(db, company, nodes, verdict, release_id, as_of)
            _write_ledger(db, company.releases / "ledger", release_id)
        db.execute("detach warehouse")
        db.execute("checkpoint")
    if is_new:
        assert not (draft / "kpi.duckdb.wal").exists()
        for file in draft.iterdir():
            file.chmod(0o444)
        if verdict.files is not None:
            shutil.copytree(verdict.files, draft / "gate")
        draft.rename(folder)
    return Release(release_id, folder, len(nodes), is_new)


def _comment(db: duckdb.DuckDBPyConnection, node: dict[str, Any]) -> None:
    """Carry the descriptions of a model to the published table."""

    def quoted(text: str) -> str:
        return "'" + " ".join(text.split()).replace("'", "''") + "'"

    db.execute(f"comment on table kpi.kpi.{node['name']} is {quoted(node['description'])}")
    for column in node["columns"].values():
        name = f"kpi.kpi.{node['name']}.{column['name']}"
        db.execute(f"comment on column {name} is {quoted(column['description'])}")


def refuse_personal_data(db: duckdb.DuckDBPyConnection, table: str) -> None:
    """No published column may identify a person: neither by its name nor by an address among its values."""
    columns = db.execute(f"describe kpi.kpi.{table}").fetchall()
    for name, data_type, *_ in columns:
        found = None
        if re.search(_PERSONAL_COLUMN, name):
            found = "a column of single persons"
        elif data_type == "VARCHAR":
            hits = _scalar(
                db, f"select count(*) from kpi.kpi.{table} where regexp_matches({name}, '{_EMAIL}')"
            )
            found = f"{hits} values with an e-mail address" if hits else None
        if found:
            raise ChecksFailed(
                f"kpi.{table}, column {name!r}: expected nothing that identifies a person, found {found}. "
                f"Remove it from the model or from the definitions; nothing is published."
            )


def _digest(db: duckdb.DuckDBPyConnection, draft: Path, company: Company, verdict: Verdict) -> str:
    """A digest of the figures, and of what the release says of their data, checks and definitions."""
    digest = hashlib.sha256()
    for file in sorted(draft.glob("*.parquet")):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    digest.update(repr(db.execute("from meta.data_state").fetchall()).encode())
    digest.update(repr((verdict, definition_version(company.definitions), version("leitstand"))).encode())
    return digest.hexdigest()[:10]


def _write_meta(
    db: duckdb.DuckDBPyConnection,
    company: Company,
    nodes: list[dict[str, Any]],
    verdict: Verdict,
    release_id: str,
    as_of: dt.datetime,
) -> None:
    db.execute(
        "create table meta.release (release_id varchar, published_at timestamp, as_of timestamp, "
        "project_version varchar, definition_version varchar, checks_passed bigint, checks_failed bigint, "
        "weakened_marts varchar[], reporting_currency varchar, report_timezone varchar, "
        "minimum_sample bigint, company_name varchar)"
    )
    gate.write_weakened(db, verdict)
    db.execute(
        "insert into meta.release values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            release_id,
            dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0),
            as_of,
            version("leitstand"),
            definition_version(company.definitions),
            verdict.checks_passed,
            verdict.checks_failed,
            list(verdict.weakened_marts),
            company.vars.reporting_currency,
            company.vars.report_timezone,
            _scalar(
                db,
                "select threshold_value from warehouse.intermediate.int_reporting__thresholds "
                "where threshold = 'minimum_sample'",
            ),
            company.settings.name,
        ],
    )
    db.execute(
        "create table meta.columns (table_name varchar, column_name varchar, data_type varchar, "
        "role varchar, additive_over varchar[], description varchar)"
    )
    db.executemany(
        "insert into meta.columns values (?, ?, ?, ?, ?, ?)",
        [
            [
                node["name"],
                column["name"],
                column["data_type"],
                column["config"]["meta"].get("role", "dimension"),
                column["config"]["meta"].get("additive_over", []),
                " ".join(column["description"].split()),
            ]
            for node in nodes
            for column in node["columns"].values()
        ],
    )


def _write_data_state(db: duckdb.DuckDBPyConnection) -> None:
    db.execute(
        """
        create table meta.data_state as
        select
            connection,
            entity,
            cast(sum(rows_read) as bigint) as rows_read,
            cast(sum(rows_landed) as bigint) as rows_landed,
            cast(sum(rows_quarantined) as bigint) as rows_quarantined,
            max(loaded_at) as last_loaded_at
        from warehouse.landing.files
        group by connection, entity
        order by connection, entity
        """
    )


def _write_ledger(db: duckdb.DuckDBPyConnection, ledger: Path, release_id: str) -> None:
    """Append the release's values to the ledger, then give the release the whole ledger."""
    ledger.mkdir(exist_ok=True)
    draft = ledger / f".{release_id}.draft"
    db.execute(
        f"""
        copy (
            select
                kpi,
                period_start,
                scope_type || ':' || scope as scope,
                '{release_id}' as release_id,
                value
            from kpi.kpi.kpi_scorecard
            where period_type = 'month'
            order by kpi, period_start, scope_type, scope
        ) to '{draft}' (format parquet)
        """
    )
    draft.replace(ledger / f"{release_id}.parquet")
    db.execute(
        f"create table meta.ledger as select * from read_parquet('{ledger}/*.parquet') "
        f"order by release_id, kpi, period_start, scope"
    )


def definition_version(definitions: Path) -> str:
    """A digest of the definition seeds: it changes whenever the agreement does."""
    digest = hashlib.sha256()
    for file in sorted(definitions.glob("*.csv")):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _scalar(db: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = db.execute(sql).fetchone()
    assert row is not None
    return row[0]
