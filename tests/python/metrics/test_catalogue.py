"""Every metric says what it is, as the agreement says it, and every KPI is a metric or says why not."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leitstand.config import PROJECT_ROOT
from leitstand.metrics.words import shown

SAID = {
    "label_de",
    "formula",
    "grain",
    "time_dimension",
    "denominator",
    "unit",
    "direction",
    "owner",
    "review",
}
MAY_BE_SAID = {"kpi", "grains", "not_additive_over", "description_de", "formula_de"}
REVIEWS = {"weekly", "monthly", "quarterly"}
GRAINS = {"day", "week", "month", "quarter", "year", "fiscal_period", "fiscal_quarter", "fiscal_year"}
ENGLISH = re.compile(r"\b(and|before|each|for|from|is|month|of|or|over|since|the|with|where)\b")
CALENDAR_OFFSET = re.compile(r"\d+ (day|week|month|quarter|year)s?")


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@cache
def metrics() -> list[dict[str, Any]]:
    """The metrics as they stand in the YAML, those of facts and those made of them."""
    models = PROJECT_ROOT / "models"
    paths = [*models.glob("marts/core/fct_*.yml"), *models.glob("semantic/*.yml")]
    files = [yaml.load(path.read_text(), Loader=yaml.CSafeLoader) for path in sorted(paths)]
    beside_facts = [model.get("metrics", []) for file in files for model in file.get("models") or []]
    return [
        metric for group in [*beside_facts, *(file.get("metrics", []) for file in files)] for metric in group
    ]


@cache
def agreement() -> dict[str, dict[str, str]]:
    return {row["kpi"]: row for row in read(PROJECT_ROOT / "seeds" / "definitions" / "kpis.csv")}


@cache
def not_metrics() -> list[dict[str, str]]:
    return read(PROJECT_ROOT / "models" / "semantic" / "not_metrics.csv")


def meta_of(metric: dict[str, Any]) -> dict[str, Any]:
    return dict(metric["config"]["meta"])


def inputs_of(metric: dict[str, Any]) -> list[Any]:
    single = [metric.get(key) for key in ("numerator", "denominator", "input_metric", "base_metric")]
    return [*filter(None, single), *metric.get("input_metrics", [])]


def test_there_are_metrics_of_every_kind() -> None:
    assert len(metrics()) >= 45
    kinds = {metric.get("type", "simple") for metric in metrics()}
    assert kinds == {"simple", "ratio", "derived", "cumulative", "conversion"}


def test_a_metric_says_what_it_is() -> None:
    for metric in metrics():
        name, meta = metric["name"], meta_of(metric)
        assert SAID <= set(meta) <= SAID | MAY_BE_SAID, name
        assert all(meta.values()), name
        assert metric["label"], name
        assert len(metric["description"]) >= 20, name
        assert not metric["description"].startswith(("Those", "Their", "The same")), name
        assert meta["review"] in REVIEWS, name
        assert meta["direction"] in {"higher", "lower"}, name
        assert set(meta.get("grains", [])) <= GRAINS, name
        assert meta["denominator"] != "none" or metric.get("type") != "ratio", name


def english(*texts: str) -> list[str]:
    """The English words in texts, names of columns and metrics left out."""
    return ENGLISH.findall(re.sub(r"\w*_\w*", "", " ".join(texts)))


def test_management_reads_german() -> None:
    """Description, formula and what else the German catalogue shows of a metric that it lists."""
    for metric in metrics():
        name, meta = metric["name"], meta_of(metric)
        if metric.get("hidden"):
            continue
        assert len(meta["description_de"]) >= 15 and meta["description_de"].endswith("."), name
        assert ("formula_de" in meta) is bool(english(meta["formula"])), name
        said = [shown(field, meta[field], "de") for field in ("grain", "time_dimension", "denominator")]
        assert not english(meta["description_de"], meta.get("formula_de", ""), *said), name


def test_labels_are_unique_in_both_languages() -> None:
    for labels in ([m["label"] for m in metrics()], [meta_of(m)["label_de"] for m in metrics()]):
        assert sorted(labels) == sorted(set(labels))


def test_a_kpi_is_described_as_the_agreement_does() -> None:
    compared = 0
    for metric in metrics():
        if agreed := agreement().get(metric["name"]):
            meta = meta_of(metric)
            said = {key: meta[key] for key in ("label_de", "unit", "direction", "owner")}
            assert said == {key: agreed[key] for key in said}, metric["name"]
            assert (metric["label"], meta["kpi"]) == (agreed["label_en"], agreed["kpi_number"])
            compared += 1
    assert compared >= 40


def test_every_kpi_is_a_metric_or_says_why_not() -> None:
    left_out = [row["kpi"] for row in not_metrics()]
    names = {metric["name"] for metric in metrics()}
    assert len(left_out) == len(set(left_out))
    assert all(len(row["reason"]) > 20 for row in not_metrics())
    assert not names & set(left_out), "is a metric, and stands in the list of those that are none"
    assert set(agreement()) - names <= set(left_out)


def test_every_number_of_the_catalogue_is_found() -> None:
    found = {meta_of(metric).get("kpi") for metric in metrics()} | {
        row["kpi_number"] for row in not_metrics()
    }
    # K33 is mql_to_sal_rate; K43 and K44 are rule_breaches and hand-overs by reason
    assert {f"K{number:02}" for number in range(1, 46)} - found == {"K33", "K43", "K44"}


def test_tables_that_are_no_metrics_exist() -> None:
    for row in not_metrics():
        if row["table"] and row["table"] != "kpi_restatement":
            assert (PROJECT_ROOT / "models" / "marts" / "kpi" / f"{row['table']}.sql").is_file()


def test_counts_of_nothing_are_zero() -> None:
    """What joins the time spine is 0 where nothing is; what is missing then, and no 0, does not join."""
    for metric in metrics():
        name = metric["name"]
        filled = (metric.get("join_to_timespine"), metric.get("fill_nulls_with"))
        assert filled in {(True, 0), (None, None)}, name
        if metric.get("agg") in ("count", "sum_boolean"):
            assert filled == (True, 0) or "non_additive_dimension" in metric, name


def test_a_look_back_says_which_grains_it_is_right_for() -> None:
    """MetricFlow cuts an offset of months by fiscal periods all the same, and is wrong without a word."""
    for metric in metrics():
        name, grains = metric["name"], set(meta_of(metric).get("grains", []))
        for window in (entry["offset_window"] for entry in inputs_of(metric) if "offset_window" in entry):
            fiscal = {grain for grain in grains if grain.startswith("fiscal_")}
            assert grains, name
            assert fiscal == (set() if CALENDAR_OFFSET.fullmatch(window) else grains), name
        if metric.get("type") == "cumulative":
            assert grains, name
            assert metric["period_agg"] == "last", name


def test_no_definition_is_written_into_a_metric() -> None:
    """Thresholds and windows are data: a metric's SQL knows no number but 0, 1, and the size of a type."""
    for metric in metrics():
        expression = str(metric.get("expr", "")).replace("decimal(38, 18)", "")
        numbers = set(re.findall(r"(?<![a-z_\d])\d+(?:\.\d+)?\b", expression))
        assert numbers <= {"0", "1"}, metric["name"]


def test_saved_queries_and_exposures_say_whose_they_are() -> None:
    folder = PROJECT_ROOT / "models" / "semantic"
    queries = yaml.safe_load((folder / "saved_queries.yml").read_text())["saved_queries"]
    exposures = yaml.safe_load((folder / "exposures.yml").read_text())["exposures"]
    assert all(
        entry["description"] and entry["config"]["meta"]["label_de"] for entry in [*queries, *exposures]
    )
    assert all(query["config"]["meta"]["owner"] for query in queries)
    assert all(exposure["owner"]["name"] for exposure in exposures)
