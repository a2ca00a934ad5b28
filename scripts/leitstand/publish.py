"""Publish the KPI marts of a build that passed the gate: one read-only file, swapped into place.

A release is a folder `releases/<id>/` with `kpi.duckdb` and one Parquet file a table. Its id is the date of
`as_of` and a digest of the published bytes, so the same figures are the same release; where they come back
after others, a number follows. `releases/current` is a link to the last one; readers that hold the former
keep it, new ones see the new. The ledger is written before that link. DuckDB names the catalogue after the
file, and the schema has the same name: a table is `kpi.kpi.kpi_scorecard` in full.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from leitstand.build import BuildResult
from leitstand.comments import comment, commented
from leitstand.config import Company
from leitstand.errors import BadInput, ChecksFailed, LeitstandError
from leitstand.gate import Verdict, personal
from leitstand.gate.persons import find_persons, note_persons
from leitstand.land.lake import Lake
from leitstand.land.sql import identifier, literal
from leitstand.ledger import (
    RESTATEMENT,
    VALUES,
    Ledger,
    Publication,
    Weakened,
    code_version,
    keep_book,
    prepare,
    prune,
    write_agreements,
)
from leitstand.ledger.tables import RESTATEMENT_TABLE
from leitstand.manifest import read_manifest
from leitstand.metrics.publication import DOCUMENTS, metric_tables, publish_metrics, write_documents
from leitstand.metrics.source import MANIFEST, SAVED_SCHEMA
from leitstand.postgres import swapped_in
from leitstand.release_tables import META, make_tables, write_data_state
from leitstand.release_tables import write_release as write_meta

_DIGESTS = ("release_id", "definition_version")
"""Columns that are not searched for persons: a digest may look like a telephone number."""


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
        LeitstandError: the ledger is damaged; the message names the file.
    """
    nodes = _published_nodes(build.manifest)
    company.releases.mkdir(parents=True, exist_ok=True)
    _settle(company)
    draft = company.releases / ".draft"
    if draft.exists():  # of a publication that was killed
        shutil.rmtree(draft)
    draft.mkdir()
    try:
        release = _write(company, nodes, verdict, build.manifest, draft)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return release


def make_current(company: Company, release: Release) -> None:
    """Point `releases/current` to a release by one rename; then the ledger counts it as published.

    Raises:
        BadInput: `current` is no link.
        LeitstandError: Postgres, where it is a target, cannot take it; both keep the last publication.
    """
    current, former = company.releases / "current", current_release(company)
    if current.is_dir() and not current.is_symlink():
        raise BadInput(
            f"{current}: expected a link to a release, found a folder, as a copy without links leaves it. "
            f"Remove the folder and run the command again."
        )
    try:
        with swapped_in(company.settings.postgres, release.file, release.release_id):
            _link(company, release.release_id)
    except LeitstandError:
        if former is not None:
            _link(company, former.name)
        else:
            current.unlink(missing_ok=True)
        raise
    _settle(company)
    keep_days = company.settings.keep_releases_days
    prune(Ledger(company.releases), company.releases, keep_days, company.vars.report_timezone)


def _link(company: Company, release_id: str) -> None:
    link = company.releases / ".current"
    link.unlink(missing_ok=True)
    link.symlink_to(release_id)
    link.replace(company.releases / "current")


def _settle(company: Company) -> None:
    """Keep what was shown, and remove what an interrupted publication wrote and never showed."""
    current = current_release(company)
    Ledger(company.releases).settle(current.name if current else None)
    keep_book(company.releases)


def current_release(company: Company) -> Path | None:
    """The folder of the current release; None where nothing has been published."""
    link = company.releases / "current"
    return link.resolve() if link.exists() else None


def _published_nodes(manifest: Path) -> list[dict[str, Any]]:
    """The models marked `published`, in order of their names."""
    nodes = read_manifest(manifest)["nodes"].values()
    return sorted(
        (n for n in nodes if n["resource_type"] == "model" and n["config"]["meta"].get("published")),
        key=lambda node: str(node["name"]),
    )


