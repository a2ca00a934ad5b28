"""The campaigns of the four ad platforms, and the fairs, webinars and mailings of the CRM."""

from __future__ import annotations

import bisect
import datetime as dt
from dataclasses import dataclass
from random import Random

from leitstand.company import names
from leitstand.company.choice import Weighted
from leitstand.company.clock import (
    FIRST_DAY,
    LAST_DAY,
    Day,
    date_of,
    day_number,
    is_working_day,
)


@dataclass(frozen=True, slots=True)
class Platform:
    """One advertising account."""

    name: str
    account_id: str
    currency: str
    cost_per_click: float
    click_rate: float
    channel: str


PLATFORMS = {
    p.name: p
    for p in (
        Platform("google_ads", "482-551-9037", "EUR", 9.50, 0.042, "paid_search"),
        Platform("linkedin_ads", "508114236", "USD", 13.50, 0.006, "paid_social"),
        Platform("meta_ads", "act_77120945", "EUR", 3.40, 0.011, "paid_social"),
        Platform("microsoft_ads", "F107XK42", "USD", 7.80, 0.009, "paid_search"),
    )
}


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign; a budget is money per month on a platform, in all elsewhere."""

    campaign_id: str
    name: str
    platform: str
    campaign_type: str
    channel: str
    budget: float
    first_day: Day
    last_day: Day
    parent_id: str = ""

    @property
    def slug(self) -> str:
        """The campaign as links name it."""
        return names.slug(self.name)

    def runs(self, day: Day) -> bool:
        """True on the days of the campaign."""
        return self.first_day <= day <= self.last_day


_AD_CAMPAIGNS = (  # platform, name, type, budget a month, first day, last day
    ("google_ads", "DE | Search | Marke", "Search", 1_900, None, None),
    ("google_ads", "DACH | Search | Getriebemotoren", "Search", 6_200, None, None),
    ("google_ads", "DACH | Search | Servoantriebe", "Search", 4_600, None, None),
    ("google_ads", "DACH | Search | Planetengetriebe", "Search", 3_300, None, None),
    ("google_ads", "AT CH | Search | Generisch", "Search", 2_100, None, None),
    ("google_ads", "DE | Search | Retrofit", "Search", 2_900, (2024, 11, 4), None),
    ("google_ads", "DACH | Performance Max", "Performance Max", 2_700, (2025, 2, 3), None),
    ("google_ads", "EU | Search | Gear motors", "Search", 1_900, (2025, 9, 1), None),
    ("linkedin_ads", "DACH | Konstruktion | Whitepaper", "Lead generation", 4_700, None, None),
    ("linkedin_ads", "DACH | Einkauf | Website", "Website visits", 2_900, None, None),
    ("linkedin_ads", "DE | Geschäftsführung | Retrofit", "Website visits", 2_600, None, (2025, 8, 31)),
    ("linkedin_ads", "DACH | Webinare", "Event", 1_800, None, None),
    ("linkedin_ads", "DACH | Energieeffizienz IE5", "Lead generation", 2_900, (2025, 9, 1), None),
    ("meta_ads", "DE | Reichweite Instandhaltung", "Traffic", 1_500, None, None),
    ("meta_ads", "DACH | Retargeting", "Conversions", 1_900, None, None),
    ("meta_ads", "DE | Fachkräfte Konstruktion", "Leads", 1_000, (2025, 1, 13), None),
    ("microsoft_ads", "DE | Suche | Getriebemotoren", "Search", 2_600, None, None),
    ("microsoft_ads", "DE | Suche | Marke", "Search", 700, None, None),
    ("microsoft_ads", "AT CH | Suche | Antriebe", "Search", 1_500, None, None),
)

_FAIRS = (  # name, first day, last day, budget in EUR
    ("Motek Stuttgart 2024", (2024, 10, 8), (2024, 10, 11), 24_000),
    ("SPS Nürnberg 2024", (2024, 11, 12), (2024, 11, 14), 62_000),
    ("LogiMAT Stuttgart 2025", (2025, 3, 11), (2025, 3, 13), 28_000),
    ("Hannover Messe 2025", (2025, 3, 31), (2025, 4, 4), 71_000),
    ("Smart Automation Linz 2025", (2025, 5, 20), (2025, 5, 22), 19_000),
    ("Sindex Bern 2025", (2025, 9, 2), (2025, 9, 4), 17_000),
    ("Motek Stuttgart 2025", (2025, 10, 7), (2025, 10, 10), 25_000),
    ("SPS Nürnberg 2025", (2025, 11, 25), (2025, 11, 27), 65_000),
    ("LogiMAT Stuttgart 2026", (2026, 3, 24), (2026, 3, 26), 29_000),
    ("Hannover Messe 2026", (2026, 4, 20), (2026, 4, 24), 74_000),
    ("all about automation Heilbronn 2026", (2026, 5, 20), (2026, 5, 21), 12_000),
)

_WEBINAR_TOPICS = (
    "Antriebe richtig auslegen",
    "IE5 in der Praxis",
    "Retrofit statt Neukauf",
    "Condition Monitoring",
    "Servo oder Getriebemotor",
)
WEBINAR_BUDGET = 900
NO_WEBINAR_MONTHS = (8, 12)


class Campaigns:
    """All campaigns, and which of them run when."""

    def __init__(self) -> None:
        """Plan the campaigns of both years."""
        self.ads = [_ad_campaign(i, *row) for i, row in enumerate(_AD_CAMPAIGNS)]
        self.fairs = [_fair(i, *row) for i, row in enumerate(_FAIRS, start=1)]
        self.webinars = _webinars()
        self.mailings = _mailings()
        self._running: dict[tuple[str, Day], Weighted[Campaign]] = {}
        self._next = {"event": self.fairs, "webinar": self.webinars}

    @property
    def crm(self) -> list[Campaign]:
        """The campaigns that the CRM knows."""
        return [*self.fairs, *self.webinars, *self.mailings]

    def ad(self, rng: Random, channel: str, day: Day) -> Campaign:
        """An ad campaign of a channel that runs on a day, drawn by budget."""
        running = self._running.get((channel, day))
        if running is None:
            running = self._running[channel, day] = Weighted(
                {ad: ad.budget for ad in self.ads if ad.channel == channel and ad.runs(day)}
            )
        return running.draw(rng)

    def mailing(self, day: Day) -> Campaign:
        """The newsletter of a quarter."""
        return next(m for m in reversed(self.mailings) if m.first_day <= day)

    def upcoming(self, channel: str, day: Day, within: int) -> Campaign | None:
        """The next fair or webinar that begins within some days."""
        campaigns = self._next[channel]
        index = bisect.bisect_left(campaigns, day, key=lambda campaign: campaign.first_day)
        if index < len(campaigns) and campaigns[index].first_day <= day + within:
            return campaigns[index]
        return None


def _day(date: tuple[int, int, int] | None, otherwise: Day) -> Day:
    return day_number(dt.date(*date)) if date else otherwise


def _ad_campaign(
    index: int,
    platform: str,
    name: str,
    campaign_type: str,
    budget: float,
    first: tuple[int, int, int] | None,
    last: tuple[int, int, int] | None,
) -> Campaign:
    number = {"google_ads": 20_418_550_000, "linkedin_ads": 331_250_000}.get(platform, 68_120_000_000)
    return Campaign(
        campaign_id=str(number + 7_919 * (index + 1)),
        name=name,
        platform=platform,
        campaign_type=campaign_type,
        channel=PLATFORMS[platform].channel,
        budget=budget,
        first_day=_day(first, FIRST_DAY),
        last_day=_day(last, LAST_DAY),
    )


def _fair(
    number: int, name: str, first: tuple[int, int, int], last: tuple[int, int, int], budget: float
) -> Campaign:
    first_day, last_day = _day(first, FIRST_DAY), _day(last, LAST_DAY)
    return Campaign(f"K-M{number:03}", name, "", "Messe", "event", budget, first_day, last_day)


def _webinars() -> list[Campaign]:
    """One webinar a month, on the third Thursday."""
    webinars: list[Campaign] = []
    for day in range(FIRST_DAY, LAST_DAY + 1):
        date = date_of(day)
        if date.weekday() != 3 or not 15 <= date.day <= 21 or date.month in NO_WEBINAR_MONTHS:
            continue
        day += 0 if is_working_day(day) else -7
        topic = _WEBINAR_TOPICS[len(webinars) % len(_WEBINAR_TOPICS)]
        webinars.append(
            Campaign(
                campaign_id=f"K-W{len(webinars) + 1:03}",
                name=f"Webinar {topic} {date:%m/%Y}",
                platform="",
                campaign_type="Webinar",
                channel="webinar",
                budget=WEBINAR_BUDGET,
                first_day=day,
                last_day=day,
            )
        )
    return webinars


def _mailings() -> list[Campaign]:
    """One newsletter series a quarter."""
    quarters = [
        day for day in range(FIRST_DAY, LAST_DAY + 1) if date_of(day).day == 1 and date_of(day).month % 3 == 1
    ]
    ends = [day - 1 for day in quarters[1:]] + [LAST_DAY]
    return [
        Campaign(
            campaign_id=f"K-N{number:03}",
            name=f"Newsletter Q{date_of(first).month // 3 + 1}/{date_of(first).year}",
            platform="",
            campaign_type="Newsletter",
            channel="email",
            budget=1_500,
            first_day=first,
            last_day=last,
        )
        for number, (first, last) in enumerate(zip(quarters, ends, strict=True), start=1)
    ]
