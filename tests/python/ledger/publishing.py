"""Small publications, made without a build, in the order of `leitstand publish`: a hidden folder,
the ledger's record, the folder under its name, the link.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb

from leitstand.config import Company
from leitstand.ledger import VALUES, Ledger, Publication, Weakened
from leitstand.publish import Release, _settle, make_current

ROWS = 20_000


def write(
    company: Company,
    value: int,
    published_at: str,
    as_of: str = "2026-07-01T04:00:00",
    weakened: Weakened | None = None,
) -> Release:
    """Write a release whose every figure is one value, and its publication; `make_current` shows it."""
    _settle(company)
    ledger = Ledger(company.releases)
    last = ledger.last()
    number = last.number + 1 if last else 1
    release_id = f"{as_of[:10]}-{value:010x}"
    hidden, folder = company.releases / ".draft", company.releases / release_id
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir(parents=True)
    with duckdb.connect(str(hidden / "kpi.duckdb")) as db:
        db.execute("create schema kpi.kpi; create schema meta; create schema metrics; create schema semantic")
        db.execute(f"create table metrics.monthly as select {value} as value")
        db.execute("create table semantic.sums as select 1 as value")
        db.execute(
            f"create table kpi.kpi.kpi_scorecard as select range as row_number, {value} as value "
            f"from range({ROWS})"
        )
        db.execute(
            f"create table meta.release as select '{release_id}' as release_id, ['a'] as weakened_marts"
        )
        db.execute(
            "create table meta.columns as select 'kpi' as schema_name, 'kpi_scorecard' as table_name, "
            "'row_number' as column_name, "
            "'bigint' as data_type, true as is_key"
        )
    (hidden / "kpi.duckdb").chmod(0o444)
    draft = ledger.begin()
    duckdb.execute(
        f"copy (select 'mqls' as kpi, 'month' as period_type, date '2026-06-01' as period_start, "
        f"'company:company' as scope, '{release_id}' as release_id, {number} as publication_number, "
        f"{value}::double as value) to '{draft / VALUES}' (format parquet)"
    )
    ledger.put(
        Publication(
            number=number,
            release_id=release_id,
            published_at=dt.datetime.fromisoformat(published_at),
            as_of=dt.datetime.fromisoformat(as_of),
            project_version="1",
            code_version="1",
            definition_version="1",
            variables={},
            last_load=number,
            data_version="1",
            weakened=weakened,
        )
    )
    hidden.rename(folder)
    return Release(release_id, folder, 1, True)


def publish(company: Company, value: int, published_at: str, as_of: str = "2026-07-01T04:00:00") -> Path:
    """Write a release and show it."""
    release = write(company, value, published_at, as_of)
    make_current(company, release)
    return release.folder
