"""Write a publication to the ledger: its values, its cases, and why it differs from the one before."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb

from leitstand.config import Company
from leitstand.errors import LeitstandError
from leitstand.land.sql import literal, one_file
from leitstand.ledger import split
from leitstand.ledger.cases import write_cases
from leitstand.ledger.former import write_former_cases
from leitstand.ledger.marks import make_causes, make_marks, write_records
from leitstand.ledger.publications import RESTATEMENT, VALUES, Ledger, Publication, damaged
from leitstand.ledger.tables import RESTATEMENT_COLUMNS
from leitstand.manifest import read_manifest

CASES, RECORDS = "cases.parquet", "records.parquet"


def code_version(manifest: Path) -> str:
    """A digest of the models and macros of the project: it changes whenever the code of a figure may."""
    content = read_manifest(manifest)
    parts = [
        (key, node["checksum"]["checksum"])
        for key, node in content["nodes"].items()
        if node["resource_type"] == "model"
    ]
    parts += [
        (key, macro["macro_sql"])
        for key, macro in content["macros"].items()
        if macro["package_name"] == content["metadata"]["project_name"]
    ]
    return hashlib.sha256(repr(sorted(parts)).encode()).hexdigest()[:12]


def prepare(
    ledger: Ledger, publication: Publication, company: Company, manifest: Path, scorecard: Path
) -> None:
    """Write everything of a publication to the draft of the ledger; `scorecard` is its Parquet file.

    Raises:
        LeitstandError: what the ledger holds of the publication before is damaged.
    """
    draft = ledger.begin()
    spreads_costs = company.vars.allocate_overhead
    write_cases(company.warehouse, manifest, draft / "lineage" / CASES, spreads_costs=spreads_costs)
    shutil.copytree(company.definitions, draft / "definitions")
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        db.execute(f"attach {literal(company.warehouse)} as source (read_only)")
        write_records(db, draft / "lineage" / RECORDS)
        db.execute(f"copy ({_values(publication, scorecard)}) to {literal(draft / VALUES)} (format parquet)")
        former = ledger.last()
        query = _explain(db, ledger, former, publication, company) if former else _nothing()
        db.execute(f"copy ({query}) to {literal(draft / RESTATEMENT)} (format parquet)")


def _values(publication: Publication, scorecard: Path) -> str:
    return f"""
        select
            kpi, period_type, period_start, scope_type || ':' || scope as scope,
            {literal(publication.release_id)} as release_id,
            cast({publication.number} as bigint) as publication_number,
            value
        from read_parquet({one_file(scorecard)})
        order by kpi, period_type, period_start, scope
    """


def _nothing() -> str:
    columns = ", ".join(f"cast(null as {c.data_type}) as {c.name}" for c in RESTATEMENT_COLUMNS)
    return f"select {columns} where false"


def _explain(
    db: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    former: Publication,
    publication: Publication,
    company: Company,
) -> str:
    """SQL of the restatement between the last publication and the one in the draft.

    Where the cases of the last one are gone, no difference can be split.
    """
    lineage, draft = ledger.lineage(former.number), ledger.draft
    _read(db, "former", ledger.path(former.number) / VALUES)
    _read(db, "present", draft / VALUES)
    db.execute(
        """
        create view kpis as select kpi, aggregation from source.definitions.kpis;
        create view period_months as
        select period_type, period_start, month_start from source.intermediate.int_reporting__period_months
        """
    )
    split.begin(db)
    general = _general_causes(former, publication)
    rest = general[-1] if general else "late"
    if not lineage.is_dir():
        return split.finish(publication.release_id, rest)
    _read(db, "before", lineage / CASES)
    _read(db, "after", draft / "lineage" / CASES)
    # what cannot be built again cannot be told apart: it counts for the first cause that it may have
    last, blamed = "before", None
    for cause in general:
        blamed = blamed or cause
        if cause == general[-1] and _has_same_data(former, publication):
            break  # what was built is the former data by the code and the agreement of today
        if _build_again(db, ledger, former, company, cause):
            _blame(db, last, cause, blamed)
            split.add_change(db, last, cause, "causes")
            last, blamed = cause, None
    if blamed:
        _blame(db, last, "after", blamed)
    else:
        make_marks(db, lineage / RECORDS, former.last_load)
        make_causes(db, last, "after", split.LEAD_CAUSES)
    split.add_change(db, last, "after", "causes")
    return split.finish(publication.release_id, rest)


def _general_causes(former: Publication, publication: Publication) -> list[str]:
    """The causes that touch every lead alike, where they apply."""

    def agreement(of: Publication) -> tuple[str, dict[str, object]]:
        kept = of.variables.keys() - {"as_of", "connections"}
        return of.definition_version, {name: of.variables[name] for name in kept}

    causes = ["code"] if former.code_version != publication.code_version else []
    return causes + (["definition"] if agreement(former) != agreement(publication) else [])


def _has_same_data(former: Publication, publication: Publication) -> bool:
    return (former.data_version, former.as_of) == (publication.data_version, publication.as_of)


def _build_again(
    db: duckdb.DuckDBPyConnection, ledger: Ledger, former: Publication, company: Company, cause: str
) -> bool:
    """Make a table of the cases of the former raw data: by the former definitions, or by those of today."""
    target = ledger.draft / "lineage" / f"{cause}.parquet"
    if cause == "code":
        agreement = ledger.path(former.number) / "definitions", former.variables
    else:
        agreement = company.definitions, company.vars.model_dump(mode="json")
    try:
        write_former_cases(company, former, *agreement, target)
    except LeitstandError:
        return False
    _read(db, cause, target)
    target.unlink()
    return True


def _read(db: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    try:
        db.execute(f"create table {name} as from read_parquet({one_file(file)})")
    except duckdb.Error as error:
        raise damaged(file, error) from error


def _blame(db: duckdb.DuckDBPyConnection, before: str, after: str, cause: str) -> None:
    """Name one cause for whatever differs."""
    db.execute(
        f"create or replace temp table causes as "
        f"select case_id, {literal(cause)} as cause "
        f"from (select case_id from {before} union select case_id from {after})"
    )
