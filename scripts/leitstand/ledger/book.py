"""The book of weakened publications, `releases/weakened.jsonl`: one line for each that was shown.

It is written from the ledger once the release is shown. What a publication that ended in between did not
write, the next one adds; what was never shown leaves no line.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from leitstand.ledger.publications import Ledger

BOOK = "weakened.jsonl"


def keep_book(releases: Path) -> None:
    """Add the weakened publications of the ledger that the book lacks."""
    book = releases / BOOK
    before = book.read_text(encoding="utf-8") if book.is_file() else ""
    # a line that was cut off is completed
    lines = [line for line in before.splitlines() if line.endswith("}")]
    known = {json.loads(line)["release_id"] for line in lines}
    missing = [p for p in Ledger(releases).publications() if p.weakened and p.release_id not in known]
    if not missing:
        return
    lines += [
        json.dumps(p.weakened.model_dump() | {"release_id": p.release_id}, default=str, ensure_ascii=False)
        for p in missing
        if p.weakened
    ]
    draft = book.with_name(f".{BOOK}")
    with draft.open("w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(book)
