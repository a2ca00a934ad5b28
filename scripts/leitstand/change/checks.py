"""Which checks a change adds, loses, alters or weakens: dbt's tests, each rule of a grouped one, unit tests,
and the generic tests themselves."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]

_DEFAULTS: dict[str, Any] = {
    "enabled": True,
    "severity": "error",
    "where": None,
    "limit": None,
    "fail_calc": "count(*)",
    "warn_if": "!= 0",
    "error_if": "!= 0",
}
"""What dbt asks of a test that says nothing else."""

_SIGNS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_CONDITION = re.compile(r"\s*(==?|!=|<>|[<>]=?)\s*(\d+)\s*")


@dataclass(frozen=True)
class CheckChange:
    """One check that was added, lost, changed or weakened, and what of its settings became what.

    Weakened is a check that lets pass what it did not: it is switched off, only warns, looks at fewer rows or
    tolerates more failures. Where that cannot be told, such as for another `where`, it is changed.
    """

    name: str
    what: str
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Check:
    """What a check asks, and its settings."""

    definition: str
    settings: dict[str, Any]


def check_changes(old: Manifest, new: Manifest) -> list[CheckChange]:
    """What changed among the checks from one manifest to another, by name."""
    before, after = (dict(_checks(manifest)) for manifest in (old, new))
    found = []
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        if was is None or now is None:
            kept = was or now
            if kept is not None and kept.settings["enabled"]:
                found.append(CheckChange(name, "added" if was is None else "lost"))
            continue
        settings = tuple(
            f"{key} from {_shown(was.settings[key])} to {_shown(now.settings[key])}"
            for key in _DEFAULTS
            if was.settings[key] != now.settings[key]
        )
        what = "weakened" if _is_weaker(was.settings, now.settings) else "changed"
        found.append(CheckChange(name, what, settings))
    return found


def _is_weaker(was: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether settings let pass what others did not, as far as that can be told from them alone."""
    return (
        (was["enabled"] and not now["enabled"])
        or (was["severity"] == "error" and now["severity"] == "warn")
        or (was["where"] is None and now["where"] is not None)
        or (now["limit"] is not None and (was["limit"] is None or now["limit"] < was["limit"]))
        or (was["severity"] == now["severity"] and _tolerates_more(*map(_limit, (was, now))))
    )


def _limit(settings: dict[str, Any]) -> str:
    """The condition by which a check fails, or warns where it only warns."""
    return str(settings[f"{settings['severity']}_if"])


def _tolerates_more(was: str, now: str) -> bool:
    """Whether some number of failures met a condition such as `> 10` and does not meet the other."""
    conditions = [_CONDITION.fullmatch(text) for text in (was, now)]
    if None in conditions:
        return False  # written otherwise: that it changed is said
    (before, low), (after, high) = ((_SIGNS[c[1]], int(c[2])) for c in conditions if c)
    return any(before(n, low) and not after(n, high) for n in range(1, max(low, high) + 2))


def _shown(value: Any) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _checks(manifest: Manifest) -> Iterator[tuple[str, _Check]]:
    """Name and content of each check; one that is switched on hides one of its name that is not."""
    switched_off = [node for nodes in manifest.get("disabled", {}).values() for node in nodes]
    for node in [*switched_off, *manifest["nodes"].values(), *manifest["unit_tests"].values()]:
        kind, settings = node.get("resource_type"), _settings(node)
        if kind == "test":
            for name, definition in _of(node):
                yield name, _Check(definition, settings)
        elif kind == "unit_test":
            given = {key: node.get(key) for key in ("given", "expect", "overrides")}
            text = json.dumps(given, sort_keys=True, default=str)
            yield f"unit test {node['name']}", _Check(text, settings)
    prefix = f"macro.{manifest['metadata']['project_name']}.test_"
    for key, macro in manifest["macros"].items():
        if key.startswith(prefix):
            yield f"generic test {key.removeprefix(prefix)}", _Check(macro["macro_sql"], _DEFAULTS)


def _settings(node: dict[str, Any]) -> dict[str, Any]:
    config = node.get("config") or {}
    settings = {key: config.get(key, default) for key, default in _DEFAULTS.items()}
    return settings | {"severity": str(settings["severity"]).lower()}


def _of(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The checks of one test, and what each asks: a grouped one is as many as it has rules."""
    metadata = node.get("test_metadata")
    if not metadata:
        yield node["name"], str(node.get("raw_code"))
        return
    owner = str(node.get("attached_node") or node.get("file_key_name") or node["name"]).split(".")[-1]
    arguments = {key: value for key, value in metadata["kwargs"].items() if key != "model"}
    kind = metadata["name"]
    if kind == "row_rules":
        for rule, condition in arguments.get("rules", {}).items():
            yield f"{owner}: {rule}", str(condition)
        if arguments.get("unique"):
            yield f"{owner}: unique", ", ".join(arguments["unique"])
        for column in arguments.get("not_null", []):
            yield f"{owner}.{column}: not null", ""
        return
    column = arguments.pop("column_name", None)
    told = ", ".join(f"{key}={value}" for key, value in sorted(arguments.items()))
    yield f"{owner}{f'.{column}' if column else ''}: {kind}" + (f" ({told})" if told else ""), ""
