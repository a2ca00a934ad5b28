"""The answer key: who is who, what really happened and when. Models never read it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from leitstand.company.automation_files import shows_visitor
from leitstand.company.clock import utc_text
from leitstand.company.cycles import CREATED, Cycle, passes
from leitstand.company.evidence import REASONS, Evidence
from leitstand.company.files import Row, columns, write_csv
from leitstand.company.life import History
from leitstand.company.people import Person

DEAL_COLUMNS = columns(
    "opportunity_id,person_id,origin_path,origin_untold,is_influenced,is_influence_observable,entered_at,"
    "entry_amount,currency"
)


def write_answer_key(folder: Path, history: History, noise: dict[str, Any]) -> None:
    """Write the truth about persons, cycles, stages, sources and opportunities, and the noise planted."""
    everybody = passes(history)
    deals = _deals(history, Evidence(history, everybody))
    write_csv(
        folder / "persons.csv",
        ["person_id", "connection", "record_type", "record_id", "is_excluded"],
        sorted(_persons(history)),
    )
    write_csv(
        folder / "sources.csv",
        ["person_id", "channel", "origin_path"],
        [(person.person_id, person.channel, person.origin_path) for person in history.people],
    )
    write_csv(
        folder / "stages.csv",
        ["person_id", "cycle_number", "stage", "reached_at", "precision", "is_observable"],
        [row for person, cycles in everybody.items() for cycle in cycles for row in _stages(person, cycle)],
    )
    write_csv(
        folder / "cycles.csv",
        [
            *("person_id", "cycle_number", "started_at", "exit_state", "exit_at", "exit_reason"),
            *("is_reopened", "is_observable"),
        ],
        [_cycle(person, cycle) for person, cycles in everybody.items() for cycle in cycles],
    )
    write_csv(folder / "opportunities.csv", DEAL_COLUMNS, deals)
    noise = noise | {"pipeline": _untold(deals)}
    text = json.dumps(noise, indent=2, ensure_ascii=False)
    (folder / "noise.json").write_text(text + "\n", encoding="utf-8")


def _deals(history: History, evidence: Evidence) -> list[Row]:
    """Every opportunity of a person: where it came from, and why no system tells, where none does."""
    rows: list[Row] = []
    for deal in sorted(history.opportunities, key=lambda deal: deal.record_id):
        if deal.person is not None:
            path, untold = evidence.origin(deal)
            is_influenced, is_told = evidence.influence(deal)
            entered_at = utc_text(deal.entered_at) if deal.entered_at is not None else ""
            amount = "" if deal.entry_amount is None else f"{deal.entry_amount:.2f}"
            flags = (untold, str(is_influenced).lower(), str(is_told).lower())
            rows.append(
                (deal.record_id, deal.person.person_id, path, *flags, entered_at, amount, deal.currency)
            )
    return rows


def _untold(deals: list[Row]) -> dict[str, int]:
    """How many entered the pipeline, and of how many no system tells where from, or whether influenced."""
    column = DEAL_COLUMNS.index
    entered = [deal for deal in deals if deal[column("entered_at")]]
    reasons = Counter(str(deal[column("origin_untold")]) for deal in entered)
    return {
        "opportunities": len(entered),
        **{f"origin_untold_{reason}": reasons[reason] for reason in REASONS},
        "influence_untold": sum(deal[column("is_influence_observable")] == "false" for deal in entered),
    }


def _persons(history: History) -> list[tuple[str, ...]]:
    """Every record and every device that left a trace, with its human."""
    seen = {touch.visitor_id for touch in history.touches if shows_visitor(touch)}
    found: list[tuple[str, ...]] = []
    for person in [*history.people, *history.internal]:
        excluded = str(person in history.internal).lower()
        records = [(record.system, record.kind, record.record_id) for record in person.records]
        devices = [("web", "visitor", visitor) for visitor in person.visitor_ids if visitor in seen]
        found += [(person.person_id, *row, excluded) for row in [*records, *devices]]
    return found


def _stages(person: Person, cycle: Cycle) -> list[Row]:
    """The stages of a cycle in the order in which they were reached."""
    reached = sorted(cycle.stages.items(), key=lambda item: item[1][0].at)
    return [
        (
            person.person_id,
            cycle.number,
            stage,
            utc_text(fact.at),
            fact.precision,
            str(fact.is_observable and is_told).lower(),
        )
        for stage, (fact, is_told) in reached
        if fact.reason != CREATED
    ]


def _cycle(person: Person, cycle: Cycle) -> Row:
    way_out = cycle.exit
    return (
        person.person_id,
        cycle.number,
        utc_text(cycle.started_at),
        way_out.what if way_out else "",
        utc_text(way_out.at) if way_out else "",
        way_out.reason if way_out else "",
        str(cycle.is_reopened).lower(),
        str(cycle.is_observable).lower(),
    )
