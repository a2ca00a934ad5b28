"""How a figure is written: so many digits that it is an honest rounding, in the language's way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from babel.numbers import format_decimal

from leitstand.report.wording import Wording
from leitstand.words.figures import Figure
from leitstand.words.numbers import COARSEST

MILLION = 1_000_000
MOST_DECIMALS = 6
DIFFERENCES = ("difference", "against_prior_period")
# Units in words: nominative and dative.
UNITS = {
    "de": {
        "days": ("Tage", "Tagen"),
        "minutes": ("Minuten", "Minuten"),
        "months": ("Monate", "Monaten"),
        "points": ("Prozentpunkte", "Prozentpunkten"),
    },
    "en": {
        unit: (name, name)
        for unit, name in (
            ("days", "days"),
            ("minutes", "minutes"),
            ("months", "months"),
            ("points", "percentage points"),
        )
    },
}


@cache
def wording(language: str, currency: str) -> Wording:
    """How the report says things, read once."""
    return Wording(language, currency)


class Written(str):
    """A figure as it is written; `{x:bare}` leaves out a unit in words, `{x:dative}` bends it."""

    bare: str
    dative: str

    def __format__(self, form: str) -> str:
        return {"bare": self.bare, "dative": self.dative}.get(form, str(self))


def write(figure: Figure, words: Wording) -> Written:
    """A figure in its unit; amounts from a million on in millions, differences with their sign.

    A digit more is shown where rounding would move the figure by more than a twentieth.
    """
    number = _number(figure.value, figure.unit, figure.measure, words)
    if figure.measure in DIFFERENCES and figure.value > 0:
        number = f"+{number}"
    unit = "points" if figure.measure in DIFFERENCES and figure.unit == "share" else figure.unit
    forms = UNITS[words.language].get(unit)
    if forms is None:
        return _written(number, number, number)
    return _written(f"{number} {forms[0]}", number, f"{number} {forms[1]}")


def _written(text: str, bare: str, dative: str) -> Written:
    written = Written(text)
    written.bare, written.dative = bare, dative
    return written


def _number(value: float, unit: str, measure: str, words: Wording) -> str:
    if measure in DIFFERENCES and unit == "share":
        return _honest(value * 100, 1, words)
    if unit == "share":
        return _widened(value * 100, 1, lambda decimals: words.share(value, decimals))
    if unit.startswith("currency"):
        if abs(value) >= MILLION:
            return words.short_money(value)
        return _widened(value, 0 if abs(value) >= 100 else 2, lambda decimals: words.money(value, decimals))
    if unit in ("days", "minutes", "months"):
        start = 0 if abs(value) >= 100 else 1
        return _honest(value, start, words)
    if unit == "ratio":
        return _honest(value, 2, words)
    return _honest(value, 0 if float(value).is_integer() else 1, words)


def _honest(value: float, decimals: int, words: Wording) -> str:
    def written(digits: int) -> str:
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        text = format_decimal(Decimal(repr(value)), pattern, words.language)
        return str(text).replace("-", "\N{MINUS SIGN}")

    return _widened(value, decimals, written)


def _widened(value: float, decimals: int, written: Callable[[int], str]) -> str:
    """Written with as many decimals as honest rounding wants, `decimals` at least."""
    exact = Decimal(repr(value))
    while decimals < MOST_DECIMALS and abs(round(exact, decimals) - exact) > COARSEST * abs(exact):
        decimals += 1
    return written(decimals)


def describe_period(period_type: str, period: dt.date | None, words: Wording) -> str:
    """A period in words: `June 2026`, `three months to June 2026`."""
    german = words.language == "de"
    if period is None:
        return "diese Veröffentlichung" if german else "this release"
    month = words.month(period)
    if period_type == "quarter":
        return f"Quartal ab {month}" if german else f"quarter from {month}"
    if period_type == "year_to_date":
        return f"Geschäftsjahr bis {month}" if german else f"fiscal year to {month}"
    if period_type.startswith("rolling_"):
        count = period_type.split("_")[1]
        return f"{count} Monate bis {month}" if german else f"{count} months to {month}"
    return month
