"""Files whose structure is not what the mapping expects."""

from __future__ import annotations

import duckdb
import pytest
from landing_cases import HEADER, LEADS, ROW, WIDE, refused


def test_missing_column(leads):
    tiny = leads("Lead-ID;Angelegt am;Firma\nL1;2026-01-02;Müller\n")
    refused(
        tiny,
        "exports/crm/leads.csv, line 1, column 'Land'",
        "expected this column, which feeds persons.country",
        "found the columns 'Lead-ID', 'Angelegt am', 'Firma'",
    )


def test_renamed_column_names_the_nearest(leads):
    tiny = leads("Lead ID;Angelegt am;Firma;Land\nL1;2026-01-02;Müller;DE\n")
    refused(tiny, "leads.csv, line 1, column 'Lead-ID'", "persons.source_id", "did you mean 'Lead ID'?")


def test_extra_column(leads):
    tiny = leads("Lead-ID;Angelegt am;Firma;Land;Budget\nL1;2026-01-02;Müller;DE;5\n")
    refused(tiny, "leads.csv, line 1, column 'Budget'", "found 1 more", "'ignore'")


def test_extra_column_without_a_name(leads):
    tiny = leads("Lead-ID;Angelegt am;Firma;Land;\nL1;2026-01-02;Müller;DE;\n")
    refused(tiny, "leads.csv, line 1, column ''", "found 1 more")


def test_column_twice(leads):
    tiny = leads("Lead-ID;Angelegt am;Firma;Land;Firma\nL1;2026-01-02;Müller;DE;x\n")
    refused(tiny, "leads.csv, line 1, column 'Firma'", "expected each column once", "columns 3 and 5")


def test_single_column_names_the_delimiter_that_works(leads):
    tiny = leads("Lead-ID,Angelegt am,Firma,Land\nL1,2026-01-02,Müller,DE\n")
    refused(tiny, "leads.csv, line 1", "separated by ';'", "a single column", "With ',' it has 4")


def test_blank_first_line(leads):
    refused(
        leads(f"\n{HEADER}{ROW}"), "leads.csv, line 1", "expected the columns 'Lead-ID'", "found a blank line"
    )


@pytest.mark.parametrize(
    ("line", "found", "column"),
    [
        ("L2;2026-01-02;Beta", "3 values", ", column 'Land'"),
        ("L2;2026-01-02;Beta;DE;x", "5 values", ""),
        ("", "a blank line", ""),
    ],
    ids=["short", "long", "blank"],
)
def test_ragged_line(leads, line, found, column):
    tiny = leads(f"{HEADER}{ROW}{line}\n{ROW}")
    refused(tiny, f"leads.csv, line 3{column}: expected 4 values, one a column, found {found}")


def test_unbalanced_quote_to_the_end(leads):
    tiny = leads(f'{HEADER}{ROW}L2;2026-01-02;"Beta;DE\n{ROW}{ROW}')
    refused(tiny, "leads.csv, line 3, column 'Firma'", "expected quotes in pairs", "runs on to line 5")


def test_unbalanced_quote_closed_by_a_later_one(leads):
    tiny = leads(f'{HEADER}L2;2026-01-02;"Beta;DE\nL3;2026-01-02;"Gamma";DE\n')
    refused(tiny, "leads.csv, line 2, column 'Firma'", "expected quotes in pairs", "runs on to line 3")


def test_quote_closed_too_early(leads):
    tiny = leads(f'{HEADER}L2;2026-01-02;"Beta" GmbH;DE\n')
    refused(tiny, "leads.csv, line 2, column 'Firma'", "closes too early")


def test_unbalanced_quote_in_the_header(leads):
    refused(leads(f'Lead-ID;"Angelegt am;Firma;Land\n{ROW}'), "leads.csv, line 1", "expected quotes in pairs")


@pytest.mark.parametrize("content", ["", "\n\n", b"\xef\xbb\xbf"], ids=["nothing", "blank", "mark"])
def test_empty_file(leads, content):
    refused(leads(content), "leads.csv: expected a header and rows, found an empty file")


def test_full_yesterday_empty_today(leads):
    tiny = leads(HEADER + ROW + ROW.replace("L1", "L2"))
    tiny.land()
    tiny.export("leads.csv", HEADER)
    refused(
        tiny, "leads.csv, line 1", "expected rows below the header, as in load 1, which had 2", "empty now"
    )


def test_full_yesterday_empty_today_under_a_new_date(leads):
    tiny = leads(leads_0701=HEADER + ROW)
    tiny.land()
    (tiny.folder / "exports/crm/leads_0701.csv").unlink()
    tiny.export("leads_0702.csv", HEADER)
    refused(tiny, "leads_0702.csv, line 1", "as in load 1, which had 1")


def test_empty_again_after_it_was_full(leads):
    tiny = leads(HEADER)
    assert tiny.land().load_number == 1
    tiny.export("leads.csv", HEADER + ROW)
    tiny.land()
    tiny.export("leads.csv", HEADER)
    refused(tiny, "leads.csv, line 1", "as in load 2, which had 1")


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"PK\x03\x04", "a zip or Excel file"), (b"\x1f\x8b\x08", "a gzip file"), (b"PAR1", "a Parquet file")],
)
def test_file_that_changed_type(leads, start, kind):
    refused(leads(start + b"\x00\x01\x02"), "leads.csv, line 1", "expected text in utf-8", f"found {kind}")


def test_parquet_that_is_none(leads):
    tiny = leads(mapping=LEADS.replace("leads*.csv", "leads.parquet"))
    tiny.export("leads.parquet", HEADER + ROW)
    refused(tiny, "leads.parquet: expected a Parquet file, found none that can be read")


def test_parquet_without_a_column(leads):
    tiny = leads(mapping=LEADS.replace("leads*.csv", "leads.parquet"))
    path = tiny.export("leads.parquet", b"")
    path.unlink()
    duckdb.sql('select 1 as "Lead-ID", 2 as "Firma", 3 as "Land"').write_parquet(str(path))
    refused(tiny, "leads.parquet, line 1, column 'Angelegt am'", "persons.created_at")


def test_parquet_that_mixes_text_and_numbers_in_a_wide_table(leads):
    tiny = leads(mapping=WIDE.replace("rates.csv", "rates.parquet"))
    path = str(tiny.export("rates.parquet", b""))
    duckdb.sql('select date \'2026-01-02\' as "Date", 1.1 as "USD", \'0.9\' as "GBP"').write_parquet(path)
    refused(tiny, "rates.parquet, line 1, column 'GBP'", "expected a number", "a column of text")


def test_several_faulty_files_are_counted(leads):
    tiny = leads(leads_1="", leads_2="\n", leads_3=HEADER + ROW, leads_4="x")
    refused(tiny, "leads_1.csv", "an empty file", "(2 more files are at fault.)")


def test_one_bad_file_keeps_all_connections_out(leads):
    tiny = leads(HEADER + ROW)
    tiny.connect(LEADS, "web")
    tiny.export("leads.csv", "", "web")
    refused(tiny, "exports/web/leads.csv", "an empty file")
