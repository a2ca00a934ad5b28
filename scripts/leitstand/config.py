"""A company is a folder: `leitstand.yml`, `vars.yml`, `mappings/` and its definitions."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from leitstand.errors import BadInput, nearest

PROJECT_ROOT = Path(__file__).resolve().parents[2]

Model = TypeVar("Model", bound=BaseModel)
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Connection(_Strict):
    """Files that one system delivers, and the mapping that says what they mean."""

    mapping: Path
    folder: Path


class Report(_Strict):
    """The page: its language, and the name at its head."""

    language: Literal["de", "en"] = "de"


class Postgres(_Strict):
    """A database to publish to as well; the password comes from the environment."""

    host: str
    port: int = 5432
    database: str
    user: str
    reader: str | None = None
    """The role that may read what is published."""


Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Webhook(_Strict):
    """A webhook that is told of a closed gate; its address comes from the environment."""

    url_variable: Variable = "LEITSTAND_WEBHOOK_URL"


class Mail(_Strict):
    """People who are told of a closed gate by mail; user and password come from the environment."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    starttls: bool = True
    sender: str
    recipients: Annotated[tuple[str, ...], Field(min_length=1)]
    user_variable: Variable | None = None
    password_variable: Variable | None = None


class Notify(_Strict):
    """Who is told that the gate is closed."""

    webhook: Webhook | None = None
    mail: Mail | None = None


class Gate(_Strict):
    """How the gate reads a company's history."""

    history_from: dict[Name, dt.date] = {}
    """Per connection the first day whose loads count for its bands."""


class Settings(_Strict):
    """`leitstand.yml`: what the command needs to know of a company."""

    name: str
    connections: dict[Name, Connection]
    definitions: Path = Path("definitions")
    releases: Path = Path("releases")
    report: Report = Report()
    postgres: Postgres | None = None
    keep_releases_days: Annotated[int, Field(ge=0)] = 90
    """How long a release stays once another has replaced it; those of a month's end stay for good."""
    gate: Gate = Gate()
    notify: Notify = Notify()
    max_quarantined_share: Annotated[float, Field(ge=0, le=1)] = 0.05
    load_time: dt.datetime | None = None
    """Fixed load time (UTC) of examples and tests; otherwise the clock."""


class ConnectionVars(_Strict):
    """One connection as the models see it."""

    name: Name
    connector: Name
    entities: list[Name]
    pipeline_entry_requires_amount: bool = True

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, name: str) -> str:
        if name == "files":
            raise ValueError("'files' is the name of the connector; choose another for the connection")
        return name


class Vars(_Strict):
    """`vars.yml`: what the models need to know of a company."""

    as_of: dt.datetime | None = None
    reporting_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    report_timezone: str = "Europe/Berlin"
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    history_start: dt.date
    pseudonymisation_key: Literal["public_test_key", "secret"] = "secret"
    mql_source: Literal["declaration", "rule"] = "declaration"
    sal_fallback: bool = False
    enable_rep_level: bool = False
    allocate_overhead: bool = False
    connections: list[ConnectionVars]

    @field_validator("as_of")
    @classmethod
    def _utc(cls, as_of: dt.datetime | None) -> dt.datetime | None:
        if as_of is not None and as_of.tzinfo is not None:
            raise ValueError("as_of is in UTC; write it without an offset")
        return as_of

    @field_validator("report_timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        if name not in zoneinfo.available_timezones():
            raise ValueError("expected a time zone such as Europe/Berlin")
        return name


@dataclass(frozen=True)
class Company:
    """A company's folder with its settings read and checked; all paths absolute."""

    folder: Path
    settings: Settings
    vars: Vars

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that loads and builds write."""
        return self.folder / "warehouse" / "leitstand.duckdb"

    @property
    def target(self) -> Path:
        """The folder in which dbt writes what it knows and did."""
        return (
            PROJECT_ROOT / "target" if self.folder == PROJECT_ROOT else self.folder / "warehouse" / "target"
        )

    @property
    def lake(self) -> Path:
        """The folder that keeps every load as Parquet."""
        return self.folder / "warehouse" / "lake"

    @property
    def releases(self) -> Path:
        """The folder of publications."""
        return self.folder / self.settings.releases

    @property
    def definitions(self) -> Path:
        """The folder of the definition seeds."""
        return self.folder / self.settings.definitions

    def mapping_file(self, connection: str) -> Path:
        """The mapping of one connection."""
        return self.folder / self.settings.connections[connection].mapping

    def export_folder(self, connection: str) -> Path:
        """The folder in which one connection's files arrive."""
        return self.folder / self.settings.connections[connection].folder


def load_company(folder: Path) -> Company:
    """Read and check a company's folder.

    Raises:
        BadInput: a file is missing, is no YAML, or has a key or value that is not known.
    """
    folder = folder.resolve()
    settings = read_model(folder / "leitstand.yml", Settings)
    raw_vars = read_yaml(folder / "vars.yml")
    company = Company(folder, settings, validate(folder / "vars.yml", Vars, raw_vars.get("vars", {})))
    files = {c.name for c in company.vars.connections if c.connector == "files"}
    for missing, has, lacks in (
        (set(settings.connections) - files, "leitstand.yml", "vars.yml"),
        (files - set(settings.connections), "vars.yml", "leitstand.yml"),
    ):
        if missing:
            raise BadInput(
                f"{folder / lacks}: expected the connection {sorted(missing)[0]!r}, which stands in {has}, "
                f"found {sorted(files if lacks == 'vars.yml' else settings.connections)}. "
                f"Name each connection in both files."
            )
    return company


def read_yaml(path: Path) -> dict[str, Any]:
    """Read one YAML file as a mapping."""
    if not path.is_file():
        raise BadInput(
            f"{path}: expected a file, found none. Run `leitstand init <folder>` for a new company, "
            f"or name the company's folder with --company."
        )
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise BadInput(f"{where}: expected YAML in UTF-8, found {error}. Mend the syntax.") from error
    if not isinstance(content, dict):
        raise BadInput(f"{path}: expected keys with values, found {type(content).__name__}.")
    return content


def read_model(path: Path, model: type[Model]) -> Model:
    """Read one YAML file as a checked model."""
    return validate(path, model, read_yaml(path))


def validate(path: Path, model: type[Model], content: dict[str, Any]) -> Model:
    """Check content against a model; the first fault becomes one message that names the key."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        # an unknown key explains a missing one: it is usually the same key, mistyped
        fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            raise BadInput(
                f"{path}: the key {key!r} is not known{nearest(str(fault['loc'][-1]), _keys(model))}. "
                f"Remove or rename it."
            ) from error
        raise BadInput(f"{path}: key {key!r}: {fault['msg']}, found {fault['input']!r}.") from error


def _keys(model: type[BaseModel]) -> set[str]:
    """All keys that a model and the models within it know."""
    keys: set[str] = set()
    stack = [*list(model.model_json_schema().get("$defs", {}).values()), model.model_json_schema()]
    for schema in stack:
        keys |= set(schema.get("properties", {}))
    return keys
