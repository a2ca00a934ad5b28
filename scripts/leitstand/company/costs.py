"""What marketing costs: ad spend by day, credits, invoices, and everything finance books by hand."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from random import Random

from leitstand.company import constants as c
from leitstand.company.campaigns import PLATFORMS, Campaign, Campaigns
from leitstand.company.clock import FIRST_DAY, LAST_DAY, Day, date_of, day_number

Month = tuple[int, int]

SPEND_GROWTH = 0.07  # a year
WEEKDAY_SPEND = (1.12, 1.15, 1.15, 1.10, 1.00, 0.72, 0.76)
MONTH_SPEND = (0.98, 1.02, 1.06, 1.02, 1.00, 1.00, 0.92, 0.82, 1.08, 1.12, 1.12, 0.86)
PAUSED_CAMPAIGN = "DE | Search | Retrofit"  # rests from 24 to 31 December
CREDIT_SHARE = (0.008, 0.02)  # of Google's monthly spend: invalid clicks given back


@dataclass(slots=True)
class Spend:
    """One campaign and day, or one credit; money in hundredths of the account's currency."""

    campaign: Campaign
    day: Day
    cents: int
    impressions: int = 0
    clicks: int = 0
    conversions: float = 0.0


@dataclass(frozen=True, slots=True)
class CostItem:
    """One line of the cost sheet."""

    item: str
    first_day: dt.date
    last_day: dt.date
    category: str
    channel: str
    campaign_id: str
    amount: float
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What one platform billed for one month."""

    platform: str
    month: dt.date
    cents: int
    currency: str


_MONTHLY = (  # item, category, channel, amount a month, currency
    ("Agentur – Retainer", "Programmkosten", "", 6_000, "EUR"),
    ("Redaktion und Übersetzungen", "Programmkosten", "", 4_200, "EUR"),
    ("SEO-Agentur", "Programmkosten", "Organische Suche", 2_600, "EUR"),
    ("Newsletter – Versand", "Programmkosten", "E-Mail", 1_100, "EUR"),
    ("Social Media – Betreuung", "Programmkosten", "Social Media", 1_200, "EUR"),
    ("Fachpresse – Anzeigen", "Mediakosten", "Fachpresse", 2_400, "EUR"),
    ("Personal Marketing", "Gemeinkosten", "", 33_500, "EUR"),
    ("Büro und Umlagen", "Gemeinkosten", "", 3_600, "EUR"),
    ("Analyse-Werkzeuge", "Gemeinkosten", "", 2_050, "USD"),
)
_SALES = (  # item, amount a month; no channel, all in euros
    ("Personal Vertrieb", 104_000),
    ("Personal Inside Sales", 31_000),
    ("Reisekosten und Vertriebsunterlagen", 9_500),
)
_LICENCES = (  # the CRM and the marketing automation: first day, last day, amount
    ((2024, 7, 1), (2024, 12, 31), 27_000),
    ((2025, 1, 1), (2025, 12, 31), 56_400),
    ((2026, 1, 1), (2026, 12, 31), 58_800),
)
PAY_RISE = 0.03  # each January
FAIR_BEFORE, FAIR_AFTER = 30, 14  # days around a fair over which its cost is spread


def daily_spend(rng: Random, campaigns: Campaigns) -> list[Spend]:
    """The spend of every campaign on every day it runs."""
    return [
        _day_of_spend(rng, campaign, day)
        for campaign in campaigns.ads
        for day in range(campaign.first_day, campaign.last_day + 1)
    ]


def _day_of_spend(rng: Random, campaign: Campaign, day: Day) -> Spend:
    date, platform = date_of(day), PLATFORMS[campaign.platform]
    if campaign.name == PAUSED_CAMPAIGN and (date.month, date.day) >= (12, 24):
        return Spend(campaign, day, 0)
    weight = (1 + SPEND_GROWTH) ** ((day - FIRST_DAY) / 365) * MONTH_SPEND[date.month - 1]
    weight *= WEEKDAY_SPEND[date.weekday()] * rng.uniform(0.8, 1.2)
    cents = round(campaign.budget / 30.4 * weight * 100)
    clicks = max(1, round(cents / 100 / platform.cost_per_click * rng.uniform(0.85, 1.2)))
    impressions = round(clicks / platform.click_rate * rng.uniform(0.8, 1.25))
    conversions = round(clicks * rng.uniform(0.01, 0.07), 1)
    return Spend(campaign, day, cents, impressions, clicks, conversions)


def credits(rng: Random, spend: list[Spend]) -> list[Spend]:
    """What Google gives back, on the third of the following month, for its largest campaign."""
    totals: dict[Month, int] = defaultdict(int)
    google = [row for row in spend if row.campaign.platform == "google_ads"]
    for row in google:
        totals[_month(row.day)] += row.cents
    largest = max({row.campaign for row in google}, key=lambda campaign: campaign.budget)
    result = []
    for (year, month), cents in totals.items():
        day = day_number(dt.date(year + month // 12, month % 12 + 1, 3))
        share = rng.uniform(*CREDIT_SHARE)
        if day <= LAST_DAY:
            result.append(Spend(largest, day, -round(cents * share)))
    return result


def invoices(rng: Random, spend: list[Spend]) -> list[Invoice]:
    """One invoice per platform and month: spend less credits, all but equal to the reports."""
    totals: dict[tuple[str, Month], int] = defaultdict(int)
    for row in spend:
        totals[row.campaign.platform, _month(row.day)] += row.cents
    platform, month, factor = c.DEVIATING_INVOICE
    result = []
    for (name, (year, number)), cents in sorted(totals.items()):
        share = 1 + rng.uniform(-c.INVOICE_NOISE, c.INVOICE_NOISE)
        if (name, (year, number)) == (platform, month):
            share = factor
        result.append(Invoice(name, dt.date(year, number, 1), round(cents * share), PLATFORMS[name].currency))
    return result


def other_costs(campaigns: Campaigns) -> list[CostItem]:
    """Everything that no ad platform reports."""
    items = [item for month in _months() for item in _monthly(month)]
    items += [
        CostItem(
            item=f"Messe – {fair.name}",
            first_day=date_of(fair.first_day - FAIR_BEFORE),
            last_day=date_of(fair.last_day + FAIR_AFTER),
            category="Programmkosten",
            channel="Messe",
            campaign_id=fair.campaign_id,
            amount=fair.budget,
        )
        for fair in campaigns.fairs
    ]
    items += [
        CostItem(
            item=webinar.name,
            first_day=date_of(webinar.first_day).replace(day=1),
            last_day=date_of(webinar.first_day),
            category="Programmkosten",
            channel="Webinar",
            campaign_id=webinar.campaign_id,
            amount=webinar.budget,
        )
        for webinar in campaigns.webinars
    ]
    items += [
        CostItem("Lizenzen CRM und Automation", dt.date(*a), dt.date(*b), "Gemeinkosten", "", "", x)
        for a, b, x in _LICENCES
    ]
    return sorted(items, key=lambda item: (item.first_day, item.item))


def sales_costs() -> list[CostItem]:
    """What sales costs, month by month."""
    return [
        CostItem(
            item=item,
            first_day=month,
            last_day=_last_day(month),
            category="Vertriebskosten",
            channel="",
            campaign_id="",
            amount=_raised(item, amount, month),
        )
        for month in _months()
        for item, amount in _SALES
    ]


def _monthly(month: dt.date) -> list[CostItem]:
    return [
        CostItem(
            item=item,
            first_day=month,
            last_day=_last_day(month),
            category=category,
            channel=channel,
            campaign_id="",
            amount=_raised(item, amount, month),
            currency=currency,
        )
        for item, category, channel, amount, currency in _MONTHLY
    ]


def _last_day(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _raised(item: str, amount: float, month: dt.date) -> float:
    """Pay rises each January, other prices stay."""
    if not item.startswith("Personal"):
        return amount
    return round(amount * (1 + PAY_RISE) ** (month.year - 2024), 2)


def _months() -> list[dt.date]:
    days = (date_of(day) for day in range(FIRST_DAY, LAST_DAY + 1))
    return [date for date in days if date.day == 1]


def _month(day: Day) -> Month:
    date = date_of(day)
    return date.year, date.month
