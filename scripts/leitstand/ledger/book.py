"""The book of weakened publications, `releases/weakened.jsonl`: one line for each that was shown.

It is written from the ledger once the release is shown. What a publication that ended in between did not
write, the next one adds; what was never shown leaves no line.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from leitstand.errors import LeitstandError, Place
from leitstand.ledger.publications import Ledger

BOOK = "weakened.jsonl"


def keep_book(releases: Path) -> None:
    """Add the weakened publications of the ledger that the book lacks.

    Raises:
        LeitstandError: a line of the book cannot be read; nothing is written.
    """
    book = releases / BOOK
    kept = _read(book) if book.is_file() else []
    known = {release_id for _, release_id in kept}
    missing = [p for p in Ledger(releases).publications() if p.weakened and p.release_id not in known]
    if not missing:
        return
    added = [
        json.dumps(p.weakened.model_dump() | {"release_id": p.release_id}, default=str, ensure_ascii=False)
        for p in missing
        if p.weakened
    ]
    draft = book.with_name(f".{BOOK}")
    with draft.open("wb") as file:
        for line in [*(line for line, _ in kept), *(text.encode() for text in added)]:
            file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(book)


def _read(book: Path) -> list[tuple[bytes, str]]:
    """Each line and the release that it names; a last line that was cut off is left out, to be completed."""
    *lines, last = book.read_bytes().split(b"\n")
    found = []
    for number, line in enumerate([*lines, last] if last.endswith(b"}") else lines, 1):
        if not line.strip():
            continue
        try:
            found.append((line, str(json.loads(line.decode())["release_id"])))
        except (ValueError, TypeError, KeyError) as error:
            raise LeitstandError(
                f"{Place(book, number)}: expected the record of a weakened publication with its release_id, "
                f"found a line that cannot be read ({type(error).__name__}: {error}). Restore the file from "
                f"a backup, or remove the line; what is published stays as it is."
            ) from error
    return found
