"""What the CRM writes down, and beside it what is true."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from leitstand.company import constants as c
from leitstand.company.clock import DAY, HORIZON, Instant
from leitstand.company.people import Lead, Person
from leitstand.company.users import User

if TYPE_CHECKING:
    from leitstand.company.opportunities import Opportunity


@dataclass(slots=True, eq=False)
class Stage:
    """The truth: a person reached a stage; `is_recorded` where the exports say so."""

    person: Person
    cycle: int
    stage: str
    reached_at: Instant
    is_recorded: bool


@dataclass(slots=True, eq=False)
class Change:
    """One row of the CRM's history."""

    subject: Lead | Opportunity
    field: str
    old_value: str
    new_value: str
    changed_at: Instant
    user: User
    reason: str
    entered_at: Instant
    stage: Stage | None = None
    is_spoilt: bool = False
    """True where the export shows another date."""


@dataclass(slots=True, eq=False)
class Activity:
    """One call, e-mail or meeting."""

    lead: Lead
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
    stages: list[Stage] = field(default_factory=list)

    def reach(
        self, person: Person, cycle: int, stage: str, at: Instant, recorded: bool = True
    ) -> Stage | None:
        """Note the truth; None where it lies beyond the horizon."""
        if at >= HORIZON:
            return None
        row = Stage(person, cycle, stage, at, recorded)
        self.stages.append(row)
        return row

    def change(
        self,
        subject: Lead | Opportunity,
        name: str,
        value: str,
        at: Instant,
        user: User,
        *,
        reason: str = "",
        stage: Stage | None = None,
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
        self.changes.append(Change(subject, name, old, value, at, user, reason, entered_at, stage))

    def act(
        self,
        lead: Lead,
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
        self.activities.append(Activity(lead, opportunity, kind, direction, automated, user, at, minutes))
