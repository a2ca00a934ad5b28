"""The records that three systems keep of people: the CRM, the CRM before it, marketing automation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leitstand.company.clock import HOUR, Instant, at, day_number

if TYPE_CHECKING:
    from leitstand.company.opportunities import Opportunity
    from leitstand.company.people import Person

CRM, LEGACY, AUTOMATION = "crm", "crm_legacy", "automation"
MIGRATION = at(day_number(dt.date(2025, 1, 11)), 6 * HOUR)  # a Saturday; until then the old CRM was used
PREFIX = {
    (CRM, "lead"): ("L-", 100_001),
    (CRM, "contact"): ("KT-", 500_001),
    (LEGACY, "lead"): ("I", 70_001),
    (AUTOMATION, "lead"): ("ma", 2_000_001),
}


@dataclass(slots=True, eq=False)
class Record:
    """One record of a person in one system."""

    person: Person
    system: str
    kind: str
    created_at: Instant
    email: str
    phone: str
    source: str
    visitor_id: str = ""
    record_id: str = ""
    status: str = ""
    merged_into: Record | None = None
    foreign: Record | None = None
    """The record of the same human in another system whose key this one holds."""
    successor: Record | None = None
    """The record that took over: the contact of a converted lead, or the record in the CRM that followed."""
    opportunity: Opportunity | None = None
    """The opportunity that the record names as its own; None where it names none."""
    is_used: bool = False
    """True where somebody has worked with the record."""
    owner_id: str | None = None
    """Who got the lead when it was handed over; empty where nobody did."""

    @property
    def last(self) -> Record:
        """The record in which this one ended."""
        return self.successor.last if self.successor else self

    def then(self, instant: Instant) -> Record:
        """The record that has taken over by an instant."""
        if self.successor and self.successor.created_at <= instant:
            return self.successor.then(instant)
        return self


def entered(person: Person, created_at: Instant, email: str, phone: str, source: str) -> Record:
    """A first record, in the CRM of that day; what stands in the old one is taken to the new one later."""
    if created_at >= MIGRATION:
        record = Record(person, CRM, "lead", created_at, email, phone, source)
    else:
        record = Record(person, LEGACY, "lead", created_at, email, phone, source)
        record.successor = Record(person, CRM, "lead", MIGRATION, email, phone, source, foreign=record)
    person.entries.append(record)
    return record


def convert(record: Record, created_at: Instant) -> None:
    """A lead becomes a contact: a new record, but in the old CRM, which knew one kind of record only."""
    now = record.then(created_at)
    now.is_used = True
    if now.system == LEGACY and now.successor:
        now.successor.kind = "contact"
        now.successor.is_used = True
    elif now.kind == "lead":
        now.successor = Record(now.person, CRM, "contact", created_at, now.email, now.phone, "", is_used=True)


def number(records: Iterable[Record]) -> None:
    """Give the records their keys, in each system in the order in which they were created."""
    counts = {key: first for key, (_, first) in PREFIX.items()}
    for record in sorted(records, key=lambda record: record.created_at):
        key = (record.system, record.kind)
        record.record_id = f"{PREFIX[key][0]}{counts[key]}"
        counts[key] += 1
