"""The book of weakened publications: a line for each that was shown, none for one that was not."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from ledger.publishing import publish, write
from leitstand import publish as publishing_module
from leitstand.config import Company
from leitstand.errors import LeitstandError
from leitstand.ledger import Weakened
from leitstand.publish import current_release, make_current

WEAKENED = Weakened(
    reason="Die Sitzung beginnt um neun",
    by="jana",
    at=dt.datetime(2026, 7, 2, 8, 30),
    weakened_marts=("kpi_handover",),
    failed_checks=("handovers_are_all_there",),
)


def lines(company: Company) -> list[str]:
    """The releases that the book names."""
    book = company.releases / "weakened.jsonl"
    if not book.exists():
        return []
    return [json.loads(line)["release_id"] for line in book.read_text().removesuffix("\n").split("\n")]


def cut_off(*_: object) -> None:
    raise LeitstandError("cut off")


def test_a_line_stands_for_what_was_shown_and_for_nothing_else(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(company, 1, "2026-07-01T05:00:00")
    assert lines(company) == []

    # the link does not move: nothing is recorded, and the next publication does not make up for it
    with monkeypatch.context() as patch, pytest.raises(LeitstandError, match="cut off"):
        patch.setattr(publishing_module, "_link", cut_off)
        make_current(company, write(company, 2, "2026-07-02T05:00:00", weakened=WEAKENED))
    publish(company, 3, "2026-07-03T05:00:00")
    assert lines(company) == []

    # the link moves and the process ends: the next publication writes the line, once
    for step in ("_settle", "keep_book"):
        with monkeypatch.context() as patch, pytest.raises(LeitstandError, match="cut off"):
            release = write(company, 4 + len(lines(company)), "2026-07-04T05:00:00", weakened=WEAKENED)
            patch.setattr(publishing_module, step, cut_off)
            make_current(company, release)
        before = lines(company)
        publish(company, 10 + len(before), "2026-07-05T05:00:00")
        publish(company, 20 + len(before), "2026-07-06T05:00:00")
        assert lines(company) == [*before, release.release_id]
    text = (company.releases / "weakened.jsonl").read_text()
    assert json.loads(text.splitlines()[0]) == {
        "reason": "Die Sitzung beginnt um neun",
        "by": "jana",
        "at": "2026-07-02 08:30:00",
        "weakened_marts": ["kpi_handover"],
        "failed_checks": ["handovers_are_all_there"],
        "release_id": "2026-07-01-0000000004",
    }


def test_what_stands_in_the_book_stays(company: Company) -> None:
    """A line of a release whose record is gone stays; one that was cut off is written anew."""
    book = company.releases / "weakened.jsonl"
    book.parent.mkdir()
    old = json.dumps({"release_id": "r0", "reason": "before the ledger"})
    book.write_text(f'{old}\n\n{{"release_id": "2026-07-01-00')
    make_current(company, write(company, 1, "2026-07-01T05:00:00", weakened=WEAKENED))
    assert lines(company) == ["r0", "2026-07-01-0000000001"]
    assert book.read_text().startswith(old)


def test_a_reason_may_hold_what_ends_a_line_elsewhere(company: Company) -> None:
    """U+2028, U+2029 and U+0085 stand in JSON as they are, and end no line of it."""
    odd = WEAKENED.model_copy(update={"reason": "Die Sitzung\u2028beginnt\u2029um\u0085neun\x0bUhr\x1c."})
    for number, weakened in ((1, odd), (2, WEAKENED), (3, odd)):
        make_current(company, write(company, number, f"2026-07-0{number}T05:00:00", weakened=weakened))
    assert lines(company) == [f"2026-07-01-000000000{number}" for number in (1, 2, 3)]
    book = (company.releases / "weakened.jsonl").read_text()
    assert json.loads(book[: book.index("\n")])["reason"] == odd.reason


@pytest.mark.parametrize("line", ["{broken}", '{"reason": "no release"}', '"text"', "\udcff{}"])
def test_a_line_that_cannot_be_read_is_named_and_stays(company: Company, line: str) -> None:
    book = company.releases / "weakened.jsonl"
    book.parent.mkdir()
    content = f'{{"release_id": "r0"}}\n{line}\n{{"release_id": "r1"}}\n'.encode(errors="surrogateescape")
    book.write_bytes(content)
    with pytest.raises(LeitstandError, match=r"weakened\.jsonl, line 2: expected the record of a weakened"):
        write(company, 1, "2026-07-01T05:00:00", weakened=WEAKENED)
    assert book.read_bytes() == content and current_release(company) is None