def _write(
    company: Company, nodes: list[dict[str, Any]], verdict: Verdict, manifest: Path, draft: Path
) -> Release:
    with duckdb.connect(str(draft / "kpi.duckdb"), config={"threads": 1}) as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"attach {literal(company.warehouse)} as warehouse (read_only)")
        db.execute("create schema kpi.kpi")
        make_tables(db, "kpi")
        for node in nodes:
            key = ", ".join(map(identifier, node["config"]["meta"]["key"]))
            source = f"warehouse.{identifier(node['schema'])}.{identifier(node['name'])}"
            table = f"kpi.kpi.{identifier(node['name'])}"
            db.execute(f"create table {table} as select * from {source} order by {key}")
            _comment(db, node)
            refuse_personal_data(db, f"kpi.{node['name']}")
            file = draft / f"{node['name']}.parquet"
            db.execute(f"copy {table} to {literal(file)} (format parquet)")
        saved = publish_metrics(db, draft, manifest.parent)
        for node in saved:
            _comment(db, node, SAVED_SCHEMA)
        for table in metric_tables(db):
            refuse_personal_data(db, table)
        write_data_state(db)
        as_of = _scalar(db, "select as_of from warehouse.intermediate.int_reporting__as_of")
        digest = _digest(db, draft, company, verdict)
        release_id, is_new = _name(company, f"{as_of:%Y-%m-%d}-{digest}")
        folder = company.releases / release_id
        if is_new:
            publication = _next_publication(db, company, manifest, release_id, as_of, verdict)
            write_meta(db, company, {"kpi": nodes, SAVED_SCHEMA: saved}, verdict, publication)
            _write_ledger(db, company, publication, manifest, draft)
            documents = draft / DOCUMENTS
            write_documents(db, documents, manifest.parent, company.settings.name)
        db.execute("detach warehouse")
        db.execute("checkpoint")
    if is_new:
        assert not (draft / "kpi.duckdb.wal").exists()
        for file in draft.rglob("*"):
            if file.is_file():
                file.chmod(0o444)
        if verdict.files is not None:
            shutil.copytree(verdict.files, draft / "gate")
        draft.rename(folder)
    return Release(release_id, folder, len(nodes), is_new)


def _name(company: Company, base: str) -> tuple[str, bool]:
    """The id of the release, and whether it is another than the current one."""
    current, publications = current_release(company), Ledger(company.releases).publications()
    taken = {publication.release_id for publication in publications}
    if current and current.name in taken and re.fullmatch(rf"{re.escape(base)}(-\d+)?", current.name):
        return current.name, False
    taken |= {path.name for path in company.releases.iterdir()}
    names = (base if number == 1 else f"{base}-{number}" for number in itertools.count(1))
    return next(name for name in names if name not in taken), True


def _next_publication(
    db: duckdb.DuckDBPyConnection,
    company: Company,
    manifest: Path,
    release_id: str,
    as_of: dt.datetime,
    verdict: Verdict,
) -> Publication:
    """The record of this publication; where the clock was set back it is dated as the one before."""
    last = Ledger(company.releases).last()
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    return Publication(
        number=last.number + 1 if last else 1,
        release_id=release_id,
        published_at=max(now, last.published_at) if last else now,
        as_of=as_of,
        project_version=version("leitstand"),
        code_version=code_version(manifest),
        definition_version=definition_version(company.definitions),
        variables=company.vars.model_dump(mode="json"),
        last_load=_scalar(db, "select coalesce(max(load_number), 0) from warehouse.landing.loads"),
        data_version=_data_version(db),
        weakened=_weakened(verdict),
    )


def _weakened(verdict: Verdict) -> Weakened | None:
    """The record of a request to publish weakened, where there is one."""
    request = verdict.weakening
    if request is None:
        return None
    return Weakened(
        reason=request.reason,
        by=request.by,
        at=request.at,
        weakened_marts=verdict.weakened_marts,
        failed_checks=verdict.failed_checks,
    )


def _data_version(db: duckdb.DuckDBPyConnection) -> str:
    """A digest of what has landed: it changes with every file."""
    landed = db.execute(
        "select load_number, connection, entity, file_name, file_hash, mapping_hash, rows_landed "
        "from warehouse.landing.files order by all"
    ).fetchall()
    return hashlib.sha256(repr(landed).encode()).hexdigest()[:12]


