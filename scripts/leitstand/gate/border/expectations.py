"""Great Expectations: all suites in this one process, each through a checkpoint.

It judges small tables that DuckDB has made, one row per thing judged, as pandas assets: so it needs no
connection to the warehouse of its own, and what the size of the data costs is paid in SQL.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from leitstand.gate.border.suite import Suite

ROW = ("connection", "entity", "measure", "subject", "load_number")
Row = tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """One expectation in Great Expectations' own words, and how many rows it judged and found to break it."""

    words: str
    severity: str
    judged: int
    broken: int


@dataclass(frozen=True)
class Outcome:
    """What one suite said: the rows that break a critical or another expectation, and what could not run."""

    critical: frozenset[Row]
    noted: frozenset[Row]
    faults: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()


def validate(tables: dict[str, Any], suites: Iterable[Suite], run_at: dt.datetime) -> dict[str, Outcome]:
    """Run each suite on its table (a pandas frame); `run_at` is the instant that the run is named after."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

    # without pages of its own in a temporary folder: ours is the only one
    defaults = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    context = gx.get_context(
        mode="ephemeral", project_config=DataContextConfig(store_backend_defaults=defaults)
    )
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_pandas("leitstand")
    outcomes = {}
    for suite in suites:
        frame = tables[suite.name]
        batch = source.add_dataframe_asset(suite.name).add_batch_definition_whole_dataframe("newest")
        validation = gx.ValidationDefinition(
            name=suite.name,
            data=batch,
            suite=context.suites.add(
                gx.ExpectationSuite(
                    name=suite.name,
                    expectations=list(suite.expectations),
                    notes=suite.meaning,
                )
            ),
        )
        checkpoint = gx.Checkpoint(
            name=suite.name,
            validation_definitions=[context.validation_definitions.add(validation)],
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(ROW),
            },
        )
        done = context.checkpoints.add(checkpoint).run(
            batch_parameters={"dataframe": frame},
            run_id=gx.RunIdentifier(run_name="gate", run_time=run_at.replace(tzinfo=dt.UTC)),
        )
        (result,) = done.run_results.values()
        outcomes[suite.name] = _outcome(result.results)
    return outcomes


def keep_outcomes(audit: Path, state: str, outcomes: dict[str, Outcome]) -> None:
    """Keep what was said of a state of the tables beside the audit page."""
    content = {
        name: {
            "critical": sorted(outcome.critical),
            "noted": sorted(outcome.noted),
            "faults": outcome.faults,
        }
        for name, outcome in outcomes.items()
    }
    text = json.dumps({"state": state, "outcomes": content}, ensure_ascii=False, indent=1)
    _kept(audit).write_text(text + "\n", encoding="utf-8")


def read_outcomes(audit: Path, state: str) -> dict[str, Outcome] | None:
    """What was said of this state before; None where nothing was, or of another state."""
    file = _kept(audit)
    if not (audit / "index.html").is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if content.get("state") != state:
        return None
    return {
        name: Outcome(
            critical=frozenset(tuple(row) for row in kept["critical"]),
            noted=frozenset(tuple(row) for row in kept["noted"]),
            faults=tuple(kept["faults"]),
        )
        for name, kept in content["outcomes"].items()
    }


def _kept(audit: Path) -> Path:
    """Beside the gate's folder, which is published as a whole."""
    return audit.parent.with_name("border.json")


def _outcome(results: Iterable[Any]) -> Outcome:
    critical: set[Row] = set()
    noted: set[Row] = set()
    faults, said = [], []
    for result in results:
        config = result.expectation_config
        severity = str(getattr(config.severity, "value", config.severity)).lower()
        if result.exception_info and result.exception_info.get("raised_exception"):
            faults.append(f"{config.type}: {result.exception_info.get('exception_message')}")
            continue
        broken: set[Row] = set()
        if not result.success:
            broken = {tuple(str(r[name]) for name in ROW) for r in result.result["unexpected_index_list"]}
            (critical if severity == "critical" else noted).update(broken)
        said.append(Said(_words(config), severity, int(result.result["element_count"]), len(broken)))
    return Outcome(frozenset(critical), frozenset(noted), tuple(faults), tuple(said))


def _words(config: Any) -> str:
    """An expectation as Great Expectations itself puts it."""
    from great_expectations.render.renderer.inline_renderer import InlineRenderer

    (text,) = InlineRenderer(render_object=config).get_rendered_content()
    content: Any = text.value
    values = {name: parameter["value"] for name, parameter in content.params.items()}
    return Template(content.template).safe_substitute(values)
