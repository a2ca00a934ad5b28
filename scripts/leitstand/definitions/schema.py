"""What each file of the agreement must look like, read from the schema that dbt tests it by.

The columns, types, keys, rules and references of a seed stand once, in `seeds/schema/*.yml`; the check of the
files and the tests of the build read the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leitstand.config import PROJECT_ROOT

PATTERN = PROJECT_ROOT / "seeds" / "definitions"
"""The demo company's definitions: every company has the same files with the same columns."""

REFERENCE = PROJECT_ROOT / "seeds" / "reference"
"""Facts of the world and closed lists, the same for every company."""


@dataclass(frozen=True)
class Reference:
    """A column whose values stand in a column of another seed, for the rows that a condition holds for."""

    column: str
    seed: str
    field: str
    where: str


@dataclass(frozen=True)
class Versions:
    """Rows of one version are valid together, and the versions of one definition follow each other."""

    of: tuple[str, ...]
    version: str


@dataclass(frozen=True)
class Seed:
    """One file of the agreement: types by column, and what must hold for its rows."""

    name: str
    types: dict[str, str]
    unique: tuple[str, ...]
    not_null: tuple[str, ...]
    rules: dict[str, str]
    references: tuple[Reference, ...]
    versions: tuple[Versions, ...]
    agreeing: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name what a row speaks of, whenever it is valid."""
        return tuple(column for column in self.unique if column != "valid_from")


@cache
def read_seeds() -> dict[str, Seed]:
    """All seeds that the project describes, by name."""
    seeds = (seed for file in sorted((PROJECT_ROOT / "seeds" / "schema").glob("*.yml")) for seed in _of(file))
    return {seed.name: seed for seed in seeds}


def _of(file: Path) -> Iterator[Seed]:
    content = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    for entry in content.get("seeds", []):
        tests = list(_tests(entry))
        rules = next((arguments for kind, arguments, _ in tests if kind == "row_rules"), {})
        yield Seed(
            name=entry["name"],
            types=entry["config"]["column_types"],
            unique=tuple(rules.get("unique", ())),
            not_null=tuple(rules.get("not_null", ())),
            # a rule that asks the database cannot be asked of a file
            rules={name: sql for name, sql in rules.get("rules", {}).items() if "{{" not in sql},
            references=tuple(
                Reference(arguments["column_name"], _target(arguments["to"]), arguments["field"], where)
                for kind, arguments, where in tests
                if kind == "relationships"
            ),
            versions=tuple(
                Versions(tuple(arguments["of"]), arguments["version"])
                for kind, arguments, _ in tests
                if kind == "versions_follow_each_other"
            ),
            agreeing=tuple(
                (tuple(arguments["key"]), arguments["value"])
                for kind, arguments, _ in tests
                if kind == "one_value_a_group"
            ),
        )


def _tests(entry: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Kind, arguments and condition of each test of a seed and of its columns."""
    columns = ((column, {"column_name": column["name"]}) for column in entry.get("columns", []))
    for owner, given in [(entry, {}), *columns]:
        for test in owner.get("data_tests", []):
            if isinstance(test, dict):
                ((kind, body),) = test.items()
                where = body.get("config", {}).get("where", "true")
                yield kind, {**given, **body.get("arguments", {})}, where


def _target(reference: str) -> str:
    """The seed that `ref('…')` names."""
    found = re.search(r"ref\(['\"](\w+)['\"]\)", reference)
    return found[1] if found else ""
