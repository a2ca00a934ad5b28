"""Numbers in German and English text: `1.234,5 Mio. €`, `12.3 percent`, `twelve`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import NumberFormatError, list_currencies, parse_decimal

SCALES = {
    "de": {"k": 3, "tsd": 3, "tausend": 3, "mio": 6, "million": 6, "millionen": 6, "m": 6, "mrd": 9,
           "milliarde": 9, "milliarden": 9},
    "en": {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "millions": 6, "bn": 9, "b": 9,
           "billion": 9},
}  # fmt: skip
PERCENT = r"%|prozent\b|percent\b|per\scent\b"
POINTS = r"prozentpunkte?n?\b|%-punkte?n?\b|percentage\spoints?\b|pp\b"
UNITS = {
    "days": r"days?\b|tage?n?\b",
    "hours": r"hours?\b|stunden?\b",
    "minutes": r"minutes?\b|minuten?\b",
    "months": r"months?\b|monate?n?\b",
}
CURRENCIES = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "euro": "EUR",
    "euros": "EUR",
    "dollar": "USD",
    "dollars": "USD",
}
ABOUT = re.compile(
    r"(?:\b(?:about|around|roughly|nearly|almost|some|just (?:over|under)|etwa|rund|knapp|gut|circa|fast"
    r"|ca\.)|~|≈)\s*$",
    re.IGNORECASE,
)
WORDS = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "en": "two three four five six seven eight nine ten eleven twelve",
}
# Parts of a whole in words, in per cent; halves of a year are none.
PARTS = {
    "de": [
        (r"(?<!erste )(?<!ersten )(?<!zweite )(?<!zweiten )hälfte(?! des (?:jahre|monat|quartal)s)", "50"),
        (r"zwei drittel", "66.7"),
        (r"(?:ein(?:em|es)?|das|dem) drittel", "33.3"),
        (r"drei viertel", "75"),
        (r"(?:ein(?:em|es)?|das|dem) viertel(?! vor| nach)", "25"),
    ],
    "en": [
        (r"(?<!first )(?<!second )half of(?! (?:the )?(?:year|month|quarter))", "50"),
        (r"two[ -]thirds", "66.7"),
        (r"(?:a|one)[ -]third", "33.3"),
        (r"three[ -]quarters", "75"),
        (r"(?:a|one)[ -]quarter of", "25"),
    ],
}
# How often the year before, in words.
MULTIPLES = {
    "de": [
        (r"verdoppel\w+|doppelt so \w+", "2"),
        (r"verdreifach\w+|dreimal so \w+", "3"),
        (r"halbier\w+", "0.5"),
    ],
    "en": [
        (r"doubl(?:ed|es|ing)|twice as \w+", "2"),
        (r"tripl(?:ed|es|ing)|three times as \w+", "3"),
        (r"halv(?:ed|es|ing)", "0.5"),
    ],
}
PART_STEP, MULTIPLE_STEP = Decimal(5), Decimal("0.2")
HOURS = 60
COARSEST = Decimal("0.05")
"""How far a rounded number may lie from its value, as a share of the value."""


@dataclass(frozen=True)
class Number:
    """A number as a text shows it: `amount` in full, and the step of its last digit.

    `unit` is `percent`, `points`, `currency`, `days`, `hours`, `minutes`, `months`, `times` (the year before)
    or nothing.
    """

    start: int
    end: int
    text: str
    amount: Decimal
    step: Decimal
    unit: str = ""
    currency: str = ""
    is_signed: bool = False
    is_word: bool = False

    def shows(self, value: float) -> bool:
        """True where the number is the value or an honest rounding of it.

        Honest is what lies within half a step of the last digit shown, and within a twentieth of the
        value: `3 %` is no rounding of 2.6 %.
        """
        distance = self.distance(value)
        size = abs(self._exact(value))
        return distance <= self.step / 2 + Decimal("1e-9") and distance <= COARSEST * size

    def distance(self, value: float) -> Decimal:
        """How far the number lies from a value, in the number's own unit."""
        return abs(self.amount - self._exact(value))

    def _exact(self, value: float) -> Decimal:
        exact = Decimal(repr(value))
        if self.unit in ("percent", "points"):
            return exact * 100
        return exact / HOURS if self.unit == "hours" else exact

    def fits(self, unit: str) -> bool:
        """True where a value in this unit may be shown so."""
        if self.unit in ("percent", "points"):
            return unit in ("share", "ratio")
        if self.unit == "currency":
            return unit.startswith("currency") or unit == "part"
        if self.unit == "hours":
            return unit == "minutes"
        return self.unit in ("", unit)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    group, point = (r"[.'’ ]", ",") if language == "de" else (r"[,'’ ]", r"\.")
    scales = "|".join(sorted(SCALES[language], key=len, reverse=True))
    codes = f"(?-i:{'|'.join(sorted(list_currencies()))})"
    signs = rf"[€$£]|\b{codes}(?=\s?[-+]?\d)"
    after = rf"€|\$|£|euros?\b|dollars?\b|{codes}\b"
    units = "|".join(f"(?P<{name}>{words})" for name, words in UNITS.items())
    return re.compile(
        rf"""
        (?P<sign>(?<![\w.,)])[-+]\s?|\b(?:minus|plus)\s)?
        (?P<before>(?:{signs})\s?)?
        (?P<inner>(?<=[€$£\s])[-+])?
        (?<![\w.,])
        (?P<core>\d{{1,3}}(?:{group}\d{{3}})+(?!\d)(?:{point}\d+)?|\d+(?:{point}\d+)?)
        (?![\d]|[.,]\d)
        (?:\s?-?(?P<scale>(?:{scales}))(?![\w])\.?)?
        (?:\s?-?(?:(?P<points>{POINTS})|(?P<percent>{PERCENT})|(?P<after>{after})|{units}))?
        """,
        re.IGNORECASE | re.VERBOSE,
    )


