"""The company's fixed clock and calendar.

An instant is whole seconds since 1970 in UTC; a day counts days since 1970 in the company's time zone,
Europe/Berlin.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from leitstand.company import constants as c
from leitstand.company.choice import Weighted

Instant = int
Day = int

BERLIN = ZoneInfo("Europe/Berlin")
EPOCH = dt.date(1970, 1, 1)
DAY = 86_400
HOUR = 3_600
SWITCH = 3 * HOUR  # local time from which the offset of a day with a clock change holds


def day_number(date: dt.date) -> Day:
    """The day of a date."""
    return (date - EPOCH).days


FIRST_DAY = day_number(dt.date(2024, 7, 1))
LAST_DAY = day_number(dt.date(2026, 6, 30))


@cache
def date_of(day: Day) -> dt.date:
    """The date of a day."""
    return EPOCH + dt.timedelta(days=day)


@cache
def _offsets(day: Day) -> tuple[int, int]:
    """Seconds ahead of UTC at the day's midnight and at its noon."""
    date = date_of(day)
    midnight, noon = (
        dt.datetime(date.year, date.month, date.day, hour, tzinfo=BERLIN).timestamp() for hour in (0, 12)
    )
    return day * DAY - int(midnight), day * DAY + 12 * HOUR - int(noon)


def at(day: Day, second: int) -> Instant:
    """The instant of a local time, given as seconds since midnight on the wall clock."""
    early, late = _offsets(day)
    return day * DAY + second - (early if second < SWITCH else late)


def local(instant: Instant) -> tuple[Day, int]:
    """Day and seconds since midnight on the wall clock."""
    day = (instant + 2 * HOUR) // DAY
    if instant < at(day, 0):
        day -= 1
    early, late = _offsets(day)
    second = instant + late - day * DAY
    return day, second if second >= SWITCH else instant + early - day * DAY


def day_of(instant: Instant) -> Day:
    """The local day of an instant."""
    return local(instant)[0]


START = at(FIRST_DAY, 0)
HORIZON = at(LAST_DAY + 1, 0)  # what happens from here on nobody knows yet


def easter(year: int) -> dt.date:
    """Easter Sunday (Gauss, in the form of Lichtenberg)."""
    k = year // 100
    m = 15 + (3 * k + 3) // 4 - (8 * k + 13) // 25
    a = year % 19
    d = (19 * a + m) % 30
    full_moon = 21 + d - (d + a // 11) // 29
    sunday = 7 - (year + year // 4 + 2 - (3 * k + 3) // 4) % 7
    return dt.date(year, 3, 1) + dt.timedelta(days=full_moon + 6 - (full_moon - sunday) % 7)


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """Weekdays on which the ECB publishes no rates."""
    sunday = easter(year)
    fixed = [dt.date(year, month, day) for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))]
    return frozenset([*fixed, sunday - dt.timedelta(days=2), sunday + dt.timedelta(days=1)])


@cache
def public_holidays(year: int) -> frozenset[dt.date]:
    """Days on which nobody in the company works."""
    moved = [easter(year) + dt.timedelta(days=days) for days in (39, 50)]
    fixed = [dt.date(year, month, day) for month, day in ((10, 3), (12, 24), (12, 31))]
    return bank_holidays(year) | frozenset(moved + fixed)


@cache
def is_working_day(day: Day) -> bool:
    """True from Monday to Friday, holidays excepted."""
    date = date_of(day)
    return date.weekday() < 5 and date not in public_holidays(date.year)


@cache
def demand(day: Day) -> float:
    """How much goes on on a day: growth, season, weekday and holidays."""
    date = date_of(day)
    weight: float = (1 + c.GROWTH_PER_YEAR) ** ((day - FIRST_DAY) / 365) * c.MONTH_WEIGHT[date.month - 1]
    if date in public_holidays(date.year):
        weight *= c.HOLIDAY_WEIGHT
    else:
        weight *= c.WEEKDAY_WEIGHT[date.weekday()]
    if (date.month, date.day) >= (12, 22) or (date.month, date.day) <= (1, 6):
        weight *= c.CHRISTMAS_WEIGHT
    return weight


_HOURS = Weighted(dict(enumerate(c.HOUR_WEIGHT)))


def lag_seconds(rng: Random, lag: tuple[float, float]) -> int:
    """A log-normal lag, given as median and sigma in days."""
    median, sigma = lag
    return int(median * math.exp(rng.gauss(0.0, sigma)) * DAY)


def web_second(rng: Random) -> int:
    """A time of day at which people browse."""
    return _HOURS.draw(rng) * HOUR + int(rng.random() * HOUR)


def web_time(rng: Random, after: Instant, seconds: int) -> Instant:
    """An instant about so many seconds later, at which somebody may visit a website."""
    if seconds < 2 * HOUR:
        return after + max(seconds, 60)
    day = day_of(after + seconds)
    while rng.random() > demand(day):
        day += rng.randrange(1, 4)
    instant = at(day, web_second(rng))
    return instant if instant > after else after + 600 + int(rng.random() * HOUR)


def office_time(rng: Random, after: Instant, seconds: int) -> Instant:
    """An instant about so many seconds later, in office hours; always later than `after`."""
    day, second = local(after + seconds)
    if is_working_day(day) and 8 * HOUR <= second < 18 * HOUR and seconds > 0:
        return after + seconds
    if second >= 18 * HOUR:
        day += 1
    while True:
        if is_working_day(day):
            instant = at(day, 8 * HOUR + int(rng.triangular(0, 9.5, 2) * HOUR))
            if instant > after:
                return instant
        day += 1


@cache
def date_text(day: Day) -> str:
    """dd.mm.yyyy."""
    return date_of(day).strftime("%d.%m.%Y")


def local_text(instant: Instant) -> str:
    """dd.mm.yyyy hh:mm:ss in the company's time zone."""
    day, second = local(instant)
    return f"{date_text(day)} {second // HOUR:02}:{second // 60 % 60:02}:{second % 60:02}"


def utc_text(instant: Instant) -> str:
    """yyyy-mm-dd hh:mm:ss in UTC."""
    second = instant % DAY
    return f"{date_of(instant // DAY)} {second // HOUR:02}:{second // 60 % 60:02}:{second % 60:02}"
