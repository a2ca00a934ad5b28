"""The frame of a text: its language, its sentences, and what in it is no figure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from leitstand.errors import bad_input

MASK = "\x01"
# Words by which a language is told from the other.
SMALL_WORDS = {
    "de": "der die das und im in den dem des ein eine von vom zum zur bei mit auf für ist war lag lagen "
    "wurde wurden nicht über unter bis gegenüber sowie auch aus an",
    "en": "the and of in to a an is was were are for on at by with from not over under against than that "
    "this it its between which",
}
NO_FIGURES = [
    r"https?://\S+",
    r"^[ \t]*(?:[-*•][ \t]+)?\d{1,2}[.)](?=[ \t])",
    r"\b95[ -]{0,2}(?:%|percent|prozent)[ -]{0,2}(?:confidence|konfidenz)?[ -]{0,2}intervall?\w*",
    r"\bkonfidenzintervall\w* von 95 ?%",
    r"\bv\d+(?:\.\d+)+",
]
_ABBREVIATED = re.compile(
    r"(?:\b(?:z|b|ca|bzw|vs|e\.g|i\.e|approx|nr|inkl|ggü|mio|tsd|mrd|dr|st|no)\.)$", re.IGNORECASE
)
_ITEM = r"[ \t]*(?:[-*•#|>]|\d{1,2}[.)][ \t])"
_BREAKS = re.compile(
    rf"(?P<heading>^[ \t]*#[^\n]*\n)|(?P<paragraph>\n[ \t]*\n+)|(?P<item>\n(?={_ITEM}))"
    rf"|(?P<end>[.!?][\"')\]“”»]*(?:[ \t]+|[ \t]*\n(?![ \t]*\n|{_ITEM}))(?=[^a-zäöüß\s]))",
    re.MULTILINE,
)


def read_text(file: Path) -> str:
    """The text of a file in UTF-8, or of standard input for `-`.

    Raises:
        BadInput: there is no such file, or it is not in UTF-8.
    """
    if str(file) == "-":
        return sys.stdin.read()
    if not file.is_file():
        raise bad_input(str(file), expected="a text", found="no such file", remedy="Name another.")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_input(
            str(file),
            expected="text in UTF-8",
            found=f"the byte {error.object[error.start]:#04x} at position {error.start}",
            remedy="Save it as UTF-8.",
        ) from error


def language_of(text: str) -> str:
    """`de` or `en`, by the small words of a text; English where neither has more."""
    words = re.findall(r"[a-zäöüß]+", text.lower())
    small = {language: frozenset(those.split()) for language, those in SMALL_WORDS.items()}
    count = {language: sum(word in those for word in words) for language, those in small.items()}
    if count["de"] == count["en"]:
        return "de" if re.search(r"[äöüß]|\d,\d+ ?%", text, re.IGNORECASE) else "en"
    return max(count, key=lambda language: count[language])


def constants(text: str, release_id: str) -> list[tuple[int, int]]:
    """Where digits stand that are no figures: the release's id, links, list numbers, the 95 % interval."""
    patterns = [rf"(?<!\w){re.escape(release_id)}(?!\w)", *NO_FIGURES]
    return [
        found.span()
        for pattern in patterns
        for found in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE)
    ]


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with the spans blanked out, each character in its place.

    The words of a 95 % interval stay, as they say what the numbers after them are.
    """
    characters = list(text)
    for start, end in spans:
        word = re.search(r"intervall?\w*$", text[start:end], re.IGNORECASE)
        end = start + word.start() if word else end
        characters[start:end] = MASK * (end - start)
    return "".join(characters)


@dataclass(frozen=True)
class Sentence:
    """Where a sentence begins and ends, and whether it opens a paragraph, item or row, or is a heading."""

    start: int
    end: int
    opens_block: bool
    is_heading: bool

    def holds(self, position: int) -> bool:
        """Whether a position lies in it."""
        return self.start <= position < self.end


def sentences_of(text: str, tokens: list[tuple[int, int]]) -> Iterator[Sentence]:
    """The sentences of a text; none ends within a token or after an abbreviation."""
    start, opens = 0, True
    for found in _BREAKS.finditer(text):
        if found["end"] and _is_within(text, found.start(), tokens):
            continue
        yield _sentence(text, start, found.end(), opens)
        start, opens = found.end(), not found["end"]
    yield _sentence(text, start, len(text), opens)


def _sentence(text: str, start: int, end: int, opens: bool) -> Sentence:
    return Sentence(start, end, opens, opens and text[start:end].lstrip().startswith("#"))


def _is_within(text: str, point: int, tokens: list[tuple[int, int]]) -> bool:
    """Whether a point belongs to a token or an abbreviation, so that no sentence ends there."""
    for begin, end in tokens:
        if begin <= point < end and (point < end - 1 or text[begin:end].endswith(".")):
            return True
    return _ABBREVIATED.search(text[max(0, point - 11) : point + 1]) is not None


def header_of_column(text: str, position: int) -> str:
    """The heading of the column that a position lies in, where it lies in a table of Markdown."""
    begin = text.rfind("\n", 0, position) + 1
    if not text[begin:position].lstrip().startswith("|"):
        return ""
    column = text.count("|", begin, position)
    while begin and text[text.rfind("\n", 0, begin - 1) + 1 : begin].lstrip().startswith("|"):
        begin = text.rfind("\n", 0, begin - 1) + 1
    cells = text[begin : text.find("\n", begin)].split("|")
    return cells[column] if column < len(cells) else ""
