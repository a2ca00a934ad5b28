"""Nobody whose name, address or number stands in the exports of the demo is named in what it publishes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from company_exports import Exports
from leitstand.config import PROJECT_ROOT
from leitstand.report import PAGES, file_name
from running import Company

SCHEMAS = "('kpi', 'meta', 'metrics')"
# from the beginning of a word: from within it, long ones would be searched again and again
ADDRESS = re.compile(r"(?<![^\s<>\"'(),;:=])[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:=]+\.[a-z]{2,}")
NUMBER = re.compile(r"(?:\+|\b0)[0-9][0-9 ()/.-]{5,}[0-9]")


@dataclass(frozen=True)
class People:
    """Everybody whom the exports name: leads, contacts and the users of both CRM systems."""

    exports: Exports

    @cached_property
    def names(self) -> set[tuple[str, ...]]:
        """Full names, the family's first too, as words in small letters."""
        parts = [(r["Vorname"], r["Nachname"]) for r in (*self.exports.leads, *self.exports.contacts)]
        whole = [*self.exports.crm("benutzer.csv"), *self.exports.legacy("benutzer.csv")]
        whole += self.exports.legacy("interessenten.csv")
        parts += [(first, last) for first, _, last in (r["Name"].rpartition(" ") for r in whole)]
        full = [(words(first), words(last)) for first, last in parts if first.strip() and last.strip()]
        return {first + last for first, last in full} | {last + first for first, last in full}

    @cached_property
    def names_by_first_word(self) -> dict[str, list[tuple[str, ...]]]:
        by_first_word = defaultdict(list)
        for name in self.names:
            by_first_word[name[0]].append(name)
        return by_first_word

    @cached_property
    def addresses(self) -> set[str]:
        found = {address.strip().lower() for address in self._column("E-Mail", "email", "Mail")}
        return {address for address in found if ADDRESS.fullmatch(address)}

    @cached_property
    def numbers(self) -> set[str]:
        """Without what somebody typed in place of a number."""
        found = {digits(number) for number in self._column("Telefon", "phone", "Telefon")}
        return {number for number in found if len(number) > 7}

    def _column(self, crm: str, automation: str, legacy: str) -> Iterable[str]:
        yield from (row[crm] for row in (*self.exports.leads, *self.exports.contacts))
        yield from (row[automation] for row in self.exports.automation("contacts.csv"))
        yield from (row[legacy] for row in self.exports.legacy("interessenten.csv"))

    def found_in(self, text: str) -> set[str]:
        """Who stands in a text."""
        spoken = words(text)
        named = {
            " ".join(name)
            for position, word in enumerate(spoken)
            for name in self.names_by_first_word.get(word, ())
            if spoken[position : position + len(name)] == name
        }
        named |= {a for a in ADDRESS.findall(text.lower()) if a in self.addresses}
        return named | {n for n in NUMBER.findall(text) if digits(n) in self.numbers}


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W\d_]+", text.lower()))


def digits(number: str) -> str:
    """The digits of a number, without the ways to write its country."""
    return re.sub(r"\D", "", number).lstrip("0").removeprefix("49").lstrip("0")


@pytest.fixture(scope="module")
def people(demo: Company) -> People:
    return People(Exports(PROJECT_ROOT / "exports"))


def test_the_search_finds_whom_it_looks_for(people: People) -> None:
    lead = next(r for r in people.exports.leads if all(r[c] for c in ("Vorname", "E-Mail", "Telefon")))
    said = f"<p>Termin mit {lead['Vorname']}  {lead['Nachname']} ({lead['E-Mail']}), {lead['Telefon']}</p>"
    name = f"{lead['Vorname']} {lead['Nachname']}".lower()
    assert {name, lead["E-Mail"].lower(), lead["Telefon"]} <= people.found_in(said)
    assert people.found_in(f"{lead['Nachname']}, {lead['Vorname']}") and not people.found_in("Pipeline 2026")
    assert min(len(people.names), len(people.addresses), len(people.numbers)) > 1000


def test_no_published_value_names_anybody(demo: Company, people: People) -> None:
    columns = demo.published(
        "select '\"' || schema_name || '\".\"' || table_name || '\"', column_name from duckdb_columns() "
        f"where database_name = 'kpi' and schema_name in {SCHEMAS} and data_type like 'VARCHAR%'"
    )
    assert len(columns) > 100
    for table, column in columns:
        values = demo.published(f'select distinct "{column}"::varchar from kpi.{table}')
        named = people.found_in("\n".join(str(value) for (value,) in values))
        assert not named, f"{table}, {column}"


def test_no_published_page_names_anybody(demo: Company, people: People) -> None:
    release = Path(demo.run["file"]).parent
    files = [path for path in release.rglob("*") if path.suffix in (".html", ".json", ".xml", ".md", ".csv")]
    names = {str(path.relative_to(release)) for path in files}
    assert {"gate/gate.html", "gate/gate.json", "gate/audit/index.html"} <= names
    assert {f"report_de/{file_name(page)}" for page in PAGES} <= names
    for path in files:
        assert not people.found_in(path.read_text(encoding="utf-8")), path
