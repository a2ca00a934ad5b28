"""No row gets lost: rows read = rows landed + rows quarantined, counted here by hand for dirty files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tiny_company import TinyCompany

MAPPING = """
files:
  - file: "*.csv"
    delimiter: ";"
    decimal: ","
    thousands: "."
    missing: [-]
    dates: ["%d.%m.%Y"]
    feeds:
      - entity: other_costs
        where: {column: Art, in: [K, L]}
        columns: {item: Posten, period_start: Von, period_end: Bis, cost_category: {constant: overhead},
                  amount: Betrag, currency: {column: W, values: {€: EUR}}}
      - entity: users
        columns: {source_id: Posten, role: {column: Art, values: {K: sales, L: sdr}, others: reject}}
"""
# Each text of a column with whether it can land.
ITEM = {"Miete": True, "Büro; hinten": True, "Druck\nund Versand": True, "": False, " - ": False}
START = {"01.01.2026": True, "1.2.2026": True, "30.02.2026": False, "2026-01-01": False, "": False}
END = {"31.12.2026": True, "30.06.2026": True, "31.12.2019": False, "bald": False}
AMOUNT = {"1.234,50": True, "-7": True, "1,234.50": False, "zwei": False, "": False}
CURRENCY = {"EUR": True, "€": True, "USD": True, "Euro": False}
KIND = {"K": True, "L": True, "M": False, "": False}

COLUMNS = (ITEM, START, END, AMOUNT, CURRENCY, KIND)
ROW = st.tuples(*(st.sampled_from(list(texts)) for texts in COLUMNS))


def faults(row: tuple[str, ...]) -> int:
    """How many columns of a row cannot land; an end far in the past only where the start is a day."""
    bad = sum(not texts[text] for texts, text in zip(COLUMNS[:5], row, strict=False))
    return bad - (row[2] == "31.12.2019" and not START[row[1]])


def quoted(text: str) -> str:
    return f'"{text}"' if ";" in text or "\n" in text else text


@settings(max_examples=6, deadline=None)
@given(files=st.lists(st.lists(ROW, min_size=1, max_size=25), min_size=1, max_size=2, unique_by=tuple))
def test_every_row_lands_or_is_quarantined(files):
    with tempfile.TemporaryDirectory() as folder:
        tiny = TinyCompany(Path(folder)).connect(MAPPING)
        for number, rows in enumerate(files):
            # The item says file and line, so that no business key stands in two files.
            lines = [
                ";".join(map(quoted, (f"{number}.{line} {r[0]}" if ITEM[r[0]] else r[0], *r[1:])))
                for line, r in enumerate(rows)
            ]
            tiny.export(f"{number}.csv", "\n".join(["Posten;Von;Bis;Betrag;W;Art", *lines]))
        records = {(r.entity, r.file_name): r for r in tiny.land().files}
        stored = tiny.rows(
            "select entity, file_name, count(*), count(distinct line_number) "
            "from landing.quarantine group by all"
        )
        quarantine = {(entity, name): counts for entity, name, *counts in stored}
        landed = {
            (entity, name): count
            for entity in ("other_costs", "users")
            for name, count in tiny.rows(f"select file_name, count(*) from raw_crm.{entity} group by all")
        }
    for number, rows in enumerate(files):
        name = f"{number}.csv"
        costs = [row for row in rows if KIND[row[5]]]
        bad = [faults(row) for row in costs if faults(row)]
        record = records["other_costs", name]
        assert (record.lines_read, record.rows_not_selected) == (len(rows), len(rows) - len(costs))
        assert (record.rows_read, record.rows_quarantined) == (len(costs), len(bad))
        assert quarantine.get(("other_costs", name), [0, 0]) == [sum(bad), len(bad)]
        assert record.rows_landed == landed.get(("other_costs", name), 0) == len(costs) - len(bad)
        wrong = sum(not ITEM[row[0]] or not KIND[row[5]] for row in rows)
        record = records["users", name]
        assert (record.rows_read, record.rows_quarantined) == (len(rows), wrong)
        assert record.rows_landed == landed.get(("users", name), 0) == len(rows) - wrong
