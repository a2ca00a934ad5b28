"""The answer key: who is who, what really happened and when. Models never read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from leitstand.company.clock import utc_text
from leitstand.company.files import write_csv
from leitstand.company.life import History


def skipped_stages(history: History) -> dict[str, int]:
    """How many acceptances and MQLs nobody recorded."""
    return {
        name: sum(row.stage == name and not row.is_recorded for row in history.ledger.stages)
        for name in ("sal", "mql")
    }


def write_answer_key(folder: Path, history: History, noise: dict[str, Any]) -> None:
    """Write the truth about persons, stages, sources and opportunities, and the noise planted."""
    people = history.people
    seen = {touch.visitor_id for touch in history.touches}
    records = [(p.person_id, "lead", lead.record_id) for p in people for lead in p.leads]
    devices = [(p.person_id, "visitor", v) for p in people for v in p.visitor_ids if v in seen]
    write_csv(folder / "persons.csv", ["person_id", "record_type", "record_id"], sorted(records + devices))
    write_csv(
        folder / "sources.csv",
        ["person_id", "channel", "origin_path"],
        [(person.person_id, person.channel, person.origin_path) for person in people],
    )
    stages = sorted(history.ledger.stages, key=lambda row: (row.person.person_id, row.cycle, row.reached_at))
    write_csv(
        folder / "stages.csv",
        ["person_id", "cycle_number", "stage", "reached_at", "is_recorded"],
        [
            (
                row.person.person_id,
                row.cycle,
                row.stage,
                utc_text(row.reached_at),
                str(row.is_recorded).lower(),
            )
            for row in stages
        ],
    )
    write_csv(
        folder / "opportunities.csv",
        ["opportunity_id", "person_id", "origin_path", "entered_at", "entry_amount", "currency"],
        [
            (
                deal.record_id,
                deal.person.person_id,
                deal.person.origin_path,
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
