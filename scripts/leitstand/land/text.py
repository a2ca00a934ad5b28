"""One pass over a text file: check its encoding, write it as UTF-8 with plain line ends, hash and count."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from leitstand.errors import BadInput, bad_input
from leitstand.land.diagnosis import place_of_byte

_CHUNK = 1 << 22
_CODECS = {"utf-8": "utf-8-sig", "latin-1": "latin-1", "windows-1252": "cp1252"}
_CONTROL = re.compile(rb"[\x80-\x9f]")
_KINDS = {
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a zip or Excel file",
    b"\xd0\xcf\x11\xe0": "an Excel file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
}


@dataclass(frozen=True)
class Text:
    """A checked copy of a text file: UTF-8, lines end with a line feed, no blank lines at the end."""

    path: Path
    file_hash: str
    lines: int
    has_quotes: bool


def checked_copy(source: Path, target: Path, encoding: str, delimiter: str, label: str) -> Text:
    """Copy a text file as UTF-8; `label` names it in messages.

    Raises:
        BadInput: the file is empty, is no text, or is written in another encoding.
    """
    digest = hashlib.sha256()
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(_CODECS[encoding])("strict"), translate=True
    )
    suspicion = _Suspicion(source, encoding, delimiter, label)
    breaks = blank = read = 0
    has_quotes = False
    with source.open("rb") as original, target.open("wb") as copy:
        while True:
            chunk = original.read(_CHUNK)
            if read == 0:
                suspicion.check_kind(chunk)
            suspicion.check(chunk, read)
            read += len(chunk)
            digest.update(chunk)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise suspicion.undecodable(read - len(error.object) + error.start) from error
            copy.write(text.encode())
            breaks += text.count("\n")
            has_quotes = has_quotes or '"' in text
            end = text.rstrip("\n")
            blank = len(text) - len(end) + (0 if end else blank)
            if not chunk:
                break
        suspicion.check_whole()
        if copy.tell() == blank:
            raise bad_input(
                label, expected="a header and rows", found="an empty file", remedy="Export it again."
            )
        if blank:
            copy.truncate(copy.tell() - blank + 1)
        else:
            copy.write(b"\n")
    return Text(target, digest.hexdigest(), breaks - blank + 1, has_quotes)


class _Suspicion:
    """Signs that the file is not what the mapping says, with the place of the first of them."""

    def __init__(self, source: Path, encoding: str, delimiter: str, label: str) -> None:
        self._source, self._encoding = source, encoding
        self._delimiter, self._label = delimiter, label
        self._utf8 = codecs.getincrementaldecoder("utf-8")("strict") if encoding != "utf-8" else None
        self._first_high: int | None = None

    def check_kind(self, start: bytes) -> None:
        """Refuse what is no text at all, and text whose byte-order mark contradicts the mapping."""
        for sign, kind in _KINDS.items():
            if start.startswith(sign):
                raise bad_input(
                    f"{self._label}, line 1",
                    expected=f"text in {self._encoding}",
                    found=kind,
                    remedy="Export the file as CSV.",
                )
        if self._encoding != "utf-8" and start.startswith(codecs.BOM_UTF8):
            raise self._wrong(0, "the byte-order mark of UTF-8", "utf-8")

    def check(self, chunk: bytes, offset: int) -> None:
        """Look at one piece of the file."""
        zero = chunk.find(b"\0")
        if zero >= 0:
            raise self._wrong(offset + zero, "a zero byte, as in UTF-16 or binary files", None)
        if self._encoding == "latin-1" and (control := _CONTROL.search(chunk)):
            raise self.undecodable(offset + control.start())
        if self._utf8 is None or (chunk.isascii() and self._first_high is None):
            return
        if self._first_high is None:
            self._first_high = offset + next(i for i, byte in enumerate(chunk) if byte > 127)
        try:
            self._utf8.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            self._utf8 = None

    def check_whole(self) -> None:
        """Refuse a file said to be in a one-byte encoding all of whose umlauts are UTF-8."""
        if self._utf8 is not None and self._first_high is not None:
            raise self._wrong(self._first_high, "text in utf-8", "utf-8")

    def undecodable(self, offset: int) -> BadInput:
        """The error for a byte that the encoding does not have."""
        with self._source.open("rb") as file:
            file.seek(offset)
            byte = file.read(1)
        other = "latin-1" if self._encoding == "windows-1252" else "windows-1252"
        meaning = byte.decode(_CODECS[other], errors="ignore").strip()
        is_text = meaning.isprintable() and meaning != ""
        found = f"the byte 0x{byte.hex().upper()}" + (f", which is {meaning!r} in {other}" if is_text else "")
        return self._wrong(offset, found, other if is_text else None)

    def _wrong(self, offset: int, found: str, right: str | None) -> BadInput:
        place, position = place_of_byte(
            self._source, offset, _CODECS[self._encoding], self._delimiter, self._label
        )
        remedy = (
            f"Set 'encoding: {right}' in the mapping" if right else "Set the right encoding in the mapping"
        )
        return bad_input(
            place,
            expected=f"text in {self._encoding}",
            found=f"{found} at byte {position} of the line",
            remedy=f"{remedy}, or export the file as {self._encoding}.",
        )
