"""Answers and metrics on a terminal or in a file."""

from __future__ import annotations

import datetime as dt
import decimal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from leitstand.errors import BadInput
from leitstand.metrics.catalogue import Entry
from leitstand.metrics.source import Source
from leitstand.metrics.words import TITLES, shown
from leitstand.semantic import Answer
from leitstand.semantic.formats import WRITERS


def write(answer: Answer, source: Source, name: str, output: Path | None, console: Console) -> None:
    """Write an answer in a format to a file, else to standard output.

    Raises:
        BadInput: a file of bytes would go to a terminal.
    """
    if name == "table":
        if output is None:
            print_answer(answer, source, console)
        else:
            with output.open("w", encoding="utf-8") as file:
                print_answer(answer, source, Console(file=file, width=200))
        return
    content = WRITERS[name](answer.table)
    if output is not None:
        output.write_bytes(content)
    elif name in ("parquet", "arrow") and sys.stdout.isatty():
        raise BadInput(f"--format {name}: expected a file for it, found a terminal. Add --output FILE.")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def print_answer(answer: Answer, source: Source, console: Console) -> None:
    """The rows as a table, and where they come from."""
    table = Table(box=None, pad_edge=False)
    for field in answer.table.schema:
        is_number = str(field.type).startswith(("int", "double", "decimal", "float"))
        table.add_column(field.name, justify="right" if is_number else "left", overflow="fold")
    for row in answer.table.to_pylist():
        table.add_row(*(_cell(value) for value in row.values()))
    console.print(table)
    rows = answer.table.num_rows
    console.print(f"{rows:,} row{'' if rows == 1 else 's'} of {source.name}.", highlight=False)


def _cell(value: Any) -> str:
    if value is None:
        return "n/a"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, decimal.Decimal):
        return f"{value:,.2f}"
    if isinstance(value, float):
        return f"{value:,.4f}"
    if isinstance(value, int):
        return f"{value:,}"
    return escape(value.isoformat() if isinstance(value, dt.date) else str(value))


def print_list(entries: Sequence[Entry], language: str, console: Console) -> None:
    """All metrics, one a line."""
    titles = TITLES[language]
    table = Table("name", "", titles["kpi"], titles["unit"], titles["review"], box=None, pad_edge=False)
    for entry in entries:
        cells = (
            entry.label,
            entry.kpi,
            shown("unit", entry.unit, language),
            shown("review", entry.review, language),
        )
        table.add_row(entry.name, *(escape(cell) for cell in cells))
    console.print(table)


def print_entry(entry: Entry, language: str, console: Console) -> None:
    """One metric in full."""
    console.print(f"[bold]{escape(entry.label)}[/] ({entry.name})", soft_wrap=True, highlight=False)
    console.print(escape(entry.description), soft_wrap=True, highlight=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for field, title in TITLES[language].items():
        value = shown(field, getattr(entry, field), language)
        if value:
            table.add_row(title, escape(value))
    console.print(table)
