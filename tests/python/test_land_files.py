"""Files as they come: encodings, delimiters, line ends, order of columns, wide files, Parquet, folders."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiny_company import TinyCompany

ACCOUNTS = """
defaults: {%s}
files:
  - file: %s
    feeds:
      - entity: accounts
        columns: {source_id: Nr, name: Firma, industry: Branche}
"""
NAMES = "select source_id, name, industry, line_number from raw_crm.accounts order by line_number, source_id"
TEXT = "Nr;Firma;Branche\n1;Müller & Söhne;Maß\n2;Größe;\n"
LANDED = [("1", "Müller & Söhne", "Maß", 2), ("2", "Größe", None, 3)]


@pytest.mark.parametrize(
    ("said", "written"),
    [("utf-8", "utf-8"), ("utf-8", "utf-8-sig"), ("latin-1", "latin-1"), ("windows-1252", "cp1252")],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_encodings_and_line_ends(make_company, said, written, line_end):
    content = TEXT.replace("\n", line_end).encode(written)
    tiny = make_company(ACCOUNTS % (f"encoding: {said}, delimiter: ';'", "a.csv"), {"a.csv": content})
    tiny.land()
    assert tiny.rows(NAMES) == LANDED


def test_euro_in_windows_1252(make_company):
    content = "Nr;Firma;Branche\n1;Preis € 5 – „gut“;x\n".encode("cp1252")
    tiny = make_company(ACCOUNTS % ("encoding: windows-1252, delimiter: ';'", "a.csv"), {"a.csv": content})
    tiny.land()
    assert tiny.rows(NAMES) == [("1", "Preis € 5 – „gut“", "x", 2)]


@pytest.mark.parametrize(
    ("name", "said", "delimiter"),
    [
        ("a.csv", "", ","),
        ("a.csv", "delimiter: '|'", "|"),
        ("a.tsv", "", "\t"),
        ("a.csv", 'delimiter: "\\t"', "\t"),
    ],
)
def test_delimiters(make_company, name, said, delimiter):
    tiny = make_company(ACCOUNTS % (said, name), {name: TEXT.replace(";", delimiter)})
    tiny.land()
    assert tiny.rows(NAMES) == LANDED


def test_lines_are_counted_through_quoted_line_breaks(make_company):
    text = 'Nr;"Fir\nma";Branche\n1;"A\r\n\nB";x\n2;"say ""hi""; ok";y\n3;C;"z\n"\n4;D;\n\n\n'
    tiny = make_company(
        ACCOUNTS.replace("name: Firma", 'name: "Fir\\nma"') % ("delimiter: ';'", "a.csv"), {"a.csv": text}
    )
    tiny.land()
    assert tiny.rows(NAMES) == [
        ("1", "A\n\nB", "x", 3),
        ("2", 'say "hi"; ok', "y", 6),
        ("3", "C", "z", 7),
        ("4", "D", None, 9),
    ]


def test_last_line_needs_no_end_and_quotes_may_stand_within_text(make_company):
    tiny = make_company(ACCOUNTS % ("", "a.csv"), {"a.csv": 'Nr,Firma,Branche\n1,5" Rohr,"a"\n2,B,'})
    tiny.land()
    assert tiny.rows(NAMES) == [("1", '5" Rohr', "a", 2), ("2", "B", None, 3)]


def test_order_is_kept_in_a_file_of_many_blocks(make_company):
    rows = "".join(f'{n},"{"x" * 400}{chr(10) if n % 7 == 0 else ""}",b\n' for n in range(90_000))
    tiny = make_company(ACCOUNTS % ("", "a.csv"), {"a.csv": f"Nr,Firma,Branche\n{rows}"})
    tiny.land()
    wrong = "line_number <> 2 + source_id::int + (source_id::int + 6) // 7"
    assert tiny.rows(f"select count(*), count(*) filter ({wrong}) from raw_crm.accounts") == [(90_000, 0)]


def test_header_may_end_with_a_delimiter_and_ignored_columns_may_share_a_name(make_company):
    mapping = (ACCOUNTS % ("", "a.csv")).replace("    feeds:", '    ignore: ["", Telefax]\n    feeds:')
    tiny = make_company(mapping, {"a.csv": "Nr, Firma ,Branche,,\n1,A,x,,\n"})
    tiny.land()
    assert tiny.rows(NAMES) == [("1", "A", "x", 2)]


def test_columns_that_differ_by_case_only_and_reserved_names(make_company):
    mapping = (ACCOUNTS % ("", "a.csv")).replace("industry: Branche", "industry: nr, domain: line_number")
    tiny = make_company(mapping, {"a.csv": "Nr,nr,line_number,Firma\n1,2,3,A\n"})
    tiny.land()
    assert tiny.rows("select source_id, industry, domain, line_number from raw_crm.accounts") == [
        ("1", "2", "3", 2)
    ]


def test_file_of_one_column(make_company):
    mapping = """
files:
  - file: users.csv
    feeds:
      - entity: users
        columns: {source_id: user, role: {constant: sales}}
