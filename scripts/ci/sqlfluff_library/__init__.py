"""What dbt gives to Jinja beyond sqlfluff's own stand-ins: text that parses in place of what dbt renders."""

import gc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlfluff.core.templaters.jinja import JinjaTemplater
from sqlfluff.utils.reflow.sequence import ReflowSequence

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


def _keep_macros(templater: Any) -> None:
    """Let sqlfluff read the macros once a process: it reads all of them for every file, a third of its time.

    It does so twice: first for their names, then knowing each other. The second reading is kept.
    """
    read_macros = templater._extract_macros_from_path
    if getattr(read_macros, "keeps", False):
        return
    found: dict[tuple[str, ...], Any] = {}

    def kept(path: list[str], env: Any, ctx: Any, **options: Any) -> Any:
        key = tuple(path)
        macros = found.get(key)
        if macros is None:
            macros = read_macros(path, env=env, ctx=ctx, **options)
            if set(macros) <= set(ctx):
                found[key] = macros
        return macros

    kept.keeps = True  # type: ignore[attr-defined]
    templater._extract_macros_from_path = staticmethod(kept)


def _keep_layout(sequence: Any) -> None:
    """Let sqlfluff lay out a file once: each of four rules of layout does it anew, two fifths of its time.

    Only the file at hand is kept; a file that a fix has changed is another root, and is laid out anew.
    """
    lay_out = sequence.from_root
    if getattr(lay_out, "keeps", False):
        return
    last: list[tuple[Any, Any, Any]] = []

    def kept(root_segment: Any, config: Any) -> Any:
        if not last or last[0][0] is not root_segment or last[0][1] is not config:
            last[:] = [(root_segment, config, lay_out(root_segment, config))]
        return last[0][2]

    kept.keeps = True  # type: ignore[attr-defined]
    sequence.from_root = staticmethod(kept)


_keep_macros(JinjaTemplater)
_keep_layout(ReflowSequence)
# a file becomes many small objects: looking through them as often as Python does takes a fifth of the time
gc.set_threshold(50_000, 20, 1_000)
