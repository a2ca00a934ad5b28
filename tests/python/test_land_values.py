"""How texts become values: numbers, dates, instants, booleans, categories, keys. Expected values by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import duckdb
import pytest

from tiny_company import TinyCompany

MAPPING = """
files:
  - file: values.csv
    delimiter: ";"
%s
    feeds:
      - entity: %s
        columns: {%s}
"""
DEAL = "source_id: id, stage: {constant: open}, "
COST = "cost_category: {constant: media}, currency: {constant: EUR}, amount: {constant: 1}, item: id, "


@pytest.fixture
def read(tmp_path):
    """Land one column of one file and return what each text became; a quarantined text gives its reason."""

    def land(entity: str, columns: str, target: str, texts: list[str], keys: str = "") -> list[object]:
        lines = "\n".join(f"{number};{text}" for number, text in enumerate(texts))
        tiny = TinyCompany(tmp_path / str(len(list(tmp_path.iterdir()))))
        tiny.connect(MAPPING % (keys, entity, columns)).export("values.csv", f"id;text\n{lines}\n")
        tiny.land()
        found = dict(tiny.rows(f"select line_number, {target} from raw_crm.{entity}"))
        faults = tiny.rows("select line_number, raw_text, reason from landing.quarantine")
        assert len(found) + len(faults) == len(texts)
        assert [texts[line - 2].strip() for line, *_ in faults] == [
            (raw or "").strip() for _, raw, _ in faults
        ]
        return [(found | {line: why for line, _, why in faults})[n + 2] for n in range(len(texts))]

    return land


@pytest.mark.parametrize(
    ("keys", "good", "bad"),
    [
        (
            '    decimal: ","\n    thousands: "."',
            {
                "1.234,56": "1234.56",
                "1234,5": "1234.5",
                "-1.234.567": "-1234567",
                "0,1": "0.1",
                "+7": "7",
                ",5": "0.5",
            },
            ["1.23,4", "12.34", "1,234.56", "1,2,3", "1.2345", "1,", "12a", "1 234,5", "€ 5", "NaN", "--1"],
        ),
        (
            '    decimal: "."\n    thousands: ","',
            {"1,234.56": "1234.56", "12": "12"},
            ["1.234,56", "1,23", ",123"],
        ),
        (
            '    thousands: " "',
            {"1 234": "1234", "1\u00a0234\u00a0567.5": "1234567.5", "1\u202f000": "1000"},
            ["1 23", "1  000"],
        ),
        ('    thousands: "\'"', {"1'234.50": "1234.5"}, ["1'23"]),
        (
            "",
            {"1234.567891": "1234.567891", "1e-05": "0.00001", "2.5E3": "2500"},
            ["1,5", "1.234.567", "1e", "infinity", "9" * 13],
        ),
    ],
    ids=["german", "english", "spaces", "swiss", "plain"],
)
def test_numbers(read, keys, good, bad):
    found = read("opportunities", DEAL + "amount: text", "amount", [*good, *bad], keys)
    assert found[: len(good)] == [Decimal(number) for number in good.values()]
    assert all("expected a number" in str(reason) for reason in found[len(good) :])


def test_whole_numbers(read):
    texts = ["12", "12.0", "1000000", "12.5", "x", "-1", "99999999999999999999"]
    found = read("accounts", "source_id: id, name: id, employees: text", "employees", texts)
    whole = "expected a whole number with decimal '.' and no thousands separator"
    assert found == [12, 12, 1000000, whole, whole, "expected at least 0", whole]


def test_dates(read):
    texts = [
        "28.02.2026",
        "29.02.2024",
        "1.3.2026",
        "2026-03-01",
        "29.02.2026",
        "01.03.26",
        "31.12.9999",
        "00.01.2026",
    ]
    columns = COST + "period_end: {constant: 31.12.9999}, period_start: text"
    found = read("other_costs", columns, "period_start", texts, '    dates: ["%d.%m.%Y", "%Y-%m-%d"]')
    why = "expected a date such as %d.%m.%Y or %Y-%m-%d"
    march = dt.date(2026, 3, 1)
    assert found == [
        dt.date(2026, 2, 28),
        dt.date(2024, 2, 29),
        march,
        march,
        why,
        why,
        dt.date(9999, 12, 31),
        why,
    ]


BERLIN = {
    "01.07.2026 12:00": ("2026-07-01 10:00", "second"),
    "01.01.2026 00:30": ("2025-12-31 23:30", "second"),
    "29.03.2026 01:59": ("2026-03-29 00:59", "second"),
    "29.03.2026 02:30": ("2026-03-29 01:30", "second"),  # does not exist: read as 03:30 summer time
    "29.03.2026 03:00": ("2026-03-29 01:00", "second"),
    "25.10.2026 01:59": ("2026-10-24 23:59", "second"),
    "25.10.2026 02:30": ("2026-10-25 01:30", "second"),  # happens twice: read as winter time
    "25.10.2026 03:00": ("2026-10-25 02:00", "second"),
    "01.07.2026": ("2026-07-01 00:00", "day"),  # a day stays that day
    "2026-07-01T12:00:00Z": ("2026-07-01 12:00", "second"),  # an offset wins over the time zone
    "2026-07-01 12:00:00+05:30": ("2026-07-01 06:30", "second"),
}


def test_instants_of_a_zone(read):
    keys = '    timezone: Europe/Berlin\n    instants: ["%d.%m.%Y %H:%M", "%d.%m.%Y", iso]'
    found = read(
        "opportunities",
        DEAL + "created_at: text",
        "created_at::varchar || ' ' || created_precision",
        list(BERLIN),
        keys,
    )
    assert found == [f"{moment}:00 {precision}" for moment, precision in BERLIN.values()]


def test_instants_by_default(read):
    good = {
        "2026-07-01T12:00:00": "2026-07-01 12:00:00 second",
        "2026-07-01 12:00": "2026-07-01 12:00:00 second",
        "2026-07-01T12:00Z": "2026-07-01 12:00:00 second",
        "2026-07-01 12:00 +0200": "2026-07-01 10:00:00 second",
        "2026-07-01T12:00:00.250Z": "2026-07-01 12:00:00.25 second",
        "2026-07-01T12:00:00+02": "2026-07-01 10:00:00 second",
        "2026-07-01T00:30:00-0330": "2026-07-01 04:00:00 second",
        "2026-07-01": "2026-07-01 00:00:00 day",
    }
    bad = [
        "01.07.2026",
        "2026-07-01T25:00:00",
        "2026-02-30T12:00:00",
        "12:00",
        "20260701",
        "now",
        "infinity",
        "epoch",
    ]
    found = read(
        "opportunities",
        DEAL + "created_at: text",
        "created_at::varchar || ' ' || created_precision",
        [*good, *bad],
    )
    assert found[: len(good)] == list(good.values())
    assert set(found[len(good) :]) == {"expected an instant such as ISO 8601 or %Y-%m-%d"}


def test_instants_by_own_formats_with_an_offset(read):
    column = "created_at: {column: text, formats: ['%d/%m/%Y %H:%M:%S %z', '%Y%m%dT%H%M%SZ']}"
    found = read(
        "opportunities",
        DEAL + column,
        "created_at",
        ["01/07/2026 12:00:00 +0200", "01/07/2026 12:00:00 Z", "20260701T120000Z"],
        "    timezone: Europe/Berlin",
    )
    assert found == [dt.datetime(2026, 7, 1, 10), dt.datetime(2026, 7, 1, 12), dt.datetime(2026, 7, 1, 12)]


def test_booleans(read):
    texts = ["Ja", "WAHR", "1", "nein", "0", "False", "", "jein"]
    found = read("opportunities", DEAL + "is_partner: text", "is_partner", texts)
    assert found[:7] == [True, True, True, False, False, False, None]
    assert str(found[7]).startswith("expected one of true, t, 1")


def test_own_words_for_true_and_false(read):
    keys = "    true_values: [X]\n    false_values: ['-']"
    assert read("opportunities", DEAL + "is_partner: text", "is_partner", ["x", "-", "ja"], keys) == [
        True,
        False,
        "expected one of X, -",
    ]


def test_text_is_trimmed_and_composed_and_missing_is_null(read):
    texts = [" Mu\u0308ller\u00a0", "", "N/A", " N/A ", "n/a", "  "]
    found = read("opportunities", DEAL + "product: text", "product", texts, '    missing: ["N/A"]')
    assert found == ["Müller", None, None, None, "n/a", None]


def test_required_category_currency_pattern_and_positive(read):
    assert read("opportunities", "source_id: id, stage: text", "stage", ["won", " "]) == [
        "won",
        "expected a value",
    ]
    kinds = read(
        "opportunities", DEAL + "opportunity_type: text", "opportunity_type", ["renewal", "Renewal", ""]
    )
    assert kinds == ["renewal", "expected one of new_business, expansion, renewal", None]
    money = read("opportunities", DEAL + "currency: text", "currency", ["CHF", "EUR", "DEM", "Euro", "eur"])
    assert money[:3] == ["CHF", "EUR", "DEM"]
    assert set(money[3:]) == {"expected a currency code of ISO 4217 such as EUR"}
    rates = "currency: {constant: USD}, rate_date: {constant: 2026-01-01}, provider: id, units_per_euro: text"
    assert read("fx_rates", rates, "units_per_euro", ["1.1", "0", "-1"]) == [
        Decimal("1.1"),
        *["expected more than 0"] * 2,
    ]


def test_value_map_keeps_others_and_may_mean_missing(read):
    column = "lead_source: {column: text, values: {Web Form: web_form, 'Mu\u0308ll': waste, '-': ''}}"
    columns = "source_id: id, created_at: {constant: 2026-01-01}, " + column
    texts = ["Web Form", " Web Form ", "Müll", "-", "Fair", ""]
    assert read("persons", columns, "lead_source", texts) == [
        "web_form",
        "web_form",
        "waste",
        None,
        "Fair",
        None,
    ]


def test_yaml_words_stay_text(read):
    column = "lead_source: {column: text, values: {Yes: No, 1: 2, 2026-01-01: null}}"
    columns = "source_id: id, created_at: {constant: 2026-01-01}, " + column
    assert read("persons", columns, "lead_source", ["Yes", "1", "2026-01-01", "true"]) == [
        "No",
        "2",
        "null",
        "true",
    ]


def test_source_id_joins_columns_or_is_made_of_the_key(make_company):
    mapping = """
