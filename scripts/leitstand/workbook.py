"""The published tables as an Excel workbook: numbers are numbers, texts are never formulas."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from leitstand.errors import LeitstandError, bad_input
from leitstand.report.release import Published, open_release, read_head
from leitstand.units import read_as

MOST_ROWS = 1_048_575
WIDEST = 60
NARROWEST = 9
FORMATS = {
    "amount": "#,##0.00",
    "count": "#,##0",
    "number": "#,##0.00",
    "share": "0.0%",
    "year": "0",
    "date": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
}
# What the scorecard's unit says of the numbers of a row.
UNIT_FORMATS = {"share": "share", "count": "count", "ratio": "number", "days": "number", "minutes": "number"}
ROW_UNIT_COLUMNS = frozenset(
    {
        "value",
        "plan",
        "plan_to_date",
        "prior_year",
        "ci_low",
        "ci_high",
        "process_low",
        "process_high",
        "nowcast",
    }
)
SHARES = re.compile(r".*_(?:share|rate)|.*_rate_by_amount|flow_ratio|cumulative_incidence|spread")
YEARS = re.compile(r"fiscal_(?:year|quarter|period)|sort_order|.*_rank|gravity|.*_number")
# A spreadsheet takes a text that begins so for a formula once somebody edits its cell.
FORMULA = re.compile(r"[=+\-@\t\r]")

TEXTS = {
    "en": {
        "release": "Release",
        "field": "Field",
        "value": "Value",
        "definitions": "Definitions",
        "columns": "Columns",
        "kpi_number": "No.",
        "label": "KPI",
        "formula": "Formula",
        "unit": "Unit",
        "direction": "Better",
        "aggregation": "Over months",
        "owner": "Owner",
        "kpi": "Name in tables",
    },
    "de": {
        "release": "Veröffentlichung",
        "field": "Angabe",
        "value": "Wert",
        "definitions": "Definitionen",
        "columns": "Spalten",
        "kpi_number": "Nr.",
        "label": "Kennzahl",
        "formula": "Formel",
        "unit": "Einheit",
        "direction": "Besser",
        "aggregation": "Über Monate",
        "owner": "Verantwortlich",
        "kpi": "Name in Tabellen",
    },
}


@dataclass(frozen=True)
class Written:
    """What was written: the file, its sheets, and the rows of all tables."""

    file: Path
    release_id: str
    sheets: int
    rows: int


def write_workbook(release: Path, file: Path, language: str) -> Written:
    """Write every published table of a release to a workbook, one sheet a table.

    The first sheets say which release it is, what each KPI is made of, and what each column means; headings
    of tables stay those of the contract. The same release gives the same bytes.

    Parameters:
        release: the folder of the release, `releases/<id>`.
        file: what to write, a name that ends with `.xlsx`; written as a whole or not at all.
        language: `de` or `en`, for labels and definitions.

    Raises:
        BadInput: the file's name has another ending, or the folder holds no published file.
        LeitstandError: a table or text is larger than Excel can hold.
    """
    if file.suffix.lower() != ".xlsx":
        raise bad_input(
            str(file), expected="a file name that ends with .xlsx", found=repr(file.name), remedy="Rename it."
        )
    draft = file.with_name(f".{file.name}.draft")
    try:
        with open_release(release) as published:
            written = _write(published, draft, file, language)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return written


def _write(published: Published, draft: Path, file: Path, language: str) -> Written:
    head, texts = read_head(published), TEXTS[language]
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(draft), options) as book:
        book.set_properties({"title": f"Leitstand {head.release_id}", "created": head.published_at})
        sheets = _Sheets(book, f"{head.release_id}, {head.reporting_currency}")
        sheets.add(texts["release"], (texts["field"], texts["value"]), _about(published))
        sheets.add(texts["definitions"], *_definitions(published, language))
        sheets.add(
            texts["columns"], *_table(published, "meta.columns", "schema_name, table_name, column_name")
        )
        tables = [
            row["name"]
            for row in published.rows(
                "select table_name as name from duckdb_tables() where schema_name = 'kpi' "
                "order by table_name not like 'kpi\\_%' escape '\\', table_name"
            )
        ]
        rows = sum(sheets.add(table, *_table(published, f"kpi.kpi.{table}", "all")) for table in tables)
        return Written(file, head.release_id, len(book.worksheets()), rows)


def _about(published: Published) -> list[tuple[Any, ...]]:
    (row,) = published.rows("select * from meta.release order by published_at desc limit 1")
    return [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else value)
        for name, value in row.items()
    ]


def _definitions(published: Published, language: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    texts = TEXTS[language]
    rows = published.rows(
        f"""
        select
            kpi_number, label_{language} as label, formula_{language} as formula, unit, direction,
            aggregation, owner, kpi
        from kpi.kpi.dim_kpi
        order by kpi_number, kpi
        """
    )
    columns = ("kpi_number", "label", "formula", "unit", "direction", "aggregation", "owner", "kpi")
    return tuple(texts[name] for name in columns), [tuple(row[name] for name in columns) for row in rows]


def _table(published: Published, table: str, order: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    rows = published.rows(f"select * from {table} order by {order}")
    if rows:
        return tuple(rows[0]), [tuple(row.values()) for row in rows]
    described = published.rows(f"describe {table}")
    return tuple(row["column_name"] for row in described), []


class _Sheets:
    """Adds sheets to a workbook, each with a frozen heading and columns as wide as what stands in them."""

    def __init__(self, book: Workbook, footer: str) -> None:
        self._book = book
        self._footer = footer
        self._formats: dict[str, Format] = {
            name: book.add_format({"num_format": pattern}) for name, pattern in FORMATS.items()
        }
        self._heading = book.add_format({"bold": True, "bg_color": "#e8ecf3", "bottom": 1})
        self._quoted = book.add_format({"quote_prefix": True})

    def add(self, name: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> int:
        """Add a sheet and give the number of its rows."""
        if len(rows) > MOST_ROWS:
            raise LeitstandError(
                f"table {name}: expected at most {MOST_ROWS:,} rows for a sheet, found {len(rows):,}. "
                f"Read it from kpi.duckdb or its Parquet file."
            )
        sheet = self._book.add_worksheet(name)
        kpi, unit = (columns.index(name) if name in columns else None for name in ("kpi", "unit"))
        widths = [len(column) + 3 for column in columns]
        for i, column in enumerate(columns):
            sheet.write_string(0, i, column, self._heading)
        for number, row in enumerate(rows, start=1):
            row_unit = read_as(str(row[kpi]), str(row[unit])) if kpi is not None and unit is not None else ""
            for i, value in enumerate(row):
                if value is not None:
                    length = self._cell(sheet, number, i, value, _format_of(columns[i], value, row_unit))
                    widths[i] = max(widths[i], length)
        for i, width in enumerate(widths):
            sheet.set_column(i, i, min(max(width, NARROWEST), WIDEST))
        sheet.freeze_panes(1, 0)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        sheet.set_footer(f"&L{self._footer}&R&P/&N")
        return len(rows)

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Any, shape: str) -> int:
        """Write one cell and give about how many characters it shows."""
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
            return 6
        if isinstance(value, int | float | Decimal):
            sheet.write_number(row, column, float(value), self._formats[shape])
            return len(f"{value:,.2f}")
        if isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, self._formats[shape])
            return 17 if isinstance(value, dt.datetime) else 11
        text = ", ".join(value) if isinstance(value, list) else str(value)
        shape_of_text = self._quoted if FORMULA.match(text) else None
        if sheet.write_string(row, column, text, shape_of_text) != 0:
            raise LeitstandError(
                f"sheet {sheet.get_name()}, row {row + 1}: expected a text of at most 32,767 characters, "
                f"found {len(text):,}. Shorten it in the source system."
            )
        return len(text)


def _format_of(column: str, value: Any, unit: str) -> str:
    """How a number or date of a column is shown; the scorecard's rows by their unit."""
    if isinstance(value, dt.datetime):
        return "instant"
    if isinstance(value, dt.date):
        return "date"
    if column in ROW_UNIT_COLUMNS and unit:
        return UNIT_FORMATS.get(unit, "amount")
    if YEARS.fullmatch(column):
        return "year"
    if SHARES.fullmatch(column):
        return "share"
    return "count" if isinstance(value, int) else "number"
