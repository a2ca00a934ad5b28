"""The words of a language for the agreement, from `texts/<language>.yml`."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files
from typing import Any

import yaml
from babel.dates import format_date


class Texts:
    """The texts of one language, `de` or `en`."""

    def __init__(self, language: str) -> None:
        """Read them."""
        self.language = language
        text = (files("leitstand.definitions") / "texts" / f"{language}.yml").read_text(encoding="utf-8")
        self._texts: dict[str, Any] = yaml.safe_load(text)

    def text(self, key: str, /, **values: object) -> str:
        """The text of a key, with its placeholders filled."""
        return str(self._texts[key]).format(**values)

    def word(self, kind: str, key: str) -> str:
        """The word of the language for a key, or the key itself."""
        return self.words(kind).get(key, key)

    def words(self, kind: str) -> dict[str, str]:
        """All words of a kind, by key."""
        return {key: str(word) for key, word in self._texts[kind].items()}

    def date(self, day: str) -> str:
        """A day as the language writes it."""
        return str(format_date(dt.date.fromisoformat(day), "long", locale=self.language))
