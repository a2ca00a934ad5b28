"""Rows that contradict each other, and loads of which too much is unusable."""

from __future__ import annotations

from landing_cases import HEADER, LEADS, ROW, SPEND, WIDE, refused

DAYS = "account,campaign,day,cost,currency\nA1,C1,2026-01-01,5,EUR\nA2,C1,2026-01-01,5,USD\n"


def test_one_business_key_in_two_files_of_a_load(leads):
    tiny = leads(leads_1=HEADER + "L0;2026-01-02;Alpha;DE\n" + ROW, leads_2=HEADER + ROW.replace("DE", "AT"))
    refused(
        tiny,
        "exports/crm/leads_2.csv, line 2, column 'country'",
        "exports/crm/leads_1.csv, line 3",
        "(source_id L1): 'DE', found 'AT'",
    )


def test_one_business_key_in_two_wide_files_of_a_load(leads):
    tiny = leads(mapping=WIDE.replace("rates.csv", "rates_*.csv"))
    tiny.export("rates_1.csv", "Date,USD,GBP\n2026-01-02,1.1,0.9\n2026-01-03,1.2,0.8\n")
    tiny.export("rates_2.csv", "Date,USD,GBP\n2026-01-03,1.2,0.7\n")
    refused(
        tiny,
        "rates_2.csv, line 2, column 'units_per_euro'",
        "rates_1.csv, line 3",
        "(currency GBP, rate_date 2026-01-03): '0.800000', found '0.700000'",
    )


def test_currency_that_changes_within_a_load(leads):
    tiny = leads(mapping=SPEND, spend=DAYS + "A1,C1,2026-01-02,5,CHF\n")
    refused(
        tiny,
        "exports/crm/spend.csv, line 4, column 'currency'",
        "expected 'EUR' for platform google_ads, account_id A1, as in exports/crm/spend.csv, line 2",
        "found 'CHF'",
    )


def test_currency_that_changes_against_landed_rows(leads):
    tiny = leads(mapping=SPEND, spend=DAYS)
    tiny.land()
    tiny.export("spend.csv", DAYS.split("\n")[0] + "\nA2,C1,2026-01-02,5,EUR\n")
    refused(
        tiny,
        "spend.csv, line 2, column 'currency'",
        "expected 'USD'",
        "account_id A2",
        "line 3",
        "found 'EUR'",
    )


def test_too_many_unusable_rows_fail_the_whole_load(leads):
    bad = "L2;31.12.2025;Beta;DE\nL3;01.01.2026;Gamma;DE\nL4;2026-01-01;Delta;Germany\n"
    tiny = leads(HEADER + ROW + bad).set(max_quarantined_share=0.5)
    refused(
        tiny,
        "exports/crm/leads.csv, line 3, column 'Angelegt am'",
        "at most 50.0% of the rows for persons",
        "found 3 of 4 (75.0%)",
        "in 2 rows",
        "an instant such as ISO 8601",
        "found '31.12.2025'",
        "max_quarantined_share",
    )


def test_the_share_is_judged_per_file(leads):
    full = HEADER + "".join(f"A{n};2026-01-02;Firma {n};DE\n" for n in range(100))
    tiny = leads(leads_1=full, leads_2=HEADER + "L2;never;Beta;DE\n").set(max_quarantined_share=0.05)
    refused(tiny, "leads_2.csv, line 2", "1 of 1")


def test_negative_duration_is_quarantined(leads):
    mapping = """
files:
  - file: calls.csv
    feeds:
      - entity: activities
        columns: {source_id: id, activity_type: {constant: call}, happened_at: at, duration_minutes: minutes}
"""
    tiny = leads(mapping=mapping, calls="id,at,minutes\n1,2026-01-01,-5\n2,2026-01-01,5\n")
    tiny.land()
    assert tiny.rows("select line_number, column_name, raw_text, reason from landing.quarantine") == [
        (2, "minutes", "-5", "expected at least 0")
    ]


def test_period_that_ends_before_it_starts_is_quarantined(leads):
    mapping = """
files:
  - file: costs.csv
    feeds:
      - entity: other_costs
        columns: {item: item, period_start: from, period_end: to, cost_category: {constant: overhead},
                  amount: amount, currency: {constant: EUR}}
"""
    tiny = leads(mapping=mapping, costs="item,from,to,amount\nRent,2026-02-01,2026-01-31,5\n")
    tiny.land()
    assert tiny.rows("select line_number, column_name, raw_text, reason from landing.quarantine") == [
        (2, "to", "2026-01-31", "expected no day before period_start")
    ]


def test_value_outside_a_value_map_is_quarantined(leads):
    mapped = "country: {column: Land, values: {D: DE, A: AT}, others: reject}"
    tiny = leads(
        HEADER + ROW.replace(";DE", ";D") + ROW.replace(";DE", ";CH").replace("L1", "L2"),
        LEADS.replace("country: Land", mapped),
    )
    tiny.land()
    assert tiny.rows("select source_id, country from raw_crm.persons") == [("L1", "DE")]
    assert tiny.rows("select line_number, column_name, raw_text, reason from landing.quarantine") == [
        (3, "Land", "CH", "expected a text of the value map: D, A")
    ]


def test_one_made_key_twice_in_one_file(leads):
    """A breakdown finer than the contract's (by ad group, by device) must not lose its spend."""
    tiny = leads(mapping=SPEND, spend=DAYS + "A1,C1,2026-01-01,7,EUR\n")
    refused(
        tiny,
        "exports/crm/spend.csv, line 4, column 'amount'",
        "exports/crm/spend.csv, line 2",
        "campaign_id C1",
        "found '7.000000'",
        "add them up",
    )
