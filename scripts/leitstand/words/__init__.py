"""Words beside the figures: sentences made from a release, and the check that holds any text to it."""

from __future__ import annotations

from pathlib import Path

from leitstand.errors import bad_input
from leitstand.report import PAGES, Commentary
from leitstand.words.check import Check, Finding, Proof, check_text
from leitstand.words.compose import TOPICS
from leitstand.words.figures import Figure, read_record
from leitstand.words.sentence import Citation, Sentence, Writer

LANGUAGES = ("de", "en")

__all__ = [
    "LANGUAGES",
    "TOPICS",
    "Check",
    "Citation",
    "Figure",
    "Finding",
    "Proof",
    "Sentence",
    "check_text",
    "commentary",
    "sentences",
]


def sentences(release: Path, language: str, topic: str) -> tuple[Sentence, ...]:
    """The commentary of a release on one topic, each sentence with the figures its numbers come from.

    Every number is published or made of what is: sums (leaks, restatements, rows), counts (KPIs on plan), and
    of reasons the share, its interval and its change. None is explained.

    Parameters:
        release: the folder of the release, `releases/<id>`.
        language: `de` or `en`.
        topic: one of `TOPICS`: executive, funnel, pipeline, efficiency, handover, data, review_month,
            review_quarter.

    Raises:
        BadInput: language or topic are not known, or the folder holds no published file.
        LeitstandError: the published file is not whole.
    """
    for what, value, known in (("language", language, LANGUAGES), ("topic", topic, tuple(TOPICS))):
        if value not in known:
            raise bad_input(
                f"the commentary's {what}",
                expected=" or ".join(known),
                found=repr(value),
                remedy="Name one of them.",
            )
    return tuple(TOPICS[topic](Writer(read_record(release), language)))


def commentary(release: Path, language: str) -> dict[str, Commentary]:
    """The sentences of each page of the report by its name, that of its topic; nothing where none is due.

    Raises as `sentences` does.
    """
    found = {}
    for page in PAGES:
        if not (said := sentences(release, language, page)):
            continue
        tables = dict.fromkeys(citation.figure.table for sentence in said for citation in sentence.citations)
        found[page] = Commentary(
            tuple(sentence.text for sentence in said),
            tuple(tables),
            frozenset(sentence.text for sentence in said if sentence.is_printed),
        )
    return found
