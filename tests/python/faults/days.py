"""A small company's exports day by day, with all that real exports do: rows come late, corrected, twice,
deleted and in another order. Each day's files are whole; the last day's say everything.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

FIRST_DAY = dt.date(2026, 3, 2)
STATUSES = ("MQL", "Accepted", "Qualified", "Rejected")

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Day:
    """The files of one day: leads, and every change of status known by then."""

    date: dt.date
    leads: Rows
    history: Rows


def days(count: int, seed: int) -> list[Day]:
    """So many days of some three new leads each."""
    rng = Random(f"days {seed}")
    leads: dict[str, list[str]] = {}
    history: list[tuple[dt.date, tuple[str, ...]]] = []
    made = []
    for number in range(count):
        today = FIRST_DAY + dt.timedelta(days=number)
        for _ in range(rng.randint(2, 4)):
            key = str(len(leads) + 1)
            source = rng.choice(("website", "newsletter", "", "unknown words"))
            leads[key] = [
                key,
                f"{today} {_time(rng)}",
                f"p{rng.randint(1, 40)}@firm{key}.example",
                source,
                "",
            ]
            for step, status in enumerate(STATUSES[: rng.randint(0, 4)]):
                happened = today + dt.timedelta(days=2 * step + rng.randint(0, 1))
                told = happened + dt.timedelta(days=rng.choice((0, 0, 0, 3)))  # some are told late
                history.append((told, (key, status, f"{happened} {_time(rng)}")))
        corrected, deleted = rng.choice(list(leads)), rng.choice(list(leads))
        leads[corrected][2] = f"corrected{number}@firm.example"
        if number % 3 == 2:
            leads[deleted][4] = "yes"
        known = [row for told, row in history if told <= today]
        rows = [tuple(lead) for lead in leads.values()]
        made.append(Day(today, _twice(rng, rows), _twice(rng, known)))
    return made


def shuffled(rows: Rows, seed: int) -> Rows:
    """The same rows in another order."""
    return Random(f"order {seed}").sample(rows, len(rows))


def _twice(rng: Random, rows: Rows) -> Rows:
    """The rows with some of them a second time, in an order of chance."""
    doubled = [*rows, *rng.sample(rows, len(rows) // 5)]
    return rng.sample(doubled, len(doubled))


def _time(rng: Random) -> str:
    return f"{rng.randint(7, 19):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"
