"""A sentence and the figures that its numbers come from, made from a text with places for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from leitstand.words.figures import Entry, Figure, Record
from leitstand.words.shape import wording, write


@dataclass(frozen=True)
class Citation:
    """A number as a sentence shows it, and the figure it shows."""

    shown: str
    figure: Figure


@dataclass(frozen=True)
class Sentence:
    """One sentence, and every figure in it in the order of the places it fills.

    `is_printed`: the executive page keeps it in print, too.
    """

    text: str
    citations: tuple[Citation, ...]
    is_printed: bool = False


@cache
def _texts(language: str) -> dict[str, Any]:
    text = (files("leitstand.words") / "texts" / f"{language}.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


class Writer:
    """Fills the texts of one language with the figures of one release."""

    def __init__(self, record: Record, language: str) -> None:
        """Read the texts of `language` (`de` or `en`)."""
        self.record = record
        self.language = language
        self.words = wording(language, record.head.reporting_currency)
        self._texts = _texts(language)

    def text(self, key: str) -> str:
        """The text of a dotted key, its places empty."""
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        return str(found)

    def label(self, subject: str) -> str:
        """What a KPI or leak is called."""
        return self.record.subjects[subject][self.language]

    def noun(self, subject: str) -> str:
        """What a KPI is called within a sentence: in English small, but for an abbreviation."""
        label = self.label(subject)
        is_word = self.language == "en" and label[1:2].islower()
        return label[0].lower() + label[1:] if is_word else label

    def scope(self, scope: tuple[str, str]) -> str:
        """What a channel or team is called."""
        return self.record.scopes[scope][self.language]

    def month(self, month: dt.date) -> str:
        """A month in full."""
        return self.words.month(month)

    def period(self, entry: Entry) -> str:
        """When, as part of a sentence: `in June 2026`."""
        assert entry.period is not None
        return self.when(entry.period_type, entry.period)

    def when(self, period_type: str, period: dt.date) -> str:
        """A period, as part of a sentence."""
        if period_type == "quarter":
            year, number = next(name for name, day in self.record.quarters.items() if day == period)
            is_calendar = (year, 3 * number - 2) == (period.year, period.month)
            text = self.text("period.quarter" if is_calendar else "period.fiscal_quarter")
            return text.format(year=year, number=number)
        return self.text(f"period.{period_type}").format(month=self.month(period))

    def verb(self, subject: str) -> str:
        """The verb that goes with a KPI's label."""
        return self.text("verb.many" if subject in self._texts["plural"] else "verb.one")

    def sentence(self, key: str, /, **places: object) -> Sentence:
        """Fill a text; a `Figure` is written in its unit and cited, other values are put in as they are."""
        return self.filled(self.text(key), **places)

    def filled(self, text: str, /, **places: object) -> Sentence:
        """Fill a text that is given."""
        shown: dict[str, object] = {}
        cited: list[Citation] = []
        for name, value in places.items():
            if isinstance(value, Figure):
                written = write(value, self.words)
                shown[name] = written
                cited.append(Citation(str(written), value))
            elif isinstance(value, Sentence):
                shown[name] = value.text
                cited.extend(value.citations)
            else:
                shown[name] = value
        return Sentence(text.format(**shown), tuple(cited))
