"""Restatements end to end, with whole builds: `make verify-restatements`.

A company of three records publishes again and again: after records were corrected and arrived late, after two
became one; others under another agreement, and after one was erased. Expected values are counted by hand.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from running import KEY, LEADS, Company, in_a_process, leitstand, run_own_company

JANUARY = "month 2026-01-01"


def parts(company: Company, kpi: str, period: str = JANUARY) -> dict[str, tuple[Decimal, int]]:
    """Why a figure of the company differs from the publication before."""
    rows = company.published(
        "select cause, difference, leads from kpi.kpi.kpi_restatement "
        "inner join meta.release using (release_id) "
        f"where kpi = '{kpi}' and period_type || ' ' || period_start = '{period}' "
        "and scope = 'company:company'"
    )
    return {cause: (difference, leads) for cause, difference, leads in rows}


def run(folder: Path) -> Company:
    return Company(folder, in_a_process("run", "--json", "-c", str(folder), key=KEY, seconds=1800).json)


@pytest.fixture(scope="module")
def publications(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each publication said about January, in the order of the publications."""
    company = run_own_company(tmp_path_factory.mktemp("restated") / "acme")
    leads, found = company.folder / "files" / "crm" / "leads.csv", {}
    first_page = Path(company.run["page"]).read_bytes()

    # Ben came in December already, and Cora's record arrives late: of two inquiries one leaves, one comes
    changed = (
        LEADS.replace("2,2026-01-06", "2,2025-12-06") + "4,2026-01-08 10:00:00,cora@haus.example,website\n"
    )
    leads.write_text(changed)
    found["corrected and late"] = parts(run(company.folder), "inquiries")

    # Cora is Anna, as the address says that her record has now
    leads.write_text(changed.replace("cora@haus.example", "anna@firma.example"))
    again = run(company.folder)
    found["merged"] = parts(again, "inquiries")

    found["company"], found["first page"] = again, first_page
    return found


def test_corrected_and_late_leads_are_told_apart(publications: dict[str, Any]) -> None:
    assert publications["corrected and late"] == {"corrected": (Decimal(-1), 1), "late": (Decimal(1), 1)}


def test_two_leads_that_become_one(publications: dict[str, Any]) -> None:
    assert publications["merged"] == {"merged": (Decimal(-1), 1)}


def test_every_difference_between_publications_is_explained(publications: dict[str, Any]) -> None:
    company: Company = publications["company"]
    assert (
        company.published(
            """
        with pairs as (
            select
                new.release_id, kpi, period_type, period_start, scope,
                cast(coalesce(new.value, 0) as decimal(38, 12))
                - cast(coalesce(old.value, 0) as decimal(38, 12)) as difference
            from meta.ledger as old
            inner join meta.ledger as new using (kpi, period_type, period_start, scope)
            where new.publication_number = old.publication_number + 1
        ),

        explained as (
            select release_id, kpi, period_type, period_start, scope, sum(difference) as difference
            from kpi.kpi.kpi_restatement
            group by all
        )

        select * from pairs
        left join explained using (release_id, kpi, period_type, period_start, scope)
        where pairs.difference <> coalesce(explained.difference, 0)
        """
        )
        == []
    )
    assert company.published("select count(distinct publication_number) from meta.ledger") == [(3,)]


def test_a_changed_agreement_is_a_cause_of_its_own(tmp_path: Path) -> None:
    """Another agreement accepts nobody, and a lead arrives with it: the former data tell them apart."""
    folder = run_own_company(tmp_path / "acme").folder
    stages = folder / "definitions" / "stage_mapping.csv"
    stages.write_text("".join(line for line in stages.read_text().splitlines(True) if "Accepted" not in line))
    with (folder / "files" / "crm" / "leads.csv").open("a") as leads:
        leads.write("5,2026-01-09 10:00:00,dora@hof.example,website\n")
    company = run(folder)
    assert parts(company, "sals") == {"definition": (Decimal(-1), 1)}
    assert parts(company, "inquiries") == {"late": (Decimal(1), 1)}
    assert not list((folder / "warehouse").glob(".former*"))


def test_an_erased_person_leaves_no_trace_but_the_difference(tmp_path: Path) -> None:
    """Whoever erases Ben takes him out of exports and kept loads, and makes the warehouse from them."""
    folder = run_own_company(tmp_path / "acme").folder
    for name in ("leads.csv", "history.csv"):
        exported = folder / "files" / "crm" / name
        exported.write_text(
            "".join(line for line in exported.read_text().splitlines(True) if line[:2] != "2,")
        )
    for load in (folder / "warehouse" / "lake").glob("0*"):
        record = json.loads((load / "load.json").read_text())
        for kept in record["files"]:
            kept["lines"] = erase(load / kept["parquet"], kept["header"][0], "2")
        (load / "load.json").write_text(json.dumps(record))
    assert leitstand("rebuild", "-c", str(folder)).code == 0
    assert parts(run(folder), "inquiries") == {"erased": (Decimal(-1), 1)}


def erase(file: Path, column: str, value: str) -> int:
    """Remove the rows with a value from a kept file; how many stay."""
    with duckdb.connect() as db:
        db.execute(f"create table kept as from read_parquet('{file}') where {column} <> '{value}'")
        db.execute(f"copy kept to '{file}' (format parquet)")
        ((rows,),) = db.execute("select count(*) from kept").fetchall()
        return int(rows)


def test_the_page_of_a_day_is_the_one_published_then(publications: dict[str, Any]) -> None:
    company: Company = publications["company"]
    record = company.folder / "releases" / "ledger" / "000001" / "publication.json"
    first = json.loads(record.read_text())
    first["published_at"] = "2026-01-31T08:00:00"
    record.write_text(json.dumps(first))
    page = leitstand("report", "--as-published", "2026-02-01", "-c", str(company.folder), "--json").json[
        "page"
    ]
    assert Path(page).read_bytes() == publications["first page"]
    too_early = leitstand("report", "--as-published", "2026-01-30", "-c", str(company.folder))
    assert too_early.code == 2 and "expected a day by which" in " ".join(too_early.err.split())
