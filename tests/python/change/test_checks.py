"""Checks that a change adds, loses, alters or weakens, down to the single rule of a grouped test."""

from __future__ import annotations

from typing import Any

import pytest

from change.manifests import grouped_test, manifest, singular_test
from leitstand.change.checks import CheckChange, check_changes
from leitstand.change.project import untraced_macros
from leitstand.change.state import without_places

RULES = {"a share lies between 0 and 1": "share between 0 and 1", "no cost below zero": "cost >= 0"}


def test_a_rule_within_a_grouped_test_is_a_check_of_its_own() -> None:
    old = manifest(grouped_test("kpi_cost", rules=RULES, unique=["month"], not_null=["month", "cost"]))
    fewer = {name: RULES[name] for name in list(RULES)[:1]}
    new = manifest(grouped_test("kpi_cost", rules=fewer | {"x": "y"}, unique=["month"], not_null=["month"]))
    assert check_changes(old, new) == [
        CheckChange("kpi_cost.cost: not null", "lost"),
        CheckChange("kpi_cost: no cost below zero", "lost"),
        CheckChange("kpi_cost: x", "added"),
    ]


def test_a_rule_that_asks_otherwise_is_changed() -> None:
    old = manifest(grouped_test("kpi_cost", rules=RULES))
    new = manifest(grouped_test("kpi_cost", rules=RULES | {"no cost below zero": "cost >= -5"}))
    assert check_changes(old, new) == [CheckChange("kpi_cost: no cost below zero", "changed")]


def test_a_check_that_only_warns_is_weakened() -> None:
    old, new = (manifest(singular_test("adds_up", "select 1", word)) for word in ("ERROR", "warn"))
    assert check_changes(old, new) == [CheckChange("adds_up", "weakened", ("severity from error to warn",))]
    assert check_changes(new, old) == [CheckChange("adds_up", "changed", ("severity from warn to error",))]


@pytest.mark.parametrize(
    ("config", "what", "said"),
    [
        ({"error_if": "> 10"}, "weakened", "error_if from != 0 to > 10"),
        ({"error_if": ">= 1"}, "changed", "error_if from != 0 to >= 1"),
        ({"error_if": "between 1 and 9"}, "changed", "error_if from != 0 to between 1 and 9"),
        ({"warn_if": ">100"}, "changed", "warn_if from != 0 to >100"),
        ({"limit": 5}, "weakened", "limit from none to 5"),
        ({"where": "month > '2026-01-01'"}, "weakened", "where from none to month > '2026-01-01'"),
        ({"fail_calc": "max(n)"}, "changed", "fail_calc from count(*) to max(n)"),
        ({"enabled": False}, "weakened", "enabled from true to false"),
    ],
)
def test_a_check_that_lets_more_pass_is_weakened(config: dict[str, Any], what: str, said: str) -> None:
    """Where it cannot be told which way a setting goes, it is shown as changed."""
    old, other = (
        manifest(singular_test("adds_up", "select 1")),
        singular_test("adds_up", "select 1", **config),
    )
    # what is switched off stands apart in dbt's manifest
    new = manifest() | {"disabled": {"x": [other]}} if "enabled" in config else manifest(other)
    assert check_changes(old, new) == [CheckChange("adds_up", what, (said,))]


@pytest.mark.parametrize(
    ("config", "what"), [({"warn_if": "> 100"}, "weakened"), ({"error_if": "> 100"}, "changed")]
)
def test_a_check_that_only_warns_is_weakened_by_when_it_warns(config: dict[str, Any], what: str) -> None:
    old, new = (manifest(singular_test("adds_up", "select 1", "warn", **c)) for c in ({}, config))
    ((key, condition),) = config.items()
    expected = CheckChange("adds_up", what, (f"{key} from != 0 to {condition}",))
    assert check_changes(old, new) == [expected]


def test_what_was_switched_off_before_is_no_check() -> None:
    off = {"disabled": {"x": [singular_test("adds_up", "select 1", enabled=False)]}}
    on = manifest(singular_test("adds_up", "select 1"))
    assert check_changes(manifest() | off, manifest()) == []
    assert check_changes(manifest(), manifest() | off) == []
    assert check_changes(on | off, on) == []
    assert check_changes(manifest() | off, on) == [
        CheckChange("adds_up", "changed", ("enabled from false to true",))
    ]


def test_a_narrower_where_of_a_grouped_test_weakens_each_of_its_rules() -> None:
    old, new = (manifest(grouped_test("kpi_cost", rules=RULES, unique=["month"])) for _ in range(2))
    (node,) = new["nodes"].values()
    node["config"]["where"] = "false"
    found = check_changes(old, new)
    assert [(change.name, change.what) for change in found] == [
        ("kpi_cost: a share lies between 0 and 1", "weakened"),
        ("kpi_cost: no cost below zero", "weakened"),
        ("kpi_cost: unique", "weakened"),
    ]


def test_a_generic_test_that_asks_otherwise_is_changed() -> None:
    old, new = (manifest(macros={"test_row_rules": (sql, []), "hash": (sql, [])}) for sql in ("a", "b"))
    assert check_changes(old, new) == [CheckChange("generic test row_rules", "changed")]


def test_unit_tests_are_checks() -> None:
    old = manifest(d17_one="rows of old", d18_two="rows")
    new = manifest(d17_one="rows of new", d19_three="rows")
    assert check_changes(old, new) == [
        CheckChange("unit test d17_one", "changed"),
        CheckChange("unit test d18_two", "lost"),
        CheckChange("unit test d19_three", "added"),
    ]


def test_a_changed_macro_that_no_node_uses_is_named() -> None:
    """What a node uses dbt traces itself; a definition for another engine changes nothing."""
    uses = grouped_test("kpi_cost", rules=RULES)
    uses["depends_on"]["macros"] = ["macro.leitstand.hash"]
    macros = {
        "hash": ("dispatch", ["default__hash"]),
        "default__hash": ("a", []),
        "duckdb__hash": ("b", []),
        "postgres__hash": ("c", []),
        "generate_schema_name": ("d", []),
    }
    old = manifest(uses, macros=macros)
    for changed, untraced in (
        ("hash", []),
        ("default__hash", []),
        ("duckdb__hash", ["duckdb__hash"]),
        ("postgres__hash", []),
        ("generate_schema_name", ["generate_schema_name"]),
    ):
        new = manifest(uses, macros=macros | {changed: ("new", macros[changed][1])})
        assert untraced_macros(old, new) == untraced


def test_the_kept_manifest_has_no_compiled_sql_and_no_place() -> None:
    node = singular_test("adds_up", "select 1") | {
        "compiled_code": "select 'canary'",
        "compiled_path": "/home/someone/target/x.sql",
        "root_path": "/home/someone/project",
    }
    content = manifest(node)
    content["metadata"] |= {"env": {"TOKEN": "canary"}, "user_id": "someone"}
    kept = without_places(content)
    assert "canary" not in str(kept) and "someone" not in str(kept)
    assert kept["nodes"]["test.leitstand.adds_up"]["raw_code"] == "select 1"
