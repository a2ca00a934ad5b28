"""Who turns up when: the first sign of each future lead."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from leitstand.company import constants as c
from leitstand.company.campaigns import Campaign, Campaigns
from leitstand.company.choice import Weighted
from leitstand.company.clock import (
    FIRST_DAY,
    HOUR,
    LAST_DAY,
    Day,
    Instant,
    at,
    demand,
    is_working_day,
    web_second,
)

WINDOW = range(FIRST_DAY, LAST_DAY + 1)
REGISTRATION_DAYS = 12  # before a webinar
OUTBOUND_EXPANSION = 0.5  # customers whom sales calls; the others come by themselves
DIRECT_UNKNOWN = 0.4  # leads of unknown origin who came to the website by hand


class Arrival(NamedTuple):
    """One future lead; without a channel where no visit precedes the lead."""

    instant: Instant
    number: int
    origin_path: str
    channel: str
    campaign: Campaign | None


def arrivals(rng: Random, campaigns: Campaigns) -> list[Arrival]:
    """All arrivals of the two years, in order of time."""
    origins = Weighted(c.ORIGIN_SHARE).draws(rng, c.PEOPLE)
    channels = Weighted({name: channel.leads for name, channel in c.CHANNELS.items()})
    web_days = _Days(demand)
    assistant_days = _Days(lambda day: demand(day) * (0.25 + (day - FIRST_DAY) / len(WINDOW)))
    office_days = _Days(lambda day: demand(day) if is_working_day(day) else 0.0)
    fairs = Weighted({fair: fair.budget for fair in campaigns.fairs})
    webinars = Weighted({webinar: 1.0 for webinar in campaigns.webinars})

    def arrive(number: int, origin: str) -> Arrival:
        channel = _channel(rng, origin, channels)
        if channel == "event":
            fair = fairs.draw(rng)
            day = rng.randint(fair.first_day, fair.last_day)
            second = int(rng.triangular(9, 18, 13) * HOUR)
            return Arrival(at(day, second), number, origin, channel, fair)
        if channel == "webinar":
            webinar = webinars.draw(rng)
            day = webinar.first_day - int(rng.triangular(0, REGISTRATION_DAYS, 1))
            return Arrival(at(day, web_second(rng)), number, origin, channel, webinar)
        if channel in ("", "partner"):
            second = int(rng.triangular(8, 18, 10) * HOUR)
            return Arrival(at(office_days.draw(rng), second), number, origin, channel, None)
        days = assistant_days if channel == "ai_assistant" else web_days
        return Arrival(at(days.draw(rng), web_second(rng)), number, origin, channel, None)

    return sorted(arrive(number, origin) for number, origin in enumerate(origins))


class _Days:
    """Days drawn by a weight."""

    def __init__(self, weight: Callable[[Day], float]) -> None:
        self._days = Weighted({day: weight(day) for day in WINDOW})

    def draw(self, rng: Random) -> Day:
        return self._days.draw(rng)


def _channel(rng: Random, origin: str, channels: Weighted[str]) -> str:
    if origin == "marketing":
        return channels.draw(rng)
    if origin == "partner":
        return "partner"
    if origin == "customer_expansion":
        return "" if rng.random() < OUTBOUND_EXPANSION else channels.draw(rng)
    if origin == "unknown":
        return "direct" if rng.random() < DIRECT_UNKNOWN else ""
    return ""
