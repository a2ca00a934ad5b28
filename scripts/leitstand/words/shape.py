"""How a figure is written: so many digits that it is an honest rounding, in the language's way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from babel.numbers import format_decimal

from leitstand.report.wording import Wording
from leitstand.words.figures import Figure
from leitstand.words.numbers import COARSEST

MILLION = 1_000_000
MOST_DECIMALS = 6


def write(figure: Figure, words: Wording, *, signed: bool = False) -> str:
    """A figure in its unit; amounts from a million on in millions.

    A digit more is shown where rounding would move the figure by more than a twentieth.
    """
    value, unit = figure.value, figure.unit
    text = _number(value, unit, figure.measure, words)
    return f"+{text}" if signed and value > 0 else text


def _number(value: float, unit: str, measure: str, words: Wording) -> str:
    if measure == "difference" and unit == "share":
        return f"{_honest(value * 100, 1, words)} {words_for('points', words.language)}"
    if unit == "share":
        return _widened(value * 100, 1, lambda decimals: words.share(value, decimals))
    if unit.startswith("currency"):
        if abs(value) >= MILLION:
            return words.short_money(value)
        return _widened(value, 0 if abs(value) >= 100 else 2, lambda decimals: words.money(value, decimals))
    if unit in ("days", "minutes", "months"):
        start = 0 if abs(value) >= 100 else 1
        return f"{_honest(value, start, words)} {words_for(unit, words.language)}"
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


UNITS = {
    "de": {"days": "Tage", "minutes": "Minuten", "months": "Monate", "points": "Prozentpunkte"},
    "en": {"days": "days", "minutes": "minutes", "months": "months", "points": "percentage points"},
}


def words_for(unit: str, language: str) -> str:
    """What a unit is called."""
    return UNITS[language][unit]


def describe_period(period_type: str, period: dt.date | None, words: Wording) -> str:
    """A period in words: `June 2026`, `three months to June 2026`."""
    if period is None:
        return words.language == "de" and "diese Veröffentlichung" or "this release"
    month = words.month(period)
    german = words.language == "de"
    if period_type == "quarter":
        return f"Quartal ab {month}" if german else f"quarter from {month}"
    if period_type == "year_to_date":
        return f"Geschäftsjahr bis {month}" if german else f"fiscal year to {month}"
    if period_type.startswith("rolling_"):
        count = period_type.split("_")[1]
        return f"{count} Monate bis {month}" if german else f"{count} months to {month}"
    return month
