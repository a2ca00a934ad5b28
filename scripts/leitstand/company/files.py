"""Writing files as other systems write them."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

Row = Sequence[object]


def columns(text: str) -> list[str]:
    """The names of a header line."""
    return text.split(",")


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> None:
    """Write a delimited file with lines ending as Windows ends them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)


def write_parquet(path: Path, columns: Mapping[str, str], rows: Iterable[Row]) -> None:
    """Write a Parquet file with the given column types; an empty text becomes null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "rows.csv"
        write_csv(text, list(columns), rows)
        with duckdb.connect(config={"threads": 1}) as connection:
            relation = connection.read_csv(
                str(text), header=True, dtype=dict(columns), na_values="", escapechar='"'
            )
            relation.write_parquet(str(path))


def german(cents: int) -> str:
    """1.234,56."""
    return f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def comma(amount: float) -> str:
    """1234,56."""
    return f"{amount:.2f}".replace(".", ",")
