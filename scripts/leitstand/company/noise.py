"""The faults planted in the files, and the count of each."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from leitstand.company import constants as c
from leitstand.company import names
from leitstand.company.clock import HOUR
from leitstand.company.ledger import Change
from leitstand.company.life import History
from leitstand.company.people import Person
from leitstand.company.records import CRM, Record

UNTYPABLE = ("31.02.2026 09:15:00", "00.00.0000 00:00:00", "32.13.2025 11:40:00")
PLACEHOLDER = "01.01.1900 00:00:00"

EXITS = ("Abgelehnt", "Zurück ins Nurturing", "Disqualifiziert")
DEALS = ("opportunity", "won", "lost")

Row = list[str]


class Noise:
    """Spoils rows before they are written, and remembers how many."""

    def __init__(self, rng: Random) -> None:
        """Nothing is spoiled yet."""
        self._rng = rng
        self.untypable: dict[str, int] = {}
        self.blank: dict[str, int] = {}
        self.odd_dates = {"placeholder": 0, "future": 0}

    def blank_cells(self, rows: list[Row], column: int, name: str, rate: float = 0.0) -> None:
        """Empty a share of a column's cells; counts all that are empty then."""
        for row in rows:
            if self._rng.random() < rate:
                row[column] = ""
        self.blank[name] = sum(not row[column] for row in rows)

    def spoil(self, file: str, rows: list[Row], column: int, texts: tuple[str, ...]) -> None:
        """Write texts that no reader can type into some of the rows offered."""
        count = c.UNTYPABLE_ROWS[file]
        for number, row in enumerate(self._rng.sample(rows, count)):
            row[column] = texts[number % len(texts)]
        self.untypable[file] = count

    def spoil_history(self, changes: list[Change], rows: list[Row], column: int) -> None:
        """Spoil dates of the history: untypable, placeholders, far in the future."""
        bad = c.UNTYPABLE_ROWS["historie.csv"]
        count = bad + c.PLACEHOLDER_DATES + c.FUTURE_DATES
        for number, index in enumerate(self._rng.sample(range(len(rows)), count)):
            row = rows[index]
            if number < bad:
                row[column] = UNTYPABLE[number % len(UNTYPABLE)]
            elif number < bad + c.PLACEHOLDER_DATES:
                row[column] = PLACEHOLDER
            else:
                row[column] = row[column][:6] + "2062" + row[column][10:]
            fact = changes[index].fact
            if fact is not None:
                # An opportunity is told by its stage and its amount together.
                fact.exact = 0 if fact.what in DEALS else fact.exact - 1
            changes[index].is_spoilt = True
        self.untypable["historie.csv"] = bad
        self.odd_dates = {"placeholder": c.PLACEHOLDER_DATES, "future": c.FUTURE_DATES}

    def report(self, history: History) -> dict[str, Any]:
        """Each rate beside what was planted; what the rates mean stands in `constants`."""
        touches, people = history.touches, history.people
        twice = [person for person in people if len(person.entries) > 1]
        changes = [ch for ch in history.ledger.changes if ch.subject.record_id]
        in_crm = [ch for ch in changes if not isinstance(ch.subject, Record) or ch.subject.system == CRM]
        known = [record for person in people for record in person.known]
        return {
            "duplicates": {
                "rate": c.DUPLICATES,
                "people": len(twice),
                "merged": sum(e.merged_into is not None for p in people for e in p.entries),
                "later_record_worked": sum(person.worked > 0 for person in twice),
                "three_times": sum(len(person.entries) > 2 for person in people),
            },
            "identity": {
                "shared_mailboxes": sum(_is_shared(person) for person in people),
                "switchboards": sum(count > 1 for count in Counter(p.phone for p in people).values()),
                "internal_records": len(history.internal),
                "second_addresses": sum(len(person.known) > 1 for person in people),
                "second_addresses_never_merged": sum(
                    len(p.known) > 1 and p.known[1].merged_into is None for p in people
                ),
                "unsynchronised": sum(record.foreign is None for record in known),
                "only_in_automation": sum(not person.entries for person in people),
                "unknown_to_automation": sum(not person.known for person in people),
            },
            "habits": dict(sorted(history.ledger.planted.items())),
            "untypable_rows": self.untypable,
            "odd_dates": self.odd_dates,
            "late_entries": {"rate": c.LATE_ENTRIES, "rows": sum(_is_late(ch) for ch in in_crm)},
            "late_created_leads": {
                "rate": {"event": c.LATE_CREATED_EVENT, "other": c.LATE_CREATED},
                "leads": sum(_is_created_late(change) for change in in_crm),
            },
            "skipped_stages": {
                "rate": {"sal": c.SKIPPED_SAL, "mql": c.SKIPPED_MQL},
                **{
                    name: sum(f.what == name and not f.is_observable for f in history.ledger.facts)
                    for name in ("sal", "mql")
                },
            },
            "accepted_by_machine": {
                "rate": c.ACCEPTED_BY_MACHINE,
                "rows": sum(
                    change.new_value == "Vom Vertrieb angenommen" and change.user is history.users.machine
                    for change in changes
                ),
            },
            "without_consent": {
                "rate": c.CONSENT_DENIED,
                "people": sum(not person.has_consent for person in people),
                "touches": sum(touch.consent == "denied" for touch in touches),
            },
            "second_devices": {
                "rate": c.SECOND_DEVICE,
                "people": sum(len(person.visitor_ids) > 1 for person in people),
            },
            "exits_without_reason": {
                "rate": c.NO_REASON,
                "rows": sum(ch.new_value in EXITS and not ch.reason for ch in changes),
            },
            "blank_cells_of_leads": self.blank,
            "deviating_invoice": {
                "platform": c.DEVIATING_INVOICE[0],
                "month": "{}-{:02}".format(*c.DEVIATING_INVOICE[1]),
                "factor": c.DEVIATING_INVOICE[2],
            },
        }


def _is_shared(person: Person) -> bool:
    return person.email.split("@")[0] in names.MAILBOXES


def _is_late(change: Change) -> bool:
    return not change.is_spoilt and change.entered_at - change.changed_at >= 24 * HOUR


def _is_created_late(change: Change) -> bool:
    """An inquiry whose lead was entered a day or more later."""
    return change.new_value == "Anfrage" and change.entered_at - change.changed_at >= 24 * HOUR
