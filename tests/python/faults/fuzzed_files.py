"""Generated bad files and rows, each with what must become of it. Whoever reads them decides nothing here.

A row carries one fault in one column: text that is no value of the column's type and must be quarantined,
or hostile text in a column of free text, which must land as it stands. A file carries one fault of its form
and must be refused, or says that it is sound in spite of its looks. Amounts of all rows that may land are
zero, so no sum may move.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

MAPPING = """
files:
  - file: "costs*.csv"
    delimiter: ";"
    feeds:
      - entity: other_costs
        columns: {item: Posten, period_start: Von, period_end: Bis, cost_category: Art, channel: Kanal,
                  amount: Betrag, currency: Währung}
"""
Table = list[tuple[str, ...]]
Form = Callable[[Random, Table], tuple[bytes, bool]]

MARK = b"\xef\xbb\xbf"
HEADER = ("Posten", "Von", "Bis", "Art", "Kanal", "Betrag", "Währung")
SOUND = ("Messe", "2026-01-01", "2026-01-31", "program", "event", "0", "EUR")

DAYS = ("0000-00-00", "2026-02-30", "2026-13-01", "01.02.2026", "1/2/26", "20260101", "yesterday", "46023",
        "0026-01-01", "2026-01-01T25:00", "infinity", "epoch", "-1", "2026-W05")  # fmt: skip
AMOUNTS = ("NaN", "inf", "-Infinity", "1e400", "9" * 40, "1,234.50", "1.234,50", "0x10", "1 000", "12€",
           "--5", "5-", "1_000", "=1+1", "٣", "1;0")  # fmt: skip
CURRENCIES = ("eur", "EURO", "€", "E", "EUR ;", "' or 1=1 --", "XQZ", "EUR\tUSD")
CATEGORIES = ("Media", "media;program", "overheads", "null", "'; drop table x; --", "𝓂edia")
HOSTILE = (
    "=cmd|' /C calc'!A0", "+SUM(A1:A9)", "-2+3", "@import", "\tTAB",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "{% raw %}",
    "${jndi:ldap://x}",
    "'; drop schema kpi cascade; --", "\" or \"\"=\"", "x'); attach 'evil.db' as e; --", "%s%s%n", "$$",
    "../../etc/passwd", "C:\\con", "\u202emoc.elpmaxe", "\u200bzero\u200bwidth", "Ａ１",
    "e\u0301le\u0301ment",
    "👩‍👩‍👧‍👦", "\ufeffmark", "\x07bell", "\x1b[31mred", "line\u2028separator", "ﬀ", "𝕌",
)  # fmt: skip
COLUMN_FAULTS = {"Von": DAYS, "Bis": DAYS, "Betrag": AMOUNTS, "Währung": CURRENCIES, "Art": CATEGORIES}


@dataclass(frozen=True)
class Row:
    """One row, and the column that must be named as its fault; None where the row must land as it stands."""

    cells: tuple[str, ...]
    fault: str | None

    @property
    def item(self) -> str:
        """What the first cell must be in the warehouse: composed, without white space around it."""
        return unicodedata.normalize("NFC", self.cells[0].strip(" \t\n\r\v\f\u00a0"))


@dataclass(frozen=True)
class File:
    """One file; `kind` names its fault, and sound ones must land."""

    kind: str
    content: bytes
    is_sound: bool = False


def rows(seed: int, count: int) -> list[Row]:
    """So many rows, each with a business key of its own; a third is hostile text, the others are faulty."""
    rng = Random(f"rows {seed}")
    return [_row(rng, number) for number in range(count)]


def files(seed: int, count: int) -> Iterator[File]:
    """So many files, the kinds of faults one after the other at places of chance."""
    rng = Random(f"files {seed}")
    kinds = list(FORMS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        lines = [(f"file {seed}.{number}.{line}", *SOUND[1:]) for line in range(rng.randint(1, 9))]
        content, is_sound = FORMS[kind](rng, [HEADER, *lines])
        yield File(kind, content, is_sound)


def written(table: Table) -> bytes:
    """A sound file: every cell quoted where it must be."""
    return ("\n".join(";".join(map(_quoted, line)) for line in table) + "\n").encode()


def _quoted(cell: str) -> str:
    special = any(sign in cell for sign in ';"\n\r') or cell != cell.strip()
    return '"' + cell.replace('"', '""') + '"' if special else cell


def _row(rng: Random, number: int) -> Row:
    cells = dict(zip(HEADER, (f"row {number}", *SOUND[1:]), strict=True))
    if number % 3 == 0:
        text = "".join(rng.choice(HOSTILE) for _ in range(rng.randint(1, 3)))
        cells["Posten"] = f"row {number} {text}"
        return Row(tuple(cells.values()), None)
    column = rng.choice(list(COLUMN_FAULTS))
    cells[column] = rng.choice(COLUMN_FAULTS[column])
    if rng.random() < 0.1:
        column, cells["Posten"] = "Posten", rng.choice(("", "   ", "\u00a0"))
        cells |= dict(zip(HEADER[1:], SOUND[1:], strict=True))
    return Row(tuple(cells.values()), column)


def _text(rng: Random, table: Table) -> tuple[list[str], int]:
    """The lines of the sound file, and the place of one row among them."""
    return written(table).decode().split("\n")[:-1], rng.randint(1, len(table) - 1)


def _changed(change: Callable[[Random, str], str]) -> Form:
    """A form of fault that changes one line of a sound file."""

    def form(rng: Random, table: Table) -> tuple[bytes, bool]:
        lines, place = _text(rng, table)
        lines[place] = change(rng, lines[place])
        return ("\n".join(lines) + "\n").encode(), False

    return form


def _encoded(encoding: str) -> Form:
    def form(rng: Random, table: Table) -> tuple[bytes, bool]:
        return written(table).decode().encode(encoding), False

    return form


def _byte(byte: bytes) -> Form:
    def form(rng: Random, table: Table) -> tuple[bytes, bool]:
        content = written(table)
        start = content.index(b"\n") + 1
        place = rng.randint(start, len(content) - 1)
        return content[:place] + byte + content[place:], False

    return form


def _header(change: Callable[[Random, list[str]], list[str]]) -> Form:
    def form(rng: Random, table: Table) -> tuple[bytes, bool]:
        header = change(rng, list(table[0]))
        return written([tuple(header), *table[1:]]), False

    return form


def _renamed(rng: Random, header: list[str]) -> list[str]:
    header[rng.randrange(len(header))] = rng.choice(HOSTILE)
    return header


def _doubled(rng: Random, header: list[str]) -> list[str]:
    first, second = rng.sample(range(len(header)), 2)
    header[first] = header[second]
    return header


def _sound(change: Callable[[Random, bytes], bytes], is_sound: bool = True) -> Form:
    def form(rng: Random, table: Table) -> tuple[bytes, bool]:
        return change(rng, written(table)), is_sound

    return form


def _unsound(change: Callable[[Random, bytes], bytes]) -> Form:
    return _sound(change, is_sound=False)


FORMS: dict[str, Form] = {
    "latin-1": _encoded("latin-1"),
    "utf-16": _encoded("utf-16"),
    "utf-32": _encoded("utf-32"),
    "zero byte": _byte(b"\0"),
    "half a character": _byte(b"\xc3"),
    "a byte that is no text": _byte(b"\xff"),
    "an archive": _unsound(lambda rng, text: b"PK\x03\x04" + rng.randbytes(200)),
    "noise": _unsound(lambda rng, text: b"\xff\xfe" + rng.randbytes(300)),
    "a quote that never closes": _changed(lambda rng, line: '"' + line),
    "a quote closed too early": _changed(lambda rng, line: '"' + line.replace(";", '" x;', 1)),
    "a cell too many": _changed(lambda rng, line: line + ";" * rng.randint(1, 5) + "x"),
    "a cell too few": _changed(lambda rng, line: line.rsplit(";", rng.randint(1, 3))[0]),
    "a blank line": _changed(lambda rng, line: f"\n{line}"),
    "another delimiter": _unsound(lambda rng, text: text.replace(b";", rng.choice((b",", b"\t", b"|")))),
    "a column renamed": _header(_renamed),
    "a column twice": _header(_doubled),
    "a column lost": lambda rng, table: (written([line[:-1] for line in table]), False),
    "no header": _unsound(lambda rng, text: text.split(b"\n", 1)[1]),
    "nothing": _unsound(lambda rng, text: rng.choice((b"", b"\n", b"\n\n", MARK))),
    "a mark and line ends of Windows": _sound(lambda rng, text: MARK + text.replace(b"\n", b"\r\n")),
    "empty cells too many": _sound(lambda rng, text: text.replace(b"EUR", b"EUR" + b";" * rng.randint(1, 5))),
    "a quote in plain text": _sound(lambda rng, text: text.replace(b"file ", b'file 4" ')),
    "no line end": _sound(lambda rng, text: text.rstrip(b"\n")),
    "a huge cell": _sound(lambda rng, text: text.replace(b"file ", b"x" * rng.randint(100_000, 900_000), 1)),
}  # fmt: skip
