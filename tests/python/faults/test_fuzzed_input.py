"""Bad files and rows, generated: each gives a clear error or goes to quarantine, and no figure moves.

LEITSTAND_FUZZ sets another number of cases than 300, four rows to one file.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from faults.fuzzed_files import HEADER, MAPPING, SOUND, File, files, rows, written
from leitstand.errors import BadInput
from tiny_company import TinyCompany

CASES = int(os.environ.get("LEITSTAND_FUZZ", "300"))
SEED = 5
GOOD = written([HEADER, ("Miete", *SOUND[1:5], "1250.50", "EUR"), ("Stand", *SOUND[1:5], "-40.25", "EUR")])
FIGURES = (
    "select currency, sum(amount) as amount from raw_crm.other_costs group by currency order by currency"
)


@pytest.fixture
def company(tmp_path: Path) -> TinyCompany:
    """A company with two costs, landed."""
    tiny = TinyCompany(tmp_path / "company").connect(MAPPING)
    tiny.export("costs.csv", GOOD)
    tiny.land()
    return tiny


def test_every_row_lands_as_it_stands_or_is_quarantined_with_its_column(company: TinyCompany) -> None:
    before = company.rows(FIGURES)
    given = rows(SEED, CASES * 4 // 5)
    company.export("costs_rows.csv", written([HEADER, *(row.cells for row in given)]))
    (record,) = (file for file in company.land().files if file.file_name == "costs_rows.csv")

    faulty = [row for row in given if row.fault]
    assert (record.rows_read, record.rows_quarantined) == (len(given), len(faulty))
    landed = company.rows("select item from raw_crm.other_costs where file_name = 'costs_rows.csv'")
    assert sorted(item for (item,) in landed) == sorted(row.item for row in given if not row.fault)
    quarantine = company.rows("select line_number, column_name from landing.quarantine where reason <> ''")
    assert set(quarantine) == {(line, row.fault) for line, row in enumerate(given, 2) if row.fault}
    assert company.rows(FIGURES) == before == [("EUR", pytest.approx(1210.25))]


def test_every_file_lands_whole_or_is_refused_by_name(company: TinyCompany) -> None:
    before, landed = company.rows(FIGURES), 0
    for number, file in enumerate(files(SEED, CASES // 5)):
        landed += _lands(company, f"costs_{number:04}.csv", file)
    assert landed > 0
    assert company.rows(FIGURES) == before
    assert company.rows("select count(*) from landing.quarantine") == [(0,)]


def _lands(company: TinyCompany, name: str, file: File) -> bool:
    """Land one file and say whether it went in; whatever else happens is a failure."""
    path = company.export(name, file.content)
    count = "select count(*) from raw_crm.other_costs"
    before = company.rows(count)
    try:
        result = company.land()
    except BadInput as refusal:
        assert not file.is_sound, f"{file.kind}: {refusal}"
        assert name in str(refusal) and "expected" in str(refusal) and "found" in str(refusal), file.kind
        assert company.rows(count) == before
        return False
    finally:
        path.unlink()
    assert file.is_sound, f"{file.kind} landed: {file.content[:200]!r}"
    (record,) = result.files
    assert record.rows_landed == record.lines_read > 0
    return True
