"""The definition seeds of a company, checked before the build reads them."""

from __future__ import annotations

import csv
from pathlib import Path

from leitstand.config import PROJECT_ROOT, Company
from leitstand.errors import BadInput, Place, bad_input, nearest

PATTERN = PROJECT_ROOT / "seeds" / "definitions"
"""The demo company's definitions: every company has the same files with the same columns."""


def check_definitions(company: Company) -> None:
    """Every file is there, in UTF-8, with its columns.

    Raises:
        BadInput: names the first file that is missing, unreadable, or has other columns.
    """
    for pattern in sorted(PATTERN.glob("*.csv")):
        file = company.definitions / pattern.name
        if not file.is_file():
            raise bad_input(
                str(file), expected="a file", found="none", remedy=f"Copy it from {PATTERN}, or restore it."
            )
        wanted, found = _header(pattern), _header(file)
        if found != wanted:
            odd = next((name for name in found if name not in wanted), None)
            hint = nearest(odd, wanted) if odd else ""
            raise bad_input(
                Place(file, 1),
                expected=",".join(wanted),
                found=",".join(found) + hint,
                remedy="Give the columns these names in this order, separated by commas.",
            )


def _header(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput(
            f"{Place(file, line)}: expected UTF-8, found the byte {error.object[error.start]:#04x}. "
            f"Save the file in UTF-8."
        ) from error
    return next(csv.reader(lines[:1]), [])
