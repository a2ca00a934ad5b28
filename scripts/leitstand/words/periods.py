"""Days and periods in German and English text: `June 2026`, `drei Monate bis Juni 2026`, `Q2 2026`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from babel import Locale

from leitstand.words.numbers import WORDS

DAY, MONTH, QUARTER, YEAR, TO_DATE = "day", "month", "quarter", "year", "year_to_date"
ORDINALS = {
    "de": [r"erste[ns]?", r"zweite[ns]?", r"dritte[ns]?", r"vierte[ns]?"],
    "en": ["first", "second", "third", "fourth"],
}
TO = r"(?:up\sto|to|until|through|ending|bis(?:\sEnde)?|[-–])"


@dataclass(frozen=True)
class Period:
    """A day or period as a text names it.

    `kind` is the scorecard's period type, or `day` or `year`. `first` is the day, the first day of the month
    or, of a longer period, of its last month; a fiscal quarter and a year are named by `year` and
    `quarter`, a month without its year by `month`. All are empty where only a length is named, as in
    `over three months`.
    """

    start: int
    end: int
    text: str
    kind: str
    first: dt.date | None = None
    year: int | None = None
    quarter: int | None = None
    month: int | None = None

    @property
    def is_anchored(self) -> bool:
        """True where it says when, not only how long."""
        return self.first is not None or self.year is not None or self.month is not None


class _Months:
    """The names of months in one language."""

    def __init__(self, language: str) -> None:
        months = Locale(language).months["format"]
        self.numbers: dict[str, int] = {
            name.rstrip(".").lower(): number
            for width in ("wide", "abbreviated")
            for number, name in months[width].items()
        }
        wide = "|".join(sorted(months["wide"].values(), key=len, reverse=True))
        names = "|".join(sorted(self.numbers, key=len, reverse=True))
        self.wide = rf"(?-i:\b(?:{wide})\b)"
        self.any = rf"\b(?:{names})\b\.?"

    def number(self, name: str) -> int:
        return self.numbers[name.rstrip(".").lower()]


@cache
def _readers(language: str) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], Period | None]]]:
    """What to look for, the longest first; each with what it means."""
    months = _Months(language)
    count = "|".join(WORDS[language].split())
    lengths = rf"(?<![\w.,])(?P<count>\d{{1,2}}|{count})\s(?:months?|monate?n?)\b"
    month = rf"(?P<month>{months.any})\s(?P<year>\d{{4}})\b"
    year_to_date = (
        r"(?:year\sto\sdate|(?:fiscal|financial)\syear|geschäftsjahr(?:es)?|jahresbeginn|kumuliert)"
    )
    quarters = "|".join(ORDINALS[language])

    def dated(found: re.Match[str]) -> dt.date:
        return dt.date(int(found["year"]), months.number(found["month"]), 1)

    def day(found: re.Match[str]) -> Period | None:
        name = found["month"]
        number = int(name) if name.isdigit() else months.number(name)
        try:
            return _period(found, DAY, dt.date(int(found["year"]), number, int(found["day"])))
        except ValueError:
            return _period(found, DAY)

    def rolling(found: re.Match[str]) -> Period:
        word = found["count"].lower()
        length = int(word) if word.isdigit() else WORDS[language].split().index(word) + 2
        first = dated(found) if found["month"] else None
        return _period(found, rolling_type(length), first)

    def span(found: re.Match[str]) -> Period:
        last = dated(found)
        first = dt.date(int(found["from_year"] or last.year), months.number(found["from"]), 1)
        length = (last.year - first.year) * 12 + last.month - first.month + 1
        return _period(found, rolling_type(length), last)

    def quarter(found: re.Match[str]) -> Period:
        word = found["quarter"].lower()
        number = (
            int(word)
            if word.isdigit()
            else next(i for i, o in enumerate(ORDINALS[language], start=1) if re.fullmatch(o, word))
        )
        return _period(found, QUARTER, year=int(found["year"]), quarter=number)

    def plain_month(found: re.Match[str]) -> Period | None:
        number = int(found["number"])
        return _period(found, MONTH, dt.date(int(found["year"]), number, 1)) if 1 <= number <= 12 else None

    patterns: list[tuple[str, Callable[[re.Match[str]], Period | None]]] = [
        (r"(?<![\w.])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\w-])", day),
        (r"(?<![\w.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})\b", day),
        (rf"(?<![\w.])(?P<day>\d{{1,2}})\.?\s{month}", day),
        (rf"(?P<month>{months.any})\s(?P<day>\d{{1,2}}),?\s(?P<year>\d{{4}})\b", day),
        (rf"{lengths}(?:\s{TO}\s{month})?", rolling),
        (rf"(?P<from>{months.any})(?:\s(?P<from_year>\d{{4}}))?\s?{TO}\s?{month}", span),
        (
            rf"\b{year_to_date}\b(?:\s{TO})?\s{month}",
            lambda found: _period(found, TO_DATE, dated(found)),
        ),
        (r"\bQ(?P<quarter>[1-4])[\s/-]?(?:FY)?\s?(?P<year>\d{4})\b", quarter),
        (
            rf"(?<![\w.])(?:(?P<quarter>[1-4]|{quarters})\.?)\s(?:fiscal\s)?(?:quarter|quartals?)"
            r"\s(?:of\s|des\sgeschäftsjahres\s)?(?P<year>\d{4})\b",
            quarter,
        ),
        (month, lambda found: _period(found, MONTH, dated(found))),
        (r"(?<![\w.])(?P<year>\d{4})-(?P<number>\d{2})(?![\w-])", plain_month),
        (r"(?<![\w./])(?P<number>\d{1,2})/(?P<year>\d{4})\b", plain_month),
        (
            r"\b(?:in|im\sjahr|jahr|year|fy|since|seit|geschäftsjahr)\s?(?P<year>20\d\d)\b(?!\s?[%€$])",
            lambda found: _period(found, YEAR, year=int(found["year"])),
        ),
        (rf"\b{year_to_date}\b", lambda found: _period(found, TO_DATE)),
        (
            rf"(?P<month>{months.wide})(?!\s\d)",
            lambda found: _period(found, MONTH, month=months.number(found["month"])),
        ),
        (r"\b(?:(?:in|for|of)\sthe\smonth|im\smonat|des\smonats)\b", lambda found: _period(found, MONTH)),
    ]  # fmt: skip
    return [(re.compile(pattern, re.IGNORECASE), reader) for pattern, reader in patterns]


def rolling_type(months: int) -> str:
    """The scorecard's name of a period of so many months."""
    return MONTH if months == 1 else f"rolling_{months}_months"


def _period(
    found: re.Match[str],
    kind: str,
    first: dt.date | None = None,
    *,
    year: int | None = None,
    quarter: int | None = None,
    month: int | None = None,
) -> Period:
    return Period(*found.span(), found[0].strip(), kind, first, year, quarter, month)


def find_periods(text: str, language: str) -> Iterator[Period]:
    """The days and periods of a text, not in order; none overlaps another.

    Parameters:
        text: with plain blanks and hyphens.
        language: `de` or `en`; says how months are called.
    """
    taken = [False] * len(text)
    for pattern, reader in _readers(language):
        for found in pattern.finditer(text):
            if any(taken[found.start() : found.end()]):
                continue
            period = reader(found)
            if period is not None:
                taken[found.start() : found.end()] = [True] * (found.end() - found.start())
                yield period
