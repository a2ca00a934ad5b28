"""What is true of an opportunity's origin and of marketing's influence on it, and whether any system tells.

The origin of an opportunity is that of the pass through the lifecycle in which it was opened. Consent that
was refused and devices that nobody named hide touches; where they hide what decides, no reader of the
exports can know it, however well they read.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from leitstand.company.automation_files import is_seen
from leitstand.company.clock import DAY, HORIZON, Instant
from leitstand.company.cycles import Cycle
from leitstand.company.life import History
from leitstand.company.opportunities import Opportunity
from leitstand.company.people import Person
from leitstand.company.visits import Touch

INFLUENCE_DAYS = 180  # how long before an opportunity a touch counts, as the agreement has it
ONLY_WEBSITE = "source_website"  # no visit is told, and the lead source says no more than "Website"
ONLY_DIRECT = (
    "only_direct_visits"  # the visits that are told came directly; the agreement asks no source then
)
BOUGHT_MEANWHILE = (
    "bought_meanwhile"  # the account first bought about when the person came, which is not told
)
REASONS = (ONLY_WEBSITE, ONLY_DIRECT, BOUGHT_MEANWHILE)


class Trace(NamedTuple):
    """One response of a person, as it was and as far as told."""

    happened_at: Instant
    is_marketing: bool
    is_told: bool


class Evidence:
    """Everybody's responses, and what they say of opportunities."""

    def __init__(self, history: History, passes: dict[Person, list[Cycle]]) -> None:
        """Mere exposures say nothing."""
        self._passes = passes
        self._traces: dict[Person, list[Trace]] = defaultdict(list)
        for touch in history.touches:
            if touch.person is not None and touch.is_response is not False:
                trace = Trace(touch.happened_at, touch.channel != "direct", _is_told(touch, touch.person))
                self._traces[touch.person].append(trace)

    def origin(self, deal: Opportunity) -> tuple[str, str]:
        """The origin path of an opportunity, and why no system tells it; empty where one does."""
        person = deal.person
        assert person is not None
        begun = [cycle for cycle in self._passes[person] if cycle.started_at <= deal.created_at]
        cycle = begun[-1] if begun else self._passes[person][0]
        won_at = person.account.won_at if person.account else None
        bought = won_at is not None and won_at < cycle.started_at
        path = "customer_expansion" if bought and person.origin_path != "partner" else person.origin_path
        if path not in ("marketing", "unknown"):
            return path, ""  # the first call, the partner's name or the older order stands in the CRM
        if won_at is not None and not bought and won_at < deal.created_at and not _is_start_told(cycle):
            return path, BOUGHT_MEANWHILE
        return path, self._untold(person, deal.closed_at or HORIZON)

    def _untold(self, person: Person, until: Instant) -> str:
        """Why nobody can tell whether marketing brought a person, or the person came alone."""
        if not person.channel:
            return ""  # typed in, with a source of its own
        told = [t for t in self._traces[person] if t.is_told and t.happened_at <= until]
        if any(trace.is_marketing for trace in told):
            return ""
        first_at = person.first_touch.happened_at if person.first_touch else None
        if person.origin_path == "unknown" and any(trace.happened_at == first_at for trace in told):
            return ""
        if told:
            return ONLY_DIRECT
        return ONLY_WEBSITE if person.source == "Website" else ""

    def influence(self, deal: Opportunity) -> tuple[bool, bool]:
        """Whether marketing had a part, and whether any system tells so."""
        path, untold = self.origin(deal)
        near = self._near(deal)
        if any(trace.is_told for trace in near):
            return True, True
        return path == "marketing" or bool(near), not untold and (path == "marketing" or not near)

    def _near(self, deal: Opportunity) -> list[Trace]:
        """Marketing's touches of a contact, or of anybody of the account, in the days before the entry."""
        if deal.entered_at is None:
            return []
        people = {person for person, _ in deal.contacts}
        people |= set(deal.account.people if deal.account else [])
        first = deal.entered_at - INFLUENCE_DAYS * DAY
        return [
            trace
            for person in people
            for trace in self._traces[person]
            if trace.is_marketing and first <= trace.happened_at <= deal.entered_at
        ]


def _is_told(touch: Touch, person: Person) -> bool:
    """True where a record names the device, or marketing automation knows who it was."""
    devices = {record.visitor_id for record in person.records}
    return person.may_be_tracked and (is_seen(touch) or touch.visitor_id in devices - {""})


def _is_start_told(cycle: Cycle) -> bool:
    """True where the first that happens in a cycle is told to the second."""
    if not cycle.stages:
        return True
    fact, is_told = min(cycle.stages.values(), key=lambda item: item[0].at)
    return is_told and fact.is_observable and fact.precision == "second"
