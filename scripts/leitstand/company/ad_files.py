"""The reports of the four ad platforms, each with its own headers, dates and numbers."""

from __future__ import annotations

from pathlib import Path

from leitstand.company.campaigns import PLATFORMS, Campaign
from leitstand.company.clock import LAST_DAY, Day, date_of
from leitstand.company.costs import Spend
from leitstand.company.files import columns, write_csv
from leitstand.company.noise import Noise

NO_COST = (" --",)  # what Google writes where it knows no cost


def write_ads(
    folder: Path, campaigns: list[Campaign], spend: list[Spend], given_back: list[Spend], noise: Noise
) -> None:
    """Write the files of all platforms, each below a folder of its name."""
    ordered = sorted(spend, key=lambda row: (row.day, row.campaign.campaign_id))
    ads = {name: [k for k in campaigns if k.platform == name] for name in PLATFORMS}
    rows = {name: [row for row in ordered if row.campaign.platform == name] for name in PLATFORMS}
    _google(folder / "google_ads", ads["google_ads"], rows["google_ads"], noise)
    _google_credits(folder / "google_ads", given_back)
    _linkedin(folder / "linkedin_ads", ads["linkedin_ads"], rows["linkedin_ads"])
    _meta(folder / "meta_ads", ads["meta_ads"], rows["meta_ads"])
    _microsoft(folder / "microsoft_ads", ads["microsoft_ads"], rows["microsoft_ads"])


def _google(folder: Path, campaigns: list[Campaign], spend: list[Spend], noise: Noise) -> None:
    write_csv(
        folder / "campaigns.csv",
        columns("Campaign ID,Campaign,Campaign type,Monthly budget,Currency code,Start date,End date"),
        [
            (
                ad.campaign_id,
                ad.name,
                ad.campaign_type,
                f"{ad.budget:.2f}",
                PLATFORMS[ad.platform].currency,
                date_of(ad.first_day),
                _end(ad, "%Y-%m-%d"),
            )
            for ad in campaigns
        ],
    )
    header = columns("Day,Customer ID,Campaign ID,Campaign,Currency code,Cost,Impr.,Clicks,Conversions")
    rows = [
        [
            str(date_of(row.day)),
            PLATFORMS[row.campaign.platform].account_id,
            row.campaign.campaign_id,
            row.campaign.name,
            PLATFORMS[row.campaign.platform].currency,
            f"{row.cents / 100:.2f}",
            str(row.impressions),
            str(row.clicks),
            f"{row.conversions:.1f}",
        ]
        for row in spend
    ]
    idle = [row for row, spent in zip(rows, spend, strict=True) if spent.cents == 0]
    noise.spoil("campaign_performance.csv", idle, header.index("Cost"), NO_COST)
    write_csv(folder / "campaign_performance.csv", header, rows)


def _google_credits(folder: Path, given_back: list[Spend]) -> None:
    write_csv(
        folder / "credits.csv",
        columns("Billing date,Customer ID,Campaign ID,Description,Amount,Currency code"),
        [
            (
                date_of(row.day),
                PLATFORMS[row.campaign.platform].account_id,
                row.campaign.campaign_id,
                "Invalid activity",
                f"{row.cents / 100:.2f}",
                PLATFORMS[row.campaign.platform].currency,
            )
            for row in given_back
        ],
    )


def _linkedin(folder: Path, campaigns: list[Campaign], spend: list[Spend]) -> None:
    write_csv(
        folder / "campaigns.csv",
        columns(
            "Campaign ID,Campaign Name,Objective,Monthly Budget,Currency,"
            "Campaign Start Date,Campaign End Date"
        ),
        [
            (
                ad.campaign_id,
                ad.name,
                ad.campaign_type,
                f"{ad.budget:.2f}",
                PLATFORMS[ad.platform].currency,
                _us_date(ad.first_day),
                _end(ad, "%m/%d/%Y"),
            )
            for ad in campaigns
        ],
    )
    write_csv(
        folder / "ad_performance.csv",
        columns(
            "Start Date (in UTC),Account ID,Campaign ID,Campaign Name,Currency,"
            "Total Spent,Impressions,Clicks,Leads"
        ),
        [
            (
                _us_date(row.day),
                PLATFORMS[row.campaign.platform].account_id,
                row.campaign.campaign_id,
                row.campaign.name,
                PLATFORMS[row.campaign.platform].currency,
                f"{row.cents / 100:.2f}",
                row.impressions,
                row.clicks,
                round(row.conversions),
            )
            for row in spend
        ],
    )


def _meta(folder: Path, campaigns: list[Campaign], spend: list[Spend]) -> None:
    write_csv(
        folder / "campaigns.tsv",
        columns("Campaign ID,Campaign name,Objective,Starts,Ends"),
        [
            (
                ad.campaign_id,
                ad.name,
                ad.campaign_type,
                date_of(ad.first_day),
                _end(ad, "%Y-%m-%d"),
            )
            for ad in campaigns
        ],
        delimiter="\t",
    )
    write_csv(
        folder / "insights.tsv",
        columns(
            "Day,Account ID,Campaign ID,Campaign name,Amount spent (EUR),Impressions,Link clicks,Results"
        ),
        [
            (
                date_of(row.day),
                PLATFORMS[row.campaign.platform].account_id,
                row.campaign.campaign_id,
                row.campaign.name,
                f"{row.cents / 100:.2f}",
                row.impressions,
                row.clicks,
                round(row.conversions),
            )
            for row in spend
        ],
        delimiter="\t",
    )


def _microsoft(folder: Path, campaigns: list[Campaign], spend: list[Spend]) -> None:
    write_csv(
        folder / "campaigns.csv",
        columns("Campaign ID,Campaign name,Campaign type,Monthly budget,Currency code"),
        [
            (
                ad.campaign_id,
                ad.name,
                ad.campaign_type,
                f"{ad.budget:,.2f}",
                PLATFORMS[ad.platform].currency,
            )
            for ad in campaigns
        ],
    )
    write_csv(
        folder / "campaign_report.csv",
        columns(
            "Gregorian date,Account number,Campaign ID,Campaign name,Currency code,Spend,"
            "Impressions,Clicks,Conversions"
        ),
        [
            (
                date_of(row.day),
                PLATFORMS[row.campaign.platform].account_id,
                row.campaign.campaign_id,
                row.campaign.name,
                PLATFORMS[row.campaign.platform].currency,
                f"{row.cents / 100:,.2f}",
                f"{row.impressions:,}",
                f"{row.clicks:,}",
                round(row.conversions),
            )
            for row in spend
        ],
    )


def _us_date(day: Day) -> str:
    return date_of(day).strftime("%m/%d/%Y")


def _end(campaign: Campaign, layout: str) -> str:
    """The last day; empty while the campaign runs."""
    if campaign.last_day == LAST_DAY:
        return ""
    return date_of(campaign.last_day).strftime(layout)
