"""Invented exchange rates, on the days on which the European Central Bank would publish them."""

from __future__ import annotations

import datetime as dt
import math
from random import Random

from leitstand.company.clock import FIRST_DAY, LAST_DAY, bank_holidays, date_of

DAYS_BEFORE = 14  # rates begin before the company does, so that its first days have one
START = {"USD": 1.0812, "GBP": 0.8465, "CHF": 0.9540}
DAILY_SIGMA = 0.0028
PULL = 0.012  # back to the start, so that a rate stays near it
DISCONTINUED = "HRK"  # a column of the file that holds no rate any more

Rates = dict[str, float]


def daily_rates(rng: Random) -> list[tuple[dt.date, Rates]]:
    """Units of each currency for one euro, one row a banking day, oldest first."""
    drift = dict.fromkeys(START, 0.0)
    rows = []
    for day in range(FIRST_DAY - DAYS_BEFORE, LAST_DAY + 1):
        date = date_of(day)
        if date.weekday() >= 5 or date in bank_holidays(date.year):
            continue
        for currency in START:
            drift[currency] += rng.gauss(0, DAILY_SIGMA) - PULL * drift[currency]
        rows.append((date, {name: round(start * math.exp(drift[name]), 4) for name, start in START.items()}))
    return rows