"""
    tiny = make_company(mapping, {"users.csv": "user\nU1\n\nU2\n"})
    record = tiny.land().files[0]
    assert (record.rows_read, record.rows_landed, record.rows_quarantined) == (3, 2, 1)
    assert tiny.rows("select source_id, line_number from raw_crm.users order by 2") == [("U1", 2), ("U2", 4)]


@pytest.mark.parametrize("pattern", ["new", "new/", "new/*.csv", "**/*.csv"])
def test_folder_and_patterns(make_company, pattern):
    files = {
        "new/a.csv": "Nr,Firma,Branche\n1,A,x\n",
        "new/b.csv": "Nr,Firma,Branche\n2,B,y\n",
        "new/.hidden": "x",
    }
    tiny = make_company(ACCOUNTS % ("", f'"{pattern}"'), files)
    tiny.land()
    assert tiny.rows("select source_id, file_name from raw_crm.accounts order by 1") == [
        ("1", "new/a.csv"),
        ("2", "new/b.csv"),
    ]


def test_parquet_lands_like_text(make_company):
    tiny = make_company(ACCOUNTS % ("", "a.parquet"), {})
    duckdb.sql(
        "select * from (values (1, ' Müller & Söhne', 'Maß'), (2, 'Größe', null)) t(Nr, Firma, Branche)"
    ).write_parquet(str(tiny.export("a.parquet", b"")))
    tiny.land()
    assert tiny.rows(NAMES) == [(nr, name, branch, line - 1) for nr, name, branch, line in LANDED]


def test_where_feeds_selected_rows_and_counts_the_others(make_company):
    mapping = """
files:
  - file: a.csv
    feeds:
      - {entity: accounts, columns: {source_id: Nr, name: Firma}, where: {column: Art, in: [Kunde, ""]}}
      - {entity: users, columns: {source_id: Nr, role: {constant: sales}}, where: {column: Art, in: [Nutzer]}}
"""
    tiny = make_company(mapping, {"a.csv": "Nr,Firma,Art\n1,A, Kunde \n2,B,Nutzer\n3,,\n4,D,kunde\n"})
    counts = {
        r.entity: (r.lines_read, r.rows_not_selected, r.rows_read, r.rows_landed) for r in tiny.land().files
    }
    assert counts == {"accounts": (4, 2, 2, 1), "users": (4, 3, 1, 1)}


def test_wide_file_makes_one_record_per_cell(make_company):
    mapping = """
files:
  - file: rates.csv
    missing: [N/A]
    ignore: [""]
    feeds:
      - entity: fx_rates
        unpivot: {columns: [USD, GBP, XYZ], name: currency, value: units_per_euro}
        columns: {rate_date: Date, provider: {constant: ECB}}
"""
    text = "Date,USD,GBP,XYZ,\n2026-01-02,1.1,N/A,,\n2026-01-03,0,0.9,5,\nbad,1.2,,,\n"
    tiny = make_company(mapping, {"rates.csv": text})
    record = tiny.land().files[0]
    assert (record.lines_read, record.cells_missing, record.rows_read, record.rows_quarantined) == (
        3,
        4,
        5,
        3,
    )
    assert tiny.rows("select source_id, units_per_euro, line_number from raw_crm.fx_rates order by 3, 1") == [
        ("USD|2026-01-02", Decimal("1.1"), 2),
        ("GBP|2026-01-03", Decimal("0.9"), 3),
    ]
    assert tiny.rows("select line_number, column_name, raw_text from landing.quarantine order by all") == [
        (3, "USD", "0"),
        (3, "XYZ", "XYZ"),
        (4, "Date", "bad"),
    ]


def test_real_rates_of_the_ecb(make_company, real_data: Path):
    source = real_data / "ecb" / "eurofxref-hist.csv"
    with source.open(encoding="utf-8", newline="") as file:
        records = list(csv.DictReader(file))
    currencies = [name for name in records[0] if name not in ("Date", "")]
    mapping = f"""
files:
  - file: eurofxref-hist.csv
    missing: ["N/A"]
    ignore: [""]
    feeds:
      - entity: fx_rates
        unpivot: {{columns: [{", ".join(currencies)}], name: currency, value: units_per_euro}}
        columns: {{rate_date: Date, provider: {{constant: European Central Bank}}}}
"""
    tiny = make_company(mapping, {"eurofxref-hist.csv": source.read_bytes()})
    record = tiny.land().files[0]
    rates = {(r["Date"], c): Decimal(r[c]) for r in records for c in currencies if r[c] not in ("", "N/A")}
    assert (record.lines_read, record.rows_landed, record.rows_quarantined) == (len(records), len(rates), 0)
    found = tiny.rows("select rate_date::varchar, currency, units_per_euro from raw_crm.fx_rates")
    assert {(day, currency): rate for day, currency, rate in found} == rates


NASTY = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=4, deadline=None)
@given(
    rows=st.lists(st.tuples(NASTY, NASTY), min_size=1, max_size=12),
    order=st.permutations(["Nr", "Firma", "Branche"]),
)
def test_any_text_in_any_column_order_lands_the_same(rows, order):
    table = [{"Nr": f"N{n}", "Firma": f"x{a}", "Branche": b} for n, (a, b) in enumerate(rows)]
    landed = []
    for columns in (["Nr", "Firma", "Branche"], order):
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(table)
        with tempfile.TemporaryDirectory() as folder:
            tiny = TinyCompany(Path(folder)).connect(ACCOUNTS % ("", "a.csv"))
            tiny.export("a.csv", text.getvalue())
            assert tiny.land().files[0].rows_landed == len(rows)
            landed.append(tiny.rows(NAMES.replace("order by", "order by source_id,")))
    assert landed[0] == landed[1]
    assert [row[0] for row in landed[0]] == sorted(line["Nr"] for line in table)


def test_load_time_is_the_clock_unless_it_is_fixed(make_company):
    tiny = make_company(ACCOUNTS % ("delimiter: ';'", "a.csv"), {"a.csv": TEXT}).set(load_time=None)
    before = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    tiny.land()
    ((loaded_at,),) = tiny.rows("select distinct loaded_at from raw_crm.accounts")
    assert before <= loaded_at <= dt.datetime.now(dt.UTC).replace(tzinfo=None)
