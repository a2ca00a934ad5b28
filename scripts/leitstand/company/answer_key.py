"""The answer key: who is who, what really happened and when. Models never read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from leitstand.company.automation_files import shows_visitor
from leitstand.company.clock import DAY, Instant, utc_text
from leitstand.company.cycles import CREATED, Cycle, passes
from leitstand.company.files import Row, write_csv
from leitstand.company.life import History
from leitstand.company.opportunities import Opportunity
from leitstand.company.people import Person

INFLUENCE_DAYS = 180  # how long before an opportunity a touch counts, as the agreement has it


def write_answer_key(folder: Path, history: History, noise: dict[str, Any]) -> None:
    """Write the truth about persons, cycles, stages, sources and opportunities, and the noise planted."""
    everybody = passes(history)
    is_touched = _Influence(history).is_touched
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
    write_csv(
        folder / "opportunities.csv",
        [
            *("opportunity_id", "person_id", "origin_path", "is_influenced"),
            *("entered_at", "entry_amount", "currency"),
        ],
        [
            (
                deal.record_id,
                deal.person.person_id,
                deal.person.origin_path,
                str(deal.person.origin_path == "marketing" or is_touched(deal)).lower(),
                utc_text(deal.entered_at) if deal.entered_at is not None else "",
                "" if deal.entry_amount is None else f"{deal.entry_amount:.2f}",
                deal.currency,
            )
            for deal in sorted(history.opportunities, key=lambda deal: deal.record_id)
            if deal.person is not None
        ],
    )
    text = json.dumps(noise, indent=2, ensure_ascii=False)
    (folder / "noise.json").write_text(text + "\n", encoding="utf-8")


class _Influence:
    """Whether marketing touched anybody of an opportunity before it entered the pipeline, as far as told."""

    def __init__(self, history: History) -> None:
        """Touches of people who may not be tracked, direct visits and mere exposures do not count."""
        self._touched: dict[str, list[Instant]] = {}
        for touch in history.touches:
            person = touch.person
            counts = touch.channel != "direct" and touch.is_response is not False
            if person is not None and person.may_be_tracked and counts:
                self._touched.setdefault(person.person_id, []).append(touch.happened_at)

    def is_touched(self, deal: Opportunity) -> bool:
        """True where a touch of a contact, or of anybody of the account, lies in the days before."""
        if deal.entered_at is None:
            return False
        people = {person.person_id for person, _ in deal.contacts}
        people |= {person.person_id for person in (deal.account.people if deal.account else [])}
        first = deal.entered_at - INFLUENCE_DAYS * DAY
        return any(
            first <= instant <= deal.entered_at
            for person_id in people
            for instant in self._touched.get(person_id, [])
        )


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
