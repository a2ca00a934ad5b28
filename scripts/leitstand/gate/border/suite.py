"""The reviewed files of the border, `suites/*.yml`: what each measure may be."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from leitstand.config import validate


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Measure(_Strict):
    """What one measure may be: a band learned from history, or a limit that holds from the first load on.

    The band is median ± max(`deviations` · 1.4826 · MAD, `of_median` · |median|, `at_least`); 1.4826 · MAD is
    the standard deviation where values are normal. `limit` is the largest value allowed; with
    `after_history` only where enough loads have been seen to say what is new.
    """

    deviations: Annotated[float, Field(gt=0)] | None = None
    of_median: Annotated[float, Field(ge=0)] = 0
    at_least: Annotated[float, Field(ge=0)] = 0
    sides: Literal["both", "above", "below"] = "both"
    limit: float | None = None
    after_history: bool = False

    @model_validator(mode="after")
    def _either(self) -> Measure:
        if (self.deviations is None) == (self.limit is None):
            raise ValueError("a measure has either deviations, for a learned band, or a limit")
        return self


class Suite(_Strict):
    """One file: a Great Expectations suite, and the measures that it judges."""

    name: Annotated[str, Field(pattern=r"^(landed|published)_[a-z_]+$")]
    meaning: str
    measures: dict[str, Measure] = {}
    may_be_weakened: bool = True
    expectations: list[dict[str, Any]]

    @property
    def is_binding(self) -> bool:
        """True where what breaks it closes the gate."""
        return any(expectation.get("severity") == "critical" for expectation in self.expectations)

    @property
    def kind(self) -> str:
        """`landed` or `published`."""
        return self.name.split("_")[0]


class Rules(_Strict):
    """`history.yml`: from how many loads a band is learned, and which columns are categories."""

    minimum_loads: Annotated[int, Field(ge=8)]
    window_loads: Annotated[int, Field(ge=8)]
    minimum_months: Annotated[int, Field(ge=8)]
    window_months: Annotated[int, Field(ge=8)]
    maximum_categories: Annotated[int, Field(ge=2)]
    categories: tuple[str, ...]


@cache
def load_suites() -> tuple[Suite, ...]:
    """All suites by name."""
    paths = [Path(str(file)) for file in (files(__package__) / "suites").iterdir()]
    return tuple(
        validate(path, Suite, _content(path))
        for path in sorted(paths)
        if path.suffix == ".yml" and path.stem != "history"
    )


@cache
def load_rules() -> Rules:
    """How history is kept and read."""
    path = Path(str(files(__package__) / "suites" / "history.yml"))
    return validate(path, Rules, _content(path))


def _content(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content
