"""What dbt gives to Jinja beyond sqlfluff's own stand-ins: text that parses in place of what dbt renders."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

_VARS = yaml.safe_load((Path(__file__).resolve().parents[3] / "vars.yml").read_text(encoding="utf-8"))["vars"]


def var(name: str, default: Any = None) -> Any:
    """A variable of the demo company."""
    return _VARS.get(name, default)


class _Calls:
    """Any macro by its name: a call of a function of that name."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        return lambda *arguments: f"{name}({', '.join(map(str, arguments))})"


class _Dbt(_Calls):
    """The macros of dbt itself; those that are no function are a type or a query."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        if name.startswith("type_"):
            return lambda *arguments: "varchar"
        if name in ("date_spine", "generate_series"):
            return lambda *arguments: "select 1 as generated_number"
        return super().__getattr__(name)


class _Adapter:
    """What macros ask of the adapter."""

    def dispatch(self, name: str, macro_namespace: str = "") -> Callable[..., str]:
        """The macro of this name for the engine; one is a word of SQL and no call."""
        if name == "materialized":
            return lambda: name
        return getattr(_Calls(), name)  # type: ignore[no-any-return]


class _Graph:
    """The project's nodes; SQL made from them is shown for none."""

    nodes: Mapping[str, Any] = {}


dbt = _Dbt()
adapter = _Adapter()
graph = _Graph()
