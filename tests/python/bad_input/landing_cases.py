"""What the landing cases share: the mapping of leads, and one way to say that a load is refused."""

from __future__ import annotations

from typing import Any

import pytest

from leitstand.errors import BadInput
from tiny_company import TinyCompany

LEADS = """
defaults: {delimiter: ";"}
files:
  - file: leads*.csv
    ignore: [Telefax]
    feeds:
      - entity: persons
        columns:
          source_id: Lead-ID
          created_at: Angelegt am
          company_name: Firma
          country: Land
"""
SPEND = """
files:
  - file: spend.csv
    feeds:
      - entity: spend
        columns:
          platform: {constant: google_ads}
          account_id: account
          campaign_id: campaign
          spend_date: day
          record_type: {constant: spend}
          amount: cost
          currency: currency
"""
WIDE = """
files:
  - file: rates.csv
    feeds:
      - entity: fx_rates
        unpivot: {columns: [USD, GBP], name: currency, value: units_per_euro}
        columns: {rate_date: Date, provider: {constant: ECB}}
"""
HEADER = "Lead-ID;Angelegt am;Firma;Land\n"
ROW = "L1;2026-01-02;Müller GmbH;DE\n"


def refused(tiny: TinyCompany, *words: str) -> None:
    """Assert that landing is refused as bad input, says these words and changes nothing."""
    before, kept = filled(tiny), tiny.lake_folders()
    with pytest.raises(BadInput) as raised:
        tiny.land()
    assert raised.value.exit_code == 2
    message = str(raised.value)
    assert [word for word in words if word not in message] == [], message
    assert (filled(tiny), tiny.lake_folders()) == (before, kept)


def filled(tiny: TinyCompany) -> dict[str, list[tuple[Any, ...]]]:
    """The tables of the warehouse that hold rows."""
    return {name: rows for name, rows in tiny.contents().items() if rows}
