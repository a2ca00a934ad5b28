"""What is missing or wrong in a company, and how to mend it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from leitstand.config import Company, load_company
from leitstand.definitions import check_definitions
from leitstand.errors import LeitstandError
from leitstand.keys import VARIABLE, read_key
from leitstand.land.load import read_mappings
from leitstand.publish import current_release


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, whether it is well, and what was found or is to be done."""

    subject: str
    is_well: bool
    text: str


def examine(folder: Path) -> list[Finding]:
    """Look at everything that a run needs; never raises for what it finds."""
    findings = [_python()]
    try:
        company = load_company(folder)
    except LeitstandError as error:
        return [*findings, Finding("settings", False, str(error))]
    findings.append(
        Finding("settings", True, f"{company.settings.name}, {len(company.settings.connections)} connections")
    )
    looks: tuple[Callable[[Company], Iterator[Finding]], ...] = (
        _connections,
        _definitions,
        _key,
        _warehouse,
        _release,
    )
    for look in looks:
        findings.extend(look(company))
    return findings


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", sys.version_info >= (3, 11), f"Python {found}; 3.11 or newer is needed")


def _connections(company: Company) -> Iterator[Finding]:
    for name in company.settings.connections:
        subject = f"connection {name}"
        try:
            mapping = read_mappings(company, [name])[name]
        except LeitstandError as error:
            yield Finding(subject, False, str(error))
            continue
        folder = company.export_folder(name)
        missing = [entry.file for entry in mapping.files if not any(folder.glob(entry.file))]
        if missing:
            remedy = f"no file {missing[0]!r} in {folder}: put the export there"
            yield Finding(subject, False, remedy)
        else:
            yield Finding(subject, True, f"{len(mapping.files)} kinds of file, all there")


def _definitions(company: Company) -> Iterator[Finding]:
    try:
        check_definitions(company)
    except LeitstandError as error:
        yield Finding("definitions", False, str(error))
    else:
        yield Finding("definitions", True, f"all files of {company.definitions.name}/ with their columns")


def _key(company: Company) -> Iterator[Finding]:
    if company.vars.pseudonymisation_key == "public_test_key":
        yield Finding("key of the pseudonyms", True, "public test key, for demos and tests only")
        return
    try:
        read_key()
    except LeitstandError as error:
        yield Finding("key of the pseudonyms", False, str(error))
    else:
        yield Finding("key of the pseudonyms", True, f"{VARIABLE} is set")


def _warehouse(company: Company) -> Iterator[Finding]:
    if not company.warehouse.is_file():
        yield Finding("warehouse", False, "nothing has landed yet: run `leitstand land` or `leitstand run`")
        return
    try:
        with duckdb.connect(str(company.warehouse), read_only=True) as db:
            loads = db.execute("select count(*), max(loaded_at) from landing.loads").fetchone()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        yield Finding("warehouse", False, f"{company.warehouse}: {reason}; close other programs, or rebuild")
        return
    assert loads is not None
    yield Finding("warehouse", loads[0] > 0, f"{loads[0]} loads, the newest of {loads[1]} UTC")


def _release(company: Company) -> Iterator[Finding]:
    release = current_release(company)
    if release is None:
        yield Finding("publication", False, "nothing is published yet: run `leitstand run`")
    else:
        yield Finding("publication", True, release.name)
