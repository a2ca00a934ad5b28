"""The names of KPIs, channels and teams in a text, in the language's own endings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from leitstand.words.figures import COMPANY, Labels, Record

COMPANY_WORDS = {
    "de": r"unternehmen(?:s|sweit)?|insgesamt|gesamt|alle\w* kanäle\w*",
    "en": r"company|overall|in total|all channels",
}
# What is counted beside KPIs, by the words that name it.
OTHERS = {
    "checks": Labels(en=r"checks?", de=r"prüfungen|prüfung"),
    "rows": Labels(en=r"rows?", de=r"zeilen?"),
    "kpis": Labels(en=r"kpis?", de=r"kpis?|kennzahlen"),
    "attribution": Labels(en=r"attribution of pipeline", de=r"zurechnung der pipeline"),
    "restatements": Labels(en=r"restated figures?", de=r"berichtigte\w* (?:werte?|zahlen)"),
}
ENDINGS = {"de": r"(?:e[nmrs]?|s|n)?", "en": r"(?:e?s)?"}


@dataclass(frozen=True)
class Name:
    """A name in a text: of a `subject` that has figures, or of a scope that they may be cut by."""

    start: int
    end: int
    text: str
    subject: str = ""
    scope: tuple[str, str] | None = None


class Names:
    """All names that a release knows, in one language."""

    def __init__(self, record: Record, language: str) -> None:
        """Compile the names; the longest is looked for first."""
        wanted: list[tuple[str, str, tuple[str, str] | None]] = []
        for subject, labels in record.subjects.items():
            for label in _spellings(labels[language]):
                pattern = _inflected(label, language)
                # a reason is a word of every day
                wanted.append((_quoted(pattern) if subject.startswith("reason:") else pattern, subject, None))
            if ":" not in subject:
                wanted.append((re.escape(subject), subject, None))
        for scope, labels in record.scopes.items():
            wanted.append((_scope_pattern(scope, labels[language], language), "", scope))
        wanted += [(labels[language], subject, None) for subject, labels in OTHERS.items()]
        wanted.append((COMPANY_WORDS[language], "", COMPANY))
        wanted.sort(key=lambda name: -len(name[0]))
        self._wanted = wanted
        self._pattern = re.compile(
            "|".join(f"(?P<n{i}>(?<!\\w)(?:{pattern})(?!\\w))" for i, (pattern, _, _) in enumerate(wanted)),
            re.IGNORECASE,
        )

    def find(self, text: str) -> Iterator[Name]:
        """The names of a text, in order."""
        for found in self._pattern.finditer(text):
            _, subject, scope = self._wanted[int((found.lastgroup or "n0")[1:])]
            yield Name(*found.span(), found[0], subject, scope)


@lru_cache(maxsize=4)
def names_of(record: Record, language: str) -> Names:
    """The names that a release knows in one language; those of the last releases are kept."""
    return Names(record, language)


def _spellings(label: str) -> list[str]:
    """A label, without what stands in brackets, and the abbreviation that stands there."""
    bracket = re.search(r"\(([\w-]+)\)", label)
    if bracket is None:
        return [label]
    return [label, (label[: bracket.start()] + label[bracket.end() :]).strip(), bracket[1]]


def _inflected(label: str, language: str) -> str:
    """A pattern for a label whose words may have other endings."""
    return r"\s".join(_ending(word, language) for word in label.split())


def _ending(word: str, language: str) -> str:
    if not re.fullmatch(r"[\w-]*[^\W\d_]", word):
        return re.escape(word)
    if language == "en":
        if word.endswith("ies"):
            return re.escape(word[:-3]) + "(?:y|ies)"
        return (
            re.escape(word.removesuffix("s")) + "s?"
            if word.endswith("s")
            else re.escape(word) + ENDINGS["en"]
        )
    stem = re.sub(r"(?<=\w{3})(?:en|em|er|es|e|n|s)$", "", word)
    return re.escape(stem) + ENDINGS["de"]


def _quoted(pattern: str) -> str:
    return rf"[“„\"]{pattern}[”“\"]"


def _scope_pattern(scope: tuple[str, str], label: str, language: str) -> str:
    """A channel or team by its label, in capitals as it is written; a segment with the word beside it."""
    kind, name = scope
    if kind == "segment":
        return rf"segments?\W{{1,2}}{re.escape(name)}"
    if " " in label:
        return re.escape(label).replace(r"\ ", r"\s")
    return f"(?-i:{re.escape(label)})"
