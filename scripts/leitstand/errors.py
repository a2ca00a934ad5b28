"""The errors that a user can meet, and the exit code of each.

LeitstandError          1  a failure of Leitstand itself
├── BadInput            2  files, mappings, settings or definitions are wrong; the message says how to mend
└── ChecksFailed        3  the build or a blocking check failed; nothing was published

`leitstand ci` ends with 3, too, where the published contract breaks and the changelog does not say so, and
`leitstand check-text` where something in the text is not proven.

A message says where, what was expected, what was found and what to do; a traceback never reaches a user
for bad input.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class LeitstandError(Exception):
    """Root of the tree."""

    exit_code = 1


class BadInput(LeitstandError):
    """Something that a user supplied is wrong."""

    exit_code = 2


class ChecksFailed(LeitstandError):
    """A blocking check failed; the last good publication stays."""

    exit_code = 3


@dataclass(frozen=True)
class Place:
    """Where in a file something was found; lines count from 1."""

    file: Path | str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [str(self.file)]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        return ", ".join(parts)


def bad_input(place: Place | str, *, expected: str, found: str, remedy: str) -> BadInput:
    """Build the one message every bad input gives."""
    return BadInput(f"{place}: expected {expected}, found {found}. {remedy}")


def system_failure(error: Exception) -> LeitstandError | None:
    """What the system refused: a full disk, a folder that may not be written. None for any other failure."""
    import duckdb  # only here: most commands end without it

    if isinstance(error, OSError):
        place, reason = error.filename or "a file", error.strerror or str(error)
    elif isinstance(error, duckdb.IOException) or (
        # a commit that could not be written is an error of its transaction
        isinstance(error, duckdb.Error) and "Could not write file" in str(error)
    ):
        place, reason = "DuckDB", str(error).splitlines()[0]
    else:
        return None
    return LeitstandError(
        f"{place}: expected to read and write, found: {reason}. Make room, or give the right to write; "
        f"what is published stays as it is. Then run the command again."
    )


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or nothing where none is near."""
    matches = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {matches[0]!r}?)" if matches else ""
