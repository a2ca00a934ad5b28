"""The public holidays that close business, written to a reference seed from the package `holidays`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import holidays

from leitstand.config import PROJECT_ROOT

SEED = PROJECT_ROOT / "seeds" / "reference" / "public_holidays.csv"
COUNTRIES = ("DE", "AT", "CH")
YEARS = range(2020, 2031)


def holiday_rows(
    countries: tuple[str, ...] = COUNTRIES, years: range = YEARS
) -> list[tuple[str, str, str, str]]:
    """Country, subdivision, ISO date and name of every public holiday.

    What holds in the whole country stands once, without subdivision; a subdivision has its own days only.
    """
    rows = []
    for country in countries:
        everywhere = holidays.country_holidays(country, years=years, language="de")
        rows += [(country, "", day.isoformat(), name) for day, name in everywhere.items()]
        for subdivision in everywhere.subdivisions:
            days = holidays.country_holidays(country, subdiv=subdivision, years=years, language="de")
            rows += [
                (country, subdivision, day.isoformat(), name)
                for day, name in days.items()
                if day not in everywhere
            ]
    return sorted(rows)


def seed_text() -> str:
    """The seed as it should stand in the repository."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["country", "subdivision", "holiday_date", "name"])
    writer.writerows(holiday_rows())
    return text.getvalue()


def write_seed(file: Path = SEED) -> int:
    """Write the seed anew; the number of its rows."""
    text = seed_text()
    file.write_text(text, encoding="utf-8")
    return text.count("\n") - 1