files:
  - file: lines.csv
    feeds:
      - entity: revenue
        columns: {source_id: {columns: [order, line]}, revenue_date: day,
                  amount: {constant: 1}, currency: {constant: EUR}}
      - entity: opportunity_persons
        columns: {opportunity_id: order, person_id: line}
"""
    tiny = make_company(
        mapping, {"lines.csv": "order,line,day\nO1, 1 ,2026-01-01\nO1,,2026-01-01\n,,2026-01-01\n"}
    )
    tiny.land()
    assert tiny.rows("select source_id from raw_crm.revenue order by line_number") == [("O1|1",), ("O1|",)]
    assert tiny.rows("select source_id from raw_crm.opportunity_persons") == [("O1|1",)]
    assert tiny.rows(
        "select entity, line_number, column_name, raw_text from landing.quarantine order by all"
    ) == [
        ("opportunity_persons", 3, "line", None),
        ("opportunity_persons", 4, "line", None),
        ("opportunity_persons", 4, "order", None),
        ("revenue", 4, "order|line", None),
    ]


def test_parquet_values_need_no_formats_of_text(make_company, tmp_path):
    mapping = """
defaults: {decimal: ",", thousands: ".", dates: ["%d.%m.%Y"], instants: ["%d.%m.%Y"], timezone: Europe/Berlin}
files:
  - file: "*.parquet"
    feeds:
      - entity: opportunities
        columns: {source_id: id, stage: stage, amount: amount, created_at: created, closed_at: closed,
                  is_partner: partner}
      - entity: revenue
        columns: {source_id: id, revenue_date: day, amount: text_amount, currency: {constant: EUR}}
"""
    tiny = make_company(mapping, {})
    duckdb.sql(
        "select 1 as id, 'Won' as stage, 1.234::double as amount, timestamp '2026-07-01 12:00' as created, "
        "date '2026-07-02' as closed, true as partner, timestamp '2026-07-03 00:00' as day, "
        "'1.234,5' as text_amount"
    ).write_parquet(str(tiny.export("deals.parquet", b"")))
    tiny.land()
    assert tiny.rows(
        "select source_id, amount, created_at, created_precision, closed_at, closed_precision, is_partner, "
        "line_number "
        "from raw_crm.opportunities"
    ) == [
        (
            "1",
            Decimal("1.234"),
            dt.datetime(2026, 7, 1, 10),
            "second",
            dt.datetime(2026, 7, 2),
            "day",
            True,
            1,
        )
    ]
    assert tiny.rows("select revenue_date, amount from raw_crm.revenue") == [
        (dt.date(2026, 7, 3), Decimal("1234.5"))
    ]
