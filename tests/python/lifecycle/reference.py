"""The lifecycle of one lead, one event after the other: a second implementation, from the definitions.

It shares nothing with the models: the numbers of the agreement stand here as the definitions give them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lifecycle.history import AS_OF, History, end_of_day, reporting_date

STAGES = ("first_touch", "inquiry", "mql", "sal", "sql", "opportunity", "won")
PRECEDENCE = ("won", "lost", "disqualified", "recycled", "rejected", "expired")
COOL_OFF = timedelta(days=30)
TIME_OUT = timedelta(days=365)


@dataclass
class Event:
    """One thing that may move the cycle: a stage, an exit, or a deal that opens (which is neither)."""

    at: datetime
    evidence: str
    stage: str | None = None
    exit_state: str | None = None
    precision: str = "second"
    is_contradicted: bool = False
    order_at: datetime = datetime.min

    @property
    def order(self) -> tuple[datetime, int, int]:
        """Of things at the same instant a deal opens first, then stages by rank, then exits."""
        kind = 2 if self.exit_state else 1 if self.stage else 0
        return self.order_at, kind, STAGES.index(self.stage) if self.stage else 0


@dataclass
class Cycle:
    """One pass through the funnel."""

    started_at: datetime | None = None
    counted: list[Event] = field(default_factory=list)
    exits: list[Event] = field(default_factory=list)
    won_at: datetime | None = None
    is_reopened: bool = False
    backward_moves: int = 0
    highest: int = -1

    @property
    def exit(self) -> tuple[str, datetime] | None:
        """The way in which it ended: a win ends it for good, else the gravest exit since it was last open."""
        if self.won_at:
            return "won", self.won_at
        if not self.exits:
            return None
        gravest = min(self.exits, key=lambda event: PRECEDENCE.index(event.exit_state or ""))
        return gravest.exit_state or "", gravest.at


@dataclass
class Result:
    """What the fact shows of one cycle."""

    started_at: datetime | None
    exit_state: str | None
    exit_at: datetime | None
    is_reopened: bool
    backward_moves: int
    observed: dict[str, datetime]
    reported: dict[str, datetime]


def lifecycle(history: History) -> list[Result]:
    """All cycles of a lead. Expiry takes two passes: the silences are those of the history without any."""
    events = _placed(_events(history))
    silences: list[Event] = []
    _replay(history, events, silences)
    cycles = _replay(history, events + silences, [])
    return _dated(history, cycles)


def _events(history: History) -> list[Event]:
    """Every signal as an event, the instants at which the last open deal closed among them (1.3)."""
    events = [Event(touch.at, "touch", "inquiry") for touch in history.touches if touch.is_inquiry]
    if history.created_at:
        events.append(Event(history.created_at, "created", "inquiry"))
    for given in history.declarations:
        events.append(
            Event(
                given.at, "declaration", given.stage, given.exit_state, given.precision, given.is_contradicted
            )
        )
    for deal in history.deals:
        events.append(Event(deal.opened_at, "deal_opened"))
        if deal.opportunity_at:
            events.append(Event(deal.opportunity_at, "opportunity", "opportunity"))
        if deal.is_won and deal.closed_at:
            events.append(Event(deal.closed_at, "opportunity", "won"))
    changes = sorted(
        [(deal.opened_at, 0, False) for deal in history.deals]
        + [(deal.closed_at, 1, deal.is_won) for deal in history.deals if deal.closed_at]
    )
    open_deals, has_won = 0, False
    for at, is_closing, is_won in changes:
        open_deals += -1 if is_closing else 1
        has_won = has_won or is_won
        if open_deals == 0:
            events.append(Event(at, "opportunity", exit_state="won" if has_won else "lost"))
            has_won = False
    return events


def _placed(events: list[Event]) -> list[Event]:
    """D5 and C7: a date stands after the earlier stages of its day, and is not after an exit of that day."""
    exact = [event for event in events if event.stage and event.precision == "second"]
    exits = [event for event in events if event.exit_state]
    placed = []
    for event in events:
        at = order_at = event.at
        if event.stage and event.precision == "day":
            day, rank = reporting_date(event.at), STAGES.index(event.stage)
            earlier = [
                other.at
                for other in exact
                if not other.is_contradicted
                and STAGES.index(other.stage or "") < rank
                and reporting_date(other.at) == day
            ]
            same_day = [other.at for other in exits if reporting_date(other.at) == day]
            at = order_at = max(earlier, default=end_of_day(event.at))
            if not earlier:
                order_at = min([at, *same_day])
        placed.append(
            Event(
                at,
                event.evidence,
                event.stage,
                event.exit_state,
                event.precision,
                event.is_contradicted,
                order_at,
            )
        )
    return placed


def _replay(history: History, events: list[Event], silences: list[Event]) -> list[Cycle]:
    """Walk through the events in their order; `silences` receives the expiries of what stays silent."""
    cycles = [Cycle()]
    last_exit: Event | None = None
    has_begun = is_in_work = False
    ordered = sorted(events, key=lambda event: event.order)
    for event, following in zip(ordered, [*ordered, None][1:], strict=True):
        cycle = cycles[-1]
        if event.is_contradicted:
            pass
        elif event.exit_state:
            if has_begun and not (event.evidence == "declaration" and _has_open_deal(history, event.at)):
                cycle.exits.append(event)
                last_exit, is_in_work = event, False
        else:
            has_begun = has_begun or event.stage is not None
            effect = _effect(event, last_exit) if last_exit else "counts"
            if effect == "starts":
                cycle = Cycle(started_at=event.at)
                cycles.append(cycle)
            elif effect == "reopens" and not cycle.won_at:
                cycle.exits = []
                cycle.is_reopened = True
            if effect:
                last_exit = None
                is_in_work = is_in_work or event.stage not in ("inquiry", "mql")
                _count(cycle, event, len(cycles))
        if last_exit is None and has_begun and not is_in_work:
            expires_at = event.order_at + TIME_OUT
            if expires_at <= AS_OF and (following is None or following.order_at > expires_at):
                silences.append(Event(expires_at, "timeout", exit_state="expired", order_at=expires_at))
    return cycles


def _effect(event: Event, last_exit: Event) -> str | None:
    """1.5 and D8: what an event does that finds the cycle closed."""
    is_soon = event.order_at <= last_exit.order_at + COOL_OFF
    if event.evidence == "deal_opened":
        return "reopens"
    if event.stage == "mql":
        return "reopens" if is_soon else "starts"
    if event.stage == "sal" and last_exit.exit_state == "rejected" and is_soon:
        return "reopens"
    if event.stage == "inquiry" and event.evidence != "created" and last_exit.exit_state != "disqualified":
        return "starts"
    return None


def _count(cycle: Cycle, event: Event, cycle_number: int) -> None:
    """A stage counts in the open cycle, unless a deal of it was won before (D28)."""
    if event.stage is None or (cycle.won_at and event.order_at > cycle.won_at):
        return
    if event.evidence == "created" and cycle_number > 1:
        return
    is_double = any(
        (event.evidence, event.stage, event.at) == (other.evidence, other.stage, other.at)
        for other in cycle.counted
    )
    cycle.counted.append(event)
    if event.stage == "won" and cycle.won_at is None:
        cycle.won_at = event.at
    if event.evidence == "declaration" and not is_double:
        rank = STAGES.index(event.stage)
        cycle.backward_moves += rank < cycle.highest
        cycle.highest = max(cycle.highest, rank)


def _has_open_deal(history: History, at: datetime) -> bool:
    return any(
        deal.opened_at <= at and (deal.closed_at is None or at < deal.closed_at) for deal in history.deals
    )


def _dated(history: History, cycles: list[Cycle]) -> list[Result]:
    """1.4: what was observed of each stage, and its suffix minimum; touches by the span of the cycle."""
    results: list[Result] = []
    opens_after = datetime.min
    for number, cycle in enumerate(cycles, start=1):
        closes = cycle.exit[1] if cycle.exit else datetime.max
        touches = [touch.at for touch in history.touches if opens_after < touch.at <= closes]
        opens_after = closes
        observed: dict[str, datetime] = {"first_touch": min(touches)} if touches else {}
        for stage in STAGES[1:]:
            reached = [event for event in cycle.counted if event.stage == stage]
            better = [event for event in reached if event.evidence != "created"] or reached
            if better:
                first = min(
                    better,
                    key=lambda event: (reporting_date(event.at), event.precision == "day", event.at),
                )
                observed[stage] = first.at
        reported: dict[str, datetime] = {}
        for rank, stage in enumerate(STAGES[1:], start=1):
            later = [observed[name] for name in STAGES[rank:] if name in observed]
            if later:
                reported[stage] = min(later)
        if touches and ("inquiry" not in reported or min(touches) <= reported["inquiry"]):
            reported["first_touch"] = min(touches)
        started = [event.at for event in cycle.counted] + touches if number == 1 else [cycle.started_at]
        results.append(
            Result(
                min((at for at in started if at), default=None),
                cycle.exit[0] if cycle.exit else None,
                cycle.exit[1] if cycle.exit else None,
                cycle.is_reopened,
                cycle.backward_moves,
                observed,
                reported,
            )
        )
    return results
