"""Small pieces of SQL text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

WHITESPACE = " \t\n\r\v\f\u00a0"


def literal(text: str | Path) -> str:
    """A SQL string that means this text."""
    return "'" + str(text).replace("'", "''") + "'"


def one_file(path: Path) -> str:
    """A SQL string that names this file where DuckDB reads patterns: a folder may be called `[old] data*`."""
    return literal("".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(path)))


def literals(texts: Iterable[str]) -> str:
    """A comma-separated list of SQL strings."""
    return ", ".join(literal(text) for text in texts)


def identifier(name: str) -> str:
    """A quoted SQL name."""
    return '"' + name.replace('"', '""') + '"'


def cleaned(raw: str) -> str:
    """SQL of a text without the white space around it, in Unicode's composed form."""
    return f"nfc_normalize(trim({raw}, {literal(WHITESPACE)}))"


def positions(count: int) -> list[str]:
    """Names of a file's columns by place; headers may be empty or differ by case only."""
    return [f"c{place}" for place in range(count)]


def kept_rows(parquet: Path, columns: int) -> str:
    """SQL of the rows of one kept file: its columns by place, and the line on which each row begins."""
    names = ", ".join([*positions(columns), "line_number"])
    return f"read_parquet({one_file(parquet)}) as kept({names})"
