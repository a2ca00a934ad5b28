"""What the systems write down, and beside it what is true."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from leitstand.company import constants as c
from leitstand.company.clock import DAY, HORIZON, Instant
from leitstand.company.people import Person
from leitstand.company.records import LEGACY, Record
from leitstand.company.users import User

if TYPE_CHECKING:
    from leitstand.company.opportunities import Opportunity


@dataclass(slots=True, eq=False)
class Fact:
    """The truth: a person reached a stage, or was given up; the systems may or may not say so."""

    person: Person
    what: str
    at: Instant
    reason: str = ""
    exact: int = 0
    """How many signals say so to the second."""
    dated: int = 0
    """How many signals give its day."""

    @property
    def is_observable(self) -> bool:
        """True where some system says so."""
        return self.exact + self.dated > 0

    @property
    def precision(self) -> str:
        """How exactly the systems say so."""
        return "day" if self.dated and not self.exact else "second"


@dataclass(slots=True, eq=False)
class Change:
    """One row of a system's history."""

    subject: Record | Opportunity
    field: str
    old_value: str
    new_value: str
    changed_at: Instant
    user: User
    reason: str
    entered_at: Instant
    fact: Fact | None = None
    is_spoilt: bool = False
    """True where the export shows another date."""


@dataclass(slots=True, eq=False)
class Activity:
    """One call, e-mail or meeting."""

    record: Record
    opportunity: Opportunity | None
    kind: str
    direction: str
    is_automated: bool
    user: User
    happened_at: Instant
    minutes: int | None


@dataclass
class Ledger:
    """All that was written down; what lies beyond the horizon is left out."""

    rng: Random
    machine: User
    changes: list[Change] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    planted: Counter[str] = field(default_factory=Counter)
    """How often each habit that spoils the picture was lived out."""

    def reach(self, person: Person, what: str, at: Instant, reason: str = "") -> Fact | None:
        """Note the truth; None where it lies beyond the horizon."""
        if at >= HORIZON:
            return None
        fact = Fact(person, what, at, reason)
        self.facts.append(fact)
        return fact

    def plant(self, habit: str, at: Instant) -> None:
        """Count a habit, where its traces lie before the horizon."""
        self.planted[habit] += at < HORIZON

    def status(
        self,
        person: Person,
        value: str,
        at: Instant,
        user: User,
        *,
        reason: str = "",
        fact: Fact | None = None,
        entered_at: Instant | None = None,
    ) -> None:
        """Write a status into the record on which sales works at that instant."""
        record = person.record(at)
        self.change(record, "Status", value, at, user, reason=reason, fact=fact, entered_at=entered_at)

    def change(
        self,
        subject: Record | Opportunity,
        name: str,
        value: str,
        at: Instant,
        user: User,
        *,
        reason: str = "",
        fact: Fact | None = None,
        old: str | None = None,
        entered_at: Instant | None = None,
    ) -> None:
        """Write a change into the history; people sometimes write it down days later."""
        if at >= HORIZON:
            return
        entered_at = entered_at or at
        if user is not self.machine and self.rng.random() < c.LATE_ENTRIES:
            entered_at = at + int(self.rng.uniform(2, 12) * DAY)
            if entered_at >= HORIZON:
                entered_at = at
        if old is None:
            old, subject.status = subject.status, value
        if isinstance(subject, Record):
            subject.is_used = True
        if fact and isinstance(subject, Record) and subject.system == LEGACY:
            fact.dated += 1
        elif fact:
            fact.exact += 1
        self.changes.append(Change(subject, name, old, value, at, user, reason, entered_at, fact))

    def act(
        self,
        person: Person,
        user: User,
        kind: str,
        at: Instant,
        *,
        direction: str = "outbound",
        automated: bool = False,
        opportunity: Opportunity | None = None,
    ) -> None:
        """Log an activity."""
        if at >= HORIZON:
            return
        longest = {"call": 25, "meeting": 90}.get(kind)
        minutes = self.rng.randint(1, longest) if longest else None
        record = person.record(at)
        record.is_used = True
        self.activities.append(Activity(record, opportunity, kind, direction, automated, user, at, minutes))
