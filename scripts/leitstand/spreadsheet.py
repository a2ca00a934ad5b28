"""Rows for people who open them in a spreadsheet: CSV in which no text is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(value: Any) -> Any:
    """A text that a spreadsheet shows as it stands: one that would start a formula gets an apostrophe first.

    After OWASP, "CSV Injection"; numbers and dates stay what they are.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value


def as_csv(kind: type[Any], rows: Iterable[Any]) -> str:
    """Instances of one dataclass as CSV with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(kind)], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in asdict(row).items()} for row in rows)
    return text.getvalue()
