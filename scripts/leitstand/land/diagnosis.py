"""Where exactly a file is at fault: a slow second look, taken only when the fast reader has refused it."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from leitstand.errors import BadInput, Place, bad_input

_CHUNK = 1 << 22


def place_of_byte(source: Path, offset: int, codec: str, delimiter: str, label: str) -> tuple[Place, int]:
    """The line and column of a byte in a file, and its position in the line; both count from 1."""
    line, line_start, position = 1, 0, 0
    with source.open("rb") as file:
        header = file.readline()
        file.seek(0)
        while position < offset:
            piece = file.read(min(_CHUNK, offset - position))
            if b"\n" in piece:
                line += piece.count(b"\n")
                line_start = position + piece.rfind(b"\n") + 1
            position += len(piece)
        file.seek(line_start)
        before = file.read(offset - line_start)
    names = _fields(header.decode(codec, errors="replace"), delimiter)
    place = len(_fields(before.decode("latin-1") + "x", delimiter)) - 1
    column = names[place].strip() if line > 1 and place < len(names) else None
    return Place(label, line, column), offset - line_start + 1


def read_header(text: Path, delimiter: str, label: str) -> tuple[list[str], int]:
    """The names in the first record as written, and the number of lines that it takes."""
    with text.open(encoding="utf-8", newline="") as file, _Unlimited():
        reader = csv.reader(file, delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            return next(reader), reader.line_num
        except csv.Error:
            raise _unbalanced(text, Place(label, 1), [], delimiter, reader.line_num) from None


def diagnose(text: Path, header: Sequence[str], delimiter: str, label: str) -> BadInput | None:
    """The first record that does not have one value for each column; None where all have."""
    with text.open(encoding="utf-8", newline="") as file, _Unlimited():
        reader = csv.reader(file, delimiter=delimiter, strict=True, skipinitialspace=True)
        next(reader)
        while True:
            start = reader.line_num + 1
            try:
                record = next(reader)
            except StopIteration:
                return None
            except csv.Error:
                return _unbalanced(text, Place(label, start), header, delimiter, reader.line_num)
            if len(record) == len(header) or (not record and len(header) == 1):
                continue
            if reader.line_num > start:
                return _unbalanced(text, Place(label, start), header, delimiter, reader.line_num)
            return _ragged(Place(label, start), record, header)


def _ragged(place: Place, record: list[str], header: Sequence[str]) -> BadInput:
    short = len(record) < len(header)
    found = f"{len(record)} values" if record else "a blank line"
    where = Place(place.file, place.line, header[len(record)] if record and short else None)
    remedy = "Mend the line" if short else "Mend the line, or quote the value that holds the delimiter"
    return bad_input(where, expected=f"{len(header)} values, one a column", found=found, remedy=f"{remedy}.")


def _unbalanced(text: Path, place: Place, header: Sequence[str], delimiter: str, last: int) -> BadInput:
    with text.open(encoding="utf-8", newline="") as file:
        line = next(content for number, content in enumerate(file, 1) if number == place.line)
    field = _open_quote(line, delimiter)
    column = header[field] if field < len(header) else None
    until = f" and runs on to line {last}" if last != place.line else ""
    return bad_input(
        Place(place.file, place.line, column),
        expected="quotes in pairs",
        found=f"a value whose quotation mark is not closed or closes too early{until}",
        remedy='Close the quotation mark; within a quoted value write it twice ("").',
    )


def _open_quote(line: str, delimiter: str) -> int:
    """The field, from 0, whose quotes are not in pairs: the first that closes too early, else the last."""
    ends = [place for place, sign in enumerate(line) if sign == delimiter]
    for end in [*ends, len(line)]:
        try:
            next(csv.reader([line[:end]], delimiter=delimiter, strict=True, skipinitialspace=True), [])
        except csv.Error as error:
            if "expected after" in str(error):
                return len(_fields(line[:end], delimiter)) - 1
    return len(_fields(line, delimiter)) - 1


def _fields(line: str, delimiter: str) -> list[str]:
    """The fields of one physical line, forgiving."""
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


class _Unlimited:
    """Let the csv module read fields of any length."""

    def __enter__(self) -> None:
        self._before = csv.field_size_limit(sys.maxsize)

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self._before)
