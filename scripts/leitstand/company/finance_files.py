"""What finance sends: three sheets as German Excel saves them, and the exchange rates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from leitstand.company.costs import CostItem, Invoice
from leitstand.company.files import Row, columns, german, write_csv
from leitstand.company.rates import DISCONTINUED, START, Rates

COST_CENTRE = "4711"
COST_COLUMNS = columns("Position,Von,Bis,Kostenart,Kanal,Kampagne,Betrag netto (€ / $),Währung,Kostenstelle")
PLATFORM_NAMES = {
    "google_ads": "Google Ads",
    "linkedin_ads": "LinkedIn Marketing",
    "meta_ads": "Meta Ads",
    "microsoft_ads": "Microsoft Advertising",
}


def write_finance(
    folder: Path,
    costs: list[CostItem],
    sales: list[CostItem],
    invoices: list[Invoice],
    rates: list[tuple[dt.date, Rates]],
) -> None:
    """Write the cost sheets of marketing and of sales, the list of invoices and the rates."""
    for name, items in (("Marketingkosten.csv", costs), ("Vertriebskosten.csv", sales)):
        write_csv(
            folder / name,
            COST_COLUMNS,
            [_cost(item) for item in items],
            encoding="windows-1252",
            delimiter=";",
        )
    write_csv(
        folder / "rechnungen.csv",
        columns("Lieferant,Leistungsmonat,Nettobetrag,Währung"),
        [
            (PLATFORM_NAMES[row.platform], _date(row.month), german(row.cents), row.currency)
            for row in invoices
        ],
        encoding="windows-1252",
        delimiter=";",
    )
    currencies = [*START, DISCONTINUED]
    write_csv(
        folder / "eurofxref.csv",
        ["Date", *currencies, ""],
        [
            (date, *(rate.get(currency, "N/A") for currency in currencies), "")
            for date, rate in reversed(rates)
        ],
    )


def _cost(cost: CostItem) -> Row:
    return (
        cost.item,
        _date(cost.first_day),
        _date(cost.last_day),
        cost.category,
        cost.channel,
        cost.campaign_id,
        german(round(cost.amount * 100)),
        cost.currency,
        COST_CENTRE,
    )


def _date(date: dt.date) -> str:
    return date.strftime("%d.%m.%Y")
