"""The mapping of one connection: which file feeds which entity, which column is which, and how to read it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from leitstand.config import validate
from leitstand.errors import BadInput, Place, bad_input

ISO = "iso"
"""The word that stands for every ISO 8601 instant among the formats of instants."""

Separator = Literal[".", ","]
ColumnName = Annotated[str, StringConstraints(strip_whitespace=True)]
Scalar = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""A value as the file writes it: the mapping is read as text, so `1`, `Yes` and `2026` stay as written."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FormatKeys(_Strict):
    """How a file writes its values. Each key may stand under `defaults` and at every file."""

    encoding: Literal["utf-8", "latin-1", "windows-1252"] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = Field(
        default=None, description="CSV and TSV only; a tab for .tsv, otherwise a comma"
    )
    decimal: Separator = "."
    thousands: Literal[".", ",", " ", "'"] | None = None
    timezone: str = Field(default="UTC", description="Zone of instants that name no offset")
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    instants: tuple[str, ...] = Field(
        default=(ISO, "%Y-%m-%d"), description="strptime formats; 'iso' is every ISO 8601 instant"
    )
    missing: tuple[Scalar, ...] = Field(
        default=("",), description="Texts that count as no value; an empty cell always does"
    )
    true_values: tuple[Scalar, ...] = ("true", "t", "1", "yes", "y", "ja", "j", "wahr")
    false_values: tuple[Scalar, ...] = ("false", "f", "0", "no", "n", "nein", "falsch")

    @field_validator("delimiter")
    @classmethod
    def _separates(cls, delimiter: str | None) -> str | None:
        if delimiter is not None and (delimiter in '"\r\n' or delimiter.isalnum()):
            raise ValueError("a delimiter is a character such as ',' ';' '|' or a tab")
        return delimiter

    @model_validator(mode="after")
    def _separators_differ(self) -> Self:
        if self.decimal == self.thousands:
            raise ValueError("'decimal' and 'thousands' must differ")
        return self


class ColumnSource(_Strict):
    """Where a target column comes from: a column of the file, several joined by "|", or a constant."""

    column: ColumnName | None = None
    columns: tuple[ColumnName, ...] | None = Field(default=None, min_length=2)
    constant: Scalar | None = None
    values: dict[str, Scalar] | None = Field(default=None, description="What the file writes: what it means")
    others: Literal["keep", "reject"] = Field(
        default="keep", description="What happens to texts that `values` does not name"
    )
    formats: tuple[str, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, content: Any) -> Any:
        return {"column": content} if isinstance(content, str) else content

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [k for k in ("column", "columns", "constant") if getattr(self, k) is not None]
        if len(given) != 1:
            raise ValueError(f"expected one of 'column', 'columns' and 'constant', got {given}")
        if self.values is None and self.others == "reject":
            raise ValueError("'others: reject' needs 'values'")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core_schema))
        return {"anyOf": [{"type": "string", "description": "Column of the file"}, dict(schema)]}

    @property
    def read(self) -> tuple[str, ...]:
        """The columns of the file that this target needs."""
        return self.columns or ((self.column,) if self.column is not None else ())


class Where(_Strict):
    """Which rows feed the entity: those whose column holds one of these texts."""

    column: ColumnName
    in_: tuple[Scalar, ...] = Field(alias="in", min_length=1)


class Unpivot(_Strict):
    """A wide file: every named column of a row makes one record; cells without a value make none."""

    columns: tuple[ColumnName, ...] = Field(min_length=1)
    name: str = Field(description="Target column that takes the column's name")
    value: str = Field(description="Target column that takes the cell")

    @field_validator("columns")
    @classmethod
    def _once(cls, columns: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({c for c in columns if columns.count(c) > 1})
        if twice:
            raise ValueError(f"the column {twice[0]!r} stands twice")
        return columns


class Feed(_Strict):
    """One entity that a file feeds."""

    entity: str
    columns: dict[str, ColumnSource] = {}
    where: Where | None = None
    unpivot: Unpivot | None = None

    @model_validator(mode="after")
    def _where_or_unpivot(self) -> Self:
        if self.where and self.unpivot:
            raise ValueError("'where' and 'unpivot' cannot stand together")
        return self

    @property
    def targets(self) -> list[str]:
        """The target columns in the order in which they are written."""
        unpivoted = [self.unpivot.name, self.unpivot.value] if self.unpivot else []
        return [*self.columns, *unpivoted]

    @property
    def read(self) -> dict[str, str]:
        """The columns of the file that this feed needs, each with what needs it."""
        needs = {c: f"{self.entity}.{t}" for t, s in self.columns.items() for c in s.read}
        if self.unpivot:
            needs |= {c: f"{self.entity}.{self.unpivot.value}" for c in self.unpivot.columns}
        if self.where:
            needs.setdefault(self.where.column, f"{self.entity}, where")
        return needs


class FileEntry(FormatKeys):
    """One file, folder or pattern below the connection's folder, and what it feeds."""

    file: Annotated[str, Field(min_length=1)]
    ignore: tuple[ColumnName, ...] = Field(default=(), description="Columns known and not used")
    feeds: tuple[Feed, ...] = Field(min_length=1)

    @field_validator("file")
    @classmethod
    def _below(cls, file: str) -> str:
        path = Path(file)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError("a file or pattern below the connection's folder")
        return file

    @property
    def read(self) -> dict[str, str]:
        """The columns of the file that are used, each with what needs it."""
        return {c: need for feed in reversed(self.feeds) for c, need in feed.read.items()}

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides how a row lands."""
        content = self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"file", "ignore"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class Mapping(_Strict):
    """The mapping file of one connection."""

    defaults: FormatKeys = FormatKeys()
    files: tuple[FileEntry, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _hand_down(cls, content: Any) -> Any:
        """Every file inherits the defaults that it does not override."""
        if not isinstance(content, dict) or not isinstance(content.get("defaults"), dict):
            return content
        files = content.get("files")
        if not isinstance(files, list):
            return content
        known = {k: v for k, v in content["defaults"].items() if k in FormatKeys.model_fields}
        return content | {"files": [known | f if isinstance(f, dict) else f for f in files]}


class _Loader(yaml.BaseLoader):
    """Every scalar stays the text that it is, and a key that stands twice is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _StandsTwice(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _StandsTwice(Exception):
    def __init__(self, key: str, line: int) -> None:
        self.key, self.line = key, line


def read_mapping(path: Path, label: Path | str) -> Mapping:
    """Read and check one mapping file; `label` names it in messages.

    Raises:
        BadInput: the file is missing, is no YAML, feeds one target twice, or has an unknown key or value.
    """
    if not path.is_file():
        raise bad_input(
            Place(label), expected="a mapping file", found="none", remedy="Write it or mend leitstand.yml."
        )
    try:
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
        content = yaml.load(text, _Loader)
    except _StandsTwice as twice:
        raise bad_input(
            Place(label, twice.line),
            expected=f"the key {twice.key!r} once, so that each target is fed once",
            found="it twice",
            remedy="Remove one of them.",
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise bad_input(
            Place(label, mark.line + 1 if mark else None),
            expected="YAML in UTF-8",
            found=str(getattr(error, "problem", None) or error),
            remedy="Mend the syntax.",
        ) from error
    if not isinstance(content, dict):
        raise BadInput(f"{label}: expected the keys 'defaults' and 'files', found {content!r}.")
    return validate(Path(label), Mapping, content)
