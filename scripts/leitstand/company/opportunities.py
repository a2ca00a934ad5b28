"""Opportunities as the CRM keeps them: a record, and a history of phases and amounts."""

from __future__ import annotations

from dataclasses import dataclass, field

from leitstand.company.accounts import Account
from leitstand.company.clock import HORIZON, Day, Instant
from leitstand.company.files import comma
from leitstand.company.ledger import Fact, Ledger
from leitstand.company.people import Person
from leitstand.company.users import User


@dataclass(slots=True, eq=False)
class Opportunity:
    """One opportunity as the CRM knows it now."""

    account: Account | None
    kind: str
    product: str
    currency: str
    owner: User
    created_at: Instant
    person: Person | None = None
    is_partner: bool = False
    campaign_id: str = ""
    record_id: str = ""
    status: str = ""
    amount: float | None = None
    closed_at: Instant | None = None
    expected_day: Day | None = None
    """The day on which it is expected to close, as it stands now."""
    loss_reason: str = ""
    entered_at: Instant | None = None
    """When it entered the pipeline: the offer is out and has an amount."""
    entry_amount: float | None = None
    contacts: list[tuple[Person, str]] = field(default_factory=list)
    """People and their roles; the first is the primary contact."""
    facts: dict[str, Fact] = field(default_factory=dict)
    """What is true of it: when it became an opportunity, and when it was won or lost."""


class Book:
    """All opportunities, and what may be done to one."""

    def __init__(self, ledger: Ledger) -> None:
        """An empty book; what is done goes into the ledger's history."""
        self._ledger = ledger
        self.all: list[Opportunity] = []

    def open(self, opportunity: Opportunity) -> Opportunity:
        """Add a new record."""
        self.all.append(opportunity)
        return opportunity

    def phase(
        self,
        opportunity: Opportunity,
        phase: str,
        at: Instant,
        *,
        user: User | None = None,
        reason: str = "",
        fact: Fact | None = None,
    ) -> None:
        """Move it to a phase; won and lost ones are closed."""
        user = user or opportunity.owner
        self._ledger.change(opportunity, "Phase", phase, at, user, reason=reason, fact=fact)
        if phase in ("Gewonnen", "Verloren") and at < HORIZON:
            opportunity.closed_at, opportunity.loss_reason = at, reason
            if phase == "Gewonnen" and opportunity.account:
                opportunity.account.win(at)

    def price(self, opportunity: Opportunity, amount: float, at: Instant, fact: Fact | None = None) -> None:
        """Set its amount."""
        if at >= HORIZON:
            return
        before = "" if opportunity.amount is None else comma(opportunity.amount)
        opportunity.amount = amount
        self._ledger.change(
            opportunity, "Betrag", comma(amount), at, opportunity.owner, fact=fact, old=before
        )


def rounded(amount: float) -> float:
    """An amount as people write offers: whole tens."""
    return round(amount / 10) * 10.0
