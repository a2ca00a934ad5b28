"""The truth told by the agreement: everybody's facts, cut into cycles.

A cycle ends with a way out and begins anew with the next MQL or inquiry. Within the cool-off an MQL opens
the old cycle again, and so does an acceptance after a rejection; while an opportunity is open no way out
counts and no cycle begins; where nothing happens for a year and sales has not accepted, the cycle expires.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from leitstand.company.clock import DAY, HORIZON, Instant
from leitstand.company.ledger import Fact
from leitstand.company.life import History
from leitstand.company.opportunities import Opportunity
from leitstand.company.people import Person

RANK = {"first_touch": 0, "inquiry": 1, "mql": 2, "sal": 3, "sql": 4, "opportunity": 5, "won": 6}
INQUIRIES = ("form", "content", "event", "webinar")
COOL_OFF = 30 * DAY
TIMEOUT = 365 * DAY
CREATED = "created"  # the reason of an inquiry that only the creation of a record implies
PUBLISHED = HORIZON + 6 * 3_600  # the reports are made on the next morning


@dataclass(slots=True, eq=False)
class Cycle:
    """One pass through the lifecycle."""

    number: int
    started_at: Instant
    stages: dict[str, tuple[Fact, bool]] = field(default_factory=dict)
    """Of each stage reached the fact, and whether the systems tell of all that decides where it belongs."""
    exit: Fact | None = None
    is_reopened: bool = False
    is_observable: bool = True


class Passes:
    """The cycles of one person."""

    def __init__(self, person: Person, facts: list[Fact], deals: list[Opportunity]) -> None:
        """Cut the facts of one person, and of the opportunities that name the person."""
        self._person = person
        self.cycles: list[Cycle] = []
        self._stretches = _stretches(deals)
        self._closed: Fact | None = None  # the last way out, while it holds
        self._rank = 0  # the highest since then
        self._last: Fact | None = None
        self._is_told = True  # the systems tell of every beginning and end so far
        for fact in sorted(facts + self._of_deals(), key=lambda f: (f.at, RANK.get(f.what, 9))):
            self._expire(fact.at)
            self._take(fact)
            self._last = fact
        self._expire(PUBLISHED)

    def _of_deals(self) -> list[Fact]:
        return [fact for stretch in self._stretches for fact in stretch.facts]

    def _stretch(self, at: Instant) -> _Stretch | None:
        return next((s for s in self._stretches if s.start <= at < s.end), None)

    def _expire(self, at: Instant) -> None:
        if self._last is None or self._closed or self._rank > RANK["mql"]:
            return
        expired_at = self._last.at + TIMEOUT
        if expired_at <= at and not self._stretch(expired_at):
            exact = int(self._last.is_observable)
            self._close(Fact(self._person, "expired", expired_at, exact=exact))

    def _take(self, fact: Fact) -> None:
        if not self.cycles:
            self._begin(fact)
        stretch = self._stretch(fact.at)
        if fact.what not in RANK:
            if fact.what == "lost" or not stretch:
                self._close(fact)
            return
        if self._closed:
            if not self._is_effective(fact, self._closed, stretch):
                return
            self._is_told = self._is_told and fact.is_observable
        cycle = self.cycles[-1]
        self._rank = max(self._rank, RANK[fact.what])
        if fact.what not in cycle.stages:
            cycle.stages[fact.what] = (fact, self._is_told)
        cycle.is_observable = self._is_told
        if fact.what == "won":
            self._close(fact)

    def _is_effective(self, fact: Fact, closed: Fact, stretch: _Stretch | None) -> bool:
        """True where a fact opens the cycle again, or begins the next one."""
        is_cool = fact.at - closed.at <= COOL_OFF
        is_acceptance_after_all = fact.what == "sal" and closed.what == "rejected"
        if fact.what in ("opportunity", "won") and closed.what != "won":
            self._open()
        elif stretch:
            return False
        elif is_cool and (fact.what == "mql" or is_acceptance_after_all):
            self._open()
        elif fact.what == "mql" or (fact.what == "inquiry" and closed.what != "disqualified"):
            self._begin(fact)
        else:
            return False
        return True

    def _begin(self, fact: Fact) -> None:
        self.cycles.append(Cycle(len(self.cycles) + 1, fact.at))
        self._closed, self._rank = None, 0

    def _open(self) -> None:
        self.cycles[-1].exit, self.cycles[-1].is_reopened = None, True
        self._closed, self._rank = None, 0

    def _close(self, fact: Fact) -> None:
        self._is_told = self._is_told and fact.is_observable
        if self._closed is None:
            self.cycles[-1].exit = fact
        self._closed = fact
        self.cycles[-1].is_observable = self._is_told


@dataclass(slots=True, eq=False)
class _Stretch:
    """A time in which at least one opportunity is open, with what becomes of it."""

    start: Instant
    end: Instant
    facts: list[Fact]


def _stretches(deals: list[Opportunity]) -> list[_Stretch]:
    """Opportunities that overlap are one stretch: won with the first that is won, lost with the last."""
    found: list[_Stretch] = []
    for deal in sorted(deals, key=lambda deal: deal.entered_at or deal.created_at):
        start, end = deal.entered_at or deal.created_at, deal.closed_at or PUBLISHED
        facts = [fact for fact in deal.facts.values() if fact.at < HORIZON]
        if found and start < found[-1].end:
            found[-1].end = max(end, found[-1].end)
            found[-1].facts += facts
        else:
            found.append(_Stretch(start, end, facts))
    for stretch in found:
        won = sorted((f for f in stretch.facts if f.what == "won"), key=lambda fact: fact.at)
        lost = sorted((f for f in stretch.facts if f.what == "lost"), key=lambda fact: fact.at)
        entered = [fact for fact in stretch.facts if fact.what == "opportunity"]
        # One that is lost while another is open decides nothing.
        ends = won[:1] if won else lost[-1:] if stretch.end < PUBLISHED else []
        stretch.facts = entered + ends
    return found


def passes(history: History) -> dict[Person, list[Cycle]]:
    """The cycles of everybody."""
    facts: dict[Person, list[Fact]] = defaultdict(list)
    for fact in history.ledger.facts:
        if fact.what not in ("opportunity", "won", "lost"):
            facts[fact.person].append(fact)
    for touch in history.touches:
        if touch.person and touch.touch_type in INQUIRIES and touch.is_response is not False:
            is_seen = touch.person.may_be_tracked
            facts[touch.person].append(Fact(touch.person, "inquiry", touch.happened_at, exact=int(is_seen)))
    deals: dict[Person, list[Opportunity]] = defaultdict(list)
    for deal in history.opportunities:
        for person, _ in deal.contacts:
            deals[person].append(deal)
    cycles: dict[Person, list[Cycle]] = {}
    for person in history.people:
        cycles[person] = Passes(person, facts[person] + _created(person, facts[person]), deals[person]).cycles
    return cycles


def _created(person: Person, facts: list[Fact]) -> list[Fact]:
    """The creation of the first record, where the person asks for nothing before the first way out."""
    first_exit = min((fact.at for fact in facts if fact.what not in RANK), default=HORIZON)
    if any(fact.what == "inquiry" and fact.at <= first_exit for fact in facts):
        return []
    return [Fact(person, "inquiry", min(r.created_at for r in person.records), CREATED, exact=1)]