def _comment(db: duckdb.DuckDBPyConnection, node: dict[str, Any], schema: str = "kpi") -> None:
    """Carry the descriptions of a model, or of a saved query, to the published table."""
    columns = {
        column["name"]: commented(column["description"], column["config"]["meta"])
        for column in node["columns"].values()
    }
    comment(db, f"kpi.{identifier(schema)}.{identifier(node['name'])}", node["description"], columns)


def refuse_personal_data(db: duckdb.DuckDBPyConnection, table: str) -> None:
    """Nothing of a `schema.table` may identify a person: no column's name or values, nor its description.

    Raises:
        ChecksFailed: names the column, and what was found in how many of its values.
    """
    description = _scalar(
        db,
        "select coalesce(any_value(comment), '') from duckdb_tables() "
        f"where database_name = 'kpi' and schema_name || '.' || table_name = {literal(table)}",
    )
    _refuse(f"{table}, its description", personal.kinds(description))
    source = ".".join(map(identifier, ("kpi", *table.split(".", 1))))
    for name, data_type, *_ in db.execute(f"describe {source}").fetchall():
        found = ["a column of single persons"] if re.search(personal.COLUMN, name) else []
        if not found and data_type in ("VARCHAR", "VARCHAR[]") and name not in _DIGESTS:
            text = identifier(name) if data_type == "VARCHAR" else f"unnest({identifier(name)})"
            for kind, pattern in personal.VALUES.items():
                hits = _scalar(
                    db,
                    f"select count(*) from (select distinct {text} as value from {source}) "
                    f"where regexp_matches(value, {literal(pattern)})",
                )
                found += [f"{hits} values with {kind}"] if hits else []
        _refuse(f"{table}, column {name!r}", found)


def refuse_named(db: duckdb.DuckDBPyConnection, company: Company) -> None:
    """No text of any table of the release may name a person of the sources; the warehouse is attached.

    Raises:
        ChecksFailed: names the table and column, and what was found in how many of its values.
    """
    note_persons(db, "warehouse", company.settings.connections, Lake(company.lake))
    tables = db.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = 'kpi' and not temporary"
    ).fetchall()
    for found in find_persons(db, "kpi", [table for (table,) in tables]):
        _refuse(f"{found.table}, column {found.column!r}", [f"{found.values} values with {found.kind}"])


def _refuse(where: str, found: list[str]) -> None:
    if found:
        raise ChecksFailed(
            f"{where}: expected nothing that identifies a person, found {', '.join(found)}. Remove it from "
            f"the model, the definitions or the settings; nothing is published."
        )


def _digest(db: duckdb.DuckDBPyConnection, draft: Path, company: Company, verdict: Verdict) -> str:
    """A digest of figures and metrics, and of what the release says of their data, checks and definitions."""
    digest = hashlib.sha256()
    for file in [*sorted(draft.glob("*.parquet")), draft / MANIFEST]:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    digest.update(repr(db.execute("from meta.data_state").fetchall()).encode())
    digest.update(repr((verdict, definition_version(company.definitions), version("leitstand"))).encode())
    return digest.hexdigest()[:10]


def _write_ledger(
    db: duckdb.DuckDBPyConnection, company: Company, publication: Publication, manifest: Path, draft: Path
) -> None:
    """Append the publication to the ledger, and give the release what the ledger holds."""
    ledger = Ledger(company.releases)
    prepare(ledger, publication, company, manifest, draft / "kpi_scorecard.parquet")
    db.execute(
        f"""
        insert into meta.ledger by name
        select * replace (
            coalesce(publication_number, 0) as publication_number,
            coalesce(period_type, 'month') as period_type
        )
        from {ledger.read(db, VALUES)}
        order by publication_number, release_id, kpi, period_type, period_start, scope
        """
    )
    write_agreements(db, ledger, publication)
    table = f"kpi.kpi.{RESTATEMENT_TABLE}"
    db.execute(f"insert into {table} by name from {ledger.read(db, RESTATEMENT)}")
    for own in (f"kpi.{RESTATEMENT_TABLE}", *(f"meta.{name}" for name in META)):
        refuse_personal_data(db, own)
    refuse_named(db, company)
    db.execute(f"copy {table} to {literal(draft / f'{RESTATEMENT_TABLE}.parquet')} (format parquet)")
    ledger.put(publication)


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
