"""Does a file have the columns that its mapping expects? Order does not matter, names do."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from leitstand.errors import Place, bad_input, nearest
from leitstand.land.mapping import FileEntry

_DELIMITERS = {",": "','", ";": "';'", "\t": "a tab", "|": "'|'"}


def clean_header(names: Sequence[str]) -> tuple[str, ...]:
    """Column names as mappings write them: without white space around them, composed."""
    return tuple(unicodedata.normalize("NFC", name).strip() for name in names)


def check_header(header: Sequence[str], entry: FileEntry, delimiter: str | None, label: str) -> None:
    """Compare a file's columns with the mapping's; `delimiter` is None for Parquet.

    Raises:
        BadInput: one column only, a column twice, missing, renamed or not known.
    """
    needed = entry.read
    if len(header) <= 1 and delimiter is not None and (len(needed) > 1 or set(needed) - set(header)):
        raise _single_column(header, needed, delimiter, label)
    for name in header:
        if header.count(name) > 1 and name not in entry.ignore:
            places = [str(i) for i, other in enumerate(header, 1) if other == name]
            raise bad_input(
                Place(label, 1, name),
                expected="each column once",
                found=f"it as columns {' and '.join(places)}",
                remedy="Export the file with distinct column names.",
            )
    extra = [name for name in header if name not in needed and name not in entry.ignore]
    for name, need in needed.items():
        if name not in header:
            raise bad_input(
                Place(label, 1, name),
                expected=f"this column, which feeds {need}",
                found=_instead(name, header, extra),
                remedy="Export the column, or mend the mapping if it was renamed.",
            )
    if extra:
        raise bad_input(
            Place(label, 1, extra[0]),
            expected=f"the columns {', '.join(map(repr, needed))}",
            found=f"{len(extra)} more: {', '.join(map(repr, extra))}",
            remedy="Map each of them, or name it under 'ignore'.",
        )


def check_one_kind(native: Sequence[str], entry: FileEntry, label: str) -> None:
    """The columns that one feed unpivots must be all text or all numbers, so that one format reads them.

    Raises:
        BadInput: a Parquet file has both kinds; `native` are its columns that are no text.
    """
    for feed in entry.feeds:
        columns = feed.unpivot.columns if feed.unpivot else ()
        texts = [name for name in columns if name not in native]
        if texts and len(texts) < len(columns):
            raise bad_input(
                Place(label, 1, texts[0]),
                expected="a number, as in the other columns that the mapping unpivots",
                found="a column of text",
                remedy="Write all of these columns as text or all as numbers.",
            )


def _instead(name: str, header: Sequence[str], extra: list[str]) -> str:
    if hint := nearest(name, extra):
        return f"none of this name{hint}"
    return f"the columns {', '.join(map(repr, header))}"


def _single_column(header: Sequence[str], needed: dict[str, str], delimiter: str, label: str) -> Exception:
    line = header[0] if header else ""
    counts = {sign: line.count(sign) + 1 for sign in _DELIMITERS if sign != delimiter}
    best = max(counts, key=lambda sign: counts[sign])
    works = f" With {_DELIMITERS[best]} it has {counts[best]}." if counts[best] > 1 else ""
    shown = _DELIMITERS.get(delimiter, repr(delimiter))
    return bad_input(
        Place(label, 1),
        expected=f"the columns {', '.join(map(repr, needed))}, separated by {shown}",
        found=f"a single column {line!r}.{works}" if header else "a blank line",
        remedy="Set the delimiter in the mapping." if works else "Export the file with its header.",
    )
