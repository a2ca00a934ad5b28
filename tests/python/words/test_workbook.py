"""The workbook read back with another library, and held against the published file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from small_release import RELEASE_ID, make_small_release

from leitstand.errors import BadInput, LeitstandError
from leitstand.words.figures import read_record
from leitstand.words.shape import wording, write
from leitstand.workbook import write_workbook

HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "<b>&\x0b", "https://example.org/x"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small release with names that a spreadsheet could take for formulas."""
    rows = ", ".join(f"('hostile{i}', $${name}$$, $${name}$$, true)" for i, name in enumerate(HOSTILE))
    folder = tmp_path_factory.mktemp("hostile") / RELEASE_ID
    return make_small_release(folder, f"insert into kpi.kpi.dim_channel values {rows}")


@pytest.fixture(scope="module")
def book(release: Path) -> Workbook:
    """The workbook of it, in German."""
    file = release.parent / "tables.xlsx"
    written = write_workbook(release, file, "de")
    assert (written.file, written.release_id) == (file, RELEASE_ID)
    return load_workbook(file)


def published(release: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(release / "kpi.duckdb", read_only=True) as db:
        return db.execute(query).fetchall()


def test_every_table_has_the_values_of_the_release(release: Path, book: Workbook) -> None:
    tables = [
        name
        for (name,) in published(release, "select table_name from duckdb_tables() where schema_name = 'kpi'")
    ]
    assert len(tables) == 12
    for table in tables:
        rows = published(release, f"select * from kpi.kpi.{table} order by all")
        heading, *cells = book[table].iter_rows(values_only=True)
        names = [row[0] for row in published(release, f"describe kpi.kpi.{table}")]
        assert list(heading) == names
        assert len(cells) == len(rows)
        for row, shown in zip(rows, cells, strict=True):
            for value, expected in zip(shown, row, strict=True):
                assert _plain(value) == _close(_plain(expected))


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Decimal | int | float):
        return float(value)
    if isinstance(value, dt.date):
        return dt.datetime.fromisoformat(str(value))
    return value.replace("_x000B_", "\x0b")


def _close(value: Any) -> Any:
    """A workbook keeps sixteen digits of a number."""
    return pytest.approx(value, rel=1e-15) if type(value) is float else value


def test_numbers_are_numbers_in_their_own_format(book: Workbook) -> None:
    sheet = book["kpi_scorecard"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    formats = {
        (sheet.cell(row, columns["kpi"]).value, name): sheet.cell(row, columns[name]).number_format
        for row in range(2, sheet.max_row + 1)
        for name in ("value", "period_start", "mature_share", "sample_size")
    }
    assert formats["win_rate", "value"] == "0.0%"
    assert formats["new_pipeline_amount", "value"] == "#,##0.00"
    assert formats["mqls", "value"] == "#,##0"
    assert formats["win_rate", "period_start"] == "yyyy-mm-dd"
    assert formats["mql_to_sal_rate", "mature_share"] == "0.0%"
    assert formats["win_rate", "sample_size"] in ("#,##0", "General")


def test_a_rate_of_amounts_is_in_per_cent_here_and_in_sentences(tmp_path: Path) -> None:
    """As on the pages; a multiple is one everywhere."""
    folder = make_small_release(
        tmp_path / RELEASE_ID,
        "insert into kpi.kpi.kpi_scorecard by name (select * replace ('budget_variance_rate' as kpi) "
        "from kpi.kpi.kpi_scorecard where kpi = 'marketing_roi')",
    )
    write_workbook(folder, tmp_path / "tables.xlsx", "de")
    record, words = read_record(folder), wording("de", "EUR")
    sheet = load_workbook(tmp_path / "tables.xlsx")["kpi_scorecard"]
    columns = {cell.value: cell.column - 1 for cell in sheet[1]}
    shown = {}
    for row in sheet.iter_rows(min_row=2):
        entry = record.entry(row[columns["kpi"]].value, "month", dt.date(2026, 6, 1))
        if entry and (figure := entry.figure("value")):
            shown[entry.subject] = (row[columns["value"]].number_format, str(write(figure, words)))
    assert shown["budget_variance_rate"] == ("0.0%", "\N{MINUS SIGN}25,6\N{NO-BREAK SPACE}%")
    assert shown["marketing_roi"] == ("#,##0.00", "\N{MINUS SIGN}0,26")


def test_no_text_is_a_formula_or_a_link(book: Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    quoted = {cell.value for cell in cells if cell.quotePrefix}
    assert set(HOSTILE[:4]) <= quoted


def test_headings_stay_and_columns_are_wide_enough(book: Workbook) -> None:
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        for cells in sheet.iter_cols(min_row=1, max_row=1):
            width = sheet.column_dimensions[cells[0].column_letter].width
            assert width >= min(len(str(cells[0].value or "")), 60)


def test_it_says_which_release_it_is_and_what_kpis_are(book: Workbook) -> None:
    assert book.sheetnames[:3] == ["Veröffentlichung", "Definitionen", "Spalten"]
    about = {row[0]: row[1] for row in book["Veröffentlichung"].iter_rows(min_row=2, values_only=True)}
    assert about["release_id"] == RELEASE_ID
    assert about["as_of"] == dt.datetime(2026, 7, 1, 4)
    heading, row = book["Definitionen"].iter_rows(values_only=True)
    assert heading[:4] == ("Nr.", "Kennzahl", "Formel", "Einheit")
    assert row == (
        "K11",
        "Abschlussquote",
        "Gewonnene ÷ abgeschlossene",
        "share",
        "higher",
        "ratio",
        "Sales",
        "win_rate",
    )
    assert RELEASE_ID in str(book["kpi_scorecard"].oddFooter.left.text)


def test_the_same_release_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        write_workbook(release, file, "en")
    assert files[0].read_bytes() == files[1].read_bytes()


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    folder = make_small_release(
        tmp_path / RELEASE_ID, "insert into kpi.kpi.dim_channel values ('x', repeat('y', 32768), 'x', true)"
    )
    with pytest.raises(LeitstandError, match=r"dim_channel, row 4: expected a text of at most 32,767"):
        write_workbook(folder, tmp_path / "tables.xlsx", "en")
    with pytest.raises(BadInput, match=r"ends with \.xlsx"):
        write_workbook(folder, tmp_path / "tables.csv", "en")
    assert [path.name for path in tmp_path.iterdir()] == [RELEASE_ID]
