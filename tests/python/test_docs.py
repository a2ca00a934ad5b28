"""The documentation names everything that a user can type, set or read, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
import typer
import yaml
from pydantic import BaseModel

from leitstand.cli import app
from leitstand.config import PROJECT_ROOT, Settings, Vars
from leitstand.contract import load_contract
from leitstand.land.mapping import Mapping

PAGES = sorted(
    page
    for folder in (".", "docs", "examples/*")
    for page in PROJECT_ROOT.glob(f"{folder}/*.md")
    if page.is_file()
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@cache
def text_of(page: str | Path) -> str:
    return (PROJECT_ROOT / page).read_text(encoding="utf-8")


@cache
def section(page: str, title: str) -> str:
    """The text below one heading, up to the next of the same or a higher level."""
    found = re.search(
        rf"^(#+) {re.escape(title)}$(.*?)(?=^#{{1,2}} |\Z)", text_of(page), re.MULTILINE | re.DOTALL
    )
    assert found, f"{page} has no section {title!r}"
    return found[2]


def is_coded(name: str, text: str) -> bool:
    """True where a name stands in code quotes, alone or after a path such as `connections[].name`."""
    return re.search(rf"`(?:[^`\s]*\.)?{re.escape(name)}`", text) is not None


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key that a file of this model may have, as written in YAML, those of models within it too."""
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        keys.add(field.alias or name)
        for inner in models_in(field.annotation):
            keys |= keys_of(inner)
    return keys


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, UnionType, dict, list, tuple) or get_args(annotation):
        return [model for part in get_args(annotation) for model in models_in(part)]
    return []


@cache
def models() -> list[dict[str, Any]]:
    """All models as the YAML beside them describes them."""
    files = (PROJECT_ROOT / "models").rglob("*.yml")
    pages = [yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) for file in sorted(files)]
    return [model for page in pages for model in page.get("models", [])]


PUBLISHED = {
    model["name"]: [column["name"] for column in model["columns"]]
    for model in models()
    if model.get("config", {}).get("meta", {}).get("published")
}


def commands_of(group: typer.Typer) -> list[str]:
    """The commands of a group by the name that a user types, those of groups within it too."""
    own = [
        str(command.name or command.callback.__name__)
        for command in group.registered_commands
        if command.callback
    ]
    inner = [
        f"{part.name} {command}"
        for part in group.registered_groups
        if part.typer_instance
        for command in commands_of(part.typer_instance)
    ]
    return own + inner


COMMANDS = commands_of(app)
SEEDS = sorted(file.stem for file in (PROJECT_ROOT / "seeds" / "definitions").glob("*.csv"))
THRESHOLDS = [line.split(",")[0] for line in text_of("seeds/definitions/thresholds.csv").splitlines()[1:]]
PROJECT = tomllib.loads(text_of("pyproject.toml"))
DEPENDENCIES = sorted(
    re.split(r"[<>=\[ ;!~]", requirement)[0]
    for requirement in (
        *PROJECT["project"]["dependencies"],
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
    )
)


def test_all_pages_are_looked_at() -> None:
    names = {str(page.relative_to(PROJECT_ROOT)) for page in PAGES}
    assert {"README.md", "CONTRIBUTING.md", "docs/company.md", "examples/olist/README.md"} <= names
    assert len(PUBLISHED) >= 8 and len(COMMANDS) >= 9


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_described(command: str) -> None:
    assert f"| `leitstand {command}` |" in section("docs/company.md", "Commands")


def test_no_other_command_is_named() -> None:
    """What the pages tell a user to type exists: the commands of leitstand and the targets of make."""
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for page in PAGES:
        named = re.findall(r"(?:`|\$ |^)leitstand ([a-z-]+(?: [a-z]+)?)", text_of(page), re.MULTILINE)
        assert [name for name in named if not {name, name.split()[0]} & set(COMMANDS)] == []
        assert set(re.findall(r"(?:`|^)make ([a-z-]+)", text_of(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("key", sorted(keys_of(Settings)))
def test_setting_is_described(key: str) -> None:
    assert is_coded(key, section("docs/company.md", "leitstand.yml"))


@pytest.mark.parametrize("key", sorted(keys_of(Vars)))
def test_variable_is_described(key: str) -> None:
    assert is_coded(key, section("docs/company.md", "vars.yml"))


@pytest.mark.parametrize("key", sorted(keys_of(Mapping)))
def test_mapping_key_is_described(key: str) -> None:
    described = section("docs/mapping.md", "Every key")
    assert is_coded(key, described) or f"{key}: " in "".join(re.findall(r"`(\{.*?\})`", described))


@pytest.mark.parametrize("seed", SEEDS)
def test_definition_is_described(seed: str) -> None:
    assert f"| `{seed}` |" in section("docs/company.md", "Definitions")


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_threshold_is_described(threshold: str) -> None:
    assert f"| `{threshold}` |" in section("docs/company.md", "Definitions")


@pytest.mark.parametrize("entity", load_contract().values(), ids=lambda entity: entity.name)
def test_entity_is_described(entity: Any) -> None:
    """With all columns that a mapping may feed, and no others."""
    rows = [
        line
        for line in section("docs/mapping.md", "The input contract").splitlines()
        if line.startswith(f"| `{entity.name}` |")
    ]
    assert len(rows) == 1
    _, _, _, key, targets, _ = (cell.strip() for cell in rows[0].split("|"))
    assert re.findall(r"`(\w+)`", key) == list(entity.key)
    assert re.findall(r"`(\w+)`", targets) == list(entity.mapped)
    required = [column.name for column in entity.mapped.values() if column.required]
    assert re.findall(r"\*\*`(\w+)`\*\*", targets) == required


@pytest.mark.parametrize("table", sorted(PUBLISHED))
def test_published_table_is_described(table: str) -> None:
    """In the README and, with every column, on its own page."""
    assert is_coded(table, section("README.md", "What is published"))
    title = table if table.startswith("kpi_") else "Dimensions"
    described = section("docs/published.md", "Tables")
    assert f"`{table}`" in described
    own = re.split(rf"^### {title}$", described, flags=re.MULTILINE)[1].split("\n### ")[0]
    assert [column for column in PUBLISHED[table] if not is_coded(column, own)] == []


@pytest.mark.parametrize("table", ["release", "weakened", "columns", "data_state", "ledger"])
def test_meta_table_is_described(table: str) -> None:
    assert f"| `meta.{table}` |" in section("docs/published.md", "Schema meta")


@pytest.mark.parametrize("package", DEPENDENCIES)
def test_dependency_has_its_reason(package: str) -> None:
    assert is_coded(package, section("CONTRIBUTING.md", "Dependencies"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT_ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Relative ones: to a file of the repository, and to a heading of it."""
    for link in LINK.findall(FENCE.sub("", text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if heading:
            assert heading in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The headings of a page as a repository host names them in links."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(page)), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", heading).lower()).replace(" ", "-")
        for heading in headings
    }


def test_linked_files_are_committed() -> None:
    """A link to a file that git ignores would be dead for everyone else."""
    linked = {
        str((page.parent / link.partition("#")[0]).resolve().relative_to(PROJECT_ROOT))
        for page in PAGES
        for link in LINK.findall(FENCE.sub("", text_of(page)))
        if not re.match(r"[a-z]+:|#", link)
    }
    ignored = subprocess.run(
        ["git", "check-ignore", *sorted(linked)], cwd=PROJECT_ROOT, capture_output=True, text=True
    )
    assert ignored.stdout == ""
