"""Words and figures in one language: texts from `texts/<language>.yml`, numbers and dates by Babel."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from babel.dates import format_date
from babel.numbers import format_compact_currency, format_currency, format_decimal, get_currency_symbol

Number = int | float | Decimal
SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
HYPHEN = "\N{NON-BREAKING HYPHEN}"


@cache
def read_texts(language: str) -> dict[str, Any]:
    """All texts of one language, by nested keys."""
    folder = files("leitstand.report") / "texts"
    texts: dict[str, Any] = {}
    for name in (f"{language}.yml", f"figures.{language}.yml"):
        texts |= yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    return texts


class Wording:
    """How the page says things in one language and currency."""

    def __init__(self, language: str, currency: str) -> None:
        """Read the texts of `language` (`de` or `en`)."""
        self.language = language
        self.currency = currency
        self._texts = read_texts(language)

    def text(self, key: str, /, **values: object) -> str:
        """The text of a dotted key, with its placeholders filled."""
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values)

    def group(self, key: str) -> dict[str, Any]:
        """All texts below one key."""
        found: dict[str, Any] = self._texts[key]
        return found

    def soft(self, text: str) -> str:
        """The text with soft hyphens in the long words that `hyphens` names."""
        for word in self._texts["hyphens"]:
            text = text.replace(word.replace("|", ""), word.replace("|", "\N{SOFT HYPHEN}"))
        return text

    def reason(self, code: str) -> str:
        """A status reason in words; a code without words is shown with blanks."""
        return str(self._texts["reasons"].get(code, code.replace("_", " ")))

    @property
    def none(self) -> str:
        """What stands where there is no figure."""
        return self.text("none")

    def count(self, value: Number | None) -> str:
        """A number of things; credited parts of a thing keep one decimal."""
        return self.none if value is None else self._minus(format_decimal(value, "#,##0.#", self.language))

    def share(self, value: float | None, decimals: int = 1) -> str:
        """A share as a percentage."""
        return self.none if value is None else self._percent(value, decimals, "")

    def signed(self, value: float | None, decimals: int = 1) -> str:
        """A relative deviation with its sign."""
        return self.none if value is None else self._percent(value, decimals, "+")

    def points(self, value: float | None) -> str:
        """A difference of two shares in percentage points, with its sign."""
        if value is None:
            return self.none
        number = self._minus(format_decimal(round(value * 100, 1) + 0.0, "+0.0;-0.0", self.language))
        return (
            (number[1:] if number.lstrip("+") in ("0,0", "0.0") else number)
            + SPACE
            + self.text("sheet.points")
        )

    def money(self, value: Number | None, decimals: int = 0) -> str:
        """An amount in the reporting currency."""
        if value is None:
            return self.none
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        if self.language == "de":
            pattern = f"{pattern}{SPACE}¤"
        else:
            is_word = get_currency_symbol(self.currency, self.language)[-1].isalpha()
            pattern = f"¤{SPACE if is_word else ''}{pattern}"
        return self._minus(
            format_currency(value, self.currency, pattern, locale=self.language, currency_digits=False)
        )

    def short_money(self, value: Number | None) -> str:
        """A large amount in millions; a smaller one in full."""
        if value is None or abs(float(value)) < 1_000_000:
            return self.money(value)
        return self._minus(
            format_compact_currency(value, self.currency, locale=self.language, fraction_digits=2)
        )

    def unit(self, value: Number | None, unit: str) -> str:
        """A KPI's value in its unit, as `kpis` names it."""
        if value is None:
            return self.none
        size = abs(float(value))
        if unit == "share":
            return self.share(float(value), 1 if size >= 0.1 else 2)
        if unit == "ratio":
            return self._minus(format_decimal(value, "#,##0.00", self.language))
        if unit.startswith("currency"):
            return self.short_money(value) if size >= 100 else self.money(value, 2)
        if unit in ("days", "minutes", "months"):
            pattern = "#,##0" if size >= 100 else "#,##0.0"
            return self.text(f"amounts.{unit}", value=format_decimal(value, pattern, self.language))
        return self.count(value)

    def difference(self, value: float | None, unit: str) -> str:
        """A change against an earlier period: points of a share, else a share of the value before."""
        return self.points(value) if unit == "share" else self.signed(value)

    def change_of(self, value: Number, unit: str) -> str:
        """A difference in the unit of its KPI, with its sign."""
        if unit == "share":
            return self.points(float(value))
        text = self.unit(value, unit)
        return f"+{text}" if value > 0 else text

    def range(self, low: Number, high: Number, unit: str) -> str:
        """Two values in one unit."""
        return f"{self.unit(low, unit)} – {self.unit(high, unit)}"

    def amount(self, value: Number, currency: str) -> str:
        """An amount in a currency of its own, to the cent."""
        return self._minus(format_currency(value, currency, locale=self.language))

    def quarter(self, first: dt.date) -> str:
        """The three months that begin with `first`."""
        end = dt.date(first.year + (first.month + 1) // 12, (first.month + 1) % 12 + 1, 1)
        months = (format_date(month, "LLL yyyy", self.language) for month in (first, end))
        return " – ".join(month.replace(" ", SPACE) for month in months)

    def scaled(self, value: Number, scale: int) -> str:
        """An amount without its unit, divided by `scale`, for labels of a chart."""
        pattern = "0.00" if scale == 1_000_000 else "#,##0"
        return self._minus(format_decimal(Decimal(value) / scale, pattern, self.language))

    def scale_unit(self, scale: int) -> str:
        """The unit of `scaled` figures."""
        symbol = get_currency_symbol(self.currency, self.language)
        return self.text(f"units.{scale}", currency=symbol)

    def date(self, value: dt.date) -> str:
        """A day in full."""
        return format_date(value, "long", self.language)

    def day(self, value: dt.datetime | None) -> str:
        """A day in figures."""
        return self.none if value is None else format_date(value, "medium", self.language)

    def instant(self, value: dt.datetime) -> str:
        """An instant in UTC, to the minute."""
        return f"{self.date(value)}, {value:%H:%M}{SPACE}UTC"

    def month(self, value: dt.date) -> str:
        """A month in full."""
        return format_date(value, "LLLL yyyy", self.language)

    def short_month(self, value: dt.date) -> str:
        """A month by its short name."""
        return format_date(value, "LLL", self.language)

    def _percent(self, value: float, decimals: int, sign: str) -> str:
        digits = "0." + "0" * decimals if decimals else "0"
        plain = format_decimal(round(value * 100, decimals) + 0.0, digits, self.language)
        if sign and round(value * 100, decimals) > 0:
            plain = sign + plain
        return self._minus(plain) + (f"{SPACE}%" if self.language == "de" else "%")

    @staticmethod
    def _minus(text: str) -> str:
        return text.replace("-", MINUS)