def find_numbers(text: str, language: str) -> Iterator[Number]:
    """The numbers of a text, in order.

    Parameters:
        text: with plain blanks and hyphens, as `plain` gives it.
        language: `de` or `en`; says which sign is the point.
    """
    for found in _pattern(language).finditer(text):
        number = _read(found, text, language)
        if number is not None:
            yield number


def find_words(text: str, language: str) -> Iterator[Number]:
    """Numbers from two to twelve in words."""
    words = {word: value for value, word in enumerate(WORDS[language].split(), start=2)}
    for found in re.finditer(rf"\b(?:{'|'.join(words)})\b", text, re.IGNORECASE):
        amount = Decimal(words[found[0].lower()])
        yield Number(*found.span(), found[0], amount, Decimal(1), is_word=True)


def find_parts(text: str, language: str) -> Iterator[Number]:
    """Parts and multiples in words: `half of`, `zwei Drittel`, `doubled`."""
    for words, unit, step in ((PARTS, "percent", PART_STEP), (MULTIPLES, "times", MULTIPLE_STEP)):
        for pattern, amount in words[language]:
            for found in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE):
                yield Number(*found.span(), found[0], Decimal(amount), step, unit, is_word=True)


def _read(found: re.Match[str], text: str, language: str) -> Number | None:
    core = found["core"]
    plain = re.sub(r"['’ ]", "", core)
    try:
        amount = parse_decimal(plain, locale=Locale(language))
    except NumberFormatError:
        return None
    point = "," if language == "de" else "."
    decimals = len(plain.partition(point)[2])
    step = Decimal(1).scaleb(-decimals)
    if not decimals and ABOUT.search(text[: found.start()]):
        digits = re.sub(r"\D", "", plain)
        step = Decimal(1).scaleb(len(digits) - len(digits.rstrip("0") or digits))
    if found["scale"]:
        power = SCALES[language][found["scale"].lower()]
        amount, step = amount.scaleb(power), step.scaleb(power)
    sign = (found["sign"] or "").strip() + (found["inner"] or "")
    if sign.lower().startswith(("-", "minus")):
        amount = -amount
    unit, currency = _unit(found)
    return Number(*found.span(), found[0].strip(), amount, step, unit, currency, is_signed=bool(sign))


def _unit(found: re.Match[str]) -> tuple[str, str]:
    for name in ("points", "percent", *UNITS):
        if found[name]:
            return name, ""
    sign = (found["before"] or found["after"] or "").strip()
    if not sign:
        return "", ""
    return "currency", CURRENCIES.get(sign.lower(), sign.upper())


def join_ranges(numbers: list[Number], text: str) -> list[Number]:
    """Give the first number of a range the unit of the second: `12 to 15 %`."""
    joined = list(numbers)
    for i in range(len(joined) - 2, -1, -1):
        first, second = joined[i], joined[i + 1]
        if not first.unit and second.unit and is_range(text[first.end : second.start], with_and=True):
            joined[i] = replace(first, unit=second.unit, currency=second.currency)
    return joined


def is_range(between: str, *, with_and: bool = False) -> bool:
    """True where what stands between two numbers makes a range of them; `and` only where it is asked for."""
    joiners = r"to|through|bis|[-–—]" + ("|and|und" if with_and else "")
    return re.fullmatch(rf"\s*(?:{joiners})\s*", between, re.IGNORECASE) is not None


def is_part(between: str) -> bool:
    """True where what stands between two numbers makes the first a part of the second."""
    return (
        re.fullmatch(r"\s*(?:(?:out )?of|von|aus|/)\s*(?:the |den |all )?", between, re.IGNORECASE)
        is not None
    )


def plain(text: str) -> str:
    """The text with plain blanks, hyphens and minus signs; every character keeps its place."""
    return re.sub("[\u00a0\u202f\u2009\u2007]", " ", re.sub("[\u2212\u2010\u2011]", "-", text))
